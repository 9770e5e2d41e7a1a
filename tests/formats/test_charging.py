"""Charging records of mobile networks, written by another encoder: every container, every count, damage."""

from __future__ import annotations

import struct
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.containers.member import members
from auditor.errors import EvidenceError
from auditor.formats.charging.ber import Malformed, elements
from auditor.formats.charging.decoding import COLUMNS, decode
from auditor.formats.charging.values import time_of
from auditor.formats.detect import detect
from auditor.pipeline import audit
from auditor.scaffold import scaffold
from tests.formats.charges import (
    MSC,
    START,
    Made,
    Value,
    bare,
    bcd,
    call_event_file,
    canonical,
    encoded,
    file_32297,
    ims,
    mo,
    p_cscf,
    stamp,
    world,
)  # fmt: skip
from tests.ingest.loading import Loaded, load, write_case

CALL = Made(1, START, "+61491570110", "505010000000001", "refused")


def records(loaded: Loaded) -> list[object]:
    kept = "EXCLUDE (record_id, file_no, record_no, extra)"
    found: list[object] = [loaded.rows(f"SELECT * {kept} FROM attempt_record ORDER BY ALL")]
    loaded.store.close()
    return found


def ims_file(calls: list[Made], **more: int) -> bytes:
    return file_32297([encoded(ims(call, n)) for n, call in enumerate(calls, 1)], **more)  # type: ignore[arg-type]


def written(kind: str, calls: list[Made]) -> bytes:
    if kind == "32.297":
        return ims_file(calls)
    if kind == "32.297 of release 15":
        return ims_file(calls, release=7)
    if kind == "bare":
        return bare([encoded(ims(call, n)) for n, call in enumerate(calls, 1)])
    if kind == "bare with filling":
        return bare([encoded(mo(call)) for call in calls], b"\xff" * 700 + b"\0")
    return call_event_file([mo(call) for call in calls])


KINDS = ("32.297", "32.297 of release 15", "bare", "bare with filling", "call events")


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_every_kind_holds_the_records_of_its_canonical_file(kind: str, tmp_path: Path) -> None:
    calls = world(1, 40)
    if "32.297" in kind or kind == "bare":
        calls = [call for call in calls if call.is_emergency]
        plain = canonical(calls, "ims")
    else:
        plain = canonical(calls, "cs")
    expected = load(tmp_path / "csv", {"a.csv": plain})
    loaded = load(tmp_path / "ber", {"x.dat": written(kind, calls)})
    (file,), (same,) = loaded.files, expected.files
    assert (file.format, file.status, file.problem) == ("charging_records", "loaded", "")
    assert (file.loaded, file.not_emergency, file.rejected) == (same.loaded, same.not_emergency, 0)
    assert records(loaded) == records(expected)


@pytest.mark.holds("property.19")
@pytest.mark.parametrize("kind", ["ims", "cs"])
def test_a_random_world_gives_the_measures_of_its_canonical_file(kind: str, tmp_path: Path) -> None:
    calls = [call for call in world(5, 60) if call.is_emergency or kind == "cs"]
    made = ims_file(calls) if kind == "ims" else call_event_file([mo(call) for call in calls])
    write_case(tmp_path / "csv", {"a.csv": canonical(calls, kind)})
    write_case(tmp_path / "ber", {"a.dat": made})
    figures = []
    for name in ("csv", "ber"):
        with audit(tmp_path / name) as result:
            figures.append({n: m.value for n, m in result.measures.items()} | {"status": result.status})
    assert figures[0] == figures[1]
    assert figures[0]["attempts.failed"]


def decoded(data: bytes, tmp_path: Path) -> tuple[list[dict[str, str]], list[tuple[object, ...]]]:
    import csv

    path = tmp_path / "x.dat"
    path.write_bytes(data)
    (member,) = members(path)
    read = decode(member)
    lines = b"".join(read.chunks(1 << 16)).decode().splitlines()
    rows = [{k: v for k, v in zip(COLUMNS, row, strict=True) if v} for row in csv.reader(lines)]
    found: list[tuple[object, ...]] = [o for o in read.observations if o[0] != "only_reached"]
    read.close()
    return rows, found


def row(record: Value, tmp_path: Path) -> dict[str, str]:
    (found,), _ = decoded(bare([encoded(record), encoded(mo(CALL))])[: len(encoded(record))], tmp_path)
    return found


