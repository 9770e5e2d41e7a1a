"""Runs every case of `tests/cases`, and holds that each rule, gate and balance has the cases that pin it
down."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from auditor.catalogue.reference import reference_texts
from auditor.catalogue.rulebook import Rulebook, read_rulebook
from auditor.engine.trial import Bench, Trial, read_trials

CASES = Path(__file__).parent / "cases"
BOOK = read_rulebook()
FILES = {file.stem: file for file in BOOK.files}
TRIALS = {path.stem: read_trials(path) for path in sorted(CASES.rglob("*.toml"))}
RULES = [file.stem for file in (*BOOK.rules, *BOOK.gates)]
STEPS = [file.stem for file in BOOK.model]
CHECKS = [file.stem for file in BOOK.checks]
LIMITS = [
    (stem, name)
    for stem, file in FILES.items()
    if file.kind in ("rules", "measures", "gates")
    for name in file.params
]

_FILLED = """
attempt_id caller_id caller_basis state basis is_test outcome is_covered record_id file_no record_no log
bucket kind role path status attempts failed_attempts delivered_attempts undetermined_attempts
cancelled_attempts episodes failed_episodes undetermined_episodes legs is_failed has_transfer has_location
has_callback outage_id starts_at_utc ends_at_utc recovery_tail_s is_significant records is_emergency
is_linkable is_placeholder numbers imsis pairs reading number_text episode_id due_from_utc check_id
centre_call_id presented_at_utc started_at_utc attempted_at_utc from_utc to_utc rejected not_emergency loaded
reason is_blind is_welfare_due sent_at_utc non_data not_kept seen setting value dimension place
attempts_elsewhere
failed_elsewhere is_before_next declared_no duty_no duty_id is_mandatory promise_no promise_id account_id
standing is_affected due_minor paid_minor footprint_no area claim_id part_id other_id sign relation parts
tie least_count
"""
NEVER_NULL = frozenset(_FILLED.split())
"""Columns that the model or the loader always fills, by name."""
SOMETIMES_NULL = frozenset(
    {
        ("attempt", "outage_id"),
        ("centre_call", "attempt_id"),
        ("clock_hour", "offset_ms"),
        ("episode", "outage_id"),
        ("reject", "value"),
        ("unreadable", "record_no"),
        ("unreadable", "value"),
        ("welfare_check", "caller_id"),
        ("welfare_check", "episode_id"),
        ("welfare_duty", "status"),
    }
)
"""The same names where they may be null after all."""
NEVER_NULL_THERE = frozenset(
    {
        ("imei_use", "imei14"),
        ("clock", "network"),
        ("clock_hour", "network"),
        ("clock_hour", "hour_utc"),
        ("outage_network", "network"),
        ("counter_break", "element"),
        ("carried_name", "name"),
        ("declared_name", "name"),
        ("file", "source_no"),
        ("known_file", "content_sha256"),
        ("observation", "found"),
        ("file_gap", "node"),
        ("file_gap", "after_file"),
        ("file_gap", "before_file"),
        ("file_gap", "missing_files"),
        ("observation", "subject"),
        ("source", "source_no"),
        ("subscriber_identity", "identity"),
        ("shared_id", "call_id"),
        ("shared_id", "callers"),
        ("shared_id", "changes"),
        ("shared_id", "attempts"),
        *(("shifted_time", name) for name in ("log", "shift_s", "attempts", "unmatched")),
        ("blind_log", "network"),
        ("blind_log", "element"),
        ("blind_log", "source"),
        *(("record_deficit", name) for name in ("network", "call_kind", "least", "most")),
        *(("record_deficit", name) for name in ("deficit_low", "deficit_high")),
    }
)
"""Columns that are always filled in these relations alone."""


def schema(book: Rulebook) -> dict[str, object]:
    """Tables and relations with their columns, for the analysis of what a statement reads."""
    tables: dict[str, object] = {step.relation: dict(step.columns) for step in (*book.model, *book.facts)}
    for text in book.schema.values():
        for statement in sqlglot.parse(text.partition("---*/")[2], read="duckdb"):
            if isinstance(statement, exp.Create) and statement.kind == "TABLE":
                columns = statement.this.expressions
                tables[statement.this.this.name] = {c.name: c.args["kind"].sql("duckdb") for c in columns}
    return tables


SCHEMA = schema(BOOK)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(BOOK)
    yield made
    made.close()


@pytest.mark.holds("fault.52", "fault.59", "fault.60")
@pytest.mark.parametrize(
    "trial", [pytest.param(t, id=f"{stem}: {t.name}") for stem, trials in TRIALS.items() for t in trials]
)
def test_case(bench: Bench, trial: Trial) -> None:
    assert bench.problem(trial) == ""


def test_every_rule_has_a_hit_and_a_miss() -> None:
    trials = {stem: TRIALS.get(stem, ()) for stem in RULES}
    hitless = [s for s, tried in trials.items() if not any(t.expect for t in tried)]
    assert hitless == [], "no case with a finding"
    missed = [s for s, tried in trials.items() if not any(t.given and not t.expect for t in tried)]
    assert missed == [], "no case with rows and without a finding"


def test_every_step_of_the_model_has_cases() -> None:
    """What they pin down is tried by `make mutate`, which takes each condition out in turn."""
    lacking = [stem for stem in STEPS if not any(t.given and t.expect for t in TRIALS.get(stem, ()))]
    assert lacking == [], "no case that gives a row"


@pytest.mark.holds("property.3", "property.4")
def test_every_balance_is_seen_to_hold_and_to_break() -> None:
    differences = {
        stem: [row["actual"] - row["expected"] for t in TRIALS.get(stem, ()) for row in t.expect]
        for stem in CHECKS
    }
    assert [stem for stem, seen in differences.items() if 0 not in seen] == [], "no case in which it holds"
    assert [stem for stem, seen in differences.items() if not any(seen)] == [], "no case in which it breaks"


def notices(bench: Bench, stem: str, name: str, step: int) -> bool:
    """Whether a case of a file gives other rows when a limit moves."""
    default = FILES[stem].params[name].default
    for trial in TRIALS.get(stem, ()):
        value = trial.params.get(name, default)
        assert isinstance(value, int)
        if bench.rows(trial) != bench.rows(trial, {name: value + step}):
            return True
    return False


def test_a_limit_that_moves_by_one_changes_a_case(bench: Bench) -> None:
    """Both sides of the limit are pinned: one case lies on it, another just beyond."""
    moved = [(stem, name, step) for stem, name in LIMITS for step in (-1, 1)]
    assert [move for move in moved if not notices(bench, *move)] == []


def test_every_nullable_input_of_a_rule_is_null_in_a_case() -> None:
    lacking = {}
    for stem in RULES:
        given = [
            (relation, row)
            for trial in TRIALS.get(stem, ())
            for relation, rows in trial.given.items()
            for row in rows
        ]
        seen = {
            (relation, column)
            for relation, column in inputs(stem)
            if any(r == relation and column not in row for r, row in given)
        }
        never = {
            pair for pair in inputs(stem) if pair[1] in NEVER_NULL and pair not in SOMETIMES_NULL
        } | NEVER_NULL_THERE
        if never_null := sorted(inputs(stem) - seen - never):
            lacking[stem] = never_null
    assert lacking == {}


def test_every_file_of_cases_belongs_to_a_sql_file() -> None:
    assert set(TRIALS) - set(FILES) == set()
    assert len(TRIALS) == len(list(CASES.rglob("*.toml"))), "two files of cases of one stem"
    named = {stem: Counter(trial.name for trial in trials) for stem, trials in TRIALS.items()}
    assert [(stem, name) for stem, names in named.items() for name, n in names.items() if n > 1] == []


@cache
def inputs(stem: str) -> set[tuple[str, str]]:
    """The columns of tables and relations that a file reads; those of `sql/reference` are no input."""
    tree = qualify(
        sqlglot.parse_one(FILES[stem].sql, read="duckdb"),
        schema=SCHEMA,
        dialect="duckdb",
        validate_qualify_columns=False,
    )
    return {
        (source.name, column.name)
        for scope in traverse_scope(tree)
        for column in scope.columns
        if isinstance(source := scope.sources.get(column.table), exp.Table)
        and source.name not in reference_texts()
    }
