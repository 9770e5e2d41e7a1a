"""CSV with every row, never a sample: an exact kind for machines and a kind for spreadsheets. Neither has a
cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from auditor.model import EMPTY_ROWS, Audit, Cell, Row, Rows, RuleRun, RunStatus
from auditor.report.writing import replacing
from auditor.text import guarded, guarded_column, safe_text, write_rows

_BATCH = 10_000
FINDING_COLUMNS = (
    "rule",
    "severity",
    "title",
    "clause",
    "clause_is_verified",
    "rule_status",
    "rule_reason",
    "row",
)


def write_csv(
    path: Path,
    columns: Iterable[str],
    rows: Iterable[Row],
    *,
    for_spreadsheet: bool = False,
    private: bool = False,
) -> Path:
    """Write one file: a header, then the rows in their order; comma, CRLF, UTF-8 (with a byte order mark for
    spreadsheets).

    `private`: it holds numbers in clear, and is for its owner only.
    """
    with replacing(path, private=private) as file:
        text = io.TextIOWrapper(
            file, "utf-8-sig" if for_spreadsheet else "utf-8", errors="backslashreplace", newline=""
        )
        writer = csv.writer(text)
        write_rows(text, writer, [[guarded(column, for_spreadsheet=for_spreadsheet) for column in columns]])
        for batch in rows.batches() if isinstance(rows, Rows) else _batches(rows):
            shown = [
                guarded_column(column, for_spreadsheet=for_spreadsheet) for column in zip(*batch, strict=True)
            ]
            write_rows(text, writer, list(zip(*shown, strict=True)))
        text.flush()
        text.detach()
    return path


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def as_csv(columns: Iterable[str], rows: Iterable[Row]) -> str:
    """The exact kind as text with line feeds, for standard output."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    write_rows(text, writer, [list(columns)], end="\n")
    write_rows(text, writer, [[safe_text(guarded(cell)) for cell in row] for row in rows], end="\n")
    return text.getvalue()


def write_findings(path: Path, audit: Audit, *, for_spreadsheet: bool = False, private: bool = False) -> Path:
    """`findings.csv`: a row for each row a rule found, under the union of the rules' columns.

    A failed rule gives a row too, with its status and reason: it must never be read as one without findings.
    """
    columns = finding_columns(audit)
    return write_csv(
        path, columns, finding_rows(audit, columns), for_spreadsheet=for_spreadsheet, private=private
    )


def write_callers(path: Path, audit: Audit, *, for_spreadsheet: bool = False, private: bool = False) -> Path:
    """`callers.csv`: a row for each caller of the audit, in the order of their ids."""
    rows = audit.tables.get("callers", EMPTY_ROWS)
    return write_csv(path, rows.columns, rows, for_spreadsheet=for_spreadsheet, private=private)


def finding_columns(audit: Audit) -> tuple[str, ...]:
    """The columns of `findings.csv`: the rule, the number of the row in the rule, then every column of any
    rule."""
    theirs = sorted({column for run in audit.findings for column in run.rows.columns} - set(FINDING_COLUMNS))
    return (*FINDING_COLUMNS, *theirs)


def finding_rows(audit: Audit, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows of `findings.csv`, rule by rule in the audit's order."""
    for run in audit.rules:
        head = _head(run)
        if run.status is RunStatus.FAILED:
            yield _row(columns, head)
        if run.status is RunStatus.FINDINGS:
            for number, row in enumerate(run.rows, 1):
                yield _row(columns, {**dict(zip(run.rows.columns, row, strict=True)), **head, "row": number})


def _head(run: RuleRun) -> dict[str, Cell]:
    return {
        "rule": run.rule,
        "severity": str(run.severity),
        "title": run.title,
        "clause": run.clause.text if run.clause else None,
        "clause_is_verified": run.clause.is_verified if run.clause else None,
        "rule_status": str(run.status),
        "rule_reason": run.reason or None,
    }


def _row(columns: tuple[str, ...], values: dict[str, Cell]) -> Row:
    return tuple(values.get(column) for column in columns)
