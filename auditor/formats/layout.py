"""Layouts, one TOML file each, and what a file was taken for. A new vendor is one file in `layouts/`.

A layout says what a file's columns mean by the contract's names; how its text is typed is the loader's
matter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from auditor.catalogue.domains import roles
from auditor.errors import EvidenceError, Where

_SHOWN_BY: Mapping[str, frozenset[str]] = {
    "failures": frozenset(),
    "causes": frozenset(["release_cause", "sip_status"]),
    "callers": frozenset(["calling_number", "imsi", "imei"]),
    "dialled": frozenset(["dialled", "dialled_other", "service_category"]),
    "cells": frozenset(["cell_id"]),
    "gaps": frozenset(["sequence"]),
}
"""What is asked of a log -> the canonical columns of which one must be there. Failures are no column: a
layout says
itself that it holds none."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a canonical column is in some records: the text of the column `take`, or the text `value`, where
    the
    column `column` (`take`, if none is named) is such as `pattern` says ("": in all others). With `form`
    the text
    is put together anew from the groups of `pattern`."""

    take: str = ""
    value: str = ""
    column: str = ""
    pattern: str = ""
    form: str = ""
    is_hex: bool = False
    """Whether the text is a number in hexadecimal digits."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the file that it looks at."""
        return tuple(name for name in (self.take, self.column) if name)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of one kind of log mean. `kind` is the reader that reads it.

    `role` is None where any canonical table may come so; `header` names the columns by position where the
    file has no header line;
    `columns` is canonical name -> the file's column; `codes` is canonical name -> (the file's column, stem of
    the table in sql/reference that translates it: the text is in its column `text`, the value in its
    column of the canonical name); `time_formats` are strptime patterns beyond ISO 8601, or `epoch` (seconds
    UTC).
    """

    name: str
    title: str
    kind: str
    role: str | None = None
    header: tuple[str, ...] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    patterns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Canonical name -> (the file's column, regular expression whose first group is the value there)."""
    where: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    """Canonical name -> what it is in which records; the first choice that fits a record decides."""
    time_formats: tuple[str, ...] = ()
    fallbacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Canonical name -> the file's columns to take instead, in order, where the one in `columns` is not
    there."""
    signature: tuple[str, ...] = ()
    """Header names that together tell this layout."""
    shapes: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    """Column -> pattern every value of it fits, which tells a layout without a header line."""
    delimiter: str = ","
    quotes: str = "strict"
    """`loose` where the writers of this layout do not double quotes inside a field; `escaped` where a
    backslash precedes a delimiter inside one, and quotes are text."""
    is_padded: bool = False
    """Whether blanks around a value are no part of it."""
    clock_mark: str = ""
    """A pattern of records whose writer says that its clock was not synchronised."""
    told_by: str = "names in the header"
    """By what it is recognised where it has no signature and no shapes."""
    joins_files: bool = False
    """Whether one record may lie in several files of a source."""
    unwrap: str = ""
    """The key of the JSON array in which its records come, where they do not come bare."""
    skip_lines: str = ""
    """A pattern of lines that are no records of a call."""
    is_open: bool = False
    """Whether more columns may follow those of `header`."""
    timezone: str = ""
    """The zone of its times that carry no offset, where its writers have but one."""
    cannot_show: tuple[str, ...] = ()
    """What such a log never holds: `failures` (calls that failed), `dialled` (who was called)."""
    failures_if: str = ""
    """What must be set where it is written for failed calls to be in it."""

    shows: tuple[str, ...] = ()
    """What it shows though no column of it says so: `gaps` by a counter that its reader knows."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What attempts of this layout cannot show, in the order of `_SHOWN_BY`; nothing is said of layouts
        of any
        columns."""
        if self.role != "attempts":
            return ()
        named = {*self.columns, *self.codes, *self.patterns, *self.where}
        has = named or set(self.header or ())
        return tuple(
            what
            for what, columns in _SHOWN_BY.items()
            if what in self.cannot_show or (columns and not has & columns and what not in self.shows)
        )

    def showing(self, names: Iterable[str]) -> frozenset[str]:
        """The columns of the file from which any of these canonical columns is taken."""
        asked = frozenset(names)
        taken = {column for name, column in self.columns.items() if name in asked}
        taken |= {
            column for name, (column, _) in (*self.codes.items(), *self.patterns.items()) if name in asked
        }
        chosen = (each.columns for name, choices in self.where.items() if name in asked for each in choices)
        return frozenset(taken.union(*chosen))

    @property
    def recognition(self) -> tuple[str, str]:
        """How sure it can be recognised, and by what."""
        if self.shapes:
            return "to 95 %", f"{len(self.header or ())} fields, shapes of values"
        return ("95 %", "names in the header") if self.signature else ("100 %", self.told_by)


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file is taken for. `layout` is resolved: its role is set and its columns name what is in this
    file.

    `header` holds the file's columns in order (for JSON lines the keys seen at the start); `header_lines`
    physical lines come before the first record, and `bom_bytes` bytes before the first line. `delimiter` and
    `quote` are empty where they have no meaning. `head` is what it was recognised by.
    """

    layout: Layout
    confidence: float
    why: str
    delimiter: str = ""
    quote: str = ""
    encoding: str = "utf-8"
    header: tuple[str, ...] = ()
    header_lines: int = 0
    bom_bytes: int = 0
    head: bytes = field(default=b"", repr=False, compare=False)
    nested: tuple[str, ...] = ()
    """Columns that may hold what is no value, lists or objects, whose texts are marked as such."""
    coded: tuple[str, ...] = ()
    """Those of them that may hold bytes that are no text, of which the hexadecimal digits are marked."""
    is_restated: bool = False
    """Whether its text is written anew before it is cut into records (`formats/restate.py`)."""


