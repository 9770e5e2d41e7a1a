"""The book of one file while it is read: scans of its pieces come in, in order, and add up to its records."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from auditor.case import Source
from auditor.errors import IncompleteError
from auditor.formats.reader import Left, Opened
from auditor.ingest.ledger.incoming import Incoming
from auditor.ingest.ledger.sequence import Run, Runs, stretches
from auditor.ingest.sql import Projection
from auditor.ingest.text.scan import Key as TimeKey
from auditor.ingest.text.scan import Scanned, Volume
from auditor.ingest.text.split import Positions

Row = Sequence[object]
Hour = tuple[object, ...]
"""network, element, hour_utc, is_emergency, is_answered."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which file, read how. `path` is below the case; a member of an archive follows `!/`."""

    path: str
    source: Source
    settings: str

    @property
    def role(self) -> str:
        """The role of its source."""
        return self.source.role


@dataclass(slots=True)
class FileBook:
    """The account of one file, from its name to its last record: its buckets, and what is counted beside.

    `seen` = `non_data` + `rejected` + `not_kept` + `not_emergency` + `loaded`; the second and the last are
    counted in the tables. It takes the scans of the file in order, and turns lines of a piece into records of
    the file.
    """

    identity: Identity
    number: int
    """Of the file in the ledger."""
    size_bytes: int = 0
    format: str = ""
    columns_present: str = ""
    sha256: str = ""
    content_sha256: str = ""
    seen: int = 0
    non_data: int = 0
    not_kept: int = 0
    """Rows that the source's own `keep` leaves out."""
    not_emergency: int = 0
    narrowed: int = 0
    is_blind: bool | None = None
    notes: list[str] = field(default_factory=list)
    _incoming: Incoming | None = None
    _line: int = 0
    _volume: dict[TimeKey, Volume] = field(default_factory=dict)
    _runs: Runs = field(default_factory=Runs)
    _run_count: int = 0
    _zeros: array[int] = field(default_factory=lambda: array("q"))
    _misses: Counter[str] = field(default_factory=Counter)
    _has_leading_zero: bool = False
    _unended: int | None = None
    _projection: Projection | None = None

    def open(self, file: Opened, projection: Projection, incoming: Incoming) -> None:
        """Begin with the records: enter what the reader says of the file beside them."""
        self._incoming = incoming
        self._projection = projection
        self.columns_present = projection.texts.columns_present
        self.notes += file.notes
        self._line = file.detection.header_lines
        self.seen = self.non_data = self._line + file.non_data
        for table, rows in file.beside.items():
            incoming.add_rows(table, self.number, rows)
        self.observe([("not_opened", *entry) for entry in file.not_opened])
        self.observe(("cannot_show", what, 1, None) for what in file.detection.layout.cannot_show)

    def observe(self, counts: Iterable[tuple[str, str, int, int | None]]) -> None:
        """Enter what was counted beside the records: kind, subject, found, among (see `sql/schema`)."""
        self._opened().add_rows("observation", self.number, counts)

    def leave(self, left: Left, next_number: int | None = None) -> None:
        """Enter what the reader left out, mended or passed over. A row that is not kept came as an empty
        line. `next_number` is where the file's counter stood, if that does not follow its last record."""
        counter = self.identity.source.network, self.identity.source.element
        if left.numbers and (found := stretches(left.numbers)).is_counter:
            self._add_runs(self._runs.add(found.runs(*counter)))
        if next_number is not None and self._runs.is_open(*counter):
            self._add_runs(self._runs.add([Run(*counter, next_number, next_number, 0)]))
        self.observe(("cannot_show", what, 1, None) for what in sorted(left.cannot_show))
        if left.unsynchronised:
            self.observe([("unsynchronised_clock", "times", left.unsynchronised, None)])
        self.not_kept += left.not_kept
        self.non_data -= left.not_kept
        if left.mended:
            self.notes.append(
                f"{left.mended:,} records hold quotes that are not doubled; their fields were found by their"
                " number"
            )
        self.observe(
            ("not_opened", f"list of objects under the key {name!r}", count, None)
            for name, count in sorted(left.unread.items())
        )

    def take(self, scanned: Scanned) -> None:
        """Add one scan. IncompleteError when its lines are not all accounted for."""
        aside = len(scanned.faults) + len(scanned.non_data)
        if scanned.lines != scanned.read + aside:
            raise IncompleteError(
                f"{scanned.lines:,} lines after line {self._line:,}, {scanned.read:,} read and {aside:,} set"
                " aside"
            )
        self.seen += scanned.lines
        self.non_data += len(scanned.non_data)
        self.not_emergency += scanned.read - scanned.kept_count
        self.narrowed += scanned.narrowed
        self._opened().add_rows(
            "reject",
            self.number,
            ((self._line + f.line + 1, f.offset, None, None, f.reason, f.text) for f in scanned.faults),
        )
        if scanned.kept and self._projection:
            numbered = ((self._line + line + 1, place, text) for line, place, text in scanned.kept)
            self._opened().add_records(self.number, self._projection, numbered)
        for key, volume in scanned.volume.items():
            self._volume.setdefault(key, Volume()).add(
                volume.records, volume.least, volume.greatest, volume.count
            )
        self._add_runs(self._runs.add(scanned.runs))
        self._misses.update(scanned.misses)
        self._zeros.extend(self._line + line + 1 for line in scanned.zeros)
        self._has_leading_zero |= scanned.has_leading_zero
        self._line += scanned.physical
        if (
            scanned.is_unended
            and max((*(f.line for f in scanned.faults), *scanned.non_data[-1:]), default=-1)
            != scanned.physical - 1
        ):
            self._unended = self._line

    def numbers(self, scanned: Scanned) -> Positions:
        """Record numbers of the clean lines of a scan that is taken next."""
        lines = np.arange(scanned.lines) if scanned.numbers is None else scanned.numbers
        return lines + self._line + 1

    def _add_runs(self, found: Iterable[Run]) -> None:
        runs = list(found)
        numbered = enumerate(runs, self._run_count + 1)
        self._opened().add_rows(
            "sequence_run",
            self.number,
            ((r.network, r.element, i, r.first, r.last, r.records) for i, r in numbered),
        )
        self._run_count += len(runs)

    def close(self, projection: Projection) -> None:
        """Add what only the whole file shows."""
        incoming = self._opened()
        hours = incoming.hours(projection, {key[2] for key in self._volume})
        hourly: dict[Hour, Volume] = {}
        for (network, element, key, *kind), v in self._volume.items():
            hourly.setdefault((network, element, hours.get(key), *kind), Volume()).add(
                v.records, v.least, v.greatest, v.count
            )
        incoming.add_rows(
            "volume",
            self.number,
            ((*hour, v.records, v.least, v.greatest, v.count) for hour, v in hourly.items()),
        )
        self._add_runs(self._runs.close())
        if self._volume:
            self.is_blind = all(key[4] for key in self._volume)
        if self._unended is not None:
            # Most files made by hand end so. A record that was cut off in its middle is a reject, which this
            # is not.
            incoming.add_rows("notice", self.number, [(self._unended, "no_final_line_end")])
        if any(set(number) == {"0"} for number in projection.dialling.numbers):
            incoming.add_rows(
                "unreadable",
                self.number,
                ((number, "dialled", "0", "number_turned_by_spreadsheet") for number in self._zeros),
            )
        cut = projection.dialling.cut if self._has_leading_zero else ()
        emergencies = sum(v.records for key, v in self._volume.items() if key[3])
        self.observe(
            ("near_miss", text, n, emergencies) for text, n in sorted(self._misses.items()) if text not in cut
        )

    @property
    def is_json(self) -> bool:
        """Whether only its records show which columns it has."""
        return self._projection is not None and self._projection.texts.is_json

    def conclude(self, filled: Container[str], rounded: Iterable[tuple[str, int, int]]) -> Iterator[Row]:
        """Note what typing showed: columns that have a text in some record, and ids in exponent form. Gives
        the rows of `observation` that say so."""
        if self._projection and self.is_json:
            texts = self._projection.texts
            self.columns_present = texts.columns_with(filled)
            self.notes += texts.absent(self.columns_present.split(","))
        return (("id_column", *counts) for counts in rounded)

    def _opened(self) -> Incoming:
        if self._incoming is None:
            raise RuntimeError("no record of the file was begun with")
        return self._incoming
