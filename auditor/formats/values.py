"""The values of a JSON text of any length, one after the other: no more of the text is held than one of them
takes."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from auditor.containers.damage import Damage

_GAP = re.compile(r"[\s,\[\]]*")
_BLANK = re.compile(r"[\s,]*")
_USUAL = frozenset((",", ", ", ",\n", "\n"))
"""Gaps that most values have between them."""
_MOST_CHARACTERS = 64 << 20
"""A longer value is not waited for."""
_AT_THE_END = 16
"""So near to the end of what was read, what is wrong may be that the rest is still to come."""

Pairs = list[tuple[str, Any]]


class Object(Pairs):
    """The keys of an object with their values, as often as they are there."""


_DECODER = json.JSONDecoder(object_pairs_hook=Object, parse_float=str, parse_int=str, parse_constant=str)


class Text:
    """A JSON text that comes in parts, and the place `at` in it. Of a head the end may be cut off."""

    def __init__(self, parts: Iterable[str], name: str, *, is_head: bool) -> None:
        self._parts = iter(parts)
        self._name = name
        self._gone = 0
        self._is_ended = False
        self.is_head = is_head
        self.held, self.at = "", 0

    def read(self, size: int = 1) -> bool:
        """Have so many more characters, if there are any."""
        if self._is_ended:
            return False
        parts, found = [], 0
        for part in self._parts:
            parts.append(part)
            found += len(part)
            if found >= size:
                break
        else:
            self._is_ended = True
        self._gone += self.at
        self.held, self.at = self.held[self.at :] + "".join(parts), 0
        return bool(found)

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Go past all that the pattern, which fits no character too, fits; gives it."""
        passed = ""
        while match := pattern.match(self.held, self.at):
            passed += match[0]
            self.at = match.end()
            if self.at < len(self.held) or not self.read():
                break
        return passed

    def next(self) -> str:
        """The next character that is no blank and no comma; "" at the end."""
        self.skip(_BLANK)
        return self.held[self.at : self.at + 1]

    def value(self) -> Any:
        """The value that begins here. Cut where it is cut off at the end, and the text is a head; Damage
        where it is none."""
        while True:
            try:
                found, end = _DECODER.raw_decode(self.held, self.at)
            except RecursionError as error:
                raise self.damage("it is nested too deep") from error
            except json.JSONDecodeError as error:
                waiting = len(self.held) - self.at
                is_open = "Unterminated" in error.msg or error.pos > len(self.held) - _AT_THE_END
                # Twice as much each time: a long value is not looked at again for each part of it.
                if is_open and waiting < _MOST_CHARACTERS and self.read(max(1, waiting)):
                    continue
                if is_open and self.is_head:
                    raise Cut from error
                if is_open and waiting >= _MOST_CHARACTERS:
                    raise self.damage("it is no JSON, or one record is longer than 64 MB,") from error
                raise self.damage("it is no JSON") from error
            if end == len(self.held) and self.held[end - 1] not in '}]"' and self.read():
                continue  # a number may go on
            self.at = end
            return found

    def damage(self, what: str) -> Damage:
        """That something is wrong here."""
        return Damage(
            "not_json",
            f"{what} from character {self._gone + self.at:,} on",
            path=self._name,
            hint="export it again, or cut the damaged record out",
        )

    def missing(self, path: str) -> Damage:
        """That there is no array under a dotted path."""
        return Damage(
            "not_json",
            f"there is no array under {path!r}",
            path=self._name,
            hint="unwrap names the key, or dotted path, of the array that holds the records",
        )


class Cut(Exception):
    """A head ends in the middle of a value."""


def values_in(text: Text) -> Iterator[Any]:
    """The values of a text, and those of arrays in their place. Damage where it is no JSON, or an array is
    not closed."""
    open_arrays = 0
    while True:
        gap = text.skip(_GAP)
        if gap not in _USUAL:
            open_arrays += gap.count("[") - gap.count("]")
        if text.at == len(text.held):
            break
        try:
            value = text.value()
        except Cut:
            return
        yield value
    if open_arrays > 0 and not text.is_head:
        raise text.damage("its array is not closed: it is cut off")


def values_under(text: Text, path: str) -> Iterator[Any]:
    """The values of the array under a dotted path in each object of the text. Damage where one has none."""
    try:
        while text.next():
            if not (yield from _inside(text, path.split("."))):
                raise text.missing(path)
    except Cut:
        return


def _inside(text: Text, path: list[str]) -> Generator[Any, None, bool]:
    """The values of the array under `path` in the value that begins here; returns whether there is one."""
    opening = text.next()
    if not path and opening == "[":
        yield from _elements(text)
        return True
    if not path or opening != "{":
        _pass_over(text)
        return False
    text.at += 1
    is_there = False
    while text.next() != "}":
        _go_on(text)
        name = text.value()
        if text.next() != ":":
            _go_on(text)
            raise text.damage("it is no JSON")
        text.at += 1
        if name == path[0]:
            is_there |= yield from _inside(text, path[1:])
        else:
            _pass_over(text)
    text.at += 1
    return is_there


def _elements(text: Text) -> Iterator[Any]:
    """The values of the array that begins here."""
    text.at += 1
    while text.next() != "]":
        _go_on(text)
        yield text.value()
    text.at += 1


def _pass_over(text: Text) -> None:
    """Go past the value that begins here, of which an array may be longer than is held."""
    if text.next() != "[":
        text.value()
        return
    for _ in _elements(text):
        pass


def _go_on(text: Text) -> None:
    """Cut, or Damage, where the text is at its end."""
    if not text.next():
        raise Cut if text.is_head else text.damage("it is cut off")


def written(value: Any) -> str:
    """A value as JSON in one line, an object with each of its keys."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Object):
        pairs = [
            f"{_quoted(name)}:{_quoted(inner) if type(inner) is str else written(inner)}"
            for name, inner in value
        ]
        return "{" + ",".join(pairs) + "}"
    return "[" + ",".join(map(written, value)) + "]" if isinstance(value, list) else _WORDS[value]


_quoted = json.encoder.encode_basestring_ascii
_WORDS = {None: "null", True: "true", False: "false"}
