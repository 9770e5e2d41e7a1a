"""What names and words are signs of, as `guesses.toml` lists them: the role that a file's name speaks of, and
what the words of a column mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any
from unicodedata import combining, normalize

from auditor.ingest.schema import table_of

_SHORT = 3
"""Signs of at most so many letters lie inside other words ("nr" in "Anruf"): they must begin a word."""


@cache
def guesses() -> Mapping[str, Any]:
    """What `guesses.toml` holds."""
    raw: dict[str, Any] = tomllib.loads(
        files("auditor.scaffold").joinpath("guesses.toml").read_text(encoding="utf-8")
    )
    return raw


def role_by_name(name: str) -> str:
    """The role that a file's name speaks of; "" where it speaks of none, or of several."""
    plain = PurePosixPath(name).name.casefold()
    signs: Mapping[str, Sequence[str]] = guesses()["names"]
    spoken = [role for role, texts in signs.items() if any(text in plain for text in texts)]
    return spoken[0] if len(spoken) == 1 else ""


def proposed(role: str, name: str, seen: Mapping[str, int]) -> dict[str, str]:
    """What the words that are not listed may mean, where most of the column's words fit its list. Where they
    do not, one that fits does so by chance: nothing is proposed for any."""
    meant = meanings(role, name, seen)
    fitting = sum(bool(meant.get(word, "listed")) for word in seen)
    return meant if 2 * fitting > len(seen) else dict.fromkeys(meant, "")


def meanings(role: str, name: str, seen: Iterable[str]) -> dict[str, str]:
    """What the words that are not listed may mean: the listed word of which a sign is in them, else
    ""."""
    listed = table_of(role).codes[name]
    signs: Mapping[str, Sequence[str]] = guesses()["words"].get(f"{role}_{name}", {})
    found = {}
    for word in seen:
        plain = unaccented(word.strip())
        if plain in listed or plain in guesses()["words"]["none"]:
            continue
        found[word] = next(
            (meant for meant, texts in signs.items() if any(_is_sign(text, plain) for text in texts)), ""
        )
    return found


def unaccented(text: str) -> str:
    """A text without case and accents: "Numéro" is "numero"."""
    return "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))


def _is_sign(sign: str, plain: str) -> bool:
    """Whether a sign is in a word: one of two letters as a word of its own, one of three at the start of
    one."""
    if len(sign) > _SHORT:
        return sign in plain
    end = r"(?![^\W_])" if len(sign) < _SHORT else ""
    return re.search(rf"(?<![^\W_]){re.escape(sign)}{end}", plain) is not None
