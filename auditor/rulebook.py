"""Reads `sql/`: one file, one meaning. A file is a TOML header in a leading `/*--- ... ---*/` comment and one SELECT.

All faults of all files are told together, before any log is read; a file that cannot be read never counts as a clean rule.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from auditor import store
from auditor.columns import Vocabulary, read_vocabulary
from auditor.declarations import ExactTest, declared_tests
from auditor.domains import FILE, HEADER, Domain, declared_tables, domain_folders, domains, sql_files
from auditor.errors import AuditorError, StoreError, UsageError, Where
from auditor.model import Column, Severity, Unit
from auditor.reference import reference_texts, sql_root, with_words
from auditor.templates import is_template, made_files

KINDS = ("model", "facts", "rules", "measures", "checks", "gates")
Value = int | float | str
_VOCABULARY = "vocabulary.toml"

_COMMON = {"id", "title", "why", "grain", "columns", "params"}
_KEYS: Mapping[str, frozenset[str]] = {
    "model": frozenset(_COMMON | {"relation", "repeat_until_empty", "solve", "test"}),
    "facts": frozenset(_COMMON | {"relation", "repeat_until_empty", "solve", "test"}),
    "rules": frozenset(_COMMON | {"severity", "clause", "false_positives", "requires", "regimes"}),
    "measures": frozenset(_COMMON | {"name", "unit", "definition", "requires"}),
    "checks": frozenset(_COMMON),
    "gates": frozenset(_COMMON | {"sentence", "spoils", "remedy"}),
    "cautions": frozenset(_COMMON | {"sentence", "others"}),
    "claims": frozenset(_COMMON),
    "queries": frozenset({"title", "why", "columns", "params"}),
    "find": frozenset({"title", "why", "columns", "params", "gives"}),
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


@dataclass(frozen=True, slots=True)
class ParameterDeclaration:
    """A parameter of a SQL file: its type (`integer`, `number` or `text`), unit, default, least value and why it is so."""

    name: str
    type: str
    unit: str
    default: Value
    min: Value | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One file of a folder of `sql/`, read and checked."""

    kind: str
    path: str
    """Below `sql/`, with forward slashes: `carriage/rules/ec_004_abandoned_at_centre.sql`; of a template, `#` and the own name."""
    id: str
    title: str
    sql: str
    text: str
    grain: tuple[str, ...]
    columns: Mapping[str, str]
    """Column -> DuckDB's type, in order."""
    params: Mapping[str, ParameterDeclaration]
    declared: Mapping[str, Column] = field(default_factory=dict)
    """Column -> all that is declared of it."""
    why: str = ""
    relation: str = ""
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
    sentence: str = ""
    """Of a gate: what is wrong with a `{subject}`, with its `{count}` and what it is `{of}`.

    Of a caution: what is to be said of a row, with its columns; with `{names}` once of all rows, by their column `name`.
    """
    others: str = ""
    """Of a caution with many names: what those are that it does not name."""
    gives: Mapping[str, str] = field(default_factory=dict)
    """Of a query of `auditor find`: parameter of later queries -> the column whose values it holds."""
    spoils: str = ""
    """Of a gate: which figures may not be quoted while it does not hold."""
    remedy: str = ""
    """Of a gate: what to do."""

    @property
    def stem(self) -> str:
        """The name of the file without its folder: that of its cases, too."""
        return stem_of(self.path)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All SQL files in the order they run in, and the parameters they declare."""

    model: tuple[SqlFile, ...]
    rules: tuple[SqlFile, ...]
    measures: tuple[SqlFile, ...]
    checks: tuple[SqlFile, ...]
    gates: tuple[SqlFile, ...] = ()
    facts: tuple[SqlFile, ...] = ()
    """Relations that claims are counted from: read after the model, and made only where something asks for them."""
    cautions: tuple[SqlFile, ...] = ()
    """What is to be said beside the figures."""
    schema: Mapping[str, str] = field(default_factory=dict)
    """Path below `sql/` -> text of each file of a `schema/`, in name order."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Path below `sql/` -> text of each `domain.toml` and each domain's own vocabulary."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """Path below `sql/` -> text of each file of `sql/reference`, in name order."""
    claims: Mapping[str, SqlFile] = field(default_factory=dict)
    """Stem -> file of `sql/claims`: figures under other definitions. They are no measures, and their parameters no settings of a case."""

    @property
    def files(self) -> tuple[SqlFile, ...]:
        """All SQL files, the model first."""
        return self.model + self.facts + self.rules + self.measures + self.checks + self.gates + self.cautions

    @property
    def params(self) -> dict[str, ParameterDeclaration]:
        """Every declared parameter by name."""
        return {name: declared for file in self.files for name, declared in file.params.items()}

    @property
    def sha256(self) -> str:
        """One hash over all SQL and the tables of codes that it joins: paths and texts, in path order."""
        digest = hashlib.sha256()
        texts = {f.path: f.text for f in (*self.files, *self.claims.values())}
        whole = {**texts, **self.schema, **self.domains, **self.reference}
        for path, text in sorted(whole.items()):
            digest.update(f"{path}\0{text}\0".encode())
        return digest.hexdigest()


