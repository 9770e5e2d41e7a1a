"""Kinds of files that are known and that no reader of the tool reads: one sentence each, in place of a
guess."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from auditor.errors import EvidenceError, Where


@dataclass(frozen=True, slots=True)
class Kind:
    """What such a file is and why it is not read: known by a pattern in its text, or by names of its
    columns."""

    says: str
    pattern: re.Pattern[str] | None = None
    names: frozenset[str] = frozenset()


@cache
def kinds() -> tuple[Kind, ...]:
    """All of them, in the order in which they are tried."""
    raw = tomllib.loads(files("auditor.scaffold").joinpath("unread.toml").read_text(encoding="utf-8"))
    return tuple(
        Kind(
            kind["says"],
            re.compile(kind["pattern"]) if "pattern" in kind else None,
            frozenset(name.casefold() for name in kind.get("names", ())),
        )
        for kind in raw["kind"]
    )


def refuse_known(name: str, text: str, header: Sequence[str] = ()) -> None:
    """EvidenceError with its sentence where a file is of such a kind."""
    names = {column.casefold() for column in header}
    for kind in kinds():
        is_named = bool(kind.names) and kind.names <= names
        if is_named or (text and kind.pattern is not None and kind.pattern.search(text)):
            raise EvidenceError(kind.says, where=Where(name))
