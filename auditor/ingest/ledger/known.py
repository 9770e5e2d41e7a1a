"""What earlier runs of a case had loaded, as the gate `gone` asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.case import Case, Source, would_name
from auditor.store import Store


def remember(store: Store, case: Case) -> None:
    """Keep which files are loaded now, as they are, beside those of earlier runs.

    Of a past state of knowledge the files are left out that came in later: nobody misses them yet (contract
    3.12). One with the content of such a file is that file under its former name.
    """
    was_loaded = "SELECT 1 FROM file AS f WHERE f.path = known_file.path AND f.status = 'loaded'"
    store.execute(f"DELETE FROM known_file WHERE EXISTS ({was_loaded})", name="files as they were last")
    store.execute(
        "INSERT INTO known_file SELECT path, role, content_sha256, loaded FROM file WHERE status = 'loaded'"
        " ORDER BY path, role",
        name="files as they were last",
    )
    if not case.later:
        return
    paths = store.query("SELECT DISTINCT path FROM known_file ORDER BY path", name="files that were known")
    store.execute(
        """DELETE FROM known_file WHERE list_contains($paths::VARCHAR[], path) OR content_sha256 IN (
            SELECT content_sha256 FROM known_file WHERE list_contains($paths::VARCHAR[], path))""",
        {"paths": [path for (path,) in paths if is_later(case, path)]},
        name="files that came in later",
    )


def changed_files(store: Store) -> dict[str, str]:
    """Each file of which an earlier run had loaded other content: path -> hash of that content, unpacked."""
    rows = store.query(
        """SELECT f.path, min(k.content_sha256) FROM file AS f JOIN known_file AS k USING (path, role)
        WHERE f.status <> 'rolled_back' AND k.content_sha256 <> f.content_sha256
        GROUP BY f.path ORDER BY f.path""",
        name="files that have changed",
    )
    return dict(rows)


def is_later(case: Case, path: str) -> bool:
    """Whether a file of this name in the ledger is one that a past state of knowledge leaves out."""
    later = max((_named_by(source, path) for source in case.later), default=0)
    return later > max((_named_by(source, path) for source in case.sources), default=0)


def _named_by(source: Source, path: str) -> int:
    """Whether the source names the file: 2 where the part that it reads is in the name, 1 where none need be,
    else 0."""
    part = f" ({source.part})"
    names = tuple(_outer_names(path))
    if source.part and any(
        name.endswith(part) and would_name(source.path, name.removesuffix(part)) for name in names
    ):
        return 2
    return int(any(would_name(source.path, name) for name in names))


def _outer_names(path: str) -> Iterator[str]:
    """The name itself, and those of the archives in which it may lie."""
    parts = path.split("!/")
    return ("!/".join(parts[:count]) for count in range(len(parts), 0, -1))
