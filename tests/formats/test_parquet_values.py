"""Columns of Parquet files that hold bytes or JSON: read as the same is in other files, else rejected."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.formats.test_json import call
from tests.formats.test_json_values import bucket, lines, read
from tests.ingest.loading import Loaded, load


def parquet(folder: Path, more: str) -> bytes:
    """A Parquet file of one attempt, with further columns as SQL."""
    path = folder / "made.parquet"
    start = "'2024-03-12T17:00:00+00:00' AS started_at"
    duckdb.execute(f"COPY (SELECT {start}, {more}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def found_in(folder: Path, more: str) -> Loaded:
    return load(folder / "case", {"a.parquet": parquet(folder, more)}, [{"path": "a.parquet"}])


@pytest.mark.parametrize(
    ("dialled", "expected"),
    [
        ("000", "loaded"), (r"000\x00", "loaded"), (r"000\x00\x00\x00", "loaded"),
        (r"\xE2\x80\xAC000", "loaded"), (r"000\x0D\x0A", "loaded"), ("0398765432", "not_emergency"),
        (r"0398765432\x00", "not_emergency"),
        (r"\x00\x0F", "rejected"), (r"000\xFF", "rejected"), (r"\x00000", "rejected"),
        (r"\x00", "not_emergency"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_listed", [False, True])
def test_bytes_are_read_as_the_text_that_they_say(
    dialled: str, expected: str, is_listed: bool, tmp_path: Path
) -> None:
    value = f"'{dialled}'::BLOB"
    found = found_in(tmp_path, f"{f'[{value}]' if is_listed else value} AS dialled")
    assert bucket(found) == expected
    if expected == "rejected":
        assert found.rows("SELECT column_name, reason FROM reject") == [("dialled", "encoding")]


def test_an_id_of_bytes_keeps_its_digits_and_a_caller_of_bytes_is_a_finding(tmp_path: Path) -> None:
    given = r"'\x00\xAB'::BLOB AS call_id, '\x00\xFF'::BLOB AS calling_number, '\xFE'::BLOB AS own_field"
    found = found_in(tmp_path, f"{given}, '000' AS dialled")
    assert found.rows("SELECT call_id, calling_number FROM attempt_record") == [("0x00ab", None)]
    assert found.unreadable == [(1, "calling_number", "0x00ff", "encoding")]
    ((extra,),) = found.rows("SELECT extra FROM attempt_record")
    assert json.loads(extra) == {"own_field": "0xfe"}


@pytest.mark.parametrize(
    "dialled",
    ["000", "", None, ["000"], [], ["000", "112"], [["000"]], {"n": "000"}, {}, [None], 112, 112.0, "0398"],
    ids=str,
)
def test_json_in_a_column_is_read_as_in_json_lines(dialled: object, tmp_path: Path) -> None:
    found = found_in(tmp_path, f"'{json.dumps(dialled)}'::JSON AS dialled")
    as_lines = read(tmp_path / "lines", lines, call(1, dialled=dialled))
    assert bucket(found) == bucket(as_lines)
    assert found.rows("SELECT column_name, value, reason FROM reject") == as_lines.rows(
        "SELECT column_name, value, reason FROM reject"
    )
