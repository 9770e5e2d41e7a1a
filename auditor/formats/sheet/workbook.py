"""Office workbooks (.xlsx) as text cells, the way a person would have typed them.

A spreadsheet keeps no zone with a date, so dates come as naive ISO text: the source must state its zone. It
keeps 15 digits of a number; a longer one was rounded when it was typed in, and comes with an exponent, which
no reader takes for a number. Error cells and formulas without a stored result come empty.

A workbook is a stranger's file for a parser that may ask for any memory or end its process, so it is read in
a process of its own, with limits; a workbook that ends it is damaged, and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import weakref
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from auditor.catalogue.domains import roles
from auditor.containers.archives import ZIP_ERRORS
from auditor.containers.damage import Damage
from auditor.containers.member import BLOCK_BYTES, Member
from auditor.containers.streams import MAX_OUTPUT_BYTES, MAX_RATIO
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, bind, key, missing, shown, with_header
from auditor.formats.sheet import child
from auditor.formats.sheet.child import text

__all__ = ["Sheet", "Workbook", "open_sheet", "open_workbook", "text"]

_MAX_STORED_BYTES = 512 << 20
_MEMORY_MB = 4_096
_CPU_S = 600
_MESSAGE_BYTES = 256 << 20
"""The most that is taken from the reader in one go: 50,000 cells, and a cell holds 32,767 characters."""

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a case says of the place of a table in a workbook: the sheet's name, the number of the row that
    names the columns (0: the first that does), the columns' names where no row has them, and the canonical
    columns that are `filled` without a column."""

    sheet: str | None = None
    row: int = 0
    header: Cells = ()
    filled: Cells = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The one sheet of a workbook that holds the source's table. `detection.header_lines` is the number of
    its header row."""

    name: str
    detection: Detection
    others: tuple[str, ...]
    """Further sheets that are not empty; none of them has a header row for the role."""
    _workbook: Workbook

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Every row below the header, once: its number in the spreadsheet, and its cells in the header's
        order ("" for empty ones)."""
        width = len(self.detection.header)
        for number, cells in enumerate(self._workbook.rows(self.name), 1):
            if number > self.detection.header_lines:
                # Cells beyond the header stay, so that the loader can see that a row is too long.
                while len(cells) > width and not cells[-1]:
                    cells.pop()
                yield number, tuple(cells)

    def close(self) -> None:
        """End the workbook's reader."""
        self._workbook.close()


def open_sheet(
    member: Member,
    found: Detection,
    role: str,
    columns: Mapping[str, str] | None = None,
    *,
    chosen: Choice | None = None,
    on_raw: Callable[[bytes], object] | None = None,
) -> Sheet:
    """Find the sheet and header row of `role` in a workbook that `detect` recognised.

    Damage when the workbook cannot be read; EvidenceError when no sheet, or more than one, has a row that
    names the required columns.
    """
    return open_workbook(member, on_raw=on_raw).sheet(found, role, columns, chosen)


def open_workbook(member: Member, *, on_raw: Callable[[bytes], object] | None = None) -> Workbook:
    """Start the reader of a workbook and hear of its sheets. Damage when it cannot be read."""
    if member.size > _MAX_STORED_BYTES:
        raise Damage(
            "bomb", "the workbook is too big to be read", path=member.name, hint="save the sheet as CSV"
        )
    with _spooled(member, on_raw) as stored:
        try:
            with zipfile.ZipFile(stored) as archive:
                damaged = archive.testzip() if _is_reasonable(archive, member) else None
        except ZIP_ERRORS as error:
            raise Damage("bit_error", f"the workbook cannot be read: {error}", path=member.name) from error
        if damaged:
            raise Damage("bit_error", f"the workbook's part {damaged} is damaged", path=member.name)
        stored.seek(0)
        return Workbook(member.name, stored)


