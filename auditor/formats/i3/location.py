"""Where a caller was, as messages carry it: PIDF-LO (RFC 5139, 5491) in a text, and incident data (EIDO)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_POSITION = re.compile(r"<(?:\w+:)?pos>\s*(-?\d{1,3}(?:\.\d+)?)[\s,]+(-?\d{1,3}(?:\.\d+)?)\s*</")
_MARK = re.compile(r"<(?:\w+:)?(?:location-info|civicAddress|pos)\b")


def location_in(text: str) -> tuple[bool, str]:
    """Whether a text carries a location, and its point as `latitude longitude` (degrees), "" where it is
    none."""
    if "<" not in text or not _MARK.search(text):
        return False, ""
    point = _POSITION.search(text)
    return True, " ".join(point.groups()) if point else ""


def is_incident(value: Mapping[str, Any]) -> bool:
    """Whether an object is incident data."""
    return isinstance(value.get("callComponent"), list)


def calls_with_location(incident: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Id of each call of incident data that refers to a location, with the point of the first it refers
    to."""
    parts = incident.get("locationComponent")
    texts = (
        {str(part.get("$id")): str(part) for part in parts if isinstance(part, dict)}
        if isinstance(parts, list)
        else {}
    )
    for call in incident["callComponent"]:
        if not isinstance(call, dict) or not isinstance(call.get("$id"), str):
            continue
        references = call.get("locationReference")
        named = (
            [str(r.get("$ref")) for r in references if isinstance(r, dict)]
            if isinstance(references, list)
            else []
        )
        if named:
            yield call["$id"], next((p for name in named if (p := location_in(texts.get(name, ""))[1])), "")
