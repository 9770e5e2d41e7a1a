"""Long row sets as people read them, and how the short formats show them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from auditor.model import Audit
from auditor.report.content.entries import filled
from auditor.report.content.ledgers import annex_files
from auditor.report.content.listed import for_people, listed, money
from auditor.report.content.page import Page
from auditor.report.content.pictures import place_of
from auditor.report.content.sections import build
from auditor.report.content.times import Zone
from auditor.report.document import Edition, Grid, Listing, Paragraph
from auditor.report.draw.annex import write_annex
from auditor.report.draw.markdown import as_markdown
from auditor.report.draw.text import print_blocks, print_summary
from auditor.report.privacy.masking import masked
from auditor.report.privacy.public import published
from auditor.report.profiles.reader import read_profile
from tests.report.audits import rich_audit, rows

ZONE = Zone("Australia/Sydney")


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (32_000, "AUD", "320.00 AUD"),
        (-5, "AUD", "-0.05 AUD"),
        (1_234_567, "JPY", "1,234,567 JPY"),
        (1_500, "BHD", "1.500 BHD"),
        (100, None, "1.00"),
    ],
)
def test_money_has_its_point_and_its_currency(minor: int, currency: str | None, said: str) -> None:
    assert money(minor, currency) == said


def test_people_read_lengths_amounts_and_chances_and_not_milliseconds() -> None:
    found = for_people(
        rows(("delay_ms", "paid_minor", "currency", "p", "late", "n"),
             [(1_500_000, 32_000, "AUD", 1.008098286e-15, True, 7), (None, None, "AUD", None, None, None)])
    )  # fmt: skip
    assert found.columns == ("delay", "paid_amount", "currency", "p", "late", "n")
    assert list(found) == [
        ("25 min", "320.00 AUD", "AUD", 1.01e-15, True, 7),
        (None, None, "AUD", None, None, None),
    ]


def test_a_small_chance_in_a_sentence_is_not_nothing() -> None:
    said = filled("p {p}, q {q}, {n} of {share}", {"p": 1.008e-15, "q": 0.0125, "n": 1_200, "share": 0.0})
    assert said == "p 1e-15, q 0.013, 1,200 of 0"


def test_a_listing_shows_its_first_rows_and_names_what_is_alike_and_what_is_left() -> None:
    data = [(f"duty_{n}", "march", "in time", None, "2024-03-13T00:04:00Z") for n in range(4)]
    held = rows(("duty", "outage", "status", "clause", "sent_at"), data)
    grid = listed(Listing("table:duties", "Duties", held, "duties.csv", 2), ZONE)
    assert grid.columns == ("duty",)
    assert grid.rows == (("duty_0",), ("duty_1",))
    assert grid.note == (
        "Showing 2 of 4 rows; csv/duties.csv (auditor report --format csv) has all of them. In all rows"
        " shown: outage march; status in time; sent at 2024-03-13 11:04. No value: clause."
    )


def _audit() -> Audit:
    audit = rich_audit()
    duties = rows(
        ("outage", "duty", "audience", "clause", "mandatory", "status", "due_at", "sent_at", "delay_ms",
         "longest_gap_ms"),
        [("march", "major_ombudsman", "ombudsman", "s 10", True, "missing", None, None, None, None),
         ("march", "major_centre", "centre", "s 10", True, "in_time", None, "2024-03-13T00:25:00Z", 1_500_000,
          None)],
    )  # fmt: skip
    promises = rows(
        ("promise", "outage", "currency", "promised", "paid_right", "promised_minor", "paid_minor"),
        [("march", "march", "AUD", 32, 29, 32_000, 30_000)],
    )
    return replace(audit, tables={**audit.tables, "duties": duties, "promises": promises})


def test_markdown_shows_the_rows_under_its_headings_in_words() -> None:
    text = as_markdown(build(_audit(), read_profile("working"), Edition())).decode()
    assert "| major\\_ombudsman | ombudsman | no notice found |" in text
    assert "| 25 min |" in text
    assert "320\\.00 AUD" in text
    assert "32,000" not in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_full_summary_shows_the_rows_that_fit_and_names_the_columns_that_do_not(width: int) -> None:
    out = io.StringIO()
    print_summary(_audit(), Console(file=out, width=width), is_full=True, reveal=True)
    text = out.getvalue()
    assert re.search(r"major_ombudsman +ombudsman +no notice found", text)
    assert "320.00 AUD" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= width
    assert ("Left out:" in text) == (width < 200)


def test_an_hour_is_marked_where_it_touches_an_outage() -> None:
    audit = rich_audit()
    assert place_of(audit, "2024-03-13 03:00") == "outside the outages"
    assert place_of(audit, "2024-03-13 04:00") == "in an outage"
    assert place_of(audit, "2024-03-13 12:00") == "in an outage"
    assert place_of(audit, "2024-03-13 13:00") == "outside the outages"
    assert place_of(audit, "other") == ""
    assert place_of(replace(audit, case=replace(audit.case, outages=())), "2024-03-13 04:00") == ""


@pytest.mark.parametrize(
    ("file", "where"), [("callers.csv", "callers.csv"), ("x.csv", "csv/x.csv (auditor report --format csv)")]
)
def test_a_long_list_is_in_a_file_that_every_run_writes_or_one_whose_format_is_named(
    file: str, where: str
) -> None:
    assert Listing("x", "X", rows(("a",), [("b",)]), file).whole == where


@pytest.mark.parametrize("edition", [Edition(), Edition(is_revealed=True), Edition(public_k=5)])
def test_the_annex_files_that_are_named_are_those_that_are_written(tmp_path: Path, edition: Edition) -> None:
    audit = masked(rich_audit())
    if edition.public_k is not None:
        audit, edition = published(audit, edition.public_k)
    (named,) = annex_files(Page(audit, read_profile("working"), edition))
    assert isinstance(named, Grid)
    written = {path.name for path in write_annex(tmp_path / "annex", audit, edition).iterdir()}
    assert {file.partition("/")[2] for file, by, _ in named.rows if by == "report --format pdf"} == written


def test_an_alias_is_explained_once_before_the_first_list_that_has_one() -> None:
    whole = rich_audit()
    held = rows(("caller_id", "caller_alias", "is_failed_in_outage"), [("tel:1", "C-0001", True)])
    audit = masked(replace(whole, tables={**whole.tables, "callers": held, "worklist": held}))
    blocks = [b for s in build(audit, read_profile("working"), Edition()).sections for b in s.blocks]
    said = [
        n for n, b in enumerate(blocks) if isinstance(b, Paragraph) and b.text.startswith("Caller alias: ")
    ]
    lists = [n for n, b in enumerate(blocks) if isinstance(b, Listing) and "caller_alias" in b.rows.columns]
    assert said == [lists[0] - 1]
    assert len(lists) > 1
    assert as_markdown(build(audit, read_profile("working"), Edition()))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_last_column_to_which_the_others_lead_stays_on_a_narrow_screen(width: int) -> None:
    columns = ("month", "number", "attempts", "delivered attempts", "answered attempts", "failed attempts")
    row = ("2024-03", "000", "120", "100", "90", "20")
    grid = Grid("By month", columns, (row,), (2, 3, 4, 5), is_fitted=True)
    out = io.StringIO()
    print_blocks([grid], Console(file=out, width=width))
    head = next(line for line in out.getvalue().splitlines() if "month " in line)
    assert head.rstrip().endswith("failed attempts")
    assert ("Left out: " in out.getvalue()) == (width < 200)
