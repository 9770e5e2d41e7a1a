"""The summary on the terminal: what failed and how sure, what the logs cannot show, then the tables behind
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from auditor.catalogue.domains import ReportTable, domains, report_tables, states
from auditor.model import EMPTY_ROWS, Audit, Cell, Rows, RuleRun, RunStatus
from auditor.report.content import wording
from auditor.report.content.claims import Section, claims_sections, without_sections
from auditor.report.content.gates import accepted_lines, gate_lines
from auditor.report.privacy.masking import masked
from auditor.report.profiles.reader import label
from auditor.text import plain_text

FILES_SHOWN = 30
_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "info": "dim"}


def print_summary(audit: Audit, console: Console, *, reveal: bool = False) -> None:
    """Print the audit's summary: masked unless `reveal`, readable at 80 columns, without colour and through a
    pipe."""
    shown = audit if reveal else masked(audit)
    page = _Page(console)
    _heading(page, shown)
    is_balanced = shown.status != "unbalanced"
    if is_balanced:
        _headline(page, shown)
        _sections(page, without_sections(shown.claims))
    else:
        _balances(page, shown)
    _sentences(page, "Not in evidence", shown.not_in_evidence)
    _sentences(page, "Accepted, though the evidence does not pass", accepted_lines(shown.gates))
    _sentences(page, "Cautions", shown.cautions)
    if is_balanced:
        for block in (
            block
            for domain in domains()
            for section in domain.section
            for block in section.block
            if "terminal" in block
        ):
            _shares(page, shown, block) if "states" in block else _figures(page, shown, block)
        for table in report_tables().values():
            if table.bars:
                _breakdown(page, shown, table)
    _findings(page, shown)
    _rules_without_result(page, shown)
    if is_balanced:
        _balances(page, shown)
    _clocks(page, shown)
    if is_balanced:
        _sections(page, claims_sections(shown.claims))
    _files(page, shown)


def print_sections(sections: Iterable[Section], console: Console) -> None:
    """Print sections one after the other."""
    _sections(_Page(console), sections)


def _sections(page: _Page, sections: Iterable[Section]) -> None:
    for section in sections:
        page.title(section.title)
        if section.rows:
            page.table(section.columns, section.rows)
        for sentence in section.sentences:
            page.line(f"· {sentence}", indent=2)


def print_worklist(rows: Rows, console: Console, limit: int | None = None) -> None:
    """Print callers still to be checked, in the order given; all of them, or the first `limit`, which is then
    said."""
    page = _Page(console)
    if not rows.length:
        page.line("Nobody is left to be checked.")
        return
    names = (
        "caller_id",
        "contact_number",
        "region",
        "last_failed_at",
        "waiting_s",
        "failed_attempts",
        "status",
        "last_check_at",
    )
    chosen = [
        name
        for name in names
        if name in rows.columns
        and (console.width >= 110 or name not in ("contact_number", "last_check_at", "region"))
    ]
    heads = {
        "waiting_s": "waiting",
        "failed_attempts": "attempts",
        "last_failed_at": "last failed (UTC)",
        "last_check_at": "last check (UTC)",
    }
    table = []
    for row in islice(rows, limit):
        record = dict(zip(rows.columns, row, strict=True))
        table.append([_worked(name, record[name]) for name in chosen])
    right = ("waiting_s", "failed_attempts")
    page.table(
        [(heads.get(name, name.replace("_", " ")), "right" if name in right else "left") for name in chosen],
        table,
    )
    page.line()
    page.line(
        f"{len(table):,} callers."
        if len(table) == rows.length
        else f"Showing {len(table):,} of {rows.length:,} callers."
    )


def _worked(name: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if name == "waiting_s" and isinstance(cell, int):
        return wording.elapsed(cell * 1000)
    if name in ("last_failed_at", "last_check_at"):
        return str(cell).replace("T", " ")[:16]
    words = {state.value: state.word for state in states().get(report_tables()["worklist"].states, ())}
    return words.get(str(cell), str(cell)) if name == "status" else str(cell)


class _Page:
    """Puts plain text on a console: never markup, never emoji, never a character that the terminal would
    obey."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.width = console.width
        self._is_unicode = console.encoding.lower().startswith("utf")

    def text(self, text: str, style: str = "") -> Text:
        safe = plain_text(text, 2_000)
        return Text(safe if self._is_unicode else _ascii(safe), style=style)

    def line(self, text: str = "", style: str = "", *, indent: int = 0) -> None:
        if not text:
            self._console.print()
            return
        for number, part in enumerate(
            self.text(text, style).wrap(self._console, max(20, self.width - indent - 2))
        ):
            margin = indent + 2 if indent and number else indent
            part.rstrip()
            self._console.print(Text(" " * margin) + part, highlight=False, soft_wrap=True)

    def title(self, text: str) -> None:
        self.line()
        self.line(text, "bold")

    def table(
        self, columns: Iterable[tuple[str, str]], rows: Iterable[Iterable[str | tuple[str, str]]]
    ) -> None:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", show_header=True)
        table.add_column("", width=0)
        for name, justify in columns:
            right = justify == "right"
            table.add_column(
                self.text(name), justify="right" if right else "left", no_wrap=right, overflow="fold"
            )
        for row in rows:
            table.add_row(
                "", *(self.text(*cell) if isinstance(cell, tuple) else self.text(cell) for cell in row)
            )
        self._console.print(table, highlight=False)


