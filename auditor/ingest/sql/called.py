"""Whether a record is of a call to one of the numbers that are audited, as SQL over its texts."""

from __future__ import annotations

from auditor.formats.reader import UNREAD
from auditor.ingest.dialling import Dialling
from auditor.ingest.sql.literals import above, near_pattern, text_list
from auditor.ingest.sql.texts import NO_TEXT, Texts


def kind_of_record(texts: Texts, dialling: Dialling) -> str:
    """1 for a record that dialled an emergency number, by either of its two numbers; 2 for one that almost
    did; 3 for one of which it cannot be known, because a list or an object is in place of the number; else
    0."""
    dialled, other = (texts.of(name) for name in ("dialled", "dialled_other"))
    kind, cases = _kind_of(dialled, dialling), []
    if other != NO_TEXT:
        cases.append(f"WHEN {_kind_of(other, dialling)} = 1 THEN 1")
    if texts.may_be_lists:
        cases.append(f"WHEN starts_with({dialled}, '{UNREAD}') THEN 3")
    if texts.may_be_lists and other != NO_TEXT:
        cases.append(f"WHEN starts_with({other}, '{UNREAD}') AND given({dialled}) IS NULL THEN 3")
    return f"CASE {' '.join(cases)} ELSE {kind} END" if cases else kind


def is_masked(texts: Texts, dialling: Dialling) -> str:
    """Whether a record names an emergency service by its category; "" where the file has none."""
    has_mask = dialling.has_urns and "service_category" in texts
    return f"is_service_mask({texts.of('service_category')})" if has_mask else ""


def unread(texts: Texts, dialling: Dialling) -> dict[str, str]:
    """Column of a dialled number -> whether that of a typed record is a list or an object, so that it cannot
    be known whether the record is an emergency."""
    has = {name for name in ("dialled", "dialled_other", "service_category") if name in texts}
    if texts.table.role != "attempts" or not texts.may_be_lists:
        return {}
    known = ["true"]
    if "dialled_other" in has:
        known.append(f"{_kind_of('dialled_other.text', dialling)} <> 1")
    if "service_category" in has and dialling.has_urns:
        known.append("NOT coalesce(is_service_mask(service_category.text), false)")
    is_list = "coalesce({}.reason = 'not_one_value', false)"
    other = (is_list.format("dialled_other"), *(["dialled.text IS NULL"] if "dialled" in has else []))
    tests = {"dialled": [is_list.format("dialled"), *known], "dialled_other": [*other, *known]}
    return {name: " AND ".join(test) for name, test in tests.items() if name in has}


def _kind_of(text: str, dialling: Dialling) -> str:
    """The kind of one dialled text; URNs of emergency services have none where others are audited."""
    every = (*dialling.numbers, *dialling.almost)
    means = (
        f"{text_list(dialling.numbers)}, {text_list(dialling.almost)}, {above(every)}, {near_pattern(every)}"
    )
    kind = f"kind_of_dialled({text}, {means})"
    is_urn = f"starts_with(lower(bare_number({text})), 'urn:')"
    return kind if dialling.has_urns else f"CASE WHEN {is_urn} THEN 0 ELSE {kind} END"
