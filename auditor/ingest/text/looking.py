"""One look at what a buffer or a file holds, which is dropped unless something keeps it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from auditor.ingest.ledger.looks import GROUPS, Look, Looks, Summary, summed, verdicts
from auditor.ingest.ledger.sequence import Run, runs_in
from auditor.ingest.sql import Projection
from auditor.ingest.sql.keys import spelled, wanted
from auditor.ingest.text.planned import Planned
from auditor.store import Row, Store

_VALUES = "look_value"


@dataclass(slots=True)
class Seen:
    """What pieces that are read alike have shown before. It saves a second look, and changes nothing of what
    is found."""

    of: Projection | None = None
    keys: set[str] = field(default_factory=set)
    """Keys of their JSON objects."""
    asks_values: bool = False
    """Whether only its values say what a counter is."""

    def begin(self, projection: Projection) -> None:
        """Forget all, where the next piece is read in another way."""
        if self.of != projection:
            self.of, self.keys = projection, set(projection.texts.detection.header)
            self.asks_values = False

    def learn(self, named: Iterable[Sequence[str]], columns: Collection[str]) -> bool:
        """Take in lists of keys; gives whether one of the `columns` can be taken from one that is new."""
        new = wanted(set().union(*named), columns) - self.keys
        self.keys |= new
        return bool(new)


class Looking:
    """A look that is open, or `number` of them with numbers that follow the first."""

    def __init__(self, looks: Looks, planned: Planned, number: int = 1) -> None:
        self._looks, self._planned, self._count = looks, planned, number
        self._unkept: set[int] = set()
        self._groups = 0
        self.spellings: frozenset[str] = frozenset()
        """Keys of JSON objects from which columns are taken that are named otherwise."""
        self._begin()

    def at(self, projection: Projection, relation: str, seen: Seen, by: str = "") -> list[Summary]:
        """Look at `relation`, at each value of its column `by` from 0 on, where one is given, with a look of
        its own; gives what each look found that found something, in order."""
        seen.begin(projection)
        look = self._at_objects if projection.texts.is_json else self._once
        found = look(projection, relation, seen, by)
        if not seen.asks_values and any(each.counter == "values" for each in found):
            seen.asks_values = True
            self._again()
            found = look(projection, relation, seen, by)
        return found

    def taken(self, found: Sequence[Summary]) -> list[Look]:
        """Looks to be taken, which are kept. Where extents leave open what a counter is, its numbers say
        it."""
        self._unkept.difference_update(each.look for each in found)
        runs = self._runs([each.look for each in found if each.counter == "values"])
        groups = (self._groups, *(0 for _ in found[1:]))
        return [
            Look(each.look, each.counter, of, runs.get(each.look, ()))
            for each, of in zip(found, groups, strict=False)
        ]

    def drop(self) -> None:
        """Drop what was not kept."""
        self._looks.drop(self._unkept)
        self._unkept = set()

    def _once(
        self, projection: Projection, relation: str, seen: Seen, by: str, *, repeats_keys: bool = False
    ) -> list[Summary]:
        sql = projection.profile(relation, repeats_keys=repeats_keys, with_values=seen.asks_values, by=by)
        planned = self._planned
        if seen.asks_values:
            planned.store.execute(
                f"CREATE OR REPLACE TEMP TABLE {_VALUES} ({GROUPS}, sequences BIGINT[], numbers BIGINT[])",
                name=planned.name,
            )
            planned.query(f"INSERT INTO {_VALUES} {sql}", self.first)
            copied = f"SELECT * EXCLUDE (sequences, numbers) FROM {_VALUES}"
            ((self._groups,),) = planned.query(f"INSERT INTO {self._table} {copied}")
        else:
            ((self._groups,),) = planned.query(f"INSERT INTO {self._table} {sql}", self.first)
        found = [Summary(*row) for row in planned.query(summed(self._table), *self._range)]
        if not any(each.numbers for each in found):
            return found
        counters = self._counters()
        return [replace(each, counter=counters.get(each.look, each.counter)) for each in found]

    def _at_objects(self, projection: Projection, relation: str, seen: Seen, by: str) -> list[Summary]:
        """Look at JSON objects. Only the keys that were seen are asked for at first: each one more that is
        looked for in vain takes as long as one that is there. Where an object has a key twice, the look is
        made anew and asks that of each."""
        projection.profile(relation)  # now it is known what is asked for
        asked = projection.texts.asked.keys()
        while True:
            found = self._once(projection.among(seen.keys), relation, seen, by)
            named = _keys_in(text for each in found for text in each.key_sets)
            new = seen.learn(named, asked)
            self.spellings |= spelled(set().union(*named), asked)
            if any(len(keys) != len(set(keys)) for keys in named):
                self._again()
                return self._once(projection.among(seen.keys), relation, seen, by, repeats_keys=True)
            if not new:
                return found
            self._again()

    def _counters(self) -> dict[int, str]:
        """Whose numbers count the records of each look that has numbers."""
        found: dict[int, str] = {}
        own = {look: verdict for look, *verdict in self._verdicts("element")}
        for look, (is_known, is_counter, _) in own.items():
            found[look] = "element" if is_known and is_counter else "values"
        if "values" not in found.values():
            return found
        for look, is_known, is_counter, is_every in self._verdicts("network"):
            if found[look] == "element":
                continue
            if is_every or (own[look][0] and is_known):
                found[look] = "network" if is_counter else "none"
        return found

    def _verdicts(self, of: str) -> list[Row]:
        return self._planned.query(verdicts(self._table, of), *self._range)

    def _runs(self, looks: Sequence[int]) -> dict[int, list[Run]]:
        """The runs of counters of looks of which only the values say what they are."""
        if not looks:
            return {}
        found: dict[int, list[int]] = {look: [] for look in looks}
        *columns, of = self._planned.store.arrays(
            f"SELECT network, element, sequences, numbers, look FROM {_VALUES} WHERE sequences IS NOT NULL",
            name="sequence of a log",
        )
        for place, look in enumerate(of):
            if look in found:
                found[look].append(place)
        return {
            look: runs_in(*([column[place] for place in places] for column in columns))
            for look, places in found.items()
        }

    @property
    def _range(self) -> tuple[int, int]:
        return self.first, self.first + self._count - 1

    def _again(self) -> None:
        """Drop what was found, and begin anew."""
        self.drop()
        self._begin()

    def _begin(self) -> None:
        self.first, self._table = self._looks.begin(self._count)
        self._unkept = set(range(self.first, self.first + self._count))


@contextmanager
def looking(looks: Looks, planned: Planned, number: int = 1) -> Iterator[Looking]:
    """So many looks, dropped at the end but for those that were kept."""
    look = Looking(looks, planned, number)
    try:
        yield look
    finally:
        look.drop()


def spellings_in(store: Store, projection: Projection, relation: str, seen: Seen) -> frozenset[str]:
    """The keys of JSON objects, which are all to be typed, from which columns are taken that are named
    otherwise."""
    seen.begin(projection)
    columns = projection.columns_of(relation)
    while True:
        sql = projection.among(seen.keys).key_sets(relation)
        named = _keys_in(text for (text,) in store.query(sql, name="keys of a log") if text)
        if not seen.learn(named, columns):
            return spelled(set().union(*named), columns)


def _keys_in(texts: Iterable[str]) -> list[list[str]]:
    """Lists of keys of JSON objects, each once."""
    return [json.loads(text) for text in set(texts)]
