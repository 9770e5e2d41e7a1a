"""`layouts/NAME.toml` beside case.toml: keys of `[[source]]` that several sources, or several cases,
share."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from auditor.case.time_pattern import fault_of
from auditor.errors import UsageError, Where, not_toml
from auditor.private import refuse_irregular, refuse_outside

FOLDER = "layouts"
_NOT_THERE = ("path", "layout")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def with_layouts(folder: Path, sources: Any) -> Any:
    """The tables `[[source]]` with the keys of the layout that each names. What a source says itself goes
    first; tables (`columns`, `values` ...) are joined. UsageError for a layout that cannot be read.
    """
    if not isinstance(sources, list):
        return sources
    return [
        _joined(_read(folder, source["layout"]), source)
        if isinstance(source, dict) and isinstance(source.get("layout"), str)
        else source
        for source in sources
    ]


def _joined(layout: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    both = {**layout, **source}
    for name in layout.keys() & source.keys():
        if isinstance(layout[name], dict) and isinstance(source[name], dict) and name != "keep":
            both[name] = {**layout[name], **source[name]}
    return both


def _read(folder: Path, name: str) -> dict[str, Any]:
    path = folder / FOLDER / f"{name}.toml"
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"layout {name!r} is no name", where=Where(str(path)), hint="letters, digits, _ . and - make one"
        )
    refuse_outside(folder, path)
    refuse_irregular(path)
    try:
        text = path.read_text(encoding="utf-8")
        read = tomllib.loads(text)
    except FileNotFoundError:
        there = ", ".join(sorted(found.stem for found in (folder / FOLDER).glob("*.toml"))) or "none"
        raise UsageError(
            f"there is no layout {name!r}",
            where=Where(str(path)),
            hint=f"layouts beside this case: {there}; those that come with the tool are named by `format`",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise not_toml("it", path, error) from error
    for key in _NOT_THERE:
        if key in read:
            raise UsageError(
                f"a layout has no key {key!r}", where=Where(str(path)), hint="write it in the [[source]]"
            )
    pattern = read.get("time_format")
    if isinstance(pattern, str) and (wrong := fault_of(pattern)):
        found = re.search(r"^\s*\"?time_format\"?\s*=", text, re.M)
        line = text.count("\n", 0, found.end()) + 1 if found else None
        raise UsageError(wrong[0], where=Where(str(path), line), hint=wrong[1])
    return read
