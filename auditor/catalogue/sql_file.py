"""Reads and checks one file of `sql/`: a TOML header in a leading `/*--- ... ---*/` comment and one
SELECT."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import store
from auditor.catalogue.columns import vocabulary
from auditor.catalogue.declarations import ExactTest, declared_tests
from auditor.catalogue.domains import HEADER
from auditor.errors import StoreError, UsageError, Where
from auditor.model import Column, Severity, Unit

KINDS = ("model", "facts", "rules", "measures", "checks", "gates")
Value = int | float | str
_CITED = re.compile(r" \(contract [^()]*\)")
_COMMON = {"id", "title", "why", "grain", "columns", "params"}
_KEYS: Mapping[str, frozenset[str]] = {
    "model": frozenset(_COMMON | {"relation", "passing", "repeat_until_empty", "solve", "test"}),
    "facts": frozenset(_COMMON | {"relation", "repeat_until_empty", "solve", "test"}),
    "rules": frozenset(_COMMON | {"severity", "clause", "false_positives", "requires", "regimes", "is_gap"}),
    "measures": frozenset(_COMMON | {"name", "unit", "definition", "requires", "unknown_because"}),
    "checks": frozenset(_COMMON),
    "gates": frozenset(_COMMON | {"sentence", "spoils", "remedy"}),
    "cautions": frozenset(_COMMON | {"sentence", "others", "is_floor", "in_answer"}),
    "claims": frozenset(_COMMON),
    "queries": frozenset({"title", "why", "columns", "params"}),
    "find": frozenset({"title", "why", "columns", "params", "gives", "traced"}),
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "model": ("id", "title", "grain", "columns"),
    "facts": ("id", "title", "grain", "columns"),
    "rules": ("id", "title", "severity", "why", "false_positives", "grain", "columns"),
    "measures": ("id", "name", "unit", "definition", "grain", "columns"),
    "checks": ("id", "title", "columns"),
    "gates": ("id", "title", "why", "sentence", "spoils", "remedy", "grain", "columns"),
    "cautions": ("title", "sentence", "grain", "columns"),
    "claims": ("id", "title", "columns"),
    "queries": ("title", "columns"),
    "find": ("title", "columns"),
}


MOST = 1_000_000_000
"""The greatest value of a parameter that declares none: 30 years of seconds. It leaves room, within 64 bits,
for hours as milliseconds and for the number of records."""


@dataclass(frozen=True, slots=True)
class ParameterDeclaration:
    """A parameter of a SQL file: its type (`integer`, `number` or `text`), unit, default, least and greatest
    value and the reason for the default."""

    name: str
    type: str
    unit: str
    default: Value
    min: Value | None = None
    why: str = ""
    max: Value | None = None
    """Declared where the parameter is a factor of more than one count."""

    @property
    def greatest(self) -> int:
        """The greatest value that it may have."""
        return MOST if self.max is None else int(self.max)


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One file of a folder of `sql/`, read and checked."""

    kind: str
    path: str
    """Path below `sql/`, with forward slashes: `carriage/rules/ec_004_abandoned_at_centre.sql`. A file made
    from a template ends with `#` and its own name."""
    id: str
    title: str
    sql: str
    text: str
    grain: tuple[str, ...]
    columns: Mapping[str, str]
    """Column -> DuckDB's type, in order."""
    params: Mapping[str, ParameterDeclaration]
    declared: Mapping[str, Column] = field(default_factory=dict)
    """Column -> its whole declaration."""
    why: str = ""
    relation: str = ""
    is_passing: bool = False
    """Of a step of the model: whether only later steps read its relation. It is then in memory until the last
    of them has run, and not in the case's database."""
    repeat_until_empty: bool = False
    solve: str = ""
    tests: tuple[ExactTest, ...] = ()
    """What they give are the last columns: the statement itself has those before."""
    severity: Severity = Severity.INFO
    clause: str = ""
    false_positives: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    regimes: tuple[str, ...] = ()
    name: str = ""
    unit: Unit = Unit.RECORDS
    definition: str = ""
    unknown_because: str = ""
    """Of a measure: why it has no value where one of its rows has no weight."""
    sentence: str = ""
    """Of a gate: what is wrong with a `{subject}`, with its `{count}` and the whole `{of}`.

    Of a caution: the remark for one row, with its columns. With `{names}` one remark for all rows, with the
    values of their column `name`.
    """
    others: str = ""
    """Of a caution with many names: the word for the names that are left out."""
    is_floor: bool = False
    in_answer: bool = False
    """Of a caution: whether the answer says it too, because a figure there is misread without it."""
    """Of a caution: whether the counts may be too low because of what it finds."""
    is_gap: bool = False
    """Of a rule: whether what it finds is a gap in the evidence."""
    gives: Mapping[str, str] = field(default_factory=dict)
    """Of a query of `auditor find`: parameter of later queries -> the column whose values it holds."""
    is_traced: bool = False
    """Of a query of `auditor find`: whether `auditor trace` shows it too, of the attempts it prints."""
    spoils: str = ""
    """Of a gate: which figures may not be quoted while it does not hold."""
    remedy: str = ""
    """Of a gate: what to do."""

    @property
    def stem(self) -> str:
        """The name of the file without its folder; its case file has the same name."""
        return stem_of(self.path)


def stem_of(path: str) -> str:
    """The name of a SQL file by its path below `sql/`: the part after `#` if it is made from a template."""
    return path.rpartition("#")[2] if "#" in path else Path(path).stem


