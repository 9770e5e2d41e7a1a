"""Bytes that are not UTF-8 and times outside the calendar: an error of usage that says so, no fault of the
program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.called import call
from tests.query.made import audited

BYTE = "\udce9"
"""The byte E9 of an argument, as Python gives it where arguments are UTF-8."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("bad") / "case")


TEXTS = (
    ("find", "--id", BYTE),
    ("find", "--cell", BYTE),
    ("trace", BYTE),
    ("sql", f"SELECT '{BYTE}'"),
    ("sql", "-c", f"SELECT '{BYTE}'"),
    ("sql", "--ask", BYTE),
    ("sql", "SELECT $a", "-p", f"a={BYTE}"),
    ("explain", BYTE),
    ("run", "--without", BYTE),
    ("report", "--profile", BYTE),
    ("worklist", "--reveal", "--reason", BYTE),
    ("prove", "--call-id", BYTE),
)


@pytest.mark.holds("fault.45")
@pytest.mark.parametrize("words", TEXTS, ids=" ".join)
def test_a_text_of_the_command_line_that_is_not_utf_8_is_an_error_of_usage(
    words: tuple[str, ...], case: Path
) -> None:
    done = call(words[0], case, *words[1:])
    assert (done.returncode, "is not UTF-8" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("words", [("sql",), ("sql", "-f", "-"), ("find",), ("prove", "--number", "-")])
def test_standard_input_that_is_not_utf_8_is_an_error_of_usage(words: tuple[str, ...], case: Path) -> None:
    done = call(words[0], case, *words[1:], given=b"SELECT '\xe9'\n")
    assert (done.returncode, "standard input is not UTF-8" in done.stderr) == (2, True), done.stderr


def test_a_query_in_a_file_that_is_not_utf_8_is_an_error_of_usage(case: Path, tmp_path: Path) -> None:
    (tmp_path / "latin1.sql").write_bytes("SELECT 'Orléans'".encode("latin-1"))
    done = call("sql", case, "-f", tmp_path / "latin1.sql")
    said = " ".join(done.stderr.split())
    assert (done.returncode, "latin1.sql is not UTF-8 (byte 12)" in said) == (2, True), said


@pytest.mark.parametrize(
    "words",
    [
        ("find", "--at", "9999-12-31T23:59:59+00:00"),
        ("find", "--at", "0001-01-01T00:00:00+14:00"),
        ("find", "--at", "2024-03-12T18:00:00Z", "--within", "99999999999999"),
        ("find", "--at", "2024-03-12T18:00:00Z", "--within", "99999999999"),
        ("worklist", "--now", "9999-12-31T23:59:59+00:00"),
        ("worklist", "--now", "0001-01-01T00:00:00+14:00"),
        ("run", "--as-of", "0001-01-01T00:00:00+14:00"),
    ],
    ids=" ".join,
)
def test_a_time_outside_the_calendar_is_an_error_of_usage(words: tuple[str, ...], case: Path) -> None:
    done = call(words[0], case, *words[1:])
    assert (done.returncode, "outside the calendar" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("words", [("export",), ("sql", "SELECT 1", "--format", "parquet")], ids=" ".join)
def test_an_output_may_have_a_name_that_is_not_utf_8(
    words: tuple[str, ...], case: Path, tmp_path: Path
) -> None:
    output = tmp_path / os.fsdecode(b"\xe9")
    assert call(words[0], case, *words[1:], "-o", output).returncode == 0
    assert (output / "attempt.parquet").is_file() if words == ("export",) else output.is_file()
