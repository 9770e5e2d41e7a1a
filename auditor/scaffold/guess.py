"""What a sampled log may be: its role, what its columns mean, how its times are written, what its words mean.
Every
guess says what it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from auditor.catalogue.domains import roles
from auditor.formats.layout import Layout
from auditor.ingest.schema import table_of
from auditor.scaffold.content import can_be, emergencies, filled, numbers_by_values, times_by_values
from auditor.scaffold.elements import of_centre
from auditor.scaffold.sample import Sample
from auditor.scaffold.signs import guesses, meanings, proposed, role_by_name, unaccented
from auditor.scaffold.times import Times, parts_of, times_of, without_zone
from auditor.text import agreed, counted

ALIAS_WEIGHT = 0.8
"""How much a column known by another name counts beside one known by its own."""
VALUED_WEIGHT = 0.5
"""How much a column counts that only its values speak for."""
SURE = 0.6
"""A role is written where at least this share of the columns speaks for it; else a person says it."""
_BY_NAME = 0.2
"""How much surer a role is that the file's name speaks of too, and how much less where it names another."""
_MOST_CANDIDATES = 3
_MARK_WEIGHT = 1
"""How much more a column counts that hardly any other role has, or a role that the file's name speaks of."""
_MOST_WORDS = 30
_OF_CALLS = ("attempts", "centre")
_MOSTLY = 0.5
"""The share of a column's values that must be emergency numbers to make it one of them."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One file's role with the share of its columns that the role explains, and what its `[[source]]` must
    say."""

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
    missing: tuple[tuple[str, ...], ...] = ()
    """Groups of required columns of which none was found."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Canonical time -> the columns it is made of."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Listed column -> words of the file that are not listed -> what they may mean, "" where nothing shows
    it."""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Listed column -> its words -> how often they are there."""
    valued: tuple[str, ...] = ()
    """Columns that were found by their values, not by their names."""
    proof: str = ""
    """What shows its role whatever its other columns hold."""
    candidates: tuple[str, ...] = ()
    """The roles it may have, the likeliest first, where no one of them is sure enough; else empty."""
    constants: Mapping[str, str] = field(default_factory=dict)
    timezone: str = ""
    zone_why: str = ""


def guess(sample: Sample, role: str = "") -> Guess | None:
    """The likeliest reading of a log, of the given role if one is given; None when it is of no known
    table."""
    if sample.known is not None:
        layout = sample.known.layout
        return Guess(
            sample,
            layout.role or "attempts",
            sample.known.confidence,
            {},
            (),
            Times(is_naive=_is_naive(sample, layout)),
            f"{sample.known.why} ({layout.title})",
        )
    is_of_calls = _dials_emergencies(sample)
    chosen = (role,) if role else _OF_CALLS if is_of_calls else tuple(roles())
    named = role_by_name(sample.name)
    readings = sorted(
        (reading for r in chosen if (reading := _reading(sample, r))),
        key=lambda reading: (is_of_calls and not reading.is_whole, reading.order(named)),
    )
    if not readings:
        return None
    best = readings[0]
    is_told = best.is_whole or best.marks
    if not role and (best.count < min(2, len(sample.header)) or not is_told or _is_bare(sample, best)):
        return None
    near = readings[1] if len(readings) > 1 else None
    rival = near.role if near and near.is_whole and near.weight >= 0.8 * best.weight else ""
    made = _made(sample, best, rival)
    if role:
        return made
    proof = _proof(made, best)
    return replace(made, proof=proof, candidates=() if proof else _candidates(made, readings, named))


def _proof(made: Guess, best: _Reading) -> str:
    """What shows the role whatever else the log holds: emergency numbers that were dialled, or columns that
    only a network writes; "" where nothing does."""
    if made.role == "attempts" and emergencies_in(made):
        return "emergency numbers were dialled in it"
    proofs = guesses()["proofs"].get(made.role, ())
    named = [name for name in proofs if name in best.found and name not in best.valued]
    return f"only such logs have {named[0]}" if named else ""


def _candidates(made: Guess, readings: Sequence[_Reading], named: str) -> tuple[str, ...]:
    """The roles between which a person must choose; none where the reading is sure enough."""
    by_name = 0 if not named else _BY_NAME if named == made.role else -_BY_NAME
    if made.share + by_name >= SURE:
        return ()
    others = [reading.role for reading in readings if reading.is_whole and reading.count > 1]
    others += _OF_CALLS if made.role in _OF_CALLS else ()
    return tuple(dict.fromkeys([*filter(None, (named,)), made.role, *others]))[:_MOST_CANDIDATES]


def _dials_emergencies(sample: Sample) -> bool:
    """Whether a column holds mostly emergency numbers: such a log is of calls, made or taken."""
    columns = filled(sample.header, sample.rows).values()
    return any(sum(emergencies(seen).values()) > _MOSTLY * len(seen) for seen in columns if len(seen) > 1)


def _is_naive(sample: Sample, layout: Layout) -> bool:
    """Whether the times of a vendor's log carry no offset, as its first records show."""
    if sample.kind in ("capture", "charging", "i3") or layout.timezone:
        return False
    times = [name for name in roles()[layout.role or "attempts"].columns if name.endswith("_at")]
    stamps = [v for name in times for v in values(sample, layout.columns.get(name, name))]
    return times_of(stamps).is_naive if stamps else "epoch" not in layout.time_formats


