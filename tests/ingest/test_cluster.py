"""Files loaded by tasks that run elsewhere: what comes out is what one process loads, whatever fails there.

The cluster of these tests makes fragments in this process, and fails when it is asked to. Spark itself is in
`test_spark.py`.
"""

from __future__ import annotations

import pickle
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.errors import IncompleteError, ResourceError, UsageError
from auditor.ingest import load_on_cluster, load_with_workers, spark_at, workers
from auditor.ingest.cluster import JobError
from auditor.ingest.fragment import MANIFEST, make_fragment
from auditor.ingest.load import load_sources
from auditor.ingest.span import key_of
from auditor.ingest.workers import Outcome, Task, new_folder, outcome_of, run_apart, task_of
from auditor.model import EvidenceFile
from auditor.pipeline import Options, audit
from auditor.report.draw.json import as_json
from auditor.report.privacy.masking import masked
from auditor.state import EVIDENCE
from auditor.store import open_locked
from tests.called import call
from tests.ingest.loading import attempts, write_case
from tests.ingest.test_fragments import differing

FILES = {f"{name}.csv": attempts(count, every=2) for name, count in (("a", 9), ("b", 12), ("c", 5), ("d", 7))}


class Lost(BaseException):
    """The driver is gone, between two lines."""


@dataclass
class Fake:
    """A cluster that loads each pack here. `harm` says what becomes of a task: nothing, or a failure."""

    harm: Callable[[Task], Outcome | None] = lambda task: None
    is_there: bool = True
    cores: int = 1
    packs: list[tuple[str, ...]] = field(default_factory=list)

    def run(self, tasks: Sequence[Task], tick: Callable[[], object]) -> list[Outcome]:
        found = []
        for task in tasks:
            self.packs.append(tuple(key_of(item)[0] for item in task.pack))
            outcome = self.harm(task)
            if outcome is None:
                place = new_folder(task.exchange)
                make_fragment(task.case, task.pack, place, threads=1, keep_all=task.keep_all)
                outcome = Outcome(folder=place)
            tick()
            found.append(outcome)
        return found

    def check(self) -> None:
        if not self.is_there:
            raise ResourceError("the cluster runs no task")


def holds(task: Task, *names: str) -> bool:
    return any((name, "attempts") in task.pack for name in names)


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path / "case", FILES)


def load(
    folder: Path, cluster: Fake, exchange: Path, *, keep_all: bool = False, name: str = "cluster.duckdb"
) -> tuple[EvidenceFile, ...]:
    exchange.mkdir(exist_ok=True)
    with closing(open_locked(exchange.parent / name, threads=1)) as store:
        return load_on_cluster(store, read_case(folder), lambda: cluster, exchange, keep_all=keep_all)


def loaded(folder: Path, database: Path, keep_all: bool = False) -> tuple[EvidenceFile, ...]:
    with closing(open_locked(database, threads=1)) as store:
        return load_sources(store, read_case(folder), keep_all=keep_all, threads=1)


def difference(one: Path, other: Path) -> dict[str, int]:
    with closing(open_locked(one, threads=1)) as store:
        return differing(store, other)


def test_what_a_cluster_loads_is_what_one_process_loads(case: Path, tmp_path: Path) -> None:
    cluster = Fake()
    load(case, cluster, tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}
    assert sorted(name for pack in cluster.packs for name in pack) == sorted(FILES)
    assert not (tmp_path / "exchange").exists(), "what holds numbers is not left behind"


@pytest.mark.parametrize("way", ["cluster", "workers"])
def test_what_is_new_changed_or_gone_comes_out_as_in_one_process(
    way: str, case: Path, tmp_path: Path
) -> None:
    folders = {}
    for name in ("one", "other"):
        folders[name] = write_case(tmp_path / name, {**FILES, "e.csv": attempts(3)}, [{"path": "*.csv"}])
        loaded(folders[name], tmp_path / f"{name}.duckdb")
        (folders[name] / "0.csv").write_text(FILES["b.csv"])
        (folders[name] / "a.csv").write_text(attempts(20))
        (folders[name] / "c.csv").unlink()
        (folders[name] / "f.csv").write_text(attempts(4, every=3))
        (folders[name] / "g.csv").write_text(attempts(4, every=3))
        (folders[name] / "b.csv").rename(folders[name] / "z.csv")
    found = loaded(folders["one"], tmp_path / "one.duckdb")
    cluster = Fake()
    with closing(open_locked(tmp_path / "other.duckdb", threads=1)) as store:
        other = read_case(folders["other"])
        if way == "cluster":
            (tmp_path / "exchange").mkdir()
            assert load_on_cluster(store, other, lambda: cluster, tmp_path / "exchange") == found
            assert sorted(sum(cluster.packs, ())) == ["0.csv", "a.csv", "f.csv", "g.csv", "z.csv"]
        else:
            (tmp_path / "packs").mkdir()
            assert load_with_workers(store, other, 2, tmp_path / "packs", threads=2) == found
        assert differing(store, tmp_path / "one.duckdb") == {}
    changed = next(file for file in found if file.path == "a.csv")
    assert changed.problem == "", "what was loaded before is no part of what is loaded"


