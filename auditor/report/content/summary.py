"""The summary that a run prints: short, so that the answer stays on the screen; or full, with the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from auditor.catalogue.domains import ReportTable, domains, report_tables, states
from auditor.model import EMPTY_ROWS, Audit, Cell, Rows
from auditor.report.content import answer as front
from auditor.report.content import ledgers, wording
from auditor.report.content.blocks import drawn
from auditor.report.content.cautions import absence_lines, caution_lines
from auditor.report.content.claims import claims_blocks, reversed_blocks
from auditor.report.content.duty import no_duty
from auditor.report.content.gates import accepted_lines, brief_gate_lines, gate_lines
from auditor.report.content.listed import listed
from auditor.report.content.page import Blocks, Page
from auditor.report.content.pictures import INSIDE, everywhere, place_of
from auditor.report.document import (
    Block,
    Document,
    Edition,
    Figure,
    Figures,
    Grid,
    Listing,
    Paragraph,
    Points,
    Section,
)
from auditor.report.profiles.reader import Profile

PROFILE = Profile("summary", "Summary", "The person who ran the audit", (), ())
GATES_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the answer is printed: the most figures, verdicts and findings, and the characters of a
    sentence."""

    figures: int
    verdicts: int
    findings: int
    sentence: int


ROOMS = (
    Room(5, 3, 5, 500),
    Room(5, 3, 3, 400),
    Room(5, 1, 3, 300),
    Room(3, 1, 3, 300),
    Room(3, 1, 2, 225),
    Room(3, 1, 1, 225),
    Room(3, 1, 0, 150),
    Room(3, 1, 0, 100),
    Room(2, 0, 0, 75),
)
"""From the roomiest to the tightest; the first that fits the screen is printed. The lists give way before
what may not be quoted is cut to less than its sentences."""
_LEAST = 350
"""The characters of what must be said of a gate that does not hold, whatever the room."""
_ACCEPTED = "Accepted, though the evidence does not pass"


def brief(audit: Audit, edition: Edition, room: Room = ROOMS[0]) -> Document:
    """The answer alone, and first of all what may not be quoted; as much beside it as there is room for."""
    page = Page(audit, PROFILE, edition)
    gates = zip(gate_lines(audit.gates), brief_gate_lines(audit.gates), strict=True)
    wrong = [(text, least) for text, least in gates] + [(text, "") for text in front.failures(audit)]
    blocks: Blocks = []
    if audit.status != "complete":
        status = wording.status_sentence(audit).partition(". ")[0].rstrip(".")
        blocks.append(Paragraph(f"{status}.", "warning"))
        more = [f"And {len(wrong) - GATES_SHOWN:,} more: --full."] if len(wrong) > GATES_SHOWN else []
        points = [_short(text, room) for text, _ in wrong[:GATES_SHOWN]]
        text, least = wrong[0] if wrong else ("", "")
        # What to do about the first gate is not cut off: it is why the answer may not be quoted.
        if least and room.sentence < len(text) and len(least) <= _LEAST:
            points[0] = least
        blocks += _points([*points, *more])
    blocks.append(Paragraph(front.sentence(page), "answer"))
    if page.is_balanced:
        shown = _main_figures(page)[: room.figures]
        # The sentence says it where nothing is in evidence; one unknown among others is shown.
        if any(audit.measures[figure.name].value is not None for figure in shown):
            blocks.append(Grid("", ("",) * 4, tuple(map(_line, shown)), (1,)))
        blocks += [Paragraph(wording.basis_sentence(audit))] if audit.basis != "centre" else []
    else:
        blocks += [block for block in ledgers.balances_short(page)[:2] if isinstance(block, Paragraph)]
    blocks.append(front.strip(page))
    claims = filter(None, [front.claims_line(page)])
    verdicts = [*front.answer_cautions(page), *claims, *front.verdict_lines(page)]
    blocks += _points(_short(text, room) for text in verdicts[: room.verdicts])
    found = ledgers.findings_short(page) if page.is_balanced else []
    rows = [row for block in found if isinstance(block, Grid) for row in block.rows[: room.findings]]
    if rows:
        blocks.append(Grid("", ("",) * 4, tuple(rows), (3,), kinds=("severity",)))
    every = wording.counted(len(audit.findings), "findings")
    blocks.append(
        Paragraph(f"--full: {'all ' * (len(audit.findings) > 1)}{every}, cautions and tables.", "quiet")
    )
    return Document(PROFILE.title, audit.case.title, audit, edition, (Section("answer", "", tuple(blocks)),))


