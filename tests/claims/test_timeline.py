"""Counts and claims are in order of time, each day in the zone of the case; a claim's date is one that has an
order."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.claims.timeline import beside_claims
from auditor.errors import UsageError
from auditor.model import Moment
from tests.claims.small import claim, write_small

DATES = ["2024", "2024-03-14", "2024-03", "2024-03-13", "2023-12-31", "2023", "2024-03-31", "2024-12-31"]


def test_a_claim_comes_after_the_files_of_its_day_and_before_those_of_the_next(tmp_path: Path) -> None:
    """Files of 14 March, 7 h in Sydney, came on 13 March in UTC, after what was said on 13 March."""
    text = "".join(claim(f"c{n}", n, said_on=day) for n, day in enumerate(DATES))
    case = read_case(write_small(tmp_path / "case", text))
    assert case.timezone == "Australia/Sydney"
    times = ["2024-03-13T12:59:59Z", "2024-03-13T13:00:00Z", "2024-03-13T20:00:00Z", "2025-01-01T00:00:00Z"]
    counted = [Moment(at, run="r") for at in times]
    assert [m.at for m in beside_claims(case, counted)] == [
        "2023-12-31",
        "2023",
        times[0],
        "2024-03-13",
        times[1],
        times[2],
        "2024-03-14",
        "2024-03-31",
        "2024-03",
        "2024-12-31",
        "2024",
        times[3],
    ]


@pytest.mark.parametrize(
    "said_on",
    [
        "13.03.2024",
        "2024-3-13",
        "2024-13",
        "2024-02-30",
        "20240313",
        "March 2024",
        "2024-03-13T10:00",
        "0000",
        "9999",
        "",
    ],
)
def test_a_date_without_an_order_is_an_error_of_the_case(tmp_path: Path, said_on: str) -> None:
    folder = write_small(tmp_path / "case", claim("c", 20, said_on=said_on))
    with pytest.raises(UsageError, match="said_on is no day, month or year") as error:
        read_case(folder)
    assert error.value.where is not None
    assert error.value.where.line is not None
    line = (folder / "case.toml").read_text("utf-8").splitlines()[error.value.where.line - 1]
    assert line.startswith("said_on")
    assert "2024-03" in error.value.hint


@pytest.mark.parametrize("figure", [99999999999999999999, -5, 2**63])
def test_a_figure_that_is_no_count_ends_with_2_and_its_line(tmp_path: Path, figure: int) -> None:
    folder = write_small(tmp_path / "case", claim("c", figure))
    with pytest.raises(UsageError, match=f"figure = {figure} is no count") as error:
        read_case(folder)
    assert error.value.exit_code == 2
    assert error.value.where is not None
    assert error.value.where.line is not None


def test_the_greatest_figure_is_read(tmp_path: Path) -> None:
    assert read_case(write_small(tmp_path / "case", claim("c", 2**63 - 1))).claims[0].figure == 2**63 - 1
