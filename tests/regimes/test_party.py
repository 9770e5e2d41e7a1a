"""What somebody types is a caller, or an error that does not repeat it."""

from __future__ import annotations

import pytest

from auditor.errors import UsageError
from auditor.regimes import caller_ids

IMEI = "35693803564380"


@pytest.mark.parametrize(
    ("typed", "country", "ids"),
    [
        ("0491 570 156", "AU", ("+61491570156",)),
        (" +61491570156\n", "", ("+61491570156",)),
        (f"{IMEI}9", "AU", (f"imsi:{IMEI}9", f"imei:{IMEI}")),
        (f"{IMEI}12", "AU", (f"imei:{IMEI}",)),
        (f"imei:{IMEI}9", "AU", (f"imei:{IMEI}",)),
        ("IMSI:505 01 0000000005", "AU", ("imsi:505010000000005",)),
    ],
)
def test_a_caller_is_read_by_the_plan_or_by_the_shape_of_its_id(
    typed: str, country: str, ids: tuple[str, ...]
) -> None:
    assert caller_ids(typed, country) == ids


@pytest.mark.parametrize(
    "typed",
    [
        "foo bar",
        "0491 57",
        "04915701566",
        "",
        "anonymous",
        "000000000000000",
        "imei:1234",
        "imsi:x",
        "C-0017",
    ],
)
def test_what_is_no_caller_is_an_error_that_does_not_repeat_it(typed: str) -> None:
    with pytest.raises(UsageError, match="fits no reading of a number in AU") as raised:
        caller_ids(typed, "AU")
    assert not typed or typed not in str(raised.value)
