"""Which test holds which row of `matrix.toml`: `python -m tests.matrix` lists them, and ends with 1 where a
row has no test or a test names a row that there is not.

A test says what it holds by `@pytest.mark.holds("fault.12", "property.3")`. The files are parsed, not run.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK, SYSTEM = "pytest.mark.holds", "pytest.mark.system"


@dataclass(frozen=True)
class Held:
    """A test as pytest names it, the rows that it holds, and whether `make test-system` runs it."""

    test: str
    rows: tuple[str, ...]
    is_system: bool = False


def rows() -> dict[str, str]:
    """Each row by its number (`fault.1`), in the order of the file."""
    parts = tomllib.loads((ROOT / "tests" / "matrix.toml").read_text(encoding="utf-8"))
    return {
        f"{part}.{number}": text
        for part, texts in parts.items()
        for number, text in texts.items()
        if number != "title"
    }


def held(root: Path = ROOT) -> Iterator[Held]:
    """Every test that holds a row, file by file."""
    for path in sorted((root / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if MARK in text:
            module = ast.parse(text)
            yield from _in(module, str(path.relative_to(root)), _is_marked(module, SYSTEM))


def by_row(tests: Iterator[Held]) -> Mapping[str, list[Held]]:
    """The tests of each row."""
    found: dict[str, list[Held]] = defaultdict(list)
    for test in tests:
        for row in test.rows:
            found[row].append(test)
    return found


def _in(parent: ast.Module | ast.ClassDef, name: str, is_system: bool) -> Iterator[Held]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef):
            yield from _in(node, f"{name}::{node.name}", is_system)
        elif isinstance(node, ast.FunctionDef) and (found := tuple(_named(node))):
            yield Held(f"{name}::{node.name}", found, is_system or _is_marked(node, SYSTEM))


def _named(test: ast.FunctionDef) -> Iterator[str]:
    """The rows that the decorators of a test name."""
    for decorator in test.decorator_list:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == MARK:
                yield from (ast.literal_eval(argument) for argument in node.args)


def _is_marked(node: ast.Module | ast.FunctionDef, mark: str) -> bool:
    if isinstance(node, ast.FunctionDef):
        return any(ast.unparse(decorator) == mark for decorator in node.decorator_list)
    return any(isinstance(part, ast.Assign) and mark in ast.unparse(part.value) for part in node.body)


def main() -> int:
    """Print every row with its tests; * marks those of `make test-system`."""
    known, tests = rows(), by_row(held())
    for row, text in known.items():
        print(f"{row:<12} {text}")
        for test in tests.get(row, ()):
            print(f"{'':12}   {test.test}{' *' if test.is_system else ''}")
    open_, strange = [row for row in known if row not in tests], sorted(tests.keys() - known.keys())
    print(f"{len(known)} rows, {len(known) - len(open_)} held; * runs in make test-system")
    for row in open_:
        print(f"no test holds {row}: {known[row]}", file=sys.stderr)
    for row in strange:
        print(f"there is no row {row}: {tests[row][0].test}", file=sys.stderr)
    return 1 if open_ or strange else 0


if __name__ == "__main__":
    sys.exit(main())
