"""Places of a sheet's cells, and what is said of the cells there."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

_MAX_ROW, _COLUMN_BITS = 1 << 20, 15

Said = TypeVar("Said", bound=Hashable)


class Places(Generic[Said]):
    """Cells by row and column (from 0), with what is said of each, in little memory: a column of a long sheet
    may be in it."""

    def __init__(self) -> None:
        self._places, self._said = array("q"), array("L")
        self._numbers: dict[Said, int] = {}
        self._in_order = True

    def __bool__(self) -> bool:
        return bool(self._places)

    def add(self, row: int, column: int, said: Said) -> None:
        """Note a cell; one at a place that no sheet has is none."""
        if 0 <= row < _MAX_ROW and 0 <= column < 1 << _COLUMN_BITS:
            place = row << _COLUMN_BITS | column
            self._in_order &= not self._places or self._places[-1] < place
            self._places.append(place)
            self._said.append(self._numbers.setdefault(said, len(self._numbers)))

    def __iter__(self) -> Iterator[tuple[int, int, Said]]:
        """Row, column and what is said of each, in the order of the sheet."""
        said = list(self._numbers)
        order = range(len(self._places))
        for at in order if self._in_order else sorted(order, key=self._places.__getitem__):
            row, column = divmod(self._places[at], 1 << _COLUMN_BITS)
            yield row, column, said[self._said[at]]


def column_number(letters: str) -> int:
    """The number of a column, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def local(tag: str) -> str:
    """The name of an element without its prefix."""
    return tag.rpartition(":")[2]
