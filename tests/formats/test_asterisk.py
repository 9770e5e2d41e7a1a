"""The zone check: an Asterisk id holds the second in UTC."""

from __future__ import annotations

from auditor.formats.asterisk import zone_error_s

SYDNEY = [
    ("pbx-1710262801.12", "2024-03-13 04:00:01"),
    ("1710262900.13", "2024-03-13 04:01:41"),
    ("1710263000.1", "2024-03-13 04:03:19"),
]


def test_the_right_zone_agrees_with_the_ids() -> None:
    assert zone_error_s(SYDNEY, "Australia/Sydney") == 0


def test_a_wrong_zone_is_off_by_its_difference() -> None:
    assert zone_error_s(SYDNEY, "UTC") == 11 * 3600
    assert zone_error_s(SYDNEY, "Australia/Adelaide") == 1800


def test_an_offset_in_the_time_is_honoured() -> None:
    assert zone_error_s([("1710262801.12", "2024-03-13T04:00:01+11:00")], "UTC") == 0


def test_nothing_is_said_where_nothing_can_be_read() -> None:
    assert (
        zone_error_s([("call-7", "2024-03-13 04:00:01"), ("1710262801.12", "yesterday"), ("", "")], "UTC")
        is None
    )
