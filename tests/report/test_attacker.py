"""Public versions of small worlds, read by somebody who adds and subtracts whatever is shown."""

from __future__ import annotations

import csv
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.report.draw.json import schema
from tests.called import call

K = 5
START = datetime(2024, 3, 12, 17, tzinfo=UTC)
CASE = """
[case]
title = "small"
regime = "au"
country = "AU"
[[outage]]
id = "o"
networks = ["alpha", "bravo"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-12T23:00:00+00:00
significant = true
[[source]]
role = "attempts"
path = "attempts.csv"
[[source]]
role = "centre"
path = "centre.csv"
[[source]]
role = "welfare"
path = "welfare.csv"
"""
CLAIM = """
[[claim]]
id = "{id}"
said_by = "X"
said_on = "2024-03-13"
figure = {figure}
unit = "attempts"
qualifier = "exact"
measure = "{measure}"
{more}
"""
CLAIMS = (
    ("all", 66, "attempts.total", ""),
    ("without_bravo", 66, "attempts.total", 'networks = ["!bravo"]'),
    ("only_bravo", 1, "attempts.total", 'networks = ["bravo"]'),
    ("with_cancelled", 8, "attempts.failed", 'cancelled = "failed"'),
    ("early", 30, "attempts.total", "window_end = 2024-03-12T18:45:00+00:00"),
    ("late", 30, "attempts.total", "window_start = 2024-03-12T18:39:00+00:00"),
    ("sum", 60, "attempts.total", 'parts = ["early", "late"]'),
    ("failed_early", 5, "attempts.failed", "window_end = 2024-03-12T18:45:00+00:00"),
)


@dataclass(frozen=True)
class World:
    """How many attempts of each state; how many of all are on the network bravo, how many on 3g, and how many
    of the failed callers are checked."""

    delivered: int
    failed: int
    cancelled: int
    bravo: int
    on_3g: int
    checked: int


WORLDS = (
    World(58, 6, 2, 3, 0, 5),
    World(58, 6, 2, 3, 62, 5),
    World(70, 20, 0, 2, 30, 18),
    World(40, 30, 12, 4, 33, 0),
    World(2, 60, 0, 10, 31, 60),
    World(3, 0, 0, 1, 1, 0),
)


