"""Small files are scanned, typed and entered together: what comes out is what each gives by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.errors import StoreError
from auditor.ingest import loader
from auditor.ingest.fragment import TABLES
from auditor.ingest.ledger import batch
from auditor.ingest.ledger.book import FileBook
from auditor.ingest.sql import Projection
from auditor.ingest.text.together import Together
from tests.formats.made import BORDER, CALLER, calls, pcap_bytes, reply
from tests.ingest.loading import ATTEMPTS, CENTRE, Loaded, attempt, attempts, load, write_case
from tests.ingest.test_fragments import hostile_case

LOADED = (*TABLES, "sequence_gap")
OTHER = "dialled,started_at,element,network,sequence"


def _other(i: int, dialled: str = "112", started: str = "2024-03-12T17:00:00Z") -> str:
    return f"{dialled},{started},sbc-{i % 3},beta,{i}"


def _files() -> dict[str, str | bytes]:
    """Small files that a careless batch would mix up: two headers in turn, holes and falls in counters, texts
    that almost are an emergency number, headers again, values that no one can read, keys that occur twice."""
    files: dict[str, str | bytes] = {}
    for i in range(12):
        files[f"a{i:02}.csv"] = attempts(20 + i, every=3)
        files[f"a{i:02} other.csv"] = "\n".join([OTHER, *(_other(100 * i + j) for j in range(9))]) + "\n"
    files |= {
        "b holes.csv": "\n".join([ATTEMPTS, *(attempt(j) for j in range(40) if j % 7)]) + "\n",
        "b falls.csv": "\n".join([ATTEMPTS, *(attempt(j % 10) for j in range(30))]) + "\n",
        "b sparse.csv": "\n".join([ATTEMPTS, *(attempt(j * 31 + 5) for j in range(30))]) + "\n",
        "c nearly.csv": "\n".join([OTHER, _other(1, "00"), _other(2, "0"), _other(3, "0000")]) + "\n",
        "c again.csv": "\n".join([OTHER, _other(1), OTHER, _other(2), _other(3, started="soon")]) + "\n",
        "c capitals.csv": "\n".join([OTHER, _other(1), OTHER.upper(), _other(2)]) + "\n",
        "c words.csv": "\n".join([OTHER, _other(1, started="Mar 12 2024"), _other(2)]) + "\n",
        "c torn.csv": attempts(9) + "torn,line\n" + attempt(91),
        "c open.csv": attempts(5).rstrip("\n"),
        "c latin.csv": attempts(3).encode() + b"caf\xe9," + attempt(8).encode() + b"\n",
        "c crlf.csv": attempts(6).replace("\n", "\r\n"),
        "c empty.csv": "",
        "c header.csv": ATTEMPTS + "\n",
        "c rounded.csv": attempts(3) + "1.7E+12" + attempt(7)[2:] + "\n",
        "d one.jsonl": '{"started_at": "2024-03-12T18:00:00Z", "dialled": "112", "sequence": 4}\n' * 3,
        "d two.jsonl": '{"started_at": "2024-03-12T18:00:00Z", "dialled": "112", "call_id": "x"}\nno json\n',
        "d twice.jsonl": '{"started_at": "2024-03-12T18:00:00Z", "dialled": "112", "dialled": "1"}\n' * 2,
        "k1.csv": f"{CENTRE}\nk1,2024-03-12T17:00:01Z,+61400000001,answered\n",
        "k2.csv": f"{CENTRE}\nk2,2024-03-12T17:00:02Z,+61400000002,answered\nk3,later,1,answered\n",
        "k3.csv": f"{CENTRE}\n{CENTRE}\nk4,2024-03-12T17:00:03Z,,\n",
    }
    return files


SOURCES = [{"path": path} for path in ("[a-c]*.csv", "d*.jsonl")] + [{"path": "k*.csv", "role": "centre"}]


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Every file is scanned and entered by itself."""
    with monkeypatch.context() as patch:
        patch.setattr(loader, "_SMALL_BYTES", 0)
        patch.setattr(batch, "MAX_FILES", 1)
        yield patch


def _assert_same(some: Loaded, others: Loaded) -> None:
    assert some.files == others.files
    for table in LOADED:
        sql = f"SELECT * FROM {table} ORDER BY ALL"
        assert some.rows(sql) == others.rows(sql), table


