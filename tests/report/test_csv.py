"""CSV files: every row, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import Cell, Rows
from auditor.report import write_run_reports
from auditor.report.draw.csv import write_callers, write_csv, write_findings
from auditor.report.privacy.masking import masked
from auditor.text import guarded, guarded_column
from tests.report.audits import HOSTILE, NUMBERS, bare_audit, broken_audit, hostile_audit, rich_audit


def _read(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_every_caller_and_every_row_of_every_finding_is_there(tmp_path: Path) -> None:
    audit = rich_audit()
    assert len(_read(write_callers(tmp_path / "callers.csv", audit))) == audit.tables["callers"].length
    found = _read(write_findings(tmp_path / "findings.csv", audit))
    assert len(found) == sum(run.rows.length for run in audit.findings)
    assert found[0]["caller_id"] == next(iter(audit.findings[0].rows))[0]
    assert found[0]["clause_is_verified"] == "false"
    assert found[0]["row"] == "1"


def test_a_failed_rule_is_a_row_with_its_reason(tmp_path: Path) -> None:
    found = _read(write_findings(tmp_path / "findings.csv", broken_audit()))
    assert found[0]["rule"] == "WC-001"
    assert found[0]["rule_status"] == "failed"
    assert "Binder" in found[0]["rule_reason"]


@pytest.mark.holds("fault.65")
@pytest.mark.parametrize(
    ("cell", "exact", "spreadsheet"),
    [
        ("=1+1", "'=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1", "'\t'=1"),
        ("\r=1", "'\r'=1", "'\r'=1"),
        ("+1+cmd|'x'!A0", "'+1+cmd|'x'!A0", "'+1+cmd|'x'!A0"),
        ("-2+3", "'-2+3", "'-2+3"),
        ("+61491570156", "+61491570156", "'+61491570156"),
        ("+61•••••156", "+61•••••156", "'+61•••••156"),
        ("-33.87", "-33.87", "'-33.87"),
        (-33.87, "-33.87", "-33.87"),
        (None, "", ""),
        (True, "true", "true"),
        (0, "0", "0"),
        ("plain", "plain", "plain"),
        ("z;=1+1;", "z;'=1+1;", "z;'=1+1;"),
        ('z; "@SUM(A1)"', 'z; "\'@SUM(A1)"', 'z; "\'@SUM(A1)"'),
        ("a\t-2+3", "a\t'-2+3", "a\t'-2+3"),
        ("a\n=1", "a\n'=1", "a\n'=1"),
        ("a|+1+1", "a|'+1+1", "a|'+1+1"),
        ("+61491570156;+61491570157", "'+61491570156;+61491570157", "'+61491570156;'+61491570157"),
        ("a; b - c = d", "a; b - c = d", "a; b - c = d"),
    ],
)
def test_a_cell_that_could_run_is_guarded(cell: str | float | None, exact: str, spreadsheet: str) -> None:
    assert guarded(cell) == exact
    assert guarded(cell, for_spreadsheet=True) == spreadsheet


CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)


@given(st.lists(CELLS) | st.lists(st.text(max_size=3)) | st.lists(st.sampled_from("ab=+")), st.booleans())
def test_a_column_is_guarded_as_each_of_its_cells(column: list[Cell], for_spreadsheet: bool) -> None:
    assert list(guarded_column(column, for_spreadsheet=for_spreadsheet)) == [
        guarded(cell, for_spreadsheet=for_spreadsheet) for cell in column
    ]


def test_each_cell_is_written_as_it_would_be_alone_whatever_equals_it(tmp_path: Path) -> None:
    cells = (1, True, 0.0, -0.0, False, 0, None, "", "+1", "=1", "+1", True, 1)
    found = write_csv(tmp_path / "a.csv", ("cell", "text"), [(cell, "=x") for cell in cells])
    assert found.read_text().split() == ["cell,text", *(f"{guarded(cell)},'=x" for cell in cells)]


@pytest.mark.holds("fault.68", "trust.19")
def test_hostile_cells_are_inert_and_whole(tmp_path: Path) -> None:
    found = _read(write_callers(tmp_path / "callers.csv", hostile_audit()))
    assert len(found) == 36
    assert not any(cell.startswith(("=", "@", "\t", "\r")) for row in found for cell in row.values())
    assert any(len(row["region"]) == len(HOSTILE[16]) for row in found)


def test_the_run_leaves_three_masked_files(tmp_path: Path) -> None:
    paths = write_run_reports(rich_audit(), tmp_path / "reports")
    assert sorted(path.name for path in paths) == ["audit.json", "callers.csv", "findings.csv"]
    text = "".join(path.read_text("utf-8") for path in paths)
    assert not any(number[3:] in text for number in NUMBERS)
    assert "+61•••••100" in text


def test_revealed_callers_are_exact(tmp_path: Path) -> None:
    write_run_reports(rich_audit(), tmp_path, reveal=True)
    assert _read(tmp_path / "callers.revealed.csv")[0]["caller_id"] == NUMBERS[0]


def test_an_audit_without_callers_gives_an_empty_file(tmp_path: Path) -> None:
    assert write_callers(tmp_path / "callers.csv", bare_audit()).read_text("utf-8").strip() == ""


def test_the_same_audit_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_run_reports(masked(rich_audit()), tmp_path / name) for name in "ab")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_rows_that_fail_half_way_leave_the_old_file(tmp_path: Path) -> None:
    def broken() -> object:
        yield [("a",)]
        raise RuntimeError("lost")

    path = tmp_path / "callers.csv"
    path.write_text("old")
    audit = rich_audit()
    audit.tables["callers"] = Rows(("x",), 2, broken)  # type: ignore[index, arg-type]
    with pytest.raises(RuntimeError):
        write_callers(path, audit)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["callers.csv"]


SEPARATORS = ",;\t|"
FIELDS = st.lists(st.text('a;,\t|"=+@-1 \n', max_size=5), min_size=2, max_size=2)


@given(st.lists(FIELDS, min_size=1, max_size=4))
def test_no_cell_begins_with_a_sign_whatever_the_separator_of_the_spreadsheet(
    tmp_path_factory: pytest.TempPathFactory, held: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, ("one", "two"), [tuple(row) for row in held], for_spreadsheet=True)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row.replace("'", "") for line in list(csv.reader(file))[1:] for row in line] == [
            cell.replace("'", "") for row in held for cell in row
        ]
    for separator in SEPARATORS:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for line in csv.reader(file, delimiter=separator) for cell in line]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_field_with_another_separator_is_quoted_and_all_others_are_as_before(tmp_path: Path) -> None:
    found = write_csv(tmp_path / "a.csv", ("one", "two"), [("z;=1+1;", "b"), ("plain", 3)])
    assert found.read_bytes() == b'one,two\r\n"z;\'=1+1;",b\r\nplain,3\r\n'
