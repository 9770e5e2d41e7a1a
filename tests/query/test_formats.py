from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from auditor.errors import ResourceError, UsageError
from auditor.query.formats import write_file, write_text
from auditor.query.sandbox import Result, Row
from auditor.query.table import as_markdown, as_records, as_table, fitted

COLUMNS = [
    ("name", "VARCHAR"),
    ("n", "BIGINT"),
    ("is_x", "BOOLEAN"),
    ("at", "TIMESTAMP"),
    ("list", "INTEGER[]"),
]
ROWS: list[Row] = [
    ["=cmd()", 1, True, "2024-03-12T17:00:00.000Z", [1, 2]],
    ["\x1b]0;x\x07\u202e", None, None, None, None],
    ["+61491570156", -5, False, "2024-03-12T17:00:00.001Z", []],
    ["<b>|`", 1 << 60, False, None, [None]],
]


def result(rows: list[Row] = ROWS, columns: list[tuple[str, str]] = COLUMNS) -> Result:
    def batches() -> Iterator[list[Row]]:
        for row in rows:
            yield [row]

    return Result(columns, "", batches(), len(rows), 0.0, True)


def text(
    format_: str,
    rows: list[Row] = ROWS,
    columns: list[tuple[str, str]] = COLUMNS,
    *,
    is_terminal: bool = False,
) -> str:
    out = io.StringIO()
    write_text(result(rows, columns), format_, out, is_terminal=is_terminal)
    return out.getvalue()


@pytest.mark.holds("fault.65", "trust.19")
def test_csv_is_exact_but_runs_in_no_spreadsheet() -> None:
    found = list(csv.reader(io.StringIO(text("csv"), newline="")))
    assert found[0] == ["name", "n", "is_x", "at", "list"]
    assert found[1] == ["'=cmd()", "1", "true", "2024-03-12T17:00:00.000Z", "[1, 2]"]
    assert found[2] == [
        "\\x1b]0;x\\x07\\u202e",
        "",
        "",
        "",
        "",
    ], "what acts on a terminal is written out in a file too: somebody will print it"
    assert found[3][0] == "+61491570156"


def test_json_and_json_lines_hold_the_same_values() -> None:
    lines = [json.loads(line) for line in text("jsonl").splitlines()]
    assert json.loads(text("json")) == lines
    assert [list(line.values()) for line in lines] == ROWS
    assert json.loads(text("json", rows=[])) == []


@pytest.mark.holds("fault.67", "trust.19")
@pytest.mark.parametrize("format_", ["csv", "json", "jsonl", "markdown"])
def test_nothing_acts_on_a_terminal(format_: str) -> None:
    shown = text(format_, is_terminal=True)
    assert not [c for c in shown if (ord(c) < 32 and c != "\n") or c in "\u202e\x9b"]


def test_a_table_aligns_and_shows_null_and_hidden_characters() -> None:
    lines = as_table(COLUMNS, ROWS)
    assert lines[0].startswith("name")
    assert "NULL" in lines[3]
    assert "\\x1b]0;x\\x07\\u202e" in lines[3]
    assert (
        len({line.index("true") if "true" in line else line.index("false") for line in (lines[2], lines[4])})
        == 1
    )


def test_wide_characters_keep_the_columns_aligned() -> None:
    lines = as_table([("a", "VARCHAR"), ("b", "VARCHAR")], [["日本", "x"], ["e\u0301", "x"], ["abcd", "x"]])
    assert lines[2] == "日本  x"
    assert lines[3] == "e\u0301     x"
    assert lines[4] == "abcd  x"


def test_a_result_wider_than_the_screen_becomes_records() -> None:
    assert fitted(COLUMNS, ROWS, 20) == as_records(COLUMNS, ROWS)
    assert fitted(COLUMNS, ROWS, None) == as_table(COLUMNS, ROWS)
    assert fitted(COLUMNS, [], 5) == as_table(COLUMNS, [])


def test_markdown_has_no_markup_of_the_values() -> None:
    lines = list(as_markdown(COLUMNS, ROWS))
    assert lines[1] == "| --- | --: | --- | --- | --: |"
    assert "&lt;b&gt;\\|\\`" in lines[5]


def test_parquet_keeps_types(tmp_path: Path) -> None:
    write_file(result(), "parquet", tmp_path / "x.parquet")
    frame = pl.read_parquet(tmp_path / "x.parquet")
    assert frame.dtypes[:4] == [pl.String, pl.Int64, pl.Boolean, pl.Datetime("us")]
    assert frame["n"].to_list() == [1, None, -5, 1 << 60]


def test_a_workbook_holds_texts_as_texts(tmp_path: Path) -> None:
    write_file(result(), "xlsx", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["result"]
    assert sheet["A2"].value == "=cmd()"
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == 1
    assert sheet["B3"].value is None
    assert sheet["B5"].value == str(1 << 60)


def test_what_a_sheet_cannot_hold_is_refused_and_leaves_the_former_file(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("former")
    with pytest.raises(UsageError, match="40,000 characters"):
        write_file(result([["x" * 40_000, 1, True, None, None]]), "xlsx", tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_text() == "former"
    assert [p.name for p in tmp_path.iterdir()] == ["x.xlsx"]


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ResourceError):
        write_file(result(), "csv", tmp_path / "file" / "x.csv")
    with pytest.raises(UsageError):
        write_file(result(), "table", tmp_path / "x")
    with pytest.raises(UsageError, match="one name"):
        text("jsonl", rows=[[1, 2]], columns=[("n", "BIGINT"), ("n", "BIGINT")])
