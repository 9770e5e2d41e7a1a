"""A file of charging records, decoded once: its rows as lines of CSV, held in the memory of its own process,
and what was counted beside them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from auditor.catalogue.domains import roles
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.charging import cs, ims
from auditor.formats.charging.ber import Malformed, element, elements
from auditor.formats.charging.container import Feed, Raw, Said, container_of
from auditor.formats.reader import HEAD_BYTES

COLUMNS = (*roles()["attempts"].columns, "record", "offset", "damage")
"""Canonical columns, then the kind of record, where it begins in the file, and what is wrong with one that
cannot be read."""
_EXTRA = frozenset({"partial"})
_ROWS = 5_000
_MOST_CALLS = 1 << 20
"""So many calls of which a part was seen are remembered."""
_SAMPLE_BYTES = 1 << 16
_SHOWN_BYTES = 64


@dataclass(slots=True)
class Decoded:
    """What a file held. `non_data` counts what is no record: its header, if it has one."""

    rows: IO[bytes]
    said: Said
    records: int = 0
    non_data: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    """Fields that no standard has, by the kind of record and their tag."""
    sample: bytes = b""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the file."""
        return tuple(self.said.notes)

    @property
    def observations(self) -> list[tuple[str, str, int, int | None]]:
        """What was counted: see `sql/schema/observation.sql`."""
        said = self.said
        found: list[tuple[str, str, int, int | None]] = [("only_reached", "", self.records, None)]
        if said.sequence is not None:
            found.append(("file_sequence", said.node, said.sequence, None))
        if said.lost:
            found.append(("lost_record", "indicator", said.lost, said.records))
        if said.records is not None and said.records != self.records:
            word = "count" if said.records > self.records else "surplus"
            found.append(("lost_record", word, abs(said.records - self.records), said.records))
        found += [("unknown_field", name, count, None) for name, count in sorted(self.unknown.items())]
        return found

    def chunks(self, size: int) -> Iterator[bytes]:
        """The rows, from the first on."""
        self.rows.seek(0)
        while block := self.rows.read(size):
            yield block

    def close(self) -> None:
        """Let go of the rows."""
        self.rows.close()


def decode(member: Member) -> Decoded:
    """Read a whole file. EvidenceError where it does not start as one of its kind."""
    container = container_of(member.head(HEAD_BYTES))
    if container is None:
        raise EvidenceError("it does not start as charging records do", where=Where(member.name))
    said = Said()
    read = Decoded(io.BytesIO(), said)
    try:
        _write(read, container.records(Feed(member.blocks()), said))
        read.non_data = int(said.records is not None or said.sequence is not None)
        read.rows.seek(0)
        read.sample = read.rows.read(_SAMPLE_BYTES).rpartition(b"\n")[0]
    except BaseException:
        read.close()
        raise
    return read


def _write(read: Decoded, records: Iterator[Raw]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    begun: dict[tuple[str, str], str] = {}
    for raw in records:
        row = _row(raw, read.unknown)
        _join(row, begun)
        read.records += 1
        writer.writerow([row.get(name, "") for name in COLUMNS])
        if read.records % _ROWS == 0:
            read.rows.write(text.getvalue().encode("utf-8", "backslashreplace"))
            text.seek(0)
            text.truncate()
    read.rows.write(text.getvalue().encode("utf-8", "backslashreplace"))


def _join(row: dict[str, str], begun: dict[tuple[str, str], str]) -> None:
    """Give a further part of a long call the start of its first part, so that it is no call of its own."""
    if not row.pop("partial", "") or not row.get("call_id"):
        return
    key = row["call_id"], row.get("element", "")
    first = begun.get(key)
    if first is None and len(begun) < _MOST_CALLS:
        begun[key] = row.get("started_at", "")
    elif first:
        row["started_at"] = first


def _row(raw: Raw, unknown: Counter[str]) -> dict[str, str]:
    if raw.fault:
        return _damaged(raw, raw.fault)
    data = raw.data
    try:
        tag, start, stop, _ = element(data, 0, len(data))
        fields = elements(data, start, stop)
        if tag in ims.NODES:
            row, strange = ims.attempt(data, tag, fields)
        elif tag in cs.KINDS:
            row, strange = cs.attempt(data, tag, fields)
        else:
            row, strange = {"record": f"tag {tag}"}, []
    except Malformed as error:
        return _damaged(raw, str(error))
    for number in strange:
        unknown[f"{row['record']} field {number}" if number >= 0 else f"{row['record']} untagged field"] += 1
    row["offset"] = str(raw.offset)
    return {name: _line(value) for name, value in row.items()}


def _line(text: str) -> str:
    return text.replace("\n", " ").replace("\r", " ") if "\n" in text or "\r" in text else text


def _damaged(raw: Raw, fault: str) -> dict[str, str]:
    """A record that cannot be read lacks its time, so that it is rejected, and seen: it may be an
    emergency."""
    shown = f"{fault}: {raw.data[:_SHOWN_BYTES].hex()}"
    return {"service_category": "128", "offset": str(raw.offset), "damage": shown}
