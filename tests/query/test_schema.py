"""The page that describes the public schema is what the databases hold, to the word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT
from auditor.query.catalogue import FORMATS, chosen, public_schema, written
from auditor.store import open_read


@pytest.mark.parametrize("name", [LIVE, SNAPSHOT])
def test_page_and_database_agree_on_every_table_column_type_and_comment(name: str, case: Path) -> None:
    store = open_read(case / FOLDER / name)
    columns = store.query(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
    )
    titles: dict[str, str] = dict(
        store.query("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal")
    )
    store.close()
    schema = public_schema()
    public = {table.name for table in schema}
    assert {(t.name, c.name, c.type, c.meaning) for t in schema for c in t.columns} == {
        row for row in columns if row[0] in public
    }
    assert {t.name: t.comment for t in schema} == {t: c for t, c in titles.items() if t in public}


def test_the_snapshot_holds_the_public_tables_and_no_other(case: Path) -> None:
    store = open_read(case / FOLDER / SNAPSHOT)
    held = {row[0] for row in store.query("SELECT table_name FROM duckdb_tables() WHERE NOT internal")}
    store.close()
    assert held == {table.name for table in public_schema()}


def test_in_the_live_case_inner_steps_say_that_they_are(case: Path) -> None:
    store = open_read(case / FOLDER / LIVE)
    comments: dict[str, str] = dict(
        store.query("SELECT table_name, comment FROM duckdb_tables() WHERE NOT internal")
    )
    store.close()
    assert comments["attempt_core"].startswith("Internal step")
    assert not [table.name for table in public_schema() if comments[table.name].startswith("Internal step")]


def test_no_public_table_or_column_is_without_a_word() -> None:
    bare = [f"{t.name}.{c.name}" for t in public_schema() for c in t.columns if not c.meaning]
    assert bare == []
    assert all(table.comment for table in public_schema())


def test_what_a_column_joins_is_a_public_column() -> None:
    columns = {f"{t.name}.{c.name}" for t in public_schema() for c in t.columns}
    assert {c.joins for t in public_schema() for c in t.columns if c.joins} <= columns


def test_what_joins_finds_its_partner(case: Path) -> None:
    store = open_read(case / FOLDER / SNAPSHOT)
    for table in public_schema():
        for column in table.columns:
            # A cell or device need not be in any list, and a caller of tests alone is no caller.
            if column.joins and column.joins.split(".")[0] not in ("cell", "device", "caller"):
                there, key = column.joins.split(".")
                partner = f"EXISTS (FROM {there} AS b WHERE b.{key} = a.{column.name})"
                lost = (
                    f"SELECT count(*) FROM {table.name} AS a WHERE {column.name} IS NOT NULL AND NOT"
                    f" {partner}"
                )
                assert store.value(lost) == 0, f"{table.name}.{column.name}"
    store.close()


@pytest.mark.parametrize("format_", FORMATS)
def test_the_page_names_every_table_in_every_format(format_: str) -> None:
    text = written(public_schema(), format_, is_whole=True)
    assert [t.name for t in public_schema() if t.name not in text] == []


def test_one_table_is_described_alone_and_json_says_the_version() -> None:
    (table,) = chosen(public_schema(), "attempt")
    told = json.loads(written((table,), "json", is_whole=False))
    assert told["schema_version"] == 1
    assert [c["name"] for c in told["tables"][0]["columns"]] == [c.name for c in table.columns]
    assert "-> caller.caller_id" in written((table,), "table", is_whole=False)


def test_a_misspelt_table_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        chosen(public_schema(), "attempts")
    assert "attempt" in caught.value.hint
