"""Numbers that lost digits before they came into a log: they are no ids, times or counters."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from tests.ingest.loading import load

UTC = datetime(2024, 3, 12, 17)


def parquet(**columns: object) -> bytes:
    made = io.BytesIO()
    pl.DataFrame(columns).write_parquet(made)
    return made.getvalue()


def floats(*values: float | None) -> pl.Series:
    return pl.Series(values, dtype=pl.Float32)


AT = ["2024-03-12T17:00:00Z"] * 2
DIALLED = ["000", "000"]


@pytest.mark.holds("fault.58")
@pytest.mark.parametrize(
    ("series", "text"),
    [
        (floats(61491570156, 16777216), "6.149157e+10"),
        (floats(16777216, 33554432), "1.677722e+07"),
        (pl.Series([9007199254740994.0, 9007199254740992.0]), "9.007199254740994e+15"),
        (pl.Series([505013485279384128.0] * 2), "5.050134852793841e+17"),
    ],
)
def test_a_number_beyond_what_its_type_holds_is_a_rounded_id(
    tmp_path: Path, series: pl.Series, text: str
) -> None:
    loaded = load(tmp_path, {"a.parquet": parquet(call_id=series, started_at=AT, dialled=DIALLED)})
    assert loaded.rows("SELECT call_id FROM attempt_record") == [(None,), (None,)]
    assert loaded.unreadable[0] == (1, "call_id", text, "number_turned_by_spreadsheet")
    assert loaded.rows("SELECT found, among FROM observation WHERE kind = 'id_column'") == [(2, 2)]


@pytest.mark.holds("fault.58")
def test_a_number_that_its_type_holds_is_as_it_was_written(tmp_path: Path) -> None:
    ids = floats(16777215, 7)
    made = parquet(
        call_id=ids, started_at=AT, dialled=DIALLED, talk_s=floats(5.25, None), sip_status=floats(503, 4)
    )
    loaded = load(tmp_path, {"a.parquet": made})
    assert loaded.rows("SELECT call_id, sip_status FROM attempt_record ORDER BY record_no")[0] == (
        "16777215",
        503,
    )


def test_a_time_that_lost_digits_is_none(tmp_path: Path) -> None:
    times = floats(1710262784, 1710262784)
    exact = pl.Series([1710262800.0, 1710262800.0])
    made = parquet(started_at=exact, answered_at=times, dialled=DIALLED)
    loaded = load(tmp_path / "a", {"a.parquet": made}, [{"path": "a.parquet", "time_format": "epoch"}])
    assert loaded.rows("SELECT started_at_utc, answered_at_utc FROM attempt_record") == [(UTC, None)] * 2
    assert {each[1:] for each in loaded.unreadable} == {("answered_at", "1.710263e+09", "not_a_time")}
    made = parquet(started_at=times, dialled=DIALLED)
    loaded = load(tmp_path / "b", {"b.parquet": made}, [{"path": "b.parquet", "time_format": "epoch_s"}])
    assert [reason for *_, reason in loaded.rejects] == ["not_a_time"] * 2


def test_a_counter_that_lost_digits_counts_nothing(tmp_path: Path) -> None:
    numbers = [float(n) for n in range(17_000_000, 17_000_040)]
    count = len(numbers)
    made = parquet(sequence=floats(*numbers), started_at=AT[:1] * count, dialled=["0398765432"] * count)
    lines = "".join(f"{n:.6E},{AT[0]},0398765432\n" for n in numbers)
    for name, content in (("a.parquet", made), ("a.csv", "sequence,started_at,dialled\n" + lines)):
        loaded = load(tmp_path / name[2:], {name: content})
        assert loaded.rows("SELECT sum(sequence_count) FROM volume") == [(0,)]
        assert not loaded.rows("SELECT * FROM sequence_gap")