def test_records_of_one_call_at_several_nodes_are_one_attempt(tmp_path: Path) -> None:
    other = {"session": "leg-2@b2bua", "calling": None, "subscriptions": None, "instance": None}
    seen = [p_cscf(CALL, 4), ims(CALL, 9), ims(CALL, 3, "s-cscf", **other), ims(CALL, 8, "mgcf", **other)]
    write_case(tmp_path, {"x.dat": file_32297([encoded(r) for r in seen])})
    with audit(tmp_path) as result:
        assert result.measures["attempts.total"].value == 1
        assert result.measures["attempts.duplicate_records"].value == 3


@pytest.mark.parametrize(
    ("record", "category"),
    [
        (ims(CALL, 1, called=("tel", "tel:+61398765432")), "128"),
        (ims(CALL, 1, "s-cscf", called=("tel", "tel:+61398765432")), None),
        (p_cscf(CALL, 1, called=("tel", "tel:+61398765432"), emergency=None), "128"),
        (p_cscf(CALL, 1), None),
        (mo(CALL), "128"),
        (mo(CALL, called=b"\x81" + bcd("0398765432")), "128"),
        (mo(CALL, service=("teleservice", b"\x11")), None),
        (mo(CALL, service=("bearer", b"\x12")), None),
    ],
)
def test_an_emergency_is_one_by_its_node_mark_or_service_whatever_was_dialled(
    record: Value, category: str | None, tmp_path: Path
) -> None:
    assert row(record, tmp_path).get("service_category") == category


def test_a_request_of_another_method_is_no_call(tmp_path: Path) -> None:
    found = row(ims(CALL, 1, method="REGISTER"), tmp_path)
    assert "dialled" not in found
    assert "service_category" not in found


def test_what_was_asked_goes_before_what_was_sent(tmp_path: Path) -> None:
    found = row(
        ims(CALL, 1, called=("tel", "tel:+61398765432"), asked=("urn", "urn:service:sos.police")), tmp_path
    )
    assert (found["dialled"], found["dialled_other"]) == ("urn:service:sos.police", "tel:+61398765432")
    several = row(p_cscf(CALL, 1, asked=[("tel", "tel:000"), ("sip", "sip:x@y")]), tmp_path)
    assert (several["dialled"], several["dialled_other"]) == ("tel:000", "urn:service:sos")


def test_causes_come_from_reason_headers_and_diagnostics(tmp_path: Path) -> None:
    reasons = ['SIP;cause=580;text="x, y"', "Q.850;cause=38"]
    found = row(ims(CALL, 1, "e-cscf", **{"reason-code": "-1", "reasons": reasons}), tmp_path)
    assert (found["release_cause"], found["sip_status"]) == ("38", "580")
    assert row(mo(CALL), tmp_path)["release_cause"] == "41"
    name, fields = mo(CALL)
    trunk = row((name, fields | {"diagnosis": ("trunk", 34)}), tmp_path)
    assert (trunk["release_cause"], "disposition" in trunk) == ("34", False)
    none = {k: v for k, v in fields.items() if k != "diagnosis"}
    assert row((name, none), tmp_path)["disposition"] == "failed"
    assert "disposition" not in row((name, none | {"term": 4}), tmp_path)


def test_a_handset_without_a_card_is_known_by_its_device(tmp_path: Path) -> None:
    found = row(ims(CALL, 1, calling=None, subscriptions=None), tmp_path)
    assert (found.get("calling_number"), found.get("imsi"), found["imei"]) == (None, None, "352099001761481")
    from_alone = ims(CALL, 1, "e-cscf", **{"calling": None, "from": b"sip:+61491570199@x"})
    assert row(from_alone, tmp_path)["calling_number"] == "sip:+61491570199@x"


@pytest.mark.parametrize(
    ("node", "element"),
    [
        (("name", "a.b"), "a.b"),
        (("address", ("v4", bytes([192, 0, 2, 1]))), "192.0.2.1"),
        (("address", ("v6", bytes.fromhex("20010db8") + bytes(11) + b"\1")), "2001:db8::1"),
        (("address", ("text4", "192.0.2.7")), "192.0.2.7"),
    ],
)
def test_a_node_is_a_name_or_an_address(node: object, element: str, tmp_path: Path) -> None:
    assert row(ims(CALL, 1, node=node), tmp_path)["element"] == element


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (stamp(START, -5), "2024-03-12T12:00:00-05:00"),
        (stamp(START)[:8], stamp(START)[:8].hex()),
        (b"\xff" * 9, "ff" * 9),
        (stamp(START)[:6] + b"Z" + b"\0\0", (stamp(START)[:6] + b"Z\0\0").hex()),
    ],
)
def test_times_carry_their_offset(octets: bytes, text: str) -> None:
    assert time_of(octets) == text


