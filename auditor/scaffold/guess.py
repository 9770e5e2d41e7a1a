"""What a sampled log may be: its role, what its columns mean, how its times are written. Every guess says how
sure it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from auditor.catalogue.domains import roles
from auditor.scaffold.sample import Sample

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(?P<offset>Z|[+-]\d\d(:?\d\d)?))?")
ALIAS_WEIGHT = 0.8
"""How much a column known by another name counts beside one known by its own."""
_EPOCH = re.compile(r"\d{9,11}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Times:
    """How a log writes its times: `patterns` that all its values fit (none for ISO 8601), and whether they
    carry an offset."""

    patterns: tuple[str, ...] = ()
    is_naive: bool = False
    is_unread: bool = False
    """Whether there are values and none could be read."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One file's role with the share of its columns that the role explains, and the columns that need a
    mapping."""

    sample: Sample
    role: str
    share: float
    columns: Mapping[str, str]
    """Canonical name -> the file's own, for those that differ."""
    strange: tuple[str, ...]
    """The file's columns that no canonical name was found for."""
    times: Times
    why: str
    rival: str = ""
    """Another role that explains nearly as much."""


@cache
def _aliases() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    raw = tomllib.loads(files("auditor.scaffold").joinpath("guesses.toml").read_text(encoding="utf-8"))
    return {role: {name: tuple(others) for name, others in table.items()} for role, table in raw.items()}


def guess(sample: Sample) -> Guess | None:
    """The likeliest reading of a log; None when no role has its required columns there."""
    if sample.known is not None:
        layout = sample.known.layout
        times = Times(is_naive=sample.kind != "capture" and "epoch" not in layout.time_formats)
        return Guess(
            sample,
            layout.role or "attempts",
            sample.known.confidence,
            {},
            (),
            times,
            f"{sample.known.why} ({layout.title})",
        )
    bound = {role: _bound(role, sample.header) for role in roles()}
    readings = sorted(
        ((len(found), role, found) for role, found in bound.items() if _is_whole(role, found)), key=_by_weight
    )
    if not readings or readings[0][0] < min(2, len(sample.header)):
        return None
    count, role, found = readings[0]
    rival = readings[1][1] if len(readings) > 1 and readings[1][0] >= 0.8 * count else ""
    mapped = {canonical: own for canonical, own in found.items() if canonical != own.strip().casefold()}
    strange = tuple(own for own in sample.header if own not in found.values())
    times = _times(
        value
        for canonical, own in found.items()
        if canonical.endswith("_at")
        for value in _values(sample, own)
    )
    why = f"{count} of its {len(sample.header)} columns are known in {role}"
    share = (count - (1 - ALIAS_WEIGHT) * len(mapped)) / len(sample.header)
    return Guess(sample, role, share, mapped, strange, times, why, rival)


def _by_weight(reading: tuple[int, str, Mapping[str, str]]) -> tuple[int, int]:
    """Most columns first; then the role that stands first in the contract."""
    count, role, _ = reading
    return -count, list(roles()).index(role)


def _bound(role: str, header: Sequence[str]) -> dict[str, str]:
    """Canonical name -> the file's column: exact names first, then aliases in their order; no column
    twice."""
    own = {_bare(name): name for name in reversed(header)}
    found = {name: own.pop(_bare(name)) for name in roles()[role].columns if _bare(name) in own}
    for name in roles()[role].columns:
        alias = next((a for a in _aliases()[role].get(name, ()) if a in own), None)
        if name not in found and alias is not None:
            found[name] = own.pop(alias)
    return {name: found[name] for name in roles()[role].columns if name in found}


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _is_whole(role: str, found: Mapping[str, str]) -> bool:
    return all(any(name in found for name in group) for group in roles()[role].required)


def _values(sample: Sample, column: str) -> list[str]:
    return [value for row in sample.rows if (value := (row.get(column) or "").strip())]


def _times(values: Iterable[str]) -> Times:
    """How these values are written. A few that fit nothing (damage) do not count against the rest."""
    told = list(values)
    iso = [match for value in told if (match := _ISO.fullmatch(value))]
    if not told or len(iso) > len(told) / 2:
        return Times(is_naive=any(match["offset"] is None for match in iso))
    if sum(bool(_EPOCH.fullmatch(value)) for value in told) > len(told) / 2:
        return Times(("epoch",))
    fits = {
        pattern: sum(_fits(value, pattern) for value in told) for pattern in _aliases()["times"]["patterns"]
    }
    best = max(fits.values())
    if best <= len(told) / 2:
        return Times(is_naive=True, is_unread=True)
    return Times(tuple(pattern for pattern, count in fits.items() if count == best), is_naive=True)


def _fits(value: str, pattern: str) -> bool:
    try:
        datetime.strptime(value, pattern)
    except ValueError:
        return False
    return True


def dialled(guesses: Iterable[Guess]) -> list[str]:
    """All dialled texts in the samples, blanks and punctuation taken out, for guessing the jurisdiction."""
    return [
        re.sub(r"[ ().-]", "", value)
        for g in guesses
        if g.role == "attempts"
        for value in _values(g.sample, _own(g, "dialled"))
    ]


def networks(guesses: Iterable[Guess]) -> list[str]:
    """Names of networks in the samples of attempts, sorted."""
    return sorted(
        {value for g in guesses if g.role == "attempts" for value in _values(g.sample, _own(g, "network"))}
    )


def has(g: Guess, canonical: str) -> bool:
    """Whether the log has a column for the canonical name."""
    return _own(g, canonical) in g.sample.header


def _own(g: Guess, canonical: str) -> str:
    if g.sample.known is not None:
        return g.sample.known.layout.columns.get(canonical, "")
    exact = next((name for name in g.sample.header if _bare(name) == _bare(canonical)), "")
    return g.columns.get(canonical, exact)
