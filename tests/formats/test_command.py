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


@pytest.mark.holds("fault.67", "fault.68")
def test_a_hostile_file_name_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;x\x07[red]b.csv"
    path.write_text("started_at,dialled\n")
    result = run(path)
    assert "\x1b" not in result.output
    assert "[red]b.csv" in result.output


def test_a_layout_shows_the_first_records_as_canonical_columns(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "switch.toml").write_text(
        'role = "attempts"\nheader = ["when", "who", "dialled"]\ntimezone = "Australia/Sydney"\n'
        '[columns]\nstarted_at = "when"\ncalling_number = "who"\n'
    )
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.txt").write_text("2024-03-13 04:00:00;0491570156;000\nsoon;0491570157;112\n")
    result = run(tmp_path / "logs" / "a.txt", "--layout", "switch")
    assert result.exit_code == 0
    assert "1: started_at = 2024-03-12 17:00:00" in result.output
    assert "2: started_at = soon (not_a_time)" in result.output
    assert "2: dialled = 112" in result.output
    assert "0491570156" not in result.output


def test_a_layout_that_is_not_there_is_named_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("2024-03-13 04:00:00;0491570156;000\n")
    result = run(tmp_path / "a.txt", "--layout", "switch", "--role", "attempts")
    assert result.exit_code == 2
    assert "there is no layout 'switch'" in result.output


def test_it_says_of_each_format_what_it_cannot_show() -> None:
    shown = " ".join(run().output.split())
    assert "shows failures only if unanswered and congestion are yes in cdr.conf" in shown
    assert "cannot show failures, causes, cells, gaps" in shown
    found = {layout.name: layout.lacks for layout in layouts()}
    assert found["acc_table"] == ("cells",)
    assert found["teams_billed"] == ("failures", "causes", "cells", "gaps")
    assert found["csv"] == ()


def test_it_says_what_else_a_file_was_near(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "src,dst,dcontext,dstchannel,disposition,uniqueid,calldate,srctrunk,dstrunk\n"
        "1,2,x,y,ANSWERED,1.1,2024-03-13 04:00:00,a,b\n"
    )
    shown = " ".join(run(tmp_path / "a.csv", "--role", "attempts").output.split())
    assert "near: " in shown
    assert "yeastar_cdr" in shown


def test_a_dump_is_shown_by_its_tables(tmp_path: Path) -> None:
    start = (
        "-- MySQL dump\n-- Host: x\nINSERT INTO `calls` (`started_at`, `dialled`) VALUES "
        "('2024-03-12T17:00:00Z','000');\n"
    )
    (tmp_path / "d.sql").write_text(start)
    shown = " ".join(run(tmp_path / "d.sql", "--role", "attempts").output.split())
    assert "d.sql!/calls" in shown
    assert "no line that says it is complete" in shown
