"""What `init`, `check` and `run` advise of logs that lack something: each piece of advice must be of use for
the log that it is given for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from auditor.scaffold import scaffold
from tests.test_init import put, ran, said_by

HEAD = "[case]\ntitle = 't'\nregime = 'au'\n\n"


def log_of(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def source_of(folder: Path, text: str) -> dict[str, Any]:
    """What `init` says of the one log of a folder."""
    put(folder, "log.csv", text)
    return said_by(folder)["log.csv"]


def ended(name: str, values: Iterable[str], caller: str = "Anumber", called: str = "Bnumber") -> str:
    rows = (f"04915701{i:02},000,2023-11-08 04:{i:02}:00+00:00,{value}" for i, value in enumerate(values))
    return log_of(f"{caller},{called},Start Time,{name}", *rows)


@pytest.mark.parametrize(
    "name", ["Disconnect Reason", "Release Reason", "termination_reason", "HangupReason", "Clear Cause"]
)
def test_a_reason_of_the_end_is_what_its_values_show(tmp_path: Path, name: str) -> None:
    assert source_of(tmp_path, ended(name, ["38", "16", "38"]))["columns"]["release_cause"] == name
    if name != "Clear Cause":
        assert source_of(tmp_path, ended(name, ["503", "487", "200"]))["columns"]["sip_status"] == name
        assert source_of(tmp_path, ended(name, ["busy", "answered"]))["columns"]["disposition"] == name


@pytest.mark.parametrize(
    ("caller", "called"),
    [("Calling", "Called"), ("From", "To"), ("A Party", "B Party"), ("Calling No", "Called No")],
)
def test_caller_and_called_by_names_of_a_pair(tmp_path: Path, caller: str, called: str) -> None:
    columns = source_of(tmp_path, ended("Cause", ["38", "16"], caller, called))["columns"]
    assert (columns["calling_number"], columns["dialled"]) == (caller, called)


def endless(folder: Path, more: str = "") -> None:
    """A case whose log says nothing of how its calls ended."""
    put(folder, "log.csv", ended("Why it stopped", ["38", "16"]))
    columns = "{ calling_number = 'Anumber', dialled = 'Bnumber', started_at = 'Start Time' }"
    put(
        folder,
        "case.toml",
        f"{HEAD}[[source]]\nrole = 'attempts'\npath = 'log.csv'\ncolumns = {columns}\n{more}",
    )


def test_a_log_without_any_ending_is_named_where_its_zero_stands(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", ended("Why it stopped", ["38", "16"]))
    assert "No column is taken for how a call ended" in scaffold(tmp_path).text
    endless(tmp_path)
    _, checked = ran("check", str(tmp_path))
    assert "no column says how a call ended" in checked
    _, said = ran("run", str(tmp_path))
    plain = " ".join(said.split())
    assert "log.csv: no column says how a call ended" in plain
    assert "release_cause, sip_status or disposition: columns = {" in plain
    assert "no all-clear" in plain
    endless(tmp_path, "constants = { disposition = 'failed' }\n")
    assert "how a call ended" not in ran("check", str(tmp_path))[1] + ran("run", str(tmp_path))[1]
