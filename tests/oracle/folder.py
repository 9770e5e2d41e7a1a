"""A world as a case folder: case.toml and one CSV a source."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.oracle.case import Case, Outage, Source, World


def write_case(world: World, folder: Path) -> Path:
    """Write `world` into `folder` (made where it is missing) and return it. Row n of a source is line n + 2
    of its file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(case_text(world), encoding="utf-8")
    for source in world.sources:
        with (folder / source.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, source.columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(source.rows)
    return folder


def case_text(world: World) -> str:
    """The case.toml of a world."""
    case = world.case
    facts = {"title": f"world {world.seed}", "regime": case.regime, "country": case.country}
    blocks: list[tuple[str, Mapping[str, object]]] = [
        ("[case]", {**facts, "test_numbers": list(case.test_numbers)}),
        ("[params]", case.params),
    ]
    blocks += [("[[outage]]", _outage(outage)) for outage in case.outages]
    blocks += [("[[centre]]", centre) for centre in _centres(case)]
    blocks += [("[[source]]", _source(source)) for source in world.sources]
    return "\n".join(line for header, keys in blocks for line in (header, *_lines(keys), ""))


def _outage(outage: Outage) -> dict[str, object]:
    return {
        "id": outage.id,
        "start": _Bare(outage.start),
        "end": _Bare(outage.end),
        "networks": list(outage.networks) if outage.networks is not None else None,
        "significant": outage.significant,
        "recovery_tail_s": outage.recovery_tail_s or None,
    }


def _centres(case: Case) -> Iterable[dict[str, object]]:
    for centre in sorted({*case.routes, *case.regions}):
        routes, regions = case.routes.get(centre, ()), case.regions.get(centre, ())
        yield {"id": centre, "routes": list(routes), "regions": list(regions)}


def _source(source: Source) -> dict[str, object]:
    declared = {"covers_from": source.covers_from, "covers_to": source.covers_to}
    return {
        "role": source.role,
        "path": source.name,
        "network": source.network,
        "element": source.element,
        "centre": source.centre,
        "timezone": source.timezone,
        **{name: _Bare(text) for name, text in declared.items() if text},
    }


class _Bare(str):
    """Text that TOML takes without quotes: a time."""


def _lines(keys: Mapping[str, object]) -> Iterable[str]:
    for name, value in keys.items():
        if value is not None:
            yield f"{name} = {value if isinstance(value, _Bare) else json.dumps(value)}"
