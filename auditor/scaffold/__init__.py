"""Looks at a folder of logs and writes a commented case.toml for it. What cannot be guessed is marked FILL
IN, never made up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from auditor.case import FILE
from auditor.catalogue.domains import roles
from auditor.errors import AuditorError, EvidenceError
from auditor.private import FOLDER as PRIVATE_FOLDER
from auditor.private import refuse_unreadable, shown_name
from auditor.regimes import read_regime, regimes
from auditor.scaffold.guess import Guess, dialled, guess, has, networks
from auditor.scaffold.sample import sample

__all__ = ["FILE", "Draft", "scaffold"]

FILL_IN = "FILL IN"
_OURS = re.compile(
    r"case\.(?:snapshot\.)?duckdb(?:\.[a-z.]+)?|case\.(?:toml|key|history)|custody\.jsonl|expected\.toml"
)
_FOLDERS = ("reports", "kept", PRIVATE_FOLDER)
_KEPT_RUN = re.compile(r"runs/[0-9a-f]{16}\.(?:json|parquet)")
"""Where older versions kept their runs; any other file of that folder may be a log."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of a case.toml, how many sources it names, the files left out with the reason, and how many
    lines are to be filled in."""

    text: str
    sources: int
    left_out: tuple[tuple[str, str], ...]
    to_fill: int


def scaffold(folder: Path, regime: str | None = None) -> Draft:
    """Draft the case.toml of the logs in `folder` and below. EvidenceError when none of its files can be
    told."""
    refuse_unreadable(folder)
    guesses: list[Guess] = []
    left_out: list[tuple[str, str]] = []
    names = []
    for path in _logs(folder, left_out):
        name = path.relative_to(folder).as_posix()
        names.append(name)
        try:
            found = guess(sample(folder, path))
        except AuditorError as error:
            left_out.append((name, error.message))
            continue
        if found is None:
            left_out.append((name, "its columns are those of no known table"))
        else:
            guesses.append(found)
    if not guesses:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out[:3]) or "it holds no files"
        raise EvidenceError(
            f"no log in {folder} could be told ({reasons})",
            hint="`auditor formats FILE` says what a file is taken for",
        )
    sources = [line for group in _groups(guesses) for line in _source(group, names)]
    lines = [*_facts(folder, guesses, regime), *sources, *_left_out(left_out)]
    to_fill = sum(FILL_IN in line.partition("#")[0] for line in lines)
    return Draft("\n".join(lines) + "\n", len(_groups(guesses)), tuple(left_out), to_fill)


def _logs(folder: Path, left_out: list[tuple[str, str]]) -> Iterator[Path]:
    """Files that may be logs, sorted; hidden ones are put on the list of those left out."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not path.is_file() or parts[0] in _FOLDERS or (len(parts) == 1 and _OURS.fullmatch(parts[0])):
            continue
        if _KEPT_RUN.fullmatch("/".join(parts)):
            left_out.append(("/".join(parts), "it is a run that an older version of the tool kept"))
        elif shown_name(path) != str(path):
            left_out.append(
                (
                    shown_name(path.relative_to(folder)),
                    "its name is not UTF-8, so that no case.toml can name it: a pattern can",
                )
            )
        elif any(part.startswith(".") for part in parts):
            left_out.append(("/".join(parts), "it is hidden"))
        else:
            yield path


def _groups(guesses: Sequence[Guess]) -> list[list[Guess]]:
    """Files of one folder that one `[[source]]` can read, in the order of the contract's tables."""
    groups: dict[object, list[Guess]] = {}
    for g in guesses:
        layout = g.sample.known.layout.name if g.sample.known else g.sample.kind
        one = (
            PurePosixPath(g.sample.name).parent,
            g.role,
            layout,
            g.sample.header,
            g.sample.delimiter,
            g.sample.encoding,
            g.times,
        )
        groups.setdefault(one, []).append(g)
    return sorted(
        groups.values(), key=lambda group: (list(roles()).index(group[0].role), group[0].sample.name)
    )


def _facts(folder: Path, guesses: Sequence[Guess], regime: str | None) -> Iterator[str]:
    """The head of the file: `[case]`, and an outage to fill in."""
    code, why = (regime, "as given") if regime else _regime(guesses)
    known = read_regime(code) if code != FILL_IN else None
    seen = networks(guesses)
    yield (
        "# A first draft, guessed from the heads of the logs. Each guess says what it rests on; check them"
        " all."
    )
    yield (
        f"# Lines that say {FILL_IN} need an answer that no log holds; `auditor check` names them until they"
        " have one."
    )
    yield ""
    yield "[case]"
    yield f"title = {_text(folder.resolve().name)}"
    yield f"regime = {_text(code)}  # {why}; known: {', '.join(regimes())}"
    yield f"# country = {_text(known.country if known else 'AU')}  # in whose plan national numbers are read"
    yield (
        f"# timezone = {_text(known.timezone if known else 'Australia/Sydney')}  # in which reports show"
        " hours"
    )
    yield "# test_numbers = []  # numbers that only make test calls"
    yield ""
    yield "# What was declared to be out. Without an outage nobody is owed a check."
    yield "# [[outage]]"
    yield '# id = "national"'
    yield f"# networks = [{', '.join(map(_text, seen))}]  # " + (
        "those seen in the logs' first lines" if seen else "the logs name none"
    )
    yield "# start = 2024-03-12T17:00:00+11:00  # with its offset"
    yield "# end = 2024-03-13T02:00:00+11:00  # the first instant after it"


