"""The SIP messages of a capture, as another library finds them: scapy takes the packets apart and puts
fragments together, and the streams are joined here. It shares no code with the reader. It is a tool of
development only (`pip install scapy`), and where it is not there these tests are skipped."""

from __future__ import annotations

import logging
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.containers.member import members
from auditor.formats.sip import capture as reader
from auditor.formats.sip import message as sip
from tests.formats.made import (
    CALLER,
    Packet,
    datagram,
    fragments,
    in_ethernet,
    invite,
    message,
    pcap_bytes,
    quoted_in_icmp,
    reply,
    segment,
)

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
scapy: Any = pytest.importorskip("scapy.all", reason="scapy is not installed: pip install scapy")
inet: Any = pytest.importorskip("scapy.layers.inet")
inet6: Any = pytest.importorskip("scapy.layers.inet6")

FOLDERS = ("sip_pcap", "sip_sos_pcap", "nena_i3_logevent_pcap")
"""Not those of HEP, which scapy does not open."""
_START = re.compile(rb"\A[\r\n]*((?:SIP/2\.0 \d{3} [^\r\n]*)|(?:[A-Z]+ \S+ SIP/2\.0))\r?\n")

Found = tuple[bytes, bytes, bytes]
"""Start line, Call-ID, CSeq."""


def told(head: bytes) -> Found:
    start = _START.match(head)
    values = [
        re.search(rb"(?im)^(?:" + name + rb")[ \t]*:[ \t]*([^\r\n]*)", head)
        for name in (b"call-id|i", b"cseq")
    ]
    return (start[1].strip() if start else b"", *(found[1].strip() if found else b"" for found in values))  # type: ignore[return-value]


def found_by_scapy(path: Path) -> Counter[Found]:
    """By message, how often it was sent."""
    with scapy.PcapReader(str(path)) as file:
        packets = [packet for packet in file if inet.ICMP not in packet]
    # It joins fragments only where they come in their order.
    packets.sort(key=lambda packet: packet[inet.IP].frag if inet.IP in packet else 0)
    whole = inet.defragment(scapy.PacketList(packets))
    found: Counter[Found] = Counter()
    streams: dict[tuple[Any, ...], list[tuple[int, bytes]]] = defaultdict(list)
    for packet in whole:
        if inet.UDP in packet:
            payload = bytes(packet[inet.UDP].payload)
            if _START.match(payload):
                found[told(payload.split(b"\r\n\r\n")[0])] += 1
        elif inet.TCP in packet:
            # An Ethernet frame is filled up to its least length: only the packet's own length counts.
            ip, tcp = packet[inet.IP] if inet.IP in packet else packet[inet6.IPv6], packet[inet.TCP]
            size = ip.len - ip.ihl * 4 if inet.IP in packet else ip.plen
            payload = bytes(tcp.payload)[: max(0, size - tcp.dataofs * 4)]
            if payload:
                streams[ip.src, tcp.sport, ip.dst, tcp.dport].append((tcp.seq, payload))
    for pieces in streams.values():
        for head in in_stream(joined(pieces)):
            found[told(head)] += 1
    return found


def joined(pieces: list[tuple[int, bytes]]) -> bytes:
    """One direction of a connection in the order of its numbers; what is sent again comes once."""
    first = pieces[0][0]
    begun = {((number - first + 2**31) % 2**32) - 2**31: data for number, data in reversed(pieces)}
    text, at = b"", None
    for number in sorted(begun):
        at = number if at is None else at
        text += begun[number][max(0, at - number) :]
        at = max(at, number + len(begun[number]))
    return text


