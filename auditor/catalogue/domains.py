"""Reads the declaration of a domain: `sql/<domain>/domain.toml`. A domain is a folder below `sql/` with such
a file.

Beside it are `model/`, `rules/`, `measures/`, `checks/` and, if the domain has them, `schema/`, `cautions/`,
`find/` and a `vocabulary.toml` with the tables and columns that it adds to the vocabulary of `sql/reference`.
No other place lists the domains or their roles, states, measures, tables and sections.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from auditor.catalogue.declarations import (
    KEY_TYPES,
    LISTS,
    CaseKey,
    KeyColumn,
    NestedList,
    ResultList,
    Statement,
    table_texts,
)
from auditor.catalogue.reference import sql_root
from auditor.errors import UsageError, Where

FILE = "domain.toml"
Made = TypeVar("Made")
HEADER = re.compile(r"\A\s*/\*---\n(.*?)\n---\*/\s*", re.S)
"""The TOML header at the beginning of a SQL file."""
_COLUMN = re.compile(r"^    (\w+) ([A-Z]+(?:\([\d, ]+\))?),?$", re.M)
_OWN = frozenset(["record_id", "file_no", "record_no", "log", "extra"])
"""Columns of a loaded table that no source file has."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role of sources: the table it fills, and the columns that such a file may have."""

    name: str
    table: str
    required: tuple[tuple[str, ...], ...]
    """Of each group at least one column is required; the others may be missing."""
    columns: tuple[str, ...] = ()
    """Of the table, in its order."""
    ids: tuple[str, ...] = ()
    """Its own columns by which a record can be found, besides its record_id."""
    missing: str = ""
    """What is not in evidence if no source has the role: `centre log: the states come from ...`."""
    balance: str = ""
    """Id of the balance between the ledger and the table."""
    places_calls: bool = False
    """Whether its column `network` says on which network an attempt was made."""
    place: int = 1_000
    """The order of the roles. A file that fits two of them equally gets the first."""


@dataclass(frozen=True, slots=True)
class State:
    """One state: its value in SQL, its word and colour in reports, and the measure that counts it."""

    value: str
    word: str
    colour: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class States:
    """The states of one thing, in the order in which reports show them."""

    of: str
    each: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """A total and the figures that are parts of it. With `balance` the parts must add up to the total, which
    is checked."""

    total: str
    parts: Mapping[str, str]
    """Measure -> the value that it counts; empty if that is not a value of the balance's column."""
    balance: Mapping[str, Any] = field(default_factory=dict)
    place: int = 1_000
    """A public version handles them in this order."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table of the reports: a relation with its columns under the names that reports use, `column` or
    `column:name`."""

    name: str
    relation: str
    columns: tuple[str, ...]
    title: str = ""
    place: int = 1_000
    """Tables come in this order, then by name."""
    is_of_people: bool = False
    """Rows of single callers or calls: they are written to the CSV files, never into the JSON."""
    is_public: bool = False
    """Kept in a public version, with its small rows shown as one row."""
    local_hour: bool = False
    """The first column is a UTC hour that the reports show as local time."""
    waits_from: str = ""
    """Column with the time from which each row waits. The longest waiting come first."""
    states: str = ""
    """The thing whose states are in its column `status`."""
    counted_by: str = ""
    """The measure whose reason explains an empty table, if it has no value."""
    bars: Mapping[str, Any] = field(default_factory=dict)
    """On the terminal the table is drawn as bars: `label`, `title`, and the `most` rows shown."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure at the top of the reports. `label` and `emphasis` are for the terminal. Without a label it is
    in documents only."""

    measure: str
    place: str = "beside"
    """`main` or `beside` in documents; empty: in none."""
    line: int = 0
    """Its line on the terminal, if it has one."""
    label: str = ""
    emphasis: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that not every regime has: the total of those for whom it is due, and what is said in place of
    0 where there is none."""

    total: str = ""
    none: str = ""
    """`{regime}` is filled in."""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A section of the reports: blocks of the kinds that `auditor/report/content/blocks.py` draws, each with
    its own keys."""

    key: str
    title: str
    block: tuple[Mapping[str, Any], ...]
    after: str = ""
    """It follows this section in the profiles below, unless they place it themselves."""
    profiles: tuple[str, ...] = ()
    in_markdown: bool = False
    command: str = ""
    """The command that prints it alone, where there is one."""


