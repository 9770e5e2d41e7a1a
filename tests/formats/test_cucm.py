"""Cisco CUCM: what its own ways of writing mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.containers.member import members
from auditor.formats.cucm import q850
from auditor.formats.detect import detect
from tests.formats.offices import CUCM, Call, calls, cucm, cucm_row, lines
from tests.ingest.loading import Loaded, load

CALL = Call(1, 1710262800, None, 1710262805, "+61491570156", "000", 41, 503)
CAUTION = "SELECT count(*) FROM observation WHERE kind = 'cannot_show' AND subject = 'failures'"


def loaded_rows(folder: Path, *rows: list[object], name: str = "cdr_a_1_202403121700_1") -> Loaded:
    return load(folder, {name: lines([CUCM, *rows])})


def one(folder: Path, **changed: object) -> tuple[object, ...]:
    found = loaded_rows(folder, cucm_row(CALL, **changed))
    (row,) = found.rows(
        "SELECT answered_at_utc IS NOT NULL, calling_number, dialled, dialled_other, release_cause, "
        "route, element"
        " FROM attempt_record"
    )
    return row


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("16", "16"), ("127", "127"), ("0", ""), ("128", ""), ("262144", ""), ("393216", ""), ("458752", ""),
        ("16777257", "41"), ("33554453", "21"), ("1459617833", "41"), ("2801795135", "63"),
        ("-1493172161", "63"), ("", ""), ("x", "x"), ("16777216", ""), ("16842793", ""),
    ],
)  # fmt: skip
def test_a_cause_above_127_is_what_its_low_byte_says_or_none(value: str, cause: str) -> None:
    assert q850(value) == cause


def test_the_side_that_released_gives_the_cause_and_zero_is_never(tmp_path: Path) -> None:
    expected = (False, "+61491570156", "000", None, 41, "trunk-1", "SEPCC7F750586B7")
    assert one(tmp_path / "a") == expected
    assert one(tmp_path / "b", origCause_value=38, destCause_value=16)[4] == 38
    assert one(tmp_path / "c", origCause_value=393216, destCause_value=0)[4] is None


@pytest.mark.parametrize(("final", "sent"), [("000", "+61291234567"), ("+61291234567", "000"), ("000", "")])
def test_a_call_sent_on_to_an_emergency_number_is_one_whatever_was_sent(
    final: str, sent: str, tmp_path: Path
) -> None:
    row = [*cucm_row(CALL, originalCalledPartyNumber="8000", finalCalledPartyNumber=final), sent]
    found = load(tmp_path / "a", {"cdr_x": lines([[*CUCM, "outpulsedCalledPartyNumber"], row])})
    assert (found.files[0].loaded, found.files[0].not_emergency) == (1, 0)


def test_a_number_is_found_behind_an_access_code_and_a_caller_behind_an_elin(tmp_path: Path) -> None:
    columns = [*CUCM, "outpulsedCallingPartyNumber", "outpulsedCalledPartyNumber"]
    row = [*cucm_row(CALL, originalCalledPartyNumber="9000", callingPartyNumber=""), "+61398765432", "000"]
    found = load(tmp_path / "a", {"cdr_x": lines([columns, row])})
    assert found.rows("SELECT dialled, dialled_other, calling_number FROM attempt_record") == [
        ("9000", "000", "+61398765432")
    ]


def test_a_file_without_names_is_known_by_the_shape_of_its_records(tmp_path: Path) -> None:
    named = cucm(calls(1, 9)).splitlines(keepends=True)
    bare = "".join([named[1], *named[2:]])
    found = detect("x", bare.encode(), "attempts")
    assert (found.layout.name, found.confidence) == ("cucm_cdr", 0.9)
    files = load(tmp_path / "c", {"cdr": bare}).files
    assert [(f.seen, f.non_data) for f in files] == [(10, 1)]


def test_names_and_types_are_no_records_and_a_short_line_is_rejected(tmp_path: Path) -> None:
    content = cucm([CALL]) + "1,2,3\n" + cucm([CALL])
    (file,) = load(tmp_path / "c", {"cdr": content}).files
    assert (file.seen, file.non_data, file.rejected, file.loaded) == (7, 4, 1, 2)


def test_a_log_without_a_call_of_no_duration_cannot_show_failures(tmp_path: Path) -> None:
    answered = [call for call in calls(7) if call.answer]
    blind = load(tmp_path / "a", {"cdr": cucm(answered)})
    assert blind.rows(CAUTION) == [(1,)]
    assert load(tmp_path / "b", {"cdr": cucm(calls(7))}).rows(CAUTION) == [(0,)]


def test_a_file_that_was_not_pushed_is_a_hole(tmp_path: Path) -> None:
    files = {f"cdr_east_01_2024031217{n:02}_{n}": cucm([calls(n, 1)[0]]) for n in (1, 2, 4)}
    found = load(tmp_path / "c", files)
    assert found.rows("SELECT element, after_sequence, missing FROM sequence_gap WHERE kind = 'hole'") == [
        ("CDR files of east node 01", 2, 1)
    ]


def test_quality_records_hold_no_attempts_and_say_where_no_packet_came(tmp_path: Path) -> None:
    names = (
        "cdrRecordType globalCallID_callManagerId globalCallID_callId nodeId directoryNum "
        "callIdentifier dateTimeStamp"
    )
    more = " numberPacketsSent numberOctetsSent numberPacketsReceived pkid globalCallId_ClusterID deviceName"
    cmr = ",".join((names + more).split()) + "\n2,2,901,2,100,5,1710262900,559,9,0,x,east,SEP1\n"
    wide = cmr.replace("deviceName\n", "deviceName" + "".join(f",x{n}" for n in range(40)) + "\n").replace(
        "SEP1\n", "SEP1" + "," * 40 + "\n"
    )
    answered = Call(1, 1710262800, 1710262803, 1710262900, "+61491570156", "000", 16, 200)
    found = load(tmp_path / "c", {"cdr": cucm([answered]), "cmr": wide})
    assert [(f.path, f.format, f.seen, f.non_data, f.loaded) for f in found.files][1] == (
        "cmr",
        "cucm_cmr",
        2,
        2,
        0,
    )
    sql = (
        "SELECT m.device, m.packets_received FROM attempt_record AS a JOIN media_report AS m USING (call_id)"
    )
    assert found.rows(sql) == [("SEP1", 0)]


def test_real_records_of_three_calls_are_three(real: Path) -> None:
    (member,) = members(real / "cisco_cucm_cdr" / "sieteunoseis__cdr.txt")
    found = detect("x", member.head(1 << 16), "attempts")
    assert (found.layout.name, found.confidence) == ("cucm_cdr", 1.0)


def ledger(folder: Path, content: str | bytes) -> tuple[int, int, list[str]]:
    """What was loaded of a file, what was rejected, and why."""
    found = load(folder, {"cdr": content})
    (file,) = found.files
    return file.loaded, file.rejected, [reason for _, _, reason in found.rejects]


def test_lines_may_end_with_cr_alone(tmp_path: Path) -> None:
    content = cucm(calls(1, 9))
    assert ledger(tmp_path / "a", content.replace("\n", "\r")) == ledger(tmp_path / "b", content)
    assert ledger(tmp_path / "c", content)[0] > 0


def test_a_line_that_a_bare_cr_makes_of_two_records_is_said(tmp_path: Path) -> None:
    names, kinds, *rows = cucm([CALL, CALL, CALL]).splitlines(keepends=True)
    content = names + kinds + rows[0] + rows[1].rstrip("\n") + "\r" + rows[2]
    assert ledger(tmp_path / "a", content) == (1, 1, ["several_records"])


@pytest.mark.parametrize("none", ["", " ", "NULL", "-", "N/A", "(null)"])
def test_a_word_for_no_number_gives_way_to_the_next_column(tmp_path: Path, none: str) -> None:
    columns = [*CUCM, "outpulsedCallingPartyNumber", "outpulsedCalledPartyNumber"]
    row = cucm_row(CALL, originalCalledPartyNumber="9000", callingPartyNumber=none)
    found = load(tmp_path / "a", {"cdr_x": lines([columns, [*row, "+61398765432", none]])})
    assert found.rows("SELECT dialled, dialled_other, calling_number FROM attempt_record") == [
        ("9000", "000", "+61398765432")
    ]


def test_bytes_that_are_no_utf_8_reject_their_record(tmp_path: Path) -> None:
    content = cucm([CALL, CALL]).encode().replace(b",000,", b",000\xa0,", 1)
    assert ledger(tmp_path / "a", content) == (1, 1, ["encoding"])
