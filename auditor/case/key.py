"""How a key of the case file is declared: what it is for, its default, and which values it may have."""

from __future__ import annotations

from dataclasses import MISSING, field
from typing import Any

Texts = tuple[str, ...]
MOST = 1_000_000_000_000
"""The greatest whole number of a key: seconds of it still fit as milliseconds into 64 bits."""


def key(
    why: str,
    default: Any = MISSING,
    *,
    factory: Any = MISSING,
    choices: Texts = (),
    most: int | None = MOST,
) -> Any:
    """A key of the case file: what it is for, its default (none: it must be given), the texts it may be
    (none: any), and the greatest whole number (None: where it is checked, a bound of its own is set)."""
    given = (
        {"default": default}
        if default is not MISSING
        else {"default_factory": factory}
        if factory is not MISSING
        else {}
    )
    return field(metadata={"why": why, "choices": choices, "most": most}, **given)
