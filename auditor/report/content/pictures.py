"""Charts made from the audit's tables, each with a text that says what it shows and its numbers as a
table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from auditor.catalogue.domains import states
from auditor.model import EMPTY_ROWS, Audit, Cell, Waterfall
from auditor.report.content import wording
from auditor.report.content.claims import end_words, step_words
from auditor.report.content.times import Zone
from auditor.report.document import Grid, Picture
from auditor.report.draw import charts
from auditor.report.draw.places import places

PLACES_SHOWN = 20
UNKNOWN = "unknown"
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
    return UNKNOWN if cell is None or cell == "" else str(cell)


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
            "said": f"{s.word}: {n:,} of {wording.counted(total, unit)} ({wording.share(n, total)})",
        }
        for s, n in known
    ]
    rows = tuple((s.word, wording.figure(n), wording.share(n, total)) for s, n in known)
    return Picture(
        key=block["key"],
        title=block["title"],
        alternative=f"Of {total:,} {block['lead']}: " + "; ".join(f"{s.word} {n:,}" for s, n in known) + ".",
        draw=partial(charts.bars, values, unit=unit, colours=[s.colour for s, _ in known]),
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
        draw=partial(charts.columns, values, x_title=block["axis"], y_title=block["unit"], order=groups),
        numbers=Grid(
            block["numbers"],
            ("time", *(word for _, word, _ in groups)),
            table,
            tuple(range(1, len(groups) + 1)),
        ),
    )


INSIDE, _OUTSIDE = "in an outage", "outside the outages"
_PLACES = ((INSIDE, INSIDE, charts.STRONG), (_OUTSIDE, _OUTSIDE, charts.PLAIN))


def everywhere(audit: Audit) -> str:
    """What the title of a count of all failures adds, where the case has an outage: most readers take the
    count for that of the outage."""
    return ", in the outages and outside them" if audit.case.outages else ""


def place_of(audit: Audit, hour_local: Cell) -> str:
    """Whether an hour by the case's own time touches a declared outage, in words; empty where the case has no
    outage, or the text is no hour."""
    zone = Zone(audit.case.timezone)
    try:
        begin = datetime.strptime(str(hour_local), "%Y-%m-%d %H:%M")
    except ValueError:
        return ""
    spans = [(zone.moment(o.start_utc), zone.moment(o.end_utc)) for o in audit.case.outages]
    walls = [(a.replace(tzinfo=None), b.replace(tzinfo=None)) for a, b in spans if a and b]
    if not walls:
        return ""
    return INSIDE if any(a < begin + timedelta(hours=1) and begin < b for a, b in walls) else _OUTSIDE


def failed_by_hour(audit: Audit, block: Block) -> Picture | None:
    """Failed callers by hour in the case's own time, those of hours in an outage in another colour."""
    found = records(audit, block["table"])
    if not found:
        return None
    marked = [{**r, "where": place_of(audit, r["hour_local"])} for r in found]
    is_marked = all(r["where"] for r in marked)
    order = _PLACES if is_marked else ()
    values = [
        {
            "group": r["where"],
            "word": r["where"],
            "label": shown(r["hour_local"])[5:],
            "value": whole(r["failed_callers"]),
            "said": f"{shown(r['hour_local'])}: {wording.counted(whole(r['failed_callers']), 'callers')}",
        }
        for r in marked
    ]
    worst = max(found, key=lambda r: whole(r["failed_callers"]))
    return Picture(
        key=block["table"],
        title=f"Failed callers by hour{everywhere(audit)}",
        alternative=(
            f"Failed callers by hour{everywhere(audit)}. Most from {shown(worst['hour_local'])}:"
            f" {whole(worst['failed_callers']):,}."
        ),
        draw=partial(charts.columns, values, x_title="hour", y_title="failed callers", order=order),
        numbers=_counted(
            "Failed callers by hour", marked, ("hour_local", "where") if is_marked else ("hour_local",)
        ),
    )


def ranked(audit: Audit, block: Block) -> Picture | None:
    """A breakdown of failed callers as bars, longest first; the table of numbers has every row. None where
    nothing of it is known."""
    table, keys, title = block["table"], block["keys"], f"{block['title']}{everywhere(audit)}"
    failing = [r for r in records(audit, table) if whole(r["failed_attempts"])]
    found = sorted(failing, key=lambda r: (-whole(r["failed_callers"]), *(shown(r[k]) for k in keys)))
    if all(_name(r, keys) == UNKNOWN for r in found):
        return None
    values = [
        {
            "label": _name(r, keys),
            "value": whole(r["failed_callers"]),
            "said": (
                f"{_name(r, keys)}: {wording.counted(whole(r['failed_callers']), 'callers')},"
                f" {wording.counted(whole(r['failed_attempts']), 'attempts')}"
            ),
        }
        for r in found[:PLACES_SHOWN]
    ]
    cut = f" The {PLACES_SHOWN} largest of {len(found):,} are drawn." if len(found) > PLACES_SHOWN else ""
    return Picture(
        key=table,
        title=title,
        alternative=f"{title}. Most: {values[0]['said']}.{cut}",
        draw=partial(charts.bars, values, unit="failed callers", colours=[charts.STRONG] * len(values)),
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
        key=lambda r: (-whole(r["failed_callers"]), shown(r["cell_id"]), shown(r["network"])),
    )
    if not found:
        return None
    values = [
        {
            "latitude": r["latitude"],
            "longitude": r["longitude"],
            "callers": whole(r["failed_callers"]),
            "said": (
                f"{shown(r['cell_id'])}, {shown(r['network'])}, {shown(r['region'])}:"
                f" {wording.counted(whole(r['failed_callers']), 'callers')}"
            ),
        }
        for r in found
    ]
    return Picture(
        key="cell_map",
        title=f"Where calls failed{everywhere(audit)}",
        alternative=(
            f"{wording.counted(len(found), 'cells')}, each at its place; a larger circle means more"
            f" failed callers. Most: {values[0]['said']}."
        ),
        draw=partial(places, values),
        numbers=_counted(
            "Failed callers by cell", found, ("cell_id", "network", "region", "latitude", "longitude")
        ),
    )


def _name(record: Record, keys: Sequence[str]) -> str:
    parts = [str(record[key]) for key in keys if record[key] not in (None, "")]
    return " ".join(parts) or UNKNOWN


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


def bridge(found: Waterfall, number: int, zone: Zone) -> Picture:
    """A bridge between two figures as a waterfall, times in `zone`."""
    start, end = end_words(found.start), end_words(found.end)
    at, unit = found.start.value, found.start.unit
    steps = [_bar(start, 0, at, "total")]
    changes = [(zone.within(step_words(step)), step.change) for step in found.steps]
    for label, change in [*changes, ("not explained", found.residual or 0)]:
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
        partial(charts.waterfall, steps, unit=unit),
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
