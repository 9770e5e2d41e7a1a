"""Workbook and CSV folder: one table each, typed, whole, explained, and nothing in them that runs."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from auditor.catalogue.columns import vocabulary
from auditor.model import Audit, Caution, Column, Row, Rows
from auditor.report import write_reports
from auditor.report.content.listed import alias_sentence
from auditor.report.content.tables import tables
from auditor.report.content.times import Zone
from auditor.report.document import Edition
from auditor.report.draw.csv_folder import write_folder
from auditor.report.draw.packing import packed
from auditor.report.draw.xlsx import as_xlsx
from auditor.report.privacy.masking import masked
from tests.report.audits import bare_audit, hostile_audit, rich_audit


def _book(audit: Audit, edition: Edition | None = None) -> Any:
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(masked(audit), edition or Edition())))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_there_is_a_sheet_for_each_table_with_header_filter_and_every_row() -> None:
    book, audit = _book(rich_audit()), masked(rich_audit())
    assert book.sheetnames[0] == "about"
    for table in (t for t in tables(audit, Edition()) if t.name != "findings"):
        sheet = book[table.name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        assert [cell.value for cell in sheet[1]] == [c.removesuffix("_utc") for c in table.rows.columns]
        assert sheet.print_area
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.max_row - 1 == table.rows.length or table.rows.length == 0


def test_each_finding_has_a_sheet_with_its_own_columns() -> None:
    book = _book(rich_audit())
    assert [cell.value for cell in book["EC-001"][1]] == ["attempt_id", "caller_id", "started_at"]
    assert book["EC-001"].max_row - 1 == 27
    assert "findings" not in book.sheetnames


def test_the_front_sheet_has_the_answer_the_figures_and_charts() -> None:
    whole = as_xlsx(masked(rich_audit()), Edition())
    cells = [row[0].value for row in openpyxl.load_workbook(io.BytesIO(whole))["about"].iter_rows()]
    assert any(str(cell).startswith("On 13 March 2024, 04:00 to 13:00") for cell in cells)
    assert "Attempts that failed" in cells
    names = zipfile.ZipFile(io.BytesIO(whole)).namelist()
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == 3


def test_columns_are_as_wide_as_their_text_and_empty_ones_are_folded_away() -> None:
    sheet = _book(rich_audit())["worklist"]
    held = {cell.value: sheet.column_dimensions[cell.column_letter] for cell in sheet[1]}
    assert held["contact_number"].hidden
    assert not held["caller_id"].hidden
    assert held["first_failed_at"].width == pytest.approx(21, abs=1)


def test_cells_have_their_types() -> None:
    sheet = _book(rich_audit())["callers"]
    row = {head.value: cell for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert row["attempts"].value == 2
    assert row["is_failed"].value is True
    assert row["first_failed_at"].value == datetime(2024, 3, 13, 4, 0, 7, 250_000)
    assert row["caller_id"].value == "+61•••••100"
    assert row["caller_id"].data_type == "s"


@pytest.mark.holds("property.4")
def test_every_cell_of_the_figures_is_the_audits() -> None:
    sheet = _book(rich_audit())["figures"]
    held = {row[0]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert held == {name: m.value for name, m in rich_audit().measures.items()}


@pytest.mark.holds("fault.65", "fault.68")
def test_no_text_becomes_a_formula_or_a_link_and_a_long_one_is_cut_aloud() -> None:
    whole = as_xlsx(hostile_audit(), Edition())
    sheets = [
        zipfile.ZipFile(io.BytesIO(whole)).read(n).decode()
        for n in zipfile.ZipFile(io.BytesIO(whole)).namelist()
        if "sheet" in n
    ]
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    texts = [
        cell.value
        for row in _book(hostile_audit())["callers"].iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    assert any(text.endswith("… (cut: 40,000 characters in all)") for text in texts)
    assert any(text.startswith("=cmd") for text in texts)
    assert any("\\x1b]52" in text for text in texts)


def test_a_workbook_is_the_same_bytes_for_the_same_audit() -> None:
    assert as_xlsx(rich_audit(), Edition()) == as_xlsx(rich_audit(), Edition())


def test_rows_that_a_sheet_leaves_out_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.report.draw.xlsx.ROWS_SHOWN", 10)
    book = _book(rich_audit())
    told = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True)}
    assert "36 rows; the first 10 are here" in told["sheet callers"]
    assert book["callers"].max_row == 11


def test_the_csv_folder_holds_every_row_and_explains_every_column(tmp_path: Path) -> None:
    audit = masked(rich_audit())
    folder = write_folder(tmp_path / "csv", audit, Edition())
    explained = {(row["file"], row["column"]) for row in _rows(folder / "dictionary.csv")}
    for table in tables(audit, Edition()):
        held = _rows(folder / f"{table.name}.csv")
        assert len(held) == table.rows.length
        assert {(f"{table.name}.csv", column) for column in table.rows.columns} <= explained
    assert all(row["meaning"] for row in _rows(folder / "dictionary.csv"))


@pytest.mark.holds("fault.65")
def test_a_spreadsheet_runs_nothing_from_the_folder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "csv", hostile_audit(), Edition())
    cells = [cell for path in folder.iterdir() for row in _rows(path) for cell in row.values() if cell]
    assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in cells)
    assert not any(cell.startswith("-") and not cell[1:].replace(".", "").isdigit() for cell in cells)


@pytest.mark.holds("fault.7")
def test_a_former_folder_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "csv", rich_audit(), Edition())
    before = sorted(path.name for path in folder.iterdir())

    def lost() -> Any:
        raise RuntimeError("lost")

    audit = rich_audit()
    audit.tables["callers"] = Rows(("a",), 1, lost)  # type: ignore[index]
    with pytest.raises(RuntimeError):
        write_folder(folder, audit, Edition())
    assert sorted(path.name for path in folder.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["csv"]


def test_a_public_version_has_no_table_of_callers(tmp_path: Path) -> None:
    write_reports(rich_audit(), tmp_path, ["csv", "xlsx"], public_k=5)
    names = {path.stem for path in (tmp_path / "csv-public").iterdir()}
    assert not names & {
        "callers",
        "worklist",
        "findings",
        "welfare_elapsed",
        "failed_by_cell",
        "attempts_by_hour",
    }
    book = openpyxl.load_workbook(tmp_path / "report-public.xlsx")
    assert not set(book.sheetnames) & {"callers", "worklist", "findings", "failed_by_cell"}


def test_a_bare_audit_makes_a_workbook() -> None:
    assert "figures" in _book(bare_audit()).sheetnames


_ROW: Row = ("C-0001", "2024-03-12T17:00:07.250Z")
DUE = Rows(
    ("caller_alias", "due_from"),
    1,
    lambda: iter(([_ROW],)),
    (
        vocabulary().column("caller_alias"),
        Column("due_from", "TIMESTAMP", "since when", "UTC", "public", "plain"),
    ),
)
"""A column of times whose name does not say so."""


def test_every_time_is_local_whatever_its_column_is_called() -> None:
    whole = rich_audit()
    sheet = _book(replace(whole, tables={**whole.tables, "welfare_elapsed": DUE}))["welfare_elapsed"]
    assert sheet["B2"].value == datetime(2024, 3, 13, 4, 0, 7, 250_000)
    page = json.loads(gzip.decompress(base64.b64decode(packed(DUE, 1, Zone("Australia/Sydney")))))
    assert page["data"][1] == ["2024-03-13 04:00:07.250"]


def test_the_dictionary_says_of_every_time_that_it_is_utc(tmp_path: Path) -> None:
    whole = masked(rich_audit())
    held = replace(whole, tables={**whole.tables, "welfare_elapsed": DUE})
    folder = write_folder(tmp_path / "csv", held, Edition())
    types = {(row["file"], row["column"]): row["type"] for row in _rows(folder / "dictionary.csv")}
    assert types["welfare_elapsed.csv", "due_from"] == "time, UTC"


def test_the_published_figures_are_a_sheet_of_their_own() -> None:
    audit = rich_audit()
    sheet = _book(audit)["claims"]
    held = [
        dict(zip([c.value for c in sheet[1]], row, strict=True))
        for row in sheet.iter_rows(2, values_only=True)
    ]
    assert [(row["claim"], row["published"], row["recomputed"], row["verdict"]) for row in held] == [
        (c.id, c.figure, c.recomputed, c.verdict) for c in audit.reconciliation.claims
    ]
    assert any(row["sum"] for row in held)
    assert all(row["definition"] or row["why"] for row in held)
    assert "claims" not in _book(bare_audit()).sheetnames


def test_the_front_sheet_says_the_cautions_without_which_a_figure_is_misread() -> None:
    whole = rich_audit()
    caution = Caution("no_outcome", {"name": "cdr.csv"}, is_floor=True)
    rows = _book(replace(whole, cautions=(*whole.cautions, caution)))["about"].iter_rows(values_only=True)
    (said,) = [row[1] for row in rows if row[0] == "caution"]
    assert said.startswith("cdr.csv: no column says how a call ended")


def test_the_front_sheet_says_what_an_alias_is_where_a_sheet_has_one() -> None:
    whole = rich_audit()
    told = [row[1] for row in _book(replace(whole, tables={"x": DUE}))["about"].iter_rows(values_only=True)]
    said = alias_sentence([DUE])
    assert said.startswith("Caller alias: short name of the caller")
    assert said in told
    assert said not in [row[1] for row in _book(whole)["about"].iter_rows(values_only=True)]
