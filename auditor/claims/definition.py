"""What a figure counts: unit, state, and the switches that differ from the audit's own definition."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.resources import files

from auditor.case import Case, DeclaredClaim, Switches
from auditor.catalogue.domains import domains
from auditor.errors import UsageError
from auditor.model import CountedAs, Setting, Unit


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch: the audit's own setting, and the others."""

    name: str
    default: Setting | None
    settings: tuple[str, ...] = ()
    """Settings but the default; empty where a setting is a name, a time or a number."""
    of: str = "attempts"
    """Which figures it can change: those of `attempts`, of `centre`, or `both`."""
    requires: tuple[str, ...] = ()
    """Roles and columns that its settings but the default are counted from, as a measure names them."""


def _switches() -> tuple[Switch, ...]:
    raw = tomllib.loads(files("auditor.claims").joinpath("switches.toml").read_text("utf-8"))
    return tuple(
        Switch(
            s["name"],
            s.get("default"),
            tuple(s.get("settings", ())),
            s.get("of", "attempts"),
            tuple(s.get("requires", ())),
        )
        for s in raw["switch"]
    )


SWITCHES = _switches()
"""In the order in which a bridge takes them: evidence, scope, state, then what groups several into one."""

REQUIRES: Mapping[str, tuple[str, ...]] = {s.name: s.requires for s in SWITCHES if s.requires}
"""Switch -> what its settings but the default are counted from."""

_BY_NAME = {switch.name: switch for switch in SWITCHES}

MEASURES: Mapping[str, tuple[str, Unit, str, Mapping[str, Setting]]] = {
    name: (how.get("of", "attempts"), Unit(how["unit"]), how["counted"], how.get("settings", {}))
    for domain in domains()
    for name, how in domain.counting.recount.items()
}
"""Measure -> (relation, unit, state counted, settings): the measures that can be counted in more than one
way."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A way of counting. `settings` has the switches that differ from the audit's own settings, in the order
    of SWITCHES."""

    of: str
    unit: Unit
    counted: str
    settings: tuple[tuple[str, Setting], ...] = ()

    def __getitem__(self, name: str) -> Setting | None:
        return dict(self.settings).get(name, _BY_NAME[name].default)

    def with_(self, **changes: Setting | None) -> Definition:
        """The same with other settings. None or the default restores the audit's own setting."""
        held: dict[str, Setting | None] = {**dict(self.settings), **changes}
        ordered = tuple(
            (s.name, v)
            for s in SWITCHES
            if (v := held.get(s.name)) is not None and v != s.default and v != ()
        )
        return replace(self, settings=ordered)

    @property
    def counted_as(self) -> CountedAs:
        """The definition as an audit holds it."""
        return CountedAs(str(self.unit), self.counted, self.settings)

    def differing(self, other: Definition) -> tuple[str, ...]:
        """Names of the switches with another setting in `other`, in order."""
        return tuple(s.name for s in SWITCHES if self[s.name] != other[s.name])


def of_measure(name: str) -> Definition | None:
    """The definition of one of the audit's measures; None where it can be counted in one way only."""
    if name not in MEASURES:
        return None
    relation, unit, counted, settings = MEASURES[name]
    return Definition(relation, unit, counted).with_(**settings)


def declared(switches: Switches, base: Definition, case: Case) -> Definition:
    """`base` with what a `[[claim]]` or `[[definition]]` sets. UsageError for a switch that does not change
    such a figure."""
    given = _given(switches)
    for name in given:
        if _BY_NAME[name].of not in (base.of, "both"):
            raise UsageError(
                f"the switch {name!r} does not change a figure of {base.unit} ({base.counted})",
                hint="leave it out",
            )
    _check(given, case)
    return base.with_(**given)


def measure_named(case: Case, claim: DeclaredClaim) -> str:
    """The measure that a claim is of, by itself or by its definition; empty where it names none."""
    named = next((d for d in case.definitions if d.id == claim.definition), None)
    return claim.measure or (named.measure if named else "")


