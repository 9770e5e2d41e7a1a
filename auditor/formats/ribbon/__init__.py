"""Ribbon (Sonus) GSX and SBC accounting files (ACT): START, STOP and ATTEMPT records, fields by their place.

An ATTEMPT is a call that nobody answered. A START whose STOP is not in the file is a call that was up when
the file
ended, or one that the node lost: it is a record without a release. A file that was closed in order says so
in its
last line; one that does not is open still, or its node broke down. Times are those of the node, in the zone
that
the record names or the source gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, Layout, bind, shipped, with_header
from auditor.formats.reader import Asked, Left, Opened, table
from auditor.formats.rows import faulty, fields_of, given, is_described, lines_of
from auditor.text import agreed, counted

KIND = "ribbon"
COLUMNS = (
    *("call_id", "linked_call_id", "element", "started_at", "answered_at", "released_at", "calling_number"),
    *(
        "dialled",
        "dialled_other",
        "route",
        "release_cause",
        "disposition",
        "record_type",
        "service_delivered",
    ),
)
_HEAD = re.compile(rb"Sonus Networks, Inc\.|[^\n]{0,64}\bACT\d{8,}")
_CLOSED = re.compile(r"[^,]{0,64}File (?:administratively )?closed", re.IGNORECASE)
_SEQUENCE = re.compile(r"(?i).*\.(?P<number>\d{1,17})\.ACT(?:\.\w+)?")
_OF_NO_CALL = frozenset(["INTERMEDIATE", "EVENT", "SWITCHOVER", "REBOOT"])
"""Types of records that are of no further call."""
_COMMON = {"gateway": 1, "accounting": 2, "zone": 4, "day": 5, "clock": 6}
_PLACES: Mapping[str, Mapping[str, int]] = {
    "START": {**_COMMON, "answer": 9, "service": 10, "caller": 14, "called": 15},
    "STOP": {
        **_COMMON,
        "answer": 9,
        "end_day": 10,
        "end_clock": 11,
        "cause": 14,
        "service": 15,
        "caller": 19,
        "called": 20,
        "route": 25,
    },
    "ATTEMPT": {
        **_COMMON,
        "end_clock": 9,
        "cause": 11,
        "service": 12,
        "caller": 16,
        "called": 17,
        "route": 22,
    },
}
"""Type -> what is in which field, counted from 0; ticks are hundredths of a second since the set-up."""
_LEAST = {kind: max(places.values()) + 1 for kind, places in _PLACES.items()}
"""So many fields has a record at least, or it is cut."""


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A text that begins as an ACT file does, or whose first lines are records of one."""
    if is_described(asked, KIND):
        return None
    first = head[: 1 << 14].decode("utf-8", "replace").splitlines()[:20]
    rows = [line for line in first if line.strip()]
    records = [line for line in rows if _is_whole(_type(line), fields_of(line))]
    is_headed = _HEAD.match(head) is not None
    if not records or not (is_headed or len(records) >= len(rows) - 1):
        return None
    if asked.role not in ("", "attempts"):
        raise EvidenceError(f"it holds attempts, not {asked.role}", where=Where(asked.name))
    (layout,) = layouts()
    bound = bind(layout, COLUMNS, "attempts", {}, where=asked.name)
    held = len(records)
    why = f"{held} of its first {counted(len(first), 'lines')} {agreed(held, 'are')} of an ACT file"
    return Detection(bound, 1.0 if is_headed else 0.9, why, header=COLUMNS)


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its records as rows, one a line; lines of other types are no records."""
    bound = with_header(found, COLUMNS, asked.role, asked.columns, where=asked.name)
    last, twice = "", 0
    for line in lines_of(member, asked.encoding):
        last = line if line.strip() else last
        twice += _is_given_twice(line)
    notes = []
    if not _CLOSED.match(last):
        notes.append("it has no last line that says it was closed: it is open still, or its node failed")
    if twice:
        notes.append(
            "records that begin at a time that a change of the clocks gives twice (the earlier is taken):"
            f" {twice:,}"
        )
    beside = {"sequence_run": list(_number(member))}
    return table(bound, _Rows(member, asked.encoding), notes=tuple(notes), beside=beside, left=Left())


class _Rows:
    """The rows of a file, anew each time they are asked for."""

    def __init__(self, member: Member, encoding: str | None) -> None:
        self._member, self._encoding = member, encoding

    def __iter__(self) -> Iterator[Sequence[str]]:
        begun: dict[tuple[str, str], Sequence[str]] = {}
        for line in lines_of(self._member, self._encoding):
            kind, fields = _type(line), fields_of(line)
            number = _number_of(fields) if kind in _PLACES else ("", "")
            if fault := faulty(line):
                yield fault
            elif kind not in _PLACES and _is_no_record(line, kind):
                yield ()
            elif not _is_whole(kind, fields):
                yield (line,)
            elif kind == "START" and number[1]:
                # Its STOP says all that it says; it is a record only where that does not come.
                earlier, begun[number] = begun.get(number, fields), fields
                yield () if earlier == fields else _row(kind, earlier)
            else:
                begun.pop(number, None)
                yield _row(kind, fields)
        for start in begun.values():
            yield _row("START", start)


def _type(line: str) -> str:
    """The type of a record: the text before the first delimiter, also where the rest cannot be read."""
    return line.split(",", 1)[0].strip(' "\t').upper()


def _number_of(fields: Sequence[str]) -> tuple[str, str]:
    """The gateway, and the number by which it knows a call: each gateway counts for itself."""
    gateway, number = (given(text) for text in (*fields[1:3], "", "")[:2])
    return gateway, number


def _is_whole(kind: str, fields: Sequence[str]) -> bool:
    return kind in _PLACES and len(fields) >= _LEAST[kind]


def _is_no_record(line: str, kind: str) -> bool:
    """Whether a line is blank, the first or last of a file, or of a type that is no call."""
    is_first = line.startswith("Sonus Networks") or (
        "," not in line and _HEAD.match(line.encode("utf-8", "replace"))
    )
    return not line.strip() or bool(is_first or _CLOSED.match(line)) or kind in _OF_NO_CALL


def _row(kind: str, fields: Sequence[str]) -> Sequence[str]:
    def value(name: str) -> str:
        place = _PLACES[kind].get(name)
        return "" if place is None else given(fields[place])

    zone = _zone(value("zone"))
    start = f"{value('day')} {value('clock')}".strip()
    started = _moment(start, zone)
    end = f"{value('end_day') or value('day')} {value('end_clock')}"
    ended = _moment(end, zone)
    if started and ended and ended < started:
        # The clock may have been put back in between.
        ended = _moment(end, zone, fold=1) or ended
    if started and ended and ended < started and not value("end_day"):
        # The release of an attempt has no date: it was on the next day.
        ended += timedelta(days=1)
    ticks = value("answer")
    answered = started + timedelta(milliseconds=10 * int(ticks)) if started and _is_count(ticks) else None
    cause = value("cause")
    is_cause = not _is_count(cause) or 1 <= int(cause) <= 127
    return (
        ":".join(_number_of(fields)) if value("accounting") else "",
        "",
        value("gateway"),
        _text(started) or start,
        # What cannot be read is refused where the columns are read.
        _text(answered) or ("" if _is_count(ticks) else ticks),
        _text(ended) or (end if value("end_clock") else ""),
        value("caller"),
        value("called"),
        "",
        value("route"),
        cause if is_cause else "",
        "failed" if kind == "ATTEMPT" and not cause else "",
        kind,
        value("service"),
    )


def _is_count(text: str) -> bool:
    return text.isdigit() and len(text) < 10


def _moment(text: str, zone: ZoneInfo | None, fold: int = 0) -> datetime | None:
    """MM/DD/YYYY and HH:MM:SS.s as a moment, in UTC where the zone is known: of a time that a change of the
    clocks gives twice the earlier one. None for a time that it leaves out."""
    local = _local(text)
    if local is None or zone is None:
        return local
    at = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == local else None


def _local(text: str) -> datetime | None:
    for pattern in ("%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S"):
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    return None


def _is_given_twice(line: str) -> bool:
    """Whether a record begins at a time that a change of the clocks of its zone gives twice."""
    fields = line.split(",", 7)
    zone = _zone(fields[4].strip()) if len(fields) > 6 and "/" in fields[4] else None
    local = _local(f"{fields[5].strip()} {fields[6].strip()}") if zone else None
    if zone is None or local is None or _type(line) not in _PLACES:
        return False
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def _zone(name: str) -> ZoneInfo | None:
    """The zone that a record names, where it is one of the world's list; abbreviations have several
    meanings."""
    if "/" not in name and name.upper() not in ("UTC", "GMT"):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _text(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(" ", "milliseconds")


def _number(member: Member) -> Iterator[tuple[object, ...]]:
    """The number of the file among those of its node, where its name has one."""
    name = PurePosixPath(member.inner or str(member.path)).name
    if found := _SEQUENCE.fullmatch(name):
        yield None, "ACT files", 1, int(found["number"]), int(found["number"]), 1
