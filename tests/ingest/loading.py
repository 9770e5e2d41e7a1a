"""A case folder with given files, loaded; and what every load must keep to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from auditor.case import read_case
from auditor.ingest import load_sources
from auditor.model import EvidenceFile
from auditor.store import Row, Store, open_locked

NUMBERS = ("000", "112", "106")
ATTEMPTS = (
    "call_id,network,element,sequence,started_at,answered_at,released_at,"
    "calling_number,dialled,service_category,is_test"
)
CENTRE = "centre_call_id,presented_at,calling_number,disposition"


def attempt(i: int, dialled: str = "000", *, started_at: str = "", answered_at: str = "") -> str:
    """One line of an attempts file with the header `ATTEMPTS`."""
    started_at = started_at or f"2024-03-12T17:{i // 60 % 60:02}:{i % 60:02}.000+00:00"
    return f"c{i},alpha,msc-1,{i},{started_at},{answered_at},,+614000{i:05},{dialled},,"


def attempts(count: int, every: int = 1, header: str = ATTEMPTS) -> str:
    """An attempts file of `count` records, each `every`th an emergency."""
    return (
        "\n".join([header, *(attempt(i, "000" if i % every == 0 else "0398765432") for i in range(count))])
        + "\n"
    )


@dataclass(frozen=True)
class Loaded:
    """A loaded case, open."""

    folder: Path
    store: Store
    files: tuple[EvidenceFile, ...]

    def rows(self, sql: str) -> list[Row]:
        return self.store.query(sql)

    def file(self, path: str) -> EvidenceFile:
        return next(f for f in self.files if f.path == path)

    @property
    def rejects(self) -> list[tuple[int, str | None, str]]:
        """record_no, column_name, reason."""
        return [
            (r[0], r[1], r[2])
            for r in self.rows("SELECT record_no, column_name, reason FROM reject ORDER BY ALL")
        ]

    @property
    def unreadable(self) -> list[tuple[int, str | None, str | None, str]]:
        return [
            (r[0], r[1], r[2], r[3])
            for r in self.rows("SELECT record_no, column_name, value, reason FROM unreadable ORDER BY ALL")
        ]


def write_case(
    folder: Path,
    files: Mapping[str, str | bytes],
    sources: Iterable[Mapping[str, object]] = (),
    title: str = "t",
) -> Path:
    """Write a case; without `sources` every file is an attempts source of its own."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    lines = ["[case]", f'title = "{title}"', 'regime = "au"']
    for source in sources or [{"path": name} for name in files]:
        lines.append("[[source]]")
        lines += [f"{key} = {_toml(value)}" for key, value in {"role": "attempts", **source}.items()]
    (folder / "case.toml").write_text("\n".join(lines) + "\n")
    return folder


def load(
    folder: Path,
    files: Mapping[str, str | bytes] | None = None,
    sources: Iterable[Mapping[str, object]] = (),
    *,
    numbers: Sequence[str] = NUMBERS,
    threads: int = 2,
    keep_all: bool = False,
) -> Loaded:
    """Load a case and check what holds for every load: buckets add up, nothing touched the inputs."""
    if files is not None:
        write_case(folder, files, sources)
    before = _fingerprints(folder)
    store = open_locked(folder / "case.duckdb", threads=threads)
    try:
        found = load_sources(store, read_case(folder), threads=threads, keep_all=keep_all)
    except BaseException:
        store.close()
        raise
    assert _fingerprints(folder) == before, "an input file was touched"
    loaded = Loaded(folder, store, found)
    assert_conserved(loaded)
    return loaded


def assert_conserved(loaded: Loaded) -> None:
    """Each record in one bucket; each reject with its place; the tables hold what the ledger says."""
    for f in loaded.files:
        assert f.seen == f.non_data + f.rejected + f.not_kept + f.not_emergency + f.loaded, f
    assert loaded.rows("SELECT count(*) FROM reject")[0][0] == sum(f.rejected for f in loaded.files)
    assert not loaded.rows("SELECT * FROM reject WHERE record_no IS NULL OR reason IS NULL")
    for table in (
        "attempt_record",
        "centre_record",
        "welfare_record",
        "cell",
        "subscriber",
        "device",
        "notification",
        "credit",
        "complaint",
    ):
        counted = sorted(loaded.rows(f"SELECT file_no, count(*) FROM {table} GROUP BY file_no"))
        entered = sorted(
            loaded.rows(f"SELECT file_no, loaded FROM file WHERE file_no IN (SELECT file_no FROM {table})")
        )
        assert counted == entered
    assert not loaded.rows("SELECT file_no, record_no FROM attempt_record GROUP BY ALL HAVING count(*) > 1")


def _fingerprints(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(p): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.startswith("case.duckdb") and "kept" not in p.parts
    }


def _toml(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{k}" = {_toml(v)}' for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
