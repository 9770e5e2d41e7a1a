"""Pictures that no charting library is needed for: outlined areas, and counts over time with events in lanes.

Plain SVG with a title on each mark; colours as those of the charts, so that a page may turn its ink.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from auditor.report.content import wording
from auditor.report.draw.charts import INK, LINE, QUIET, SHADE, STRONG, WIDTH
from auditor.text import safe_text

Ring = Sequence[tuple[float, float]]
"""Longitude and latitude of each corner."""
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">'


@dataclass(frozen=True, slots=True)
class Outline:
    """An area on a map: its rings, its colour, whether somebody claimed it, and what is said of it."""

    name: str
    rings: tuple[Ring, ...]
    colour: str
    is_claimed: bool
    said: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a moment, in a lane."""

    at: datetime
    lane: str
    said: str


def outlined(areas: Sequence[Outline], *, width: int = WIDTH) -> str:
    """The areas by longitude and latitude, north above, with a thick line around those that were claimed."""
    points = [point for area in areas for ring in area.rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    # A degree of longitude is shorter by the cosine of the latitude.
    squeeze = max(0.05, math.cos(math.radians((south + north) / 2)))
    scale = min((width - 20) / max(1e-9, (east - west) * squeeze), 420 / max(1e-9, north - south))
    height = round((north - south) * scale + 20)

    def placed(point: tuple[float, float]) -> str:
        return f"{10 + (point[0] - west) * squeeze * scale:.1f},{10 + (north - point[1]) * scale:.1f}"

    drawn = []
    for area in sorted(areas, key=lambda area: (area.is_claimed, area.name)):
        path = " ".join("M" + " L".join(map(placed, ring)) + " Z" for ring in area.rings)
        line = (
            f'stroke="{INK}" stroke-width="2.5"'
            if area.is_claimed
            else f'stroke="{QUIET}" stroke-width="0.7"'
        )
        drawn.append(
            f'<path d="{path}" fill="{area.colour}" fill-opacity="0.7" fill-rule="evenodd" {line}>'
            f"<title>{_text(area.said)}</title></path>"
        )
        x, y = map(float, placed(_middle(area.rings[0])).split(","))
        drawn.append(_label(x, y, area.name, "middle"))
    return "".join([_HEAD.format(width=width, height=height), *drawn, "</svg>"])


def _middle(ring: Ring) -> tuple[float, float]:
    corners = ring[:-1]
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def events_over_counts(
    counts: Sequence[tuple[datetime, int]], events: Sequence[Event], *, unit: str, width: int = WIDTH
) -> str:
    """Columns of a count by hour, and below them a lane for each sort of event; hover says which."""
    moments = [at for at, _ in counts] + [event.at for event in events]
    first, last = min(moments), max(moments)
    span = max(3600.0, (last - first).total_seconds() + 3600)
    lanes = list(dict.fromkeys(event.lane for event in events))
    left, top, columns, lane = 110, 16, 130, 22
    height = top + columns + lane * len(lanes) + 30
    most = max((count for _, count in counts), default=0) or 1

    def across(at: datetime) -> float:
        return left + (at - first).total_seconds() / span * (width - left - 10)

    bar = max(1.0, 3600 / span * (width - left - 10) - 1)
    drawn = [_label(left - 6, top + 8, f"{most:,} {unit}"), _label(left - 6, top + columns, "0")]
    for at, count in counts:
        tall = count / most * columns
        shape = f'x="{across(at):.1f}" y="{top + columns - tall:.1f}" width="{bar:.1f}" height="{tall:.1f}"'
        said = f"{at:%Y-%m-%d %H:%M}: {wording.counted(count, _text(unit))}"
        drawn.append(f'<rect {shape} fill="{STRONG}"><title>{said}</title></rect>')
    for number, name in enumerate(lanes):
        y = top + columns + lane * (number + 1)
        shade = SHADE if number % 2 else "none"
        drawn.append(
            f'<rect x="{left}" y="{y - 11}" width="{width - left - 10}" height="{lane}" fill="{shade}"/>'
        )
        drawn.append(f'<line x1="{left}" x2="{width - 10}" y1="{y}" y2="{y}" stroke="{LINE}"/>')
        drawn.append(_label(left - 6, y + 4, name))
        drawn += [_dot(across(event.at), y, event.said) for event in events if event.lane == name]
    for at, anchor in ((first, "start"), (last, "end")):
        drawn.append(_label(across(at), height - 6, f"{at:%Y-%m-%d %H:%M}", anchor))
    return "".join([_HEAD.format(width=width, height=height), *drawn, "</svg>"])


def _dot(x: float, y: float, said: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{INK}"><title>{_text(said)}</title></circle>'


def _label(x: float, y: float, text: str, anchor: str = "end") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="11" fill="{QUIET}">{_text(text)}</text>'


def _text(text: str) -> str:
    """Text of a case or a log, made safe for SVG."""
    return escape(safe_text(text))