def read_sql_file(path: Path, kind: str) -> SqlFile:
    """Read and check one file. UsageError with its path if the header, the statement or the parameters are
    wrong."""
    return parse_sql_file(f"{kind}/{path.name}", path.read_text(encoding="utf-8"), kind)


def parse_sql_file(path: str, text: str, kind: str, *, parses: bool = True) -> SqlFile:
    """A file of a kind from its text. UsageError with its path if the header is wrong, or, where it `parses`
    the statement, that or the parameters."""
    where = Where(f"sql/{path}")
    match = HEADER.match(text)
    if not match:
        raise UsageError("does not begin with a /*--- ... ---*/ header", where=where)
    try:
        header = _for_users(tomllib.loads(match[1]))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"header is not TOML: {error}", where=where) from error
    if unknown := set(header) - _KEYS[kind]:
        raise UsageError(f"unknown header key {sorted(unknown)[0]!r}", where=where)
    if missing := [key for key in _REQUIRED[kind] if key not in header]:
        raise UsageError(f"header lacks {missing[0]!r}", where=where)
    sql = text[match.end() :].strip().rstrip(";")
    params = {name: _parameter(name, spec, where) for name, spec in header.get("params", {}).items()}
    if parses:
        _check_statement(sql, set(params), where)
    _check_sentence(kind, header, where)
    try:
        return _sql_file(kind, path, header, params, sql, text)
    except ValueError as error:
        raise UsageError(str(error), where=where) from error


def _for_users(value: Any) -> Any:
    """The header without the clauses of the contract, which are for those who change the file: users do not
    have it."""
    if isinstance(value, str):
        return _CITED.sub("", value)
    if isinstance(value, dict):
        return {name: _for_users(part) for name, part in value.items()}
    return [_for_users(part) for part in value] if isinstance(value, list) else value


def _sql_file(
    kind: str,
    path: str,
    header: Mapping[str, Any],
    params: Mapping[str, ParameterDeclaration],
    sql: str,
    text: str,
) -> SqlFile:
    stem = stem_of(path)
    own_name = stem.partition("_")[2]
    relation = header.get("relation", own_name) if kind in ("model", "facts") else ""
    # A plain text is the type alone.
    specs = {
        name: {"type": spec} if isinstance(spec, str) else spec for name, spec in header["columns"].items()
    }
    declared = {
        name: vocabulary().declared(
            name,
            spec.get("type", ""),
            {key: text for key, text in spec.items() if key != "type"},
            relation,
        )
        for name, spec in specs.items()
    }
    return SqlFile(
        kind=kind,
        path=path,
        id=header.get("id", own_name if kind == "cautions" else stem),
        title=header.get("title", header.get("name", "")),
        sql=sql,
        text=text,
        grain=tuple(header.get("grain", ())),
        columns={name: column.type for name, column in declared.items()},
        params=params,
        declared=declared,
        why=header.get("why", ""),
        relation=relation,
        is_passing=bool(header.get("passing", False)),
        repeat_until_empty=bool(header.get("repeat_until_empty", False)),
        solve=header.get("solve", ""),
        tests=declared_tests(header, list(declared)),
        severity=Severity(header.get("severity", "info")),
        clause=header.get("clause", ""),
        false_positives=tuple(header.get("false_positives", ())),
        requires=tuple(header.get("requires", ())),
        regimes=tuple(header.get("regimes", ())),
        name=header.get("name", ""),
        unit=Unit(header.get("unit", "records")),
        definition=header.get("definition", ""),
        unknown_because=header.get("unknown_because", ""),
        sentence=header.get("sentence", ""),
        others=header.get("others", ""),
        is_floor=bool(header.get("is_floor", False)),
        in_answer=bool(header.get("in_answer", False)),
        is_gap=bool(header.get("is_gap", False)),
        gives=header.get("gives", {}),
        is_traced=bool(header.get("traced", False)),
        spoils=header.get("spoils", ""),
        remedy=header.get("remedy", ""),
    )


def _parameter(name: str, spec: Mapping[str, Any], where: Where) -> ParameterDeclaration:
    try:
        return ParameterDeclaration(name, **spec)
    except TypeError as error:
        raise UsageError(f"parameter {name!r}: {error}", where=where) from error


def _check_statement(sql: str, declared: set[str], where: Where) -> None:
    try:
        parsed = store.statements(sql)
    except StoreError as error:
        raise UsageError(error.message, where=where) from error
    if len(parsed) != 1 or parsed[0].kind != "SELECT":
        raise UsageError("holds something other than one SELECT", where=where)
    if difference := declared ^ parsed[0].parameters:
        name = sorted(difference)[0]
        fault = "declared but not used" if name in declared else "used but not declared"
        raise UsageError(f"parameter ${name} is {fault}", where=where)


def _check_sentence(kind: str, header: Mapping[str, Any], where: Where) -> None:
    """A placeholder without a value would fail only when the sentence is first shown, so it is refused
    here."""
    columns = set(header["columns"])
    filled = {
        "gates": {"subject", "count", "of"},
        "cautions": columns | ({"names"} if "name" in columns else set()),
    }
    if kind in filled and (unfilled := set(re.findall(r"{(\w+)}", header["sentence"])) - filled[kind]):
        raise UsageError(f"no column fills the placeholder {{{min(unfilled)}}} of its sentence", where=where)
