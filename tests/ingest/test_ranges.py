"""A large log read in ranges, by tasks that know nothing of each other, is the file that one process reads:
every table, wherever it is cut."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from auditor.case import Case, read_case
from auditor.ingest import changed_files, cutting
from auditor.ingest.cutting import cut_of, with_ranges
from auditor.ingest.fragment import make_fragment, packs
from auditor.ingest.load import load_sources, named_files
from auditor.ingest.merge import merge
from auditor.ingest.span import Cut, Item, Key, Pack, Span
from auditor.ingest.text import split
from auditor.model import EvidenceFile
from auditor.pipeline import Options, audit
from auditor.report.draw.json import as_json
from auditor.report.privacy.masking import masked
from auditor.store import open_locked, open_read
from tests.ingest.loading import ATTEMPTS, CENTRE, attempt, attempts, write_case
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
    for i in every:
        loud = {rng.choice([key, key, key.upper()]): value for key, value in json.loads(objects[i]).items()}
        more: list[dict[str, object]] = [
            {},
            {"dialled": ["000"]},
            {"dialled": ["0", "1"]},
            {"legs": [{}, {}]},
        ]
        objects[i] = json.dumps({**loud, **rng.choice(more)})
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
        "a lead.csv": ("\n\nsep=,\n" + _lines(*whole)).encode(),
        "a again too.csv": _lines(*whole).encode(),
        "a header.csv": OTHER.encode() + b"\n" * rng.randrange(9),
        "c objects.jsonl": "\n".join(objects).encode() + rng.choice([b"", b"\n", b"\n\n"]),
        "d latin.csv": _lines(*(_other(i, element="caf\xe9") for i in every)).encode("latin-1"),
        "d rounded.csv": _lines(*rounded, header=ATTEMPTS).encode(),
        "k centre.csv": _lines(*centre, header=CENTRE).encode(),
        "n narrow.csv": _lines(*whole).encode(),
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
    {"path": "n*.csv", "emergency_only_when": {"column": "element", "values": ["sbc-1"]}},
]


def hostile_case(folder: Path, rng: Random) -> Case:
    """A case of some of the files."""
    files = some(hostile_files(rng), rng)
    kinds = {name[0] for name in files}
    return read_case(write_case(folder, files, [s for s in SOURCES if str(s["path"])[0] in kinds]))


def cuts_of(case: Case, rng: Random, block: int) -> dict[Key, Cut]:
    """Most files cut at random ends of blocks, where they can be."""
    found = {}
    for key, (identity, path) in named_files(case).items():
        if rng.random() < 0.1:
            continue
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


def test_what_only_all_ranges_show_is_said_of_the_file(tmp_path: Path, blocks: Callable[[int], None]) -> None:
    blocks(2_000)
    common = [
        f'{{"dialled": "{"000" if i % 9 else "00"}", "started_at": "{_other(i)[4:24]}"}}' for i in range(90)
    ]
    common[70] = common[70].replace("}", ', "cell": "z", "dialled_other": "112"}')
    narrow = [_other(i) for i in range(60)]
    near = [_other(i, "61000" if i == 2 else "00" if i < 50 else "0000") for i in range(60)]
    files = {
        "c.jsonl": "\n".join(common) + "\n",
        "n.csv": _lines(*narrow),
        "a.csv": _lines(*near),
        "l.csv": "\n\nsep=,\n" + _lines(*narrow),
    }
    columns = {"cell_id": "cell", "route": "trunk"}
    rule = {"column": "element", "values": ["sbc-1"]}
    sources: list[Mapping[str, object]] = [
        {"path": "c.jsonl", "columns": columns},
        {"path": "n.csv", "emergency_only_when": rule},
        {"path": "a.csv"},
        {"path": "l.csv"},
    ]
    case = read_case(write_case(tmp_path / "case", files, sources))
    items: list[Item] = []
    for key, (identity, path) in named_files(case).items():
        cut = cut_of(
            key, path, identity.source, follow_links=False, at=range(2_000, path.stat().st_size, 2_000)
        )
        assert cut is not None
        items += (cut, *cut.spans)
    found = merged(case, [items], tmp_path / "f", tmp_path / "ranges.duckdb")
    assert found == one_process(case, tmp_path / "one.duckdb")
    assert differences(tmp_path / "ranges.duckdb", tmp_path / "one.duckdb") == {}
    said = {file.path: file for file in found}
    assert said["c.jsonl"].problem == "no record has the key 'trunk', from which the case takes route"
    assert said["n.csv"].narrowed == 40
    with closing(open_read(tmp_path / "ranges.duckdb")) as store:
        assert store.query("SELECT columns_present FROM file WHERE path = 'c.jsonl'") == [
            ("started_at,dialled,dialled_other,cell_id",)
        ]
        counts = store.query(
            "SELECT path, subject, found, among FROM observation JOIN file USING (file_no)"
            " WHERE kind = 'near_miss' ORDER BY ALL"
        )
    assert counts == [("a.csv", "0000", 10, 0), ("a.csv", "61000", 1, 0)], (
        "the last lines show that zeros are kept in front of 00"
    )


def test_no_range_begins_before_the_first_record(tmp_path: Path) -> None:
    text = "\n\nsep=,\n" + _lines(*(_other(i) for i in range(9)))
    case = read_case(write_case(tmp_path, {"a.csv": text}))
    ((key, (identity, path)),) = named_files(case).items()
    lead = text.index(_other(0))
    assert cut_of(key, path, identity.source, follow_links=False, at=range(1, lead)) is None
    cut = cut_of(key, path, identity.source, follow_links=False, at=range(1, len(text)))
    assert cut is not None
    assert cut.borders[:2] == (0, lead)


def at_any_line(case: Case, rng: Random) -> list[Item]:
    """Each file cut before any of its lines from its header on, and the last without an end."""
    items: list[Item] = []
    for (name, role), (_, path) in named_files(case).items():
        data = path.read_bytes()
        lead = data.index(OTHER.encode()) if name == "a lead.csv" else 0
        starts = [at + 1 for at, byte in enumerate(data) if byte == 10 and lead < at + 1 < len(data)]
        starts = starts if data.endswith(b"\n") else starts[:-1]
        cut = Cut(name, role, (0, *sorted(rng.sample(starts, len(starts) // 3)), len(data)))
        items += (cut, *cut.spans)
    return items


@pytest.mark.parametrize("seed", range(TRIALS, TRIALS + max(2, TRIALS // 3)))
def test_only_what_counts_records_by_a_column_asks_where_the_ranges_end(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    case = hostile_case(tmp_path / "case", rng)
    items = at_any_line(case, rng)
    assert merged(case, [items[::2], items[1::2]], tmp_path / "f", tmp_path / "ranges.duckdb") == one_process(
        case, tmp_path / "one.duckdb"
    )
    found = differences(tmp_path / "ranges.duckdb", tmp_path / "one.duckdb")
    assert found.keys() <= {"sequence_run", "sequence_gap"}


GROWN = 700


def huge_case(folder: Path) -> Path:
    """A log that is large beside the others, a copy of it, and a small one."""
    huge = attempts(GROWN, every=9) + "torn,line\n" + attempt(GROWN, "000", started_at="soon") + "\n"
    files = {"a.csv": huge.encode(), "b.csv": attempts(9).encode(), "c.csv": huge.encode()}
    return write_case(folder, files, [{"path": "*.csv"}])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of some kilobytes are cut."""
    monkeypatch.setattr(cutting, "SPAN_BYTES", 20_000)
    monkeypatch.setattr(cutting, "BLOCK_BYTES", 4_000)


