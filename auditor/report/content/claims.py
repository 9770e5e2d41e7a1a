"""What reconciliation found, as blocks: titles, tables and sentences for any format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from auditor.claims.spread import HEADLINES, Spread
from auditor.claims.timeline import COUNTED
from auditor.model import (
    Decoys,
    Exclusion,
    JudgedClaim,
    Moment,
    Overlap,
    Range,
    Reconciliation,
    Sum,
    Unit,
    Waterfall,
    WaterfallEnd,
    WaterfallStep,
    Why,
)
from auditor.record.runs import Change
from auditor.report.content.definitions import definition_words, switch_words
from auditor.report.content.page import Blocks
from auditor.report.content.times import Zone, has_time
from auditor.report.content.units import objection, objection_to_sum
from auditor.report.content.verdicts import allowed_words, compared, published, qualified
from auditor.report.document import Block, Grid, Paragraph, Points
from auditor.report.profiles.reader import label
from auditor.text import agreed, counted

Cells = tuple[str, ...]
_DATED = tuple(name for name in COUNTED if name in HEADLINES)
"""Figures that fit in a timeline."""
_BY_THE_LOGS = "the audit's own headline is counted by the logs: no call is taken out by hand"
_NO_SHARES = "there are no shares: the two figures do not differ in the switches of one measure"
CHANGES_SHOWN = 40
"""Most attempts in a comparison of two runs."""
_FLOORS = "counts may be too low: the evidence is incomplete"


def claims_blocks(held: Reconciliation, zone: Zone) -> Blocks:
    """Everything in a reconciliation, times in `zone`. A part without content is left out."""
    blocks = _claims(held) if held.claims else []
    for found in held.bridges:
        blocks += bridge_blocks(found)
    blocks += _part("Ranges over defensible definitions", map(_range, held.ranges)) if held.ranges else []
    blocks += _exclusions(held.exclusions) if held.exclusions else []
    blocks += timeline_blocks(held.timeline, zone) if held.timeline else []
    blocks += _part("Chance in the match", [decoys_sentence(held.decoys)]) if held.decoys else []
    return [in_zone(block, zone) for block in blocks]


def with_zone(blocks: Blocks, zone: Zone) -> Blocks:
    """The blocks with their times in `zone`, and a sentence that names it where one has a time of day."""
    shown = [in_zone(block, zone) for block in blocks]
    texts = [
        text
        for block in shown
        if isinstance(block, Grid | Points)
        for text in (
            block.items if isinstance(block, Points) else (cell for row in block.rows for cell in row)
        )
    ]
    return [*shown, Paragraph(zone.sentence, "quiet")] if any(map(has_time, texts)) else shown


def in_zone(block: Block, zone: Zone) -> Block:
    """The block with the times in its definitions in `zone`."""
    if isinstance(block, Grid):
        rows = tuple(tuple(map(zone.within, row)) for row in block.rows)
        return replace(block, rows=rows)
    if isinstance(block, Points):
        return Points(tuple(map(zone.within, block.items)))
    return block


def _part(title: str, sentences: Iterable[str]) -> Blocks:
    """A part without a table."""
    return [Paragraph(title, "title"), *_points(sentences)]


def _points(sentences: Iterable[str]) -> Blocks:
    said = tuple(sentences)
    return [Points(said)] if said else []


def _grid(title: str, columns: Sequence[str], rows: Sequence[Cells], numeric: tuple[int, ...]) -> Blocks:
    return [Grid(title, tuple(columns), tuple(rows), numeric)] if rows else [Paragraph(title, "title")]


def _number(value: int | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign},}"


def _verdict(claim: JudgedClaim) -> str:
    return f"{claim.verdict} (invented logs)" if claim.is_invented else claim.verdict


def _claims(held: Reconciliation) -> Blocks:
    found, allowed = held.claims, held.allowed
    rows = [
        (c.id, published(c), c.unit, _number(c.recomputed), _number(c.difference, "+"), _verdict(c))
        for c in found
    ]
    columns = ("claim", "published", "unit", "recomputed", "diff.", "verdict")
    said = [
        ". ".join(text for text in (_said(c), _because(c, allowed.get(c.id)), _sum_beside(c), c.note) if text)
        for c in found
    ]
    return [*_grid("Published figures", columns, rows, (1, 3, 4)), *_points(said)]


def _said(claim: JudgedClaim) -> str:
    return f"{claim.id}: {claim.said_by}, {claim.said_on}"


def sum_words(total: Sum | None) -> str:
    """The sum that a figure is said to be, and what is wrong with it; empty where it is not a sum."""
    if total is None:
        return ""
    terms = "".join(f" {'-' if term < 0 else '+'} {abs(term):,}" for term in total.terms)
    text = f"{terms.removeprefix(' + ').strip()} = {sum(total.terms):,}; published {total.published:,}"
    faults = [f"{total.unexplained:+,} unexplained"] if total.unexplained else []
    faults += [f"refused: {overlap_words(total.overlap)}"] if total.overlap else []
    faults += [f"the sum {_objection(total)}; it is not used further"] if len(total.units) > 1 else []
    return "; ".join([text, *faults])


def _sum_beside(claim: JudgedClaim) -> str:
    """The sum, without the objection to its units where the verdict has said it already."""
    words = sum_words(claim.sum)
    objection = _objection(claim.sum) if claim.sum and len(claim.sum.units) > 1 else ""
    is_said = bool(objection) and objection in _because(claim)
    return words.replace(f"the sum {objection}", "the sum is refused", 1) if is_said else words


def _objection(total: Sum) -> str:
    return objection_to_sum([Unit(unit) for unit in total.units])


def overlap_words(found: Overlap) -> str:
    """Why two parts of a sum may not be added: they count some of the same."""
    if found.shared is None:
        return (
            f"{found.one} and {found.other} count some of the same"
            f" {found.unit or 'calls (so declared)'}; overlapping sums are not added"
        )
    return (
        f"{found.one} and {found.other} count {found.shared:,} of the same {found.unit}; overlapping sums are"
        " not added"
    )


def verdict_words(claim: JudgedClaim, allowed: tuple[int, int] | None = None) -> str:
    """Why a claim has its verdict; empty where the two figures are equal, and the logs allow no other.
    `allowed`: the least and the greatest count that they allow."""
    why = claim.why
    if why is None:
        if claim.recomputed is None:
            return ""
        return "; ".join(filter(None, (compared(claim, claim.recomputed), allowed_words(claim, allowed))))
    if why.kind == "sum":
        refused = claim.sum and (
            _objection(claim.sum) or (claim.sum.overlap and overlap_words(claim.sum.overlap))
        )
        return f"the figure is published as a sum that {refused}"
    if why.kind == "parts":
        return "no log is needed to see it: the published parts give another figure"
    if why.kind == "no_measure":
        return "the claim names no measure that its figure would be a count of"
    return _missing(why)


def _missing(why: Why) -> str:
    """Why the logs give nothing for a figure."""
    if why.kind == "no_measure":
        return "it names no measure"
    if why.kind == "units":
        return objection(Unit(why.units[0]), Unit(why.units[1]))
    return why.reason or f"{why.measure} has no value"


def _because(claim: JudgedClaim, allowed: tuple[int, int] | None = None) -> str:
    counted = definition_words(claim.counted_as)
    recomputed = f"recomputed as {counted}" if counted and claim.recomputed is not None else ""
    return "; ".join(text for text in (recomputed, verdict_words(claim, allowed)) if text)


def end_words(end: WaterfallEnd) -> str:
    """The name of one end of a bridge: who said it when, its title, or what it counts."""
    if end.said_by:
        return f"{end.said_by}, {end.said_on}"
    return end.title or (definition_words(end.counted_as) if end.counted_as else end.name)


def step_words(step: WaterfallStep) -> str:
    """What changes in one step of a bridge."""
    if step.name == "unit":
        return f"change of unit: {step.units[0]} to {step.units[1]}"
    if step.name == "counted":
        return f"counts {step.counted[1]} instead of {step.counted[0]}"
    if step.name == "measure":
        one, other = (
            f"{label(name)} ({name}, {unit})" if name else unit
            for name, unit in zip(step.measures or ("", ""), step.units, strict=True)
        )
        return f"another measure: {one} to {other}"
    return switch_words(step.name, step.setting)


def step_reason(step: WaterfallStep) -> str:
    """Why the units before and after a step cannot be compared; empty where they are equal."""
    return objection(Unit(step.units[0]), Unit(step.units[1])) if step.units else ""


def moment_words(moment: Moment) -> str:
    """What happened at a moment: files were received, or a figure was published."""
    if moment.claim:
        return f"{moment.said_by}: {qualified(moment.figure, moment.qualifier)} {moment.unit}"
    received = f"received {', '.join(moment.received)}"
    return f"{received}: {moment.problem}" if moment.problem else received


def bridge_blocks(found: Waterfall) -> Blocks:
    """A waterfall: from, the steps, the residual, to."""
    start, end = found.start, found.end
    rows = [("from", end_words(start), _number(start.value), start.unit, "", "")]
    for s in found.steps:
        rows_of = ("", "") if s.added is None else (f"+{_number(s.added)}", f"-{_number(s.removed)}")
        change = (_number(s.change, "+"), s.unit, *rows_of)
        rows.append((s.name, step_words(s), *change))
    left = "not explained by any step" if found.is_in_one_unit else "none: the units differ"
    rows.append(("residual", left, _number(found.residual, "+"), "", "", ""))
    rows.append(("to", end_words(end), _number(end.value), end.unit, "", ""))
    said = [reason for step in found.steps if (reason := step_reason(step))]
    said += _residual_lines(found)
    if found.shares:
        said.append(f"in any order: {', '.join(f'{name} {share}' for name, share in found.shares.items())}")
    said += [words] if (words := shares_words(found)) else []
    columns = ("step", "what changes", "change", "unit", "adds", "takes")
    return [*_grid(f"Bridge {found.id}", columns, rows, (2, 4, 5)), *_points(said)]


def residual_words(found: Waterfall) -> str:
    """Where the residual comes from: each end's figure against what the logs give under its definition; and
    why there is none where the units differ."""
    return ". ".join(_residual_lines(found))


def _residual_lines(found: Waterfall) -> list[str]:
    one, other = Unit(found.start.unit), Unit(found.end.unit)
    two_units = (
        f"{objection(one, other)}. No step converts them: the difference of the two figures is a number of"
        " nothing"
    )
    said = []
    for end in (found.start, found.end):
        if end.recomputed is None:
            said.append(f"{end.name} cannot be recomputed: {_missing(end.why) if end.why else ''}")
        elif end.recomputed != end.value:
            said.append(f"{end.name}: published {end.value:,}, recomputed {end.recomputed:,}")
    lines = ([] if found.is_in_one_unit else [two_units]) + ["; ".join(said)]
    return [line for line in lines if line]


def shares_words(found: Waterfall) -> str:
    """Why there are no shares, where shares were asked for; else empty."""
    return _NO_SHARES if found.shares is not None and not found.shares else ""


def _range(found: Range) -> str:
    said = (
        f"{found.measure}: {_number(found.value)} {found.unit}, {_number(found.low)} to"
        f" {_number(found.high)} over {_number(found.definitions)} defensible definitions"
    )
    said += f"; moved most by: {moved_words(found)}" if found.moved_most_by else ""
    return said + (f" ({note})" if (note := range_note(found)) else "")


def moved_words(found: Range) -> str:
    """The switch that moves a headline most; empty where none moves it."""
    return switch_words(*found.moved_most_by) if found.moved_most_by else ""


def range_note(found: Range) -> str:
    """The note beside a range; empty where the evidence is complete."""
    return _FLOORS if found.is_floor else ""


def range_blocks(found: Spread) -> Blocks:
    """A measure's range and its switches, widest first."""
    said = (
        f"{_number(found.value)} {found.unit}; {_number(found.low)} to {_number(found.high)}",
        f"{counted(found.definitions, 'definitions')} {agreed(found.definitions, 'were')} counted",
        f"lowest: {definition_words(found.lowest.counted_as)}",
        f"highest: {definition_words(found.highest.counted_as)}",
    )
    rows = [
        (m.switch, _number(m.low), _number(m.high), switch_words(m.switch, m.setting), m.why)
        for m in found.moves
    ]
    columns = ("switch", "low", "high", "at its widest", "why it can be defended")
    return [*_grid(f"Range of {found.measure}", columns, rows, (1, 2)), *_points(said)]


