"""The audit of a simulated world finds its whole truth, and a cause planted there is named among the simplest
answers to the figure it leads to. One audit of each world serves both."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC

import pytest

from auditor.claims import explain
from auditor.model import Setting, Unit
from auditor.report.content.definitions import definition_words
from auditor.report.content.searches import coincidence, shared_words
from auditor.simulate import simulate
from auditor.simulate.truth import Figure
from auditor.store import Store
from tests.claims.conftest import Held, opened
from tests.simulate.test_audit import differences

World = tuple[Mapping[str, Figure], Held]


@pytest.fixture(scope="module", params=range(20), ids="seed {}".format)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A mixed world by its seed: what is true of it, and its audit."""
    folder = tmp_path_factory.mktemp("planted") / "world"
    truth = simulate(folder, seed=request.param)
    with opened(folder) as found:
        yield truth, found


def test_the_audit_finds_the_truth_of_a_mixed_world(world: World) -> None:
    assert differences(world[0], world[1].audit) == {}


def test_a_planted_cause_is_among_the_simplest_answers(world: World) -> None:
    _, found = world
    for plant in (source_left_out, hour_left_out, legs_not_merged, camp_on_left_out):
        figure, unit, cause = plant(found.store)
        hits = explain(found.figures, figure, unit=unit, most=600).hits
        answers = [hit for hit in hits if hit.switches == hits[0].switches]
        assert any(cause in hit.definition.settings for hit in answers), (
            plant.__name__,
            figure,
            [definition_words(a.definition.counted_as) for a in answers],
        )


def source_left_out(store: Store) -> tuple[int, Unit, tuple[str, Setting]]:
    """Failed attempts with a leg in another source than the one that alone logged most of them."""
    held: dict[str, set[str]] = defaultdict(set)
    for attempt, path in store.query(
        "SELECT l.attempt_id, s.path FROM attempt_leg AS l JOIN attempt AS a USING (attempt_id) JOIN"
        " attempt_record AS r USING (record_id) JOIN file AS f USING (file_no) JOIN source AS s USING"
        " (source_no) WHERE a.state = 'failed'"
    ):
        held[attempt].add(path)
    alone = Counter(next(iter(paths)) for paths in held.values() if len(paths) == 1)
    lost, count = alone.most_common(1)[0]
    return len(held) - count, Unit.ATTEMPTS, ("sources", (f"!{lost}",))


def hour_left_out(store: Store) -> tuple[int, Unit, tuple[str, Setting]]:
    """Failed attempts outside the hour in which most failed."""
    starts = [at for (at,) in store.query("SELECT started_at_utc FROM attempt WHERE state = 'failed'")]
    hours = Counter(at.replace(minute=0, second=0, microsecond=0) for at in starts)
    hour, count = max(hours.items(), key=lambda item: (item[1], item[0]))
    return len(starts) - count, Unit.ATTEMPTS, ("hour_out", hour.replace(tzinfo=UTC))


def legs_not_merged(store: Store) -> tuple[int, Unit, tuple[str, Setting]]:
    """Records of failed attempts."""
    sql = (
        "SELECT COUNT(*) FROM attempt_leg AS l JOIN attempt AS a USING (attempt_id) WHERE a.state = 'failed'"
    )
    return store.value(sql), Unit.ATTEMPTS, ("legs", "separate")


def camp_on_left_out(store: Store) -> tuple[int, Unit, tuple[str, Setting]]:
    """Callers with an episode whose last failure no later call by the network of the attempt before it makes
    good."""
    chains: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    networks: dict[str, str] = {}
    for episode, caller, state, network in store.query(
        "SELECT a.episode_id, a.caller_id, a.state, a.network FROM attempt AS a JOIN attempt_core AS c USING"
        " (attempt_id) WHERE a.state <> 'test' ORDER BY a.caller_id, c.attempt_no"
    ):
        before = networks.get(caller)
        networks[caller] = network
        is_elsewhere = before is not None and network is not None and before != network
        chains[episode].append(
            (caller, "elsewhere" if state == "delivered" and is_elsewhere else state, network)
        )
    failed = set()
    for attempts in chains.values():
        states = [state for _, state, _ in attempts]
        if "failed" in states:
            after = states[len(states) - states[::-1].index("failed") :]
            if "delivered" not in after and "undetermined" not in after:
                failed.add(attempts[0][0])
    return len(failed), Unit.CALLERS, ("rescue", "own_network")


def test_the_answer_says_how_much_a_hit_is_worth(held: Held) -> None:
    found = explain(held.figures, 10**6, most=50)
    assert found.hits == ()
    assert found.shared == ()
    assert "50 definitions give" in coincidence(found)
    base = explain(
        held.figures, held.figures.measures["attempts.failed"].value or 0, unit=Unit.ATTEMPTS, most=200
    )
    assert base.hits[0].definition.settings == ()
    assert "count attempts" in shared_words(base)
