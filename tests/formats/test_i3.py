"""LogEvents of i3 elements: every form, split by element, joined by call, signed, damaged."""

from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.case import read_case
from auditor.errors import EvidenceError
from auditor.formats.detect import detect
from auditor.formats.i3 import jws
from auditor.formats.i3.log import Log
from auditor.formats.i3.rows import rows_of
from auditor.formats.i3.stream import Damaged, values
from auditor.formats.reader import Asked
from auditor.formats.sip.capture import Capture
from auditor.pipeline import audit
from tests.formats.events import (
    BORDER,
    CENTRE,
    Event,
    Made,
    canonical,
    coded,
    event,
    events_of,
    flattened,
    world,
    written,
)  # fmt: skip
from tests.formats.made import TH_SYN, in_ethernet, in_memory, invite, reply, segment
from tests.ingest.loading import Loaded, load, write_case

FORMS = ("lines", "array", "objects", "signed", "containers")
BOTH = ({"path": "log.json", "role": "attempts"}, {"path": "log.json", "role": "centre"})
ELEMENTS = f'[[centre]]\nid = "psap"\nelements = ["{CENTRE.upper()}"]\n'


def case(folder: Path, files: dict[str, str], sources: object = BOTH, more: str = ELEMENTS) -> Path:
    write_case(folder, files, sources)  # type: ignore[arg-type]
    with (folder / "case.toml").open("a") as file:
        file.write(more)
    return folder


def records(loaded: Loaded) -> list[object]:
    kept = "EXCLUDE (record_id, file_no, record_no, extra)"
    found: list[object] = [
        loaded.rows(f"SELECT * {kept} FROM {table} ORDER BY ALL")
        for table in ("attempt_record", "centre_record")
    ]
    loaded.store.close()
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    attempts, centre = canonical(world(1, 30))
    sources = ({"path": "a.csv", "role": "attempts"}, {"path": "c.csv", "role": "centre"})
    return records(load(tmp_path_factory.mktemp("csv"), {"a.csv": attempts, "c.csv": centre}, sources))


@pytest.mark.parametrize("form", FORMS)
def test_a_log_in_every_form_holds_the_records_of_its_canonical_files(
    form: str, tmp_path: Path, expected: list[object]
) -> None:
    events = [e for call in world(1, 30) for e in events_of(call)]
    random.Random(form).shuffle(events)
    loaded = load(case(tmp_path, {"log.json": written(events, form)}))
    assert [f.status for f in loaded.files] == ["loaded", "loaded"]
    assert [(f.non_data, f.rejected) for f in loaded.files] == [(len(events), 0)] * 2
    assert records(loaded) == expected


def test_a_random_world_gives_the_measures_of_its_canonical_files(tmp_path: Path) -> None:
    calls = world(7, 60)
    attempts, centre = canonical(calls)
    events = [e for call in calls for e in events_of(call)]
    sources = ({"path": "a.csv", "role": "attempts"}, {"path": "c.csv", "role": "centre"})
    write_case(tmp_path / "csv", {"a.csv": attempts, "c.csv": centre}, sources)
    case(tmp_path / "log", {"log.json": written(events, "lines")})
    figures = []
    for name in ("csv", "log"):
        with audit(tmp_path / name) as result:
            assert result.status == "complete"
            figures.append({name: m.value for name, m in result.measures.items()})
    assert figures[0] == figures[1]
    assert figures[0]["attempts.failed"]


@pytest.mark.parametrize("each", [1, 7])
def test_the_events_of_one_call_may_lie_in_many_files(
    each: int, tmp_path: Path, expected: list[object]
) -> None:
    events = [e for call in world(1, 30) for e in events_of(call)]
    random.Random(each).shuffle(events)
    parts = [events[at : at + each] for at in range(0, len(events), each)]
    files = {f"log/{n:03}.json": written(part, "objects") for n, part in enumerate(parts)}
    sources = ({"path": "log/*.json", "role": "attempts"}, {"path": "log/*.json", "role": "centre"})
    loaded = load(case(tmp_path, files, sources))
    assert {f.status for f in loaded.files} == {"loaded"}
    columns = loaded.rows("SELECT DISTINCT role, columns_present FROM file")
    assert len(columns) == 2, "files that are read together have the same columns"
    assert records(loaded) == expected


