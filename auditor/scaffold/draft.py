"""The text of a drafted case.toml: what was found of each file, each guess with what it rests on, and FILL IN
only
where a person must decide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath

from auditor.case import FILL_IN
from auditor.case.json_schema import NAME
from auditor.catalogue.domains import roles
from auditor.formats.layout import shown
from auditor.private import FOLDER
from auditor.regimes import read_regime, regimes
from auditor.scaffold.advice import endless, lacking, no_records
from auditor.scaffold.content import emergencies, emergency_numbers
from auditor.scaffold.guess import (
    Guess,
    centre_elements,
    dialled,
    emergencies_in,
    has,
    networks,
    own_column,
)
from auditor.scaffold.questions import Ask, ask_regime
from auditor.scaffold.signs import guesses, role_by_name
from auditor.text import counted, without_numbers

SCHEMA = f"./{FOLDER}/schema/{NAME}"
"""Where editors find what case.toml may hold, relative to it."""
UNKNOWN = "unknown"
_MOST_ELEMENTS = 40
_PACKED = re.compile(r"\.(?:gz|zst|bz2|xz)$")
_SHARED = "112"
"""Dialled in many jurisdictions: it says nothing of which."""


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The code (or FILL IN) and what it rests on."""

    code: str
    why: str

    @property
    def known(self) -> str:
        """The code, "" where it is to be filled in."""
        return "" if self.code == FILL_IN else self.code


def jurisdiction(found: Sequence[Guess], given: str | None, ask: Ask | None) -> Jurisdiction:
    """The jurisdiction whose own emergency numbers are dialled most; two that share them are asked for."""
    if given:
        return Jurisdiction(given, "as given")
    counts: Counter[str] = Counter()
    for g in found:
        if g.role == "attempts":
            counts.update(emergencies_in(g))
    own = {code: {n.number for n in read_regime(code).numbers} - {_SHARED} for code in regimes()}
    hits = {code: sum(counts[number] for number in numbers) for code, numbers in own.items()}
    best = max(hits.values())
    leaders = [code for code, count in hits.items() if best and count == best]
    if not best:
        why = "no emergency number of one jurisdiction alone is in the logs' first lines"
    else:
        number = max(own[leaders[0]], key=lambda n: counts[n])
        why = f"{number} is dialled {counted(counts[number], 'times')} in the logs' first lines"
        if leaders[1:]:
            why += f", and is the number of {' and '.join(leaders)}"
        elif doubt := _doubt(leaders[0], counts):
            why += doubt
    code = leaders[0] if len(leaders) == 1 and not _doubt(leaders[0], counts) else ""
    if not code and ask:
        code = ask_regime(leaders, why, regimes(), ask)
    return Jurisdiction(code or FILL_IN, why)


def _doubt(code: str, counts: Mapping[str, int]) -> str:
    """Why the numbers that were dialled do not show this jurisdiction; "" where they do. A number of many
    countries shows it only beside another number of the same jurisdiction."""
    own = {n.number for n in read_regime(code).numbers}
    seen = {number for number in own if counts[number]}
    foreign = max((n for n in counts if n not in own), key=lambda n: counts[n], default="")
    if foreign and counts[foreign] >= sum(counts[number] for number in seen):
        return f", but {foreign} {counted(counts[foreign], 'times')}, which is no emergency number of {code}"
    if len(seen) == 1 and seen <= set(guesses()["regime"]["shared"]):
        return f" ({code}), but it is the number of other countries too, and no second number of {code} is"
    return ""


