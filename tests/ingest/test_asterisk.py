"""Asterisk's records and the exports of systems built on it, as they are found in the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.ingest import check_heads
from tests.ingest.loading import load, write_case

HEADER = (
    "calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid"
)
FREEPBX = '"{clid}",{src},{dst},ctx,SIP/1-0,SIP/trunk-1,Dial,"{data}",{duration},{talk},{word},{id}'


def row(
    clid: str = "x", dst: str = "000", word: str = "FAILED", talk: int = 0, data: str = "SIP/t/000"
) -> str:
    """A line of an export whose caller's name has quotes that nobody doubled."""
    line = FREEPBX.format(
        clid=clid, src="0491570156", dst=dst, data=data, duration=9, talk=talk, word=word, id="1710266460.1"
    )
    return f"2024-03-12 18:01:00,{line}"


@pytest.mark.parametrize(
    "clid", ['User 10" <114>', '"Ramana" <1115>', '""Desk"" <114>', 'a "b, c" d', "plain <7009>"]
)
def test_quotes_in_a_callers_name_cost_no_record(clid: str, tmp_path: Path) -> None:
    log = f"{HEADER}\n{row(clid)}\n{row()}\n"
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert (found.files[0].loaded, found.files[0].rejected) == (2, 0)
    assert found.rows("SELECT DISTINCT calling_number, dialled, release_cause FROM attempt_record") == [
        ("0491570156", "000", 38)
    ]


def test_a_record_that_no_reading_of_its_quotes_mends_is_rejected(tmp_path: Path) -> None:
    log = f'{HEADER}\n{row()}\n2024-03-12 18:01:00,"x,0491570156,000\n'
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert (found.files[0].loaded, found.files[0].rejected) == (1, 1)


def test_an_export_without_an_answer_time_shows_answers_and_ends_all_the_same(tmp_path: Path) -> None:
    log = f"{HEADER}\n{row(word='ANSWERED', talk=4)}\n"
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert found.rows("SELECT disposition, CAST(released_at_utc AS VARCHAR) FROM attempt_record") == [
        ("answered", "2024-03-12 18:01:09")
    ]


@pytest.mark.parametrize("dst", ["s", "h", "i"])
@pytest.mark.parametrize("data", ["SIP/trunk/000,300,Tt", "PJSIP/000@trunk,60", "SIP/trunk/000"])
def test_the_number_is_read_from_lastdata_where_dst_has_none(dst: str, data: str, tmp_path: Path) -> None:
    log = f"{HEADER}\n{row(dst=dst, data=data)}\n"
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert found.files[0].loaded == 1


def test_lastdata_gives_its_number_in_each_form_that_dial_takes(tmp_path: Path) -> None:
    forms = """IAX2/carrier@gw1/000,30 IAX2/u:p@gw1/000 Local/000@out/n PJSIP/t/sip:000@10.0.0.1:5060
        DAHDI/g1/ww000 DAHDI/g1/000w9 SIP/t/000|30|r SIP/t-1/100&SIP/t/000,30 SIP/t/000&SIP/t-1/100,30
        SIP/desk&SIP/t/000 SIP/000&SIP/112 SIP/1&SIP/2&SIP/000@t""".split()
    log = f"{HEADER}\n" + "".join(f"{row(dst='s', data=data)}\n" for data in forms)
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert found.rows("SELECT DISTINCT dialled_other FROM attempt_record") == [("000",)]
    assert (found.files[0].loaded, found.files[0].not_emergency) == (len(forms), 0)


def test_data_without_an_audited_number_that_was_called_is_no_emergency(tmp_path: Path) -> None:
    forms = "SIP/t-1/100&SIP/t/101,30 SIP/000trunk/8000 SIP/desk SIP/t/8000,000 SIP/u@000/8000 x&000".split()
    log = f"{HEADER}\n" + "".join(f"{row(dst='s', data=data)}\n" for data in forms)
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert (found.files[0].loaded, found.files[0].not_emergency) == (0, len(forms))


@pytest.mark.parametrize(("zone", "is_said"), [("UTC", False), ("Australia/Sydney", True)])
def test_a_zone_that_the_ids_contradict_is_said_by_check_and_run(
    zone: str, is_said: bool, tmp_path: Path
) -> None:
    source = {"path": "cdr.csv", "timezone": zone}
    folder = write_case(tmp_path, {"cdr.csv": f"{HEADER}\n{row()}\n"}, [source])
    notes = [note.message for note in check_heads(read_case(folder)).notes]
    assert any("the seconds in its uniqueid" in note for note in notes) == is_said
    assert ("the seconds in its uniqueid" in load(folder).files[0].problem) == is_said


def test_yeastars_table_is_told_by_its_trunks(tmp_path: Path) -> None:
    log = (
        "id,datetime,clid,src,dst,srctrunk,dstrunk,duration,billable,disposition,uniqueid\n"
        '1,2024-03-12 18:01:00,"Desk "7" <0491570156>",0491570156,000,,GSM1,9,0,BUSY,1710266460.1\n'
    )
    found = load(tmp_path, {"cdr.csv": log}, [{"path": "cdr.csv", "timezone": "UTC"}])
    assert found.files[0].format == "yeastar_cdr"
    assert found.rows("SELECT route, disposition, release_cause FROM attempt_record") == [
        ("GSM1", "busy", 17)
    ]
