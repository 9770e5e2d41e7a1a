"""Runs one SQL file on a few given rows: for the cases of the rules, and for the author of a rule.

A case file is TOML: `[[case]]` with `name`, `params`, `given.<relation>` and `expect`. Columns that a given
row does not name are null. Relations that are not given are empty. Of an expected row only the named columns
are compared, and `[]` means null. A step of the model that needs rounds or a solver is made with them, as in
an audit. If a case gives rows of the step's own relation, one round is made after them. Where a step reads
numbers, `given.case_setting` may name the country.
"""

from __future__ import annotations

import difflib
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from auditor import store
from auditor.catalogue.reference import cases_root, reference_texts
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.engine.steps import build_step
from auditor.errors import AuditorError, UsageError, Where
from auditor.ingest import prepare
from auditor.regimes import e164

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """One `[[case]]`: the rows given by relation, the parameters that are not at their default, and the rows
    expected."""

    path: str
    name: str
    given: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    expect: tuple[Record, ...] = ()
    params: Mapping[str, int | float | str] = field(default_factory=dict)


def read_trials(path: Path) -> tuple[Trial, ...]:
    """The cases of one file. UsageError with the file if its form is wrong."""
    where = Where(str(path))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not TOML: {error}", where=where) from error
    if set(raw) != {"case"}:
        raise UsageError("a file of cases holds [[case]] tables only", where=where)
    return tuple(_trial(str(path), case, where) for case in raw["case"])


def examples(file: SqlFile) -> tuple[Trial, Trial]:
    """Two of a rule's own cases: the first with a finding, and the first with given rows and no finding."""
    stem = Path(file.path).stem
    trials = [trial for path in sorted(cases_root().rglob(f"{stem}.toml")) for trial in read_trials(path)]
    hits = [trial for trial in trials if trial.expect]
    misses = [trial for trial in trials if trial.given and not trial.expect]
    if not hits or not misses:
        raise UsageError(
            "a rule needs one case with a finding and one without",
            where=Where(f"{stem}.toml"),
        )
    return hits[0], misses[0]


def _trial(path: str, raw: Record, where: Where) -> Trial:
    if unknown := set(raw) - {"name", "params", "given", "expect"}:
        raise UsageError(
            f"unknown key {min(unknown)!r} in a case", where=where, hint="known: name, params, given, expect"
        )
    if "name" not in raw:
        raise UsageError("a case needs a name", where=where)
    return Trial(
        path=path,
        name=raw["name"],
        given={relation: tuple(_row(row) for row in rows) for relation, rows in raw.get("given", {}).items()},
        expect=tuple(_row(row) for row in raw.get("expect", ())),
        params=raw.get("params", {}),
    )


def _row(row: Record) -> Record:
    """Values in the form of the tables: times in naive UTC, `[]` for null."""
    return {column: _held(value) for column, value in row.items()}


