"""Outlines of areas as a case gives them: what is read, and what each fault is answered with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.case.polygons import read_areas
from auditor.errors import UsageError, Where

RING = [[150.0, -34.0], [151.0, -34.0], [151.0, -33.0], [150.0, -34.0]]
HERE = Where("case.toml", 1)


def write(folder: Path, *features: object, kind: str = "FeatureCollection") -> str:
    (folder / "a.geojson").write_text(
        json.dumps({"type": kind, "features": list(features)}), encoding="utf-8"
    )
    return "a.geojson"


def feature(name: object, coordinates: object, kind: str = "Polygon") -> dict[str, object]:
    return {"properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


def test_polygons_and_multipolygons_are_areas_by_their_name(tmp_path: Path) -> None:
    name = write(tmp_path, feature(" North ", [RING]), feature("South", [[RING], [RING]], "MultiPolygon"))
    north, south = read_areas(tmp_path, name, HERE)
    assert (north.name, south.name) == ("North", "South")
    assert json.loads(str(south.geometry)) == {"type": "MultiPolygon", "coordinates": [[RING], [RING]]}


def test_a_sketch_holds_no_digit(tmp_path: Path) -> None:
    (area,) = read_areas(tmp_path, write(tmp_path, feature("North", [RING])), HERE)
    assert area.sketch
    assert not any(c.isdigit() for c in area.sketch)


@pytest.mark.parametrize(
    "bad",
    [
        feature("", [RING]),
        feature(5, [RING]),
        feature("x", [RING[:3]]),
        feature("x", [[*RING[:3], [0, 0]]]),
        feature("x", [[[200, 0], [1, 0], [1, 1], [200, 0]]]),
        feature("x", [[["a", 0], [1, 0], [1, 1], ["a", 0]]]),
        feature("x", [RING], "Point"),
        {"properties": {}, "geometry": None},
        7,
    ],
)
def test_an_outline_that_is_none_is_refused(tmp_path: Path, bad: object) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_areas(tmp_path, write(tmp_path, bad), HERE)


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", "[" * 100_000, '{"type": "FeatureCollection", "features": []}']
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        read_areas(tmp_path, "a.json", HERE)


@pytest.mark.parametrize("name", ["../a.geojson", "/etc/a.geojson", "missing.geojson"])
def test_a_file_outside_the_case_or_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        read_areas(tmp_path, name, HERE)


def test_a_link_that_leads_out_of_the_case_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    write(tmp_path, feature("North", [RING]))
    (tmp_path / "case" / "b.geojson").symlink_to(tmp_path / "a.geojson")
    with pytest.raises(UsageError, match="leads out of the case"):
        read_areas(tmp_path / "case", "b.geojson", HERE)
