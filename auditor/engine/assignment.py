"""Exact one-to-one assignment for the few clusters of attempts and centre records that compete for each
other.

Objective, in this order: the most pairs, the least total |residual|, the earliest attempts (contract 3.7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pair:
    """An attempt and a centre record that may belong together. `residual_ms` may be negative. `attempt_no`
    and `call_no` break ties."""

    cluster: str
    attempt_id: str
    record_id: str
    residual_ms: int
    attempt_no: int
    call_no: int
    started_at: datetime
    presented_at: datetime


def assign(pairs: Iterable[Pair]) -> list[Pair]:
    """The best one-to-one choice of `pairs`. Clusters are solved one by one, so the cost depends on their
    sizes."""
    clusters: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        clusters[pair.cluster].append(pair)
    if not clusters:
        return []
    # imported here: most audits have no contested pair, and the import takes longer than their model
    import networkx

    chosen: list[Pair] = []
    for cluster in clusters.values():
        graph = networkx.Graph((("a", p.attempt_id), ("c", p.record_id)) for p in cluster)
        for component in networkx.connected_components(graph):
            chosen += _settle([p for p in cluster if ("a", p.attempt_id) in component])
    return sorted(chosen, key=lambda p: p.attempt_id)


def _settle(pairs: Sequence[Pair]) -> list[Pair]:
    """One connected component: in time order where that is exact, else as a general matching."""
    attempts = [
        (at, name) for at, _, name in sorted({(p.started_at, p.attempt_no, p.attempt_id) for p in pairs})
    ]
    records = [
        (at, name) for at, _, name in sorted({(p.presented_at, p.call_no, p.record_id) for p in pairs})
    ]
    by_ends = {(p.attempt_id, p.record_id): p for p in pairs}
    offsets = {p.residual_ms - _milliseconds(p) for p in pairs}
    # With one offset, and an edge for every pair inside the window, some optimal choice never crosses in
    # time.
    residuals = [p.residual_ms for p in pairs]
    low, high = min(residuals), max(residuals)
    offset = offsets.pop()
    is_orderly = not offsets and all(
        (a, r) in by_ends or not low <= round((tr - ta).total_seconds() * 1000) + offset <= high
        for ta, a in attempts
        for tr, r in records
    )
    if is_orderly:
        return _in_time_order([a for _, a in attempts], [r for _, r in records], by_ends)
    return _as_general_matching([a for _, a in attempts], pairs, by_ends)


def _milliseconds(pair: Pair) -> int:
    return round((pair.presented_at - pair.started_at).total_seconds() * 1000)


Choice = tuple[int, int, int, tuple[object, ...] | None]
"""(pairs, minus the total |residual|, bits of the attempts with the earliest highest, chosen pairs as a
linked list)."""


def _in_time_order(
    attempts: Sequence[str], records: Sequence[str], by_ends: dict[tuple[str, str], Pair]
) -> list[Pair]:
    above: list[Choice] = [(0, 0, 0, None)] * (len(records) + 1)
    for i, attempt in enumerate(attempts):
        row: list[Choice] = [above[0]]
        for j, record in enumerate(records):
            best = max(above[j + 1], row[j], key=lambda c: c[:3])
            if pair := by_ends.get((attempt, record)):
                count, total, early, chosen = above[j]
                with_pair = (
                    count + 1,
                    total - abs(pair.residual_ms),
                    early | 1 << (len(attempts) - i),
                    (pair, chosen),
                )
                best = max(best, with_pair, key=lambda c: c[:3])
            row.append(best)
        above = row
    return _unlinked(above[-1][3])


def _unlinked(chain: tuple[object, ...] | None) -> list[Pair]:
    pairs: list[Pair] = []
    while chain is not None:
        pair, chain = chain  # type: ignore[assignment]
        pairs.append(pair)  # type: ignore[arg-type]
    return pairs


def _as_general_matching(
    attempts: Sequence[str], pairs: Sequence[Pair], by_ends: dict[tuple[str, str], Pair]
) -> list[Pair]:
    import networkx

    size = len(attempts)
    rank = {attempt: i for i, attempt in enumerate(attempts)}
    graph = networkx.Graph()
    for p in sorted(pairs, key=lambda p: (p.attempt_no, p.call_no)):
        # Exact integers: the residual goes before any set of attempts, an earlier attempt before later ones.
        weight = -(abs(p.residual_ms) << (size + 1)) + (1 << (size - rank[p.attempt_id]))
        graph.add_edge(("a", p.attempt_id), ("c", p.record_id), weight=weight)
    matching = networkx.max_weight_matching(graph, maxcardinality=True)
    ends = [(left, right) if left[0] == "a" else (right, left) for left, right in matching]
    return [by_ends[a[1], c[1]] for a, c in ends]
