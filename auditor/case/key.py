"""How a key of the case file is declared: what it is for, its default, and which values it may have."""

from __future__ import annotations

from dataclasses import MISSING, field
from typing import Any

Texts = tuple[str, ...]
MOST = 1_000_000_000_000
"""The greatest whole number of a key: seconds of it still fit as milliseconds into 64 bits."""


def key(why: str, default: Any = MISSING, *, factory: Any = MISSING, choices: Texts = ()) -> Any:
    """A key of the case file: what it is for, its default (none: it must be given), and the texts it may be
    (none: any)."""
    given = (
        {"default": default}
        if default is not MISSING
        else {"default_factory": factory}
        if factory is not MISSING
        else {}
    )
    return field(metadata={"why": why, "choices": choices}, **given)
