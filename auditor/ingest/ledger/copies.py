"""Which of several files with one content is loaded: the first of the case, whatever was there before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable

from auditor.ingest.ledger.book import FileBook
from auditor.ingest.ledger.case import CaseLedger, outer
from auditor.ingest.span import Key
from auditor.store import Store


def same_as(original: str) -> str:
    """What is said of a file whose content was loaded from the file `original`."""
    return f"the same content as {original}, which is loaded"


def same_content(store: Store, book: FileBook) -> str | None:
    """Another file of the role with the same content, if one is loaded."""
    rows = store.query(
        "SELECT min(path) FROM file WHERE role = $role AND content_sha256 = $content AND status ="
        " 'loaded' AND path <> $path",
        {"role": book.identity.role, "content": book.content_sha256, "path": book.identity.path},
    )
    return rows[0][0] if rows else None


def forget_widowed(store: Store, named: Iterable[Key]) -> None:
    """Take duplicates out of the ledger whose original is not there any more, so that they are read
    themselves."""
    rows = store.query(
        """SELECT path, role FROM file AS f WHERE status = 'duplicate' AND NOT EXISTS (
            SELECT 1 FROM file AS t WHERE t.role = f.role AND t.content_sha256 = f.content_sha256 AND
                t.status = 'loaded')"""
    )
    among = set(named)
    _forget(store, among, {outer(path, role, among) for path, role in rows})


def forget_misplaced(store: Store, named: Iterable[Key]) -> list[Key]:
    """Take the files of each content out of the ledger of which another than the first is loaded, or of which
    a duplicate names another than that. Gives them in the order of the case, in which they are to be read.

    `named`: the files of the case, in its order.
    """
    order = {key: place for place, key in enumerate(named)}
    rows = store.query(
        """SELECT role, content_sha256, path, status, coalesce(problem, '') FROM file
        JOIN (SELECT DISTINCT role, content_sha256 FROM file WHERE status = 'duplicate')
            USING (role, content_sha256)
        WHERE format <> '' AND status <> 'rolled_back'
        ORDER BY role, content_sha256, status = 'duplicate', path""",
        name="files with one content",
    )
    groups: dict[tuple[str, str], list[tuple[int, str, str, str]]] = defaultdict(list)
    for role, content, path, status, problem in rows:
        groups[role, content].append((order[outer(path, role, order)], path, status, problem))
    wrong: set[Key] = set()
    for (role, _), files in groups.items():
        # Members of one archive have one place, and are always read together: no other order can be theirs.
        _, original, status, _ = min(files, key=lambda file: file[0])
        others = (problem for _, path, _, problem in files if path != original)
        if status != "loaded" or not all(problem.endswith(same_as(original)) for problem in others):
            wrong |= {outer(path, role, order) for _, path, _, _ in files}
    _forget(store, order, wrong)
    return sorted(wrong, key=order.__getitem__)


def _forget(store: Store, named: Container[Key], keys: Collection[Key]) -> None:
    """Take files out of the ledger, an archive with all of its members: it is read as a whole."""
    if not keys:
        return
    ledger = CaseLedger(store)
    with store.transaction():
        for path, role in store.query("SELECT path, role FROM file ORDER BY file_no"):
            if outer(path, role, named) in keys:
                ledger.remove(path, role)
