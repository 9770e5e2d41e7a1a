"""`auditor formats`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli import auditor
from auditor.formats.detect import layouts
from tests.formats.made import BORDER, CALLER, calls, invite, pcap_bytes


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(auditor, ["formats", *map(str, arguments)])


def test_it_lists_every_layout() -> None:
    result = run()
    assert result.exit_code == 0
    for layout in layouts():
        assert layout.name in result.output
        assert layout.title in result.output


def test_it_says_what_a_file_is_taken_for_how_sure_and_why(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("started_at;dialled\n")
    (tmp_path / "b.csv").write_bytes(pcap_bytes(calls((0, invite(), CALLER, BORDER))))
    result = run(tmp_path / "a.csv", tmp_path / "b.csv", "--role", "attempts")
    assert result.exit_code == 0
    assert "100 %" in result.output
    assert "semicolon" in result.output
    assert "capture" in result.output


def test_a_file_that_is_nothing_known_is_named_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("61491570156,hello\n")
    result = run(tmp_path / "a.csv", tmp_path)
    assert result.exit_code == 2
    assert "61491570156" not in result.output
    assert "not a regular file" in result.output


def test_a_hostile_file_name_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;x\x07[red]b.csv"
    path.write_text("started_at,dialled\n")
    result = run(path)
    assert "\x1b" not in result.output
    assert "[red]b.csv" in result.output
