"""The meaning of each column of `sql/`, and how much of it an output may show. Declared once, in the
vocabulary or in the column's own SQL header.

A declaration is a TOML table: `is` (meaning), `privacy`, `as` (kind of text, if it is not the first of its
privacy), `unit` (if the name does not end in one), `joins`, `alias`. `sql/reference/vocabulary.toml` has
the words with one meaning everywhere; a domain's `vocabulary.toml` adds its own. A header adds or overrides.
A column that declares no privacy is withheld in every output.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from auditor.catalogue.domains import domain_folders
from auditor.catalogue.reference import sql_root
from auditor.errors import UsageError, Where
from auditor.model import Column

VOCABULARY = "vocabulary.toml"

PRIVACY: Mapping[str, tuple[str, ...]] = {
    "public": ("plain", "id", "code", "record", "alias"),
    "person": ("person", "number", "imsi", "imei", "caller", "account", "id"),
    "place": ("id", "code", "cell"),
    "free_text": ("prose", "path", "shape", "withheld"),
    "secret": ("withheld",),
}
"""Privacy -> the kinds of text it may have, the usual one first."""

_UNITS = {"_utc": "UTC", "_at": "UTC", "_ms": "ms", "_s": "s", "_h": "h", "_bytes": "bytes"}
_KEYS = frozenset({"is", "privacy", "as", "unit", "joins", "alias"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`sql/reference/vocabulary.toml` and those of the domains, read."""

    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Title of a group -> its public tables, in reading order for a new user."""
    columns: Mapping[str, Column] = field(default_factory=dict)
    """Column -> its declaration, unless a header overrides it."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Every public table."""
        return tuple(table for tables in self.groups.values() for table in tables)

    def column(self, name: str) -> Column:
        """A column by its name alone; reports leave out `_utc`. A column that is not declared is withheld."""
        found = self.columns.get(name) or self.columns.get(f"{name}_utc")
        return replace(found, name=name) if found else Column(name)

    def declared(self, name: str, type_: str, own: Mapping[str, str], table: str = "") -> Column:
        """A column of a table or SQL file: the header's declaration (`own`), else the vocabulary's.

        ValueError if the header declares something invalid.
        """
        shared = self.columns.get(name) or Column(name)
        column = _declared(name, own, shared)
        return replace(column, type=type_, joins="" if column.joins == f"{table}.{name}" else column.joins)


def read_vocabulary(*paths: Path) -> Vocabulary:
    """Read the vocabularies at `paths` as one. ValueError names a column that is declared wrongly or
    twice."""
    groups: dict[str, tuple[str, ...]] = {}
    columns: dict[str, Column] = {}
    for path in paths:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        for group in raw.get("group", ()):
            groups[group["title"]] = (*groups.get(group["title"], ()), *group["tables"])
        for name, own in raw.get("columns", {}).items():
            if name in columns:
                raise ValueError(
                    f"column {name!r} of {path.parent.name}/{path.name} is in another vocabulary too"
                )
            columns[name] = _declared(name, own, Column(name))
    return Vocabulary(groups, columns)


def _declared(name: str, own: Mapping[str, str], shared: Column) -> Column:
    if unknown := set(own) - _KEYS:
        raise ValueError(
            f"column {name!r} declares {min(unknown)!r}: a declaration has {', '.join(sorted(_KEYS))}"
        )
    privacy = own.get("privacy", shared.privacy)
    if privacy and privacy not in PRIVACY:
        raise ValueError(f"column {name!r}: privacy is one of {', '.join(PRIVACY)}, not {privacy!r}")
    kinds = PRIVACY.get(privacy, ("withheld",))
    kind = own.get("as", shared.kind if "privacy" not in own and shared.privacy else kinds[0])
    if kind not in kinds:
        raise ValueError(
            f"column {name!r}: for privacy {privacy or 'none'} `as` is one of {', '.join(kinds)},"
            f" not {kind!r}"
        )
    implied = next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), "")
    return Column(
        name=name,
        meaning=own.get("is", shared.meaning),
        unit=own.get("unit", shared.unit or implied),
        privacy=privacy,
        kind=kind,
        joins=own.get("joins", shared.joins),
        alias=own.get("alias", shared.alias),
    )


@cache
def vocabulary() -> Vocabulary:
    """The words that all of `sql/` shares, and those of each domain. UsageError names a column that is
    declared wrongly."""
    root = sql_root()
    own = [path for folder in domain_folders(root) if (path := folder / VOCABULARY).is_file()]
    try:
        return read_vocabulary(root / "reference" / VOCABULARY, *own)
    except ValueError as error:
        raise UsageError(str(error), where=Where(f"sql/*/{VOCABULARY}")) from error