@cache
def shipped(kind: str) -> tuple[Layout, ...]:
    """Every layout that is shipped for one reader, by name; one whose files end in several ways comes once a
    way."""
    folder = files("auditor.formats") / "layouts"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    read = (_read(f.name.removesuffix(".toml"), f.read_text("utf-8")) for f in found)
    return tuple(layout for ways in read for layout in ways if layout.kind == kind)


def key(name: str) -> str:
    """A column name as it is compared: trimmed, in any case."""
    return name.strip().casefold()


def unique(header: Sequence[str], *, where: str) -> tuple[str, ...]:
    """The trimmed names of a header line, nameless columns called `column 7`; EvidenceError when two are
    alike."""
    names = tuple(text.strip() or f"column {place}" for place, text in enumerate(header, 1))
    seen: set[str] = set()
    for name in names:
        if key(name) in seen:
            raise EvidenceError(
                f"two columns are named '{shown(name)}'",
                where=Where(where, 1),
                hint="rename one of them: which is meant cannot be known",
            )
        seen.add(key(name))
    return names


def bind(
    layout: Layout,
    header: Sequence[str],
    role: str,
    stated: Mapping[str, str],
    *,
    where: str,
    is_sample: bool = False,
) -> Layout:
    """`layout` with its role set and `columns` naming columns of `header` only. `stated` (the case's own
    mapping) goes first.

    EvidenceError when `stated` names a canonical column of no such role, or a column that is not there.
    `is_sample`: the header is what was seen at the start, and further names may follow farther down.
    """
    present = {key(name): name for name in header}
    table = roles()[role]
    bound: dict[str, str] = {}
    for canonical, column in stated.items():
        if canonical not in table.columns:
            raise EvidenceError(
                f"'{canonical}' is no column of {role}",
                where=Where(where),
                hint=f"its columns: {', '.join(table.columns)}",
            )
        if key(column) not in present and is_sample:
            bound[canonical] = column
            continue
        if key(column) not in present:
            raise EvidenceError(
                f"the case takes {canonical} from a column '{column}' that is not there",
                where=Where(where),
                hint=f"its columns: {', '.join(map(shown, header))}",
            )
        bound[canonical] = present[key(column)]
    taken = set(bound.values())
    for canonical in table.columns:
        names = (
            (layout.columns.get(canonical), *layout.fallbacks.get(canonical, ()))
            if layout.columns
            else (canonical,)
        )
        found = next((present[key(n)] for n in names if n is not None and key(n) in present), None)
        if canonical not in bound and found is not None and not (found in taken and not layout.columns):
            bound[canonical] = found
    ruled = _bound_rules(layout, present, stated, is_sample=is_sample)
    return replace(ruled, role=role, columns=MappingProxyType(bound))


