"""Text that the fonts of the PDF can print. One missing glyph would break the PDF standard, so such
characters are written as U+XXXX."""

from __future__ import annotations

import re
import unicodedata

from auditor.text import safe_text

_COVERED = (
    "21-7e a1-ac ae-24f 370-377 37a-37f 384-38a 38c 38e-3a1 3a3-4ff 510-513 51a-51d 1e00-1eff 2010-2027"
    " 2030-2040 2042 2044-2052 2054-205e 20a0-20c0 2100-211e 2120 2122 2124 2126-2151 2153-2184 2189"
    " 2190-22ff 2500-25ff fb00-fb06"
)
"""The characters of typst's own fonts, in scripts that need no shaping. A test prints each of them."""
_RUN = 16
_LONG = re.compile(r"[^\s]{12,}")
_PART = re.compile(r"[^\W_]+[\W_]*|[\W_]+")


def covered() -> frozenset[str]:
    """Every character that may be printed as it is, the space included."""
    spans = (span.partition("-") for span in _COVERED.split())
    return frozenset(" ").union(
        *({chr(c) for c in range(int(low, 16), int(high or low, 16) + 1)} for low, _, high in spans)
    )


_PRINTS = covered()


def printable(text: str, limit: int | None = None) -> str:
    """`text` safe to print: control characters are spelled out, a glyph that the fonts lack is `U+65E5`, a
    long word may break."""
    shown = unicodedata.normalize("NFC", safe_text(text, limit))
    if not all(character in _PRINTS for character in shown):
        shown = "".join(c if c in _PRINTS else f"U+{ord(c):04X} " for c in shown).rstrip()
    return _LONG.sub(_breakable, shown)


def _breakable(match: re.Match[str]) -> str:
    """A break after each sign; inside a run of letters or digits only where the run alone is too long."""
    pieces = []
    for part in _PART.findall(match.group()):
        step = 8 if len(part) >= _RUN else len(part)
        pieces += [part[n : n + step] for n in range(0, len(part), step)]
    return "\u200b".join(pieces)
