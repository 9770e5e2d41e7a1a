"""Pieces of several small files, read by one statement: to plan and start one takes longer than to read a
hundred lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from auditor.containers.buffer import Buffer
from auditor.errors import StoreError
from auditor.ingest.ledger.looks import Looks
from auditor.ingest.sql import LINE_DELIMITER, Projection
from auditor.ingest.text.ending import is_number_cut
from auditor.ingest.text.lists import is_flat, unread_lists
from auditor.ingest.text.looking import Seen, looking, spellings_in
from auditor.ingest.text.planned import Planned
from auditor.ingest.text.scan import (
    PROFILE,
    UTF_8,
    Lines,
    Scanned,
    add,
    add_misses,
    cut_out,
)
from auditor.ingest.text.sift import adds_up, survey
from auditor.ingest.text.split import Piece
from auditor.store import Store

Row = tuple[Any, ...]
_BY = "piece"


@dataclass(frozen=True, slots=True)
class _Text:
    """A piece that can be read unchanged. `first` is how many lines of others come before it."""

    place: int
    piece: Piece
    lines: Lines
    first: int
    is_open: bool


class Together:
    """Scans small pieces of several files on a connection and a buffer of its own."""

    def __init__(self, store: Store, looks: Looks) -> None:
        self._store, self._looks = store, looks
        self._buffer = Buffer()
        self._planned = Planned(store, PROFILE)
        self._seen = Seen()

    def close(self) -> None:
        """Give buffer and connection back."""
        self._buffer.close()
        self._store.close()

    def scan(self, found: Sequence[Piece], projection: Projection) -> list[Scanned | None]:
        """What is in each piece; None where a piece must be scanned by itself, because something in it asks
        for a second look."""
        scans: list[Scanned | None] = [None] * len(found)
        if projection.texts.source.multiline or projection.dialect.encoding not in UTF_8:
            return scans
        texts = _well_formed(found, projection)
        if not texts:
            return scans
        if projection.texts.is_json and all(is_flat(text.lines.data, text.lines.ends) for text in texts):
            projection = projection.flat()
        mark = projection.dialect.delimiter or LINE_DELIMITER
        self._buffer.fill(*(_numbered(number, text, mark) for number, text in enumerate(texts)))
        try:
            each = (self._attempts if projection.table.role == "attempts" else self._others)(
                texts, projection
            )
        except StoreError as error:
            if "CSV" not in error.message:
                raise
            return scans
        for text, scanned in zip(texts, each, strict=True):
            if scanned and scanned.read == scanned.lines:
                scans[text.place] = scanned
        return scans

    def _relation(self, projection: Projection) -> str:
        lines = projection.lines(self._buffer.path, is_numbered=True)
        return f"(SELECT row_number() OVER () AS n, * RENAME (n AS {_BY}) FROM {lines})"

    def _others(self, texts: Sequence[_Text], projection: Projection) -> list[Scanned | None]:
        """Pieces of which every line is kept."""
        relation = self._relation(projection)
        sql = projection.counted(relation, _BY)
        counts = {number: (read, headers) for read, headers, number in self._store.query(sql, name=PROFILE)}
        spellings: frozenset[str] = frozenset()
        if projection.texts.is_json:
            spellings = spellings_in(self._store, projection, relation, self._seen)
        scans = [
            _kept_whole(text, projection, *counts.get(number, (0, 0))) for number, text in enumerate(texts)
        ]
        return [replace(scanned, spellings=spellings) if scanned else None for scanned in scans]

    def _attempts(self, texts: Sequence[_Text], projection: Projection) -> list[Scanned | None]:
        relation = self._relation(projection)
        scans: list[Scanned | None] = [None] * len(texts)
        with looking(self._looks, self._planned, len(texts)) as look:
            summaries = look.at(projection, relation, self._seen, _BY)
            projection = projection.spelled(look.spellings)
            found = {each.look - look.first: each for each in summaries}
            strays: set[int] = set()
            if any(each.headers for each in found.values()):
                rows = self._store.query(projection.strays(relation, _BY), name=PROFILE)
                strays = {number for _, number in rows}
            misses: dict[int, list[Row]] = defaultdict(list)
            if any(each.misses for each in found.values()):
                for row in self._store.query(projection.near_misses(relation, _BY), name=PROFILE):
                    misses[row[2]].append(row)
            whole = {
                number: summary
                for number, summary in found.items()
                if number not in strays and summary.records == len(texts[number].lines.ends)
            }
            looks = look.taken(list(whole.values()))
            for (number, summary), taken in zip(whole.items(), looks, strict=True):
                text = texts[number]
                scanned = _new(text, projection)
                add(summary, scanned)
                own = [(dialled, _own(places, text)) for dialled, places, _ in misses[number]]
                add_misses(own, scanned)
                cut_out(_own(summary.places, text), text.lines, text.piece, scanned)
                scanned.looks.append(taken)
                scanned.spellings = look.spellings
                scans[number] = scanned
        return scans


def _well_formed(found: Sequence[Piece], projection: Projection) -> list[_Text]:
    texts: list[_Text] = []
    first = 0
    for place, piece in enumerate(found):
        data = piece.data
        is_open = not data.endswith(b"\n")
        data += b"\n" * is_open
        totals, ends = survey(data, projection.dialect)
        is_cut = is_open and is_number_cut(piece.parts[-1:], projection)
        if not piece.is_overlong and not is_cut and adds_up(data, totals, ends, projection.dialect):
            texts.append(_Text(place, piece, Lines(data, ends, is_raw=True), first, is_open))
            first += len(ends)
    return texts


def _numbered(number: int, text: _Text, mark: bytes) -> bytes:
    """The lines of a text with a number before each."""
    before = b"%d%b" % (number, mark)
    data = bytes(text.lines.data)
    return (before + data[:-1].replace(b"\n", b"\n" + before) + b"\n") if data else b""


def _new(text: _Text, projection: Projection) -> Scanned:
    count = len(text.lines.ends)
    scanned = Scanned(count, count, is_unended=text.is_open, is_flat=projection.texts.is_flat)
    if projection.texts.is_json and not scanned.is_flat:
        scanned.unread = unread_lists(text.lines.data, text.lines.ends)
    return scanned


def _own(numbers: Sequence[int], text: _Text) -> list[int]:
    """Numbers of rows, counted in the text that they are in."""
    return [number - text.first for number in numbers]


def _kept_whole(text: _Text, projection: Projection, read: int, headers: int) -> Scanned | None:
    if headers:
        return None
    scanned = _new(text, projection)
    scanned.read = scanned.kept_count = read
    if read == scanned.lines:
        cut_out(range(1, read + 1), text.lines, text.piece, scanned)
    return scanned