def definition_named(case: Case, claim: DeclaredClaim) -> Definition | None:
    """A claim's own definition: that of its measure, changed by its named definition, then by its own
    switches. None where it has no measure, or one that can be counted in one way only."""
    base = of_measure(measure_named(case, claim))
    named = next((d for d in case.definitions if d.id == claim.definition), None)
    if base is None:
        return None
    return declared(claim, declared(named, base, case) if named else base, case)


def claimed(case: Case) -> dict[str, tuple[str, str]]:
    """Claim -> its measure, and the switches that its figure is counted by: equal texts, one definition."""
    found = {}
    for claim in case.claims:
        definition = definition_named(case, claim)
        settings = definition.settings if definition else ()
        text = "; ".join(f"{name}: {_text(setting)}" for name, setting in settings)
        found[claim.id] = measure_named(case, claim), text
    return found


def _text(setting: Setting) -> str:
    if isinstance(setting, datetime):
        return setting.astimezone(UTC).isoformat()
    return ", ".join(sorted(set(setting))) if isinstance(setting, tuple) else str(setting)


def _given(switches: Switches) -> dict[str, Setting]:
    """The switches that an entry of the case sets, be it to the audit's own setting."""
    return {
        s.name: setting
        for s in SWITCHES
        if (setting := getattr(switches, s.name, None)) is not None and setting != "" and setting != ()
    }


def refuse_switches(measure: str, entries: Sequence[Switches]) -> None:
    """UsageError where one sets a switch: the measure can be counted in one way only."""
    for name in dict.fromkeys(name for switches in entries for name in _given(switches)):
        raise UsageError(
            f"{measure} can be counted in one way only: the switch {name!r} does not change it",
            hint=f"leave out {name}, or name a measure of attempts, episodes, callers or the centre",
        )


def _check(given: Mapping[str, Setting], case: Case) -> None:
    known = {s.path for s in case.sources if s.role == "attempts"}
    sources = given.get("sources", ())
    for path in sources if isinstance(sources, tuple) else ():
        if path.removeprefix("!") not in known:
            raise UsageError(
                f"no attempts source has the path {path.removeprefix('!')!r}",
                hint="known: " + ", ".join(sorted(known)),
            )


def parameters(
    definition: Definition, case: Case, values: Mapping[str, tuple[str, ...]], gap_s: int
) -> dict[str, object]:
    """The parameters of a figure's SQL. `values`: the networks, areas and access in the logs; `gap_s`: the
    case's own gap."""
    held = dict(definition.settings)
    gap = held.pop("gap_s", gap_s)
    if gap not in (60, 300, 3600, gap_s):
        raise UsageError(
            f"retries cannot be chained at {gap} s",
            hint=f"known gaps: 60, 300, 3600 and the case's own, {gap_s}",
        )
    found: dict[str, object] = {"unit": str(definition.unit), "counted": definition.counted, "gap_s": gap}
    for name, setting in held.items():
        if name == "sources":
            found["sources"] = _numbers(
                setting, [(s.path, s.number) for s in case.sources if s.role == "attempts"]
            )
        elif name == "exclusions":
            found["exclusions"] = _numbers(setting, [(x.id, n) for n, x in enumerate(case.exclusions, 1)])
        elif name in ("networks", "areas", "access"):
            found[name] = _chosen(setting, values.get(name, ()))
        elif isinstance(setting, datetime):
            parameter = {"window_start": "start_utc", "window_end": "end_utc"}.get(name, "hour_out_utc")
            found[parameter] = setting.astimezone(UTC).replace(tzinfo=None)
        else:
            found[name] = setting
    return found


def _chosen(setting: Setting, known: tuple[str, ...]) -> list[str]:
    """The names that a scope chooses from `known`. The empty name means a record without one."""
    items = setting if isinstance(setting, tuple) else (str(setting),)
    left_out = {item[1:] for item in items if item.startswith("!")}
    only = [item for item in items if not item.startswith("!")]
    return [name for name in only or ("", *known) if name not in left_out]


def _numbers(setting: Setting, named: Sequence[tuple[str, int]]) -> list[int]:
    """The numbers of all entries with a chosen name: two sources may have the same path."""
    chosen = set(_chosen(setting, tuple(name for name, _ in named)))
    return [number for name, number in named if name in chosen]
