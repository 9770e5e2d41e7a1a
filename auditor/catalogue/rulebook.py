"""All of `sql/`: the files in the order in which they run, checked against each other.

All faults of all files are reported together, before any log is read. A file that cannot be read never counts
as a rule without findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from auditor.catalogue.columns import VOCABULARY
from auditor.catalogue.domains import FILE, Domain, declared_tables, domain_folders, domains, sql_files
from auditor.catalogue.reference import reference_texts, sql_root, with_words
from auditor.catalogue.sql_file import (
    KINDS,
    ParameterDeclaration,
    SqlFile,
    parse_sql_file,
    stem_of,
)
from auditor.catalogue.templates import is_template, made_files
from auditor.errors import AuditorError, UsageError, Where


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All SQL files in the order in which they run, and the parameters that they declare."""

    model: tuple[SqlFile, ...]
    rules: tuple[SqlFile, ...]
    measures: tuple[SqlFile, ...]
    checks: tuple[SqlFile, ...]
    gates: tuple[SqlFile, ...] = ()
    facts: tuple[SqlFile, ...] = ()
    """Relations that claims are counted from. They are read after the model and made only on demand."""
    cautions: tuple[SqlFile, ...] = ()
    """Remarks that are shown beside the figures."""
    schema: Mapping[str, str] = field(default_factory=dict)
    """Path below `sql/` -> text of each file of a `schema/`, in name order."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Path below `sql/` -> text of each `domain.toml` and each domain's own vocabulary."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """Path below `sql/` -> text of each file of `sql/reference`, in name order."""
    claims: Mapping[str, SqlFile] = field(default_factory=dict)
    """Stem -> file of `sql/claims`: figures under other definitions. They are not measures, and their
    parameters are not settings of a case."""

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


def read_rulebook(root: Path | None = None) -> Rulebook:
    """Read every SQL file below `root`, or of this version, which one process reads once. UsageError names
    all faults at once.

    The statements of this version are not parsed: that takes twice as long as all the rest, and a test reads
    its folder as any other.
    """
    return _read(root) if root else _own()


@cache
def _own() -> Rulebook:
    return _read(sql_root(), parses=False)


def _read(root: Path, *, parses: bool = True) -> Rulebook:
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
                files[kind].append(parse_sql_file(path, text, kind, parses=parses))
            except AuditorError as problem:
                problems.append(problem)
        if not files[kind] and kind in KINDS and not problems:
            problems.append(UsageError(f"sql/{kind} holds no SQL file"))
    claims = {file.stem: file for file in files["claims"]}
    words = (sql_root() / "reference" / VOCABULARY).read_text(encoding="utf-8")
    codes = {f"reference/{name}.csv": text for name, text in reference_texts().items()} | {
        f"reference/{VOCABULARY}": words
    }
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
        listed = "\n".join(f"  {p.where or ''}: {p.message}" for p in problems)
        raise UsageError(f"{len(problems)} fault(s) in the SQL files:\n{listed}")
    return book


@cache
def caution_files() -> Mapping[str, SqlFile]:
    """The files of the domains' `cautions/` by kind: a report takes its words from their headers."""
    found = (
        parse_sql_file(path, text, "cautions", parses=False) for path, text in _texts(sql_root(), "cautions")
    )
    return MappingProxyType({file.id: file for file in found})


def _texts(root: Path, kind: str) -> Iterator[tuple[str, str]]:
    """Path below `root` and text of every file of a kind that is not a template."""
    for path in sql_files(root, kind):
        if not is_template(text := path.read_text(encoding="utf-8")):
            yield path.relative_to(root).as_posix(), text


def _schema(root: Path) -> dict[str, str]:
    written = {
        path.relative_to(root).as_posix(): with_words(path.read_text(encoding="utf-8"))
        for path in sql_files(root, "schema")
    }
    both = {**written, **declared_tables(root)}
    return dict(sorted(both.items(), key=lambda found: (Path(found[0]).name, found[0])))


def _domains(root: Path) -> dict[str, str]:
    paths = [folder / name for folder in domain_folders(root) for name in (FILE, VOCABULARY)]
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.is_file()
    }


def _clashes(book: Rulebook) -> list[AuditorError]:
    """Ids, relations and measure names that occur twice, and parameters that two files declare
    differently."""
    problems: list[AuditorError] = []
    for what, names in (
        ("id", [(f.kind + f.id, f) for f in book.files]),
        ("relation", [(f.relation, f) for f in book.model + book.facts]),
        ("measure name", [(f.name, f) for f in book.measures]),
    ):
        first: dict[str, SqlFile] = {}
        for name, file in names:
            if name in first:
                problems.append(
                    UsageError(
                        f"{what} {name!r} is in {first[name].path} too", where=Where(f"sql/{file.path}")
                    )
                )
            first.setdefault(name, file)
    seen: dict[str, tuple[ParameterDeclaration, SqlFile]] = {}
    for file in book.files:
        for name, declared in file.params.items():
            other, where = seen.setdefault(name, (declared, file))
            if replace(declared, why="") != replace(other, why=""):
                problems.append(
                    UsageError(
                        f"parameter ${name} is declared differently in {where.path}",
                        where=Where(f"sql/{file.path}"),
                    )
                )
    return problems


def _dangling(root: Path, book: Rulebook) -> list[AuditorError]:
    """Names in a domain.toml that do not exist in `sql/`: a report would silently leave out their figure,
    table or section."""
    known: Mapping[str, set[str]] = {
        "measure": {file.name for file in book.measures},
        "parameter": set(book.params),
        "relation": {file.relation for file in book.model} | {Path(path).stem for path in book.schema},
        "table": {table.name for domain in domains(root) for table in domain.table},
        "set of states": {states.of for domain in domains(root) for states in domain.states},
    }
    return [
        UsageError(f"names the unknown {what} {name!r}", where=Where(f"sql/{domain.name}/{FILE}"))
        for domain in domains(root)
        for what, name in sorted(set(_named(domain)))
        if name not in known[what]
    ]


def _named(domain: Domain) -> Iterator[tuple[str, str]]:
    """Everything that a domain names and does not define: its kind and its name."""
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
    for listed in domain.list:
        yield from (
            ("relation", name) for name in (listed.relation, *(each.relation for each in listed.nested))
        )
    for table in domain.table:
        yield "relation", table.relation
        yield from (("set of states", name) for name in (table.states,) if name)
        yield from (("measure", name) for name in (table.counted_by,) if name)
    for block in (block for section in domain.section for block in section.block):
        yield from (
            ("measure", name)
            for name in (
                *block.get("measures", ()),
                *(block[key] for key in ("measure", "total") if key in block),
            )
        )
        yield from (
            (what, block[key])
            for key, what in (("table", "table"), ("states", "set of states"), ("parameter", "parameter"))
            if key in block
        )
