"""Small worlds by hand: a few words a record, everything else as in an ordinary call."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.case import Case, Outage, Row, Source, World
from tests.oracle.verdict import Verdict, judge
from tests.oracle.worlds import COLUMNS

ANN, BEN, EVE = "+61491570156", "+61491570157", "+61491570158"
NATIONAL = Outage("national", "2024-03-12T17:00:00+00:00", "2024-03-12T20:00:00+00:00", ("alpha",))


def at(clock: str) -> str:
    """A time of 12 March 2024 in UTC; `+1 ` before it means the day after."""
    day, clock = ("13", clock[3:]) if clock.startswith("+1 ") else ("12", clock)
    return f"2024-03-{day}T{clock}+00:00"


def attempt(start: str = "18:00:00", released: str | None = "18:00:30", **fields: str) -> Row:
    """An attempts record of Ann's on network alpha, without a call_id."""
    row = {
        "started_at": at(start),
        "dialled": "000",
        "network": "alpha",
        "element": "a1",
        "calling_number": ANN,
    }
    return row | ({"released_at": at(released)} if released else {}) | fields


def arrival(presented: str = "18:00:00", **fields: str) -> Row:
    """A centre record of Ann's."""
    return {"centre_call_id": f"e{presented}", "presented_at": at(presented), "calling_number": ANN} | fields


def check(attempted: str, **fields: str) -> Row:
    """A welfare record: Ann was rung and spoke."""
    called = {"check_id": f"w{attempted}", "attempted_at": at(attempted), "calling_number": ANN}
    return called | {"method": "call", "outcome": "contacted"} | fields


def awake(*, first: int = 12, last: int = 23, but: tuple[int, ...] = ()) -> list[Row]:
    """A stranger's call at every full hour, so that the log covers what lies between."""
    return [
        {
            "centre_call_id": f"h{hour}",
            "presented_at": at(f"{hour}:00:00.000"),
            "calling_number": f"+613837600{hour}",
        }
        for hour in range(first, last + 1)
        if hour not in but
    ]


def world(case: Case | None = None, **tables: Sequence[Row] | None) -> World:
    """A world of one file a role. A table left out, or None, is not in evidence."""
    sources = [
        Source(f"{role}.csv", role, tuple(COLUMNS[role].split()), tuple(rows))
        for role, rows in tables.items()
        if rows is not None
    ]
    return World(case or Case(outages=(NATIONAL,)), tuple(sources))


def judged(
    *attempts: Row, centre: Sequence[Row] | None = None, case: Case | None = None, **tables: Sequence[Row]
) -> Verdict:
    """The oracle's word on some attempts beside a centre's records (None: no centre's log)."""
    return judge(world(case, attempts=list(attempts), centre=centre, **tables))


def states(verdict: Verdict) -> list[str]:
    """The states of the attempts in the order of their first records."""
    return [fate.state for _, fate in sorted(verdict.attempts.items(), key=lambda pair: min(pair[0]))]


def figures(verdict: Verdict, prefix: str) -> dict[str, int | None]:
    """The values of the measures of one kind that are not zero, without the prefix."""
    return {
        name.removeprefix(prefix): figure.value
        for name, figure in verdict.measures.items()
        if name.startswith(prefix) and figure.value != 0
    }
