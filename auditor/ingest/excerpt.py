"""A line that is no record, as it is put on the books."""

from __future__ import annotations

TEXT_LIMIT = 2_000
"""So much of a rejected line is kept as its text."""


def shown(line: bytes) -> str:
    """A line as text that can be stored and printed: cut, with control characters and foreign bytes spelt
    out."""
    text = line[:TEXT_LIMIT].decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
