"""Loading again, loading more, records over lines, counters, and what is kept beside the case."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.case import read_case
from auditor.formats.reader import Dialect
from auditor.ingest import changed_files, check_heads, find, read_back
from auditor.ingest.text.fold import fold
from auditor.store import Row
from tests.ingest.loading import ATTEMPTS, CENTRE, Loaded, attempt, attempts, load, write_case

DUMP = (
    "SELECT * FROM attempt_record ORDER BY ALL",
    "SELECT * FROM file ORDER BY ALL",
    "SELECT * FROM volume ORDER BY ALL",
    "SELECT * FROM reject ORDER BY ALL",
)


def dump(loaded: Loaded) -> list[list[Row]]:
    found = [loaded.rows(sql) for sql in DUMP]
    loaded.store.close()
    return found


@pytest.mark.holds("property.11")
def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    write_case(
        tmp_path,
        {"a.csv": attempts(50, 2), "b.csv.gz": gzip.compress(attempts(9).encode()), "c.csv": "bad\n"},
    )
    first = dump(load(tmp_path))
    assert dump(load(tmp_path)) == first


@pytest.mark.holds("property.12")
def test_a_case_loaded_bit_by_bit_is_the_case_loaded_at_once(tmp_path: Path) -> None:
    files = {f"{n}.csv": attempts(10 + i, 3) for i, n in enumerate("abc")}
    once = dump(load(tmp_path / "once", files, [{"path": "*.csv"}]))
    step = write_case(tmp_path / "step", {"b.csv": files["b.csv"]}, [{"path": "*.csv"}])
    load(step).store.close()
    for name in ("a.csv", "c.csv"):
        (step / name).write_text(files[name])
        found = load(step)
        result = dump(found)
    assert [result[0], result[2]] == [once[0], once[2]]
    assert [(row[0], row[1]) for row in result[1]] == [(row[0], row[1]) for row in once[1]]


def test_a_changed_file_is_loaded_anew_and_named_and_a_removed_one_is_forgotten(tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": attempts(5), "b.csv": attempts(7)}, [{"path": "*.csv"}])
    load(tmp_path).store.close()
    (tmp_path / "a.csv").write_text(attempts(6))
    (tmp_path / "b.csv").unlink()
    loaded = load(tmp_path)
    assert [(f.path, f.loaded, f.problem) for f in loaded.files] == [("a.csv", 6, "")]
    assert list(changed_files(loaded.store)) == ["a.csv"]
    assert loaded.rows("SELECT count(*) FROM attempt_record") == [(6,)]


def test_the_copy_of_a_file_that_goes_is_read_itself(tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": attempts(5), "b.csv": attempts(5)}, [{"path": "*.csv"}])
    first = load(tmp_path)
    assert [f.status for f in first.files] == ["loaded", "duplicate"]
    first.store.close()
    (tmp_path / "a.csv").unlink()
    assert [(f.path, f.loaded) for f in load(tmp_path).files] == [("b.csv", 5)]


def test_another_way_of_reading_reads_again(tmp_path: Path) -> None:
    text = "started_at,dialled\n2024-03-12 17:00:00,000\n"
    write_case(tmp_path, {"a.csv": text})
    first = load(tmp_path)
    assert first.files[0].rejected == 1
    first.store.close()
    write_case(tmp_path, {}, [{"path": "a.csv", "timezone": "UTC"}])
    assert load(tmp_path).files[0].loaded == 1


@pytest.mark.holds("fault.73", "property.10")
@pytest.mark.parametrize("threads", [1, 3])
def test_threads_and_pieces_do_not_show(
    threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = attempts(3000, 5).replace("c77,", '"c,77",').replace("c500,alpha", "c500").encode()
    whole = dump(load(tmp_path / "whole", {"a.csv": text}))
    monkeypatch.setattr("auditor.ingest.loader.BLOCK_BYTES", 4096)
    assert dump(load(tmp_path / "parts", {"a.csv": text}, threads=threads)) == whole


@pytest.mark.holds("fault.28")
def test_records_over_several_lines_are_read_where_the_source_allows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.ingest.loader.BLOCK_BYTES", 64)
    at = "2024-03-12T17:00:00Z,,"
    text = (
        f'{CENTRE},note\n1,{at},"one\ntwo,'
        f' ""x""\r\nthree"\n2,{at},\n3,{at},"stray\n4,{at},\n5,{at},end"\n6,{at},\n'
    )
    loaded = load(tmp_path, {"c.csv": text}, [{"path": "c.csv", "role": "centre", "multiline": True}])
    rows = loaded.rows("SELECT record_no, centre_call_id, extra FROM centre_record ORDER BY 1")
    assert rows == [
        (2, "1", '{"note":"one\\ntwo, \\"x\\"\\r\\nthree"}'),
        (5, "2", None),
        (7, "4", None),
        (9, "6", None),
    ]
    assert loaded.rejects == [(6, None, "quote"), (8, None, "quote")]
    assert loaded.files[0].seen == 7


@pytest.mark.holds("fault.28")
@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["a", "b\nc", "x,y", '"', "\r\n"]), min_size=3, max_size=3),
        min_size=1,
        max_size=12,
    )
)
def test_folding_makes_one_line_of_each_record_and_moves_nothing(rows: list[list[str]]) -> None:
    import csv
    import io

    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    folded = fold(text.getvalue().encode(), Dialect(b",", b'"', 3))
    back = folded.replace(b"\x1e", b"\n").replace(b"\x1d", b"\r").decode()
    assert back == text.getvalue()
    assert folded.count(b"\n") == len(rows)


def test_keep_all_lands_every_record_beside_the_case(tmp_path: Path) -> None:
    import duckdb

    loaded = load(
        tmp_path,
        {"a.csv": attempts(40, 10), "b.csv": "bad\n"},
        [{"path": "a.csv"}, {"path": "b.csv"}],
        keep_all=True,
    )
    assert loaded.files[0].loaded == 4
    rows = duckdb.execute(
        "SELECT record_no, call_id"
        f" FROM read_parquet('{tmp_path}/.auditor/kept/attempts/a.csv/*.parquet') ORDER BY 1"
    ).fetchall()
    assert rows == [(i + 2, f"c{i}") for i in range(40)]
    assert sorted(p.name for p in (tmp_path / ".auditor" / "kept" / "attempts").iterdir()) == ["a.csv"]


def test_what_is_kept_of_a_file_never_takes_the_place_of_another_files(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "a").mkdir()
    names = ["a/b.csv", "a_b.csv"]
    load(
        tmp_path,
        {name: attempts(40, 10 + i) for i, name in enumerate(names)},
        [{"path": name} for name in names],
        keep_all=True,
    )
    kept = f"{tmp_path}/.auditor/kept/attempts/*/*.parquet"
    assert duckdb.execute(f"SELECT COUNT(*) FROM read_parquet('{kept}')").fetchall() == [(80,)]


def test_where_the_system_has_no_files_in_memory_a_temporary_one_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    loaded = load(
        tmp_path, {"a.csv": attempts(40, 10), "b.csv": attempts(9) + '9,"stray\n'}, [{"path": "*.csv"}]
    )
    assert [(f.loaded, f.rejected) for f in loaded.files] == [(4, 0), (9, 1)]


def gaps(loaded: Loaded) -> list[tuple[object, ...]]:
    return [
        tuple(r)
        for r in loaded.rows(
            "SELECT after_sequence, before_sequence, missing, kind FROM sequence_gap ORDER BY ALL"
        )
    ]


def test_holes_repeats_and_wraps_of_a_counter_are_told_apart(tmp_path: Path) -> None:
    def text(numbers: list[int]) -> str:
        lines = [attempt(i).replace(f"msc-1,{i},", f"msc-1,{n},") for i, n in enumerate(numbers)]
        return "\n".join([ATTEMPTS, *lines]) + "\n"

    assert gaps(load(tmp_path / "whole", {"a.csv": text(list(range(90)))})) == []
    assert gaps(load(tmp_path / "hole", {"a.csv": text([*range(40), *range(45, 90)])})) == [
        (39, 45, 5, "hole")
    ]
    assert gaps(load(tmp_path / "late", {"a.csv": text([*range(10), *range(15, 50), *range(10, 15)])})) == []
    assert gaps(load(tmp_path / "repeat", {"a.csv": text([*range(50), 7])}))[0][3] == "repeat"
    cancelling = [
        *range(10),
        11,
        11,
        12,
        12,
        *range(14, 60),
    ]  # without 10 and 13, and their sum is that of 11 and 12
    found = gaps(load(tmp_path / "cancelling", {"a.csv": text(cancelling)}))
    assert [(after, before, kind) for after, before, _, kind in found if kind == "hole"] == [
        (9, 11, "hole"),
        (12, 14, "hole"),
    ]
    assert [kind for *_, kind in found].count("repeat") >= 1
    assert gaps(load(tmp_path / "wrap", {"a.csv": text([*range(65500, 65536), *range(50)])})) == [
        (65535, 0, 0, "wrap")
    ]
    assert gaps(load(tmp_path / "restart", {"a.csv": text([*range(500, 536), *range(1, 50)])})) == [
        (535, 1, 0, "restart")
    ]


def test_a_counter_goes_on_from_file_to_file(tmp_path: Path) -> None:
    text = attempts(60).splitlines()
    files = {"a.csv": "\n".join(text[:31]) + "\n", "b.csv": "\n".join([text[0], *text[33:]]) + "\n"}
    assert gaps(load(tmp_path, files, [{"path": "*.csv"}])) == [(29, 32, 2, "hole")]


def test_a_log_without_an_unanswered_record_is_blind(tmp_path: Path) -> None:
    answered = (
        "\n".join([ATTEMPTS, *(attempt(i, answered_at="2024-03-12T17:59:00Z") for i in range(3))]) + "\n"
    )
    loaded = load(tmp_path, {"a.csv": answered, "b.csv": attempts(3)})
    assert loaded.rows("SELECT path, is_blind FROM file ORDER BY path") == [("a.csv", True), ("b.csv", False)]


@pytest.mark.holds("property.5")
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_a_record_is_traced_back_to_its_line(name: str, tmp_path: Path) -> None:
    text = attempts(30, 3)
    loaded = load(tmp_path, {name: gzip.compress(text.encode()) if name.endswith("gz") else text})
    (place,) = find(loaded.store, "c27")
    line = read_back(read_case(tmp_path), place)
    assert (line.header, line.text) == (ATTEMPTS, text.splitlines()[28])
    assert find(loaded.store, place.record_id) == (place,)


def test_heads_tell_what_would_go_wrong_before_the_long_work(tmp_path: Path) -> None:
    files = {
        "a.csv": "started_at,dialled\n2024-03-12 17:00:00,000\n",
        "b.csv": "call_id,started_at,dialled\nx,2024-03-12T17:00:00Z,000\n",
        "c.csv": "centre_call_id\n1\n",
        "d.csv": "",
    }
    write_case(
        tmp_path,
        files,
        [{"path": "[ab].csv"}, {"path": "c.csv", "role": "centre"}, {"path": "d.csv"}, {"path": "e.csv"}],
    )
    heads = check_heads(read_case(tmp_path))
    assert [(head.path, head.layout) for head in heads.files] == [("a.csv", "csv"), ("b.csv", "csv")]
    assert [(p.where.path, p.where.line) for p in heads.problems if p.where.path in ("a.csv", "c.csv")] == [
        ("a.csv", 2),
        ("c.csv", 1),
    ]
    assert any("e.csv" in problem.message for problem in heads.problems)
    assert {note.where.path for note in heads.notes} == {"b.csv", "d.csv"}
    assert not (tmp_path / "case.duckdb").exists()


@pytest.mark.holds("fault.20")
@pytest.mark.parametrize(
    "changes",
    [
        ("ALTER TABLE file DROP COLUMN not_kept", "ALTER TABLE asterisk_disposition DROP COLUMN disposition"),
        ("ALTER TABLE credit ALTER amount TYPE DECIMAL(18, 2)",),
    ],
)
def test_a_database_of_another_version_is_filled_anew(changes: tuple[str, ...], tmp_path: Path) -> None:
    first = load(tmp_path, {"a.csv": attempts(3)})
    for change in changes:
        first.store.execute(change)
    first.store.close()
    second = load(tmp_path)
    assert (second.files[0].loaded, second.rows("SELECT count(*) FROM attempt_record")) == (3, [(3,)])
    assert second.rows("SELECT typeof(max(amount)) FROM credit") == [("DECIMAL(18,4)",)]
