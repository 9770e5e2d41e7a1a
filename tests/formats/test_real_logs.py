"""Real logs that nobody here made. What they hold was counted by a second look that shares no code with the
reader: see `invites_in`."""

from __future__ import annotations

import csv
import re
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from auditor.containers.member import members
from auditor.errors import EvidenceError
from auditor.formats.detect import detect
from auditor.formats.sip.capture import Capture, read
from tests.ingest.loading import load, write_case

FOLDERS = ("sip_pcap", "sip_sos_pcap", "nena_i3_logevent_pcap", "hep")
DIALOGS = {
    "MichalCab__aaa.pcap": 4,
    "INTEROP_001__TC_INTEROP_001_fail_incorrect_Call-ID_SIP_INVITE_from_BCF.pcap": 2,
    "INTEROP_001__TC_INTEROP_001_fail_incorrect_Call-ID_SIP_INVITE_from_ESRP.pcap": 2,
} | {
    f"CHFE_010__CHFE_010_{name}.pcap": 2
    for name in (
        "fail_agency_id_not_fqdn",
        "fail_agency_position_id_not_str",
        "fail_client_assigned_identifier_not_str",
        "fail_element_id_not_fqdn",
        "fail_empty_text",
        "fail_extension_not_str",
        "fail_log_event_type_wrong_value",
        "fail_no_agency_id_object",
        "fail_no_element_id_object",
        "fail_no_timestamp",
        "fail_timestamps_not_matched",
        "fail_wrong_call_id_sip",
        "fail_wrong_direction",
        "fail_wrong_incident_id_format",
        "fail_wrong_ipaddress_port",
        "fail_wrong_protocol",
        "fail_wrong_timestamp_format",
        "pass_all_fields",
    )
}
"""Files with more than one call; each of the others holds one."""
FILES = 103


def captured(path: Path) -> Capture:
    (member,) = members(path)
    return read(member)


def capture_files(real: Path) -> list[Path]:
    return sorted(p for folder in FOLDERS for p in (real / folder).iterdir())


def raw_packets(data: bytes) -> Iterator[bytes]:
    """The packets of a pcap or pcapng file, by the two formats' definitions alone."""
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        place = 0
        while place < len(data):
            kind, length = struct.unpack_from("<II", data, place)
            if kind == 6:
                (kept,) = struct.unpack_from("<I", data, place + 20)
                yield data[place + 28 : place + 28 + kept]
            place += length
        return
    order = "<" if data[0] == 0xD4 else ">"
    place = 24
    while place < len(data):
        (kept,) = struct.unpack_from(order + "I", data, place + 8)
        yield data[place + 16 : place + 16 + kept]
        place += 16 + kept


def invites_in(data: bytes) -> set[bytes]:
    """The Call-IDs of INVITEs that begin a call, found in raw packets that are not ICMP over Ethernet."""
    found = set()
    for packet in raw_packets(data):
        is_icmp = packet[12:14] == b"\x08\x00" and packet[23:24] == b"\x01"
        start = re.search(rb"(?<![\w\"\\])INVITE \S+ SIP/2\.0\r?\n", packet)
        if start and not is_icmp:
            head = packet[start.start() :].split(b"\r\n\r\n")[0]
            to = re.search(rb"(?im)^(?:to|t)[ \t]*:(.*)$", head)
            call = re.search(rb"(?im)^(?:call-id|i)[ \t]*:[ \t]*(\S+)", head)
            if call and not (to and b"tag=" in to.group(1)):
                found.add(call.group(1))
    return found


def test_the_lab_capture_of_a_call_that_died_is_one_attempt(real: Path) -> None:
    found = captured(real / "sip_sos_pcap" / "tamu-edu__artem.success.pcap")
    (row,) = found.rows
    assert (row["dialled"], row["sip_status"], row["answered_at"], row["is_test"]) == (
        "urn:service:sos",
        "504",
        "",
        "",
    )
    lasted = datetime.fromisoformat(row["released_at"]) - datetime.fromisoformat(row["started_at"])
    assert 100 <= lasted.total_seconds() < 101
    assert (row["call_id"], row["element"], row["invites"]) == ("1-1420@172.17.0.2", "10.108.0.3", "7")
    assert (found.summary.icmp_quoted, found.summary.packets) == (1160, 4015)


