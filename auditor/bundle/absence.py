"""Who is not in a table: a row of places that the callers of the table mark, sealed place by place.

Each caller marks a few places. Which ones follows from the table and the number alone (SHA-256), so nobody
can point to a wrong one. Each place is a leaf of a hash tree: whether it is marked, behind a salt of its own.
To show that a caller is not in the table, one of the places that he would have marked is opened, and it is
not marked. That says nothing of others: which places they marked stays behind the salts. (The marks are a
Bloom filter, which never takes a caller who is in it for one who is not.)

Others may have marked all places of a caller who is not in the table. Then there is no proof of it: with at
least 16 places for each caller that happens to fewer than one in 1,000. What holds the marks to the logs is
their root: `auditor verify` recomputes it with the table's own.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from auditor.bundle import merkle

_FOR_EACH, _MARKS = 16, 11
"""Places for each caller, at least; how many of them a caller marks. 11 is the best for 16."""
_FEWEST, _MOST = 1 << 8, 1 << 22
"""With the fewest, tables with few callers look alike. The most take a few seconds; a table with more callers
than they are for has fewer places for each, and a proof fails more often."""
_SALT = 16
_FREE, _MARKED = b"\0", b"\1"
_PREFIXES = ("imsi:", "imei:")
_BLANKS, _OF_IMEI = str.maketrans("", "", " -"), 14
_OF_NOBODY = "record:"
"""A caller of its own, of whom only the record is known."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one table: the leaf of each, with its salt and its mark."""

    leaves: tuple[bytes, ...]
    salts: bytes
    marks: bytes

    @property
    def root(self) -> bytes:
        """The root over all places."""
        return merkle.root_of(self.leaves)

    def salt(self, place: int) -> bytes:
        """The salt of one place."""
        return self.salts[_SALT * place : _SALT * (place + 1)]


def caller_in(kind: str, cell: str, read: Mapping[str, str]) -> str | None:
    """How a caller is called among the marks, by a cell and what the cell is declared as: a number in E.164
    (`read` gives that of a number as it is written), the digits of an IMSI, the first 14 of an IMEI: a record
    has 16 of one that another gives with 15. None: it names nobody."""
    if kind == "caller":
        named = next((cell.removeprefix(p) for p in _PREFIXES if cell.startswith(p)), cell)
        return None if named.startswith(_OF_NOBODY) else named
    if kind == "imei":
        return cell.translate(_BLANKS)[:_OF_IMEI]
    return read.get(cell, cell) if kind == "number" else cell


def places_of(table: str, caller: str, count: int) -> tuple[int, ...]:
    """The places that a caller marks in a table with `count` places, a power of two."""
    text = f"auditor: places of a caller, 1\0{table}\0{caller}".encode()
    drawn = hashlib.shake_256(text).digest(4 * _MARKS)
    return tuple(int.from_bytes(drawn[at : at + 4], "big") % count for at in range(0, len(drawn), 4))


def marked(table: str, callers: Collection[str], secret: bytes) -> Places:
    """The places of a table, with the marks of its callers. `secret` gives the salts."""
    wanted, count = _FOR_EACH * len(callers), _FEWEST
    while count < min(wanted, _MOST):
        count *= 2
    marks = bytearray(count)
    for caller in callers:
        for place in places_of(table, caller, count):
            marks[place] = 1
    key = hmac.digest(secret, f"places {table}".encode(), "sha256")
    salts = hashlib.shake_256(key).digest(_SALT * count)
    leaves = tuple(
        merkle.leaf(salts[_SALT * place : _SALT * (place + 1)] + (_MARKED if mark else _FREE))
        for place, mark in enumerate(marks)
    )
    return Places(leaves, salts, bytes(marks))


def free_leaf(salt: bytes) -> bytes:
    """The leaf of a place that is not marked."""
    return merkle.leaf(salt + _FREE)


def free_place(table: str, caller: str, places: Places) -> int | None:
    """A place of the caller that is not marked; None where others have marked all."""
    own = places_of(table, caller, len(places.marks))
    return next((place for place in own if not places.marks[place]), None)
