"""JSON in the forms that logs have: the same records are the same counts, and what no record has is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.containers.damage import Damage
from auditor.formats.detect import detect
from auditor.pipeline import audit
from auditor.report.content.cautions import caution_lines
from tests.ingest.loading import load, write_case

PATHS = {"dialled": "msg.to", "calling_number": "msg.from"}


def call(number: int, **more: object) -> dict[str, object]:
    at = f"2024-03-12T17:{number // 60:02}:{number % 60:02}Z"
    return {"call_id": f"c{number}", "network": "alpha", "started_at": at, "sip_status": 503, **more}


def nested(number: int) -> dict[str, object]:
    return call(number, msg={"to": "000", "from": f"+6149157{number:04}"})


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(json.dumps(nested(n)) for n in range(3)),
        json.dumps([nested(n) for n in range(3)]),
        "\n".join(json.dumps(nested(n), indent=1) for n in range(3)),
    ],
    ids=["lines", "array", "indented"],
)
def test_a_dotted_path_is_read_in_every_form(text: str, tmp_path: Path) -> None:
    (file,) = load(tmp_path, {"a.json": text}, [{"path": "a.json", "columns": PATHS}]).files
    assert (file.loaded, file.not_emergency, file.rejected) == (3, 0, 0)


def test_a_key_of_that_name_goes_before_a_path(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(nested(n) | {"msg.to": "112", "msg.from": "x"}) for n in range(2))
    (file,) = load(tmp_path, {"a.json": text}, [{"path": "a.json", "columns": PATHS}]).files
    assert file.loaded == 2


def test_a_log_that_never_says_who_was_dialled_gives_no_figure(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(call(n, b_party="000")) for n in range(3))
    source = {"path": "a.json", "columns": {"dialled": "b_patry"}}
    with audit(write_case(tmp_path, {"a.json": text}, [source])) as found:
        assert found.measures["attempts.failed"].value is None
        assert any("no column says who was dialled" in line for line in caution_lines(found.cautions))


@pytest.mark.parametrize("records", [3, 900])
def test_records_inside_an_object_are_read_whatever_its_size(records: int, tmp_path: Path) -> None:
    text = json.dumps({"count": records, "value": [call(n, dialled="000") for n in range(records)]})
    (file,) = load(tmp_path, {"a.json": text}, [{"path": "a.json", "unwrap": "value"}]).files
    assert (file.loaded, file.status) == (records, "loaded")


def test_rows_that_the_case_leaves_out_are_not_missing_in_a_counter(tmp_path: Path) -> None:
    head = "call_id,element,sequence,started_at,dialled,kind\n"
    rows = "".join(f"c{n},e,{n},2024-03-12T17:00:{n:02}Z,000,{'ab'[n % 3 == 0]}\n" for n in range(1, 40))
    keep = {"column": "kind", "values": ["a"]}
    found = load(tmp_path, {"a.csv": head + rows}, [{"path": "a.csv", "keep": keep}])
    assert found.files[0].not_kept == 13
    assert found.rows("SELECT * FROM sequence_gap") == []


@pytest.mark.parametrize("first", ["[Call detail report]", "[2024-03-12] export", "{report}", "[2024-03-12"])
def test_a_bracket_above_a_table_makes_no_json_of_it(first: str, tmp_path: Path) -> None:
    text = f"{first}\ncall_id,started_at,dialled\nc1,2024-03-12T17:00:00Z,000\n"
    (file,) = load(tmp_path, {"a.csv": text}, [{"path": "a.csv", "skip_head": 1}]).files
    assert (file.loaded, file.status) == (1, "loaded")


@pytest.mark.parametrize(
    "text", ['{"a": "\n"b", \xcb "c,r": "000"}', "[[" + "x" * 99, '[{"a": 1} and no more of it]']
)
def test_a_text_that_begins_as_json_and_is_none_is_damaged(text: str) -> None:
    with pytest.raises(Damage, match="no JSON from character"):
        detect("a.json", text.encode(), "attempts")
