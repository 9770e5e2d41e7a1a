"""Figures under any definition, each counted once, and the settings that these logs let a definition choose
from."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from auditor import engine
from auditor.case import Case
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.claims.definition import MEASURES, Definition, of_measure, parameters
from auditor.claims.evidence import Evidence, read_evidence
from auditor.errors import UsageError
from auditor.model import Measure, Unit
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
    """What these logs let a definition choose from. `hours` and `sources` are those with failed attempts."""

    networks: tuple[str, ...]
    areas: tuple[str, ...]
    access: tuple[str, ...]
    hours: tuple[datetime, ...]
    has_outage: bool
    sources: tuple[str, ...] = ()
    """Paths, the source with the most failed attempts first."""


class Recount:
    """Counts figures in the database of one audit: each once, from the fewest facts that give it."""

    def __init__(
        self, store: Store, book: Rulebook, case: Case, measures: Mapping[str, Measure], gap_s: int
    ) -> None:
        self.case = case
        self.measures = measures
        self.gap_s = gap_s
        self._store = store
        self._condensed: dict[tuple[str, bool], Store] = {}
        """Connections to condensed facts, by relation and whether they are of doubtful callers only."""
        self._book = book
        self._values: dict[Definition, int] = {}
        self._choices: Choices | None = None
        self._evidence: Evidence | None = None

    @property
    def choices(self) -> Choices:
        """Networks, areas, accesses and failing hours of the attempts."""
        if self._choices is None:
            held: dict[str, list[object]] = {}
            failed: dict[str, int] = {}
            for kind, text, hour, count in engine.counted_choices(self._store, self._book):
                held.setdefault(kind, []).append(hour if kind == "hour" else text)
                if kind == "source":
                    failed[text] = count
            texts = {
                kind: tuple(str(v) for v in held.get(kind, ())) for kind in ("network", "area", "access")
            }
            hours = tuple(h.replace(tzinfo=UTC) for h in held.get("hour", ()) if isinstance(h, datetime))
            sources = tuple(sorted(failed, key=lambda path: (-failed[path], path)))
            self._choices = Choices(
                texts["network"],
                texts["area"],
                texts["access"],
                hours,
                "outage" in held,
                sources,
            )
        return self._choices

    def value(self, definition: Definition) -> int:
        """The figure."""
        return self.values([definition])[0]

    def values(self, definitions: Sequence[Definition]) -> list[int]:
        """The figures, in the order of the definitions. New ones are counted together, in few passes."""
        new: dict[tuple[str, str, bool], list[Definition]] = {}
        for definition in dict.fromkeys(definitions):
            if definition not in self._values:
                new.setdefault((definition.of, _facts(definition), _counts_failures(definition)), []).append(
                    definition
                )
        for (relation, facts, doubtful), asked in new.items():
            where = self._where(facts, asked, doubtful=doubtful)
            self._values.update(
                zip(
                    asked,
                    engine.weigh(where, self._file(relation), [self._parameters(d) for d in asked]),
                    strict=True,
                )
            )
        return [self._values[definition] for definition in definitions]

    def _where(self, facts: str, asked: Sequence[Definition], *, doubtful: bool) -> Store:
        """The connection whose facts give the figures."""
        if facts == _EVERY:
            return self._store
        if facts == _CUT:
            return engine.condensed_but(
                self._store, self._book, sorted({hour for d in asked for hour in _cut_hours(d)})
            )
        if (facts, doubtful) not in self._condensed:
            self._condensed[facts, doubtful] = engine.condensed(self._store, facts, doubtful=doubtful)
        return self._condensed[facts, doubtful]

    def rows(self, definition: Definition) -> dict[str, Counted]:
        """The rows behind the figure by subject; their weights sum to it."""
        found = engine.counted_rows(self._store, self._file(definition.of), self._parameters(definition))
        return {row[0]: Counted(*row) for row in found}

    def measured(self, name: str) -> tuple[int | None, Unit, str]:
        """A measure's value as the audit has it, its unit, and why it has none."""
        if name not in self.measures:
            close = difflib.get_close_matches(name, self.measures, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "`auditor run --json CASE` lists them all"
            raise UsageError(f"unknown measure {name!r}", hint=hint)
        measure = self.measures[name]
        return measure.value, measure.unit, measure.reason

    def unmet(self, definition: Definition | None) -> str:
        """Why a definition cannot be counted: a measure that has one of its settings has no value, or what
        it needs is in no evidence. Empty where it can."""
        if definition is None or not definition.settings:
            return ""
        for setting in definition.settings:
            for name, (_, _, _, settings) in MEASURES.items():
                if setting in settings.items() and self.measures[name].value is None:
                    return self.measures[name].reason
        if self._evidence is None:
            self._evidence = read_evidence(self._store, self._book)
        return self._evidence.unmet(definition)

    def definition(self, name: str) -> Definition | None:
        """A measure's definition, or None where it can be counted in one way only."""
        self.measured(name)
        return of_measure(name)

    def _file(self, relation: str) -> SqlFile:
        return self._book.claims["figure" if relation == "attempts" else "centre_figure"]

    def _parameters(self, definition: Definition) -> dict[str, object]:
        known = self.choices
        return parameters(
            definition,
            self.case,
            {"networks": known.networks, "areas": known.areas, "access": known.access},
            self.gap_s,
        )


_EVERY, _ANY_HOUR, _BY_HOUR, _CUT = "attempt_fact", "condensed", "condensed_by_hour", "cut"


def _facts(definition: Definition) -> str:
    """The fewest facts that give this figure."""
    if definition.of != "attempts":
        return _EVERY
    if _cut_hours(definition):
        return _CUT
    asks_for_hours = any(definition[name] is not None for name in ("window_start", "window_end", "hour_out"))
    return _BY_HOUR if asks_for_hours else _ANY_HOUR


def _counts_failures(definition: Definition) -> bool:
    """Whether every caller in the figure has a doubtful attempt."""
    is_doubted = definition["basis"] == "carrier" and definition["undetermined"] == "failed"
    is_failure = definition.counted == "failed" or (
        definition.counted == "reached" and definition.unit == Unit.CALLERS
    )
    return is_failure and not is_doubted


def _cut_hours(definition: Definition) -> list[datetime]:
    """The hours, in UTC, in which the window starts or ends. Facts are condensed by the hour, so the attempts
    of these hours are read one by one."""
    edges = [
        edge.astimezone(UTC).replace(tzinfo=None)
        for n in ("window_start", "window_end")
        if isinstance(edge := definition[n], datetime)
    ]
    hours = [(edge, edge.replace(minute=0, second=0, microsecond=0)) for edge in edges]
    return [hour for edge, hour in hours if edge != hour]
