"""Workbooks: the text a person would have typed, and the row that holds the header."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl as untyped_openpyxl
import pytest
import xlsxwriter

from auditor.containers.member import Damage, members
from auditor.errors import EvidenceError
from auditor.formats.detect import detect
from auditor.formats.sheet.workbook import Sheet, open_sheet, text
from tests.ingest.loading import load

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
        (3, ("7", "2024-03-12 00:00:00", "0491 570 156", "0.25")),
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


def calls(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook whose table begins at C3; texts that begin with # are errors."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"default_date_format": "dd/mm/yyyy hh:mm:ss"}) as book:
        sheet = book.add_worksheet("Calls")
        hours = book.add_format({"num_format": "[hh]:mm:ss"})
        for line, row in enumerate(rows, 2):
            for place, value in enumerate(row, 2):
                if isinstance(value, str) and value.startswith("#"):
                    sheet.write_formula(line, place, "=Z99", None, value)
                elif isinstance(value, dt.timedelta):
                    sheet.write_number(line, place, value / dt.timedelta(days=1), hours)
                else:
                    sheet.write(line, place, value)
    return made.getvalue()


def test_a_date_and_time_at_midnight_is_a_time(tmp_path: Path) -> None:
    at = dt.datetime(2024, 3, 13)
    rows: list[list[Any]] = [
        ["call_id", "started_at", "answered_at", "dialled"],
        ["a", at, at + dt.timedelta(seconds=5), "000"],
        ["b", at - dt.timedelta(seconds=5), at.date(), "000"],
        ["c", "2024-03-13", "", "000"],
    ]
    loaded = load(tmp_path, {"a.xlsx": calls(rows)}, [{"path": "a.xlsx", "timezone": "UTC"}])
    assert loaded.rows("SELECT call_id, started_at_utc, answered_at_utc FROM attempt_record ORDER BY 1") == [
        ("a", at, at + dt.timedelta(seconds=5)),
        ("b", at - dt.timedelta(seconds=5), at),
    ]
    assert loaded.rejects == [(6, "started_at", "not_a_time")], "a text without a clock time is none"


def test_a_clock_time_of_midnight_is_a_part_of_a_time(tmp_path: Path) -> None:
    day, hour = dt.datetime(2024, 3, 13), dt.timedelta(hours=1)
    rows: list[list[Any]] = [
        ["Date", "Time", "dialled"],
        [day, dt.time(0, 0), "000"],
        [day.date(), dt.time(1, 0), "000"],
        [day, dt.timedelta(0), "000"],
        [day, hour + dt.timedelta(milliseconds=500), "000"],
        [day, 24 * hour, "000"],
    ]
    source = {"path": "a.xlsx", "timezone": "UTC", "time_parts": {"started_at": ["date", "Time"]}}
    loaded = load(tmp_path, {"a.xlsx": calls(rows)}, [source])
    assert [at for (at,) in loaded.rows("SELECT started_at_utc FROM attempt_record ORDER BY record_no")] == [
        day, day + hour, day, day + hour + dt.timedelta(milliseconds=500),
    ]  # fmt: skip
    assert [reason for *_, reason in loaded.rejects] == ["not_a_time"]


def test_a_cell_in_error_is_no_empty_one(tmp_path: Path) -> None:
    header = ["call_id", "started_at", "calling_number", "sip_status", "answered_at", "cell_id", "dialled"]
    at, caller = "2024-03-12T17:00:00Z", "+61491570156"
    rows: list[list[Any]] = [
        header,
        ["a", at, caller, 503, "", "x", "000"],
        ["#REF!", at, "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "000"],
        ["b", "#REF!", caller, 503, "", "x", "000"],
        ["c", at, caller, "#N/A", "#N/A", "#N/A", "000"],
        ["d", at, caller, 503, "", "x", "#REF!"],
    ]
    loaded = load(tmp_path, {"a.xlsx": calls(rows)})
    assert loaded.rejects == [(6, "started_at", "not_a_time"), (8, "dialled", "spreadsheet_error")]
    assert [each[1:] for each in loaded.unreadable] == [
        ("answered_at", "#DIV/0!", "not_a_time"),
        ("call_id", "#REF!", "spreadsheet_error"),
        ("calling_number", "#VALUE!", "spreadsheet_error"),
        ("cell_id", "#NUM!", "spreadsheet_error"),
        ("sip_status", "#NAME?", "not_a_whole_number"),
    ]
    assert loaded.rows("SELECT call_id, cell_id FROM attempt_record ORDER BY record_no") == [
        ("a", "x"), (None, None), ("c", None),
    ]  # fmt: skip
    assert loaded.rows("SELECT subject, found, among FROM observation WHERE kind = 'not_opened'") == [
        ("cells in error in the column dialled", 1, 5)
    ]
    assert "its column sip_status has cells in error, whose values are not known: #N/A (1), #NAME? (1)" in (
        loaded.files[0].problem or ""
    )


def test_cells_in_error_are_found_however_a_workbook_is_written(tmp_path: Path) -> None:
    plain = calls(
        [["call_id", "started_at", "cell_id", "dialled"], ["a", "2024-03-12T17:00:00Z", "#REF!", "000"]]
    )
    parts = {name: zipfile.ZipFile(io.BytesIO(plain)).read(name) for name in _names(plain)}
    sheet = parts["xl/worksheets/sheet1.xml"]
    for change in (
        lambda text: text.replace(b't="e"', b"t='e'"),
        lambda text: re.sub(rb' r="[A-Z]+\d+"', b"", re.sub(rb"(<row [^>]*>)", rb"\1<c/><c/>", text)),
        lambda text: text.replace(b"#REF!", b"<![CDATA[#REF!]]>"),
    ):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part if name != "xl/worksheets/sheet1.xml" else change(sheet))
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        unreadable = load(folder, {"a.xlsx": made.getvalue()}).unreadable
        assert [each[1:3] for each in unreadable] == [("cell_id", "#REF!")]


def _names(book: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(book)).namelist()


def test_days_that_a_spreadsheet_took_for_months_are_said(tmp_path: Path) -> None:
    dates = [dt.datetime(2024, 12, 3, 17), dt.datetime(2024, 11, 3), dt.datetime(2024, 3, 31)]
    rows: list[list[Any]] = [
        ["started_at", "answered_at", "dialled"],
        *([at, "", "000"] for at in dates),
        ["13/03/2024 17:00:00", "14/03/2024 17:00:00", "000"],
    ]
    source = {"path": "a.xlsx", "timezone": "UTC", "time_format": "%d/%m/%Y %H:%M:%S"}
    (file,) = load(tmp_path / "a", {"a.xlsx": calls(rows)}, [source]).files
    assert file.loaded == 4
    problem = file.problem or ""
    assert "its column started_at has dates whose day is 12 or less (2) and days as texts (1)" in problem
    assert "answered_at" not in problem
    (file,) = load(tmp_path / "b", {"a.xlsx": calls(rows[:-1])}, [source]).files
    assert not file.problem


def merged(rows: Sequence[Sequence[Any]], *ranges: str) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    for each in ranges:
        workbook.active.merge_cells(each)
    made = io.BytesIO()
    workbook.save(made)
    return made.getvalue()


def test_a_value_that_is_merged_over_rows_is_that_of_each(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    rows: list[list[Any]] = [
        ["Calls of the outage", None, None, None],
        [None, None, None, None],
        ["call_id", "started_at", "dialled", "service_category"],
        ["a", at, "000", None],
        ["b", at, None, None],
        ["c", at, None, None],
        [None, None, None, None],
        ["d", at, None, None],
        ["e", at, None, 1],
        ["f", at, None, None],
        ["g", at, "0398765432", None],
        ["h", at, None, None],
    ]
    book = merged(rows, "A1:D2", "C4:C7", "D9:D10", "C11:D12")
    loaded = load(tmp_path, {"a.xlsx": book})
    assert [each for (each,) in loaded.rows("SELECT call_id FROM attempt_record ORDER BY 1")] == [
        "a", "b", "c", "e", "f",
    ]  # fmt: skip
    assert loaded.files[0].not_emergency == 3
    assert "its column dialled has cells that are merged over several rows: 3 rows are read" in (
        loaded.files[0].problem or ""
    )


def test_a_service_category_in_error_opens_the_gate(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    rows = [
        ["call_id", "started_at", "dialled", "service_category"],
        ["a", at, "000", ""],
        ["b", at, "", "#REF!"],
    ]
    loaded = load(tmp_path, {"a.xlsx": calls(rows)})
    assert loaded.rows("SELECT subject, found, among FROM observation WHERE kind = 'not_opened'") == [
        ("cells in error in the column service_category", 1, 2)
    ]
    assert loaded.files[0].not_emergency == 0


def rewritten(book: bytes, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with another text of a part, of its first sheet if not said."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == part else text)
    return made.getvalue()


def test_a_formula_without_a_stored_value_is_a_cell_in_error(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    rows: list[list[Any]] = [
        ["call_id", "started_at", "calling_number", "sip_status", "dialled"],
        ["a", at, "0491570156", 503, '=TEXT(0,"000")'],
        ["b", at, '="0491570156"', "=500+3", "000"],
        ["c", "=NOW()", "0491570156", 503, "000"],
        ["=1", "=1", "=1", "=1", "=1"],
    ]
    loaded = load(tmp_path, {"a.xlsx": merged(rows)})
    assert loaded.rejects == [
        (2, "dialled", "spreadsheet_error"),
        (4, "started_at", "not_a_time"),
        (5, "dialled", "spreadsheet_error"),
    ]
    assert [each[1:] for each in loaded.unreadable] == [
        ("calling_number", "#NO_VALUE!", "spreadsheet_error"),
        ("sip_status", "#NO_VALUE!", "not_a_whole_number"),
    ]
    assert loaded.rows("SELECT subject, found, among FROM observation WHERE kind = 'not_opened'") == [
        ("cells in error in the column dialled", 2, 4)
    ]
    assert "its column sip_status has cells in error, whose values are not known: #NO_VALUE! (2)" in (
        loaded.files[0].problem or ""
    )


@pytest.mark.parametrize(
    ("cell", "is_known"),
    [
        ('<c r="C2"><f>A1</f></c>', False),
        ('<c r="C2"><f>A1</f> <v> </v></c>', False),
        ('<c r="C2" t="str"><f>A1</f></c>', False),
        ('<c r="C2" t="str"><f>A1</f><v></v></c>', True),
        ('<c r="C2" t="str"><f>A1</f><v>000</v></c>', True),
        ('<c r="C2" t="str"><f>A1</f><v><![CDATA[000]]></v></c>', True),
        ('<c r="C2" t="inlineStr"><f>A1</f><is><t></t></is></c>', False),
        ('<c r="C2" t="inlineStr"><f>A1</f><is><t>000</t></is></c>', True),
        ('<c r="C2"><f t="shared" si="0"/></c>', False),
        ('<c r="C2"><f t="shared" si="0"/><v>112</v></c>', True),
        ('<c r="C2"/>', True),
    ],
)
def test_what_a_formula_gives_is_known_where_it_is_stored(tmp_path: Path, cell: str, is_known: bool) -> None:
    plain = merged([["call_id", "started_at", "dialled"], ["a", "2024-03-12T17:00:00Z", "XX"]])
    found = re.compile(rb'<c r="C2".*?</c>')
    for prefix in ("", "x:"):
        named = re.sub(r"<(/?)(?=[a-z])", rf"<\1{prefix}", cell).encode()

        def change(text: bytes, named: bytes = named, prefix: bytes = prefix.encode()) -> bytes:
            if prefix:
                text = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1" + prefix, text).replace(b"xmlns=", b"xmlns:x=")
                return re.sub(found.pattern.replace(b"<", b"<x:").replace(b"x:/", b"/x:"), named, text)
            return found.sub(named, text)

        loaded = load(tmp_path / prefix.strip(":"), {"a.xlsx": rewritten(plain, change)})
        assert loaded.rejects == ([] if is_known else [(2, "dialled", "spreadsheet_error")])


def test_a_column_and_a_sheet_of_formulas_without_values_are_not_empty(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    source = {"path": "a.xlsx", "header": ["dialled", "started_at"]}
    book = merged([["=A9", at], ["=A9", at], ["=A9", "=A9"]])
    loaded = load(tmp_path / "a", {"a.xlsx": book}, [source])
    assert [reason for *_, reason in loaded.rejects] == ["spreadsheet_error"] * 3
    loaded = load(tmp_path / "b", {"a.xlsx": merged([["=A9", "=A9"]])}, [source])
    assert loaded.rejects == [(1, "dialled", "spreadsheet_error")]


def test_zeros_of_formulas_that_wait_to_be_computed_are_no_values(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["call_id", "started_at", "sip_status", "dialled"])
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [f"c{row}", at, 503, "000"])
        sheet.write_formula("D2", '=TEXT(0,"000")')
        sheet.write_formula("D3", "=56*2", None, 112)
    loaded = load(tmp_path / "a", {"a.xlsx": made.getvalue()})
    assert loaded.rejects == [(2, "dialled", "spreadsheet_error")], "its writer computes nothing"
    assert loaded.files[0].loaded == 2

    def saved(text: bytes) -> bytes:
        return text.replace(b' fullCalcOnLoad="1"', b"")

    loaded = load(tmp_path / "b", {"a.xlsx": rewritten(made.getvalue(), saved, "xl/workbook.xml")})
    assert not loaded.rejects
    assert loaded.files[0].not_emergency == 1


def test_rows_in_error_that_keep_leaves_out_open_the_gate(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    rows = [
        ["call_id", "started_at", "dialled", "kind"],
        ["a", at, "000", "call"],
        ["b", at, "000", "#REF!"],
    ]
    source = {"path": "a.xlsx", "keep": {"column": "kind", "values": ["call"]}}
    loaded = load(tmp_path, {"a.xlsx": calls(rows)}, [source])
    assert loaded.rows("SELECT subject, found, among FROM observation WHERE kind = 'not_opened'") == [
        ("cells in error in the column kind", 1, 2)
    ]


def test_a_date_is_no_number_that_was_dialled(tmp_path: Path) -> None:
    at = "2024-03-12T17:00:00Z"
    rows: list[list[Any]] = [
        ["call_id", "started_at", "calling_number", "dialled"],
        *([f"c{row}", at, "0491570156", 112] for row in range(6)),
        ["d", at, 491570156, "000"],
        ["e", at, 112, "000"],
    ]
    workbook = openpyxl.load_workbook(io.BytesIO(merged(rows)))
    forms = {"D3": "dd/mm/yyyy", "D4": "dd/mm/yyyy hh:mm", "D5": "hh:mm", "D6": "[h]:mm", "C9": "yyyy-mm-dd"}
    for place, form in forms.items():
        workbook.active[place].number_format = form
    workbook.active["D7"] = 0
    workbook.active["D7"].number_format = "dd/mm/yyyy"
    made = io.BytesIO()
    workbook.save(made)
    loaded = load(tmp_path, {"a.xlsx": made.getvalue()})
    assert loaded.rejects == [(row, "dialled", "spreadsheet_error") for row in range(3, 8)]
    assert [each[1:] for each in loaded.unreadable] == [("calling_number", "#DATE!", "spreadsheet_error")]
    assert [each for (each,) in loaded.rows("SELECT call_id FROM attempt_record ORDER BY 1")] == [
        "c0",
        "d",
        "e",
    ]
    assert "its column dialled has dates or times in place of numbers (5)" in (loaded.files[0].problem or "")


def test_a_sheet_that_looks_like_the_rest_of_the_log_opens_the_gate(tmp_path: Path) -> None:
    at = dt.datetime(2024, 3, 12, 17)
    header = ["call_id", "started_at", "calling_number", "dialled", "sip_status"]
    log: list[list[Any]] = [[f"a{n}", at, "0491570156", "000", 503] for n in range(3)]
    sheets: dict[str, list[list[Any]]] = {
        "Log": [header, *log],
        "Bare": log,
        "Named": [["Rest"], ["call_id", "started_at", "calling_number", "B number", "sip_status"], *log],
        "Moved": [["dialled to", *header[:3], "sip_status", "more"], *([r[3], *r[:3], r[4], 1] for r in log)],
        "Notes": [["Made", at], ["by", "0491570156"]],
        "Pivot": [["Hour", "Calls"], [at, 2001], [at, 3000]],
        "Cells": [["cell_id", "region"], ["c1", "west"]],
        "Centre": [["centre_call_id", "presented_at", "calling_number", "state", "x"], *log],
        "Hidden": log,
    }
    path = book(tmp_path, **sheets)
    workbook = openpyxl.load_workbook(path)
    workbook["Hidden"].sheet_state = "hidden"
    workbook.save(path)
    sql = "SELECT subject, found, among FROM observation WHERE kind = 'not_opened' ORDER BY 1"
    loaded = load(tmp_path / "a", {"a.xlsx": path.read_bytes()})
    assert loaded.rows(sql) == [(f"rows of the sheet {name}", 3, 6) for name in ("Bare", "Moved", "Named")]
    assert "further sheets are not read: Bare, Named, Moved, Notes" in (loaded.files[0].problem or "")
    loaded = load(tmp_path / "b", {"a.xlsx": path.read_bytes()}, [{"path": "a.xlsx", "sheet": "Log"}])
    assert loaded.rows(sql) == []


def test_rows_above_the_header_are_skipped_as_lines_of_text_are(tmp_path: Path) -> None:
    header, at = ["call_id", "started_at", "dialled"], "2024-03-12T17:00:00Z"
    rows = [["Calls", "of", "us"], header, ["a", at, "000"], ["b", at, "112"]]
    bare = [rows[0], *rows[2:]]
    for name, given, keys in (
        ("below", rows, {"skip_head": 1}),
        ("row", rows, {"skip_head": 1, "header_row": 2}),
        ("header", bare, {"skip_head": 1, "header": header}),
        ("blank", [rows[0], ["", "", ""], *rows[1:]], {"skip_head": 1}),
    ):
        text = "\n".join(",".join(row) if any(row) else "" for row in given) + "\n"
        files: dict[str, str | bytes] = {"a.xlsx": merged(given)}
        if "header_row" not in keys:
            files["a.csv"] = text
        for path, content in files.items():
            loaded = load(tmp_path / name / path, {path: content}, [{"path": path, **keys}])
            assert [each for (each,) in loaded.rows("SELECT call_id FROM attempt_record ORDER BY 1")] == [
                "a",
                "b",
            ]
            assert loaded.rejects == []
    loaded = load(tmp_path / "far", {"a.xlsx": merged(rows)}, [{"path": "a.xlsx", "skip_head": 2}])
    assert loaded.files[0].loaded == 0
    assert "no sheet has a row that names the columns" in (loaded.files[0].problem or "")
