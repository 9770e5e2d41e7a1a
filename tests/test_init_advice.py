"""What `init`, `check` and `run` advise of logs that lack something: each piece of advice must be of use for
the log that it is given for."""

from __future__ import annotations

import json
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


READ = [
    ("Nov  8 2023  4:05PM", ["%b %d %Y %I:%M%p"]),
    ("08-Nov-23 04.05.06.123456 PM", ["%d-%b-%y %I.%M.%S.%f %p"]),
    ("28/11/2023 4:05:06 pm", ["%d/%m/%Y %I:%M:%S %p"]),
    ("8/11/2023 4:05 PM", ["%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"]),
    ("28.11.2023 04:05:06", ["%d.%m.%Y %H:%M:%S"]),
    ("28 November 2023 04:05", ["%d %B %Y %H:%M"]),
    ("8 May 2023 04:05", ["%d %b %Y %H:%M"]),
    ("Wed Nov  8 04:05:06 2023", ["%a %b %d %H:%M:%S %Y"]),
    ("28-11-2023 04:05:06.123", ["%d-%m-%Y %H:%M:%S.%f"]),
]


@pytest.mark.parametrize(("stamp", "patterns"), READ)
def test_the_pattern_that_reads_the_times_is_advised(tmp_path: Path, stamp: str, patterns: list[str]) -> None:
    header = "calling_number,dialled,started_at,release_cause"
    put(tmp_path, "log.csv", log_of(header, f"0491570101,000,{stamp},38"))
    source = f"{HEAD}[[source]]\nrole = 'attempts'\npath = 'log.csv'\ntimezone = 'UTC'\n"
    put(tmp_path, "case.toml", source)
    named = " or ".join(f'"{pattern}"' for pattern in patterns)
    assert f"time_format = {named}" in " ".join(ran("check", str(tmp_path))[1].split())
    for pattern in patterns:
        put(tmp_path, "case.toml", f'{source}time_format = "{pattern}"\n')
        assert ran("check", str(tmp_path))[0] == 0, "what is advised reads the times"


@pytest.mark.parametrize(("stamp", "patterns"), READ)
def test_a_pattern_of_times_is_proposed(tmp_path: Path, stamp: str, patterns: list[str]) -> None:
    log = log_of("Caller,Called,StartTime,Cause", f"0491570101,000,{stamp},38", f"0491570102,000,{stamp},38")
    source = source_of(tmp_path, log)
    assert source["time_format"] == (patterns[0] if len(patterns) == 1 else "FILL IN")
    assert all(pattern in (tmp_path / "case.toml").read_text() for pattern in patterns)


def test_times_of_no_usual_pattern_have_the_general_advice(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", log_of("calling_number,dialled,started_at", "0491570101,000,8 | 11 | 2023 at 4"))
    put(tmp_path, "case.toml", f"{HEAD}[[source]]\nrole = 'attempts'\npath = 'log.csv'\n")
    assert "as strptime writes it" in " ".join(ran("check", str(tmp_path))[1].split())


def test_a_day_with_a_named_month_and_a_clock_of_twelve_hours_make_one_time(tmp_path: Path) -> None:
    source = source_of(
        tmp_path, log_of("Caller,Called,Date,Time,Cause", "0491570101,000,8 Nov 2023,4:05 PM,38")
    )
    assert source["time_parts"] == {"started_at": ["Date", "Time"]}
    assert source["time_format"] == "%d %b %Y %I:%M %p"


def test_a_file_beside_the_logs_that_was_not_read_is_a_gap_of_the_summary(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", ended("Cause", ["38", "16"]))
    put(tmp_path, "case.toml", scaffold(tmp_path).text)
    assert "not read" not in ran("run", str(tmp_path))[1]
    put(tmp_path, "more.xml", "<?xml version='1.0'?><calls/>")
    plain = " ".join(ran("run", str(tmp_path))[1].split())
    assert "Gaps: 3 " in plain
    assert "Gaps: no centre log; no welfare log; 1 file not read (more.xml)" in plain
    put(tmp_path, "another.xml", "<?xml version='1.0'?><calls/>")
    assert "2 files not read (another.xml, ...)" in " ".join(ran("run", str(tmp_path))[1].split())


def skipping(folder: Path, *odd: str) -> str:
    """What `init` advises of lines that are no records; used as advised, the case can be audited."""
    text = drafted(folder, ended("Cause", ["38", "16"]) + "".join(f"{line}\n" for line in odd))
    (advised,) = (line for line in text.splitlines() if line.startswith("# skip_lines = "))
    pattern = advised.removeprefix("# ").partition("  #")[0]
    put(folder, "case.toml", text.replace(advised, pattern))
    return pattern


@pytest.mark.parametrize(
    ("odd", "pattern"),
    [
        (["Page total: 3"], "'^Page total'"),
        (["Page total: 3", "Grand total,7", "Page total: 4"], "'^(Page total|Grand total)'"),
        (["-- end (of file) --"], "'^-- end'"),
        (["(end): 2"], r"'^\(end'"),
        (['"Total",2'], "'^\"Total'"),
    ],
)
def test_the_advised_pattern_finds_the_lines_that_are_shown(
    tmp_path: Path, odd: list[str], pattern: str
) -> None:
    assert skipping(tmp_path, *odd) == f"skip_lines = {pattern}"
    ran("run", str(tmp_path))
    files = json.loads((tmp_path / "reports" / "audit.json").read_text())["files"]
    assert [(file["loaded"], file["rejected"]) for file in files] == [(2, 0)]


@pytest.mark.parametrize("odd", [["0491570199,000,2023"], ["== 7 =="]])
def test_no_pattern_is_made_up_that_could_find_records(tmp_path: Path, odd: list[str]) -> None:
    text = drafted(tmp_path, ended("Cause", ["38", "16"]) + "".join(f"{line}\n" for line in odd))
    assert "# skip_lines = '...'" in text


def test_a_record_that_is_cut_is_not_advised_away(tmp_path: Path) -> None:
    log = log_of(
        "Caller,Called,Start Time,Cause", *(["anonymous,000,2024-03-13T04:00:00Z,38"] * 3), "anonymous,000"
    )
    text = drafted(tmp_path, log)
    assert "# skip_lines = " in text
    assert "anonymous" not in text.partition("# skip_lines")[2].partition("\n")[0]
