"""JSON of any length that is no lines: each record is decoded about once, and what is cut off is said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.containers.damage import Damage
from auditor.formats import values
from auditor.formats.objects import lines_of_objects
from tests.formats.test_json import call
from tests.ingest.loading import load


def parts(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def records(text: str, unwrap: str | None, size: int = 1000) -> list[object]:
    return [json.loads(line) for line in lines_of_objects(parts(text, size), unwrap, name="a")]


RECORDS = [{"n": str(n), "inner": {"list": [[], {}, "]},"]}, "b": True, "z": None} for n in range(300)]
WRAPPED = {"count": 300, "value": {"value": [1]}, "meta": [[{"value": [2]}]], "page": {"value": RECORDS}}
FORMS = {
    "array": (json.dumps(RECORDS), None),
    "indented": (json.dumps(RECORDS, indent=2), None),
    "concatenated": ("".join(json.dumps(record) for record in RECORDS), None),
    "arrays": ("\n".join(json.dumps(RECORDS[at : at + 7]) for at in range(0, 300, 7)), None),
    "unwrap": (json.dumps({"next": 1, "value": RECORDS, "more": [1, {"value": []}]}), "value"),
    "deep": (json.dumps(WRAPPED, indent=1), "page.value"),
    "pages": ("\n".join(json.dumps({"value": RECORDS[at : at + 100]}) for at in (0, 100, 200)), "value"),
}


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize("form", FORMS)
def test_records_are_the_same_however_the_text_comes_in_parts(form: str, size: int) -> None:
    assert records(*FORMS[form], size) == RECORDS


@pytest.mark.parametrize("form", ["array", "unwrap"])
def test_a_record_is_not_decoded_anew_for_each_part(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, unwrap = FORMS[form]
    looked = Counter[str]()
    real = values._DECODER

    class Counting:
        def raw_decode(self, held: str, at: int) -> tuple[object, int]:
            found, end = real.raw_decode(held, at)
            looked["characters"] += end - at
            return found, end

    monkeypatch.setattr(values, "_DECODER", Counting())
    assert records(text, unwrap, 64) == RECORDS
    assert looked["characters"] < 1.1 * len(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.99])
def test_a_head_gives_the_records_that_are_whole(form: str, share: float) -> None:
    text, unwrap = FORMS[form]
    head = text[: int(len(text) * share)]
    found = [json.loads(line) for line in lines_of_objects([head], unwrap, name="a", limit=10_000)]
    assert found == RECORDS[: len(found)]
    assert len(found) >= 300 * share * 0.8 - 20


@pytest.mark.parametrize("form", ["array", "indented", "unwrap", "deep"])
def test_a_text_that_is_cut_off_is_damaged_wherever_it_is_cut(form: str) -> None:
    text, unwrap = FORMS[form]
    between = text.index("}", text.index('"250"') + 60) + 1
    for end in (between, between + 1, len(text) - 1, len(text) // 2):
        with pytest.raises(Damage):
            records(text[:end], unwrap)


@pytest.mark.parametrize(("text", "unwrap"), [('{"value": 1}', "value"), ('{"a": {}}', "a.b"), ("[1]", "a")])
def test_an_object_without_the_array_is_said(text: str, unwrap: str) -> None:
    with pytest.raises(Damage, match="there is no array under"):
        records(text, unwrap)


@pytest.mark.parametrize("wrong", ['{"n" 1}', '{"n": 1,, "m" 2}', "{'n': 1}", '{"value": [{"n": nul}]}'])
def test_what_is_no_json_is_said_at_once(wrong: str) -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        yield wrong
        while len(taken) < 100:
            taken.append(1)
            yield '{"n": 1}\n' * 1000

    with pytest.raises(Damage, match="it is no JSON from character"):
        list(lines_of_objects(endless(), None, name="a"))
    assert len(taken) < 3


def test_an_array_that_is_not_closed_is_rolled_back_and_said(tmp_path: Path) -> None:
    text = json.dumps([call(n, dialled="000") for n in range(3)])[:-1]
    (file,) = load(tmp_path, {"a.json": text}, [{"path": "a.json"}]).files
    assert file.status == "rolled_back"
    assert "it is cut off" in file.problem


@pytest.mark.parametrize("form", ["array", "indented", "lines", "utf-16"])
def test_bytes_that_are_no_text_reject_their_record_in_every_form(form: str, tmp_path: Path) -> None:
    calls = [call(0, dialled="000"), call(1, dialled="000\xa0\xa0"), call(2, dialled="000")]
    calls[2]["note"] = "\\udcff \U0001f480"
    lines = "\n".join(json.dumps(each, ensure_ascii=form == "utf-16") for each in calls)
    array = json.dumps(calls, indent=1 if form == "indented" else None, ensure_ascii=False)
    content = (lines if form in ("lines", "utf-16") else array).encode().replace(b"\xc2\xa0", b"\xa0")
    if form == "utf-16":
        content = lines.encode("utf-16").replace("\\u00a0\\u00a0".encode("utf-16-le"), b"\x00\xdc")
    keep = {"keep": {"column": "network", "values": ["alpha"]}} if form == "lines" else {}
    loaded = load(tmp_path, {"a.json": content}, [{"path": "a.json", **keep}])
    assert loaded.files[0].loaded == 2
    assert [reason for _, _, reason in loaded.rejects] == ["encoding"]


@pytest.mark.parametrize("pad", [0, 100_000])
def test_records_under_a_key_that_the_case_does_not_name_are_said(pad: int, tmp_path: Path) -> None:
    text = json.dumps({"records": [call(n, dialled="000", pad="x" * pad) for n in range(3)]})
    (file,) = load(tmp_path, {"a.json": text}, [{"path": "a.json"}]).files
    assert file.status == "rolled_back"
    assert ("unwrap = " + ('"..."' if pad else '"records"')) in file.problem