def head(title: str, found: Sequence[Guess], place: Jurisdiction) -> Iterator[str]:
    """The start of the draft: `[case]`, and an outage to fill in."""
    known = read_regime(place.known) if place.known else None
    seen = networks(found)
    yield f"#:schema {SCHEMA}"
    yield (
        "# A first draft, guessed from the first lines of the logs. Each guess says what it rests on;"
        " check them all."
    )
    yield (
        f"# Lines that say {FILL_IN} need an answer that no log holds; `auditor check` names them until they"
        " have one."
    )
    yield ""
    yield "[case]"
    yield f"title = {text(title)}"
    yield f"regime = {text(place.code)}  # {place.why}; known: {', '.join(regimes())}"
    yield f"# country = {text(known.country if known else 'AU')}  # in whose plan national numbers are read"
    zone = known.timezone if known else "Australia/Sydney"
    yield f"# timezone = {text(zone)}  # in which reports show hours"
    yield "# test_numbers = []  # numbers that only make test calls"
    yield ""
    named = [name for name in seen if not _has_number(name)]
    yield "# What was declared to be out. Take the marks away and write its values; else no check is due."
    yield "# [[outage]]"
    yield '# id = "national"'
    yield f"# networks = [{', '.join(map(text, named))}]  # " + (
        f"those seen in the logs' first lines{_without(len(seen) - len(named))}"
        if seen
        else "no column of the logs is taken for their network: name those that were out"
    )
    yield "# start = 2000-01-01T00:00:00+00:00  # an example: write the first instant, with its offset"
    yield "# end = 2000-01-01T06:00:00+00:00  # an example: write the first instant after it"
    yield from _centre(found)


def _centre(found: Sequence[Guess]) -> Iterator[str]:
    """Whose log the events of each element are, where there are logs of events."""
    elements = list(dict.fromkeys(name for g in found for name in g.sample.elements))
    if not elements:
        return
    listed = list(dict.fromkeys(name for g in found for name in centre_elements(g.sample)))
    own = [name for name in listed if not _has_number(name)]
    yield ""
    yield f"# Elements whose events are in the logs: {comment(', '.join(elements[:_MOST_ELEMENTS]))}."
    yield "# The events of those that are listed here are the centre's log, those of all others are attempts."
    mark = "" if own else "# "
    yield f"{mark}[[centre]]"
    yield f"{mark}id = {text(own[0] if own else '...')}  # its name in the reports"
    more = _without(len(listed) - len(own))
    yield f"{mark}elements = [{', '.join(map(text, own))}]" + (
        f"  # all that were found{more}" if more else ""
    )


def source(group: Sequence[Guess], names: Sequence[str]) -> Iterator[str]:
    """One `[[source]]`, or several where no pattern fits the group alone."""
    # The events of one call may lie in files of any names.
    is_loose = bool(group[0].sample.elements)
    pattern = pattern_of([g.sample.name for g in group], names, is_loose=is_loose)
    if pattern is None:
        for g in group:
            yield from source([g], names)
        return
    first = group[0]
    yield ""
    yield f"# {comment(first.why)}" + (f"; {counted(len(group), 'files')}" if len(group) > 1 else "")
    yield from (f"#   | {comment(line)}" for line in first.sample.first)
    if first.rival:
        yield f"# Nearly as many of its columns are known in {first.rival}."
    if first.role == "attempts" and not first.missing and first.sample.rows:
        yield f"# {_numbers_seen(first)}"
    yield "[[source]]"
    yield _role(first)
    yield f"path = {text(pattern)}"
    yield from map(comment, no_records(first))
    yield from _form(first)
    yield from _columns(first)
    yield from _times(first)
    yield from _words(first)
    yield from _contexts(first)
    if first.role in ("attempts", "centre") and not has(first, "network"):
        given = first.constants.get("network")
        yield (
            f"network = {text(given)}  # as said"
            if given
            else '# network = "..."  # no column is taken for it: whose log is it?'
        )
    if first.role == "centre" and not has(first, "centre") and not first.sample.elements:
        yield '# centre = "..."  # its records do not name theirs'


