"""How a key of the case file is declared: what it is for, its default, and which values it may have."""

from __future__ import annotations

from dataclasses import MISSING, field
from typing import Any

Texts = tuple[str, ...]


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
