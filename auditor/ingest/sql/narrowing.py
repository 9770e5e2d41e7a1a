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
    is_unread = f"{_fault(texts)} IS NOT NULL"
    return f"({_is_listed(texts)} OR {is_unread})"


def unknown(texts: Texts) -> str:
    """Why it cannot be known whether a record counts: its column, text and reason; null where it can."""
    rule, text = texts.source.emergency_only_when, texts.narrowed_by
    if rule is None or not text:
        return "NULL"
    shown = f"ltrim({text}, '{quoted(UNREAD)}')"
    why = f"{{'c': '{quoted(rule.column)}', 'v': {shown}, 'r': {_fault(texts)}}}"
    return f"CASE WHEN {_fault(texts)} IS NOT NULL THEN {why} END"


def _known(texts: Texts) -> str:
    """The words with which a record counts, as they are compared."""
    rule = texts.source.emergency_only_when
    return text_list([value.strip().lower() for value in rule.values] if rule else [])


def _is_listed(texts: Texts) -> str:
    text = texts.narrowed_by or NO_TEXT
    return f"coalesce(list_contains({_known(texts)}, bare_word({text})), false)"


def _fault(texts: Texts) -> str:
    """Why the text that is looked at is no value; null where it is one."""
    text = texts.narrowed_by or NO_TEXT
    is_list = f"WHEN starts_with({text}, '{quoted(UNREAD)}') THEN 'not_one_value'"
    # Few texts hold a bracket, and only of those the words are asked for.
    has_bracket = f"contains({text}, '[') OR contains({text}, '{{')"
    is_written = f"is_list_with({text}, {_known(texts)}) AND NOT {_is_listed(texts)}"
    return f"""CASE {is_list if texts.may_be_lists else ""}
        WHEN is_spreadsheet_error({text}) THEN 'spreadsheet_error'
        WHEN {has_bracket} THEN CASE WHEN {is_written} THEN 'not_one_value' END END"""
