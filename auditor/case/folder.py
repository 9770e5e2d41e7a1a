"""What lies in a case's folder: the files its sources name, and those that nothing names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from auditor.case.keys import Case
from auditor.private import FOLDER as PRIVATE_FOLDER
from auditor.private import shown_name

OWN = (
    *(
        "case.toml",
        "case.duckdb*",
        "case.snapshot*",
        "case.key",
        "case.history",
        "custody.jsonl",
        "expected.toml",
        "README.md",
    ),
    *(f"{PRIVATE_FOLDER}/", "reports/", "runs/", "kept/", "layouts/"),
)
"""What the tool itself puts into a case folder, and what `auditor simulate` writes beside it. A folder ends
in `/`."""
_OF_THE_SYSTEM = ("__MACOSX/", ".DS_Store", "._*", "Thumbs.db", "desktop.ini", ".~lock.*#", "~$*", ".git/")
"""What desktops and editors leave anywhere: none of it is ever a log."""


def matching(root: Path, path: str) -> tuple[Path, ...]:
    """The files below `root` that a source's path names, sorted. A name that exists is taken literally; else
    it is a pattern.

    The tool's own folder, and what a link to a folder outside `root` leads to, are never a source's.
    """
    exact = root / path
    found = [exact] if exact.is_file() else root.glob(path) if any(c in path for c in "*?[") else ()
    files = [p for p in found if p.is_file() and p.relative_to(root).parts[0] != PRIVATE_FOLDER]
    top = root.resolve()
    inside = {folder for folder in {p.parent for p in files} if folder.resolve().is_relative_to(top)}
    return tuple(sorted(p for p in files if p.parent in inside))


def would_name(pattern: str, path: str) -> bool:
    """Whether a source's path names a file of this name, also where no such file is there."""
    return pattern == path or _fits(_parts(path), _parts(pattern))


def _parts(path: str) -> list[str]:
    """Of a path below a folder, or of a URL, of which a store may write the slashes in another number."""
    return [part for part in path.split("/") if part not in ("", ".")]


def _fits(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_fits(parts[skipped:], patterns[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], patterns[0]) and _fits(parts[1:], patterns[1:])


def unnamed_files(case: Case) -> tuple[str, ...]:
    """Files of the folder that no source names, below the case, sorted: somebody's log may be among them."""
    root = case.evidence
    named = {found for source in (*case.sources, *case.later) for found in matching(root, source.path)}
    return tuple(sorted(shown_name(path.relative_to(root)) for path in _walk(root) if path not in named))


def _walk(folder: Path) -> Iterator[Path]:
    """Every file but the tool's and the system's own, and each folder that cannot be looked into.

    A link to a folder is not followed: it may lead out of the case.
    """
    closed: list[Path] = []
    for here, folders, files in os.walk(
        folder, onerror=lambda error: closed.append(Path(str(error.filename)))
    ):
        own = OWN if Path(here) == folder else ()
        folders[:] = [name for name in folders if not _is_one_of(f"{name}/", (*own, *_OF_THE_SYSTEM))]
        yield from (Path(here, name) for name in files if not _is_one_of(name, (*own, *_OF_THE_SYSTEM)))
    yield from closed


def _is_one_of(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
