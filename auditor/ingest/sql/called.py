"""Whether a record is of a call to one of the numbers that are audited, as SQL over its texts."""

from __future__ import annotations

from auditor.formats.reader import UNREAD
from auditor.ingest.dialling import Dialling
from auditor.ingest.sql.literals import above, near_pattern, text_list
from auditor.ingest.sql.texts import NO_TEXT, Texts
from auditor.store import quoted


def kind_of_record(texts: Texts, dialling: Dialling) -> str:
    """1 for a record of an emergency, by either of its two numbers or its service category; 2 for one that
    almost dialled such a number; 3 for one of which it cannot be known, because a list, an object or an error
    is in place of the number, or a text in place of the category that is none; else 0.

    It is asked of every record: what is asked of few comes after what tells the others apart.
    """
    dialled, other = (texts.of(name) for name in ("dialled", "dialled_other"))
    kind = _kind_or_list(dialled, texts, dialling)
    if other != NO_TEXT:
        says = f"CASE WHEN kind = 1 OR kind > 0 AND coalesce(is_no_number({dialled}), true) THEN kind END"
        kind = f"coalesce({_said_of(other, _kind_or_list('text', texts, dialling), says)}, {kind})"
    category = texts.of("service_category") if _has_category(texts, dialling) else NO_TEXT
    if category == NO_TEXT:
        return kind
    # What the numbers of one that is not known say is asked where it is typed (`unread`): to ask it here
    # would make this longer to plan, for each piece of a log.
    says = f"CASE WHEN kind < 4 THEN nullif(kind, 0) WHEN {_no_number(dialled, other)} THEN 3 END"
    said = _said_of(category, "kind_of_category(text)", says)
    return f"coalesce(CASE WHEN {category} <> '' AND {category} <> '0' THEN {said} END, {kind})"


def _kind_or_list(text: str, texts: Texts, dialling: Dialling) -> str:
    kind = _kind_of(text, dialling)
    if not texts.may_be_lists:
        return kind
    return f"CASE WHEN starts_with({text}, '{quoted(UNREAD)}') THEN 3 ELSE {kind} END"


def _said_of(given: str, kind: str, says: str) -> str:
    """What `says` is, SQL over the `kind` of the text that is `given`. Lists of one, because each use of a
    text or a kind would be a copy to be planned."""
    of_text = f"list_transform([{given}], lambda text: {kind})[1]"
    return f"list_transform([{of_text}], lambda kind: {says})[1]"


def near_miss(texts: Texts, dialling: Dialling) -> str:
    """The text that almost is an emergency number, of a record of kind 2."""
    dialled, other = (texts.of(name) for name in ("dialled", "dialled_other"))
    if other == NO_TEXT:
        return dialled
    return f"CASE WHEN {_kind_of(dialled, dialling)} = 2 THEN {dialled} ELSE {other} END"


def number_as_given(texts: Texts) -> str:
    """What was dialled, or the other number where that has no digit: said of every record, so without a
    close look."""
    dialled, other = (texts.of(name) for name in ("dialled", "dialled_other"))
    return dialled if other == NO_TEXT else f"CASE WHEN has_digit({dialled}) THEN {dialled} ELSE {other} END"


def unread(texts: Texts, dialling: Dialling) -> dict[str, str]:
    """Column that shows an emergency -> whether that of a typed record cannot be read, so that it cannot be
    known whether the record is one: a list, an object, bytes that are no text, an error of a
    spreadsheet, or a text that is no category."""
    has = {name for name in ("dialled", "dialled_other", "service_category") if name in texts}
    if texts.table.role != "attempts":
        return {}
    known: dict[str, str] = {
        name: f"{_kind_of(f'{name}.text', dialling)} <> 1"
        for name in ("dialled", "dialled_other")
        if name in has
    }
    tests: dict[str, list[str]] = {}
    if _has_category(texts, dialling):
        kind = "kind_of_category(service_category.text)"
        numbers = (f"{name}.text" if name in has else NO_TEXT for name in ("dialled", "dialled_other"))
        is_unread = f"({kind} = 3 OR {kind} = 4 AND {_no_number(*numbers)})"
        tests["service_category"] = [is_unread, *known.values()]
        known["service_category"] = f"{kind} <> 1"
    is_unknown = "coalesce({}.reason IN ('not_one_value', 'spreadsheet_error', 'encoding'), false)"
    others = [test for name, test in known.items() if name != "dialled"]
    first = ["coalesce(is_no_number(dialled.text), true)"] if "dialled" in has else []
    tests["dialled"] = [is_unknown.format("dialled"), *others]
    tests["dialled_other"] = [is_unknown.format("dialled_other"), *first, *others]
    return {name: " AND ".join(test) for name, test in tests.items() if name in has}


def _no_number(dialled: str, other: str) -> str:
    """Whether neither of two texts is a number, so that the category alone can show an emergency."""
    return (
        " AND ".join(f"coalesce(is_no_number({text}), true)" for text in (dialled, other) if text != NO_TEXT)
        or "true"
    )


def _has_category(texts: Texts, dialling: Dialling) -> bool:
    return dialling.has_urns and "service_category" in texts


def _kind_of(text: str, dialling: Dialling) -> str:
    """The kind of one dialled text; URNs of emergency services have none where others are audited."""
    every = (*dialling.numbers, *dialling.almost)
    means = (
        f"{text_list(dialling.numbers)}, {text_list(dialling.almost)}, {above(every)}, {near_pattern(every)}"
    )
    kind = f"kind_of_dialled({text}, {means})"
    is_urn = f"starts_with(lower(bare_number({text})), 'urn:')"
    return kind if dialling.has_urns else f"CASE WHEN {is_urn} THEN 0 ELSE {kind} END"