def test_a_file_that_comes_later_changes_the_call_that_it_is_about(tmp_path: Path) -> None:
    first, invited, refused, *_ = events_of(Made(1, CALL.at, CALL.caller, "refused"))
    folder = case(tmp_path, {"a.json": json.dumps(first)}, [{"path": "*.json"}], "")
    before = load(folder)
    assert before.rows("SELECT sip_status FROM attempt_record") == [(None,)]
    before.store.close()
    (folder / "b.json").write_text(json.dumps([invited, refused]))
    after = load(folder)
    assert after.rows("SELECT sip_status, dialled FROM attempt_record") == [(503, "urn:service:sos")]


def test_the_border_alone_is_no_arrival(tmp_path: Path) -> None:
    lost = Made(1, datetime(2024, 3, 12, 17, tzinfo=UTC), "+12025551234", "lost")
    loaded = load(case(tmp_path, {"log.json": written(events_of(lost), "lines")}))
    assert [(f.role, f.loaded) for f in loaded.files] == [("attempts", 1), ("centre", 0)]
    assert loaded.rows("SELECT kind FROM observation") == [("silent_log",)]


def test_a_centres_source_must_know_which_elements_are_the_centres(tmp_path: Path) -> None:
    calls = [e for call in world(2, 4) for e in events_of(call)]
    loaded = load(case(tmp_path, {"log.json": written(calls, "array")}, more=""))
    (centre,) = (f for f in loaded.files if f.role == "centre")
    assert centre.status == "rolled_back"
    assert f"elements: {BORDER}, {CENTRE}" in centre.problem


def log_of(*found: object) -> Log:
    log = Log()
    for value in found:
        log.add(value)
    return log


def asked(role: str = "attempts") -> Asked:
    return Asked("x", role, centres={CENTRE: "psap"} if role == "centre" else {})


def rows(log: Log, role: str = "attempts") -> list[dict[str, str]]:
    read = rows_of(log, asked(role))
    return [{k: v for k, v in zip(read.header, row, strict=True) if v} for row in read.rows]


CALL = Made(9, datetime(2024, 3, 12, 17, tzinfo=UTC), "+12025551234", "answered")


def test_legs_with_other_call_ids_are_one_call_by_the_id_of_the_network() -> None:
    other = event("CallStart", CALL, BORDER, 50, callIdSip="leg-2@bcf")
    found = rows(log_of(*(e for e in events_of(CALL) if e["elementId"] == BORDER), other))
    assert [(r["call_id"], r["linked_call_id"], r["events"]) for r in found] == [
        (CALL.call_id, CALL.call, "5")
    ]


def test_an_id_used_again_after_the_end_is_another_call() -> None:
    later = Made(9, CALL.at + timedelta(seconds=200), CALL.caller, "refused")
    sooner = Made(9, CALL.at + timedelta(seconds=100), CALL.caller, "refused")
    assert len(rows(log_of(*events_of(CALL), *events_of(later)))) == 3
    assert len(rows(log_of(*events_of(CALL), *events_of(sooner)))) == 2


def test_a_wrapped_call_id_is_the_id_alone() -> None:
    wrapped = event("CallStart", CALL, BORDER, 0, callId=f"<{CALL.call}>;purpose=emergency-CallId")
    assert rows(log_of(wrapped))[0]["linked_call_id"] == CALL.call


@pytest.mark.parametrize(
    ("primary", "call", "category"),
    [
        ("emergency", "x", "128"),
        ("nonEmergency", CALL.call, None),
        (None, CALL.call, "128"),
        (None, "urn:nena:uid:callid:1:x", "128"),
        (None, "x", None),
        (None, None, "128"),
    ],
)
def test_an_emergency_is_what_the_element_says_else_what_the_id_is(
    primary: str | None, call: str | None, category: str | None
) -> None:
    one = event("CallStart", CALL, BORDER, 0, callId=call, standardPrimaryCallType=primary)
    assert rows(log_of(one))[0].get("service_category") == category


