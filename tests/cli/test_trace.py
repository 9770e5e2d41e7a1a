"""`auditor trace` shows of a line what is declared public, and of all else the shape, unless it is asked to
reveal it."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from auditor.cli.evidence import _masked_line
from auditor.ingest import Place, SourceLine
from tests.called import call
from tests.ingest.loading import write_case

HEADER = "call_id,network,started_at,calling_number,dialled,sip_status,subscriber_name,address,sip_from"
LINE = (
    "c1,alpha,2024-03-12T18:00:00Z,+61491570156,000,503,Jane Citizen,12 Main St Coogee,"
    '"""Jane Citizen"" <sip:jane.citizen@ims.example>"'
)
SHOWN = (
    "c1,alpha,2024-03-12T18:00:00Z,+61•••••156,000,503,xxxx xxxxxxx,99 xxxx xx xxxxxx,"
    '"""xxxx xxxxxxx"" <xxx:xxxx.xxxxxxx@xxx.xxxxxxx>"'
)
VALUES = [*LINE.split(",")[:-1], '"Jane Citizen" <sip:jane.citizen@ims.example>']
PERSONS = ("Jane", "Citizen", "jane", "citizen", "Main", "Coogee", "91570156")


def traced(folder: Path, *more: str) -> str:
    assert call("run", folder, "-q").returncode in (0, 1, 3)
    done = call("trace", folder, "c1", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shows_person(text: str) -> bool:
    return any(part in text for part in PERSONS)


def test_what_is_not_declared_public_is_shown_by_its_shape(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "case", {"a.csv": f"{HEADER}\n{LINE}\n"})
    printed = traced(folder)
    assert not shows_person(printed)
    place, header, line = printed.splitlines()[:3]
    assert place.endswith("attempts a.csv, record 2")
    assert (header, line) == (HEADER, SHOWN)
    revealed = traced(folder, "--reveal", "--reason", "to ask the network")
    assert revealed.splitlines()[1:3] == [HEADER, LINE]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_line_is_cut_at_the_delimiter_of_its_file(delimiter: str, tmp_path: Path) -> None:
    text = f"{HEADER}\n{LINE}\n".replace(",", delimiter)
    printed = traced(write_case(tmp_path / "case", {"a.csv": text}))
    assert not shows_person(printed)
    assert printed.splitlines()[2] == SHOWN.replace(",", " " if delimiter == "\t" else delimiter)


def test_columns_are_known_by_what_the_case_takes_from_them(tmp_path: Path) -> None:
    """Here `network` is a person, and the network is in `carrier`; the case names the columns itself."""
    names = ["call_id", "carrier", "started_at", "calling_number", "dialled", "network", "day", "time"]
    line = "c1,alpha,2024-03-12T18:00:00Z,sip:jane.citizen@ims.example,000,Jane Citizen,12.03.24,05:00:00"
    source = {"path": "a.csv", "header": names, "columns": {"network": "carrier"}}
    folder = write_case(tmp_path / "case", {"a.csv": f"{line}\n"}, [source])
    printed = traced(folder)
    assert not shows_person(printed)
    shown = "c1,alpha,2024-03-12T18:00:00Z,xxx:xxxx.xxxxxxx@xxx.xxxxxxx,000,xxxx xxxxxxx,99.99.99,99:99:99"
    assert shown in printed.splitlines()


def test_objects_and_sheets_are_shown_by_their_columns_too(tmp_path: Path) -> None:
    record = {**dict(zip(HEADER.split(","), VALUES, strict=True)), "Jane": {"Citizen": ["Jane", 1]}}
    record |= {"route": ["Jane Citizen"]}
    folder = write_case(tmp_path / "json", {"a.jsonl": json.dumps(record) + "\n"})
    printed = traced(folder)
    assert not shows_person(printed)
    assert '{"call_id": "c1", "network": "alpha", "started_at": "2024-03-12T18:00:00Z", ' in printed
    assert '"xxxx.xxxxxxx": ' in printed
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER.split(","))
    sheet.append(VALUES)
    folder = write_case(tmp_path / "sheet", {}, [{"path": "a.xlsx"}])
    book.save(folder / "a.xlsx")
    printed = traced(folder)
    assert not shows_person(printed)
    assert SHOWN in printed


def test_of_a_line_that_cannot_be_cut_the_shape_is_shown() -> None:
    place = Place("0a1b2c3d:2", "attempts", "a.csv", 2, "")
    masked = _masked_line(SourceLine(place, "id,name", 'c1,"Jane Citizen, 12 Main St'))
    assert masked == ("xx,xxxx", 'x9,"xxxx xxxxxxx, 99 xxxx xx')
