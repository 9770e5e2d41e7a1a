"""Every measure of the contract on small worlds, whose figures were counted by hand."""

import re
from collections.abc import Iterator

import pytest

from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.engine.trial import Bench
from tests.measures.worlds import BEYOND, SECTION_4, figure, problem
from tests.mutate import survivors

BOOK = read_rulebook()
GIVEN = SECTION_4.given
CONTRACT = """
records.read .rejected .not_emergency .loaded
attempts.total .test .delivered .answered .undetermined .cancelled .failed .duplicate_records
episodes.total .reached .undetermined .failed .cancelled
callers.total .failed .failed_in_outage .reached_on_retry
welfare.required .in_time .referred .late .unknown .no_contact .missing .no_identity
welfare.records .rejected .duplicate_records .used .before_failure .not_due .unmatched
centre.records .rejected .duplicate_records .test .matched .orphan .abandoned .not_transferred .no_location
.no_callback
"""


def names() -> set[str]:
    found, family = set(), ""
    for line in CONTRACT.split("\n"):
        for word in line.split():
            family = word.partition(".")[0] or family
            found.add(f"{family}.{word.partition('.')[2]}")
    return found


MEASURES = [measure for measure in BOOK.measures if measure.name in names()]
"""Those of the contract's section 4. Those of section 5 are also counted a second time in
tests/oracle/beyond."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(BOOK)
    yield made
    made.close()


def test_the_measures_are_those_of_the_contract() -> None:
    assert {m.name for m in MEASURES} == names()
    assert set(SECTION_4.expect) == names()
    assert {m.name for m in BOOK.measures} == names() | {name for w in BEYOND for name in w.expect}


def test_a_measure_gives_the_figure_counted_by_hand(bench: Bench) -> None:
    assert [found for measure in BOOK.measures if (found := problem(bench, measure))] == []


def test_a_measure_of_nothing_is_zero(bench: Bench) -> None:
    assert {m.name: figure(bench, m, {}) for m in MEASURES} == {m.name: [0, 0] for m in MEASURES}


def unit(name: str) -> str:
    """What the contract counts under a name."""
    if name == "attempts.duplicate_records":
        return "records"
    if re.fullmatch(
        r"welfare\.(required|in_time|referred|late|unknown|no_contact|missing|no_identity)", name
    ):
        return "callers"
    family = name.partition(".")[0]
    return family if family in {"attempts", "episodes", "callers"} else "records"


def test_a_measure_says_what_it_counts() -> None:
    assert [m.path for m in BOOK.measures if m.stem != m.name.replace(".", "_")] == []
    assert [m.path for m in BOOK.measures if len(m.definition) <= 20 or m.definition.endswith(".")] == []
    assert [m.path for m in BOOK.measures if not {"weight", "is_certain"} <= set(m.columns)] == []
    assert {m.name: m.unit for m in MEASURES} == {m.name: unit(m.name) for m in MEASURES}


BY_ARRIVALS = {"delivered", "answered", "cancelled", "reached", "reached_on_retry"}
COLUMNS = {
    "attempts.answered": "centre.answered_at|centre.disposition",
    "centre.abandoned": "centre.disposition",
    "centre.not_transferred": "centre.transferred_at|centre.transferred_to",
    "centre.no_location": "centre.location_received",
    "centre.no_callback": "centre.callback_received",
}


BY_OUTAGE = {
    *("failed_in_outage", "required", "used", "before_failure", "not_due"),
    *("in_time", "referred", "late", "unknown", "no_contact", "missing", "no_identity"),
}
"""Names of the figures that rest on who failed in a significant outage."""


def needs(measure: SqlFile) -> tuple[str, ...]:
    """Contract 3.12: what is in no source has no value, and a reason; what was rejected is known from the
    files alone."""
    family, _, name = measure.name.partition(".")
    if family == "records":
        roles = ["attempts files"]
    elif family in {"centre", "welfare"} and name in {"records", "rejected"}:
        roles = [f"{family} files"]
    elif family == "centre":
        roles = ["centre"]
    elif family == "welfare":
        roles = (["attempts"] if measure.unit == "callers" else []) + (
            ["welfare"] if name != "required" else []
        )
    else:
        roles = ["attempts"] + (["centre"] if name in BY_ARRIVALS else [])
    if name in BY_OUTAGE:
        roles.append("placed significant outages")
    return (*roles, *([COLUMNS[measure.name]] if measure.name in COLUMNS else []))


def test_a_measure_needs_the_roles_and_columns_that_it_rests_on() -> None:
    assert {m.name: tuple(m.requires) for m in MEASURES} == {m.name: needs(m) for m in MEASURES}


def test_where_the_regime_knows_no_duty_nobody_is_owed_a_check(bench: Bench) -> None:
    required = next(m for m in BOOK.measures if m.name == "welfare.required")
    callers = tuple({**c, "is_welfare_due": False} for c in GIVEN["caller"])
    given = {"caller": callers, "case_setting": ({"setting": "welfare_duty", "value": "no"},)}
    assert figure(bench, required, given) == [0, 0]


def test_no_condition_of_a_measure_can_be_taken_out_unseen(bench: Bench) -> None:
    unseen = [
        f"{measure.stem}: {words}"
        for measure in BOOK.measures
        for words, lives in survivors(bench, measure)
        if lives
    ]
    assert unseen == []