def _regime(guesses: Sequence[Guess]) -> tuple[str, str]:
    """The jurisdiction whose own emergency numbers are dialled most; 112 says nothing, it is dialled in
    many."""
    counts = Counter(dialled(guesses))
    own = {code: {n.number for n in read_regime(code).numbers} - {"112"} for code in regimes()}
    hits = {code: sum(counts[number] for number in numbers) for code, numbers in own.items()}
    best = max(hits.values())
    leaders = [code for code, count in hits.items() if count == best]
    if not best:
        return FILL_IN, "no emergency number stands in the logs' first lines"
    others = f", which {' and '.join(leaders[1:])} has too" if leaders[1:] else ""
    number = max(own[leaders[0]], key=lambda n: counts[n])
    return leaders[0], f"{number} is dialled {counts[number]} times in the logs' first lines{others}"


def _source(group: Sequence[Guess], names: Sequence[str]) -> Iterator[str]:
    """One `[[source]]`, or several where no pattern fits the group alone."""
    pattern = _pattern([g.sample.name for g in group], names)
    if pattern is None:
        for g in group:
            yield from _source([g], names)
        return
    first = group[0]
    yield ""
    yield f"# {_comment(first.why)}" + (f"; {len(group)} files" if len(group) > 1 else "")
    if first.rival:
        yield f"# Nearly as many of its columns are known in {first.rival}."
    yield "[[source]]"
    yield f"role = {_text(first.role)}  # {first.share:.0%} sure"
    yield f"path = {_text(pattern)}"
    yield from _reading(first)
    if first.columns:
        pairs = ", ".join(f"{canonical} = {_text(own)}" for canonical, own in first.columns.items())
        yield f"columns = {{ {pairs} }}  # guessed from their names"
    if first.strange:
        yield f"# kept aside, for no canonical name was found: {_comment(', '.join(first.strange))}"


def _reading(g: Guess) -> Iterator[str]:
    """How the files are to be read, and what they do not say themselves."""
    if g.sample.encoding:
        yield f"encoding = {_text(g.sample.encoding)}  # its bytes are not UTF-8"
    if g.sample.delimiter not in ("", ",") and g.sample.known is None:
        yield f"delimiter = {_text(g.sample.delimiter)}"
    if g.times.is_unread:
        yield f'time_format = "{FILL_IN}"  # its times fit no known pattern: say which, as strptime writes it'
    elif len(g.times.patterns) > 1:
        yield f'time_format = "{FILL_IN}"  # {" or ".join(g.times.patterns)}: every value seen fits them all'
    elif g.times.patterns:
        yield f"time_format = {_text(g.times.patterns[0])}"
    if g.times.is_naive:
        yield (
            f'timezone = "{FILL_IN}"  # its times carry no offset: name their zone, for example'
            ' "Australia/Sydney" or "UTC"'
        )
    if g.role in ("attempts", "centre") and not has(g, "network"):
        yield '# network = "..."  # its records do not name theirs'
    if g.role == "centre" and not has(g, "centre"):
        yield '# centre = "..."  # its records do not name theirs'


def _pattern(group: Sequence[str], names: Sequence[str]) -> str | None:
    """A path that matches exactly these files among all; None where there is none."""
    if len(group) == 1:
        return group[0]
    start = _common_start(group)
    end = _common_start([name[len(start) :][::-1] for name in group])[::-1]
    if any(mark in start + end for mark in "*?["):
        return None
    pattern = f"{start}*{end}"
    return (
        pattern
        if sorted(n for n in names if fnmatch(n, pattern) and n.count("/") == start.count("/"))
        == sorted(group)
        else None
    )


def _common_start(texts: Sequence[str]) -> str:
    low, high = min(texts), max(texts)
    return low[
        : next(
            (n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high))
        )
    ]


def _left_out(left_out: Sequence[tuple[str, str]]) -> Iterator[str]:
    if left_out:
        yield from ("", "# Left out:")
        yield from (f"#   {_comment(name)}: {_comment(why)}" for name, why in left_out)


def _text(value: str) -> str:
    """A TOML string; control characters written as escapes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _comment(value: str) -> str:
    """Text for a comment: one line, nothing that does not print."""
    return "".join(c if c.isprintable() else "?" for c in value)
