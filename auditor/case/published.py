"""Faults of published figures in a case that no key's type shows: dates, sizes, windows, words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import MAXYEAR, date
from functools import cache
from pathlib import Path

from auditor.case.keys import FILE, Case
from auditor.case.place import Place, meant
from auditor.case.reconciliation import DeclaredClaim, DeclaredDefinition, Switches
from auditor.catalogue.domains import HEADER, roles
from auditor.catalogue.reference import sql_root
from auditor.errors import UsageError, Where

_GREATEST = 2**63 - 1
"""A figure is a whole number of the database."""


def check_published(
    definitions: Sequence[DeclaredDefinition], claims: Sequence[DeclaredClaim], path: Path, text: str
) -> None:
    """UsageError with its line for the first fault of a `[[definition]]` or `[[claim]]`."""
    for nth, definition in enumerate(definitions):
        _check_scope(definition, f"definition {definition.id!r}", Place(path, text, "definition", nth))
    for nth, claim in enumerate(claims):
        place = Place(path, text, "claim", nth)
        _check_day(claim.said_on, place)
        if not 0 <= claim.figure <= _GREATEST:
            raise UsageError(
                f"figure = {claim.figure} is no count",
                where=place.where("figure"),
                hint="write a whole number of at most 18 digits, not below 0",
            )
        _check_scope(claim, f"claim {claim.id!r}", place)


def _check_scope(scope: Switches, name: str, place: Place) -> None:
    if scope.window_start and scope.window_end and scope.window_end <= scope.window_start:
        raise UsageError(
            f"the window of {name} ends before it starts",
            where=place.where("window_end"),
            hint="window_end is the first instant that is not counted any more; check the offsets",
        )
    for word in (item.removeprefix("!") for item in scope.access):
        if word and word not in access_words():
            raise UsageError(
                f"access cannot be {word!r}", where=place.where("access"), hint=meant(word, access_words())
            )


def _check_day(said_on: str, place: Place) -> None:
    """UsageError unless it is a year, a month or a day: their order in time must be known."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", said_on, re.ASCII)
    try:
        if found and date(int(found[1]), int(found[2] or 1), int(found[3] or 1)).year < MAXYEAR:
            return
    except ValueError:
        pass
    raise UsageError(
        "said_on is no day, month or year",
        where=place.where("said_on"),
        hint="write what is known of the day: 2024-03-13, 2024-03 or 2024",
    )


@cache
def access_words() -> tuple[str, ...]:
    """The kinds of access that a record may name."""
    header = HEADER.match((sql_root() / "schema" / f"{roles()['attempts'].table}.sql").read_text("utf-8"))
    return tuple(tomllib.loads(header[1])["codes"]["access"]) if header else ()


def where_of(case: Case, section: str, name: str, key: str) -> Where:
    """The line of a key of the definition or claim with an id, or that of its section."""
    ids = [c.id for c in case.claims] if section == "claim" else [d.id for d in case.definitions]
    return where_in_section(case, section, key, ids.index(name))


def where_in_section(case: Case, section: str, key: str, nth: int = 0) -> Where:
    """The line of a key of the case file in a section, or that of the section."""
    text = (case.folder / FILE).read_text(encoding="utf-8")
    return Place(case.folder / FILE, text, section, nth).where(key)
