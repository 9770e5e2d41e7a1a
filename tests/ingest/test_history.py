"""What is loaded follows from the folder alone: which files were there before, and in which order they came,
shows nowhere."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.ingest import load_sources, load_with_workers, verified_digests
from auditor.ingest.fragment import TABLES
from auditor.store import Row, open_locked
from tests.ingest.loading import attempts, load, write_case

LOADED = (*TABLES, "sequence_gap")
"""All that a load makes. What is left out may differ by its nature: `known_file` is what earlier runs had."""
Held = Mapping[str, list[Row]]
Step = Mapping[str, bytes | None]
"""Files that are written, and (None) those that go."""
Sources = Sequence[Mapping[str, object]]
SOURCES: Sources = [{"path": "*"}]
X, Y, Z = (attempts(count, 2).encode() for count in (9, 14, 21))
NETWORKS: Sources = [{"path": "a*", "network": "alpha"}, {"path": "b*", "network": "bravo"}]
NO_NETWORK = b"call_id,started_at,dialled,calling_number\n" + b"".join(
    b"c%d,2024-03-12T17:00:%02dZ,000,+61400000%03d\n" % (n, n, n) for n in range(5)
)
LINES = b"".join(b'{"started_at": "2024-03-12T17:00:%02dZ", "dialled": "000"}\n' % n for n in range(6))
KEYS: Sources = [{"path": "*.jsonl", "columns": {"calling_number": "A_NUM"}}]


def packed(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(f"{name}.csv"), content)
    return made.getvalue()


def evidence_of(folder: Path) -> Path:
    return folder / "logs"


def take(folder: Path, step: Step) -> None:
    """Change the logs of a case."""
    for name, content in step.items():
        path = folder / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)


def make_case(folder: Path, sources: Sources) -> Path:
    named = [{**source, "path": f"logs/{source['path']}"} for source in sources]
    return write_case(folder, {}, named)


def loaded(folder: Path, workers: int = 1, read: list[str] | None = None, *, keep_all: bool = False) -> Held:
    """What is held of a case after it was loaded; `read` gets the names of the files that were read."""
    with closing(open_locked(folder / "case.duckdb", threads=2)) as store:
        case = read_case(folder)
        if workers == 1:
            heard = None if read is None else (lambda name, *_: read.append(name))
            load_sources(store, case, keep_all=keep_all, progress=heard)
        else:
            exchange = folder.parent / f"{folder.name} exchange"
            exchange.mkdir()
            load_with_workers(store, case, workers, exchange, keep_all=keep_all)
            shutil.rmtree(exchange)
        verified_digests(store)
        return {name: store.query(f"SELECT * FROM {name} ORDER BY ALL") for name in LOADED}


def fresh(folder: Path) -> Held:
    """What is held of the same folder by a database that knows nothing of it."""
    copy = folder.with_name(f"{folder.name} fresh")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("case.duckdb*"))
    load(copy).store.close()
    held = loaded(copy)
    shutil.rmtree(copy)
    return held


HISTORIES: Mapping[str, tuple[Sources, Sequence[Step]]] = {
    "an earlier copy comes": (SOURCES, [{"b": X}, {"a": X}]),
    "an earlier copy comes beside another file": (SOURCES, [{"b": X}, {"a": X, "c": Y}]),
    "an earlier copy comes and goes": (SOURCES, [{"b": X}, {"a": X}, {"a": None}]),
    "the first of two goes": (SOURCES, [{"a": X, "b": X}, {"a": None}]),
    "the second of two goes": (SOURCES, [{"a": X, "b": X}, {"b": None}]),
    "an earlier copy of two comes": (SOURCES, [{"b": X, "c": X}, {"a": X, "d": Y}]),
    "the first of three goes": (SOURCES, [{"a": X, "b": X, "c": X}, {"a": None, "d": Y}]),
    "a file is renamed": (SOURCES, [{"a": X, "b": Y}, {"a": None, "c": X}]),
    "the first of two is renamed": (SOURCES, [{"a": X, "b": X}, {"a": None, "c": X}]),
    "two files change places": (SOURCES, [{"a": X, "b": Y, "c": X}, {"a": Y, "b": X}]),
    "the first of two changes": (SOURCES, [{"a": X, "b": X}, {"a": Y, "c": Z}]),
    "it changes and becomes what it was": (SOURCES, [{"a": X, "b": X}, {"a": Y}, {"a": X, "c": Z}]),
    "a packed copy comes": (SOURCES, [{"b.csv": X}, {"a.csv.gz": gzip.compress(X, mtime=0), "c": Y}]),
    "a plain copy comes": (SOURCES, [{"b.csv.gz": gzip.compress(X, mtime=0)}, {"a.csv": X, "c": Y}]),
    "an archive with a copy comes": (SOURCES, [{"b": X}, {"a.zip": packed(m=Y, n=X)}]),
    "a copy of a member comes": (SOURCES, [{"b.zip": packed(m=Y, n=X)}, {"a": X, "c": Z}]),
    "the original of a member goes": (SOURCES, [{"a": X, "b.zip": packed(m=Y, n=X)}, {"a": None}]),
    "an archive's other member had a copy": (
        SOURCES,
        [{"a": X, "b.zip": packed(m=Y, n=X), "c": Y}, {"a": None, "a2": Y}],
    ),
    "an archive holds one content twice": (
        SOURCES,
        [{"a": X, "b.zip": packed(n=X, m=X)}, {"a": None, "d": Y}],
    ),
    "an earlier copy of another network": (
        NETWORKS,
        [{"a0": Z, "b1": NO_NETWORK}, {"a1": NO_NETWORK, "a2": Y}],
    ),
    "the network's own copy goes": (NETWORKS, [{"a0": Z, "a1": X, "b1": X}, {"a1": None, "b0": Y}]),
    "a copy with a key that no record has": (KEYS, [{"b.jsonl": LINES}, {"a.jsonl": LINES}]),
}


AT_ONCE: Mapping[str, tuple[Sources, Sequence[Step]]] = {
    "copies with a key that no record has": (KEYS, [{"a.jsonl": LINES, "b.jsonl": LINES}]),
    "an archive's member has a copy": (SOURCES, [{"a": Y, "b.zip": packed(m=X, n=X), "c": X}]),
}
BY_WORKERS = {
    **AT_ONCE,
    **{name: HISTORIES[name] for name in HISTORIES if len(HISTORIES[name][1][-1]) > 1},
}
"""Where fewer than two files are new, there is nothing to share between workers."""


@pytest.mark.parametrize("history", HISTORIES)
def test_a_case_is_what_its_folder_is_whatever_came_before(history: str, tmp_path: Path) -> None:
    sources, steps = HISTORIES[history]
    folder = make_case(tmp_path / "case", sources)
    held: Held = {}
    for step in steps:
        take(folder, step)
        held = loaded(folder)
    assert held == fresh(folder)


@pytest.mark.parametrize("history", BY_WORKERS)
def test_and_so_it_is_with_workers(history: str, tmp_path: Path) -> None:
    sources, (*before, last) = BY_WORKERS[history]
    folder = make_case(tmp_path / "case", sources)
    for step in before:
        take(folder, step)
        loaded(folder)
    take(folder, last)
    assert loaded(folder, workers=2) == fresh(folder)


def test_only_files_with_the_content_of_another_are_ever_read_again(tmp_path: Path) -> None:
    sources = [{"path": "[ac]*", "network": "alpha"}, {"path": "[bd]*", "network": "bravo"}]
    folder = make_case(tmp_path / "case", sources)
    take(folder, {"a": X, "b": NO_NETWORK, "c": NO_NETWORK, "d": Y})

    def read() -> list[str]:
        found: list[str] = []
        loaded(folder, read=found)
        return sorted(found)

    assert read() == ["logs/a", "logs/b", "logs/c", "logs/d"]
    assert read() == []
    take(folder, {"b": None, "d2": Y})
    assert read() == ["logs/c", "logs/d2"]
    take(folder, {"a0": Y})
    assert read() == ["logs/a0", "logs/a0", "logs/d", "logs/d2"]
    assert loaded(folder) == fresh(folder)
    assert read() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_the_order_in_which_sources_are_written_says_nothing(workers: int, tmp_path: Path) -> None:
    folder = make_case(tmp_path / "case", NETWORKS)
    take(folder, {"a1": NO_NETWORK, "a2": Y, "b1": NO_NETWORK, "b2": X})
    said = [
        (make_case(folder, sources), loaded(folder, workers))[1]["file"]
        for sources in (NETWORKS, NETWORKS[::-1])
    ]
    assert [[(row[1], row[-2]) for row in sorted(rows, key=lambda row: row[1])] for rows in said] == [
        [("logs/a1", "loaded"), ("logs/a2", "loaded"), ("logs/b1", "duplicate"), ("logs/b2", "loaded")]
    ] * 2
    assert loaded(folder, workers) == fresh(folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_of_each_content_records_are_kept_once(workers: int, tmp_path: Path) -> None:
    folder = make_case(tmp_path / "case", SOURCES)
    take(folder, {"b": X, "c": Z})
    loaded(folder, keep_all=True)
    take(folder, {"a": X, "c": None, "d": Y})
    loaded(folder, workers, keep_all=True)
    kept = sorted(path.name for path in (folder / ".auditor" / "kept" / "attempts").iterdir())
    assert kept == ["logs_a", "logs_d"]
