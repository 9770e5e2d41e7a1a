"""Bytes that mean harm: the capture reader ends with rows or with `Damage`, never with anything else, and never late."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auditor.formats import hep, sip
from auditor.formats.capture import COLUMNS, Capture, read
from auditor.formats.container import Damage, Member
from auditor.formats.network import Network
from tests.formats.made import (
    BORDER,
    CALLER,
    calls,
    capture,
    datagram,
    fragments,
    in_ethernet,
    invite,
    pcap_bytes,
    quoted_in_icmp,
    reply,
    segment,
)

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.sip"))
LINKS = st.sampled_from([0, 1, 9, 12, 101, 108, 113, 228, 229, 276, 147])
GOOD = pcap_bytes(
    [
        *calls((0, invite(), CALLER, BORDER), (1, reply(503), BORDER, CALLER)),
        (2, in_ethernet(segment(invite(call_id="call-2"), 1))),
        (3, in_ethernet(quoted_in_icmp(datagram(invite())))),
        *((4 + i, in_ethernet(part)) for i, part in enumerate(fragments(datagram(invite(call_id="call-3"))))),
    ]
)
patient = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


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
    """Nothing is told that the bytes could not hold: a packet takes 16 bytes at least, a dialog its own packet."""
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
    assert [r["call_id"] for r in capture(tmp_path, calls((0, data, CALLER, BORDER), (1, invite(call_id="after"), CALLER, BORDER))).rows][
        -1
    ] == "after"


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
            st.sampled_from(["From", "To", "f", "Via", "CSeq", "Call-ID", "Reason", "Contact", "P-Asserted-Identity"]), st.text(max_size=60)
        ),
        max_size=12,
    )
)
def test_headers_of_any_text_make_one_row(headers: list[tuple[str, str]]) -> None:
    text = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "replace")
    found = outcome(pcap_bytes(calls((0, b"INVITE urn:service:sos SIP/2.0\r\n" + text + b"\r\n", CALLER, BORDER))))
    assert isinstance(found, Capture)
    assert found.summary.dialogs + found.summary.mid_dialog == 1


@patient
@given(LINKS, st.binary(max_size=300))
def test_any_packet_on_any_link_is_opened_or_left(link: int, data: bytes) -> None:
    network = Network()
    for wrapped in (data, in_ethernet(data or b"\x45"), b"\x45" + data, b"\x60" + data):
        segment = network.open(link, wrapped)
        assert segment is None or segment.payload in wrapped or network.fragments
    unwrapped = hep.unwrap(b"HEP3" + data)
    assert unwrapped is None or sip.starts_like_sip(unwrapped[0].payload)


@patient
@given(st.binary(max_size=600))
@example(
    b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00M<+\x1a\x01\x00\x00\x00"
    + b"\xff" * 8
    + b"\x1c\x00\x00\x00"
    + b"\x01\x00\x00\x00\x0c\x00\x00\x00\x0c\x00\x00\x00"
)
def test_any_file_that_starts_as_a_capture_ends_in_rows_or_damage(data: bytes) -> None:
    for start in (*map(bytes.fromhex, ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "34cdb2a1", "0a0d0d0a")), GOOD[:24]):
        assert is_bounded(outcome(start + data), start + data)


def test_one_changed_byte_anywhere_in_a_capture_ends_in_rows_or_damage() -> None:
    rng = random.Random(11)
    for place in rng.sample(range(len(GOOD)), 400):
        changed = bytearray(GOOD)
        changed[place] = rng.randrange(256)
        if place >= 4:
            assert is_bounded(outcome(bytes(changed)), bytes(changed))


def test_a_capture_cut_at_any_byte_ends_in_the_rows_before_it() -> None:
    sizes = [len(found.rows) for size in range(24, len(GOOD)) if isinstance(found := outcome(GOOD[:size]), Capture)]
    assert sizes == sorted(sizes)
    assert len(sizes) == len(GOOD) - 24


def test_a_million_fragments_and_connections_that_never_end_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    import auditor.formats.flow as flow
    import auditor.formats.network as network_module

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
    assert (found.summary.dialogs, found.summary.lost) == (1, 10)