def test_nothing_is_run_where_nothing_is_new(case: Path, tmp_path: Path) -> None:
    load(case, Fake(), tmp_path / "exchange")
    cluster = Fake()
    load(case, cluster, tmp_path / "exchange")
    assert cluster.packs == []


def test_all_records_are_kept_where_one_process_keeps_them(case: Path, tmp_path: Path) -> None:
    (case / "again.csv").write_text(FILES["a.csv"])
    sources = [{"path": name} for name in (*FILES, "again.csv")]
    one = write_case(tmp_path / "one", {**FILES, "again.csv": FILES["a.csv"]}, sources)
    other = write_case(tmp_path / "other", {**FILES, "again.csv": FILES["a.csv"]}, sources)
    loaded(one, tmp_path / "one.duckdb", keep_all=True)
    load(other, Fake(), tmp_path / "exchange", keep_all=True)
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}
    kept = [sorted(p.relative_to(f) for p in f.rglob("part-*.parquet")) for f in (one, other)]
    assert kept[0] == kept[1]
    assert len(kept[0]) == len(FILES), "a copy is kept once"
    with closing(open_locked(tmp_path / "look.duckdb", threads=1)) as store:
        for part in kept[0]:
            rows = [store.query(f"FROM read_parquet('{f / part}') ORDER BY ALL") for f in (one, other)]
            assert rows[0] == rows[1]


def without(folder: Path, name: str, tmp_path: Path) -> Path:
    """The database of the case as one process loads it, of all files but one."""
    rest = write_case(tmp_path / "rest", {n: text for n, text in FILES.items() if n != name})
    loaded(rest, tmp_path / "rest.duckdb")
    return tmp_path / "rest.duckdb"


def blamed(harm: Callable[[Task], Outcome | None], case: Path, tmp_path: Path) -> tuple[Fake, EvidenceFile]:
    """The cluster and the entry of b.csv, which ends what reads it; all else is as in one process."""
    cluster = Fake(harm)
    found = load(case, cluster, tmp_path / "exchange")
    entry = next(file for file in found if file.path == "b.csv")
    assert (entry.status, entry.records, entry.loaded) == ("rolled_back", 0, 0)
    assert [f.status for f in found if f != entry] == ["loaded"] * 3
    with closing(open_locked(without(case, "b.csv", tmp_path), threads=1)) as rest:
        rows = rest.query("SELECT * EXCLUDE (file_no) FROM attempt_record ORDER BY ALL")
    with closing(open_locked(tmp_path / "cluster.duckdb", threads=1)) as store:
        assert store.query("SELECT * EXCLUDE (file_no) FROM attempt_record ORDER BY ALL") == rows
    return cluster, entry


def test_a_file_that_ends_its_worker_each_time_is_rolled_back_and_named(case: Path, tmp_path: Path) -> None:
    def harm(task: Task) -> Outcome | None:
        return Outcome(ended="signal 9 (Killed)") if holds(task, "b.csv") else None

    cluster, entry = blamed(harm, case, tmp_path)
    assert entry.problem == "the process that read it ended: signal 9 (Killed)"
    assert cluster.packs.count(("b.csv",)) >= 2, "once may be chance"


def test_a_file_that_ends_its_executors_is_found_by_halves(case: Path, tmp_path: Path) -> None:
    def harm(task: Task) -> Outcome | None:
        if holds(task, "b.csv"):
            raise JobError("executor lost")
        return None

    _, entry = blamed(harm, case, tmp_path)
    assert entry.problem == "every executor that read it was lost: executor lost"


def test_a_pack_that_failed_by_chance_blames_no_file(case: Path, tmp_path: Path) -> None:
    failed: list[Task] = []

    def harm(task: Task) -> Outcome | None:
        if not failed:
            failed.append(task)
            return Outcome(ended="signal 9 (Killed)")
        return None

    assert {file.status for file in load(case, Fake(harm), tmp_path / "exchange")} == {"loaded"}
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}


