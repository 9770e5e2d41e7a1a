"""Every command that shows numbers or writes a file leaves its line of custody, found by their options: a new
command is in the test or breaks it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from auditor.cli import auditor
from auditor.private import FOLDER
from auditor.record.custody import CUSTODY_LOG, read_custody
from tests.called import call
from tests.query.made import ANN, BEN, CID, write_small_case

REASON = ("--reveal", "--reason", "the welfare team")
NUMBERS = tuple(number[3:] for number in (ANN, BEN, CID))
"""Without the country code: a log writes them with a 0 in its place."""

REVEALING: dict[str, tuple[tuple[str, ...], str]] = {
    "run": (("-q", "-o", "OUT"), ""),
    "report": (("--format", "csv", "-o", "OUT"), ""),
    "worklist": (("--format", "csv"), ""),
    "rejects": ((), ""),
    "trace": (("a1",), ""),
    "sql": (("SELECT e164 FROM caller ORDER BY 1", "--format", "csv"), ""),
    "find": ((), f"{ANN}\n"),
    "export": (("--format", "csv", "-o", "OUT"), ""),
    "seal": (("--with-logs", "-o", "OUT"), ""),
}
"""Command -> what else it is given, and its standard input."""

WRITING: dict[str, tuple[str, ...]] = {
    "run": ("-q", "-o", "OUT"),
    "report": ("--format", "md", "-o", "OUT"),
    "worklist": ("-o", "OUT"),
    "rejects": ("-o", "OUT"),
    "sql": ("SELECT 1", "-o", "OUT"),
    "seal": ("-o", "OUT"),
    "prove": ("--number", ANN, "-o", "OUT"),
    "request": ("-o", "OUT"),
    "export": ("--format", "csv", "-o", "OUT"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = write_small_case(tmp_path_factory.mktemp("disclosed") / "case")
    assert call("run", case, "-q").returncode == 1
    return case


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "case"))


def _commands(group: click.Group = auditor, before: str = "") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _with(*options: str) -> set[str]:
    return {
        name for name, command in _commands() if set(options) <= {option.name for option in command.params}
    }


def _call(name: str, case: Path, words: tuple[str, ...], given: str = "") -> tuple[int, str, str]:
    """How a command ended; all that it showed, on its streams or in files, without blanks; its messages."""
    out = case.parent / "out"
    done = call(*name.split(), case, *(str(out) if word == "OUT" else word for word in words), given=given)
    files = [path for path in (out, *out.rglob("*")) if path.is_file()]
    return done.returncode, "".join((done.stdout + "".join(map(_text, files))).split()), done.stderr


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def test_every_command_that_reveals_or_writes_is_tested_here() -> None:
    assert _with("reveal") == set(REVEALING)
    assert _with("case", "output") == set(WRITING)


@pytest.mark.parametrize("name", REVEALING)
def test_numbers_are_shown_after_their_line_of_custody(name: str, case: Path) -> None:
    words, given = REVEALING[name]
    before = len(read_custody(case).lines)
    code, shown, said = _call(name, case, (*words, *REASON), given)
    assert code in (0, 1), said
    assert [number for number in NUMBERS if number in shown] or name == "rejects"
    custody = read_custody(case)
    revealed = [line for line in custody.lines[before:] if line.get("is_revealed")]
    assert (custody.problems, {line["reason"] for line in revealed}) == ((), {"the welfare team"})


@pytest.mark.parametrize("name", REVEALING)
def test_no_number_is_shown_where_the_line_cannot_be_written(name: str, case: Path) -> None:
    words, given = REVEALING[name]
    (case / FOLDER / CUSTODY_LOG).unlink()
    (case / FOLDER / CUSTODY_LOG).mkdir()
    code, shown, said = _call(name, case, (*words, *REASON), given)
    assert code in (2, 5), said
    assert [number for number in NUMBERS if number in shown + said] == []
    assert "custody" in said


@pytest.mark.parametrize("name", REVEALING)
@pytest.mark.parametrize("reason", [(), ("--reason", " ")])
def test_no_number_is_shown_without_a_reason(name: str, reason: tuple[str, ...], case: Path) -> None:
    words, given = REVEALING[name]
    code, shown, said = _call(name, case, (*words, "--reveal", *reason), given)
    assert (code, "--reason" in said) == (2, True)
    assert [number for number in NUMBERS if number in shown + said] == []


@pytest.mark.parametrize("name", WRITING)
def test_what_a_command_writes_is_an_entry_with_its_hash(name: str, case: Path) -> None:
    before = len(read_custody(case).lines)
    code, _, said = _call(name, case, WRITING[name])
    assert code in (0, 1), said
    custody = read_custody(case)
    assert custody.problems == ()
    written = {
        name: digest
        for line in custody.lines[before:]
        for name, digest in dict(line.get("written") or {}).items()
    }
    out = case.parent / "out"
    files = [path for path in (out, *out.rglob("*")) if path.is_file()]
    assert files
    assert written == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
