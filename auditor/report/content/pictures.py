"""Charts made from the audit's tables, each with a text that says what it shows and its numbers as a
table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from auditor.catalogue.domains import State, states
from auditor.model import EMPTY_ROWS, Audit, Cell, Waterfall
from auditor.report.content import wording
from auditor.report.content.claims import end_words, moment_words, step_words
from auditor.report.document import Grid, Picture
from auditor.report.draw import charts

PLACES_SHOWN = 20
Record = Mapping[str, Cell]
Block = Mapping[str, Any]
"""A `[[section.block]]` of a domain.toml."""


def records(audit: Audit, table: str) -> list[Record]:
    """A small table of the audit as records; empty where the audit has none."""
    rows = audit.tables.get(table, EMPTY_ROWS)
    return [dict(zip(rows.columns, row, strict=True)) for row in rows]


def whole(cell: Cell) -> int:
    """A count as an integer; unknown is 0."""
    return cell if isinstance(cell, int) else 0


def shown(cell: Cell) -> str:
    """A value of a breakdown; a missing one is `unknown`."""
    return "unknown" if cell is None or cell == "" else str(cell)


def timeline(audit: Audit, block: Block) -> Picture | None:
    """Attempts by hour and state, with the outages and the dated statements; by day where there are too many
    hours to draw."""
    order = states()[block["states"]]
    found = [r for r in records(audit, block["table"]) if r["hour_utc"]]
    if not found:
        return None
    hours = {str(r["hour_utc"])[:13] for r in found}
    by_day = len(hours) > 400
    counts: dict[tuple[str, str], int] = {}
    for r in found:
        key = (str(r["hour_utc"])[: 10 if by_day else 13], str(r["state"]))
        counts[key] = counts.get(key, 0) + whole(r["attempts"])
    values: list[dict[str, object]] = []
    height: dict[str, int] = {}
    for (when, state), count in sorted(
        counts.items(), key=lambda item: (item[0][0], _place(order, item[0][1]))
    ):
        values.append(_span(when, state, _word(order, state), height.get(when, 0), count, by_day=by_day))
        height[when] = height.get(when, 0) + count
    first, last = values[0]["from"], max(str(v["to"]) for v in values)
    outages = [
        {
            "from": max(o.start_utc, str(first)),
            "to": min(o.end_utc, last),
            "name": f"outage {o.id}"[:40],
            "said": f"outage {o.id}: {wording.instant(o.start_utc)} to {wording.instant(o.end_utc)}",
        }
        for o in audit.case.outages
        if o.end_utc > str(first) and o.start_utc < last
    ]
    marks = [
        {"at": m.at, "said": f"{moment_words(m)}: {wording.instant(m.at)}"}
        for m in audit.reconciliation.timeline
        if str(first) <= m.at <= last
    ]
    step = "day" if by_day else "hour"
    shade = " Shaded: " + "; ".join(str(o["said"]) for o in outages) + "." if outages else ""
    rows = _crossed(counts, order)
    return Picture(
        key=block["key"],
        title=f"Attempts by {step} and state (UTC)",
        alternative=(
            f"Bars of attempts a {step} by state, from {wording.instant(str(first))} to"
            f" {wording.instant(last)}. {_peak(values, block['worst'], step)}{shade}"
        ),
        svg=charts.timeline(values, outages, marks, _groups(order)),
        numbers=Grid(
            f"Attempts by {step} and state",
            (f"{step} (UTC)", *(s.word for s in order)),
            rows,
            tuple(range(1, len(order) + 1)),
        ),
    )


def _peak(values: Sequence[Mapping[str, object]], state: str, step: str) -> str:
    """The step with the most attempts in `state`, as a sentence."""
    found = [value for value in values if value["state"] == state]
    if not found:
        return f"None {state}."
    worst = max(found, key=lambda value: whole(value["attempts"]))  # type: ignore[arg-type]
    return f"Most {state} in the {step} from {wording.instant(str(worst['from']))}: {worst['attempts']}."


def _place(order: Sequence[State], state: str) -> int:
    return next((n for n, each in enumerate(order) if each.value == state), len(order))


def _word(order: Sequence[State], state: str) -> str:
    return next((each.word for each in order if each.value == state), state)


def _groups(order: Sequence[State]) -> list[charts.Group]:
    return [(each.value, each.word, each.colour) for each in order]


def _span(when: str, state: str, word: str, below: int, count: int, *, by_day: bool) -> dict[str, object]:
    start = datetime.fromisoformat(when if by_day else f"{when}:00").replace(tzinfo=UTC)
    end = start + (timedelta(days=1) if by_day else timedelta(hours=1))
    begun = start.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "from": begun,
        "to": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "state": state,
        "word": word,
        "attempts": count,
        "bottom": below,
        "top": below + count,
        "said": f"{wording.instant(begun)}: {count:,} {word}",
    }


def _crossed(counts: Mapping[tuple[str, str], int], order: Sequence[State]) -> tuple[tuple[str, ...], ...]:
    times = sorted({when for when, _ in counts})
    return tuple(
        (
            when.replace("T", " ") + (":00" if len(when) > 10 else ""),
            *(wording.figure(counts.get((when, s.value), 0)) for s in order),
        )
        for when in times
    )


def ladder(audit: Audit, block: Block) -> Picture | None:
    """The parts of a total by state; None where no part is in evidence."""
    total = wording.value_of(audit, block["total"])
    parts = [(state, wording.value_of(audit, state.measure)) for state in states()[block["states"]]]
    known = [(state, value) for state, value in parts if value is not None]
    if not total or not known:
        return None
    unit = block["unit"]
    values: list[dict[str, object]] = [
        {
            "label": s.word,
            "value": n,
            "said": f"{s.word}: {n:,} of {total:,} {unit} ({wording.share(n, total)})",
        }
        for s, n in known
    ]
    rows = tuple((s.word, wording.figure(n), wording.share(n, total)) for s, n in known)
    return Picture(
        key=block["key"],
        title=block["title"],
        alternative=f"Of {total:,} {block['lead']}: " + "; ".join(f"{s.word} {n:,}" for s, n in known) + ".",
        svg=charts.bars(values, unit=unit, colours=[s.colour for s, _ in known]),
        numbers=Grid(block["numbers"], ("status", unit, "share"), rows, (1, 2)),
    )


_HOUR = 3_600_000
_STEPS = (
    (1, "under 1 h"),
    (2, "1 to 2 h"),
    (4, "2 to 4 h"),
    (8, "4 to 8 h"),
    (12, "8 to 12 h"),
    (24, "12 to 24 h"),
    (48, "1 to 2 days"),
    (72, "2 to 3 days"),
)


def delays(audit: Audit, block: Block) -> Picture | None:
    """How long it took until the deciding event, by status."""
    groups = [(s.value, s.word, s.colour) for s in states()[block["states"]] if s.value in block["shown"]]
    elapsed, status = block["elapsed"], block["status"]
    counts: dict[tuple[str, str], int] = {}
    for record in records(audit, block["table"]):
        if record[elapsed] is not None and record[status] is not None:
            bucket = next(
                (word for limit, word in _STEPS if whole(record[elapsed]) <= limit * _HOUR), "over 3 days"
            )
            counts[bucket, str(record[status])] = counts.get((bucket, str(record[status])), 0) + 1
    if not counts:
        return None
    buckets = [word for _, word in _STEPS] + ["over 3 days"]
    values = [
        {
            "label": b,
            "group": s,
            "word": word,
            "value": counts.get((b, s), 0),
            "said": f"{b}, {word}: {counts.get((b, s), 0):,}",
        }
        for b in buckets
        for s, word, _ in groups
    ]
    table = tuple((b, *(wording.figure(counts.get((b, s), 0)) for s, _, _ in groups)) for b in buckets)
    busiest = max(buckets, key=lambda b: sum(counts.get((b, s), 0) for s, _, _ in groups))
    return Picture(
        key=block["key"],
        title=block["title"],
        alternative=f"{block['alternative']} Most fall in: {busiest}.",
        svg=charts.columns(values, x_title=block["axis"], y_title=block["unit"], order=groups),
        numbers=Grid(
            block["numbers"],
            ("time", *(word for _, word, _ in groups)),
            table,
            tuple(range(1, len(groups) + 1)),
        ),
    )


def failed_by_hour(audit: Audit, block: Block) -> Picture | None:
    """Failed callers by hour in the case's own time."""
    found = records(audit, block["table"])
    if not found:
        return None
    zone = audit.case.timezone
    values = [
        {
            "label": shown(r["hour_local"])[5:],
            "value": whole(r["failed_callers"]),
            "said": f"{shown(r['hour_local'])}: {whole(r['failed_callers']):,} callers",
        }
        for r in found
    ]
    worst = max(found, key=lambda r: whole(r["failed_callers"]))
    return Picture(
        key=block["table"],
        title=f"Failed callers by hour ({zone})",
        alternative=(
            f"Failed callers by hour in {zone}. Most from {shown(worst['hour_local'])}:"
            f" {whole(worst['failed_callers']):,}."
        ),
        svg=charts.columns(values, x_title=f"hour, {zone}", y_title="failed callers"),
        numbers=_counted(f"Failed callers by hour ({zone})", found, ("hour_local",)),
    )


