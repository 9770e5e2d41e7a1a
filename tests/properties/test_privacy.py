"""Numbers planted in every field of every input, in the spellings of people and of files: no output shows
one.

What is looked for are seven digits in a row of any planted number, whatever is between them, that the same
case with other numbers does not show. So times, figures and the coast of the map, which are alike in both,
are no false alarm.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import re
import shutil
import unicodedata
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import duckdb
import openpyxl
import pypdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from auditor.catalogue.columns import PRIVACY
from auditor.model import Column
from auditor.private import FOLDER
from auditor.record.snapshot import KEY, _shown
from auditor.report.privacy.masking import mask_cell, mask_path, mask_text
from auditor.text import path_without_numbers, safe_text
from tests.called import call
from tests.fuzz.mutating import tries

ZERO_WIDTH, WORD_JOINER, SOFT_HYPHEN = "\u200b", "\u2060", "\u00ad"


def _grouped(joint: str) -> Callable[[str], str]:
    return lambda digits: joint.join((f"0{digits[:3]}", digits[3:6], digits[6:]))


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "bare": lambda d: f"0{d}",
    "without its zero": lambda d: d,
    "E.164": lambda d: f"+61{d}",
    "with country and no plus": lambda d: f"61{d}",
    "with an exit code": lambda d: f"001161{d}",
    "spaced": _grouped(" "),
    "dashed": _grouped("-"),
    "dotted": _grouped("."),
    "in brackets": lambda d: f"(0{d[0]}) {d[1:5]} {d[5:]}",
    "slashed": _grouped("/"),
    "with underscores": _grouped("_"),
    "with bars": _grouped("|"),
    "in quotes": _grouped("' '"),
    "with a port": lambda d: f"0{d}:5060",
    "user and host": lambda d: f"sip:+61{d}@ims.example:5060",
    "user and address": lambda d: f"0{d}@192.168.100.12",
    "user with parameters": lambda d: f"<sip:0{d};user=phone@host>",
    "tel": lambda d: f"tel:+61-{d[:3]}-{d[3:]}",
    "zero-width": _grouped(ZERO_WIDTH),
    "joined": lambda d: WORD_JOINER.join(f"0{d}"),
    "soft": _grouped(SOFT_HYPHEN),
    "no-break": _grouped("\u00a0"),
    "full width": lambda d: "".join(chr(0xFF10 + int(c)) for c in f"0{d}"),
    "two together": lambda d: f"0{d}0{d}",
    "percent": lambda d: f"%2B61{d}",
    "percent between": _grouped("%2D"),
    "far apart": _grouped("      "),
    "signs with blanks": _grouped("  -  "),
    "exact for a spreadsheet": lambda d: f'="0{d}"',
    "a figure": lambda d: f"61{d}.0",
    "with a time": lambda d: f"2024-03-12 0{d}",
    "in a sentence": lambda d: f"rang 0{d[:3]} {d[3:6]} {d[6:]} at noon",
    "between letters": lambda d: f"UE{d}X",
}
"""Nine digits without the trunk zero -> a text that holds them."""
IN_A_NAME = [name for name in SPELLINGS if name not in ("slashed", "user with parameters", "tel")]
"""What a file may be called."""

COLUMNS = {
    "attempts": (
        "call_id network element started_at answered_at released_at calling_number imsi imei dialled"
        " service_category access cell_id route release_cause release_location sip_status disposition"
        " duration_s talk_s linked_call_id dialled_other is_test note"
    ),
    "centre": (
        "centre_call_id centre call_id linked_call_id presented_at answered_at released_at calling_number"
        " imsi imei route network disposition transferred_to transferred_at location_received"
        " callback_received note"
    ),
    "welfare": "check_id calling_number imsi imei attempted_at method outcome operator note",
    "cells": "cell_id latitude longitude region access network note",
    "subscribers": "calling_number imsi imei account_id contact_number region network class note",
    "devices": "tac make model note",
    "notifications": (
        "sent_at audience recipient channel region kind scale cause services restoration content note"
    ),
    "credits": "account_id amount currency credited_at note",
    "complaints": "received_at calling_number region text note",
}
"""Role -> its columns, all but the counter of records: that is a figure of the network's own."""
USUAL = {
    "call_id": "c{n}", "network": "alpha", "element": "msc-1", "started_at": "2024-03-12T18:{m:02}:00.000Z",
    "released_at": "2024-03-12T18:{m:02}:20.000Z", "dialled": "000", "access": "4g", "cell_id": "cell-1",
    "route": "north", "release_cause": "38", "sip_status": "503", "centre_call_id": "k{n}", "centre": "ecp",
    "presented_at": "2024-03-12T18:{m:02}:02.000Z", "disposition": "answered", "check_id": "w{n}",
    "attempted_at": "2024-03-12T20:{m:02}:00.000Z", "method": "call", "outcome": "no_contact",
    "operator": "team", "latitude": "-33.8", "longitude": "151.2", "region": "north", "tac": "35209900",
    "make": "Acme", "model": "One", "class": "consumer", "sent_at": "2024-03-12T18:30:00.000Z",
    "audience": "customers", "channel": "web", "kind": "initial", "account_id": "A{n}", "amount": "10.00",
    "currency": "AUD", "credited_at": "2024-03-20T00:00:00.000Z", "received_at": "2024-03-12T18:40:00.000Z",
}  # fmt: skip
WITHOUT = {"attempts": ("disposition",), "centre": ("call_id",), "devices": ()}
"""Columns that a usual record of the role leaves empty, though others fill them."""

