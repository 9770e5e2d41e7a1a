"""Ribbon's accounting files: what their own ways of writing mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import EvidenceError
from auditor.formats.detect import detect
from tests.formats.offices import Call, calls, ribbon
from tests.ingest.loading import Loaded, load

ANSWERED = Call(1, 1710262800, 1710262804, 1710262860, "+61491570156", "000", 16, 200)
FAILED = Call(2, 1710287999, None, 1710288001, "+61491570157", "000", 41, 503)


def times(loaded: Loaded) -> list[tuple[object, ...]]:
    return loaded.rows(
        "SELECT second(started_at_utc), second(answered_at_utc), day(released_at_utc) FROM "
        "attempt_record ORDER BY 1"
    )


def test_a_start_without_its_stop_is_a_call_without_an_end(tmp_path: Path) -> None:
    content = "".join(
        line for line in ribbon([ANSWERED]).splitlines(keepends=True) if not line.startswith("STOP")
    )
    found = load(tmp_path / "c", {"a.ACT": content})
    assert times(found) == [(0, 4, None)]
    assert load(tmp_path / "d", {"a.ACT": ribbon([ANSWERED])}).files[0].loaded == 1


def test_the_release_of_an_attempt_has_no_date_and_may_be_on_the_next_day(tmp_path: Path) -> None:
    assert times(load(tmp_path / "c", {"a.ACT": ribbon([FAILED])})) == [(59, None, 13)]


def test_a_file_that_was_not_closed_says_so(tmp_path: Path) -> None:
    content = ribbon([FAILED])
    assert load(tmp_path / "c", {"a.ACT": content}).files[0].problem == ""
    open_file = content[: content.index("12032024")]
    assert ("no last line that says it was closed") in load(tmp_path / "d", {"a.ACT": open_file}).files[
        0
    ].problem


def test_a_zone_without_a_single_meaning_is_asked_for(tmp_path: Path) -> None:
    content = ribbon([FAILED]).replace(",GMT,", ",EST,")
    (file,) = load(tmp_path / "c", {"a.ACT": content}).files
    assert file.rejected == 1
    found = load(tmp_path / "d", {"a.ACT": content}, [{"path": "a.ACT", "timezone": "UTC"}])
    assert found.files[0].loaded == 1


def test_a_file_that_is_missing_among_numbered_ones_is_a_hole(tmp_path: Path) -> None:
    files = {f"gsx.{n}.ACT": ribbon(calls(n, 2)) for n in (11, 12, 14)}
    gaps = load(tmp_path / "c", files).rows(
        "SELECT after_sequence, missing FROM sequence_gap WHERE kind = 'hole'"
    )
    assert gaps == [(12, 1)]


def test_a_short_record_is_rejected(tmp_path: Path) -> None:
    (file,) = load(tmp_path / "c", {"a.ACT": ribbon([FAILED]) + "ATTEMPT,gsx1,0x1\n"}).files
    assert (file.loaded, file.rejected) == (1, 1)


def test_a_column_that_is_called_start_makes_no_such_file() -> None:
    for text in (b"start,end,caller\n2024-03-12T17:00:00Z,,0491570156\n", b"START,a,b\nx,y,z\n"):
        with pytest.raises(EvidenceError):
            detect("x", text, "attempts")
    headless = ribbon([FAILED]).partition("\n")[2]
    assert detect("x", headless.encode(), "attempts").layout.name == "ribbon_act"
