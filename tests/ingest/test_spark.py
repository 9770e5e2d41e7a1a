"""The same figures by way of Spark: a local one, and one of two executor machines in processes of their own,
one of which is killed.

Left out where Spark or Java is not installed; `make test-spark` installs Spark."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

from auditor.case import read_case
from auditor.errors import IncompleteError
from auditor.ingest import cutting
from auditor.ingest.fragment import MANIFEST
from auditor.model import Audit
from auditor.pipeline import Options, audit
from auditor.report.draw.json import as_json
from auditor.report.privacy.masking import masked
from auditor.store import open_read
from tests.ingest.loading import attempts, write_case
from tests.ingest.test_cluster import Fake
from tests.ingest.test_fragments import differing, hostile_case
from tests.ingest.test_ranges import huge_case

MISSING = [
    name
    for name, is_there in (("pyspark", find_spec("pyspark")), ("java", shutil.which("java")))
    if not is_there
]
pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed, and needed for Spark: {', '.join(MISSING)}"),
]

EXECUTORS = "local-cluster[2,1,1024]"
"""Two executors with one core each, in processes of their own."""
KILLS = "kills its reader.csv"
HARMS = {
    "killed": f"""import os, sys
def look(event, args):
    if event == "open" and str(args[0]).endswith({KILLS!r}):
        os.kill(os.getpid(), 9)
sys.addaudithook(look)
""",
    "another": "import auditor\nauditor.__version__ = '9.9'\n",
}
"""What the Python of the executors does when it starts: it dies of one file, or is another version."""


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Spark writes into its own folder, and into this process's environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
    if found := find_spec("pyspark"):
        shutil.rmtree(Path(str(found.origin)).parent / "work", ignore_errors=True)


def python_that(harm: str, folder: Path) -> Path:
    """A Python with all that this one has, that harms itself."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    real = sysconfig.get_paths()["purelib"]
    (packages / "harm.py").write_text(HARMS[harm])
    (packages / "harm.pth").write_text(f"import site; site.addsitedir({real!r}); import harm\n")
    return folder / "bin" / "python"


def seen(folder: Path, options: Options) -> tuple[bytes, Audit]:
    with audit(folder, options) as found:
        return as_json(masked(found)), found


def differences(one: Path, other: Path) -> dict[str, int]:
    with closing(open_read(read_case(one).database)) as store:
        return differing(store, read_case(other).database)


def kill_an_executor(state: Path, killed: list[int], over: threading.Event) -> None:
    """When the first fragment is whole, end one of the executors that this process started."""
    while not over.wait(0.05):
        if not any(state.glob(f"auditor-*/*/{MANIFEST}")):
            continue
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if any("CoarseGrainedExecutorBackend" in word for word in process.cmdline()):
                    process.send_signal(signal.SIGKILL)
                    killed.append(process.pid)
                    return


def test_one_process_workers_and_two_executors_give_the_same_though_one_is_killed(tmp_path: Path) -> None:
    case = hostile_case(tmp_path / "case")
    for name in ("one", "workers", "spark"):
        shutil.copytree(case, tmp_path / name)
    wanted, _ = seen(tmp_path / "one", Options())
    assert seen(tmp_path / "workers", Options(workers=2))[0] == wanted
    killed: list[int] = []
    over = threading.Event()
    state = read_case(tmp_path / "spark").database.parent
    killer = threading.Thread(target=kill_an_executor, args=(state, killed, over))
    killer.start()
    try:
        assert seen(tmp_path / "spark", Options(master=EXECUTORS))[0] == wanted
    finally:
        over.set()
        killer.join()
    assert killed, "an executor was lost while it read"
    assert differences(tmp_path / "one", tmp_path / "workers") == {}
    assert differences(tmp_path / "one", tmp_path / "spark") == {}
    assert not list(tmp_path.rglob(MANIFEST))


def test_ranges_of_a_large_log_give_the_same_on_spark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "SPAN_BYTES", 20_000)
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 4_000)
    wanted, _ = seen(huge_case(tmp_path / "one"), Options())
    assert seen(huge_case(tmp_path / "spark"), Options(master="local[2]"))[0] == wanted
    assert differences(tmp_path / "one", tmp_path / "spark") == {}


def test_a_file_that_kills_its_reader_is_rolled_back_and_all_else_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: attempts(count) for name, count in (("a.csv", 9), (KILLS, 8), ("b.csv", 5), ("c.csv", 6))}
    case = write_case(tmp_path / "case", files)
    monkeypatch.setenv("PYSPARK_PYTHON", str(python_that("killed", tmp_path / "python")))
    _, found = seen(case, Options(master="local[2]"))
    assert found.status == "incomplete"
    entries = {file.path: (file.status, file.loaded) for file in found.files}
    assert entries == {
        "a.csv": ("loaded", 9), "b.csv": ("loaded", 5), "c.csv": ("loaded", 6), KILLS: ("rolled_back", 0)
    }  # fmt: skip
    (problem,) = (file.problem for file in found.files if file.path == KILLS)
    assert problem == "the process that read it ended: signal 9 (Killed)"


def test_executors_of_another_version_read_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = write_case(tmp_path / "case", {"a.csv": attempts(9), "b.csv": attempts(5)})
    monkeypatch.setenv("PYSPARK_PYTHON", str(python_that("another", tmp_path / "python")))
    with pytest.raises(IncompleteError, match=r"another version .*: tool 9\.9 and 0") as raised:
        seen(case, Options(master="local[1]"))
    assert raised.value.exit_code == 3
    with closing(open_read(read_case(case).database)) as store:
        assert store.value("SELECT count(*) FROM file") == 0


def test_what_a_killed_driver_had_finished_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{i}.csv": attempts(9 + i) for i in range(12)}
    case = write_case(tmp_path / "case", files)
    command = [
        sys.executable,
        "-m",
        "auditor",
        "run",
        str(case),
        "--load-on",
        "spark",
        "--master",
        "local[2]",
    ]
    with (tmp_path / "said").open("wb") as said:
        driver = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            finished = case / ".auditor"
            while not any(finished.glob(f"auditor-*/*/{MANIFEST}")):
                assert driver.poll() is None, (tmp_path / "said").read_text()
                time.sleep(0.02)
        finally:
            driver.kill()
            driver.wait()
    cluster = Fake()
    monkeypatch.setattr("auditor.pipeline.spark_at", lambda master, scratch: nullcontext(cluster))
    found, _ = seen(case, Options(master="local[2]"))
    assert len(sum(cluster.packs, ())) < len(files), "what was finished is not read again"
    assert found == seen(write_case(tmp_path / "one", files), Options())[0]