def _line(figure: Figure) -> tuple[str, str, str, str]:
    return (
        figure.label,
        figure.value,
        figure.unit,
        figure.reason or (figure.within and f"range {figure.within}"),
    )


def _short(text: str, room: Room) -> str:
    """The text, or as many whole sentences of it as there is room for, or else its start."""
    if len(text) <= room.sentence:
        return text
    whole = text[: room.sentence - 2].rpartition(". ")[0]
    return f"{whole}. …" if 2 * len(whole) > room.sentence else f"{text[: room.sentence - 1].rstrip()}…"


def summary(audit: Audit, edition: Edition) -> Document:
    """The summary of the audit. Where a balance does not hold, it shows the balances in place of the
    figures."""
    page = Page(audit, PROFILE, edition)
    found = [
        Section(key, title, _under(title, blocks))
        for key, title, make in _parts(page)
        if (blocks := make(page))
    ]
    return Document(PROFILE.title, audit.case.title, audit, edition, tuple(found))


def _parts(page: Page) -> Iterable[tuple[str, str, Callable[[Page], Blocks]]]:
    yield "status", "", _status
    yield "answer", "", lambda page: [Paragraph(front.sentence(page), "answer"), front.strip(page)]
    if page.is_balanced:
        yield "headline", "", _headline
        yield "reversed", "", lambda page: reversed_blocks(page.audit.reconciliation.reversed)
    else:
        yield "balances", "Balances", ledgers.balances_short
    yield (
        "not_in_evidence",
        "Not in evidence",
        lambda page: _points(absence_lines(page.audit.not_in_evidence, is_brief=True)),
    )
    yield "accepted", _ACCEPTED, lambda page: _points(accepted_lines(page.audit.gates))
    yield "cautions", "Cautions", lambda page: _points(caution_lines(page.audit.cautions))
    if page.is_balanced:
        yield from _of_domains(page)
    yield "verdicts", "", lambda page: _points(front.verdict_lines(page))
    yield "findings", "Findings", _findings
    if page.is_balanced:
        yield "balances", "Balances", ledgers.balances_short
    yield "clocks", "Clocks", ledgers.clocks
    if page.is_balanced:
        yield "claims", "", lambda page: claims_blocks(page.audit.reconciliation, page.zone)
    yield "files", "Files", ledgers.files_short


def _under(title: str, blocks: Blocks) -> tuple[Block, ...]:
    """Take the title off the first table: its section has one."""
    first = next((block for block in blocks if isinstance(block, Grid)), None)
    return tuple(replace(b, title="") if title and b is first and isinstance(b, Grid) else b for b in blocks)


def _points(sentences: Iterable[str]) -> Blocks:
    said = tuple(sentences)
    return [Points(said)] if said else []


def _status(page: Page) -> Blocks:
    audit = page.audit
    if audit.status == "complete":
        return []
    return [Paragraph(wording.status_sentence(audit), "warning"), *_points(gate_lines(audit.gates))]


def _headline(page: Page) -> Blocks:
    return [Figures(_main_figures(page)), Paragraph(wording.basis_sentence(page.audit))]


def _main_figures(page: Page) -> tuple[Figure, ...]:
    """The figures with a line in the summary, in order."""
    told = sorted((h for domain in domains() for h in domain.headline if h.label), key=lambda h: h.line)
    return tuple(
        replace(page.figure(measure, is_main=bool(h.emphasis)), label=h.label)
        for h in told
        if (measure := page.audit.measures.get(h.measure)) is not None
    )


