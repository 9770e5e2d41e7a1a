"""Cells merged over several rows: a spreadsheet keeps the value in the first, and shows it in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from auditor.formats.layout import shown
from auditor.formats.sheet.child import Cell
from auditor.text import agreed, counted


class Merged:
    """Gives each row of a table the values that it shows; the rows come in order. What is merged with the
    header stays as it is."""

    def __init__(self, ranges: Sequence[Sequence[int]], header_lines: int) -> None:
        self._waiting = sorted((tuple(each) for each in ranges if each[0] >= header_lines), reverse=True)
        self._open: dict[int, tuple[int, Cell]] = {}
        self._filled: Counter[int] = Counter()

    def fill(self, row: int, cells: list[Cell]) -> None:
        """Put the values into row `row` (from 0). One that holds nothing of its own is no record, and stays
        so."""
        for at, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[at]
            elif any(cells) and not (at < len(cells) and cells[at]):
                cells += [""] * (at + 1 - len(cells))
                cells[at] = value
                self._filled[at] += 1
        while self._waiting and self._waiting[-1][0] <= row:
            _, last, at = self._waiting.pop()
            if value := cells[at] if at < len(cells) else "":
                self._open[at] = last, value

    def notes(self, header: Sequence[str]) -> Iterator[str]:
        """What is to be said of the columns in which values were filled in."""
        for at, count in sorted(self._filled.items()):
            if at < len(header):
                yield (
                    f"its column {shown(header[at])} has cells that are merged over several rows:"
                    f" {counted(count, 'rows')} {agreed(count, 'are')} read with the value of the first"
                )
