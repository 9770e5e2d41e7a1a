"""The hour that is read from a group's key is the hour of each time in it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ingest import prepare
from auditor.ingest.sql import timekey
from auditor.store import open_memory

STORE = open_memory()
prepare(STORE)
ZONES = ["", "Z", "+00:00", "+11:00", "+1100", "+11", "-03:30", "+05:45", "-0930"]


@settings(max_examples=400, deadline=None)
@given(
    st.datetimes(datetime(1999, 6, 1), datetime(2100, 2, 1)),
    st.sampled_from(["minutes", "seconds", "milliseconds"]),
    st.sampled_from("T "),
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
)
def test_the_key_of_a_time_gives_its_hour(
    clock: datetime, precision: str, separator: str, zone: str, usual: str
) -> None:
    text = clock.isoformat(separator, precision) + zone
    key, time = timekey.key_of("t", usual), timekey.as_time("k", usual)
    hour = "date_trunc('hour', read_iso_time({}, 'Australia/Adelaide').value)"
    ((expected, found),) = STORE.query(
        f"SELECT {hour.format('t')}, {hour.format(time)} FROM (SELECT t, {key} AS k FROM (SELECT $t AS t))",
        {"t": text},
    )
    assert found == expected


@pytest.mark.parametrize(
    ("head", "zone"),
    [
        (b"a,2024-03-12T05:54:44.123Z,2024-03-12T05:55:00Z\n", "Z"),
        (b"a,2024-03-12 05:54:44+11:00,x\n2024-03-12 05:54:44Z\n2024-03-12 05:54:44+11:00", "+11:00"),
        (b"2024-03-12 05:54:44.5+00\n", "+00"),
        (b"a,2024-03-12 05:54:44,b\n", ""),
        (b"", ""),
        (b"\xff\xfe:00Z", "Z"),
    ],
)
def test_the_usual_zone_is_that_of_most_times(head: bytes, zone: str) -> None:
    assert timekey.usual_zone(head) == zone
