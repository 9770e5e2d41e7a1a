"""Which records that show an emergency count as one (`emergency_only_when`), as SQL over their texts."""

from __future__ import annotations

from auditor.formats.reader import UNREAD
from auditor.ingest.sql.literals import text_list
from auditor.ingest.sql.texts import NO_TEXT, Texts
from auditor.store import quoted


def is_counted(texts: Texts) -> str:
    """Whether a record that shows an emergency counts as one, or whether that cannot be known."""
    rule = texts.source.emergency_only_when
    if rule is None:
        return "true"
    text = texts.narrowed_by
    if not text:
        return "false"
    known = text_list([value.strip().lower() for value in rule.values])
    is_unread = f"{_fault(texts)} IS NOT NULL"
    return f"(coalesce(list_contains({known}, bare_word({text})), false) OR {is_unread})"


def unknown(texts: Texts) -> str:
    """Why it cannot be known whether a record counts: its column, text and reason; null where it can."""
    rule, text = texts.source.emergency_only_when, texts.narrowed_by
    if rule is None or not text:
        return "NULL"
    shown = f"ltrim({text}, '{quoted(UNREAD)}')"
    why = f"{{'c': '{quoted(rule.column)}', 'v': {shown}, 'r': {_fault(texts)}}}"
    return f"CASE WHEN {_fault(texts)} IS NOT NULL THEN {why} END"


def _fault(texts: Texts) -> str:
    """Why the text that is looked at is no value; null where it is one."""
    text = texts.narrowed_by or NO_TEXT
    is_list = f"WHEN starts_with({text}, '{quoted(UNREAD)}') THEN 'not_one_value'"
    cases = f"{is_list if texts.may_be_lists else ''} WHEN is_spreadsheet_error({text}) THEN"
    return f"CASE {cases} 'spreadsheet_error' END"
