"""Reads a simulated folder back for the oracle, in plain Python: its case.toml, its logs, its truth."""

from __future__ import annotations

import csv
import gzip
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.oracle.case import Case, Outage, Source, World


@dataclass(frozen=True)
class Folder:
    """A world as far as the oracle reads it, and the lines it never sees by the measure they add to."""

    world: World
    unseen: Mapping[str, int]


def read_folder(folder: Path) -> Folder:
    """The world in `folder`; a file whose bytes are there twice is read once."""
    raw = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    unseen: Counter[str] = Counter()
    read: set[bytes] = set()
    sources = []
    for source in raw["source"]:
        for path in sorted(folder.glob(source["path"])):
            content = path.read_bytes()
            if content not in read:
                read.add(content)
                sources.append(_source(source, path, unseen))
    facts = raw["case"]
    outages = tuple(
        Outage(
            o["id"],
            o["start"].isoformat(),
            o["end"].isoformat(),
            tuple(o["networks"]) if "networks" in o else None,
            o.get("significant"),
            o.get("recovery_tail_s", 0),
        )
        for o in raw.get("outage", [])
    )
    case = Case(
        facts["regime"], facts["country"], tuple(facts["test_numbers"]), raw.get("params", {}), outages
    )
    return Folder(World(case, tuple(sources)), unseen)


def read_truth(folder: Path) -> dict[str, tuple[int | None, ...]]:
    """The (value, low, high) of each measure in `expected.toml`."""
    raw = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))["measures"]
    return {name: tuple(figure.get(key) for key in ("value", "low", "high")) for name, figure in raw.items()}


def _source(source: Mapping[str, Any], path: Path, unseen: Counter[str]) -> Source:
    own = {header: canonical for canonical, header in source.get("columns", {}).items()}
    role, narrowing = source["role"], source.get("emergency_only_when")
    header, rows = _rows(path, source)
    kept: list[dict[str, str]] = []
    for fields in rows:
        if fields is None:
            unseen["records.rejected" if role == "attempts" else f"{role}.rejected"] += 1
        elif narrowing and fields[narrowing["column"]] not in narrowing["values"]:
            unseen["records.not_emergency"] += 1
        else:
            kept.append(
                {
                    own.get(name, name): _told(text, own.get(name, name), source)
                    for name, text in fields.items()
                }
            )
    times = {name: source[name].isoformat() for name in ("covers_from", "covers_to") if name in source}
    texts = {name: source.get(name) for name in ("network", "element", "centre", "timezone")}
    return Source(
        path.name, role, tuple(own.get(name, name) for name in header), tuple(kept), **texts, **times
    )


def _told(text: str, column: str, source: Mapping[str, Any]) -> str:
    """A time in the source's own format as ISO 8601; other text as it is."""
    if "time_format" not in source or not column.endswith("_at") or not text:
        return text
    try:
        return datetime.strptime(text, source["time_format"]).isoformat(" ", "milliseconds")
    except ValueError:
        return text


def _rows(path: Path, source: Mapping[str, Any]) -> tuple[list[str], Iterator[dict[str, str] | None]]:
    """Header and records of a file; a record that is damaged is None."""
    if path.suffix == ".parquet":
        import polars

        frame = polars.read_parquet(path)
        return frame.columns, ({k: v or "" for k, v in row.items()} for row in frame.iter_rows(named=True))
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    lines = content.decode("utf-8-sig", "replace").splitlines()
    if ".jsonl" in path.name:
        told = [_json(line) for line in lines]
        return sorted({name for row in told if row for name in row}), iter(told)
    table = list(csv.reader(lines, delimiter=source.get("delimiter", ",")))
    return table[0], (_whole(table[0], fields) for fields in table[1:] if fields)


def _whole(header: list[str], fields: list[str]) -> dict[str, str] | None:
    is_damaged = len(fields) != len(header) or "\N{REPLACEMENT CHARACTER}" in "".join(fields)
    return None if is_damaged else dict(zip(header, fields, strict=True))


def _json(line: str) -> dict[str, str] | None:
    try:
        return {name: str(value) for name, value in json.loads(line).items()}
    except ValueError:
        return None
