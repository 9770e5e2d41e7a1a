"""Cells of a workbook that hold no value: an error of the spreadsheet (`#REF!`), or a formula whose result is
not stored; and those that are merged over several rows. What reads workbooks gives them as empty ones, so
they are taken from the parts of the file."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from auditor.formats.sheet import zeros
from auditor.formats.sheet.places import Places, column_number, local

NOT_STORED = "#NO_VALUE!"
"""What a cell holds whose formula has no stored result; `sql/schema` knows it as an error."""
NO_NUMBER = "#DATE!"
"""What a cell holds that shows a date or a time where a number of a phone must be; another such error."""
_BLOCK = 1 << 20
_MARKS = (b't="e"', b"t='e'", b"mergeCell")
_ROOT = re.compile(rb"<(\w+:)?worksheet\b")
_OVERLAP, _AFTER = 4_096, 64
"""So much of a block is looked at again with the next, and so much must follow a formula to be judged."""
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]+):[A-Z]{1,3}([0-9]+)")


@dataclass(frozen=True, slots=True)
class Marked:
    """What a sheet holds that its cells do not show."""

    errors: Places[str] = field(default_factory=Places)
    """The cells in error, with their texts."""
    padded: Places[int] = field(default_factory=Places)
    """The cells that show a number with zeros before it, with the least number of digits that they show."""
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    """First row, last row and column of cells that are merged over several rows, from 0: the value is that
    of the first."""


def is_not_computed(archive: zipfile.ZipFile) -> bool:
    """Whether the workbook asks the spreadsheet to compute all of its formulas when it opens it. Some writers
    that compute nothing store 0 for each, and ask so; a spreadsheet stores what it computed, and does not."""
    book = next((name for name in archive.namelist() if name.endswith("workbook.xml")), None)
    try:
        asked = _elements(archive.read(book), "calcPr") if book else []
    except expat.ExpatError:
        return True
    return any(each.get("fullCalcOnLoad") in ("1", "true") for each in asked)


def may_be_marked(part: IO[bytes], is_not_computed: bool = False) -> bool:
    """Whether a part of a workbook may have a cell in error or merged ones. It is read to its end: that tests
    its checksum. `is_not_computed`: a formula that gives 0 may be in error."""
    found, last = False, b""
    formulas: _Formulas | None = None
    while block := part.read(_BLOCK):
        if not found:
            if not last and (root := _ROOT.search(block)):
                formulas = _Formulas(root[1] or b"", is_not_computed)
            window = last + block
            found = any(mark in window for mark in _MARKS) or (
                formulas is not None and formulas.lack_a_value(window)
            )
            last = block[-_OVERLAP:]
    return found


class _Formulas:
    """Looks for formulas after which no value follows. It may take one that has a value for such."""

    def __init__(self, prefix: bytes, is_not_computed: bool) -> None:
        self._begin = b"<" + prefix + b"f"
        tag = re.escape(prefix)
        value = rb"(?!<" + tag + rb"v>" + rb"(?!0<)" * is_not_computed + rb"[^<])"
        self._ends = (
            re.compile(rb"</" + tag + rb"f\s*>" + value),
            re.compile(rb"<" + tag + rb"f(?:\s[^<>]*)?/>" + value),
        )

    def lack_a_value(self, window: bytes) -> bool:
        """Whether one does. What is at the end of `window` comes again with what follows it."""
        if self._begin not in window:
            return False
        found = (end.search(window) for end in self._ends)
        return any(each is not None and each.end() + _AFTER < len(window) for each in found)


def marked_in(
    archive: zipfile.ZipFile, marked: Collection[str], is_not_computed: bool
) -> Mapping[str, Marked]:
    """Name of a sheet -> what its cells do not show: all of it of the parts that are `marked`, of others the
    zeros. ExpatError or KeyError where a part is not as it must be."""
    widths = zeros.widths(archive)
    if not marked and not widths:
        return {}
    book = next(name for name in archive.namelist() if name.endswith("workbook.xml"))
    folder, own = posixpath.split(book)
    named = {each["id"]: each["name"] for each in _elements(archive.read(book), "sheet")}
    found = {}
    for each in _elements(archive.read(f"{folder}/_rels/{own}.rels"), "Relationship"):
        part = posixpath.normpath(posixpath.join("/", folder, each["Target"])).lstrip("/")
        if each["Id"] not in named:
            continue
        if widths and part not in marked:
            with archive.open(part) as opened:
                padded = zeros.find(opened, widths)
            if padded is not None:
                found[named[each["Id"]]] = Marked(padded=padded)
                continue
        if widths or part in marked:
            with archive.open(part) as opened:
                found[named[each["Id"]]] = _Cells(is_not_computed, widths).read(opened)
    return found


def _elements(part: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name, without their namespaces."""
    found: list[dict[str, str]] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if local(tag) == name:
            found.append({local(key): value for key, value in given.items()})

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(part, True)
    return found


class _Cells:
    """One pass over the cells of a sheet."""

    def __init__(self, is_not_computed: bool, widths: Mapping[str, int]) -> None:
        self._found = Marked()
        self._widths = widths
        self._no_values = ("", "0") if is_not_computed else ("",)
        self._row = self._column = -1
        self._kind = ""
        self._has_formula = self._has_value = self._is_value = False
        self._text = ""

    def read(self, part: IO[bytes]) -> Marked:
        """The cells in error, and those that are merged."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say
        while block := part.read(_BLOCK):
            parser.Parse(block, False)
        parser.Parse(b"", True)
        return self._found

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = local(tag)
        if name == "c":
            place = _REFERENCE.fullmatch(given.get("r", ""))
            self._column = column_number(place[1]) if place else self._column + 1
            self._kind = given.get("t", "")
            self._has_formula = self._has_value = False
            self._text = ""
            if width := self._widths.get(given.get("s", "")):
                self._found.padded.add(self._row, self._column, width)
        elif name in ("v", "t"):
            self._is_value = self._has_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row = int(given["r"]) - 1 if "r" in given else self._row + 1
            self._column = -1
        elif name == "mergeCell" and (place := _RANGE.fullmatch(given.get("ref", "").replace("$", ""))):
            first, last = int(place[2]) - 1, int(place[3]) - 1
            if last > first:
                self._found.merged.append((first, last, column_number(place[1])))

    def _say(self, text: str) -> None:
        if self._is_value:
            self._text += text

    def _end(self, tag: str) -> None:
        name = local(tag)
        if name in ("v", "t"):
            self._is_value = False
        elif name == "c" and (said := self._said()):
            self._found.errors.add(self._row, self._column, said)

    def _said(self) -> str:
        """What the cell that ends holds in place of a value; "" where it is no cell in error."""
        if self._kind == "e":
            return self._text or "#ERROR!"
        if not self._has_formula or self._text.strip() not in self._no_values:
            return ""
        # A text is stored as such, also an empty one: the formula was computed, and gives nothing.
        return "" if self._kind == "str" and self._has_value else NOT_STORED
