"""The facts that claims are counted from: made where something asks for them, and never another run's."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlglot
from click.testing import CliRunner
from sqlglot import exp

from auditor.case import read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.claims import of_measure
from auditor.claims.definition import Definition
from auditor.cli import auditor
from auditor.model import Audit, JudgedClaim
from auditor.pipeline import audit, read_audit, read_figures
from auditor.store import open_locked, open_read

BOOK = read_rulebook()
FACTS = {step.relation for step in BOOK.facts}
COLUMNS = (
    "call_id",
    "network",
    "element",
    "started_at",
    "released_at",
    "calling_number",
    "dialled",
    "release_cause",
)
CASE = """[case]
title = "facts"
regime = "au"
[[source]]
role = "attempts"
path = "a.csv"
[[source]]
role = "attempts"
path = "b.csv"
"""
CLAIM = """[[claim]]
id = "c"
figure = 3
unit = "attempts"
measure = "attempts.failed"
said_by = "B"
said_on = "2024-04-02"
"""
EXCLUSION = """[[exclusion]]
id = "x"
who = "A"
when = "2024-04-01"
why = "w"
callers = ["{}"]
"""
HOLDER = """
import sys
from pathlib import Path
from auditor.store import open_read
store = open_read(Path(sys.argv[1]))
print("open", flush=True)
input()
"""


def write(folder: Path, more: str = "") -> Path:
    """Three refused calls of three callers, two in a.csv and one in b.csv."""
    folder.mkdir(exist_ok=True)
    for name, numbers in (("a.csv", (1, 2)), ("b.csv", (3,))):
        rows = [
            (
                f"id{n}",
                "alpha",
                "e1",
                f"2024-03-12T0{n}:00:00.000+00:00",
                f"2024-03-12T0{n}:00:10.000+00:00",
                f"+6141200000{n}",
                "000",
                "34",
            )
            for n in numbers
        ]
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
    (folder / "case.toml").write_text(CASE + more, "utf-8")
    return folder


def held(folder: Path) -> set[str]:
    """The tables in the case's database."""
    store = open_read(read_case(folder).database)
    try:
        return {name for (name,) in store.query("SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    finally:
        store.close()


def failed(**settings: tuple[str, ...]) -> Definition:
    found = of_measure("attempts.failed")
    assert found is not None
    return found.with_(**settings)


def claimed(result: Audit) -> JudgedClaim:
    """What the audit says of its only claim."""
    (told,) = result.reconciliation.claims
    return told


def run(folder: Path) -> None:
    with audit(folder):
        pass


@contextmanager
def read_by_another(database: Path) -> Iterator[None]:
    """While another process reads the database nobody can write it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"open\n"
        yield
        process.communicate(b"\n")


def test_a_run_without_claims_makes_no_facts_and_the_first_command_that_asks_does(tmp_path: Path) -> None:
    folder = write(tmp_path / "case")
    with audit(folder) as result:
        assert not result.reconciliation.ranges
    assert not held(folder) & FACTS
    told = CliRunner().invoke(auditor, ["-q", "range", str(folder), "attempts.failed", "--format", "json"])
    assert (json.loads(told.stdout)["value"], held(folder) & FACTS) == (3, FACTS)
    with read_audit(folder) as result:
        assert not result.reconciliation.ranges, (
            "what a report says does not hang on which commands were run before"
        )


def test_a_run_with_claims_makes_them_and_the_next_without_takes_them_away(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", CLAIM)
    with audit(folder) as result:
        assert len(result.reconciliation.ranges) == 3
    assert held(folder) >= FACTS
    run(write(tmp_path / "case"))
    assert not held(folder) & FACTS


def test_a_range_is_one_of_floors_by_what_was_found_and_not_by_what_a_file_is_called(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", CLAIM)
    (folder / "second floor.csv").write_text("a,b\n1,2\n")
    with audit(folder) as result:
        assert [
            caution.kind for caution in result.cautions if "floor" in caution.subject.get("name", "")
        ] == ["unnamed_file"]
        assert {found.is_floor for found in result.reconciliation.ranges} == {
            any(caution.is_floor for caution in result.cautions)
        }
        assert not any(c.is_floor for c in result.cautions if c.kind == "unnamed_file")


def test_facts_are_not_part_of_the_snapshot(tmp_path: Path) -> None:
    folder = write(tmp_path / "case", CLAIM)
    run(folder)
    store = open_read(folder / ".auditor" / "case.snapshot.duckdb")
    names = {name for (name,) in store.query("SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    store.close()
    assert not names & (FACTS | {"fact_run"})


def test_a_database_that_cannot_be_written_is_left_as_it_is_and_the_figures_are_the_same(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "case")
    run(folder)
    asked = [
        failed(),
        failed(sources=("!a.csv",)),
        failed(match_window="half"),  # type: ignore[arg-type]
        failed(hour_out=None),  # type: ignore[arg-type]
    ]
    with read_by_another(read_case(folder).database), read_figures(folder) as (_, figures, _store):
        beside = (figures.values(asked), set(figures.rows(failed())))
    assert not held(folder) & FACTS
    with read_figures(folder) as (_, figures, _store):
        assert (figures.values(asked), set(figures.rows(failed()))) == beside
    assert held(folder) >= FACTS


@pytest.mark.parametrize(
    ("damage", "is_read"), [("UPDATE fact_run SET run_id = 'another'", True), ("DROP TABLE fact_run", False)]
)
def test_facts_of_another_run_are_made_anew(tmp_path: Path, damage: str, is_read: bool) -> None:
    folder = write(tmp_path / "case", CLAIM)
    run(folder)
    store = open_locked(read_case(folder).database)
    store.execute(damage)
    store.execute("DELETE FROM attempt_fact")
    store.execute("DELETE FROM condensed")
    store.close()
    if is_read:
        with read_by_another(read_case(folder).database), read_figures(folder) as (_, figures, _store):
            assert figures.value(failed()) == 3
    else:
        with read_audit(folder) as result:
            assert claimed(result).recomputed == 3


def test_claims_that_came_after_the_run_are_counted_without_another(tmp_path: Path) -> None:
    folder = write(tmp_path / "case")
    run(folder)
    write(tmp_path / "case", CLAIM)
    with read_audit(folder) as result:
        assert claimed(result).verdict == "agrees"


def test_an_exclusion_that_names_another_caller_than_at_the_last_run_counts_as_it_stands_now(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "case", EXCLUSION.format("+61412000001"))
    run(folder)
    write(tmp_path / "case", EXCLUSION.format("+61499999999"))
    with read_figures(folder) as (_, figures, _store):
        assert figures.value(failed(exclusions=("x",))) == 3


def test_sources_that_changed_places_since_the_last_run_count_under_their_own_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "case")
    run(folder)
    text = (folder / "case.toml").read_text("utf-8")
    swapped = text.replace("a.csv", "-").replace("b.csv", "a.csv").replace('"-"', '"b.csv"')
    (folder / "case.toml").write_text(swapped, "utf-8")
    with read_figures(folder) as (_, figures, _store):
        assert (figures.value(failed(sources=("a.csv",))), figures.value(failed(sources=("b.csv",)))) == (
            2,
            1,
        )


def test_nothing_but_claims_reads_the_facts() -> None:
    read = {
        file.path: sorted(
            {table.name for table in sqlglot.parse_one(file.sql, read="duckdb").find_all(exp.Table)} & FACTS
        )
        for file in BOOK.files
        if file.kind != "facts"
    }
    assert {path: names for path, names in read.items() if names} == {}
