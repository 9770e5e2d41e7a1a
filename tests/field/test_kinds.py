"""Each kind of fault met in the field, on the other paths than the one where it was met."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from auditor.case import read_case
from auditor.errors import UsageError
from auditor.ingest import check_heads
from tests.ingest.loading import Loaded, load, write_case

AT = "2024-03-12T17:00:{:02}Z"
Row = Mapping[str, str | float | None]


def attempt(i: int, **more: str | float | None) -> dict[str, str | float | None]:
    return {"call_id": f"k{i}", "started_at": AT.format(i), "dialled": "000", **more}


def csv_of(rows: Sequence[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return (
        "\n".join(
            [",".join(columns), *(",".join(str(row.get(name) or "") for name in columns) for row in rows)]
        )
        + "\n"
    )


def json_of(rows: Sequence[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


PATHS = {"a.csv": csv_of, "a.jsonl": json_of}


@pytest.fixture(params=list(PATHS))
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def loaded(folder: Path, path: str, rows: Sequence[Row], **source: object) -> Loaded:
    return load(folder, {path: PATHS[path](rows)}, [{"path": path, **source}])


def values(found: Loaded, columns: str) -> list[tuple[object, ...]]:
    return found.rows(f"SELECT {columns} FROM attempt_record ORDER BY started_at_utc")


def test_whole_numbers_kept_as_fractions_are_whole_on_every_path(tmp_path: Path, path: str) -> None:
    row = attempt(
        1,
        dialled=None,
        service_category="1.0",
        sip_status="503.0",
        sequence="7.0",
        is_test="1.0",
        imsi="505010000000001.0",
    )
    found = loaded(tmp_path, path, [row, attempt(2, release_cause="0.0", imsi="0.0", call_id="1710262800.0")])
    assert values(found, "service_category, sip_status, sequence, is_test, imsi") == [
        (1, 503, 7, True, "505010000000001"),
        (None, None, None, None, None),
    ]
    # An id of Asterisk has a point of its own.
    assert values(found, "call_id")[1] == ("1710262800.0",)
    assert found.unreadable == []


def test_parquet_gives_whole_numbers_of_any_type_without_a_fraction(tmp_path: Path) -> None:
    made = tmp_path / "made.parquet"
    duckdb.execute(
        f"COPY (SELECT '{AT.format(1)}' AS started_at, '000' AS dialled, 100::DECIMAL(18, 2) AS call_id,"
        f" 3512345678901300::DOUBLE AS imei) TO '{made}'"
    )
    assert values(load(tmp_path / "case", {"a.parquet": made.read_bytes()}), "call_id, imei") == [
        ("100", "3512345678901300")
    ]


def test_a_rounded_number_of_json_is_no_id_and_no_caller(tmp_path: Path) -> None:
    line = (
        '{{"call_id": 1.7E+12, "calling_number": 6.1E+10, "imsi": 1e5, "started_at": "{}", "dialled":'
        ' "000"}}\n'
    )
    found = load(tmp_path, {"a.jsonl": line.format(AT.format(1)) + line.format(AT.format(2))})
    assert values(found, "call_id, calling_number, imsi") == [(None, None, "1e5")] * 2
    assert found.rows("SELECT subject, found, among FROM observation WHERE kind = 'id_column'") == [
        ("call_id", 2, 2)
    ]


def test_words_for_no_value_may_be_filled_up_with_blanks(tmp_path: Path, path: str) -> None:
    rows = [attempt(i, call_id=word) for i, word in enumerate(["  NULL    ", "unknown    ", " 0 ", "   -1"])]
    assert values(loaded(tmp_path, path, rows), "call_id") == [(None,)] * 4


@pytest.mark.holds("fault.52")
def test_an_answer_before_the_start_gives_no_release(tmp_path: Path, path: str) -> None:
    rows = [
        attempt(5, answered_at=AT.format(4), talk_s="3"),
        attempt(6, answered_at=AT.format(6), talk_s="3"),
    ]
    found = loaded(tmp_path, path, rows)
    assert [row[0] is None for row in values(found, "released_at_utc")] == [True, False]


@pytest.mark.parametrize("dialled", ["tel:%28000%29", "sip:0%2D0%2d0@h", "sip:%2B112@h", "0%20%30%2e0"])
def test_signs_written_in_percent_are_signs(dialled: str, tmp_path: Path, path: str) -> None:
    assert loaded(tmp_path, path, [attempt(1, dialled=dialled)]).files[0].loaded == 1


def test_a_test_number_may_be_dialled_as_from_abroad(tmp_path: Path) -> None:
    folder = write_case(tmp_path, {"a.csv": csv_of([attempt(1, dialled="0011 61 491 570 006")])})
    case = folder / "case.toml"
    case.write_text(case.read_text().replace('regime = "au"', 'regime = "au"\ntest_numbers = ["0491570006"]'))
    assert load(folder).files[0].loaded == 1


@pytest.mark.parametrize("zero", ["0", "0.0", "'0", "sip:0@h"])
def test_what_is_left_of_three_zeros_is_named_however_spelt(zero: str, tmp_path: Path, path: str) -> None:
    found = loaded(tmp_path, path, [attempt(1, dialled=zero), attempt(2, dialled="sip:398765432@h")])
    assert [row[3] for row in found.unreadable] == ["number_turned_by_spreadsheet"]
    assert found.rows("SELECT subject FROM observation WHERE kind = 'near_miss'") == [("0",)]


def test_a_zero_is_none_of_three_where_other_numbers_keep_theirs(tmp_path: Path, path: str) -> None:
    found = loaded(tmp_path, path, [attempt(1, dialled="sip:0@h"), attempt(2, dialled="sip:0398765432@h")])
    assert found.rows("SELECT subject FROM observation WHERE kind = 'near_miss'") == []


def test_a_zero_beside_the_number_asked_for_is_no_fault(tmp_path: Path, path: str) -> None:
    found = loaded(tmp_path, path, [attempt(1, dialled="0", dialled_other="000")])
    assert found.files[0].loaded == 1
    assert found.unreadable == []


@pytest.mark.holds("fault.37")
@pytest.mark.parametrize(
    "again",
    [
        "note é, started_at , dialled",
        "NOTE É,STARTED_AT,DIALLED",
        " 'note é','started_at','dialled'",
        "character varying(20),timestamp with time zone,nvarchar(max)",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_header_that_stands_again_is_no_record(again: str, encoding: str, tmp_path: Path) -> None:
    text = f"note é,started_at,dialled\nx,{AT.format(1)},000\n{again}\ny,{AT.format(2)},000\n"
    found = load(tmp_path, {"a.csv": text.encode(encoding)}, [{"path": "a.csv", "encoding": encoding}])
    assert (found.files[0].loaded, found.files[0].not_emergency, found.files[0].non_data) == (2, 0, 2)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"values": {"disposition": {"Gone": "canceled"}}}, "did you mean 'cancelled'"),
        ({"values": {"network": {"Alpha": "a", "ALPHA ": "b"}}}, "two spellings of one word"),
        ({"values": {"started_at": {"x": "y"}}}, "holds no listed words"),
        ({"values": {"outcome": {"x": "contacted"}}}, "no column of attempts"),
        ({"columns": {"caling_number": "ANI"}}, "did you mean 'calling_number'"),
    ],
)
def test_a_mapping_that_means_nothing_is_an_error_of_the_case(
    keys: dict[str, object], said: str, tmp_path: Path
) -> None:
    folder = write_case(tmp_path, {"a.csv": csv_of([attempt(1)])}, [{"path": "a.csv", **keys}])
    for read in (lambda: check_heads(read_case(folder)), lambda: load(folder)):
        with pytest.raises(UsageError) as error:
            read()
        assert said in f"{error.value} {error.value.hint}"


@pytest.mark.parametrize("column", ["trunk", "route"])
def test_a_column_that_no_file_has_narrows_nothing(column: str, tmp_path: Path, path: str) -> None:
    narrow = {"column": column, "values": ["EMG"]}
    folder = write_case(
        tmp_path, {path: PATHS[path]([attempt(1)])}, [{"path": path, "emergency_only_when": narrow}]
    )
    assert [
        problem.message
        for problem in check_heads(read_case(folder)).problems
        if "emergency_only_when" in problem.message
    ]
    with pytest.raises(UsageError, match="emergency_only_when"):
        load(folder)


def test_a_key_that_stands_late_in_json_lines_narrows(tmp_path: Path) -> None:
    rows = [
        *(attempt(i % 60, dialled="0398765432", call_id=f"c{i}" * 9) for i in range(1500)),
        attempt(1, trunk="EMG"),
        attempt(2),
    ]
    found = loaded(tmp_path, "a.jsonl", rows, emergency_only_when={"column": "trunk", "values": ["EMG"]})
    assert (found.files[0].loaded, found.files[0].narrowed) == (1, 1)


def test_a_file_that_lacks_the_narrowing_column_says_so(tmp_path: Path) -> None:
    files = {"a1.csv": csv_of([attempt(1, trunk="EMG")]), "a2.csv": csv_of([attempt(2)])}
    found = load(
        tmp_path, files, [{"path": "a*.csv", "emergency_only_when": {"column": "TRUNK", "values": ["EMG"]}}]
    )
    assert [(f.loaded, "emergency_only_when" in f.problem) for f in found.files] == [(1, False), (0, True)]


def test_a_letter_in_an_archive_is_no_log_and_no_fault(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    letter = "Dear auditor,\n\nthese are the logs of March; ask for more.\n\nRegards\n"
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in (
            ("README.txt", letter),
            ("a.csv", csv_of([attempt(1)])),
            ("b.csv", "foo,bar\n1,2\n"),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    found = load(tmp_path, {"a.tar": buffer.getvalue()})
    assert [(f.path[7:], f.status) for f in found.files] == [
        ("README.txt", "loaded"),
        ("a.csv", "loaded"),
        ("b.csv", "rolled_back"),
    ]
    assert "prose" in found.file("a.tar!/README.txt").problem
    assert [problem.where.path for problem in check_heads(read_case(tmp_path)).problems] == ["a.tar!/b.csv"]


@pytest.mark.parametrize(
    "told",
    [
        "SIP/trunk/000,30",
        "PJSIP/trunk/sip:000@1.2.3.4",
        "IAX2/me:secret@host/000",
        "PJSIP/000@trunk",
        "Local/000@out/n",
    ],
)
def test_asterisk_names_the_number_in_what_it_told_its_application(told: str, tmp_path: Path) -> None:
    times = "2024-03-12 17:00:01,,2024-03-12 17:00:09"
    line = (
        f'"",0491570156,s,ctx,"",SIP/a,SIP/t,Dial,"{told}",{times},9,0,FAILED,DOCUMENTATION,1710262800.1,""\n'
    )
    assert load(tmp_path, {"a.csv": line}, [{"path": "a.csv", "timezone": "UTC"}]).files[0].loaded == 1


@pytest.mark.holds("fault.53")
def test_epoch_times_may_be_kept_as_fractions(tmp_path: Path, path: str) -> None:
    rows = [
        attempt(1, started_at="1710262801000.0"),
        attempt(2, started_at="1710262802.0"),
        attempt(3, started_at="1710262803000000.0"),
    ]
    found = loaded(tmp_path, path, rows, time_format="epoch")
    assert values(found, "CAST(started_at_utc AS VARCHAR)") == [
        (f"2024-03-12 17:00:0{i}",) for i in (1, 2, 3)
    ]
