"""The books of one file while it is read: scans of its pieces come in, in order, and add up to its
records."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable

import numpy as np

from auditor.errors import IncompleteError
from auditor.ingest.ledger import Tally
from auditor.ingest.scan import Key, Scanned, Volume
from auditor.ingest.sequence import Run, Runs
from auditor.ingest.split import Positions
from auditor.ingest.sql import Projection
from auditor.ingest.stage import Stage

Hour = tuple[object, ...]
"""network, element, hour_utc, is_emergency, is_answered."""


class Books:
    """Takes the scans of one file in order, and turns lines of a piece into records of the file."""

    def __init__(self, tally: Tally, stage: Stage, header_lines: int) -> None:
        self._tally = tally
        self._stage = stage
        self._line = tally.seen = tally.non_data = header_lines
        self._volume: dict[Key, Volume] = {}
        self._runs = Runs()
        self._run_count = 0
        self._zeros = array("q")
        self._misses: Counter[str] = Counter()
        self._has_leading_zero = False
        self._unended: int | None = None

    def take(self, scanned: Scanned) -> None:
        """Add one scan. IncompleteError when its lines are not all accounted for."""
        aside = len(scanned.faults) + len(scanned.non_data)
        if scanned.lines != scanned.read + aside:
            raise IncompleteError(
                f"{scanned.lines:,} lines after line {self._line:,}, {scanned.read:,} read and {aside:,} set"
                " aside"
            )
        tally = self._tally
        tally.seen += scanned.lines
        tally.non_data += len(scanned.non_data)
        tally.not_emergency += scanned.read - scanned.kept_count
        tally.narrowed += scanned.narrowed
        self._stage.add_rows(
            "reject",
            ((self._line + f.line + 1, f.offset, None, None, f.reason, f.text) for f in scanned.faults),
        )
        self._stage.add_records((self._line + line + 1, place, text) for line, place, text in scanned.kept)
        for key, volume in scanned.volume.items():
            self._volume.setdefault(key, Volume()).add(
                volume.records, volume.least, volume.greatest, volume.count
            )
        self._add_runs(self._runs.add(scanned.runs))
        self._misses.update(scanned.misses)
        self._zeros.extend(self._line + line + 1 for line in scanned.zeros)
        self._has_leading_zero |= scanned.has_leading_zero
        self._line += scanned.physical
        if (
            scanned.is_unended
            and max((*(f.line for f in scanned.faults), *scanned.non_data[-1:]), default=-1)
            != scanned.physical - 1
        ):
            self._unended = self._line

    def numbers(self, scanned: Scanned) -> Positions:
        """Record numbers of the clean lines of a scan that is taken next."""
        lines = np.arange(scanned.lines) if scanned.numbers is None else scanned.numbers
        return lines + self._line + 1

    def _add_runs(self, found: Iterable[Run]) -> None:
        runs = list(found)
        numbered = enumerate(runs, self._run_count + 1)
        self._stage.add_rows(
            "sequence_run", ((r.network, r.element, i, r.first, r.last, r.records) for i, r in numbered)
        )
        self._run_count += len(runs)

    def close(self, projection: Projection) -> None:
        """Add what only the whole file shows."""
        stage = self._stage
        hours = stage.hours({key[2] for key in self._volume})
        hourly: dict[Hour, Volume] = {}
        for (network, element, key, *kind), v in self._volume.items():
            hourly.setdefault((network, element, hours.get(key), *kind), Volume()).add(
                v.records, v.least, v.greatest, v.count
            )
        stage.add_rows("loose_answer", self._tally.loose)
        stage.add_rows(
            "volume", ((*hour, v.records, v.least, v.greatest, v.count) for hour, v in hourly.items())
        )
        self._add_runs(self._runs.close())
        if self._volume:
            self._tally.is_blind = all(key[4] for key in self._volume)
        if self._unended is not None:
            # Most files made by hand end so. A record that was cut off in its middle is a reject, which this
            # is not.
            stage.add_rows("notice", [(self._unended, "no_final_line_end")])
        if any(set(number) == {"0"} for number in projection.dialling.numbers):
            stage.add_rows(
                "unreadable",
                ((number, "dialled", "0", "number_turned_by_spreadsheet") for number in self._zeros),
            )
        stage.flush()
        if projection.texts.is_json:
            self._tally.columns_present = projection.texts.columns_with(stage.filled_columns())
            self._tally.notes += projection.texts.absent(self._tally.columns_present.split(","))
        cut = projection.dialling.cut if self._has_leading_zero else ()
        emergencies = sum(v.records for key, v in self._volume.items() if key[3])
        observed = [
            ("near_miss", text, n, emergencies) for text, n in sorted(self._misses.items()) if text not in cut
        ]
        observed += [("id_column", *counts) for counts in stage.rounded_ids()]
        stage.add_rows("observation", (*self._tally.observations, *observed))
