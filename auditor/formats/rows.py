"""Which rows of a file are records, as the case says it: lines to skip, and a column by which rows are
kept; and lines of text for readers that make rows of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.reader import Asked

_LONGEST = 8 << 20
"""A longer line is no line of a log."""


def is_described(asked: Asked, kind: str) -> bool:
    """Whether the case says itself how the file is written, or states a layout of another kind: a reader that
    knows the file by its content then leaves it alone."""
    if asked.layout is not None and asked.layout.kind != kind:
        return True
    usual = Asked("")
    keys = ("columns", "header", "skip_head", "skip_lines", "quotes", "json", "unwrap", "keep", "delimiter")
    return any(getattr(asked, name) != getattr(usual, name) for name in keys)


def lines_of(member: Member) -> Iterator[str]:
    """The lines of a text, without their ends. Bytes that are no UTF-8 become U+FFFD. Damage where a line
    does
    not end."""
    rest = b""
    for block in member.blocks():
        if b"\n" not in block and len(rest) + len(block) > _LONGEST:
            raise Damage("bomb", f"a line is longer than {_LONGEST:,} bytes", path=member.name)
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").removesuffix("\r").removeprefix("\ufeff")
    if rest:
        yield rest.decode("utf-8", "replace").removesuffix("\r").removeprefix("\ufeff")


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
