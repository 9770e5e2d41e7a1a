"""The manual: every example in it is run, and every topic and command has a page."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.cli import COMMANDS
from auditor.cli.pages import topics
from tests.called import call

TIDY = Path(__file__).parents[2] / "sample_logs" / "tidy_day"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with an audited case that is called CASE, as in the manual."""
    folder = tmp_path_factory.mktemp("manual")
    left = shutil.ignore_patterns("reports", "case.duckdb*", ".auditor")
    shutil.copytree(TIDY, folder / "CASE", ignore=left)
    here = Path.cwd()
    os.chdir(folder)
    try:
        assert call("run", "CASE", "-q").returncode == 1
        yield folder
    finally:
        os.chdir(here)


def blocks(kind: str) -> list[tuple[str, str]]:
    found = ((name, BLOCK.findall(page.text)) for name, page in topics().items())
    return [(name, text) for name, each in found for language, text in each if language == kind]


def test_every_topic_and_command_has_a_page() -> None:
    listed = call("manual").stdout
    for name in topics():
        assert name in listed
        assert call("manual", name).returncode == 0
    for name in COMMANDS:
        assert f"## auditor {name}" in call("manual", name).stdout


LINES = [
    (name, line.removeprefix("$ "))
    for name, text in blocks("console")
    for line in text.split("\n")
    if line.startswith("$ auditor ")
]


@pytest.mark.parametrize(("topic", "line"), LINES, ids=lambda value: str(value)[:60])
def test_every_command_in_the_manual_runs(place: Path, topic: str, line: str) -> None:
    done = call(*shlex.split(line, comments=True)[1:])
    assert done.returncode in (0, 1), done.stderr


def test_the_python_of_the_manual_runs_from_top_to_bottom(place: Path) -> None:
    known: dict[str, object] = {}
    for _, text in blocks("python"):
        exec(compile(text, "the manual", "exec"), known)
    error = known.get("error")
    assert error is None, "a name that except binds is gone after it"


def test_the_settings_in_the_manual_are_valid(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (text,) = (text for topic, text in blocks("toml") if topic == "settings")
    path = place / "xdg" / "auditor" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place / "xdg"))
    assert f"file {path}" in call("config", "show", "--format", "csv").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_each_example_on_a_line_of_its_own(name: str) -> None:
    told = call(name, "--help").stdout
    assert "\\b" not in told
    examples = told.partition("Examples:")[2].partition("Options:")[0].split("\n\n")[0]
    for line in examples.split("\n"):
        assert len(re.findall(r"(?:^|\s)auditor [a-z]+ ", line.split("&&")[0].split("|")[0])) <= 1
