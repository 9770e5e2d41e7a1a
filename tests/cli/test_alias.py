"""One caller has one alias in all reports of a case, whatever the format, so that lists can be read."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pypdf
import pytest

from auditor.private import FOLDER
from auditor.store import open_read
from tests.called import call
from tests.query.made import ANN, BEN, CID, DOT, STRANGER, write_small_case

EXPECTED = {ANN: "C-0001", BEN: "C-0002", CID: "C-0003", DOT: "C-0004", STRANGER: "C-0005"}
"""By the first attempt; the stranger is in the centre's log alone."""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_small_case(tmp_path_factory.mktemp("alias") / "case")
    assert call("run", folder, "-q").returncode in (0, 1)
    assert call("report", folder).returncode == 0
    return folder


def masked(number: str) -> str:
    return f"+61•••••{number[-3:]}"


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_each_csv_that_lists_callers_gives_each_the_same_alias(case: Path) -> None:
    listed = 0
    for path in (case / "reports").rglob("*.csv"):
        for row in rows(path):
            if row.get("caller_id"):
                listed += 1
                # An apostrophe keeps a spreadsheet from reading the number as a sum.
                expected = {masked(number): alias for number, alias in EXPECTED.items()}
                assert row["caller_alias"] == expected[row["caller_id"].lstrip("'")], path
    assert listed > 20


def test_a_list_is_in_the_order_of_aliases_and_not_of_numbers(case: Path) -> None:
    assert [row["caller_alias"] for row in rows(case / "reports" / "callers.csv")] == sorted(
        alias for number, alias in EXPECTED.items() if number != STRANGER
    )


def test_pages_workbook_and_text_show_it(case: Path) -> None:
    folder = case / "reports"
    book = openpyxl.load_workbook(folder / "report.xlsx", read_only=True)
    (header, *held) = book["callers"].iter_rows(values_only=True)
    place = [str(title) for title in header].index("caller_alias")
    assert {row[place] for row in held} >= {"C-0001", "C-0004"}
    page = (folder / "report.html").read_text("utf-8")
    packs = re.findall(r'<script type="text/plain"[^>]*>([^<]+)</script>', page)
    held_in_page = page + "".join(gzip.decompress(base64.b64decode(pack)).decode() for pack in packs)
    assert {alias for alias in EXPECTED.values() if alias in held_in_page} >= {"C-0001", "C-0003"}
    assert call("report", case, "--format", "pdf,md", "--profile", "acma-post-outage").returncode == 0
    pdf = pypdf.PdfReader(folder / "report-acma-post-outage.pdf")
    assert "C-0003" in "".join(page.extract_text() for page in pdf.pages)
    assert "C-0003" in call("worklist", case).stdout
    assert re.search(r"C-0003\s*\|", call("worklist", case, "--format", "markdown").stdout)
    assert "C-0001" in call("run", case, "-q", "--explain", "callers.failed").stdout
    step = call("bridge", case, "attempts.failed", "callers.failed", "--rows", "unit").stdout
    assert "C-0001" in step


def test_find_and_trace_take_an_alias_and_find_shows_it(case: Path) -> None:
    found = json.loads(call("find", case, "--id", "C-0002", "--json").stdout)["sections"]
    attempts = next(section["rows"] for section in found if section["title"] == "Attempts")
    assert [row["caller_alias"] for row in attempts] == ["C-0002"]
    centre = next(section["rows"] for section in found if section["title"] == "Centre records")
    assert {row["caller_alias"] for row in centre} == {"C-0002"}
    by_number = json.loads(call("find", case, "--json", given="0491570157\n").stdout)["sections"]
    assert by_number[0]["rows"] == attempts
    stranger = json.loads(call("find", case, "--id", "C-0005", "--json").stdout)["sections"]
    assert [bool(section["rows"]) for section in stranger if section["title"] == "Centre records"] == [True]
    lines = call("trace", case, "C-0001").stdout
    assert lines.count("attempts.csv") == 2
    assert "welfare.csv" in lines
    assert call("trace", case, "C-0099").returncode == 2


def test_the_snapshot_has_the_alias_beside_the_token(case: Path) -> None:
    done = call("sql", case, "SELECT caller_alias, caller_id FROM caller_alias ORDER BY 1", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["caller_alias"] for row in table] == sorted(EXPECTED.values())
    assert all(row["caller_id"].startswith("tel:") for row in table)


def test_aliases_are_the_same_in_another_place_and_stay_where_later_logs_come_in(
    case: Path, tmp_path: Path
) -> None:
    """They follow from the logs alone: another machine, with another key of the tokens, gives the same."""
    other = write_small_case(tmp_path / "case")
    toml = other / "case.toml"
    toml.write_text(toml.read_text().replace('"attempts.csv"', '"attempts*.csv"', 1))
    head = "call_id,network,started_at,calling_number,dialled,sip_status\n"
    # The lowest of all numbers, and the last of all calls.
    later = "z1,alpha,2024-03-12T19:00:00Z,+61400000001,000,503\n"
    (other / "attempts-later.csv").write_text(head + later)
    assert call("run", other, "-q").returncode in (0, 1, 3)
    store = open_read(other / FOLDER / "case.duckdb")
    found: dict[str, str] = dict(store.query("SELECT caller_id, caller_alias FROM caller_alias"))
    store.close()
    assert {number: found[number] for number in (ANN, BEN, CID, DOT)} == {
        number: EXPECTED[number] for number in (ANN, BEN, CID, DOT)
    }
    assert found["+61400000001"] == "C-0005"
    shutil.rmtree(other)
