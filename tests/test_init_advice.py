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


def timed(*names: str, stamp: str = "2023-11-08 04:01:00") -> str:
    """A log whose columns of times have these names."""
    stamps = ",".join([stamp] * len(names))
    return log_of(f"Caller,Called,{','.join(names)},Cause", f"0491570101,000,{stamps},38")


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Start Time (UTC+10)", "Etc/GMT-10"),
        ("Start Time (UTC+10:00)", "Etc/GMT-10"),
        ("Start (GMT+1)", "Etc/GMT-1"),
        ("Start GMT -0500", "Etc/GMT+5"),
        ("Start (+11)", "Etc/GMT-11"),
        ("Start_UTC", "UTC"),
        ("start (UTC)", "UTC"),
        ("startTimeUTC", "UTC"),
        ("Start (UTC+0)", "UTC"),
        ("Start (UTC+9:30)", "Australia/Darwin"),
        ("Start (Europe/Berlin)", "Europe/Berlin"),
    ],
)
def test_a_zone_in_the_name_of_a_time_is_proposed(tmp_path: Path, name: str, zone: str) -> None:
    source = source_of(tmp_path, timed(name))
    assert source["timezone"] == zone
    assert source["columns"]["started_at"] == name
    assert f"# taken from the name of its column {name}" in (tmp_path / "case.toml").read_text()
    assert ran("check", str(tmp_path))[0] == 0


@pytest.mark.parametrize(
    "names",
    [
        ("Start Time",),
        ("Start (UTC+11)", "End (UTC)"),
        ("Start (UTC+93)",),
        ("Start (Local/Time)",),
        ("Start (UTC+8:45)",),
    ],
)
def test_no_zone_is_made_up(tmp_path: Path, names: tuple[str, ...]) -> None:
    assert source_of(tmp_path, timed(*names))["timezone"] == "FILL IN"


def test_an_offset_in_the_values_needs_no_zone(tmp_path: Path) -> None:
    assert "timezone" not in source_of(tmp_path, timed("Start (UTC)", stamp="2023-11-08T04:01:00+11:00"))


def test_the_zone_is_that_of_the_column_that_is_taken(tmp_path: Path) -> None:
    source = source_of(tmp_path, timed("Start (UTC+11)", "Start (UTC)"))
    assert (source["columns"]["started_at"], source["timezone"]) == ("Start (UTC+11)", "Etc/GMT-11")


def drafted(folder: Path, text: str) -> str:
    put(folder, "log.csv", text)
    return scaffold(folder).text


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        (
            "Caller,Called,Call Date,Dur,Call Time,Cause",
            '# time_parts = { started_at = ["Call Date", "Call Time"] }',
        ),
        ("Caller,Called,Datum,Dur,Uhrzeit,Cause", '# time_parts = { started_at = ["Datum", "Uhrzeit"] }'),
        ("Caller,Called,Time,Dur,Date,Cause", '# time_parts = { started_at = ["Date", "Time"] }'),
        ("Caller,Called,One,Dur,Two,Cause", '# time_parts = { started_at = ["...", "..."] }'),
    ],
)
def test_a_start_that_is_not_found_is_never_a_constant(tmp_path: Path, header: str, advice: str) -> None:
    text = drafted(tmp_path, log_of(header, "0491570101,000,eighth of May,1,past four,38"))
    assert "# No column was found for started_at, which attempts need." in text
    assert advice in text
    assert "constants" not in text


def test_what_was_dialled_may_be_a_constant(tmp_path: Path) -> None:
    text = drafted(tmp_path, log_of("Caller,Start Time,Release Cause", "0491570101,2024-03-13T04:00:00Z,38"))
    assert "# No column was found for dialled or service_category, which attempts need." in text
    assert '# constants = { dialled = "..." }' in text
    assert "time_parts" not in text
