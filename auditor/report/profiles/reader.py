"""Profiles of readers: the sections and their order, and the fields that the reader requires."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from auditor.errors import UsageError
from auditor.model import EMPTY_ROWS, Audit
from auditor.report.content import wording


@dataclass(frozen=True, slots=True)
class Required:
    """A field the reader requires, and its source: `outage:cause`, `text:prevention`, `measure:NAME`,
    `table:NAME.COLUMN` or `claims` (the number of published figures)."""

    label: str
    source: str

    def answers(self, audit: Audit) -> tuple[str, ...]:
        """What the case or the audit gives for it, one text for each outage; empty when it is outstanding."""
        kind, _, name = self.source.partition(":")
        if kind == "outage":
            told = [(outage.id, _told(getattr(outage, name))) for outage in audit.case.outages]
            several = len(told) > 1
            return tuple(f"{id_}: {text}" if several else text for id_, text in told if text)
        if kind == "text":
            text = audit.case.texts.get(name, "").strip()
            return (text,) if text else ()
        if kind == "measure":
            measure = audit.measures.get(name)
            known = measure is not None and (measure.value is not None or measure.is_withheld)
            return (f"{wording.stated(audit, name)} {measure.unit}",) if measure is not None and known else ()
        if kind == "table":
            return self._from_table(audit, *name.split("."))
        given = len(audit.reconciliation.claims)
        return (f"{given} given",) if given else ()

    def _from_table(self, audit: Audit, table: str, column: str) -> tuple[str, ...]:
        """The values of a column of a table of the reports; of several rows each with its first cell."""
        rows = audit.tables.get(table, EMPTY_ROWS)
        if column not in rows.columns:
            return ()
        told = [(str(row[0]), row[rows.columns.index(column)]) for row in rows]
        return tuple(
            f"{first}: {value}" if len(told) > 1 else str(value) for first, value in told if value is not None
        )


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).strip()


@dataclass(frozen=True, slots=True)
class Profile:
    """A reader's report: its title, its sections in order, and its required fields."""

    name: str
    title: str
    reader: str
    sections: tuple[str, ...]
    required: tuple[Required, ...]
    note: str = ""
    annex: tuple[str, ...] = ()
    """Sections that only the page shows, at its end."""
    on_paper: Mapping[str, int] = field(default_factory=dict)
    """Key of a list -> its rows on paper, where this reader wants fewer than the list says."""

    def outstanding(self, audit: Audit) -> tuple[Required, ...]:
        """The required fields that are still empty. A field of outages is answered when one outage has it."""
        return tuple(field for field in self.required if not field.answers(audit))


def names() -> tuple[str, ...]:
    """The profiles that ship with the tool."""
    found = files("auditor.report.profiles").joinpath().iterdir()
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml")))


def read_profile(name: str) -> Profile:
    """A profile by name; UsageError with the nearest name when there is none."""
    if name not in names():
        near = get_close_matches(name, names(), 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"unknown report profile {name!r}", hint=f"{hint}profiles: {', '.join(names())}")
    read = tomllib.loads(files("auditor.report.profiles").joinpath(f"{name}.toml").read_text("utf-8"))
    required = tuple(Required(entry["label"], entry["from"]) for entry in read.get("required", ()))
    return Profile(
        name,
        read["title"],
        read["for"],
        tuple(read["sections"]),
        required,
        read.get("note", ""),
        tuple(read.get("annex", ())),
        read.get("on_paper", {}),
    )


@cache
def dictionary() -> Mapping[str, Mapping[str, str]]:
    """The words of the reports: `labels` of measures and the `glossary`."""
    read: dict[str, Any] = tomllib.loads(
        files("auditor.report").joinpath("dictionary.toml").read_text("utf-8")
    )
    return read


def label(measure: str) -> str:
    """The title of a measure in a report."""
    known = dictionary()["labels"].get(measure)
    return known or measure.replace(".", " ").replace("_", " ").capitalize()
