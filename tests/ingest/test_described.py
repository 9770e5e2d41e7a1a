"""A source is described as it is: each key of `[[source]]` that says how its files are written, and what
would be read without it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from auditor.case import read_case
from auditor.errors import UsageError
from auditor.ingest import check_heads
from auditor.ingest.trace import find, read_back
from tests.ingest.loading import Loaded, load, write_case

CALL = "k1"
AT = "2024-03-12T17:00:01Z"
HEADER = ["call_id", "started_at", "calling_number", "dialled"]
ROW = [CALL, AT, "+61491570156", "000"]
OTHER = ["k2", "2024-03-12T17:00:02Z", "+61491570157", "0398765432"]
TITLE = "Calls of March;;;"


def table(rows: Sequence[Sequence[str]], between: str = ",") -> str:
    return "".join(between.join(row) + "\n" for row in rows)


@dataclass(frozen=True)
class Described:
    """A file, what its source says of it, the keys under trial, and its buckets: non_data, rejected,
    not_kept, not_emergency, loaded."""

    name: str
    content: str | bytes
    source: Mapping[str, Any]
    buckets: tuple[int, int, int, int, int]
    role: str = "attempts"
    tried: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


def workbook(*sheets: tuple[str, Sequence[Sequence[str]]]) -> bytes:
    from xlsxwriter import Workbook

    made = io.BytesIO()
    with Workbook(made) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return made.getvalue()


OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in (ROW, OTHER)]
NESTED = [{"call_id": CALL, "leg": {"start": AT, "to": {"number": "000"}}, "from": "+61491570156"}]
PATHS = {"started_at": "leg.start", "dialled": "leg.to.number", "calling_number": "from"}
CHECKS = ["check_id", "attempted_at", "calling_number", "kind"]

MARKED = "\ufeff" + table([HEADER, ROW, OTHER])
CASES = {
    "header": Described("a.csv", table([ROW, OTHER]), {"header": HEADER}, (0, 0, 0, 1, 1)),
    "skip_head": Described(
        "a.csv", TITLE + "\n\n" + table([HEADER, ROW, OTHER]), {"skip_head": 2}, (3, 0, 0, 1, 1)
    ),
    "skip_head above the records": Described(
        "a.csv",
        TITLE + "\n" + table([ROW, OTHER], ";"),
        {"skip_head": 1, "header": HEADER},
        (1, 0, 0, 1, 1),
        tried=("skip_head",),
    ),
    "skip_lines": Described(
        "a.csv",
        table([HEADER, ROW, ["Total: 2 calls"], OTHER]),
        {"skip_lines": "^Total"},
        (2, 0, 0, 1, 1),
    ),
    "quotes loose": Described(
        "a.csv",
        table([[*HEADER, "clid"], [*ROW, '"Desk "7" <0491>"'], [*OTHER[:3], "000", '"User 10" <114>']]),
        {"quotes": "loose"},
        (1, 0, 0, 0, 2),
        tried=("quotes",),
    ),
    "quotes none": Described(
        "a.csv",
        table([HEADER, [CALL, AT, '"0491570156', "000"]]),
        {"quotes": "none"},
        (1, 0, 0, 0, 1),
        tried=("quotes",),
    ),
    "nulls": Described(
        "a.csv",
        table([[*HEADER, "answered_at"], [*ROW, "2024-01-01T00:00:00Z"]]),
        {"nulls": {"answered_at": ["2024-01-01T00:00:00Z"]}},
        (1, 0, 0, 0, 1),
        values={"answered_at_utc": None},
    ),
    "constants": Described(
        "a.csv",
        table([HEADER[:3], ROW[:3]]),
        {"constants": {"dialled": "000", "access": "4g"}},
        (1, 0, 0, 0, 1),
        values={"access": "4g", "dialled": "000"},
    ),
    "time_parts": Described(
        "a.csv",
        table([["call_id", "Day", "Clock", "dialled"], [CALL, "2024-03-12", "17:00:01", "000"]]),
        {"time_parts": {"started_at": ["Day", "Clock"]}, "timezone": "UTC"},
        (1, 0, 0, 0, 1),
        tried=("time_parts",),
    ),
    "json array": Described("a.json", json.dumps(OBJECTS), {"json": "array"}, (0, 0, 0, 1, 1), tried=("",)),
    "json concatenated": Described(
        "a.json",
        "".join(json.dumps(row, indent=2) for row in OBJECTS),
        {"json": "concatenated"},
        (0, 0, 0, 1, 1),
        tried=("",),
    ),
    "json object": Described(
        "a.json", json.dumps(OBJECTS[0], indent=1), {"json": "object"}, (0, 0, 0, 0, 1), tried=("",)
    ),
    "unwrap": Described(
        "a.json",
        json.dumps({"page": {"value": OBJECTS}}, indent=1),
        {"unwrap": "page.value"},
        (0, 0, 0, 1, 1),
    ),
    "dotted paths": Described(
        "a.json", json.dumps(NESTED), {"columns": PATHS}, (0, 0, 0, 0, 1), tried=("columns",)
    ),
    "keep": Described(
        "checks.csv",
        table([CHECKS, ["w1", AT, "+61491570156", " Welfare check"], ["w2", AT, "+61491570157", "theft"]]),
        {"keep": {"kind": "WELFARE CHECK"}},
        (1, 0, 1, 0, 1),
        role="welfare",
    ),
    "keep of objects": Described(
        "a.jsonl",
        "".join(json.dumps(row) + "\n" for row in OBJECTS),
        {"keep": {"call_id": CALL}},
        (0, 0, 1, 0, 1),
    ),
    "keep of rows": Described(
        "a.xlsx",
        workbook(("calls", [HEADER, ROW, OTHER])),
        {"keep": {"call_id": CALL}},
        (1, 0, 1, 0, 1),
    ),
    "sheet": Described(
        "a.xlsx",
        workbook(("old", [HEADER, ROW]), ("new", [HEADER, ROW, OTHER])),
        {"sheet": "new"},
        (1, 0, 0, 1, 1),
    ),
    "header_row": Described(
        "a.xlsx",
        workbook(("calls", [["dialled", "started_at", "call_id", "imsi"], ["as of", "May"], HEADER, ROW])),
        {"header_row": 3},
        (3, 0, 0, 0, 1),
    ),
    "time_format epoch_s": Described(
        "a.csv",
        table([HEADER, [CALL, "1710262801", *ROW[2:]]]),
        {"time_format": "epoch_s"},
        (1, 0, 0, 0, 1),
        tried=("time_format",),
    ),
    "time_format epoch_ms": Described(
        "a.csv",
        table([HEADER, [CALL, "1710262801000", *ROW[2:]]]),
        {"time_format": "epoch_ms"},
        (1, 0, 0, 0, 1),
        tried=("time_format",),
    ),
    "time_format epoch_us": Described(
        "a.csv",
        table([HEADER, [CALL, "1710262801000000", *ROW[2:]]]),
        {"time_format": "epoch_us"},
        (1, 0, 0, 0, 1),
        tried=("time_format",),
    ),
    "UTF-16 little": Described("a.csv", MARKED.encode("utf-16-le"), {}, (1, 0, 0, 1, 1), tried=("",)),
    "UTF-16 big": Described("a.csv", MARKED.encode("utf-16-be"), {}, (1, 0, 0, 1, 1), tried=("",)),
    "UTF-16 without a mark": Described(
        "a.csv", table([HEADER, ROW, OTHER]).encode("utf-16-le"), {}, (1, 0, 0, 1, 1), tried=("",)
    ),
}
TABLES = {"attempts": "attempt_record", "welfare": "welfare_record"}


def loaded(folder: Path, case: Described, source: Mapping[str, Any]) -> Loaded:
    return load(folder, {case.name: case.content}, [{"role": case.role, "path": case.name, **source}])


def buckets(found: Loaded) -> tuple[int, int, int, int, int]:
    (f,) = found.files
    return f.non_data, f.rejected, f.not_kept, f.not_emergency, f.loaded


def seen(found: Loaded, case: Described) -> tuple[object, ...]:
    """The buckets, and every value of every record but what says where it stands."""
    ignored = "record_id, file_no, record_no"
    rows = found.rows(f"SELECT * EXCLUDE ({ignored}) FROM {TABLES[case.role]} ORDER BY ALL")
    return buckets(found), rows


@pytest.mark.holds("fault.37")
@pytest.mark.parametrize("name", CASES)
def test_a_file_is_read_as_its_source_describes_it(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = loaded(tmp_path, case, case.source)
    assert buckets(found) == case.buckets, found.files[0].problem
    rows = found.rows(f"SELECT * FROM {TABLES[case.role]} ORDER BY record_no LIMIT 1")
    names = [column for column, *_ in found.rows(f"DESCRIBE {TABLES[case.role]}")]
    first = dict(zip(names, rows[0], strict=True))
    time = first["started_at_utc"] if case.role == "attempts" else first["attempted_at_utc"]
    assert str(time) == "2024-03-12 17:00:01"
    assert {key: first[key] for key in case.values} == case.values


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name].tried != ("",)])
def test_without_the_key_the_same_file_is_read_otherwise_or_refused(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    tried = case.tried or tuple(case.source)
    with_key = seen(loaded(tmp_path / "with", case, case.source), case)
    rest = {key: value for key, value in case.source.items() if key not in tried}
    assert seen(loaded(tmp_path / "without", case, rest), case) != with_key


@pytest.mark.parametrize("name", CASES)
def test_check_reads_a_described_file_as_a_run_does(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    folder = write_case(
        tmp_path, {case.name: case.content}, [{"role": case.role, "path": case.name, **case.source}]
    )
    assert check_heads(read_case(folder)).problems == ()


@pytest.mark.parametrize("name", CASES)
def test_a_record_of_a_described_file_is_found_again_in_it(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    found = loaded(tmp_path, case, case.source)
    wanted = CALL if case.role == "attempts" else "w1"
    (place,) = find(found.store, wanted)
    assert wanted in read_back(read_case(tmp_path), place).text


def test_a_layout_beside_the_case_holds_the_keys_and_the_source_goes_first(tmp_path: Path) -> None:
    layout = 'header = ["call_id", "when", "who", "dialled"]\nskip_head = 9\n[columns]\nstarted_at = "when"\n'
    folder = write_case(
        tmp_path,
        {"layouts/pbx.toml": layout, "a.csv": TITLE + "\n" + table([ROW, OTHER])},
        [{"path": "a.csv", "layout": "pbx", "skip_head": 1, "columns": {"calling_number": "who"}}],
    )
    (source,) = read_case(folder).sources
    assert (source.skip_head, source.columns) == (1, {"started_at": "when", "calling_number": "who"})
    assert buckets(load(folder)) == (1, 0, 0, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [("path = 'b.csv'", "no key 'path'"), ("header =", "not TOML"), ("heads = []", "unknown key 'heads'")],
)
def test_a_layout_that_cannot_be_read_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    folder = write_case(
        tmp_path, {"layouts/pbx.toml": text, "a.csv": ""}, [{"path": "a.csv", "layout": "pbx"}]
    )
    with pytest.raises(UsageError, match=said):
        read_case(folder)


def test_a_pattern_of_a_layout_by_which_no_afternoon_can_be_read_is_an_error_with_its_line(
    tmp_path: Path,
) -> None:
    text = 'network = "a"\ntime_format = "%d/%m/%Y %I:%M"\n'
    folder = write_case(
        tmp_path, {"layouts/pbx.toml": text, "a.csv": ""}, [{"path": "a.csv", "layout": "pbx"}]
    )
    with pytest.raises(UsageError, match="without %p") as caught:
        read_case(folder)
    assert caught.value.where is not None
    assert (Path(caught.value.where.path).name, caught.value.where.line) == ("pbx.toml", 2)


@pytest.mark.parametrize("name", ["../secret", "none"])
def test_a_layout_that_is_not_there_is_an_error_with_those_that_are(name: str, tmp_path: Path) -> None:
    folder = write_case(tmp_path, {"layouts/pbx.toml": "", "a.csv": ""}, [{"path": "a.csv", "layout": name}])
    with pytest.raises(UsageError):
        read_case(folder)


@pytest.mark.parametrize("form", ["array", "lines", "one line"])
def test_a_list_of_records_that_is_left_unread_is_counted(form: str, tmp_path: Path) -> None:
    record = {**OBJECTS[0], "legs": [{"a": 1}, {"b": 2}], "sip": {"via": [[1], {"c": 3}]}, "note": "[{"}
    lines = "".join(json.dumps(each) + "\n" for each in (OBJECTS[1], record, OBJECTS[1]))
    text = {"array": json.dumps([record]), "one line": json.dumps(record), "lines": lines}[form]
    found = load(tmp_path, {"a.json": text}, [{"path": "a.json"}])
    assert found.rows("SELECT kind, subject, found FROM observation") == [
        ("not_opened", "list of objects under the key 'legs'", 2),
        ("not_opened", "list of objects under the key 'sip.via'", 2),
    ]


def test_keep_of_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    found = load(tmp_path, {"a.csv": table([HEADER, ROW])}, [{"path": "a.csv", "keep": {"kind": "x"}}])
    assert "keep names a column 'kind' that is not there" in found.files[0].problem


@pytest.mark.holds("fault.61")
def test_json_that_breaks_off_is_rolled_back_and_said(tmp_path: Path) -> None:
    found = load(tmp_path, {"a.json": json.dumps(OBJECTS)[:-20]}, [{"path": "a.json"}])
    assert found.files[0].status == "rolled_back"
    assert "it is no JSON from character" in found.files[0].problem


def test_a_pattern_that_is_none_is_said(tmp_path: Path) -> None:
    folder = write_case(tmp_path, {"a.csv": table([HEADER, ROW])}, [{"path": "a.csv", "skip_lines": "("}])
    (problem,) = check_heads(read_case(folder)).problems
    assert "no regular expression" in problem.message


@pytest.mark.holds("fault.61")
def test_numbers_of_an_array_keep_their_digits_and_their_exponent(tmp_path: Path) -> None:
    text = (
        '[{"call_id": 1.7E+12, "imsi": 505010000000001, "sip_status": 503, "is_test": false,'
        f' "started_at": "{AT}", "dialled": "000"}}]'
    )
    found = load(tmp_path, {"a.json": text}, [{"path": "a.json"}])
    assert found.rows("SELECT call_id, imsi, sip_status, is_test FROM attempt_record") == [
        (None, "505010000000001", 503, False)
    ]


def test_a_damaged_line_among_json_lines_does_not_make_them_one_text(tmp_path: Path) -> None:
    lines = ['{"call_id": "k0", "started', *(json.dumps(row) for row in OBJECTS)]
    found = load(tmp_path, {"a.jsonl": "\n".join(lines) + "\n"}, [{"path": "a.jsonl"}])
    assert buckets(found) == (0, 1, 0, 1, 1)


@pytest.mark.parametrize("text", ["[" * 20_000, '{"a":' * 20_000, "[1, 2", '["x"]', "[]"])
def test_json_that_holds_no_record_loads_none_and_the_file_is_in_the_ledger(
    text: str, tmp_path: Path
) -> None:
    (file,) = load(tmp_path, {"a.json": text}).files
    assert file.loaded == 0
    assert file.status == "rolled_back" or file.seen == file.non_data + file.rejected
    assert text == "[]" or file.problem or file.rejected


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("a.csv", table([HEADER, ROW]), {"sheet": "calls"}),
        ("a.csv", table([HEADER, ROW]), {"unwrap": "value"}),
        ("a.jsonl", json.dumps(OBJECTS[0]) + "\n", {"skip_lines": "^x"}),
        ("a.json", json.dumps(OBJECTS), {"quotes": "none"}),
        ("a.xlsx", workbook(("calls", [HEADER, ROW])), {"quotes": "loose"}),
        ("a.parquet", b"PAR1", {"keep": {"call_id": CALL}}),
    ],
)
def test_a_key_that_says_nothing_of_a_file_is_an_error(
    name: str, content: str | bytes, keys: Mapping[str, Any], tmp_path: Path
) -> None:
    found = load(tmp_path, {name: content}, [{"path": name, **keys}])
    (key,) = keys
    assert f"the case gives `{key}`, which says nothing of" in found.files[0].problem
    assert found.files[0].status == "rolled_back"


def test_lines_that_are_written_anew_hold_one_record_each(tmp_path: Path) -> None:
    source = {"path": "a.csv", "multiline": True, "skip_lines": "^x"}
    found = load(tmp_path, {"a.csv": table([HEADER, ROW])}, [source])
    assert "multiline fields are not read together with" in found.files[0].problem


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"constants": {"dialed": "000"}}, "constants names 'dialed'"),
        ({"nulls": {"answered": ["0"]}}, "nulls names 'answered'"),
        ({"time_parts": {"start": ["a", "b"]}}, "time_parts names 'start'"),
        ({"time_parts": {"dialled": ["a", "b"]}}, "which is no time"),
    ],
)
def test_a_key_that_names_no_column_of_the_role_is_an_error(
    keys: Mapping[str, Any], said: str, tmp_path: Path
) -> None:
    folder = write_case(tmp_path, {"a.csv": table([HEADER, ROW])}, [{"path": "a.csv", **keys}])
    with pytest.raises(UsageError, match=said):
        load(folder)


LOOSE = [
    'c1,alpha,"a "b" c",2024-03-12T17:00:01Z,000',
    'c2,alpha,ecp "1" a,2024-03-12T17:00:02Z,000',
    '"c3",alpha,"x",2024-03-12T17:00:03Z,000',
    'c4,alpha,,2024-03-12T17:00:04Z,"000"',
    "c5,alpha,r,2024-03-12T17:00:05Z,000",
    'c6,alpha,"r,2024-03-12T17:00:06Z,0398765432',
    'c7,"',
    "",
]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_lines_are_mended_alike_in_blocks_and_one_by_one(start: str, end: str, tmp_path: Path) -> None:
    header = "call_id,network,route,started_at,dialled"
    text = start + (end or "\n").join([header, *LOOSE[::-1]]) + end
    source = {"path": "a.csv", "quotes": "loose"}
    found = [
        load(tmp_path / name, {"a.csv": text}, [{**source, **also}])
        for name, also in (("blocks", {}), ("lines", {"skip_lines": "^never$"}))
    ]
    blocks, lines = (
        [
            each.rows("SELECT record_no, call_id, route FROM attempt_record ORDER BY ALL"),
            each.rejects,
            each.rows("SELECT seen, non_data, rejected, not_emergency, loaded, problem FROM file"),
        ]
        for each in found
    )
    assert blocks == lines
    assert [row[1:] for row in blocks[0]] == [
        ("c5", "r"), ("c4", None), ("c3", "x"), ("c2", 'ecp "1" a'), ("c1", 'a "b" c'),
    ]  # fmt: skip
