"""Times by a pattern that a source states: what is not written by it is no time, and never another one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import polars
import pytest
from xlsxwriter import Workbook

from auditor.case import read_case
from auditor.case.time_pattern import USUAL, fault_of, fits
from auditor.formats.detect import layouts
from auditor.ingest import check_heads
from auditor.store import open_memory
from tests.ingest.loading import load, write_case

UTC = datetime(2024, 3, 12, 17)


def written_as(kind: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str | bytes:
    """The rows, all texts, in a file of that kind."""
    made = io.BytesIO()
    if kind == "json":
        return "".join(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows)
    if kind == "parquet":
        polars.DataFrame([dict(zip(header, row, strict=True)) for row in rows]).write_parquet(made)
    elif kind == "xlsx":
        with Workbook(made) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate([header, *rows]):
                sheet.write_row(place, 0, row)
    else:
        return "".join(",".join(row) + "\n" for row in [header, *rows])
    return made.getvalue()


@pytest.mark.holds("fault.56")
@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
@pytest.mark.parametrize(
    ("pattern", "clock", "lost"),
    [
        ("%Y%m%d %H%M%S", "170000", ("10500", "13000", " 10500", "500")),
        ("%Y%m%d %H%M", "1700", ("130", "30")),
        ("%Y%m%d %T", "17:00:00", ()),
        ("%Y%m%d %H%M%S%g", "170000000", ("10500000", "130005")),
        ("%Y%m%d %I%M%p", "0500PM", ("500PM", "130PM")),
    ],
)
def test_a_time_that_lost_its_zero_is_no_other_time(
    tmp_path: Path, kind: str, pattern: str, clock: str, lost: tuple[str, ...]
) -> None:
    rows = [("20240312", "000", "20240312 " + end, end) for end in (clock, *lost)]
    source: dict[str, object] = {"path": f"a.{kind}", "time_format": pattern, "timezone": "UTC"}
    source["time_parts"] = {"started_at": ["Day", "Clock"]}
    content = written_as(kind, ["Day", "dialled", "answered_at", "Clock"], rows)
    loaded = load(tmp_path, {f"a.{kind}": content}, [source])
    assert loaded.rows("SELECT started_at_utc, answered_at_utc FROM attempt_record") == [(UTC, UTC)]
    assert [(column, reason) for _, column, reason in loaded.rejects] == [
        ("started_at", "not_a_time") for _ in lost
    ]
    assert loaded.rows("SELECT hour_utc, records FROM volume WHERE hour_utc IS NOT NULL") == [(UTC, 1)]


@pytest.mark.holds("fault.56")
def test_an_answer_time_that_lost_its_zero_is_unknown_and_a_finding(tmp_path: Path) -> None:
    source = {"path": "a.csv", "time_format": "%Y%m%d%H%M%S", "timezone": "UTC"}
    rows = "started_at,answered_at,dialled\n" + "".join(
        f"20240312170000,{text},000\n" for text in ("20240312170005", "2024031217005")
    )
    loaded = load(tmp_path, {"a.csv": rows}, [source])
    assert loaded.rows("SELECT answered_at_utc FROM attempt_record ORDER BY record_no") == [
        (UTC + timedelta(seconds=5),),
        (None,),
    ]
    assert loaded.unreadable == [(3, "answered_at", "2024031217005", "not_a_time")]


@pytest.mark.holds("fault.56")
@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("%d/%m/%Y %H:%M:%S", ("12/03/2024 17:00:00", "12/3/2024 17:0:0")),
        ("1%y%m%d %H%M%S", ("1240312 170000",)),
        ("%d%b%Y %H%M", ("12Mar2024 1700",)),
        ("%Y%j%H%M", ("20240721700",)),
        ("%-d.%-m.%Y %-H:%M", ("12.3.2024 17:00",)),
        ("%Y%m%d%H%M%S.%g", ("20240312170000.000", "20240312170000.0")),
        ("%Y%m%d at %H%M", ("20240312 at 1700",)),
    ],
)
def test_a_pattern_reads_what_is_written_by_it(tmp_path: Path, pattern: str, texts: tuple[str, ...]) -> None:
    source = {"path": "a.csv", "time_format": pattern, "timezone": "UTC"}
    lines = "".join(f"{text},000\n" for text in texts)
    loaded = load(tmp_path, {"a.csv": "started_at,dialled\n" + lines}, [source])
    assert loaded.rows("SELECT DISTINCT started_at_utc FROM attempt_record") == [(UTC,)]
    assert not loaded.rejects


@pytest.mark.holds("fault.56")
@pytest.mark.parametrize("nothing", ["00000000000000", "-", "NULL", "2024031217005", '""'])
@pytest.mark.parametrize("pattern", ["%Y%m%d%H%M%S", "%d%m%Y%H%M%S"])
def test_a_word_for_no_answer_is_no_answer_where_nothing_is_between_the_numbers(
    tmp_path: Path, pattern: str, nothing: str
) -> None:
    source = {"path": "a.csv", "time_format": pattern, "timezone": "UTC"}
    begun, answered = (at.strftime(pattern) for at in (UTC, UTC + timedelta(seconds=5)))
    rows = [f"{begun},{answered},0398765432", f"{begun},{nothing},0398765432"]
    text = "\n".join(["started_at,answered_at,dialled", *rows]) + "\n"
    loaded = load(tmp_path, {"a.csv": text}, [source])
    assert loaded.rows("SELECT is_answered, records FROM volume ORDER BY 1") == [(False, 1), (True, 1)]


def test_check_says_that_a_zero_was_lost(tmp_path: Path) -> None:
    source = {"path": "a.csv", "time_format": "%Y%m%d %H%M%S", "timezone": "UTC"}
    folder = write_case(tmp_path, {"a.csv": "started_at,dialled\n20240312 10500,000\n"}, [source])
    (problem,) = check_heads(read_case(folder)).problems
    assert "not_a_time" in problem.message
    assert "leading zeros" in problem.hint


@pytest.mark.parametrize(
    "pattern", ["%m/%d/%Y %I:%M:%S %p", "%x %X", "%d %h %Y %T", "%-d.%-m.%y %H:%M", "epoch"]
)
def test_a_pattern_by_which_times_can_be_read_has_no_fault(pattern: str) -> None:
    assert fault_of(pattern) is None


def test_a_pattern_with_two_zones_has_a_fault() -> None:
    assert fault_of("%Y-%m-%d %H:%M:%S %z %Z") is not None


def test_no_pattern_of_a_layout_or_of_a_draft_has_a_fault() -> None:
    shipped = {p for layout in layouts() for p in layout.time_formats} | set(USUAL)
    assert len(shipped) > 10
    assert not [pattern for pattern in sorted(shipped) if fault_of(pattern)]


@pytest.mark.holds("fault.54")
@pytest.mark.parametrize("zone", ["Australia/Sydney", ""])
@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2024-03-12 17:00:00 UTC", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-03-12 17:00:00 GMT", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-03-12 17:00:00 utc", "%Y-%m-%d %H:%M:%S %Z"),
        ("17:00:00.000 UTC Tue Mar 12 2024", "%H:%M:%S.%g %Z %a %b %d %Y"),
        ("12/Mar/2024 17:00:00 UTC", "%d/%b/%Y %H:%M:%S %Z"),
        ("20240313 040000 Australia/Sydney", "%Y%m%d %H%M%S %Z"),
        ("2024-03-12 12:00:00 Etc/GMT+5", "%Y-%m-%d %H:%M:%S %Z"),
        ("2024-03-12 14:00:00 America/Argentina/Buenos_Aires", "%Y-%m-%d %H:%M:%S %Z"),
        ("13/03/2024 04:00:00 +1100", "%d/%m/%Y %H:%M:%S %z"),
    ],
)
def test_the_zone_that_a_time_names_is_its_only_one(
    tmp_path: Path, text: str, pattern: str, zone: str
) -> None:
    source = {"path": "a.csv", "time_format": pattern} | ({"timezone": zone} if zone else {})
    loaded = load(tmp_path, {"a.csv": f"started_at,dialled\n{text},000\n"}, [source])
    assert loaded.rows("SELECT started_at_utc FROM attempt_record") == [(UTC,)]
    assert loaded.rows("SELECT hour_utc FROM volume") == [(UTC,)]
    assert not [p for p in check_heads(read_case(loaded.folder)).problems if "zone" in p.hint]


@pytest.mark.holds("fault.54", "fault.55")
def test_a_name_that_several_zones_have_is_no_zone_and_clock_changes_are_said(tmp_path: Path) -> None:
    names = ["EST", "IST", "BST", "CST", "AEST", "AET", "PST8PDT", "GMT+11", "UTC+10", "Foo/Bar"]
    texts = [f"2024-03-12 17:00:00 {name}" for name in names]
    texts += [f"2024-10-06 02:30:00 {name}" for name in ("Australia/Sydney", "UTC")]
    texts += ["2024-04-07 02:30:00 Australia/Sydney"]
    source = {"path": "a.csv", "time_format": "%Y-%m-%d %H:%M:%S %Z", "timezone": "Australia/Sydney"}
    lines = "".join(f"{text},000\n" for text in texts)
    loaded = load(tmp_path, {"a.csv": "started_at,dialled\n" + lines}, [source])
    reasons = [reason for *_, reason in loaded.rejects]
    assert reasons == ["not_a_time"] * len(names) + ["time_in_dst_gap"]
    assert loaded.rows("SELECT started_at_utc FROM attempt_record ORDER BY 1") == [
        (datetime(2024, 4, 6, 15, 30),),
        (datetime(2024, 10, 6, 2, 30),),
    ]
    assert [reason for *_, reason in loaded.unreadable] == ["ambiguous_time"]


def test_every_usual_pattern_is_read_as_it_was_found() -> None:
    written = datetime(2023, 11, 8, 16, 5, 6, 123000)
    with closing(open_memory()) as store:
        for pattern in USUAL:
            for text in (written.strftime(pattern), written.strftime(pattern).replace("08", "8", 1)):
                if fits(text, pattern):
                    read = store.value(
                        "SELECT try_strptime($text, $pattern)", {"text": text, "pattern": pattern}
                    )
                    assert read == datetime.strptime(text, pattern), (text, pattern)
