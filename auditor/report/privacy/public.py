"""The public version of an audit: no single caller, no small count of people, and none that subtraction would
give.

In a sum, counts are hidden until each hidden one could be any of at least k values. Their total is still
shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from auditor.catalogue.domains import domains, report_tables
from auditor.claims.register import UNTESTED
from auditor.errors import UsageError
from auditor.model import EMPTY_ROWS, Audit, Caution, Cell, JudgedClaim, Measure, Reconciliation, Row, Rows
from auditor.report.document import Edition
from auditor.report.profiles.reader import label

SUMS: Sequence[tuple[str, tuple[str, ...]]] = tuple(
    (p.total, tuple(p.parts))
    for p in sorted((p for domain in domains() for p in domain.partition), key=lambda p: p.place)
)
"""The parts of each total. What is left of a total beyond these parts is a part too, and is never
published."""
_OPEN = frozenset(name for domain in domains() for name in domain.public.open)
_IN_RANGES = frozenset(name for domain in domains() for name in domain.public.in_ranges)
_BREAKDOWNS = tuple(table.name for table in report_tables().values() if table.is_public)
"""Tables in a public version."""
_COUNTS = ("attempts", "failed_attempts", "failed_callers")
_COUNTED = re.compile(r"(?<![\w.:/-])\d+(?![\w.:/-]|\.\d)")


def published(audit: Audit, k: int) -> tuple[Audit, Edition]:
    """The audit without callers and small counts, and the edition that says what was left out. UsageError for
    k below 2."""
    if k < 2:
        raise UsageError("--public needs a number of at least 2: counts of people below it are not shown")
    hidden = hidden_measures(audit.measures, k)
    notes = [f"Counts of people below {k} are not shown, nor others from which subtraction would give them."]
    notes += _kept_totals(audit.measures, hidden)
    tables = {}
    for name in _BREAKDOWNS:
        if name in audit.tables:
            tables[name], merged = merged_table(audit.tables[name], k)
            if merged:
                notes.append(
                    f"{name.replace('_', ' ').capitalize()}: {merged} rows are shown as one, with their"
                    " total."
                )
    notes.append(
        "Rows of single callers and calls, cells, hours by state and the counts of single findings are left"
        " out."
    )
    return (
        replace(
            audit,
            measures={name: _published(measure, k, hidden) for name, measure in audit.measures.items()},
            rules=tuple(replace(run, rows=EMPTY_ROWS) for run in audit.rules),
            tables=tables,
            lists={},
            reconciliation=Reconciliation(claims=_claims_without_small(audit, k, hidden)),
            gates=tuple(
                replace(g, count=None, of=None, subject="", sentence=f"{g.title}." if not g.holds else "")
                for g in audit.gates
            ),
            unnamed_files=(),
            cautions=tuple(_without_small(caution, k) for caution in audit.cautions),
        ),
        Edition(public_k=k, notes=tuple(notes)),
    )


def _claims_without_small(audit: Audit, k: int, hidden: frozenset[str]) -> tuple[JudgedClaim, ...]:
    """The published figures; what the logs give for one is left out where it is small, or a hidden figure. So
    is the verdict, which would say the same."""
    secret = {audit.measures[name].value for name in hidden}
    return tuple(
        replace(claim, recomputed=None, verdict=UNTESTED, why=None, sum=None)
        if claim.recomputed is not None and (0 < claim.recomputed < k or claim.recomputed in secret)
        else claim
        for claim in audit.reconciliation.claims
    )


def hidden_measures(measures: Mapping[str, Measure], k: int) -> frozenset[str]:
    """Names of the figures to hide: the small ones, and enough others of each sum that none can be
    computed."""
    values = {name: m.value for name, m in measures.items() if m.value is not None and name not in _OPEN}
    hidden = {name for name, value in values.items() if 0 < value < k}
    while True:
        more: set[str] = set()
        for total, parts in SUMS:
            if total in values:
                more |= _complement(
                    values, total, [part for part in parts if part in values], hidden | more, k
                )
        if more <= hidden:
            return frozenset(hidden)
        hidden |= more


def _complement(
    values: Mapping[str, int], total: str, parts: Sequence[str], hidden: set[str], k: int
) -> set[str]:
    """What else in one sum must be hidden so that its hidden parts are safe: all of it and the total, if
    nothing less is enough."""
    rest = values[total] - sum(values[part] for part in parts)
    secret = [values[part] for part in parts if part in hidden] + ([rest] if rest > 0 else [])
    if total in hidden or not secret or (rest >= k and len(secret) == 1) or is_safe(secret, k):
        return set()
    more: set[str] = set()
    for part in sorted((p for p in parts if p not in hidden and values[p] > 0), key=lambda p: (values[p], p)):
        more.add(part)
        secret.append(values[part])
        if is_safe(secret, k):
            return more
    return more | {total}


def is_safe(secret: Sequence[int], k: int) -> bool:
    """Whether each of the hidden counts could be any of at least k values, when their total is known and each
    is at least one."""
    counted = [value for value in secret if value > 0]
    return len(counted) >= 2 and sum(counted) >= k + len(counted) - 1


def merged_table(rows: Rows, k: int) -> tuple[Rows, int]:
    """A breakdown with its small rows merged into one, and the number of rows merged. Without rows where even
    this would reveal a small count."""
    counts = [rows.columns.index(name) for name in _COUNTS if name in rows.columns]
    held = sorted(rows, key=lambda row: [_count(row[n]) for n in reversed(counts)])
    small = [row for row in held if any(0 < _count(row[n]) < k for n in counts)]
    if not small:
        return rows, 0
    rest = [row for row in held if row not in small and _count(row[counts[-1]]) > 0]
    while not all(is_safe([_count(row[n]) for row in small], k) for n in counts):
        if not rest:
            return replace(rows, length=0, batches=lambda: iter(())), len(held)
        small.append(rest.pop(0))
    sums: dict[int, Cell] = {n: sum(_count(row[n]) for row in small) for n in counts}
    merged: Row = tuple(
        sums.get(n, f"{len(small)} others, shown together" if n == 0 else None)
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


def _without_small(caution: Caution, k: int) -> Caution:
    is_small = any(0 < number < k for number in caution.numbers.values()) or any(
        _names_a_small_count(text, k) for text in caution.subject.values()
    )
    return Caution("withheld", is_floor=caution.is_floor) if is_small else caution


def _names_a_small_count(text: str, k: int) -> bool:
    return any(0 < int(number) < k for number in _COUNTED.findall(text))


def _count(cell: object) -> int:
    return cell if isinstance(cell, int) else 0
