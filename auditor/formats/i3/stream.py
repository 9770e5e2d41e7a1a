"""JSON values one after the other, however they are parted: lines, arrays, objects over many lines. What is
damaged comes as its text, and reading goes on at the next line that begins an object."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_GAP = re.compile(r"[\s,\[\]]*")
_NEXT = re.compile(r"\n[\s,\[]*(?=\{)")
_MOST_CHARACTERS = 64 << 20
"""A longer value is not waited for."""
_CUT_CHARACTERS = 16
"""A word of JSON that the end of a block cuts is shorter."""


class Damaged(str):
    """Text that is no JSON value."""

    __slots__ = ()


def values(blocks: Iterable[bytes]) -> Iterator[Any]:
    """Every value of a text of JSON; `Damaged` in the place of one that cannot be read. Of a list in the
    outermost place its items come, as far as it is flat."""
    decoder = json.JSONDecoder(parse_constant=str)
    rest, wanted = "", 0
    for text, is_last in _texts(blocks):
        rest += text
        if len(rest) < wanted and not is_last:
            continue
        at, wanted = 0, 0
        while True:
            found = _GAP.match(rest, at)
            at = found.end() if found else at
            if at >= len(rest):
                break
            try:
                value, at = decoder.raw_decode(rest, at)
                yield value
                continue
            except RecursionError:
                is_cut = False
            except ValueError as error:
                is_cut = not is_last and len(rest) - at < _MOST_CHARACTERS and _may_go_on(error, rest)
            if is_cut:
                # Tried again when there is twice as much: a long value must not cost its square.
                wanted = 2 * (len(rest) - at)
                break
            following = _NEXT.search(rest, at + 1)
            end = following.end() if following else len(rest)
            yield Damaged(rest[at:end].strip()[:4096])
            at = end
        rest = rest[at:]


def _may_go_on(error: ValueError, rest: str) -> bool:
    """Whether the value may only be cut off by the end of what has been read."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated") or error.pos >= len(rest) - _CUT_CHARACTERS


def _texts(blocks: Iterable[bytes]) -> Iterator[tuple[str, bool]]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    is_first = True
    for block in blocks:
        text = decoder.decode(block)
        yield (text.removeprefix("\ufeff") if is_first else text), False
        is_first = False
    yield decoder.decode(b"", final=True), True
