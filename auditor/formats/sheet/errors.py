"""Cells of a workbook that hold no value: an error of the spreadsheet (`#REF!`), or a formula whose result is
not stored; and those that are merged over several rows. What reads workbooks gives them as empty ones, so
they are taken from the parts of the file."""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

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
_MAX_ROW, _COLUMN_BITS = 1 << 20, 15


class Errors:
    """The cells in error of a sheet, by row and column (from 0), with their texts."""

    def __init__(self) -> None:
        self._places, self._texts = array("q"), array("L")
        self._numbers: dict[str, int] = {}
        self._in_order = True

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, row: int, column: int, text: str) -> None:
        """Note a cell; one at a place that no sheet has is none."""
        if 0 <= row < _MAX_ROW and 0 <= column < 1 << _COLUMN_BITS:
            place = row << _COLUMN_BITS | column
            self._in_order &= not self._places or self._places[-1] < place
            self._places.append(place)
            self._texts.append(self._numbers.setdefault(text, len(self._numbers)))

    def __iter__(self) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of each, in the order of the sheet."""
        texts = list(self._numbers)
        order = range(len(self._places))
        for at in order if self._in_order else sorted(order, key=self._places.__getitem__):
            row, column = divmod(self._places[at], 1 << _COLUMN_BITS)
            yield row, column, texts[self._texts[at]]


@dataclass(frozen=True, slots=True)
class Marked:
    """What a sheet holds that its cells do not show."""

    errors: Errors = field(default_factory=Errors)
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


def marked_in(archive: zipfile.ZipFile, marked: list[str], is_not_computed: bool) -> Mapping[str, Marked]:
    """Name of a sheet -> what its cells do not show, of the parts that are `marked`. ExpatError or KeyError
    where a part is not as it must be."""
    if not marked:
        return {}
    book = next(name for name in archive.namelist() if name.endswith("workbook.xml"))
    folder, own = posixpath.split(book)
    named = {each["id"]: each["name"] for each in _elements(archive.read(book), "sheet")}
    found = {}
    for each in _elements(archive.read(f"{folder}/_rels/{own}.rels"), "Relationship"):
        part = posixpath.normpath(posixpath.join("/", folder, each["Target"])).lstrip("/")
        if part in marked and each["Id"] in named:
            with archive.open(part) as opened:
                found[named[each["Id"]]] = _Cells(is_not_computed).read(opened)
    return found


def _elements(part: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of all elements of a name, without their namespaces."""
    found: list[dict[str, str]] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if _local(tag) == name:
            found.append({_local(key): value for key, value in given.items()})

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(part, True)
    return found


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


class _Cells:
    """One pass over the cells of a sheet."""

    def __init__(self, is_not_computed: bool) -> None:
        self._found = Marked()
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
        name = _local(tag)
        if name == "c":
            place = _REFERENCE.fullmatch(given.get("r", ""))
            self._column = _column_number(place[1]) if place else self._column + 1
            self._kind = given.get("t", "")
            self._has_formula = self._has_value = False
            self._text = ""
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
                self._found.merged.append((first, last, _column_number(place[1])))

    def _say(self, text: str) -> None:
        if self._is_value:
            self._text += text

    def _end(self, tag: str) -> None:
        name = _local(tag)
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


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
