"""A small case for tests of published figures: 60 attempts of two networks, of which 20 failed, and the log
of the centre."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from auditor.model import Audit, JudgedClaim
from auditor.pipeline import audit

HEAD = """
[case]
title = "A small case"
regime = "au"
[[outage]]
id = "o"
networks = ["alpha"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-12T18:00:00+00:00
significant = true
"""
SOURCE = """
[[source]]
role = "{role}"
path = "{role}.csv"
"""
START = datetime(2024, 3, 12, 17)
FAILED = 20
DELIVERED = 40


def claim(name: str, figure: int, measure: object = "attempts.failed", **keys: object) -> str:
    """A `[[claim]]` as text; `keys` are written as they are, texts in quotes."""
    held: dict[str, object] = {
        "said_by": "X",
        "said_on": "2024-03-13",
        "unit": str(measure).partition(".")[0],
        **keys,
    }
    if held["unit"] == "centre":
        held["unit"] = "records"
    lines = [f'id = "{name}"', f"figure = {figure}", *([f'measure = "{measure}"'] if measure else [])]
    return "\n".join(["[[claim]]", *lines, *(f"{key} = {_toml(value)}" for key, value in held.items()), ""])


def _unit(measure: str) -> str:
    subject = measure.partition(".")[0]
    return "records" if subject == "centre" else subject


def _toml(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{value}"


def write_small(
    folder: Path,
    claims: str,
    *,
    attempts: Mapping[str, str] | None = None,
    centre: Mapping[str, str] | None = None,
    head: str = HEAD,
    undetermined: int = 0,
) -> Path:
    """The case in `folder`. `attempts` and `centre` add columns with one value in each record; every third
    attempt failed, and the last two in each ten are of network bravo. So many `undetermined` attempts more
    come after the last record of the centre."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ["call_id", "network", "started_at", "released_at", "calling_number", "dialled", "sip_status"]
    calls, records = [names + list(attempts or {})], []
    records.append(
        ["centre_call_id", "call_id", "presented_at", "calling_number", "network", *(centre or {})]
    )
    for n in range(FAILED + DELIVERED):
        at, network = START + timedelta(minutes=3 * n), "bravo" if n % 10 > 7 else "alpha"
        is_failed, number = n % 3 == 1, f"+6149157{n:04}"
        ends = (_at(at), _at(at + timedelta(seconds=40)), number, "000", "503" if is_failed else "200")
        calls.append([f"c{n}", network, *ends, *(attempts or {}).values()])
        if not is_failed:
            at += timedelta(seconds=2)
            records.append([f"k{n}", f"c{n}", _at(at), number, network, *(centre or {}).values()])
    for n in range(undetermined):
        at = START + timedelta(hours=9, minutes=n)
        ends = (_at(at), _at(at + timedelta(seconds=40)), f"+6149158{n:04}", "000", "200")
        calls.append([f"u{n}", "alpha", *ends, *(attempts or {}).values()])
    for role, rows in (("attempts", calls), ("centre", records)):
        (folder / f"{role}.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    sources = "".join(SOURCE.format(role=role) for role in ("attempts", "centre"))
    (folder / "case.toml").write_text(head + sources + claims, "utf-8")
    return folder


def _at(at: datetime) -> str:
    return f"{at.isoformat()}.000+00:00"


@contextmanager
def audited(folder: Path, claims: str, **more: Any) -> Iterator[Audit]:
    """The audit of the small case."""
    with audit(write_small(folder, claims, **more)) as found:
        yield found


def judged(folder: Path, claims: str, **more: Any) -> dict[str, JudgedClaim]:
    """Each claim of the small case by its name, with its verdict."""
    with audited(folder, claims, **more) as found:
        return {c.id: c for c in found.reconciliation.claims}
