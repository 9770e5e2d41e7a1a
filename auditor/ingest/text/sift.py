"""What is in lines, without trusting any reader: totals of every byte, and the lines that cannot be records.

Positions are looked for only where the totals do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from auditor.containers.buffer import Bytes
from auditor.formats.reader import Dialect
from auditor.ingest.text.split import CR, LF, MAX_LINE_BYTES, WINDOW, Positions, shown
from auditor.ingest.text.strays import moved_header, stray_lines

Array = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Survey:
    """Totals of a piece: what is in it must be found again in what was made of it."""

    newlines: int
    controls: int
    quotes: int
    delimiters: int
    high: int

    def __add__(self, other: Survey) -> Survey:
        return Survey(*(a + b for a, b in zip(self.totals, other.totals, strict=True)))

    @property
    def totals(self) -> tuple[int, int, int, int, int]:
        """The five counts, in the order of the fields."""
        return self.newlines, self.controls, self.quotes, self.delimiters, self.high


@dataclass(frozen=True, slots=True)
class Fault:
    """A damaged line that is no record. `line` counts from 0 in its piece."""

    line: int
    offset: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Sifted:
    """A piece after sifting: the well-formed lines and their numbers in the piece (from 0), all other bytes,
    and the faults among them.

    `non_data` are the numbers of blank lines, comments and repeated headers; nothing else is kept of them,
    for a file may hold millions.
    """

    clean: bytes
    removed: bytes
    lines: Positions
    faults: tuple[Fault, ...]
    non_data: Positions


def survey(data: Bytes, dialect: Dialect) -> tuple[Survey, Positions]:
    """The totals of `data` and its line ends, in windows small enough to stay in the processor's cache."""
    array = np.frombuffer(data, dtype=np.uint8)
    marks = [(at, ord(mark)) for at, mark in enumerate((dialect.quote, dialect.delimiter)) if mark]
    flags = np.empty(WINDOW, dtype=bool)
    counts = [0, 0]
    low = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(array), WINDOW):
        window = array[start : start + WINDOW]
        flag = flags[: len(window)]
        # As signed bytes, those above 127 are below 32 too: one pass finds line ends, other controls and what
        # is not ASCII.
        low.append(np.flatnonzero(np.less(window.view(np.int8), 32, out=flag)) + start)
        for at, mark in marks:
            # Most windows hold no quote, and to see that costs less than to count none.
            if np.equal(window, mark, out=flag).any():
                counts[at] += int(np.count_nonzero(flag))
    places = np.concatenate(low)
    values = array[places]
    ends = places[values == LF]
    high = int(np.count_nonzero(values > 127))
    return Survey(len(ends), len(places) - high, counts[0], counts[1], high), ends


def adds_up(data: Bytes, totals: Survey, ends: Positions, dialect: Dialect) -> bool:
    """Whether `data`, whose lines end at `ends`, can be read unchanged: its totals fit, its text is UTF-8,
    its quotes are in their places."""
    lines = totals.newlines
    array = np.frombuffer(data, dtype=np.uint8)
    fields = lines * (dialect.width - 1)
    if (
        dialect.delimiter
        and totals.delimiters != fields
        and not (totals.quotes and totals.delimiters > fields)
    ):
        return False
    if dialect.width == 1 and _has_blank(array, ends):
        return False  # a blank line lacks no delimiter here
    tabs = totals.delimiters if dialect.delimiter == b"\t" else 0
    if totals.controls != lines + tabs and not _controls_are_harmless(array, lines):
        return False
    if totals.quotes and not (
        _quotes_stand_well(array, dialect)
        and (totals.delimiters == fields or _unquoted(array, dialect) == fields)
    ):
        return False
    return not totals.high or _is_utf8(data)


def _has_blank(array: Array, ends: Positions) -> bool:
    widths = np.diff(ends, prepend=-1)
    short = ends[widths == 2] - 1
    return bool((widths == 1).any() or (array[short] == CR).any())


