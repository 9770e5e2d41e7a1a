"""The SELECTs that read one file: what every record is asked, and how those that are kept become typed rows.

Text facts come in, by column name; every reader is a macro of `sql/schema`. Nothing here decides what a value
means.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from auditor.case import Source
from auditor.formats.layout import Detection
from auditor.formats.reader import UNREAD, Dialect
from auditor.ingest.dialling import Dialling
from auditor.ingest.ledger.sequence import MODULUS
from auditor.ingest.schema import Table, table_of
from auditor.ingest.sql import timekey
from auditor.ingest.sql.answers import is_answered
from auditor.ingest.sql.called import kind_of_record, near_miss, number_as_given, unread
from auditor.ingest.sql.keys import around, key_set, wanted
from auditor.ingest.sql.literals import text_list
from auditor.ingest.sql.narrowing import is_counted, unknown
from auditor.ingest.sql.texts import NO_TEXT, Texts
from auditor.ingest.sql.values import time_formats, time_of, value_of, zone_of
from auditor.ingest.text.split import MAX_LINE_BYTES
from auditor.ingest.text.strays import stray_pattern
from auditor.store import identifier, quoted

LINE_DELIMITER = b"\x1f"
"""Lies between a record's number and its line where the line is not cut into fields (JSON); no JSON text
holds it raw."""
FILE_BITS = 40
"""A record's number takes so many bits of the number by which it is typed; the number of its file is above
them."""
_FILE_NO = f"record_no >> {FILE_BITS} AS file_no"
_RECORD_NO = f"record_no & {(1 << FILE_BITS) - 1} AS record_no"
_KINDS = "IN (1, 3)"
"""The kinds of records that go on to be typed: of those that cannot be known it is said there."""
_PROFILED = ("network", "element", "started_at", "answered_at", "dialled")


@dataclass(frozen=True, slots=True)
class Projection:
    """How one file becomes rows of its role's table."""

    texts: Texts
    dialect: Dialect
    dialling: Dialling
    zone: str = ""
    """How most times of the file end (`Z`, `+11:00`), as its first lines show; "" where they have no zone."""

    @property
    def table(self) -> Table:
        """The table of the file's role."""
        return self.texts.table

    def lines(self, *paths: str, is_numbered: bool) -> str:
        """A table function that reads clean lines, those of each path in a thread: columns `n` (the record's
        number, where numbered) and `c0`, `c1` ..."""
        dialect = self.dialect
        columns = [f"'c{i}': 'VARCHAR'" for i in range(dialect.width)]
        if is_numbered:
            columns.insert(0, "'n': 'BIGINT'")
        delimiter, quote = (
            quoted((mark or default).decode())
            for mark, default in ((dialect.delimiter, LINE_DELIMITER), (dialect.quote, b""))
        )
        return (
            f"read_csv({text_list(paths)}, columns = {{{', '.join(columns)}}}, header = false, delim ="
            f" '{delimiter}', quote = '{quote}', escape = '{quote}', auto_detect = false, strict_mode = true,"
            " null_padding = false, hive_partitioning = false, parallel = false, max_line_size ="
            f" {2 * MAX_LINE_BYTES}, buffer_size = {24 * MAX_LINE_BYTES})"
        )

    def among(self, keys: Collection[str]) -> Projection:
        """How JSON objects become rows that have, of the keys asked for, none but these."""
        columns = self.texts.asked
        objects = tuple(around(keys, columns))
        return replace(self, texts=replace(self.texts, keys=wanted(keys, columns), objects=objects, asked={}))

    def spelled(self, keys: Collection[str]) -> Projection:
        """How JSON objects become rows whose columns are taken from these keys too."""
        if not keys:
            return self
        return replace(self, texts=replace(self.texts, spellings=frozenset(keys), asked={}))

    def flat(self) -> Projection:
        """How JSON objects become rows of which no value is a list or an object: that takes less time."""
        return replace(self, texts=replace(self.texts, is_flat=True, asked={}))

    def columns_of(self, relation: str) -> Collection[str]:
        """The keys of JSON objects that columns are taken from, as the columns are named."""
        self.parsed(relation)
        return self.texts.asked.keys()

    def key_sets(self, relation: str) -> str:
        """The keys of JSON objects, as a JSON list, each list once."""
        return f"SELECT DISTINCT {key_set(self.texts.objects)} FROM {self.texts.opened(relation, '')}"

    def profile(
        self, relation: str, *, repeats_keys: bool = False, with_values: bool = False, by: str = ""
    ) -> str:
        """One row a look ($1, and the value of a column `by` added, where one is given), network, element,
        time key (for `hours`) and kind: counts, sequence, and the numbers of the lines to keep; the columns
        of a table of groups.

        `relation` gives `n` and the file's columns. `places` is a list of n: those to keep; `misses` counts
        the records that almost dialled an emergency number. It is planned once a piece, so it holds nothing
        that takes long to plan; what can be asked of a group is not asked of each record. `repeats_keys`:
        whether a JSON object may have a key twice. To ask that of each would cost more than all the rest, so
        the `key_set`, its keys as a JSON list, is to be asked instead. `with_values`: two columns more,
        `sequences` and `numbers`, lists of the sequence and the n of each record that has a sequence.
        """
        text = {name: self.texts.of(name) for name in _PROFILED} | {"dialled": number_as_given(self.texts)}
        tests = self._tests(repeats_keys)
        fields = f"""SELECT *, {text["network"]} AS network, {text["element"]} AS element,
            {self._time_key(text["started_at"])} AS time_key, {is_answered(self.texts)} AS is_answered,
            {self._kind} AS kind, try_cast({self._counter} AS BIGINT) AS sequence,
            {text["dialled"]} AS dialled, {text["started_at"]} AS started_at"""
        asks_keys = self.texts.is_json and not repeats_keys
        keys = key_set(self.texts.objects) if asks_keys else NO_TEXT
        values = (
            """, list(sequence) FILTER (sequence IS NOT NULL) AS sequences,
                    list(n) FILTER (sequence IS NOT NULL) AS numbers"""
            if with_values
            else ""
        )
        is_emergency = " AND ".join(tests)
        kept = f"NOT is_line OR {is_emergency}" if self.texts.is_json else is_emergency
        also = f", {by}" if by else ""
        return f"""
            SELECT {f"$1 + {by}" if by else "$1"} AS look, {self.texts.filled("network")} AS network,
                {self.texts.filled("element")} AS element, * EXCLUDE (network, element{also})
            FROM (
                SELECT network, element, time_key, {is_emergency} AS is_emergency, is_answered, count(*) AS
                    records,
                    {"count(*) FILTER (is_candidate AND NOT is_narrow)" if "is_narrow" in tests else "0"} AS
                        narrowed,
                    min(sequence) AS sequence_min, max(sequence) AS sequence_max, count(sequence) AS
                        sequence_count,
                    sum(sequence) AS sequence_sum, sum((sequence % {MODULUS}) * (sequence % {MODULUS})) AS
                        sequence_squares,
                    bit_or(block_of_sequence(sequence)) AS sequence_blocks,
                    list(n) FILTER ({kept}) AS places,
                    bool_or(keeps_zero(dialled)) AS has_leading_zero,
                    {"is_line" if self.texts.is_json else "true"} AS is_line, {self._words("started_at")} AS
                        headers,
                    count(*) FILTER (kind = 2) AS misses, key_set{also}{values}
                FROM (
                    SELECT *, {", ".join(f"{test} AS {name}" for name, test in tests.items())},
                        {keys} AS key_set
                    FROM ({fields} FROM {self.texts.opened(relation, fields + str(tests))})
                )
                GROUP BY network, element, time_key, is_emergency, is_answered, key_set{also}
                    {", is_line" if self.texts.is_json else ""}
            )"""

    def _tests(self, repeats_keys: bool) -> dict[str, str]:
        """What a record must pass to be kept, by the name of each test."""
        tests = {"is_candidate": f"kind {_KINDS}"}
        if self.texts.source.emergency_only_when:
            # Asked of few: of what would be kept.
            tests["is_narrow"] = (
                f"CASE WHEN {tests['is_candidate']} THEN {is_counted(self.texts)} ELSE false END"
            )
        if self.texts.is_json:
            again = self.texts.has_key_again
            tests["is_line"] = f"is_object AND NOT ({again})" if again else "is_object"
            if repeats_keys:
                tests["is_line"] = f"{self.texts.fault} IS NULL"
        return tests

    def near_misses(self, relation: str, by: str = "") -> str:
        """The texts that almost dialled an emergency number, and the n of their lines; for each value of a
        column `by` (last), where one is given."""
        text = f"stripped(bare_number({near_miss(self.texts, self.dialling)}))"
        is_miss = f"{self._kind} = 2"
        opened = self.texts.opened(relation, text + is_miss)
        also, group = (f", {by}", f"1, {by}") if by else ("", "1")
        return f"SELECT {text}, list(n){also} FROM {opened} WHERE {is_miss} GROUP BY {group}"

    def hours(self) -> str:
        """The UTC hour of each of the texts `$keys`, which are time keys of the profile."""
        time = (
            time_of(self.texts, "k")
            if time_formats(self.texts)
            else f"read_iso_time({timekey.as_time('k', self.zone)}, {zone_of(self.texts)})"
        )
        return f"SELECT k, date_trunc('hour', ({time}).value) FROM (SELECT unnest($keys::VARCHAR[]) AS k)"

    @property
    def is_kept(self) -> str:
        """Whether a line of an attempts file goes on to be typed."""
        return f"({self._kind}) {_KINDS} AND {is_counted(self.texts)}"

    @property
    def _kind(self) -> str:
        return kind_of_record(self.texts, self.dialling)

    @property
    def _unread(self) -> dict[str, str]:
        return unread(self.texts, self.dialling)

    @property
    def _counter(self) -> str:
        """The text of a record's number; null where it lost digits (1.7E+07), or where the source keeps some
        rows only, since the numbers of the others are not missing."""
        text = self.texts.of("sequence")
        if text == NO_TEXT or self.texts.source.keep is not None:
            return NO_TEXT
        return f"CASE WHEN contains({text}, 'E') OR contains({text}, 'e') THEN NULL ELSE {text} END"

    def parsed(self, relation: str) -> str:
        """One row a record: record_no, fault (of the line as a whole), unknown (see `narrowing`), extra, a
        struct {text, value, reason} of each canonical column, and why, the column, value and reason of a
        record that is not taken.

        Columns that are read in one way are read by one expression over a list of their texts: planning it
        once a column would cost more than running it.
        """
        names = [name for name in self.table.canonical if name in self.texts]
        text_of = {name: f"given[{place}]" for place, name in enumerate(names, 1)}
        alike: dict[str, list[str]] = {}
        for name in names:
            alike.setdefault(self._reader(name), []).append(name)
        lists: list[str] = []
        reading_of: dict[str, str] = {}
        for number, (reader, columns) in enumerate(alike.items()):
            texts = ", ".join(text_of[name] for name in columns)
            lists.append(f"list_transform([{texts}], lambda t: {reader}) AS readings_{number}")
            reading_of |= {name: f"readings_{number}[{place}]" for place, name in enumerate(columns, 1)}
        shown = f"ltrim({{}}, '{UNREAD}')" if self.texts.may_be_lists else "{}"
        fields = [
            f"struct_insert({reading_of[name]}, text := {shown.format(text_of[name])}) AS {identifier(name)}"
            for name in names
        ]
        given = f"list_transform([{', '.join(map(self.texts.of, names))}], lambda t: given(t))"
        fault = self.texts.fault
        opened = self.texts.opened(relation, given + self.texts.extra + fault + unknown(self.texts))
        return f"""
            SELECT *, {self._why} AS why
            FROM (
                SELECT n AS record_no, {fault} AS fault, {unknown(self.texts)} AS unknown,
                    {self.texts.extra} AS extra, {", ".join(fields)}
                FROM (SELECT *, {", ".join(lists)} FROM (SELECT *, {given} AS given FROM {opened}))
            )"""

    def _reader(self, name: str) -> str:
        """What reads the text `t` of a canonical column: a struct {value, reason}."""
        if self.texts.detection.coded and name in self.table.ids:
            # An id is compared and not read: the digits of its bytes are as good as a text.
            digits = f"CASE WHEN starts_with(t, '{quoted(UNREAD)}0x') THEN substr(t, 2) ELSE t END"
            return f"one_value({value_of(self.texts, name, digits)}, {digits})"
        is_time = self.table.types[self.table.canonical[name]] == "TIMESTAMP"
        reader = time_of(self.texts, "t") if is_time else value_of(self.texts, name, "t")
        return f"one_value({reader}, t)" if self.texts.may_be_lists else reader

    def staged(self, relation: str) -> str:
        """The typed rows, without record_id: the columns of the table from file_no on."""
        values = [_FILE_NO, _RECORD_NO]
        for column in list(self.table.types)[3:]:
            name = column.removesuffix("_utc")
            if column == "extra":
                values.append(column)
            elif column == "log":
                values.append(f"coalesce({self._typed('centre')}, 'centre') AS log")
            elif column == "released_at_utc" and "duration_s" in self.table.canonical:
                named = ("released_at", "started_at", "duration_s", "answered_at", "talk_s")
                values.append(f"released_after({', '.join(map(self._typed, named))}) AS {column}")
            else:
                values.append(f"{self._typed(name)} AS {column}")
        return f"SELECT {', '.join(values)} FROM {relation} WHERE why IS NULL"

    def rejected(self, relation: str) -> str:
        """record_no (with the number of the file in it), column_name, value, reason of the records that are
        not taken."""
        listed = "SELECT record_no, why.c, why.v, why.r"
        return f"{listed} FROM {relation} WHERE why IS NOT NULL ORDER BY record_no"

    @property
    def _why(self) -> str:
        """Why a record is not taken; null if it is."""
        cases = ["WHEN fault IS NOT NULL THEN {'c': NULL, 'v': NULL, 'r': fault}"]
        if self.texts.source.emergency_only_when:
            cases.append("WHEN unknown IS NOT NULL THEN unknown")
        cases += [
            f"WHEN {is_unread} THEN {{'c': '{name}', 'v': {name}.text, 'r': {name}.reason}}"
            for name, is_unread in self._unread.items()
        ]
        for name in self.table.required:
            field = identifier(name)
            if name not in self.texts:
                cases.append(f"ELSE {{'c': '{name}', 'v': NULL, 'r': 'missing'}}")
                break
            cases.append(
                f"WHEN {field}.value IS NULL THEN {{'c': '{name}', 'v': {field}.text, 'r':"
                f" coalesce({field}.reason, 'missing')}}"
            )
        return f"CASE {' '.join(cases)} END"

    def unreadable(self, relation: str) -> str:
        """file_no, record_no, column_name, value, reason of values that became null or are in doubt, in
        records that were taken."""
        items = [
            f"{{'c': '{name}', 'v': {identifier(name)}.text, 'r': {identifier(name)}.reason}}"
            for name in self.table.canonical
            if name in self.texts
        ]
        inner = f"SELECT record_no, unnest([{', '.join(items)}]) AS u FROM {relation} WHERE why IS NULL"
        return (
            f"SELECT {_FILE_NO}, {_RECORD_NO}, u.c, u.v, u.r FROM ({inner}) WHERE u.r IS NOT NULL"
            " ORDER BY record_no, u.c"
        )

    def kept(self, relation: str) -> str:
        """Every column of the file under its own name, as text, after the record's number."""
        names = ["line"] if self.texts.is_json else list(self.texts.detection.header)
        texts = ["c0"] if self.texts.is_json else [self.texts.field(name) for name in names]
        unmarked = [
            f"ltrim({text}, '{UNREAD}')" if name in self.texts.detection.nested else text
            for name, text in zip(names, texts, strict=True)
        ]
        columns = [f"{text} AS {identifier(name)}" for name, text in zip(names, unmarked, strict=True)]
        return (
            f"SELECT n AS {identifier('record_no' if 'record_no' not in names else 'record_no_')},"
            f" {', '.join(columns)} FROM {relation}"
        )

    def counted(self, relation: str, by: str = "") -> str:
        """The number of lines, and how many of them may be the header again, or a line of type names; for
        each value of a column `by`, where one is given."""
        name = self.table.required[0]
        repeats = f"count(*) FILTER ({self._is_header(self.texts.of(name))})" if name in self.texts else "0"
        also, group = (f", {by}", f" GROUP BY {by}") if by else ("", "")
        return f"SELECT count(*), {repeats}{also} FROM {self.texts.opened(relation, repeats)}{group}"

    def strays(self, relation: str, by: str = "") -> str:
        """How many lines may be the header again, or a line of type names; for each value of a column `by`
        (last) that has some, where one is given."""
        text = self.texts.of(self.table.required[0])
        also, group = (f", {by}", f" GROUP BY {by}") if by else ("", "")
        opened = self.texts.opened(relation, text)
        return f"SELECT count(*){also} FROM {opened} WHERE {self._is_header(text)}{group}"

    def _words(self, text: str) -> str:
        """How many texts begin with no digit: cheap, and only where there are any it is asked whether they
        are a header."""
        return f"count(*) FILTER ({text} < '0' OR {text} >= 'A')" if self.dialect.header else "0"

    def _is_header(self, text: str) -> str:
        """Whether the `text` of the first required column may be that column's name again, or the name of a
        type."""
        required = self.table.required[0]
        parts = " ".join(self.texts.parts_of(required))
        column = parts or self.texts.detection.layout.columns.get(required)
        if not self.dialect.header or not column:
            return "false"
        pattern = stray_pattern(column, self.texts.detection.header)
        # A first look, because most texts are times: those that begin with a digit.
        return f"({text} < '0' OR {text} >= 'A') AND regexp_matches({text}, '{quoted(pattern)}')"

    def _typed(self, name: str) -> str:
        value = f"{identifier(name)}.value" if name in self.texts else "NULL"
        given = getattr(self.texts.source, name, None) if name in ("network", "element", "centre") else None
        return f"coalesce({value}, '{quoted(given)}')" if given else value

    def _time_key(self, started: str) -> str:
        if formats := time_formats(self.texts):
            read = f"CAST(date_trunc('minute', ({time_of(self.texts, started)}).value) AS VARCHAR) || 'Z'"
            return timekey.key_of_formats(started, formats, read)
        return timekey.key_of(started, self.zone)


def project(
    detection: Detection, source: Source, dialect: Dialect, dialling: Dialling, head: bytes = b""
) -> Projection:
    """How the file that `detection` describes, and that starts with `head`, is read for `source`: equal for
    files that are read in the same way."""
    form = replace(detection, head=b"", why="", confidence=0.0)
    texts = Texts(table_of(source.role), form, source, dialect.is_json, audited=dialling.numbers)
    return Projection(texts, dialect, dialling, timekey.usual_zone(head))