def _ascii(text: str) -> str:
    return (
        text.replace("•", "*")
        .replace("█", "#")
        .replace("·", "-")
        .replace("…", "...")
        .encode("ascii", "backslashreplace")
        .decode()
    )


def _heading(page: _Page, audit: Audit) -> None:
    page.line(audit.case.title, "bold")
    page.line(
        f"run {audit.run[:16]} · {audit.status} · regime {audit.case.regime}"
        f" · times in {audit.case.timezone}"
        f" · as of {audit.report_date}"
    )
    if audit.status != "complete":
        page.line()
        page.line(wording.status_sentence(audit), "bold red")
    for text in gate_lines(audit.gates):
        page.line(f"· {text}", "red", indent=2)


def _headline(page: _Page, audit: Audit) -> None:
    page.line()
    told = sorted(
        (h for domain in domains() for h in domain.headline if h.label), key=lambda headline: headline.line
    )
    rows = [
        (
            h.label,
            (wording.figure(m.value), h.emphasis),
            wording.unknown_because(m) or (wording.span(m) and f"range {wording.span(m)}"),
            str(m.unit),
        )
        for h in told
        if (m := audit.measures.get(h.measure)) is not None
    ]
    page.table((("", "left"), ("figure", "right"), ("", "left"), ("unit", "left")), rows)
    page.line()
    page.line(wording.basis_sentence(audit))


def _sentences(page: _Page, title: str, sentences: Iterable[str]) -> None:
    for number, sentence in enumerate(sentences):
        if number == 0:
            page.title(title)
        page.line(f"· {sentence}", indent=2)


def _shares(page: _Page, audit: Audit, block: Mapping[str, Any]) -> None:
    """A total and its parts by state."""
    total, terminal = audit.measures.get(block["total"]), block["terminal"]
    if total is None:
        return
    page.title(terminal["title"])
    if total.value is None:
        page.line(f"{wording.MISSING}: {total.reason}" if total.reason else wording.MISSING, indent=2)
        return
    rows = [
        (
            terminal["total"],
            wording.figure(total.value),
            "",
            wording.span(total) and f"range {wording.span(total)}",
        )
    ]
    held = [
        (state, m)
        for state in states()[block["states"]]
        if (m := audit.measures.get(state.measure)) is not None
    ]
    why = next((wording.unknown_because(m) for _, m in held if m.value is None), "")
    if not why:
        rows += [
            (state.word, wording.figure(m.value), wording.share(m.value, total.value), "")
            for state, m in held
        ]
    page.table((("status", "left"), (terminal["unit"], "right"), ("share", "right"), ("", "left")), rows)
    if why:
        page.line(f"{terminal['unknown']} is {wording.MISSING}: {why}.", indent=2)


def _figures(page: _Page, audit: Audit, block: Mapping[str, Any]) -> None:
    """Figures of a domain, one a line."""
    held = [m for name in block["measures"] if (m := audit.measures.get(name)) is not None]
    page.title(block["terminal"]["title"])
    rows = [
        (label(m.name), wording.figure(m.value), wording.unknown_because(m) or wording.span(m), str(m.unit))
        for m in held
    ]
    page.table((("", "left"), ("figure", "right"), ("", "left"), ("unit", "left")), rows)


