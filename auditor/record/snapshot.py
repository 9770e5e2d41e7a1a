"""The case's snapshot: the public tables with tokens in place of numbers, for free queries.

A token is a keyed hash. The key is in a file of its own in the state folder, readable by its owner only, and
never in the snapshot. Whoever has the snapshot alone can neither read a number nor test a guess. The same
number has the same token in every table and run.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from auditor.catalogue.columns import vocabulary
from auditor.catalogue.rulebook import Rulebook
from auditor.errors import UsageError
from auditor.ingest.schema import tables
from auditor.model import Column
from auditor.private import read_private, write_private
from auditor.state import state_path
from auditor.store import CATALOG, Store, identifier, quoted
from auditor.text import CELL, path_without_numbers

KEY = "case.key"
"""128 bits as hex. Key, kind and value fit one block of SHA-256, which keeps a million tokens cheap."""
_KEY = re.compile(rb"[0-9a-f]{32}\n?")
_LARGE = 10**8
"""A figure that a log gives and that could be a number; `report/masking.py` has the same."""
_DIGITS = 16
"""Hex digits of a token. 64 bits: among a million numbers, two have the same token in one of 30 million
cases. A cut hash cannot be extended."""
_BETWEEN = r"(?:%[0-9A-Fa-f]{2}|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|[^\pL\pN])*"
"""What may be between the digits of a number: all that `NUMBER` of `text.py` allows, and commas and % of a
sentence, too. A bound would make the pattern ten times as large, and as slow."""
_COULD_BE_NUMBER = rf"\+?\p{{Nd}}(?:{_BETWEEN}\p{{Nd}}){{6,}}"
_COULD_BE_NUMBER_IN_ASCII = _COULD_BE_NUMBER.replace(r"\p{Nd}", "[0-9]").replace(r"\pL\pN", "A-Za-z0-9")
"""The same of a text in ASCII, as nearly all are: the classes of Unicode take 40 times as long."""
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_CLOCK = "[0-2][0-9]:?[0-5][0-9](?::?[0-5][0-9](?:[.,][0-9]{1,6})?)?"
_NO_NUMBER = (
    r"(^|[^0-9.+])(?:(?:19|20)[0-9]{2}-?[01][0-9]-?[0-3][0-9](?:[T"
    rf" _-]?{_CLOCK})?($|[^0-9])|{_OCTET}(?:\.{_OCTET}){{3}}($|[^0-9.]|\.$|\.[^0-9]))"
)
"""Dates with times and IPv4 addresses: digits that look like a number and are not one. A fifth group
of digits makes it none: `01.23.45.67.89` is how a number is written."""
_KNOWN_FORMS = {"code": "[0-9]{1,8}", "alias": "[A-Z]-[0-9]{4,9}", "cell": CELL}
"""Kind of text -> what it may be, to be shown as it is."""
_SMALL = 2_048
"""Rows that are read faster than a pattern is compiled: one vector of DuckDB."""
_WITH_NUMBERS = frozenset({"id", "prose", "path", *_KNOWN_FORMS})
"""Kinds of text that are shown as they are, but for what could be a number in them."""
_COLUMNS = (
    "SELECT table_name, column_name, data_type FROM duckdb_columns()"
    f" WHERE database_name = '{CATALOG}' AND NOT internal ORDER BY table_name, column_index"
)


def snapshot_path(database: Path) -> Path:
    """The path of the snapshot of a case's database: `case.snapshot.duckdb` beside `case.duckdb`."""
    return database.with_name(f"{database.stem}.snapshot{database.suffix}")


def write_snapshot(store: Store, database: Path, book: Rulebook) -> Path:
    """Make the snapshot of the case that `store` holds open. The old one is deleted first, so that figures of
    two runs are never mixed.

    Each column is shown as `book` and `sql/schema` declare it; one that declares no privacy is withheld.

    ResourceError when the disk is full; there is then no snapshot.
    """
    path = snapshot_path(database)
    key = key_of(database.parent)
    path.unlink(missing_ok=True)
    public = vocabulary().tables
    declared = {step.relation: step.declared for step in book.model} | {
        name: table.columns for name, table in tables().items()
    }
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in store.query(_COLUMNS, name="columns of the case"):
        columns.setdefault(table, []).append((column, kind))
    sizes = _sizes(store, [table for table in columns if table in public])
    texts = {
        table: [
            column
            for column, kind in columns[table]
            if kind == "VARCHAR" and column in declared[table]
            if declared[table][column].kind in _WITH_NUMBERS
        ]
        for table in sizes
    }
    numbered = _with_digits(store, texts, sizes)
    with store.aside(path) as aside:
        # Copying the whole schema copies its comments too. To write hundreds of them again would take longer
        # than everything else.
        store.execute(f"COPY FROM DATABASE {CATALOG} TO {aside} (SCHEMA)", name="schema of the snapshot")
        for table, given in columns.items():
            if table not in public:
                store.execute(f"DROP TABLE {aside}.{identifier(table)}", name=f"snapshot without {table}")
            elif table in sizes:
                select = _select(table, given, declared[table], numbered[table])
                # The key is a value, never a part of the statement. A table without hidden columns needs no
                # key.
                values = {"key": key} if "$key" in select else None
                store.execute(
                    f"INSERT INTO {aside}.{identifier(table)} {select}", values, name=f"snapshot of {table}"
                )
    return path