def test_files_that_are_read_together_hold_what_each_holds_by_itself(
    tmp_path: Path, one_by_one: pytest.MonkeyPatch
) -> None:
    apart = load(tmp_path / "apart", _files(), SOURCES)
    one_by_one.undo()
    together = load(tmp_path / "together", _files(), SOURCES)
    _assert_same(together, apart)
    assert together.rows("SELECT count(*) FROM reject") != [(0,)]
    assert together.rows("SELECT count(*) FROM unreadable") != [(0,)]
    assert together.rows("SELECT count(*) FROM observation WHERE kind = 'near_miss'") != [(0,)]
    assert together.rows("SELECT count(*) FROM sequence_gap") != [(0,)]


def test_packed_cut_and_doubled_files_are_the_same_read_together(
    tmp_path: Path, one_by_one: pytest.MonkeyPatch
) -> None:
    shutil.copytree(hostile_case(tmp_path / "together"), tmp_path / "apart")
    apart = load(tmp_path / "apart")
    one_by_one.undo()
    _assert_same(load(tmp_path / "together"), apart)


def test_what_a_file_says_beside_its_records_is_kept_where_a_batch_ends_before_it(
    tmp_path: Path, one_by_one: pytest.MonkeyPatch
) -> None:
    sent = [calls((n, reply(503, call_id=f"over-{n}"), BORDER, CALLER)) for n in range(400, 403)]
    files: dict[str, str | bytes] = {f"c{n}.pcap": pcap_bytes(packets) for n, packets in enumerate(sent, 1)}
    files |= {"a1.csv": attempts(7), "a2.csv": attempts(7), "c0.pcap": pcap_bytes(sent[0])}
    sources = [{"path": "a*"}, {"path": "c*.pcap"}]
    apart = load(tmp_path / "apart", files, sources)
    one_by_one.undo()
    together = load(tmp_path / "together", files, sources)
    assert together.rows("SELECT count(*) FROM loose_answer") == [(3,)]
    _assert_same(together, apart)


def test_most_small_files_share_their_statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[str] = []
    parsed = Projection.parsed

    def noted(projection: Projection, relation: str) -> str:
        typed.append(relation)
        return parsed(projection, relation)

    monkeypatch.setattr(Projection, "parsed", noted)
    files: dict[str, str | bytes] = {
        f"{i:03}.csv": attempts(4, every=2) + attempt(100 + i) for i in range(60)
    }
    loaded = load(tmp_path / "case", files, [{"path": "*.csv"}])
    assert sum(file.loaded for file in loaded.files) == 180
    assert len(typed) == 1


def test_one_file_that_does_not_balance_is_left_out_and_those_beside_it_are_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = FileBook.close

    def losing(book: FileBook, projection: Projection) -> None:
        close(book, projection)
        book.seen += book.identity.path == "5.csv"

    monkeypatch.setattr(FileBook, "close", losing)
    files: dict[str, str | bytes] = {f"{i}.csv": attempts(10 + i) for i in range(9)}
    loaded = load(tmp_path / "case", files, [{"path": "*.csv"}])
    assert {file.path for file in loaded.files if file.status == "rolled_back"} == {"5.csv"}
    assert "does not balance" in loaded.file("5.csv").problem
    assert sum(file.loaded for file in loaded.files) == sum(10 + i for i in range(9) if i != 5)


def test_files_that_cannot_be_scanned_together_are_each_scanned_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("profile of a log: something else than a CSV error")

    monkeypatch.setattr(Together, "scan", refuse)
    files: dict[str, str | bytes] = {f"{i}.csv": attempts(10 + i) for i in range(4)}
    loaded = load(tmp_path / "case", files, [{"path": "*.csv"}])
    assert [file.loaded for file in loaded.files] == [10, 11, 12, 13]


def test_a_copy_of_a_file_that_still_waits_is_called_a_copy(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"1.csv": attempts(10), "2.csv": attempts(11), "3.csv": attempts(10)}
    loaded = load(tmp_path / "case", files, [{"path": "*.csv"}])
    assert [file.status for file in loaded.files] == ["loaded", "loaded", "duplicate"]
    assert "1.csv" in loaded.file("3.csv").problem


def test_a_second_source_of_another_role_finds_its_own_table(tmp_path: Path) -> None:
    folder = write_case(
        tmp_path / "case",
        {"a.csv": attempts(4), "k.csv": f"{CENTRE}\nk1,2024-03-12T17:00:01Z,+61400000001,answered\n"},
        [{"path": "a.csv"}, {"path": "k.csv", "role": "centre"}],
    )
    loaded = load(folder)
    assert loaded.rows("SELECT count(*) FROM attempt_record") == [(4,)]
    assert loaded.rows("SELECT count(*) FROM centre_record") == [(1,)]
