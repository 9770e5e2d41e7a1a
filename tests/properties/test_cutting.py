"""How a log was cut into files, what they are called and in which order the case names them shows nowhere but
in the list of files."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from auditor.pipeline import audit
from auditor.report.draw.json import as_json
from auditor.report.privacy.masking import masked

COLUMNS = (
    "call_id network element sequence started_at answered_at released_at calling_number dialled release_cause"
).split()
CENTRE = "centre_call_id call_id presented_at calling_number".split()
START = datetime(2024, 3, 12, 15, 40, tzinfo=UTC)
Row = tuple[str, ...]


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def counter(rng: Random, length: int) -> list[int]:
    """A record counter: it begins anywhere, and may lose records, repeat one, log one late, wrap or start
    again."""
    begin = rng.choice([0, 1, 1, 200, 65_536 - length // 2])
    numbers = [n % 65_536 for n in range(begin, begin + length)]
    if begin == 200 and rng.random() < 0.5:
        half = length // 2
        numbers[half:] = range(1, length - half + 1)
    for _ in range(rng.choice([0, 1, 2])):
        at = rng.randrange(1, len(numbers) - 6)
        if rng.random() < 0.5:
            del numbers[at : at + rng.randrange(1, 4)]
        elif abs(numbers[at] - numbers[at + 1]) == 1 and min(numbers[at : at + 2]) > 1:
            numbers[at : at + 2] = reversed(numbers[at : at + 2])
    if rng.random() < 0.3:
        numbers.insert(len(numbers) // 2, max(2, numbers[len(numbers) // 2]))
    return numbers


def attempts(rng: Random) -> list[Row]:
    """A log of two elements in the order of time; one of them may be blind."""
    blind, rows = rng.choice(["e1", "none"]), []
    for element in ("e1", "e2"):
        numbers = counter(rng, rng.randrange(30, 60))
        for place, number in enumerate(numbers):
            start = START + timedelta(seconds=place * 97 + (5 if element == "e2" else 0))
            answered = stamp(start + timedelta(seconds=8)) if element == blind or rng.random() < 0.5 else ""
            caller = f"+6141200{rng.randrange(10):02}{place:02}"
            released = stamp(start + timedelta(seconds=20))
            row = (
                f"{element}-{place}",
                "alpha",
                element,
                str(number),
                stamp(start),
                answered,
                released,
                caller,
                "000",
            )
            rows.append((*row, "16" if answered else "34"))
    return sorted(rows, key=lambda row: (row[4], row[2]))


def arrivals(rng: Random, calls: Sequence[Row]) -> list[Row]:
    """Half of the calls reached the centre."""
    return [
        (f"k{n}", call[0], stamp(datetime.fromisoformat(call[4]) + timedelta(seconds=2)), call[7])
        for n, call in enumerate(calls)
        if rng.random() < 0.5
    ]


def pieces(rng: Random, rows: list[Row], most: int) -> list[list[Row]]:
    """The rows cut at random places into up to so many files, each of some rows."""
    cuts = sorted(rng.sample(range(1, len(rows)), rng.randrange(most)))
    return [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]


def write(
    folder: Path, rng: Random, logs: Sequence[tuple[str, Sequence[str], list[list[Row]]]], *, is_glob: bool
) -> Path:
    """The files under names in no order; the attempts as one source by a pattern or as one a file, in any
    order."""
    folder.mkdir()
    sources = []
    for role, columns, files in logs:
        names = rng.sample([f"{role}-{letter}.csv" for letter in "abcdefgh"], len(files))
        for name, rows in zip(names, files, strict=True):
            with (folder / name).open("w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows([columns, *rows])
        paths = [f"{role}-*.csv"] if is_glob or role == "centre" else names
        sources += [f'[[source]]\nrole = "{role}"\npath = "{path}"\n' for path in paths]
    rng.shuffle(sources)
    outage = (
        '[[outage]]\nid = "o"\nnetworks = ["alpha"]\nstart = 2024-03-12T15:50:00Z\nend ='
        " 2024-03-12T16:20:00Z\nsignificant = true\n"
    )
    (folder / "case.toml").write_text(
        '[case]\ntitle = "cut"\nregime = "au"\n' + outage + "".join(sources), "utf-8"
    )
    return folder


def told(folder: Path) -> dict[str, Any]:
    """audit.json but for the run and the files: their list, their header lines, and measures of which each
    file is a row."""
    with audit(folder) as result:
        found: dict[str, Any] = json.loads(as_json(masked(result)))
    for key in ("files", "run", "run_id"):
        found.pop(key, None)
    for name in (
        "records.read",
        "records.loaded",
        "records.rejected",
        "records.not_emergency",
        "centre.records",
        "centre.rejected",
    ):
        found["measures"][name].pop("rows")
    found["balances"] = [(b["id"], b["difference"]) for b in found["balances"]]
    return found


@pytest.mark.holds("property.7", "property.8", "property.9")
@pytest.mark.parametrize("seed", range(6))
def test_a_log_says_the_same_however_it_is_cut_named_and_ordered(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    calls = attempts(rng)
    arrived = arrivals(rng, calls)
    whole = told(
        write(
            tmp_path / "whole",
            rng,
            [("attempts", COLUMNS, [calls]), ("centre", CENTRE, [arrived])],
            is_glob=True,
        )
    )
    for nth in range(2):
        files = [("attempts", COLUMNS, pieces(rng, calls, 4)), ("centre", CENTRE, pieces(rng, arrived, 3))]
        assert told(write(tmp_path / str(nth), rng, files, is_glob=bool(nth % 2))) == whole


@pytest.mark.parametrize("seed", range(2))
def test_records_dealt_to_two_files_leave_no_hole(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    calls = [row for row in attempts(rng) if row[2] == "e1"]
    calls = [(*row[:3], str(n), *row[4:]) for n, row in enumerate(calls, 1)]
    found = told(
        write(tmp_path / "dealt", rng, [("attempts", COLUMNS, [calls[::2], calls[1::2]])], is_glob=False)
    )
    assert not {f["rule"] for f in found["findings"] if f["count"]} & {"DQ-009", "DQ-010"}
