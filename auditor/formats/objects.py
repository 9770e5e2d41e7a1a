"""JSON that is not one object a line: an array, objects one after the other, or records inside an object.
Each object becomes one line, its nested keys as dotted paths, its numbers as they were written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from auditor.containers.damage import Damage
from auditor.formats.reader import Asked

_GAP = re.compile(r"[\s,\[\]]*")
_MOST_CHARACTERS = 64 << 20
"""A longer object is not waited for."""

Pairs = list[tuple[str, Any]]


class _Object(Pairs):
    """The keys of an object with their values, as often as they are there."""


def form_of(text: str, asked: Asked) -> str:
    """How JSON that is not read line by line is written: `array`, `object`, `concatenated` or `lines with
    objects inside`; "" for lines, and for what is no JSON."""
    start = text.lstrip()
    if not start.startswith(("{", "[")):
        return ""
    if asked.unwrap:
        return asked.json or "object"
    if asked.json not in (None, "lines"):
        return asked.json or ""
    if asked.json is None and start.startswith("["):
        return "array"
    if asked.json is None and _goes_on(start):
        return "concatenated"
    return "lines with objects inside" if _has_paths(start, asked) else ""


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


def _has_paths(start: str, asked: Asked) -> bool:
    """Whether a column comes from a dotted path into an object, and not from a key of that name, by the first
    lines."""
    own = asked.layout.columns.values() if asked.layout else ()
    if not (dotted := {name for name in (*asked.columns.values(), *own) if "." in name}):
        return False
    found = [json.loads(line) for line in start.split("\n")[:50] if _is_whole(line)]
    above = {key for value in found for key, inner in value.items() if isinstance(inner, dict)}
    return any(name.partition(".")[0] in above for name in dotted - {key for value in found for key in value})


def _is_whole(line: str) -> bool:
    if not line.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(line), dict) and len(line.strip()) > 2
    except (ValueError, RecursionError):
        return False


def lines_of_objects(
    texts: Iterable[str],
    unwrap: str | None,
    *,
    name: str,
    limit: int | None = None,
    unread: Counter[str] | None = None,
) -> Iterator[str]:
    """One line of JSON a record, ended by LF. Lists of objects inside a record are counted in `unread` by
    their key. With a `limit` only the head of a file is there: what is cut off at its end is left out.

    Damage where the text is no JSON, or has no array under `unwrap`.
    """
    is_head = limit is not None
    if unwrap and is_head and (begun := _begun(texts := [*texts], unwrap)):
        texts, unwrap = [begun], None
    values = _values(texts, name=name, is_head=is_head)
    if unwrap:
        values = _unwrapped(values, unwrap, name=name)
    for number, value in enumerate(values):
        if limit is not None and number >= limit:
            return
        yield _line(value, unread) + "\n"


def _begun(texts: Sequence[str], path: str) -> str:
    """The array of records in a head that ends before the object around it does, from its first record on;
    "" where the object is whole, or has no such array."""
    text = "".join(texts).lstrip()
    if next(iter(_values([text], name="", is_head=True)), None) is not None:
        return ""
    last = json.dumps(path.rpartition(".")[2])
    found = re.search(rf"{re.escape(last)}\s*:\s*\[", text)
    return text[found.end() :] if found else ""


def _values(texts: Iterable[str], *, name: str, is_head: bool) -> Iterator[Any]:
    decoder = json.JSONDecoder(object_pairs_hook=_Object, parse_float=str, parse_int=str, parse_constant=str)
    rest, read = "", 0
    for text in (*texts, None) if isinstance(texts, list) else _ended(texts):
        rest += text or ""
        at = 0
        while True:
            match = _GAP.match(rest, at)
            at = match.end() if match else at
            if at >= len(rest):
                break
            try:
                value, at = decoder.raw_decode(rest, at)
            except (ValueError, RecursionError) as error:
                is_cut = text is not None and len(rest) - at < _MOST_CHARACTERS
                if isinstance(error, ValueError) and (is_cut or (text is None and is_head)):
                    break
                raise Damage(
                    "not_json",
                    f"it is no JSON from character {read + at:,} on",
                    path=name,
                    hint="export it again, or cut the damaged record out",
                ) from error
            yield value
        read, rest = read + at, rest[at:]


def _ended(texts: Iterable[str]) -> Iterator[str | None]:
    yield from texts
    yield None


def _unwrapped(values: Iterable[Any], path: str, *, name: str) -> Iterator[Any]:
    for value in values:
        found = value
        for part in path.split("."):
            found = dict(found).get(part) if isinstance(found, _Object) else None
        if not isinstance(found, list) or isinstance(found, _Object):
            raise Damage(
                "not_json",
                f"there is no array under {path!r}",
                path=name,
                hint="unwrap names the key, or dotted path, of the array that holds the records",
            )
        yield from found


def _line(value: Any, unread: Counter[str] | None) -> str:
    if not isinstance(value, _Object):
        return json.dumps(value)
    pairs = list(_flat(value, "", unread))
    return "{" + ",".join(f"{json.dumps(key)}:{json.dumps(text)}" for key, text in pairs) + "}"


def _flat(value: _Object, above: str, unread: Counter[str] | None) -> Iterator[tuple[str, Any]]:
    for key, inner in value:
        path = f"{above}{key}"
        if isinstance(inner, _Object):
            yield from _flat(inner, f"{path}.", unread)
            continue
        if isinstance(inner, list):
            if unread is not None and any(isinstance(item, _Object) for item in inner):
                unread[path] += len(inner)
            inner = json.dumps(_plain(inner))
        yield path, inner


def _plain(value: Any) -> Any:
    if isinstance(value, _Object):
        return {key: _plain(inner) for key, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
