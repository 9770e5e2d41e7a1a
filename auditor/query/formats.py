"""A result in the chosen format, to a stream or a file. A file is written under another name and renamed when
it is complete."""

from __future__ import annotations

import csv
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from auditor.errors import ResourceError, UsageError
from auditor.private import shared_folder
from auditor.query.sandbox import Cell, Result, Row
from auditor.query.table import as_markdown
from auditor.text import guarded, safe_text, write_rows

if TYPE_CHECKING:
    import polars

TEXT_FORMATS = ("csv", "json", "jsonl", "markdown")
BINARY_FORMATS = ("parquet", "xlsx")
FORMATS = ("table", *TEXT_FORMATS, *BINARY_FORMATS)
_SHEET_ROWS, _SHEET_TEXT = 1_048_576, 32_767


def write_text(result: Result, format_: str, out: IO[str], *, is_terminal: bool = False) -> None:
    """Write every row as it comes. For a terminal, control characters are written as codes."""
    writers: dict[str, Callable[[Result, IO[str], bool], None]] = {
        "csv": _write_csv, "json": _write_json, "jsonl": _write_json_lines, "markdown": _write_markdown,
    }  # fmt: skip
    writers[format_](result, out, is_terminal)


def write_file(result: Result, format_: str, path: Path) -> Path:
    """Write every row to a file, and return its path. ResourceError if the disk refuses. The old file is then
    unchanged."""
    if format_ == "table":
        raise UsageError(
            "the format table is for the screen only",
            hint="choose a --format for the file, or a name that ends in .csv, .json, .xlsx ...",
        )
    with _replacing(path) as part:
        if format_ == "parquet":
            # By an open file: a name that is not UTF-8 cannot be given to the library.
            with part.open("wb") as binary:
                frame_of(result).write_parquet(binary)
        elif format_ == "xlsx":
            _write_workbook(result, part)
        else:
            with part.open("w", encoding="utf-8", newline="") as out:
                write_text(result, format_, out)
    return path


def frame_of(result: Result) -> polars.DataFrame:
    """All rows as a polars frame. Times become Datetime (naive UTC), sums that fit become Int64, nested
    values become lists and structs."""
    import polars as pl

    rows = result.rows()
    series = []
    for n, (name, kind) in enumerate(result.columns):
        values = [row[n] for row in rows]
        series.append(_series(name, kind, values))
    names = [s.name for s in series]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageError(
            f"the result has two columns with the name {twice!r}", hint="rename one of them with AS"
        )
    return pl.DataFrame(series)


def _series(name: str, kind: str, values: list[Cell]) -> polars.Series:
    import polars as pl

    simple: dict[str, type[polars.DataType]] = {
        "BOOLEAN": pl.Boolean, "TINYINT": pl.Int8, "SMALLINT": pl.Int16, "INTEGER": pl.Int32,
        "BIGINT": pl.Int64,
        "FLOAT": pl.Float32, "DOUBLE": pl.Float64, "VARCHAR": pl.String,
    }  # fmt: skip
    if kind in simple:
        return pl.Series(name, values, dtype=simple[kind])
    if kind in ("TIMESTAMP", "DATE"):
        text = pl.Series(name, values, dtype=pl.String)
        return (
            text.str.strip_chars_end("Z").str.to_datetime(time_unit="us")
            if kind == "TIMESTAMP"
            else text.str.to_date()
        )
    if kind == "HUGEINT":
        fits = all(value is None or abs(value) < 1 << 63 for value in values)
        return pl.Series(name, values, dtype=pl.Int64 if fits else pl.Int128)
    if kind.startswith("DECIMAL"):
        return pl.Series(name, values, dtype=pl.String).cast(pl.Float64)
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP")):
        return pl.Series(name, values, strict=False)
    return pl.Series(
        name,
        [value if value is None or isinstance(value, str) else json.dumps(value) for value in values],
        dtype=pl.String,
    )


def _flat(cell: Cell) -> str | float | int | bool | None:
    return json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell


def _write_csv(result: Result, out: IO[str], is_terminal: bool) -> None:
    shown: Callable[[str], str] = safe_text if is_terminal else str
    writer = csv.writer(out, lineterminator="\n" if is_terminal else "\r\n")
    end = "\n" if is_terminal else "\r\n"
    write_rows(out, writer, [[shown(guarded(name)) for name, _ in result.columns]], end=end)
    for batch in result.batches():
        rows = [[shown(guarded(_flat(cell))) for cell in row] for row in batch]
        write_rows(out, writer, rows, end=end)


def _write_json(result: Result, out: IO[str], is_terminal: bool) -> None:
    out.write("[")
    separator = "\n"
    for line in _objects(result):
        out.write(f"{separator}  {line}")
        separator = ",\n"
    out.write("\n]\n")


def _write_json_lines(result: Result, out: IO[str], is_terminal: bool) -> None:
    for line in _objects(result):
        out.write(line + "\n")


def _objects(result: Result) -> Iterator[str]:
    names = [name for name, _ in result.columns]
    if len(set(names)) != len(names):
        raise UsageError("the result has two columns with one name", hint="rename one of them with AS")
    for batch in result.batches():
        for row in batch:
            # ASCII only: no control or format character reaches a terminal. The meaning is the same.
            yield json.dumps(dict(zip(names, row, strict=True)))


def _write_markdown(result: Result, out: IO[str], is_terminal: bool) -> None:
    rows: Iterator[Row] = (row for batch in result.batches() for row in batch)
    for line in as_markdown(result.columns, rows):
        out.write(line + "\n")


def _write_workbook(result: Result, path: Path) -> None:
    """One sheet. Texts stay texts, so no cell is a formula. UsageError if a sheet cannot hold the result."""
    import xlsxwriter

    with (
        # Beside the file, and gone with it: the library leaves its rows there when it fails.
        TemporaryDirectory(prefix=".auditor-", dir=path.parent) as rows,
        xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False, "tmpdir": rows}) as book,
    ):
        sheet = book.add_worksheet("result")
        sheet.freeze_panes(1, 0)
        for column, (name, _) in enumerate(result.columns):
            sheet.write_string(0, column, name)
        number = 0
        for batch in result.batches():
            for row in batch:
                number += 1
                if number >= _SHEET_ROWS:
                    raise UsageError(
                        f"the result is too long: a sheet holds at most {_SHEET_ROWS - 1:,} rows",
                        hint="--format parquet or csv holds them all",
                    )
                for column, cell in enumerate(row):
                    _write_cell(sheet, number, column, _flat(cell))


def _write_cell(sheet: Any, row: int, column: int, cell: str | float | int | bool | None) -> None:
    if cell is None:
        return
    if isinstance(cell, str) and len(cell) > _SHEET_TEXT:
        long = f"row {row:,} holds a text of {len(cell):,} characters, a sheet's cell {_SHEET_TEXT:,} at most"
        raise UsageError(long, hint="--format csv holds it")
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) > 1 << 53:
        sheet.write_string(row, column, str(cell))
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        shared_folder(path.parent)
        # The file is made private before anything is written: results can be about people.
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield part
        os.replace(part, path)
    except OSError as error:
        raise ResourceError(
            f"could not write {path}: {error.strerror or error}", hint="choose another -o, or free space"
        ) from error
    finally:
        # Where the folder is a file, there is nothing to remove either.
        with suppress(NotADirectoryError):
            part.unlink(missing_ok=True)
