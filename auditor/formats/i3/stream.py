"""JSON values one after the other, however they are parted: lines, arrays, objects over many lines. What is
damaged comes as its text, and reading goes on at the next line that begins an object."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from auditor.formats.rows import first_foreign, is_foreign

_GAP = re.compile(r"[\s,\[\]]*")
_NEXT = re.compile(r"\n[\s,\[]*(?=\{)")
_MOST_CHARACTERS = 64 << 20
"""A longer value is not waited for."""
_MOST_DAMAGED = 1_000
_SHOWN = 4096
_BEFORE = 100
"""So much is shown before a byte that is no UTF-8."""
_USUAL = 1 << 14
"""Characters of a value of the usual size."""
_CUT_CHARACTERS = 16
"""A word of JSON that the end of a block cuts is shorter."""


class Damaged(str):
    """Text that is no JSON value."""

    __slots__ = ()


class Ambiguous(dict[str, Any]):
    """An object with two values of one key: which is meant cannot be known."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    is_clear = len(found) == len(pairs) or all(found[name] == value for name, value in pairs)
    return found if is_clear else Ambiguous(found)


def values(blocks: Iterable[bytes]) -> Iterator[Any]:
    """Every value of a text of JSON; `Damaged` in the place of one that cannot be read, or has bytes that are
    no UTF-8, and of the end of a list that is not closed. Of a list in the outermost place its items come,
    as far as it is flat. Behind many damaged values each line is read by itself: to look for the end of each
    would cost the square of the text."""
    decoder = json.JSONDecoder(parse_constant=str, object_pairs_hook=_object)
    rest, wanted, damaged, lists = "", 0, 0, 0
    has_foreign = has_objects = False
    for text, is_last in _texts(blocks):
        has_foreign = has_foreign or is_foreign(text)
        rest += text
        if len(rest) < wanted and not is_last:
            continue
        at, wanted = 0, 0
        while True:
            found = _GAP.match(rest, at)
            if found:
                at, gap = found.end(), found[0]
                lists += gap.count("[") - gap.count("]")
            if at >= len(rest):
                break
            if damaged >= _MOST_DAMAGED:
                line = _NEXT.search(rest, at + 1)
                if line is None and not is_last and len(rest) - at < _MOST_CHARACTERS:
                    break
                end = line.end() if line else len(rest)
                value, used = _alone(decoder, rest, at, end)
                yield value
                at += used
                continue
            try:
                value, end = decoder.raw_decode(rest, at)
                has_objects = has_objects or isinstance(value, dict)
                yield _unless_foreign(rest[at:end], value) if has_foreign else value
                at = end
                continue
            except RecursionError:
                is_cut = False
            except ValueError as error:
                is_cut = not is_last and len(rest) - at < _MOST_CHARACTERS and _may_go_on(error, rest)
            if is_cut:
                # Tried again when there is twice as much: a long value must not cost its square.
                wanted = 2 * (len(rest) - at)
                break
            damaged += 1
            following = _NEXT.search(rest, at + 1)
            end = following.end() if following else len(rest)
            yield Damaged(rest[at:end].strip()[:_SHOWN])
            at = end
        rest = rest[at:]
    if lists > 0 and has_objects and not damaged:
        yield Damaged("the list is not closed: it is cut off")


def _unless_foreign(text: str, value: Any) -> Any:
    """The value of a text; what is shown of it where it has bytes that are no UTF-8."""
    at = first_foreign(text)
    return value if at < 0 else Damaged(text[max(0, at - _BEFORE) :][:_SHOWN])


def _alone(decoder: json.JSONDecoder, text: str, at: int, end: int) -> tuple[Any, int]:
    """The value that begins a line, and how long it is; of a line without one all of it."""
    for size in (_USUAL, end - at):
        try:
            return decoder.raw_decode(text[at : min(end, at + size)])
        except (ValueError, RecursionError):
            if end - at <= _USUAL:
                break
    return Damaged(text[at:end].strip()[:_SHOWN]), end - at


def _may_go_on(error: ValueError, rest: str) -> bool:
    """Whether the value may only be cut off by the end of what has been read."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated") or error.pos >= len(rest) - _CUT_CHARACTERS


def _texts(blocks: Iterable[bytes]) -> Iterator[tuple[str, bool]]:
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    is_first = True
    for block in blocks:
        text = decoder.decode(block)
        yield (text.removeprefix("\ufeff") if is_first else text), False
        is_first = False
    yield decoder.decode(b"", final=True), True
