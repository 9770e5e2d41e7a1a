"""Reads what a domain says of itself: `sql/<domain>/domain.toml`. A domain is a folder below `sql/` that holds such a file.

Beside it lie `model/`, `rules/`, `measures/`, `checks/` and, where the domain has them, `schema/`, `cautions/` and `find/`.
"""

from __future__ import annotations

import importlib.resources
from functools import cache
from pathlib import Path

from auditor.errors import UsageError

FILE = "domain.toml"


@cache
def sql_root() -> Path:
    """The folder `sql/`: inside the installed package, or beside it in a checkout."""
    packaged = Path(str(importlib.resources.files("auditor"))) / "sql"
    beside = Path(__file__).resolve().parents[1] / "sql"
    for root in (packaged, beside):
        if root.is_dir():
            return root
    raise UsageError("the folder sql/ is missing from this installation", hint="install the package again")


def domain_folders(root: Path) -> tuple[Path, ...]:
    """The folders of the domains below `root`, by name."""
    return tuple(sorted(path.parent for path in root.glob(f"*/{FILE}")))


def sql_files(root: Path, kind: str) -> list[Path]:
    """The SQL files of one kind, of `root` itself and of every domain, in the order of their names: they are numbered over the whole."""
    found = [path for folder in (root, *domain_folders(root)) for path in (folder / kind).glob("*.sql")]
    return sorted(found, key=lambda path: (path.name, path.parts))