@dataclass(frozen=True, slots=True)
class Counting:
    """What the recount of published figures uses of a domain, by name of measure."""

    headlines: tuple[str, ...] = ()
    """Figures whose range over all defensible definitions is shown, and whose definitions are varied to
    explain a figure."""
    timeline: tuple[str, ...] = ()
    """Figures that are counted again for each moment at which files arrived."""
    recount: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Measure -> `unit`, `counted`, `of` (attempts unless given) and `settings`: figures that other
    definitions can count."""


@dataclass(frozen=True, slots=True)
class Public:
    """Settings of the figures for a public version."""

    open: tuple[str, ...] = ()
    """Counts that are not about people: they are shown, however small."""
    in_ranges: tuple[str, ...] = ()
    """Counts from which ranges are made. If one is hidden, no range is shown."""
    withheld_with: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Figure -> those that it is made from or gives: hidden where one of them is."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column of counts in a breakdown -> the figure that its rows are parts of."""
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Role -> the figures that the counts of its files add up to."""


@dataclass(frozen=True, slots=True)
class HeldRows:
    """Rows that a page shows first if it has no room for all."""

    first: tuple[str, ...] = ()
    whole: bool = False
    """Show all rows of every figure and rule of the domain."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One folder, read."""

    name: str
    title: str
    role: tuple[Role, ...] = ()
    states: tuple[States, ...] = ()
    measure: tuple[Mapping[str, Any], ...] = ()
    """Measures made from a template: `from` and the values of its placeholders."""
    balance: tuple[Mapping[str, Any], ...] = ()
    """Balances made from a template in the same way."""
    partition: tuple[Partition, ...] = ()
    headline: tuple[Headline, ...] = ()
    statement: tuple[Statement, ...] = ()
    duty: Duty = Duty()
    table: tuple[ReportTable, ...] = ()
    section: tuple[ReportSection, ...] = ()
    key: tuple[CaseKey, ...] = ()
    list: tuple[ResultList, ...] = ()
    counting: Counting = Counting()
    public: Public = Public()
    rows: HeldRows = HeldRows()


def domain_folders(root: Path) -> tuple[Path, ...]:
    """The folders of the domains below `root`, by name."""
    return tuple(sorted(path.parent for path in root.glob(f"*/{FILE}")))


def sql_files(root: Path, kind: str) -> list[Path]:
    """The SQL files of one kind, of `root` itself and of every domain, sorted by name: their numbers are
    unique over all domains."""
    found = [path for folder in (root, *domain_folders(root)) for path in (folder / kind).glob("*.sql")]
    return sorted(found, key=lambda path: (path.name, path.parts))


@cache
def domains(root: Path | None = None) -> tuple[Domain, ...]:
    """Every domain, by name of its folder. UsageError names the file and the wrong key."""
    root = root or sql_root()
    tables = {path.stem: path for path in sql_files(root, "schema")}
    found = tuple(_domain(folder, tables) for folder in domain_folders(root))
    first: dict[tuple[str, str], str] = {}
    for domain in found:
        for name in _own_names(domain):
            if name in first:
                raise UsageError(
                    f"the {name[0]} {name[1]!r} is in {first[name]} too",
                    where=Where(f"sql/{domain.name}/{FILE}"),
                )
            first[name] = f"sql/{domain.name}/{FILE}"
    return found


def _own_names(domain: Domain) -> Iterator[tuple[str, str]]:
    """What may be declared only once over all domains: its kind and its name."""
    yield from (("role", role.name) for role in domain.role)
    yield from (("set of states of", states.of) for states in domain.states)
    yield from (("table", table.name) for table in domain.table)
    yield from (("section", section.key) for section in domain.section)
    yield from (("headline", headline.measure) for headline in domain.headline)
    yield from (("case key", key.name) for key in domain.key)
    yield from (("list", each.key) for each in domain.list)


@cache
def roles() -> Mapping[str, Role]:
    """Every role by name, in the order of their places."""
    found = [role for domain in domains() for role in domain.role]
    return MappingProxyType(
        {role.name: role for role in sorted(found, key=lambda role: (role.place, role.name))}
    )


@cache
def case_keys(root: Path | None = None) -> Mapping[str, CaseKey]:
    """Every table of case.toml that a domain declares, by its name there."""
    return MappingProxyType({key.name: key for domain in domains(root) for key in domain.key})


@cache
def result_lists() -> Mapping[str, ResultList]:
    """Every list of audit.json that a domain declares, by its key there."""
    return MappingProxyType({each.key: each for domain in domains() for each in domain.list})


@cache
def states() -> Mapping[str, tuple[State, ...]]:
    """The states of each thing that has states."""
    return MappingProxyType({states.of: states.each for domain in domains() for states in domain.states})


