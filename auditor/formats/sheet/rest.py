"""Which further sheets of a workbook look like the rest of the log that one of them holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.catalogue.domains import roles
from auditor.formats.layout import key

Rows = Sequence[Sequence[str]]
_TIME = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b.*|\d{1,2}:\d\d\b.*")
_NUMBER = re.compile(r"\W*\d[\d\s()/.-]+\W*")


@dataclass(frozen=True, slots=True)
class Log:
    """The sheet that is read: its header and first rows below that, and the places of its times and of the
    numbers that were dialled or of callers."""

    role: str
    header: Sequence[str]
    rows: Rows
    times: frozenset[int]
    numbers: frozenset[int]

    def begins_in(self, top: Rows) -> int | None:
        """Where in the first rows of a further sheet, from 0, a row is that looks like one of the log: with a
        time and a number in the places where the log has them, or anywhere in a sheet that is as wide or has
        most of its columns. None where none does, or where the sheet names the columns of another role."""
        foreign = _times_of_others(self.role)
        if any(foreign.intersection(map(key, row)) for row in top):
            return None
        times, numbers = self._forms(self.times), self._forms(self.numbers)
        own = {key(column) for column in self.header}
        is_alike = max(map(_filled, top), default=0) == len(self.header) or any(
            2 * len(own & {key(cell) for cell in row}) > len(own) for row in top
        )
        for at, row in enumerate(top):
            is_time = [bool(_TIME.fullmatch(cell)) or _form(cell) in times for cell in map(str.strip, row)]
            is_number = [
                (bool(_NUMBER.fullmatch(cell)) or _form(cell) in numbers) and not is_time[place]
                for place, cell in enumerate(map(str.strip, row))
            ]
            if _any_of(is_time, self.times) and _any_of(is_number, self.numbers):
                return at
            if is_alike and any(is_time) and (any(is_number) or not self.numbers):
                return at
        return None

    def _forms(self, places: Iterable[int]) -> set[str]:
        cells = (row[at].strip() for row in self.rows for at in places if at < len(row))
        return {_form(cell) for cell in cells if any(map(str.isdigit, cell))}


def _any_of(holds: Sequence[bool], places: Iterable[int]) -> bool:
    return any(at < len(holds) and holds[at] for at in places)


def _form(cell: str) -> str:
    """A text without its own letters and digits."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "0", cell))


def _filled(row: Sequence[str]) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell.strip()), default=0)


def _times_of_others(role: str) -> frozenset[str]:
    """The columns of times that other roles need, and this one has not."""
    needed = {column for table in roles().values() for group in table.required for column in group}
    return frozenset(key(c) for c in needed - {*roles()[role].columns} if c.endswith("_at"))
