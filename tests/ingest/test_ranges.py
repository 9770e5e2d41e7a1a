"""A large log read in ranges, by tasks that know nothing of each other, is the file that one process reads:
every table, wherever it is cut."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from auditor.case import Case, read_case
from auditor.ingest import cutting
from auditor.ingest.cutting import cut_of
from auditor.ingest.fragment import make_fragment
from auditor.ingest.load import load_sources, named_files
from auditor.ingest.merge import merge
from auditor.ingest.span import Cut, Item, Key, Pack, Span
from auditor.ingest.text import split
from auditor.model import EvidenceFile
from auditor.store import open_locked
from tests.ingest.loading import ATTEMPTS, CENTRE, attempt, write_case
from tests.ingest.test_fragments import differing

TRIALS = int(os.environ.get("AUDITOR_RANGE_TRIALS", "6"))
"""How often some of the hostile files are cut anew, each at up to eight places."""
OTHER = "dialled,started_at,element,network,sequence,answered_at"


def _other(i: int, dialled: str = "112", *, element: str = "sbc", sequence: int | None = None) -> str:
    at = f"2024-03-12T{17 + i // 60 % 5}:{i % 60:02}:07Z"
    return (
        f"{dialled},{at},{element}-{i % 3},beta,{i if sequence is None else sequence},{at if i % 2 else ''}"
    )


def _lines(*lines: str, header: str = OTHER) -> str:
    return "\n".join([header, *lines]) + "\n"


def hostile_files(rng: Random) -> dict[str, bytes]:
    """Files in which something goes wrong where a range may begin or end: torn and blank lines, headers
    again, quotes, NUL, lines past the limit, counters with holes, falls and repeats, values of which only all
    show what they are."""
    size = rng.randrange(9, 25)
    every = range(size)
    torn = [attempt(i) if i % 5 else rng.choice(["", "torn,line", " ", "#note", ATTEMPTS]) for i in every]
    quoted = [_other(i, rng.choice(['"112"', '"0""0"', '"1,2"', '"11', '11"2', "112"])) for i in every]
    odd = [_other(i) + rng.choice(["", "", "\0", "\xff", "\r", ",", '"']) for i in every]
    falls = [rng.choice([i, i % 7, i + 3 * (i > 9)]) for i in every]
    nearly = [_other(i, rng.choice(["0", "00", "0000", "61000", "3"])) for i in every]
    zeros = [_other(i, rng.choice(["0", "0", "0398765432"])) for i in every]
    whole = [_other(i) for i in every]
    times = ["2024-03-12T17:00:01Z", "later", ""]
    centre = [f"k{i},{rng.choice(times)},+61400000{i:03},answered" for i in every]
    rounded = [f"{rng.choice(['1.7E+12', 'x'])},alpha,m,{i},2024-03-12T17:00:{i:02}Z,,,,000,," for i in every]
    keys = ["dialled", "started_at", "x", "network", "sequence"]
    objects = [json.dumps(dict(zip(keys, line.split(","), strict=False))) for line in whole]
    objects[size // 2] = rng.choice(["no json", "[1]", "{", '{"dialled": "112", "dialled": "000"}', ""])
    objects[-2] = '{"started_at": "2024-03-12T19:00:00Z", "dialled": "000", "cell_id": "z", "imsi": 5.0E+14}'
    return {
        "a torn.csv": _lines(*torn, header=ATTEMPTS).encode(),
        "a open.csv": _lines(*torn, header=ATTEMPTS).encode()[: -rng.randrange(1, 30)],
        "a quoted.csv": _lines(*quoted).encode(),
        "a damaged.csv": _lines(*odd).encode("latin-1"),
        "a crlf.csv": _lines(*quoted).replace("\n", "\r\n").encode(),
        "a mixed.csv": "".join(line + rng.choice(["\n", "\r\n"]) for line in (OTHER, *quoted)).encode(),
        "a long.csv": _lines(*(line + "y" * (700 * (i % 4 == 1)) for i, line in enumerate(whole))).encode(),
        "a mark.csv": b"\xef\xbb\xbf" + _lines(*whole).encode(),
        "a late.csv": _lines(*(_other(i, sequence=n) for i, n in enumerate(shuffled(every, rng)))).encode(),
        "a falls.csv": _lines(*(_other(i, sequence=n) for i, n in enumerate(falls))).encode(),
        "a sparse.csv": _lines(*(_other(i, sequence=rng.randrange(900)) for i in every)).encode(),
        "a near.csv": _lines(*nearly).encode(),
        "a zeros.csv": _lines(*zeros).encode(),
        "a answered.csv": _lines(*(_other(2 * i + 1) for i in every)).encode(),
        "a again.csv": _lines(*whole).encode(),
        "a again too.csv": _lines(*whole).encode(),
        "a header.csv": OTHER.encode() + b"\n" * rng.randrange(9),
        "c objects.jsonl": "\n".join(objects).encode() + rng.choice([b"", b"\n", b"\n\n"]),
        "d latin.csv": _lines(*(_other(i, element="caf\xe9") for i in every)).encode("latin-1"),
        "d rounded.csv": _lines(*rounded, header=ATTEMPTS).encode(),
        "k centre.csv": _lines(*centre, header=CENTRE).encode(),
    }


def shuffled(numbers: Sequence[int], rng: Random) -> list[int]:
    return rng.sample(numbers, len(numbers))


def some(files: Mapping[str, bytes], rng: Random) -> dict[str, bytes]:
    """Four of the files, and at times two that are alike."""
    names = set(rng.sample(sorted(files), 4))
    names |= {"a again.csv", "a again too.csv"} if rng.random() < 0.3 else {"a torn.csv"}
    return {name: content for name, content in files.items() if name in names}


SOURCES: list[Mapping[str, object]] = [
    {"path": "a*.csv"},
    {"path": "c*.jsonl", "columns": {"cell_id": "cell_id", "route": "trunk"}},
    {"path": "d*.csv", "encoding": "latin-1", "network": "gamma", "timezone": "Australia/Sydney"},
    {"path": "k*.csv", "role": "centre", "centre": "ecp"},
]


def hostile_case(folder: Path, rng: Random) -> Case:
    """A case of some of the files."""
    files = some(hostile_files(rng), rng)
    kinds = {name[0] for name in files}
    return read_case(write_case(folder, files, [s for s in SOURCES if str(s["path"])[0] in kinds]))


def cuts_of(case: Case, rng: Random, block: int) -> dict[Key, Cut]:
    """Each file cut at random ends of blocks, where it can be."""
    found = {}
    for key, (identity, path) in named_files(case).items():
        ends = range(block, path.stat().st_size, block)
        at = sorted(rng.sample(ends, min(len(ends), rng.randrange(1, 9)))) if ends else ()
        if cut := cut_of(key, path, identity.source, follow_links=False, at=at or (block,)):
            found[key] = cut
    return found


def in_ranges(case: Case, rng: Random, block: int) -> tuple[Pack, list[Sequence[Item]]]:
    """The case's files in ranges, dealt to packs at random."""
    cuts = cuts_of(case, rng, block)
    items: list[Item] = []
    for key in named_files(case):
        items += (cuts[key], *cuts[key].spans) if key in cuts else (key,)
    rng.shuffle(items)
    count = rng.randrange(1, 5)
    return dict.fromkeys(items, frozenset()), [pack for n in range(count) if (pack := items[n::count])]


