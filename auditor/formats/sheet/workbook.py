"""Office workbooks (.xlsx) as text cells, the way a person would have typed them.

A spreadsheet keeps no zone with a date, so dates come as naive ISO text: the source must state its zone. It
keeps 15 digits of a number; a longer one was rounded when it was typed in, and comes with an exponent, which
no reader takes for a number. Cells in error keep the text of the error (`#REF!`), and formulas without a
stored result come as one (`#NO_VALUE!`).

The cells come from a process of the workbook's own; one that ends it is damaged, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.catalogue.domains import roles
from auditor.containers.confined import Conversation, facts_of
from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.layout import Detection, bind, key, missing, shown, with_header
from auditor.formats.sheet import EMERGENCY
from auditor.formats.sheet.child import DATE, SPAN, TIME, Cell, text
from auditor.formats.sheet.errors import NO_NUMBER
from auditor.formats.sheet.merged import Merged
from auditor.formats.sheet.rest import Log

__all__ = ["Sheet", "Workbook", "open_sheet", "open_workbook", "text"]

_MAX_STORED_BYTES = 512 << 20
_NUMBERS = (*EMERGENCY, "calling_number", "contact_number")
_DAY_S = 86_400
_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b.*")

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a case says of the place of a table in a workbook: the sheet's name, the number of the row that
    names the columns (0: the first that does), the columns' names where no row has them, and the canonical
    columns that are `filled` without a column. `parts` are the file's columns that a time is made of. So many
    rows as `skip` says are above the row that names the columns, or above the first record."""

    sheet: str | None = None
    row: int = 0
    header: Cells = ()
    filled: Cells = ()
    parts: Cells = ()
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The one sheet of a workbook that holds the source's table. `detection.header_lines` is the number of
    its header row."""

    name: str
    detection: Detection
    others: tuple[str, ...]
    """Further sheets that are not empty; none of them has a header row for the role."""
    rest: Mapping[str, int]
    """Those of them, not hidden, that look like the rest of the log, with the number of rows that do."""
    _workbook: Workbook
    _times: frozenset[int]
    """Places of the columns of times: a date is its first instant there, as the spreadsheet keeps it."""
    _numbers: frozenset[int]
    """Places of the columns of numbers that were dialled, or of callers: a date is none, and the number that
    it was made of cannot be known from it."""
    _parts: frozenset[int]
    """Places of the parts of times: a length of time is a clock time there."""

    @property
    def height(self) -> int:
        """The number of its rows below the header."""
        return self._workbook.heights[self.name] - self.detection.header_lines

    @property
    def errors(self) -> Mapping[int, Mapping[str, int]]:
        """Place of a column in the header -> error -> how many of its cells hold that."""
        counts: dict[int, dict[str, int]] = {}
        for at, said, count in self._workbook.errors[self.name]:
            if at < len(self.detection.header):
                counts.setdefault(at, {})[said] = count
        return counts

    def rows(self, notes: list[str] | None = None) -> Iterator[tuple[int, Cells]]:
        """Every row below the header, once: its number in the spreadsheet, and its cells in the header's
        order ("" for empty ones). What only all of them show is added to `notes`."""
        width = len(self.detection.header)
        dates: Counter[tuple[int, bool]] = Counter()
        turned: Counter[int] = Counter()
        merged = Merged(self._workbook.merged[self.name], self.detection.header_lines)
        timed, numbers = sorted(self._times | self._parts), sorted(self._numbers)
        for number, cells in enumerate(self._workbook.rows(self.name), 1):
            if number > self.detection.header_lines:
                merged.fill(number - 1, cells)
                dates.update(_dates(cells, timed))
                for at in numbers:
                    if at < len(cells) and not isinstance(cells[at], str):
                        cells[at] = NO_NUMBER
                        turned[at] += 1
                cells = [c if isinstance(c, str) else self._meant(at, *c) for at, c in enumerate(cells)]
                # Cells beyond the header stay, so that the loader can see that a row is too long.
                while len(cells) > width and not cells[-1]:
                    cells.pop()
                yield number, tuple(map(str, cells))
        if notes is not None:
            notes += self._exchanged(dates)
            notes += (
                f"its column {shown(self.detection.header[at])} has dates or times in place of numbers"
                f" ({count:,}): have them shown as numbers, and save a copy"
                for at, count in sorted(turned.items())
            )
            notes += merged.notes(self.detection.header)

    def _exchanged(self, dates: Counter[tuple[int, bool]]) -> Iterator[str]:
        """The columns in which some days are dates, and others texts: what a spreadsheet makes of 12/03/2024
        and 13/03/2024 where it takes the month to be first."""
        for at, name in enumerate(self.detection.header):
            if dates[at, True] and dates[at, False]:
                yield (
                    f"its column {shown(name)} has dates whose day is 12 or less ({dates[at, True]:,}) and"
                    f" days as texts ({dates[at, False]:,}): where a spreadsheet read the texts, day and"
                    " month of these dates may be exchanged"
                )

    def _meant(self, place: int, kind: str, text: str) -> str:
        if kind == DATE and place in self._times:
            return f"{text} 00:00:00"
        if kind == SPAN and place in self._parts and 0 <= float(text) < _DAY_S:
            return (dt.datetime.min + dt.timedelta(seconds=float(text))).time().isoformat()
        return text

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
) -> Sheet:
    """Find the sheet and header row of `role` in a workbook that `detect` recognised.

    Damage when the workbook cannot be read; EvidenceError when no sheet, or more than one, has a row that
    names the required columns.
    """
    return open_workbook(member).sheet(found, role, columns, chosen)


def open_workbook(member: Member) -> Workbook:
    """Start the reader of a workbook and hear of its sheets. Damage when it cannot be read."""
    if member.size > _MAX_STORED_BYTES:
        raise Damage(
            "bomb", "the workbook is too big to be read", path=member.name, hint="save the sheet as CSV"
        )
    return Workbook(member)


class Workbook:
    """A workbook that a process of its own reads. The process ends with the last row, at any fault, and when
    nobody holds this any more."""

    def __init__(self, member: Member) -> None:
        self._name = member.name
        self._conversation = Conversation("auditor.formats.sheet.child:job", "-", member.name, member.size)
        self._tops: dict[str, list[list[str]]] = {}
        self.errors: dict[str, list[tuple[int, str, int]]] = {}
        """By the name of a sheet: column, error, and how often it is there."""
        self._hidden: set[str] = set()
        self.heights: dict[str, int] = {}
        self.merged: dict[str, list[list[int]]] = {}
        """By the name of a sheet: first row, last row and column of cells that are merged over several
        rows."""
        try:
            for said in self._conversation.ask(("tops", facts_of(member)), {"": member}):
                assert isinstance(said, dict)
                top = [[c if isinstance(c, str) else c[1] for c in row] for row in said["top"]]
                self._tops[said["sheet"]] = top
                if said["is_hidden"]:
                    self._hidden.add(said["sheet"])
                self.heights[said["sheet"]] = int(said["height"])
                self.merged[said["sheet"]] = [[int(place) for place in each] for each in said["merged"]]
                self.errors[said["sheet"]] = [(int(a), str(b), int(c)) for a, b, c in said["errors"]]
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the reader, whatever it does."""
        self._conversation.close()

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
        others = tuple(other for other in self._tops if other != name)
        named = {key(part) for part in chosen.parts}
        parts = frozenset(at for at, column in enumerate(header) if key(column) in named)
        timed = {column for name, column in detection.layout.columns.items() if name.endswith("_at")}
        times = frozenset(at for at, column in enumerate(header) if column in timed) - parts
        phones = detection.layout.showing(_NUMBERS)
        numbers = frozenset(at for at, column in enumerate(header) if column in phones) - times - parts
        log = Log(role, header, self._tops[name][line:], times | parts, numbers)
        rest = {other: self._rows_like(log, other) for other in others if other not in self._hidden}
        rest = {other: count for other, count in rest.items() if count}
        return Sheet(name, detection, others, rest, self, times, numbers, parts)

    def _rows_like(self, log: Log, name: str) -> int:
        """How many rows a sheet has from the first on that looks like one of the log."""
        begin = log.begins_in(self._tops[name])
        return 0 if begin is None else self.heights[name] - begin

    def rows(self, name: str) -> Iterator[list[Cell]]:
        """Every row of a sheet, from its first, once. Damage when the reader ends before the last."""
        try:
            for batch in self._conversation.ask(("rows", name), {}):
                assert isinstance(batch, list)
                yield from batch
        finally:
            self.close()


def _dates(cells: list[Cell], places: Sequence[int]) -> Iterator[tuple[int, bool]]:
    """Place, and whether it is a date that may also be read with its month first, of the cells that hold one,
    or a text of day and month by their numbers."""
    for at in places:
        held = cells[at] if at < len(cells) else ""
        if isinstance(held, str):
            if _DAY.fullmatch(held):
                yield at, False
        elif held[0] in (DATE, TIME) and int(held[1][8:10]) <= 12:
            yield at, True


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
        return (chosen.row or chosen.skip, chosen.header) if top else None
    for number, row in enumerate(top, 1):
        cells = [cell.strip() for cell in row]
        names = tuple(cells[: max((i for i, c in enumerate(cells, 1) if c), default=0)])
        if chosen.row == number:
            return number, names
        if chosen.row or number <= chosen.skip or not names:
            continue
        if {key(c) for c in columns.values()} <= {key(n) for n in names} and not missing(
            bind(found.layout, names, role, columns, where=name), chosen.filled
        ):
            return number, names
        if chosen.skip:
            # As in text: the first line below them is the header.
            return None
    return None
