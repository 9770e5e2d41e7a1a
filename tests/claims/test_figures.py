"""Any figure under any definition: at its defaults it is the audit's own, and condensing changes nothing."""

from datetime import UTC
from itertools import combinations

import pytest

from auditor import engine
from auditor.claims import of_measure
from auditor.claims.definition import MEASURES, SWITCHES, Definition
from auditor.claims.figures import _facts
from auditor.claims.inversion import _first, _grid
from auditor.errors import UsageError
from auditor.model import Setting
from auditor.report.content.definitions import switch_words
from tests.claims.conftest import Held


def default(name: str) -> Definition:
    found = of_measure(name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", [n for n in MEASURES if n != "centre.records"])
def test_a_definition_at_its_defaults_gives_the_measure(held: Held, name: str) -> None:
    assert held.figures.value(default(name)) == held.audit.measures[name].value


def test_records_of_the_centre_are_those_that_were_loaded(held: Held) -> None:
    value, rejected = (held.audit.measures[f"centre.{n}"].value or 0 for n in ("records", "rejected"))
    assert held.figures.value(default("centre.records")) == value - rejected


def test_condensed_facts_give_every_figure_of_the_grid(held: Held) -> None:
    """Callers that no definition can tell apart are counted once with their number: the same figures from
    fewer rows."""
    grid = list(_first(_grid(held.figures, None), 900))
    assert held.figures.values(grid) == whole(held, grid)
    coarse, fine, every = (
        held.store.value(f"SELECT COUNT(*) FROM {n}")
        for n in ("condensed", "condensed_by_hour", "attempt_fact")
    )
    assert coarse <= fine < every


def whole(held: Held, asked: list[Definition]) -> list[int]:
    """The figures over every fact."""
    figures = held.figures
    return engine.weigh(held.store, figures._file("attempts"), [figures._parameters(d) for d in asked])


def test_a_window_that_cuts_hours_is_counted_from_condensed_facts_all_the_same(held: Held) -> None:
    first, last = held.store.query(
        "SELECT MIN(started_at_utc), MAX(started_at_utc) FROM attempt WHERE state = 'failed'"
    )[0]
    span = (last - first) / 7
    edges = [(first + n * span).replace(tzinfo=UTC) for n in range(8)]
    hours = [edge.replace(minute=0, second=0, microsecond=0) for edge in edges]
    asked = [
        default(name).with_(window_start=start, window_end=end, **more)
        for name in (
            "attempts.total",
            "attempts.failed",
            "episodes.reached",
            "episodes.failed",
            "callers.failed",
            "callers.reached_on_retry",
        )
        for start, end in [
            *combinations(edges, 2),
            *combinations(hours, 2),
            (edges[3], None),
            (None, edges[3]),
        ]
        for more in ({}, {"rescue": "none", "legs": "separate"}, {"hour_out": hours[2]})
    ]
    found = held.figures.values(asked)
    assert found == whole(held, asked)
    assert len(set(found)) > 40
    assert {_facts(d) for d in asked} == {"cut", "condensed_by_hour"}


def test_every_state_and_unit_is_counted_from_condensed_facts(held: Held) -> None:
    switches: list[dict[str, Setting]] = [
        {},
        {"undetermined": "failed", "basis": "carrier"},
        {"tests": "in"},
        {"weak": "ignored"},
        {"gap_s": 60},
    ]
    asked = [
        default(name).with_(**more)
        for name, (of, *_) in MEASURES.items()
        if of == "attempts"
        for more in switches
    ]
    assert held.figures.values(asked) == whole(held, asked)


@pytest.mark.holds("property.4", "property.5")
@pytest.mark.parametrize(
    "name",
    [
        "attempts.failed",
        "episodes.failed",
        "callers.failed",
        "callers.reached_on_retry",
        "centre.no_location",
    ],
)
def test_the_rows_behind_a_figure_sum_to_it(held: Held, name: str) -> None:
    definition = default(name)
    assert sum(row.weight for row in held.figures.rows(definition).values()) == held.figures.value(definition)


def test_every_switch_of_the_figure_has_a_default_and_words() -> None:
    assert len({s.name for s in SWITCHES}) == len(SWITCHES)
    for switch in SWITCHES:
        assert switch.default not in switch.settings
        for setting in (switch.default, *switch.settings):
            assert "{" not in switch_words(switch.name, setting)
            assert not switch.settings or not switch_words(switch.name, setting).startswith(f"{switch.name}:")


def test_a_setting_taken_back_leaves_no_trace() -> None:
    base = default("callers.failed")
    assert base.with_(cancelled="failed").with_(cancelled="apart") == base
    assert base.with_(rescue="none", cancelled="failed") == base.with_(cancelled="failed").with_(
        rescue="none"
    )


def test_sources_that_cover_each_other_count_what_all_count(held: Held) -> None:
    """An attempt is lost only with the last source that logged it."""
    paths = [s.path for s in held.figures.case.sources if s.role == "attempts"]
    base = default("attempts.failed")
    kept = [held.figures.value(base.with_(sources=(f"!{path}",))) for path in paths]
    alone = [held.figures.value(base.with_(sources=(path,))) for path in paths]
    whole = held.figures.value(base)
    assert all(value <= whole for value in kept + alone)
    assert sum(alone) >= whole
    assert held.figures.value(base.with_(sources=tuple(paths))) == whole


def test_hours_left_out_one_by_one_leave_out_everything_once(held: Held) -> None:
    base = default("attempts.failed")
    whole = held.figures.value(base)
    lost = [whole - held.figures.value(base.with_(hour_out=hour)) for hour in held.figures.choices.hours]
    assert sum(lost) == whole
    assert all(lost)


def test_a_gap_that_is_not_declared_is_refused(held: Held) -> None:
    with pytest.raises(UsageError, match="cannot be chained at 17 s"):
        held.figures.value(default("episodes.failed").with_(gap_s=17))


def test_wider_gaps_never_make_more_episodes(held: Held) -> None:
    base = default("episodes.total")
    counts = [held.figures.value(base.with_(gap_s=gap)) for gap in (60, 300, None, 3600)]
    assert counts == sorted(counts, reverse=True)
