"""However the files of a case are cut into packs, their fragments merge into what one process loads: every
table, and the reports to the byte."""

from __future__ import annotations

import gzip
import io
import multiprocessing
import shutil
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from auditor.case import read_case
from auditor.errors import IncompleteError
from auditor.ingest.fragment import MANIFEST, TABLES, make_fragment, packs, part_of
from auditor.ingest.load import load_sources, named_files
from auditor.ingest.merge import merge
from auditor.ingest.span import Item, key_of
from auditor.pipeline import Options, audit
from auditor.report.draw.json import as_json
from auditor.report.privacy.masking import masked
from auditor.state import make_state
from auditor.store import Store, open_locked, open_read, quoted
from tests.formats.made import BORDER, CALLER, calls, invite, pcap_bytes, reply
from tests.ingest.loading import CENTRE, attempt, attempts, write_case

Pack = Sequence[Item]
LOADED = (*TABLES, "sequence_gap", "known_file")


def hostile_case(folder: Path) -> Path:
    """Files of every kind that matters where a case is cut: packed, cut, torn, twice there, empty, captures
    whose calls cross the border of a file, one that is no log, and names that a careless reader misreads."""
    whole = attempts(60, every=3).encode()
    torn = (
        attempts(20) + "torn,line\n" + attempt(90, "000", started_at="soon") + "\n" + attempt(91)
    ).encode()
    packed = gzip.compress(attempts(40, every=2).encode(), mtime=0)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("README.txt", "These are the logs.\nAs agreed with you.\n")
        archive.writestr("inner.csv", attempts(7))
        archive.writestr("again.csv", torn)
    arrivals = [f"k{i},2024-03-12T17:00:{i:02}.500Z,+614000{i:05},answered" for i in range(9)]
    table = io.BytesIO()
    pl.read_csv(io.BytesIO(attempts(15, every=5).encode()), infer_schema=False).write_parquet(table)
    sent = (
        calls(
            (400, invite("urn:service:sos", call_id="over-1"), CALLER, BORDER),
            (401, invite("urn:service:sos", call_id="over-2"), CALLER, BORDER),
        ),
        calls((402, reply(503, call_id="over-1"), BORDER, CALLER)),
        calls((403, reply(200, call_id="over-2"), BORDER, CALLER)),
    )
    files: dict[str, bytes] = {
        "a 1; 'b'.csv": whole,
        "a 2 [x]*.csv": torn,
        "a 3.csv.gz": packed,
        "a 4.csv.gz": packed[:-40],
        "a 5.csv": torn,
        "a 6.csv": b"",
        "a 7.zip": zipped.getvalue(),
        "a 8.csv": whole,
        "a 9.csv": whole,
        "b.parquet": table.getvalue(),
        "c1.pcap": pcap_bytes(sent[0]),
        "c2.pcap": pcap_bytes(sent[1]),
        "c3.pcap": pcap_bytes(sent[2]),
        "d.jsonl": b'{"started_at": "2024-03-12T18:00:00Z", "dialled": "112", "x": 1}\n' * 2 + b"no json\n",
        "k1.csv": ("\n".join([CENTRE, *arrivals]) + "\n").encode(),
        "k2.csv": ("\n".join([CENTRE, *arrivals]) + "\n").encode(),
    }
    sources = [{"path": path} for path in ("a*", "b.parquet", "c*.pcap", "d.jsonl")]
    return write_case(folder, files, [*sources, {"path": "k*.csv", "role": "centre"}])


def make(case: Path, pack: Pack, folder: Path) -> None:
    """One pack, in whatever process this runs."""
    make_fragment(read_case(case), dict.fromkeys(pack, frozenset()), folder, threads=1)


def one_each(case: Path) -> list[Pack]:
    return [[key] for key in named_files(read_case(case))]


def dealt(case: Path) -> list[Pack]:
    """Every third file in a pack: what has the same content is in different ones."""
    keys = list(named_files(read_case(case)))
    return [keys[place::3] for place in range(3)]