def _breakdown(page: _Page, audit: Audit, table: ReportTable) -> None:
    rows = audit.tables.get(table.name, EMPTY_ROWS)
    if not rows.length:
        return
    head, limit, key = table.bars["label"], table.bars["most"], rows.columns[0]
    records = [dict(zip(rows.columns, row, strict=True)) for row in rows]
    most = max(_count(record["failed_callers"]) for record in records)
    room = max(8, min(40, page.width - 48))
    shown = [
        (
            str(record[key] if record[key] is not None else "unknown"),
            wording.figure(_count(record["failed_callers"])),
            wording.figure(_count(record["failed_attempts"])),
            "█" * -(-room * _count(record["failed_callers"]) // most) if most else "",
        )
        for record in records[:limit]
    ]
    page.title(table.bars["title"].replace("{timezone}", audit.case.timezone))
    page.table(((head, "left"), ("callers", "right"), ("attempts", "right"), ("", "left")), shown)
    if len(records) > limit:
        page.line(f"showing {limit} of {len(records):,}; audit.json holds them all", "dim", indent=2)


def _count(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int) else 0


def _findings(page: _Page, audit: Audit) -> None:
    page.title("Findings")
    ordered = sorted(audit.findings, key=lambda run: (wording.SEVERITIES.index(run.severity), run.rule))
    if not ordered:
        page.line("None of the rules that ran found anything.", indent=2)
        return
    cited = list(dict.fromkeys(wording.clause_text(run) for run in ordered if run.clause))
    rows = [
        (
            (str(run.severity), _STYLES[run.severity]),
            run.rule,
            wording.figure(run.count),
            run.title,
            _mark(run, cited),
        )
        for run in ordered
    ]
    page.table(
        (("severity", "left"), ("rule", "left"), ("rows", "right"), ("what", "left"), ("clause", "right")),
        rows,
    )
    for number, clause in enumerate(cited, 1):
        page.line(f"[{number}] {clause}", "dim", indent=2)


def _mark(run: RuleRun, cited: list[str]) -> str:
    """The number under which the table's foot gives the clause: it is long, and shared by many rules."""
    return f"[{cited.index(wording.clause_text(run)) + 1}]" if run.clause else ""


def _rules_without_result(page: _Page, audit: Audit) -> None:
    failed = [run for run in audit.rules if run.status is RunStatus.FAILED]
    idle = [run for run in audit.rules if run.status is RunStatus.NOT_APPLICABLE]
    clean = sum(run.status is RunStatus.CLEAN for run in audit.rules)
    page.line()
    page.line(
        f"Of {len(audit.rules)} rules {clean} found nothing, {len(idle)} do not apply and {len(failed)}"
        " failed.",
        indent=2,
    )
    for run in failed:
        page.line(f"{run.rule} FAILED: {run.reason}", "bold red", indent=2)
    for run in idle:
        page.line(f"{run.rule} does not apply: {run.reason}", "dim", indent=2)


def _balances(page: _Page, audit: Audit) -> None:
    broken = [balance for balance in audit.balances if not balance.holds]
    page.title("Balances")
    page.line(f"{len(audit.balances) - len(broken)} of {len(audit.balances)} hold to the unit.", indent=2)
    for b in broken:
        page.line(
            f"{b.id} {b.title}: expected {b.expected:,}, actual {b.actual:,}, difference {b.difference:+,}",
            "bold red",
            indent=2,
        )
        page.line(f"where to look: {b.where or 'not known'}", indent=4)


def _clocks(page: _Page, audit: Audit) -> None:
    if audit.clocks:
        page.title("Clocks: the centre's log before the network's, usual set-up time included")
        rows = [
            (c.log, c.network or "any", wording.offset(c.offset_ms), wording.figure(c.pairs))
            for c in audit.clocks
        ]
        page.table((("log", "left"), ("network", "left"), ("offset", "right"), ("pairs", "right")), rows)


def _files(page: _Page, audit: Audit) -> None:
    page.title("Files")
    columns = (
        ("file", "left"),
        ("role", "left"),
        ("records", "right"),
        ("loaded", "right"),
        ("rejected", "right"),
        ("not emerg.", "right"),
    )
    rows = [
        (
            f.path,
            f.role,
            wording.figure(f.records),
            wording.figure(f.loaded),
            wording.figure(f.rejected),
            wording.figure(f.not_emergency),
        )
        for f in audit.files[:FILES_SHOWN]
    ]
    page.table(columns, rows)
    for file in audit.files:
        if file.status != "loaded":
            page.line(f"{file.path} was not used ({file.status}): {file.problem}", "bold red", indent=2)
    if len(audit.files) > FILES_SHOWN:
        page.line(
            f"showing {FILES_SHOWN} of {len(audit.files):,}; audit.json holds them all", "dim", indent=2
        )
