"""Logs of the police and of dispatch systems, by the layouts that users copy."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from tests.formats.offices import lines
from tests.ingest.loading import Loaded, load, write_case

LAYOUTS = Path(__file__).parents[2] / "sample_logs" / "layouts"
CHECKS = [
    ["IncidentNum", "DateTime", "IncidentType", "ActionTaken", "CallbackNumber", "Unit", "City"],
    ["P1", "03/12/2024 10:00:00", "Welfare Check", "Contact made", "+61491570156", "7A", "X"],
    ["P2", "03/12/2024 10:05:00", "Traffic Stop", "Citation", "", "7B", "X"],
    ["P3", "03/12/2024 10:09:00", "WELCHK", "Gone on arrival", "", "7A", "X"],
    ["P4", "03/12/2024 10:12:00", "Check Welfare", "Something new", "", "", "X"],
]
CALLS = [
    ["Master_Incident_Number", "Response_Date", "Problem", "Call_Source", "Callback_Phone", "Agency_Type",
     "Time_First_Unit_Assigned"],
    ["I1", "03/12/2024 10:00:00", "Fire", "E911", "+61491570156", "Fire", "03/12/2024 10:02:00"],
    ["I2", "03/12/2024 10:01:00", "Stop", "Officer", "", "Police", ""],
]  # fmt: skip


def sheet(rows: Sequence[Sequence[str]]) -> bytes:
    made = io.BytesIO()
    with Workbook(made, {"strings_to_formulas": False}) as book:
        book.add_worksheet("Notes").write_string(0, 0, "nothing")
        page = book.add_worksheet("Incidents")
        page.write_string(0, 0, "Incidents of the day")
        for place, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                page.write_string(place, column, text)
    return made.getvalue()


def read(folder: Path, name: str, content: str | bytes, **keys: object) -> Loaded:
    path = "log.xlsx" if isinstance(content, bytes) else "log.csv"
    role = {"police_checks": "welfare", "dispatch_centre": "centre"}[name]
    source = {"path": path, "layout": name, "role": role, **keys}
    write_case(folder, {path: content}, [source])
    shutil.copytree(LAYOUTS, folder / "layouts")
    return load(folder)


@pytest.mark.parametrize("is_sheet", [False, True])
def test_checks_are_the_rows_that_are_kept_and_their_words_are_those_of_the_layout(
    tmp_path: Path, is_sheet: bool
) -> None:
    if is_sheet:
        loaded = read(tmp_path / "c", "police_checks", sheet(CHECKS), sheet="Incidents", header_row=2)
    else:
        loaded = read(tmp_path / "c", "police_checks", lines(CHECKS))
    sql = "SELECT check_id, hour(attempted_at_utc), method, outcome FROM welfare_record ORDER BY 1"
    assert loaded.rows(sql) == [
        ("P1", 17, "visit", "contacted"), ("P3", 17, "visit", "no_contact"), ("P4", 17, "visit", None),
    ]  # fmt: skip
    assert [(f.loaded, f.not_kept, f.rejected) for f in loaded.files] == [(3, 1, 0)]
    assert ("outcome", "Something new", "unknown_code") in [row[1:] for row in loaded.unreadable]


def test_calls_of_a_dispatch_system_are_the_incidents_that_a_call_stands_behind(tmp_path: Path) -> None:
    loaded = read(tmp_path / "c", "dispatch_centre", lines(CALLS), centre="county")
    sql = (
        "SELECT centre_call_id, minute(presented_at_utc), disposition, transferred_to, log FROM centre_record"
    )
    assert loaded.rows(sql) == [("I1", 0, "answered", "Fire", "county")]
