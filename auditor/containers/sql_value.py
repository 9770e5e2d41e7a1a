"""What a value of a SQL dump means that is written in another way than as its own text: hexadecimal digits,
the functions that dumps call, and bytes of PostgreSQL."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

NO_TEXT = "\ufdd0".encode()
"""Before the hexadecimal digits of bytes that are no text: no text of a log holds it, and no record may be
judged by them."""
_UNISTR = re.compile(rb"\\(?:(\\)|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\+([0-9A-Fa-f]{6})|([0-9A-Fa-f]{4}))")
_BYTEA = re.compile(rb"\\x((?:[0-9A-Fa-f]{2})*+)")
_BYTEA_ESCAPE = re.compile(rb"\\(\\|[0-3][0-7]{2})")
_CAST = re.compile(
    rb"(?is)(.*\S)\s+AS\s+(N?CHAR|N?VARCHAR2?|CHARACTER(?:\s+VARYING)?|N?TEXT|CLOB|BINARY|VARBINARY|BLOB"
    rb"|DATETIME2?|DATETIMEOFFSET|SMALLDATETIME|TIMESTAMP|DECIMAL|NUMERIC)\s*(?:\(([\d\s,]*)\))?"
    rb"(?:\s+(?:CHARACTER\s+SET|CHARSET)\s+\w+)?\s*\Z"
)
_NUMBER = re.compile(rb"[-+]?\d+(?:\.\d+)?")
_TIME = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[\d.:+ -]*")


def of_bytes(held: bytes) -> bytes:
    """The text that bytes say, without the zeros that fill a column up; else `NO_TEXT` and their digits."""
    try:
        text = held.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return NO_TEXT + b"0x" + held.hex().encode()
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
        return NO_TEXT + b"0x" + held.hex().encode()
    return text.encode()


def of_hex(digits: bytes) -> bytes:
    """What hexadecimal digits say. ValueError where they are none."""
    try:
        return of_bytes(bytes.fromhex(digits.decode("latin-1")))
    except ValueError:
        raise ValueError("a row holds hexadecimal digits that are no bytes") from None


def of_call(name: bytes, given: Sequence[bytes]) -> bytes:
    """What a function gives for plain values. ValueError for one that is not known here: what it gives only a
    database could say, and its text is no value."""
    known = name.upper(), len(given)
    if not any(value.startswith(NO_TEXT) for value in given):
        if known == (b"UNISTR", 1):
            return _unistr(given[0])
        if known == (b"UNHEX", 1):
            return of_hex(given[0])
        if known == (b"REPLACE", 3) and given[1]:
            return given[0].replace(given[1], given[2])
        if known in ((b"CHAR", 1), (b"CHR", 1)) and given[0].isdigit() and int(given[0]) < 128:
            return bytes([int(given[0])])
    raise ValueError(f"a row calls {name.decode('utf-8', 'replace')}(), whose value only a database knows")


def cast_of(inside: bytes) -> tuple[bytes, bytes, bytes] | None:
    """What is between the parentheses of a CAST: the value, its new type, and how long that is; None for a
    type that may change more than the form."""
    found = _CAST.fullmatch(inside)
    return (found[1], found[2].upper(), found[3] or b"") if found else None


def of_cast(value: bytes, kind: bytes, length: bytes) -> bytes:
    """A value as one of the type `kind`. ValueError where it would be another."""
    if kind in (b"DECIMAL", b"NUMERIC"):
        is_same = bool(_NUMBER.fullmatch(value))
    elif b"TIME" in kind:
        is_same = bool(_TIME.fullmatch(value))
    else:
        is_same = not length.strip() or len(value) <= int(length.partition(b",")[0])
    if value and not is_same:
        raise ValueError("a row casts a value to a type that changes it")
    return value


def without_bytea(values: Sequence[bytes], types: Sequence[str]) -> list[bytes]:
    """Values of which those of the type bytea (`\\x303030`) are the texts that they say. Where the type is
    not known, a value is one if it looks so and says a text."""
    return [_of_bytea(value, kind) if b"\\" in value else value for value, kind in _typed(values, types)]


def _typed(values: Sequence[bytes], types: Sequence[str]) -> list[tuple[bytes, str]]:
    return list(zip_longest(values, types[: len(values)], fillvalue=""))  # type: ignore[arg-type]


def _of_bytea(value: bytes, kind: str) -> bytes:
    is_bytea = kind.lower().startswith("bytea")
    if kind and not is_bytea:
        return value
    if found := _BYTEA.fullmatch(value):
        said = of_hex(found[1])
        return said if is_bytea or not said.startswith(NO_TEXT) else value
    if not is_bytea:
        return value
    return of_bytes(_BYTEA_ESCAPE.sub(lambda sign: _octal(sign[1]), value))


def _octal(sign: bytes) -> bytes:
    return sign if sign == b"\\" else bytes([int(sign, 8)])


def _unistr(text: bytes) -> bytes:
    """A text of SQLite's unistr(), in which a backslash begins the number of a sign."""

    def meant(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return b"\\"
        number = int(found[2] or found[3] or found[4] or found[5], 16)
        try:
            return chr(number).encode()
        except (ValueError, OverflowError):
            raise ValueError("a row holds the number of no sign") from None

    if b"\\" in _UNISTR.sub(b"", text):
        raise ValueError("a row holds a text of unistr() that cannot be read")
    return _UNISTR.sub(meant, text)
