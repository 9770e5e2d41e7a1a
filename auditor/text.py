"""Text from logs, made safe to show: characters that could act on a terminal or a page, or mislead a reader,
are written as codes."""

from __future__ import annotations

import re
import unicodedata

from auditor.model import Cell

NUMBER = r"\+?(?:\d(?! [+=] )[\W_]{0,4}){6,}\d"
"""A regular expression for a possible phone number: seven digits or more, with up to four signs between them
that are neither letters nor digits.

A sum with blanks around its signs does not fit.
"""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi, zero-width), surrogate, private, unassigned, line and paragraph separators."""
_RUNNABLE = ("=", "@", "\t", "\r", "\uff1d", "\uff20", "\uff0b", "\uff0d")
_ACTING = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters that act when a file is printed, except tab and line breaks, which CSV may hold; and
characters that reverse the order of text."""
_PLAIN_NUMBER = re.compile(r"[+-][\d•][\d•., ]*")
"""A phone number (also masked) or a negative figure: a spreadsheet cannot run it."""


def safe_text(text: str, limit: int | None = None) -> str:
    r"""`text` with each control, format, bidi or unassigned character as `\x1b` or `\u202e`; cut after
    `limit` characters, with a remark that it was cut."""
    whole = len(text)
    shown = text if limit is None else text[:limit]
    if not shown.isprintable():
        shown = "".join(_shown(character) for character in shown)
    return shown if limit is None or whole <= limit else f"{shown}… (cut: {whole:,} characters in all)"


def _shown(character: str) -> str:
    if character == " " or unicodedata.category(character) not in _HIDDEN:
        return " " if character.isspace() else character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def plain_text(text: str, limit: int | None = None) -> str:
    """As `safe_text`, but line breaks become spaces. For the case's own free text, where line breaks are
    harmless."""
    return safe_text(" ".join(text.split()), limit)


def guarded(cell: Cell, *, for_spreadsheet: bool = False) -> str:
    """A cell as CSV text. A cell that a spreadsheet could run gets a leading `'`.

    With `for_spreadsheet` every cell that begins with `+` or `-` gets one, because a spreadsheet reads
    `+61491570156` as a sum. Control characters are written as codes. None is empty; booleans are `true` and
    `false`.
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return str(cell)
    cell = _ACTING.sub(lambda found: _shown(found[0]), cell)
    starts_sum = cell.startswith(("+", "-")) and (for_spreadsheet or not _PLAIN_NUMBER.fullmatch(cell))
    return f"'{cell}" if starts_sum or cell.startswith(_RUNNABLE) else cell
