"""Times in one zone: the wall clock of the case, exact where that clock was set back."""

from __future__ import annotations

import pytest

from auditor.report.content.times import Zone

SYDNEY = Zone("Australia/Sydney")


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        ("2023-11-07T17:05:00Z", "2023-11-08 04:05"),
        ("2023-11-07T17:05:31Z", "2023-11-08 04:05:31"),
        ("2023-11-07T17:05:31.250Z", "2023-11-08 04:05:31.250"),
        ("2024-04-06T15:30:00Z", "2024-04-07 02:30+11:00"),
        ("2024-04-06T16:30:00Z", "2024-04-07 02:30+10:00"),
        ("2024-04-06T17:30:00Z", "2024-04-07 03:30"),
        ("2024-10-05T16:30:00Z", "2024-10-06 03:30"),
        ("2024-03-20", "2024-03-20"),
        ("soon after it", "soon after it"),
        ("", ""),
    ],
)
def test_an_instant_is_shown_by_the_wall_clock(utc: str, shown: str) -> None:
    assert SYDNEY.instant(utc) == shown


def test_a_window_is_said_with_its_day_once_or_with_both() -> None:
    assert SYDNEY.span("2023-11-07T17:05:00Z", "2023-11-08T05:00:00Z") == "8 November 2023, 04:05 to 16:00"
    assert (
        SYDNEY.span("2023-11-08T05:00:00Z", "2023-11-09T05:00:00Z")
        == "8 November 2023, 16:00, to 9 November 2023, 16:00"
    )


def test_times_inside_a_text_are_of_the_zone_too() -> None:
    assert SYDNEY.within("until 2023-11-07T17:05:00+00:00; 228 calls") == "until 2023-11-08 04:05; 228 calls"


def test_both_offsets_are_named_where_the_clock_changed() -> None:
    assert SYDNEY.offsets("2024-04-06T12:00:00Z", "2024-04-07T12:00:00Z") == "UTC+11:00 and UTC+10:00"
    assert SYDNEY.offsets("") == ""