def test_a_pack_that_ran_out_of_memory_is_read_file_by_file(case: Path, tmp_path: Path) -> None:
    def harm(task: Task) -> Outcome | None:
        return Outcome(error=ResourceError("out of memory")) if len(task.pack) > 1 else None

    big = write_case(tmp_path / "big", {f"{i}.csv": attempts(i + 2) for i in range(9)})
    found = load(big, Fake(harm), tmp_path / "exchange")
    assert [file.status for file in found] == ["loaded"] * 9


def test_where_no_file_is_to_blame_it_ends_with_5_and_nothing_is_merged(case: Path, tmp_path: Path) -> None:
    load(case, Fake(), tmp_path / "exchange")
    before = loaded(case, tmp_path / "cluster.duckdb")
    (case / "a.csv").write_text(attempts(30))

    def harm(task: Task) -> Outcome | None:
        raise JobError("the master is gone")

    with pytest.raises(ResourceError, match="runs no task") as raised:
        load(case, Fake(harm, is_there=False), tmp_path / "exchange")
    assert raised.value.exit_code == 5
    with closing(open_locked(tmp_path / "cluster.duckdb", threads=1)) as store:
        assert store.value("SELECT count(*) FROM file WHERE status = 'loaded'") == len(before)
        assert store.value("SELECT count(*) FROM attempt_record") == sum(file.loaded for file in before)


def test_one_file_that_is_out_of_memory_alone_ends_with_5(case: Path, tmp_path: Path) -> None:
    def harm(task: Task) -> Outcome | None:
        return Outcome(error=ResourceError("out of memory")) if holds(task, "b.csv") else None

    with pytest.raises(ResourceError, match="out of memory"):
        load(case, Fake(harm), tmp_path / "exchange")


def interrupted(case: Path, exchange: Path, after: int) -> None:
    """A driver that is lost when `after` packs are read."""
    done: list[Task] = []

    def harm(task: Task) -> Outcome | None:
        done.append(task)
        if len(done) > after:
            raise Lost
        return None

    with pytest.raises(Lost):
        load(case, Fake(harm), exchange)


def test_a_new_driver_takes_over_what_was_finished(case: Path, tmp_path: Path) -> None:
    interrupted(case, tmp_path / "exchange", 2)
    orphan = tmp_path / "exchange" / "fragment-0"
    orphan.mkdir()
    (orphan / "attempt_record.parquet").write_bytes(b"half")
    cluster = Fake()
    load(case, cluster, tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}
    assert len(sum(cluster.packs, ())) == len(FILES) - 2, "two of four files were read before"


def changed_file(case: Path, exchange: Path) -> None:
    for path in case.glob("*.csv"):
        path.write_text(path.read_text() + "late,alpha,,1,2024-03-12T17:00:00Z,,,,000,,\n")


def other_settings(case: Path, exchange: Path) -> None:
    write_case(case, FILES, [{"path": name, "network": "beta"} for name in FILES])


def other_version(case: Path, exchange: Path) -> None:
    for path in exchange.glob(f"*/{MANIFEST}"):
        path.write_text(path.read_text().replace('"rules_sha256": "', '"rules_sha256": "0'))


