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
from tests.formats.offices import Call, calls, freeswitch_record, freeswitch_xml
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