def _of_domains(page: Page) -> Iterable[tuple[str, str, Callable[[Page], Blocks]]]:
    """The blocks that domains declare for the summary, then their tables with bars."""
    for domain in domains():
        for section in domain.section:
            for block in section.block:
                if "terminal" in block:
                    make = _shares if "states" in block else _figures
                    yield section.key, block["terminal"]["title"], _bound(make, block)
                elif block["kind"] == "listing" and _is_short(block):
                    yield block["key"], block["title"], _bound(_listed, block)
    for table in report_tables().values():
        if table.bars:
            title = table.bars["title"].replace("{timezone}", page.audit.case.timezone)
            title += everywhere(page.audit)
            yield table.name, title, _bound(_bars, table)


def _bound(make: Callable[[Page, Any], Blocks], given: object) -> Callable[[Page], Blocks]:
    return lambda page: make(page, given)


def _shares(page: Page, block: Mapping[str, Any]) -> Blocks:
    """A total and its parts by state."""
    total, terminal = page.audit.measures.get(block["total"]), block["terminal"]
    if total is None:
        return []
    if none := no_duty(page.audit, total.name):
        return [Paragraph(f"{none}.")]
    if total.value is None:
        return [Paragraph(f"{wording.MISSING}: {total.reason}" if total.reason else wording.MISSING)]
    within = wording.span(total)
    rows = [(terminal["total"], wording.figure(total.value), "", within and f"range {within}")]
    held = [
        (state, m)
        for state in states()[block["states"]]
        if (m := page.audit.measures.get(state.measure)) is not None
    ]
    why = next((wording.unknown_because(m) for _, m in held if m.value is None), "")
    if not why:
        rows += [
            (state.word, wording.figure(m.value), wording.share(m.value, total.value), "")
            for state, m in held
        ]
    grid = Grid("", ("status", terminal["unit"], "share", ""), tuple(rows), (1, 2))
    return [grid, *([Paragraph(f"{terminal['unknown']} is {wording.MISSING}: {why}.")] if why else [])]


def _is_short(block: Mapping[str, Any]) -> bool:
    """Whether a list of rows is of no single caller or call."""
    table = report_tables().get(block.get("table", ""))
    return table is not None and not table.is_of_people


def _listed(page: Page, block: Mapping[str, Any]) -> Blocks:
    """The first rows of a table, without the sentences about it."""
    return [listed(found, page.zone) for found in drawn(page, block) if isinstance(found, Listing)]


def _figures(page: Page, block: Mapping[str, Any]) -> Blocks:
    return page.figures(*block["measures"])


def _bars(page: Page, table: ReportTable) -> Blocks:
    """The first rows of a breakdown by callers, each with the length of its bar."""
    rows: Rows = page.audit.tables.get(table.name, EMPTY_ROWS)
    if not rows.length:
        return []
    most, key = table.bars["most"], rows.columns[0]
    found = [dict(zip(rows.columns, row, strict=True)) for row in rows]
    hours = [record[key] if table.local_hour else None for record in found]
    marks = ["outage" if place_of(page.audit, hour) == INSIDE else "" for hour in hours]
    shown = tuple(
        (
            str(record[key] if record[key] is not None else "unknown"),
            wording.figure(_count(record["failed_callers"])),
            wording.figure(_count(record["failed_attempts"])),
            *((mark,) if any(marks) else ()),
        )
        for record, mark in zip(found[:most], marks, strict=False)
    )
    note = f"showing {most} of {len(found):,}; audit.json has all of them" if len(found) > most else ""
    weights = tuple(_count(record["failed_callers"]) for record in found)
    columns = (table.bars["label"], "callers", "attempts", *(("in",) if any(marks) else ()))
    return [Grid("", columns, shown, (1, 2), note, weights=weights)]


def _count(cell: Cell) -> int:
    return int(cell) if isinstance(cell, int) else 0


def _findings(page: Page) -> Blocks:
    return [*ledgers.findings_table(page), *ledgers.clauses(page), *ledgers.rules_short(page)]
