"""A match made again in half and in twice its window is that of an audit with such a window."""

from pathlib import Path

import pytest

from auditor.claims import of_measure
from auditor.pipeline import Options, audit, read_figures
from auditor.simulate import simulate
from tests.oracle.builder import arrival, attempt, world
from tests.oracle.folder import write_case

WIDTHS = {
    "half": {"match_before_s": "2", "match_after_s": "30"},
    "double": {"match_before_s": "8", "match_after_s": "120"},
}
USUAL = {"match_before_s": "4", "match_after_s": "60"}


def delivered(folder: Path, width: str) -> int:
    base = of_measure("attempts.delivered")
    assert base is not None
    with read_figures(folder) as (_, figures, _store):
        return figures.value(base.with_(match_window=width))


def test_a_record_that_half_the_window_parts_from_one_attempt_goes_to_a_nearer_one(tmp_path: Path) -> None:
    calls = [attempt(f"18:0{n // 2}:{n % 2 * 30:02}", None) for n in range(3)]
    records = [arrival(f"18:0{n}:{s}") for n, s in ((0, 40), (1, 10), (1, 40))]
    folder = write_case(world(attempts=calls, centre=records), tmp_path / "case")
    with audit(folder) as result:
        assert result.measures["attempts.delivered"].value == 3
    assert delivered(folder, "half") == 2, (
        "each pair of the usual match is 40 s apart; the second and third attempt are 10 s from a record"
    )
    assert delivered(folder, "double") == 3


@pytest.mark.holds("property.15")
@pytest.mark.parametrize("seed", [3, 11])
def test_windows_are_those_of_an_audit_with_such_a_window(tmp_path: Path, seed: int) -> None:
    expected = {}
    for width, params in WIDTHS.items():
        simulate(tmp_path / width, seed)
        with audit(tmp_path / width, Options(params=params)) as result:
            expected[width] = result.measures["attempts.delivered"].value
    simulate(tmp_path / "usual", seed)
    with audit(tmp_path / "usual", Options(params=USUAL)):
        pass
    assert {width: delivered(tmp_path / "usual", width) for width in WIDTHS} == expected
