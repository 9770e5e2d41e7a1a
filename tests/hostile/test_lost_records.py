"""Records that could be lost without a word: many in one line, one that looks like a comment, one whose last
field is cut off."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ingest.loading import load

HEADER = "call_id,started_at,calling_number,sip_status,dialled"
AT = "2024-03-12T17:00:00Z"


def row(number: int, dialled: str = "000") -> str:
    return f"c{number},{AT},+61491570156,503,{dialled}"


def record(number: int) -> str:
    return json.dumps(
        {"call_id": f"c{number}", "started_at": AT, "dialled": "000", "via": [{"a": 1}, {"b": "}"}]}
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("".join(map(record, range(30))), "several_records"),
        (" ".join(map(record, range(2))), "several_records"),
        (",".join(map(record, range(30))), "several_records"),
        (json.dumps([json.loads(record(1))] * 2), "several_records"),
        ("".join(map(record, range(30)))[:-9], "several_records"),
        (json.dumps([json.loads(record(1))] * 9)[:-9], "several_records"),
        (record(1)[:-9], "not_json"),
        ("noise", "not_json"),
        ("[1, 2]", "not_an_object"),
        (f"[{record(1)}]", "not_an_object"),
    ],
)
@pytest.mark.parametrize("role", ["attempts", "centre"])
def test_a_line_of_json_that_may_hold_many_records_is_named_so(
    line: str, reason: str, role: str, tmp_path: Path
) -> None:
    lines = [*map(record, range(20)), line, *map(record, range(20, 30))]
    text = "\n".join(lines).replace("started_at", "presented_at" if role == "centre" else "started_at")
    found = load(tmp_path, {"a.jsonl": text + "\n"}, [{"path": "a.jsonl", "role": role}])
    assert found.rejects == [(21, None, reason)]
    assert found.files[0].loaded == 30


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("#c2,2024-03-12T17:00:00Z,+61491570156,000,alpha", "field_count"),
        ("#c2,x,000,alpha", "field_count"),
        (f"#{row(2)},alpha,sbc,more", "field_count"),
        ("# exported by night, not by hand, with care", None),
        ("# a comment", None),
        ("#", None),
    ],
)
def test_a_damaged_record_that_begins_as_a_comment_is_none(
    line: str, reason: str | None, tmp_path: Path
) -> None:
    lines = [f"{HEADER},network,element", f"{row(1)},alpha,sbc", line, f"{row(3)},alpha,sbc"]
    found = load(tmp_path, {"a.csv": "\n".join(lines) + "\n"})
    assert found.rejects == ([(3, None, reason)] if reason else [])
    assert found.files[0].loaded == 2


def test_where_records_have_few_fields_a_comment_may_have_as_many(tmp_path: Path) -> None:
    found = load(
        tmp_path, {"a.csv": "\n".join([HEADER, row(1), "# by night, by hand, with care", row(3)]) + "\n"}
    )
    assert (found.rejects, found.files[0].loaded) == ([], 2)


PATHS: Mapping[str, Mapping[str, object]] = {
    "plain": {},
    "loose": {"quotes": "loose"},
    "skipped": {"skip_lines": "^Total"},
    "kept": {"keep": {"column": "sip_status", "values": ["503"]}},
    "folded": {"multiline": True},
    "latin": {"encoding": "latin-1"},
}


@pytest.mark.parametrize("path", PATHS)
def test_a_number_that_may_be_cut_off_at_the_end_of_the_file_is_rejected(path: str, tmp_path: Path) -> None:
    cut = {"a": "00", "c": "1", "d": "+0", "e": "sip:00", "f": "urn:service:s"}
    whole = {"b": "", "g": "000", "h": "0398765432", "i": "s"}
    files = {f"{name}.csv": f"{HEADER}\n{row(1)}\n{row(2, text)}" for name, text in (cut | whole).items()}
    found = load(tmp_path, files, [{"path": "*.csv", **PATHS[path]}])
    assert found.rejects == [(3, None, "cut_tail")] * len(cut)
    assert {file.path: file.loaded + file.not_emergency for file in found.files if file.rejected == 0} == {
        f"{name}.csv": 2 for name in whole
    }
    notices = found.rows("SELECT record_no, reason FROM notice")
    assert notices == [(3, "no_final_line_end")] * len(whole)


def test_a_short_number_before_a_line_end_is_no_cut_one(tmp_path: Path) -> None:
    found = load(tmp_path, {"a.csv": f"{HEADER}\n{row(1)}\n{row(2, '00')}\n"})
    assert (found.rejects, found.files[0].not_emergency) == ([], 1)


def test_a_utf_16_file_that_ends_in_a_record_is_told_from_a_cut_one(tmp_path: Path) -> None:
    texts = {"a.csv": f"{HEADER}\n{row(1)}\n{row(2, '00')}", "b.csv": f"{HEADER}\n{row(1)}\n{row(2)}"}
    found = load(tmp_path, {name: text.encode("utf-16") for name, text in texts.items()})
    assert found.rejects == [(3, None, "cut_tail")]
    assert [file.loaded for file in found.files] == [1, 2]
