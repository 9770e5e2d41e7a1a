"""The code tables of `sql/reference` say what the model says."""

import csv
import re

from auditor.rulebook import read_rulebook, sql_root

STATE = next(step for step in read_rulebook().model if step.relation == "attempt_state")


def table(name: str) -> dict[int, dict[str, str]]:
    with (sql_root() / "reference" / name).open(encoding="utf-8", newline="") as file:
        return {int(row["code"]): row for row in csv.DictReader(file)}


def spared(column: str) -> set[int]:
    """Codes that `attempt_state` does not take for a failure of the network."""
    match = re.search(rf"{column} NOT IN \(([\d, ]+)\)", STATE.sql)
    assert match
    return {int(code) for code in match[1].split(",")}


def test_causes_tell_a_failure_of_the_network_as_the_model_does() -> None:
    assert {code for code, row in table("cause_code.csv").items() if row["is_network_failure"] == "no"} == spared("release_cause")


def test_sip_statuses_tell_a_failure_of_the_network_as_the_model_does() -> None:
    final = {code: row for code, row in table("sip_status.csv").items() if code >= 400}
    assert {code for code, row in final.items() if row["is_network_failure"] == "no"} == spared("sip_status")
    assert all(row["is_network_failure"] == "no" for code, row in table("sip_status.csv").items() if code < 400)


def test_every_code_has_a_title_and_a_class() -> None:
    for name in ("cause_code.csv", "sip_status.csv"):
        assert all(row["title"] and row["class"] for row in table(name).values())
    assert all(1 <= code <= 127 for code in table("cause_code.csv"))
    assert all(100 <= code <= 699 for code in table("sip_status.csv"))
