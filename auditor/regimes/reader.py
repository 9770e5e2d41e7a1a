"""One TOML file a jurisdiction -> `Regime`. A fault in a shipped file is reported like a fault in a user's
file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any

from auditor.errors import UsageError, Where
from auditor.model import Clause

_HERE = "auditor.regimes"


@dataclass(frozen=True, slots=True)
class EmergencyNumber:
    """A number of the jurisdiction's emergency service: its digits, its purpose and the source."""

    number: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Defensible:
    """A switch of a figure's definition that a careful publisher may set differently, the possible settings,
    and why."""

    switch: str
    settings: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Numbering:
    """The part of a country's plan that SQL reads by itself.

    `regular` is a regular expression of national significant numbers, all of them valid in the plan; `e164`
    reads the rest of the plan. A prefix is digits only.
    """

    country_code: str
    trunk_prefix: str
    international_prefix: str
    regular: str


@dataclass(frozen=True, slots=True)
class Regime:
    """A jurisdiction's numbers, plan, clauses and duties."""

    code: str
    title: str
    country: str
    """ISO 3166 letters; empty if a case must name the country itself (`eu`)."""
    timezone: str
    numbers: tuple[EmergencyNumber, ...]
    test_numbers: tuple[str, ...]
    has_welfare_duty: bool
    duty_stays_with_network: bool = False
    """Whether a place of the fault outside the network ends no duty of the network to carry an emergency
    call."""
    numbering: Numbering | None = None
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    params: Mapping[str, int] = field(default_factory=dict)
    """Parameters that the jurisdiction itself sets. All others are the tool's defaults or the case's own."""
    param_reasons: Mapping[str, str] = field(default_factory=dict)
    defensible: tuple[Defensible, ...] = ()
    """The definitions over which a figure's range is computed."""
    lists: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Tables of keys that the domains declare and a regime may list: duties, thresholds. Read where a case
    is."""


_KEYS = {
    *(
        "title",
        "country",
        "timezone",
        "welfare_duty",
        "duty_stays_with_network",
        "test_numbers",
        "number",
        "numbering",
    ),
    *("clauses", "params", "defensible"),
}


@cache
def regimes() -> tuple[str, ...]:
    """Codes of all jurisdictions, in alphabetical order."""
    return tuple(
        sorted(p.name.removesuffix(".toml") for p in files(_HERE).iterdir() if p.name.endswith(".toml"))
    )


@cache
def read_regime(code: str) -> Regime:
    """The jurisdiction with this code (upper or lower case). UsageError for an unknown code lists all
    codes."""
    wanted = code.strip().lower()
    if wanted not in regimes():
        names = {code: code for code in regimes()} | {
            read_regime(code).title.lower(): code for code in regimes()
        }
        close = difflib.get_close_matches(wanted, names, n=1)
        meant = f"did you mean {names[close[0]]!r}? " if close else ""
        raise UsageError(f"unknown regime {code!r}", hint=f"{meant}known: {', '.join(regimes())}")
    name = f"{wanted}.toml"
    return parse_regime(
        wanted, files(_HERE).joinpath(name).read_text(encoding="utf-8"), Where(f"auditor/regimes/{name}")
    )


def parse_regime(code: str, text: str, where: Where) -> Regime:
    """Read a jurisdiction from the text of its TOML file; UsageError names the wrong key."""
    try:
        raw = tomllib.loads(text)
        lists = {
            key: tuple(given) for key, given in raw.items() if key not in _KEYS and isinstance(given, list)
        }
        if unknown := set(raw) - _KEYS - set(lists):
            raise UsageError(f"unknown key {min(unknown)!r}", where=where)
        return Regime(
            code=code,
            title=raw["title"],
            country=raw["country"],
            timezone=raw["timezone"],
            numbers=tuple(EmergencyNumber(**number) for number in raw["number"]),
            test_numbers=tuple(raw["test_numbers"]),
            has_welfare_duty=raw["welfare_duty"],
            duty_stays_with_network=raw.get("duty_stays_with_network", False),
            numbering=Numbering(**raw["numbering"]) if "numbering" in raw else None,
            clauses={key: _clause(key, clause) for key, clause in raw.get("clauses", {}).items()},
            params={name: param["value"] for name, param in raw.get("params", {}).items()},
            param_reasons={name: param["why"] for name, param in raw.get("params", {}).items()},
            defensible=tuple(
                Defensible(d["switch"], tuple(map(str, d["settings"])), d["why"])
                for d in raw.get("defensible", ())
            ),
            lists=lists,
        )
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}", where=where) from error
    except KeyError as error:
        raise UsageError(f"the key {error} is missing", where=where) from error
    except TypeError as error:
        known = ", ".join(f.name for f in fields(Regime))
        raise UsageError(
            f"a table has a wrong key or value: {error}", where=where, hint=f"a regime has {known}"
        ) from error


def _clause(key: str, raw: Mapping[str, Any]) -> Clause:
    return Clause(key=key, text=raw["text"], is_verified=raw["verified"], source=raw["source"])