@cache
def report_tables() -> Mapping[str, ReportTable]:
    """Every table of the reports by name, in the order of their places."""
    found = [table for domain in domains() for table in domain.table]
    return MappingProxyType(
        {table.name: table for table in sorted(found, key=lambda table: (table.place, table.name))}
    )


def _domain(folder: Path, tables: Mapping[str, Path]) -> Domain:
    where = Where(f"sql/{folder.name}/{FILE}")
    try:
        raw = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}", where=where) from error
    read: Mapping[str, Callable[[Any], Any]] = {
        "role": lambda given: tuple(_role(each, tables, where) for each in given),
        "states": lambda given: tuple(_states(each, where) for each in given),
        "partition": lambda given: tuple(_made(Partition, each, where) for each in given),
        "headline": lambda given: tuple(_made(Headline, each, where) for each in given),
        "statement": lambda given: tuple(_made(Statement, each, where) for each in given),
        "duty": lambda given: _made(Duty, given, where),
        "table": lambda given: tuple(_made(ReportTable, each, where) for each in given),
        "section": lambda given: tuple(_made(ReportSection, each, where) for each in given),
        "key": lambda given: tuple(_key(each, where) for each in given),
        "list": lambda given: tuple(_list(each, where) for each in given),
        "counting": lambda given: _made(Counting, given, where),
        "public": lambda given: _made(Public, given, where),
        "rows": lambda given: _made(HeldRows, given, where),
    }
    return _made(
        Domain,
        {"name": folder.name}
        | {key: read.get(key, lambda given: given)(given) for key, given in raw.items()},
        where,
    )


def _states(raw: Mapping[str, Any], where: Where) -> States:
    return _made(States, {**raw, "each": [_made(State, each, where) for each in raw.get("each", ())]}, where)


def _key(raw: Mapping[str, Any], where: Where) -> CaseKey:
    columns = tuple(_made(KeyColumn, each, where) for each in raw.get("column", ()))
    for column in columns:
        if column.type not in KEY_TYPES or (column.type in LISTS) is not bool(column.table):
            known = f"known: {', '.join(KEY_TYPES)}; a list, and nothing else, has a table of its own"
            raise UsageError(
                f"the key {column.name!r} of {raw.get('name')!r} has no such type: {column.type!r}",
                where=where,
                hint=known,
            )
    return _made(CaseKey, {**raw, "column": columns}, where)


def _list(raw: Mapping[str, Any], where: Where) -> ResultList:
    return _made(
        ResultList,
        {**raw, "nested": [_made(NestedList, each, where) for each in raw.get("nested", ())]},
        where,
    )


def declared_tables(root: Path) -> dict[str, str]:
    """Path below `root` -> text of a schema file, for each table that holds what a case declares: made, so
    that it is said once."""
    return {
        f"{domain.name}/schema/{table}.sql": text
        for domain in domains(root)
        for key in domain.key
        for table, text in table_texts(key).items()
    }


def _role(raw: Mapping[str, Any], tables: Mapping[str, Path], where: Where) -> Role:
    table = str(raw.get("table"))
    if table not in tables:
        raise UsageError(
            f"the role {raw.get('name')!r} fills {table!r}, but no schema folder has a file of that name",
            where=where,
        )
    columns = tuple(source_columns(column_types(tables[table].read_text(encoding="utf-8"))))
    groups = tuple(tuple(group) for group in raw.get("required", ()))
    return _made(Role, {**raw, "columns": columns, "required": groups}, where)


def column_types(text: str) -> dict[str, str]:
    """Column -> DuckDB's type, as the CREATE TABLE of a file of a `schema/` lists them."""
    return dict(_COLUMN.findall(text))


def source_columns(columns: Iterable[str]) -> dict[str, str]:
    """Name in the canonical files -> column of the loaded table."""
    return {name.removesuffix("_utc"): name for name in columns if name not in _OWN}


def _made(kind: type[Made], raw: Mapping[str, Any], where: Where) -> Made:
    """A frozen value from a TOML table, with lists as tuples. UsageError for an unknown or a missing key."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := set(raw) - known:
        raise UsageError(
            f"unknown key {min(unknown)!r}", where=where, hint=f"known: {', '.join(sorted(known))}"
        )
    try:
        return kind(**{key: tuple(given) if isinstance(given, list) else given for key, given in raw.items()})
    except TypeError as error:
        raise UsageError(f"a table is incomplete: {error}", where=where) from error