@cache
def vocabulary() -> Vocabulary:
    """The words that all of `sql/` shares, and those of each domain. UsageError names the column that is declared wrongly."""
    root = sql_root()
    own = [path for folder in domain_folders(root) if (path := folder / _VOCABULARY).is_file()]
    try:
        return read_vocabulary(root / "reference" / _VOCABULARY, *own)
    except ValueError as error:
        raise UsageError(str(error), where=Where(f"sql/*/{_VOCABULARY}")) from error


def read_rulebook(root: Path | None = None) -> Rulebook:
    """Read every SQL file below `root`. UsageError names all faults at once."""
    root = root or sql_root()
    problems: list[AuditorError] = []
    files: dict[str, list[SqlFile]] = {kind: [] for kind in (*KINDS, "cautions", "claims")}
    for kind in files:
        try:
            texts = [*_texts(root, kind), *made_files(root, kind)]
        except AuditorError as problem:
            problems.append(problem)
            continue
        for path, text in sorted(texts, key=lambda found: stem_of(found[0])):
            try:
                files[kind].append(_read(path, text, kind))
            except AuditorError as problem:
                problems.append(problem)
        if not files[kind] and kind in KINDS and not problems:
            problems.append(UsageError(f"sql/{kind} holds no SQL file"))
    claims = {file.stem: file for file in files["claims"]}
    words = (sql_root() / "reference" / _VOCABULARY).read_text(encoding="utf-8")
    codes = {f"reference/{name}.csv": text for name, text in reference_texts().items()} | {f"reference/{_VOCABULARY}": words}
    book = Rulebook(
        **{kind: tuple(files[kind]) for kind in (*KINDS, "cautions")},
        schema=_schema(root),
        domains=_domains(root),
        reference=codes,
        claims=claims,
    )
    problems += _clashes(book)
    problems += [] if problems else _dangling(root, book)
    if problems:
        told = "\n".join(f"  {p.where or ''}: {p.message}" for p in problems)
        raise UsageError(f"{len(problems)} fault(s) in the SQL files:\n{told}")
    return book


def _texts(root: Path, kind: str) -> Iterator[tuple[str, str]]:
    """Path below `root` and text of every file of a kind that stands for itself."""
    for path in sql_files(root, kind):
        if not is_template(text := path.read_text(encoding="utf-8")):
            yield path.relative_to(root).as_posix(), text


def stem_of(path: str) -> str:
    """The name of a SQL file by its path below `sql/`: what follows `#` where it is made from a template."""
    return path.rpartition("#")[2] if "#" in path else Path(path).stem


def _schema(root: Path) -> dict[str, str]:
    written = {path.relative_to(root).as_posix(): with_words(path.read_text(encoding="utf-8")) for path in sql_files(root, "schema")}
    return dict(sorted({**written, **declared_tables(root)}.items(), key=lambda found: (Path(found[0]).name, found[0])))


def read_sql_file(path: Path, kind: str) -> SqlFile:
    """Read and check one file; UsageError with its path when the header, the statement or the parameters are wrong."""
    return _read(f"{kind}/{path.name}", path.read_text(encoding="utf-8"), kind)


def _read(path: str, text: str, kind: str) -> SqlFile:
    where = Where(f"sql/{path}")
    match = HEADER.match(text)
    if not match:
        raise UsageError("starts with no /*--- ... ---*/ header", where=where)
    try:
        header = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"header is not TOML: {error}", where=where) from error
    if unknown := set(header) - _KEYS[kind]:
        raise UsageError(f"unknown header key {sorted(unknown)[0]!r}", where=where)
    if missing := [key for key in _REQUIRED[kind] if key not in header]:
        raise UsageError(f"header lacks {missing[0]!r}", where=where)
    sql = text[match.end() :].strip().rstrip(";")
    params = {name: _parameter(name, spec, where) for name, spec in header.get("params", {}).items()}
    _check_statement(sql, set(params), where)
    _check_sentence(kind, header, where)
    try:
        return _sql_file(kind, path, header, params, sql, text)
    except ValueError as error:
        raise UsageError(str(error), where=where) from error


