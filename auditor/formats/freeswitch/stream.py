"""A file of records in JSON or XML, one after the other, as they come: the file is never held as a whole."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from auditor.containers.damage import Damage
from auditor.containers.member import Member

_LONGEST = 32 << 20
"""A longer record is not waited for."""
_GAP = re.compile(r"[\s,\[\]]*+")
_LISTS = ("data", "cdrs", "records")
_DEEPEST = 30


def json_records(member: Member) -> Iterator[Any]:
    """Each object, in an array, under a key `data`, in lines or one after the other. Damage where the text
    is no
    JSON."""
    decode = json.JSONDecoder().raw_decode
    rest, read = "", 0
    for text, is_last in _texts(member):
        rest += text
        at = 0
        while True:
            at = _GAP.match(rest, at).end()  # type: ignore[union-attr]
            if at >= len(rest):
                break
            try:
                value, at = decode(rest, at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, ValueError) and not is_last and len(rest) - at < _LONGEST:
                    break
                raise Damage(
                    "not_json", f"it is no JSON from character {read + at:,} on", path=member.name,
                    hint="export it again, or cut the damaged record out",
                ) from error  # fmt: skip
            yield from _unwrapped(value)
        read, rest = read + at, rest[at:]


def _unwrapped(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in _LISTS:
            if isinstance(value.get(key), list) and "variables" not in value:
                yield from value[key]
                return
    yield value


def xml_records(member: Member) -> Iterator[Any]:
    """Each `<cdr>` as its values by name; the text of one that is no XML. Damage where the last is cut."""
    rest = ""
    for text, is_last in _texts(member):
        rest += text
        *whole, rest = rest.split("</cdr>")
        for piece in whole:
            yield _parsed(piece[max(piece.find("<cdr"), 0) :] + "</cdr>")
        if len(rest) > _LONGEST:
            raise Damage("bomb", f"a record is longer than {_LONGEST:,} characters", path=member.name)
        if is_last and rest.strip():
            raise Damage("truncated", "it ends inside a record", path=member.name, hint="get the whole file")


def _texts(member: Member) -> Iterator[tuple[str, bool]]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for block in member.blocks():
        yield decoder.decode(block).replace("\ufeff", ""), False
    yield decoder.decode(b"", True), True


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
        elif len(path) > 1:
            path[-1][name] = below
        else:
            below = root
            root.update(attributes)
        path.append(below)
        names.append(name)
        held.clear()

    def end(name: str) -> None:
        below = path.pop()
        names.pop()
        text = "".join(held).strip()
        if text and not below and len(path) > 1:
            path[-1][name] = text
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
    except (expat.ExpatError, _Unsafe, ValueError):
        return text
    return root