def _held(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return None if value == [] else value


class Bench:
    """A database in memory with every table and relation of a rulebook; all but those of `sql/reference` are
    empty between trials."""

    def __init__(self, book: Rulebook) -> None:
        self._store = store.open_memory()
        self._files = {file.stem: file for file in book.files}
        prepare(self._store)
        for step in (*book.model, *book.facts):
            columns = ", ".join(f"{store.identifier(name)} {kind}" for name, kind in step.columns.items())
            self._store.execute(
                f"CREATE TABLE IF NOT EXISTS {store.identifier(step.relation)} ({columns})", name=step.path
            )
        self._relations = {name for (name,) in self._store.query("SELECT table_name FROM duckdb_tables()")}

    def put(self, file: SqlFile) -> None:
        """From now on use `file` for cases named after its stem."""
        self._files[file.stem] = file

    def file(self, trial: Trial) -> SqlFile:
        """The SQL file with the stem of the case file. UsageError if there is none."""
        stem = Path(trial.path).stem
        if stem not in self._files:
            raise UsageError(f"no SQL file is called {stem}.sql", where=Where(trial.path))
        return self._files[stem]

    def rows(self, trial: Trial, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The result of the SQL file on the trial's rows. `params` replace the trial's own parameters, which
        replace the defaults."""
        file = self.file(trial)
        if taken := set(trial.given) & set(reference_texts()):
            raise UsageError(
                f"cannot fill {min(taken)!r}: its rows come from sql/reference", where=Where(trial.path)
            )
        if unknown := set(trial.given) - self._relations:
            name = min(unknown)
            close = "".join(
                f"did you mean {meant!r}?" for meant in difflib.get_close_matches(name, self._relations, n=1)
            )
            raise UsageError(
                f"cannot fill {name!r}: unknown table or relation",
                where=Where(trial.path),
                hint=close,
            )
        values = (
            {name: declared.default for name, declared in file.params.items()}
            | dict(trial.params)
            | dict(params or {})
        )
        try:
            for relation, given in trial.given.items():
                self._insert(relation, given, trial)
            names = self._columns(file, values)
            found = self._made(file, values, trial)
        finally:
            for relation in {*trial.given, file.relation} - {""}:
                self._store.execute(f"DELETE FROM {store.identifier(relation)}")
        return [dict(zip(names, row, strict=True)) for row in found]

    def problem(self, trial: Trial) -> str:
        """Empty if the trial gives the expected rows, else one sentence about the difference."""
        try:
            found = self.rows(trial)
        except AuditorError as error:
            return error.message
        file = self.file(trial)
        if file.kind == "model" and (
            twice := [k for k, n in Counter(tuple(r[c] for c in file.grain) for r in found).items() if n > 1]
        ):
            return f"gives more than one row for its grain: {', '.join(map(str, twice[0]))}"
        if len(found) != len(trial.expect):
            return f"gives {len(found)} row(s), {len(trial.expect)} expected: {_shown(found)}"
        for number, (row, expected) in enumerate(zip(found, trial.expect, strict=True), 1):
            for column, value in expected.items():
                if column not in row:
                    return f"expects a column {column!r} that the file does not give"
                if row[column] != value or isinstance(row[column], bool) is not isinstance(value, bool):
                    return f"row {number}: {column} is {row[column]!r}, {value!r} expected"
        return ""

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def _made(self, file: SqlFile, values: Mapping[str, Any], trial: Trial) -> list[tuple[Any, ...]]:
        """The rows of the file's one statement, or of the relation that an audit makes of it in rounds or
        with a solver."""
        if file.relation in trial.given or not (file.repeat_until_empty or file.solve or file.tests):
            return self._store.query(file.sql, values, name=file.path)
        countries = self._store.query("SELECT value FROM case_setting WHERE setting = 'country'")
        country = countries[0][0] if countries else ""
        build_step(self._store, file, values, lambda text: e164(text, country))
        order = ", ".join(map(store.identifier, file.grain))
        return self._store.query(
            f"SELECT * FROM {store.identifier(file.relation)} ORDER BY {order}", name=file.path
        )

    def _insert(self, relation: str, given: Iterable[Record], trial: Trial) -> None:
        try:
            for names, rows in groupby(given, key=lambda row: tuple(sorted(row))):
                values = [[row[name] for name in names] for row in rows]
                columns = ", ".join(store.identifier(name) for name in names)
                marks = ", ".join(f"({', '.join('?' for _ in names)})" for _ in values)
                statement = f"INSERT INTO {store.identifier(relation)} ({columns}) VALUES {marks}"
                self._store.execute(statement, [value for row in values for value in row])
        except AuditorError as error:
            raise UsageError(f"cannot fill {relation!r}: {error.message}", where=Where(trial.path)) from error

    def _columns(self, file: SqlFile, values: Mapping[str, Any]) -> list[str]:
        """Names of the result. UsageError if names or types differ from the header."""
        found = dict(self._store.columns(file.sql, values, name=file.path))
        tested = {test.gives for test in file.tests}
        declared = {name: kind for name, kind in file.columns.items() if name not in tested}
        if found != declared:
            wrong = sorted(set(found.items()) ^ set(declared.items()))
            raise UsageError(
                f"{file.path}: header and result differ in"
                f" {', '.join(f'{name} {kind}' for name, kind in wrong)}"
            )
        return list(file.columns)


def _shown(rows: list[dict[str, Any]]) -> str:
    """The first rows without null values, short enough for one line."""
    return "; ".join(", ".join(f"{k} {v}" for k, v in row.items() if v is not None) for row in rows[:3])[:300]
