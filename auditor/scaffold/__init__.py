"""Looks at a folder of logs and writes a commented case.toml for it. What cannot be guessed is asked for, or
marked
FILL IN, never made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from auditor.case import FILE, FILL_IN
from auditor.catalogue.domains import roles
from auditor.errors import AuditorError, EvidenceError, UsageError
from auditor.private import FOLDER as PRIVATE_FOLDER
from auditor.private import refuse_unreadable, shown_name
from auditor.scaffold import draft
from auditor.scaffold.guess import Guess, as_centre, guess, may_be_log, own_column, time_columns
from auditor.scaffold.questions import Ask, Question, ask_role, settled
from auditor.scaffold.sample import Sample, samples
from auditor.scaffold.times import zone_by_ids, zone_by_names

__all__ = ["FILE", "FILL_IN", "Ask", "Draft", "Question", "added", "scaffold"]

_OURS = re.compile(
    r"case\.(?:snapshot\.)?duckdb(?:\.[a-z.]+)?|case\.(?:toml|key|history)|custody\.jsonl|expected\.toml"
)
_FOLDERS = ("reports", "kept", "layouts", PRIVATE_FOLDER)
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


def scaffold(folder: Path, regime: str | None = None, ask: Ask | None = None) -> Draft:
    """Draft the case.toml of the logs in `folder` and below. With `ask` each doubt is a question; without,
    its line
    says FILL IN. EvidenceError when none of its files is a table."""
    refuse_unreadable(folder)
    left_out: list[tuple[str, str]] = []
    paths = list(_logs(folder, left_out))
    names = [path.relative_to(folder).as_posix() for path in paths]
    found = _guessed(folder, paths, left_out, ask)
    if not found:
        reasons = "; ".join(f"{name}: {why}" for name, why in left_out[:3]) or "it holds no files"
        raise EvidenceError(
            f"no log was found in {folder} ({reasons})",
            hint="`auditor formats FILE` says what a file is taken for"
            if left_out
            else "put the logs into this folder, or name the folder that has them",
        )
    place = draft.jurisdiction(found, regime, ask)
    groups = [_settled(group, place.known, ask) for group in _groups(found)]
    lines = [
        *draft.head(folder.resolve().name, found, place),
        *(line for group in groups for line in draft.source(group, names)),
        *draft.left_out(left_out),
    ]
    return _counted(lines, len(groups), left_out)


def added(folder: Path, paths: Sequence[Path], regime: str | None, ask: Ask | None = None) -> Draft:
    """The `[[source]]` of further files of a case that is there, to be put at the end of its case.toml."""
    left_out: list[tuple[str, str]] = []
    for path in paths:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise UsageError(f"{path} lies outside the case", hint=f"put it into {folder}")
    inside = [folder / path.resolve().relative_to(folder.resolve()) for path in paths]
    found = _guessed(folder, inside, left_out, ask)
    names = [path.relative_to(folder).as_posix() for path in _logs(folder, [])]
    groups = [_settled(group, regime or "", ask) for group in _groups(found)]
    lines = [
        *(line for group in groups for line in draft.source(group, names)),
        *draft.left_out(left_out),
    ]
    return _counted(lines, len(groups), left_out)


def _counted(lines: Sequence[str], sources: int, left_out: Sequence[tuple[str, str]]) -> Draft:
    to_fill = sum(FILL_IN in line.partition("#")[0] for line in lines)
    return Draft("\n".join(lines) + "\n", sources, tuple(left_out), to_fill)


def _guessed(
    folder: Path, paths: Sequence[Path], left_out: list[tuple[str, str]], ask: Ask | None
) -> list[Guess]:
    found: list[Guess] = []
    strangers: list[Sample] = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        for looked in samples(folder, path):
            if isinstance(looked, AuditorError):
                left_out.append((name, looked.message))
                continue
            reading = guess(looked)
            if ask is not None:
                reading = ask_role(looked, reading, ask)
            if reading is not None:
                found.append(reading)
            else:
                strangers.append(looked)
    for looked in strangers:
        reading = guess(looked, "attempts") if ask is None and may_be_log(looked) else None
        if reading is not None:
            why = "its columns are those of no known table; the guesses below are for attempts"
            found.append(replace(reading, role=FILL_IN, why=why))
        else:
            left_out.append((looked.name, "its columns are those of no known table"))
    return found


def _settled(group: Sequence[Guess], regime: str, ask: Ask | None) -> list[Guess]:
    """The files of one source with what their times show of their zone, and with what a person says."""
    first = group[0]
    if first.times.is_naive:
        ids = [
            (row.get("uniqueid") or "", row.get(own_column(first, "started_at")) or "")
            for row in first.sample.rows
        ]
        zone, why = zone_by_ids(ids, regime or None)
        if not why:
            zone, why = zone_by_names(time_columns(first))
        first = replace(first, timezone=zone, zone_why=why)
    if ask is not None:
        first = settled(first, regime, ask)
    return [first, *group[1:]]


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


def _groups(found: Sequence[Guess]) -> list[list[Guess]]:
    """Files of one folder that one `[[source]]` can read, in the order of the contract's tables."""
    groups: dict[object, list[Guess]] = {}
    for g in found:
        layout = g.sample.known.layout.name if g.sample.known else g.sample.kind
        one = (
            PurePosixPath(g.sample.name).parent,
            "" if g.sample.elements else draft.stem_of(g.sample.name),
            g.role,
            layout,
            g.sample.header,
            g.sample.delimiter,
            g.sample.encoding,
            tuple(g.sample.keys.items()),
            g.times,
        )
        groups.setdefault(one, []).append(g)
    order = [*roles(), FILL_IN]
    every = [*groups.values(), *filter(None, map(as_centre, groups.values()))]
    return sorted(every, key=lambda group: (order.index(group[0].role), group[0].sample.name))
