"""Puts points into polygons, for the steps of the model whose header says `solve = "polygons"`.

Such a step gives two sorts of rows: outlines (an area and its geometry) and points (an id, a longitude and a
latitude). Each point that lies
in an outline of its group, its border included, becomes a row with the area; of several the lowest by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A row of such a step: an outline where it has a `geometry`, else a point. Degrees; `group` keeps sets
    of outlines apart."""

    group: int
    point: str | None
    area: str | None
    longitude: float | None
    latitude: float | None
    geometry: str | None


def placed(spots: Iterable[Spot]) -> list[Spot]:
    """The points that lie in an outline of their group, each with its area."""
    outlines: dict[int, list[Spot]] = defaultdict(list)
    points: dict[int, list[Spot]] = defaultdict(list)
    for spot in spots:
        (points if spot.geometry is None else outlines)[spot.group].append(spot)
    found = [
        spot for group, there in points.items() if outlines[group] for spot in _within(there, outlines[group])
    ]
    return sorted(found, key=lambda spot: (spot.group, spot.point or ""))


def _within(points: Sequence[Spot], outlines: Sequence[Spot]) -> Iterable[Spot]:
    import shapely  # on use: few cases outline their areas

    outlines = sorted(outlines, key=lambda spot: spot.area or "")
    shapes = shapely.make_valid(shapely.from_geojson([spot.geometry for spot in outlines]))
    tree = shapely.STRtree(shapes)
    at = shapely.points([(spot.longitude, spot.latitude) for spot in points])
    first: dict[int, int] = {}
    for point, outline in zip(*tree.query(at, predicate="intersects").tolist(), strict=True):
        first[point] = min(outline, first.get(point, outline))
    for point, outline in sorted(first.items()):
        spot = points[point]
        yield Spot(spot.group, spot.point, outlines[outline].area, spot.longitude, spot.latitude, None)