def _role(g: Guess) -> str:
    """The role, or FILL IN with those that it may be."""
    if g.role == FILL_IN:
        return f"role = {text(FILL_IN)}  # no role explains its columns; known: {', '.join(roles())}"
    if not g.candidates:
        return f"role = {text(g.role)}  # {g.proof or f'{g.share:.0%} sure'}"
    named = role_by_name(g.sample.name)
    by_name = f" (its name speaks of {named})" if named else ""
    return (
        f"role = {text(FILL_IN)}  # not sure: {' or '.join(g.candidates)}?{by_name}"
        f" The guesses below are for {g.role}, {g.share:.0%} sure"
    )


def _contexts(g: Guess) -> Iterator[str]:
    """Asterisk's contexts from which emergency numbers were dialled, with what leaves the exchange: an
    extension can
    be called 112."""
    if "dcontext" not in g.sample.header:
        return
    seen: Counter[str] = Counter()
    inside = 0
    for row in g.sample.rows:
        if emergencies([row.get(own_column(g, "dialled"), "")]):
            seen[row.get("dcontext", "")] += 1
            inside += _is_internal(row)
    if seen:
        contexts = ", ".join(without_numbers(text(name)) for name in sorted(seen))
        yield (
            f'# emergency_only_when = {{ column = "dcontext", values = [{contexts}] }}  # contexts that'
            f" dialled such a number; {inside} of these calls reached only an extension of that number"
        )


def _is_internal(row: Mapping[str, str]) -> bool:
    """Whether the called channel belongs to a phone that has the dialled number for its name:
    SIP/112-0000."""
    peer = row.get("dstchannel", "").partition("/")[2].rpartition("-")[0]
    return bool(peer) and peer == row.get("dst")


def _numbers_seen(g: Guess) -> str:
    seen = emergencies_in(g)
    if g.sample.rows and not dialled(g):
        return "Nothing in its first lines says who was dialled: no emergency can be found in such a log."
    if not seen:
        return "No emergency number is among what was dialled in its first lines."
    each = (f"{number} ({', '.join(emergency_numbers()[number])}) {count}" for number, count in seen.items())
    return f"Emergency numbers dialled in its first lines: {', '.join(each)}."


def _form(g: Guess) -> Iterator[str]:
    """How the files are written."""
    if g.sample.encoding:
        yield f"encoding = {text(g.sample.encoding)}  # its bytes are not UTF-8"
    if g.sample.delimiter not in ("", ",") and g.sample.known is None:
        yield f"delimiter = {text(g.sample.delimiter)}"
    for name, value in g.sample.keys.items():
        yield f"{name} = {_value(value)}{_WHY.get(name, '')}"


_WHY = {
    "skip_head": "  # lines above the one that names the columns, or above the first record",
    "header": "  # no line names the columns: these names are made up",
    "quotes": "  # quotes inside its fields are not doubled",
    "unwrap": "  # the records are in a list under this key",
    "member": "  # the table of the dump; its other tables are not read",
}


def _value(value: object) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(text(str(item)) for item in value)}]"
    return text(str(value))


def _columns(g: Guess) -> Iterator[str]:
    required = [f"{group[0]} = {text(FILL_IN)}" for group in g.missing]
    hidden = [canonical for canonical, own in g.columns.items() if _has_number(own)]
    pairs = [
        f"{canonical} = {text(FILL_IN if canonical in hidden else own)}"
        for canonical, own in g.columns.items()
    ]
    yield from map(comment, lacking(g))
    if hidden:
        yield f"# The names of the columns for {', '.join(hidden)} could be persons' numbers: write them."
    if pairs or required:
        named = [name for name in g.columns if name not in g.valued]
        how = " and ".join(
            ("guessed from their names",) * bool(named) + ("from their values",) * bool(g.valued)
        )
        yield f"columns = {{ {', '.join((*pairs, *required))} }}  # {how}"
    for canonical, parts in g.parts.items():
        yield f"time_parts = {{ {canonical} = {_value(parts)} }}"
    if constants := {name: value for name, value in g.constants.items() if name != "network"}:
        each = ", ".join(f"{name} = {text(value)}" for name, value in constants.items())
        yield f"constants = {{ {each} }}"
    if g.strange:
        yield f"# kept aside, for no canonical name was found: {comment(', '.join(g.strange))}"
    yield from endless(g)


