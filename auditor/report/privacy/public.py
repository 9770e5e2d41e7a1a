"""The public version of an audit: no single caller, no small count of people, and none that subtraction would
give.

All that is published is taken as one system. In a sum, counts are hidden until each hidden one could be any
of at least k values; their total is still shown. What is counted once more elsewhere (a breakdown, a file, a
recomputed claim) is shown only where it gives no hidden count, see `differences`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace

from auditor.catalogue.domains import domains, report_tables
from auditor.errors import UsageError
from auditor.model import EMPTY_ROWS, Audit, Caution, Cell, Measure, Reconciliation, Row, Rows
from auditor.report.document import Edition
from auditor.report.privacy.differences import claims_without_small, files_without_small, shown_figures
from auditor.report.profiles.reader import label
from auditor.text import agreed, counted

SUMS: Sequence[tuple[str, tuple[str, ...]]] = tuple(
    (p.total, tuple(p.parts))
    for p in sorted((p for domain in domains() for p in domain.partition), key=lambda p: p.place)
)
"""The parts of each total. What is left of a total beyond these parts is a part too, and is never
published."""
_OPEN = frozenset(name for domain in domains() for name in domain.public.open)
_IN_RANGES = frozenset(name for domain in domains() for name in domain.public.in_ranges)
_WITHHELD_WITH = {name: withs for domain in domains() for name, withs in domain.public.withheld_with.items()}
_FILES = {role: names for domain in domains() for role, names in domain.public.files.items()}
_BREAKDOWNS = tuple(table.name for table in report_tables().values() if table.is_public)
"""Tables in a public version."""
_COUNTS = {name: figure for domain in domains() for name, figure in domain.public.columns.items()}
"""Columns of breakdowns -> the measure that the column's rows are parts of."""
_WITHIN = (("attempts", "failed_attempts"),)
"""Columns of which the second counts some of the first: their difference in a row is a count, too."""
_COUNTED = re.compile(r"(?<![\w.:/-])\d+(?![\w.:/-]|\.\d)")


def published(audit: Audit, k: int) -> tuple[Audit, Edition]:
    """The audit without callers and small counts, and the edition that says what was left out. UsageError for
    k below 2."""
    if k < 2:
        raise UsageError("--public needs a number of at least 2: counts of people below it are not shown")
    hidden = hidden_measures(audit.measures, k)
    notes = [f"Counts of people below {k} are not shown, nor others from which subtraction would give them."]
    notes += _kept_totals(audit.measures, hidden)
    tables, said = _tables(audit, k, hidden)
    notes += said
    notes.append(
        "Rows of single callers and calls, cells, hours by state and the counts of single findings are left"
        " out."
    )
    measures = {name: _published(measure, k, hidden) for name, measure in audit.measures.items()}
    secret = {audit.measures[name].value for name in hidden}
    files = files_without_small(audit.files, _FILES, _OPEN, k, hidden)
    if any(file.is_withheld for file in files):
        notes.append("Counts of a file's records are left out where they would give a count not shown.")
    figures = shown_figures(audit.measures, measures, _COUNTS, tables, k)
    return (
        replace(
            audit,
            measures=measures,
            files=files,
            clocks=tuple(replace(clock, pairs=None) for clock in audit.clocks),
            rules=tuple(replace(run, rows=EMPTY_ROWS) for run in audit.rules),
            tables=tables,
            lists={},
            reconciliation=Reconciliation(
                claims=claims_without_small(audit.reconciliation.claims, audit.measures, figures)
            ),
            gates=tuple(
                replace(g, count=None, of=None, subject="", sentence=f"{g.title}." if not g.holds else "")
                for g in audit.gates
            ),
            unnamed_files=(),
            cautions=tuple(_without_small(caution, k, secret) for caution in audit.cautions),
        ),
        Edition(public_k=k, notes=tuple(notes)),
    )


def _tables(audit: Audit, k: int, hidden: frozenset[str]) -> tuple[dict[str, Rows], list[str]]:
    """The breakdowns to publish, and what is said of those that are changed or left out."""
    tables, said = {}, []
    for name in _BREAKDOWNS:
        if name not in audit.tables:
            continue
        title = name.replace("_", " ").capitalize()
        shown, merged = merged_table(audit.tables[name], k)
        if _totals_tell(audit.tables[name], audit.measures, k, hidden) or (merged and not shown.length):
            said.append(f"{title}: left out, because its rows or their total would give a count not shown.")
            continue
        tables[name] = shown
        if merged:
            said.append(
                f"{title}: {counted(merged, 'rows')} {agreed(merged, 'are')} shown as one, with their total."
            )
    return tables, said


def _totals_tell(rows: Rows, measures: Mapping[str, Measure], k: int, hidden: frozenset[str]) -> bool:
    """Whether the sum of a column gives a hidden figure: it is that figure, or what it lacks of a shown one
    is hidden or small (`attempts` without the tests)."""
    secret = {measures[name].value for name in hidden}
    for name, figure in _COUNTS.items():
        held = measures.get(figure)
        if name not in rows.columns or held is None or held.value is None:
            continue
        lacks = held.value - sum(_count(row[rows.columns.index(name)]) for row in rows)
        if rows.length and (figure in hidden or 0 < lacks < k or (lacks > 0 and lacks in secret)):
            return True
    return False