def test_a_test_call_is_a_test() -> None:
    events = [
        {k: v.replace("service:sos", "service:test.sos") if isinstance(v, str) else v for k, v in e.items()}
        for e in events_of(CALL)
    ]
    found = rows(log_of(*events))[0]
    assert (found["is_test"], found["dialled"], "service_category" in found) == (
        "true",
        "urn:service:test.sos",
        False,
    )


def test_what_the_element_itself_answers_goes_before_what_it_got() -> None:
    got = {
        "direction": "incoming",
        "text": f"SIP/2.0 200 OK\r\nCall-ID: {CALL.call_id}\r\nCSeq: 1 INVITE\r\n\r\n",
    }
    sent = {"direction": "outgoing", "text": got["text"].replace("200 OK", "408 Timeout")}
    both = [event("CallSignalingMessage", CALL, BORDER, ms, **m) for ms, m in ((10, got), (20, sent))]
    assert rows(log_of(*both))[0]["sip_status"] == "408"
    assert rows(log_of(both[0]))[0]["sip_status"] == "200"


@pytest.mark.parametrize(("status", "word"), [("503", "rejected"), ("487", "abandoned")])
def test_a_centre_rejects_or_is_abandoned(status: str, word: str) -> None:
    text = f"SIP/2.0 {status} X\r\nCall-ID: {CALL.call_id}\r\nCSeq: 1 INVITE\r\n\r\n"
    cancel = {"text": f"CANCEL sip:x SIP/2.0\r\nCall-ID: {CALL.call_id}\r\nCSeq: 1 CANCEL\r\n\r\n"}
    found = [event("CallSignalingMessage", CALL, CENTRE, 0, direction="outgoing", text=text)]
    if word == "abandoned":
        found.append(event("CallSignalingMessage", CALL, CENTRE, 0, direction="incoming", **cancel))
    assert rows(log_of(*found), "centre")[0]["disposition"] == word


def test_an_element_that_never_logs_an_answer_is_not_said_to_be_abandoned() -> None:
    events = [event(kind, CALL, CENTRE, ms) for kind, ms in (("CallStart", 0), ("CallEnd", 9000))]
    assert "disposition" not in rows(log_of(*events), "centre")[0]
    answer = event("CallStateChange", Made(8, CALL.at, "", ""), CENTRE, 5, state="callAnswered")
    assert rows(log_of(*events, answer), "centre")[0]["disposition"] == "abandoned"


PIDF = "<gp:location-info><gs:Point><gs:pos>40.7 -73.9</gs:pos></gs:Point></gp:location-info>"


@pytest.mark.parametrize(
    "beside",
    [
        event("LocationResponse", CALL, CENTRE, 1, text=PIDF),
        {
            "$id": "urn:x",
            "callComponent": [{"$id": CALL.call, "locationReference": [{"$ref": "l1"}]}],
            "locationComponent": [{"$id": "l1", "locationByValue": PIDF}],
        },
        event(
            "Eido", CALL, CENTRE, 1,
            body=json.dumps({"callComponent": [{"$id": CALL.call, "locationReference": [{"$ref": "l1"}]}]}),
        ),
    ],
)  # fmt: skip
def test_a_location_beside_a_call_is_that_of_the_call(beside: Event) -> None:
    found = rows(log_of(*events_of(CALL), beside), "centre")[0]
    assert found["location_received"] == "true"
    assert found.get("point", "40.7 -73.9") == "40.7 -73.9"
    assert rows(log_of(*events_of(CALL)), "centre")[0]["location_received"] == "false"


def test_a_transfer_is_the_centres() -> None:
    moved = event("CallTransfer", CALL, CENTRE, 9000, target="sip:fire@x", targetCallIdSip="y")
    found = rows(log_of(*events_of(CALL), moved), "centre")[0]
    assert (found["transferred_to"], found["transferred_at"]) == (
        "sip:fire@x",
        "2024-03-12T17:00:09.000000+00:00",
    )


