"""The shell of `auditor sql` in a real terminal: completion, error place, paging, several lines, leaving."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.query.made import audited

pexpect = pytest.importorskip("pexpect")
if TYPE_CHECKING:
    from pexpect import spawn as Terminal  # noqa: N812
pytestmark = pytest.mark.system

_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("terminal") / "case")


@pytest.fixture
def shell(case: Path) -> Iterator[Terminal]:
    # A dumb pager that says when it has a page: less itself is the user's.
    environment = {
        **os.environ,
        "TERM": "xterm",
        "PAGER": "cat -n",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        "COLUMNS": "100",
        "LINES": "24",
    }
    child = pexpect.spawn(
        sys.executable,
        ["-m", "auditor", "sql", str(case)],
        env=environment,
        dimensions=(24, 100),
        encoding="utf-8",
        timeout=300,
    )
    child.expect("auditor>")
    yield child
    child.close(force=True)


def plain(child: Terminal) -> str:
    return _STYLE.sub("", str(child.before))


def test_a_statement_over_several_lines_is_answered(shell: Terminal) -> None:
    shell.send("SELECT state, count(*) AS n\rFROM attempt GROUP BY 1 ORDER BY 1;\r")
    shell.expect("2 rows")
    assert re.search(r"failed\s+4", plain(shell))


def test_tab_completes_a_column(shell: Terminal) -> None:
    # What follows is typed when the rest of the word stands in the line, not only in the menu below it.
    shell.send("SELECT count(*) AS n FROM attempt WHERE release_ca\t")
    shell.expect(r"\x1b\[0muse")
    shell.send(" > 20;\r")
    shell.expect("1 row")
    assert re.search(r"n\s+─\s+4\s", plain(shell))


def test_an_error_is_marked_and_the_shell_lives_on(shell: Terminal) -> None:
    shell.send("SELECT nosuch FROM attempt;\r")
    shell.expect("Candidate bindings")
    lines = plain(shell).replace("\r", "").split("\n")
    at = max(n for n, line in enumerate(lines) if line.startswith("line 1: "))
    assert lines[at + 1].index("^") == lines[at].index("nosuch")
    shell.expect("auditor>")
    shell.send("SELECT 41 + 1 AS n;\r")
    shell.expect("42")


def test_more_than_a_screen_goes_through_the_pager(shell: Terminal) -> None:
    shell.send("FROM range(200);\r")
    shell.expect("200 rows")
    assert re.search(r"202\s+199", plain(shell))


def test_a_copy_is_refused(shell: Terminal) -> None:
    shell.send("WITH x AS (COPY (SELECT 1) TO 'x') FROM x;\r")
    assert shell.expect(["only queries can be run here, not COPY", "1 row"]) == 0


def test_ctrl_c_drops_the_line_and_ctrl_d_leaves(shell: Terminal, case: Path) -> None:
    shell.send("SELECT half of\x03")
    shell.expect("auditor>")
    shell.send("\x04")
    shell.expect(pexpect.EOF)
    shell.wait()
    assert shell.exitstatus == 0
    assert (case / ".auditor" / "case.history").stat().st_mode & 0o777 == 0o600


def test_quit_leaves(shell: Terminal) -> None:
    shell.send(".quit\r")
    shell.expect(pexpect.EOF)
    shell.wait()
    assert shell.exitstatus == 0
