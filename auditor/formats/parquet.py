"""Parquet files by rows: DuckDB reads them, and only the rows that are asked for."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache

from auditor.containers.buffer import Buffer
from auditor.containers.member import Damage, Member
from auditor.formats.layout import Detection, Layout, key, shipped, with_header
from auditor.formats.reader import UNREAD, Asked, Opened, Relation, csv_line
from auditor.store import Row, Store, identifier, open_memory, quoted

KIND = "parquet"
_SAMPLE_ROWS = 100
_BYTES = "BLOB"
_JSON = "JSON"
_CONTROL = r"[^\P{Cc}\t\r\n]"
"""A sign that no text holds, as a regular expression of DuckDB."""
_EXACT = {"DOUBLE": 2**53, "FLOAT": 2**24}
"""Below it a number of that type is the one that was written: it holds each whole number to there."""

_ROUNDED = {"DOUBLE": "'%.15e'", "FLOAT": "'%.6e'"}
"""How a larger one is written, as SQL: with the digits that can be relied on."""


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """A file that starts with Parquet's mark; its columns are found when it is opened."""
    if not head.startswith(b"PAR1"):
        return None
    return Detection(layouts()[0], 1.0, "it starts with Parquet's mark PAR1")


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Its rows as a relation. Damage or EvidenceError when its footer cannot be read, or a column is
    missing."""
    file = _File(member)
    try:
        detection = with_header(
            found,
            file.names,
            asked.role,
            asked.columns,
            where=member.name,
            filled=asked.filled,
        )
        named = set(detection.layout.columns.values())
        named |= {name for name in detection.header if asked.narrow and key(name) == key(asked.narrow)}
        kinds = zip(detection.header, file.types, strict=True)
        marked = [(name, own, kind) for name, (own, kind) in kinds if name in named and _may_be_marked(kind)]
        file.nested = tuple(own for _, own, _ in marked)
        coded = tuple(name for name, _, kind in marked if kind.startswith(_BYTES))
        detection = replace(detection, nested=tuple(name for name, _, _ in marked), coded=coded)
        rows = Relation(file.count, file.texts, file.only, file.row)
        header = csv_line(detection.header).decode()
        return Opened(detection, rows, header, file.sample(), close=file.close)
    except BaseException:
        file.close()
        raise


@cache
def _footers() -> Store:
    """Where footers and single rows are read: to open a place for each file would cost more than that."""
    return open_memory()


class _File:
    """A Parquet file that DuckDB can read by a path."""

    def __init__(self, member: Member) -> None:
        self.nested: tuple[str, ...] = ()
        """Columns of lists, objects or bytes of which one value is wanted."""
        self._buffer: Buffer | None = None
        self._descriptor: int | None = None
        # A path may hold characters that DuckDB takes for a pattern; an open file's own path never does.
        if member.is_plain and os.path.isdir("/proc/self/fd"):
            self._descriptor = os.open(member.path, os.O_RDONLY)
            self._path = f"/proc/self/fd/{self._descriptor}"
        else:
            self._buffer = Buffer()
            self._path = self._buffer.spool(member.blocks())
        try:
            store = _footers()
            self.count: int = store.value(
                f"SELECT num_rows FROM parquet_file_metadata('{self._path}')", name="footer of a Parquet file"
            )
            self.types = store.columns(f"SELECT * FROM {self._reader}", name="columns of a Parquet file")
            """Its columns in order, as DuckDB calls them (of two names that differ in case alone it changes
            one), with their types."""
            schema = store.query(
                f"SELECT name, num_children FROM parquet_schema('{self._path}')",
                name="columns of a Parquet file",
            )
            self.names = _outer(schema)
            """The same columns as the file calls them."""
            if len(self.names) != len(self.types):
                raise Damage("columns", "its footer names other columns than it holds", path=member.name)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        if self._buffer is not None:
            self._buffer.close()
        self._descriptor = self._buffer = None

    def sample(self) -> bytes:
        """The first rows as text."""
        first = _footers().query(
            f"SELECT * EXCLUDE n FROM ({self.texts}) WHERE n <= {_SAMPLE_ROWS}",
            name="first rows of a Parquet file",
        )
        return "\n".join(",".join(filter(None, row)) for row in first).encode()

    def row(self, number: int) -> str:
        """The values of row `number` (from 1) as a line of CSV."""
        (row,) = _footers().query(
            f"SELECT * EXCLUDE n FROM ({self.texts}) WHERE n = $n",
            {"n": number},
            name="row of a Parquet file",
        )
        return csv_line([(value or "").removeprefix(UNREAD) for value in row]).decode()

    def only(self, numbers: str) -> str:
        """The rows whose numbers are in a table: the others are not even unpacked."""
        return f"{self.texts} WHERE file_row_number IN (SELECT n - 1 FROM {numbers})"

    @property
    def texts(self) -> str:
        """Every row with its number from 1 and its columns as texts; whole numbers without a fraction, as
        they would be logged."""
        texts = [
            (_as_one_text if name in self.nested else _as_text)(identifier(name), kind)
            for name, kind in self.types
        ]
        columns = ", ".join(f"{text} AS c{i}" for i, text in enumerate(texts))
        numbered = self._reader.replace("hive_partitioning", "file_row_number = true, hive_partitioning")
        return f"SELECT file_row_number + 1 AS n, {columns} FROM {numbered}"

    @property
    def _reader(self) -> str:
        return f"read_parquet('{self._path}', hive_partitioning = false, union_by_name = false)"


def _outer(schema: list[Row]) -> list[str]:
    """The names of the columns, without what is inside them: in the footer each is followed by its parts."""
    names: list[str] = []
    inside = 0
    for name, children in schema[1:]:
        if not inside:
            names.append(name)
        inside += (children or 0) - bool(inside)
    return names


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(("STRUCT(", "MAP(", "UNION("))


def _may_be_marked(kind: str) -> bool:
    return _is_nested(kind) or kind in (_JSON, _BYTES)


def _as_one_text(column: str, kind: str) -> str:
    """The text of a list, an object or bytes, as of the same in JSON (`json_text` in `sql/schema`): a list of
    one plain value is that value, one without any is none. What is no one value is marked."""
    if kind == _BYTES:
        return _of_bytes(column, f"'{quoted(UNREAD)}'")
    if kind == _JSON:
        return _of_json(column)
    marked = f"'{quoted(UNREAD)}' || nullif(CAST(to_json({column}) AS VARCHAR), '{{}}')"
    cases = f"WHEN {column} IS NULL THEN NULL"
    if kind.endswith("]"):
        inner = kind[: kind.rindex("[")]
        one = marked
        if not _is_nested(inner):
            one = (_as_one_text if _may_be_marked(inner) else _as_text)(f"{column}[1]", inner)
        cases += f" WHEN len({column}::{inner}[]) = 0 THEN NULL WHEN len({column}::{inner}[]) = 1 THEN {one}"
    return f"CASE {cases} ELSE {marked} END"


def _of_json(column: str) -> str:
    """The text of a value that is written as JSON; what is no JSON is a text."""
    text = f"CAST({column} AS VARCHAR)"
    whole = f"json_extract_string({column}, '$')"
    marked = f"'{quoted(UNREAD)}' || nullif({whole}, '{{}}')"
    one = f"nullif(json_extract_string({column}, '$[0]'), '')"
    return (
        f"CASE WHEN {column} IS NULL THEN NULL WHEN NOT json_valid({text}) THEN nullif({text}, '')"
        f" WHEN json_type({column}) = 'OBJECT' THEN {marked}"
        f" WHEN json_type({column}) <> 'ARRAY' THEN nullif({whole}, '')"
        f" WHEN json_array_length({column}) = 0 THEN NULL"
        f" WHEN json_array_length({column}) = 1 AND json_type({column}, '$[0]') NOT IN ('ARRAY', 'OBJECT')"
        f" THEN {one} ELSE {marked} END"
    )


def _of_bytes(column: str, mark: str = "''") -> str:
    """The text that bytes say in UTF-8, without the zeros that fill a column up; of others the hexadecimal
    digits behind `mark`, which is SQL."""
    said = f"try(decode(unhex(regexp_replace(hex({column}), '^((?:..)*?)(?:00)*$', '\\1'))))"
    is_text = f"coalesce(NOT regexp_matches(t, '{quoted(_CONTROL)}'), false)"
    digits = f"{mark} || '0x' || lower(hex({column}))"
    # A list of one, so that the text is made once.
    return f"list_transform([{said}], lambda t: CASE WHEN {is_text} THEN nullif(t, '') ELSE {digits} END)[1]"


def _as_text(column: str, kind: str) -> str:
    text = f"CAST({column} AS VARCHAR)"
    if exact := _EXACT.get(kind):
        # Of a larger one digits were lost. As a whole number it would be taken for another id or time.
        text = (
            f"CASE WHEN isnan({column}) OR isinf({column}) THEN {text}"
            f" WHEN abs({column}) >= {exact} THEN printf({_ROUNDED[kind]}, CAST({column} AS DOUBLE))"
            f" WHEN {column} = trunc({column}) THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
        )
    elif kind == _BYTES:
        text = _of_bytes(column)
    elif kind.startswith("DECIMAL"):
        text = f"regexp_replace({text}, '[.]0+$', '')"
    return f"nullif({text}, '')"