def centre_elements(sample: Sample) -> tuple[str, ...]:
    """The elements of a log of events that are a centre's by their names."""
    return of_centre(sample.elements, guesses()["elements"]["centre"])


def as_centre(group: Sequence[Guess]) -> list[Guess]:
    """The files of a source of events as the log of a centre too, where elements of one speak in any of
    them: a call may lie in several. Of captures those in which one speaks."""
    if not any(centre_elements(g.sample) for g in group):
        return []
    why = "events of elements that are a centre's by their names are in it"
    own = [g for g in group if g.sample.kind != "capture" or centre_elements(g.sample)]
    return [replace(g, role="centre", why=why) for g in own]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a file would be as a log of one role."""

    role: str
    found: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    marks: tuple[str, ...]
    """Columns found that hardly any other role has."""
    valued: tuple[str, ...]
    """Columns found by their values, not by their names."""
    missing: tuple[tuple[str, ...], ...]

    @property
    def count(self) -> int:
        return len(self.found) + len(self.parts)

    @property
    def is_whole(self) -> bool:
        return not self.missing

    @property
    def weight(self) -> float:
        return self.count + _MARK_WEIGHT * len(self.marks) - 2 * len(self.missing)

    def order(self, named: str) -> tuple[float, int]:
        """Most columns first, with one more for the role of the file's name; then the role that comes first
        in the contract."""
        return -self.weight - _MARK_WEIGHT * (self.role == named), list(roles()).index(self.role)


def _reading(sample: Sample, role: str) -> _Reading | None:
    found = _bound(sample, role)
    parts: dict[str, tuple[str, ...]] = {}
    required = roles()[role].required
    time = next((name for group in required for name in group if name.endswith("_at")), "")
    if time and (pair := parts_of(sample.header, sample.rows)):
        parts[time] = pair
        found = {c: own for c, own in found.items() if c != time and own not in pair}
    valued = _valued(sample, role, {**found, **{c: pair[0] for c, pair in parts.items()}}, parts)
    found |= valued
    have = {*found, *parts}
    missing = tuple(group for group in required if not have.intersection(group))
    marks = tuple(name for name in guesses()["marks"].get(role, ()) if name in have)
    return _Reading(role, found, parts, marks, tuple(valued), missing) if have else None


def _valued(
    sample: Sample, role: str, have: Mapping[str, str], parts: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """What the values show of columns whose names show nothing: the numbers, the words that are listed, and
    the
    required time; every time where no column has a name."""
    used = {*have.values(), *(part for pair in parts.values() for part in pair)}
    columns = {name: v for name, v in filled(sample.header, sample.rows).items() if name not in used}
    times = times_by_values(role, columns)
    if sample.is_headed or parts:
        needed = {name for group in roles()[role].required for name in group}
        times = {c: own for c, own in times.items() if c in needed and len(times) == 1}
    found = {c: own for c, own in times.items() if c not in have}
    left = {name: v for name, v in columns.items() if name not in found.values()}
    found |= {c: own for c, own in numbers_by_values(role, left).items() if c not in have}
    for name in table_of(role).codes:
        if name in have or f"{role}_{name}" not in guesses()["words"]:
            continue
        for column in (c for c in left if c not in found.values()):
            if _says(role, name, left[column]):
                found[name] = column
                break
    return found


def _says(role: str, name: str, words: Sequence[str]) -> bool:
    """Whether most words of a column are listed under a name, or show what they mean; codes and numbers do
    not."""
    meant = meanings(role, name, words)
    known = [word for word in words if meant.get(word, "listed") and re.search(r"[^\W\d]{2}", word)]
    return 2 * len(known) > len(words) and len(set(words)) <= _MOST_WORDS


def _bound(sample: Sample, role: str) -> dict[str, str]:
    """Canonical name -> the file's column: exact names first, then aliases in their order; no column twice,
    and none whose values cannot be what the name says."""
    if not sample.is_headed:
        return {}
    own: dict[str, str] = {bare(name): name for name in reversed(sample.header)}
    own = {bare(name.rpartition(".")[2]): name for name in reversed(sample.header)} | own
    own = {bare(without_zone(name)): name for name in reversed(sample.header)} | own
    aliases: Mapping[str, Sequence[str]] = guesses()[role]
    found: dict[str, str] = {}
    for is_exact in (True, False):
        for name in roles()[role].columns:
            spelled = (bare(name),) if is_exact else aliases.get(name, ())
            for text in spelled:
                column = own.get(text)
                if name in found or column is None or column in found.values():
                    continue
                is_own_time = is_exact and name.endswith("_at")
                if is_own_time or can_be(name, values(sample, column)):
                    found[name] = column
    return {name: found[name] for name in roles()[role].columns if name in found}


def _is_bare(sample: Sample, best: _Reading) -> bool:
    """Whether nothing but times and a number speak for a file without names: any role may have those."""
    return not sample.is_headed and not best.marks


def may_be_log(sample: Sample) -> bool:
    """Whether a file of no known table holds times and numbers, as any log of calls or checks does."""
    columns = filled(sample.header, sample.rows)
    has_times = bool(times_by_values("attempts", columns) or parts_of(sample.header, sample.rows))
    return has_times and bool(numbers_by_values("centre", columns))


def _made(sample: Sample, best: _Reading, rival: str) -> Guess:
    found = best.found
    mapped = {c: own for c, own in found.items() if c != own.strip().casefold()}
    used = {*found.values(), *(part for parts in best.parts.values() for part in parts)}
    strange = tuple(own for own in sample.header if own not in used)
    stamps = [value for c, own in found.items() if c.endswith("_at") for value in values(sample, own)]
    stamps += [
        " ".join((row.get(part) or "").strip() for part in parts)
        for parts in best.parts.values()
        for row in sample.rows
        if all((row.get(part) or "").strip() for part in parts)
    ]
    count = best.count
    by_alias = len(mapped.keys() - set(best.valued))
    lost = (1 - ALIAS_WEIGHT) * by_alias + (1 - VALUED_WEIGHT) * len(best.valued)
    share = max(0.0, count - lost) / len(sample.header)
    how = (
        f"{count} of its {counted(len(sample.header), 'columns')} {agreed(count, 'are')} known in {best.role}"
    )
    if not sample.is_headed:
        how = f"no line names its columns; {count} of {len(sample.header)} are guessed from their values"
    elif best.valued:
        how += f", {', '.join(best.valued)} by their values alone"
    if best.marks:
        how += f"; {', '.join(best.marks)} speak for it"
    counts = word_counts(sample, best.role, found)
    return Guess(
        sample,
        best.role,
        share,
        mapped,
        strange,
        times_of(stamps),
        how,
        rival,
        best.missing,
        best.parts,
        {name: meant for name, seen in counts.items() if (meant := proposed(best.role, name, seen))},
        counts,
        best.valued,
    )


def word_counts(sample: Sample, role: str, found: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """The words of each listed column with their number, the most frequent first."""
    counted = {name: Counter(values(sample, found[name])) for name in table_of(role).codes if name in found}
    return {
        name: dict(sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_WORDS])
        for name, seen in counted.items()
        if seen
    }


def bare(name: str) -> str:
    """A column's name as it is compared: without case, blanks, accents and punctuation."""
    return re.sub(r"[\W_]", "", unaccented(name))


