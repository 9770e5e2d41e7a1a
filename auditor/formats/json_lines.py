"""JSON lines: one object a line; its keys are the columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from auditor.catalogue.domains import roles
from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.first_lines import dialect_of, first_lines, roles_of
from auditor.formats.layout import Detection, Layout, bind, key, missing, require, shipped, shown
from auditor.formats.objects import begins_json, paths_in
from auditor.formats.reader import Asked, Lines, Opened
from auditor.text import agreed, counted

KIND = "json_lines"


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A text whose first line begins as JSON does. EvidenceError where none of its lines is an object."""
    if asked.layout is not None and asked.layout.kind != KIND:
        return None
    first = first_lines(head, asked)
    if not begins_json(first.lines[0]):
        return None
    return replace(_told(first.lines, asked), bom_bytes=first.bom_bytes, encoding=first.encoding)


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """The lines of the file as they are."""
    dialect = dialect_of(found, is_json=True)
    lines = Lines(dialect, member.blocks, found.header_lines, found.bom_bytes)
    return Opened(found, lines, sample=found.head)


def _told(lines: Sequence[str], asked: Asked) -> Detection:
    """What the keys of the first objects tell."""
    names: dict[str, str] = {}
    lists: set[str] = set()
    objects = 0
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            objects += 1
            for name, inner in paths_in(value):
                names.setdefault(key(name), name)
                if isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
                    lists.add(name)
    if not objects:
        raise EvidenceError(
            "it looks like JSON, but its lines are not objects",
            where=Where(asked.name, 1),
            hint="one object a line is read (JSON lines)",
        )
    header = tuple(names.values())
    layout = _layout(header, asked)
    chosen = _choose_role(layout, header, asked)
    if lists and missing(chosen, asked.filled):
        raise EvidenceError(
            f"its records may be in the array under the key {shown(min(lists))!r}",
            where=Where(asked.name, 1),
            hint=f'name it in the source: unwrap = "{shown(min(lists))}"',
        )
    require(chosen, header, asked.name, 1, asked.filled)
    filled = [line for line in lines if line.strip()]
    return Detection(
        _with_later(chosen, layout, header),
        round(objects / len(filled), 2),
        f"{objects} of its first {counted(len(filled), 'lines')} {agreed(objects, 'are')} JSON objects",
        header=header,
    )


def _with_later(chosen: Layout, layout: Layout, header: Sequence[str]) -> Layout:
    """`layout`, of which the columns that are in the header are `chosen`, with those that may come in later
    records: a key without a value is often left out."""
    seen = set(map(key, header))
    later = {
        canonical: layout.columns.get(canonical, canonical)
        for canonical in roles()[chosen.role or ""].columns
        if canonical not in chosen.columns and key(canonical) not in seen
    }
    return replace(chosen, columns={**chosen.columns, **later})


def _layout(header: Sequence[str], asked: Asked) -> Layout:
    """The layout that the case states, else one whose signature is all there, else the one of any names."""
    keys = {key(name) for name in header}
    signed = (a for a in layouts() if a.signature and {key(name) for name in a.signature} <= keys)
    return asked.layout or next(signed, None) or next(a for a in layouts() if a.name == KIND)


def _choose_role(layout: Layout, header: Sequence[str], asked: Asked) -> Layout:
    """`layout` bound for the role whose columns it names most of."""
    bound = [
        bind(layout, header, role, asked.columns, where=asked.name, is_sample=True)
        for role in roles_of(layout, asked)
    ]
    return max(bound, key=lambda b: (not missing(b), len(b.columns)))