def _exclusions(found: Sequence[Exclusion]) -> Blocks:
    rows = [(x.id, f"{x.who}, {x.when}: {x.why}", *map(_number, x.counts[HEADLINES[0]])) for x in found]
    columns = ("exclusion", "who, when, why", "by the logs", "excluded", "reversed")
    return _grid(f"{label(HEADLINES[0])}, and what was taken out by hand", columns, rows, (2, 3, 4))


def reversed_blocks(found: Sequence[Exclusion]) -> Blocks:
    """The headline with an exclusion reversed, where this was asked for."""
    blocks: Blocks = []
    for x in found:
        rows = [(name, *map(_number, x.counts[name])) for name in HEADLINES]
        blocks += _grid(
            f"The headline if the exclusion {x.id} is reversed",
            ("measure", "by the logs", "excluded", "reversed"),
            rows,
            (1, 2, 3),
        )
        blocks += _points((f"excluded by {x.who}, {x.when}: {x.why}", _BY_THE_LOGS))
    return blocks


def timeline_blocks(found: Sequence[Moment], zone: Zone) -> Blocks:
    """What was said and what was known, by date."""
    rows = [(zone.minute(m.at), moment_words(m), *(_counted(m, name) for name in _DATED)) for m in found]
    columns = ("when", "what", *(name.replace(".", " ").replace("_", " ") for name in _DATED))
    return _grid("What was known and said when", columns, rows, tuple(range(2, len(columns))))


