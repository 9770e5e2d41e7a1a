"""Which files a case is made of, and how the case of a bundle is laid out in an empty folder."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.bundle.container import Container, fault_of
from auditor.case import FILE, Case, file_name, read_case, source_files
from auditor.case.folder import matching
from auditor.case.own_layout import FOLDER as LAYOUTS
from auditor.case.polygons import is_file_of_areas
from auditor.claims.timeline import held_by
from auditor.containers.stored import StoredFile
from auditor.errors import UsageError
from auditor.private import FOLDER as PRIVATE_FOLDER

CASE = "case/"
"""Where a bundle has the files of the case, below its payload."""


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """The files of a case by their names in it, and the names of those that no source names."""

    declared: Mapping[str, Path]
    """case.toml and what it names beside the logs: layouts, outlines of areas."""
    logs: Mapping[str, Path]


def files_of(case: Case) -> CaseFiles:
    """The files of a case. UsageError where one of them lies outside its folder."""
    logs = {file_name(case, path): path for source in case.sources for path in source_files(case, source)}
    declared = declared_files(case.folder)
    if stored := [name for name, path in logs.items() if isinstance(path, StoredFile)]:
        raise UsageError(
            f"{stored[0]} is in an object store, and a bundle is of files",
            hint="copy the logs beside case.toml, and name the copies",
        )
    for root, files in ((case.folder, declared), (case.evidence, logs)):
        for name, path in files.items():
            if not path.resolve().is_relative_to(root.resolve()):
                raise UsageError(
                    f"{name} is a link that leads out of the case", hint="put the file itself into the folder"
                )
    return CaseFiles(declared, logs)


def declared_files(folder: Path) -> dict[str, Path]:
    """case.toml, and the files beside the logs that it names and that are there."""
    raw = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
    sources = raw.pop("source", [])
    layouts = [f"{LAYOUTS}/{name}.toml" for name in _texts([source.get("layout") for source in sources])]
    areas = [text for text in _texts(raw) if is_file_of_areas(text)]
    names = [name for name in (*layouts, *areas) if not fault_of(name) and (folder / name).is_file()]
    return {name: folder / name for name in (FILE, *sorted(set(names)))}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a table of TOML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def lay_out_bundle(bundle: Container, prefix: str, target: Path, unnamed: Iterable[object]) -> None:
    """Lay out the case that a bundle holds; with its logs, where it holds them."""
    for name in bundle.names:
        if name.startswith(prefix):
            bundle.copy(name, target / name.removeprefix(prefix))
    _put_unnamed((name for name in unnamed if isinstance(name, str)), target)


def add_logs(target: Path, evidence: Path, as_of: datetime | None = None) -> None:
    """Lay out the logs of a case without them, from another folder that has them: those received by
    `as_of`."""
    case = held_by(read_case(target), as_of)
    for source in case.sources:
        found = {str(path.relative_to(evidence)): path for path in matching(evidence, source.path)}
        _copy({name: path for name, path in found.items() if not (target / name).exists()}, target)


def _copy(files: Mapping[str, Path], target: Path) -> None:
    for name, path in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / name)


def _put_unnamed(names: Iterable[str], target: Path) -> None:
    """Empty files in place of those that no source names: a report lists their names."""
    for name in names:
        if fault_of(name) or name.split("/")[0] == PRIVATE_FOLDER or (target / name).exists():
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).touch()
