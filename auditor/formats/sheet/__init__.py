"""Office workbooks: the one sheet that holds the table of the source's role, as lines of CSV."""

from __future__ import annotations

from auditor.containers.member import Member, is_sheet
from auditor.formats.layout import Detection, Layout, shipped
from auditor.formats.reader import Asked, Opened, table

KIND = "sheet"


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A zip whose first member belongs to the Office container; its header is found when it is opened."""
    return Detection(layouts()[0], 1.0, "it is an Office workbook") if is_sheet(head) else None


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """The sheet with a header row for the role; further sheets are named in a note."""
    # Loaded here, because most cases hold no workbook.
    from auditor.formats.sheet.workbook import open_sheet

    sheet = open_sheet(member, found, asked.role, asked.columns)
    notes = (f"further sheets are not read: {', '.join(sheet.others)}",) * bool(sheet.others)
    cells = (cells for _, cells in sheet.rows())
    return table(sheet.detection, cells, header=sheet.detection.header, notes=notes, close=sheet.close)
