"""Figures under any definition, counted once each; and what there is to choose from in the logs at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from auditor import engine
from auditor.case import Case
from auditor.claims.definition import Definition, of_measure, parameters
from auditor.errors import UsageError
from auditor.model import Measure, Unit
from auditor.rulebook import Rulebook, SqlFile
from auditor.store import Store


@dataclass(frozen=True, slots=True)
class Counted:
    """One row behind a figure."""

    subject: str
    attempt_id: str | None
    caller_id: str | None
    started_at_utc: datetime | None
    weight: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the logs at hand let a definition choose from. `hours` are those in which attempts failed."""

    networks: tuple[str, ...]
    areas: tuple[str, ...]
    access: tuple[str, ...]
    hours: tuple[datetime, ...]
    has_outage: bool
    has_double_legs: bool


class Figures:
    """Counts figures in the database of one audit. A value is counted once; `searching()` makes many values cheap."""

    def __init__(self, store: Store, book: Rulebook, case: Case, measures: Mapping[str, Measure], gap_s: int) -> None:
        self.case = case
        self.measures = measures
        self.gap_s = gap_s
        self._store = store
        self._condensed: dict[bool, Store] = {}
        """Condensed facts by whether they know the hour."""
        self._book = book
        self._values: dict[Definition, int] = {}
        self._choices: Choices | None = None

    @property
    def choices(self) -> Choices:
        """Networks, areas, accesses and failing hours of the attempts."""
        if self._choices is None:
            held: dict[str, list[object]] = {}
            for kind, text, hour in engine.counted_choices(self._store, self._book):
                held.setdefault(kind, []).append(hour if kind == "hour" else text)
            texts = {kind: tuple(str(v) for v in held.get(kind, ())) for kind in ("network", "area", "access")}
            hours = tuple(h.replace(tzinfo=UTC) for h in held.get("hour", ()) if isinstance(h, datetime))
            self._choices = Choices(texts["network"], texts["area"], texts["access"], hours, "outage" in held, "legs" in held)
        return self._choices

    def searching(self) -> None:
        """Condense the facts, for hundreds of figures to come. The figures stay the same."""
        for by_hour in (True, False):
            if by_hour not in self._condensed:
                self._condensed[by_hour] = engine.condense(self._store, self._book, self.gap_s, by_hour=by_hour)

    def value(self, definition: Definition) -> int:
        """The figure."""
        return self.values([definition])[0]

    def values(self, definitions: Sequence[Definition]) -> list[int]:
        """The figures, in the order of the definitions; those not counted before are counted in few passes."""
        new: dict[tuple[str, bool | None], list[Definition]] = {}
        for definition in dict.fromkeys(definitions):
            if definition not in self._values:
                by_hour = definition["hour_out"] is not None if _is_condensable(definition) else None
                new.setdefault((definition.of, by_hour), []).append(definition)
        for (relation, by_hour), asked in new.items():
            store = self._store if by_hour is None else self._condensed.get(by_hour, self._store)
            weights = engine.weigh(store, self._file(relation), [self._parameters(d) for d in asked])
            self._values.update(zip(asked, weights, strict=True))
        return [self._values[definition] for definition in definitions]

    def rows(self, definition: Definition) -> dict[str, Counted]:
        """The rows behind the figure by subject; their weights sum to it."""
        found = engine.counted_rows(self._store, self._file(definition.of), self._parameters(definition))
        return {row[0]: Counted(*row) for row in found}

    def measured(self, name: str) -> tuple[int | None, Unit, str]:
        """A measure's value as the audit has it, its unit, and why it has none."""
        if name not in self.measures:
            raise UsageError(f"nobody knows the measure {name!r}", hint="`auditor run --format json CASE` lists them all")
        measure = self.measures[name]
        return measure.value, measure.unit, measure.reason

    def definition(self, name: str) -> Definition | None:
        """A measure's definition, or None where it cannot be counted under another one."""
        self.measured(name)
        return of_measure(name)

    def _file(self, relation: str) -> SqlFile:
        return self._book.claims["figure" if relation == "attempts" else "centre_figure"]

    def _parameters(self, definition: Definition) -> dict[str, object]:
        known = self.choices
        return parameters(definition, self.case, {"networks": known.networks, "areas": known.areas, "access": known.access}, self.gap_s)


def _is_condensable(definition: Definition) -> bool:
    """Whether the condensed facts give this figure: they hold who may have failed, and know starts by the hour only."""
    is_windowed = definition["window_start"] is not None or definition["window_end"] is not None
    is_doubted = definition["basis"] == "carrier" and definition["undetermined"] == "failed"
    counts_failures = definition.counted == "failed" or (definition.counted == "reached" and definition.unit == Unit.CALLERS)
    return definition.of == "attempts" and counts_failures and not is_windowed and not is_doubted
