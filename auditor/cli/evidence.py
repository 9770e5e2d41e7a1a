"""`auditor files`, `rejects` and `trace`: from the figures back to the evidence."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import (
    CASE,
    NO_FILE,
    format_option,
    must_have_reason,
    output_option,
    reveal_options,
)
from auditor.cli.outputs import output_file
from auditor.cli.tables import print_table, rows_text
from auditor.cli.terminal import notes, say
from auditor.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.ingest import SourceLine
    from auditor.model import Cell, EvidenceFile, Row
    from auditor.store import Store

_REJECTS = """
    SELECT f.path, r.record_no, r.byte_offset, r.column_name, r.value, r.reason, r.line_text
    FROM reject AS r JOIN file AS f USING (file_no) ORDER BY f.path, r.record_no"""
_GAPS = """
    SELECT f.path, g.element, g.kind, count(*), sum(g.missing)::BIGINT
    FROM sequence_gap AS g JOIN file AS f USING (file_no) GROUP BY ALL ORDER BY ALL"""
_DOUBTS = """
    SELECT f.path, u.column_name, u.reason, count(*)
    FROM unreadable AS u JOIN file AS f USING (file_no) GROUP BY ALL ORDER BY ALL"""
_NOTICES = "SELECT f.path, n.record_no, n.reason FROM notice AS n JOIN file AS f USING (file_no) ORDER BY ALL"
_NOTICE_WORDS = {"no_final_line_end": "the last one, and without a line end"}
_BUCKETS = {
    "Seen": "seen",
    "Non-data": "non_data",
    "Rejected": "rejected",
    "Not kept": "not_kept",
    "Not emergency": "not_emergency",
    "Loaded": "loaded",
}
"""Heading -> field of a file's ledger."""
_REJECT_COLUMNS = ("path", "record_no", "byte_offset", "column_name", "value", "reason", "line_text")


@click.command()
@CASE
@format_option("text", "json", default="text")
@click.pass_context
def files(ctx: click.Context, case: Path, format_: str) -> int:
    """Show the files of CASE, the buckets their records fell in, and the gaps in their counters.

    Seen = non-data + rejected + not kept + not emergency + loaded, for every file.

    \b
    Examples:
      auditor files CASE
      auditor files CASE --format json | jq '.files[].loaded'
    """
    from auditor.ingest import changed_files, evidence
    from auditor.report.privacy.masking import masked

    with _opened(ctx, case) as store:
        found, changed = masked(evidence(store)), [_shown_cell(path) for path in changed_files(store)]
        gaps, doubts, notices = (
            [tuple(map(_shown_cell, row)) for row in store.query(sql, name=name)]
            for sql, name in ((_GAPS, "gaps"), (_DOUBTS, "unreadable values"), (_NOTICES, "notices"))
        )
    if format_ == "json":
        gap_names, doubt_names = (
            ("path", "element", "kind", "places", "missing"),
            ("path", "column", "reason", "records"),
        )
        click.echo(
            json.dumps(
                {
                    "files": [asdict(f) | {"records": f.records} for f in found],
                    "changed": changed,
                    "gaps": [dict(zip(gap_names, row, strict=True)) for row in gaps],
                    "unreadable": [dict(zip(doubt_names, row, strict=True)) for row in doubts],
                    "notices": [dict(zip(("path", "record", "reason"), row, strict=True)) for row in notices],
                },
                indent=2,
            )
        )
        return 0
    # Few cases keep some rows only, and a narrow terminal has no room for a column of zeros.
    buckets = {
        name: field
        for name, field in _BUCKETS.items()
        if name != "Not kept" or any(f.not_kept for f in found)
    }
    rows = [
        (f.path, f.role, f.format or "unknown", *(f"{getattr(f, n):,}" for n in buckets.values()), f.status)
        for f in found
    ]
    print_table(ctx, ("File", "Role", "Format"), (*buckets, "Status"), rows, numeric=tuple(buckets))
    _say_of_files(ctx, found, changed, gaps, doubts, notices)
    return 0


