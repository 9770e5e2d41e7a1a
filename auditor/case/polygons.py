"""Areas as a GeoJSON file of the case outlines them: each feature is an area by its `name`, one polygon or
several."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.errors import AuditorError, UsageError, Where
from auditor.private import refuse_irregular, refuse_outside

SUFFIXES = (".geojson", ".json")
_MAX_BYTES = 64 << 20
_LETTERS = str.maketrans("0123456789", "abcdefghij")
_HINT = "each feature is a Polygon or MultiPolygon in degrees (longitude, latitude) with a property `name`"


@dataclass(frozen=True, slots=True)
class Area:
    """An area by its name; with its outline as the text of a GeoJSON geometry where a file gives one."""

    name: str
    geometry: str | None = None

    @property
    def sketch(self) -> str | None:
        """The corners for a map, to 11 m, a letter a digit: no mask shall take them for somebody's number."""
        if self.geometry is None:
            return None
        polygons = json.loads(self.geometry)["coordinates"]
        rings = [[[f"{x:.4f}", f"{y:.4f}"] for x, y in ring] for polygon in polygons for ring in polygon]
        return ";".join(" ".join(",".join(point) for point in ring) for ring in rings).translate(_LETTERS)


def is_file_of_areas(text: str) -> bool:
    """Whether an entry of a list of areas names a file, and not an area."""
    return text.lower().endswith(SUFFIXES)


def read_areas(folder: Path, name: str, where: Where) -> tuple[Area, ...]:
    """The areas of the file `name` below `folder`, in its order; UsageError says what it should hold."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise UsageError(f"{name!r} lies outside the case", where=where, hint="put the file into the folder")
    path = folder / name
    refuse_outside(folder, path)
    try:
        refuse_irregular(path)
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(
                f"{name!r} is larger than {_MAX_BYTES >> 20} MB", where=where, hint="simplify its outlines"
            )
        read = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"there is no file {name!r} in the case",
            where=where,
            hint="areas are names, or a file of outlines",
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{name!r} is no GeoJSON: {error}", where=where, hint=_HINT) from error
    try:
        return tuple(_area(feature) for feature in _features(read))
    except AuditorError:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(
            f"{name!r} holds an outline that cannot be read: {error}", where=where, hint=_HINT
        ) from error


def _features(read: Any) -> list[Any]:
    if read.get("type") != "FeatureCollection" or not read["features"]:
        raise ValueError("no FeatureCollection with features")
    return list(read["features"])


def _area(feature: Any) -> Area:
    name, geometry = feature["properties"]["name"], feature["geometry"]
    if not isinstance(name, str) or not name.strip():
        raise ValueError("a feature without a name")
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a {kind!r} in place of a polygon")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = [[_ring(ring) for ring in polygon] for polygon in polygons]
    return Area(
        name.strip(), json.dumps({"type": "MultiPolygon", "coordinates": rings}, separators=(",", ":"))
    )


def _ring(ring: Any) -> list[list[float]]:
    points = [[float(point[0]), float(point[1])] for point in ring]
    if len(points) < 4 or points[0] != points[-1]:
        raise ValueError("a ring that is not closed, or has fewer than four points")
    if not all(math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90 for x, y in points):
        raise ValueError("a point that is no longitude and latitude")
    return points
