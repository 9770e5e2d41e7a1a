"""Bytes that mean harm: the capture reader ends with rows or with `Damage`, never with anything else, and
never late."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor.containers.member import Damage, Member
from auditor.formats.sip import hep
from auditor.formats.sip import message as sip
from auditor.formats.sip.capture import COLUMNS, Capture, read
from auditor.formats.sip.flow import Head, Streams
from auditor.formats.sip.network import Network, Segment
from auditor.formats.sip.tunnels import BY_UDP_PORT
from tests.formats.made import (
    BORDER,
    CALLER,
    calls,
    capture,
    datagram,
    fragments,
    in_ethernet,
    invite,
    packet,
    pcap_bytes,
    quoted_in_icmp,
    reply,
    segment,
)
from tests.formats.wrapped import frame, hep3, over_ip, over_udp

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.sip"))
LINKS = st.sampled_from(
    [
        0,
        1,
        9,
        10,
        11,
        12,
        50,
        51,
        101,
        104,
        105,
        108,
        109,
        113,
        117,
        119,
        127,
        138,
        147,
        163,
        192,
        204,
        228,
        229,
        239,
        240,
        252,
        276,
    ]
)
GOOD = pcap_bytes(
    [
        *calls((0, invite(), CALLER, BORDER), (1, reply(503), BORDER, CALLER)),
        (2, in_ethernet(segment(invite(call_id="call-2"), 1))),
        (3, in_ethernet(quoted_in_icmp(datagram(invite())))),
        *((4 + i, in_ethernet(part)) for i, part in enumerate(fragments(datagram(invite(call_id="call-3"))))),
    ]
)
patient = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def in_memory(data: bytes) -> Member:
    return Member(Path("made.pcap"), None, len(data), "", lambda size, _: iter([data]))


def outcome(data: bytes) -> Capture | Damage:
    """What reading gives; any exception but Damage with its place goes through and fails the test."""
    try:
        found = read(in_memory(data))
    except Damage as damage:
        if damage.offset is None:
            raise
        return damage
    assert found.summary.dialogs == len(found.rows)
    assert all(tuple(row) == COLUMNS for row in found.rows)
    assert all(isinstance(value, str) for row in found.rows for value in row.values())
    return found


def is_bounded(found: Capture | Damage, data: bytes) -> bool:
    """Nothing is told that the bytes could not hold: a packet takes 16 bytes at least, a dialog its own
    packet."""
    if isinstance(found, Damage):
        return found.offset is not None and found.offset <= len(data)
    return found.summary.dialogs <= found.summary.packets <= len(data) // 16


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: p.stem)
def test_messages_of_the_corpus_over_udp_and_tcp_never_stop_the_reader(tmp_path: Path, path: Path) -> None:
    data = path.read_bytes()
    over_tcp = [(i / 10, in_ethernet(segment(data[i : i + 9], i))) for i in range(0, min(len(data), 900), 9)]
    for packets in (calls((0, data, CALLER, BORDER), (1, invite(call_id="after"), CALLER, BORDER)), over_tcp):
        found = capture(tmp_path, packets)
        assert found.summary.packets == len(packets)
    assert [
        r["call_id"]
        for r in capture(
            tmp_path, calls((0, data, CALLER, BORDER), (1, invite(call_id="after"), CALLER, BORDER))
        ).rows
    ][-1] == "after"


@patient
@given(st.binary(max_size=400))
@example(b"INVITE sip:000@x SIP/2.0\r\nFrom: " + b"<" * 300)
def test_any_bytes_after_a_start_line_are_a_message_or_none(data: bytes) -> None:
    for start in (b"", b"INVITE sip:000@x SIP/2.0\r\n", b"SIP/2.0 503 No\r\nCSeq: 1 INVITE\r\n"):
        message = sip.parse(start + data)
        if message is not None:
            assert message.transaction[1] >= 0
            assert message.from_tag is not None
            assert all(name == name.lower() for name, _ in message.headers)


@patient
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["From", "To", "f", "Via", "CSeq", "Call-ID", "Reason", "Contact", "P-Asserted-Identity"]
            ),
            st.text(max_size=60),
        ),
        max_size=12,
    )
)
def test_headers_of_any_text_make_one_row(headers: list[tuple[str, str]]) -> None:
    text = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "replace")
    found = outcome(
        pcap_bytes(calls((0, b"INVITE urn:service:sos SIP/2.0\r\n" + text + b"\r\n", CALLER, BORDER)))
    )
    assert isinstance(found, Capture)
    assert found.summary.dialogs + found.summary.mid_dialog == 1


@patient
@given(LINKS, st.binary(max_size=300))
def test_any_packet_on_any_link_is_opened_or_left(link: int, data: bytes) -> None:
    network = Network()
    for wrapped in (data, in_ethernet(data or b"\x45"), b"\x45" + data, b"\x60" + data):
        segment = network.open(link, wrapped)
        assert segment is None or segment.payload in wrapped or network.fragments
    for start in (b"HEP3", b"\x01\x10", b"\x02\x10"):
        unwrapped = hep.unwrap(start + data)
        assert unwrapped is None or sip.starts_like_sip(unwrapped[0].payload)


@patient
@given(
    st.sampled_from(sorted(BY_UDP_PORT)),
    st.sampled_from([4, 6, 17, 41, 47, 50, 51, 97, 115, 132, 137]),
    st.binary(max_size=200),
)
def test_any_bytes_in_a_tunnel_end_in_a_segment_a_name_or_nothing(
    port: int, protocol: int, data: bytes
) -> None:
    good = in_ethernet(datagram(invite()))
    for content in (data, data + good, data[:12] + good, good[: len(data)]):
        network = Network()
        for whole in (over_udp(content, port), over_ip(content, protocol), over_ip(data[:4] + content, 47)):
            found = network.open(1, whole)
            assert found is None or isinstance(found.payload, bytes)
        assert all(name.isascii() and count > 0 for name, count in network.not_opened.by_name())


@patient
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-300, 900), st.binary(max_size=90), st.booleans()),
        max_size=25,
    )
)
def test_any_segments_in_any_order_give_heads_or_nothing(pieces: list[tuple[int, int, bytes, bool]]) -> None:
    stream = [
        invite() + invite(call_id="2"),
        hep3(invite()) * 2,
        frame(invite(), mask=b"abcd") * 2,
        b"\x16\x03\x01\0\x50" * 60,
    ]
    streams = Streams()
    heads: list[Head] = []
    for i, (which, place, sown, is_start) in enumerate(pieces):
        data = stream[which][max(place, 0) : place + 350] + sown
        ends = (b"\x0a\0\0\x01", 5060 + which), (b"\x0a\0\0\x02", 5060)
        heads += streams.feed(i, Segment(True, *ends, data, bool(len(sown) == 7), place % 2**32, is_start))
    heads += streams.finish(99)
    assert all(sip.starts_like_sip(head.data) or head.data.startswith(hep.MAGIC) for head in heads)
    assert streams._held == 0


@patient
@given(st.binary(max_size=600))
@example(
    b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00M<+\x1a\x01\x00\x00\x00"
    + b"\xff" * 8
    + b"\x1c\x00\x00\x00"
    + b"\x01\x00\x00\x00\x0c\x00\x00\x00\x0c\x00\x00\x00"
)
def test_any_file_that_starts_as_a_capture_ends_in_rows_or_damage(data: bytes) -> None:
    for start in (
        *map(bytes.fromhex, ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "34cdb2a1", "0a0d0d0a")),
        GOOD[:24],
    ):
        assert is_bounded(outcome(start + data), start + data)


@pytest.mark.holds("fault.63")
def test_one_changed_byte_anywhere_in_a_capture_ends_in_rows_or_damage() -> None:
    rng = random.Random(11)
    for place in rng.sample(range(len(GOOD)), 400):
        changed = bytearray(GOOD)
        changed[place] = rng.randrange(256)
        if place >= 4:
            assert is_bounded(outcome(bytes(changed)), bytes(changed))


def test_a_capture_cut_at_any_byte_ends_in_the_rows_before_it() -> None:
    sizes = [
        len(found.rows) for size in range(24, len(GOOD)) if isinstance(found := outcome(GOOD[:size]), Capture)
    ]
    assert sizes == sorted(sizes)
    assert len(sizes) == len(GOOD) - 24


def test_lengths_beyond_all_reason_ask_for_no_memory() -> None:
    good = bytearray(GOOD)
    good[16:20] = b"\xff" * 4
    assert read_bytes(bytes(good)).rows == read_bytes(GOOD).rows, "the snap length of the file is but a note"
    kept = GOOD[:24] + GOOD[24:32] + b"\xff" * 8 + GOOD[40:]
    block = b"\x0a\x0d\x0d\x0a" + struct.pack("<III", 28, 0x1A2B3C4D, 1) + b"\xff" * 8 + struct.pack("<I", 28)
    for data in (kept, block + struct.pack("<II", 6, 0xFFFFFFFC), block + struct.pack("<II", 6, 0)):
        with pytest.raises(Damage):
            read_bytes(data + bytes(64))


def test_a_pcapng_cut_inside_any_block_gives_the_packets_before() -> None:
    section = b"\x0a\x0d\x0d\x0a" + struct.pack("<IIHHq", 28, 0x1A2B3C4D, 1, 0, -1) + struct.pack("<I", 28)
    interface = struct.pack("<IIHHII", 1, 20, 1, 0, 0xFFFFFFFF, 20)
    frame = in_ethernet(datagram(invite()))
    padded = frame + bytes(-len(frame) % 4)
    size = 32 + len(padded)
    packet = (
        struct.pack("<IIIIIII", 6, size, 0, 0, 0, len(frame), len(frame)) + padded + struct.pack("<I", size)
    )
    whole = section + interface + packet
    assert len(read_bytes(whole).rows) == 1
    for end in range(len(section), len(whole)):
        found = read_bytes(whole[:end])
        assert (len(found.rows), found.summary.packets) == (0, 0)


def read_bytes(data: bytes) -> Capture:
    return read(Member(Path("a.pcap"), None, len(data), "", lambda size, _: iter([data])))


@pytest.mark.holds("fault.63", "trust.22")
def test_a_million_fragments_and_connections_that_never_end_are_let_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import auditor.formats.sip.flow as flow
    import auditor.formats.sip.network as network_module

    monkeypatch.setattr(network_module, "_MAX_PENDING", 10)
    monkeypatch.setattr(flow, "_MAX_STREAMS", 10)

    def flood() -> Iterator[tuple[float, bytes]]:
        first = fragments(datagram(invite()))[0]
        for i in range(100):
            yield i, in_ethernet(first[:4] + i.to_bytes(2, "big") + first[6:])
            yield i, in_ethernet(segment(b"INVITE", i, source=f"10.1.0.{i}", flags=2))
        yield from calls((200, invite(), CALLER, BORDER))

    found = outcome(pcap_bytes(flood()))
    assert isinstance(found, Capture)
    # A first fragment without a Call-ID is a record of its own, as a cut packet is; the same one a hundred
    # times is one.
    assert (found.summary.dialogs, found.summary.lost) == (2, 100)


def test_what_waits_takes_no_more_than_its_share_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    import auditor.formats.sip.flow as flow
    import auditor.formats.sip.network as network_module

    monkeypatch.setattr(network_module, "_MAX_PENDING_BYTES", 4000)
    monkeypatch.setattr(flow, "_MAX_HELD_BYTES", 4000)
    network, streams = network_module.Network(), flow.Streams()
    for i in range(300):
        network.open(101, packet(b"x" * 1000, CALLER, BORDER, 17, fragment=0x2000, identity=i))
        source = bytes([10, 1, i // 250, i % 250]), 5060
        for start in (b"INVITE sip:a SIP/2.0\r\nA: " + b"x" * 900, b"\x55" * 900):
            list(
                streams.feed(
                    i, network_module.Segment(True, source, (b"\x0a\0\0\x02", 5060), start, sequence=i)
                )
            )
        assert network._pending_bytes <= 5000
        assert streams._held <= 6000
    assert sum(len(p.parts[0]) for p in network._pending.values()) == network._pending_bytes
    assert sum(s.held for s in streams._streams.values()) == streams._held


def test_one_call_id_ten_thousand_times_is_read_in_time() -> None:
    def again(i: int) -> bytes:
        return invite(tag=str(i), branch=f"z9hG4bK{i}", caller=f"<sip:+6149157{i:04d}@x>")

    found = outcome(pcap_bytes(calls(*((i / 10, again(i), CALLER, BORDER) for i in range(10_000)))))
    assert isinstance(found, Capture)
    assert found.summary.dialogs == 10_000
    answers = outcome(
        pcap_bytes(
            calls(*((i / 10, reply(503, branch=f"z9hG4bK{i}"), BORDER, CALLER) for i in range(10_000)))
        )
    )
    assert isinstance(answers, Capture)
    assert answers.summary.loose_answers == 10_000