def tokens_of(folder: Path, texts: Sequence[str]) -> list[str]:
    """Every token that one of `texts` (E.164, number as logged, IMSI, IMEI or another id) may have in the
    snapshot."""
    key = key_of(state_path(folder))
    found = []
    for text in texts:
        digits = text.translate(str.maketrans("", "", " -"))
        found += [
            _token(key, "tel", text),
            _token(key, "imsi", digits),
            _token(key, "imei", digits[:14]),
            _token(key, "id", text),
        ]
    return found


def named_path(path: str, key: str) -> str:
    """A path as a kept run names it: itself, or without the numbers in it and with a token, so that two files
    stay two."""
    shown = path_without_numbers(path)
    return path if shown == path else f"{shown} ({_token(key, 'id', path)})"


def _token(key: str, prefix: str, text: str) -> str:
    return f"{prefix}:{hashlib.sha256(f'{key}{prefix}{text}'.encode()).hexdigest()[:_DIGITS]}"


def key_of(state: Path, say: Callable[[str], object] | None = None) -> str:
    """The key in a state folder, readable by its owner only; made when there is none.

    With a key that a stranger knows, every number can be guessed. So one that is not 32 hex digits, belongs
    to somebody else or is open to others is not used: with `say`, a new one takes its place, and `say` gets a
    line about it; else UsageError.
    """
    path = state / KEY
    try:
        content = read_private(path)
        if _KEY.fullmatch(content):
            return content.decode("ascii").strip()
        why = "it is not 32 hex digits"
    except FileNotFoundError:
        why = ""
    except OSError as error:
        why = "it is a link" if path.is_symlink() else error.strerror or str(error)
    if why and say is None:
        raise UsageError(
            f"{path} is not the case's key: {why}",
            hint="`auditor run` makes a new one; tokens that were noted down before then match nothing",
        )
    if why and say is not None:
        say(f"note: {path} is not the case's key: {why}. A new key is made, and all tokens are new")
    key = secrets.token_hex(16)
    try:
        write_private(path, f"{key}\n".encode())
    except IsADirectoryError as error:
        raise UsageError(
            f"{path} is a folder, and the case's key is kept there", hint="move it away"
        ) from error
    return key


def _sizes(store: Store, names: Iterable[str]) -> dict[str, int]:
    """Table -> rows, of those that have any. Most are empty, and to plan the masking of one that is takes
    longer than to see that."""
    counts = (f"SELECT '{quoted(name)}', COUNT(*) FROM {identifier(name)}" for name in names)
    found = store.query(" UNION ALL ".join(counts), name="rows of the tables")
    return {name: rows for name, rows in found if rows}


def _with_digits(
    store: Store, texts: Mapping[str, Sequence[str]], sizes: Mapping[str, int]
) -> dict[str, dict[str, bool]]:
    """Table -> its columns in which a text has the seven digits of a number, of those given, each with
    whether all such texts are known to be ASCII.

    The patterns of numbers are large, those of all scripts above all, and a statement takes longer to compile
    each of them than to read a thousand rows. In most columns no text has so many digits. Small tables are
    asked by one pattern for all; of a large one the first text that has them is enough.
    """
    found: dict[str, dict[str, bool]] = {table: {} for table in texts}
    small = {table: names for table, names in texts.items() if sizes[table] <= _SMALL}
    named = " UNION ALL ".join(
        f"SELECT '{quoted(table)}' AS of_table, '{quoted(name)}' AS of_column, {identifier(name)} AS text"
        f" FROM {identifier(table)}"
        for table, names in small.items()
        for name in names
    )
    asked = [
        f"SELECT '{quoted(table)}', '{quoted(name)}', FALSE WHERE EXISTS (SELECT 1 FROM {identifier(table)}"
        f" WHERE {_has_digits(identifier(name))})"
        for table in texts
        if table not in small
        for name in texts[table]
    ]
    if named:
        asked.append(
            f"SELECT of_table, of_column, BOOL_AND(STRLEN(text) = LENGTH(text)) FROM ({named})"
            f" WHERE {_has_digits('text')} GROUP BY ALL"
        )
    rows = store.query(" UNION ALL ".join(asked), name="columns with digits") if asked else ()
    for table, name, in_ascii in rows:
        found[table][name] = in_ascii
    return found


def _has_digits(text: str) -> str:
    """SQL for whether a text has the seven digits of a number. In ASCII, as nearly all are, a search will
    do."""
    return (
        f"CASE WHEN STRLEN({text}) < 7 THEN FALSE WHEN STRLEN({text}) = LENGTH({text}) THEN"
        f" REGEXP_MATCHES({text}, '(?:[0-9][^0-9]*){{7}}') ELSE"
        f" LENGTH(REGEXP_REPLACE({text}, '\\P{{Nd}}+', '', 'g')) >= 7 END"
    )


