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


OTHER = Call(3, 1710263800, 1710263802, 1710263860, "+61491570158", "000", 16, 200)


def ledger(folder: Path, content: str | bytes) -> tuple[int, int, list[str]]:
    """What was loaded of a file, what was rejected, and why."""
    found = load(folder, {"a.ACT": content})
    (file,) = found.files
    return file.loaded, file.rejected, [reason for _, _, reason in found.rejects]


def rows_of(*made: Call) -> list[str]:
    return ribbon(made).splitlines(keepends=True)


def test_lines_may_end_with_cr_alone(tmp_path: Path) -> None:
    content = ribbon(calls(1, 9))
    assert ledger(tmp_path / "a", content.replace("\n", "\r")) == ledger(tmp_path / "b", content)


def test_a_line_that_a_bare_cr_makes_of_two_records_is_said(tmp_path: Path) -> None:
    head, first, second, third, end = rows_of(FAILED, FAILED, FAILED)
    content = head + first + second.rstrip("\n") + "\r" + third + end
    assert ledger(tmp_path / "a", content) == (1, 1, ["several_records"])


def test_a_record_whose_quotes_cannot_be_read_is_rejected(tmp_path: Path) -> None:
    content = ribbon([FAILED, FAILED]).replace("+61491570157", '"Joe "J" <+61491570157>"', 1)
    assert ledger(tmp_path / "a", content)[:2] == (1, 1)


@pytest.mark.parametrize(
    ("kind", "loaded", "rejected"),
    [
        ("attempt", 2, 0),
        (" Attempt ", 2, 0),
        ('"ATTEMPT"', 2, 0),
        ("ATTEMP?", 1, 1),
        ("", 1, 1),
        ("EVENT", 1, 0),
    ],
)
def test_a_type_is_read_in_any_case_and_one_that_is_none_is_rejected(
    tmp_path: Path, kind: str, loaded: int, rejected: int
) -> None:
    content = ribbon([FAILED, FAILED]).replace("ATTEMPT", kind, 1)
    assert ledger(tmp_path / "a", content)[:2] == (loaded, rejected)


def test_a_stop_that_is_cut_before_its_called_number_is_rejected_and_its_start_stays(tmp_path: Path) -> None:
    head, start, stop, end = rows_of(ANSWERED)
    cut = ",".join(stop.split(",")[:20]) + "\n"
    assert ledger(tmp_path / "a", head + rows_of(FAILED)[1] + start + cut + end)[:2] == (2, 1)


def test_two_gateways_may_give_the_same_number(tmp_path: Path) -> None:
    (head, start, _, end), (_, _, stop, _) = rows_of(ANSWERED), rows_of(OTHER)
    stop = stop.replace("gsx1", "gsx2").replace("0x00000003", "0x00000001")
    assert ledger(tmp_path / "a", head + start + stop + end)[:2] == (2, 0)
    again = start.replace("17:00:00", "17:30:00").replace("570156", "570159")
    assert ledger(tmp_path / "b", head + start + start + again + end)[:2] == (2, 0)
    nameless = [row.replace("0x00000001", "") for row in (start, again)]
    assert ledger(tmp_path / "c", head + "".join(nameless) + end)[:2] == (2, 0)


def test_bytes_that_are_no_utf_8_reject_their_record_unless_the_source_says_what_they_are(
    tmp_path: Path,
) -> None:
    content = ribbon([FAILED, FAILED]).replace(",000,", ",000\xa0,", 1).encode("latin-1")
    assert ledger(tmp_path / "a", content) == (1, 1, ["encoding"])
    source = [{"path": "a.ACT", "encoding": "latin-1"}]
    (file,) = load(tmp_path / "b", {"a.ACT": content}, source).files
    assert (file.loaded, file.rejected) == (2, 0)


TURNED = ",America/New_York,"


def at(content: str, day: str, clock: str) -> str:
    """A file with the start of its calls moved."""
    return content.replace(",GMT,", TURNED).replace("03/12/2024", day).replace("17:00:00.0", clock)


def test_a_time_that_a_change_of_the_clocks_gives_twice_is_said(tmp_path: Path) -> None:
    content = at(ribbon([ANSWERED]), "11/03/2024", "01:30:00.0")
    found = load(tmp_path / "a", {"a.ACT": content})
    assert "gives twice" in found.files[0].problem
    assert found.rows("SELECT hour(started_at_utc) FROM attempt_record") == [(5,)]
    plain = load(tmp_path / "b", {"a.ACT": at(ribbon([ANSWERED]), "11/03/2024", "03:30:00.0")})
    assert plain.files[0].problem == ""


def test_a_time_that_a_change_of_the_clocks_leaves_out_is_rejected(tmp_path: Path) -> None:
    content = at(ribbon([ANSWERED]), "03/10/2024", "02:30:00.0")
    assert ledger(tmp_path / "a", content)[:2] == (0, 1)


def test_a_call_that_lasts_over_a_change_of_the_clocks_has_its_length(tmp_path: Path) -> None:
    answer = Call(1, 1710054000, 1710057660, 1710057700, "+61491570156", "000", 16, 200)
    content = ribbon([answer]).replace(",GMT,", TURNED).replace("07:00:00", "01:59:00")
    assert load(tmp_path / "a", {"a.ACT": content}).rows(
        "SELECT date_diff('second', started_at_utc, answered_at_utc) FROM attempt_record"
    ) == [(3660,)]
    back = rows_of(FAILED)[1].replace(",GMT,", TURNED).replace("03/12/2024", "11/03/2024")
    back = back.replace("23:59:59.0", "01:50:00.0").replace("00:00:01.0", "01:10:00.0")
    assert load(tmp_path / "b", {"a.ACT": back}).rows(
        "SELECT date_diff('minute', started_at_utc, released_at_utc) FROM attempt_record"
    ) == [(20,)]


def test_a_value_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    content = ribbon([FAILED]).replace(",3,41,", ",3,forty,")
    found = load(tmp_path / "a", {"a.ACT": content})
    assert [(column, value) for _, column, value, _ in found.unreadable] == [("release_cause", "forty")]