def ranked(audit: Audit, block: Block) -> Picture | None:
    """A breakdown of failed callers as bars, longest first; the table of numbers has every row."""
    table, keys, title = block["table"], block["keys"], block["title"]
    failing = [r for r in records(audit, table) if whole(r["failed_attempts"])]
    found = sorted(failing, key=lambda r: (-whole(r["failed_callers"]), *(shown(r[k]) for k in keys)))
    if not found:
        return None
    values = [
        {
            "label": _name(r, keys),
            "value": whole(r["failed_callers"]),
            "said": (
                f"{_name(r, keys)}: {whole(r['failed_callers']):,} callers, {whole(r['failed_attempts']):,}"
                " attempts"
            ),
        }
        for r in found[:PLACES_SHOWN]
    ]
    cut = f" The {PLACES_SHOWN} largest of {len(found):,} are drawn." if len(found) > PLACES_SHOWN else ""
    return Picture(
        key=table,
        title=title,
        alternative=f"{title}. Most: {values[0]['said']}.{cut}",
        svg=charts.bars(values, unit="failed callers", colours=[charts.STRONG] * len(values)),
        numbers=_counted(title, found, tuple(keys)),
    )


def cell_map(audit: Audit, block: Block) -> Picture | None:
    """Cells with failed callers, where the place of the cell is known."""
    placed = [
        r
        for r in records(audit, block["table"])
        if isinstance(r["latitude"], int | float) and isinstance(r["longitude"], int | float)
    ]
    found = sorted(
        (r for r in placed if whole(r["failed_attempts"])),
        key=lambda r: (-whole(r["failed_callers"]), shown(r["cell_id"])),
    )
    if not found:
        return None
    values = [
        {
            "latitude": r["latitude"],
            "longitude": r["longitude"],
            "callers": whole(r["failed_callers"]),
            "said": f"{shown(r['cell_id'])}, {shown(r['region'])}: {whole(r['failed_callers']):,} callers",
        }
        for r in found
    ]
    return Picture(
        key="cell_map",
        title="Where calls failed: cells by longitude and latitude",
        alternative=(
            f"{len(found):,} cells at their places; a larger circle means more failed callers. Most:"
            f" {values[0]['said']}."
        ),
        svg=charts.places(values),
        numbers=_counted("Failed callers by cell", found, ("cell_id", "region", "latitude", "longitude")),
    )


