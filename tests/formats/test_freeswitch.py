"""FreeSWITCH and Kazoo: what their own ways of writing mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor.containers.member import Damage, members
from auditor.formats.detect import asked_for, detect, open_file, recognise
from auditor.formats.freeswitch.legs import COLUMNS, kazoo_row, row
from auditor.formats.freeswitch.stream import xml_records
from tests.formats.offices import Call, calls, freeswitch_record, freeswitch_xml, kazoo
from tests.ingest.loading import load

FAILED = Call(1, 1710262800, None, 1710262805, "+61491570156", "000", 41, 503)


def read(record: Mapping[str, Any]) -> dict[str, str]:
    return dict(zip(COLUMNS, row(record), strict=True))


def changed(**said: object) -> dict[str, Any]:
    record: dict[str, Any] = freeswitch_record(FAILED)
    record["variables"] = {
        name: value for name, value in {**record["variables"], **said}.items() if value is not None
    }
    return record


def test_a_caller_whom_nobody_answered_has_the_cause_of_the_last_leg_to_the_far_end() -> None:
    found = read(changed())
    assert (found["release_cause"], found["sip_status"], found["answered_at"]) == ("41", "503", "")
    tried = changed(
        last_bridge_hangup_cause=None,
        last_bridge_proto_specific_hangup_cause=None,
        originate_causes="ARRAY::5c;USER_BUSY|:6d;NO_ROUTE_DESTINATION",
    )
    assert read(tried)["release_cause"] == "3"


def test_a_caller_who_let_go_keeps_the_own_cause() -> None:
    own = changed(
        hangup_cause="ORIGINATOR_CANCEL", last_bridge_hangup_cause="NORMAL_TEMPORARY_FAILURE",
        last_bridge_proto_specific_hangup_cause=None, hangup_cause_q850="16",
    )  # fmt: skip
    assert (read(own)["release_cause"], read(own)["sip_status"]) == ("16", "487")


def test_an_answered_call_keeps_its_cause_and_has_no_status() -> None:
    answered = changed(answer_uepoch="1710262802000000")
    found = read(answered)
    assert (found["release_cause"], found["sip_status"], found["answered_at"]) == (
        "16",
        "",
        "1710262802000000",
    )


def test_microseconds_go_before_seconds_and_seconds_before_the_own_clock() -> None:
    assert read(changed())["started_at"] == "1710262800000000"
    assert read(changed(start_uepoch=None))["started_at"] == "1710262800"
    stamped = changed(start_uepoch=None, start_epoch=None, start_stamp="2024-03-13%2004%3A00%3A00")
    assert read(stamped)["started_at"] == "2024-03-13 04:00:00"


@pytest.mark.parametrize(
    ("said", "profiles"),
    [
        ({"sip_req_user": "trunk7", "sip_to_user": "000"}, ["trunk7"]),
        ({"sip_req_user": "0298765432", "sip_to_user": "000"}, ["8000"]),
        ({"sip_req_user": "0298765432"}, ["8000", "000", "8001"]),
        ({"sip_req_user": "8000"}, ["+61291234567", "000"]),
        ({"sip_req_user": "8000"}, ["000", "+61291234567"]),
    ],
)
def test_any_number_of_a_leg_shows_an_emergency(
    said: dict[str, str], profiles: list[str], tmp_path: Path
) -> None:
    record = changed(**said)
    record["callflow"] = [{"caller_profile": {"destination_number": number}} for number in profiles]
    (file,) = load(tmp_path / "c", {"a.json": json.dumps([record])}).files
    assert (file.loaded, file.not_emergency) == (1, 0)


@pytest.mark.parametrize(
    "numbers",
    [
        *("8000,trunk7,000,000", "8000,,,000", "8000,8001,8002,000", "8000,000,8001,8002", "8000,,000,8001"),
        *("trunk7,,000,8000", "x,100,101,000", "000,8000,,", "8000,8001,+000,8002"),
    ],
)
def test_any_column_of_a_number_shows_an_emergency(numbers: str, tmp_path: Path) -> None:
    names = (
        "uuid,start_epoch,caller_id_number,destination_number,caller_destination,sip_req_user,sip_to_user,"
    )
    log = f"{names}hangup_cause,billsec\nu1,1710262800,+61491570150,{numbers},NORMAL_TEMPORARY_FAILURE,0\n"
    (file,) = load(tmp_path / "a", {"a.csv": log}).files
    assert (file.format, file.loaded, file.not_emergency) == ("freeswitch_named", 1, 0)
    other = load(tmp_path / "b", {"a.csv": log.replace("000", "009")}).files[0]
    assert (other.loaded, other.not_emergency) == (0, 1)


def test_a_file_that_ends_within_any_of_its_numbers_has_a_cut_record(tmp_path: Path) -> None:
    names = (
        "uuid,start_epoch,caller_id_number,hangup_cause,billsec,destination_number,sip_req_user,sip_to_user"
    )
    log = f"{names}\nu1,1710262800,+61491570156,NORMAL_TEMPORARY_FAILURE,0,8000,8001,00"
    (file,) = load(tmp_path / "a", {"a.csv": log}).files
    assert (file.loaded, file.rejected, file.not_emergency) == (0, 1, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"to": "0298765432@realm.example", "request": "000@realm.example"},
        {"to": "trunk7@realm.example", "callee_id_number": "8000", "request": "000@realm.example"},
        {"dialed_number": "8000", "to": "trunk7@realm.example", "callee_id_number": "000"},
    ],
)
def test_any_number_of_a_record_of_kazoo_shows_an_emergency(said: dict[str, str], tmp_path: Path) -> None:
    page = json.loads(kazoo([FAILED]))
    page["data"][0] |= said
    (file,) = load(tmp_path / "c", {"a.json": json.dumps(page)}).files
    assert (file.loaded, file.not_emergency) == (1, 0)


def test_legs_to_the_far_end_share_the_callers_own_id(tmp_path: Path) -> None:
    near = changed(uuid="u-a", sip_call_id="k-a")
    far = changed(
        uuid="u-b", sip_call_id="k-b", direction="outbound", originating_leg_uuid="u-a", call_uuid="wrong",
        hangup_cause="NORMAL_TEMPORARY_FAILURE", last_bridge_hangup_cause=None,
    )  # fmt: skip
    assert [read(leg)["linked_call_id"] for leg in (near, far)] == ["u-a", "u-a"]
    found = load(tmp_path / "c", {"a.json": json.dumps([near, far])})
    assert found.rows("SELECT DISTINCT linked_call_id, release_cause FROM attempt_record") == [("u-a", 41)]


def test_a_callflow_may_be_one_profile_or_a_list_of_which_the_last_is_what_was_asked_for() -> None:
    record = changed(sip_req_user=None)
    asked, sent = {"destination_number": "000"}, {"destination_number": "0398765432"}
    record["callflow"] = [{"caller_profile": sent}, {"caller_profile": asked}]
    assert (read(record)["dialled"], read(record)["dialled_other"]) == ("000", "0398765432")
    record["callflow"] = {"caller_profile": asked}
    assert (read(record)["dialled"], read(record)["dialled_other"]) == ("000", "")


def test_a_record_without_times_is_rejected_and_one_without_a_number_is_no_emergency(tmp_path: Path) -> None:
    bare = changed(start_uepoch=None, start_epoch=None)
    mute = changed(sip_req_user=None) | {"callflow": []}
    (file,) = load(tmp_path / "c", {"a.json": json.dumps([bare, mute, changed()])}).files
    assert (file.rejected, file.not_emergency, file.loaded) == (1, 1, 1)


def test_kazoo_counts_from_the_year_0() -> None:
    found = dict(
        zip(COLUMNS, kazoo_row({"timestamp": 63877481999, "hangup_cause": "USER_BUSY"}), strict=True)
    )
    assert (found["started_at"], found["release_cause"], found["answered_at"]) == ("1710262799", "17", "")


def test_a_document_that_declares_entities_is_rejected_and_the_next_is_read(tmp_path: Path) -> None:
    bomb = (
        '<!DOCTYPE cdr [<!ENTITY a "aaaa">]><cdr '
        'core-uuid="x"><variables><uuid>&a;</uuid></variables></cdr>\n'
    )
    deep = "<cdr>" + "<a>" * 99 + "</a>" * 99 + "</cdr>"
    content = freeswitch_xml(calls(1, 2)) + bomb.replace("<!DOCTYPE", "<cdr><!DOCTYPE") + deep
    (file,) = load(tmp_path / "c", {"a.xml": content}).files
    assert file.rejected >= 2
    assert file.loaded + file.not_emergency == 2


def test_a_cut_file_is_damaged(tmp_path: Path) -> None:
    whole = freeswitch_xml(calls(1, 3))
    path = tmp_path / "a.xml"
    path.write_text(whole[:-20])
    (member,) = members(path)
    with pytest.raises(Damage, match="ends inside a record"):
        list(xml_records(member))
    files = load(tmp_path / "c", {"a.json": json.dumps([changed(), changed()], indent=1)[:-30]}).files
    assert [(f.status, f.loaded) for f in files] == [("rolled_back", 0)]


def test_a_real_record_is_read_as_far_as_it_goes(real: Path) -> None:
    (member,) = members(next((real / "freeswitch_json").iterdir()))
    head = member.head(1 << 16)
    assert detect("x", head, "attempts").layout.name == "freeswitch_json"
    asked = asked_for("x", "attempts")
    file = open_file(member, recognise(head, asked), asked)
    assert file.row(1).startswith("86cfd6e2-dbda-45a3-b59d-f683ec368e8b,86cfd6e2-dbda-45a3-b59d-f683ec368e8b")
    assert "1396984221278217" in file.row(1)


def ledger(folder: Path, content: str | bytes, name: str = "a.json") -> tuple[int, int, list[str]]:
    """What was loaded of a file, what was rejected, and why."""
    found = load(folder, {name: content})
    (file,) = found.files
    return file.loaded, file.rejected, [reason for _, _, reason in found.rejects]


def test_a_list_of_one_value_is_that_value_and_of_a_longer_one_it_cannot_be_known(tmp_path: Path) -> None:
    one = changed(sip_req_user=["000"])
    assert read(one)["dialled"] == "000"
    two = changed(sip_req_user=["000", "0398765432"]) | {"callflow": []}
    assert ledger(tmp_path / "a", json.dumps([one, two])) == (1, 1, ["not_one_value"])
    page = json.loads(kazoo([FAILED, FAILED]))
    page["data"][0]["to"] = ["000@realm.example"]
    page["data"][1]["to"] = {"number": "000"}
    assert ledger(tmp_path / "b", json.dumps(page)) == (1, 1, ["not_one_value"])


def test_a_key_with_two_values_is_no_one_value(tmp_path: Path) -> None:
    page = kazoo([FAILED, FAILED]).replace('"to":', '"to": "0398765432@realm.example", "to":', 1)
    assert ledger(tmp_path / "a", page) == (1, 1, ["not_one_value"])
    twice = json.dumps([changed()])[:-2] + ', "variables": {"sip_req_user": "0398765432"}}]'
    assert ledger(tmp_path / "b", json.dumps([changed()]) + twice)[:2] == (1, 1)
    element = "<sip_req_user>000</sip_req_user>"
    again = freeswitch_xml([FAILED]).replace(element, f"{element}{element.replace('000', '1')}")
    content = freeswitch_xml([FAILED]) + again.replace("destination_number", "other")
    assert ledger(tmp_path / "c", content, "a.xml") == (1, 1, ["not_one_value"])


def test_an_array_that_is_not_closed_is_damaged(tmp_path: Path) -> None:
    content = json.dumps([changed(), changed()])
    for end in (content[:-1], content[:-1] + ", "):
        (file,) = load(tmp_path / str(len(end)), {"a.json": end}).files
        assert (file.status, file.loaded) == ("rolled_back", 0)


def test_a_word_for_no_value_gives_way_to_the_next_name() -> None:
    for none in ("NULL", " ", "-", "N/A", "%20"):
        assert read(changed(sip_req_user=none, sip_to_user="000 "))["dialled"] == "000"


def test_a_record_that_is_cut_before_another_is_rejected_and_the_other_is_read(tmp_path: Path) -> None:
    content = freeswitch_xml([FAILED, FAILED, FAILED])
    at = content.index("</cdr>")
    cut = content[: at - 40] + "\n" + content[at + 6 :]
    assert ledger(tmp_path / "a", cut, "a.xml")[:2] == (2, 1)


def test_bytes_that_are_no_utf_8_reject_their_record(tmp_path: Path) -> None:
    foreign = changed(sip_req_user="000\xa0")
    content = json.dumps([changed(), foreign], ensure_ascii=False).encode("latin-1")
    assert ledger(tmp_path / "a", content) == (1, 1, ["encoding"])
    xml = freeswitch_xml([FAILED, FAILED]).replace(">000<", ">000\xa0<", 1).encode("latin-1")
    assert ledger(tmp_path / "b", xml, "a.xml") == (1, 1, ["encoding"])
    source = [{"path": "a.json", "encoding": "latin-1"}]
    assert [f.loaded for f in load(tmp_path / "c", {"a.json": content}, source).files] == [2]


def test_a_duration_that_is_no_number_is_said(tmp_path: Path) -> None:
    page = json.loads(kazoo([FAILED]))
    page["data"][0]["duration_seconds"] = "-3"
    found = load(tmp_path / "a", {"a.json": json.dumps(page)})
    assert [(column, value) for _, column, value, _ in found.unreadable] == [("released_at", "-3")]
