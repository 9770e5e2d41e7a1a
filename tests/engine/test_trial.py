"""The bench on which a rule is tried: what it compares, and what it says when a case is wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.catalogue.rulebook import read_rulebook
from auditor.engine.trial import Bench, Trial, read_trials
from auditor.errors import UsageError

RULE = "dq_006_unverified_clock.toml"
UNVERIFIED = {"clock": ({"log": "ecp", "network": "alpha", "pairs": 3},)}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(read_rulebook())
    yield made
    made.close()


def written(folder: Path, text: str) -> Path:
    path = folder / RULE
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_that_gives_what_it_expects_has_no_problem(bench: Bench) -> None:
    assert bench.problem(Trial(RULE, "hit", UNVERIFIED, ({"log": "ecp", "pairs": 3},))) == ""


def test_rows_of_one_case_are_gone_in_the_next(bench: Bench) -> None:
    assert bench.rows(Trial(RULE, "one", UNVERIFIED)) != []
    assert bench.rows(Trial(RULE, "two")) == []


def test_a_row_too_many_is_shown(bench: Bench) -> None:
    assert (
        bench.problem(Trial(RULE, "none", UNVERIFIED))
        == "gives 1 row(s), 0 expected: log ecp, network alpha, pairs 3"
    )


def test_a_value_that_differs_is_named_with_its_row(bench: Bench) -> None:
    assert bench.problem(Trial(RULE, "x", UNVERIFIED, ({"pairs": 4},))) == "row 1: pairs is 3, 4 expected"


def test_true_is_not_one(bench: Bench) -> None:
    trial = Trial(
        "dq_005_imei_that_links_nothing.toml",
        "x",
        {"imei_use": ({"imei14": "1", "is_placeholder": True, "is_linkable": False},)},
    )
    assert "True, 1 expected" in bench.problem(Trial(trial.path, "x", trial.given, ({"is_placeholder": 1},)))


def test_a_column_that_the_file_does_not_give_is_told(bench: Bench) -> None:
    assert "'colour'" in bench.problem(Trial(RULE, "x", UNVERIFIED, ({"colour": "red"},)))


def test_a_relation_or_column_that_nobody_knows_is_told(bench: Bench) -> None:
    assert bench.problem(Trial(RULE, "x", {"clocks": ({"log": "ecp"},)})).startswith("cannot fill 'clocks'")
    assert bench.problem(Trial(RULE, "x", {"clock": ({"colour": "red"},)})).startswith("cannot fill 'clock'")


def test_a_case_for_no_sql_file_is_told(bench: Bench) -> None:
    assert bench.problem(Trial("dq_999_nothing.toml", "x")) == "no SQL file is called dq_999_nothing.sql"


def test_a_step_that_needs_rounds_or_a_solver_is_made_with_them(bench: Bench) -> None:
    chain = ({"record_id": "a:3", "other_id": "a:2"}, {"record_id": "a:2", "other_id": "a:1"})
    labels = bench.rows(Trial("120_leg_label.toml", "x", {"leg_pair": chain}))
    assert {"record_id": "a:3", "label": "a:1"} in labels
    given = {
        "case_setting": ({"setting": "country", "value": "AU"},),
        "centre_record": ({"calling_number": "1800 975 711"},),
    }
    assert bench.rows(Trial("010_number.toml", "x", given))[0]["e164"] == "+611800975711"
    assert bench.rows(Trial("120_leg_label.toml", "y")) == [], "the rows of one case are gone in the next"


def test_a_case_that_gives_the_steps_own_relation_sees_one_round(bench: Bench) -> None:
    chain = ({"record_id": "a:3", "other_id": "a:2"}, {"record_id": "a:2", "other_id": "a:1"})
    assert len(bench.rows(Trial("120_leg_label.toml", "x", {"leg_pair": chain, "leg_label": ()}))) == 2


def test_an_empty_list_stands_for_null(bench: Bench, tmp_path: Path) -> None:
    path = written(tmp_path, '[[case]]\nname = "x"\nexpect = [{ offset_ms = [] }]')
    assert read_trials(path)[0].expect == ({"offset_ms": None},)


def test_two_rows_of_one_grain_are_a_fault(bench: Bench) -> None:
    twice = {
        "call_id_match": (
            {"attempt_id": "a:1", "record_id": "b:1"},
            {"attempt_id": "a:1", "record_id": "b:2"},
        )
    }
    assert (
        bench.problem(Trial("360_match.toml", "x", twice, ({}, {})))
        == "gives more than one row for its grain: a:1"
    )


def test_a_parameter_of_the_case_goes_before_the_default(bench: Bench) -> None:
    hours = tuple(
        {"log": "e", "network": "", "hour_utc": f"2024-03-12 1{h}:00:00", "offset_ms": h * 10, "pairs": 9}
        for h in (1, 2)
    )
    trial = Trial("dq_007_drifting_clock.toml", "x", {"clock_hour": hours}, params={"clock_drift_over_ms": 9})
    assert len(bench.rows(trial)) == 1
    assert bench.rows(trial, {"clock_drift_over_ms": 10}) == []


def test_times_with_an_offset_become_utc(tmp_path: Path) -> None:
    path = written(tmp_path, '[[case]]\nname = "x"\nexpect = [{ at = 2024-03-13T04:00:00+11:00 }]\n')
    assert read_trials(path)[0].expect[0]["at"].isoformat() == "2024-03-12T17:00:00"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[case]]\nname = ", "not TOML"),
        ('[[cases]]\nname = "x"\n', "holds [[case]] tables only"),
        ("[[case]]\nparams = {}\n", "a case needs a name"),
        ('[[case]]\nname = "x"\nexpected = []\n', "unknown key 'expected'"),
    ],
)
def test_a_case_file_that_is_wrong_says_how(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_trials(written(tmp_path, text))
    assert fault in caught.value.message
    assert caught.value.where is not None
    assert caught.value.where.path.endswith(RULE)
