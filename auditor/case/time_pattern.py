"""How times are written, as a strptime pattern says it: its parts, and whether a time can be read by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

_DIGITS = {
    **dict.fromkeys(("%d", "%m", "%y", "%H", "%I", "%M", "%S", "%U", "%V", "%W"), 2),
    "%Y": 4,
    "%G": 4,
    "%j": 3,
    "%w": 1,
    "%u": 1,
    "%g": 3,
    "%f": 6,
    "%n": 9,
}
"""Directive -> how many digits it has where it is written in full."""
_WORDS = ("%a", "%A", "%b", "%B", "%h", "%p", "%z", "%Z", "%%")
_SHORT = {"%c": "%Y-%m-%d %H:%M:%S", "%x": "%Y-%m-%d", "%X": "%H:%M:%S", "%T": "%H:%M:%S"}
_PART = re.compile(r"%-?.|.", re.DOTALL)


def parts_of(pattern: str) -> Iterator[str]:
    """The directives of a pattern (`%d`, also for `%-d`, which needs no zero) and its other signs, in their
    order. Short ones are written out."""
    for part in _PART.findall(pattern):
        yield from _PART.findall(_SHORT[part]) if part in _SHORT else [part.replace("%-", "%")]


def fault_of(pattern: str) -> tuple[str, str] | None:
    """Why no time can be read by a pattern, or only another time, and what to try; None where nothing is
    wrong with it."""
    directives = [part for part in parts_of(pattern) if part.startswith("%")]
    for part in directives:
        if part not in _DIGITS and part not in _WORDS:
            return (
                f"time_format {pattern!r} has {part!r}, which is no part of a time",
                "known: "
                + " ".join(sorted({*_DIGITS, *_WORDS, *_SHORT}, key=lambda part: (part.casefold(), part))),
            )
    if "%I" in directives and "%p" not in directives:
        return (
            f"time_format {pattern!r} has hours to 12 (%I) without %p: each afternoon would be a morning",
            "write %H for hours to 24; where the text says AM or PM, add %p",
        )
    if "%z" in directives and "%Z" in directives:
        return (
            f"time_format {pattern!r} has an offset (%z) and the name of a zone (%Z): one of them decides",
            "write the name as it is in the text in place of %Z",
        )
    return None


def full_width(pattern: str) -> str:
    """A regular expression that a time by `pattern` fits only if no digit is lost where nothing is between
    two numbers; "" for a pattern in which none touch. In 10500, which was 010500, strptime finds 10:50:0.
    """
    found, touch = "", False
    for is_number, run in groupby(parts_of(pattern), lambda part: part in _DIGITS or part.isdigit()):
        parts = list(run)
        if is_number and len(parts) > 1:
            touch = True
            found += "".join(f"[0-9]{{{_DIGITS[part]}}}" if part in _DIGITS else part for part in parts)
        else:
            found += "".join(map(_loosely, parts))
    return found + r"\s*" if touch else ""


def _loosely(part: str) -> str:
    """What strptime has read already."""
    if part in _DIGITS or part.isdigit():
        return "[0-9]+"
    if part in ("%z", "%Z"):
        return ".*"
    if part.startswith("%") and part != "%%":
        return "[^0-9]*"
    return r"\s+" if part.isspace() else re.escape(part.removeprefix("%") or part)
