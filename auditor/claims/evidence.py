"""Why the evidence cannot count a definition: it has no column that a switch needs, no name or time of a
scope."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from auditor import engine
from auditor.catalogue.rulebook import Rulebook
from auditor.claims.definition import REQUIRES, Definition
from auditor.model import Setting
from auditor.store import Store

_SCOPES = {"networks": "a network", "areas": "a region", "access": "an access"}
_COUNTED = {"attempts": "attempt", "centre": "record of the centre"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What these logs have for a definition to be counted from."""

    missing: Mapping[str, str]
    """Switch -> why its settings but the default cannot be counted."""
    names: Mapping[tuple[str, str], tuple[str, ...]]
    """Relation and switch -> the names in evidence; none where no counted record has one."""
    spans: Mapping[str, tuple[datetime, datetime]]
    """Relation -> the first and last time of its evidence, in UTC."""

    def unmet(self, definition: Definition) -> str:
        """Why a definition cannot be counted; empty where it can."""
        return next(self._faults(definition), "")

    def _faults(self, definition: Definition) -> Iterator[str]:
        for switch, setting in definition.settings:
            if switch in self.missing:
                yield self.missing[switch]
            if switch in _SCOPES:
                yield from self._names(definition.of, switch, setting)
        yield from self._window(definition)

    def _names(self, relation: str, switch: str, setting: Setting) -> Iterator[str]:
        known = self.names.get((relation, switch), ())
        said = f"no {_COUNTED[relation]} in evidence has {_SCOPES[switch]}"
        for item in setting if isinstance(setting, tuple) else (str(setting),):
            name = item.removeprefix("!")
            if not name or name in known:  # the empty name means records without one
                continue
            if not known:
                yield said
            article, _, kind = said.rpartition(" ")
            folded = {other.casefold(): other for other in known}
            close = difflib.get_close_matches(name.casefold(), folded, n=1)
            meant = f"did you mean {folded[close[0]]!r}?" if close else "known: " + ", ".join(known)
            yield f"{article.rpartition(' ')[0]} the {kind} {name!r} ({meant})"

    def _window(self, definition: Definition) -> Iterator[str]:
        start, end = definition["window_start"], definition["window_end"]
        if not isinstance(start, datetime) and not isinstance(end, datetime):
            return
        what = "records of attempts" if definition.of == "attempts" else "records of the centre"
        if definition.of not in self.spans:
            yield f"its window is outside the evidence, which has no {what}"
            return
        first, last = self.spans[definition.of]
        is_before = isinstance(end, datetime) and end <= first
        if is_before or (isinstance(start, datetime) and start > last):
            yield f"its window is outside the evidence, whose {what} are from {_at(first)} to {_at(last)}"


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def read_evidence(store: Store, book: Rulebook) -> Evidence:
    """The evidence of the run in the database. `store` sees the facts that claims are counted from."""
    names: dict[tuple[str, str], list[str]] = {}
    counted: set[tuple[str, str]] = set()
    spans: dict[str, tuple[datetime, datetime]] = {}
    for relation, switch, name, is_counted, first, last in engine.scopes(store, book):
        if switch == "window":
            if first is not None and last is not None:
                spans[relation] = first.replace(tzinfo=UTC), last.replace(tzinfo=UTC)
            continue
        names.setdefault((relation, switch), []).append(name)
        if is_counted:
            counted.add((relation, switch))
    return Evidence(
        engine.not_in_evidence(store, REQUIRES),
        {scope: tuple(found) for scope, found in names.items() if scope in counted},
        spans,
    )
