"""Office workbooks: the one sheet that holds the table of the source's role, as lines of CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from auditor.containers.member import Member, is_sheet
from auditor.formats.bare import bare_word
from auditor.formats.layout import Detection, Layout, shipped, shown
from auditor.formats.reader import Asked, Left, NotOpened, Opened, table
from auditor.formats.rows import column_number, no_keep_column, skipper
from auditor.text import safe_text

if TYPE_CHECKING:
    from auditor.formats.sheet.workbook import Sheet

KIND = "sheet"
EMERGENCY = ("dialled", "dialled_other", "service_category")
"""What shows that a call is an emergency."""


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A zip whose first member belongs to the Office container; its header is found when it is opened."""
    return Detection(layouts()[0], 1.0, "it is an Office workbook") if is_sheet(head) else None


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """The sheet with a header row for the role; further sheets are named in a note."""
    # Loaded here, because most cases hold no workbook.
    from auditor.formats.sheet.workbook import Choice, open_sheet

    chosen = Choice(
        asked.sheet, asked.header_row, asked.header, asked.filled, asked.parts, skip=asked.skip_head
    )
    sheet = open_sheet(member, found, asked.role, asked.columns, chosen=chosen)
    is_open = bool(sheet.others) and asked.sheet is None
    notes = (f"further sheets are not read: {', '.join(sheet.others)}",) * is_open + _in_error(sheet)
    left = Left()
    cells = _chosen((cells for _, cells in sheet.rows(left.notes)), sheet.detection, asked, left)
    header = sheet.detection.header
    unknown = (*_not_known(sheet, asked), *(_rest(sheet) if is_open else ()))
    return table(
        sheet.detection, cells, header=header, notes=notes, not_opened=unknown, left=left, close=sheet.close
    )


def _in_error(sheet: Sheet) -> tuple[str, ...]:
    """Which columns hold errors of the spreadsheet in place of values."""
    header = sheet.detection.header
    return tuple(
        f"its column {shown(header[at])} has cells in error, whose values are not known: "
        + ", ".join(f"{safe_text(said, 20)} ({count:,})" for said, count in counts.items())
        for at, counts in sheet.errors.items()
    )


def _rest(sheet: Sheet) -> Iterator[NotOpened]:
    """The rows of further sheets that look like the rest of the log."""
    for name, count in sheet.rest.items():
        yield NotOpened(f"rows of the sheet {safe_text(name, 40)}", count, count + sheet.height)


def _not_known(sheet: Sheet, asked: Asked) -> tuple[NotOpened, ...]:
    """The cells in error where the number that was dialled, the service category, or the word by which rows
    are kept should be: each may be of an emergency call."""
    header, layout = sheet.detection.header, sheet.detection.layout
    shows = layout.showing(EMERGENCY)
    kept = column_number(asked.keep[0], header, layout.columns) if asked.keep else None
    return tuple(
        NotOpened(f"cells in error in the column {shown(header[at])}", sum(counts.values()), sheet.height)
        for at, counts in sheet.errors.items()
        if header[at] in shows or at == kept
    )


def _chosen(
    rows: Iterable[Sequence[str]], found: Detection, asked: Asked, left: Left
) -> Iterator[Sequence[str]]:
    """The rows of a sheet; those that are no data, or that `keep` leaves out, are empty."""
    skip = skipper(asked)
    wanted = asked.keep
    place = column_number(wanted[0], found.header, found.layout.columns) if wanted else None
    if wanted and place is None:
        raise no_keep_column(wanted[0], found.header, asked.name)
    for cells in rows:
        if asked.skip_lines and skip(",".join(cells).encode()):
            yield ()
        elif wanted and place is not None and any(cells) and not _holds(cells, place, wanted[1]):
            left.not_kept += 1
            yield ()
        else:
            yield cells


def _holds(cells: Sequence[str], place: int, values: frozenset[str]) -> bool:
    return place < len(cells) and bare_word(cells[place]) in values
