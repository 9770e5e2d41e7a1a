"""Files that are not lines of text: sheets and captures are written out as such lines, Parquet is read by
rows."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from types import TracebackType

from auditor.case import Source
from auditor.containers.member import Damage, Member
from auditor.formats.layout import Detection, with_header
from auditor.formats.sheet import open_sheet
from auditor.ingest.buffer import Buffer
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger import Tally
from auditor.ingest.scan import Scanned, add_misses, digest, exact_runs
from auditor.ingest.split import Dialect
from auditor.ingest.sql import Projection, project
from auditor.store import Store, identifier

PARQUET_ROWS = 2_000_000
"""Rows of a Parquet file that are looked at in one go."""
_CHUNK_ROWS = 20_000
_SAMPLE_ROWS = 100
_EXACT = 2**53
"""Up to here a double holds each whole number."""
_FEW = 0.05
"""Up to this share of its rows a Parquet file is asked for them by number: the others are not even
unpacked."""
_NAMED = 8
"""So many protocols that were not opened a notice names."""
_EXPECTED = ("packets", "sip_messages", "dialogs", "reinvites")
"""Counts of a capture that point at nothing missing."""
_SAID = {"loose_answers": "final answers to an INVITE that is not in the file"}


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or capture as lines of CSV: line 1 is the row after `detection.header_lines`. `non_data` counts
    what is no row (packets)."""

    detection: Detection
    dialect: Dialect
    chunks: Iterator[bytes]
    non_data: int = 0
    notes: tuple[str, ...] = ()
    observations: tuple[tuple[str, str, int, int | None], ...] = ()
    """kind, subject, found, among: see `sql/schema/observation.sql`."""
    loose: tuple[Sequence[str], ...] = ()
    """Rows of `sql/schema/loose_answer.sql`."""

    def enter(self, tally: Tally) -> None:
        """Bring what stands beside the rows into the books of the file."""
        tally.notes += self.notes
        tally.observations += self.observations
        tally.loose += self.loose


def open_table(member: Member, found: Detection, source: Source) -> Table:
    """Open a workbook or a packet capture. Damage or EvidenceError when it cannot be read or lacks a required
    column."""
    if found.layout.kind == "sheet":
        sheet = open_sheet(member, found, source.role, source.columns)
        others = f"further sheets are not read: {', '.join(sheet.others)}"
        header = _line(sheet.detection.header)
        return Table(
            sheet.detection,
            _dialect(sheet.detection, header),
            _written(cells for _, cells in sheet.rows()),
            notes=(others,) * bool(sheet.others),
        )
    # Loaded here, because most cases hold no capture and what reads packets takes long to load.
    from auditor.formats.sip import capture

    opened = capture.read(member)
    detection = with_header(found, capture.COLUMNS, source.role, source.columns, where=member.name)
    rows = ([row.get(column, "") for column in capture.COLUMNS] for row in opened.rows)
    counts = asdict(opened.summary)
    closed = counts.pop("not_opened")
    notes = [
        f"{_SAID.get(name, name.replace('_', ' '))}: {count:,}"
        for name, count in counts.items()
        if count and name not in _EXPECTED
    ]
    if closed:
        # The notice names what is most; the ledger has all.
        most = sorted(closed, key=lambda pair: (-pair[1], pair[0]))[:_NAMED]
        further = f" and {len(closed) - len(most)} more" if len(closed) > len(most) else ""
        notes.append(
            "packets not opened: " + ", ".join(f"{name} {count:,}" for name, count in most) + further
        )
    observed = tuple(("not_opened", name, count, counts["packets"]) for name, count in closed)
    return Table(
        detection,
        _dialect(detection, b""),
        _written(rows),
        counts["packets"],
        tuple(notes),
        observed,
        opened.loose,
    )


def _dialect(detection: Detection, header: bytes) -> Dialect:
    return Dialect(b",", b'"', len(detection.header), header=header)