def _name(record: Record, keys: Sequence[str]) -> str:
    parts = [str(record[key]) for key in keys if record[key] not in (None, "")]
    return " ".join(parts) or "unknown"


def _counted(title: str, found: Iterable[Record], keys: Sequence[str]) -> Grid:
    rows = tuple(
        (
            *(shown(r[k]) for k in keys),
            wording.figure(whole(r["failed_callers"])),
            wording.figure(whole(r["failed_attempts"])),
        )
        for r in found
    )
    names = tuple(k.replace("_", " ") for k in keys)
    return Grid(title, (*names, "failed callers", "failed attempts"), rows, (len(keys), len(keys) + 1))


def bridge(found: Waterfall, number: int) -> Picture:
    """A bridge between two figures as a waterfall."""
    start, end = end_words(found.start), end_words(found.end)
    at, unit = found.start.value, found.start.unit
    steps = [_bar(start, 0, at, "total")]
    changes = [(step_words(step), step.change) for step in found.steps]
    for label, change in [*changes, ("not explained", found.residual)]:
        if change or label != "not explained":
            steps.append(_bar(label, at, at + change, "added" if change > 0 else "taken"))
            at += change
    steps.append(_bar(end, 0, found.end.value, "total"))
    title = f"From {start} to {end}"
    told = "; ".join(str(step["said"]) for step in steps)
    rows = tuple((str(s["label"]), str(s["figure"])) for s in steps)
    return Picture(
        f"bridge_{number}",
        title,
        f"{told}.",
        charts.waterfall(steps, unit=unit),
        Grid(title, ("step", unit or "figure"), rows, (1,)),
    )


def _bar(label: str, start: int, end: int, kind: str) -> dict[str, object]:
    figure = f"{end:,}" if kind == "total" else f"{end - start:+,}"
    return {
        "label": label,
        "from": start,
        "to": end,
        "kind": kind,
        "figure": figure,
        "said": f"{label} {figure}",
    }
