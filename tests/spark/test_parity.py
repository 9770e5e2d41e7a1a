"""Every SQL file gives the same rows on Spark as on DuckDB, in the trials of `tests/cases`.

Of a step that an audit makes in rounds, with a solver or with exact tests, its one statement is run, on the
rows that the trial gives. Spark takes a good part of a second for each, so a run takes one trial a file, the
first that gives rows; `AUDITOR_SPARK_TRIALS=all` takes all of them.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import pytest

from auditor.catalogue.reference import reference, reference_texts
from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.engine.trial import Bench, Trial
from tests.spark.engine import SETTINGS, Engine, translated
from tests.test_cases import SCHEMA, TRIALS

MISSING = [
    name
    for name, is_there in (("pyspark", find_spec("pyspark")), ("java", shutil.which("java")))
    if not is_there
]
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed, and needed for Spark: {', '.join(MISSING)}"),
]
BOOK = read_rulebook()
FILES = {file.stem: file for file in BOOK.files}
IS_ALL = os.environ.get("AUDITOR_SPARK_TRIALS") == "all"


def first(trials: tuple[Trial, ...]) -> tuple[Trial, ...]:
    return next(((trial,) for trial in trials if trial.expect), trials[:1])


CHOSEN = [trial for trials in TRIALS.values() for trial in (trials if IS_ALL else first(trials))]


def plain(file: SqlFile) -> SqlFile:
    """The file as its one statement, without rounds, solver or tests."""
    given = {test.gives for test in file.tests}
    columns = {name: kind for name, kind in file.columns.items() if name not in given}
    return replace(file, repeat_until_empty=False, solve="", tests=(), columns=columns)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    made = Bench(BOOK)
    for file in FILES.values():
        made.put(plain(file))
    yield made
    made.close()


@pytest.fixture(scope="module")
def engine(bench: Bench) -> Iterator[Engine]:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder: Any = SparkSession.builder.master("local[2]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        session = builder.getOrCreate()
    relations = {name: dict(columns) for name, columns in SCHEMA.items() if isinstance(columns, dict)}
    filled = {name: reference(name) for name in reference_texts() if name in relations}
    yield Engine(session, relations, filled)
    session.stop()


def test_every_file_gives_the_same_rows_on_spark(
    bench: Bench, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    started, different = time.monotonic(), []
    for trial in CHOSEN:
        file = FILES[bench.file(trial).stem]
        values = {name: p.default for name, p in file.params.items()} | dict(trial.params)
        wanted = Counter(tuple(row.values()) for row in bench.rows(trial))
        try:
            found = Counter(engine.rows(translated(file, values), trial.given))
        except Exception as error:  # noqa: BLE001 - whatever Spark says, it is named
            different.append(f"{file.path}: {trial.name}: {str(error).splitlines()[0][:200]}")
            continue
        if found != wanted:
            different.append(f"{file.path}: {trial.name}: {wanted - found} and on Spark {found - wanted}")
    with capsys.disabled():
        whole = sum(map(len, TRIALS.values()))
        print(
            f"\n{len(CHOSEN)} of {whole} trials, of {len({t.path for t in CHOSEN})} files of SQL, on Spark:"
            f" {len(different)} differ, {time.monotonic() - started:.0f} s"
        )
    assert different == []