def _bound_rules(
    layout: Layout, present: Mapping[str, str], stated: Mapping[str, str], *, is_sample: bool
) -> Layout:
    """`layout` with codes, patterns and choices of the columns `present` (as they are compared -> as they are
    written), or of all where that `is_sample`; what the case has `stated` of a canonical column goes before
    them."""

    def named(name: str) -> str:
        return present.get(key(name), name if is_sample else "")

    codes = {c: (named(n), t) for c, (n, t) in layout.codes.items() if named(n) and c not in stated}
    patterns = {c: (named(n), p) for c, (n, p) in layout.patterns.items() if named(n) and c not in stated}
    chosen = {
        canonical: tuple(
            replace(choice, take=named(choice.take), column=named(choice.column))
            for choice in choices
            if all(map(named, choice.columns))
        )
        for canonical, choices in layout.where.items()
        if canonical not in stated
    }
    return replace(
        layout,
        where=MappingProxyType({canonical: choices for canonical, choices in chosen.items() if choices}),
        codes=MappingProxyType(codes),
        patterns=MappingProxyType(patterns),
    )


def missing(layout: Layout, filled: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The groups of required columns of which neither a bound layout nor `filled` has one."""
    have = {*layout.columns, *layout.codes, *layout.patterns, *layout.where, *filled}
    return tuple(group for group in roles()[layout.role or ""].required if not have.intersection(group))


def require(
    layout: Layout, header: Sequence[str], where: str, line: int = 0, filled: Sequence[str] = ()
) -> None:
    """EvidenceError where a bound layout lacks a required column that is not in `filled` either; `line` is
    that of the header."""
    for group in missing(layout, filled):
        raise EvidenceError(
            f"no column holds {' or '.join(group)}, which {layout.role} need",
            where=Where(where, line or None),
            hint=(
                f'name it in the source: columns = {{ {group[0]} = "..." }}; its columns:'
                f" {', '.join(map(shown, header[:40]))}"
            ),
        )


def with_header(
    found: Detection,
    names: Sequence[str],
    role: str,
    columns: Mapping[str, str] | None = None,
    *,
    where: str,
    line: int = 0,
    filled: Sequence[str] = (),
) -> Detection:
    """`found` with the header of a file whose first bytes do not show it; in row `line` where it is one.
    EvidenceError for a missing column."""
    header = unique(names, where=where)
    layout = bind(found.layout, header, role, columns or {}, where=where)
    require(layout, header, where, line, filled)
    return replace(found, layout=layout, header=header, header_lines=line)


def shown(text: str, limit: int = 80) -> str:
    """Text of a file as it may be printed: a line that may hold a person's data shows shapes only (`x`
    letters, `#` digits)."""
    if re.search(r"\d{3}|@", text):
        text = re.sub(r"\d", "#", re.sub(r"[^\W\d_]", "x", text))
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[: limit + 1])
    return text if len(text) <= limit else text[:limit] + "…"


def _read(name: str, text: str) -> list[Layout]:
    data = tomllib.loads(text)
    columns = {c: [n] if isinstance(n, str) else n for c, n in data.pop("columns", {}).items()}
    codes = {c: (entry["column"], entry["table"]) for c, entry in data.pop("codes", {}).items()}
    patterns = {c: (entry["column"], entry["pattern"]) for c, entry in data.pop("patterns", {}).items()}
    where = {
        c: tuple(Choice(**choice) for choice in ([given] if isinstance(given, dict) else given))
        for c, given in data.pop("where", {}).items()
    }
    shapes = {c: re.compile(p) for c, p in data.pop("shapes", {}).items()}
    start = tuple(data.pop("header")) if "header" in data else None
    ends: list[tuple[str, ...]] = [tuple(end) for end in data.pop("ends", ((),))]
    headers = [None if start is None else (*start, *end) for end in ends]
    plain = Layout(
        name=name,
        title=data.pop("title"),
        kind=data.pop("kind"),
        role=data.pop("role", None),
        columns=MappingProxyType({c: names[0] for c, names in columns.items()}),
        fallbacks=MappingProxyType({c: tuple(names[1:]) for c, names in columns.items() if names[1:]}),
        codes=MappingProxyType(codes),
        patterns=MappingProxyType(patterns),
        where=MappingProxyType(where),
        time_formats=tuple(data.pop("time_formats", ())),
        signature=tuple(data.pop("signature", ())),
        cannot_show=tuple(data.pop("cannot_show", ())),
        shows=tuple(data.pop("shows", ())),
        **data,
    )
    return [
        replace(
            plain,
            header=header,
            shapes=MappingProxyType({c: p for c, p in shapes.items() if header is None or c in header}),
        )
        for header in headers
    ]
