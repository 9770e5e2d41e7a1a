"""Keys of JSON objects in any case, and inside objects, wherever in the file they first come."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from auditor.model import EvidenceFile
from tests.formats.test_json import PATHS, call, nested
from tests.ingest.loading import Loaded, load

LATE = 600
"""So many records of `others` are longer than the part of a file by which it is recognised."""


def others(count: int = LATE) -> list[dict[str, object]]:
    """Calls to other numbers."""
    return [call(n, dialled="0398765432", pad="x" * 100) for n in range(count)]


def lines(records: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def read(folder: Path, records: Sequence[Mapping[str, object]], **source: object) -> Loaded:
    return load(folder, {"a.json": lines(records)}, [{"path": "a.json", **source}])


def buckets(file: EvidenceFile) -> tuple[int, int, int]:
    return file.loaded, file.not_emergency, file.rejected


@pytest.mark.parametrize("spelt", ["Dialled", "DIALLED", " dialled "])
@pytest.mark.parametrize("before", [0, 3, LATE])
def test_a_key_in_another_case_is_that_column_wherever_it_first_comes(
    spelt: str, before: int, tmp_path: Path
) -> None:
    later = [call(n, **{spelt: "000"}) for n in range(before, before + 3)]
    found = read(tmp_path, [*others(before), *later])
    assert buckets(found.files[0]) == (3, before, 0)
    assert found.rows("SELECT DISTINCT dialled, extra FROM attempt_record") == [("000", None)]


@pytest.mark.parametrize("before", [1, LATE])
def test_every_column_of_a_record_may_be_spelt_otherwise(before: int, tmp_path: Path) -> None:
    loud = {name.upper(): value for name, value in call(before, dialled="000", imsi=5.05e20).items()}
    found = read(tmp_path, [*others(before), loud])
    assert found.rows("SELECT call_id, network, sip_status, imsi, extra FROM attempt_record") == [
        (f"c{before}", "alpha", 503, None, None)
    ]
    assert [(column, reason) for _, column, _, reason in found.unreadable] == [
        ("imsi", "number_turned_by_spreadsheet")
    ]


@pytest.mark.parametrize("before", [0, 1, LATE])
def test_a_record_that_holds_one_key_in_two_spellings_with_two_values_is_rejected(
    before: int, tmp_path: Path
) -> None:
    later = [
        call(before, dialled="0398765432", Dialled="000"),
        call(before + 1, dialled="000", Dialled="000"),
        call(before + 2, dialled=None, Dialled="000"),
        call(before + 3, dialled="000", note="a", Note="b"),
    ]
    found = read(tmp_path, [*others(before), *later])
    assert buckets(found.files[0]) == (3, before, 1)
    assert found.rejects == [(before + 1, None, "duplicate_key")]


def test_a_key_that_is_there_twice_does_not_hide_one_in_another_case(tmp_path: Path) -> None:
    twice = json.dumps(call(1, dialled="000"))[:-1] + ', "dialled": "000"}\n'
    text = lines(others()) + twice + lines([call(2, Dialled="000")])
    found = load(tmp_path, {"a.json": text}, [{"path": "a.json"}])
    assert buckets(found.files[0]) == (1, LATE, 1)
    assert found.rejects == [(LATE + 1, None, "duplicate_key")]


@pytest.mark.parametrize("first", ["000", "0398765432"])
@pytest.mark.parametrize("before", [0, LATE])
@pytest.mark.parametrize("is_array", [False, True])
def test_a_key_twice_in_an_object_inside_is_rejected_as_one_at_the_top_is(
    first: str, before: int, is_array: bool, tmp_path: Path
) -> None:
    inside = [json.dumps(call(n, msg={"to": "0398765432"})) for n in range(before)]
    inside.append(json.dumps(call(before, msg={"to": first}))[:-2] + ', "to": "000"}}')
    inside.append(json.dumps(call(before + 1, msg={"to": "000"})))
    text = f"[{','.join(inside)}]" if is_array else "\n".join(inside) + "\n"
    source = {"path": "a.json", "columns": {"dialled": "msg.to"}}
    found = load(tmp_path, {"a.json": text}, [source])
    assert buckets(found.files[0]) == (1, before, 1)
    assert found.rejects == [(before + 1, None, "duplicate_key")]


def test_records_of_other_roles_may_be_spelt_otherwise_too(tmp_path: Path) -> None:
    records = [{"check_id": f"w{n}", "attempted_at": f"2024-03-12T18:00:{n:02}Z"} for n in range(3)]
    loud = [{name.title(): value for name, value in each.items()} for each in records]
    pad = [{**each, "pad": "x" * 1000} for _ in range(90) for each in records]
    source = {"role": "welfare", "path": "a.json"}
    found = load(tmp_path, {"a.json": lines([*pad, *loud])}, [source])
    assert buckets(found.files[0]) == (273, 0, 0)


def test_many_small_files_may_each_spell_a_key_in_its_own_way(tmp_path: Path) -> None:
    names = ["dialled", "Dialled", "DIALLED", "diaLLed"]
    files = {
        f"{n}.json": lines([call(n, dialled="0398765432"), call(n, **{name: "000"})])
        for n, name in enumerate(names)
    }
    found = load(tmp_path, files, [{"path": "*.json"}])
    assert [buckets(file) for file in found.files] == [(1, 1, 0)] * 4


@pytest.mark.parametrize("before", [0, 60, LATE])
def test_a_dotted_path_is_found_wherever_it_first_comes(before: int, tmp_path: Path) -> None:
    plain = [call(n, pad="x" * 100) for n in range(before)]
    found = read(tmp_path, [*plain, *(nested(n) for n in range(before, before + 3))], columns=PATHS)
    (file,) = found.files
    assert buckets(file) == (3, before, 0)
    assert "no record has the key" not in file.problem
    assert found.rows("SELECT count(*) FROM attempt_record WHERE calling_number IS NOT NULL") == [(3,)]


def test_a_path_may_be_deep_in_another_case_and_its_keys_may_hold_dots(tmp_path: Path) -> None:
    records = [
        call(1, Sip={"To": {"user": "000"}}),
        call(2, sip={"to.user": "000"}),
        call(3, **{"SIP.TO.USER": "000"}),
        call(4, sip={"to": "000"}),
        call(5, sip=[{"to": {"user": "000"}}]),
    ]
    found = read(tmp_path, records, columns={"dialled": "sip.to.user"})
    assert buckets(found.files[0]) == (3, 2, 0)


def test_a_key_goes_before_a_path_of_its_name_in_each_record(tmp_path: Path) -> None:
    records = [*others(), {**nested(1), "msg.to": "0398765432"}, nested(2), call(3, **{"msg.to": "000"})]
    found = read(tmp_path, records, columns=PATHS)
    assert buckets(found.files[0]) == (2, LATE + 1, 0)


def test_an_array_gives_the_same_records_as_lines(tmp_path: Path) -> None:
    records = [nested(1), call(2, Msg={"To": "000"}), call(3, msg={"to": "0398765432"}), call(4)]
    source = {"path": "a.json", "columns": PATHS}
    seen = []
    for name, text in (("lines", lines(records)), ("array", json.dumps(records))):
        found = load(tmp_path / name, {"a.json": text}, [source])
        seen.append((buckets(found.files[0]), found.rows("SELECT * EXCLUDE (record_id) FROM attempt_record")))
    assert seen[0] == seen[1]
    assert seen[0][0] == (2, 2, 0)


def test_a_layout_finds_the_keys_that_come_late(tmp_path: Path) -> None:
    record = {
        "correlationId": "k", "inviteDateTime": "2024-03-12T17:00:00Z", "calleeNumber": "000",
        "trunkFullyQualifiedDomainName": "sbc", "callerNumber": "+61491570156",
    }  # fmt: skip
    pad = [{**record, "calleeNumber": "0398765432", "note": "x" * 100} for _ in range(LATE)]
    late = {**record, "finalSipCode": 200, "successfulCall": True, "startDateTime": "2024-03-12T17:00:05Z"}
    found = read(tmp_path, [*pad, record, late])
    assert found.rows("SELECT sip_status, disposition, answered_at_utc IS NOT NULL FROM attempt_record") == [
        (None, None, False),
        (200, "answered", True),
    ]


def test_a_layout_of_which_no_record_has_an_answer_has_no_column_of_answers(tmp_path: Path) -> None:
    record = {
        "correlationId": "k", "inviteDateTime": "2024-03-12T17:00:00Z", "calleeNumber": "000",
        "trunkFullyQualifiedDomainName": "sbc",
    }  # fmt: skip
    found = read(tmp_path, [record])
    ((columns,),) = found.rows("SELECT columns_present FROM file")
    assert columns.split(",") == ["call_id", "started_at", "dialled", "route"]


def test_a_late_key_in_another_case_narrows_what_an_emergency_is(tmp_path: Path) -> None:
    rule = {"column": "kind", "values": ["sos"]}
    records = [*others(), call(1, dialled="000", Kind="sos"), call(2, dialled="000", kind="own")]
    found = read(tmp_path, records, emergency_only_when=rule)
    assert buckets(found.files[0]) == (1, LATE + 1, 0)


def test_keys_in_countless_spellings_are_refused(tmp_path: Path) -> None:
    rng = random.Random(1)
    spelt = {"".join(rng.choice((c, c.upper())) for c in "calling_number") for _ in range(300)}
    records = [{**call(n, dialled="000"), name: "x"} for n, name in enumerate(sorted(spelt))]
    (file,) = read(tmp_path, records).files
    assert file.status == "rolled_back"
    assert "ways that no column has" in file.problem