WAYS: dict[str, Callable[[Path], Sequence[Pack]]] = {
    "one file each": one_each,
    "two by size": lambda case: packs(read_case(case), 2),
    "three dealt, last first": lambda case: [list(reversed(pack)) for pack in reversed(dealt(case))],
    "one pack": lambda case: packs(read_case(case), 1),
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_case(tmp_path_factory.mktemp("fragments") / "case")


@pytest.fixture(scope="module")
def loaded(case: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case as one process loads it, and its audit."""
    folder = tmp_path_factory.mktemp("loaded") / "case"
    shutil.copytree(case, folder)
    return folder


@pytest.fixture(scope="module")
def told(loaded: Path) -> bytes:
    return report(loaded)


def report(folder: Path) -> bytes:
    with audit(folder) as found:
        return as_json(masked(found))


def merged(case: Path, folder: Path, ways: Sequence[Pack], fragments: Path) -> Store:
    """The case in `folder`, made of one fragment a pack."""
    shutil.copytree(case, folder)
    made = [fragments / str(number) for number in range(len(ways))]
    for pack, place in zip(ways, made, strict=True):
        if not place.exists():
            make(case, pack, place)
    state = make_state(folder)
    store = open_locked(read_case(folder).database, threads=2)
    merge(store, read_case(folder), made, seal=state.seal)
    return store


def differing(store: Store, other: Path) -> dict[str, int]:
    """How many rows of each loaded table stand in one of two databases and not in the other."""
    store.execute(f"ATTACH '{quoted(str(other))}' AS other (READ_ONLY)")
    return {
        name: rows
        for name in LOADED
        if (
            rows := store.value(
                f"""SELECT count(*) FROM ((FROM {name} EXCEPT ALL FROM other.{name})
                    UNION ALL (FROM other.{name} EXCEPT ALL FROM {name}))"""
            )
        )
    }


@pytest.mark.holds("fault.73", "property.7", "property.10")
@pytest.mark.parametrize("way", WAYS)
def test_every_table_and_every_report_is_what_one_process_makes(
    way: str, case: Path, loaded: Path, told: bytes, tmp_path: Path
) -> None:
    ways = WAYS[way](case)
    if way == "one file each":
        # Each in a process of its own, as a pool or a cluster would.
        places = [tmp_path / "f" / str(number) for number in range(len(ways))]
        with multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=4) as pool:
            pool.starmap(make, zip([case] * len(ways), ways, places, strict=True), chunksize=1)
    store = merged(case, tmp_path / "case", ways, tmp_path / "f")
    try:
        assert store.value("SELECT count(*) FROM attempt_record") > 60
        assert differing(store, read_case(loaded).database) == {}
        assert dict(store.query("SELECT status, count(*) FROM file GROUP BY ALL")) == {
            "loaded": 12,
            "duplicate": 5,
            "rolled_back": 1,
        }
    finally:
        store.close()
    assert report(tmp_path / "case") == told


def test_a_call_over_the_border_of_a_file_stays_with_its_invite(
    case: Path, told: bytes, tmp_path: Path
) -> None:
    store = merged(case, tmp_path / "case", one_each(case), tmp_path / "f")
    held = store.query(
        "SELECT path, call_id FROM attempt_record JOIN file USING (file_no) WHERE call_id LIKE 'over-%'"
        " ORDER BY ALL"
    )
    loose = store.query("SELECT path, call_id FROM loose_answer JOIN file USING (file_no) ORDER BY ALL")
    store.close()
    assert held == [("c1.pcap", "over-1"), ("c1.pcap", "over-2")]
    assert loose == [("c2.pcap", "over-1"), ("c3.pcap", "over-2")]


def test_what_is_merged_is_not_loaded_again(case: Path, tmp_path: Path) -> None:
    store = merged(case, tmp_path / "case", packs(read_case(case), 2), tmp_path / "f")
    before = store.query("SELECT * FROM file WHERE status <> 'rolled_back' ORDER BY file_no")
    read: list[str] = []
    seal = make_state(tmp_path / "case").seal
    whole = read_case(tmp_path / "case")
    load_sources(store, whole, progress=lambda path, done, size: read.append(path), seal=seal)
    assert set(read) <= {"a 4.csv.gz"}, "only what could not be loaded is tried again"
    assert store.query("SELECT * FROM file WHERE status <> 'rolled_back' ORDER BY file_no") == before
    store.close()


def flip(folder: Path) -> None:
    path = part_of(folder, "attempt_record")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda made: made.pop(), "in no fragment"),
        (lambda made: made.append(made[0]), "in more than one"),
        (lambda made: flip(made[0]), "not what was written"),
        (lambda made: (made[0] / MANIFEST).unlink(), "no manifest"),
        (
            lambda made: (made[0] / MANIFEST).write_text(
                (made[0] / MANIFEST).read_text().replace('"tool": "', '"tool": "9')
            ),
            "another version",
        ),
    ],
    ids=["lost", "twice", "a bit flipped", "not finished", "another version"],
)
def test_a_set_of_fragments_that_is_not_the_case_is_refused_and_changes_nothing(
    harm: Callable[[list[Path]], object], message: str, tmp_path: Path
) -> None:
    folder = write_case(tmp_path / "case", {"a.csv": attempts(9), "b.csv": attempts(5)})
    made = [tmp_path / "f" / name for name in "ab"]
    for place, pack in zip(made, one_each(folder), strict=True):
        make(folder, pack, place)
    store = open_locked(folder / "case.duckdb", threads=1)
    merge(store, read_case(folder), made)
    before = store.query("FROM file ORDER BY file_no")
    harm(made)
    with pytest.raises(IncompleteError, match=message):
        merge(store, read_case(folder), made)
    assert store.query("FROM file ORDER BY file_no") == before
    assert store.value("SELECT count(*) FROM attempt_record") == 14
    store.close()


def test_a_fragment_read_by_other_settings_is_refused(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "case", {"a.csv": attempts(9)})
    make(folder, one_each(folder)[0], tmp_path / "f")
    write_case(folder, {"a.csv": attempts(9)}, [{"path": "a.csv", "network": "beta"}])
    store = open_locked(folder / "case.duckdb", threads=1)
    with pytest.raises(IncompleteError, match="other settings"):
        merge(store, read_case(folder), [tmp_path / "f"])
    store.close()


def test_packs_hold_every_file_once_and_are_about_of_one_size(tmp_path: Path) -> None:
    files = {f"{i}.csv": attempts(10 * (i + 1)) for i in range(9)}
    folder = write_case(tmp_path / "case", files)
    made = packs(read_case(folder), 3)
    assert sorted(key_of(key) for pack in made for key in pack) == sorted(named_files(read_case(folder)))
    sizes = [sum(len(files[key_of(key)[0]]) for key in pack) for pack in made]
    assert max(sizes) < 1.3 * min(sizes)
    assert len(packs(read_case(folder), 50)) == 9


@pytest.mark.parametrize("program", [sys.executable, shutil.which("false")], ids=["whole", "killed"])
def test_workers_make_what_one_process_makes_even_where_they_end_early(
    program: str, case: Path, loaded: Path, told: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditor.ingest.workers.sys.executable", program)
    folder = tmp_path / "case"
    shutil.copytree(case, folder)
    with audit(folder, Options(workers=3)) as found:
        assert as_json(masked(found)) == told
    with closing(open_read(read_case(folder).database)) as store:
        assert differing(store, read_case(loaded).database) == {}
    with audit(folder, Options(workers=3)) as again:
        assert as_json(masked(again)) == told
    assert not list(folder.rglob(MANIFEST))
