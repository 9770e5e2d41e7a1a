"""The match of crowds is that of few: what is chosen without a list of pairs is what the exact assignment
chooses from all pairs."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engine import crowd, nearest
from auditor.engine.assignment import Pair, assign

BEFORE, AFTER = 5, 60
START = datetime(2024, 3, 12)
Side = list[tuple[int, str | None, str]]
NETWORK = st.sampled_from(["alpha", "bravo", None])


def members(attempts: Side, records: Side) -> list[crowd.Member]:
    """Attempts and records, numbered by their places as the model numbers them; each attempt once a log."""
    logs = sorted({log for _, _, log in records}) or ["ecp"]
    found = []
    for no, (place, network, _) in enumerate(sorted(attempts, key=lambda m: m[0])):
        found += [
            crowd.Member("c", f"a{no:03}", None, no, log, network, place, BEFORE, AFTER) for log in logs
        ]
    for no, (place, network, log) in enumerate(sorted(records, key=lambda m: m[0])):
        found.append(crowd.Member("c", None, f"r{no:03}", no, log, network, place, BEFORE, AFTER))
    return found


def pairs(given: list[crowd.Member]) -> list[Pair]:
    return [
        Pair("c", a.attempt_id, r.record_id, r.place_ms - a.place_ms, a.member_no, r.member_no,
             START + timedelta(milliseconds=a.place_ms), START + timedelta(milliseconds=r.place_ms))
        for a in given if a.attempt_id
        for r in given if r.record_id and r.log == a.log
        and (a.network is None or r.network in (None, a.network))
        and -BEFORE <= r.place_ms - a.place_ms <= AFTER
    ]  # fmt: skip


def chosen(given: list[crowd.Member]) -> list[tuple[str | None, str | None, int | None]]:
    return [(m.attempt_id, m.record_id, m.residual_ms) for m in crowd.match_crowds(given)]


PLACES = st.one_of(st.integers(0, 12), st.integers(0, 400))
ALIKE = st.lists(st.tuples(PLACES, st.none(), st.just("ecp")), max_size=9)
MIXED = st.lists(st.tuples(PLACES, NETWORK, st.sampled_from(["ecp", "ecp", "north"])), max_size=6)


@settings(max_examples=400, deadline=None)
@given(ALIKE, ALIKE)
def test_a_crowd_is_matched_as_its_pairs_would_be(attempts: Side, records: Side) -> None:
    given = members(attempts, records)
    assert chosen(given) == [(p.attempt_id, p.record_id, p.residual_ms) for p in assign(pairs(given))]


@settings(max_examples=200, deadline=None)
@given(MIXED, MIXED)
def test_a_crowd_of_several_networks_and_logs_is_matched_as_its_pairs_would_be(
    attempts: Side, records: Side
) -> None:
    given = members(attempts, records)
    assert chosen(given) == [(p.attempt_id, p.record_id, p.residual_ms) for p in assign(pairs(given))]


def test_thousands_of_attempts_within_one_second_are_matched() -> None:
    given = members(
        [(n % 1000, None, "ecp") for n in range(3_000)], [(n % 997 + 20, None, "ecp") for n in range(2_000)]
    )
    found = chosen(given)
    assert len(found) == 2_000
    assert len({a for a, _, _ in found}) == len({r for _, r, _ in found}) == 2_000


def lanes(attempts: Side, records: Side) -> list[nearest.Member]:
    """Each network a lane; the third value of a side is a route, `?` for none."""
    found = []
    networks = sorted({n or "" for _, n, _ in (*attempts, *records)})
    routes = sorted({f"route {r}" for _, _, r in (*attempts, *records) if r != "?"} | {"?record", "?attempt"})
    for network in networks:
        for route in routes:
            before, after = (3, 3) if route.startswith("?") else (BEFORE, AFTER)
            for kind, side in (("attempt", attempts), ("record", records)):
                for no, (place, own, r) in enumerate(sorted(side, key=lambda m: m[0])):
                    is_there = route == (f"route {r}") or (
                        (kind == "attempt" or r == "?") if route == "?record"
                        else (kind == "record" or r == "?") if route == "?attempt" else False
                    )  # fmt: skip
                    if is_there and own in (None, network):
                        found.append(
                            nearest.Member(
                                "ecp",
                                network,
                                route,
                                f"a{no:03}" if kind == "attempt" else None,
                                f"r{no:03}" if kind == "record" else None,
                                no,
                                place,
                                before,
                                after,
                            )
                        )
    return found


def greedy(given: list[nearest.Member]) -> list[tuple[str, str, int]]:
    """The definition: of all pairs that fit the nearest first, then the earliest attempt, then the record."""
    fits = sorted(
        {
            (abs(r.place_ms - a.place_ms), a.member_no, r.member_no, a.attempt_id, r.record_id,
             r.place_ms - a.place_ms)
            for a in given if a.attempt_id
            for r in given if r.record_id
            and (a.log, a.network, a.lane) == (r.log, r.network, r.lane)
            and -a.before_ms <= r.place_ms - a.place_ms <= a.after_ms
        }
    )  # fmt: skip
    taken: set[str] = set()
    found = []
    for _, _, _, a, r, residual in fits:
        if not taken & {a, r}:
            taken |= {a, r}
            found.append((a, r, residual))
    return sorted(found)


ROUTED = st.lists(st.tuples(PLACES, NETWORK, st.sampled_from(["r1", "r2", "?"])), max_size=14)


@settings(max_examples=400, deadline=None)
@given(ROUTED, ROUTED)
def test_the_nearest_of_all_lanes_is_paired_first(attempts: Side, records: Side) -> None:
    given = lanes(attempts, records)
    found = nearest.match_nearest(given)
    assert [(p.attempt_id, p.record_id, p.residual_ms) for p in found] == greedy(given)


def test_thousands_at_one_instant_are_paired_in_their_order() -> None:
    given = lanes([(0, None, "r1")] * 4_000, [(7, None, "r1")] * 3_000)
    found = {(p.attempt_id, p.record_id) for p in nearest.match_nearest(given)}
    assert found == {(f"a{n:03}", f"r{n:03}") for n in range(3_000)}
