"""What a statement of a SQL dump that holds no rows does to those of others: it says the zone of their times,
changes them, or takes them away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from auditor.containers.sql_text import QUALIFIED, plain_name

_BEGIN = rb"(?is)\A(?:/\*!\d*\s*)?"
_SET = re.compile(_BEGIN + rb"(?:SET|SELECT\s+(?:pg_catalog\.)?set_config)\b")
_ZONE = re.compile(
    rb"(?is)(\bglobal[\s.]+)?(?:\btime_?zone['`\"]?\s*(?::?=|\bTO\b|,)|\bTIME\s+ZONE\b)\s*(?:INTERVAL\s+)?"
    rb"('[^']*'|\"[^\"]*\"|[^\s,;*)]+)"
)
_OFFSET = re.compile(r"([+-])(\d\d?):(\d\d)")
_HOURS = re.compile(r"[+-]?\d\d?")
_UTC = ("utc", "gmt", "uct", "zulu", "z", "etc/utc", "etc/gmt", "universal", "etc/universal")
_OF_SERVER = ("system", "local", "default")
_EMPTIED = re.compile(
    _BEGIN + rb"(DROP\s+TABLE|TRUNCATE(?:\s+TABLE)?|DELETE\s+FROM)(?:\s+IF\s+EXISTS|\s+ONLY)?\s+"
    rb"(" + QUALIFIED + rb"(?:\s*,\s*" + QUALIFIED + rb")*)"
    rb"(?:\s|(?:RESTART|CONTINUE)\s+IDENTITY|CASCADE|RESTRICT|\*/|;)*\Z"
)
_DATABASE = re.compile(_BEGIN + rb"(DROP\s+(?:DATABASE|SCHEMA))\s+(?:IF\s+EXISTS\s+)?[`\"]?([^`\";\s*]+)")
_CHANGED = re.compile(_BEGIN + rb"(UPDATE|DELETE|MERGE|WITH|LOAD\s+DATA|TRUNCATE|DROP\s+TABLE)\b")
_TRANSACTION = re.compile(
    _BEGIN
    + rb"(BEGIN|START\s+TRANSACTION|SET\s+(?:SESSION\s+|@@)?autocommit\s*=\s*(?:0|OFF)|COMMIT|END|ROLLBACK)\b"
)
_STRING = re.compile(rb"'(?:[^'\\]+|\\.|'')*+'", re.DOTALL)
_NAMES = re.compile(QUALIFIED)


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of a session: the `offset` of its times (`+10:00`), "" where it is that of the server, which
    the dump does not say. `name` is a zone whose offset is not known here."""

    offset: str = ""
    name: str = ""


def zone_of(statement: bytes, *, is_postgres: bool) -> Zone | None:
    """The zone that the statement sets for the session; None for one that sets none."""
    if not _SET.match(statement):
        return None
    said = [found[2] for found in _ZONE.finditer(statement) if not found[1]]
    return _zone(said[-1].decode("latin-1"), is_postgres) if said else None


def _zone(said: str, is_postgres: bool) -> Zone:
    name = said.strip("'\" ")
    if name.lower() in _UTC:
        return Zone("+00:00")
    if name.lower() in _OF_SERVER or name.startswith("@"):
        return Zone()
    if offset := _OFFSET.fullmatch(name):
        # PostgreSQL reads the sign of such a text as POSIX does, west of Greenwich.
        is_turned = is_postgres and int(offset[2]) + int(offset[3]) > 0
        return Zone(name=name) if is_turned else Zone(f"{offset[1]}{int(offset[2]):02}:{offset[3]}")
    if is_postgres and _HOURS.fullmatch(name):
        return Zone(f"{int(name):+03}:00")
    return Zone(name=name)


def emptied(statement: bytes) -> tuple[str, list[str], bool] | None:
    """For a statement that takes all rows of tables away: its words, the names of the tables, and whether
    they are databases; None for any other."""
    if found := _EMPTIED.match(statement):
        return _words(found[1]), [plain_name(name) for name in _NAMES.findall(found[2])], False
    if found := _DATABASE.match(statement):
        return _words(found[1]), [plain_name(found[2])], True
    return None


def changed(statement: bytes, table: str) -> str:
    """The word of a statement that may change rows of `table` (its name without a schema); "" for any
    other."""
    found = _CHANGED.match(statement)
    if not found:
        return ""
    named = re.compile(rb"(?i)(?<![\w$])" + re.escape(table.encode()) + rb"(?![\w$])")
    return _words(found[1]) if named.search(_STRING.sub(b"''", statement)) else ""


def transaction(statement: bytes) -> str:
    """What a statement does with a transaction: BEGIN, COMMIT or ROLLBACK; "" for any other."""
    found = _TRANSACTION.match(statement)
    word = found[1][:2].upper() if found else b""
    return {b"BE": "BEGIN", b"ST": "BEGIN", b"SE": "BEGIN", b"RO": "ROLLBACK", b"": ""}.get(word, "COMMIT")


def _words(given: bytes) -> str:
    return " ".join(given.decode("latin-1").upper().split())