def test_the_parts_of_a_long_call_are_one_attempt(tmp_path: Path) -> None:
    answered = Made(1, START, "+61491570110", "505010000000001", "answered")
    later = {"seized": stamp(START + timedelta(seconds=900)), "term": 1}
    parts = [mo(answered, **{"part-number": n, **(later if n > 1 else {})}) for n in (1, 2, 3)]
    write_case(tmp_path, {"x.dat": call_event_file(parts)})
    with audit(tmp_path) as result:
        assert result.measures["attempts.total"].value == 1
        assert result.measures["attempts.duplicate_records"].value == 2


def test_other_records_are_counted_and_are_no_emergency(tmp_path: Path) -> None:
    sms: Value = ("sms", {"recordType": 6, "text": b"x"})
    mt: Value = ("mt", {"recordType": 1, "msisdn": b"\x91" + bcd("61491570110"), "seized": stamp(START)})
    loaded = load(tmp_path, {"x.dat": bare([encoded(r) for r in (mo(CALL), sms, mt)])})
    assert [(f.seen, f.not_emergency, f.loaded) for f in loaded.files] == [(3, 2, 1)]


@pytest.mark.parametrize(
    ("made", "observed"),
    [
        ({"count": 5}, ("lost_record", "count", 2, 5)),
        ({"count": 1}, ("lost_record", "surplus", 2, 1)),
        ({"lost": 9}, ("lost_record", "indicator", 9, 3)),
        ({"lost": 128}, ("lost_record", "indicator", 1, 3)),
        ({"lost": 131}, ("lost_record", "indicator", 3, 3)),
        ({"lost": 255}, ("lost_record", "indicator", 127, 3)),
        ({}, None),
        ({"count": 0xFFFFFFFF}, None),
    ],
)
def test_what_a_file_says_of_itself_is_held_against_what_is_in_it(
    made: dict[str, int], observed: tuple[object, ...] | None, tmp_path: Path
) -> None:
    _, found = decoded(ims_file(world(2, 3), **made), tmp_path)
    assert found == [("file_sequence", "192.0.2.1", 7, None), *([observed] if observed else [])]


@pytest.mark.holds("fault.37")
def test_a_trailer_is_counted_against_too(tmp_path: Path) -> None:
    _, found = decoded(call_event_file([mo(CALL)] * 2, count=3), tmp_path)
    assert found == [("lost_record", "count", 1, 3)]


def test_holes_make_the_count_a_floor(tmp_path: Path) -> None:
    calls = [call for call in world(3, 8) if call.is_emergency]
    numbered = [encoded(ims(call, n if n < 3 else n + 2)) for n, call in enumerate(calls, 1)]
    files = {"a.dat": file_32297(numbered, sequence=4, lost=2), "b.dat": ims_file(world(4, 2), sequence=7)}
    write_case(tmp_path, files)
    with audit(tmp_path) as result:
        found = {finding.rule: finding.count for finding in result.findings}
        assert (found["DQ-027"], found["DQ-028"], found["DQ-009"]) == (1, 1, 1)
        floors = {caution.kind for caution in result.cautions if caution.is_floor}
        assert {"sequence_hole", "lost_record", "file_gap", "only_reached"} <= floors


@pytest.mark.holds("fault.62")
def test_fields_that_no_standard_has_are_skipped_and_counted(tmp_path: Path) -> None:
    strange = [ims(CALL, 1, vendor=[b"abc", b"\xff" * 300]), ims(CALL, 2, vendor=[])]
    rows, found = decoded(bare([encoded(r) for r in strange]), tmp_path)
    assert [r["call_id"] for r in rows] == [CALL.session] * 2
    assert found == [("unknown_field", "E-CSCF field 600", 2, None)]


@pytest.mark.parametrize("written_as", [2, 3, 4, 5])
def test_a_record_in_another_encoding_is_rejected(written_as: int, tmp_path: Path) -> None:
    rows, _ = decoded(file_32297([b"\x12\x34" * 20], written=written_as), tmp_path)
    assert ["it is written in" in r["damage"] for r in rows] == [True]


