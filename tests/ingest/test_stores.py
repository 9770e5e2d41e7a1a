"""Logs in an object store are what they are in a folder: to the byte, by the same readers."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fsspec
import polars as pl
import pytest

from auditor.case import read_case, source_files
from auditor.containers import stored
from auditor.containers.stored import STORES
from auditor.errors import UsageError
from auditor.ingest import changed_files, cutting, load_with_workers, loader, span
from auditor.ingest.fragment import make_fragment
from auditor.ingest.load import load_sources, named_files
from auditor.ingest.merge import merge, waiting
from auditor.ingest.passage import hash_if_readable
from auditor.ingest.trace import find, read_back
from auditor.pipeline import audit
from auditor.store import Store, open_locked
from tests.called import call
from tests.ingest.loading import attempts, write_case
from tests.ingest.test_fragments import differing

ENTRIES = "SELECT * EXCLUDE (path, settings_sha256, problem) FROM file ORDER BY file_no"


def logs() -> dict[str, bytes]:
    packed, table = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner.csv", attempts(7))
    pl.read_csv(io.BytesIO(attempts(15, every=5).encode()), infer_schema=False).write_parquet(table)
    whole = gzip.compress(attempts(40, every=2).encode(), mtime=0)
    return {
        "a1.csv": attempts(60, every=3).encode(),
        "a2.csv.gz": whole,
        "a3.csv.gz": whole[:-40],
        "a4.csv": attempts(60, every=3).encode(),
        "a5.zip": packed.getvalue(),
        "a6.parquet": table.getvalue(),
    }


@pytest.fixture(params=["memory", "file"])
def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A store that holds the logs, and may be read."""
    url = "memory://bucket" if request.param == "memory" else f"file://{tmp_path / 'bucket'}"
    system, root = fsspec.core.url_to_fs(url)
    system.makedirs(root, exist_ok=True)
    for name, content in logs().items():
        system.pipe_file(f"{root}/{name}", content)
    monkeypatch.setenv(STORES, url)
    yield url
    system.rm(root, recursive=True)


def loaded(case: Path, database: Path) -> Store:
    store = open_locked(database, threads=1)
    load_sources(store, read_case(case), threads=1)
    return store


def test_what_is_loaded_is_what_the_same_files_in_a_folder_give(store_url: str, tmp_path: Path) -> None:
    local = write_case(tmp_path / "local", logs(), [{"path": "a*"}])
    stored = write_case(tmp_path / "stored", {}, [{"path": f"{store_url}/a*"}])
    with closing(loaded(local, tmp_path / "local.duckdb")) as one:
        rows = one.query(ENTRIES)
        records = one.query("FROM attempt_record ORDER BY ALL")
        rejects = one.query("FROM reject ORDER BY ALL")
    with closing(loaded(stored, tmp_path / "stored.duckdb")) as other:
        assert other.query(ENTRIES) == rows
        assert other.query("FROM attempt_record ORDER BY ALL") == records
        assert other.query("FROM reject ORDER BY ALL") == rejects
        names = [path for (path,) in other.query("SELECT path FROM file ORDER BY file_no")]
        said = other.query("SELECT path, problem FROM file WHERE problem IS NOT NULL")
        problems: dict[str, str] = dict(said)
        place = find(other, other.value("SELECT min(record_id) FROM attempt_record"))[0]
        assert read_back(read_case(stored), place).text.startswith("c")
    assert [name.removesuffix("!/inner.csv").rpartition("/")[2] for name in names] == sorted(logs())
    assert all(name.startswith(store_url.partition("://")[0] + "://") for name in names)
    first, second = (name for name in names if name.endswith(("a1.csv", "a4.csv")))
    assert problems[second] == f"the same content as {first}, which is loaded"


def test_a_file_that_changes_while_it_is_read_is_rolled_back(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored.StoredFile, "is_as_listed", lambda self: not self.url.endswith("a1.csv"))
    case = write_case(tmp_path / "case", {}, [{"path": f"{store_url}/a1.csv"}, {"path": f"{store_url}/a2*"}])
    with closing(loaded(case, tmp_path / "x.duckdb")) as store:
        entries = store.query("SELECT status, problem FROM file ORDER BY file_no")
    assert [status for status, _ in entries] == ["rolled_back", "loaded"]
    assert "changed while it was read" in entries[0][1]


