"""What elements logged of calls whose dialogs are in the same capture: a dialog and its events are one
record. The packets decide how the call went; the events add what no header of the dialog says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from auditor.formats.i3.calls import Call, Row

_CALL = re.compile(r"(?i)urn:(?:emergency|nena):uid:callid:[^>;,\s\"]+")
_ADDED = (
    "linked_call_id",
    "service_category",
    "calling_number",
    "imsi",
    "imei",
    "access",
    "cell_id",
    "agency",
    "point",
)
"""What a dialog takes from its events where it has none of its own."""


def call_in(headers: Iterable[str]) -> str:
    """The id of an emergency network's call in Call-Info headers, "" where there is none."""
    return next((found.group() for text in headers if (found := _CALL.search(text))), "")


def joined(dialogs: Sequence[Row], ids: Sequence[str], calls: Iterable[Call]) -> tuple[list[Row], list[Call]]:
    """Dialogs with what was logged of them, and the calls that are of none. `ids` are the dialogs' ids of
    calls, by which an event with a wrong Call-ID is still joined."""
    rows = [dict(row) for row in dialogs]
    by_call_id: dict[str, list[Row]] = {}
    by_call: dict[str, list[Row]] = {}
    for row, name in zip(rows, ids, strict=True):
        by_call_id.setdefault(row.get("call_id", ""), []).append(row)
        by_call.setdefault(name.lower(), []).append(row)
    left: list[Call] = []
    for call in calls:
        names = {event.call_id for event in call.events} - {""}
        found = [row for name in sorted(names) for row in by_call_id.get(name, ())]
        others = {event.call.lower() for event in call.events} - {""}
        found = found or [row for name in sorted(others) for row in by_call.get(name, ())]
        if not found:
            left.append(call)
            continue
        logged = call.attempt()
        for row in found:
            own = {name: logged[name] for name in _ADDED if logged.get(name) and not row.get(name)}
            if row.get("is_test"):
                own.pop("service_category", None)
            row |= own
    return rows, left
