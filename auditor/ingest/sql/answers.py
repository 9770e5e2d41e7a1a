"""Whether a record shows that the call was answered, as SQL: by its time, by the carrier's word, or by the
time
talked."""

from __future__ import annotations

from auditor.ingest.sql.literals import text_list
from auditor.ingest.sql.texts import Texts
from auditor.ingest.sql.values import EPOCHS, time_formats, time_of


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
    its
    start."""
    started, answered = texts.of("started_at"), texts.of("answered_at")
    formats = time_formats(texts)
    if any(pattern not in EPOCHS for pattern in formats):
        return f"coalesce(({time_of(texts, f'given({answered})')}).value IS NOT NULL, false)"
    # In ASCII, digits come before `:` and all letters after it: words for no value are no answer either.
    return f"coalesce({answered} >= left({started}, {2 if formats else 4}) AND {answered} < ':', false)"


def _has_word(texts: Texts) -> str:
    """Whether the carrier's own word is answered, or one that the source says means it."""
    own = texts.source.values.get("disposition", {})
    words = (
        "answered",
        *(word.strip().lower() for word, means in own.items() if means.strip().lower() == "answered"),
    )
    return f"coalesce(list_contains({text_list(words)}, lower(trim({texts.of('disposition')}))), false)"
