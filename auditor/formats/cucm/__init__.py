"""Cisco CUCM call records (CDR), read by the names of their columns, and quality records (CMR).

A line of type names may follow the names or be in their place. Times are seconds of UTC, 0 is never. A cause
above
127 is Cisco's own: bookkeeping (a split, a conference), or a Q.850 cause packed into its low byte. A CMR
holds no
attempts: it says of which answered call no packet arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.cucm.columns import NAMES, has_shape
from auditor.formats.layout import Detection, Layout, bind, key, shipped, with_header
from auditor.formats.reader import Asked, Left, Opened, table
from auditor.formats.rows import beside, faulty, fields_of, given, is_described, lines_of

KIND = "cucm"
_NAMED = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*\"?cdrRecordType\"?,\"?globalCallID_(?:callManagerI"
    rb"d|nodeId)"
)
_TYPED = re.compile(r"(?i)\"?(?:INTEGER|VARCHAR\(\d+\)|UNIQUEIDENTIFIER)\"?(?:,|$)")
_FILE = re.compile(r"(?i)c[dm]r_(?P<cluster>.+)_(?P<node>\d+)_\d{12}_(?P<number>\d+)(?:\.\w+)*")
_QUALITY = "numberpacketsreceived"
_LEAST = len(NAMES) // 3


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A file whose first line has the names of a CDR or CMR, or whose first record has the shape of a CDR."""
    if is_described(asked, KIND):
        return None
    lines = head.removeprefix(b"\xef\xbb\xbf")[: 1 << 14].decode("utf-8", "replace").splitlines()
    first = next((line for line in lines if line.strip() and not _TYPED.match(line)), "")
    names = [key(name) for name in fields_of(first)]
    is_named = bool(_NAMED.match(head)) and "datetimeorigination" in names
    is_quality = bool(_NAMED.match(head)) and _QUALITY in names
    if not (is_named or is_quality or has_shape(fields_of(first))):
        return None
    name = "cucm_cmr" if is_quality else "cucm_cdr"
    layout = next(a for a in layouts() if a.name == name)
    if asked.role not in ("", "attempts"):
        raise EvidenceError(
            f"it is {layout.title}, which is of attempts, not {asked.role}", where=Where(asked.name)
        )
    why = (
        f"its first line has the names of {layout.title}"
        if is_named or is_quality
        else (f"its first record has the {len(names)} fields of {layout.title}, no line names them")
    )
    bound = bind(layout, layout.header or (), "attempts", {}, where=asked.name)
    return Detection(bound, 1.0 if is_named or is_quality else 0.9, why, header=layout.header or ())


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """A CDR as rows, one a line; of a CMR what it says of media beside no row."""
    header = found.layout.header or ()
    bound = with_header(found, header, asked.role, asked.columns, where=asked.name)
    beside: dict[str, Sequence[Sequence[object]]] = {"sequence_run": list(_file_number(member))}
    left = Left()
    if found.layout.name == "cucm_cmr":
        records = list(_records(member, asked.encoding))
        beside["media_report"] = [_media(record) for record in records if isinstance(record, dict)]
        rows: Iterable[Sequence[str]] = ((),) * len(records)
        return table(bound, rows, beside=beside, notes=("quality records: no attempts",))
    return table(bound, _rows(member, asked, left), beside=beside, left=left)


def _records(member: Member, encoding: str | None) -> Iterator[dict[str, str] | Sequence[str] | None]:
    """Each line: its values by the names of their columns in lower case, the line where it is damaged, None
    where it is no record."""
    names: list[str] = []
    for line in lines_of(member, encoding):
        fields = fields_of(line)
        if fault := faulty(line):
            yield fault
        elif not line.strip() or _TYPED.match(line):
            yield None
        elif key(fields[0]) == "cdrrecordtype":
            names = [key(name) for name in fields]
            yield None
        else:
            if not names:
                names = [key(name) for name in NAMES[: len(fields)]]
            is_whole = len(fields) == len(names) > _LEAST
            yield dict(zip(names, fields, strict=True)) if is_whole else (line,)


def _rows(member: Member, asked: Asked, left: Left) -> Iterator[Sequence[str]]:
    left.clear()
    has_zero, count = False, 0
    for record in _records(member, asked.encoding):
        if not isinstance(record, dict):
            yield record or ()
            continue
        get = partial(_given, record)
        count += 1
        has_zero |= get("duration", "0") == "0"
        dialled, sent = get("originalcalledpartynumber", ""), get("outpulsedcalledpartynumber", "")
        other = beside(dialled, (sent, get("finalcalledpartynumber", "")), asked.audited)
        yield (
            _call_id(record),
            get("origdevicename", ""),
            get("datetimeorigination", ""),
            get("datetimeconnect", "0"),
            get("datetimedisconnect", "0"),
            get("callingpartynumber", "") or get("outpulsedcallingpartynumber", ""),
            dialled,
            other,
            get("destdevicename", ""),
            _cause(record),
            get("origcause_value", ""),
            get("destcause_value", ""),
            get("origcalledpartyredirectreason", ""),
            get("pkid", ""),
        )
    if count and not has_zero:
        left.cannot_show.add("failures")


def _given(record: Mapping[str, str], name: str, none: str = "") -> str:
    # Of some 130 columns few are read.
    return given(record.get(name, none))


def _call_id(record: Mapping[str, str]) -> str:
    parts = [
        _given(record, n)
        for n in ("globalcallid_clusterid", "globalcallid_callmanagerid", "globalcallid_callid")
    ]
    return ":".join(parts) if parts[-1] else ""


def _cause(record: Mapping[str, str]) -> str:
    """The cause of the side that released: the calling one's, else the called one's."""
    near = _given(record, "origcause_value", "0")
    return q850(near if near not in ("", "0") else _given(record, "destcause_value", "0"))


def q850(value: str) -> str:
    """The Q.850 cause in Cisco's value; "" where it holds none, and what is no number as it is, so that it is
    refused where the columns are read.

    Above 127 the highest byte names where the fault was, and the low byte is the cause; values without a
    highest
    byte (a split, a conference) are no causes.
    """
    try:
        number = int(value)
    except ValueError:
        return value.strip()
    if 1 <= number <= 127:
        return str(number)
    number &= 0xFFFFFFFF
    is_packed = number >> 24 and not number & 0x00FFFF80 and number & 0x7F
    return str(number & 0x7F) if is_packed else ""


def _media(record: Mapping[str, str]) -> tuple[object, ...]:
    def count(name: str) -> int | None:
        text = _given(record, name)
        return int(text) if text.isdigit() and len(text) < 18 else None

    return _call_id(record), _given(record, "devicename"), count("numberpacketssent"), count(_QUALITY)


def _file_number(member: Member) -> Iterator[tuple[object, ...]]:
    """The number of the file among those of its node, which counts the files that were pushed."""
    name = PurePosixPath((member.inner or str(member.path)).replace("\\", "/")).name
    if (found := _FILE.fullmatch(name)) and len(found["number"]) < 18:
        number = int(found["number"])
        kind = "CDR" if name[:2].lower() == "cd" else "CMR"
        yield None, f"{kind} files of {found['cluster']} node {found['node']}", 1, number, number, 1
