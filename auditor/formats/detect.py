"""What a file is, by its bytes: each reader is asked in turn. Never by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats import (
    acc,
    charging,
    cucm,
    delimited,
    description,
    freeswitch,
    i3,
    json_lines,
    parquet,
    radius,
    restate,
    ribbon,
    sheet,
    sip,
)
from auditor.formats.confined import open_confined
from auditor.formats.layout import Detection, Layout, key, shown
from auditor.formats.reader import Asked, Opened, Reader

__all__ = ["READERS", "detect", "layouts", "near", "open_file"]

CONFIDENT = 0.6
"""Below this a file is refused rather than guessed at."""
_NEAR = 0.5
READERS: tuple[Reader, ...] = (
    sip, parquet, sheet, charging, i3, cucm, freeswitch, acc, ribbon, radius, json_lines, delimited,
)  # fmt: skip
"""Asked in this order: those that know a file by its mark first. The last takes any text, or says why it
cannot."""

_HERE = frozenset({parquet.KIND, sheet.KIND, json_lines.KIND, delimited.KIND})
"""Kinds of files that are opened in this process: text that is cut as it is, what DuckDB reads, and
workbooks, whose cells come from a process of their own. All others are opened in one that may do nothing
else."""


def layouts() -> tuple[Layout, ...]:
    """Every layout of every reader, by name."""
    return tuple(sorted((a for reader in READERS for a in reader.layouts()), key=lambda a: a.name))


def detect(
    name: str,
    head: bytes,
    role: str = "",
    stated: str | None = None,
    columns: Mapping[str, str] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Detection:
    """What the file `name` is, by `head`, its first decoded bytes (64 kB are plenty), for a source of `role`
    ("": any role).

    `stated`, `columns`, `delimiter` and `encoding` are what the case says of the source. The headers of some
    files lie elsewhere: those come back without columns until they are opened. EvidenceError, with what was
    seen and what to set, when no layout fits; Damage where a text that begins as JSON is none.
    """
    return recognise(head, asked_for(name, role, stated, columns, delimiter, encoding))


def asked_for(
    name: str,
    role: str = "",
    stated: str | None = None,
    columns: Mapping[str, str] | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
) -> Asked:
    """What the case says of a file. EvidenceError where that cannot be so."""
    if delimiter is not None and len(delimiter) != 1:
        raise EvidenceError(f"the delimiter '{shown(delimiter)}' is not one character", where=Where(name))
    layout = _layout_named(stated, where=name) if stated else None
    if layout is not None and role and layout.role not in (None, role):
        raise EvidenceError(
            f"the format {layout.name} holds {layout.role}, the case says {role}", where=Where(name)
        )
    return Asked(name, role, columns or {}, delimiter, encoding, layout)


def recognise(head: bytes, asked: Asked) -> Detection:
    """What the file is, under what the case says of its form. EvidenceError when no reader knows it, or none
    is sure; Damage where a text that begins as JSON is none."""
    return replace(description.recognise(head, asked, _recognised), head=head)


def _recognised(head: bytes, asked: Asked) -> Detection:
    """What the first reader that knows the file says it is."""
    where = Where(asked.name)
    answers = (reader.recognise(head, asked) for reader in READERS)
    found = next((answer for answer in answers if answer is not None), None)
    if found is None:
        raise EvidenceError("no reader knows what it is", where=where)
    if asked.layout is not None and found.layout.name != asked.layout.name:
        raise EvidenceError(
            f"the case says {asked.layout.name}, but it is {found.layout.name}: {found.why}",
            where=where,
            hint="correct or drop `format`",
        )
    if found.confidence < CONFIDENT and asked.layout is None:
        raise EvidenceError(
            f"it may be {found.layout.name}, but that is not sure: {found.why}",
            where=where,
            hint=f'set format = "{found.layout.name}"',
        )
    return replace(found, head=head)


def near(found: Detection, asked: Asked) -> tuple[tuple[str, float], ...]:
    """Other layouts that a file might be taken for, with the share of their names or shapes that it has;
    the nearest
    first, and none below a half."""
    shares = delimited.shares(found, asked)
    keys = {key(name) for name in found.header}
    is_named = bool(found.header_lines) or found.layout.kind == "json_lines"
    for layout in layouts():
        if layout.signature and is_named:
            shares[layout.name] = sum(key(n) in keys for n in layout.signature) / len(layout.signature)
    others = {name: share for name, share in shares.items() if share >= _NEAR and name != found.layout.name}
    return tuple(sorted(others.items(), key=lambda pair: (-pair[1], pair[0])))


def open_file(member: Member, found: Detection, asked: Asked) -> Opened:
    """Open a file that was recognised as `found`. Damage or EvidenceError when it cannot be read, or lacks a
    required column."""
    found = _coded(member, _counted(member, found))
    reader = next(reader for reader in READERS if found.layout.kind == reader.KIND)
    if found.layout.kind in _HERE and not found.is_restated:
        return reader.open(member, found, asked)
    module: Any = restate if found.is_restated else reader
    return open_confined(module.__name__, member, found, asked)


def _counted(member: Member, found: Detection) -> Detection:
    """`found` with the counter of a table of a dump as its sequence, where no other column is: its holes
    are rows
    that were deleted."""
    counter = member.table.counter if member.table else ""
    is_named = any(
        "sequence" in names for names in (found.layout.columns, found.layout.where, found.layout.codes)
    )
    if not counter or is_named or found.layout.role != "attempts" or counter not in found.header:
        return found
    columns = MappingProxyType({**found.layout.columns, "sequence": counter})
    return replace(found, layout=replace(found.layout, columns=columns))


def _coded(member: Member, found: Detection) -> Detection:
    """`found` with the columns of a table of a dump that hold bytes which are no text."""
    coded = tuple(name for name in found.header if member.table and name in member.table.coded)
    return replace(found, nested=(*found.nested, *coded), coded=coded) if coded else found


def _layout_named(stated: str, *, where: str) -> Layout:
    """The layout a case states as `format`; EvidenceError with the known names when there is none such."""
    for layout in layouts():
        if layout.name == stated:
            return layout
    known = ", ".join(dict.fromkeys(layout.name for layout in layouts()))
    raise EvidenceError(f"there is no format '{stated}'", where=Where(where), hint=f"known formats: {known}")
