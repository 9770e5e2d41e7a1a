"""A packet capture as attempts: one row an INVITE dialog. Its packets are not records. Packets that could not
be used are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from auditor.catalogue.domains import roles
from auditor.containers.member import BLOCK_BYTES, Member
from auditor.formats.i3.log import Log
from auditor.formats.i3.stream import values
from auditor.formats.sip import hep, http
from auditor.formats.sip.dialog import CALL, Dialogs
from auditor.formats.sip.flow import Streams
from auditor.formats.sip.loose import LooseAnswer
from auditor.formats.sip.message import parse, starts_like_sip
from auditor.formats.sip.network import Network, Segment, address_text
from auditor.formats.sip.packets import Tally, packets
from auditor.formats.sip.traffic import NotOpenedTally, name_of_datagram

COLUMNS = (*roles()["attempts"].columns, "ringing_at", "answered_beyond_at", "invites")
"""Canonical columns, then three that only a capture has: when it rang, when a farther hop was answered
although the caller's hop never was, and the number of INVITE packets."""


@dataclass(frozen=True, slots=True)
class CaptureSummary:
    """The content of a capture, in packets unless another unit is given. All counts except `packets` and the
    next three mean that something may be missing."""

    packets: int
    sip_messages: int
    dialogs: int
    reinvites: int
    icmp_quoted: int
    """ICMP errors that quote a packet; the quoted SIP is not counted as sent."""
    hep: int
    """HEP packets whose content was read."""
    fragments: int
    truncated: int
    """Packets of which only the beginning is in the capture or before the end of the file."""
    malformed: int
    """Packets and messages that begin as IP or SIP and cannot be read to their end."""
    lost: int
    """Places in TCP streams where bytes are missing, and datagrams with missing fragments."""
    dropped: int
    """Packets that the capturing system itself reports as lost."""
    mid_dialog: int
    """INVITEs of calls that began before the capture. They give no row, because their start is not in the
    capture."""
    loose_answers: int
    """Final responses to an INVITE that is not in the capture. They may belong to a call that began in the
    file before."""
    log_events: int = 0
    """Events of i3 elements that were posted to a logger."""
    not_opened: tuple[tuple[str, int], ...] = ()
    """Packets that may hold signalling and that no reader opens, by the name of their encapsulation."""


@dataclass(frozen=True, slots=True)
class Capture:
    """The rows of a capture (text by the names in `COLUMNS`, in order of their start) and its other
    content."""

    rows: tuple[dict[str, str], ...]
    summary: CaptureSummary
    loose: tuple[LooseAnswer, ...] = ()
    """Messages without an INVITE, about calls that began in another file."""
    log: Log = field(default_factory=Log)
    """Events that were posted to a logger."""
    calls: tuple[str, ...] = ()
    """For each row the id that an emergency network gave its call, "" where none is in its headers."""


def read(member: Member, on_raw: Callable[[bytes], object] | None = None) -> Capture:
    """Read a whole capture. Records cut by its end are counted. Damage with its offset if a header inside it
    is impossible."""
    reader = _Reader()
    tally = Tally()
    for packet in packets(member.blocks(BLOCK_BYTES, on_raw), tally, member.name):
        reader.packet(packet.at_us, packet.link, packet.data)
    return reader.finish(tally)


def rows(member: Member, on_raw: Callable[[bytes], object] | None = None) -> Iterator[dict[str, str]]:
    """The rows of a capture alone."""
    yield from read(member, on_raw).rows


_HEP_BEGINNINGS = frozenset({b"H", b"\x01", b"\x02"})


class _Reader:
    """Packets in, dialogs out."""

    def __init__(self) -> None:
        self._not_opened = NotOpenedTally()
        self._network = Network(not_opened=self._not_opened)
        self._streams = Streams(self._not_opened)
        self._dialogs = Dialogs()
        self._log = Log()
        self._messages = self._hep = self._malformed = 0
        self._last_us = 0

    def packet(self, at_us: int, link: int, data: bytes) -> None:
        self._last_us = at_us
        network = self._network
        segment = network.open(link, data, at_us)
        if segment is not None:
            self._segment(at_us, segment)
        if network.beginnings:
            self._beginnings()

    def finish(self, tally: Tally) -> Capture:
        """The rows, after the last packet."""
        self._network.give_up()
        self._beginnings()
        for head in self._streams.finish(self._last_us):
            self._head(*head)
        self._dialogs.early.finish()
        dialogs = list(self._dialogs.rows())
        found = tuple({name: row.get(name, "") for name in COLUMNS} for row in dialogs)
        network = self._network
        summary = CaptureSummary(
            packets=tally.packets,
            sip_messages=self._messages,
            dialogs=len(found),
            reinvites=self._dialogs.reinvites,
            icmp_quoted=network.icmp_quoted,
            hep=self._hep,
            fragments=network.fragments,
            truncated=tally.truncated + network.truncated,
            malformed=self._malformed + network.malformed,
            lost=self._streams.lost + network.lost,
            dropped=tally.dropped,
            mid_dialog=self._dialogs.mid_dialog,
            loose_answers=self._dialogs.early.answers,
            log_events=self._log.read,
            not_opened=self._not_opened.by_name(),
        )
        calls = tuple(row[CALL] for row in dialogs)
        return Capture(found, summary, tuple(self._dialogs.early.loose), self._log, calls)

    def _beginnings(self) -> None:
        """Read the beginnings of datagrams with missing fragments."""
        beginnings, self._network.beginnings = self._network.beginnings, []
        for at_us, segment in beginnings:
            self._segment(at_us, segment)

    def _segment(self, at_us: int, segment: Segment) -> None:
        payload = segment.payload
        if segment.is_tcp:
            for head in self._streams.feed(at_us, segment):
                self._head(*head)
        elif starts_like_sip(payload):
            self._message(at_us, segment.source[0], segment.target[0], payload)
        elif payload[:1] in _HEP_BEGINNINGS and hep.is_hep(payload):
            self._wrapped(at_us, payload)
        elif name := name_of_datagram(segment.source[1], segment.target[1], payload):
            self._not_opened.add(name)

    def _head(self, at_us: int, source: bytes, target: bytes, data: bytes) -> None:
        """The result of a stream: the start line and headers of a message, a HEP packet, or posted events."""
        if data.startswith(hep.MAGIC):
            self._wrapped(at_us, data)
        elif data.startswith(http.MARK):
            for value in values([data.removeprefix(http.MARK)]):
                self._log.add(value)
        else:
            self._message(at_us, source, target, data)

    def _wrapped(self, at_us: int, packet: bytes) -> None:
        inner = hep.unwrap(packet)
        if inner is not None:
            self._hep += 1
            segment, sent_us = inner
            self._message(sent_us or at_us, segment.source[0], segment.target[0], segment.payload)
        elif hep.is_unread(packet):
            self._not_opened.add("HEP without readable SIP")

    def _message(self, at_us: int, source: bytes, target: bytes, data: bytes) -> None:
        message = parse(data)
        if message is None:
            self._malformed += 1
            return
        self._messages += 1
        if not message.call_id or message.cseq[0] < 0 or not message.first("from"):
            self._malformed += 1
        self._dialogs.add(at_us, address_text(source), address_text(target), message)
