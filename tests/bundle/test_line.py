"""What a line of a verification shows of two values that differ."""

from __future__ import annotations

import click
import pytest

from auditor.bundle.line import DIFFERS, HOLDS, Line, compared
from auditor.cli.bundle import _print, verify

ONE, OTHER = "5" * 30 + "a" * 34, "5" * 30 + "b" * 34


def _detail(said: object, found: object) -> str:
    (line,) = compared("table", {"attempt": said}, {"attempt": found})
    return line.detail


def test_the_part_that_differs_is_shown_whole() -> None:
    said = f"1200 rows, root {ONE}, 1100 places, root {'c' * 64}"
    assert _detail(said, said.replace(ONE, OTHER)) == (
        f"said: … root {ONE}, …; recomputed: … root {OTHER}, …"
    )
    last = said.replace("c" * 64, ONE)
    assert _detail(said, last) == f"said: … root {'c' * 64}; recomputed: … root {ONE}"


def test_the_two_sides_never_look_alike() -> None:
    word = "word " * 40
    for said, found in ((word, f"{word}word "), (f"a {word}", word), ("x" * 100 + "1", "x" * 100 + "2")):
        one, _, other = _detail(said, found).removeprefix("said: ").partition("; recomputed: ")
        assert one != other


def test_short_values_are_shown_as_they_are() -> None:
    assert _detail((4, 4, 4), (5, 5, 5)) == "said: (4, 4, 4); recomputed: (5, 5, 5)"


def test_the_changed_file_is_printed_first(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        Line("run", "id", DIFFERS, "said: a; recomputed: b"),
        Line("input", "a.csv", HOLDS),
        Line("input", "welfare.csv", DIFFERS, "its bytes have changed"),
        Line("measure", "callers.failed", DIFFERS, "said: 4; recomputed: 5"),
    ]
    _print(click.Context(verify), lines)
    assert capsys.readouterr().out.splitlines() == [
        "differs input welfare.csv: its bytes have changed",
        "Differs too, and may follow from these files:",
        "differs run id: said: a; recomputed: b",
        "holds input a.csv",
        "differs measure: all 1: said: 4; recomputed: 5",
        "3 differs, 1 holds",
    ]
