"""Captures as sources: what they leave in the ledger beside their records."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.formats.made import BORDER, CALLER, calls, in_ethernet, invite, pcap_bytes, reply
from tests.formats.wrapped import over_ip, over_udp
from tests.ingest.loading import load

CLEAR = calls((0, invite("sip:000@x"), CALLER, BORDER), (1, reply(503), BORDER, CALLER))


def test_packets_that_are_not_opened_are_on_the_books_by_name_and_in_a_notice(tmp_path: Path) -> None:
    closed = over_ip(struct.pack(">II", 1, 1) + bytes(range(7, 107)), 50)
    other = over_udp(b"\x38" + b"\x9c" * 60, 1194)
    with_closed = pcap_bytes([*CLEAR, (2, closed), (3, closed), (4, other)])
    loaded = load(tmp_path, {"a.pcap": with_closed, "b.pcap": pcap_bytes(CLEAR[:1])})
    rows = loaded.rows(
        "SELECT f.path, o.kind, o.subject, o.found, o.among FROM observation AS o INNER JOIN file AS f USING"
        " (file_no) ORDER BY ALL"
    )
    assert rows == [("a.pcap", "not_opened", "ESP", 2, 5), ("a.pcap", "not_opened", "OpenVPN", 1, 5)]
    assert loaded.file("a.pcap").problem == "packets not opened: ESP 2, OpenVPN 1"
    assert loaded.file("b.pcap").problem == ""


def test_a_capture_of_which_nothing_is_opened_says_so(tmp_path: Path) -> None:
    data = pcap_bytes([(i, in_ethernet(b"\0" * 60, kind=0x7000 + i)) for i in range(20)])
    loaded = load(tmp_path, {"a.pcap": data})
    assert loaded.file("a.pcap").problem.startswith(
        "packets not opened: EtherType 0x7000 1, EtherType 0x7001 1, "
    )
    assert loaded.file("a.pcap").problem.endswith(" and 12 more")
    assert loaded.rows("SELECT count(*), sum(found), min(among) FROM observation") == [(20, 20, 20)]


def test_answers_whose_invite_is_not_in_the_file_are_in_its_notice(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.pcap": pcap_bytes(CLEAR[:1]), "b.pcap": pcap_bytes(CLEAR[1:])})
    assert loaded.file("b.pcap").problem == "final answers to an INVITE that is not in the file: 1"
    assert (loaded.file("a.pcap").problem, loaded.file("b.pcap").loaded) == ("", 0)
    kept = loaded.rows(
        "SELECT call_id, from_tag, at_utc::VARCHAR, kind, sip_status, release_cause, vias FROM loose_answer"
    )
    assert kept == [("call-1", "a", "2024-03-12 17:00:01", "final", 503, None, 1)]


def test_a_time_that_no_calendar_holds_and_hostile_text_are_kept_as_they_can_be(tmp_path: Path) -> None:
    strange = reply(503, call_id='a"b,\x00\u2028c', tag="x\ty", Reason="Q.850;cause=999")
    loaded = load(tmp_path, {"a.pcap": pcap_bytes(calls((0, strange, BORDER, CALLER)))})
    assert [
        row[1:] for row in loaded.rows("SELECT call_id, kind, sip_status, release_cause FROM loose_answer")
    ] == [("final", 503, None)]