def sift(data: bytes, dialect: Dialect, *, is_tail_open: bool, is_tail_cut: bool = False) -> Sifted:
    """Part the lines of `data` (which ends with a line end) into well-formed ones and faults, by arrays, not
    line by line.

    `is_tail_open`: the file ends without a line end, so a short last line was cut off. `is_tail_cut`: what
    its last field holds says that it may have been cut off too.
    """
    array = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(array == LF)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends[:-1] + 1))
    reasons = _reasons(data, array, starts, ends, dialect)
    if is_tail_open and len(reasons) and reasons[-1] in ("field_count", "quote"):
        reasons[-1] = "cut_tail"
    if is_tail_cut and len(reasons) and reasons[-1] == "":
        reasons[-1] = "cut_tail"
    good = reasons == ""
    others = np.flatnonzero(~good)
    is_data = np.fromiter(
        (reason not in _NON_DATA for reason in reasons[others]), dtype=bool, count=len(others)
    )
    faults = tuple(
        Fault(int(i), int(starts[i]), str(reasons[i]), shown(data[starts[i] : ends[i]]))
        for i in others[is_data]
    )
    keep = np.repeat(good, np.diff(np.concatenate((starts, [len(data)]))))
    if CR in data:
        keep &= array != CR
    return Sifted(
        array[keep].tobytes(), array[~keep].tobytes(), np.flatnonzero(good), faults, others[~is_data]
    )


_NON_DATA = frozenset(["blank", "comment", "repeated_header"])
_SWALLOWING = ("bare_carriage_return", "encoding", "quote", "field_count")
"""What is wrong with a line that holds the records after it too: their lines end otherwise, or are in another
encoding."""
_FEW_COLUMNS = 5
"""A sentence may have as many commas as a record of so many columns."""
_MANY = 16
"""A line as long as so many records may hold as many."""


def _reasons(
    data: bytes, array: Array, starts: Positions, ends: Positions, dialect: Dialect
) -> npt.NDArray[np.object_]:
    """For each line the first thing that is wrong with it, "" where nothing is."""
    reasons = np.full(len(ends), "", dtype=object)
    width = ends - starts

    def mark(lines: npt.NDArray[np.bool_], reason: str) -> None:
        reasons[lines & (reasons == "")] = reason

    def holds(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(ends), dtype=bool)
        found[np.searchsorted(ends, np.flatnonzero(flags))] = True
        return found

    returns = array == CR
    closing = np.zeros(len(ends), dtype=bool)
    closing[width > 0] = returns[ends[width > 0] - 1]
    mark(width == closing, "blank")
    mark(width > MAX_LINE_BYTES, "line_too_long")
    mark(holds(array == 0), "nul")
    returns[ends[closing] - 1] = False
    mark(holds(returns), "bare_carriage_return")
    for line in np.flatnonzero(holds(array > 127)):
        if reasons[line] == "" and not _is_utf8(data[starts[line] : ends[line]]):
            reasons[line] = "encoding"
    if stray := stray_lines(dialect):
        for found in stray.finditer(data):
            reasons[np.searchsorted(starts, found.start())] = "repeated_header"
        for found in moved_header(dialect).finditer(data):
            at = np.searchsorted(starts, found.start())
            reasons[at] = reasons[at] or "moved_header"
    if dialect.delimiter:
        outside, is_quoted_well = _fields(array, ends, dialect)
        wrong = outside != dialect.width - 1
        mark(~is_quoted_well, "quote")
        # A record may begin with #, and then be damaged: it has most of its delimiters still. Where records
        # have few, a comment has as many.
        is_few = (2 * outside < dialect.width - 1) | (dialect.width <= _FEW_COLUMNS)
        is_marked = array[np.minimum(starts, len(array) - 1)] == ord("#")
        mark(wrong & is_few & (width > 0) & is_marked, "comment")
        mark(wrong, "field_count")
    good = width[reasons == ""]
    if len(good):
        has_fields = bool(dialect.delimiter) and dialect.width > 1
        records = outside // (dialect.width - 1) if has_fields else width // max(1, int(good.mean()))
        _mark_swallowed(reasons, records, array, starts, ends, _MANY * good.mean())
    return reasons


