"""Captures made for the tests: SIP text, packets around it, and pcap files around those."""

from __future__ import annotations

import io
import socket
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dpkt as untyped_dpkt

from auditor.containers.member import Member, members
from auditor.formats.sip.capture import Capture, read

dpkt: Any = untyped_dpkt

CALLER, BORDER, CENTRE, FALLBACK = "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"
START = 1_710_262_800
"""2024-03-12T17:00:00Z."""

TH_SYN, TH_ACK = 0x02, 0x10

Packet = tuple[float, bytes]


def invite(
    uri: str = "urn:service:sos",
    *,
    call_id: str | None = "call-1",
    tag: str = "a",
    branch: str = "z9hG4bK1",
    cseq: int = 1,
    **more: Any,
) -> bytes:
    """An INVITE from CALLER with a body; headers with a None or "" value are left out, `more` adds some."""
    return message(
        f"INVITE {uri} SIP/2.0",
        call_id=call_id,
        tag=tag,
        branch=branch,
        cseq=f"{cseq} INVITE",
        to=f"<{uri}>",
        **more,
    )


def message(
    start: str,
    *,
    call_id: str | None = "call-1",
    tag: str = "a",
    to_tag: str = "",
    branch: str = "z9hG4bK1",
    cseq: str = "1 INVITE",
    to: str = "<urn:service:sos>",
    caller: str = "<sip:+61491570156@example.com>",
    body: str = "v=0\r\n",
    **more: str,
) -> bytes:
    """Any SIP message: `start` is its first line."""
    headers = {
        "Via": f"SIP/2.0/UDP {CALLER}:5060;branch={branch}",
        "From": f"{caller};tag={tag}",
        "To": to + (f";tag={to_tag}" if to_tag else ""),
        "Call-ID": call_id,
        "CSeq": cseq,
        **{name.replace("_", "-"): value for name, value in more.items()},
        "Content-Length": str(len(body)),
    }
    lines = [start, *(f"{name}: {value}" for name, value in headers.items() if value)]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def reply(status: int, *, cseq: str = "1 INVITE", **more: Any) -> bytes:
    """A response to CALLER's INVITE."""
    return message(f"SIP/2.0 {status} Text", cseq=cseq, to_tag="b", body="", **more)


def datagram(
    payload: bytes, source: str = CALLER, target: str = BORDER, ports: tuple[int, int] = (5060, 5060)
) -> bytes:
    """An IPv4 or IPv6 packet with one UDP datagram."""
    return packet(
        bytes(dpkt.udp.UDP(sport=ports[0], dport=ports[1], ulen=8 + len(payload), data=payload)),
        source,
        target,
        17,
    )


def segment(
    payload: bytes, sequence: int, source: str = CALLER, target: str = BORDER, *, flags: int = TH_ACK
) -> bytes:
    """An IPv4 packet with one TCP segment."""
    return packet(
        bytes(dpkt.tcp.TCP(sport=5060, dport=5060, seq=sequence % 2**32, flags=flags, data=payload)),
        source,
        target,
        6,
    )


def packet(
    data: bytes, source: str, target: str, protocol: int, *, fragment: int = 0, identity: int = 7
) -> bytes:
    """`data` as an IPv4 packet, or an IPv6 one where the addresses are."""
    if ":" in source:
        addresses = (socket.inet_pton(socket.AF_INET6, a) for a in (source, target))
        return struct.pack(">IHBB", 6 << 28, len(data), protocol, 64) + b"".join(addresses) + data
    whole = dpkt.ip.IP(
        src=socket.inet_aton(source),
        dst=socket.inet_aton(target),
        p=protocol,
        id=identity,
        len=20 + len(data),
        data=data,
    )
    whole._flags_offset = fragment
    return bytes(whole)


def in_ethernet(data: bytes, kind: int | None = None, tags: bytes = b"") -> bytes:
    """An Ethernet frame around an IP packet; `tags` are whole VLAN tags, each ending in the next type."""
    kind = kind or (dpkt.ethernet.ETH_TYPE_IP6 if data[0] >> 4 == 6 else dpkt.ethernet.ETH_TYPE_IP)
    return b"\x02" * 6 + b"\x04" * 6 + tags + struct.pack(">H", kind) + data


def quoted_in_icmp(data: bytes) -> bytes:
    """The ICMP port unreachable that BORDER answers `data` with; it quotes all of it."""
    error = dpkt.icmp.ICMP(type=3, code=3, data=dpkt.icmp.ICMP.Unreach(data=data))
    return packet(bytes(error), BORDER, CALLER, 1)


def fragments(data: bytes, size: int = 64) -> list[bytes]:
    """An IPv4 packet in fragments of `size` bytes."""
    header, body = dpkt.ip.IP(data), data[20:]
    source, target = socket.inet_ntoa(header.src), socket.inet_ntoa(header.dst)
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return [
        packet(
            part,
            source,
            target,
            header.p,
            fragment=(0x2000 if i < len(parts) - 1 else 0) | i * size // 8,
            identity=99,
        )
        for i, part in enumerate(parts)
    ]


def fragments6(data: bytes, size: int = 64) -> list[bytes]:
    """An IPv6 packet in fragments of `size` bytes."""
    header, body = dpkt.ip6.IP6(data), data[40:]
    source, target = (socket.inet_ntop(socket.AF_INET6, a) for a in (header.src, header.dst))
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return [
        packet(
            struct.pack(">BxHI", header.nxt, i * size | (i < len(parts) - 1), 5) + part, source, target, 44
        )
        for i, part in enumerate(parts)
    ]


def pcap_bytes(packets: Iterable[Packet], link: int = 1, *, is_nano: bool = False) -> bytes:
    """A pcap file; times are seconds after START."""
    file = io.BytesIO()
    writer = dpkt.pcap.Writer(file, linktype=link, nano=is_nano)
    for after, data in packets:
        writer.writepkt(data, START + after)
    return file.getvalue()


def calls(*payloads: tuple[float, bytes, str, str]) -> list[Packet]:
    """UDP packets in Ethernet from (seconds, SIP, source, target)."""
    return [(after, in_ethernet(datagram(sip, source, target))) for after, sip, source, target in payloads]


def member_of(folder: Path, data: bytes, name: str = "made.pcap") -> Member:
    """`data` written to a file, as the one member of it."""
    path = folder / name
    path.write_bytes(data)
    (member,) = members(path)
    return member


def capture(folder: Path, packets: Iterable[Packet], link: int = 1) -> Capture:
    """The capture of `packets`, read."""
    return read(member_of(folder, pcap_bytes(packets, link)))


def in_memory(packets: Iterable[Packet], link: int = 1) -> Capture:
    """The same without a file, for tests that read hundreds."""
    data = pcap_bytes(packets, link)
    return read(Member(Path("made.pcap"), None, len(data), "", lambda size, _: iter([data])))