def write(folder: Path, world: World) -> None:
    states = ["delivered"] * world.delivered + ["failed"] * world.failed + ["cancelled"] * world.cancelled
    states = [states[n * 7 % len(states)] for n in range(len(states))] if len(states) % 7 else states
    attempts = [
        "call_id,network,element,started_at,answered_at,released_at,calling_number,dialled,access,sip_status"
    ]
    centre = ["centre_call_id,call_id,presented_at,answered_at,released_at,calling_number,network"]
    welfare = ["check_id,calling_number,attempted_at,method,outcome"]
    left = world.checked
    for n, state in enumerate(states):
        at = START + timedelta(minutes=3 * n)
        network, access = "bravo" if n < world.bravo else "alpha", "3g" if n < world.on_3g else "4g"
        number, end = f"+6149157{1000 + n}", (at + timedelta(seconds=40)).isoformat()
        answer = (at + timedelta(seconds=5)).isoformat() if state == "delivered" else ""
        status = {"delivered": 200, "failed": 503, "cancelled": 487}[state]
        attempts.append(f"c{n},{network},e1,{at.isoformat()},{answer},{end},{number},000,{access},{status}")
        if state == "delivered":
            shown = (at + timedelta(seconds=2)).isoformat()
            centre.append(f"k{n},c{n},{shown},{answer},{end},{number},{network}")
        if state == "failed" and left:
            left -= 1
            welfare.append(f"w{n},{number},{(at + timedelta(hours=1)).isoformat()},call,contacted")
    folder.mkdir()
    for name, lines in (("attempts", attempts), ("centre", centre), ("welfare", welfare)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    claims = "".join(
        CLAIM.format(id=name, figure=figure, measure=of, more=more) for name, figure, of, more in CLAIMS
    )
    (folder / "case.toml").write_text(CASE + claims)


def _unit(name: str, held: dict[str, Any]) -> str:
    """The records of one role are no part of those of another."""
    return name.partition(".")[0] if held["unit"] == "records" else str(held["unit"])


@dataclass(frozen=True)
class Edition:
    """What the public has, and what it may not find out."""

    public: dict[str, Any]
    whole: dict[str, Any]
    folder: Path

    @property
    def withheld(self) -> dict[str, tuple[str, int]]:
        """Unit and true value of each figure that is hidden."""
        return {
            name: (_unit(name, held), held["value"])
            for name, held in self.whole["measures"].items()
            if held["value"] is not None and self.public["measures"][name]["value"] is None
        }

    def shown(self) -> Iterator[tuple[str, int]]:
        """Every whole figure that somebody can read, with its unit: measures, totals of tables, claims,
        clocks and files."""
        for name, held in self.public["measures"].items():
            ends = (held["value"], held["low"], held["high"])
            yield from ((_unit(name, held), end) for end in ends if end is not None)
        for unit, cells in self.columns():
            yield unit, sum(cells)
        for claim in self.public["claims"]:
            if claim["recomputed"] is not None:
                yield "attempts", claim["recomputed"]
        for clock in self.public["clocks"]:
            if clock["pairs"] is not None:
                yield "attempts", clock["pairs"]
        for file in self.public["files"]:
            role = "records" if file["role"] == "attempts" else file["role"]
            yield from ((role, file[name]) for name in ("records", "loaded") if file[name] is not None)

    def columns(self) -> Iterator[tuple[str, list[int]]]:
        """Every column of counts of every table, with its unit."""
        for name, table in self.public["tables"].items():
            for place, column in enumerate(table["columns"]):
                # A caller may fail in two hours: these counts are no parts of one total.
                if column in ("attempts", "failed_attempts", "failed_callers") and (
                    column != "failed_callers" or name != "failed_by_hour"
                ):
                    unit = "callers" if column == "failed_callers" else "attempts"
                    yield unit, [row[place] for row in table["rows"]]


@pytest.fixture(scope="module", params=WORLDS, ids=str)
def edition(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Edition:
    folder = tmp_path_factory.mktemp("attacker") / "case"
    write(folder, request.param)
    assert call("run", folder).returncode in (0, 1, 3)
    out = folder.parent / "public"
    done = call("report", folder, "--public", str(K), "--format", "json,md,csv", "-o", out)
    assert done.returncode == 0, done.stderr
    read = json.loads((out / "audit-public.json").read_text())
    return Edition(read, json.loads((folder / "reports" / "audit.json").read_text()), out)


def test_no_sum_and_no_difference_of_two_numbers_gives_a_withheld_one(edition: Edition) -> None:
    by_unit: dict[str, set[int]] = defaultdict(set)
    for unit, value in edition.shown():
        by_unit[unit].add(value)
    found = []
    for name, (unit, value) in edition.withheld.items():
        found += [(name, value)] if value and value in by_unit[unit] else []
        for one, other in itertools.combinations(sorted(by_unit[unit]), 2):
            if value > 0 and value in (other - one, other + one):
                found.append((name, value, one, other))  # type: ignore[arg-type]
    assert found == []


def test_no_two_counts_of_one_thing_differ_by_a_small_count(edition: Edition) -> None:
    table = edition.public["tables"].get("failed_by_access", {"rows": []})
    assert not [row for row in table["rows"] if 0 < row[1] - row[2] < K]
    known = [claim["recomputed"] for claim in edition.public["claims"] if claim["recomputed"] is not None]
    known += [value for unit, value in edition.shown() if unit == "attempts"]
    claimed = [claim["recomputed"] for claim in edition.public["claims"] if claim["recomputed"]]
    assert not [(one, other) for one in claimed for other in known if 0 < abs(one - other) < K]


def test_breaches_and_records_do_not_give_what_they_are_made_of(edition: Edition) -> None:
    hidden, measures = edition.withheld, edition.public["measures"]
    if {"attempts.failed", "welfare.missing", "welfare.late"} & set(hidden):
        assert not measures["breaches.total"]["value"]
    files = {file["role"]: file for file in edition.public["files"]}
    if "attempts.total" in hidden:
        assert measures["records.loaded"]["value"] is None
        assert files["attempts"]["loaded"] is None
    for role in ("centre", "welfare"):
        if f"{role}.records" in hidden:
            names = ("records", "loaded", "rejected", "seen", "non_data")
            assert [files[role][name] for name in names] == [None] * len(names)


def test_the_same_holds_for_the_tables_in_csv_and_the_page(edition: Edition) -> None:
    files = (edition.folder / "csv-public" / "files.csv").read_text("utf-8-sig")
    by_role = {file["role"]: file for file in edition.public["files"]}
    for row in csv.DictReader(files.splitlines()):
        loaded = by_role[row["role"]]["loaded"]
        assert row["loaded"] == ("" if loaded is None else str(loaded))
    text = (edition.folder / "report-public.md").read_text()
    records = {role: edition.whole["measures"].get(f"{role}.records") for role in ("centre", "welfare")}
    if any(f"{role}.records" in edition.withheld for role in records):
        everything = sum(file["records"] for file in edition.whole["files"])
        assert f"of {everything} records |" not in text


def test_what_is_said_of_it_is_true(edition: Edition) -> None:
    whole = {claim["id"]: claim for claim in edition.whole["claims"]}
    for claim in edition.public["claims"]:
        if claim["recomputed"] is None and whole[claim["id"]]["recomputed"] is not None:
            assert (claim["verdict"], claim["why"], claim["sum"]) == ("withheld", "", "")
        else:
            assert claim["verdict"] == whole[claim["id"]]["verdict"]
        assert "of the same attempts; over" not in claim["sum"] or "count some" in claim["sum"]
    said = " ".join(edition.public["public"]["notes"])
    for name, table in edition.public["tables"].items():
        is_merged = f"{name.replace('_', ' ').capitalize()}: " in said
        assert table["rows"] or not edition.whole["tables"][name]["rows"]
        assert not is_merged or table["rows"]
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(edition.public)) == []
