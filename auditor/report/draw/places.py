"""A map of places: cells with failed callers over a coarse coast, to show where on earth they are."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from auditor.report.draw.charts import QUIET, STRONG, WIDTH, Values, as_svg, inline

Point = tuple[float, float]
"""Longitude and latitude in degrees."""
Line = tuple[Point, ...]
LEAST_DEGREES = 2.0
"""The outlines are true to about an eighth of a degree: of a smaller piece of land they are not drawn."""


def places(cells: Values, *, width: int = WIDTH) -> str:
    """Cells by longitude and latitude over the coast, area by callers, in their true proportion. `cells`:
    latitude, longitude, callers, said."""
    import altair as alt

    lats = [float(str(row["latitude"])) for row in cells]
    lons = [float(str(row["longitude"])) for row in cells]
    middle, high = (min(lats) + max(lats)) / 2, max(max(lats) - min(lats), 0.02)
    wide = max(max(lons) - min(lons), 0.02) * max(0.1, math.cos(math.radians(middle)))
    most = max(_count(row["callers"]) for row in cells)
    height = int(min(460, max(200 if width >= WIDTH else 150, (width - 60) * high / wide)))
    across = int(min(width - 60, max(200, height * wide / high)))

    spans = {"longitude": _widened(lons), "latitude": _widened(lats)}

    def axis(field: str, kind: Any) -> Any:
        scale = alt.Scale(domain=list(spans[field]), nice=False, zero=False)
        return kind(f"{field}:Q", scale=scale, axis=alt.Axis(title=field, tickCount=5, format=".3~f"))

    size = alt.Size(
        "callers:Q",
        scale=alt.Scale(type="sqrt", rangeMin=20, rangeMax=900),
        legend=alt.Legend(
            title="failed callers",
            format=",d",
            values=sorted({1, (most + 1) // 2, most}),
            orient="right" if width >= WIDTH else "bottom",
        ),
    )
    chart = (
        alt.Chart(inline(cells))
        .mark_circle(color=STRONG, opacity=0.55, stroke=STRONG, strokeWidth=1)
        .encode(x=axis("longitude", alt.X), y=axis("latitude", alt.Y), size=size, description="said:N")
    )
    land = [
        {"longitude": x, "latitude": y, "ring": ring, "corner": corner}
        for ring, corners in enumerate(coast(*spans["longitude"], *spans["latitude"]))
        for corner, (x, y) in enumerate(corners)
    ]
    lines = alt.Chart(inline(land)).mark_line(color=QUIET, strokeWidth=0.8, opacity=0.7)
    outline = lines.encode(
        x=axis("longitude", alt.X), y=axis("latitude", alt.Y), detail="ring:N", order="corner:Q"
    )
    drawn = alt.layer(outline, chart) if land else chart
    return as_svg(drawn.properties(width=across, height=height))


def _widened(places: Sequence[float]) -> tuple[float, float]:
    """The least and the greatest place with a margin around them, in degrees."""
    low, top = min(places), max(places)
    margin = max((top - low) * 0.12, 0.01)
    return low - margin, top + margin


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def coast(west: float, east: float, south: float, north: float) -> tuple[Line, ...]:
    """The pieces of outline inside a window in degrees; none where the window is too small for them."""
    if max(east - west, north - south) < LEAST_DEGREES:
        return ()
    found: list[list[Point]] = []
    for ring in _land():
        is_open = False
        for one, other in pairwise(ring):
            piece = _inside(one, other, (west, east, south, north))
            if piece is None:
                is_open = False
                continue
            if not is_open or found[-1][-1] != piece[0]:
                found.append([piece[0]])
            found[-1].append(piece[1])
            is_open = True
    return tuple(map(tuple, found))


def _inside(
    one: Point, other: Point, window: tuple[float, float, float, float]
) -> tuple[Point, Point] | None:
    """The part of a straight line that is inside a window, after Liang and Barsky; None where there is
    none."""
    (x, y), (dx, dy) = one, (other[0] - one[0], other[1] - one[1])
    west, east, south, north = window
    enters, leaves = 0.0, 1.0
    for step, room in ((-dx, x - west), (dx, east - x), (-dy, y - south), (dy, north - y)):
        if step == 0:
            if room < 0:
                return None
        elif step < 0:
            enters = max(enters, room / step)
        else:
            leaves = min(leaves, room / step)
    if enters >= leaves:
        return None
    first = (x + enters * dx, y + enters * dy) if enters else one
    last = (x + leaves * dx, y + leaves * dy) if leaves < 1 else other
    return first, last


@cache
def _land() -> tuple[Line, ...]:
    text = files("auditor.report.draw").joinpath("land.json").read_text("utf-8")
    return tuple(
        tuple((x / 10, y / 10) for x, y in zip(ring[::2], ring[1::2], strict=True))
        for ring in json.loads(text)["rings"]
    )