CASE = """
[case]
title = {title}
regime = "au"
country = "AU"
[[outage]]
id = "national"
networks = ["alpha"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-13T02:00:00+00:00
significant = true
cause = {cause}
[[claim]]
id = "first"
said_by = {said_by}
said_on = 2024-03-14
figure = 12
unit = "callers"
measure = "callers.failed"
"""


@dataclass(frozen=True)
class Planted:
    """A number in one place of the inputs: nine digits, and how they are spelt."""

    digits: str
    spelling: str

    @property
    def text(self) -> str:
        return SPELLINGS[self.spelling](self.digits)


PLACES = [
    *(f"{role}.{column}" for role, columns in COLUMNS.items() for column in columns.split()),
    *(f"{role} caller {number}" for role in ("attempts", "centre", "welfare") for number in range(4)),
    "header", "folder", "file", "member", "sheet", "json key", "json value", "cut line", "title", "cause",
    "said_by", "unnamed file", "imsi", "imei",
]  # fmt: skip
NAMES = frozenset({"folder", "file", "member", "sheet", "unnamed file"})


@st.composite
def plants(draw: st.DrawFn) -> Mapping[str, Planted]:
    """A number for each place. Its digits are 3 to 9: times have a 0, 1 or 2 nearly everywhere."""
    found = {}
    for place in PLACES:
        digits = "4" + draw(st.text("3456789", min_size=8, max_size=8).filter(lambda d: len(set(d)) > 3))
        names = IN_A_NAME if place in NAMES else list(SPELLINGS)
        found[place] = Planted(digits, draw(st.sampled_from(names)))
    return found