def flipped_bit(case: Path, exchange: Path) -> None:
    for path in exchange.glob("*/file.parquet"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


@pytest.mark.parametrize("harm", [changed_file, other_settings, other_version, flipped_bit])
def test_what_does_not_agree_any_more_is_read_again(
    harm: Callable[[Path, Path], None], case: Path, tmp_path: Path
) -> None:
    interrupted(case, tmp_path / "exchange", 2)
    assert len(list((tmp_path / "exchange").glob(f"*/{MANIFEST}"))) == 2
    harm(case, tmp_path / "exchange")
    cluster = Fake()
    load(case, cluster, tmp_path / "exchange")
    loaded(case, tmp_path / "one.duckdb")
    assert difference(tmp_path / "cluster.duckdb", tmp_path / "one.duckdb") == {}
    assert len(sum(cluster.packs, ())) == len(FILES)


def test_what_is_not_a_fragment_is_not_deleted(case: Path, tmp_path: Path) -> None:
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not written by the tool"):
        load(case, Fake(), tmp_path / "exchange")
    assert (tmp_path / "exchange" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["tool", "engine", "python", "schema_sha256", "rules_sha256", "code_sha256"])
def test_a_worker_of_another_version_reads_nothing_and_says_which(
    name: str, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_of(read_case(case), {("a.csv", "attempts"): frozenset()}, tmp_path)
    monkeypatch.setattr(workers, "versions", lambda: replace(task.versions, **{name: "another"}))
    with pytest.raises(IncompleteError, match=f"{name.removesuffix('_sha256')} another and") as raised:
        workers._made(task)
    assert raised.value.exit_code == 3
    assert not list(tmp_path.glob("fragment-*"))


@pytest.fixture
def task(case: Path, tmp_path: Path) -> Task:
    return task_of(read_case(case), {("a.csv", "attempts"): frozenset()}, tmp_path / "exchange")


def test_a_process_of_its_own_says_where_its_fragment_is(task: Task) -> None:
    outcome = outcome_of(run_apart(pickle.dumps(task)))
    assert outcome.folder
    assert (outcome.folder / MANIFEST).is_file()
    assert outcome.folder.parent == task.exchange
    unread = outcome_of(run_apart(pickle.dumps(replace(task, environment={EVIDENCE: str(task.exchange)}))))
    assert isinstance(unread.error, UsageError)
    assert "matches no file" in unread.error.message
    closed = outcome_of(run_apart(pickle.dumps(replace(task, exchange=Path("/proc/none")))))
    assert isinstance(closed.error, ResourceError), "where it cannot write, no file is to blame"


def test_a_process_that_is_killed_is_said_to_be(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.ingest.workers.sys.executable", shutil.which("false"))
    assert outcome_of(run_apart(b"")) == Outcome(ended="exit code 1")


@pytest.mark.parametrize("said", ["", "no json", "[]", "1", '{"kind": "Popen"}', '{"other": 1}'])
def test_what_a_worker_says_is_not_believed_blindly(said: str) -> None:
    assert outcome_of(said).ended


def test_an_error_of_no_known_kind_is_an_internal_one() -> None:
    outcome = outcome_of('{"kind": "Popen", "message": "x", "where": null, "hint": ""}')
    assert outcome.error
    assert outcome.error.exit_code == 70


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--load-on", "spark"], "--load-on spark needs the address"),
        (["--master", "local[2]"], "--master and --exchange are for a cluster"),
        (["--load-on", "spark", "--master", "local[2]", "--workers", "2"], "--workers is for this machine"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: list[str], message: str, case: Path) -> None:
    ended = call("run", case, *options)
    assert (ended.returncode, message in ended.stderr) == (2, True)


def test_without_spark_the_command_that_installs_it_is_named(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(UsageError, match="not installed") as raised, spark_at("local[2]", tmp_path):
        pass
    assert raised.value.hint == "pip install 'emergency-call-auditor[spark]'"


def test_a_store_of_another_state_is_not_added_to(case: Path, tmp_path: Path) -> None:
    load(case, Fake(), tmp_path / "exchange")
    with closing(open_locked(tmp_path / "cluster.duckdb", threads=1)) as store:
        store.execute("UPDATE attempt_record SET network = 'beta'")
    with pytest.raises(IncompleteError, match="has changed since it was loaded"):
        load(case, Fake(), tmp_path / "exchange")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """The cluster at any address."""
    cluster = Fake()

    @contextmanager
    def at(master: str, scratch: Path) -> Iterator[Fake]:
        yield cluster

    monkeypatch.setattr("auditor.pipeline.spark_at", at)
    return cluster


def seen(folder: Path, options: Options) -> bytes:
    with audit(folder, options) as found:
        return as_json(masked(found))


@pytest.mark.parametrize(
    "options",
    [Options(), Options(keep_all=True), Options(as_of=datetime(2024, 4, 1, tzinfo=UTC))],
    ids=["plain", "all records kept", "as of a day"],
)
def test_an_audit_by_way_of_a_cluster_is_the_same_to_the_byte(
    options: Options, fake: Fake, tmp_path: Path
) -> None:
    received = {"a": "2024-03-20", "b": "2024-03-20", "c": "2024-05-01", "d": "2024-03-20"}
    sources = [{"path": f"{name}.csv", "received_at": f"{day}T00:00:00Z"} for name, day in received.items()]
    one, other = (write_case(tmp_path / name, FILES, sources) for name in ("one", "other"))
    shared = tmp_path / "shared"
    shared.mkdir()
    wanted = seen(one, options)
    assert seen(other, replace(options, master="somewhere", exchange=shared)) == wanted
    read = sorted(sum(fake.packs, ()))
    assert read == sorted(f"{name}.csv" for name in received if options.as_of is None or name != "c")
    assert list(shared.iterdir()) == [], "nothing with numbers is left behind"
    seen(other, replace(options, master="somewhere"))
    assert sorted(sum(fake.packs, ())) == read or options.as_of, "nothing is read again"
