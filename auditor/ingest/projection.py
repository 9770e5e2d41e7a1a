"""The SELECTs that read one file: which text of the file stands for which canonical column, and which strict reader types it.

Text facts come in, by column name; every reader is a macro of `sql/schema`. Nothing here decides what a value means.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from auditor.case import Source
from auditor.formats.columns import key
from auditor.formats.layout import Detection
from auditor.ingest import timekey
from auditor.ingest.dialling import Dialling
from auditor.ingest.literals import above, code_map, exponent_pattern, json_path, near_pattern, text_list, text_map
from auditor.ingest.schema import Table, table_of
from auditor.ingest.sequence import MODULUS
from auditor.ingest.split import MAX_LINE_BYTES, Dialect
from auditor.ingest.strays import stray_pattern
from auditor.store import identifier, quoted

LINE_DELIMITER = b"\x1f"
"""Stands between a record's number and its line where the line is not cut into fields (JSON); no JSON text holds it raw."""
_PROFILED = ("network", "element", "started_at", "answered_at", "dialled", "sequence")
_READERS = {
    "BIGINT": "read_integer",
    "INTEGER": "read_small_integer",
    "BOOLEAN": "read_boolean",
    "DOUBLE": "read_decimal",
    "DECIMAL(18, 2)": "read_money",
}


