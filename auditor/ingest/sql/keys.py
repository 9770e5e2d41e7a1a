"""Keys of JSON objects as the columns of a file are taken from them: in any case, and at any depth.

A key inside an object is named by its path, whose parts are joined by `INSIDE`. A column `msg.to` is the key
of that name, else the key `to` of the object `msg`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from auditor.errors import EvidenceError
from auditor.formats.layout import key
from auditor.store import quoted

INSIDE = "\x1f"
"""Between the key of an object and a key in it: no key of a log holds it."""


_MOST_SPELLINGS = 200
"""Each of them is looked for in each record."""


def means(name: str, column: str) -> bool:
    """Whether a column is taken from the key `name`."""
    return key(name.replace(INSIDE, ".")) == key(column)


def wanted(names: Iterable[str], columns: Collection[str]) -> frozenset[str]:
    """Those of the keys `names` from which one of the `columns` is taken, and those of objects around such a
    key."""
    whole = {key(column) for column in columns}
    around = {above for column in whole for above in _above(column)}
    return frozenset(name for name in names if key(name.replace(INSIDE, ".")) in whole | around)


def spelled(names: Iterable[str], columns: Collection[str]) -> frozenset[str]:
    """Those of the keys `names` from which one of the `columns` is taken, though it is not written so."""
    whole = {key(column) for column in columns}
    found = frozenset(
        name for name in names if name not in columns and key(name.replace(INSIDE, ".")) in whole
    )
    if len(found) > _MOST_SPELLINGS:
        raise EvidenceError(
            f"its keys are spelt in {len(found):,} ways that no column has",
            hint="write each key in one way",
        )
    return found


def around(names: Iterable[str], columns: Iterable[str]) -> list[str]:
    """Those of the keys `names` whose objects may hold a key from which one of the `columns` is taken."""
    above = {each for column in columns for each in _above(key(column))}
    return sorted(name for name in names if key(name.replace(INSIDE, ".")) in above)


def json_path(name: str) -> str:
    """The path of a key of a JSON object, whatever its name holds."""
    parts = name.replace("\\", "\\\\").replace('"', '\\"').split(INSIDE)
    return "$" + "".join(f'."{part}"' for part in parts)


def removing(names: Iterable[str]) -> str:
    """A JSON object, as SQL, that takes the keys `names` out of the one into which it is merged."""
    inside: dict[str, list[str]] = {}
    for name in sorted(names):
        first, _, rest = name.partition(INSIDE)
        inside.setdefault(first, []).append(rest)
    pairs = [
        f"'{quoted(first)}', {'NULL' if '' in rest else removing(rest)}" for first, rest in inside.items()
    ]
    return f"json_object({', '.join(pairs)})"


def key_set(objects: Iterable[str]) -> str:
    """SQL of the keys of the JSON object `whole`, and of the `objects` in it, as a JSON list."""
    keys = "json_keys(whole)"
    for name in objects:
        inner = f"json_keys(whole, '{quoted(json_path(name))}')"
        keys = f"list_concat({keys}, list_transform({inner}, lambda k: '{quoted(name + INSIDE)}' || k))"
    return f"CASE WHEN is_object THEN CAST(to_json({keys}) AS VARCHAR) END"


def _above(column: str) -> list[str]:
    """The dotted paths of the objects that a column of that dotted path may be in."""
    parts = column.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]
