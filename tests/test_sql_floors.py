"""The floors of `sql/`, read from the tables that each statement names: tables, then the model step by step,
then what judges it."""

import re
from functools import cache

import sqlglot
from sqlglot import exp

from auditor.catalogue.reference import sql_root
from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.sql_file import SqlFile

BOOK = read_rulebook()
STEPS = {step.relation: step for step in BOOK.model}
JUDGES = (*BOOK.rules, *BOOK.measures, *BOOK.checks, *BOOK.gates)
RESULTS = frozenset({"finding", "measure", "balance", "gate", "run", "parameter"})
"""Tables that an audit fills with its results."""
PUBLIC_FROM = 600
"""Steps from this number on make the relations that questions are asked of."""
PUBLIC = frozenset({"episode"})
"""Relations below that number that are public too."""
INNER = {
    "bal_014_legs": {"attempt_leg"},
    "bal_015_attempt_legs": {"attempt_leg"},
    "bal_034_welfare_required": {"role_evidence"},
    "bal_036_parties": {"party"},
    "bal_040_duties": {"role_evidence"},
    "attempts_duplicate_records": {"attempt_leg"},
    "breaches_total": {"role_evidence"},
    "dq_004_number_without_reading": {"number"},
    "dq_005_imei_that_links_nothing": {"imei_use"},
    "dq_006_unverified_clock": {"clock"},
    "dq_007_drifting_clock": {"clock_hour"},
    "dq_015_check_id_with_two_contents": {"party"},
    "dq_017_centre_silent_in_outage": {"coverage_silence"},
    "dq_019_centre_log_ends_in_outage": {"log_span"},
    "dq_024_record_in_two_files": {
        *("repeated_attempt", "repeated_arrival", "repeated_check"),
        *("repeated_credit", "repeated_notice", "repeated_complaint"),
    },
    "notices_sent": {"repeated_notice"},
    "dq_031_subscriber_of_two_networks": {"subscriber_identity"},
}
"""Files that judge a step of the model itself, and the relations they read for that. A new one is a
decision."""


def number(step: SqlFile) -> int:
    return int(step.stem.partition("_")[0])


def read_by(file: SqlFile) -> set[str]:
    """Tables and relations that a statement names; its own WITH parts are none."""
    tree = sqlglot.parse_one(file.sql, read="duckdb")
    return {table.name for table in tree.find_all(exp.Table)} - {
        part.alias for part in tree.find_all(exp.CTE)
    }


@cache
def tables() -> frozenset[str]:
    return frozenset(
        name
        for text in BOOK.schema.values()
        for name in re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", text)
    )


def test_tables_and_macros_know_nothing_of_the_model() -> None:
    for path, text in BOOK.schema.items():
        read = set(re.findall(r"\b(?:FROM|JOIN)\s+(\w+)", text.partition("---*/")[2]))
        assert not read & set(STEPS), path


def test_a_step_reads_tables_and_earlier_steps_only() -> None:
    """Itself only where it repeats: each round reads the rounds before."""
    wrong = {}
    for step in BOOK.model:
        earlier = {relation for relation, other in STEPS.items() if number(other) < number(step)}
        itself = {step.relation} if step.repeat_until_empty else set()
        if beyond := read_by(step) - (tables() - RESULTS) - earlier - itself:
            wrong[step.stem] = beyond
    assert wrong == {}


def test_what_judges_reads_tables_and_public_relations() -> None:
    """No rule, measure, check or gate reads what another found; an exception that has become idle is named
    too."""
    public = {relation for relation, step in STEPS.items() if number(step) >= PUBLIC_FROM} | PUBLIC
    beyond = {file.stem: read_by(file) - (tables() - RESULTS) - public for file in JUDGES}
    assert {stem: read for stem, read in beyond.items() if read != INNER.get(stem, set())} == {}


def test_a_relation_that_passes_is_read_by_later_steps_alone_and_nobody_is_promised_it() -> None:
    """It is gone when the model is made: nothing that runs afterwards may name it, nor the catalogue."""
    passing = {relation for relation, step in STEPS.items() if step.is_passing}
    others = (path for path in sql_root().rglob("*.*") if path.parent.name != "model" and path.is_file())
    named = {path.name: passing & set(re.findall(r"\w+", path.read_text("utf-8"))) for path in others}
    assert {name: found for name, found in named.items() if found} == {}
    assert {
        relation for relation in passing if not any(relation in read_by(step) for step in BOOK.model)
    } == set()


def test_no_exception_has_gone_stale() -> None:
    assert set(INNER) <= {file.stem for file in JUDGES}
    assert {relation for read in INNER.values() for relation in read} <= set(STEPS)
