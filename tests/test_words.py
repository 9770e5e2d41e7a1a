"""Plain English: the words that CONTRIBUTING retires are in no message, comment, docstring or statement."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from auditor.text import agreed, counted

ROOT = Path(__file__).resolve().parents[1]

RETIRED = {
    "told": r"\btold\b",
    "tells of": r"\btells? (of|that|from|apart)\b",
    "stands": r"\bstands?\b(?! (out|for Standard)\b)",
    "the books": r"\b(on|off|in|into) the books\b",
    "twin": r"\btwins?\b",
    "nobody knows": r"\bnobody (knows|has said|answers|vouches|can tell)\b",
    "furniture": r"\bfurniture\b",
    "door": r"\b(the|one) door (to|of|for)\b",
    "heads of files": r"\bheads? of (the )?(file|log|source)s?\b",
    "torn": r"\btorn\b",
    "vouch": r"\bvouch\w*",
    "owed": r"\bowed\b",
    "spoilt": r"\bspoilt\b",
}
"""Name -> regular expression, case ignored."""
CTES = {
    "met",
    "placed",
    "told",
    "heard",
    "judged",
    "made",
    "held",
    "known",
    "joined",
    "named",
    "whole",
    "again",
}
"""Names of CTEs that do not say what their rows are."""
ROOMS = (
    *sorted(f"auditor/{path.name}" for path in (ROOT / "auditor").iterdir() if path.name != "__pycache__"),
    "sql",
)
CTE = re.compile(r"\b(\w+) AS (?:NOT )?(?:MATERIALIZED )?\(\n")

ALWAYS_SEVERAL = {
    "auditor/query/formats.py": {"rows", "characters", "holds"},
    "auditor/bundle/container.py": {"members"},
    "auditor/report/content/answer.py": {"pass", "outages"},
    "auditor/report/content/cautions.py": {"figures"},
    "auditor/report/content/ledgers.py": {"rules", "balances"},
    "auditor/report/content/claims.py": {"matches"},
    "auditor/report/content/verdicts.py": {"is"},
    "auditor/report/content/listed.py": {"rows"},
    "auditor/report/content/maps.py": {"areas"},
    "auditor/report/content/searches.py": {"definitions", "different figures", "sources"},
    "auditor/report/content/worklist.py": {"callers"},
}
"""Counts in texts that cannot be one, or where no noun follows, by file."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every string and comment of a Python file, or the lines of any other, with its line."""
    content = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from enumerate(content.split("\n"), 1)
        return
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, " ".join(node.value.split())
    for token in tokenize.generate_tokens(io.StringIO(content).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def files(room: str) -> Iterator[Path]:
    """The texts of a room: Python, SQL, TOML and CSV."""
    place = ROOT / room
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        if path.suffix in (".py", ".sql", ".toml", ".csv"):
            yield path


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_in_plain_words(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} {word}: {text[:80]}"
        for path in files(room)
        for line, text in texts(path)
        for word, pattern in RETIRED.items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_cte_says_what_its_rows_are() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in files("sql")
        for name in CTE.findall(path.read_text(encoding="utf-8"))
        if name in CTES
    ]
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("text", "is_retired"),
    [
        ("nobody knows the shape 'x'", True),
        ("unknown shape 'x'", False),
        ("it was told by its name", True),
        ("the total", False),
        ("take it off the books", True),
        ("the rulebook", False),
        ("a colour that must stand out", False),
    ],
)
def test_a_retired_word_is_found(text: str, is_retired: bool) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in RETIRED.values()) is is_retired


@pytest.mark.parametrize("room", ["bundle", "cli", "query", "record", "report", "scaffold", "watch"])
def test_a_count_and_its_noun_agree(room: str) -> None:
    """A text has its counts by `auditor.text.counted`, or it says `all 1 findings` one day."""
    found = []
    for path in sorted((ROOT / "auditor" / room).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for value, after in pairwise(node.values) if isinstance(node, ast.JoinedStr) else ():
                text = str(after.value) if isinstance(after, ast.Constant) else ""
                noun = re.match(r" ((?:more |other |different )?[a-z]+s)\b", text)
                is_count = isinstance(value, ast.FormattedValue) and re.search(
                    r"'len'|value=','", ast.dump(value)
                )
                if is_count and noun and noun[1] not in ALWAYS_SEVERAL.get(name, ()):
                    found.append(f"{name}:{value.lineno}: {noun[1]}")
    assert not found


@pytest.mark.parametrize(
    ("count", "unit", "verb", "said"),
    [
        (0, "files", "are", "0 files are"),
        (1, "files", "are", "1 file is"),
        (2, "files", "were", "2 files were"),
        (1, "more rows", "were", "1 more row was"),
        (1, "lines", "have", "1 line has"),
        (1, "tests", "do", "1 test does"),
        (1, "bytes", "wait", "1 byte waits"),
        (1_000, "bytes", "wait", "1,000 bytes wait"),
    ],
)
def test_one_is_no_plural(count: int, unit: str, verb: str, said: str) -> None:
    assert f"{counted(count, unit)} {agreed(count, verb)}" == said
