"""`auditor simulate` and `auditor init` on the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from auditor.cli import auditor
from auditor.cli.simulate import SHAPES
from auditor.errors import UsageError
from auditor.simulate import SHAPES as MADE


def told(*words: str | Path) -> Result:
    return CliRunner().invoke(auditor, [str(word) for word in words])


def test_the_command_offers_every_shape_there_is() -> None:
    assert tuple(MADE) == SHAPES


def test_simulate_writes_a_case_and_says_what_is_in_it(tmp_path: Path) -> None:
    result = told("simulate", tmp_path / "new", "--shape", "tidy")
    assert result.exit_code == 0
    assert "14 attempts" in result.stdout
    assert "6 failed, of 5 failed callers" in result.stdout
    assert "auditor run" in result.stderr
    assert (tmp_path / "new/expected.toml").exists()


def test_quiet_keeps_the_notes_back(tmp_path: Path) -> None:
    assert told("simulate", "-q", tmp_path / "new", "--shape", "tidy").stderr == ""


def test_a_folder_with_files_is_left_alone_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused = told("simulate", tmp_path, "--shape", "tidy")
    assert isinstance(refused.exception, UsageError)
    assert not (tmp_path / "case.toml").exists()
    assert told("simulate", tmp_path, "--shape", "tidy", "--force").exit_code == 0
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_init_never_overwrites_a_case_file_unless_forced(tmp_path: Path) -> None:
    told("simulate", tmp_path, "--shape", "tidy")
    before = (tmp_path / "case.toml").read_text()
    assert isinstance(told("init", tmp_path).exception, UsageError)
    assert (tmp_path / "case.toml").read_text() == before
    forced = told("init", tmp_path, "--force")
    assert forced.exit_code == 0
    assert "6 source(s), 1 file(s) left out, 0 line(s) to fill in" in forced.stdout
    assert "left out README.md" in forced.stderr
    assert (tmp_path / "case.toml").read_text() != before


def test_init_of_an_unknown_jurisdiction_is_refused(tmp_path: Path) -> None:
    told("simulate", tmp_path, "--shape", "tidy")
    refused = told("init", tmp_path, "--force", "--regime", "xx")
    assert isinstance(refused.exception, UsageError)


def test_help_shows_examples() -> None:
    for command in ("simulate", "init"):
        assert "Examples:" in told(command, "--help").stdout
