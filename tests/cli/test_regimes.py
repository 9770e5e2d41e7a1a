"""`auditor regimes` and `auditor claims --library` as a user calls them."""

import json

import pytest
from click.testing import CliRunner, Result

from auditor.cli import auditor
from auditor.regimes import read_regime
from auditor.regimes.reader import regimes


def call(*words: str) -> Result:
    return CliRunner().invoke(auditor, list(words), standalone_mode=False)


def test_the_list_names_every_regime() -> None:
    text = call("regimes", "list").stdout
    assert all(code in text and read_regime(code).title in text for code in regimes())


@pytest.mark.parametrize("code", regimes())
def test_what_was_not_read_in_its_primary_text_says_so(code: str) -> None:
    text = call("regimes", "show", code).stdout
    regime = read_regime(code)
    assert all(key in text for key in regime.clauses)
    assert ("NOT VERIFIED" in text) is any(not clause.is_verified for clause in regime.clauses.values())
    assert all(str(table.get("id", "")) in text for tables in regime.lists.values() for table in tables)


def test_the_library_tells_what_contradicts_itself() -> None:
    told = call("claims", "--library", "optus-2023")
    assert told.return_value == 1
    assert {"2,697", "PF-002"} <= set(told.stdout.split())
    found = json.loads(call("claims", "--library", "optus-2023", "--format", "json").stdout)
    assert [run["rule"] for run in found["findings"]] == ["PF-002", "PF-003"]
    assert len(found["figures"]) == 6
    assert "kddi-2022-07-02" in call("claims", "--library", "list").stdout


def test_figures_that_no_audit_counts_are_shown_all_the_same() -> None:
    assert "percent of calls" in call("claims", "--library", "orange-2023").stdout


def test_a_case_and_the_library_are_not_both_asked(tmp_path: object) -> None:
    assert isinstance(call("claims", "--library", "optus-2023", str(tmp_path)).exception, Exception)
    assert isinstance(call("claims").exception, Exception)