def _counted(moment: Moment, measure: str) -> str:
    return _number(moment.counts.get(measure)) if moment.run else ""


def decoys_sentence(found: Decoys) -> str:
    """What a reader must know about the match."""
    half, usual, double = (found.windows[name] for name in ("half", "usual", "double"))
    chance = f"{float(found.expected):.1f} of {found.matched:,} matches are expected by chance"
    if found.sampled < found.records:
        chance += f" (from {found.sampled:,} of {found.records:,} centre records)"
    return (
        f"{chance}; {counted(usual, 'attempts')} failed by the window in force, {half:,} by half of it,"
        f" {double:,} by one twice as long"
    )


def difference_blocks(
    before: str,
    after: str,
    figures: Mapping[str, tuple[int | None, int | None]],
    changes: Sequence[Change],
) -> Blocks:
    """The figures and the attempts that changed between two runs; of the attempts the first
    `CHANGES_SHOWN`."""
    said = [f"{name}: {_number(was)} to {_number(now)}" for name, (was, now) in figures.items()]
    rows = [
        (c.attempt_id, c.caller_id, c.started_at, c.before or "absent", c.after or "absent", c.why)
        for c in changes[:CHANGES_SHOWN]
    ]
    title = (
        f"Run {before[:16]} against {after[:16]}: {len(changes):,} attempt(s) and {len(figures):,} figure(s)"
        " changed"
    )
    columns = ("attempt", "caller", "started at", "before", "after", "why")
    left = len(changes) - len(rows)
    more = [f"And {counted(left, 'more attempts')}: --format json lists all of them."] if left > 0 else []
    return [*_grid(title, columns, rows, ()), *_points([*more, *said])]
