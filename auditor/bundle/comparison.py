"""What an audit says against what its logs give: a line for each input, figure, finding, table and report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from auditor.bundle import canonical
from auditor.bundle.line import DIFFERS, HOLDS, MISSING, Line, compared, not_recomputed, state_of
from auditor.bundle.recomputation import Recomputed, Said
from auditor.bundle.tables import SealedTable


def inputs(said: Said, hash_of: Callable[[str], str | None]) -> Iterator[Line]:
    """A line for each input that the report names: whether the file is there, with that hash."""
    for path, entry in sorted(said.entries("files", "path").items()):
        found = None
        for file in names_on_disk(path) if is_inside(path.split("!/")[0]) else ():
            found = found or hash_of(file)
        state = state_of(entry.get("sha256"), found)
        yield Line("input", path, state, "its bytes have changed" if state == DIFFERS else "")
    for path in said.gone:
        name = path.split("!/")[0]
        if name in said.unnamed:
            yield Line("input", path, HOLDS, "named by no source, as the audit says")
            continue
        is_there = is_inside(path) and hash_of(name) is not None
        yield Line("input", path, DIFFERS if is_there else HOLDS, "gone, as the audit says")


def names_on_disk(path: str) -> Iterator[str]:
    """What the file may be called that a report calls `path`: a member follows `!/`, and the part of it that
    a source reads is in brackets (`a.csv (op = b)`), which a name may have too."""
    name = path.split("!/")[0]
    yield name
    while name.endswith(")") and (at := name.rfind(" (")) > 0:
        yield name[:at]
        name = f"{name[:at]})"


def is_inside(path: str) -> bool:
    """Whether a path that a document names stays in the folder that it is looked for in."""
    return not path.startswith("/") and ".." not in Path(path).parts and "\0" not in path


def hash_on_disk(path: Path) -> str | None:
    """The hash of a file; None where there is none."""
    return canonical.sha256_of_file(path) if path.is_file() else None


def against(said: Said, reports: Mapping[str, bytes], found: Recomputed) -> Iterator[Line]:
    """What is said against what was recomputed."""
    own = found.said
    yield from compared("run", {"id": said.document.get("run")}, {"id": own.document["run"]})
    yield from compared("status", {"status": said.document.get("status")}, {"status": own.document["status"]})
    yield from compared("parameter", _values(said, "parameters"), _values(own, "parameters"))
    yield from compared("measure", _figures(said), _figures(own))
    yield from compared("finding", _findings(said), _findings(own))
    yield from compared("balance", _sums(said), _sums(own))
    yield from compared("gate", _gates(said), _gates(own))
    for name, content in sorted(reports.items()):
        if name not in found.reports:
            yield Line("report", name, DIFFERS, "a recomputation gives no such report")
        else:
            yield Line("report", name, HOLDS if content == found.reports[name] else DIFFERS)
    for name in sorted(set(found.reports) - set(reports)):
        yield Line("report", name, MISSING)


def _values(said: Said, part: str) -> dict[str, object]:
    return {name: entry.get("value") for name, entry in said.entries(part, "name").items()}


def _figures(said: Said) -> dict[str, object]:
    return {
        name: tuple(m.get(key) for key in ("value", "low", "high", "unit")) if isinstance(m, dict) else m
        for name, m in said.measures.items()
    }


def _findings(said: Said) -> dict[str, object]:
    return {
        name: (rule.get("status"), rule.get("count")) for name, rule in said.entries("rules", "rule").items()
    }


def _sums(said: Said) -> dict[str, object]:
    return {
        name: tuple(entry.get(key) for key in ("expected", "actual"))
        for name, entry in said.entries("balances", "id").items()
    }


def _gates(said: Said) -> dict[str, object]:
    """Gates by id and subject; how many of how many, whether that holds, and who accepted it."""
    listed = said.document.get("gates")
    gates = [gate for gate in listed if isinstance(gate, dict)] if isinstance(listed, list) else []
    return {
        " ".join(str(gate[key]) for key in ("id", "subject") if gate.get(key)): tuple(
            gate.get(key) for key in ("holds", "count", "of", "accepted_by")
        )
        for gate in gates
    }


def without(said: Said, reports: Collection[str], tables: Sequence[SealedTable], why: str) -> Iterator[Line]:
    """All that would have been recomputed."""
    yield from not_recomputed("run", ("id",), why)
    yield from not_recomputed("measure", said.measures, why)
    yield from not_recomputed("finding", said.entries("rules", "rule"), why)
    yield from not_recomputed("balance", _sums(said), why)
    yield from not_recomputed("gate", _gates(said), why)
    yield from not_recomputed("table", (table.name for table in tables), why)
    yield from not_recomputed("report", reports, why)


def compared_tables(said: Sequence[SealedTable], found: Sequence[SealedTable]) -> Iterator[Line]:
    """A line for each table: whether it has the same rows."""
    yield from compared("table", _roots(said), _roots(found))


def _roots(tables: Sequence[SealedTable]) -> dict[str, object]:
    return {
        table.name: f"{table.rows} rows, root {table.root}, {table.places} places, root {table.places_root}"
        for table in tables
    }