def values(sample: Sample, column: str) -> list[str]:
    """The filled values of a column in the sample."""
    return [value for row in sample.rows if (value := (row.get(column) or "").strip())]


def dialled(g: Guess) -> list[str]:
    """All dialled texts in the sample, by either of the two numbers."""
    return [value for name in ("dialled", "dialled_other") for value in values(g.sample, own_column(g, name))]


def emergencies_in(g: Guess) -> dict[str, int]:
    """The emergency numbers that were dialled, with their number; those that are extensions left out: where
    their
    neighbours are dialled or call too, a plan of extensions holds them."""
    others = {*dialled(g), *values(g.sample, own_column(g, "calling_number"))}
    return {
        number: count
        for number, count in emergencies(dialled(g)).items()
        if not _has_neighbours(number, others - {number})
    }


def _has_neighbours(number: str, others: set[str]) -> bool:
    if not number.isdigit() or not number.strip("0"):
        return False
    near = {str(int(number) + step).zfill(len(number)) for step in range(-5, 6) if step}
    return len(near & others) > 1


def networks(found: Iterable[Guess]) -> list[str]:
    """Names of networks in the samples of attempts, sorted."""
    return sorted(
        {value for g in found if g.role == "attempts" for value in values(g.sample, own_column(g, "network"))}
    )


def has(g: Guess, canonical: str) -> bool:
    """Whether the log has a column for the canonical name."""
    return own_column(g, canonical) in g.sample.header or canonical in g.parts


def time_columns(g: Guess) -> list[str]:
    """The file's own columns of times, in the contract's order."""
    times = [name for name in roles()[g.role].columns if name.endswith("_at")]
    own = [column for name in times for column in g.parts.get(name, (own_column(g, name),))]
    return [column for column in own if column in g.sample.header]


def own_column(g: Guess, canonical: str) -> str:
    """The file's own column for a canonical name; "" where it has none."""
    if g.sample.known is not None:
        return g.sample.known.layout.columns.get(canonical, "")
    exact = next((name for name in g.sample.header if bare(name) == bare(canonical)), "")
    return g.columns.get(canonical, exact)
