"""One file that is read in two roles: the log of a border element may hold the events of a centre too."""

from __future__ import annotations

from pathlib import Path

from auditor.ingest import loaded_contents
from auditor.pipeline import audit
from tests.ingest.loading import load, write_case

BOTH = (
    "call_id,started_at,presented_at,calling_number,dialled\n"
    "c1,2024-03-12T17:00:00Z,2024-03-12T17:00:02Z,+61491570006,000\n"
    "c2,2024-03-12T17:10:00Z,2024-03-12T17:10:02Z,+61491570007,000\n"
)
SOURCES = ({"path": "a.csv", "role": "attempts"}, {"path": "a.csv", "role": "centre"})


def test_records_of_one_file_in_two_roles_have_ids_of_their_own(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": BOTH}, SOURCES)
    starts = [
        {row[0].partition(":")[0] for row in loaded.rows(f"SELECT record_id FROM {table}")}
        for table in ("attempt_record", "centre_record")
    ]
    assert [len(start) for start in starts] == [1, 1]
    assert starts[0].isdisjoint(starts[1])
    assert loaded_contents(loaded.store) == {start: "a.csv" for each in starts for start in each}


def test_such_a_file_is_audited_as_two_files_would_be(tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": BOTH}, SOURCES)
    with audit(tmp_path) as result:
        figures = {name: result.measures[name].value for name in ("attempts.total", "attempts.delivered")}
        assert (result.status, figures) == ("complete", {"attempts.total": 2, "attempts.delivered": 2})
