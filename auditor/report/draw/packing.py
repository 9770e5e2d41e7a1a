"""Rows inside a page: columns of JSON, compressed, as text. A page keeps to its limit of bytes, and says how
many rows it has."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from auditor.model import Cell, Rows
from auditor.report.content.times import Zone
from auditor.report.privacy.masking import times_of
from auditor.text import safe_text

TEXT_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Pack:
    """A row set as it is in a page. Equal row sets share one `id`."""

    id: str
    text: str
    held: int
    total: int


class Packer:
    """Packs row sets one after another within a limit of bytes. The first ones get their space first."""

    def __init__(self, budget: int, zone: Zone) -> None:
        self._left = budget
        self._zone = zone
        self._by_rows: dict[int, Pack] = {}
        self._kept: list[Rows] = []
        self.packs: list[Pack] = []

    def pack(self, rows: Rows, limit: int | None = None) -> Pack:
        """Pack at most `limit` rows, fewer where the limit of bytes is reached. The same row set is stored
        once."""
        if id(rows) in self._by_rows:
            return self._by_rows[id(rows)]
        wanted = rows.length if limit is None else min(limit, rows.length)
        text = packed(rows, wanted, self._zone)
        while len(text) > self._left and wanted:
            wanted = min(wanted - 1, wanted * self._left * 9 // (len(text) * 10))
            text = packed(rows, max(0, wanted), self._zone)
        self._left -= len(text)
        pack = Pack(f"rows-{len(self.packs)}", text, max(0, wanted), rows.length)
        self.packs.append(pack)
        self._kept.append(rows)  # an id() is only unique while its object lives
        self._by_rows[id(rows)] = pack
        return pack


def packed(rows: Rows, limit: int, zone: Zone) -> str:
    """The first `limit` rows as base64 of gzip of `{"columns": [...], "data": [[...], ...]}`, one list a
    column; times in `zone`, and their columns without `_utc`."""
    data: list[list[Cell]] = [[] for _ in rows.columns]
    timed = times_of(rows)
    for row in _first(rows, limit):
        for column, cell, is_timed in zip(data, row, timed, strict=True):
            shown = zone.instant(cell) if is_timed and isinstance(cell, str) else cell
            column.append(safe_text(shown, TEXT_LIMIT) if isinstance(shown, str) else shown)
    whole = json.dumps(
        {"columns": [name.removesuffix("_utc") for name in rows.columns], "data": data, "length": limit},
        ensure_ascii=True,
        separators=(",", ":"),
    )
    return base64.b64encode(gzip.compress(whole.encode("ascii"), compresslevel=9, mtime=0)).decode("ascii")


def _first(rows: Rows, limit: int) -> Iterator[tuple[Cell, ...]]:
    return islice(rows, limit)
