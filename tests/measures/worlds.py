"""Small worlds of model relations whose figures were counted by hand, and what a measure gives of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.catalogue.sql_file import SqlFile
from auditor.engine.trial import Bench, Trial

FOLDER = Path(__file__).parent
Given = Mapping[str, tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True, slots=True)
class World:
    """Rows by relation, and each figure that was counted: value and high; empty where it has no value."""

    name: str
    given: Given
    expect: Mapping[str, list[int]]


def read_world(raw: Mapping[str, Any], name: str) -> World:
    """One world as its file holds it."""
    given = {relation: tuple(rows) for relation, rows in raw["given"].items()}
    return World(name, given, raw["expect"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


SECTION_4 = read_world(_read("world.toml"), "every measure of section 4")
BEYOND = tuple(read_world(raw, raw["name"]) for raw in _read("beyond.toml")["world"])
"""Those of section 5."""


def figure(bench: Bench, measure: SqlFile, given: Given) -> list[int]:
    """The value and the high figure; empty where a row has no weight. ValueError where a row does not say
    whether it is certain."""
    rows = bench.rows(Trial(f"{measure.stem}.toml", measure.name, given))
    if any(row["is_certain"] is None for row in rows):
        raise ValueError(f"{measure.name}: a row is neither certain nor uncertain")
    if any(row["weight"] is None for row in rows):
        return []
    return [sum(r["weight"] for r in rows if r["is_certain"]), sum(r["weight"] for r in rows)]


def problem(bench: Bench, measure: SqlFile) -> str:
    """Empty where a measure gives what was counted in every world that has it, else one sentence."""
    worlds = [world for world in (SECTION_4, *BEYOND) if measure.name in world.expect]
    if not worlds:
        return f"{measure.name} is in no world"
    for world in worlds:
        try:
            found = figure(bench, measure, world.given)
        except ValueError as error:
            return str(error)
        if found != world.expect[measure.name]:
            return f"{world.name}: {measure.name} is {found}, {world.expect[measure.name]} expected"
    return ""
