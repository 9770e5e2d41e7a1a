"""Charts: their numbers for those who cannot see them, names that would stop the drawing, the coast behind a
map."""

from __future__ import annotations

import pytest

from auditor.report.content.sections import build
from auditor.report.document import Edition
from auditor.report.draw import charts
from auditor.report.draw.places import coast
from auditor.report.profiles.reader import read_profile
from tests.report.audits import rich_audit


def test_every_chart_carries_its_numbers_in_its_text() -> None:
    pictures = build(rich_audit(), read_profile("working"), Edition()).pictures
    assert pictures
    for picture in pictures:
        assert "Numbers: " in picture.spoken, picture.key
        assert picture.numbers.rows[0][0] in picture.spoken


def test_the_timeline_is_drawn_in_the_zone_of_the_case() -> None:
    document = build(rich_audit(), read_profile("working"), Edition())
    svg = document.pictures[0].draw(width=charts.WIDTH)
    assert "Australia/Sydney" in svg
    assert "UTC" not in svg
    assert document.pictures[0].numbers.rows[0][0] == "2024-03-13 01:00"


@pytest.mark.parametrize("width", [charts.WIDTH, charts.NARROW])
def test_a_name_that_is_cut_inside_a_character_stops_no_chart(width: int) -> None:
    names = ["🚑" * 90, "x" * 15 + "🚑" * 40, "नमस्ते" * 30]
    values = [{"label": name, "value": n + 1, "said": name} for n, name in enumerate(names)]
    assert charts.bars(values, unit="callers", width=width).startswith("<svg")


def test_a_map_of_a_country_has_its_coast_and_a_map_of_a_town_has_none() -> None:
    lines = coast(112.0, 155.0, -40.0, -25.0)
    assert any(len(line) > 50 for line in lines)
    assert all(112 <= x <= 155 and -40 <= y <= -25 for line in lines for x, y in line)
    assert coast(151.0, 151.4, -34.0, -33.7) == ()
    assert coast(-150.0, -140.0, -45.0, -40.0) == ()
