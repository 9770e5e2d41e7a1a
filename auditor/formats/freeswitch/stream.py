"""A file of records in JSON or XML, one after the other, as they come: the file is never held as a whole."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any
from xml.parsers import expat

from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.formats.first_lines import encoding_of
from auditor.formats.reader import Faulty
from auditor.formats.rows import is_foreign
from auditor.formats.values import Object, Text, values_in, written

_LONGEST = 32 << 20
"""A longer record is not waited for."""
_LISTS = ("data", "cdrs", "records")
_DEEPEST = 30
_READ = frozenset(["variables", "callflow", "caller_profile", "times", "channel_data"])
"""Parts of a record of which one may be there."""
_SHOWN = 200
_BEGIN = re.compile(r"(?=<cdr[\s>])")


def json_records(member: Member, encoding: str | None = None) -> Iterator[Any]:
    """Each object, in an array, under a key `data`, in lines or one after the other; the text of one that
    cannot be read. Damage where the text is no JSON, or an array is not closed."""
    for value in values_in(Text(_texts(member, encoding), member.name, is_head=False)):
        for record in _unwrapped(value):
            try:
                yield _mapped(record)
            except _Twice:
                yield written(record)
            except _Foreign:
                yield Faulty(written(record)[:_SHOWN] + "\udcff")


def _unwrapped(value: Any) -> Iterator[Any]:
    if isinstance(value, Object) and all(name != "variables" for name, _ in value):
        lists = [
            v for name, v in value if name in _LISTS and isinstance(v, list) and not isinstance(v, Object)
        ]
        if lists:
            yield from chain.from_iterable(lists)
            return
    yield value


def _mapped(value: Any) -> Any:
    """A value with its objects as dictionaries."""
    if isinstance(value, Object):
        found: dict[str, Any] = {}
        for name, inner in value:
            _put(found, name, _mapped(inner))
        return found
    if isinstance(value, str) and is_foreign(value):
        raise _Foreign
    return [_mapped(inner) for inner in value] if isinstance(value, list) else value


def _put(found: dict[str, Any], name: str, value: Any) -> None:
    """Give a name its value; one that has two has a list of both. _Twice where a part is there again."""
    there = found.get(name)
    if not there or there == value:
        found[name] = value
    elif isinstance(there, dict) or isinstance(value, dict):
        if name in _READ and value:
            raise _Twice
        found[name] = value
    elif value:
        both = (each if isinstance(each, list) else [each] for each in (there, value))
        found[name] = [*chain.from_iterable(both)]


def xml_records(member: Member, encoding: str | None = None) -> Iterator[Any]:
    """Each `<cdr>` as its values by name; the text of one that is no XML. Damage where the last is cut."""
    rest = ""
    for text in chain(_texts(member, encoding), ("",)):
        rest += text
        *whole, rest = rest.split("</cdr>")
        for piece in whole:
            # Before one that begins, another may be cut.
            *cut, last = [each for each in _BEGIN.split(piece) if each.startswith("<cdr")] or [piece]
            yield from cut
            yield Faulty(" ".join(last.split())) if is_foreign(last) else _parsed(last + "</cdr>")
        if len(rest) > _LONGEST:
            raise Damage("bomb", f"a record is longer than {_LONGEST:,} characters", path=member.name)
    if rest.strip():
        raise Damage("truncated", "it ends inside a record", path=member.name, hint="get the whole file")


def _texts(member: Member, encoding: str | None) -> Iterator[str]:
    """The text in parts; bytes that are not in its encoding become halves of characters."""
    decoder = codecs.getincrementaldecoder(encoding_of(encoding) or "utf-8")("surrogateescape")
    for block in member.blocks():
        yield decoder.decode(block).replace("\ufeff", "")
    yield decoder.decode(b"", True)


class _Twice(Exception):
    """A record has a part twice."""


class _Foreign(Exception):
    """A record has bytes that are not in the encoding of its file."""


class _Unsafe(Exception):
    """A document that declares entities of its own."""


def _parsed(text: str) -> Any:
    """One element as nested dictionaries; elements below `callflow` of one name are listed."""
    root: dict[str, Any] = {}
    path: list[dict[str, Any]] = [root]
    names: list[str] = []
    held: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(path) > _DEEPEST:
            raise _Unsafe
        below: dict[str, Any] = dict(attributes)
        if name == "callflow":
            root.setdefault("callflow", []).append(below)
        elif len(path) == 1:
            below = root
            root.update(attributes)
        path.append(below)
        names.append(name)
        held.clear()

    def end(name: str) -> None:
        below = path.pop()
        names.pop()
        text = "".join(held).strip()
        if name != "callflow" and len(path) > 1:
            _put(path[-1], name, text if text and not below else below)
        held.clear()

    def refuse(*_: Any) -> None:
        raise _Unsafe

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = held.append
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, _Unsafe, _Twice, ValueError):
        return text
    return root