@pytest.mark.parametrize("name", ["a1.csv", "a2.csv.gz", "a5.zip", "a6.parquet"])
def test_a_file_that_the_store_does_not_give_is_rolled_back_without_the_words_of_the_store(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = fsspec.filesystem("memory")
    system.pipe_file("/bucket/b.csv", attempts(3).encode())
    system.pipe_file(f"/bucket/{name}", logs()[name])
    monkeypatch.setenv(STORES, "memory://bucket")
    case = write_case(
        tmp_path / "case", {}, [{"path": f"memory://bucket/{name}"}, {"path": "memory://bucket/b.csv"}]
    )
    opened = type(system).open

    def refusing(self: Any, path: str, *args: Any, **given: Any) -> Any:
        if path.endswith(name):
            raise RuntimeError("key AKIA-SECRET is not valid")
        return opened(self, path, *args, **given)

    monkeypatch.setattr(type(system), "open", refusing)
    with closing(loaded(case, tmp_path / "x.duckdb")) as store:
        entries: dict[str, str | None] = dict(store.query("SELECT status, problem FROM file"))
    assert entries["loaded"] is None
    problem = str(entries["rolled_back"])
    assert "the store does not give it: RuntimeError" in problem
    assert "SECRET" not in problem


def test_a_store_is_hashed_again_and_what_changed_is_read_again(store_url: str, tmp_path: Path) -> None:
    case = write_case(tmp_path / "case", {}, [{"path": f"{store_url}/a1.csv"}])
    with closing(loaded(case, tmp_path / "x.duckdb")) as store:
        before = store.value("SELECT sha256 FROM file")
    system, root = fsspec.core.url_to_fs(store_url)
    system.pipe_file(f"{root}/a1.csv", attempts(61, every=3).encode())
    with closing(loaded(case, tmp_path / "x.duckdb")) as store:
        assert store.value("SELECT sha256 FROM file") != before
        assert list(changed_files(store).values()) == [before]


@pytest.fixture
def tags(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A store with one file, which gives an ETag that a test may change."""
    system, given = fsspec.filesystem("memory"), {"ETag": "e1"}
    system.pipe_file("/tagged/a.csv", attempts(9).encode())
    info = type(system).info
    monkeypatch.setattr(
        type(system), "info", lambda system, path, **more: {**info(system, path, **more), **given}
    )
    monkeypatch.setenv(STORES, "memory://tagged")
    return given


@pytest.mark.parametrize("way", ["one process", "packs"])
def test_the_word_of_a_store_is_enough_only_where_the_case_says_so(
    way: str, tags: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[Path] = []

    def hashing(path: Path) -> str:
        hashed.append(path)
        return hash_if_readable(path)

    def is_hashed(case: Path) -> bool:
        hashed.clear()
        with closing(open_locked(case / "x.duckdb", threads=1)) as database:
            if way == "packs":
                assert waiting(database, read_case(case)) == {}
            else:
                load_sources(database, read_case(case), threads=1)
        return bool(hashed)

    source = {"path": "memory://tagged/a.csv"}
    doubting = write_case(tmp_path / "doubting", {}, [source])
    trusting = write_case(tmp_path / "trusting", {}, [{**source, "trust_listing": True}])
    for case in (doubting, trusting):
        loaded(case, case / "x.duckdb").close()
    monkeypatch.setattr("auditor.ingest.ledger.case.hash_if_readable", hashing)
    assert (is_hashed(doubting), is_hashed(trusting)) == (True, False)
    tags["ETag"] = "e2"
    assert is_hashed(trusting), "another ETag is no proof"
    tags["ETag"] = ""
    assert is_hashed(trusting), "and size alone is none"


def test_a_report_says_that_a_store_is_believed(tags: dict[str, str], tmp_path: Path) -> None:
    for is_trusted in (True, False):
        source = {"path": "memory://tagged/a.csv", "trust_listing": is_trusted}
        case = write_case(tmp_path / f"case-{is_trusted}", {}, [source])
        with audit(case) as found:
            assert any(each.kind == "listed" for each in found.cautions) is is_trusted


def test_several_processes_read_a_store_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    for name, content in logs().items():
        (bucket / name).write_bytes(content)
    monkeypatch.setenv(STORES, f"file://{bucket}")
    case = write_case(tmp_path / "case", {}, [{"path": f"file://{bucket}/a*"}])
    (tmp_path / "packs").mkdir()
    with closing(loaded(case, tmp_path / "one.duckdb")) as one:
        rows = one.query("FROM attempt_record ORDER BY ALL"), one.query("FROM file ORDER BY ALL")
    with closing(open_locked(tmp_path / "two.duckdb", threads=2)) as two:
        load_with_workers(two, read_case(case), 2, tmp_path / "packs", threads=2)
        assert (two.query("FROM attempt_record ORDER BY ALL"), two.query("FROM file ORDER BY ALL")) == rows


def files(path: str, folder: Path) -> object:
    case = read_case(write_case(folder, {}, [{"path": path}]))
    return source_files(case, case.sources[0])


@pytest.mark.parametrize("trusts", [False, True])
def test_a_large_log_in_a_store_is_read_in_ranges(
    trusts: bool, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (cutting, loader, span):
        monkeypatch.setattr(module, "BLOCK_BYTES", 1_000)
    monkeypatch.setattr(cutting, "SPAN_BYTES", 2_000)
    found = read_case(write_case(tmp_path, {}, [{"path": f"{store_url}/a*", "trust_listing": trusts}]))
    items = cutting.with_ranges(found, dict.fromkeys(named_files(found), frozenset()))
    assert sum(isinstance(item, span.Span) for item in items) > 4
    for number, item in enumerate(items):
        make_fragment(found, {item: frozenset()}, tmp_path / str(number), threads=1)
    with closing(open_locked(tmp_path / "ranges.duckdb", threads=1)) as store:
        merge(store, found, [tmp_path / str(number) for number in range(len(items))])
    with closing(loaded(tmp_path, tmp_path / "one.duckdb")) as store:
        assert differing(store, tmp_path / "ranges.duckdb") == {}


@pytest.mark.parametrize("allowed", ["", "memory://buck", "s3://", "memory://bucket/other"])
def test_a_case_alone_makes_the_tool_ask_no_store(
    allowed: str, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORES, allowed)
    with pytest.raises(UsageError, match="a store that you have not allowed") as raised:
        files(f"{store_url}/a*", tmp_path / "case")
    assert "--stores" in raised.value.hint
    ended = call("check", tmp_path / "case")
    assert (ended.returncode, "have not allowed" in ended.stderr + ended.stdout) == (2, True)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("memory://bucket/../other/a.csv", "lies outside the case"),
        ("s3://user:secret@bucket/a.csv", "a URL with a password"),
        ("simplecache::memory://bucket/a.csv", "matches no file"),
        ("memory://bucket/simplecache::a.csv", "one URL inside another"),
        ("memory://bucket/none*.csv", "matches no file"),
        ("memory://bucket/none.csv", "matches no file"),
    ],
)
def test_urls_that_are_not_read_say_why(
    url: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORES, "memory://,s3://")
    with pytest.raises(UsageError, match=message) as raised:
        files(url, tmp_path / "case")
    assert "secret" not in raised.value.message


def test_without_fsspec_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORES, "memory://")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UsageError, match="cannot be read") as raised:
        files("memory://bucket/a.csv", tmp_path / "case")
    assert "[object-stores]" in raised.value.hint


def test_the_stores_are_named_on_the_command_line(store_url: str, tmp_path: Path) -> None:
    case = write_case(tmp_path / "case", {}, [{"path": f"{store_url}/a1.csv"}])
    for command in ("check", "run"):
        ended = call(command, case, "--stores", store_url)
        assert ended.returncode in (0, 1, 3), ended.stderr
    sealed = call("seal", case, "-o", tmp_path / "bundle.zip", "--stores", store_url)
    assert (sealed.returncode, "a bundle is of files" in sealed.stderr) == (2, True)
