"""The summary on the terminal: what it must say, at any width, and what it must never print."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace

import pytest
from rich.console import Console

from auditor.errors import UsageError
from auditor.model import Audit, Caution, RunStatus
from auditor.report.document import Grid
from auditor.report.draw.text import print_blocks, print_figure, print_summary
from tests.report.audits import (
    NUMBERS,
    bare_audit,
    broken_audit,
    hostile_audit,
    qualified_audit,
    rich_audit,
)


def _printed(
    audit: Audit, width: int = 80, *, reveal: bool = False, colour: bool = False, is_full: bool = True
) -> str:
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="standard" if colour else None
    )
    print_summary(audit, console, reveal=reveal, is_full=is_full)
    return out.getvalue()


def test_the_headline_gives_figure_range_unit_and_basis() -> None:
    text = _printed(rich_audit())
    assert re.search(r"Attempts that failed +54 +range 54 to 61 +attempts", text)
    assert re.search(r"Callers whose calls failed +27 +range 27 to 29 +callers", text)
    assert "service centre's own log" in text


@pytest.mark.parametrize(
    "audit",
    [rich_audit(), bare_audit(), broken_audit(), qualified_audit()],
    ids=["rich", "bare", "broken", "qualified"],
)
def test_the_answer_stays_on_a_screen_of_25_lines(audit: Audit) -> None:
    text = _printed(audit, is_full=False)
    assert len(text.splitlines()) <= 25
    assert "--full" in text


def test_many_open_gates_and_verdicts_leave_the_answer_on_the_screen() -> None:
    audit = qualified_audit()
    gates = tuple(
        replace(gate, id=f"{gate.id}_{n}", sentence=gate.sentence * 9) for n, gate in enumerate(audit.gates)
    )
    text = _printed(replace(audit, gates=gates), is_full=False)
    assert len(text.splitlines()) <= 25
    assert "more: --full." in text
    assert "27 callers could not" in text


def test_what_may_not_be_quoted_is_whole_and_other_lists_give_way() -> None:
    audit = qualified_audit()
    gate = next(gate for gate in audit.gates if gate.is_open)
    why = "network Telsurr: case.toml has this name in 1 place(s). No record has it, others are carried."
    one = replace(gate, sentence=why, spoils="figures of outages, centres and claims that use these names")
    text = _printed(replace(audit, gates=(one,)), is_full=False)
    assert len(text.splitlines()) <= 25
    assert why in " ".join(text.split())


def test_the_nearest_name_and_what_to_do_are_never_cut_off() -> None:
    audit = qualified_audit()
    gate = next(gate for gate in audit.gates if gate.is_open)
    why = (
        "network Bleue: case.toml has this name in 1 place(s). No record, cell, subscriber or source has it."
        " Did you mean 'Bleu'?"
    )
    remedy = "Write the name in case.toml as the logs write it. Or else set the source's network."
    spoils = "figures of the outages, centres and claims that use these names"
    others = [replace(gate, id=f"other_{n}", sentence=gate.sentence * 9) for n in range(5)]
    named = replace(gate, id="unknown_names", sentence=why, remedy=remedy, spoils=spoils)
    text = _printed(replace(audit, gates=(named, *others)), is_full=False)
    assert f"{why} What to do: Write the name in case.toml as the logs write it." in " ".join(text.split())
    assert len(text.splitlines()) <= 25


def test_a_long_reason_is_cut_behind_a_whole_sentence() -> None:
    audit = qualified_audit()
    gate = next(gate for gate in audit.gates if gate.is_open)
    one = replace(gate, sentence="One record is wrong. " * 60)
    text = " ".join(_printed(replace(audit, gates=(one,)), is_full=False).split())
    assert "One record is wrong. … " in text


def test_the_answer_is_one_sentence_with_window_zone_and_both_figures() -> None:
    text = " ".join(_printed(rich_audit(), is_full=False).split())
    assert (
        "On 13 March 2024, 04:00 to 13:00 (Australia/Sydney), 27 callers could not reach 000; 3 have no"
        " welfare check on record, and 4 more could not be rung." in text
    )


def _none_failed() -> Audit:
    """Nobody failed, and nothing is missing."""
    whole = rich_audit()
    none = replace(whole.measures["callers.failed_in_outage"], value=0, low=0, high=0)
    rules = tuple(run for run in whole.rules if not run.is_gap)
    return replace(
        whole, cautions=(), rules=rules, measures={**whole.measures, "callers.failed_in_outage": none}
    )


def test_nobody_is_an_all_clear_only_where_nothing_is_missing() -> None:
    clear = _none_failed()
    none = clear.measures["callers.failed_in_outage"]
    gap = replace(clear.rules[0], status=RunStatus.FINDINGS, is_gap=True)
    doubtful = (
        replace(clear, status="incomplete"),
        replace(clear, status="qualified"),
        replace(clear, cautions=(Caution("not_loaded", {"path": "a", "problem": "b"}, is_floor=True),)),
        replace(clear, rules=(*clear.rules, gap)),
        replace(clear, measures={**clear.measures, none.name: replace(none, high=2)}),
    )
    said = "no caller is known who could not reach 000"
    assert said in " ".join(_printed(clear, is_full=False).split())
    for audit in doubtful:
        text = " ".join(_printed(audit, is_full=False).split())
        assert said not in text
        assert "but the logs are incomplete: this is no all-clear" in text


def test_the_answer_without_a_centre_says_what_it_rests_on_and_names_what_is_missing() -> None:
    text = " ".join(_printed(bare_audit(), is_full=False).split())
    assert "the carrier's own records alone" in text
    assert "no centre log; no welfare log" in text


def test_a_figure_is_explained_in_place_with_its_sql_and_rows() -> None:
    out = io.StringIO()
    print_figure(rich_audit(), "callers.failed", Console(file=out, width=200))
    text = out.getvalue()
    assert "callers.failed: 27 (range 27 to 29) callers" in text
    assert "measures/callers_failed.sql" in text
    assert "SELECT attempt_id" in text
    assert "showing 20 of 27 rows" in text
    assert NUMBERS[0] not in text
    with pytest.raises(UsageError) as caught:
        print_figure(rich_audit(), "callers.faild", Console(file=out))
    assert "callers.failed" in caught.value.hint


def test_without_a_centre_the_headline_says_what_it_rests_on() -> None:
    assert "the carrier's own records alone" in " ".join(_printed(bare_audit()).split())


def test_missing_evidence_is_never_a_zero() -> None:
    text = _printed(bare_audit())
    assert "no welfare source is in evidence" in text
    assert "no check found" not in text


def test_a_broken_balance_stops_the_headline() -> None:
    text = _printed(broken_audit())
    assert "expected 29, actual 28," in text
    assert "difference -1" in " ".join(text.split())
    assert "welfare.csv" in text
    assert "Attempts that failed" not in text
    assert "with a check due" not in text
    assert "WC-001 FAILED: Binder Error" in text
    assert "was not used (rolled_back)" in text


def test_a_clause_nobody_read_is_printed_so() -> None:
    text = " ".join(_printed(rich_audit(), 200).split())
    assert "s. 27 clause not verified" in text
    assert "carriage of emergency calls yes" in text


@pytest.mark.holds("fault.76")
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = [
        line for full in (True, False) for line in _printed(rich_audit(), width, is_full=full).splitlines()
    ]
    assert max(len(line.rstrip()) for line in lines) <= width


@pytest.mark.holds("fault.67", "fault.68")
@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("is_full", [False, True])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_hostile_text_cannot_act_on_the_terminal(width: int, *, colour: bool, is_full: bool) -> None:
    printed = _printed(hostile_audit(), width, colour=colour, is_full=is_full)
    text = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    bad = {c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert not bad
    assert "[red]x[/nope] :warning:" in _printed(hostile_audit(), 200)


def test_callers_are_not_in_the_summary_even_in_a_case_text() -> None:
    assert not any(number[3:] in _printed(rich_audit()) for number in NUMBERS)


def test_a_terminal_without_unicode_gets_plain_letters() -> None:
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    print_summary(rich_audit(), Console(file=out, width=80), is_full=True)
    out.flush()
    assert b"#####" in out.buffer.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_table_cuts_a_word_that_the_screen_has_room_for(width: int) -> None:
    out = io.StringIO()
    row = (
        "regulator_people",
        "at least 2,697",
        "customers",
        "-2,424",
        "not a count of what it says (invented logs)",
    )
    columns = ("claim", "published", "unit", "difference", "verdict")
    print_blocks([Grid("", columns, (row,), (1, 3))], Console(file=out, width=width))
    words = set(out.getvalue().split())
    assert {word for cell in row for word in cell.split()} <= words
    assert max(map(len, out.getvalue().splitlines())) <= width


def test_a_caution_without_which_the_answer_is_misread_is_in_the_answer() -> None:
    whole = replace(rich_audit(), cautions=(Caution("refused_on_arrival", {}, {"attempts": 6000}),))
    said = "6,000 attempt(s) arrived and were refused there"
    assert said in " ".join(_printed(whole, is_full=False).split())
    assert said in " ".join(_printed(whole).split())
    assert said not in " ".join(_printed(broken_audit(), is_full=False).split())
