"""Pictures of tables that hold outlines, and of counts beside events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from auditor.catalogue.domains import states
from auditor.model import Audit, Cell
from auditor.report.content import wording
from auditor.report.content.pictures import Block, records, shown, whole
from auditor.report.document import Grid, Picture
from auditor.report.draw.sketches import Event, Outline, events_over_counts, outlined

_DIGITS = str.maketrans("abcdefghij", "0123456789")
MOST_AREAS = 400
"""Of more areas the first by name are drawn, and the picture says so."""


def outlines(audit: Audit, block: Block) -> Picture | None:
    """Areas of a `table` (`area`, `claimed`, `status`, `sketch`) in the colours of their `states`."""
    found = [r for r in records(audit, block["table"]) if r["sketch"]]
    order = states()[block["states"]]
    colours = {state.value: state.colour for state in order}
    words = {state.value: state.word for state in order}
    areas = [
        Outline(
            str(r["area"]),
            _rings(str(r["sketch"])),
            colours.get(str(r["status"]), "#7a7a7a"),
            bool(r["claimed"]),
            f"{r['area']}: {words[str(r['status'])]}" + (", claimed" if r["claimed"] else ""),
        )
        for r in found[:MOST_AREAS]
    ]
    if not areas:
        return None
    cut = f" Of {len(found):,} areas the first {MOST_AREAS:,} are drawn." if len(found) > MOST_AREAS else ""
    legend = ", ".join(
        f"{word} ({sum(r['status'] == value for r in found):,})" for value, word in words.items()
    )
    return Picture(
        key=str(block["key"]),
        title=str(block["title"]),
        alternative=(
            f"Outlines of {wording.counted(len(areas), 'areas')}, a thick line around those claimed:"
            f" {legend}.{cut}"
        ),
        draw=partial(outlined, areas),
        numbers=Grid(
            str(block["title"]),
            ("area", "claimed", "status", "verdict"),
            tuple(
                (shown(r["area"]), _yes(r["claimed"]), shown(r["status"]), shown(r["verdict"])) for r in found
            ),
        ),
    )


def _yes(cell: Cell) -> str:
    return "yes" if cell else "no"


def _rings(sketch: str) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The rings of an outline, its digits written as letters."""
    rings = []
    for ring in sketch.translate(_DIGITS).split(";"):
        corners = [point.split(",") for point in ring.split(" ")]
        rings.append(tuple((float(x), float(y)) for x, y in corners))
    return tuple(rings)


def events(audit: Audit, block: Block) -> Picture | None:
    """Counts by hour (`table`, `count`) above what another table holds (`events`, `at`, `lane`, `what`)."""
    zone = ZoneInfo(audit.case.timezone)
    told = [r for r in records(audit, block["events"]) if r[block["at"]]]
    if not told:
        return None
    counts = [
        (
            datetime.strptime(str(r["hour_local"]), "%Y-%m-%d %H:%M").replace(tzinfo=zone),
            whole(r[block["count"]]),
        )
        for r in records(audit, block["table"])
    ]
    marks, total = [_event(r, block, zone) for r in told], sum(count for _, count in counts)
    return Picture(
        key=str(block["key"]),
        title=f"{block['title']} ({audit.case.timezone})",
        alternative=(
            f"{wording.counted(total, str(block['unit']))} by hour, and"
            f" {wording.counted(len(marks), 'events')}."
        ),
        draw=partial(events_over_counts, counts, marks, unit=str(block["unit"])),
        numbers=Grid(
            str(block["title"]),
            ("at", "lane", "what"),
            tuple((f"{m.at:%Y-%m-%d %H:%M}", m.lane, m.said) for m in marks),
        ),
    )


def _event(row: Mapping[str, Cell], block: Block, zone: ZoneInfo) -> Event:
    at = datetime.fromisoformat(str(row[block["at"]])).astimezone(zone)
    lane = shown(row[block["lane"]])
    what = " ".join(shown(row[name]) for name in block["what"] if row[name])
    return Event(at, lane, f"{at:%Y-%m-%d %H:%M} {lane}: {what}".strip())