@pytest.mark.parametrize(
    "state",
    [
        {"logEventType": "ElementStateChangeLogEvent", "affectedElementId": CENTRE.upper()}
        | {"notificationContents": '{"elementId": "x", "state": "Down", "reason": "y"}'},
        {"logEventType": "ServiceStateChangeLogEvent", "newState": "Unreachable", "elementId": CENTRE},
        {
            "logEventType": "ServiceStateChangeLogEvent",
            "newState": "Unstaffed",
            "affectedServiceIdentifier": "PSAP",
        },
    ],
)
def test_an_element_that_says_it_is_down_covers_nothing_until_it_is_back(state: Event) -> None:
    down = {"timestamp": "2024-03-12T18:00:00Z", "elementId": "mon.example"} | state
    back = down | {"timestamp": "2024-03-12T18:05:00Z"}
    back |= {"notificationContents": '{"state":"Normal"}'} if "notificationContents" in back else {}
    back |= {"newState": "Normal"} if "newState" in back else {}
    begun, until = "2024-03-12T18:00:00.000000+00:00", "2024-03-12T18:05:00.000000+00:00"
    read = rows_of(log_of(*events_of(CALL), back, down), asked("centre"))
    assert read.beside["log_down"] == [("psap", begun, until)]
    read = rows_of(log_of(*events_of(CALL), down), asked("centre"))
    assert read.beside["log_down"] == [("psap", begun, None)]
    assert rows(log_of(down)) == []


def signed(event: Event, *, tamper: bool = False) -> dict[str, object]:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bcf")])
    at = datetime(2024, 1, 1)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, at, at + timedelta(days=9)).sign(
        key, None
    )
    raw = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    header, payload = (
        coded(json.dumps({"alg": "EdDSA", "x5c": [raw]}).encode()),
        coded(json.dumps(event).encode()),
    )
    signature = coded(key.sign(f"{header}.{payload}".encode()))
    if tamper:
        payload = coded(json.dumps({**event, "agencyId": "changed"}).encode())
    return {"payload": payload, "protected": header, "signature": signature}


def test_a_signature_is_checked_where_its_key_is_there_and_rejects_nothing(tmp_path: Path) -> None:
    start = event("CallStart", CALL, BORDER, 0, standardPrimaryCallType="emergency")
    found = [signed(start), signed(start, tamper=True), flattened(start)]
    assert [jws.signature_of(each) for each in found] == [jws.GOOD, jws.WRONG, jws.ABSENT]
    keyless = {"payload": "e30", "protected": coded(b'{"alg":"EdDSA"}'), "signature": "AA"}
    assert jws.signature_of(keyless) == jws.UNCHECKED
    assert jws.signature_of(keyless | {"protected": coded(b'{"alg":"none"}')}) == jws.WRONG
    assert jws.signature_of({"payload": "e30", "signatures": []}) == jws.ABSENT
    loaded = load(tmp_path, {"log.json": "\n".join(map(json.dumps, found))})
    assert (loaded.files[0].loaded, loaded.files[0].rejected) == (1, 0)
    assert loaded.rows("SELECT subject, found, among FROM observation ORDER BY ALL") == [
        ("absent", 1, 3),
        ("wrong", 1, 3),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"timestamp": None},
        {"timestamp": "12:30"},
        {"timestamp": 7},
        {"callId": None, "callIdSip": None},
    ],
)
def test_an_event_that_no_call_can_take_is_rejected_and_seen(broken: Event, tmp_path: Path) -> None:
    events = [*events_of(CALL), event("CallStart", CALL, BORDER, 0) | broken]
    loaded = load(tmp_path, {"log.json": written(events, "lines")})
    assert (loaded.files[0].loaded, loaded.files[0].rejected) == (2, 1)
    assert [r[1:] for r in loaded.rejects] == [("started_at", "missing")]