def _written(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    lines: list[bytes] = []
    for row in rows:
        lines.append(_line(row) + b"\n" if any(row) else b"\n")
        if len(lines) >= _CHUNK_ROWS:
            yield b"".join(lines)
            lines.clear()
    yield b"".join(lines)


def _line(row: Sequence[str]) -> bytes:
    """A row as one line of CSV: line breaks inside a cell become spaces."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow(
        [" ".join(cell.splitlines()) if cell.splitlines() != [cell] else cell for cell in row]
    )
    return text.getvalue().encode("utf-8", "backslashreplace")


class ParquetFile:
    """A Parquet file by rows; `rows` is what its footer says. Damage when its rows cannot be read."""

    def __init__(self, store: Store, member: Member) -> None:
        self._store = store
        self._member = member
        self._buffer: Buffer | None = None
        self._descriptor: int | None = None

    def __enter__(self) -> ParquetFile:
        # A path may hold characters that DuckDB takes for a pattern; an open file's own path never does.
        if self._member.is_plain and os.path.isdir("/proc/self/fd"):
            self._descriptor = os.open(self._member.path, os.O_RDONLY)
            self._path = f"/proc/self/fd/{self._descriptor}"
        else:
            self._buffer = Buffer()
            self._path = self._buffer.spool(self._member.blocks())
        self.rows: int = self._store.value(
            f"SELECT num_rows FROM parquet_file_metadata('{self._path}')", name="footer of a Parquet file"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
        if self._buffer is not None:
            self._buffer.close()

    def project(self, found: Detection, source: Source, dialling: Dialling) -> Projection:
        """The projection of the file's own columns. EvidenceError when a required one is missing."""
        self._types = self._store.columns(f"SELECT * FROM {self._reader}", name="columns of a Parquet file")
        detection = with_header(
            found, [name for name, _ in self._types], source.role, source.columns, where=self._member.name
        )
        first = self._store.query(
            f"SELECT * EXCLUDE n FROM ({self._texts}) WHERE n <= {_SAMPLE_ROWS}",
            name="first rows of a Parquet file",
        )
        head = "\n".join(",".join(filter(None, row)) for row in first)
        return project(detection, source, Dialect(b"", b"", len(self._types)), dialling, head.encode())

    def texts(self, first: int, count: int) -> str:
        """The relation of rows `first` (from 0) and on: `n` and the file's columns as texts."""
        return f"(SELECT * FROM ({self._texts}) WHERE n > {first} AND n <= {first + count})"

    def scan(self, projection: Projection, first: int, count: int) -> tuple[Scanned, str]:
        """What rows `first` (from 0) and on hold, and the relation of those that are to be typed."""
        relation = self.texts(first, count)
        expected = min(count, self.rows - first)
        found = Scanned(expected, expected)
        if projection.table.role != "attempts":
            found.read = found.kept_count = self._store.value(
                f"SELECT count(*) FROM {relation}", name="rows of a Parquet file"
            )
            return found, relation
        rows = self._store.query(projection.profile(relation), name="profile of a Parquet file")
        kept, extents = digest(rows, found)
        if any(row[16] for row in rows):
            add_misses(
                self._store.query(projection.near_misses(relation), name="dialled texts of a Parquet file"),
                found,
            )
        if found.read != expected:
            raise Damage(
                "rows", f"its footer says {expected:,} rows, {found.read:,} were read", path=self._member.name
            )
        if not all(extent.is_dense for extent in extents):
            found.runs = exact_runs(
                self._store.query(projection.sequences(relation), name="sequence of a Parquet file")
            )
        else:
            found.runs = [extent.run for extent in extents]
        if len(kept) > expected * _FEW:
            return found, f"(SELECT * FROM {relation} WHERE {projection.is_kept})"
        self._store.execute("CREATE OR REPLACE TEMP TABLE kept_row (n BIGINT)")
        self._store.insert("kept_row", [(n - 1,) for n in kept], name="rows of a Parquet file")
        return found, f"({self._texts} WHERE file_row_number IN (FROM kept_row))"

    def row(self, number: int) -> tuple[str, str]:
        """The file's column names, and the values of row `number` (from 1), as two lines of CSV."""
        self._types = self._store.columns(f"SELECT * FROM {self._reader}", name="columns of a Parquet file")
        (row,) = self._store.query(
            f"SELECT * EXCLUDE n FROM ({self._texts}) WHERE n = $n",
            {"n": number},
            name="row of a Parquet file",
        )
        return (
            _line([name for name, _ in self._types]).decode(),
            _line([value or "" for value in row]).decode(),
        )

    @property
    def _reader(self) -> str:
        return f"read_parquet('{self._path}', hive_partitioning = false, union_by_name = false)"

    @property
    def _texts(self) -> str:
        """Every row with its number from 1 and its columns as texts; whole numbers without a fraction, as
        they would be logged."""
        columns = ", ".join(
            f"{_as_text(identifier(name), kind)} AS c{i}" for i, (name, kind) in enumerate(self._types)
        )
        numbered = self._reader.replace("hive_partitioning", "file_row_number = true, hive_partitioning")
        return f"SELECT file_row_number + 1 AS n, {columns} FROM {numbered}"


def _as_text(column: str, kind: str) -> str:
    text = f"CAST({column} AS VARCHAR)"
    if kind in ("DOUBLE", "FLOAT"):
        is_whole = f"{column} = trunc({column}) AND abs({column}) <= {_EXACT}"
        text = f"CASE WHEN {is_whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
    elif kind.startswith("DECIMAL"):
        text = f"regexp_replace({text}, '[.]0+$', '')"
    return f"nullif({text}, '')"
