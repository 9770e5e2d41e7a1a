"""Session border controllers, gateways and clouds: what their own ways of writing mean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.formats.detect import detect
from auditor.formats.quotes import escaped_fields
from tests.formats.offices import (
    Call,
    broadworks,
    calls,
    cube,
    lines,
    oracle,
    radius,
    table,
    teams,
    webex,
)
from tests.ingest.loading import load

FAILED = Call(1, 1710262800, None, 1710262805, "+61491570156", "000", 41, 503)
OBSERVED = "SELECT kind, subject, found FROM observation ORDER BY ALL"


def test_a_gateway_writes_causes_in_hexadecimal(tmp_path: Path) -> None:
    causes = {"10": 16, "29": 41, "7F": 127, "1": 1, "0": None, "": None, "zz": None}
    rows = [cube([FAILED]).strip().split(",") for _ in causes]
    for row, cause in zip(rows, causes, strict=True):
        row[11] = cause
    found = load(tmp_path / "c", {"cube.txt": lines(rows)}, [{"path": "cube.txt", "timezone": "UTC"}])
    sql = "SELECT release_cause FROM attempt_record ORDER BY record_no"
    assert [row[0] for row in found.rows(sql)] == list(causes.values())


def test_a_mark_before_a_time_says_that_the_clock_was_not_synchronised(tmp_path: Path) -> None:
    marked = cube(calls(1, 3)).replace("17:00", "*17:00", 1)
    found = load(tmp_path / "c", {"cube.txt": marked}, [{"path": "cube.txt", "timezone": "UTC"}])
    assert ("unsynchronised_clock", "times", 1) in found.rows(OBSERVED)
    assert found.files[0].rejected == 0


def test_a_zone_that_has_one_meaning_goes_before_the_sources_and_any_other_does_not(tmp_path: Path) -> None:
    sql = "SELECT DISTINCT hour(started_at_utc) FROM attempt_record"
    for zone, hour in (("UTC", 17), ("GMT", 17), ("EST", 6)):
        content = oracle([FAILED]).replace(" UTC ", f" {zone} ")
        folder = tmp_path / zone
        assert load(folder, {"o": content}, [{"path": "o", "timezone": "Australia/Sydney"}]).rows(sql) == [
            (hour,)
        ]


def test_start_records_are_no_records_of_a_call_and_another_width_is_no_such_log(tmp_path: Path) -> None:
    content = oracle(calls(1, 4))
    (file,) = load(tmp_path / "c", {"o": content}, [{"path": "o", "timezone": "UTC"}]).files
    assert (file.seen, file.non_data, file.rejected) == (8, 4, 0)
    old = "\n".join(
        ",".join([*row.split(",")[:7], *row.split(",")[8:170]])
        for row in content.splitlines()
        if row[0] == "2"
    )
    assert detect("o", old.encode(), "attempts").layout.name == "oracle_sbc_stop_c61"


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a,b", ["a", "b"]),
        ("a\\,b,c", ["a,b", "c"]),
        ("a\\\\,b", ["a\\", "b"]),
        ('"a,b"', ['"a', 'b"']),
        ("", [""]),
    ],
)
def test_a_backslash_makes_the_next_sign_text(line: str, fields: list[str]) -> None:
    assert escaped_fields(line, ",") == fields


def test_a_call_to_an_emergency_service_is_one_whatever_was_dialled(tmp_path: Path) -> None:
    files = {
        "teams.json": json.dumps({"value": [{**teams(FAILED), "calleeNumber": "+61398765432"}]}),
        "webex.csv": table([{**webex(FAILED), "Called number": "", "Dialed digits": "9000"}]),
        "broadworks.txt": broadworks([FAILED])
        .replace(",000,", ",0398765432,")
        .replace(",,,,,remote", ",,emgc,,,remote"),
    }
    found = load(tmp_path / "c", files)
    assert [(f.path, f.loaded, f.rejected) for f in found.files] == [(name, 1, 0) for name in sorted(files)]


def test_pages_of_an_interface_may_follow_each_other(tmp_path: Path) -> None:
    pages = "".join(json.dumps({"@odata.nextLink": "x", "value": [teams(c)]}) for c in calls(1, 3))
    (file,) = load(tmp_path / "c", {"teams.json": pages}).files
    assert (file.format, file.seen) == ("teams_direct_routing_json", 3)


def test_a_call_that_failed_ended_when_it_failed_and_was_answered_never(tmp_path: Path) -> None:
    found = load(tmp_path / "c", {"teams.json": json.dumps({"value": [teams(FAILED)]})})
    sql = "SELECT answered_at_utc, second(released_at_utc), sip_status, disposition FROM attempt_record"
    assert found.rows(sql) == [(None, 5, 503, "failed")]


def test_billed_calls_cannot_show_failures(tmp_path: Path) -> None:
    billed = {
        "id": "1", "callId": "k", "callType": "user_out", "calleeNumber": "000", "callerNumber": "+6"
        "1491570156",
        "startDateTime": "2024-03-12T17:00:00Z", "endDateTime": "2024-03-12T17:01:00Z", "duration": 60,
        "destinationName": "Emergency", "inventoryType": "Subscriber",
    }  # fmt: skip
    for name, content in (("a.json", json.dumps({"value": [billed]})), ("a.csv", table([billed]))):
        found = load(tmp_path / name, {name: content})
        assert found.rows(OBSERVED) == [("cannot_show", "failures", 1)]
        assert found.files[0].loaded == 1


def test_a_start_without_its_stop_has_no_end_and_cisco_writes_hexadecimal(tmp_path: Path) -> None:
    made = [FAILED, Call(2, 1710262900, None, 1710262905, "+61491570157", "000", 29, 503)]
    content = radius(made)
    begun = content[: content.rindex("Tue Mar 12")].replace("Acme-", "Cisco-")
    found = load(tmp_path / "a", {"detail": begun.replace('cause = "', 'cause = "h323-disconnect-cause=')})
    rows = found.rows("SELECT call_id, release_cause, released_at_utc IS NULL FROM attempt_record ORDER BY 1")
    assert rows == [("s1", 0x41, False), ("s2", None, True)]


def test_radius_says_too_that_its_clock_was_not_synchronised(tmp_path: Path) -> None:
    content = radius([FAILED]).replace('h323-setup-time = "', 'h323-setup-time = "*')
    found = load(tmp_path / "a", {"detail": content})
    assert ("unsynchronised_clock", "times", 1) in found.rows(OBSERVED)
    assert found.files[0].loaded == 1
