"""Which rows of a file are records, as the case says it: lines to skip, and a column by which rows are
kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from auditor.errors import EvidenceError, Where
from auditor.formats.reader import Asked


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
