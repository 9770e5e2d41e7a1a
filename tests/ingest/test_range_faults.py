"""What goes wrong with a log that is read in ranges: it is rolled back and named, nothing of it is merged,
and all else is as one process loads it."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.case import read_case
from auditor.containers.member import Damage
from auditor.errors import IncompleteError
from auditor.ingest.cutting import with_ranges
from auditor.ingest.fragment import MANIFEST, make_fragment
from auditor.ingest.load import named_files
from auditor.ingest.merge import merge
from auditor.ingest.span import Cut, Span, tally
from auditor.ingest.workers import Outcome, Task, outcome_of, run_apart, task_of
from auditor.model import EvidenceFile
from auditor.store import open_locked
from tests.ingest.loading import attempts, write_case
from tests.ingest.test_cluster import Fake, Lost, difference, load, loaded
from tests.ingest.test_ranges import GROWN, small

__all__ = ["small"]
pytestmark = pytest.mark.usefixtures("small")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A large log and a small one."""
    return write_case(tmp_path / "case", {"a.csv": attempts(GROWN), "b.csv": attempts(9)})


def later_range(task: Task) -> bool:
    return any(isinstance(item, Span) and item.first for item in task.pack)


def hashing(task: Task) -> bool:
    return any(isinstance(item, Cut) for item in task.pack)


def rolled_back(case: Path, harm: Callable[[Task], Outcome | None], tmp_path: Path) -> EvidenceFile:
    """The entry of the large log, of which nothing is loaded; the small one is."""
    found = {file.path: file for file in load(case, Fake(harm, cores=2), tmp_path / "exchange")}
    assert (found["b.csv"].status, found["b.csv"].loaded) == ("loaded", 9)
    assert (found["a.csv"].status, found["a.csv"].records, found["a.csv"].loaded) == ("rolled_back", 0, 0)
    with closing(open_locked(tmp_path / "cluster.duckdb", threads=1)) as store:
        for table in ("attempt_record", "volume", "sequence_run", "reject", "observation", "unreadable"):
            assert not store.query(f"FROM {table} JOIN file USING (file_no) WHERE path = 'a.csv'")
    return found["a.csv"]


def test_ranges_on_a_cluster_are_the_file_that_one_process_reads(case: Path, tmp_path: Path) -> None:
    cluster = Fake()
    load(case, cluster, tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}
    assert sum(pack.count("a.csv") for pack in cluster.packs) > 3


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (later_range, lambda text: text.replace("c350,", "c351,")),
        (hashing, lambda text: text.replace("c350,", "c351,")),
        (later_range, lambda text: text.replace("call_id,network", "network,call_id")),
        (hashing, lambda text: text + "more\n"),
        (later_range, lambda text: text[: len(text) // 2]),
        (hashing, lambda text: ""),
        (later_range, lambda text: '{"started_at": "2024-03-12T17:00:00Z", "dialled": "000"}\n' * 800),
    ],
    ids=["a byte", "a byte, late", "the header", "longer", "shorter", "empty", "another kind"],
)
def test_a_file_that_changes_between_its_tasks_is_rolled_back_and_named(
    at: Callable[[Task], bool], change: Callable[[str], str], case: Path, tmp_path: Path
) -> None:
    read: list[Task] = []
    before = (case / "a.csv").read_text()

    def harm(task: Task) -> Outcome | None:
        if read and at(task) and (case / "a.csv").read_text() == before:
            (case / "a.csv").write_text(change(before))
        read.append(task)
        return None

    entry = rolled_back(case, harm, tmp_path)
    assert "the file changed while it was read" in entry.problem


