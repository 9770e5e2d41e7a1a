"""Which rows of a file are records, as the case says it: lines to skip, and a column by which rows are
kept; and lines of text for readers that make rows of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from auditor.catalogue.reference import keys
from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.first_lines import encoding_of, line_end
from auditor.formats.reader import HEAD_BYTES, Asked, Faulty

_LONGEST = 8 << 20
"""A longer line is no line of a log."""
_NO_VALUES = frozenset(word.casefold() for word in keys("no_value_word"))
"""Read here and not later: a reader that runs in a process of its own may open no file."""
_LONGEST_WORD = max(map(len, _NO_VALUES))
_MARKS = "[\\s\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+"
_INVISIBLE = re.compile(f"^{_MARKS}|{_MARKS}$")
"""Blanks and marks that show nothing, at the ends of a text."""
_AROUND = re.compile("^[^<]*<|>.*$|[\"'=`]")
_SCHEME = re.compile("^(?:sips?|tel):")
_SIGNS = str.maketrans("", "", " ()-.")
_FOREIGN = re.compile("[\udc80-\udcff]")
_FAULT = re.compile("[\0\r\n\udc80-\udcff]")
"""What no line of a log holds: another line end, a NUL, bytes that are not in its encoding."""


def is_described(asked: Asked, kind: str) -> bool:
    """Whether the case says itself how the file is written, or states a layout of another kind: a reader that
    knows the file by its content then leaves it alone."""
    if asked.layout is not None and asked.layout.kind != kind:
        return True
    usual = Asked("")
    keys = ("columns", "header", "skip_head", "skip_lines", "quotes", "json", "unwrap", "keep", "delimiter")
    return any(getattr(asked, name) != getattr(usual, name) for name in keys)


def lines_of(member: Member, encoding: str | None = None) -> Iterator[str]:
    """The lines of a text, without their ends. Bytes that are not in the encoding become halves of
    characters (`surrogateescape`): see `faulty`. Damage where a line does not end."""
    newline = line_end(member.head(HEAD_BYTES))
    codec = encoding_of(encoding) or "utf-8"

    def text(line: bytes) -> str:
        return line.decode(codec, "surrogateescape").rstrip("\r").removeprefix("\ufeff")

    rest = b""
    for block in member.blocks():
        if newline not in block and len(rest) + len(block) > _LONGEST:
            raise Damage("bomb", f"a line is longer than {_LONGEST:,} bytes", path=member.name)
        *whole, rest = (rest + block).split(newline)
        # After a head with CR alone, LF may come behind CR: it is of the line before.
        yield from (text(line.removeprefix(b"\n") if newline == b"\r" else line) for line in whole)
    if rest.strip(b"\r\n"):
        yield Unended(text(rest.removeprefix(b"\n") if newline == b"\r" else rest))


class Unended(str):
    """A last line that no line end follows: it may be cut."""

    __slots__ = ()


def is_foreign(text: str) -> bool:
    """Whether a text has bytes that are not in the encoding of its file."""
    return first_foreign(text) >= 0


def first_foreign(text: str) -> int:
    """Where the first of such bytes is; -1 where there are none."""
    found = None if text.isascii() else _FOREIGN.search(text)
    return found.start() if found else -1


def unless_foreign(row: Sequence[str]) -> Sequence[str]:
    """A row; where a text of it has such bytes that text alone, which is rejected."""
    foreign = next(filter(is_foreign, row), None)
    return row if foreign is None else Faulty(" ".join(foreign.split()))


def faulty(line: str) -> Faulty | None:
    """A line that must not be cut into fields; None for others."""
    return Faulty(line) if _FAULT.search(line) else None


def given(text: str | None) -> str:
    """A value without blanks and invisible marks around it; "" for none, and for a word that says that there
    is none."""
    bare = text or ""
    if not bare.isascii():
        bare = _INVISIBLE.sub("", bare)
    bare = bare.strip()
    return "" if len(bare) <= _LONGEST_WORD and bare.casefold() in _NO_VALUES else bare


def beside(dialled: str, others: Iterable[str], audited: Collection[str]) -> str:
    """Of the other numbers of a record the one that goes into `dialled_other`, which holds one: the first,
    but where `dialled` is no audited number and one of them is, that. "" where there is none.

    Which records are emergencies is not said here (`kind_of_dialled` in SQL reads both columns): a text that
    is not recognised here is chosen as if no number were known, by its place.
    """
    texts = [text for text in others if text and text != dialled]
    if len(texts) > 1 and audited and not _is_audited(dialled, audited):
        return next((text for text in texts if _is_audited(text, audited)), texts[0])
    return texts[0] if texts else ""


def _is_audited(text: str, audited: Collection[str]) -> bool:
    called = _called(text)
    is_below = called.startswith("urn:") and any(called.startswith(f"{urn}.") for urn in audited)
    return is_below or called in audited


def _called(text: str) -> str:
    """A dialled text without what may be around its number."""
    bare = _AROUND.sub("", unquote(text)).strip().lower()
    whole = bare if bare.startswith("urn:") else _SCHEME.sub("", bare).split("@")[0].split(":")[0]
    number = whole.split(";")[0].split("?")[0]
    return number if number.startswith("urn:") else number.translate(_SIGNS).lstrip("+")


def fields_of(line: str, delimiter: str = ",") -> list[str]:
    """The fields of one line; the line itself where its quotes cannot be read."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return [line]


def skipper(asked: Asked, encoding: str = "utf-8") -> Callable[[bytes], bool]:
    """Whether a line (bytes, without its end) is no data, by `skip_lines`. EvidenceError for what is no
    pattern."""
    if not asked.skip_lines:
        return lambda line: False
    try:
        pattern = re.compile(asked.skip_lines)
    except re.error as error:
        raise EvidenceError(
            f"skip_lines is no regular expression: {error}", hint="for example skip_lines = '^(Total|Page) '"
        ) from error
    return lambda line: pattern.search(line.decode(encoding, "replace")) is not None


def column_number(name: str, header: Sequence[str], columns: Mapping[str, str]) -> int | None:
    """Where the column called `name` (a canonical name, or one of the header) is; None where it is
    not."""
    wanted = columns.get(name, name).strip().casefold()
    names = [own.strip().casefold() for own in header]
    return names.index(wanted) if wanted in names else None


def no_keep_column(column: str, header: Iterable[str], name: str) -> EvidenceError:
    """What is wrong where `keep` names a column that a file does not have."""
    return EvidenceError(
        f"keep names a column {column!r} that is not there",
        where=Where(name),
        hint=f"its columns: {', '.join(list(header)[:40])}",
    )
