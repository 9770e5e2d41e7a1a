"""Attempts over time: by hour and state, in the zone of the case, with outages, statements and notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from auditor.catalogue.domains import State, states
from auditor.model import Audit
from auditor.report.content import wording
from auditor.report.content.claims import moment_words
from auditor.report.content.pictures import Block, records, shown, whole
from auditor.report.content.times import Zone
from auditor.report.document import Grid, Picture
from auditor.report.draw import charts

MOST_HOURS = 400
"""Of more hours, days are drawn."""
Span = dict[str, object]


def wall(moment: datetime) -> str:
    """A time of the zone's clock as the charts want it: they draw every time as if it were UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


def outages_between(audit: Audit, first: str, last: str) -> list[Span]:
    """The declared outages that touch the time from `first` to `last` (wall times), cut to it."""
    zone = Zone(audit.case.timezone)
    found: list[Span] = []
    for outage in audit.case.outages:
        start, end = zone.moment(outage.start_utc), zone.moment(outage.end_utc)
        if start and end and wall(end) > first and wall(start) < last:
            found.append({
                "from": max(wall(start), first),
                "to": min(wall(end), last),
                "name": f"outage {outage.id}"[:40],
                "said": f"outage {outage.id}: {zone.span(outage.start_utc, outage.end_utc)}",
            })  # fmt: skip
    return found


def timeline(audit: Audit, block: Block) -> Picture | None:
    """Bars of attempts by hour and state over shaded outages, with statements as dashed lines and the rows of
    `events` (`at`, `lane`) as marks; by day where there are too many hours to draw."""
    order, zone = states()[block["states"]], Zone(audit.case.timezone)
    found = [(m, r) for r in records(audit, block["table"]) if (m := zone.moment(str(r["hour_utc"] or "")))]
    if not found:
        return None
    by_day = len({moment for moment, _ in found}) > MOST_HOURS
    counts: dict[tuple[datetime, str], int] = {}
    for moment, r in found:
        start = moment.replace(tzinfo=None)
        key = (start.replace(hour=0, minute=0) if by_day else start, str(r["state"]))
        counts[key] = counts.get(key, 0) + whole(r["attempts"])
    step = timedelta(days=1) if by_day else timedelta(hours=1)
    values = _stacked(counts, order, step)
    first, last = str(values[0]["from"]), max(str(v["to"]) for v in values)
    outages = outages_between(audit, first, last)
    marks = _statements(audit, zone, first, last)
    events = _events(audit, block, zone, first, last)
    word = "day" if by_day else "hour"
    rows = _crossed(counts, order)
    return Picture(
        key=block["key"],
        title=f"Attempts by {word} and state{_legend(marks, events)}",
        alternative=" ".join((
            f"Bars of attempts a {word} by state.",
            _peak(values, block["worst"], word),
            *(f"Shaded: {outage['said']}." for outage in outages),
            *([f"{wording.counted(len(events), 'notices')}."] if events else ()),
        )),
        draw=partial(charts.timeline, values, outages, marks, _groups(order), events=events, zone=zone.name),
        numbers=Grid(
            f"Attempts by {word} and state",
            (word, *(s.word for s in order)),
            rows,
            tuple(range(1, len(order) + 1)),
        ),
    )  # fmt: skip


def _legend(marks: Sequence[Span], events: Sequence[Span]) -> str:
    told = (["▼ a notice"] if events else []) + (["dashed: a statement"] if marks else [])
    return f" ({'; '.join(told)})" if told else ""


def _statements(audit: Audit, zone: Zone, first: str, last: str) -> list[Span]:
    found = ((m, zone.moment(m.at)) for m in audit.reconciliation.timeline)
    return [
        {"at": wall(at), "said": f"{moment_words(m)}: {zone.instant(m.at)}"}
        for m, at in found
        if at and first <= wall(at) <= last
    ]


def _events(audit: Audit, block: Block, zone: Zone, first: str, last: str) -> list[Span]:
    found = (
        (r, zone.moment(str(r[block["at"]] or "")))
        for r in (records(audit, block["events"]) if "events" in block else ())
    )
    return [
        {"at": wall(at), "said": f"{shown(r[block['lane']])}: {at:%Y-%m-%d %H:%M}"}
        for r, at in found
        if at and first <= wall(at) <= last
    ]


def _stacked(
    counts: Mapping[tuple[datetime, str], int], order: Sequence[State], step: timedelta
) -> list[Span]:
    values: list[Span] = []
    height: dict[datetime, int] = {}
    places = {state.value: place for place, state in enumerate(order)}
    words = {state.value: state.word for state in order}
    for (start, state), count in sorted(
        counts.items(), key=lambda item: (item[0][0], places.get(item[0][1], len(order)))
    ):
        below = height.get(start, 0)
        height[start] = below + count
        word = words.get(state, state)
        values.append({
            "from": wall(start), "to": wall(start + step), "state": state, "word": word, "attempts": count,
            "bottom": below, "top": below + count, "said": f"{start:%Y-%m-%d %H:%M}: {count:,} {word}",
        })  # fmt: skip
    return values


def _peak(values: Sequence[Span], state: str, step: str) -> str:
    """The step with the most attempts in `state`, as a sentence."""
    found = [value for value in values if value["state"] == state]
    if not found:
        return f"None {state}."
    worst = max(found, key=lambda value: whole(value["attempts"]))  # type: ignore[arg-type]
    at = str(worst["from"])[:16].replace("T", " ")
    return f"Most {state} in the {step} from {at}: {worst['attempts']}."


def _groups(order: Sequence[State]) -> list[charts.Group]:
    return [(each.value, each.word, each.colour) for each in order]


def _crossed(
    counts: Mapping[tuple[datetime, str], int], order: Sequence[State]
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (f"{when:%Y-%m-%d %H:%M}", *(wording.figure(counts.get((when, s.value), 0)) for s in order))
        for when in sorted({when for when, _ in counts})
    )