def _select(
    table: str,
    columns: Sequence[tuple[str, str]],
    declared: Mapping[str, Column],
    numbered: Mapping[str, bool],
) -> str:
    listed, joins = [], []
    for column, kind in columns:
        treatment = declared[column].kind if column in declared else "withheld"
        if treatment in _WITH_NUMBERS and kind == "VARCHAR" and column not in numbered:
            treatment = "plain"
        source = f"t.{identifier(column)}"
        if kind != "VARCHAR":
            shown = _figure(treatment, source, kind)
        elif treatment == "number":
            alias = identifier(f"n_{column}")
            joins.append(f" LEFT JOIN number AS {alias} ON {alias}.number_text = {source}")
            shown = (
                f"CASE WHEN {alias}.reading = 'withheld' THEN {source} ELSE"
                f" {_hash('tel', f'COALESCE({alias}.e164, {source})')} END"
            )
        else:
            shown = _shown(treatment, source, in_ascii=numbered.get(column, False))
        listed.append(f"{shown} AS {identifier(column)}")
    return f"SELECT {', '.join(listed)} FROM {identifier(table)} AS t{''.join(joins)}"


def _figure(treatment: str, source: str, kind: str) -> str:
    """SQL for a time, figure or truth value as the snapshot shows it: itself, or null."""
    if treatment in ("id", "cell"):
        return f"CASE WHEN ABS({source}) < {_LARGE} THEN {source} END"
    return source if treatment in ("plain", "code", "record") else f"CAST(NULL AS {kind})"


def _shown(treatment: str, text: str, *, in_ascii: bool = False) -> str:
    """SQL for a text as the snapshot shows it; null stays null. `in_ascii`: no text with a number has other
    characters, so the patterns of all scripts need not be compiled."""
    if treatment in ("plain", "record"):
        return text
    if treatment in _KNOWN_FORMS:
        return (
            f"CASE WHEN REGEXP_FULL_MATCH({text}, '{quoted(_KNOWN_FORMS[treatment])}') THEN {text}"
            f" ELSE {_shown('id', text, in_ascii=in_ascii)} END"
        )
    if treatment == "caller":
        return (
            f"CASE WHEN STARTS_WITH({text}, '+') THEN {_hash('tel', text)}"
            f" WHEN STARTS_WITH({text}, 'imsi:') THEN {_hash('imsi', f'SUBSTR({text}, 6)')}"
            f" WHEN STARTS_WITH({text}, 'imei:') THEN {_hash('imei', f'SUBSTR({text}, 6)')}"
            f" WHEN STARTS_WITH({text}, 'record:') THEN {text}"
            f" ELSE {_hash('id', text)} END"
        )
    if treatment == "imsi":
        return _hash("imsi", f"TRANSLATE({text}, ' -', '')")
    if treatment == "imei":
        return _hash("imei", f"LEFT(TRANSLATE({text}, ' -', ''), 14)")
    if treatment == "id":
        return f"CASE WHEN {_has_number(text, in_ascii)} THEN {_hash('id', text)} ELSE {text} END"
    if treatment in ("account", "person"):
        return _hash(treatment, text)
    if treatment in ("prose", "path"):
        # Where there is a number, dates are masked too: digits beside a number may be part of it.
        number = _COULD_BE_NUMBER_IN_ASCII if in_ascii else _COULD_BE_NUMBER
        return (
            f"CASE WHEN {_has_number(text, in_ascii)}"
            f" THEN REGEXP_REPLACE({text}, '{number}', '•••••', 'g')"
            f" ELSE {text} END"
        )
    if treatment == "shape":
        return f"REGEXP_REPLACE(REGEXP_REPLACE({text}, '\\p{{Nd}}', '9', 'g'), '\\pL', 'x', 'g')"
    return f"CASE WHEN {text} IS NOT NULL THEN 'withheld' END"


def _has_number(text: str, in_ascii: bool) -> str:
    """SQL for whether digits of a text could be a number. Dates and other digits that never are a number do
    not count. A CASE, because an AND would ask the second of every text, and most have no seven digits."""
    without = f"REGEXP_REPLACE({text}, '{_NO_NUMBER}', '\\1|\\2\\3', 'g')"
    of_ascii, of_any = (
        f"CASE WHEN NOT REGEXP_MATCHES({text}, '{number}') THEN FALSE ELSE REGEXP_MATCHES({without},"
        f" '{number}') END"
        for number in (_COULD_BE_NUMBER_IN_ASCII, _COULD_BE_NUMBER)
    )
    others = "" if in_ascii else f" WHEN STRLEN({text}) <> LENGTH({text}) THEN {of_any}"
    return f"CASE WHEN STRLEN({text}) < 7 THEN FALSE{others} ELSE {of_ascii} END"


def _hash(prefix: str, text: str) -> str:
    return f"'{prefix}:' || LEFT(SHA256($key || '{prefix}' || {text}), {_DIGITS})"


CALLER_TOKEN = _shown("caller", "t.caller_id")
"""SQL for the token of a caller's id, with the parameter `key`."""