def plain() -> Mapping[str, Planted]:
    """Other numbers in the same places: what is shown of them is shown of any."""
    found = {}
    for number, place in enumerate(PLACES):
        digits = "4" + "".join("3456789"[(number // 7**n + n) % 7] for n in range(8))
        found[place] = Planted(digits, "bare")
    return found


def records(role: str, found: Mapping[str, Planted]) -> Iterator[list[str]]:
    """The header; a record a column with a number in it and all else as usual; one with numbers everywhere;
    and callers in several spellings."""
    names = COLUMNS[role].split()
    yield names

    def usual(number: int) -> dict[str, str]:
        values = {
            name: USUAL.get(name, "").format(n=f"{role[0]}{number}", m=number % 60)
            for name in names
            if name not in WITHOUT.get(role, ())
        }
        return {name: values.get(name, "") for name in names}

    for number, name in enumerate(names):
        record = usual(number)
        if name != "calling_number" and "calling_number" in record:
            record["calling_number"] = found[f"{role}.calling_number"].text
        yield list({**record, name: found[f"{role}.{name}"].text}.values())
    required = {"started_at", "presented_at", "attempted_at", "sent_at", "received_at", "dialled"}
    everywhere = usual(50)
    everywhere |= {name: found[f"{role}.{name}"].text for name in names if name not in required}
    yield list(everywhere.values())
    if role in ("attempts", "centre", "welfare"):
        for number in range(4):
            callers = {**usual(51 + number), "calling_number": found[f"{role} caller {number}"].text}
            if number == 3:
                callers |= {"calling_number": "", "imsi": f"50501{found['imsi'].digits}4"}
                callers |= {"imei": f"350000{found['imei'].digits[:8]}9"}
            yield list(callers.values())


def as_csv(rows: Iterator[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def write(case: Path, found: Mapping[str, Planted]) -> Path:
    """The case: each role in a file of its own, and once more as JSON lines, a sheet and in an archive."""
    shutil.rmtree(case, ignore_errors=True)
    logs = case / f"logs {found['folder'].text}"
    logs.mkdir(parents=True)
    sources = []
    for role in COLUMNS:
        text = as_csv(records(role, found))
        (logs / f"{role} {found['file'].text}.csv").write_text(text)
        sources.append((role, f"*/{role} *.csv"))
    head = ["call_id", "network", "started_at", "calling_number", "dialled", "sip_status"]
    line = ["x{}", "alpha", "2024-03-12T19:0{}:00.000Z", "+6149157{}570", "000", "503"]
    one, two, three, four = ([field.replace("{}", str(n)) for field in line] for n in range(1, 5))
    extra = [[*head, found["header"].text], [*one, found["header"].text], [found["cut line"].text, "x"]]
    (case / "extra.csv").write_text(as_csv(iter(extra)))
    key, value = found["json key"].text, found["json value"].text
    (case / "more.jsonl").write_text(json.dumps({**dict(zip(head, two, strict=True)), key: value}) + "\n")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = re.sub(r"[\[\]*:/\\?]", " ", found["sheet"].text)[:31]
    for row in (head, three):
        sheet.append(row)
    book.save(case / "book.xlsx")
    with zipfile.ZipFile(case / "pack.zip", "w") as pack:
        pack.writestr(f"{found['member'].text}.csv", as_csv(iter([head, four])))
    (case / f"{found['unnamed file'].text}.log").write_text("not named by the case\n")
    sources += [("attempts", name) for name in ("extra.csv", "more.jsonl", "book.xlsx", "pack.zip")]
    quoted = {name: json.dumps(found[name].text) for name in ("title", "cause", "said_by")}
    listed = "".join(f'[[source]]\nrole = "{role}"\npath = "{path}"\n' for role, path in sources)
    (case / "case.toml").write_text(CASE.format(**quoted) + listed)
    return case


COMMANDS = """
run {case} --full --debug
check {case}
files {case} --json
rejects {case} --format csv
worklist {case}
worklist {case} -o {out}/worklist.csv
report {case} -o {out}
report {case} --format md,json --public 3 -o {out}/public
claims {case}
bridge {case} attempts.failed callers.failed --rows unit
request {case}
export {case} --format duckdb -o {out}/base
sql {case} --ask failed_callers_unchecked
find {case} --id C-0003
trace {case} C-0003
trace {case} nothing --debug
run {case} -q -p match_after_s=59
diff {case} --json
custody {case}
init {raw} --no-input --debug
"""


def outputs(folder: Path, found: Mapping[str, Planted]) -> dict[str, str]:
    """All that is shown of the case: what each command prints, and each file that it writes or keeps."""
    shutil.rmtree(folder, ignore_errors=True)
    case, out, raw = write(folder / "case", found), folder / "out", folder / "raw"
    out.mkdir()
    shutil.copytree(case, raw, ignore=shutil.ignore_patterns("case.toml"))
    said = {}
    for line in COMMANDS.strip().splitlines():
        done = call(*(word.format(case=case, out=out, raw=raw) for word in line.split()))
        assert done.returncode in (0, 1, 2, 3), (line, done.stderr)
        said[line] = done.stdout + done.stderr
    state = case / FOLDER
    clear = {"case.duckdb", "case.duckdb.wal", "state.json", KEY}
    written = [*out.rglob("*"), *(case / "reports").rglob("*")]
    for path in [*written, *(p for p in state.rglob("*") if p.name not in clear)]:
        if path.is_file():
            said[str(path.relative_to(folder))] = text_of(path)
    return said


def text_of(path: Path) -> str:
    """A file's text, unpacked."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as store:
            names = store.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
            return "\n".join(str(store.execute(f'FROM "{name}"').fetchall()) for (name,) in names)
    if path.suffix == ".parquet":
        return str(duckdb.execute(f"FROM '{path}'").fetchall())
    text = path.read_bytes().decode()
    packs = re.findall(r'<script type="text/plain"[^>]*>([^<]+)</script>', text)
    return "\n".join([text, *(gzip.decompress(b64decode(pack)).decode() for pack in packs)])


_HASH = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{8,}(?![0-9A-Za-z])")
_CODED = re.compile(r"\\+u[0-9a-fA-F]{4}|\\+x[0-9a-fA-F]{2}|_x[0-9A-F]{4}_|%[0-9A-F]{2}")
_BETWEEN = re.compile(r"(?<=\d)[\W_]{1,12}(?=\d)")
LENGTH = 7


def windows(text: str) -> set[str]:
    """Every seven digits in a row of a text, whatever stands between them. Hashes are left out."""
    plain = _CODED.sub("-", html.unescape(_HASH.sub("#", text)))
    runs = re.findall(r"\d{7,}", _BETWEEN.sub("", plain))
    digits = ("".join(str(unicodedata.digit(c)) for c in run) for run in runs)
    return {run[n : n + LENGTH] for run in digits for n in range(len(run) - LENGTH + 1)}


def parts_of(digits: str) -> set[str]:
    return {digits[n : n + LENGTH] for n in range(len(digits) - LENGTH + 1)}


def leaks(said: Mapping[str, str], found: Mapping[str, Planted], usual: set[str]) -> list[str]:
    """Each planted number that an output shows, or shows an unkeyed hash of."""
    wrong = []
    for where, text in said.items():
        shown = windows(text) - usual
        for place, plant in found.items():
            hashes = [sha256(f"{sign}{plant.digits}".encode()).hexdigest()[:16] for sign in ("+61", "0")]
            if parts_of(plant.digits) & shown or any(each in text for each in hashes):
                wrong.append(f"{place} ({plant.spelling}: {plant.text!r}) in {where}")
    return wrong


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("privacy")


@pytest.fixture(scope="module")
def usual(folder: Path) -> set[str]:
    """What the outputs show whatever the numbers are."""
    return set().union(*map(windows, outputs(folder, plain()).values()))


@pytest.mark.holds("property.25", "trust.14", "trust.15", "trust.16")
@settings(tries(2), derandomize=True, phases=[Phase.generate])
@given(found=plants())
def test_no_planted_number_is_in_any_output(
    folder: Path, usual: set[str], found: Mapping[str, Planted]
) -> None:
    assert not leaks(outputs(folder, found), found, usual)


KINDS = sorted({kind for kinds in PRIVACY.values() for kind in kinds} - {"plain", "code", "record"})
"""What is plain, a code or a record's id is the tool's own word: no log can write there, as the test above
shows."""


@pytest.mark.holds("trust.14")
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_a_number_passes_a_mask(spelling: str) -> None:
    number, text = parts_of("478369985"), SPELLINGS[spelling]("478369985")
    for spelt in (text, safe_text(text), f"a {text}, b", f"x/{text}.csv"):
        shown = {kind: str(mask_cell(Column("x", kind=kind), spelt)) for kind in KINDS}
        shown |= {"text": mask_text(spelt), "path": mask_path(spelt), "kept": path_without_numbers(spelt)}
        tokens = ", ".join(_shown(kind, "$text") for kind in KINDS)
        (held,) = duckdb.execute(f"SELECT {tokens}", {"text": spelt, "key": "f" * 32}).fetchall()
        shown |= {f"{kind} of the snapshot": str(cell) for kind, cell in zip(KINDS, held, strict=True)}
        assert [kind for kind, cell in shown.items() if windows(cell) & number] == []