def _mark_swallowed(
    reasons: npt.NDArray[np.object_],
    records: Positions,
    array: Array,
    starts: Positions,
    ends: Positions,
    long: float,
) -> None:
    """Name the faulty lines that may hold many records. `records` is for how many each has delimiters enough;
    one that ends its records by CR needs only two. In another encoding the delimiters are gone, and it is a
    `long` line of foreign letters."""
    for line in np.flatnonzero(np.isin(reasons, _SWALLOWING)):
        text = array[starts[line] : ends[line]]
        is_foreign = len(text) > long and 2 * np.count_nonzero(text > 127) > len(text)
        most = 1 if reasons[line] == "bare_carriage_return" else _MANY
        if records[line] > most or is_foreign:
            reasons[line] = "several_records"


def _fields(array: Array, ends: Positions, dialect: Dialect) -> tuple[Positions, npt.NDArray[np.bool_]]:
    """For each line: delimiters outside quotes, and whether its quotes are in their places."""
    delimiters = np.flatnonzero(array == ord(dialect.delimiter))
    lines = np.searchsorted(ends, delimiters)
    if not dialect.quote:
        return np.bincount(lines, minlength=len(ends)), np.ones(len(ends), dtype=bool)
    quotes = np.flatnonzero(array == ord(dialect.quote))
    of_line = np.searchsorted(ends, quotes)
    counts = np.bincount(of_line, minlength=len(ends))
    before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)[:-1]))
    is_inside = (np.searchsorted(quotes, delimiters) - before[lines]) % 2 == 1
    misplaced = ~_in_place(array, quotes, (np.arange(len(quotes)) - before[of_line]) % 2 == 0, dialect)
    is_well = (counts % 2 == 0) & (np.bincount(of_line[misplaced], minlength=len(ends)) == 0)
    return np.bincount(lines[~is_inside], minlength=len(ends)), is_well


def _quotes_stand_well(array: Array, dialect: Dialect) -> bool:
    """As `_in_place` says of all quotes, in windows: a log may be quoted throughout."""
    opens, closes = _edges(dialect)
    is_inside = 0
    for start in range(0, len(array), WINDOW):
        quotes = np.flatnonzero(array[start : start + WINDOW] == ord(dialect.quote)) + start
        # Before the first byte comes the last one, which is a line end; none is a quote, so one comes after.
        before, after = array[quotes[is_inside::2] - 1], array[quotes[1 - is_inside :: 2] + 1]
        if not (opens[before].all() and closes[after].all()):
            return False
        is_inside ^= len(quotes) % 2
    return not is_inside


def _unquoted(array: Array, dialect: Dialect) -> int:
    """Delimiters outside quotes: DuckDB takes a line with one too many at its end, whose last field is empty,
    without a word."""
    is_outside = np.bitwise_xor.accumulate((array == ord(dialect.quote)).view(np.uint8)) == 0
    return int(np.count_nonzero((array == ord(dialect.delimiter)) & is_outside))


def _in_place(
    array: Array, quotes: Positions, opens: npt.NDArray[np.bool_], dialect: Dialect
) -> npt.NDArray[np.bool_]:
    """A quote opens after a delimiter or line end and closes before one; two side by side inside a field
    are one."""
    may_open, may_close = _edges(dialect)
    return np.where(opens, may_open[array[quotes - 1]], may_close[array[quotes + 1]])


def _edges(dialect: Dialect) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Of each byte, whether a quote may open after it, and whether one may close before it."""
    may_open = np.zeros(256, dtype=bool)
    may_open[[ord(dialect.delimiter), ord(dialect.quote), LF]] = True
    may_close = may_open.copy()
    may_close[CR] = True
    return may_open, may_close


def _controls_are_harmless(array: Array, lines: int) -> bool:
    """Line ends may all be CR LF, and other control characters than NUL are text."""
    returns = np.flatnonzero(array == CR)
    if len(returns) not in (0, lines) or (len(returns) and not (array[returns + 1] == LF).all()):
        return False
    return not (array == 0).any()


def _is_utf8(data: Bytes) -> bool:
    try:
        return str(data, "utf-8") is not None
    except UnicodeDecodeError:
        return False
