"""The same records in any kind of file give the same rows."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars
import pytest
import zstandard

from auditor.case import read_case
from auditor.ingest import check_heads
from tests.ingest.loading import ATTEMPTS, attempt, attempts, load

TEXT = attempts(500, every=7)
COLUMNS = ATTEMPTS.split(",")


def _lines() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, line.split(","), strict=True)) for line in TEXT.splitlines()[1:]]


def _json_lines() -> str:
    return "".join(json.dumps({k: v or None for k, v in row.items()}) + "\n" for row in _lines())


def _parquet(folder: Path) -> bytes:
    path = folder / "made.parquet"
    (folder / "made.csv").write_text(TEXT)
    duckdb.execute(f"COPY (FROM read_csv('{folder / 'made.csv'}', all_varchar = true)) TO '{path}'")
    return path.read_bytes()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", TEXT)
    return buffer.getvalue()


def _sheet() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    for row in [COLUMNS, *([v or None for v in r.values()] for r in _lines())]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


KINDS: dict[str, Callable[[Path], bytes]] = {
    "plain.csv": lambda _: TEXT.encode(),
    "crlf.csv": lambda _: TEXT.replace("\n", "\r\n").encode(),
    "cr.csv": lambda _: TEXT.replace("\n", "\r").encode(),
    "bom.csv": lambda _: b"\xef\xbb\xbf" + TEXT.encode(),
    "semicolon.csv": lambda _: TEXT.replace(",", ";").encode(),
    "tab.tsv": lambda _: TEXT.replace(",", "\t").encode(),
    "quoted.csv": lambda _: (
        "\n".join(",".join(f'"{v}"' for v in line.split(",")) for line in TEXT.splitlines()).encode() + b"\n"
    ),
    "no_end.csv": lambda _: TEXT.rstrip("\n").encode(),
    "a.csv.gz": lambda _: gzip.compress(TEXT.encode()),
    "many.gz": lambda _: gzip.compress(TEXT[:5000].encode()) + gzip.compress(TEXT[5000:].encode()),
    "a.csv.zst": lambda _: zstandard.compress(TEXT.encode()),
    "a.csv.bz2": lambda _: bz2.compress(TEXT.encode()),
    "a.csv.xz": lambda _: lzma.compress(TEXT.encode()),
    "a.zip": lambda _: _zip(),
    "a.jsonl": lambda _: _json_lines().encode(),
    "a.parquet": _parquet,
    "a.xlsx": lambda _: _sheet(),
}


@pytest.mark.holds("property.19", "fault.23")
@pytest.mark.parametrize("name", KINDS)
def test_any_kind_of_file_gives_the_rows_of_the_plain_one(name: str, tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    loaded = load(tmp_path / "case", {name: KINDS[name](made)})
    plain = load(tmp_path / "plain", {"a.csv": TEXT})
    rows = "SELECT * EXCLUDE (record_id, record_no, file_no) FROM attempt_record ORDER BY ALL"
    assert loaded.rows(rows) == plain.rows(rows)
    assert [f.status for f in loaded.files] == ["loaded"], loaded.files[0].problem
    assert loaded.files[0].not_emergency == plain.files[0].not_emergency == 428
    volume = "SELECT * EXCLUDE (file_no) FROM volume ORDER BY ALL"
    assert loaded.rows(volume) == plain.rows(volume)
    assert loaded.rows("SELECT from_sequence, to_sequence FROM sequence_run") == [(0, 499)]


def test_ids_do_not_depend_on_compression_or_order(tmp_path: Path) -> None:
    plain = load(tmp_path / "plain", {"a.csv": TEXT})
    packed = load(tmp_path / "packed", {"b.csv.gz": gzip.compress(TEXT.encode()), "0.csv": attempts(3)})
    ids = (
        "SELECT record_id FROM attempt_record WHERE file_no = (SELECT file_no FROM file WHERE path IN"
        " ('a.csv', 'b.csv.gz')) ORDER BY 1"
    )
    assert plain.rows(ids) == packed.rows(ids)


@pytest.mark.holds("property.5")
def test_a_record_is_its_line(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": TEXT})
    for record_no, call_id in loaded.rows("SELECT record_no, call_id FROM attempt_record"):
        assert TEXT.splitlines()[record_no - 1].startswith(f"{call_id},")


@pytest.mark.holds("fault.36", "property.20")
def test_layout_columns_may_stand_in_any_order_and_under_other_names(tmp_path: Path) -> None:
    rows = [list(r.values()) for r in _lines()]
    shuffled = [3, 9, 0, 8, 4, 2, 1, 6, 5, 7, 10]
    header = [f"X_{COLUMNS[i].upper()}" for i in shuffled]
    text = "\n".join(";".join(row) for row in [header, *([r[i] for i in shuffled] for r in rows)]) + "\n"
    columns = {name: f"X_{name.upper()}" for name in COLUMNS}
    loaded = load(tmp_path / "a", {"a.csv": text}, [{"path": "a.csv", "columns": columns}])
    plain = load(tmp_path / "b", {"a.csv": TEXT})
    rows_of = "SELECT * EXCLUDE (record_id, file_no) FROM attempt_record ORDER BY ALL"
    assert loaded.rows(rows_of) == plain.rows(rows_of)


@pytest.mark.holds("fault.35", "property.20")
def test_columns_that_the_contract_does_not_know_are_kept_aside(tmp_path: Path) -> None:
    text = f'{ATTEMPTS},Cell Name,note\n{attempt(1)},"Main, ""St""",\n{attempt(2)},,\n'
    loaded = load(tmp_path, {"a.csv": text})
    extra = [
        row[0] and json.loads(row[0])
        for row in loaded.rows("SELECT extra FROM attempt_record ORDER BY record_no")
    ]
    assert extra == [{"Cell Name": 'Main, "St"'}, None]


