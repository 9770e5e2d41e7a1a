"""RADIUS accounting in text (the `detail` files of a server) of Oracle/Acme border controllers and Cisco
gateways.

A record is a line with the time, then one attribute a line. A Stop says all of its call; a Start is a
record only
where its Stop is not in the file. Cisco writes causes in hexadecimal digits, Acme in decimal ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, Layout, bind, shipped, with_header
from auditor.formats.reader import Asked, Left, Opened, table
from auditor.formats.rows import Unended, faulty, given, is_described, lines_of

KIND = "radius"
COLUMNS = (
    *("call_id", "linked_call_id", "element", "sequence", "started_at", "answered_at", "released_at"),
    *("calling_number", "dialled", "route", "release_cause", "sip_status", "record_type"),
)
_ATTRIBUTE = re.compile(r"\s+([^\s=][^=]*?)\s*[:+]?=\s*(.*)")
"""A name may begin with a digit (3GPP-IMSI) and have a tag (Tunnel-Type:0): what is before the sign is the
name."""
_CLOCK = re.compile(
    r"(?P<mark>[*.]?)(?P<clock>\d\d:\d\d:\d\d(?:\.\d+)?) +(?P<zone>[A-Za-z]+) +(?:[A-Za-z]{3} "
    r"+)?(?P<month>[A-Za-z]{3})"
    r" +(?P<day>\d{1,2}) +(?P<year>\d{4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIMES = ("h323-setup-time", "h323-connect-time", "h323-disconnect-time")
_STOP, _START = ("stop", "2"), ("start", "1")
_OF_NO_CALL = frozenset(
    ["interim-update", "interim", "alive", "3", "accounting-on", "7", "accounting-off", "8"]
)
"""Kinds of records that are of no further call."""
_NO_CALLS = frozenset(["Framed-User", "NAS-Prompt-User", "Administrative-User"])
"""Services of sessions that are no calls, unless they have the time at which a call was set up: a gateway may
give its calls one of these."""
_OF_SENDING = frozenset(["Acct-Delay-Time", "Event-Timestamp", "Timestamp"])
_CALLED = "Called-Station-Id"

Record = Mapping[str, str]


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """Lines of attributes, among them the kind of the record and the times of a call."""
    if is_described(asked, KIND):
        return None
    lines = head[: 1 << 14].decode("utf-8", "replace").splitlines()
    names = {found[1] for line in lines if (found := _ATTRIBUTE.fullmatch(line))}
    if "Acct-Status-Type" not in names or _TIMES[0] not in names:
        return None
    if asked.role not in ("", "attempts"):
        raise EvidenceError(f"it holds attempts, not {asked.role}", where=Where(asked.name))
    (layout,) = layouts()
    bound = bind(layout, COLUMNS, "attempts", {}, where=asked.name)
    return Detection(
        bound, 1.0, "its lines are attributes of RADIUS accounting with the times of calls", header=COLUMNS
    )


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its calls as rows; the lines of attributes are no records."""
    left = Left()
    bound = with_header(found, COLUMNS, asked.role, asked.columns, where=asked.name)
    return table(bound, _Rows(member, left, asked.encoding), left=left)


