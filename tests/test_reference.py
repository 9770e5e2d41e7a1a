"""The tables of `sql/reference`: each code and word is said once, all of them are there, and SQL finds them
in the case's database."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from auditor.catalogue.reference import keys, reference, reference_texts, with_words
from auditor.catalogue.rulebook import read_rulebook
from auditor.engine.trial import Bench, Trial
from auditor.errors import UsageError
from auditor.ingest import prepare
from auditor.ingest.schema import schema_text, table_of, tables
from auditor.store import Store, open_memory

BOOK = read_rulebook()
CODES = {"sip_status": "sip_status", "cause_code": "release_cause"}
"""Table of codes -> the column of an attempts record that holds them."""
NAMES = sorted(reference_texts())


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = open_memory()
    prepare(made)
    yield made
    made.close()


def codes(table: str, flag: str) -> set[int]:
    return {int(code) for code in keys(table, **{flag: "yes"})}


def test_a_file_is_a_table_with_its_columns_and_its_rows(store: Store) -> None:
    rows = {name: reference(name) for name in NAMES}
    headers = {name: list(rows[name][0]) for name in NAMES}
    assert headers == {name: list(tables()[name].types) for name in NAMES}, "the file's header is the table's"
    assert {name: store.value(f"SELECT COUNT(*) FROM {name}") for name in NAMES} == {
        name: len(rows[name]) for name in NAMES
    }
    assert all(rows.values())


def test_a_key_is_there_once_and_of_a_code_every_judgement_is_given(store: Store) -> None:
    said = ("title", "class", "meaning", "source")
    twice, lacking = {}, {}
    for name in NAMES:
        key, *others = tables()[name].types
        twice[name] = store.query(
            f"SELECT {key} FROM {name} GROUP BY {key} HAVING COUNT(*) > 1 OR {key} IS NULL"
        )
        for column in (c for c in others if c.startswith("is_") or c in said):
            lacking[name, column] = store.query(f"SELECT {key} FROM {name} WHERE {column} IS NULL")
    assert {name: found for name, found in twice.items() if found} == {}
    assert {place: found for place, found in lacking.items() if found} == {}


def test_filling_again_leaves_each_row_once() -> None:
    store = open_memory()
    prepare(store)
    store.execute("UPDATE sip_status SET is_network_failure = FALSE")
    prepare(store)
    assert store.query(
        "SELECT COUNT(*), COUNT(DISTINCT code), BOOL_OR(is_network_failure) FROM sip_status"
    ) == [(600, 600, True)]
    store.close()


@pytest.mark.parametrize("table", CODES)
def test_every_code_that_a_record_may_hold_has_its_row(store: Store, table: str) -> None:
    least, greatest = table_of("attempts").limits[CODES[table]]
    assert [code for (code,) in store.query(f"SELECT code FROM {table} ORDER BY code")] == list(
        range(least, greatest + 1)
    )


def test_the_contract_names_the_codes_that_are_no_failure_of_the_network(store: Store) -> None:
    assert set(range(400, 700)) - codes("sip_status", "is_network_failure") == {486, 487, 600, 603}
    assert set(range(1, 128)) - codes("cause_code", "is_network_failure") == {16, 17, 18, 19, 21, 31}
    assert store.query("SELECT code FROM sip_status WHERE code < 400 AND is_network_failure") == []
    assert keys("attempt_disposition", is_network_failure="yes") == ("failed",)


def test_the_contract_names_what_is_the_callers_own_release() -> None:
    assert codes("sip_status", "is_caller_release") == {487}
    assert codes("cause_code", "is_caller_release") == {16}
    assert keys("attempt_disposition", is_caller_release="yes") == ("cancelled",)


def test_the_contract_names_what_a_leg_came_to() -> None:
    assert codes("sip_status", "is_ringing") == {180, 183}
    assert codes("sip_status", "is_refusal") == set(range(400, 700))
    assert codes("sip_status", "is_final") == set(range(200, 700)) - {401, 407}
    assert keys("attempt_disposition", is_answer="yes") == ("answered",)
    assert (
        keys("centre_disposition", is_answer="yes"),
        keys("centre_disposition", is_abandonment="yes"),
    ) == (
        ("answered",),
        ("abandoned",),
    )


def test_a_code_of_a_class_has_the_class_of_its_number(store: Store) -> None:
    assert (
        store.query(
            "SELECT class FROM sip_status GROUP BY class HAVING COUNT(*) <> 100 OR MAX(code) - MIN(code)"
            " <> 99"
        )
        == []
    )
    assert (
        store.query(
            "SELECT code // 16 FROM cause_code WHERE code >= 32 GROUP BY code // 16 HAVING COUNT(DISTINCT"
            " class) <> 1"
        )
        == []
    )


def test_the_words_a_column_may_hold_are_those_of_its_table() -> None:
    attempts, centre = table_of("attempts").codes, table_of("centre").codes
    assert attempts["disposition"] == ("answered", "no_answer", "busy", "cancelled", "rejected", "failed")
    assert attempts["release_location"] == ("u", "lpn", "ln", "tn", "rln", "rpn", "intl", "bi")
    assert centre["disposition"] == ("answered", "abandoned", "rejected")


def test_what_a_switch_calls_a_cause_is_a_cause(store: Store) -> None:
    for name in ("asterisk_disposition", "freeswitch_hangup_cause"):
        lost = store.query(
            f"SELECT text FROM {name} AS n WHERE release_cause IS NOT NULL AND release_cause NOT IN (SELECT"
            " code FROM cause_code)"
        )
        assert lost == []


def test_withheld_words_are_written_as_they_are_compared() -> None:
    assert all(re.fullmatch("[a-z0-9]+", word) for word in keys("withheld_word"))


def test_words_for_no_value_are_as_long_as_the_macro_looks(store: Store) -> None:
    """A longer text is never looked up, so a longer word would never be found."""
    words = keys("no_value_word")
    assert all(word == word.strip().lower() and len(word.encode()) <= 7 for word in words)
    assert store.value("SELECT no_value_words()") == list(words)
    assert [store.value("SELECT given(?)", [word.upper()]) for word in words] == [None] * len(words)


def test_a_list_of_words_is_set_in_with_its_quotes() -> None:
    assert (
        with_words("SELECT [/* words of centre_disposition */]")
        == "SELECT ['answered', 'abandoned', 'rejected']"
    )
    with pytest.raises(UsageError):
        with_words("SELECT [/* words of nothing */]")


def test_a_word_that_changes_is_another_run_and_another_reading() -> None:
    changed = {path: {**BOOK.reference, path: text + "\n"} for path, text in BOOK.reference.items()}
    assert {f"reference/{name}.csv" for name in NAMES} <= set(changed)
    assert [
        path for path, said in changed.items() if replace(BOOK, reference=said).sha256 == BOOK.sha256
    ] == []
    assert [name for name in NAMES if reference_texts()[name] not in schema_text()] == []


def test_cases_run_on_the_tables_and_cannot_fill_them() -> None:
    bench = Bench(BOOK)
    given = {"attempt": ({"attempt_id": "a:1", "state": "failed", "sip_status": 403},)}
    assert len(bench.rows(Trial("ec_015_refused_for_subscription.toml", "x", given))) == 1
    problem = bench.problem(
        Trial("ec_015_refused_for_subscription.toml", "x", {"sip_status": ({"code": 403},)})
    )
    assert problem == "cannot fill 'sip_status': its rows come from sql/reference"
    assert len(bench.rows(Trial("ec_015_refused_for_subscription.toml", "x", given))) == 1
    bench.close()


_CODE = re.compile(
    r"(?:sip_status|release_cause)\s*(?:NOT\s+)?(?:=|<>|<|>|IN\b|BETWEEN\b)\s*\(?\s*\d|"
    r"disposition\s*(?:=|<>|IN\b)\s*\(?\s*'",
    re.I,
)


def test_no_statement_names_a_code_of_its_own() -> None:
    files = (*BOOK.files, *BOOK.claims.values())
    assert {file.path: found[0] for file in files if (found := _CODE.search(file.sql))} == {}
    assert _CODE.search("SELECT a FROM t WHERE sip_status = 487")
    assert _CODE.search("SELECT a FROM t WHERE disposition IN ('failed')")
