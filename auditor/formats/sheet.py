"""Office workbooks (.xlsx) as text cells, the way a person would have typed them.

A spreadsheet keeps no zone with a date, so dates come as naive ISO text: the source must state its zone. It keeps 15 digits of a number; a
longer one was rounded when it was typed in, and comes with an exponent, which no reader takes for a number. Error cells and formulas
without a stored result come empty.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import EvidenceError, Where
from auditor.formats.archives import ZIP_ERRORS
from auditor.formats.columns import Detection, bind, key, missing, shown
from auditor.formats.container import BLOCK_BYTES, Member
from auditor.formats.damage import Damage
from auditor.formats.layout import with_header
from auditor.formats.roles import ROLES
from auditor.formats.streams import MAX_OUTPUT_BYTES, MAX_RATIO

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_HEADER_ROWS = 50
_MAX_STORED_BYTES = 512 << 20
_EXACT_BELOW = 10**15

Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """The one sheet of a workbook that holds the source's table. `detection.header_lines` is the number of its header row."""

    name: str
    detection: Detection
    others: tuple[str, ...]
    """Further sheets that are not empty; none of them has a header row for the role."""
    _sheet: CalamineSheet

    def rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Every row below the header: its number as the spreadsheet shows it, and its cells in the header's order ("" for empty ones)."""
        width = len(self.detection.header)
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            if number > self.detection.header_lines:
                cells = [text(value) for value in row]
                # Cells beyond the header stay, so that the loader can see that a row is too long.
                while len(cells) > width and not cells[-1]:
                    cells.pop()
                yield number, tuple(cells)


def open_sheet(
    member: Member,
    found: Detection,
    role: str,
    columns: Mapping[str, str] | None = None,
    *,
    on_raw: Callable[[bytes], object] | None = None,
) -> Sheet:
    """Find the sheet and header row of `role` in a workbook that `detect` told as one.

    Damage when the workbook cannot be read; EvidenceError when no sheet, or more than one, has a row that names the required columns.
    """
    from python_calamine import SheetTypeEnum

    workbook = _open(member, on_raw)
    filled = [
        s for s in (workbook.get_sheet_by_name(m.name) for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet) if s.height
    ]
    headed: list[tuple[CalamineSheet, int, tuple[str, ...]]] = []
    for sheet in filled:
        place = _header_row(sheet, found, role, columns or {})
        if place:
            headed.append((sheet, *place))
    if not headed:
        seen = next((shown(", ".join(c for c in cells if c)) for s in filled for _, cells in _top(s) if any(cells)), "nothing")
        raise EvidenceError(
            f"no sheet has a row that names the columns of {role}; the first filled row: {seen}",
            where=Where(member.name),
            hint=f'name them in the source: columns = {{ {ROLES[role].required[0][0]} = "..." }}',
        )
    if len(headed) > 1:
        names = ", ".join(f"'{sheet.name}'" for sheet, *_ in headed)
        raise EvidenceError(f"{len(headed)} sheets hold {role}: {names}", where=Where(member.name), hint="save each as a file of its own")
    sheet, line, header = headed[0]
    detection = with_header(found, header, role, columns, where=member.name, line=line)
    return Sheet(sheet.name, detection, tuple(s.name for s in filled if s.name != sheet.name), sheet)


def text(value: Value) -> str:
    """A cell's value as text: numbers without exponent or `.0`, dates in ISO 8601 to the millisecond, `true` and `false`."""
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


def _number(value: int | float) -> str:
    if value != value or abs(value) >= _EXACT_BELOW:
        return f"{float(value):.14E}"
    if value == int(value):
        return str(int(value))
    return f"{value:.15f}".rstrip("0") if abs(value) < 1e-4 else f"{value:.15g}"


def _to_millisecond(moment: dt.datetime) -> dt.datetime:
    """A spreadsheet counts days in floating point: 17:00 may be kept as 16:59:59.9999997."""
    return moment.replace(microsecond=0) + dt.timedelta(milliseconds=round(moment.microsecond / 1000))


def _open(member: Member, on_raw: Callable[[bytes], object] | None) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, XmlError, ZipError

    if member.size > _MAX_STORED_BYTES:
        raise Damage("bomb", "the workbook is too big to be read", path=member.name, hint="save the sheet as CSV")
    stored = io.BytesIO(b"".join(member.blocks(BLOCK_BYTES, on_raw)))
    try:
        with zipfile.ZipFile(stored) as archive:
            damaged = archive.testzip() if _is_reasonable(archive, member) else None
        if damaged:
            raise Damage("bit_error", f"the workbook's part {damaged} is damaged", path=member.name)
        stored.seek(0)
        return CalamineWorkbook.from_filelike(stored)
    except (CalamineError, PasswordError, XmlError, ZipError, *ZIP_ERRORS) as error:
        raise Damage("bit_error", f"the workbook cannot be read: {error}", path=member.name) from error


def _is_reasonable(archive: zipfile.ZipFile, member: Member) -> bool:
    for part in archive.infolist():
        if part.file_size > MAX_OUTPUT_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Damage("bomb", f"a part of the workbook grows to more than {MAX_RATIO} times its size", path=member.name)
    return True


def _top(sheet: CalamineSheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    for number, row in zip(range(1, _HEADER_ROWS + 1), sheet.iter_rows(), strict=False):
        yield number, tuple(text(value).strip() for value in row)


def _header_row(sheet: CalamineSheet, found: Detection, role: str, columns: Mapping[str, str]) -> tuple[int, tuple[str, ...]] | None:
    """The first row that names every required column, its cells up to the last filled one."""
    for number, cells in _top(sheet):
        names = tuple(cells[: max((i for i, c in enumerate(cells, 1) if c), default=0)])
        if {key(c) for c in columns.values()} <= {key(n) for n in names} and not missing(
            bind(found.layout, names, role, columns, where=sheet.name)
        ):
            return number, names
    return None
