"""How times are written, as a strptime pattern says it: its parts, and whether a time can be read by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import groupby, product

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

_DAYS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%d.%m.%y"),
    *("%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y"),
)
_CLOCKS = (
    *("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p", "%I:%M:%S%p", "%I:%M%p"),
    *("%I:%M:%S.%f %p", "%I.%M.%S.%f %p"),
)
_OTHERS = ("%Y%m%d%H%M%S", "%Y%m%d %H%M%S", "%a %b %d %H:%M:%S %Y", "%a, %d %b %Y %H:%M:%S")
USUAL = (*(f"{day} {clock}" for day, clock in product(_DAYS, _CLOCKS)), *_OTHERS)
"""Patterns of times that are not ISO 8601. Where values fit two of them, which is meant cannot be known."""
_STAMP_DIGITS = 14


@lru_cache(maxsize=1 << 16)
def fits(text: str, pattern: str) -> bool:
    """Whether a text is a time by a pattern; digits alone are one only where there are enough."""
    if (text.isdigit() and len(text) != _STAMP_DIGITS) or not _shape(pattern).fullmatch(text):
        return False
    try:
        datetime.strptime(text, pattern)
    except ValueError:
        return False
    return True


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    """What a text by a pattern looks like. strptime itself compiles each pattern anew, which is slow."""
    found = ""
    for part in parts_of(pattern):
        if part in _DIGITS:
            found += rf"\d{{1,{_DIGITS[part]}}}"
        elif part in _WORDS:
            found += r"[^\W\d_]+"
        else:
            found += r"\s+" if part.isspace() else re.escape(part)
    return re.compile(found)


def usual_for(texts: Sequence[str]) -> tuple[str, ...]:
    """The usual patterns that most of these texts fit, the same number each; none where no more than half
    fit. May is a short and a long name of a month: one pattern is enough."""
    found = {pattern: sum(fits(text, pattern) for text in texts) for pattern in USUAL}
    best = max(found.values())
    if 2 * best <= len(texts):
        return ()
    named = {p.replace("%B", "%b"): p for p in reversed(USUAL) if found[p] == best}
    return tuple(p for p in USUAL if p in named.values())


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