def test_every_capture_is_read_and_its_calls_counted(real: Path) -> None:
    files = capture_files(real)
    counted = {path.name: captured(path).summary.dialogs for path in files}
    assert counted == {path.name: DIALOGS.get(path.name, 1) for path in files}
    assert len(files) == FILES


def test_the_counts_are_those_of_a_second_look(real: Path) -> None:
    for path in capture_files(real):
        assert len(invites_in(path.read_bytes())) == DIALOGS.get(path.name, 1), path.name


def test_no_capture_holds_what_cannot_be_read(real: Path) -> None:
    for path in capture_files(real):
        summary = captured(path).summary
        assert (summary.malformed, summary.truncated, summary.mid_dialog) == (0, 0, 0), path.name


def test_an_answer_that_the_border_keeps_to_itself_is_seen_only_beyond_it(real: Path) -> None:
    for side in ("BCF", "ESRP"):
        (row,) = captured(
            real / "sip_sos_pcap" / f"INTEROP_001__TC_INTEROP_001_fail_no_200_OK_from_{side}.pcap"
        ).rows
        assert (row["answered_at"], row["sip_status"], bool(row["answered_beyond_at"])) == ("", "", True)
    (row,) = captured(real / "sip_sos_pcap" / "INTEROP_001__TC_INTEROP_001_pass.pcap").rows
    assert (row["sip_status"], row["dialled"], row["calling_number"], row["invites"]) == (
        "200",
        "911",
        "+12025551212",
        "6",
    )


def test_the_lab_run_reaches_the_next_hop(real: Path) -> None:
    (row,) = captured(real / "nena_i3_logevent_pcap" / "ESRP_015__ESRP_015_pass_Lab_Run.pcap").rows
    assert (row["dialled"], row["sip_status"], row["route"]) == ("urn:service:sos", "200", "10.140.140.215")


def test_the_events_that_captured_elements_posted_are_joined_with_the_dialogs_they_are_about(
    real: Path, tmp_path: Path
) -> None:
    folder = real / "nena_i3_logevent_pcap"
    files = {p.name: p.read_bytes() for p in folder.glob("*_pass*.pcap")}
    loaded = load(tmp_path, files)
    assert [f.status for f in loaded.files] == ["loaded"] * len(files)
    logged = [f.path for f in loaded.files if captured(folder / f.path).log.read]
    per_file = loaded.rows(
        """SELECT path, count(*), count(linked_call_id), count(DISTINCT call_id) FROM attempt_record AS r
        JOIN file AS f USING (file_no) WHERE linked_call_id IS NOT NULL GROUP BY path ORDER BY path"""
    )
    assert [row[0] for row in per_file] == sorted(logged)
    assert {row[1:] for row in per_file} == {(1, 1, 1)}


def test_a_centre_has_its_calls_in_a_capture_by_what_its_element_posted(real: Path, tmp_path: Path) -> None:
    path = real / "nena_i3_logevent_pcap" / "CHFE_007__TC_CHFE_007_pass.pcap"
    sources = ({"path": "a.pcap", "role": "attempts"}, {"path": "a.pcap", "role": "centre"})
    write_case(tmp_path, {"a.pcap": path.read_bytes()}, sources)
    with (tmp_path / "case.toml").open("a") as file:
        file.write('[[centre]]\nid = "psap"\nelements = ["chfe.ng911.test"]\n')
    loaded = load(tmp_path)
    assert [(f.role, f.loaded) for f in loaded.files] == [("attempts", 1), ("centre", 1)]
    arrival = "SELECT centre, call_id, location_received, calling_number FROM centre_record"
    assert loaded.rows(arrival) == [("psap", "call-8988@net.com", True, "+12025551212")]
    nothing = real / "sip_sos_pcap" / "tamu-edu__artem.success.pcap"
    refused = load(tmp_path / "b", {"a.pcap": nothing.read_bytes()}, [{"path": "a.pcap", "role": "centre"}])
    assert "without i3 LogEvents" in refused.files[0].problem


