"""A list or an object where one value is meant: read where it is one value, else never passed over in
silence."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars
import pytest

from auditor.case import read_case
from auditor.ingest import check_heads
from tests.formats.test_json import call
from tests.ingest.loading import Loaded, load, write_case

Write = Callable[[Sequence[dict[str, object]]], bytes]


def lines(records: Sequence[dict[str, object]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def array(records: Sequence[dict[str, object]]) -> bytes:
    return json.dumps(records, indent=1).encode()


def parquet(records: Sequence[dict[str, object]]) -> bytes:
    file = io.BytesIO()
    polars.DataFrame(list(records)).write_parquet(file)
    return file.getvalue()


FORMS = {"lines": lines, "array": array, "parquet": parquet}


def read(folder: Path, write: Write, *records: dict[str, object]) -> Loaded:
    return load(folder, {"a": write(records)}, [{"path": "a"}])


def bucket(found: Loaded) -> str:
    """Where the one record of a file is."""
    (file,) = found.files
    counts = {"loaded": file.loaded, "not_emergency": file.not_emergency, "rejected": file.rejected}
    (name,) = (name for name, count in counts.items() if count)
    return name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("dialled", "expected"),
    [
        (["000"], "loaded"),
        (["0398765432"], "not_emergency"),
        ([], "not_emergency"),
        ([None], "not_emergency"),
        (["000", "0398765432"], "rejected"),
        ([["000"]], "rejected"),
        ({"number": "000"}, "rejected"),
        ([{"number": "000"}], "rejected"),
    ],
    ids=str,
)
def test_a_dialled_number_in_a_list_or_an_object_is_read_or_rejected(
    form: str, dialled: object, expected: str, tmp_path: Path
) -> None:
    found = read(tmp_path, FORMS[form], call(1, dialled=dialled))
    assert bucket(found) == expected
    if expected == "rejected":
        assert found.rows("SELECT column_name, reason FROM reject") == [("dialled", "not_one_value")]
        ((value,),) = found.rows("SELECT value FROM reject")
        assert json.loads(value) == dialled


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"dialled_other": "000"}, "loaded"),
        ({"dialled_other": "0398765432"}, "rejected"),
        ({"dialled_other": "unknown"}, "rejected"),
        ({"service_category": "4"}, "loaded"),
        ({"service_category": "0"}, "rejected"),
    ],
    ids=str,
)
def test_what_else_a_record_says_decides_where_its_dialled_number_cannot_be_read(
    form: str, more: dict[str, object], expected: str, tmp_path: Path
) -> None:
    found = read(tmp_path, FORMS[form], call(1, dialled=["000", "112"], **more))
    assert bucket(found) == expected
    if expected == "loaded":
        assert found.unreadable == [(1, "dialled", '["000","112"]', "not_one_value")]


@pytest.mark.parametrize("dialled", [None, "unknown", "s", "0398765432"])
def test_the_other_number_counts_where_there_is_no_first(dialled: object, tmp_path: Path) -> None:
    found = read(tmp_path, lines, call(1, dialled=dialled, dialled_other={"number": "000"}))
    assert bucket(found) == ("not_emergency" if dialled == "0398765432" else "rejected")


def test_a_source_that_counts_some_records_only_rejects_none_of_the_others(tmp_path: Path) -> None:
    records = [call(n, dialled=["000", "112"], kind=kind) for n, kind in enumerate(("sos", "own"))]
    rule = {"column": "kind", "values": ["sos"]}
    found = load(tmp_path, {"a": lines(records)}, [{"path": "a", "emergency_only_when": rule}])
    assert (found.files[0].rejected, found.files[0].not_emergency) == (1, 1)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("column", ["kind", "route"])
def test_where_the_column_that_narrows_has_a_list_of_several_the_record_is_rejected(
    form: str, column: str, tmp_path: Path
) -> None:
    kinds = (["sos"], ["sos", "own"], ["own"])
    records = [call(n, dialled="000", **{column: kind}) for n, kind in enumerate(kinds)]
    rule = {"column": column, "values": ["sos"]}
    found = load(tmp_path, {"a": FORMS[form](records)}, [{"path": "a", "emergency_only_when": rule}])
    (file,) = found.files
    assert (file.loaded, file.rejected, file.not_emergency, file.narrowed) == (1, 1, 1, 1)
    assert found.rows("SELECT column_name, value, reason FROM reject") == [
        (column, '["sos","own"]', "not_one_value")
    ]


@pytest.mark.parametrize("form", FORMS)
def test_an_optional_list_or_object_is_null_and_a_finding(form: str, tmp_path: Path) -> None:
    given = {
        "calling_number": {"number": "+61491570156"},
        "imsi": ["1", "2"],
        "cell_id": ["c-7"],
        "route": [],
    }
    found = read(tmp_path, FORMS[form], call(1, dialled="000", **given))
    assert found.rows("SELECT calling_number, imsi, cell_id, route FROM attempt_record") == [
        (None, None, "c-7", None)
    ]
    assert found.unreadable == [
        (1, "calling_number", '{"number":"+61491570156"}', "not_one_value"),
        (1, "imsi", '["1","2"]', "not_one_value"),
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_required_list_or_object_is_a_reject(form: str, tmp_path: Path) -> None:
    record = {**call(1, dialled="000"), "started_at": {"utc": "2024-03-12T17:00:00Z"}}
    found = read(tmp_path, FORMS[form], record)
    assert found.rejects == [(1, "started_at", "not_one_value")]


@pytest.mark.parametrize("text", ["[000]", "{000}", "[", "{", "[]", "{}", '["000"]'])
def test_a_text_that_looks_like_a_list_is_a_text(text: str, tmp_path: Path) -> None:
    found = read(tmp_path, lines, call(1, dialled="000", route=text))
    assert found.rows("SELECT route FROM attempt_record") == [(text,)]
    assert found.unreadable == []


def test_check_says_that_a_column_holds_lists(tmp_path: Path) -> None:
    text = lines([call(n, dialled=["000", "112"]) for n in range(3)])
    heads = check_heads(read_case(write_case(tmp_path, {"a.json": text})))
    assert any("not_one_value" in note.message for note in (*heads.notes, *heads.problems))