def report(folder: Path, options: Options) -> bytes:
    with audit(folder, options) as found:
        return as_json(masked(found))


def test_processes_that_read_ranges_give_the_same_report(small: None, tmp_path: Path) -> None:
    one, other = huge_case(tmp_path / "one"), huge_case(tmp_path / "other")
    wanted = report(one, Options())
    read: list[tuple[str, int, int]] = []
    options = Options(workers=2, progress=lambda *said: read.append(said))
    assert report(other, options) == wanted
    with closing(open_read(read_case(other).database)) as store:
        assert differing(store, read_case(one).database) == {}
        assert store.query("SELECT path, status, loaded, rejected FROM file ORDER BY path") == [
            ("a.csv", "loaded", 78, 2), ("b.csv", "loaded", 9, 0), ("c.csv", "duplicate", 0, 0)
        ]  # fmt: skip
    with (one / "a.csv").open("a") as grown, (other / "a.csv").open("a") as too:
        grown.write(attempt(GROWN + 1) + "\n")
        too.write(attempt(GROWN + 1) + "\n")
    assert report(other, Options(workers=2)) == report(one, Options())
    with closing(open_read(read_case(other).database)) as store:
        assert differing(store, read_case(one).database) == {}
        assert store.query("SELECT problem FROM file WHERE path = 'a.csv'") == [(None,)]
        assert list(changed_files(store)) == ["a.csv"]


