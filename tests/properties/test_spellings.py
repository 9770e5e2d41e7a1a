"""One reader of values: a small world written in every format, each time in another spelling, is one
world."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import polars
import pytest
from xlsxwriter import Workbook

from auditor.case import read_case
from auditor.ingest import check_heads
from auditor.regimes import e164
from tests.ingest.loading import load, write_case

Rows = Sequence[Mapping[str, str]]
COLUMNS = (
    "call_id", "started_at", "answered_at", "calling_number", "imsi", "dialled", "sip_status",
    "release_cause", "disposition", "access", "is_test",
)  # fmt: skip
NONE = ("", "NULL", "\\N", "(null)", "None", "nan", "N/A", "#N/A", "unknown", "-", "--", " null ")
NEVER = (*NONE, "0", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0000-00-00 00:00:00")
EMERGENCY = (
    "000", "0 0 0", "tel:000", "sip:000@h.example", "SIPS:000@h", "'000", '="000"', "+000", "%30%30%30",
    "000.0", "<sip:000@h;user=phone>", "\u200e000", "(000)", "000\u00a0", '"000"', "0-0-0",
    "sip:000;phone-context=x@h",
)  # fmt: skip
WHO = (
    "+61491570156", "0491570156", "+61 491 570 156", "tel:+61491570156", "sip:+61491570156@h",
    "61491570156", "61491570156.0", "0011 61 491 570 156", "'0491570156", "(04) 9157-0156",
    "\u202a+61491570156\u202c",
)  # fmt: skip
START = (
    "2024-03-12T17:00:01Z", "2024-03-12T17:00:01.000+00:00", "2024-03-13T04:00:01+11:00",
    "2024-03-12 17:00:01+00", "2024-03-12T17:00:01.0009Z", "2024-03-13 04:00:01.000 +1100",
)  # fmt: skip
FAILED = {
    "call_id": ("k1",), "started_at": START, "answered_at": NEVER, "calling_number": WHO,
    "imsi": ("505010000000001", "505010000000001.0"), "dialled": EMERGENCY, "sip_status": ("503", "503.0"),
    "release_cause": (*NONE, "0", "0.0"), "disposition": ("failed", "Failed", " FAILED "),
    "access": ("4g", "4G"), "is_test": ("0", "false", "F", "No", "n", "0.0"),
}  # fmt: skip
ANSWERED = {
    **FAILED,
    "call_id": (*NONE, "0", "-1", "0000"),
    "answered_at": START,
    "dialled": ("112", "tel:112", "sip:112@h", "112.0", "urn:service:sos"),
    "sip_status": ("200", "200.0"),
    "release_cause": ("16", "16.0"),
    "disposition": ("answered", "ANSWERED"),
    "is_test": ("1", "true", "T", "Yes", "y", "1.0"),
    "imsi": (*NONE, "0", "000000000000000"),
}
ORDINARY = {**FAILED, "call_id": ("k3",), "dialled": ("0398765432", "tel:0398765432", "0001234", "100")}
"""Canonical column -> the texts that mean the same there; one dictionary a record."""


_STRIPPED = str.maketrans("", "", " ()-.")
"""What the contract takes off a number that is dialled (3.1)."""


def delimited(between: str, quote: bool = False) -> Callable[[Rows], str]:
    def field(text: str) -> str:
        needs = quote or any(sign in text for sign in (between, '"', "\n"))
        return '"' + text.replace('"', '""') + '"' if needs else text

    return lambda rows: "".join(
        between.join(map(field, line)) + "\n"
        for line in [COLUMNS, *([row[c] for c in COLUMNS] for row in rows)]
    )


def sheet(rows: Rows) -> bytes:
    made = io.BytesIO()
    with Workbook(made, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for place, line in enumerate([COLUMNS, *([row[c] for c in COLUMNS] for row in rows)]):
            for column, text in enumerate(line):
                page.write_string(place, column, text)
    return made.getvalue()


def parquet(rows: Rows) -> bytes:
    made = io.BytesIO()
    polars.DataFrame([dict(row) for row in rows]).select(COLUMNS).write_parquet(made)
    return made.getvalue()


def nested(rows: Rows) -> str:
    return json.dumps([{"leg": {name: row[name] for name in COLUMNS}} for row in rows])


COMMA = delimited(",")
FORMATS: Mapping[str, tuple[Callable[[Rows], str | bytes], Mapping[str, object]]] = {
    "comma.csv": (COMMA, {}),
    "semicolon.csv": (delimited(";"), {}),
    "tab.txt": (delimited("\t"), {}),
    "bar.log": (delimited("|"), {}),
    "quoted.csv": (delimited(",", quote=True), {}),
    "returns.csv": (lambda rows: COMMA(rows).replace("\n", "\r\n"), {}),
    "marked.csv": (lambda rows: "\ufeff" + COMMA(rows), {}),
    "utf16.csv": (lambda rows: COMMA(rows).encode("utf-16"), {}),
    "titled.csv": (lambda rows: "Calls\n\n" + COMMA(rows), {"skip_head": 2}),
    "headless.csv": (lambda rows: COMMA(rows).partition("\n")[2], {"header": list(COLUMNS)}),
    "loose.csv": (COMMA, {"quotes": "loose"}),
    "footed.csv": (lambda rows: COMMA(rows) + "Total 3\n", {"skip_lines": "^Total"}),
    "lines.jsonl": (lambda rows: "".join(json.dumps(row) + "\n" for row in rows), {}),
    "array.json": (json.dumps, {}),
    "one_by_one.json": (lambda rows: "".join(json.dumps(row, indent=1) for row in rows), {}),
    "wrapped.json": (lambda rows: json.dumps({"page": {"items": rows}}), {"unwrap": "page.items"}),
    "nested.json": (nested, {"columns": {name: f"leg.{name}" for name in COLUMNS}}),
    "rows.parquet": (parquet, {}),
    "book.xlsx": (sheet, {}),
}
SPELLINGS = 3
"""Each file holds the world as often, each time in other spellings: 57 spellings in all."""


def world(chance: random.Random) -> list[dict[str, str]]:
    """The three records, each value in one of its spellings."""
    return [
        {name: chance.choice(record[name]) for name in COLUMNS} for record in (FAILED, ANSWERED, ORDINARY)
    ]


@pytest.mark.holds("property.18", "property.19")
def test_one_world_is_read_alike_in_every_format_and_spelling(tmp_path: Path) -> None:
    chance = random.Random(61)
    written = {name: [row for _ in range(SPELLINGS) for row in world(chance)] for name in FORMATS}
    files = {name: write(written[name]) for name, (write, _) in FORMATS.items()}
    sources = [{"path": name, **keys} for name, (_, keys) in FORMATS.items()]
    folder = write_case(tmp_path, files, sources)
    assert check_heads(read_case(folder)).problems == ()
    found = load(folder)
    shown = found.rows(
        """SELECT f.path, a.call_id, a.started_at_utc, a.answered_at_utc, a.calling_number, a.imsi, a.dialled,
            a.sip_status, a.release_cause, a.disposition, a.access, a.is_test
        FROM attempt_record AS a JOIN file AS f USING (file_no) ORDER BY f.path, a.record_no"""
    )
    read: dict[str, list[tuple[object, ...]]] = {}
    for path, call, start, answer, who, imsi, dialled, *rest in shown:
        called = "112" if dialled == "urn:service:sos" else str(dialled).translate(_STRIPPED).lstrip("+")
        row = (call, start, answer, e164(str(who), country="AU"), imsi, called, *rest)
        read.setdefault(str(path), []).append(row)
    start = datetime(2024, 3, 12, 17, 0, 1)
    failed = ("k1", start, None, "+61491570156", "505010000000001", "000", 503, None, "failed", "4g", False)
    answered = (None, start, start, "+61491570156", None, "112", 200, 16, "answered", "4g", True)
    assert set(read) == set(files)
    wrong = {path: rows for path, rows in read.items() if rows != [failed, answered] * SPELLINGS}
    assert not wrong, {path: written[path] for path in wrong}
    buckets = {(f.loaded, f.not_emergency, f.rejected) for f in found.files}
    assert buckets == {(2 * SPELLINGS, SPELLINGS, 0)}
