"""What a bundle without the logs would give in clear all the same: numbers that somebody wrote into
case.toml, a layout or the outlines of areas, or that a file is named by."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.bundle.layout import CaseFiles, files_of
from auditor.case import FILE, read_case
from auditor.claims.timeline import held_by
from auditor.errors import UsageError
from auditor.report.privacy.masking import mask_path

_NO_PERSONS = frozenset({"test_numbers", "numbers", "contact"})
"""Keys of case.toml for numbers of tests, of a service, and of whom to ask about a report."""
_LARGE = 10**8
_COMMENT = re.compile(r"#.*")


def refuse_numbers(folder: Path, files: CaseFiles) -> None:
    """UsageError where something of the bundle would hold a number in clear."""
    if found := _places(folder, files):
        raise UsageError(
            f"the bundle would hold numbers in clear: {', '.join(found)}",
            hint="who verifies it needs these files as they are: take the numbers out and run again, or give"
            " --reveal and --reason, which is written to the custody log",
        )


def has_numbers(folder: Path, as_of: Any) -> bool:
    """Whether a bundle of a case without its logs holds numbers in clear."""
    return bool(_places(folder, files_of(held_by(read_case(folder), as_of))))


def _places(folder: Path, files: CaseFiles) -> list[str]:
    """Each place with a number, by a name that can be printed."""
    held = [name for name, path in files.declared.items() if any(map(_is_masked, _texts_of(path)))]
    named = [name for name in (*files.declared, *files.logs) if _is_masked(name)]
    return [
        *(mask_path(name) for name in sorted(held)),
        *(f"the name of {mask_path(name)}" for name in sorted(named)),
    ]


def _is_masked(text: str) -> bool:
    return mask_path(text) != text


def _texts_of(path: Path) -> Iterator[str]:
    """Every text of a TOML file with its keys and comments, or of a JSON file. Times are none, and figures
    only where they are as long as a number."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == Path(FILE).suffix:
        yield from _COMMENT.findall(text)
        yield from _texts(tomllib.loads(text))
    else:
        yield from _texts(json.loads(text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and abs(value) >= _LARGE:
        yield str(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item) if key not in _NO_PERSONS else ()
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