class _Rows:
    """The rows of a file, anew each time they are asked for."""

    def __init__(self, member: Member, left: Left, encoding: str | None) -> None:
        self._member, self._left, self._encoding = member, left, encoding

    def __iter__(self) -> Iterator[Sequence[str]]:
        self._left.clear()
        begun: dict[tuple[str, str], Record] = {}
        for record in self._records():
            if not isinstance(record, Mapping):
                yield record
                continue
            kind = record.get("Acct-Status-Type", "").lower()
            if kind in _OF_NO_CALL or (record.get("Service-Type") in _NO_CALLS and not record.get(_TIMES[0])):
                continue
            number = _number_of(record)
            if kind not in _START + _STOP or _CALLED not in record:
                yield ("; ".join(f"{name} = {value}" for name, value in record.items()),)
            elif kind in _START and number[1]:
                # Its Stop says all that it says. Sent again it is no other call; another of its number is.
                earlier, begun[number] = begun.get(number, record), record
                if _said(earlier) != _said(record):
                    yield self._row(earlier)
            else:
                begun.pop(number, None)
                yield self._row(record)
        for record in begun.values():
            yield self._row(record)

    def _records(self) -> Iterator[Record | Sequence[str]]:
        """Nothing for each line, and each record when the next begins; what is damaged as a row: so is a
        record with a line that is no attribute, which must not make two of it."""
        held: dict[str, str] = {}
        fault: Sequence[str] = ()
        for line in lines_of(self._member, self._encoding):
            wrong, found = faulty(line), _ATTRIBUTE.fullmatch(line)
            is_within = bool(found or (held and line[:1].isspace() and line.strip()))
            if is_within or wrong is None:
                yield ()
            if is_within and not found:
                fault = fault or wrong or (line,)
                continue
            if found:
                value = _bare(found[1], found[2])
                is_other = held.setdefault(found[1], value) != value and found[1] == _CALLED
                fault = fault or wrong or ((line,) if is_other or isinstance(line, Unended) else ())
                continue
            if held:
                yield fault or ((line,) if isinstance(line, Unended) else held)
                held, fault = {}, ()
            if wrong is not None:
                yield wrong
        if held:
            yield fault or held

    def _row(self, record: Record) -> Sequence[str]:
        get = record.get
        times = [_CLOCK.fullmatch(get(name, "")) for name in _TIMES]
        self._left.unsynchronised += any(found and found["mark"] for found in times)
        is_acme = any(name.startswith("Acme-") for name in record)
        return (
            get("Acme-Session-Ingress-CallId") or get("h323-conf-id") or get("Acct-Session-Id", ""),
            get("Acme-Session-Egress-CallId", ""),
            _number_of(record)[0],
            get("Acme-CDR-Sequence-Number", ""),
            *(_moment(found) or _unread(get(name, "")) for found, name in zip(times, _TIMES, strict=True)),
            get("Calling-Station-Id", ""),
            get("Called-Station-Id", ""),
            get("Acme-Session-Egress-Realm", ""),
            _cause(get("h323-disconnect-cause", ""), 10 if is_acme else 16),
            get("Acme-SIP-Status", ""),
            get("Acct-Status-Type", ""),
        )


def _number_of(record: Record) -> tuple[str, str]:
    """The gateway, and the number by which it knows a call: each gateway counts for itself."""
    gateway = record.get("NAS-IP-Address") or record.get("NAS-IPv6-Address") or record.get("NAS-Identifier")
    return gateway or "", record.get("Acct-Session-Id", "")


def _said(record: Record) -> Record:
    """A record without what differs where it is sent again."""
    return {name: value for name, value in record.items() if name not in _OF_SENDING}


def _bare(name: str, value: str) -> str:
    """A value without its quotes, and without its name, which Cisco writes before it once more."""
    text = value.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('\\"', '"')
    return given(text.removeprefix(f"{name}="))


def _moment(found: re.Match[str] | None) -> str:
    """A time as ISO 8601 writes it. A zone such as EST has several meanings: it is left to the source."""
    if found is None or found["month"].lower() not in _MONTHS:
        return ""
    month = _MONTHS.index(found["month"].lower()) + 1
    offset = "+00:00" if found["zone"].upper() in ("UTC", "GMT") else ""
    return f"{found['year']}-{month:02}-{int(found['day']):02} {found['clock']}{offset}"


def _unread(text: str) -> str:
    """The text of a time that cannot be read, so that it is refused where the columns are; "" for never."""
    return text if text.strip("0") else ""


def _cause(text: str, base: int) -> str:
    try:
        number = int(text, base)
    except ValueError:
        return text  # refused where the columns are read
    return str(number) if 1 <= number <= 127 else ""