def in_stream(text: bytes) -> Iterator[bytes]:
    """The heads of the messages in a stream, by Content-Length; what is no message is passed over."""
    while text:
        start = _START.match(text)
        if not start:
            later = re.search(rb"(?:SIP/2\.0 \d{3} |[A-Z]{3,16} \S+ SIP/2\.0\r\n)", text[1:])
            if not later:
                return
            text = text[1 + later.start() :]
            continue
        head, end, rest = text.partition(b"\r\n\r\n")
        if not end:
            return
        yield head
        length = re.search(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d+)", head)
        text = rest[int(length[1]) if length else 0 :]


def found_by_reader(path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[Found]:
    found: Counter[Found] = Counter()
    parse = sip.parse

    def counted(data: bytes) -> Any:
        parsed = parse(data)
        if parsed is not None:
            found[told(data.split(b"\r\n\r\n")[0])] += 1
        return parsed

    with monkeypatch.context() as patched:
        patched.setattr(reader, "parse", counted)
        for member in members(path):
            reader.read(member)
    return found


def test_real_captures_hold_the_messages_that_scapy_finds(
    real: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    differences = {}
    total = 0
    for path in sorted(p for folder in FOLDERS for p in (real / folder).iterdir()):
        ours, theirs = found_by_reader(path, monkeypatch), found_by_scapy(path)
        total += sum(ours.values())
        if ours != theirs:
            differences[path.name] = (ours - theirs, theirs - ours)
    print(total, "messages")
    assert not differences
    assert total


def random_capture(seed: int) -> list[Packet]:
    """Calls by UDP, whole or in fragments, in VLANs, over IPv6, quoted in ICMP; and by TCP, cut anywhere,
    sent again, out of order."""
    chance = random.Random(seed)
    packets: list[Packet] = []
    for n in range(20):
        texts = [
            invite(call_id=f"c{seed}-{n}", branch=f"z9hG4bK{n}", body="x" * chance.randrange(400)),
            reply(chance.choice([100, 180, 200, 404, 503]), call_id=f"c{seed}-{n}", branch=f"z9hG4bK{n}"),
            message("BYE sip:a@b SIP/2.0", call_id=f"c{seed}-{n}", cseq="2 BYE", branch=f"z9hG4bKb{n}"),
        ]
        kind = chance.choice(["plain", "fragments", "vlan", "icmp", "six", "tcp"])
        if kind == "tcp":
            text, at, pieces = b"".join(texts), 0, []
            port_base = chance.randrange(2**32)
            while at < len(text):
                size = chance.randrange(1, 900)
                pieces.append(segment(text[at : at + size], port_base + at, source=f"10.9.{n}.1"))
                at += size
            pieces += chance.sample(pieces, min(2, len(pieces)))
            first, *rest = pieces
            chance.shuffle(rest)
            packets += [(n + i / 1000, in_ethernet(piece)) for i, piece in enumerate([first, *rest])]
            continue
        for place, text in enumerate(texts):
            # Fragments of made packets all have one identification: other ends keep them apart.
            ends = ("2001:db8::1", "2001:db8::2") if kind == "six" else (CALLER, f"10.8.{n}.{place + 1}")
            whole = datagram(text, *ends)
            if kind == "fragments":
                parts = fragments(whole, chance.choice([64, 256]))
                chance.shuffle(parts)
                frames = [in_ethernet(part) for part in parts]
            elif kind == "vlan":
                frames = [in_ethernet(whole, tags=b"\x81\x00\x00\x07")]
            elif kind == "icmp":
                frames = [in_ethernet(whole), in_ethernet(quoted_in_icmp(whole))]
            else:
                frames = [in_ethernet(whole)]
            packets += [(n + place / 10 + i / 1000, frame) for i, frame in enumerate(frames)]
    return packets


@pytest.mark.parametrize("seed", range(20))
def test_random_captures_hold_the_messages_that_scapy_finds(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(pcap_bytes(random_capture(seed)))
    ours, theirs = found_by_reader(path, monkeypatch), found_by_scapy(path)
    assert (ours - theirs, theirs - ours) == (Counter(), Counter())
    assert sum(ours.values()) == 60
