"""Points in outlines, and the hours of the day that an outage touches."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from auditor.engine.calendar import touched_hours
from auditor.engine.places import Spot, placed


def square(group: int, area: str, west: float, east: float) -> Spot:
    ring = f"[[{west},0],[{east},0],[{east},1],[{west},1],[{west},0]]"
    return Spot(group, None, area, None, None, f'{{"type":"MultiPolygon","coordinates":[[{ring}]]}}')


def point(group: int, name: str, longitude: float) -> Spot:
    return Spot(group, name, None, longitude, 0.5, None)


def test_a_point_is_in_the_lowest_outline_that_holds_it_the_border_included() -> None:
    spots = [square(1, "B", 0, 2), square(1, "A", 1, 3), point(1, "b", 0.5), point(1, "both", 1.5)]
    found = placed([*spots, point(1, "edge", 3), point(1, "out", 3.1)])
    assert [(spot.point, spot.area) for spot in found] == [("b", "B"), ("both", "A"), ("edge", "A")]


def test_each_group_has_its_own_outlines() -> None:
    found = placed([square(1, "A", 0, 1), square(2, "B", 0, 1), point(1, "p", 0.5), point(3, "q", 0.5)])
    assert [(spot.group, spot.area) for spot in found] == [(1, "A")]


def test_an_outline_that_crosses_itself_still_holds_what_lies_in_it() -> None:
    bow = '{"type":"MultiPolygon","coordinates":[[[[0,0],[2,2],[2,0],[0,2],[0,0]]]]}'
    found = placed([Spot(1, None, "bow", None, None, bow), Spot(1, "p", None, 0.2, 1.0, None)])
    assert [spot.area for spot in found] == ["bow"]


def test_hours_are_those_of_the_zone_and_the_end_is_not_touched() -> None:
    adelaide = ZoneInfo("Australia/Adelaide")
    begin = datetime(2024, 5, 1, 0, 45, tzinfo=UTC)  # 10:15 there
    assert list(touched_hours(adelaide, begin, datetime(2024, 5, 1, 1, 30, tzinfo=UTC))) == [10]
    assert list(touched_hours(adelaide, begin, datetime(2024, 5, 1, 1, 30, 1, tzinfo=UTC))) == [10, 11]


def test_an_hour_that_the_clocks_skip_is_not_touched_and_a_long_outage_touches_all() -> None:
    sydney = ZoneInfo("Australia/Sydney")
    begin, end = datetime(2024, 10, 5, 15, tzinfo=UTC), datetime(2024, 10, 5, 17, tzinfo=UTC)
    assert list(touched_hours(sydney, begin, end)) == [1, 3]
    assert list(touched_hours(sydney, begin, datetime(2024, 10, 9, tzinfo=UTC))) == list(range(24))
