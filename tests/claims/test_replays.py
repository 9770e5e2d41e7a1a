"""Replays of published outages: each published figure comes out under its own definition, and what must be refused is."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.claims import judge
from auditor.claims.bridge import bridge
from auditor.claims.reconcile import reconcile
from auditor.claims.register import AGREES, OTHER_THING, UNTESTED, Verdict
from auditor.pipeline import read_figures
from auditor.rulebook import read_rulebook
from auditor.simulate.replays import replay, replays
from tests.claims.conftest import Held

Played = Callable[[str], Path]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    made: dict[str, Path] = {}

    def play(name: str) -> Path:
        if name not in made:
            made[name] = tmp_path_factory.mktemp("replay") / name
            replay(name, made[name])
        return made[name]

    return play


def verdicts(folder: Path) -> dict[str, Verdict]:
    with read_figures(folder) as (_, figures, _store):
        return {v.claim.id: v for v in judge(figures)}


REFUSED = {
    "optus-2023": {"total": OTHER_THING, "total_from_senate": OTHER_THING},
    "telstra-2024": {"breaches": UNTESTED},
    "tpg-2014": {"services_at_risk": UNTESTED},
    "tmobile-2020": {"added_up": UNTESTED},
}


@pytest.mark.parametrize("name", replays())
def test_every_published_figure_is_recomputed_or_refused_with_a_reason(played: Played, name: str) -> None:
    found = verdicts(played(name))
    refused = REFUSED.get(name, {})
    assert {id_: v.verdict for id_, v in found.items()} == {id_: refused.get(id_, AGREES) for id_ in found}
    assert all(v.why for v in found.values() if v.verdict != AGREES)


@pytest.mark.parametrize("name", replays())
def test_a_replay_says_that_its_callers_are_invented(played: Played, name: str) -> None:
    folder = played(name)
    assert "invented" in (folder / "README.md").read_text("utf-8")
    assert tomllib.loads((folder / "case.toml").read_text("utf-8"))["case"]["title"].endswith("(replay)")


def test_optus_2023_prints_one_unexplained_and_never_uses_the_mixed_sum(played: Played) -> None:
    found = verdicts(played("optus-2023"))
    told = found["total_from_senate"].sum
    assert told is not None
    assert told.told.startswith("228 + 2,468 = 2,696; published 2,697; +1 unexplained; the sum adds calls to customers")
    assert not told.is_usable
    mixed = found["total"].sum
    assert mixed is not None
    assert (mixed.unexplained, mixed.is_usable) == (0, False)


def test_optus_2023_is_bridged_from_the_sum_to_the_regulators_people_by_552(played: Played) -> None:
    with read_figures(played("optus-2023")) as (_, figures, _store):
        found = bridge(figures, "total", "regulator_people")
        assert (found.end.figure - found.start.figure, found.residual) == (-552, 0)
        assert {step.name: step.change for step in found.steps} == {"cancelled": -1, "rescue": -551}
        checks = bridge(figures, "additional", "regulator_checks")
        assert [(step.name, step.change) for step in checks.steps] == [("measure", -2099)]


def test_telstra_2024_prints_the_21(played: Played) -> None:
    found = verdicts(played("telstra-2024"))
    received, breaches = found["received"].sum, found["breaches"].sum
    assert received is not None
    assert received.told == "346 + 127 = 473; published 494; +21 unexplained"
    assert breaches is not None
    assert breaches.text == "346 + 127 = 473; published 473"
    assert "breaches" in breaches.objection
    with read_figures(played("telstra-2024")) as (_, figures, _store):
        assert [s.change for s in bridge(figures, "not_transferred_1", "not_transferred_2").steps] == [-21]


def test_tmobile_2020_refuses_to_add_overlapping_sums(played: Played) -> None:
    told = verdicts(played("tmobile-2020"))["added_up"].sum
    assert told is not None
    assert told.text == "23,621 + 23,000 + 20,000 = 66,621; published 66,621"
    assert "overlapping sums are not added" in told.told
    assert not told.is_usable


def test_overlap_is_found_in_the_rows_where_nobody_declares_it(played: Played) -> None:
    folder = played("tmobile-2020")
    text = (folder / "case.toml").read_text("utf-8")
    (folder / "case.toml").write_text(text.replace('overlaps = ["no_location", "no_callback"]\n', ""), "utf-8")
    told = verdicts(folder)["added_up"].sum
    (folder / "case.toml").write_text(text, "utf-8")
    assert told is not None
    assert "no_location and no_callback count 20,001 of the same records" in told.overlap


def test_the_audit_holds_claims_bridges_and_ranges(played: Played, held: Held) -> None:
    with read_figures(played("optus-2025")) as (audit, figures, store):
        found = reconcile(store, read_rulebook(), figures.case, audit)
        held_there = store.query("SELECT claim_id, figure, unit, measure FROM claim ORDER BY claim_id")
        assert held_there == sorted((c.id, c.figure, str(c.unit), c.measure or None) for c in figures.case.claims)
    assert {"claims", "bridges", "ranges", "timeline", "decoys"} <= found.keys()


def test_a_replay_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nobody knows the replay"):
        replay("optus-1999", tmp_path)


SAMPLES = Path(__file__).parents[2] / "sample_logs"


@pytest.mark.parametrize("name", ["telstra-2024", "optus-2025", "tpg-2014"])
def test_a_sample_is_what_its_replay_makes_and_stays_small(played: Played, name: str) -> None:
    sample, made = SAMPLES / f"{name.replace('-', '_')}_replay", played(name)
    for path in sample.iterdir():
        if path.is_file() and not path.name.startswith("case.duckdb"):
            assert path.read_bytes() == (made / path.name).read_bytes(), path.name
    assert sum(path.stat().st_size for path in sample.iterdir() if path.suffix in (".csv", ".toml", ".md")) < 300_000
