"""What a draft advises where something is lacking: only what is of use for the log at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from auditor.scaffold.guess import Guess, has
from auditor.scaffold.signs import unaccented

ENDINGS = ("release_cause", "sip_status", "disposition")
"""The columns of attempts that say how a call ended: of no other can it be seen that a call failed."""


_LEAD = re.compile(r"\W*[^\W\d_]+(?:[ .-][^\W\d_]+)*")
"""The words with which a line begins."""
_MOST_LEADS = 3
_META = re.compile(r"[.^$*+?()\[\]{}|\\]")
_DAYS = re.compile(
    r"(?<![^\W_])(?:start|call|begin)?(?:date|day|datum|tag|jour|fecha|dia|data|giorno)(?![^\W_])"
)
_CLOCKS = re.compile(
    r"(?<![^\W_])(?:start|call|begin)?(?:time|hour|clock|uhrzeit|zeit|heure|hora|ora|orario|tijd)(?![^\W_])"
)


def lacking(g: Guess) -> Iterator[str]:
    """What the required columns that were not found can be given as: a time as two columns, never as a value
    that all records share."""
    if not g.missing:
        return
    names = "; ".join(" or ".join(group) for group in g.missing)
    yield f"# No column was found for {names}, which {g.role} need."
    for group in g.missing:
        if not group[0].endswith("_at"):
            yield "# If every record has the same value, write it, in its place, as"
            yield f'# constants = {{ {group[0]} = "..." }}'
        elif pair := _day_and_clock(g.sample.header):
            yield "# Are its parts in two columns? Then write, in its place:"
            yield f"# time_parts = {{ {group[0]} = {json.dumps(pair, ensure_ascii=False)} }}"
        else:
            yield "# Name the column of its times. Times in two columns are written, in its place, as"
            yield f'# time_parts = {{ {group[0]} = ["...", "..."] }}'


def no_records(g: Guess) -> Iterator[str]:
    """The lines that do not have the fields of a record, and a pattern that finds those whose first words no
    record begins with."""
    odd = g.sample.odd
    if not odd:
        return
    leads = dict.fromkeys(lead for line in odd if (lead := _lead(g, line)))
    shown = next((line for line in odd if _lead(g, line)), odd[0])
    yield f"# {len(odd)} of its first lines do not have the fields of a record, for example: {shown}"
    found = "|".join(_META.sub(r"\\\g<0>", lead) for lead in list(leads)[:_MOST_LEADS])
    pattern = f"^({found})" if "|" in found else f"^{found}" if found else "..."
    yield f"# skip_lines = '{pattern}'  # a pattern that finds such lines, if they are no records"


def _lead(g: Guess, line: str) -> str:
    """The first words of a line that is no record; "" where it has none, where they are not shown, or where
    a record begins with them too."""
    found = _LEAD.match(line)
    lead = found[0].rstrip() if found else ""
    if not lead.strip(" x") or "'" in lead:
        return ""
    first = g.sample.header[0]
    begins = any(lead.strip('" ').startswith((row.get(first) or "").strip() or "\0") for row in g.sample.rows)
    is_record = any((row.get(first) or "").strip().startswith(lead.strip('" ')) for row in g.sample.rows)
    return "" if begins or is_record else lead


def _day_and_clock(header: Sequence[str]) -> list[str]:
    """The first column of days and the first one of clock times after it, by their names; empty where there
    are not both."""
    plain = [unaccented(name) for name in header]
    days = [n for n, name in enumerate(plain) if _DAYS.search(name) and not _CLOCKS.search(name)]
    clocks = [n for n, name in enumerate(plain) if _CLOCKS.search(name) and not _DAYS.search(name)]
    after = [n for n in clocks if days and n > days[0]] or clocks
    return [header[days[0]], header[after[0]]] if days and after else []


def endless(g: Guess) -> Iterator[str]:
    """That no column says how a call ended."""
    if g.role != "attempts" or g.sample.known is not None or any(has(g, name) for name in ENDINGS):
        return
    yield "# No column is taken for how a call ended: one that no centre's log covers is not seen to fail."
    yield f"# Is one of those kept aside {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}? Then add it to columns."
