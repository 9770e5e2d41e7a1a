"""The table by which SQL knows the case's own clock: every instant in one stretch, with its zone's offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from auditor.case import read_case
from auditor.engine import write_case_facts
from auditor.ingest import prepare
from auditor.store import open_memory

CASE = """[case]
title = "Trial"
regime = "au"
timezone = "{zone}"

[[outage]]
id = "first"
start = 2023-03-01T00:00:00Z
end = 2023-03-01T01:00:00Z

[[outage]]
id = "last"
start = 2024-11-01T00:00:00Z
end = 2024-11-05T01:00:00Z

[[source]]
role = "attempts"
path = "attempts.csv"
"""


@pytest.mark.parametrize(
    "zone",
    [
        "UTC",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "America/Los_Angeles",
        "Asia/Kolkata",
        "Africa/Casablanca",
    ],
)
def test_every_instant_has_the_offset_of_its_zone(tmp_path: Path, zone: str) -> None:
    (tmp_path / "case.toml").write_text(CASE.format(zone=zone), encoding="utf-8")
    store = open_memory()
    prepare(store)
    write_case_facts(store, read_case(tmp_path))
    rows = store.query("SELECT from_utc, to_utc, offset_ms FROM zone_offset ORDER BY from_utc")
    store.close()
    assert all(before[1] == after[0] for before, after in pairwise(rows))
    dice, first, last = Random(zone), datetime(2023, 3, 1), datetime(2024, 11, 5, 1)
    moments = [first + dice.random() * (last - first) for _ in range(300)]
    moments += [row[0] - timedelta(milliseconds=1) for row in rows[1:]] + [row[0] for row in rows]
    for moment in moments:
        (offset,) = [ms for start, end, ms in rows if start <= moment < end]
        shown = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
        assert shown == timedelta(milliseconds=offset), moment