def hidden_measures(measures: Mapping[str, Measure], k: int) -> frozenset[str]:
    """Names of the figures to hide: the small ones, enough others of each sum that none can be computed, and
    those that are made from a hidden one."""
    values = {name: m.value for name, m in measures.items() if m.value is not None and name not in _OPEN}
    hidden = {name for name, value in values.items() if 0 < value < k}
    while True:
        more: set[str] = set()
        for total, parts in SUMS:
            if total in values:
                more |= _complement(
                    values, total, [part for part in parts if part in values], hidden | more, k
                )
        more |= {
            name
            for name, others in _WITHHELD_WITH.items()
            if not (hidden | more).isdisjoint(others) and name in measures and measures[name].value
        }
        if more <= hidden:
            return frozenset(hidden)
        hidden |= more


def _complement(
    values: Mapping[str, int], total: str, parts: Sequence[str], hidden: set[str], k: int
) -> set[str]:
    """What else in one sum must be hidden so that its hidden parts are safe: all of it and the total, if
    nothing less is enough."""
    rest = values[total] - sum(values[part] for part in parts)
    if total in hidden:
        return _below(values, total, parts, hidden, k)
    secret = [values[part] for part in parts if part in hidden] + ([rest] if rest > 0 else [])
    if not secret or (rest >= k and len(secret) == 1) or is_safe(secret, k):
        return set()
    more: set[str] = set()
    for part in sorted((p for p in parts if p not in hidden and values[p] > 0), key=lambda p: (values[p], p)):
        more.add(part)
        secret.append(values[part])
        if is_safe(secret, k):
            return more
    return more | {total}


def _below(values: Mapping[str, int], total: str, parts: Sequence[str], hidden: set[str], k: int) -> set[str]:
    """What else must be hidden of the parts of a hidden total: shown ones that nearly make it up would give
    it."""
    shown = sorted((p for p in parts if p not in hidden and values[p] > 0), key=lambda p: (values[p], p))
    slack = values[total] - sum(values[part] for part in shown)
    more: set[str] = set()
    while shown and slack < k:
        more.add(shown[0])
        slack += values[shown.pop(0)]
    return more


def is_safe(secret: Sequence[int], k: int) -> bool:
    """Whether each of the hidden counts could be any of at least k values, when their total is known and each
    is at least one."""
    counted = [value for value in secret if value > 0]
    return len(counted) >= 2 and sum(counted) >= k + len(counted) - 1


def merged_table(rows: Rows, k: int) -> tuple[Rows, int]:
    """A breakdown with its small rows merged into one, and the number of rows merged. Without rows where even
    this would reveal a small count."""
    places = {name: rows.columns.index(name) for name in _COUNTS if name in rows.columns}
    counts = list(places.values())
    inside = [(places[one], places[other]) for one, other in _WITHIN if {one, other} <= places.keys()]

    def left(row: Row) -> list[int]:
        return [_count(row[one]) - _count(row[other]) for one, other in inside]

    held = sorted(rows, key=lambda row: [_count(row[n]) for n in reversed(counts)])
    small = [
        row for row in held if any(0 < count < k for count in (*(_count(row[n]) for n in counts), *left(row)))
    ]
    if not small:
        return rows, 0
    rest = [row for row in held if row not in small and _count(row[counts[-1]]) > 0]
    while not (
        all(is_safe([_count(row[n]) for row in small], k) for n in counts)
        and all(is_safe(column, k) for column in zip(*map(left, small), strict=True) if any(column))
    ):
        if not rest:
            return replace(rows, length=0, batches=lambda: iter(())), len(held)
        small.append(rest.pop(0))
    sums: dict[int, Cell] = {n: sum(_count(row[n]) for row in small) for n in counts}
    merged: Row = tuple(
        sums.get(n, f"{counted(len(small), 'others')}, shown together" if n == 0 else None)
        for n in range(len(rows.columns))
    )
    kept = [row for row in rows if row not in small] + [merged]
    return replace(rows, length=len(kept), batches=_reading(kept)), len(small)


def _reading(kept: list[Row]) -> Callable[[], Iterator[list[Row]]]:
    return lambda: iter((kept,))


def _published(measure: Measure, k: int, hidden: frozenset[str]) -> Measure:
    if measure.name in hidden:
        return replace(
            measure,
            value=None,
            low=None,
            high=None,
            rows=EMPTY_ROWS,
            reason=f"withheld: it is below {k}, or subtraction would give a count below {k}",
            is_withheld=True,
        )
    width = (measure.high or 0) - (measure.low or 0)
    tells = 0 < width < k or (width > 0 and bool(hidden & _IN_RANGES))
    return replace(
        measure, rows=EMPTY_ROWS, low=None if tells else measure.low, high=None if tells else measure.high
    )


def _kept_totals(measures: Mapping[str, Measure], hidden: frozenset[str]) -> list[str]:
    said = []
    for total, parts in SUMS:
        gone = [part for part in parts if part in hidden]
        held = measures.get(total)
        if gone and held is not None and held.value is not None and total not in hidden:
            shown = sum(
                measures[part].value or 0 for part in parts if part in measures and part not in hidden
            )
            named = ", ".join(label(part).lower() for part in gone)
            said.append(
                f"{label(total)}: {held.value - shown:,} of them are in counts that are not shown ({named})."
            )
    return said


def _without_small(caution: Caution, k: int, secret: Container[int | None]) -> Caution:
    is_small = any(0 < number < k or number in secret for number in caution.numbers.values()) or any(
        _names_a_small_count(text, k) for text in caution.subject.values()
    )
    return Caution("withheld", is_floor=caution.is_floor) if is_small else caution


def _names_a_small_count(text: str, k: int) -> bool:
    return any(0 < int(number) < k for number in _COUNTED.findall(text))


def _count(cell: object) -> int:
    return cell if isinstance(cell, int) else 0