@pytest.mark.holds("fault.61")
def test_json_faults_are_rejected_line_by_line(tmp_path: Path) -> None:
    good = json.dumps({"started_at": "2024-03-12T17:00:00Z", "dialled": "000", "more": {"a": 1}})
    bad = ['{"started_at": "2024', '{"dialled": "000", "dialled": "112"}', "[1, 2]", "7", '"000"']
    text = "\n".join([good, *bad, "", good]) + "\n"
    loaded = load(tmp_path, {"a.jsonl": text}, [{"path": "a.jsonl", "format": "json_lines"}])
    assert [(n, r) for n, _, r in loaded.rejects] == [
        (2, "not_json"), (3, "duplicate_key"), (4, "not_an_object"), (5, "not_an_object"), (6,
        "not_an_object"),
    ]  # fmt: skip
    assert loaded.rows("SELECT extra FROM attempt_record") == [('{"more":{"a":1}}',)] * 2
    assert loaded.files[0].non_data == 1


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.jsonl"])
def test_a_column_that_only_a_folder_holds_is_said(tmp_path: Path, name: str) -> None:
    row = {"started_at": "2024-03-12T17:00:00Z", "dialled": "000"}
    made = io.BytesIO()
    polars.DataFrame([row]).write_parquet(made)
    lines = {"a.csv": ",".join(row) + "\n" + ",".join(row.values()) + "\n", "a.jsonl": json.dumps(row) + "\n"}
    content = lines.get(name, made.getvalue())
    path = f"d/network=alpha/access=4g/month=3/{name}"
    plain, named = ({"path": "d/**/a.*"}, {"path": "d/**/a.*", "network": "b", "constants": {"access": "5g"}})
    loaded = load(tmp_path / "a", {path: content}, [plain])
    said = (
        "its folder says network = alpha, and no column of the file does: it is not read; write a [[source]]"
        ' of that folder with network = "alpha"'
    )
    assert said in (loaded.files[0].problem or "")
    assert 'with constants = { access = "4g" }' in (loaded.files[0].problem or "")
    assert said in [note.message for note in check_heads(read_case(loaded.folder)).notes]
    assert "folder" not in (load(tmp_path / "b", {path: content}, [named]).files[0].problem or "")
