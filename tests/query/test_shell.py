from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from auditor.query.prompt import HISTORY, Words, converse, history_of
from auditor.query.sandbox import Sandbox
from auditor.query.shell import Shell, is_whole


class Screen:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.notes: list[str] = []

    def show(self, lines: Sequence[str]) -> None:
        self.lines += lines


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
def shell(case: Path, sandbox: Sandbox, screen: Screen) -> Shell:
    return Shell(case, sandbox, screen.show, screen.notes.append, lambda: 100)


def test_a_statement_is_answered_with_a_table_and_a_count(shell: Shell, screen: Screen) -> None:
    assert shell.handle("SELECT state, count(*) AS n FROM attempt GROUP BY 1 ORDER BY 1;")
    assert screen.lines == ["state      n", "─────────  ─", "delivered  2", "failed     4"]
    assert screen.notes == ["2 rows"]


def test_a_wide_row_is_shown_as_a_record(shell: Shell, screen: Screen) -> None:
    shell.handle("FROM attempt LIMIT 1;")
    assert screen.lines[0] == "── row 1"
    assert any("attempt_id  " in line for line in screen.lines)


def test_an_error_is_said_with_its_place_and_the_shell_goes_on(shell: Shell, screen: Screen) -> None:
    assert shell.handle("SELECT nosuch FROM attempt;")
    assert screen.notes[1:3] == ["line 1: SELECT nosuch FROM attempt;", " " * 15 + "^"]
    assert shell.handle("SELECT 1;")


def test_rows_left_out_are_said_and_can_be_had(shell: Shell, screen: Screen) -> None:
    shell.handle(".rows 2")
    shell.handle("FROM attempt SELECT attempt_id;")
    assert screen.notes == ["showing 2 of 6 rows; .rows all shows the rest"]
    shell.handle(".rows all")
    shell.handle("FROM attempt SELECT attempt_id;")
    assert screen.notes[-1] == "6 rows"


@pytest.mark.parametrize(
    ("command", "shows"),
    [
        (".help", ".schema"),
        (".tables", "welfare_duty"),
        (".schema", "attempt(attempt_id, caller_id"),
        (".schema attempt", "caller.caller_id"),
        (".questions", "callers_with_most_attempts: Callers who tried most often"),
        (".ask callers_with_most_attempts at_least=2", "in_time"),
        ("EXPLAIN SELECT 1", "Projection"),
    ],
)
def test_a_command_shows(command: str, shows: str, shell: Shell, screen: Screen) -> None:
    assert shell.handle(command)
    assert shows in "\n".join(screen.lines)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("csv", ["n", "1"]), ("jsonl", ['{"n": 1}']), ("json", ["[", '  {"n": 1}', "]"]), ("markdown",
        ["| n |", "| --: |", "| 1 |"]),
    ],
)  # fmt: skip
def test_a_mode_is_how_results_are_shown(
    mode: str, expected: list[str], shell: Shell, screen: Screen
) -> None:
    shell.handle(f".mode {mode}")
    shell.handle("SELECT 1 AS n;")
    assert screen.lines == expected


@pytest.mark.parametrize(
    "wrong",
    [
        ".nosuch",
        ".mode",
        ".mode pdf",
        ".rows many",
        ".timing maybe",
        ".ask",
        ".ask nosuch",
        ".schema attempts",
    ],
)
def test_a_wrong_command_says_what_would_be_right(wrong: str, shell: Shell, screen: Screen) -> None:
    assert shell.handle(wrong)
    assert screen.notes[0].startswith("error: ")
    assert screen.notes[1].startswith("  try: ")
    assert screen.lines == []


def test_quit_leaves_and_nothing_is_nothing(shell: Shell) -> None:
    assert shell.handle("")
    assert not shell.handle(".quit")
    assert not shell.handle(".exit")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", True),
        (".tables", True),
        ("SELECT 1", False),
        ("SELECT 1;", True),
        ("SELECT 1 ;  ", True),
        ("SELECT\n1", False),
    ],
)
def test_enter_ends_a_statement_only_after_a_semicolon(text: str, whole: bool) -> None:
    assert is_whole(text) is whole


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        (".sc", ".schema"),
        (".schema att", "attempt"),
        (".ask callers", "callers_with_most_attempts"),
        (".mode mark", "markdown"),
        ("SELECT * FROM att", "attempt"),
        ("SELECT * FROM attempt WHERE rele", "release_cause"),
        ("SELECT * FROM attempt AS a WHERE a.sip", "sip_status"),
        ("SELECT * FROM caller WHERE caller.is_wel", "is_welfare_due"),
        ("SELECT date_tr", "date_trunc("),
        ("SEL", "SELECT"),
    ],
)
def test_tab_completes(text: str, offered: str, case: Path, sandbox: Sandbox) -> None:
    found = [c.text for c in Words(case, sandbox).get_completions(Document(text), CompleteEvent())]
    assert offered in found


def test_typing_runs_lines_until_the_end(shell: Shell, screen: Screen, sandbox: Sandbox) -> None:
    with create_pipe_input() as keys:
        keys.send_text("SELECT\n 1 AS n;\n.quit\n")
        converse(shell, sandbox, is_kept=False, given=keys, shown=DummyOutput())
    assert screen.lines == ["n", "─", "1"]


def test_history_is_the_owners_and_forgets_numbers(tmp_path: Path) -> None:
    history = history_of(tmp_path, is_kept=True)
    history.append_string("SELECT 1;")
    history.append_string("SELECT * FROM caller WHERE e164 = '+61491570156';")
    kept = (tmp_path / HISTORY).read_text()
    assert "SELECT 1;" in kept
    assert "0156" not in kept
    assert os.stat(tmp_path / HISTORY).st_mode & 0o777 == 0o600
    history_of(tmp_path / "x", is_kept=False).append_string("SELECT 2;")
    assert not (tmp_path / "x").exists()