@pytest.mark.parametrize(
    "changed",
    [
        {"logEventType": "CallStartLogEventt"},
        {"logEventType": None},
        {"elementId": 1},
        {"elementId": None},
        {"agencyId": {"a": 1}, "direction": ["x"], "text": 5},
        {"callIdSip": None},
        {"callId": 17},
    ],
)
def test_missing_and_misspelt_fields_leave_a_call(changed: Event) -> None:
    found = rows(log_of(event("CallStart", CALL, BORDER, 0) | changed))
    assert len(found) == 1
    assert found[0]["started_at"] == "2024-03-12T17:00:00.000000+00:00"


def test_a_damaged_line_is_rejected_and_the_lines_beside_it_are_read(tmp_path: Path) -> None:
    lines = written([e for call in world(3, 6) for e in events_of(call)], "lines").splitlines()
    lines[3] = lines[3][: len(lines[3]) // 2]
    lines[6] = "not json"
    lines.append('{"cut": ')
    loaded = load(tmp_path, {"log.json": "\n".join(lines)})
    assert (loaded.files[0].status, loaded.files[0].rejected) == ("loaded", 3)


def test_a_list_that_is_cut_between_two_events_is_said(tmp_path: Path) -> None:
    events = [e for call in world(3, 4) for e in events_of(call)]
    for text in (json.dumps(events)[:-1], json.dumps(events)[:-1] + ", "):
        found = list(values([text.encode()]))
        assert [isinstance(value, Damaged) for value in found] == [False] * len(events) + [True]
    loaded = load(tmp_path, {"log.json": json.dumps(events)[:-1]})
    assert (loaded.files[0].status, loaded.files[0].rejected) == ("loaded", 1)


def test_an_event_with_two_values_of_one_key_is_rejected(tmp_path: Path) -> None:
    first, *others = written([e for call in world(3, 2) for e in events_of(call)], "lines").splitlines()
    twice = first.replace('"timestamp"', '"timestamp": "2024-01-01T00:00:00Z", "timestamp"')
    loaded = load(tmp_path, {"log.json": "\n".join([*others, twice])})
    assert loaded.files[0].rejected == 1


def test_bytes_that_are_no_utf_8_reject_their_event(tmp_path: Path) -> None:
    first, *others = written([e for call in world(3, 2) for e in events_of(call)], "lines").splitlines()
    foreign = first.replace('"elementId": "', '"elementId": "\xa0').encode("latin-1")
    loaded = load(tmp_path, {"log.json": foreign + "\n".join(["", *others]).encode()})
    assert [reason for _, _, reason in loaded.rejects] == ["encoding"]


@pytest.mark.parametrize("name", ["elementId", "standardPrimaryCallType", "callId", "logEventType"])
def test_blanks_around_a_word_are_nothing(name: str) -> None:
    found = [e for call in world(3, 2) for e in events_of(call)]
    padded = [e | {name: f" {e[name]}\xa0"} if name in e else e for e in found]
    assert rows(log_of(*padded)) == rows(log_of(*found))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "{" * 100_000])
def test_depth_ends_as_damage(text: str) -> None:
    found = list(values([text.encode(), b'\n{"b": 1}\n']))
    assert found[-1] == {"b": 1} or isinstance(found[-1], Damaged) or not found


