"""What a source says of its own columns and words, checked against the tables before any file is opened."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.case import FILE, Case, Source
from auditor.errors import UsageError, Where
from auditor.ingest.schema import table_of


def check_mappings(case: Case) -> None:
    """UsageError where a source maps a column that its role does not have, or a word to one that is not
    listed."""
    where = Where(str(case.folder / FILE))
    for source in case.sources:
        for message, hint in _faults(source):
            raise UsageError(f"source {source.path!r}: {message}", where=where, hint=hint)


def _faults(source: Source) -> Iterable[tuple[str, str]]:
    table = table_of(source.role)
    for column in source.columns:
        if column not in table.canonical:
            yield f"'{column}' is no column of {source.role}", _meant(column, list(table.canonical))
    for name in ("nulls", "constants", "time_parts"):
        for column in getattr(source, name):
            if column not in table.canonical:
                said = f"{name} names '{column}', which is no column of {source.role}"
                yield said, _meant(column, list(table.canonical))
    for column in source.time_parts:
        if not column.endswith("_at"):
            yield f"time_parts names '{column}', which is no time", "only times are made of parts"
    for column, words in source.values.items():
        yield from _contradictions(column, words)
        listed = table.codes.get(column)
        if column in table.names:
            continue  # names are not listed: any may be meant
        if listed is None:
            said = "holds no listed words" if column in table.canonical else f"is no column of {source.role}"
            known = sorted(table.names.union(table.codes))
            yield f"values maps words of '{column}', which {said}", _meant(column, known)
            continue
        for word, meant in words.items():
            if meant.strip().lower() not in listed:
                yield (
                    f"values maps {word!r} to {meant!r}, which is no listed word of {column}",
                    _meant(meant, listed),
                )


def _contradictions(column: str, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Words that are one word as they are read, but are given two meanings."""
    meanings: dict[str, tuple[str, str]] = {}
    for word, meant in words.items():
        other, before = meanings.setdefault(word.strip().lower(), (word, meant))
        if meant != before:
            yield (
                f"values gives two spellings of one word of '{column}' two meanings: {other!r} is"
                f" {before!r} and {word!r} is {meant!r}",
                "capital letters and outer blanks make no other word: give one of them",
            )


def _meant(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name.strip().lower(), known, n=1)
    return (f"did you mean {close[0]!r}? " if close else "") + ("known: " + ", ".join(known) if known else "")
