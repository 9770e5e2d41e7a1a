"""Every wrapping that is opened, each whole and cut at every byte; and every one that is not, by name."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from auditor.formats.sip.capture import Capture
from tests.formats.made import (
    BORDER,
    CALLER,
    calls,
    capture,
    datagram,
    in_ethernet,
    in_memory,
    invite,
    packet,
    reply,
    segment,
)
from tests.formats.wrapped import (
    esp,
    exported,
    frame,
    hep3,
    in_air,
    old_hep,
    over_ip,
    over_udp,
    snap,
    wrappings,
)

MADE = wrappings(invite("sip:000@example.com"))
PLAIN = datagram(invite())


def said(found: Capture) -> tuple[tuple[str, int], ...]:
    return found.summary.not_opened


@pytest.mark.parametrize("name", MADE)
def test_a_call_in_a_wrapping_is_the_call_in_clear(tmp_path: Path, name: str) -> None:
    link, data = MADE[name]
    found = capture(tmp_path, [(0, data)], link)
    assert [(r["call_id"], r["dialled"], r["element"]) for r in found.rows] == [("call-1", "000", BORDER)]
    assert (said(found), found.summary.malformed, found.summary.truncated) == ((), 0, 0)


@pytest.mark.parametrize("name", MADE)
def test_a_wrapping_cut_at_any_byte_is_never_taken_for_nothing(name: str) -> None:
    link, data = MADE[name]
    for size in range(len(data)):
        found = in_memory([(0, data[:size])], link)
        summary = found.summary
        assert summary.dialogs <= 1
        # What is left of a frame is a call, or something that is said to be cut, wrong or closed; a head
        # alone may be too short to tell.
        assert (
            summary.dialogs
            or summary.malformed
            or summary.truncated
            or said(found)
            or size < 60
            or link in (105, 119, 127, 163, 192, 252)
        )


def test_the_second_hep_gives_its_own_time_and_the_first_none(tmp_path: Path) -> None:
    packets = [(i, over_udp(old_hep(invite(call_id=str(i)), i), 9060)) for i in (1, 2)]
    assert [(r["call_id"], r["started_at"][11:23]) for r in capture(tmp_path, packets).rows] == [
        ("2", "16:59:00.250"),
        ("1", "17:00:01.000"),
    ]


CLOSED = {
    "ESP": (1, over_ip(struct.pack(">II", 1, 1) + bytes(range(7, 107)), 50)),
    "ESP over UDP": (1, over_udp(struct.pack(">II", 1, 1) + bytes(range(7, 107)), 4500)),
    "L2TP version 3": (1, over_ip(b"\0\0\0\x07" + PLAIN, 115)),
    "WireGuard": (1, over_udp(b"\x04\0\0\0" + b"\x9c" * 92, 40000)),
    "OpenVPN": (1, over_udp(b"\x38" + b"\x9c" * 60, 1194)),
    "PPP, compressed or encrypted": (1,
    over_ip(b"\x30\x01\x88\x0b\0\x44\0\x09\0\0\0\x01" + b"\xff\x03\0\xfd" + b"\x9c" * 60, 47)),
    "DTLS": (1, over_udp(b"\x16\xfe\xfd" + b"\x9c" * 60, 5061)),
    "SigComp": (1, over_udp(b"\xf8" + b"\x9c" * 60, 5060)),
    "CAPWAP": (1, over_udp(b"\0" + b"\x9c" * 60, 5247)),
    "IAX2": (1, over_udp(b"\x80\x01\0\0" + b"\x9c" * 60, 4569)),
    "MGCP": (1, over_udp(b"CRCX 1204 aaln/1@rgw.example.net MGCP 1.0\r\nC: 1\r\n", 40000)),
    "MACsec": (1, in_ethernet(b"\x0c\0\0\0\0\x01" + b"\x9c" * 60, kind=0x88E5)),
    "EtherType 0x7777": (1, in_ethernet(PLAIN, kind=0x7777)),
    "EtherType 0x7778": (1, over_ip(b"\0\0\x77\x78" + PLAIN, 47)),
    "IP protocol 200": (1, over_ip(PLAIN, 200)),
    "LLC service 0x99": (1, b"\x02" * 12 + struct.pack(">H", 60) + b"\x99\x99\x03" + b"\x9c" * 57),
    "link type 147": (147, PLAIN),
    "802.11, encrypted": (105, in_air(PLAIN, flags=0x41)),
    "TZSP encapsulation 18": (1, over_udp(b"\x01\0\0\x12\x01" + b"\x9c" * 60, 37008)),
    "SIP over SCTP": (1, over_ip(b"\x13\xc4" * 2 + b"\0" * 8 + b"\0\x03\0\0" + b"\0" * 12 + invite(), 132)),
    "SIP in an unknown wrapping, UDP port 925": (1, over_udp(b"\x55\x66\x77\x88\x99" + invite(), 925)),
    "unknown over UDP": (1, over_udp(b"\x55" * 60, 40000)),
    "unknown over TCP": (1, in_ethernet(segment(b"\x55" * 60, 1))),
    "HEP without readable SIP": (1, over_udp(hep3(b"nothing of the kind"), 9060)),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOSED)
def test_what_is_not_opened_is_counted_by_name(tmp_path: Path, name: str) -> None:
    link, data = CLOSED[name]
    found = capture(tmp_path, [(0, data), (1, data)], link)
    assert (found.rows, said(found)) == (
        (),
        ((name.removesuffix(" over UDP") if name.startswith("ESP") else name, 2),),
    )


RECOGNISED = {
    "arp": in_ethernet(b"\0\x01" + b"\0" * 26, kind=0x0806),
    "lldp": in_ethernet(b"\x02\x07\x04" + b"\0" * 40, kind=0x88CC),
    "spanning tree": b"\x02" * 12 + struct.pack(">H", 38) + b"\x42\x42\x03" + b"\0" * 43,
    "cisco discovery": (
        b"\x02" * 12 + struct.pack(">H", 60) + b"\xaa\xaa\x03\x00\x00\x0c\x20\x00" + b"\0" * 52
    ),
    "ppp control": in_ethernet(b"\x11\0\0\x01\0\x0a\xc0\x21" + b"\x09\0\0\x08" + b"\0" * 4, kind=0x8864),
    "dns": over_udp(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03abc\0\0\x01\0\x01", 53),
    "dhcp": over_udp(b"\x01\x01\x06\0" + b"\0" * 232, 67),
    "rtp": over_udp(b"\x80\0\0\x01" + b"\x55" * 168, 40000),
    "rtcp": over_udp(b"\x81\xc8\0\x06" + b"\x55" * 24, 40001),
    "stun": over_udp(b"\0\x01\0\0\x21\x12\xa4\x42" + b"\x55" * 12, 40000),
    "media keys": over_udp(b"\x16\xfe\xfd" + b"\x55" * 60, 40000),
    "keep-alive": over_udp(b"\r\n\r\n", 5060),
    "ike": over_udp(b"\0\0\0\0" + b"\x55" * 60, 4500),
    "gtp echo": over_udp(struct.pack(">BBHIHH", 0x32, 1, 4, 0, 1, 0), 2152),
    "geneve control": over_udp(b"\0\x80\x65\x58\0\0\x05\0" + b"\0" * 20, 6081),
    "sctp": over_ip(b"\x0b\x59\x0b\x59" + b"\0" * 40, 132),
    "ospf": over_ip(b"\x02\x01\0\x2c" + b"\0" * 40, 89),
    "http": in_ethernet(segment(b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n", 1)),
    "beacon": b"",
}


@pytest.mark.parametrize("name", RECOGNISED)
def test_recognised_traffic_is_nothing_to_speak_of(tmp_path: Path, name: str) -> None:
    found = (
        capture(tmp_path, [(0, RECOGNISED[name])])
        if name != "beacon"
        else capture(tmp_path, [(0, b"\x80\0" + b"\0" * 40)], 105)
    )
    assert (found.rows, said(found), found.summary.malformed) == ((), (), 0)


def test_hostile_names_are_kept_within_bounds(tmp_path: Path) -> None:
    found = capture(tmp_path, [(i, in_ethernet(b"\0" * 40, kind=0x7000 + i)) for i in range(200)])
    assert len(said(found)) == 65
    assert dict(said(found))["further protocols"] == 136
    (odd,) = said(capture(tmp_path, [(0, exported(b"x", b"ip"))], 252)) or (("malformed", 1),)
    assert odd[0].isascii()


def test_tunnels_in_tunnels_without_end_are_given_up(tmp_path: Path) -> None:
    data = PLAIN
    for _ in range(40):
        data = (
            packet(b"\x04\x04\0\0" + b"\0" * 20 + data, CALLER, BORDER, 51)
            if len(data) % 2
            else packet(data, CALLER, BORDER, 4)
        )
    assert said(capture(tmp_path, [(0, in_ethernet(data))])) == (("more than 8 tunnels", 1),)
    headers = b"\x33\0\0\0\0\0\0\0" * 5000
    found = capture(tmp_path, [(0, in_ethernet(packet(headers, CALLER, BORDER, 51)))])
    assert (found.rows, said(found)) == ((), (("IP protocol 51", 1),))
    assert said(capture(tmp_path, [(0, in_ethernet(b"\x00\x05\x81\x00" * 30, kind=0x8100))])) == (
        ("more than 16 layers", 1),
    )


UPGRADE = (
    (
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol:"
        b" sip\r\n\r\n"
    ),
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
)
MASK = b"\x11\x22\x33\x44"
ASKED, REFUSED = frame(invite(), mask=MASK), frame(reply(503), kind=2)


@pytest.mark.parametrize("size", [1, 9, 100, 4000])
@pytest.mark.parametrize("is_upgraded", [True, False])
def test_sip_in_websocket_frames_is_read(tmp_path: Path, size: int, is_upgraded: bool) -> None:
    there = (UPGRADE[0] if is_upgraded else b"") + ASKED + frame(b"", mask=MASK, kind=9)
    back = (UPGRADE[1] if is_upgraded else b"") + frame(b"\r\n\r\n") * is_upgraded + REFUSED
    packets = [
        (0.0, in_ethernet(segment(b"", 99, flags=2))),
        (0.1, in_ethernet(segment(b"", 499, BORDER, CALLER, flags=0x12))),
    ]
    if not is_upgraded and size < 400:
        # What begins inside a frame cannot be told from any other bytes.
        packets = []
        size = 4000
    packets += [
        (1 + i / 1e4, in_ethernet(segment(there[i : i + size], 100 + i))) for i in range(0, len(there), size)
    ]
    packets += [
        (2 + i / 1e4, in_ethernet(segment(back[i : i + size], 500 + i, BORDER, CALLER)))
        for i in range(0, len(back), size)
    ]
    found = capture(tmp_path, packets)
    assert [(r["call_id"], r["sip_status"]) for r in found.rows] == [("call-1", "503")]
    assert (found.summary.lost, said(found)) == (0, ())


def test_a_message_in_several_frames_with_a_ping_between_is_one(tmp_path: Path) -> None:
    sip = invite()
    data = (
        frame(sip[:40], mask=MASK, is_last=False)
        + frame(b"p", mask=MASK, kind=9)
        + frame(sip[40:], mask=MASK, kind=0)
    )
    assert len(capture(tmp_path, [(0, in_ethernet(segment(UPGRADE[0] + data, 1)))]).rows) == 1
    assert len(capture(tmp_path, [(0, in_ethernet(segment(data, 1)))]).rows) == 1


def test_websocket_that_compresses_is_counted_by_name(tmp_path: Path) -> None:
    data = UPGRADE[0] + frame(b"\x9c" * 50, mask=MASK, bits=0x40) + frame(b"\x9c" * 50, mask=MASK, bits=0x40)
    assert said(capture(tmp_path, [(0, in_ethernet(segment(data, 1)))])) == (("WebSocket, compressed", 2),)


def test_a_websocket_cut_at_any_byte_gives_the_head_as_far_as_it_goes() -> None:
    data = UPGRADE[0] + ASKED
    counts = [
        len(in_memory([(0, in_ethernet(segment(data[:size], 1)))]).rows) for size in range(1, len(data) + 1)
    ]
    assert counts == sorted(counts)
    assert counts[-1] == 1


def test_a_frame_of_any_length_is_passed_over_and_the_next_one_read(tmp_path: Path) -> None:
    for length in (70_000, 1 << 30):
        long = b"\x82\x7f" + struct.pack(">Q", length) + b"x" * (70_000 if length == 70_000 else 100)
        parts = [
            UPGRADE[0],
            *(long[i : i + 1400] for i in range(0, len(long), 1400)),
            frame(invite(), mask=MASK),
        ]
        packets, place = [], 0
        for i, part in enumerate(parts):
            packets.append((i / 10, in_ethernet(segment(part, place))))
            place += len(part)
        found = capture(tmp_path, packets)
        assert (len(found.rows), bool(found.summary.lost)) == (1, length > 70_000)


@pytest.mark.parametrize("size", [1, 50, 4000])
def test_hep_over_tcp_is_unwrapped(tmp_path: Path, size: int) -> None:
    stream = hep3(invite()) + hep3(b"{}", protocol=5) + hep3(reply(503))
    packets = [(0.0, in_ethernet(segment(b"", 0, flags=2)))]
    packets += [
        (1 + i / 1e4, in_ethernet(segment(stream[i : i + size], 1 + i))) for i in range(0, len(stream), size)
    ]
    found = capture(tmp_path, packets)
    assert [(r["call_id"], r["sip_status"], r["element"]) for r in found.rows] == [("call-1", "503", BORDER)]
    assert (found.summary.hep, found.summary.lost, said(found)) == (2, 0, ())


def test_hep_over_tcp_goes_on_behind_a_hole(tmp_path: Path) -> None:
    one = hep3(invite())
    stream = one + b"junk" * 5 + hep3(invite(call_id="call-2"))
    found = capture(tmp_path, [(0, in_ethernet(segment(stream, 0)))])
    assert ([r["call_id"] for r in found.rows], found.summary.lost) == (["call-1", "call-2"], 1)


def test_tls_is_counted_by_name_both_ways_and_from_its_middle(tmp_path: Path) -> None:
    hello, data = b"\x16\x03\x01\x02\0" + b"\x9c" * 60, b"\x17\x03\x03\0\x50" + b"\x9c" * 80
    packets = [
        (0, segment(b"", 0, flags=2)),
        (1, segment(hello, 1)),
        (2, segment(data, 66)),
        (3, segment(b"\x9c" * 9, 7, BORDER, CALLER)),
    ]
    packets.append((4, segment(data, 16, BORDER, CALLER)))
    assert said(capture(tmp_path, [(t, in_ethernet(p)) for t, p in packets])) == (("TLS", 4),)


def test_a_stream_that_is_something_else_first_is_read_from_where_it_is_sip(tmp_path: Path) -> None:
    packets = [(0, segment(b"\x55" * 80, 1)), (1, segment(invite(), 81))]
    found = capture(tmp_path, [(t, in_ethernet(p)) for t, p in packets])
    assert (len(found.rows), said(found)) == (1, (("unknown over TCP", 1),))


def test_what_lies_in_clear_beside_a_closed_packet_is_read_all_the_same(tmp_path: Path) -> None:
    found = capture(
        tmp_path,
        [
            CLOSED_PACKET,
            *calls((1, invite(), CALLER, BORDER)),
            (2, b"\x02" * 12 + struct.pack(">H", len(PLAIN) + 8) + snap(PLAIN)),
        ],
    )
    assert (len(found.rows), said(found)) == (1, (("ESP", 1),))


CLOSED_PACKET = (0.0, over_ip(esp(b"\x9c" * 64, 99), 50))
