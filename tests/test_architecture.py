"""The house: floors, who may import what, sizes, docstrings. Reads the sources; runs nothing of them."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "auditor"
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    "confinement": 0, "errors": 0, "model": 0, "running": 0, "text": 0,
    "private": 1, "secret": 1, "state": 1, "store": 1, "catalogue": 1, "regimes": 1, "containers": 1,
    "case": 2, "formats": 2,
    "ingest": 3, "parameters": 3,
    "engine": 4,
    "claims": 5,
    "record": 6,
    "pipeline": 7,
    "report": 8, "query": 8, "simulate": 8, "scaffold": 8,
    "bundle": 9, "api": 9, "watch": 9, "serve": 10,
    "cli": 11, "__main__": 12,
}  # fmt: skip
SAME_FLOOR = {
    ("catalogue", "store"),
    ("store", "private"),
    ("secret", "private"),
    ("state", "private"),
    ("state", "secret"),
    ("regimes", "catalogue"),
    ("text", "model"),
}
"""Edges on one floor that the data's path needs: SQL decides how bytes and numbers are read."""
ONLY = {
    "duckdb": {"store", "engine", "query"},
    "click": {"cli"},
    "rich": {"cli", "report/draw", "query"},
    "prompt_toolkit": {"query", "cli/init.py"},
    "dpkt": {"formats"},
    "networkx": {"engine"},
    "scipy": {"engine"},
    "typst": {"report/draw"},
    "xlsxwriter": {"report/draw", "query"},
    "altair": {"report/draw"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "cryptography": {"bundle", "formats/i3"},
    "pyspark": {"ingest/spark.py"},
    "pyarrow": {"ingest/spark.py"},
    "fsspec": {"containers/stored.py"},
}
TOP_LEVEL = {
    "pyproject.toml", "Makefile", "auditor", "sql", "tests", "sample_logs", "README.md", "CHANGELOG.md",
    "CONTRIBUTING.md", "LICENSE",
    ".ci", ".gitignore", "requirements.txt", "requirements-build.txt", "requirements-bench.txt",
    "requirements-dev.txt", "requirements-audit.txt", "requirements-fuzz.txt",
    "requirements-spark.txt",
}  # fmt: skip
MAX_LINES, MAX_FUNCTION = 400, 60


def room(path: Path) -> str:
    """The room a module belongs to: the first part of its path below the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every imported module of a file, with its line; those for type checkers only are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            if node.module == "auditor":
                yield from ((f"auditor.{alias.name}", node.lineno) for alias in node.names)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of a file with its length in lines, docstring left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = node.body[0] if ast.get_docstring(node) else None
            doc = (documented.end_lineno or 0) - documented.lineno + 1 if documented else 0
            yield (
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name}",
                (node.end_lineno or 0) - node.lineno + 1 - doc,
            )


def test_every_room_has_a_floor() -> None:
    assert {room(path) for path in MODULES} - {"__init__"} <= set(FLOORS)


def test_imports_go_down_only() -> None:
    wrong = []
    for path in MODULES:
        here = room(path)
        if here == "__init__":
            continue
        for name, line in imports(path):
            parts = name.split(".")
            if parts[0] != "auditor" or len(parts) < 2 or parts[1] == here or parts[1] not in FLOORS:
                continue
            there = parts[1]
            is_down = FLOORS[there] < FLOORS[here]
            if not is_down and (here, there) not in SAME_FLOOR:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_the_ground_floor_knows_only_the_standard_library() -> None:
    import sys

    for path in (PACKAGE / "errors.py", *(PACKAGE / "model").glob("*.py")):
        known = {*sys.stdlib_module_names, "auditor"} if path.stem == "__init__" else sys.stdlib_module_names
        foreign = {n.split(".")[0] for n, _ in imports(path)} - set(known)
        assert not foreign, (path, foreign)


@pytest.mark.parametrize("library", sorted(ONLY))
def test_a_library_stays_in_its_rooms(library: str) -> None:
    allowed = ONLY[library]
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in MODULES
        for name, line in imports(path)
        if name.split(".")[0] == library
        and not any(str(path.relative_to(PACKAGE)).startswith(place) for place in allowed)
    ]
    assert not wrong, wrong


def test_no_module_is_longer_than_it_may_be() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in MODULES
        if (n := p.read_text(encoding="utf-8").count("\n")) > MAX_LINES
    }
    assert not long, long


def test_no_function_is_longer_than_it_may_be() -> None:
    long = [(name, length) for path in MODULES for name, length in functions(path) if length > MAX_FUNCTION]
    assert not long, long


def test_nothing_but_the_command_line_prints_or_exits() -> None:
    wrong = []
    for path in MODULES:
        if room(path) in ("cli", "__main__") or "child" in path.name:
            continue
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "exit", "sys.exit")
        ]
    assert not wrong, wrong


def test_names_say_what_a_module_is() -> None:
    empty = {"utils", "helpers", "common", "manager", "base", "misc"}
    assert not [p for p in MODULES if p.stem in empty]


def test_the_top_level_is_the_agreed_one() -> None:
    import subprocess

    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    found = {name.split("/")[0] for name in tracked if name}
    assert found <= TOP_LEVEL, found - TOP_LEVEL


def test_medians_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = [p.read_text(encoding="utf-8").count("\n") for p in MODULES if p.name != "__init__.py"]
    lengths = sorted(length for path in MODULES for _, length in functions(path))
    with capsys.disabled():
        p95 = lengths[int(len(lengths) * 0.95)]
        print(
            f"\nmodule median {statistics.median(sizes):.0f} lines; function median"
            f" {statistics.median(lengths):.0f}, p95 {p95}"
        )
    assert statistics.median(sizes) <= MAX_LINES
