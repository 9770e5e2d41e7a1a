"""What `auditor init` asks where the logs do not decide: one question a doubt, each with the lines it rests
on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.catalogue.domains import roles
from auditor.formats.layout import shown
from auditor.ingest.schema import table_of
from auditor.regimes import read_regime
from auditor.scaffold.content import can_be
from auditor.scaffold.guess import Guess, guess, own_column, values, word_counts
from auditor.scaffold.sample import Sample
from auditor.scaffold.signs import guesses, meanings
from auditor.scaffold.times import times_of
from auditor.text import counted

LEAVE_OUT = "none"
_SHOWN_VALUES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, the lines it rests on (as they may be printed), what may be answered (none: any text),
    and what an empty answer means."""

    text: str
    lines: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    default: str = ""
    takes_value: bool = False
    """Whether `=TEXT` is an answer too."""


Ask = Callable[[Question], str]
"""Gives the answer to a question; the default, or "", where a person has none."""


def ask_role(sample: Sample, found: Guess | None, ask: Ask) -> Guess | None:
    """The reading of a file whose role is in doubt; None where it is to be left out."""
    if found is not None and (sample.known is not None or not (found.candidates or found.rival)):
        return found
    role = ask(
        Question(
            f"{sample.name}: what does it hold?",
            (*sample.first, *((found.why,) if found else ())),
            (*roles(), LEAVE_OUT),
            found.role if found else LEAVE_OUT,
        )
    )
    if role == LEAVE_OUT or not role:
        return None
    return replace(found, candidates=()) if found is not None and found.role == role else guess(sample, role)


def settled(g: Guess, regime: str, ask: Ask) -> Guess:
    """A guess with what a person says of its columns, times and words."""
    if g.sample.known is None:
        for names in _unplaced(g):
            g = _placed(g, names, ask)
    if len(g.times.patterns) > 1 or g.times.is_unread:
        stamps = [
            v
            for c in roles()[g.role].columns
            if c.endswith("_at")
            for v in values(g.sample, own_column(g, c))
        ]
        pattern = ask(
            Question(
                f"{g.sample.name}: how are its times written? (as strptime writes it)",
                tuple(stamps[:_SHOWN_VALUES]),
                g.times.patterns,
            )
        )
        g = replace(g, times=replace(g.times, patterns=(pattern,), is_unread=False)) if pattern else g
    if g.times.is_naive and not g.timezone:
        usual = read_regime(regime).timezone if regime else ""
        zone = ask(Question(f"{g.sample.name}: in which zone are its times?", g.sample.first[-1:], (), usual))
        g = replace(g, timezone=zone, zone_why="as said") if zone else g
    return replace(g, words={name: _meant(g, name, words, ask) for name, words in g.words.items()})


def _unplaced(g: Guess) -> Iterator[tuple[str, ...]]:
    """Groups of canonical columns that are missing, then those that matter and that a column left over may
    hold."""
    yield from g.missing
    taken = {*g.columns, *g.parts, *(name for group in g.missing for name in group)}
    for name in guesses()["ask"].get(g.role, ()):
        if name not in taken and own_column(g, name) not in g.sample.header:
            yield (name,)


def _placed(g: Guess, names: Sequence[str], ask: Ask) -> Guess:
    name = names[0]
    is_required = tuple(names) in g.missing
    takes_value = is_required or name in guesses()["ask"]["same"]
    left = [column for column in g.strange if (seen := values(g.sample, column)) and can_be(name, seen)]
    if not left and not takes_value:
        return g
    if is_required and not left:
        left = [column for column in g.sample.header if values(g.sample, column)]
    means = _means(g.role, name)
    lines = tuple(f"{column}: {_samples(g, column)}" for column in left) or g.sample.first
    hint = "a column, or =VALUE where every record has the same" if takes_value else "a column; empty: none"
    column = ask(
        Question(
            f"{g.sample.name}: which column holds {name} ({means})? {hint}",
            lines,
            tuple(left),
            takes_value=takes_value,
        )
    )
    if column.startswith("="):
        return replace(
            g,
            constants={**g.constants, name: column[1:]},
            missing=tuple(group for group in g.missing if name not in group),
        )
    if column not in g.sample.header:
        return g
    g = replace(
        g,
        columns={**g.columns, name: column},
        strange=tuple(c for c in g.strange if c != column),
        missing=tuple(group for group in g.missing if name not in group),
    )
    if name.endswith("_at"):
        stamps = [v for c, own in g.columns.items() if c.endswith("_at") for v in values(g.sample, own)]
        g = replace(g, times=times_of(stamps))
    if name in table_of(g.role).codes:
        counts = word_counts(g.sample, g.role, {name: column})
        g = replace(
            g,
            counts={**g.counts, **counts},
            words={**g.words, name: meanings(g.role, name, counts.get(name, ()))},
        )
    return g


def _means(role: str, name: str) -> str:
    column = table_of(role).columns.get(table_of(role).canonical[name])
    return column.meaning if column is not None and column.meaning else name.replace("_", " ")


def _samples(g: Guess, column: str) -> str:
    seen = dict.fromkeys(values(g.sample, column))
    return ", ".join(shown(value, 30) for value in list(seen)[:_SHOWN_VALUES])


def _meant(g: Guess, name: str, words: Mapping[str, str], ask: Ask) -> dict[str, str]:
    listed = table_of(g.role).codes[name]
    found: dict[str, str] = {}
    for word, guessed in words.items():
        count = g.counts.get(name, {}).get(word, 0)
        found[word] = ask(
            Question(
                f"{g.sample.name}: what does {shown(word, 60)!r} in {name} mean?",
                (f"it is there {counted(count, 'times')} in the first records",),
                (*listed, "unknown"),
                guessed,
            )
        )
    return found


def ask_regime(candidates: Sequence[str], why: str, known: Sequence[str], ask: Ask) -> str:
    """The jurisdiction, where the numbers that were dialled do not decide it."""
    return ask(Question("Which jurisdiction?", (why,), tuple(candidates or known)))
