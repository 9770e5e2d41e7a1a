"""Cells of a workbook that hold a number and show it with zeros before it, by a format of zeros alone (`000`,
`0000000000`): 000 is kept as 0 so. They are taken from the parts of the file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from auditor.formats.sheet.places import Places, column_number, local

_BLOCK = 1 << 20
_ZEROS = re.compile(r"(?:\[\$-[^\]]*\])?#*(0{2,250})")


def widths(archive: zipfile.ZipFile) -> Mapping[str, int]:
    """Number of a cell's style, as cells name it -> the number of digits that it shows at least; of the
    styles whose format is made of zeros alone. ExpatError where the part is not as it must be."""
    part = next((name for name in archive.namelist() if name.endswith("/styles.xml")), None)
    formats: dict[str, str] = {}
    styles: list[str] = []
    is_of_cells = False

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal is_of_cells
        name = local(tag)
        if name == "numFmt":
            formats[given.get("numFmtId", "")] = given.get("formatCode", "")
        elif name == "cellXfs":
            is_of_cells = True
        elif name == "xf" and is_of_cells:
            styles.append(given.get("numFmtId", ""))

    def end(tag: str) -> None:
        nonlocal is_of_cells
        is_of_cells = is_of_cells and local(tag) != "cellXfs"

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    if part:
        parser.Parse(archive.read(part), True)
    found = {str(number): _width(formats.get(style, "")) for number, style in enumerate(styles)}
    return {number: width for number, width in found.items() if width}


def _width(form: str) -> int:
    """How many digits a format of zeros alone shows at least, 0 for all others. Its parts are for numbers
    over zero, below it, and for zero; where the last is missing, the first is for zero too."""
    parts = form.split(";")
    shown = _ZEROS.fullmatch(parts[0])
    return len(shown[1]) if shown and (len(parts) < 3 or parts[2] == parts[0]) else 0


def find(part: IO[bytes], of_styles: Mapping[str, int]) -> Places[int] | None:
    """The cells of a sheet in these styles, with their widths. None where the part is not written as most
    are, so that it must be parsed."""
    numbers = "|".join(of_styles).encode()
    usual = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})" s="(' + numbers + rb')"')
    any_form = re.compile(rb"""\bs\s*=\s*["'](?:""" + numbers + rb""")["']""")
    found: Places[int] = Places()
    columns: dict[bytes, int] = {}
    by_style = {style.encode(): width for style, width in of_styles.items()}
    rest = b""
    while True:
        block = part.read(_BLOCK)
        window = rest + block
        end = window.rfind(b"<") if block else len(window)
        window, rest = (window[:end], window[end:]) if end > 0 else (b"", window)
        cells = usual.findall(window)
        if len(cells) != len(any_form.findall(window)):
            return None
        for letters, row, style in cells:
            if (column := columns.get(letters)) is None:
                column = columns[letters] = column_number(letters.decode())
            found.add(int(row) - 1, column, by_style[style])
        if not block:
            return found
