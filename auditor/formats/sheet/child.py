"""What a process of a workbook's own does with it: it opens the file, names its sheets, and gives the rows of
one."""

from __future__ import annotations

import datetime as dt
import importlib
import io
import zipfile
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from auditor.containers.archives import ZIP_ERRORS
from auditor.containers.confined.child import Answer, Files, Job
from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.containers.streams import MAX_OUTPUT_BYTES, MAX_RATIO
from auditor.formats.sheet.errors import Marked, is_not_computed, marked_in, may_be_marked

HEADER_ROWS = 50
_BATCH_CELLS, _BATCH_LETTERS = 50_000, 8 << 20
_EXACT_BELOW = 10**15

DATE, TIME, SPAN, CLOCK = "date", "time", "span", "clock"
"""What a cell holds whose text does not show it."""

_NO_MORE: tuple[int, Iterable[tuple[int, int, str]]] = (-1, ())

Cell = str | list[str]
Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def text(value: Value) -> str:
    """A cell's value as text: numbers without exponent or `.0`, dates in ISO 8601 to the millisecond, `true`
    and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, dt.datetime):
        moment = _to_millisecond(value)
        return moment.isoformat(sep=" ", timespec="milliseconds" if moment.microsecond else "seconds")
    if isinstance(value, dt.timedelta):
        return str(round(value.total_seconds(), 3)).removesuffix(".0")
    return value if isinstance(value, str) else value.isoformat()


def cell(value: Value) -> Cell:
    """A cell's value as text; of a date, a date with a time, a length of time, or a clock time with that word
    before it."""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.timedelta):
        return [SPAN, text(value)]
    if isinstance(value, dt.time):
        return [CLOCK, text(value)]
    if isinstance(value, dt.date):
        return [TIME if isinstance(value, dt.datetime) else DATE, text(value)]
    return text(value)


def _number(value: int | float) -> str:
    if value != value or abs(value) >= _EXACT_BELOW:
        return f"{float(value):.14E}"
    if value == int(value):
        return str(int(value))
    return f"{value:.15f}".rstrip("0") if abs(value) < 1e-4 else f"{value:.15g}"


def _to_millisecond(moment: dt.datetime) -> dt.datetime:
    """A spreadsheet counts days in floating point: 17:00 may be kept as 16:59:59.9999997."""
    return moment.replace(microsecond=0) + dt.timedelta(milliseconds=round(moment.microsecond / 1000))


def prepare(_: str) -> None:
    """Load what reads workbooks."""
    importlib.import_module("python_calamine")


def job() -> Job:
    """Opens a workbook, and gives the rows of one of its sheets."""
    return _Reading().answer


class _Reading:
    def __init__(self) -> None:
        self._name = ""
        self._sheets: dict[str, Any] = {}
        self._begins: dict[str, int] = {}
        self._hidden: set[str] = set()
        self._marked: Mapping[str, Marked] = {}

    def answer(self, request: Any, files: Files) -> Iterator[Answer]:
        """`("tops", file)`: the first rows of each sheet that is not empty, how often which error is in which
        column, and which cells are merged over several rows. `("rows", name)`: all of one."""
        kind, value = request
        try:
            if kind == "tops":
                member = files.member("", *value)
                self._name = member.name
                stored = _stored(member)
                self._marked = _checked(stored, member.name)
                in_error = {name for name, marked in self._marked.items() if marked.errors}
                for name, sheet, is_hidden in _sheets(stored, in_error):
                    self._sheets[name] = sheet
                    if is_hidden:
                        self._hidden.add(name)
                self._begins = {name: self._begin(name) for name in self._sheets}
                for name in self._sheets:
                    rows = zip(range(HEADER_ROWS), self._rows(name), strict=False)
                    top = [row for _, row in rows]
                    height, counts = self._counted(name)
                    errors = [[at, said, count] for (at, said), count in sorted(counts.items())]
                    facts = {"errors": errors, "height": height, "merged": self._merged(name)}
                    yield {"sheet": name, "top": top, "is_hidden": name in self._hidden, **facts}
            else:
                yield from _batches(self._rows(value))
        except (Damage, MemoryError, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - the reader's panics are no Exception
            said = " ".join(str(error).split())[:500] or type(error).__name__
            raise _damage("bit_error", f"the workbook cannot be read: {said}", self._name) from None

    def _rows(self, name: str) -> Iterator[list[Cell]]:
        """The rows of a sheet, with the errors in their places."""
        errors = groupby(self._errors(name), key=itemgetter(0))
        marked, row = next(errors, _NO_MORE)
        sheet, number = self._sheets[name], 0
        before = [""] * ((sheet.start or (0, 0))[1] - self._begins[name])
        for values in sheet.iter_rows():
            cells: list[Cell] = [*before, *map(cell, values)]
            if number == marked:
                _put(cells, row)
                marked, row = next(errors, _NO_MORE)
            yield cells
            number += 1
        # Below the last row that has a value.
        while marked >= number:
            yield from ([] for _ in range(number, marked))
            cells = []
            _put(cells, row)
            yield cells
            number = marked + 1
            marked, row = next(errors, _NO_MORE)

    def _errors(self, name: str) -> Iterator[tuple[int, int, str]]:
        """The errors of a sheet, by their places among the cells that it gives, which begin with its first
        column that is not empty."""
        for row, column, said in self._marked.get(name, Marked()).errors:
            yield row, column - self._begins[name], said

    def _begin(self, name: str) -> int:
        """The first column of a sheet that is not empty."""
        start = self._sheets[name].start
        columns = {column for _, column, _ in self._marked.get(name, Marked()).errors}
        return min(columns if start is None else columns | {start[1]})

    def _counted(self, name: str) -> tuple[int, Counter[tuple[int, str]]]:
        """The number of rows of a sheet, and how often which error is in which column."""
        sheet = self._sheets[name]
        height = (sheet.start or (0, 0))[0] + sheet.height
        counts: Counter[tuple[int, str]] = Counter()
        for row, at, said in self._errors(name):
            counts[at, said] += 1
            height = max(height, row + 1)
        return height, counts

    def _merged(self, name: str) -> list[list[int]]:
        """The cells of a sheet that are merged over several rows, by their places likewise."""
        begin = self._begins[name]
        merged = self._marked.get(name, Marked()).merged
        return [[first, last, at - begin] for first, last, at in sorted(merged) if at >= begin]


def _put(cells: list[Cell], errors: Iterable[tuple[int, int, str]]) -> None:
    """Put the errors of a row into their places."""
    for _, at, said in errors:
        cells += [""] * (at + 1 - len(cells))
        cells[at] = said


def _stored(member: Member) -> io.BytesIO:
    stored = io.BytesIO()
    for block in member.blocks():
        stored.write(block)
    return stored


def _sheets(stored: io.BytesIO, in_error: Container[str]) -> Iterator[tuple[str, Any, bool]]:
    """The sheets that are not empty, with their names, and whether they are hidden; all that one `in_error`
    holds may be errors."""
    calamine = importlib.import_module("python_calamine")
    stored.seek(0)
    workbook = calamine.CalamineWorkbook.from_filelike(stored)
    for about in workbook.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet:
            sheet = workbook.get_sheet_by_name(about.name)
            if sheet.height or about.name in in_error:
                yield about.name, sheet, about.visible != calamine.SheetVisibleEnum.Visible


def _checked(stored: io.BytesIO, name: str) -> Mapping[str, Marked]:
    """What the cells of each sheet do not show. Damage where the zip of a workbook is damaged or a bomb."""
    marked: list[str] = []
    try:
        with zipfile.ZipFile(stored) as archive:
            for part in archive.infolist():
                if part.file_size > MAX_OUTPUT_BYTES and part.file_size > MAX_RATIO * max(
                    part.compress_size, 1
                ):
                    raise _damage(
                        "bomb", f"a part of the workbook grows to more than {MAX_RATIO} times its size", name
                    )
            waits = is_not_computed(archive)
            for part in archive.infolist():
                try:
                    with archive.open(part) as opened:
                        if may_be_marked(opened, waits) and part.filename.endswith(".xml"):
                            marked.append(part.filename)
                except zipfile.BadZipFile:
                    said = f"the workbook's part {part.filename} is damaged"
                    raise _damage("bit_error", said, name) from None
            return marked_in(archive, marked, waits)
    except ZIP_ERRORS as error:
        raise _damage("bit_error", f"the workbook cannot be read: {error}", name) from None


def _damage(reason: str, message: str, name: str) -> Damage:
    return Damage(reason, message, path=name, hint="save the sheet as CSV")


def _batches(rows: Iterator[list[Cell]]) -> Iterator[Answer]:
    batch: list[list[Cell]] = []
    cells = letters = 0
    for row in rows:
        batch.append(row)
        cells += len(row) + 1
        letters += sum(map(len, row))
        if cells >= _BATCH_CELLS or letters >= _BATCH_LETTERS:
            yield batch
            batch, cells, letters = [], 0, 0
    yield batch
