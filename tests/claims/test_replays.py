"""Replays of published outages: each published figure comes out under its own definition, and what must be
refused is."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from auditor.claims import Recount, figures_of, judge
from auditor.claims.bridge import bridge
from auditor.claims.reconcile import judged, reconcile
from auditor.claims.register import AGREES, DIFFERS, OTHER_THING, UNTESTED, Verdict
from auditor.model import Overlap
from auditor.pipeline import audit
from auditor.report.content.claims import claims_blocks, overlap_words, sum_words, verdict_words
from auditor.report.content.times import Zone
from auditor.report.document import Grid
from auditor.simulate.replays import replay, replays
from tests.claims.conftest import BOOK, Held, opened

Played = Callable[[str], Path]
Shown = Callable[[str], Held]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    made: dict[str, Path] = {}

    def play(name: str) -> Path:
        if name not in made:
            made[name] = tmp_path_factory.mktemp("replay") / name
            replay(name, made[name])
        return made[name]

    return play


@pytest.fixture(scope="module")
def shown(played: Played) -> Iterator[Shown]:
    """Each replay audited once, when a test first asks for it."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(opened(played(name))))


def verdicts(figures: Recount) -> dict[str, Verdict]:
    return {v.claim.id: v for v in judge(figures)}


REFUSED = {
    # About 10 and about 600 are read to their second digit: 10 to 10, and 595 to 605.
    "optus-2025": {"first_notice": DIFFERS, "second_notice": DIFFERS},
    "optus-2023": {"total": OTHER_THING, "total_from_senate": OTHER_THING},
    "telstra-2024": {"breaches": UNTESTED},
    "tpg-2014": {"services_at_risk": UNTESTED},
    "tmobile-2020": {"added_up": UNTESTED},
    **{
        name: {"tens-of-thousands": UNTESTED, "counted": UNTESTED}
        for name in ("att-2025", "att-2025-path", "att-2025-carrier-alone")
    },
}


@pytest.mark.parametrize("name", replays())
def test_every_published_figure_is_recomputed_or_refused_with_a_reason(shown: Shown, name: str) -> None:
    found = verdicts(shown(name).figures)
    refused = REFUSED.get(name, {})
    assert {id_: v.verdict for id_, v in found.items()} == {id_: refused.get(id_, AGREES) for id_ in found}
    assert all(verdict_words(judged(v)) for v in found.values() if v.verdict != AGREES)


@pytest.mark.parametrize("name", replays())
def test_a_replay_says_that_its_callers_are_invented(played: Played, name: str) -> None:
    folder = played(name)
    assert "invented" in (folder / "README.md").read_text("utf-8")
    assert tomllib.loads((folder / "case.toml").read_text("utf-8"))["case"]["title"].endswith("(replay)")


def test_optus_2023_prints_one_unexplained_and_never_uses_the_mixed_sum(shown: Shown) -> None:
    found = verdicts(shown("optus-2023").figures)
    told = found["total_from_senate"].sum
    assert told is not None
    assert sum_words(told).startswith(
        "228 + 2,468 = 2,696; published 2,697; +1 unexplained; the sum adds calls to customers"
    )
    assert told.units == ("calls", "customers")
    mixed = found["total"].sum
    assert mixed is not None
    assert (mixed.unexplained, mixed.is_refused) == (0, True)


def test_optus_2023_is_bridged_from_the_sum_to_the_regulators_people_by_552(shown: Shown) -> None:
    figures = shown("optus-2023").figures
    found = bridge(figures, "total", "regulator_people")
    assert (found.end.figure - found.start.figure, found.residual) == (-552, 0)
    assert {step.name: step.change for step in found.steps} == {"cancelled": -1, "rescue": -551}
    checks = bridge(figures, "additional", "regulator_checks")
    assert [(step.name, step.change) for step in checks.steps] == [("measure", -2099)]


def test_telstra_2024_prints_the_21(shown: Shown) -> None:
    found = verdicts(shown("telstra-2024").figures)
    received, breaches = found["received"].sum, found["breaches"].sum
    assert received is not None
    assert sum_words(received) == "346 + 127 = 473; published 494; +21 unexplained"
    assert breaches is not None
    assert sum_words(breaches).startswith("346 + 127 = 473; published 473; the sum adds")
    assert "breaches" in breaches.units
    assert [
        s.change
        for s in bridge(shown("telstra-2024").figures, "not_transferred_1", "not_transferred_2").steps
    ] == [-21]


def test_tmobile_2020_refuses_to_add_overlapping_sums(shown: Shown) -> None:
    told = verdicts(shown("tmobile-2020").figures)["added_up"].sum
    assert told is not None
    assert told.overlap is not None
    said = overlap_words(told.overlap)
    assert "overlapping sums are not added" in said
    assert sum_words(told) == f"23,621 + 23,000 + 20,000 = 66,621; published 66,621; refused: {said}"


def test_overlap_is_found_in_the_rows_where_nobody_declares_it(shown: Shown) -> None:
    tmobile = shown("tmobile-2020")
    claims = tuple(replace(claim, overlaps=()) for claim in tmobile.figures.case.claims)
    assert claims != tmobile.figures.case.claims
    silent = replace(tmobile.figures.case, claims=claims)
    told = verdicts(figures_of(tmobile.store, BOOK, silent, tmobile.audit))["added_up"].sum
    assert told is not None
    assert told.overlap == Overlap("no_location", "no_callback", 20_001, "records")


def test_the_audit_holds_claims_bridges_and_ranges(shown: Shown) -> None:
    optus = shown("optus-2025")
    found = reconcile(optus.store, BOOK, optus.figures.case, optus.audit)
    assert all((found.claims, found.bridges, found.ranges, found.timeline, found.decoys))


def test_the_database_holds_the_claims_as_published(shown: Shown) -> None:
    optus = shown("optus-2025")
    held = optus.store.query("SELECT claim_id, figure, unit, measure FROM claim ORDER BY claim_id")
    assert held == sorted((c.id, c.figure, str(c.unit), c.measure or None) for c in optus.figures.case.claims)


def test_a_replay_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unknown replay"):
        replay("optus-1999", tmp_path)


SAMPLES = Path(__file__).parents[2] / "sample_logs"


@pytest.mark.parametrize("name", ["telstra-2024", "optus-2025", "tpg-2014"])
def test_a_sample_is_what_its_replay_makes_and_stays_small(played: Played, name: str) -> None:
    sample, made = SAMPLES / f"{name.replace('-', '_')}_replay", played(name)
    for path in sample.iterdir():
        if path.is_file() and not path.name.startswith("case.duckdb"):
            assert path.read_bytes() == (made / path.name).read_bytes(), path.name
    assert (
        sum(path.stat().st_size for path in sample.iterdir() if path.suffix in (".csv", ".toml", ".md"))
        < 300_000
    )


def test_every_verdict_of_a_replay_says_that_its_logs_are_invented(tmp_path: Path) -> None:
    replay("telstra-2024", tmp_path)
    with audit(tmp_path) as found:
        assert found.case.title.endswith("· invented logs")
        assert all(claim.is_invented for claim in found.reconciliation.claims)
        grids = [
            block for block in claims_blocks(found.reconciliation, Zone("UTC")) if isinstance(block, Grid)
        ]
        shown = [cell for grid in grids for row in grid.rows for cell in row]
        assert "agrees (invented logs)" in shown
