"""Cells of a workbook that hold an error of the spreadsheet (`#REF!`), or are merged over several rows. What
reads workbooks gives them as empty ones, so they are taken from the parts of the file."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

_BLOCK = 1 << 20
_MARKS = (b't="e"', b"t='e'", b"mergeCell")
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]+):[A-Z]{1,3}([0-9]+)")
Errors = dict[int, list[tuple[int, str]]]
"""Row -> column and text of its cells in error; both from 0."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What a sheet holds that its cells do not show."""

    errors: Errors = field(default_factory=dict)
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    """First row, last row and column of cells that are merged over several rows, from 0: the value is that
    of the first."""


def may_be_marked(part: IO[bytes]) -> bool:
    """Whether a part of a workbook has a cell in error or merged ones. It is read to its end: that tests its
    checksum."""
    found, last = False, b""
    while block := part.read(_BLOCK):
        if not found:
            window = last + block
            found = any(mark in window for mark in _MARKS)
            last = block[-max(map(len, _MARKS)) :]
    return found


def marked_in(archive: zipfile.ZipFile, marked: list[str]) -> Mapping[str, Marked]:
    """Name of a sheet -> what its cells do not show, of the parts that are `marked`. ExpatError or KeyError
    where a
    part is not as it must be."""
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
                found[named[each["Id"]]] = _Cells().read(opened)
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

    def __init__(self) -> None:
        self._found = Marked()
        self._row = self._column = -1
        self._is_error = self._is_value = False
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
        if name == "row":
            self._row = int(given["r"]) - 1 if "r" in given else self._row + 1
            self._column = -1
        elif name == "c":
            place = _REFERENCE.fullmatch(given.get("r", ""))
            self._column = _column_number(place[1]) if place else self._column + 1
            self._is_error = given.get("t") == "e"
            self._text = ""
        elif name == "v":
            self._is_value = self._is_error
        elif name == "mergeCell" and (place := _RANGE.fullmatch(given.get("ref", "").replace("$", ""))):
            first, last = int(place[2]) - 1, int(place[3]) - 1
            if last > first:
                self._found.merged.append((first, last, _column_number(place[1])))

    def _say(self, text: str) -> None:
        if self._is_value:
            self._text += text

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name == "v":
            self._is_value = False
        elif name == "c" and self._is_error:
            self._is_error = False
            self._found.errors.setdefault(self._row, []).append((self._column, self._text or "#ERROR!"))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
