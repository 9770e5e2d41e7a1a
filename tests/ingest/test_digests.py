"""A database that is what the logs gave: each table has a digest, and a run stops where one differs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.errors import IncompleteError
from auditor.ingest import (
    kept_digests,
    load_sources,
    loader,
    record_digests,
    table_digests,
    verified_digests,
)
from auditor.ingest.ledger import digest
from auditor.ingest.ledger.digest import DIGESTED, RECORDS
from auditor.store import Store, open_locked
from tests.called import call
from tests.ingest.loading import attempts, load, write_case
from tests.query.made import audited

FILES = {"a.csv": attempts(6), "b.csv": attempts(3).replace("\nc", "\nd")}
BOTH = [{"path": "a.csv", "network": "alpha"}, {"path": "b.csv", "network": "bravo"}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("digests") / "case")


def loaded(folder: Path, sources: list[dict[str, str]] = BOTH) -> Store:
    return load(folder, FILES, sources).store


def test_every_table_that_holds_what_logs_gave_has_a_digest(tmp_path: Path) -> None:
    store = loaded(tmp_path)
    assert {digest.table for digest in verified_digests(store)} == set(DIGESTED)
    assert {d.table: d.rows for d in table_digests(store)}["attempt_record"] == 9
    store.close()


@pytest.mark.holds("property.12")
def test_a_digest_is_the_same_in_any_order_of_sources_and_of_loading(tmp_path: Path) -> None:
    one, other = loaded(tmp_path / "one"), loaded(tmp_path / "other", BOTH[::-1])
    bit = write_case(tmp_path / "bit", {"b.csv": FILES["b.csv"]}, BOTH[1:])
    load(bit).store.close()
    late = loaded(bit)
    found = [record_digests(table_digests(store)) for store in (one, other, late)]
    assert set(found[0]) == set(RECORDS)
    assert found[0] == found[1] == found[2]
    assert [[d for d in table_digests(store) if d.table != "known_file"] for store in (one, late)] == [
        [d for d in table_digests(one) if d.table != "known_file"]
    ] * 2
    for store in (one, other, late):
        store.close()


LATER: dict[str, dict[str, str | None]] = {
    "a file more, before the others": {"0.csv": FILES["a.csv"].replace("\nc", "\ne")},
    "a file changed": {"a.csv": FILES["a.csv"].replace("\nc", "\ne")},
    "a file gone and one more": {"a.csv": None, "z.csv": attempts(2).replace("\nc", "\ne")},
    "a copy loaded in place of its original": {"a.csv": None, "c.csv": FILES["a.csv"]},
    "nothing": {},
}


@pytest.mark.parametrize("name", LATER)
def test_what_stays_in_a_later_load_has_the_digest_of_its_rows(name: str, tmp_path: Path) -> None:
    source = [{"path": "*.csv", "network": "alpha"}]
    load(tmp_path, FILES, source).store.close()
    for path, text in LATER[name].items():
        if text is None:
            (tmp_path / path).unlink()
        else:
            (tmp_path / path).write_text(text)
    store = load(tmp_path).store
    assert kept_digests(store) == table_digests(store)
    store.close()


def test_a_file_that_stays_is_hashed_once_a_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path, FILES, BOTH).store.close()
    (tmp_path / "b.csv").write_text(FILES["b.csv"].replace("\nd", "\nf"))
    known: list[digest.Parts] = []
    plain = digest._parts

    def parts(
        store: Store, held: digest.Parts | None = None, among: Sequence[str] = DIGESTED
    ) -> digest.Parts:
        known.append(held or {})
        return plain(store, held, among)

    monkeypatch.setattr(digest, "_parts", parts)
    load(tmp_path).store.close()
    assert known[0] == {}
    assert {number for table, number in known[1] if table == "attempt_record"} == {1}


EDITS = {
    "a test": "UPDATE attempt_record SET is_test = true WHERE record_no = 3",
    "a time by a millisecond": (
        "UPDATE attempt_record SET started_at_utc = started_at_utc + INTERVAL 1 MILLISECOND WHERE record_no"
        " = 3"
    ),
    "a record gone": "DELETE FROM attempt_record WHERE record_no = 3",
    "a record twice": "INSERT INTO attempt_record FROM attempt_record WHERE record_no = 3",
    "empty for null": "UPDATE attempt_record SET imsi = '' WHERE record_no = 3",
    "two columns exchanged": "UPDATE attempt_record SET imsi = element, element = imsi",
    "a record of another file": "UPDATE attempt_record SET file_no = 3 - file_no WHERE record_no = 2",
    "a record of no file": "UPDATE attempt_record SET file_no = NULL WHERE record_no = 2",
    "a count of the ledger": "UPDATE file SET rejected = rejected + 1, loaded = loaded - 1",
    "a file that was known": "DELETE FROM known_file",
}


@pytest.mark.holds("fault.19", "trust.5")
@pytest.mark.parametrize("name", EDITS)
def test_a_table_that_was_edited_stops_the_next_load(name: str, tmp_path: Path) -> None:
    loaded(tmp_path).close()
    store = loaded(tmp_path)
    store.execute(EDITS[name])
    with pytest.raises(IncompleteError, match="has changed since it was loaded") as caught:
        load_sources(store, read_case(tmp_path))
    assert "auditor run" in caught.value.hint
    store.close()


def test_a_load_that_was_cut_off_is_done_again_from_the_logs(tmp_path: Path) -> None:
    store = loaded(tmp_path)
    expected = table_digests(store)
    store.execute("DELETE FROM table_digest")
    store.execute("UPDATE attempt_record SET is_test = true")
    with pytest.raises(IncompleteError, match="cut off"):
        verified_digests(store)
    load_sources(store, read_case(tmp_path))
    assert verified_digests(store) == expected
    store.close()


def test_a_load_that_fails_keeps_what_it_had_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "_SMALL_BYTES", 0)  # small files wait, and are read again
    folder = write_case(tmp_path, FILES, BOTH)
    store = open_locked(folder / "case.duckdb")

    def stop(path: str, done: int, size: int) -> None:
        if path == "b.csv":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_sources(store, read_case(folder), progress=stop)
    assert {digest.table: digest.rows for digest in verified_digests(store)}["attempt_record"] == 6
    store.close()


def test_a_seal_is_of_one_place(tmp_path: Path) -> None:
    store = loaded(tmp_path)
    with pytest.raises(IncompleteError, match="not made by the state folder"):
        verified_digests(store, lambda text: "another")
    store.close()


@pytest.mark.holds("fault.19", "trust.5")
def test_a_count_cannot_be_lowered_in_the_database(made: Path, tmp_path: Path) -> None:
    case = Path(shutil.copytree(made, tmp_path / "case"))
    store = open_locked(read_case(case).database)
    store.execute("UPDATE attempt_record SET is_test = true WHERE record_no <= 3")
    store.close()
    for command in (("run", case), ("report", case, "--format", "json")):
        done = call(*command)
        assert done.returncode == 3, done.stderr
        assert "attempt_record of the database has changed since it was loaded" in done.stderr.replace(
            "\n", " "
        )
    read_case(case).database.unlink()
    assert call("run", case, "-q").returncode == 1
    assert (
        json.loads((case / "reports" / "audit.json").read_text())["measures"]["attempts.failed"]["value"] == 4
    )