def _say_of_files(
    ctx: click.Context,
    found: Iterable[EvidenceFile],
    changed: Iterable[Cell],
    gaps: Iterable[Sequence[Any]],
    doubts: Iterable[Sequence[Any]],
    notices: Iterable[Sequence[Any]],
) -> None:
    """What is to be known of files beside their buckets, a line each."""
    for f in found:
        if f.problem:
            say(ctx, f"{f.path}: {f.problem}")
    for path in changed:
        say(ctx, f"{path}: it has changed since an earlier run loaded it")
    for path, element, kind, places, missing in gaps:
        say(
            ctx,
            f"{path}: sequence of {element or 'the network'}: {places:,} x {kind}"
            + (f", {missing:,} missing" if missing else ""),
        )
    for path, column, reason, count in doubts:
        say(ctx, f"{path}: {column or 'record'}: {count:,} x {reason}")
    for path, record, reason in notices:
        say(ctx, f"{path}: record {record:,}: {_NOTICE_WORDS.get(str(reason), reason)}")


@click.command()
@CASE
@format_option("table", "csv", "json", "jsonl", "markdown", default="table")
@output_option("Write all of them to this CSV file; - for standard output.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many to print.")
@reveal_options("values and lines")
@click.pass_context
def rejects(ctx: click.Context, /, case: Path, output: Path | None, format_: str, **given: Any) -> int:
    """List the records of CASE that could not be loaded: their file, their place in it, and why.

    Values are masked. Whole lines are shown with --reveal only. Put the corrected records into a new file,
    add a [[source]] for it to case.toml, and run again. The ledger then shows both files.

    \b
    Examples:
      auditor rejects CASE
      auditor rejects CASE --output rejects.csv --reveal --reason "to mend the export"
    """
    limit: int = given["limit"]
    if output == NO_FILE:
        output, format_ = None, "csv" if format_ == "table" else format_
    if output:
        output = output_file(case, output, reveal=given["reveal"])
    with _opened(ctx, case) as store:
        rows = store.query(_REJECTS, name="rejects")
    _disclose(case, "rejects", given["reveal"], given["reason"], len(rows))
    if output:
        from auditor.record.custody import record_export
        from auditor.report.draw.csv import write_csv

        shown_rows = (_masked(row, given["reveal"]) for row in rows)
        written = write_csv(output, _REJECT_COLUMNS, shown_rows, private=True)
        record_export(case, "rejects", [written], len(rows))
        notes(ctx, f"wrote {output}")
        return 0
    if format_ != "table":
        click.echo(
            rows_text(_REJECT_COLUMNS, [_masked(row, given["reveal"]) for row in rows], format_), nl=False
        )
        return 0
    if not rows:
        notes(ctx, "no record was rejected")
        return 0
    # Without --reveal no line is shown, and there is no column for it.
    columns = ("Record", "Byte", "Column", "Value", "Reason", *(("Line",) if given["reveal"] else ()))
    shown = [
        tuple("" if cell is None else str(cell) for cell in _masked(row, given["reveal"]))[: len(columns) + 1]
        for row in rows[:limit]
    ]
    print_table(ctx, ("File",), columns, shown, numeric=("Record", "Byte"))
    if not given["reveal"]:
        notes(ctx, "values are masked: 9 is any digit, x any letter; --reveal shows them")
    if len(rows) > limit:
        say(ctx, f"{len(rows) - limit:,} more: --limit {len(rows)}, or --output FILE.csv")
    return 0