def test_packs_hold_the_ranges_of_a_large_file_and_are_about_of_one_size(small: None, tmp_path: Path) -> None:
    case = read_case(huge_case(tmp_path))
    items = with_ranges(case, dict.fromkeys(named_files(case), frozenset()), packs=3)
    spans = [item for item in items if isinstance(item, Span)]
    size = (tmp_path / "a.csv").stat().st_size
    assert sum(span.size for span in spans) == 2 * size
    assert all(0 < span.size < 25_000 for span in spans)
    made = packs(case, 3, items)
    assert sorted(map(repr, items)) == sorted(repr(item) for pack in made for item in pack)
    sizes = [sum(item.size for item in pack if isinstance(item, Span)) for pack in made]
    assert max(sizes) < 1.5 * min(sizes)


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("a.csv.gz", gzip.compress(attempts(GROWN).encode()), {}),
        ("a.csv", attempts(GROWN).encode(), {"multiline": True}),
        ("a.csv", attempts(GROWN).replace("\n", "\r").encode(), {}),
        ("a.csv", attempts(GROWN).encode("utf-16"), {}),
        ("a.csv", attempts(GROWN).encode(), {"skip_lines": "^#"}),
        ("a.csv", b" " * 70_000 + attempts(GROWN).encode(), {}),
        ("a.csv", attempts(200).encode(), {}),
        ("a.json", b"[" + b'{"started_at": "2024-03-12T18:00:00Z", "dialled": "112"},' * 900 + b"{}]", {}),
    ],
    ids=["packed", "multiline", "ends in CR", "UTF-16", "written anew", "blank head", "small", "an array"],
)
def test_what_cannot_be_cut_is_read_whole(
    name: str, content: bytes, keys: dict[str, object], small: None, tmp_path: Path
) -> None:
    case = read_case(write_case(tmp_path, {name: content}, [{"path": name, **keys}]))
    waits = dict.fromkeys(named_files(case), frozenset[str]())
    assert dict(with_ranges(case, waits)) == waits


def test_no_file_is_cut_where_all_records_are_kept_or_where_it_is_small_beside_a_pack(
    small: None, tmp_path: Path
) -> None:
    files = {f"{n}.csv": attempts(GROWN) for n in range(5)}
    case = read_case(write_case(tmp_path, files))
    waits = dict.fromkeys(named_files(case), frozenset[str]())
    assert dict(with_ranges(case, waits, keep_all=True)) == waits
    assert dict(with_ranges(case, waits, packs=2)) == waits
    assert any(isinstance(item, Span) for item in with_ranges(case, waits, packs=4))


def test_no_range_ends_in_a_line_past_the_limit_or_before_a_last_line_without_an_end(
    tmp_path: Path, blocks: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "MAX_LINE_BYTES", 100)
    blocks(10)
    text = OTHER + "\n" + _other(1) + "\n" + "x" * 300 + "\n" + _other(2) + "\n" + "y" * 60
    case = read_case(write_case(tmp_path, {"a.csv": text}))
    ((key, (identity, path)),) = named_files(case).items()
    cut = cut_of(key, path, identity.source, follow_links=False, at=range(10, len(text), 10))
    assert cut is not None
    lines = [text[first:past] for first, past in pairwise(cut.borders)]
    assert "".join(lines) == text
    assert lines == [OTHER + "\n", _other(1) + "\n", "x" * 300 + "\n", _other(2) + "\n" + "y" * 60]
