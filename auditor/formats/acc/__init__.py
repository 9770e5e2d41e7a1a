"""Accounting of Kamailio and OpenSIPS (acc, missed_calls): a table's export or dump, a flat file, syslog.

Several rows make one call: each INVITE branch with its final code, and the BYE, whose tags may be swapped.
A call
is one record; the rows are no records. The last final code decides, 401 and 407 are none, and nothing
undoes a 200.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.acc.calls import COLUMNS, Calls
from auditor.formats.delimited import DELIMITERS
from auditor.formats.layout import Detection, Layout, bind, key, shipped, with_header
from auditor.formats.reader import Asked, Left, Opened, table
from auditor.formats.rows import faulty, fields_of, given, is_described, lines_of

KIND = "acc"
_SYSLOG = re.compile(r"\bACC: [\w ]+: (?P<pairs>(?:timestamp|time|method)=.*)")
_FLAT = ("method", "from_tag", "to_tag", "callid", "sip_code", "sip_reason", "time")
"""The columns of a flat file, before those that its operator adds and does not name in it."""
_METHODS = frozenset(
    """INVITE ACK BYE CANCEL MESSAGE REGISTER PRACK UPDATE REFER OPTIONS SUBSCRIBE NOTIFY PUBLISH
    INFO""".split()
)
_DRAWN = re.compile(r"\s*(?:-+(?:\+-+)+|\(\d+ rows?\))\s*")
"""What a database's own program draws around the rows of a table: the line below the names, and the last
one."""
_NEEDED = {"method", "callid", "sip_code"}
_TIMES = {"time", "timestamp"}


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A text with the names of such a table in its first line, or lines that look like its rows."""
    if is_described(replace(asked, header=(), delimiter=None), KIND) or b"\0" in head[:1024]:
        return None
    lines = [
        n for n in head.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()[:200] if n.strip()
    ]
    found = _form(lines, asked)
    if found is None:
        return None
    name, delimiter, why = found
    layout = next(a for a in layouts() if a.name == name)
    if asked.layout is not None and asked.layout.name != name:
        return None
    if asked.role not in ("", "attempts"):
        raise EvidenceError(
            f"it is {layout.title}, which holds attempts, not {asked.role}", where=Where(asked.name)
        )
    bound = bind(layout, COLUMNS, "attempts", {}, where=asked.name)
    return Detection(bound, 1.0 if name == "acc_table" else 0.95, why, delimiter, header=COLUMNS)


def _form(lines: Sequence[str], asked: Asked) -> tuple[str, str, str] | None:
    """The layout, the delimiter, and why; None where it is none."""
    if not lines or lines[0].lstrip().startswith(("{", "[", "<")):
        return None
    marks = (asked.delimiter,) if asked.delimiter else DELIMITERS
    for mark in marks:
        names = {key(n) for n in (asked.header or fields_of(lines[0], mark))}
        if names >= _NEEDED and names & _TIMES:
            return "acc_table", mark, "it has the columns method, callid, sip_code and time of accounting"
    if any(_SYSLOG.search(line) and "sip_code=" not in line[:5] for line in lines):
        return "acc_syslog", "", "it has lines of the module acc"
    flat = [mark for mark in marks if all(_is_flat(fields_of(line, mark)) for line in lines[:-1] or lines)]
    return ("acc_flat", flat[0], "its lines have the fields of a flat file of accounting") if flat else None


def _is_flat(fields: Sequence[str]) -> bool:
    is_coded = len(fields) >= len(_FLAT) and re.fullmatch(r"\s*[1-6]\d\d\s*", fields[4]) is not None
    return (
        is_coded
        and fields[0].strip() in _METHODS
        and re.match(r"\s*(?:\d{4}-\d\d-\d\d |\d{9,10})", fields[6]) is not None
    )


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its calls as rows; the lines they are made of are no records."""
    left = Left()
    bound = with_header(found, COLUMNS, asked.role, asked.columns, where=asked.name)
    return table(bound, _Rows(member, found, asked, left), left=left)


class _Rows:
    """The rows of a file, anew each time they are asked for."""

    def __init__(self, member: Member, found: Detection, asked: Asked, left: Left) -> None:
        self._member, self._found, self._asked, self._left = member, found, asked, left

    def __iter__(self) -> Iterator[Sequence[str]]:
        """For each line an empty row (or the line, where it is damaged), and each call when it is over."""
        self._left.clear()
        calls = Calls(self._asked.audited)
        for record in self._records():
            if isinstance(record, dict):
                yield ()
                calls.add(record)
                yield from calls.over()
            else:
                yield record
        yield from calls.rest()
        self._left.numbers.extend(calls.numbers)
        self._left.cannot_show |= calls.cannot_show

    def _records(self) -> Iterator[dict[str, str] | Sequence[str]]:
        """The values of each line by their names; where it is damaged a row that shows it, nothing where it
        is no row."""
        delimiter = self._found.delimiter
        names: Sequence[str] = [key(name) for name in self._asked.header]
        if self._found.layout.name == "acc_flat":
            names = names or _FLAT
        for line in lines_of(self._member, self._asked.encoding):
            row = None if delimiter else _SYSLOG.search(line)
            if not line.strip() or not (delimiter or row) or (delimiter == "|" and _DRAWN.fullmatch(line)):
                yield ()
            elif fault := faulty(line):
                yield fault
            elif row:
                yield _known(_pairs(row["pairs"]), line)
            elif not names:
                found = [key(name) for name in fields_of(line, delimiter)]
                is_header = set(found) >= _NEEDED
                names = found if is_header else names
                yield () if is_header else (line,)
            else:
                yield _named(names, fields_of(line, delimiter), line, is_open=names is _FLAT)


def _named(
    names: Sequence[str], fields: Sequence[str], line: str, *, is_open: bool
) -> dict[str, str] | Sequence[str]:
    if [key(field) for field in fields] == list(names):
        return ()
    if len(fields) != len(names) and not (is_open and len(fields) > len(names)):
        return (line,)
    return _known(dict(zip(names, fields, strict=False)), line)


def _known(record: dict[str, str], line: str) -> dict[str, str] | Sequence[str]:
    """The values that are given; the line where its method is none, so that it may be of a call."""
    values = {name: given(value) for name, value in record.items()}
    return values if values.get("method", "").upper() in _METHODS else (line,)


def _pairs(text: str) -> dict[str, str]:
    """`name=value;` pairs of a line of syslog."""
    pairs = (pair.partition("=") for pair in text.split(";"))
    return {
        {"code": "sip_code", "reason": "sip_reason", "call_id": "callid"}.get(n, n): v for n, _, v in pairs
    }