@pytest.mark.holds("fault.62", "property.21")
def test_a_damaged_record_is_rejected_and_those_beside_it_are_read(tmp_path: Path) -> None:
    good = [encoded(ims(call, n)) for n, call in enumerate(world(1, 3), 1)]
    broken = good[1][:3] + b"\x84\xff\xff\xff\xff" + good[1][8:]
    for data in (file_32297([good[0], broken, good[2]]), bare([good[0], broken, good[2]])):
        loaded = load(tmp_path / str(len(data)), {"x.dat": data})
        assert [(f.loaded, f.rejected) for f in loaded.files] == [(2, 1)]
        loaded.store.close()


@pytest.mark.holds("fault.62")
def test_lengths_without_an_end_are_read(tmp_path: Path) -> None:
    plain = encoded(mo(CALL))
    at = 2 if plain[1] < 0x80 else 3
    (found, other), _ = decoded(b"\xa0\x80" + plain[at:] + b"\0\0" + plain, tmp_path)
    assert {**found, "offset": ""} == {**other, "offset": ""}
    outer = call_event_file([mo(CALL)] * 2)
    rows, seen = decoded(
        b"\x30\x80" + outer[2 if outer[1] < 0x80 else 2 + (outer[1] & 0x7F) :] + b"\0\0", tmp_path
    )
    assert (len(rows), seen) == (2, [])


@pytest.mark.holds("fault.62")
@pytest.mark.parametrize(
    "garbage",
    [
        b"\xa0\x84\xff\xff\xff\xf0\x80\x01\x00" * 20_000,
        b"\xa0\x80\x80\x01\x00" * 20_000,
        b"\x00\xff" * 100_000,
        b"\x17" * 100_000,
    ],
    ids=["lengths that lie", "no lengths", "filling", "nothing"],
)
def test_garbage_costs_no_more_than_its_size_and_what_stands_behind_little_of_it_is_read(
    garbage: bytes, tmp_path: Path
) -> None:
    good = encoded(mo(CALL))
    rows, _ = decoded(good + garbage[:200] + good, tmp_path)
    assert [r["record"] for r in rows if "damage" not in r] == ["MO-call"] * 2
    rows, _ = decoded(good + garbage + good, tmp_path)
    assert rows[0]["record"] == "MO-call"
    assert len(rows) <= 1_003


@pytest.mark.holds("fault.62")
@pytest.mark.parametrize(
    "data",
    [
        b"\xa0\x80" * 5_000,
        b"\xa0\x84\xff\xff\xff\xf0" + b"\x80\x01\x00" * 50,
        b"\xa0\x85\x01\x01\x01\x01\x01" + b"\x80\x01\x00" * 50,
        b"\x80\x80\0\0",
        b"\xbf\xff\xff\xff\xff\x01\x00",
        b"\xa0",
        b"\xa0\x82",
    ],
)
def test_depth_and_lengths_that_lie_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        elements(data, 0, len(data))


@settings(max_examples=150)
@given(data=st.data())
def test_a_flipped_or_cut_file_is_read_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    made = bytearray(written(data.draw(st.sampled_from(KINDS)), world(6, 3)))
    for _ in range(data.draw(st.integers(1, 3))):
        made[data.draw(st.integers(12, len(made) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(made[: data.draw(st.integers(80, len(made)))])
    try:
        rows, _ = decoded(cut, tmp_path_factory.mktemp("x"))
    except EvidenceError:
        return
    assert len(rows) <= 3 + len(cut)


def test_it_is_known_by_its_bytes_and_drafted_without_a_question(tmp_path: Path) -> None:
    made = ims_file([call for call in world(8, 6) if call.is_emergency])
    found = detect("x", made, "attempts")
    assert (found.layout.name, found.layout.lacks, found.header) == ("charging_records", (), COLUMNS)
    with pytest.raises(EvidenceError, match="not centre"):
        detect("x", made, "centre")
    (tmp_path / "cdr.bin").write_bytes(made)
    draft = scaffold(tmp_path, "au")
    assert (draft.sources, draft.to_fill) == (1, 0)
    assert 'role = "attempts"' in draft.text


@pytest.mark.parametrize(
    "text", [b"started_at,dialled\n" * 9, b"\xa0\xa0 latin-1 text, no record\n" * 9, b"\0" * 90]
)
def test_other_files_are_no_charging_records(text: bytes) -> None:
    from auditor.formats.charging import is_charging

    assert not is_charging(text)


def test_an_entity_is_the_switch(tmp_path: Path) -> None:
    found = row(mo(CALL), tmp_path)
    assert (found["element"], found["record"], found["call_id"]) == (MSC, "MO-call", f"00000002@{MSC}")
    assert struct.pack(">I", 2).hex() in found["call_id"]
