"""Where a key is in the case file, and what is said of one that is wrong there."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor.case.key import Texts
from auditor.errors import UsageError, Where
from auditor.text import in_millions


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section is in the file, so that a fault can name its line."""

    path: Path
    text: str
    section: str
    nth: int = 0

    def where(self, name: str | None = None) -> Where:
        """The line of the key `name` in the section, or that of the section."""
        header = re.compile(rf"^\s*\[+\s*{self.section}\s*\]+", re.M)
        starts = [m.end() for m in header.finditer(self.text)]
        if not starts:
            return Where(str(self.path))
        at = starts[min(self.nth, len(starts) - 1)]
        if name and (found := re.compile(rf"^\s*\"?{re.escape(name)}\"?\s*=", re.M).search(self.text, at)):
            at = found.end()
        return Where(str(self.path), self.text.count("\n", 0, at) + 1)

    def top(self, name: str) -> Where:
        """The line of a key that is in no section."""
        found = re.compile(rf"^\s*\"?{re.escape(name)}\"?\s*=", re.M).search(self.text)
        return Where(str(self.path), self.text.count("\n", 0, found.end()) + 1 if found else None)


def refuse_unknown(table: Mapping[str, Any], names: Texts, place: Place, what: str) -> None:
    """UsageError for the first key (or section) of `table` that is none of `names`."""
    for name, value in table.items():
        if name in names:
            continue
        if what != "section":
            raise UsageError(
                f"unknown {what} {name!r} in [{place.section}]",
                where=place.where(name),
                hint=meant(name, names),
            )
        where = replace(place, section=name).where()
        if isinstance(value, list) and value and isinstance(value[0], dict):
            raise UsageError(f"unknown section [[{name}]]", where=where, hint=meant(name, names))
        if isinstance(value, dict) or value is None:
            raise UsageError(f"unknown section [{name}]", where=where, hint=meant(name, names))
        raise UsageError(
            f"the key {name!r} is before the first section",
            where=place.top(name),
            hint="put it under the header of its section, for example [case]",
        )


def refuse_too_large(value: object, most: int, name: str, place: Place) -> None:
    """UsageError for a whole number or an amount that leaves no room for the sums made with it."""
    if isinstance(value, int | Decimal) and not -most <= value <= most:
        limit = f"at most {in_millions(most)}" if value > 0 else f"at least -{in_millions(most)}"
        raise UsageError(f"{name} must be {limit}", where=place.where(name))


def meant(name: str, names: Texts) -> str:
    """The name that was meant, where one is close, else all of them."""
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(names)


def moment(value: object) -> datetime | None:
    """A time with its offset, as TOML writes it or as text; None for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None
