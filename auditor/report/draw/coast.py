"""Outlines of land behind a map of places: a coarse coast, to show where on earth it is."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of each corner, in degrees."""
LEAST_DEGREES = 2.0
"""The outlines are true to about an eighth of a degree: of a smaller piece of land they are not drawn."""


def coast(west: float, east: float, south: float, north: float) -> tuple[Ring, ...]:
    """The outlines that touch a window in degrees; none where the window is too small for them."""
    if max(east - west, north - south) < LEAST_DEGREES:
        return ()
    return tuple(ring for ring in _land() if any(west <= x <= east and south <= y <= north for x, y in ring))


@cache
def _land() -> tuple[Ring, ...]:
    text = files("auditor.report.draw").joinpath("land.json").read_text("utf-8")
    return tuple(
        tuple((x / 10, y / 10) for x, y in zip(ring[::2], ring[1::2], strict=True))
        for ring in json.loads(text)["rings"]
    )
