"""What is loaded follows from the folder alone: which files were there before, and in which order they came,
shows nowhere."""

from __future__ import annotations

import gzip
import io
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from auditor.bundle.reports import OF_A_RUN, make_again
from auditor.case import read_case
from auditor.ingest import cutting, load_sources, load_with_workers, verified_digests
from auditor.ingest.fragment import TABLES
from auditor.pipeline import Options, audit, knowledge
from auditor.record.results import gone_in
from auditor.state import make_state
from auditor.store import Row, open_locked
from tests.ingest.loading import attempts, write_case

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
    case, seal = read_case(folder), make_state(folder).seal
    with closing(open_locked(case.database, threads=2)) as store:
        if workers == 1:
            heard = None if read is None else (lambda name, *_: read.append(name))
            load_sources(store, case, keep_all=keep_all, progress=heard, seal=seal)
        else:
            exchange = folder.parent / f"{folder.name} exchange"
            exchange.mkdir()
            load_with_workers(store, case, workers, exchange, keep_all=keep_all, seal=seal)
            shutil.rmtree(exchange)
        verified_digests(store, seal)
        return {name: store.query(f"SELECT * FROM {name} ORDER BY ALL") for name in LOADED}


def fresh(folder: Path) -> Held:
    """What is held of the same folder by a database that knows nothing of it."""
    copy = folder.with_name(f"{folder.name} fresh")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".auditor"))
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
    **{
        name: HISTORIES[name]
        for name in (
            "an earlier copy of two comes",
            "the first of three goes",
            "two files change places",
            "a packed copy comes",
            "a copy of a member comes",
            "an archive's other member had a copy",
            "an earlier copy of another network",
        )
    },
}
"""At the last step of each, two files are new: of fewer there is nothing to share between workers."""


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


def test_an_earlier_copy_that_is_read_in_ranges_is_loaded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_case(tmp_path / "case", SOURCES)
    large = attempts(900, 3).encode()
    take(folder, {"b": large, "c": Y})
    loaded(folder)
    monkeypatch.setattr(cutting, "SPAN_BYTES", 20_000)
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 4_000)
    take(folder, {"a": large, "d": Z})
    assert loaded(folder, workers=2) == fresh(folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_of_each_content_records_are_kept_once(workers: int, tmp_path: Path) -> None:
    folder = make_case(tmp_path / "case", SOURCES)
    take(folder, {"b": X, "c": Z})
    loaded(folder, keep_all=True)
    take(folder, {"a": X, "c": None, "d": Y})
    loaded(folder, workers, keep_all=True)
    kept = sorted(path.name[:-9] for path in (folder / ".auditor" / "kept" / "attempts").iterdir())
    assert kept == ["logs_a", "logs_d"]


def told(folder: Path, gone: tuple[str, ...] = ()) -> tuple[Mapping[str, bytes], str, tuple[str, ...]]:
    """The reports that every run writes, its id, and the files that it says are gone."""
    with audit(folder, Options(gone=gone)) as result, TemporaryDirectory() as place:
        return make_again(result, OF_A_RUN, Path(place)), result.run, gone_in(result.gates)


def told_fresh(folder: Path, gone: tuple[str, ...]) -> tuple[Mapping[str, bytes], str, tuple[str, ...]]:
    """The same of a copy of the folder that was never audited. Which files are gone no folder can show."""
    copy = folder.with_name(f"{folder.name} anew")
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".auditor"))
    return told(copy, gone)


def outage_case(folder: Path, sources: Sources) -> Path:
    make_case(folder, sources)
    with (folder / "case.toml").open("a") as file:
        file.write(
            '[[outage]]\nid = "o"\nnetworks = ["alpha"]\nstart = 2024-03-12T16:50:00Z\nend ='
            " 2024-03-12T17:20:00Z\nsignificant = true\n"
        )
    return folder


@pytest.mark.parametrize(
    "history",
    [
        "an earlier copy of another network",
        "the original of a member goes",
        "it changes and becomes what it was",
    ],
)
def test_reports_and_run_are_those_of_the_folder(history: str, tmp_path: Path) -> None:
    sources, steps = HISTORIES[history]
    folder = outage_case(tmp_path / "case", sources)
    for step in steps:
        take(folder, step)
        said = told(folder)
    assert said == told_fresh(folder, said[2])


def test_a_copy_that_was_received_later_changes_no_past_count(tmp_path: Path) -> None:
    folder = outage_case(
        tmp_path / "case",
        [
            {"path": "b*", "network": "alpha", "received_at": "2024-03-20T00:00:00Z"},
            {"path": "a*", "network": "bravo", "received_at": "2024-05-01T00:00:00Z"},
        ],
    )
    text = (folder / "case.toml").read_text()
    (folder / "case.toml").write_text(re.sub('received_at = "(.*)"', r"received_at = \1", text))
    take(folder, {"a0": Z, "b0": Y, "b1": NO_NETWORK})
    loaded(folder)
    take(folder, {"a1": NO_NETWORK})
    april = datetime(2024, 4, 1, tzinfo=UTC)
    with audit(folder, Options(as_of=april)) as past:
        assert {file.path: file.status for file in past.files} == {"logs/b0": "loaded", "logs/b1": "loaded"}
    said = told(folder)
    assert said == told_fresh(folder, said[2])
    assert knowledge(folder) == knowledge(folder.with_name("case anew"))


ORDERS: Sequence[Sources] = [NETWORKS, NETWORKS[::-1], [{"path": "a*"}, {"path": "b*"}], SOURCES]
CONTENTS = (None, X, Y, NO_NETWORK)
NAMES = ("a1", "a2.gz", "b1.zip", "b2", "b3")


def as_named(name: str, content: bytes | None) -> bytes | None:
    """The content of a file as its name says that it is packed."""
    if content is None:
        return None
    if name.endswith(".zip"):
        return packed(m=X, n=content)
    return gzip.compress(content, mtime=0) if name.endswith(".gz") else content


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(ORDERS),
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(CONTENTS), min_size=1, max_size=3),
    ),
    min_size=2,
    max_size=4,
)
"""How the sources are written, and which files come, change, are copied, renamed or go, before each load."""


# An example takes seconds, so that there are few, and none is made smaller: what is found stands above.
@settings(max_examples=3, phases=[Phase.explicit, Phase.generate])
@given(CHANGES)
def test_whatever_happened_to_a_folder_the_case_is_what_it_is_now(
    changes: Sequence[tuple[Sources, Step]],
) -> None:
    with TemporaryDirectory() as place:
        folder = outage_case(Path(place) / "case", SOURCES)
        take(folder, {"a0": Z, "b0": X})
        loaded(folder)
        for sources, step in changes:
            outage_case(folder, sources)
            there = {path.name for path in (folder / "logs").iterdir()}
            take(
                folder,
                {
                    name: as_named(name, content)
                    for name, content in step.items()
                    if content is not None or name in there
                },
            )
            held = loaded(folder)
        assert held == fresh(folder)
        said = told(folder)
        assert said == told_fresh(folder, said[2])