def merged(
    case: Case, ways: Sequence[Sequence[Item]], place: Path, database: Path
) -> tuple[EvidenceFile, ...]:
    """The case in a database, of one fragment a pack."""
    made = [place / str(number) for number in range(len(ways))]
    for pack, folder in zip(ways, made, strict=True):
        make_fragment(case, dict.fromkeys(pack, frozenset()), folder, threads=1)
    with closing(open_locked(database, threads=1)) as store:
        return merge(store, case, made)


def one_process(case: Case, database: Path) -> tuple[EvidenceFile, ...]:
    with closing(open_locked(database, threads=1)) as store:
        return load_sources(store, case, threads=1)


def differences(one: Path, other: Path) -> dict[str, int]:
    with closing(open_locked(one, threads=1)) as store:
        return differing(store, other)


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the size of the blocks in which files are read, by one process and by tasks."""

    def of_size(size: int) -> None:
        for module in ("loader", "cutting", "span"):
            monkeypatch.setattr(f"auditor.ingest.{module}.BLOCK_BYTES", size)

    return of_size


@pytest.mark.holds("fault.73", "property.7", "property.10")
@pytest.mark.parametrize("seed", range(TRIALS))
def test_every_table_is_what_one_process_makes_wherever_files_are_cut(
    seed: int, tmp_path: Path, blocks: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = Random(seed)
    block = rng.choice([5, 64, 100, 100, 333, 333, 1024])
    blocks(block)
    for module in (split, cutting):
        monkeypatch.setattr(module, "MAX_LINE_BYTES", 512)
    case = hostile_case(tmp_path / "case", rng)
    items, ways = in_ranges(case, rng, block)
    assert any(isinstance(item, Span) and item.first for item in items) or block > 1000
    found = merged(case, ways, tmp_path / "f", tmp_path / "ranges.duckdb")
    assert found == one_process(case, tmp_path / "one.duckdb")
    assert differences(tmp_path / "ranges.duckdb", tmp_path / "one.duckdb") == {}
