"""Which text of a file gives which canonical column, as SQL over `c0`, `c1` ... of its lines."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cached_property

from auditor.case import Source
from auditor.formats.bare import bare_word
from auditor.formats.layout import Choice, Detection, key
from auditor.formats.reader import UNREAD
from auditor.ingest.schema import Table
from auditor.ingest.sql.keys import INSIDE, json_path, means, removing, spelled
from auditor.ingest.sql.literals import code_map, exponent_pattern, guarded, text_list, text_map
from auditor.store import quoted

_OTHER = "dialled_other"
NO_TEXT = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class Texts:
    """The texts of one file, by the contract's names; every value here is SQL, or decides it."""

    table: Table
    detection: Detection
    source: Source
    is_json: bool = False
    """Whether a record is one JSON object."""
    keys: frozenset[str] | None = None
    """Of JSON objects, the keys that there are; None: each as its column is named."""
    objects: tuple[str, ...] = ()
    """Of JSON objects, the keys of objects inside, whose keys are to be said too."""
    spellings: frozenset[str] = frozenset()
    """Of JSON objects, further keys that columns are taken from: in another case, or inside an object."""
    is_flat: bool = False
    """Whether no value of a JSON object is a list or an object."""
    audited: tuple[str, ...] = ()
    """The numbers that are audited: of several that a record has besides `dialled`, such a one is taken."""
    asked: dict[str, int] = dataclasses.field(default_factory=dict, compare=False)
    """Key of a JSON object -> number of its column in `opened`, as they are asked for."""

    @cached_property
    def given(self) -> dict[str, str]:
        """Canonical column -> SQL of its text in a line of the file, unchanged; only columns that
        the file has."""
        layout = self.detection.layout
        found = {
            name: self._as_given(name, column) for name, column in layout.columns.items() if self._has(column)
        }
        for name, (column, reference) in layout.codes.items():
            if self._has(column):
                field = self.field(column)
                found[name] = f"coalesce({code_map(reference, name)}[bare_word({field})], {field})"
        for name, (column, pattern) in layout.patterns.items():
            if self._has(column):
                found[name] = f"nullif(regexp_extract({self.field(column)}, '{quoted(pattern)}', 1), '')"
                if name == _OTHER:
                    found[name] = self._among_several(self.field(column), pattern, found[name])
        for name, choices in layout.where.items():
            found[name] = self._chosen(choices)
        if len(self.others) > 1:
            others = [self.field(column) for column in self.others]
            usual = _first([f"given({text})" for text in others])
            found[_OTHER] = self._audited_of(f"[{', '.join(others)}]", "true", usual)
        self._describe(found)
        return {name: text for name, text in found.items() if name in self.table.canonical}

    @property
    def others(self) -> list[str]:
        """The columns that `dialled_other` may be, in the layout's order: each record has its own. None where
        the source names the column, and of JSON."""
        layout, named = self.detection.layout, {key(column): column for column in self.detection.header}
        first = layout.columns.get(_OTHER)
        if first is None or self.is_json or _OTHER in self.source.columns:
            return []
        wanted = [first, *layout.fallbacks.get(_OTHER, ())]
        return [name for name in dict.fromkeys(named.get(key(n), "") for n in wanted) if name]

    def _among_several(self, field: str, pattern: str, usual: str) -> str:
        """SQL of the audited number among those that a text has with `&` between them; else `usual`."""
        # What a pattern took for the end of one is the start of the next, hence two of them.
        every = f"regexp_extract_all(replace({field}, '&', '&&'), '{quoted(pattern)}', 1)"
        return self._audited_of(every, f"contains({field}, '&')", usual)

    def _audited_of(self, every: str, is_asked: str, usual: str) -> str:
        """SQL of the audited number in a list of texts, where `is_asked`; else `usual`."""
        if not self.audited:
            return usual
        is_one = f"list_contains({text_list(self.audited)}, ltrim(trim(t), '+'))"
        return f"coalesce(CASE WHEN {is_asked} THEN list_filter({every}, lambda t: {is_one})[1] END, {usual})"

    def _describe(self, found: dict[str, str]) -> None:
        """Bring in what the source says of its values: times in parts, words for no value, constants."""
        for name, parts in self.source.time_parts.items():
            if columns := self.parts_of(name):
                found[name] = " || ' ' || ".join(self.field(column) for column in columns)
            elif parts:
                found.pop(name, None)
        for name, words in self.source.nulls.items():
            if name in found:
                listed = text_list(sorted(map(bare_word, words)))
                is_none = f"list_contains({listed}, bare_word({found[name]}))"
                found[name] = f"CASE WHEN {is_none} THEN NULL ELSE {found[name]} END"
        for name, value in self.source.constants.items():
            found[name] = f"coalesce(given_bare({found.get(name, NO_TEXT)}), '{quoted(value)}')"

    def _chosen(self, choices: Sequence[Choice]) -> str:
        """SQL of a column that is one thing in some records and another in others."""
        cases, rest = [], NO_TEXT
        for choice in choices:
            text = self.field(choice.take) if choice.take else f"'{quoted(choice.value)}'"
            if not choice.pattern:
                rest = text
                break
            pattern = quoted(choice.pattern)
            if choice.form:
                text = f"regexp_replace({text}, '{pattern}', '{quoted(choice.form)}')"
            if choice.is_hex:
                text = f"CAST(try_cast('0x' || unguarded({text}) AS INTEGER) AS VARCHAR)"
            asked = self.field(choice.column or choice.take)
            match = f"'{pattern}'" if choice.form else guarded(choice.pattern)
            cases.append(f"WHEN regexp_full_match({asked}, {match}) THEN {text}")
        return f"CASE {' '.join(cases)} ELSE {rest} END" if cases else rest

    def parts_of(self, name: str) -> list[str]:
        """The file's own names of the columns that a time is made of; none where one of them is not there."""
        named = {key(column): column for column in self.detection.header}
        parts = self.source.time_parts.get(name, ())
        found = [named.get(key(part), part if self.is_json else "") for part in parts]
        return found if all(found) else []

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def of(self, name: str) -> str:
        """SQL of the text of a canonical column; a null where the file has none."""
        return self.given.get(name, NO_TEXT)

    def field(self, column: str) -> str:
        """SQL of one column of the file."""
        if self.is_json:
            return _first([self._key(name) for name in self._names(column)])
        field = f"c{self.detection.header.index(column)}"
        if self.detection.layout.is_padded:
            field = f"trim({field})"
        if not self.source.multiline:
            return field
        # What `fold` put in place of line breaks inside a record becomes line breaks again. To look for one
        # takes a fifth of the time of `translate`.
        return (
            f"CASE WHEN contains({field}, chr(30)) OR contains({field}, chr(29))"
            f" THEN translate({field}, chr(30) || chr(29), chr(10) || chr(13)) ELSE {field} END"
        )

    def _names(self, column: str) -> list[str]:
        """The keys of JSON objects that a column is taken from: as it is named, else in another case, else
        inside an object."""
        others = (
            name
            for name in (self.keys or frozenset()) | self.spellings
            if name != column and means(name, column)
        )
        own = [column] if self.keys is None or column in self.keys else []
        return own + sorted(others, key=lambda name: (name.count(INSIDE), name))

    def _key(self, name: str) -> str:
        """SQL of the text under a key of a JSON object."""
        return f"j{self.asked.setdefault(name, len(self.asked))}"

    def opened(self, relation: str, reading: str) -> str:
        """`relation` with the columns that `reading`, SQL over it, takes from it.

        Of JSON that is one column a key, all taken in one pass over the line. A cut line would end the whole
        statement: nothing is taken from it, and it is a record no more (`is_object`).
        """
        if not self.is_json:
            return relation
        asked = {int(number) for number in re.findall(r"\bj([0-9]+)\b", reading)}
        keys = [(number, column) for column, number in self.asked.items() if number in asked]
        paths = ", ".join(f"'{quoted(json_path(column))}'" for _, column in keys)
        fields = "".join(
            f", {self._one(column, f'texts[{at}]')} AS j{number}"
            for at, (number, column) in enumerate(keys, 1)
        )
        taken = f", json_extract_string(whole, [{paths}]) AS texts" if keys else ""
        valid = f"SELECT *, CASE WHEN json_valid(c0) THEN c0 END AS whole FROM {relation}"
        is_object = "coalesce(starts_with(ltrim(whole, chr(32) || chr(9) || chr(10) || chr(13)), '{'), false)"
        return f"(SELECT *{fields}, {is_object} AS is_object FROM (SELECT *{taken} FROM ({valid})))"

    def _one(self, name: str, text: str) -> str:
        """SQL of the text of one value, where `text` is that of any value."""
        if self.is_flat:
            return f"nullif({text}, '')"
        return f"json_text(whole, '{quoted(json_path(name))}', {text})"

    @property
    def fault(self) -> str:
        """SQL of why a line that was cut well is no record all the same."""
        if not self.is_json:
            return NO_TEXT
        again = " OR ".join(filter(None, (self.has_key_again, *map(_repeats_keys, self._objects))))
        return (
            f"coalesce(json_fault(c0), CASE WHEN {again} THEN 'duplicate_key' END)"
            if again
            else "json_fault(c0)"
        )

    @property
    def _objects(self) -> list[str]:
        """The objects, by their keys, in which keys are asked for."""
        parts = (name.split(INSIDE) for name in self.asked)
        return sorted({INSIDE.join(each[:depth]) for each in parts for depth in range(1, len(each))})

    @property
    def has_key_again(self) -> str:
        """SQL of whether a JSON object has a key in two spellings with two values: which is meant cannot be
        known; "" where none of what was asked for is there in two."""
        alike: dict[tuple[str, int], list[str]] = {}
        for name, number in self.asked.items():
            alike.setdefault((key(name.replace(INSIDE, ".")), name.count(INSIDE)), []).append(f"j{number}")
        each = [
            f"len(list_distinct([{', '.join(fields)}])) > 1" for fields in alike.values() if len(fields) > 1
        ]
        return " OR ".join(each)

    @property
    def may_be_lists(self) -> bool:
        """Whether a value may be a list or an object, whose text then begins with `UNREAD`."""
        return bool(self.detection.nested) or (self.is_json and not self.is_flat)

    @property
    def columns_present(self) -> str:
        """The canonical columns the file has, in the contract's order; of JSON lines those of which a key was
        seen at the start."""
        return self.columns_with(())

    def columns_with(self, seen: Container[str]) -> str:
        """As `columns_present`, where the columns `seen` are in further records."""
        named = {key(name) for name in self.detection.header}
        layout = self.detection.layout
        sources = dict(layout.columns) | {
            name: column for name, (column, _) in (*layout.codes.items(), *layout.patterns.items())
        }
        chosen = {
            name
            for name, choices in layout.where.items()
            if any({key(column) for column in each.columns} <= named for each in choices)
        }
        filled = {*self.source.constants, *self.source.time_parts, *chosen}
        there = {
            name
            for name in self.given
            if not self.is_json or name in seen or name in filled or key(sources.get(name, "")) in named
        }
        return ",".join(name for name in self.table.canonical if name in there)

    @property
    def narrowed_by(self) -> str:
        """SQL of the text that `emergency_only_when` looks at: a canonical column, else one of the header; ""
        where it has neither."""
        rule = self.source.emergency_only_when
        if rule is None:
            return ""
        named = {key(column): column for column in self.detection.header}.get(key(rule.column))
        return self.given.get(rule.column) or (
            self.field(named) if named else self.field(rule.column) if self.is_json else ""
        )

    def filled(self, name: str, text: str = "") -> str:
        """Network or element as read from `text` (the column of that name), and as the source gives it where
        the line has none."""
        given = getattr(self.source, name)
        # A lambda, because a macro would copy what is given to every place of use.
        bare = f"list_transform([given({text or name})], lambda found: bare_text(found))[1]"
        found = self.named(name, bare)
        return f"coalesce({found}, '{quoted(given)}')" if given else found

    def named(self, name: str, text: str) -> str:
        """A name, read as `text`, as the source's own `values` spell it."""
        own = {word.strip().lower(): meant for word, meant in self.source.values.get(name, {}).items()}
        return f"own_name({text}, {text_map(own)})" if own else text

    @property
    def extra(self) -> str:
        """SQL of what belongs to no canonical column, as one JSON object; null where there is nothing."""
        layout = self.detection.layout
        used = set(layout.columns.values()) | {column for column, _ in layout.codes.values()}
        used |= {name for choices in layout.where.values() for each in choices for name in each.columns}
        used |= {column for name in self.source.time_parts for column in self.parts_of(name)}
        if self.is_json:
            removed = removing(used | spelled(self.spellings, used))
            whole = "CASE WHEN json_fault(c0) IS NULL THEN c0 END"
            return f"nullif(CAST(json_merge_patch({whole}, {removed}) AS VARCHAR), '{{}}')"
        pairs = ", ".join(
            f"'{quoted(name)}', {self._unmarked(name)}" for name in self.detection.header if name not in used
        )
        return (
            f"nullif(CAST(json_merge_patch('{{}}', json_object({pairs})) AS VARCHAR), '{{}}')"
            if pairs
            else NO_TEXT
        )

    def _unmarked(self, column: str) -> str:
        """SQL of one column of the file; of a list or an object the text alone."""
        field = self.field(column)
        return f"ltrim({field}, '{UNREAD}')" if column in self.detection.nested else field

    def _has(self, column: str) -> bool:
        return self.is_json or column in self.detection.header

    def _as_given(self, name: str, column: str) -> str:
        """SQL of the text of a canonical column. An id or caller that JSON gives as 1.7E+12 keeps its
        exponent: its digits are lost."""
        if not self.is_json or name not in self.table.ids | self.table.numbers - {"dialled", "dialled_other"}:
            return self.field(column)
        return _first([self._with_exponent(each) for each in self._names(column)])

    def _with_exponent(self, name: str) -> str:
        """SQL of the text under a key of a JSON object, with the exponent of a number that has one."""
        raw = f"regexp_extract(c0, '{quoted(exponent_pattern(name.rpartition(INSIDE)[2]))}', 1)"
        is_rounded = (
            f"json_valid(c0) AND {raw} <> '' AND json_type(c0, '{quoted(json_path(name))}') = 'DOUBLE'"
        )
        return f"CASE WHEN {is_rounded} THEN {raw} ELSE {self._key(name)} END"


def _repeats_keys(name: str) -> str:
    """SQL of whether the object under the key `name` of a JSON object has a key twice."""
    keys = f"json_keys(whole, '{quoted(json_path(name))}')"
    return f"len({keys}) > len(list_distinct({keys}))"


def _first(texts: Sequence[str]) -> str:
    """SQL of the first text that there is."""
    if len(texts) > 1:
        return f"coalesce({', '.join(texts)})"
    return texts[0] if texts else NO_TEXT