def test_behind_many_damaged_lines_the_whole_ones_are_still_read() -> None:
    whole = [json.dumps(e) for e in events_of(CALL)]
    text = "\n".join(['{"timestamp":"2024', '{"a":'] * 1_200 + [", ".join(whole), '{"a":']).encode()
    found = list(values([text[: len(text) // 2], text[len(text) // 2 :]]))
    assert [value for value in found if not isinstance(value, Damaged)] == events_of(CALL)
    assert len(found) == 2_401 + len(whole)


@settings(max_examples=40)
@given(st.integers(1, 200), st.lists(st.sampled_from(FORMS), min_size=1, max_size=1))
def test_values_do_not_depend_on_how_a_file_is_cut_into_blocks(size: int, form: list[str]) -> None:
    text = written([e for call in world(4, 2) for e in events_of(call)], form[0]).encode()
    cut = [text[at : at + size * 7] for at in range(0, len(text), size * 7)]
    assert list(values(cut)) == list(values([text]))


@settings(max_examples=60)
@given(st.data())
def test_a_flipped_or_cut_log_is_read_or_rejected(data: st.DataObject) -> None:
    text = bytearray(written([e for call in world(5, 2) for e in events_of(call)], "signed").encode())
    for _ in range(data.draw(st.integers(1, 4))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    log = log_of(*values([bytes(text[: data.draw(st.integers(1, len(text)))])]))
    rows(log), rows(log, "centre")
    assert len(log.events) + len(log.unusable) == log.read


def test_a_case_that_names_the_keys_itself_is_read_as_it_says() -> None:
    head = written(events_of(CALL), "lines").encode()
    assert detect("x", head, "attempts").layout.name == "i3_log_events"
    mapped = {"started_at": "timestamp", "dialled": "callId"}
    assert detect("x", head, "attempts", None, mapped).layout.name == "json_lines"
    assert detect("x", head, "attempts", "json_lines", mapped).layout.name == "json_lines"
    with pytest.raises(EvidenceError, match="not welfare"):
        detect("x", head, "welfare")


def test_the_elements_of_a_case_are_no_case_of_a_file_read_without_them(tmp_path: Path) -> None:
    folder = case(tmp_path, {"log.json": written(events_of(CALL), "lines")})
    assert {s.elements for s in read_case(folder).sources} == {((CENTRE, "psap"),)}


def posted(body: bytes, *, chunked: bool = False) -> bytes:
    """A request that posts a body to a logger."""
    head = b"POST /api/LogEvents?x=1 HTTP/1.1\r\nHost: logger\r\n"
    if not chunked:
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    parts = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:50], body[50:]))
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


def streamed(*parts: bytes, size: int = 700) -> Capture:
    """A capture of one direction of one TCP connection that carries the parts."""
    data, at = b"".join(parts), 1000
    segments = [segment(b"", at - 1, flags=TH_SYN)]
    segments += [segment(data[n : n + size], at + n) for n in range(0, len(data), size)]
    return in_memory((n / 10, in_ethernet(part)) for n, part in enumerate(segments))


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [40, 700, 100_000])
def test_events_are_read_between_the_sip_messages_of_one_connection(chunked: bool, size: int) -> None:
    first, second = events_of(CALL)[:2]
    other = b"GET /Policies HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    both = [posted(json.dumps(event).encode(), chunked=chunked) for event in (first, flattened(second))]
    found = streamed(invite(call_id=CALL.call_id), both[0], other, both[1], reply(503), size=size)
    assert (found.summary.log_events, found.summary.sip_messages, found.summary.lost) == (2, 2, 0)
    assert [event.kind for event in found.log.events] == ["CallStart", "CallSignalingMessage"]


def test_a_dialog_and_its_events_are_one_record_by_either_id() -> None:
    for changed in ({}, {"callIdSip": "wrong"}):
        call = f"<{CALL.call}>;purpose=emergency-CallId"
        one = streamed(
            invite("sip:conference@x", call_id=CALL.call_id, Call_Info=call),
            *(posted(json.dumps(e | changed).encode()) for e in events_of(CALL)[:1]),
        )
        read = rows_of(one.log, asked(), one.rows, one.calls)
        (row,) = (dict(zip(read.header, values, strict=True)) for values in read.rows)
        assert (row["call_id"], row["linked_call_id"], row["service_category"]) == (
            CALL.call_id,
            CALL.call,
            "128",
        )
    other = streamed(invite(call_id="other"), posted(json.dumps(events_of(CALL)[0]).encode()))
    assert len(rows_of(other.log, asked(), other.rows, other.calls).rows) == 2


def test_what_is_cut_or_too_long_is_lost_and_the_next_message_is_read() -> None:
    body = json.dumps(events_of(CALL)[0]).encode()
    cut = streamed(posted(body)[:-20])
    assert (cut.summary.log_events, len(cut.log.unusable)) == (1, 1)
    endless = b"POST /LogEvents HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (2 << 20) + b"\r\n"
    found = streamed(endless, invite(), size=60_000)
    assert found.summary.lost
    assert found.summary.dialogs == 1