@click.command()
@CASE
@click.argument("id", metavar="ID")
@reveal_options("the line")
@click.pass_context
def trace(ctx: click.Context, case: Path, id: str, reveal: bool, reason: str) -> int:  # noqa: A002
    """Print the source line of an attempt, a centre record or a check of CASE, read again from its file.

    ID is an attempt or record id of a report, a caller's alias (C-0017), or a call id, centre call id or
    check id of the logs. An attempt is shown with all its legs.

    \b
    Examples:
      auditor trace CASE 9f86d081:42
      auditor trace CASE WC-0107
    """
    from auditor.case import read_case
    from auditor.ingest import find, read_back
    from auditor.query.find import traced

    with _opened(ctx, case) as store:
        places = find(store, id)
        said = traced(store, [place.record_id for place in places])
    if not places:
        raise EvidenceError(
            f"no record is called {id!r}",
            hint="ids are in the reports and in the first column of every table",
        )
    opened = read_case(case)
    found = [read_back(opened, place) for place in places]
    _disclose(case, "trace", reveal, reason, len(found))
    for line in found:
        _print_line(ctx, line, reveal)
    for section in said:
        for row in section.rows:
            say(ctx, f"{section.title}:", is_clear=True)
            for (name, _), cell in zip(section.columns, row, strict=True):
                shown = "none" if cell is None else cell
                say(ctx, f"  {name.replace('_', ' ')}: {shown}", is_clear=True)
    return 0


def _print_line(ctx: click.Context, line: SourceLine, reveal: bool) -> None:
    from auditor.text import plain_text

    place = line.place
    # An id of digits alone looks like a number.
    say(
        ctx,
        f"{place.record_id}  {place.role}  {_shown_cell(place.path)}, record {place.record_no}",
        is_clear=True,
    )
    header, text = (plain_text(line.header), plain_text(line.text)) if reveal else _masked_line(line)
    for shown in filter(None, (header, text)):
        say(ctx, f"  {shown}", is_clear=True)


def _masked_line(line: SourceLine) -> tuple[str, str]:
    """The header line and the line, with what is public in them; of all else the shape, and of a line that
    cannot be cut into its fields altogether."""
    from auditor.report.privacy.masking import mask_record, mask_text, shape
    from auditor.text import plain_text

    if not line.fields:
        return shape(plain_text(line.header)), shape(plain_text(line.text))
    fields = mask_record([(column, plain_text(text)) for column, text in line.fields])
    names = [(column.kind, plain_text(column.name)) for column, _ in line.fields]
    if not line.delimiter:
        # The keys of an object may come from a person, as its values do.
        keys = [mask_text(name) if kind != "withheld" else shape(name) for kind, name in names]
        pairs = (f"{_quoted(name)}: {_quoted(field)}" for name, field in zip(keys, fields, strict=True))
        return "", f"{{{', '.join(pairs)}}}"
    header = [mask_text(name) for _, name in names] if line.header else []
    return plain_text(_joined(header, line.delimiter)), plain_text(_joined(fields, line.delimiter))


def _joined(fields: Sequence[str], delimiter: str) -> str:
    """Fields with a delimiter between them, and quotes around those that hold it."""
    texts = (
        '"' + text.replace('"', '""') + '"' if delimiter in text or '"' in text else text for text in fields
    )
    return delimiter.join(texts)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _shown_cell(cell: Cell) -> Cell:
    """A cell of a list about files: a path, an element, a kind or a count."""
    from auditor.report.privacy.masking import mask_path

    return mask_path(cell) if isinstance(cell, str) else cell


def _opened(ctx: click.Context, case: Path) -> _Reader:
    from auditor.record.current import note_of_change

    notes(ctx, *filter(None, [note_of_change(case)]))
    return _Reader(case)


class _Reader:
    """The case's database, open for reading inside a `with`."""

    def __init__(self, case: Path) -> None:
        self._case = case

    def __enter__(self) -> Store:
        from auditor.case import read_case
        from auditor.record.results import open_kept

        self._store = open_kept(read_case(self._case))
        return self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def _disclose(case: Path, what: str, reveal: bool, reason: str, rows: int) -> None:
    if not reveal:
        return
    must_have_reason(reveal, reason)
    from auditor.record.custody import record_disclosure

    record_disclosure(case, what, reason, rows)


def _masked(row: Row, reveal: bool) -> Row:
    from auditor.ingest.schema import tables
    from auditor.report.privacy.masking import mask_cell

    declared = {**tables()["file"].columns, **tables()["reject"].columns}
    return (
        tuple(row)
        if reveal
        else tuple(mask_cell(declared[name], cell) for name, cell in zip(_REJECT_COLUMNS, row, strict=True))
    )


commands = (files, rejects, trace)
