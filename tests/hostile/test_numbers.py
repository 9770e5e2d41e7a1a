"""No number of a caller is printed unless somebody asks for it, whatever holds it: a file's name, a header, a
word, a case's own texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.called import call
from tests.ingest.loading import write_case

CALLER = "61491570157"
CASE = f"""
[case]
title = "t {CALLER}"
regime = "au"
[[outage]]
id = "{CALLER}"
networks = ["alpha", "{CALLER}"]
start = 2024-03-12T16:00:00+00:00
end = 2024-03-13T02:00:00+00:00
[[source]]
role = "attempts"
path = "*.csv"
[[definition]]
id = "d"
measure = "attempts.failed"
title = "all but {CALLER}"
networks = ["alpha", "{CALLER}"]
[[claim]]
id = "one"
figure = 3
unit = "attempts"
said_by = "{CALLER}"
said_on = "2024-04-01"
definition = "d"
note = "{CALLER}"
[[exclusion]]
id = "x"
who = "{CALLER}"
when = "2024-04-01"
why = "{CALLER}"
call_ids = ["c1"]
"""
LOG = f"""call_id,network,started_at,calling_number,dialled,disposition,{CALLER}
c1,alpha,2024-03-12T17:00:00Z,+{CALLER},000,failed,
c2,4&9&1&5&7&0&1&5&7,2024-03-12T17:01:00Z,+{CALLER},000,said {CALLER},
c3,alpha,{CALLER}x,+{CALLER},000,failed,
"""
NAME = f"log_{CALLER}.csv"
AFTERWARDS = (
    ("check",),
    ("files",),
    ("files", "--format", "json"),
    ("rejects",),
    ("trace", "c1"),
    ("claims",),
    ("claims", "--format", "json"),
    ("bridge", "one", "callers.failed"),
    ("bridge", "one", "callers.failed", "--format", "json"),
    ("bridge", "attempts.failed", "callers.failed", "--rows", "unit"),
    ("explain", "3"),
    ("range", "callers.failed"),
    ("timeline",),
    ("timeline", "--format", "json"),
    ("worklist",),
)
FAULTS = (
    ("trace", f"x{CALLER}"),
    ("find", CALLER),
    ("bridge", CALLER, "one"),
    ("run", "--params", f"{CALLER}=1"),
    ("report", "--format", CALLER),
)


def shows_number(text: str) -> bool:
    """Whether the caller's digits stand in a text, whatever joins them."""
    return re.search("[^0-9a-zA-Z]*".join(CALLER[2:]), text) is not None


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_case(tmp_path_factory.mktemp("numbers") / "case", {NAME: LOG})
    (folder / "case.toml").write_text(CASE)
    done = call("run", folder)
    assert done.returncode in (1, 3), done.stderr
    assert not shows_number(done.stdout + done.stderr)
    return folder


@pytest.mark.holds("property.25", "trust.16")
@pytest.mark.parametrize("arguments", AFTERWARDS, ids=" ".join)
def test_no_command_prints_a_number(arguments: tuple[str, ...], case: Path) -> None:
    done = call(arguments[0], case, *arguments[1:])
    assert done.returncode in (0, 1, 2), done.stderr
    assert done.stdout or done.stderr
    assert not shows_number(done.stdout + done.stderr)


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["", "debug"])
@pytest.mark.parametrize("arguments", FAULTS, ids=" ".join)
def test_no_fault_prints_a_number(arguments: tuple[str, ...], debug: tuple[str, ...], case: Path) -> None:
    done = call(arguments[0], case, *arguments[1:], *debug)
    assert done.returncode == 2
    # find repeats no digit: a number does not belong on its command line at all.
    assert "157" in done.stderr or arguments[0] == "find", "its last digits say which it was"
    assert not shows_number(done.stdout + done.stderr)


@pytest.mark.holds("property.25", "trust.16")
def test_no_report_holds_a_number(case: Path, tmp_path: Path) -> None:
    assert call("report", case, "--format", "html,csv,md,json", "--output", tmp_path / "out").returncode == 0
    for path in (tmp_path / "out").rglob("*"):
        assert not path.is_file() or not shows_number(path.read_text(encoding="utf-8")), path


def test_what_was_typed_to_name_a_file_is_printed_as_it_was_typed(case: Path, tmp_path: Path) -> None:
    log = tmp_path / NAME
    log.write_text(LOG)
    assert str(log) in call("formats", log).stdout.replace("\n", "")


def test_a_draft_says_what_it_left_out_without_its_number(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "logs", {"a.csv": LOG, f"{CALLER}.csv": "q,r\n1,2\n"})
    (folder / "case.toml").unlink(missing_ok=True)
    done = call("init", folder)
    assert done.returncode == 0
    assert "•••••157.csv" in done.stderr
    assert not shows_number(done.stderr)
