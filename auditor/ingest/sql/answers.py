"""Whether a record shows that the call was answered, as SQL: by its time, by the carrier's word, or by the
time talked."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.case.time_pattern import full_width
from auditor.ingest.sql.literals import text_list
from auditor.ingest.sql.texts import Texts
from auditor.ingest.sql.timekey import fixed_width, year_place
from auditor.ingest.sql.values import EPOCHS, time_formats, time_of
from auditor.store import quoted


def is_answered(texts: Texts) -> str:
    """True or false for each record; null where the file shows no answer of any call."""
    tests = [_has_time(texts)] if "answered_at" in texts else []
    # A word that must first be looked up in a table of codes would cost every record more than its time.
    if "disposition" in texts and not (tests and "disposition" in texts.detection.layout.codes):
        tests.append(_has_word(texts))
    if not tests and "talk_s" in texts:
        tests.append(f"coalesce(try_cast({texts.of('talk_s')} AS DOUBLE) > 0, false)")
    return " OR ".join(tests) or "CAST(NULL AS BOOLEAN)"


def _has_time(texts: Texts) -> str:
    """Whether a record has an answer time that can be one: writers of placeholders do not know the year of
    its start. Where the year touches other digits, each text is read."""
    started, answered = texts.of("started_at"), texts.of("answered_at")
    formats = time_formats(texts)
    if any(pattern not in EPOCHS for pattern in formats):
        if all("%Y" in pattern and not full_width(pattern) for pattern in formats):
            years = [_year(text, formats) for text in (answered, started)]
            return f"coalesce({years[0]} >= {years[1]}, false)"
        return f"coalesce(({time_of(texts, f'given({answered})')}).value IS NOT NULL, false)"
    # In ASCII, digits come before `:` and all letters after it: words for no value are no answer either.
    return f"coalesce({answered} >= left({started}, {2 if formats else 4}) AND {answered} < ':', false)"


def _year(text: str, formats: Sequence[str]) -> str:
    """SQL of the year of a time in one of the formats, or in any that has four digits for it; less than each
    year where there is none."""
    cuts = []
    for pattern in formats:
        width, place = fixed_width(pattern), year_place(pattern)
        before = pattern[pattern.index("%Y") - 1] if place > 1 else ""
        is_alike = f" AND substring({text}, {place - 1}, 1) = '{quoted(before)}'" if before else ""
        if width:
            cuts.append(f"WHEN strlen({text}) = {width}{is_alike} THEN substring({text}, {place}, 4)")
    digits = f"regexp_extract({text}, '(?:^|[^0-9])([0-9][0-9][0-9][0-9])(?:[^0-9]|$)', 1)"
    return f"CASE {' '.join(cuts)} ELSE {digits} END" if cuts else digits


def _has_word(texts: Texts) -> str:
    """Whether the carrier's own word is answered, or one that the source says means it."""
    own = texts.source.values.get("disposition", {})
    words = (
        "answered",
        *(word.strip().lower() for word, means in own.items() if means.strip().lower() == "answered"),
    )
    return f"coalesce(list_contains({text_list(words)}, lower(trim({texts.of('disposition')}))), false)"
