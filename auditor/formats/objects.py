"""JSON that is not one object a line: an array, objects one after the other, or records inside an object.
Each object becomes one line, its numbers as they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from auditor.formats.reader import Asked
from auditor.formats.values import Text, values_in, values_under, written

_BEGINNING = re.compile(
    r'\s*(?:\{\s*(?:["}]|$)|\[\s*(?:[\[{"\]]|(?:-?\d+(?:\.\d+)?|null|true|false)\s*[,\]]|$))'
)


def begins_json(text: str) -> bool:
    """Whether a text begins as an object or array of JSON does: not "[Call report]", and not a time in
    brackets."""
    return _BEGINNING.match(text) is not None


def form_of(text: str, asked: Asked) -> str:
    """How JSON that is not read line by line is written: `array`, `object` or `concatenated`; "" for lines,
    and for what is no JSON."""
    if not begins_json(text):
        return ""
    start = text.lstrip()
    if asked.unwrap:
        return asked.json or "object"
    if asked.json not in (None, "lines"):
        return asked.json or ""
    if asked.json is None and start.startswith("["):
        return "array"
    if asked.json is None and _goes_on(start):
        return "concatenated"
    return ""


def _goes_on(start: str) -> bool:
    """Whether an object goes on in the next line: "{" alone, or cut behind a key. A damaged line of JSON
    lines is beside whole ones."""
    try:
        json.loads(start.split("\n", 1)[0])
    except ValueError:
        return not any(map(_is_whole, start.split("\n")[1:50]))
    except RecursionError:
        pass
    return False


def _is_whole(line: str) -> bool:
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict) and len(line.strip()) > 2
    except (ValueError, RecursionError):
        return False


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """An object with the values of the objects in it under their dotted paths."""
    return {path: value for path, value in paths_in(record) if not isinstance(value, dict)}


def paths_in(record: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The keys of an object, and those of the objects in it as dotted paths, with their values."""
    for name, value in record.items():
        yield above + name, value
        if isinstance(value, dict):
            yield from paths_in(value, f"{above}{name}.")


def lines_of_objects(
    texts: Iterable[str], unwrap: str | None, *, name: str, limit: int | None = None
) -> Iterator[str]:
    """One line of JSON a record, ended by LF. With a `limit` only the head of a file is there: what is cut
    off at its end is left out.

    Damage where the text is no JSON, is cut off, or has no array under `unwrap`.
    """
    source = Text(texts, name, is_head=limit is not None)
    found = values_under(source, unwrap) if unwrap else values_in(source)
    return (written(value) + "\n" for value in islice(found, limit))
