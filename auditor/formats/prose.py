"""Tells prose from logs: a letter or README that lies in an archive beside the logs is no evidence, and no
fault either."""

from __future__ import annotations

import re
from collections import Counter

from auditor.formats.objects import begins_json

_DELIMITERS = ",;\t|"
_LINES = 50


def is_prose(head: bytes) -> bool:
    """Whether a file that starts with `head` is text for people: most lines hold no digit, and no delimiter
    cuts most of them alike."""
    try:
        text = head.decode("utf-8-sig", "strict" if len(head) < 1024 else "ignore")
    except UnicodeDecodeError:
        return False
    lines = [line for line in text.splitlines() if line.strip()][:_LINES]
    if "\0" in text or not lines or begins_json(lines[0]):
        return False
    with_digits = sum(bool(re.search(r"\d", line)) for line in lines)
    alike = max(
        Counter((mark, line.count(mark)) for line in lines for mark in _DELIMITERS if mark in line).values(),
        default=0,
    )
    return 2 * with_digits < len(lines) and 2 * alike < len(lines)
