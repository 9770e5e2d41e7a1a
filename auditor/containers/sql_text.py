"""The text of a SQL dump, cut into statements and rows at the speed of regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from auditor.containers.damage import Damage
from auditor.containers.sql_value import cast_of, of_call, of_cast, of_hex, without_bytea

_AHEAD = 1 << 16
"""So many bytes are held before anything is matched: heads of statements and nearly all rows are shorter."""
_LONGEST = 64 << 20
"""A longer row or statement is not waited for."""
_NAME = rb"(?:`[^`]+`|\"[^\"]+\"|\[[^\]]+\]|\w+)"
QUALIFIED = _NAME + rb"(?:\s*\.\s*" + _NAME + rb")*"
"""The name of a table, with those of its database or schema."""
_COMMENT = re.compile(rb"--[^\n]*\n|#[^\n]*\n|/\*.*?\*/;?", re.DOTALL)
_LAST_COMMENT = re.compile(rb"--[^\n]*\Z|#[^\n]*\Z")
_DELIMITER = re.compile(rb"(?i)DELIMITER\s+(\S+)[^\n]*\n")
_BLANK = re.compile(rb"[\s;]*")
_DOLLARS = re.compile(rb"\$\w*\$")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_ESCAPED = {b"n": b" ", b"r": b" ", b"t": b"\t", b"0": b"", b"Z": b"", b"b": b""}
_COPY_ESCAPE = re.compile(rb"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)", re.DOTALL)
_BREAKS = re.compile(rb"[\r\n]+")
_TIME = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d*)?)?")
_TRIGGER = re.compile(rb"(?is)\ACREATE\s+(?:TEMP\w*\s+)?TRIGGER\b.*\bBEGIN\b")
_END = re.compile(rb"(?i)\AEND\s*;")
_NO_COLUMN = (
    *(b"primary", b"key", b"unique", b"constraint", b"index", b"fulltext", b"spatial", b"foreign", b"check"),
    *(b"exclude", b"like", b"period"),
)


class Grammar:
    """How statements look: with `has_escapes` a backslash inside quotes means the character behind it
    (MySQL),
    else nothing (PostgreSQL, SQLite)."""

    def __init__(self, *, has_escapes: bool) -> None:
        self.has_escapes = has_escapes
        inner = rb"(?:[^'\\]+|\\.|'')*+" if has_escapes else rb"(?:[^']+|'')*+"
        wide = rb"(?:[^\"\\]+|\\.|\"\")*+" if has_escapes else rb"(?:[^\"]+|\"\")*+"
        self._strings = rb"'" + inner + rb"'|\"" + wide + rb"\""
        nested = rb"\((?:[^()'\"]++|" + self._strings + rb"|\((?:[^()'\"]++|" + self._strings + rb")*+\))*+\)"
        self._inner = rb"[^,()'\"`]++|" + self._strings + rb"|`[^`]*+`|" + nested
        called = rb"\((?:[^()'\"]++|" + self._strings + rb"|" + nested + rb")*+\)"
        simple = rb"(?:'[^'\\\"\r\n]*+'|NULL|[-+\d][\d.eE+-]*+)"
        self.simple = re.compile(rb"\((" + simple + rb"(?:," + simple + rb")*+)\)\s*+([,;])\s*+")
        """A row without anything to be mended, and what follows it."""
        self.row = re.compile(
            rb"\(((?:[^()'\";]++|" + self._strings + rb"|" + called + rb")*+)\)\s*+([,;]|ON\s[^;]*;)\s*+",
            re.DOTALL | re.IGNORECASE,
        )
        self._value = re.compile(
            rb"\s*(?:(?:_\w+\s*)?(0x[0-9A-F]*+|X'[0-9A-F]*+')|(?:_\w+\s*|[NB](?=')|(E)(?='))?("
            + self._strings
            + rb")|([^\s,()'\"]+)\s*("
            + called
            + rb")?)"
            rb"(?:::[\w ]+)?\s*(?:,|\Z)",
            re.DOTALL | re.IGNORECASE,
        )
        self._plain = re.compile(
            rb"(?:[^;'\"`$/\-]++|" + self._strings + rb"|`[^`]*+`|--[^\n]*+\n|/\*.*?\*/|[/\-])*+",
            re.DOTALL,
        )
        self.insert = re.compile(
            rb"(?is)(?:INSERT(?:\s+(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE))*(?:\s+INTO)?|REPLACE(?:\s+INTO)?)\s+("
            + QUALIFIED
            + rb")\s*(\([^()]*\))?\s*(?:OVERRIDING\s+\w+\s+VALUE\s+)?VALUES?\s*(?=\()"
        )
        self.copy = re.compile(rb"(?i)COPY\s+(" + QUALIFIED + rb")\s*(\([^()]*\))?\s+FROM\s+stdin;\s*?\n")
        self.create = re.compile(
            rb"(?is)\ACREATE\s+(?:TEMPORARY\s+|UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?("
            + QUALIFIED
            + rb")\s*\(((?:,|"
            + self._inner
            + rb")*+)\)(.*)\Z"
        )
        self._part = re.compile(rb"((?:" + self._inner + rb")++)", re.DOTALL)

    def values(self, row: bytes) -> list[bytes]:
        """The values of a row, without quotes and escapes; an empty one for NULL. ValueError where it is no
        list of plain values."""
        found: list[bytes] = []
        at = 0
        while at < len(row):
            value = self._value.match(row, at)
            if value is None or value.end() == at:
                raise ValueError("a row holds something other than values")
            at = value.end()
            code, is_escaped, text, word, called = value.groups()
            if text is not None:
                plain = self._unquoted(text)
                found.append(_uncopied(plain) if is_escaped and not self.has_escapes else plain)
            elif code is not None:
                found.append(of_hex(code[2:].rstrip(b"'")))
            elif called is not None:
                found.append(self._called(word, called[1:-1]))
            else:
                found.append(b"" if word.upper() == b"NULL" else word)
        return found

    def _called(self, name: bytes, inside: bytes) -> bytes:
        """What a call in a row gives. ValueError where only a database knows it."""
        cast = cast_of(inside) if name.upper() == b"CAST" else None
        if cast:
            value, kind, length = cast
            (given,) = self.values(value)
            return of_cast(given, kind, length)
        return of_call(name, self.values(inside))

    def definitions(self, body: bytes) -> list[tuple[str, str]]:
        """The columns of a CREATE TABLE with the text of their types."""
        pairs = []
        for part in self._part.findall(body):
            definition = _COMMENT.sub(b"", part).strip()
            name = re.match(rb"\s*(" + _NAME + rb")\s*(.*)", definition, re.DOTALL)
            if name and name[1].lower() not in _NO_COLUMN:
                pairs.append((plain_name(name[1]), name[2].decode("utf-8", "replace")))
        return pairs

    def end_of_statement(self, data: bytes, at: int, *, is_all: bool) -> int | None:
        """Behind the semicolon of the statement at `at`; None where it ends later. A text between dollars may
        hold semicolons; dollars that nothing closes in all of the text are signs like any other."""
        # One pattern cannot say it: Python's own loses count of a group in a loop that gives nothing back.
        while True:
            plain = self._plain.match(data, at)
            at = plain.end() if plain else at
            if data[at : at + 1] == b";":
                return at + 1
            if data[at : at + 1] != b"$":
                return None
            opened = _DOLLARS.match(data, at)
            close = data.find(opened[0], opened.end()) if opened else -1
            if opened and close < 0 and not is_all:
                return None
            at = close + len(opened[0]) if opened and close >= 0 else at + 1

    def _unquoted(self, text: bytes) -> bytes:
        mark, inner = text[:1], text[1:-1]
        if self.has_escapes and b"\\" in inner:
            inner = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), inner)
        return inner.replace(mark * 2, mark)


def _end_of(match: re.Match[bytes] | None) -> int | None:
    return match.end() if match else None


def written(values: Sequence[bytes], stamped: frozenset[int] = frozenset(), offset: bytes = b"") -> bytes:
    """Values as a line of CSV; times in the columns `stamped` with the `offset` of their zone."""
    cells = [
        value + offset if place in stamped and _TIME.fullmatch(value) else value
        for place, value in enumerate(values)
    ]
    return _BREAKS.sub(b" ", b",".join(b'"' + cell.replace(b'"', b'""') + b'"' for cell in cells))


def copied(
    line: bytes, types: Sequence[str], stamped: frozenset[int] = frozenset(), offset: bytes = b""
) -> bytes:
    """A line of COPY as a line of CSV: its columns are of `types`, where that is known; times in the columns
    `stamped` get the `offset` of their zone."""
    if b"\\" not in line and not stamped:
        return b'"' + line.replace(b'"', b'""').replace(b"\t", b'","') + b'"'
    cells = [b"" if cell == b"\\N" else _uncopied(cell) for cell in line.split(b"\t")]
    return written(without_bytea(cells, types), stamped, offset)


def plain_name(name: bytes) -> str:
    """A name as it is meant: without quotes."""
    return ".".join(part.strip(' `"[]') for part in name.decode("utf-8", "replace").split("."))


def columns_of(listed: bytes) -> list[str]:
    """The names in the parentheses of an INSERT or COPY."""
    return [plain_name(name) for name in listed.strip()[1:-1].split(b",")]


def _uncopied(cell: bytes) -> bytes:
    def meant(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        if sign[:1].isdigit():
            return bytes([int(sign, 8) & 255])
        return bytes([int(sign[1:], 16)]) if sign[:1] == b"x" and len(sign) > 1 else _ESCAPED.get(sign, sign)

    return _COPY_ESCAPE.sub(meant, cell)


class Text:
    """The bytes of a dump that are not read yet. Damage where they end inside a statement."""

    def __init__(self, blocks: Iterator[bytes], path: str) -> None:
        self._blocks, self._path = blocks, path
        self._data, self._at, self._read, self._breaks = b"", 0, 0, 0
        self._is_ended = False

    def ahead(self, size: int = _AHEAD) -> bytes:
        """What comes next, at least `size` bytes where there are as many."""
        self._fill(size)
        return self._data[self._at :]

    def _fill(self, size: int) -> None:
        if len(self._data) - self._at >= size or self._is_ended:
            return
        parts = [self._data[self._at :]]
        length = len(parts[0])
        while length < size:
            block = next(self._blocks, None)
            if block is None:
                self._is_ended = True
                break
            parts.append(block)
            length += len(block)
        self._read += self._at
        self._breaks += self._data.count(b"\n", 0, self._at)
        self._data, self._at = b"".join(parts), 0

    def line_of(self, said: bytes) -> int:
        """The number of the line, from 1, on which `said` begins, what was read last."""
        return self._breaks + self._data.count(b"\n", 0, self._at) - said.count(b"\n") + 1

    @property
    def left(self) -> bool:
        """Whether anything comes."""
        self._fill(1)
        return self._at < len(self._data)

    def match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """What comes, if it is of that pattern: it is read then."""
        self._fill(_AHEAD)
        found = pattern.match(self._data, self._at)
        if found:
            self._at = found.end()
        return found

    def blank(self) -> bytes:
        """Pass over blanks, then over one comment, which is given; empty where there is none."""
        while True:
            self._fill(_AHEAD)
            self._at = _BLANK.match(self._data, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._data) or self._is_ended:
                break
        if not self._data.startswith((b"--", b"#", b"/*"), self._at):
            return b""
        return self._longer(lambda: _end_of(_COMMENT.match(self._data, self._at) or self._last_comment()))

    def _last_comment(self) -> re.Match[bytes] | None:
        return _LAST_COMMENT.match(self._data, self._at) if self._is_ended else None

    def delimited(self) -> bool:
        """Pass over routines between `DELIMITER ;;` and `DELIMITER ;`; False where none begin."""
        begun = self.match(_DELIMITER)
        if begun and begun[1] != b";":
            end = re.compile(rb"(?i).*?^DELIMITER\s+;[^\n]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
            self._longer(lambda: _end_of(end.match(self._data, self._at)))
        return begun is not None

    def statement(self, grammar: Grammar) -> bytes:
        """Any other statement, to its semicolon. Damage for rows that are no plain values."""
        if re.compile(rb"(?i)(?:INSERT|REPLACE|COPY)\b").match(self._data, self._at):
            raise self.damage("not_sql", "it has rows that are not written as plain values")
        said = self._to_semicolon(grammar)
        if _TRIGGER.match(said):
            # The statements of a trigger are none of the dump, whatever they would do.
            while not _END.match(self._to_semicolon(grammar)):
                pass
        return said

    def _to_semicolon(self, grammar: Grammar) -> bytes:
        while self.blank():
            pass
        return self._longer(lambda: grammar.end_of_statement(self._data, self._at, is_all=self._is_ended))

    def copy_lines(self) -> Iterator[bytes]:
        """The lines below a COPY, to its end mark."""
        while True:
            self._fill(_AHEAD)
            end = self._data.rfind(b"\n", self._at) + 1
            if end <= self._at and not self._is_ended and len(self._data) - self._at < _LONGEST:
                self._fill(2 * len(self._data))
                continue
            if end <= self._at:
                raise self.damage("truncated", "it ends inside the rows of a table")
            for line in self._data[self._at : end].split(b"\n")[:-1]:
                self._at += len(line) + 1
                line = line.removesuffix(b"\r")
                if line == b"\\.":
                    return
                yield line

    def tuples(self, grammar: Grammar) -> Iterator[tuple[bytes, list[bytes] | None]]:
        """The rows of an INSERT: the text between the parentheses, and its values where it must be mended."""
        simple = grammar.simple
        while True:
            if len(self._data) - self._at < _AHEAD:
                self._fill(_AHEAD)
            found = simple.match(self._data, self._at)
            if found:
                row, then = found.groups()
                self._at = found.end()
                yield row, None
            else:
                whole = self._longer(lambda: _end_of(grammar.row.match(self._data, self._at)))
                again = grammar.row.match(whole)
                if again is None:
                    raise self.damage("not_sql", "it has a row that cannot be read")
                row, then = again.groups()
                try:
                    yield row, grammar.values(row)
                except ValueError as error:
                    raise self.damage("not_sql", str(error)) from error
            if then != b",":
                return

    def _longer(self, found: Callable[[], int | None]) -> bytes:
        """The text from here to the end that `found` gives, with as much text as it needs."""
        size = _AHEAD
        while True:
            self._fill(size)
            if (end := found()) is not None:
                begin, self._at = self._at, end
                return bytes(self._data[begin:end])
            if self._is_ended:
                raise self.damage("truncated", "it ends inside a statement")
            if size > _LONGEST:
                raise self.damage("bomb", f"a row or statement is longer than {_LONGEST:,} bytes")
            size *= 2

    def damage(self, reason: str, message: str) -> Damage:
        """What is wrong at this place."""
        return Damage(
            reason,
            f"the SQL dump cannot be read: {message}",
            path=self._path,
            offset=self._read + self._at,
            hint="make the dump anew; if a routine or view troubles it, dump the tables alone",
        )
