"""Writes a world's lines into log files: CSV, gzipped CSV, JSON lines or Parquet. The same lines give the
same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import IO, Protocol, cast
from zoneinfo import ZoneInfo

from auditor.catalogue.domains import roles
from auditor.simulate.scene import Line, Value
from auditor.simulate.world import instant

_RARE = frozenset(
    "linked_call_id dialled_other release_location duration_s talk_s class kind scale cause services"
    " restoration".split()
)
USUAL: Mapping[str, tuple[str, ...]] = {
    name: tuple(
        column
        for column in role.columns
        if column not in _RARE and (name, column) != ("attempts", "disposition")
    )
    for name, role in roles().items()
}
"""Role -> the canonical columns that a log of it usually has."""


@dataclass(frozen=True, slots=True)
class Log:
    """One `[[source]]` and how its files are written. Line `n` of the log goes to `names[n % len(names)]`."""

    key: str
    role: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    pattern: str = ""
    """The source's path; default: the only name."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Canonical column -> the file's own header, where they differ."""
    zone: str = ""
    """Zone of the local times in the files; empty: UTC with its offset."""
    shows_offset: bool = False
    """Whether those local times carry their offset."""
    time_format: str = ""
    """strftime pattern; empty: ISO 8601 with milliseconds."""
    delimiter: str = ","
    line_end: str = "\n"
    prefix: str = ""
    """The beginning of each file: a byte order mark."""
    defaults: Mapping[str, Value] = field(default_factory=dict)
    """Fields of every line, if the line does not set them."""
    settings: tuple[str, ...] = ()
    """Further lines of the `[[source]]`, as TOML."""
    comment: str = ""
    copies: Mapping[str, str] = field(default_factory=dict)
    """File -> name of a second copy in the folder."""


class _Sheet(Protocol):
    def add(self, row: Mapping[str, Value], damage: str) -> None: ...
    def close(self) -> None: ...


def write_logs(folder: Path, logs: Iterable[Log], lines: Iterable[Line]) -> None:
    """Write every line into the files of its log below `folder`. KeyError for a line of an unknown log."""
    by_key = {log.key: log for log in logs}
    with ExitStack() as stack:
        sheets = {
            log.key: [_sheet(folder / name, log, stack) for name in log.names] for log in by_key.values()
        }
        counts = dict.fromkeys(sheets, 0)
        sequences: dict[Value, int] = {}
        for line in lines:
            log, n = by_key[line.log], counts[line.log]
            counts[line.log] = n + 1
            row = {**log.defaults, **line.row} if log.defaults else line.row
            if log.role == "attempts":
                element = row.get("element")
                sequences[element] = sequences.get(element, 1000) + 1
                row = {"sequence": sequences[element], **row}
            sheets[line.log][n % len(log.names)].add(row, line.damage)
    for log in by_key.values():
        for name, copy in log.copies.items():
            (folder / copy).write_bytes((folder / name).read_bytes())


def _sheet(path: Path, log: Log, stack: ExitStack) -> _Sheet:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet: _Sheet
    if path.suffix == ".parquet":
        sheet = _Parquet(path, log)
    else:
        text = stack.enter_context(_text(path, stack))
        sheet = _Json(text, log) if ".jsonl" in path.suffixes else _Csv(text, log)
    stack.callback(sheet.close)
    return sheet


def _text(path: Path, stack: ExitStack) -> IO[str]:
    """A file to write text into; lone surrogates become the bytes that UTF-8 does not allow."""
    raw: IO[bytes] = stack.enter_context(path.open("wb"))
    if path.suffix == ".gz":
        raw = cast(
            IO[bytes],
            stack.enter_context(gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6)),
        )
    return io.TextIOWrapper(raw, encoding="utf-8", errors="surrogateescape", newline="")


class _Csv:
    def __init__(self, text: IO[str], log: Log) -> None:
        self._columns, self._clock = log.columns, clock(log)
        self._times = tuple(n for n, column in enumerate(log.columns) if column.endswith("_at"))
        text.write(log.prefix)
        self._writer = csv.writer(text, delimiter=log.delimiter, lineterminator=log.line_end)
        self._writer.writerow([log.headers.get(column, column) for column in log.columns])

    def add(self, row: Mapping[str, Value], damage: str) -> None:
        fields = list(map(row.get, self._columns))
        for n in self._times:
            fields[n] = self._clock(fields[n])
        if damage:
            fields = _damaged(fields, damage)
        self._writer.writerow(fields)

    def close(self) -> None:
        """The text below is closed by its opener."""


def _damaged(fields: list[Value], damage: str) -> list[Value]:
    if damage == "blank":
        return []
    if damage == "short":
        return fields[:-4]
    if damage == "long":
        return [*fields, "?", "?"]
    return [f"caf\udce9-{fields[0]}", *fields[1:]]


class _Json:
    def __init__(self, text: IO[str], log: Log) -> None:
        self._text, self._log, self._clock = text, log, clock(log)

    def add(self, row: Mapping[str, Value], damage: str) -> None:
        known = {name: cell for name, cell in _written(row, self._log, self._clock) if cell}
        text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
        self._text.write((text[: len(text) // 2] if damage == "short" else text) + "\n")

    def close(self) -> None:
        """The text below is closed by its opener."""


class _Parquet:
    def __init__(self, path: Path, log: Log) -> None:
        self._path, self._log, self._clock = path, log, clock(log)
        self._columns: dict[str, list[str | None]] = {
            log.headers.get(column, column): [] for column in log.columns
        }

    def add(self, row: Mapping[str, Value], damage: str) -> None:
        for name, cell in _written(row, self._log, self._clock):
            self._columns[name].append(cell)

    def close(self) -> None:
        import polars

        polars.DataFrame(self._columns, schema=dict.fromkeys(self._columns, polars.String)).write_parquet(
            self._path, compression="zstd"
        )


def _written(
    row: Mapping[str, Value], log: Log, clock_text: Callable[[Value], Value]
) -> Iterable[tuple[str, str | None]]:
    """The file's own column names with their text; None for an empty field."""
    for column in log.columns:
        value = clock_text(row.get(column)) if column.endswith("_at") else row.get(column)
        yield log.headers.get(column, column), None if value is None else str(value)


def clock(log: Log) -> Callable[[Value], Value]:
    """A function that writes an instant in milliseconds with this log's clock and style. Text and None are
    unchanged."""
    zone: tzinfo = ZoneInfo(log.zone) if log.zone else UTC
    is_naive = bool(log.zone) and not log.shows_offset

    @lru_cache(maxsize=4096)
    def minute(minutes: int) -> tuple[str, str]:
        """Date with hour and minute, and offset. They are cached, because formatting is slow and many lines
        share one minute."""
        text = instant(minutes * 60_000).astimezone(zone).isoformat(timespec="minutes")
        return (text[:16].replace("T", " "), "") if is_naive else (text[:16], text[16:])

    def iso(value: Value) -> Value:
        if not isinstance(value, int):
            return value
        minutes, rest = divmod(value, 60_000)
        before, after = minute(minutes)
        return f"{before}:{rest // 1000:02d}.{rest % 1000:03d}{after}"

    def own(value: Value) -> Value:
        return instant(value).astimezone(zone).strftime(log.time_format) if isinstance(value, int) else value

    return own if log.time_format else iso
