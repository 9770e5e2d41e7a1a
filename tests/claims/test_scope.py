"""A claim whose scope lies outside the evidence is never tested: a zero of what was not looked at agrees with
nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.model import JudgedClaim
from auditor.pipeline import audit
from auditor.report.content.claims import verdict_words
from tests.claims.small import claim, judged, write_small

UNTESTED = "cannot be tested"
OUTSIDE: dict[str, dict[str, object]] = {
    "window": {"window_start": "2023-01-01T00:00:00Z", "window_end": "2023-02-01T00:00:00Z"},
    "before": {"window_end": "2020-01-01T00:00:00Z"},
    "just_before": {"window_end": "2024-03-12T17:00:00Z"},
    "after": {"window_start": "2024-03-12T21:00:00Z"},
    "network": {"networks": ["zulu"]},
    "one_of_two": {"networks": ["alpha", "zulu"]},
    "left_out": {"networks": ["!zulu"]},
    "spelling": {"networks": ["Alpha"]},
    "access": {"access": ["4g"]},
    "area": {"areas": ["NSW"]},
}
INSIDE: dict[str, dict[str, object]] = {
    "window": {"window_start": "2024-03-12T19:57:00Z"},
    "first": {"window_end": "2024-03-12T17:00:01Z"},
    "network": {"networks": ["alpha"]},
    "left_out": {"networks": ["!bravo"]},
    "no_name": {"networks": ["alpha", ""]},
}


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> dict[str, JudgedClaim]:
    text = "".join(claim(f"{name}_{n}", n, **keys) for name, keys in OUTSIDE.items() for n in (0, 7))
    text += "".join(claim(f"in_{name}", 7, **keys) for name, keys in INSIDE.items())
    text += claim("centre", 0, "centre.records", networks=["zulu"])
    text += claim("centre_window", 0, "centre.records", window_end="2020-01-01T00:00:00Z")
    text += claim("transferred", 0, "centre.records", transferred="no")
    return judged(tmp_path_factory.mktemp("scope") / "case", text)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_scope_outside_the_evidence_cannot_be_tested(outside: dict[str, JudgedClaim], name: str) -> None:
    for n in (0, 7):
        found = outside[f"{name}_{n}"]
        assert (found.verdict, found.recomputed, found.difference) == (UNTESTED, None, None)
        assert verdict_words(found)


@pytest.mark.parametrize("name", INSIDE)
def test_a_scope_that_the_evidence_has_is_tested(outside: dict[str, JudgedClaim], name: str) -> None:
    assert outside[f"in_{name}"].verdict in ("agrees", "differs")
    assert outside[f"in_{name}"].recomputed is not None


@pytest.mark.parametrize("name", ["centre", "centre_window", "transferred"])
def test_figures_of_the_centre_have_a_scope_too(outside: dict[str, JudgedClaim], name: str) -> None:
    assert (outside[name].verdict, outside[name].recomputed) == (UNTESTED, None)


def test_the_reason_names_what_is_not_there_and_what_is(outside: dict[str, JudgedClaim]) -> None:
    assert verdict_words(outside["spelling_0"]) == (
        "no attempt in evidence has the network 'Alpha' (did you mean 'alpha'?)"
    )
    assert verdict_words(outside["area_0"]) == "no attempt in evidence has a region"
    assert verdict_words(outside["access_0"]) == "no attempt in evidence has an access"
    assert verdict_words(outside["window_0"]) == (
        "its window is outside the evidence, whose records of attempts are from 2024-03-12T17:00+00:00 to"
        " 2024-03-12T19:57+00:00"
    )
    assert verdict_words(outside["transferred"]) == (
        "no centre source has the column transferred_to or transferred_at"
    )


def test_a_centre_log_without_networks_tests_no_figure_of_one(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "case", claim("c", 0, "centre.records", networks=["alpha"]))
    log = (folder / "centre.csv").read_text("utf-8").splitlines()
    (folder / "centre.csv").write_text("".join(f"{line.rpartition(',')[0]}\n" for line in log), "utf-8")
    with audit(folder) as found:
        (c,) = found.reconciliation.claims
    assert (c.verdict, verdict_words(c)) == (UNTESTED, "no record of the centre in evidence has a network")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"window_start": "2024-03-13T00:00:00Z", "window_end": "2024-03-12T00:00:00Z"},
            "the window of claim 'c' ends before it starts",
        ),
        (
            {"window_start": "2024-03-12T00:00:00Z", "window_end": "2024-03-12T00:00:00Z"},
            "the window of claim 'c' ends before it starts",
        ),
        ({"access": ["7g"]}, "access cannot be '7g'"),
        ({"access": ["4g", "!LTE"]}, "access cannot be 'LTE'"),
    ],
)
def test_a_window_in_reverse_and_an_access_that_is_none_are_errors_of_the_case(
    tmp_path: Path, keys: dict[str, object], said: str
) -> None:
    folder = write_small(tmp_path / "case", claim("c", 20, **keys))
    with pytest.raises(UsageError) as error, audit(folder):
        pass
    assert said in error.value.message
    assert error.value.where is not None
    assert error.value.where.line is not None
    line = (folder / "case.toml").read_text("utf-8").splitlines()[error.value.where.line - 1]
    assert line.startswith(("window_end", "access"))


def test_a_window_whose_ends_come_from_claim_and_definition_is_checked_too(tmp_path: Path) -> None:
    text = '[[definition]]\nid = "d"\nwindow_start = 2024-03-12T18:00:00Z\nmeasure = "attempts.failed"\n'
    text += claim("c", 20, "", definition="d", window_end="2024-03-12T17:00:00Z", unit="attempts")
    folder = write_small(tmp_path / "case", text)
    with (
        pytest.raises(UsageError, match=r"the window of claim 'c' ends before it starts") as error,
        audit(folder),
    ):
        pass
    assert error.value.where is not None


@pytest.mark.parametrize("through", ["claim", "definition"])
def test_a_scope_on_a_measure_that_has_one_way_of_counting_is_an_error(tmp_path: Path, through: str) -> None:
    if through == "claim":
        text = claim("c", 20, "records.loaded", networks=["alpha"])
    else:
        text = '[[definition]]\nid = "d"\nnetworks = ["alpha"]\n'
        text += claim("c", 20, "records.loaded", definition="d")
    folder = write_small(tmp_path / "case", text)
    with pytest.raises(UsageError, match=r"records\.loaded can be counted in one way only"), audit(folder):
        pass


def test_a_switch_set_back_to_its_default_counts_by_the_default(tmp_path: Path) -> None:
    found = judged(tmp_path / "case", claim("c", 20, "callers.failed_in_outage", outage="any"))
    assert (found["c"].recomputed, found["c"].verdict) == (20, "agrees")


def test_what_a_source_covers_and_ordinary_calls_are_evidence_too(tmp_path: Path) -> None:
    """A source of a network, or an hour, without an emergency call was looked at: there a zero is a count."""
    text = claim("hour", 0, window_start="2024-03-12T22:00:00Z") + claim("name", 0, networks=["zulu"])
    text += claim("covered", 0, window_start="2024-03-12T23:30:00Z")
    text += claim("other", 0, networks=["yankee"])
    folder = write_small(tmp_path / "case", text)
    (folder / "zulu.csv").write_text(
        "call_id,started_at,dialled\nz1,2024-03-12T22:10:00.000+00:00,+61491570006\n", "utf-8"
    )
    source = (
        '[[source]]\nrole = "attempts"\npath = "zulu.csv"\nnetwork = "zulu"\n'
        'covers_from = "2024-03-12T17:00:00Z"\ncovers_to = "2024-03-13T00:00:00Z"\n'
    )
    whole = (folder / "case.toml").read_text("utf-8")
    (folder / "case.toml").write_text(whole + source, "utf-8")
    with audit(folder) as found:
        verdicts = {c.id: c.verdict for c in found.reconciliation.claims}
    assert verdicts == {"hour": "agrees", "name": "agrees", "covered": "agrees", "other": UNTESTED}