def _sql_file(kind: str, path: str, header: Mapping[str, Any], params: Mapping[str, ParameterDeclaration], sql: str, text: str) -> SqlFile:
    stem = stem_of(path)
    relation = header.get("relation", stem.partition("_")[2]) if kind in ("model", "facts") else ""
    # A bare text is the type alone.
    specs = {name: {"type": spec} if isinstance(spec, str) else spec for name, spec in header["columns"].items()}
    declared = {
        name: vocabulary().declared(name, spec.get("type", ""), {key: text for key, text in spec.items() if key != "type"}, relation)
        for name, spec in specs.items()
    }
    return SqlFile(
        kind=kind,
        path=path,
        id=header.get("id", stem),
        title=header.get("title", header.get("name", "")),
        sql=sql,
        text=text,
        grain=tuple(header.get("grain", ())),
        columns={name: column.type for name, column in declared.items()},
        params=params,
        declared=declared,
        why=header.get("why", ""),
        relation=relation,
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
        sentence=header.get("sentence", ""),
        others=header.get("others", ""),
        gives=header.get("gives", {}),
        spoils=header.get("spoils", ""),
        remedy=header.get("remedy", ""),
    )


def _domains(root: Path) -> dict[str, str]:
    paths = [folder / name for folder in domain_folders(root) for name in (FILE, _VOCABULARY)]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths if path.is_file()}


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
    """A place in a sentence that nothing fills would be found out by the first user whose logs it is said of."""
    columns = set(header["columns"])
    filled = {"gates": {"subject", "count", "of"}, "cautions": columns | ({"names"} if "name" in columns else set())}
    if kind in filled and (unfilled := set(re.findall(r"{(\w+)}", header["sentence"])) - filled[kind]):
        raise UsageError(f"nothing fills the place {{{min(unfilled)}}} of its sentence", where=where)


def _clashes(book: Rulebook) -> list[AuditorError]:
    """Ids, relations and measure names that stand twice, and parameters that two files declare differently."""
    problems: list[AuditorError] = []
    for what, names in (
        ("id", [(f.kind + f.id, f) for f in book.files]),
        ("relation", [(f.relation, f) for f in book.model + book.facts]),
        ("measure name", [(f.name, f) for f in book.measures]),
    ):
        first: dict[str, SqlFile] = {}
        for name, file in names:
            if name in first:
                problems.append(UsageError(f"{what} {name!r} stands in {first[name].path} too", where=Where(f"sql/{file.path}")))
            first.setdefault(name, file)
    seen: dict[str, tuple[ParameterDeclaration, SqlFile]] = {}
    for file in book.files:
        for name, declared in file.params.items():
            other, where = seen.setdefault(name, (declared, file))
            if (declared.type, declared.unit, declared.default, declared.min) != (other.type, other.unit, other.default, other.min):
                problems.append(UsageError(f"parameter ${name} is declared otherwise in {where.path}", where=Where(f"sql/{file.path}")))
    return problems


def _dangling(root: Path, book: Rulebook) -> list[AuditorError]:
    """What a domain.toml names and nothing in `sql/` is: a report would leave its figure, table or section out without a word."""
    known: Mapping[str, set[str]] = {
        "measure": {file.name for file in book.measures},
        "parameter": set(book.params),
        "relation": {file.relation for file in book.model} | {Path(path).stem for path in book.schema},
        "table": {table.name for domain in domains(root) for table in domain.table},
        "set of states": {states.of for domain in domains(root) for states in domain.states},
    }
    return [
        UsageError(f"names the {what} {name!r}, and there is none", where=Where(f"sql/{domain.name}/{FILE}"))
        for domain in domains(root)
        for what, name in sorted(set(_named(domain)))
        if name not in known[what]
    ]


def _named(domain: Domain) -> Iterator[tuple[str, str]]:
    """Everything that a domain names without making it: its kind and its name."""
    figures = [state.measure for states in domain.states for state in states.each if state.measure]
    figures += [headline.measure for headline in domain.headline]
    figures += [name for partition in domain.partition for name in (partition.total, *partition.parts)]
    figures += [
        *domain.counting.headlines,
        *domain.counting.timeline,
        *domain.counting.recount,
        *domain.public.open,
        *domain.public.in_ranges,
    ]
    yield from (("measure", name) for name in figures)
    for each in domain.list:
        yield from (("relation", relation) for relation in (each.relation, *(nested.relation for nested in each.nested)))
    for table in domain.table:
        yield "relation", table.relation
        yield from (("set of states", name) for name in (table.states,) if name)
        yield from (("measure", name) for name in (table.counted_by,) if name)
    for block in (block for section in domain.section for block in section.block):
        yield from (
            ("measure", name) for name in (*block.get("measures", ()), *(block[key] for key in ("measure", "total") if key in block))
        )
        yield from (
            (what, block[key])
            for key, what in (("table", "table"), ("states", "set of states"), ("parameter", "parameter"))
            if key in block
        )