def test_the_examples_of_events_are_a_call_each(real: Path, tmp_path: Path) -> None:
    folder = real / "nena_i3_logevent"
    loaded = load(tmp_path, {p.name: p.read_bytes() for p in folder.iterdir()})
    assert [(f.format, f.status, f.loaded, f.rejected) for f in loaded.files] == [
        ("i3_log_events", "loaded", 1, 0)
    ] * len(list(folder.iterdir()))
    found = loaded.rows(
        """SELECT DISTINCT element, service_category, linked_call_id LIKE 'urn:emergency:uid:callid:%'
        FROM attempt_record"""
    )
    assert found == [("bcf.ng911.test", 128, True)]
    assert loaded.rows("SELECT calling_number, dialled FROM attempt_record WHERE dialled IS NOT NULL") == [
        ("+15551234567", "urn:service:sos")
    ]


def test_signatures_in_captures_are_what_their_files_say(real: Path) -> None:
    folder = real / "nena_i3_logevent_pcap"
    found = {p.name: dict(captured(p).log.signatures) for p in folder.glob("ESRP_015__*.pcap")}
    wrong = {name for name, words in found.items() if "wrong" in words}
    assert wrong == {
        "ESRP_015__ESRP_015_fail_alg_none_with_sign.pcap",
        "ESRP_015__ESRP_015_fail_wrong_signature.pcap",
    }
    assert found["ESRP_015__ESRP_015_one_cert_pass.pcap"] == {"good": 1}


def test_ordinary_calls_keep_their_own_ends(real: Path) -> None:
    rows = captured(real / "sip_pcap" / "MichalCab__aaa.pcap").rows
    assert [(r["dialled"], r["sip_status"]) for r in rows] == [
        ("97239287044", "408"),
        ("0097239287044", "403"),
        ("0097239287044", "403"),
        ("35104724", "480"),
    ]


def test_the_hep_capture_is_unwrapped(real: Path) -> None:
    found = captured(real / "hep" / "sipcapture__hep.pcap")
    assert (found.summary.packets, found.summary.hep) == (8, 6)
    assert [(r["call_id"], r["sip_status"]) for r in found.rows] == [("qgf3dm9rudi@127.0.0.1", "407")]


@pytest.mark.parametrize(("name", "records"), [("Master", 2), ("good", 5), ("buggy", 1)])
def test_asterisks_own_files_are_told_by_content(real: Path, name: str, records: int) -> None:
    path = real / "asterisk_master_csv" / f"asterisk__{name}.csv"
    found = detect("log.txt", path.read_bytes(), "attempts")
    assert (found.layout.name, found.header_lines, len(found.header)) == ("asterisk_cdr_csv", 0, 18)
    with path.open(newline="") as file:
        rows = [dict(zip(found.header, row, strict=True)) for row in csv.reader(file)]
    assert len(rows) == records


def test_freeswitch_rows_are_not_mistaken_for_another_log(real: Path) -> None:
    found = detect(
        "log.txt",
        (real / "freeswitch_csv" / "cdr-stats__import_cdr_100.txt").read_bytes()[:65536],
        "attempts",
    )
    assert (found.layout.name, found.layout.time_formats) == ("freeswitch_epoch", ("epoch",))
    assert found.confidence > 0.9


@pytest.mark.parametrize("folder", ["asterisk_cel_csv", "acme_sbc_columns", "eido", "pidf_lo"])
def test_logs_that_are_not_read_are_refused_rather_than_guessed_at(real: Path, folder: str) -> None:
    for path in (real / folder).iterdir():
        with pytest.raises(EvidenceError):
            detect(path.name, path.read_bytes()[:65536], "attempts")