def test_a_file_that_had_changed_meanwhile_is_read_by_the_next_run(case: Path, tmp_path: Path) -> None:
    def harm(task: Task) -> Outcome | None:
        if hashing(task):
            (case / "a.csv").write_text(attempts(GROWN, every=2))
        return None

    rolled_back(case, harm, tmp_path)
    load(case, Fake(), tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb").keys() == {"known_file"}


@pytest.mark.parametrize("whose", ["auditor.ingest.span.range_blocks", "auditor.ingest.span.raw_blocks"])
def test_a_file_that_cannot_be_read_at_one_of_its_tasks_is_rolled_back(
    whose: str, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object, **named: object) -> Iterator[bytes]:
        raise Damage("unreadable", "the file cannot be read: Input/output error", path="a.csv")

    monkeypatch.setattr(whose, broken)
    entry = rolled_back(case, lambda task: None, tmp_path)
    assert "the file cannot be read: Input/output error" in entry.problem


@pytest.mark.parametrize("at", [later_range, hashing])
def test_a_range_that_ends_its_worker_each_time_rolls_its_file_back(
    at: Callable[[Task], bool], case: Path, tmp_path: Path
) -> None:
    entry = rolled_back(case, lambda t: Outcome(ended="signal 9 (Killed)") if at(t) else None, tmp_path)
    assert entry.problem == "the process that read it ended: signal 9 (Killed)"


def test_a_range_that_failed_by_chance_is_read_again(case: Path, tmp_path: Path) -> None:
    failed: list[Task] = []

    def harm(task: Task) -> Outcome | None:
        if later_range(task) and not failed:
            failed.append(task)
            return Outcome(ended="signal 9 (Killed)")
        return None

    load(case, Fake(harm), tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}


@pytest.mark.parametrize("is_changed", [False, True])
def test_a_new_driver_takes_over_ranges_that_were_read_from_the_same_bytes(
    is_changed: bool, case: Path, tmp_path: Path
) -> None:
    done: list[Task] = []

    def harm(task: Task) -> Outcome | None:
        done.append(task)
        if len(done) > 3:
            raise Lost
        return None

    with pytest.raises(Lost):
        load(case, Fake(harm, cores=2), tmp_path / "exchange")
    if is_changed:
        text = (case / "a.csv").read_text()
        (case / "a.csv").write_text(text.replace("+614", "+615"))
    before = len(sum((tuple(task.pack) for task in done[:3]), ()))
    cluster = Fake(cores=2)
    load(case, cluster, tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}
    items = with_ranges(read_case(case), dict.fromkeys(named_files(read_case(case)), frozenset()))
    left = len(sum(cluster.packs, ()))
    assert left == len(items) - before if not is_changed else left > len(items) - before


def fragments(case: Path, folder: Path) -> list[Path]:
    """The case in ranges, one fragment for each."""
    found = read_case(case)
    items = with_ranges(found, dict.fromkeys(named_files(found), frozenset()))
    made = []
    for number, item in enumerate(items):
        made.append(folder / str(number))
        make_fragment(found, {item: frozenset()}, made[-1], threads=1)
    return made


def with_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads((folder / MANIFEST).read_text())
    change(data)
    (folder / MANIFEST).write_text(json.dumps(data))


def of_ranges(made: list[Path]) -> list[Path]:
    return [folder for folder in made if json.loads((folder / MANIFEST).read_text())["ranges"]]


def of_cuts(made: list[Path]) -> list[Path]:
    return [folder for folder in made if json.loads((folder / MANIFEST).read_text())["cuts"]]


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda made: made.remove(of_ranges(made)[1]), "it is missing"),
        (lambda made: made.append(of_ranges(made)[1]), "one of them is there twice"),
        (lambda made: made.append(of_cuts(made)[0]), "it was hashed twice"),
        (lambda made: made.remove(of_cuts(made)[0]), "its file is not cut there"),
        (
            lambda made: with_manifest(of_ranges(made)[1], lambda m: m["ranges"][0].update(before=["x"])),
            "it was read for another state of the case",
        ),
        (
            lambda made: with_manifest(of_ranges(made)[1], lambda m: m["ranges"][0]["item"].update(past=9)),
            "it is missing",
        ),
        (
            lambda made: with_manifest(of_ranges(made)[1], lambda m: m["ranges"][0].update(settings="x")),
            "other settings",
        ),
    ],
    ids=["lost", "twice", "hashed twice", "not hashed", "other state", "other border", "other settings"],
)
def test_ranges_that_do_not_tile_a_file_are_refused_and_change_nothing(
    harm: Callable[[list[Path]], object], message: str, case: Path, tmp_path: Path
) -> None:
    made = fragments(case, tmp_path / "f")
    with closing(open_locked(tmp_path / "m.duckdb", threads=1)) as store:
        merge(store, read_case(case), made)
        before = store.query("FROM file ORDER BY file_no")
        harm(made)
        with pytest.raises(IncompleteError, match=message):
            merge(store, read_case(case), made)
        assert store.query("FROM file ORDER BY file_no") == before
        assert store.value("SELECT count(*) FROM attempt_record") == GROWN + 9


def test_a_range_that_lost_a_line_rolls_its_file_back(case: Path, tmp_path: Path) -> None:
    made = fragments(case, tmp_path / "f")
    with_manifest(of_ranges(made)[1], lambda m: m["ranges"][0].update(lines=m["ranges"][0]["lines"] - 1))
    with closing(open_locked(tmp_path / "m.duckdb", threads=1)) as store:
        found = {file.path: file for file in merge(store, read_case(case), made)}
        assert store.value("SELECT count(*) FROM attempt_record") == 9
    assert found["a.csv"].status == "rolled_back"
    assert "lines, and " in found["a.csv"].problem


def test_a_process_of_its_own_reads_ranges(case: Path, tmp_path: Path) -> None:
    found = read_case(case)
    items = with_ranges(found, dict.fromkeys(named_files(found), frozenset()))
    outcome = outcome_of(run_apart(pickle.dumps(task_of(found, items, tmp_path / "exchange"))))
    assert outcome.folder
    with closing(open_locked(tmp_path / "m.duckdb", threads=1)) as store:
        assert [file.loaded for file in merge(store, found, [outcome.folder])] == [GROWN, 9]


def test_a_file_is_read_once_to_be_hashed_and_must_have_its_size(case: Path) -> None:
    found = read_case(case)
    (cut,) = (
        i for i in with_ranges(found, dict.fromkeys(named_files(found), frozenset())) if isinstance(i, Cut)
    )
    said = tally(case / "a.csv", cut)
    assert sum(lines for _, lines in said.ranges) == GROWN + 1
    with pytest.raises(Damage, match="changed"):
        tally(case / "a.csv", replace(cut, borders=(*cut.borders[:-1], cut.size + 1)))
