"""`auditor rules list|show|test` as a user calls it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.catalogue.rulebook import read_rulebook
from auditor.cli import auditor
from auditor.cli.examples import example, table
from auditor.engine.trial import examples
from auditor.errors import UsageError

BOOK = read_rulebook()


def call(*words: str) -> Result:
    return CliRunner().invoke(auditor, ["rules", *words], standalone_mode=False)


def test_the_list_names_every_rule_and_says_which_clauses_nobody_has_read() -> None:
    rows = {row["rule"]: row for row in json.loads(call("list", "--format", "json").stdout)}
    assert rows["DQ-009"]["is_verified"] is True
    assert rows["WC-002"]["is_verified"] is False
    assert {row.split("-")[0] for row in rows} == {"EC", "WC", "OC", "DQ", "CR", "FP", "PF"}
    assert all(row["title"] and row["severity"] for row in rows.values())
    text = call("list").stdout
    assert all(rule in text for rule in rows)
    assert "NO" in text


def test_another_jurisdiction_cites_its_own_clauses() -> None:
    rows = {row["rule"]: row for row in json.loads(call("list", "--regime", "us", "--format", "json").stdout)}
    assert "47 CFR" in rows["EC-001"]["clause"]
    assert rows["WC-001"]["applies"] is False
    assert "only in au" in call("list", "--regime", "us").stdout


def test_the_parameters_are_listed_with_their_reason() -> None:
    rows = {row["name"]: row for row in json.loads(call("list", "--params", "--format", "json").stdout)}
    assert rows["episode_gap_s"]["default"] == 600
    assert rows["welfare_within_h"]["unit"] == "hours"
    assert all(row["why"] for row in rows.values())
    assert "country_code" not in rows, "what the case's country decides is no parameter to set"


def test_a_rule_is_shown_with_clause_source_parameters_and_sql() -> None:
    text = call("show", "wc-002").stdout
    assert "WC-002" in text
    assert "NOT VERIFIED" in text
    assert "accan.org.au" in text
    assert "FROM caller AS c" in text
    assert "$many_attempts" in call("show", "EC-005").stdout


def test_a_rule_is_shown_with_a_hit_and_a_miss_of_its_own_cases() -> None:
    text = call("show", "EC-001").stdout
    assert "\nFinds: a failed attempt that a significant outage covers is a finding\n" in text
    assert "    a:1         +61491570156  2024-03-12 16:59:59  failed        centre\n" in text
    assert "\n  found: nothing\n" in text
    assert (
        text.index("one row a")
        < text.index("Finds:")
        < text.index("Does not find:")
        < text.index("sql/carriage/rules/ec_001")
    )


def test_every_rule_has_an_example_of_both() -> None:
    both = {rule.id: examples(rule) for rule in BOOK.rules}
    seen = {
        rule: (bool(hit.expect), bool(miss.given), bool(miss.expect)) for rule, (hit, miss) in both.items()
    }
    assert seen == dict.fromkeys(both, (True, True, False))


def test_every_example_fits_a_terminal_and_shows_each_text_that_is_given() -> None:
    wide, unended, unseen = {}, {}, {}
    for place, trial in ((f"{rule.id}: {t.name}", t) for rule in BOOK.rules for t in examples(rule)):
        lines = list(example("Does not find", trial))
        given = {
            v for rows in trial.given.values() for row in rows for v in row.values() if isinstance(v, str)
        }
        wide[place] = [line for line in lines if len(line) > 80]
        unended[place] = [] if lines[-1] == "  found: nothing" or lines[-1].startswith("    ") else lines[-1:]
        unseen[place] = sorted(value for value in given if not any(value in line for line in lines))
    for wrong in (wide, unended, unseen):
        assert {place: found for place, found in wrong.items() if found} == {}


def test_rows_too_wide_for_a_terminal_are_turned_and_parted() -> None:
    assert list(table([])) == []
    assert list(table([{"a": "1", "b": True}, {"a": "22"}])) == ["    a   b", "    1   true", "    22"]
    assert list(table([{"id": f"a:{n}"} for n in range(30)]))[1].startswith("    a:")
    wide = list(
        table([{"first": "x" * 30, "second": "y" * 30, "third": None, "fourth": "z"} for _ in range(3)])
    )
    assert [line.split()[0] if line else "" for line in wide] == [
        "first",
        "second",
        "fourth",
        "",
        "first",
        "second",
        "fourth",
    ]


def test_a_rule_without_a_clause_in_the_jurisdiction_says_so() -> None:
    assert "none known in nz" in call("show", "EC-001", "--regime", "nz").stdout


@pytest.mark.parametrize(
    ("words", "hint"), [(("show", "EC-01"), "did you mean EC-0"), (("list", "--regime", "zz"), "known: au")]
)
def test_a_name_that_nobody_knows_is_answered_with_what_was_meant(words: tuple[str, ...], hint: str) -> None:
    result = call(*words)
    assert isinstance(result.exception, UsageError)
    assert hint in result.exception.hint


def test_a_folder_of_cases_is_run_and_a_case_that_fails_is_named(tmp_path: Path) -> None:
    case = (
        '[[case]]\nname = "{}"\ngiven.clock = [{{ log = "ecp", network = "alpha", pairs = 3 }}]\nexpect = [{{'
        " pairs = {} }}]\n"
    )
    path = tmp_path / "dq_006_unverified_clock.toml"
    path.write_text(case.format("right", 3), encoding="utf-8")
    good = call("test", str(tmp_path))
    assert (good.return_value, good.stdout) == (0, "1 case(s) passed, 0 failed\n")
    path.write_text(case.format("right", 3) + case.format("wrong", 4), encoding="utf-8")
    bad = call("test", str(tmp_path))
    assert bad.return_value == 3
    assert "FAIL dq_006_unverified_clock: wrong: row 1: pairs is 3, 4 expected" in bad.stdout


def test_a_folder_without_cases_is_an_error(tmp_path: Path) -> None:
    assert isinstance(call("test", str(tmp_path)).exception, UsageError)