@dataclass(frozen=True, slots=True)
class Projection:
    """How one file becomes rows of its role's table."""

    table: Table
    detection: Detection
    source: Source
    dialect: Dialect
    dialling: Dialling
    zone: str = ""
    """How most times of the file end (`Z`, `+11:00`), as its first lines show; "" where they have no zone."""

    @property
    def texts(self) -> dict[str, str]:
        """Canonical column -> SQL of its text in a line of the file, as it stands there; only columns that the file has."""
        found = {name: self._given(name, column) for name, column in self.detection.layout.columns.items() if self._has(column)}
        for name, (column, reference) in self.detection.layout.codes.items():
            if self._has(column):
                field = self._field(column)
                found[name] = f"coalesce({code_map(reference, name)}[{field}], {field})"
        for name, (column, pattern) in self.detection.layout.patterns.items():
            if self._has(column):
                found[name] = f"nullif(regexp_extract({self._field(column)}, '{quoted(pattern)}', 1), '')"
        return {name: text for name, text in found.items() if name in self.table.canonical}

    @property
    def columns_present(self) -> str:
        """The canonical columns the file has, in the contract's order; of JSON lines those of which a key was seen at the start."""
        return self.columns_with(())

    def columns_with(self, seen: Container[str]) -> str:
        """As `columns_present`, where the columns `seen` stand in further records."""
        named = {key(name) for name in self.detection.header}
        layout = self.detection.layout
        sources = dict(layout.columns) | {name: column for name, (column, _) in (*layout.codes.items(), *layout.patterns.items())}
        there = {name for name in self.texts if not self.is_json or key(sources[name]) in named or name in seen}
        return ",".join(name for name in self.table.canonical if name in there)

    def absent(self, present: Container[str]) -> list[str]:
        """What is to be said of columns that the case takes from keys which no record has."""
        stated = self.source.columns.items()
        return [f"no record has the key '{column}', from which the case takes {name}" for name, column in stated if name not in present]

    def lines(self, path: str, *, is_numbered: bool) -> str:
        """A table function that reads clean lines: columns `n` (the record's number, where numbered) and `c0`, `c1` ..."""
        dialect = self.dialect
        columns = [f"'c{i}': 'VARCHAR'" for i in range(dialect.width)]
        if is_numbered:
            columns.insert(0, "'n': 'BIGINT'")
        delimiter, quote = (
            quoted((mark or default).decode()) for mark, default in ((dialect.delimiter, LINE_DELIMITER), (dialect.quote, b""))
        )
        return (
            f"read_csv('{path}', columns = {{{', '.join(columns)}}}, header = false, "
            f"delim = '{delimiter}', quote = '{quote}', escape = '{quote}', "
            "auto_detect = false, strict_mode = true, null_padding = false, hive_partitioning = false, parallel = false, "
            f"max_line_size = {2 * MAX_LINE_BYTES}, buffer_size = {24 * MAX_LINE_BYTES})"
        )

    def profile(self, relation: str) -> str:
        """One row a network, element, time key (for `hours`) and kind: counts, sequence, and the numbers of the lines to keep.

        `relation` gives `n` and the file's columns. `places` is a list of n: those to keep; `misses` counts the records that almost
        dialled an emergency number. It is planned once a piece, so it holds nothing that takes long to plan; what can be asked of a group
        is not asked of each record.
        """
        text = {name: self.texts.get(name, "CAST(NULL AS VARCHAR)") for name in _PROFILED}
        tests = {"is_candidate": f"kind = 1 OR {self._is_masked()}" if self._is_masked() else "kind = 1"}
        tests |= {"is_narrow": self._narrowing()} if self.source.emergency_only_when else {}
        tests |= {"is_line": f"{self._fault_reason()} IS NULL"} if self.is_json else {}
        is_emergency = " AND ".join(tests)
        kept = f"NOT is_line OR {is_emergency}" if self.is_json else is_emergency
        return f"""
            SELECT {self._or_given("network")} AS network, {self._or_given("element")} AS element, * EXCLUDE (network, element)
            FROM (
                SELECT network, element, time_key, {is_emergency} AS is_emergency, is_answered, count(*) AS records,
                    {"count(*) FILTER (is_candidate AND NOT is_narrow)" if "is_narrow" in tests else "0"} AS narrowed,
                    min(sequence) AS sequence_min, max(sequence) AS sequence_max, count(sequence) AS sequence_count,
                    sum(sequence) AS sequence_sum, sum((sequence % {MODULUS}) * (sequence % {MODULUS})) AS sequence_squares,
                    list(n) FILTER ({kept}) AS places,
                    bool_or(keeps_zero(dialled)) AS has_leading_zero,
                    {"is_line" if self.is_json else "true"} AS is_line, {self._words("started_at")} AS headers,
                    count(*) FILTER (kind = 2) AS misses
                FROM (
                    SELECT *, {", ".join(f"{test} AS {name}" for name, test in tests.items())}
                    FROM (
                        SELECT *, {text["network"]} AS network, {text["element"]} AS element,
                            {self._time_key(text["started_at"])} AS time_key,
                            {self._is_answered(text)} AS is_answered, {self._kind()} AS kind,
                            try_cast({text["sequence"]} AS BIGINT) AS sequence, {text["dialled"]} AS dialled,
                            {text["started_at"]} AS started_at
                        FROM {relation}
                    )
                )
                GROUP BY network, element, time_key, is_emergency, is_answered{", is_line" if self.is_json else ""}
            )"""

    def near_misses(self, relation: str) -> str:
        """The texts that almost dialled an emergency number, and the n of their lines."""
        dialled = self.texts.get("dialled", "CAST(NULL AS VARCHAR)")
        is_other = f"NOT {self._is_masked() or 'false'}"
        return f"SELECT stripped(bare_number({dialled})), list(n) FROM {relation} WHERE {self._kind()} = 2 AND {is_other} GROUP BY 1"

    def hours(self) -> str:
        """The UTC hour of each of the texts `$keys`, which are time keys of the profile."""
        time = f"read_iso_time({timekey.as_time('k', self.zone)}, {self._zone})"
        return f"SELECT k, date_trunc('hour', {time}.value) FROM (SELECT unnest($keys::VARCHAR[]) AS k)"

    @property
    def is_kept(self) -> str:
        """Whether a line of an attempts file goes on to be typed."""
        return f"({self._kind()} = 1 OR {self._is_masked() or 'false'}) AND {self._narrowing()}"

    def _kind(self) -> str:
        """1 for a line that dialled an emergency number, by either of its two numbers; 2 for one that almost did; else 0."""
        almost = self.dialling.almost
        every = (*self.dialling.numbers, *almost)
        means = f"{text_list(self.dialling.numbers)}, {text_list(almost)}, {above(every)}, {near_pattern(every)}"
        dialled, other = (self.texts.get(name, "CAST(NULL AS VARCHAR)") for name in ("dialled", "dialled_other"))
        kind, by_other = (self._without_urns(f"kind_of_dialled({text}, {means})", text) for text in (dialled, other))
        return f"CASE WHEN {by_other} = 1 THEN 1 ELSE {kind} END" if "dialled_other" in self.texts else kind

    def _without_urns(self, kind: str, text: str) -> str:
        """The kind of a dialled text where the URNs of emergency services are not what is audited."""
        return kind if self.dialling.has_urns else f"CASE WHEN starts_with(lower(bare_number({text})), 'urn:') THEN 0 ELSE {kind} END"

    def _is_masked(self) -> str:
        """Whether a line names an emergency service by its category; "" where the file has none."""
        has_mask = self.dialling.has_urns and "service_category" in self.texts
        return f"is_service_mask({self.texts['service_category']})" if has_mask else ""

    def _is_answered(self, text: Mapping[str, str]) -> str:
        """Whether a line shows an answer: by its time, else by the carrier's word or the time talked; null where the file shows none."""
        tests = [self._has_answer_time(text)] if "answered_at" in self.texts else []
        if "disposition" in self.texts and ("disposition" not in self.detection.layout.codes or not tests):
            own = self.source.values.get("disposition", {})
            words = ["answered", *(word.strip().lower() for word, listed in own.items() if listed.strip().lower() == "answered")]
            word = f"lower(trim({self.texts['disposition']}))"
            tests.append(f"coalesce(list_contains({text_list(words)}, {word}), false)")
        if not tests and "talk_s" in self.texts:
            tests.append(f"coalesce(try_cast({self.texts['talk_s']} AS DOUBLE) > 0, false)")
        return " OR ".join(tests) or "CAST(NULL AS BOOLEAN)"

    def _has_answer_time(self, text: Mapping[str, str]) -> str:
        """Whether a line has an answer time that can be one: writers of placeholders do not know the year of its start."""
        started, answered = text["started_at"], text["answered_at"]
        if any(pattern != "epoch" for pattern in self._formats):
            return f"coalesce(({self._time(f'given({answered})')}).value IS NOT NULL, false)"
        # Digits stand before `:` and all letters behind it: words for no value are no answer either.
        return f"coalesce({answered} >= left({started}, {2 if self._formats else 4}) AND {answered} < ':', false)"

    def parsed(self, relation: str) -> str:
        """One row a record: record_no, fault (of the line as a whole), extra, and a struct {text, value, reason} a canonical column.

        All times of a record are read by one expression over a list: planning it once a column would cost more than running it.
        """
        texts = {name: f"given_{name}" for name in self.table.canonical if name in self.texts}
        times = [name for name in texts if self.table.types[self.table.canonical[name]] == "TIMESTAMP"]
        read = {name: f"times[{place}]" for place, name in enumerate(times, 1)}
        fields = [
            f"struct_insert({read.get(name) or self._reader(name, text)}, text := {text}) AS {identifier(name)}"
            for name, text in texts.items()
        ]
        listed = f"list_transform([{', '.join(texts[name] for name in times)}], lambda t: {self._time('t')})" if times else "NULL"
        given = ", ".join(f"given({self.texts[name]}) AS {text}" for name, text in texts.items())
        return f"""
            SELECT n AS record_no, {self._fault_reason()} AS fault, {self._extra()} AS extra, {", ".join(fields)}
            FROM (SELECT *, {listed} AS times FROM (SELECT *, {given} FROM {relation}))"""

    def staged(self, relation: str) -> str:
        """The typed rows, without record_id and file_no: the columns of the table from record_no on."""
        values = []
        for column in list(self.table.types)[2:]:
            name = column.removesuffix("_utc")
            if column in ("record_no", "extra"):
                values.append(column)
            elif column == "log":
                values.append(f"coalesce({self._typed('centre')}, 'centre') AS log")
            elif column == "released_at_utc" and "duration_s" in self.table.canonical:
                named = ("released_at", "started_at", "duration_s", "answered_at", "talk_s")
                values.append(f"released_after({', '.join(map(self._typed, named))}) AS {column}")
            else:
                values.append(f"{self._typed(name)} AS {column}")
        return f"SELECT {', '.join(values)} FROM {relation} WHERE fault IS NULL AND {self._is_complete()}"

    def rejected(self, relation: str) -> str:
        """record_no, column_name, value, reason of the records that lack a required value."""
        cases = ["WHEN fault IS NOT NULL THEN {'c': NULL, 'v': NULL, 'r': fault}"]
        for name in self.table.required:
            field = identifier(name)
            if name not in self.texts:
                cases.append(f"ELSE {{'c': '{name}', 'v': NULL, 'r': 'missing'}}")
                break
            cases.append(f"WHEN {field}.value IS NULL THEN {{'c': '{name}', 'v': {field}.text, 'r': coalesce({field}.reason, 'missing')}}")
        inner = f"SELECT record_no, CASE {' '.join(cases)} END AS why FROM {relation}"
        return f"SELECT record_no, why.c, why.v, why.r FROM ({inner}) WHERE why IS NOT NULL ORDER BY record_no"

    def unreadable(self, relation: str) -> str:
        """record_no, column_name, value, reason of values that became null or are in doubt, in records that were taken."""
        items = [
            f"{{'c': '{name}', 'v': {identifier(name)}.text, 'r': {identifier(name)}.reason}}"
            for name in self.table.canonical
            if name in self.texts
        ]
        inner = f"SELECT record_no, unnest([{', '.join(items)}]) AS u FROM {relation} WHERE fault IS NULL AND {self._is_complete()}"
        return f"SELECT record_no, u.c, u.v, u.r FROM ({inner}) WHERE u.r IS NOT NULL ORDER BY record_no, u.c"

    def kept(self, relation: str) -> str:
        """Every column of the file under its own name, as text, after the record's number."""
        names = ["line"] if self.is_json else list(self.detection.header)
        columns = [f"{'c0' if self.is_json else self._field(name)} AS {identifier(name)}" for name in names]
        return f"SELECT n AS {identifier('record_no' if 'record_no' not in names else 'record_no_')}, {', '.join(columns)} FROM {relation}"

    def counted(self, relation: str) -> str:
        """The number of lines, and how many of them may be the header again, or a line of type names."""
        name = self.table.required[0]
        repeats = f"count(*) FILTER ({self._is_header(self.texts[name])})" if name in self.texts else "0"
        return f"SELECT count(*), {repeats} FROM {relation}"

    def strays(self, relation: str) -> str:
        """How many lines may be the header again, or a line of type names."""
        return f"SELECT count(*) FROM {relation} WHERE {self._is_header(self.texts[self.table.required[0]])}"

    def _words(self, text: str) -> str:
        """How many texts begin with no digit: cheap, and only where there are any it is asked whether they are a header."""
        return f"count(*) FILTER ({text} < '0' OR {text} >= 'A')" if self.dialect.header else "0"

    def _is_header(self, text: str) -> str:
        """Whether the `text` of the first required column may be that column's name again, or the name of a type."""
        column = self.detection.layout.columns.get(self.table.required[0])
        if not self.dialect.header or not column:
            return "false"
        # A first look, because most texts are times: those that begin with a digit.
        return f"({text} < '0' OR {text} >= 'A') AND regexp_matches({text}, '{quoted(stray_pattern(column))}')"

    def sequences(self, relation: str) -> str:
        """network, element, and the sequences and numbers of its lines as lists in file order."""
        sequence = f"try_cast({self.texts['sequence']} AS BIGINT)"
        names = f"{self._filled('network')} AS network, {self._filled('element')} AS element"
        ordered = f"SELECT * FROM (SELECT n, {names}, {sequence} AS sequence FROM {relation}) WHERE sequence IS NOT NULL ORDER BY n"
        return f"SELECT network, element, list(sequence), list(n) FROM ({ordered}) GROUP BY network, element"

    def _typed(self, name: str) -> str:
        value = f"{identifier(name)}.value" if name in self.texts else "NULL"
        given = getattr(self.source, name, None) if name in ("network", "element", "centre") else None
        return f"coalesce({value}, '{quoted(given)}')" if given else value

    def _filled(self, name: str) -> str:
        """Network or element of a line, as text, filled from the source where the line has none."""
        return self._or_given(name, self.texts.get(name, "CAST(NULL AS VARCHAR)"))

    def _or_given(self, name: str, text: str = "") -> str:
        """Network or element as read from `text` (the column of that name), and as the source gives it where the line has none."""
        given = getattr(self.source, name)
        return f"coalesce(given({text or name}), '{quoted(given)}')" if given else f"given({text or name})"

    def _is_complete(self) -> str:
        return " AND ".join(f"{identifier(n)}.value IS NOT NULL" if n in self.texts else "false" for n in self.table.required)

    def _has(self, column: str) -> bool:
        return self.is_json or column in self.detection.header

    @property
    def is_json(self) -> bool:
        """Whether a record is one JSON object."""
        return self.detection.layout.kind == "json_lines"

    def _field(self, column: str) -> str:
        if self.is_json:
            # A torn line would end the whole statement; it is told as `not_json` in its own column.
            return f"nullif(CASE WHEN json_valid(c0) THEN c0 END ->> '{quoted(json_path(column))}', '')"
        field = f"c{self.detection.header.index(column)}"
        # What `fold` put in place of line breaks inside a record becomes line breaks again.
        return f"translate({field}, chr(30) || chr(29), chr(10) || chr(13))" if self.source.multiline else field

    def _given(self, name: str, column: str) -> str:
        """SQL of the text of a canonical column. An id or caller that JSON gives as 1.7E+12 keeps its exponent: its digits are lost."""
        text = self._field(column)
        if not self.is_json or name not in self.table.ids | self.table.numbers - {"dialled", "dialled_other"}:
            return text
        raw = f"regexp_extract(c0, '{quoted(exponent_pattern(column))}', 1)"
        is_rounded = f"json_valid(c0) AND {raw} <> '' AND json_type(c0, '{quoted(json_path(column))}') = 'DOUBLE'"
        return f"CASE WHEN {is_rounded} THEN {raw} ELSE {text} END"

    def _fault_reason(self) -> str:
        """Why a line that was cut well is no record all the same."""
        return "json_fault(c0)" if self.is_json else "CAST(NULL AS VARCHAR)"

    def _narrowing(self) -> str:
        rule = self.source.emergency_only_when
        if rule is None:
            return "true"
        text = self.narrowed_by
        return f"coalesce(list_contains({text_list(rule.values)}, {text}), false)" if text else "false"

    @property
    def narrowed_by(self) -> str:
        """SQL of the text that `emergency_only_when` looks at: a canonical column, else one of the header; "" where it has neither."""
        rule = self.source.emergency_only_when
        if rule is None:
            return ""
        named = {key(column): column for column in self.detection.header}.get(key(rule.column))
        return self.texts.get(rule.column) or (self._field(named) if named else self._field(rule.column) if self.is_json else "")

    def _time_key(self, started: str) -> str:
        if self._formats:
            return f"CAST(date_trunc('minute', ({self._time(started)}).value) AS VARCHAR) || 'Z'"
        return timekey.key_of(started, self.zone)

    @property
    def _formats(self) -> tuple[str, ...]:
        return (self.source.time_format,) if self.source.time_format else tuple(self.detection.layout.time_formats)

    @property
    def _zone(self) -> str:
        return f"'{quoted(self.source.timezone)}'" if self.source.timezone else "CAST(NULL AS VARCHAR)"

    def _reader(self, name: str, text: str) -> str:
        if name in self.table.codes:
            own = {word.strip().lower(): listed.strip().lower() for word, listed in self.source.values.get(name, {}).items()}
            return f"read_code({text}, {text_list(self.table.codes[name])}, {text_map(own)})"
        if name in self.table.numbers:
            return f"read_number({text})"
        if name in self.table.ids:
            return f"read_id({text})"
        if name in self.table.limits:
            return f"read_within({text}, {', '.join(map(str, self.table.limits[name]))})"
        kind = _READERS.get(self.table.types[self.table.canonical[name]], "read_text")
        return f"{kind}({text})"

    def _time(self, text: str) -> str:
        """The reading of a time: the formats of the source or layout first, then ISO 8601, whose refusal is the reason given."""
        branches = []
        for pattern in self._formats:
            read = f"try_strptime({text}, '{quoted(pattern)}')"
            if pattern == "epoch":
                branches.append(f"WHEN regexp_full_match({text}, '[0-9.]+') THEN read_epoch({text})")
            elif "%z" in pattern:
                branches.append(f"WHEN {read} IS NOT NULL THEN read_instant(timezone('UTC', {read}))")
            else:
                branches.append(
                    f"WHEN {read} IS NOT NULL THEN read_clock(date_trunc('millisecond', CAST({read} AS TIMESTAMP)), {self._zone})"
                )
        iso = f"read_iso_time({text}, {self._zone})"
        return f"CASE {' '.join(branches)} ELSE {iso} END" if branches else iso

    def _extra(self) -> str:
        layout = self.detection.layout
        used = set(layout.columns.values()) | {column for column, _ in layout.codes.values()}
        if self.is_json:
            removed = ", ".join(f"'{quoted(name)}', NULL" for name in sorted(used))
            whole = "CASE WHEN json_fault(c0) IS NULL THEN c0 END"
            return f"nullif(CAST(json_merge_patch({whole}, json_object({removed})) AS VARCHAR), '{{}}')"
        pairs = ", ".join(f"'{quoted(name)}', {self._field(name)}" for name in self.detection.header if name not in used)
        return f"nullif(CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR), '{{}}')" if pairs else "CAST(NULL AS VARCHAR)"


def project(detection: Detection, source: Source, dialect: Dialect, dialling: Dialling, head: bytes = b"") -> Projection:
    """How the file that `detection` describes, and that starts with `head`, is read for `source`."""
    return Projection(table_of(source.role), detection, source, dialect, dialling, timekey.usual_zone(head))
