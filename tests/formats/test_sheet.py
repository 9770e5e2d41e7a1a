"""Workbooks: the text a person would have typed, and the row that holds the header."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl as untyped_openpyxl
import pytest

from auditor.containers.member import Damage, members
from auditor.errors import EvidenceError
from auditor.formats.detect import detect
from auditor.formats.sheet.workbook import Sheet, open_sheet, text

openpyxl: Any = untyped_openpyxl
HEADER = ["check_id", "attempted_at", "calling_number", "note"]


def book(folder: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    path = folder / "welfare.xlsx"
    workbook.save(path)
    return path


def opened(path: Path, role: str = "welfare", columns: dict[str, str] | None = None) -> Sheet:
    (member,) = members(path)
    return open_sheet(member, detect(str(path), member.head(4096), role), role, columns)


def test_cells_come_as_the_text_one_would_type(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEADER,
        ["c1", dt.datetime(2024, 3, 12, 17, 0, 0), 61491570156, True],
        [7, dt.date(2024, 3, 12), "0491 570 156", 0.25],
    ]
    assert list(opened(book(tmp_path, W=rows)).rows()) == [
        (2, ("c1", "2024-03-12 17:00:00", "61491570156", "true")),
        (3, ("7", "2024-03-12", "0491 570 156", "0.25")),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (61491570156.0, "61491570156"),
        (505013485279384, "505013485279384"),
        (1234567890123456.0, "1.23456789012346E+15"),
        (0.1 + 0.2, "0.3"),
        (-3.0, "-3"),
        (0.00001, "0.00001"),
        (float("nan"), "NAN"),
        (False, "false"),
        (dt.datetime(2024, 3, 12, 16, 59, 59, 999_999), "2024-03-12 17:00:00"),
        (dt.datetime(2024, 3, 12, 17, 0, 0, 500_400), "2024-03-12 17:00:00.500"),
        (dt.time(3, 4, 5), "03:04:05"),
        (dt.timedelta(hours=30, milliseconds=500), "108000.5"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_value_as_text(value: Any, expected: str) -> None:
    assert text(value) == expected


def test_the_header_is_found_below_a_title_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        W=[
            ["Welfare checks"],
            [],
            [None, *HEADER],
            [None, "c1", "2024-03-12T17:00:00Z"],
            [],
            [None, "c2", "x"],
        ],
    )
    sheet = opened(path)
    assert sheet.detection.header_lines == 3
    assert [(n, cells[1:3]) for n, cells in sheet.rows()] == [
        (4, ("c1", "2024-03-12T17:00:00Z")),
        (5, ("", "")),
        (6, ("c2", "x")),
    ]


def test_columns_may_have_the_cases_names(tmp_path: Path) -> None:
    path = book(tmp_path, W=[["Nr", "Zeit"], ["c1", "x"]])
    assert opened(path, columns={"check_id": "nr", "attempted_at": "Zeit"}).detection.layout.columns == {
        "check_id": "Nr",
        "attempted_at": "Zeit",
    }


def test_other_sheets_are_named_and_a_second_table_is_refused(tmp_path: Path) -> None:
    rows = [HEADER, ["c1", "x"]]
    assert opened(book(tmp_path, Notes=[["read me"]], W=rows, Empty=[])).others == ("Notes",)
    with pytest.raises(EvidenceError, match="2 sheets hold welfare: 'A', 'B'"):
        opened(book(tmp_path, A=rows, B=rows))


def test_a_workbook_without_the_columns_is_refused_with_what_was_seen(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="first filled row: Nr, Zeit"):
        opened(book(tmp_path, W=[["Nr", "Zeit"], ["c1", "x"]]))


def test_a_row_longer_than_the_header_keeps_what_is_too_much(tmp_path: Path) -> None:
    ((_, cells),) = opened(book(tmp_path, W=[HEADER, ["c1", "x", "y", "z", "more"]])).rows()
    assert cells[4:] == ("more",)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, W=[HEADER, ["c1", "x"]])
    data = bytearray(path.read_bytes())
    data[data.index(b"xl/worksheets/sheet1.xml") + 60] ^= 0x10
    path.write_bytes(bytes(data))
    with pytest.raises(Damage):
        opened(path)
    path.write_bytes(bytes(data[: len(data) // 2]))
    with pytest.raises(Damage):
        opened(path)


def test_a_workbook_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(80 << 20))
    path = tmp_path / "welfare.xlsx"
    path.write_bytes(file.getvalue())
    with pytest.raises(Damage) as caught:
        opened(path)
    assert caught.value.reason == "bomb"
