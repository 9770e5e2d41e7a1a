"""Saved questions: SQL files with a title and parameters, shipped in `sql/queries` or a case's own in
CASE/queries."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from auditor.catalogue.reference import sql_root
from auditor.catalogue.sql_file import SqlFile, read_sql_file
from auditor.errors import UsageError
from auditor.private import refuse_irregular
from auditor.store import identifier
from auditor.text import in_millions


@dataclass(frozen=True, slots=True)
class Question:
    """One saved question. `params` maps each parameter to (type, unit, default, why)."""

    name: str
    origin: str
    """`shipped`, or `case` for one of the case's own."""
    file: SqlFile

    @property
    def title(self) -> str:
        """The question in one line."""
        return self.file.title

    @property
    def sql(self) -> str:
        """The statement to run. In a shipped question, columns that declare no privacy are withheld. A case's
        own question shows all its columns."""
        bare = (
            [identifier(c.name) for c in self.file.declared.values() if not c.privacy]
            if self.origin == "shipped"
            else []
        )
        if not bare:
            return self.file.sql
        hidden = ", ".join(f"CASE WHEN {name} IS NOT NULL THEN 'withheld' END AS {name}" for name in bare)
        return f"SELECT * REPLACE ({hidden}) FROM ({self.file.sql}\n)"


def read_questions(folder: Path | None) -> dict[str, Question]:
    """Every question by name. A case's own question replaces a shipped one of the same name. UsageError names
    a file with a fault."""
    found = {}
    for origin, root in (("shipped", sql_root()), ("case", folder)):
        for path in sorted((root / "queries").glob("*.sql")) if root else ():
            refuse_irregular(path)
            found[path.stem] = Question(path.stem, origin, read_sql_file(path, "queries"))
    return found


def question_called(name: str, folder: Path | None) -> Question:
    """The question called `name`. UsageError with similar names if there is none."""
    questions = read_questions(folder)
    if name not in questions:
        close = difflib.get_close_matches(name, questions, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "`auditor sql CASE --questions` lists them"
        raise UsageError(f"unknown question {name!r}", hint=hint)
    return questions[name]


def values_of(question: Question, given: Mapping[str, object]) -> dict[str, object]:
    """The question's parameters with the given values, else their defaults. UsageError for an unknown name or
    a wrong type."""
    declared = question.file.params
    if unknown := set(given) - set(declared):
        known = ", ".join(declared) or "it has none"
        raise UsageError(
            f"the question {question.name} has no parameter {min(unknown)!r}", hint=f"its parameters: {known}"
        )
    values: dict[str, object] = {}
    for name, parameter in declared.items():
        value = given.get(name, parameter.default)
        try:
            values[name] = _READERS.get(parameter.type, str)(str(value))
        except ValueError:
            raise UsageError(f"{name} must be a {parameter.type} ({parameter.unit}), not {value!r}") from None
        if parameter.min is not None and float(str(values[name])) < float(parameter.min):
            raise UsageError(f"{name} must be at least {parameter.min}, not {value}")
        if parameter.type != "text" and float(str(values[name])) > parameter.greatest:
            raise UsageError(f"{name} must be at most {in_millions(parameter.greatest)}")
        if parameter.type != "text" and float(str(values[name])) < -parameter.greatest:
            raise UsageError(f"{name} must be at least -{in_millions(parameter.greatest)}")
    return values


def _finite(text: str) -> float:
    """ValueError for what is no number, or none that can be compared: `nan` is neither more nor less."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: Mapping[str, Callable[[str], object]] = {"integer": int, "number": _finite}
"""Type of a parameter -> what reads it; any other is text."""