class Workbook:
    """A workbook that a process of its own reads. The process ends with the last row, at any fault, and when
    nobody holds this any more."""

    def __init__(self, name: str, stored: IO[bytes]) -> None:
        self._name = name
        descriptor = stored.fileno()
        command = [
            sys.executable,
            "-I",
            str(Path(child.__file__)),
            str(descriptor),
            str(_MEMORY_MB),
            str(_CPU_S),
        ]
        # A session of its own: Ctrl-C is the parent's to handle.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONUTF8": "1"},
            cwd="/",
            pass_fds=[descriptor],
            start_new_session=True,
        )
        self._end = weakref.finalize(self, _ended, self._process)
        self._tops: dict[str, list[list[str]]] = {
            message["sheet"]: message["top"] for message in self._messages()
        }

    def close(self) -> None:
        """End the reader, whatever it does."""
        self._end()

    @property
    def tops(self) -> Mapping[str, list[list[str]]]:
        """The first rows of each sheet, by its name."""
        return self._tops

    def sheet(
        self,
        found: Detection,
        role: str,
        columns: Mapping[str, str] | None = None,
        chosen: Choice | None = None,
    ) -> Sheet:
        """The sheet that holds the table of `role`. EvidenceError when none does, or more than one."""
        chosen = chosen or Choice()
        tops = {name: top for name, top in self._tops.items() if chosen.sheet in (None, name)}
        if not tops:
            raise EvidenceError(
                f"it has no sheet {chosen.sheet!r}",
                where=Where(self._name),
                hint=f"its sheets: {', '.join(map(repr, self._tops))}",
            )
        headed = [
            (name, *place)
            for name, top in tops.items()
            if (place := _header_row(name, top, found, role, columns or {}, chosen))
        ]
        if not headed:
            rows = (row for top in tops.values() for row in top)
            seen = next(
                (
                    shown(", ".join(c.strip() for c in row if c.strip()))
                    for row in rows
                    if any(c.strip() for c in row)
                ),
                "nothing",
            )
            raise EvidenceError(
                f"no sheet has a row that names the columns of {role}; the first filled row: {seen}",
                where=Where(self._name),
                hint=f'name them in the source: columns = {{ {roles()[role].required[0][0]} = "..." }}',
            )
        if len(headed) > 1:
            names = ", ".join(f"'{name}'" for name, *_ in headed)
            raise EvidenceError(
                f"{len(headed)} sheets hold {role}: {names}",
                where=Where(self._name),
                hint='name the one that is meant: sheet = "..."; for another, write a second [[source]]',
            )
        name, line, header = headed[0]
        detection = with_header(
            found, header, role, columns, where=self._name, line=line, filled=chosen.filled
        )
        return Sheet(name, detection, tuple(other for other in self._tops if other != name), self)

    def rows(self, name: str) -> Iterator[list[str]]:
        """Every row of a sheet, from its first, once. Damage when the reader ends before the last."""
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({"rows": name}).encode() + b"\n")
            self._process.stdin.flush()
        try:
            for message in self._messages():
                yield from message["rows"]
        finally:
            self._end()

    def _messages(self) -> Iterator[dict[str, Any]]:
        """What the reader says until it says that this was all."""
        assert self._process.stdout
        try:
            while "end" not in (message := self._message(self._process.stdout)):
                yield message
        except BaseException:
            self._end()
            raise

    def _message(self, pipe: IO[bytes]) -> dict[str, Any]:
        line = pipe.readline(_MESSAGE_BYTES)
        try:
            message = (
                json.loads(line)
                if line.endswith(b"\n")
                else {"error": self._silence(is_long=len(line) == _MESSAGE_BYTES)}
            )
        except ValueError as error:
            raise Damage(
                "bit_error", "the workbook's reader said something that cannot be read", path=self._name
            ) from error
        if "error" in message:
            raise Damage(
                "bit_error",
                f"the workbook cannot be read: {message['error']}",
                path=self._name,
                hint="save the sheet as CSV",
            )
        return dict(message)

    def _silence(self, *, is_long: bool) -> str:
        if is_long:
            return f"one of its rows is longer than {_MESSAGE_BYTES >> 20:,} MB"
        # Whoever closes what it speaks into is about to end.
        code = self._process.wait()
        return (
            f"its reader was ended by signal {-code}: it asks for more than {_MEMORY_MB:,} MB or {_CPU_S} s,"
            " or is malformed"
        )


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Kill the reader if it lives, and take it off the system's list."""
    with suppress(ProcessLookupError):
        process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _spooled(member: Member, on_raw: Callable[[bytes], object] | None) -> IO[bytes]:
    """The workbook's bytes in a file in memory where the system has such, else in one without a name."""
    stored: IO[bytes] = (
        os.fdopen(os.memfd_create("workbook"), "w+b")
        if hasattr(os, "memfd_create")
        else tempfile.TemporaryFile()  # noqa: SIM115
    )
    try:
        for block in member.blocks(BLOCK_BYTES, on_raw):
            stored.write(block)
        stored.flush()
    except BaseException:
        stored.close()
        raise
    return stored


def _is_reasonable(archive: zipfile.ZipFile, member: Member) -> bool:
    for part in archive.infolist():
        if part.file_size > MAX_OUTPUT_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Damage(
                "bomb",
                f"a part of the workbook grows to more than {MAX_RATIO} times its size",
                path=member.name,
            )
    return True


def _header_row(
    name: str,
    top: list[list[str]],
    found: Detection,
    role: str,
    columns: Mapping[str, str],
    chosen: Choice,
) -> tuple[int, Cells] | None:
    """The number and the cells, up to the last filled one, of the row that the case names, or of the first
    that names every required column."""
    if chosen.header:
        return (chosen.row, chosen.header) if top else None
    for number, row in enumerate(top, 1):
        cells = [cell.strip() for cell in row]
        names = tuple(cells[: max((i for i, c in enumerate(cells, 1) if c), default=0)])
        if chosen.row == number:
            return number, names
        if chosen.row or not {key(c) for c in columns.values()} <= {key(n) for n in names}:
            continue
        if not missing(bind(found.layout, names, role, columns, where=name), chosen.filled):
            return number, names
    return None
