"""What a process of a file's own does with it: it opens it with its reader, and gives the rows as text."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from auditor.catalogue.domains import roles
from auditor.containers.confined.channel import MAX_CONTENT
from auditor.containers.confined.child import Answer, Files, Job
from auditor.containers.member import filled
from auditor.formats.reader import Left, Lines, Opened, Together

_LOOKED_AT_BYTES = 8 << 20


def prepare(module: str) -> None:
    """Load a reader with all its modules and layouts, and the columns of the roles."""
    reader: Any = importlib.import_module(module)
    for below in pkgutil.iter_modules(getattr(reader, "__path__", ())):
        importlib.import_module(f"{module}.{below.name}")
    roles()
    if hasattr(reader, "layouts"):
        reader.layouts()


def job() -> Job:
    """Opens files, and gives the rows of the last that was opened."""
    return _Reading().answer


class _Reading:
    def __init__(self) -> None:
        self._number = 0
        self._file: Opened | None = None
        self._together: Together | None = None

    def answer(self, request: Any, files: Files) -> Iterator[Answer]:
        """`("open", what)`: the facts of the file. `("rows", number, size)`: its rows, then what was left."""
        if request[0] == "open":
            yield self._open(request[1], files)
            return
        _, number, size = request
        assert self._file is not None
        assert number == self._number, "another file was opened"
        rows = self._file.rows
        assert isinstance(rows, Lines)
        yield from filled(rows.chunks(size), min(size, MAX_CONTENT))
        yield _left(self._file.left)

    def _open(self, wanted: Any, files: Files) -> Answer:
        if wanted["together"] and self._together is None:
            named = wanted["together"].items()
            self._together = Together(lambda: [(name, files.member(name, *facts)) for name, facts in named])
        if self._file is not None:
            self._file.close()
        reader: Any = importlib.import_module(wanted["module"])
        asked = replace(wanted["asked"], together=self._together)
        self._file = reader.open(files.member("", *wanted["member"]), wanted["found"], asked)
        self._number += 1
        return {**_facts(self._file), "number": self._number}


def _facts(file: Opened) -> dict[str, Any]:
    rows, found = file.rows, file.detection
    assert isinstance(rows, Lines)
    dialect = rows.dialect
    return {
        "header": found.header,
        "header_lines": found.header_lines,
        "dialect": {
            "delimiter": dialect.delimiter.decode("latin-1"),
            "quote": dialect.quote.decode("latin-1"),
            "newline": dialect.newline.decode("latin-1"),
            "header": dialect.header.decode("latin-1"),
            "width": dialect.width,
            "encoding": dialect.encoding,
            "is_json": dialect.is_json,
        },
        "skipped": (rows.skip_lines, rows.skip_bytes),
        "header_line": file.header_line,
        "sample": file.sample.decode("latin-1"),
        "non_data": file.non_data,
        "notes": file.notes,
        "not_opened": file.not_opened,
        "beside": {table: list(rows) for table, rows in file.beside.items()},
    }


def _left(left: Left) -> Answer:
    return {
        "not_kept": left.not_kept,
        "mended": left.mended,
        "unsynchronised": left.unsynchronised,
        "numbers": list(left.numbers),
        "cannot_show": sorted(left.cannot_show),
    }


def elements() -> Job:
    """Gives the names of the elements whose i3 events are in a file."""
    return _elements


def _elements(request: Any, files: Files) -> Iterator[Answer]:
    from auditor.formats.i3.log import Log
    from auditor.formats.i3.rows import elements_of
    from auditor.formats.i3.stream import Damaged, values
    from auditor.formats.sip.capture import read

    facts, is_capture = request
    member = files.member("", *facts)
    log = read(member).log if is_capture else Log()
    if not is_capture:
        # The head ends in the middle of an event.
        for value in values([member.head(_LOOKED_AT_BYTES)]):
            if not isinstance(value, Damaged):
                log.add(value)
    yield [name for name in elements_of(log.events) if name]