def _times(g: Guess) -> Iterator[str]:
    if g.times.is_unread:
        yield f'time_format = "{FILL_IN}"  # its times fit no known pattern: say which, as strptime writes it'
    elif len(g.times.patterns) > 1:
        yield f'time_format = "{FILL_IN}"  # {" or ".join(g.times.patterns)}: every value seen fits them all'
    elif g.times.patterns:
        yield f"time_format = {text(g.times.patterns[0])}"
    if g.times.is_naive and g.timezone:
        yield f"timezone = {text(g.timezone)}  # {comment(g.zone_why)}"
    elif g.times.is_naive:
        why = f"; {g.zone_why}" if g.zone_why else ""
        yield (
            f'timezone = "{FILL_IN}"  # its times carry no offset: name their zone, for example'
            f' "Australia/Sydney" or "UTC"{why}'
        )


def _words(g: Guess) -> Iterator[str]:
    if g.counts:
        yield from (f"# words in {name}: {_counted(seen)}" for name, seen in g.counts.items())
    maps = {name: {w: m for w, m in words.items() if m != UNKNOWN} for name, words in g.words.items()}
    for name, words in maps.items():
        if hidden := [word for word in words if _has_number(word)]:
            yield (
                f"# {len(hidden)} word(s) of {name} could be persons' numbers and are left out: check whether"
                f" its column is another, else give them in values"
            )
        maps[name] = {word: meant for word, meant in words.items() if word not in hidden}
    given = [f"{name} = {{ {_pairs(words)} }}" for name, words in maps.items() if words]
    if given:
        yield f"values = {{ {', '.join(given)} }}  # guessed: what each word means decides figures"


def _pairs(words: Mapping[str, str]) -> str:
    return ", ".join(f"{text(word)} = {text(meant or FILL_IN)}" for word, meant in words.items())


def _counted(seen: Mapping[str, int]) -> str:
    return comment(", ".join(f"{shown(word, 40)} ({count})" for word, count in list(seen.items())[:12]))


def stem_of(name: str) -> str:
    """The letters of a file's name, without what counts or packs it: those of one log share them."""
    return re.sub(r"[\d\W_]+", "", _PACKED.sub("", PurePosixPath(name).name))


def pattern_of(group: Sequence[str], names: Sequence[str], *, is_loose: bool = False) -> str | None:
    """A path that matches exactly these files among all, whose names share a stem and differ in numbers and
    dates alone; None where there is none. What only ends alike is no pattern: a later file would slip in.
    With `is_loose` it is one all the same."""
    if len(group) == 1:
        return group[0]
    start = _common_start(group)
    end = _common_start([name[len(start) :][::-1] for name in group])[::-1]
    if any(mark in start + end for mark in "*?[") or not (is_loose or len(set(map(stem_of, group))) == 1):
        return None
    pattern = f"{start}*{end}"
    matched = sorted(n for n in names if fnmatch(n, pattern) and n.count("/") == start.count("/"))
    return pattern if matched == sorted(group) else None


def _common_start(texts: Sequence[str]) -> str:
    low, high = min(texts), max(texts)
    short = min(len(low), len(high))
    return low[: next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), short)]


def left_out(reasons: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The files that make no source, each with the reason, as comments."""
    if reasons:
        yield from ("", "# Left out:")
        yield from (f"#   {comment(name)}: {comment(why)}" for name, why in reasons)


def text(value: str) -> str:
    """A TOML string; control characters written as escapes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def comment(value: str) -> str:
    """Text for a comment: one line, nothing that does not print, and dots for what could be a person's
    number."""
    return without_numbers("".join(c if c.isprintable() else "?" for c in value))


def _has_number(name: str) -> bool:
    """Whether a name or word of a log could be a person's number, and is not to be in the draft."""
    return without_numbers(name) != name


def _without(count: int) -> str:
    return f", without {count} that could be a person's number" if count else ""
