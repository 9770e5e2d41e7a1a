"""Contract 3.8 to 3.10: what became of each attempt and of each episode."""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracle.attempts import Attempt
from tests.oracle.case import Case, Key
from tests.oracle.clocks import Clocks
from tests.oracle.matching import Match
from tests.oracle.parties import Caller
from tests.oracle.records import Arrival

CALLER_GAVE_UP = {486, 487, 600, 603}
CALLER_OR_CALLED = {16, 17, 18, 19, 21, 31}


@dataclass(frozen=True, slots=True)
class Fate:
    """An attempt's state and what it rests on."""

    state: str
    basis: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One caller's chain of attempts, in order of start, and its state."""

    caller: Caller
    attempts: tuple[Attempt, ...]
    failed: tuple[Attempt, ...]
    state: str

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset().union(*(attempt.keys for attempt in self.attempts))

    @property
    def last_failed(self) -> Attempt:
        """The failed attempt that started last; of two at once the one released last."""
        return last_failed(list(self.failed))


def last_failed(failed: list[Attempt]) -> Attempt:
    """The one that started last, then released last, then the highest in order."""
    return max(failed, key=lambda a: (a.start, a.release if a.release is not None else a.start, a.order))


def is_cancelled(attempt: Attempt, limit: int) -> bool:
    """The caller's own release, soon enough. A null satisfies no condition and spoils no other."""
    gave_up = (
        attempt.status == 487
        or (not attempt.is_answered and attempt.cause == 16)
        or attempt.word == "cancelled"
    )
    return gave_up and attempt.release is not None and attempt.release - attempt.start <= limit


def is_refused(attempt: Attempt) -> bool:
    """Whether the final status shows that the network refused or lost it; the cause speaks where there is no
    SIP."""
    if attempt.status is not None:
        return 400 <= attempt.status <= 699 and attempt.status not in CALLER_GAVE_UP
    if attempt.cause is not None:
        return attempt.cause not in CALLER_OR_CALLED
    return attempt.word == "failed"


def decide(attempt: Attempt, match: Match | None, is_covered: bool, case: Case) -> Fate:
    """One attempt's state and basis."""
    if attempt.is_test:
        return Fate("test", "none")
    if match is not None:
        return Fate("undetermined", "none") if match.kind == "weak" else Fate("delivered", "centre")
    if is_covered:
        return Fate(
            "cancelled" if is_cancelled(attempt, case.milliseconds("early_release_s")) else "failed", "centre"
        )
    return Fate("failed", "carrier") if is_refused(attempt) else Fate("undetermined", "none")


def chains(attempts: list[Attempt], gap: int) -> list[list[Attempt]]:
    """Attempts of one caller, cut where the next start is more than `gap` after the one before; tests are
    out."""
    cut: dict[str, list[list[Attempt]]] = {}
    for attempt in sorted(attempts, key=lambda a: a.order):
        mine = cut.setdefault(attempt.caller.id, [])
        if mine and attempt.start - mine[-1][-1].start <= gap:
            mine[-1].append(attempt)
        else:
            mine.append([attempt])
    return [chain for mine in cut.values() for chain in mine]


def is_rescued(
    failed: Attempt,
    caller: Caller,
    orphans: list[Arrival],
    callers: dict[Key, Caller],
    clocks: Clocks,
    gap: int,
) -> bool:
    """Whether a centre record that no attempt explains shows this caller in time: another network carried
    it."""
    return any(
        callers[r.key].id == caller.id and 0 <= r.at - clocks.offset(failed, r.log) - failed.start <= gap
        for r in orphans
    )


def state_of(chain: list[Attempt], fates: dict[frozenset[Key], Fate], is_rescued: bool) -> str:
    """One episode's state from those of its attempts."""
    state = {attempt.keys: fates[attempt.keys].state for attempt in chain}
    held = set(state.values())
    failed = [a for a in chain if state[a.keys] == "failed"]
    since = {state[a.keys] for a in chain if not failed or a.start >= last_failed(failed).start}
    if "delivered" in since or is_rescued:
        return "reached"
    if "undetermined" in since:
        return "undetermined"
    return "failed" if "failed" in held else "cancelled"


def episodes(
    attempts: list[Attempt],
    fates: dict[frozenset[Key], Fate],
    orphans: list[Arrival],
    callers: dict[Key, Caller],
    clocks: Clocks,
    case: Case,
) -> list[Episode]:
    """All episodes; neither test attempts nor test records may be handed in."""
    gap = case.milliseconds("episode_gap_s")
    found = []
    for chain in chains(attempts, gap):
        failed = [a for a in chain if fates[a.keys].state == "failed"]
        caller = chain[0].caller
        rescued = bool(failed) and is_rescued(last_failed(failed), caller, orphans, callers, clocks, gap)
        found.append(Episode(caller, tuple(chain), tuple(failed), state_of(chain, fates, rescued)))
    return found
