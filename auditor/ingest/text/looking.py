"""One look at what a buffer or a file holds, which is dropped unless something keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from auditor.ingest.ledger.looks import Look, Looks, Summary, summed, verdicts
from auditor.ingest.ledger.sequence import Run, runs_in
from auditor.ingest.sql import Projection
from auditor.ingest.text.planned import Planned
from auditor.store import Store

SEQUENCE = "sequence of a log"


class Looking:
    """A look that is open, or `number` of them with numbers that follow the first."""

    def __init__(self, looks: Looks, number: int = 1) -> None:
        self._looks, self._count = looks, number
        self._unkept: set[int] = set()
        self.groups = 0
        self._begin()

    def at(self, planned: Planned, sql: str) -> list[Summary]:
        """Look by the profile `sql`; gives what each look found that found something, in order."""
        ((self.groups,),) = planned.query(f"INSERT INTO {self._table} {sql}", self.first)
        found = [Summary(*row) for row in planned.query(summed(self._table), *self._range)]
        if not any(each.numbers for each in found):
            return found
        counters = self._counters(planned)
        return [replace(each, counter=counters.get(each.look, each.counter)) for each in found]

    def again(self) -> None:
        """Drop what was found, and begin anew."""
        self.drop()
        self._begin()

    def keep(self, number: int) -> None:
        """This look is to be taken."""
        self._unkept.discard(number)

    def drop(self) -> None:
        """Drop what was not kept."""
        self._looks.drop(self._unkept)
        self._unkept = set()

    def _counters(self, planned: Planned) -> dict[int, str]:
        """Whose numbers count the records of each look that has numbers."""
        found: dict[int, str] = {}
        for of in ("element", "network"):
            for look, is_known, is_counter in planned.query(verdicts(self._table, of), *self._range):
                if look not in found and not (is_known and not is_counter):
                    found[look] = of if is_known else "values"
            if len(found) == self._count:
                break
        return found

    @property
    def _range(self) -> tuple[int, int]:
        return self.first, self.first + self._count - 1

    def _begin(self) -> None:
        self.first, self._table = self._looks.begin(self._count)
        self._unkept = set(range(self.first, self.first + self._count))


@contextmanager
def looking(looks: Looks, number: int = 1) -> Iterator[Looking]:
    """So many looks, dropped at the end but for those that were kept."""
    look = Looking(looks, number)
    try:
        yield look
    finally:
        look.drop()


def at_objects(
    look: Looking, planned: Planned, projection: Projection, relation: str, known: set[str]
) -> list[Summary]:
    """Look at JSON objects. Only the keys `known`, to which those found are added, are asked for at first:
    each one more that is looked for in vain takes as long as one that is there. Where an object has a key
    twice, the look is made anew and asks that of each."""
    projection.profile(relation)  # now it is known what is asked for
    while True:
        found = look.at(planned, projection.among(known & projection.texts.asked.keys()).profile(relation))
        named = keys_in(found)
        if any(map(repeats, named)):
            look.again()
            return look.at(planned, projection.profile(relation, repeats_keys=True))
        new = projection.texts.asked.keys() & set().union(*named) - known
        if not new:
            return found
        known |= new
        look.again()


def keys_in(found: Sequence[Summary]) -> list[list[str]]:
    """The lists of keys of JSON objects that looks found, each once."""
    return [json.loads(text) for text in {text for each in found for text in each.key_sets}]


def repeats(keys: Sequence[str]) -> bool:
    """Whether a list of keys names one twice."""
    return len(keys) != len(set(keys))


def counted(found: Summary, groups: int, store: Store, projection: Projection, relation: str) -> Look:
    """A look to be taken. Where its extents leave open what a counter is, the numbers in `relation` are
    looked at."""
    runs: list[Run] = []
    if found.counter == "values":
        runs = runs_in(*store.arrays(projection.sequences(relation), name=SEQUENCE))
    return Look(found.look, found.counter, groups, runs)
