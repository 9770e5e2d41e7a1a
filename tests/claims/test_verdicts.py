"""What a published figure agrees with: the reading of a round one, the range of the logs, and the units."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.case.reconciliation import QUALIFIERS
from auditor.catalogue.rulebook import read_rulebook
from auditor.claims.register import accepted
from auditor.claims.units import maps_to
from auditor.engine.trial import Bench, Trial
from auditor.model import Reconciliation, Unit
from auditor.pipeline import audit
from auditor.report.content.claims import claims_blocks, verdict_words
from auditor.report.content.times import Zone
from auditor.report.document import Points
from tests.claims.small import audited, claim, judged, write_small

BOOK = read_rulebook()


@pytest.mark.parametrize(
    ("qualifier", "figure", "low", "high"),
    [
        ("about", 100, 80, 120),
        ("about", 600, 550, 650),
        ("about", 1_000, 800, 1_200),
        ("about", 480, 475, 485),
        ("about", 14_200, 14_150, 14_250),
        ("about", 30, 25, 35),
        ("about", 10, 8, 12),
        ("about", 7, 7, 7),
        ("about", 0, 0, 0),
        ("nearly", 100, 90, 99),
        ("nearly", 1_000, 900, 999),
        ("nearly", 14_000, 13_000, 13_999),
        ("nearly", 605, 604, 604),
        ("at_least", 5, 5, None),
        ("more_than", 5, 6, None),
        ("up_to", 5, 0, 5),
        ("exact", 5, 5, 5),
        ("derived", 5, 5, 5),
    ],
)
def test_a_round_figure_is_read_by_its_last_digit_and_at_most_a_part_of_it(
    qualifier: str, figure: int, low: int, high: int | None
) -> None:
    assert accepted(qualifier, figure) == (low, high)


def test_what_a_figure_agrees_with_is_the_same_in_the_database() -> None:
    """The rules on published figures read the relation, verdicts and their words the function."""
    step = next(step for step in BOOK.model if step.relation == "claim_range")
    figures = (0, 1, 6, 7, 9, 10, 64, 99, 100, 101, 605, 14_200, 10**6, 10**15, 123_456_789_000)
    asked = {f"{q}:{f}": (q, f) for q in QUALIFIERS for f in figures}
    given = {"claim": tuple({"claim_id": i, "qualifier": q, "figure": f} for i, (q, f) in asked.items())}
    bench = Bench(BOOK)
    try:
        found = bench.rows(Trial(f"{step.stem}.toml", "ranges", given))
    finally:
        bench.close()
    assert {r["claim_id"]: (r["least_count"], r["greatest_count"]) for r in found} == {
        name: accepted(*said) for name, said in asked.items()
    }


def test_the_reason_says_what_a_round_figure_is_read_as(tmp_path: Path) -> None:
    text = claim("about", 100, "attempts.total", qualifier="about")
    text += claim("nearly", 1_000, qualifier="nearly") + claim("nearly_21", 21, qualifier="nearly")
    found = judged(tmp_path / "case", text)
    assert {name: c.verdict for name, c in found.items()} == {
        "about": "differs",
        "nearly": "differs",
        "nearly_21": "agrees",
    }
    assert verdict_words(found["about"]) == "differs by -40 (about 100 is read as 80 to 120)"
    assert verdict_words(found["nearly"]) == "differs by -980 (nearly 1,000 is read as 900 to 999)"
    assert verdict_words(found["nearly_21"]) == "20 is nearly 21, read as 20 to 20"


RANGE = "the logs themselves allow 20 to 24"
Expected = tuple[int, dict[str, object], str, str]
RANGES: dict[str, Expected] = {
    "inside": (22, {}, "differs", f"differs by -2; {RANGE}, and 22 lies within it"),
    "outside": (25, {}, "differs", f"differs by -5; {RANGE}"),
    "up_to": (22, {"qualifier": "up_to"}, "agrees", f"20 is up to 22; {RANGE}, not all of which is up to 22"),
    "up_to_all": (24, {"qualifier": "up_to"}, "agrees", f"20 is up to 24; {RANGE}"),
    "exact": (20, {}, "agrees", f"{RANGE}, not all of which is 20"),
    "at_least": (22, {"qualifier": "at_least"}, "differs", ""),
    "alpha": (20, {"networks": ["alpha"]}, "differs", ""),
    "as_failed": (24, {"undetermined": "failed"}, "agrees", ""),
}


def test_a_verdict_says_what_else_the_logs_allow(tmp_path: Path) -> None:
    text = "".join(claim(name, figure, **keys) for name, (figure, keys, _, _) in RANGES.items())
    text += claim("callers", 22, "callers.failed")
    with audited(tmp_path / "case", text, undetermined=4) as audit_:
        held = audit_.reconciliation
    failed = audit_.measures["attempts.failed"]
    assert (failed.value, failed.low, failed.high) == (20, 20, 24)
    found = {c.id: c for c in held.claims}
    assert {name: found[name].verdict for name in RANGES} == {name: case[2] for name, case in RANGES.items()}
    said = {name: verdict_words(c, held.allowed.get(name)) for name, c in found.items()}
    assert {name: said[name] for name in RANGES if RANGES[name][3]} == {
        name: case[3] for name, case in RANGES.items() if case[3]
    }
    assert said["at_least"] == f"differs by -2; {RANGE}, and at least 22 lies within it"
    assert held.allowed["alpha"] == (16, 20)
    assert "as_failed" not in held.allowed
    assert held.allowed["callers"] == (20, 24)
    points = [b for b in claims_blocks(held, Zone("UTC")) if isinstance(b, Points)]
    assert any(RANGE in item for block in points for item in block.items)


def test_a_public_version_has_no_range_of_the_logs() -> None:
    """It is made of the claims alone: the range would give the number of undetermined attempts."""
    assert Reconciliation(claims=()).allowed == {}


def test_only_words_of_publishers_stand_for_another_unit() -> None:
    meant = {one: {other for other in Unit if other != one and maps_to(one, other)} for one in Unit}
    assert {one for one, others in meant.items() if others} == {
        *(Unit.CALLS, Unit.CUSTOMERS, Unit.USERS),
        *(Unit.SERVICES, Unit.CHECKS),
    }
    assert meant[Unit.SERVICES] == meant[Unit.CHECKS] == {Unit.CALLERS}


@pytest.mark.parametrize("unit", ["checks", "seconds", "devices", "services", "accounts", "notices"])
def test_a_figure_in_another_unit_of_the_audit_is_no_count_of_attempts(tmp_path: Path, unit: str) -> None:
    with audit(write_small(tmp_path / "case", claim("c", 20, unit=unit))) as found:
        (c,) = found.reconciliation.claims
    assert (c.verdict, c.recomputed) == ("not a count of what it says", None)
    assert unit in verdict_words(c)
