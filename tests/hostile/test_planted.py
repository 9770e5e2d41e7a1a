"""Numbers in every field that a log has, and columns of which nobody has said how private they are: neither
is in any output."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from unittest import mock

import pytest

from auditor.private import FOLDER
from auditor.query.access import SNAPSHOT
from auditor.store import open_read
from tests.called import call

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Rumpelstiltskin"
"""A name that no list knows, so that only its column can hide it."""

CASE = """
[case]
title = "Planted"
regime = "au"
country = "AU"
[[outage]]
id = "national"
networks = ["alpha"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-13T02:00:00+00:00
significant = true
"""
GIVEN = {
    "started_at": "2024-03-12T18:00:00.000Z", "presented_at": "2024-03-12T18:00:02.000Z",
    "attempted_at": "2024-03-12T19:00:00.000Z",
    "sent_at": "2024-03-12T18:30:00.000Z", "received_at": "2024-03-12T18:30:00.000Z", "dialled": "000",
}  # fmt: skip
"""What a record must have to be taken; every other column holds a number."""
FIELDS = {
    "attempts": (
        "call_id network element sequence started_at answered_at released_at calling_number imsi imei dialled"
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
PLAIN = "call_id,network,started_at,calling_number,imei,dialled,cell_id,sip_status\n"


def number(place: int) -> str:
    return f"04{place:02d}739{place:02d}6"


def everything(folder: Path) -> str:
    """All text of all files of a folder, unpacked."""
    parts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(raw)) as book:
                parts += [book.read(name).decode("utf-8") for name in book.namelist()]
        elif path.suffix != ".pdf":
            text = raw.decode("utf-8")
            packs = re.findall(r'<script type="text/plain"[^>]*>([^<]+)</script>', text)
            parts += [text, *(gzip.decompress(base64.b64decode(pack)).decode() for pack in packs)]
    return "\n".join(parts)


def command(*args: object, at: Path = ROOT, given: str = "") -> str:
    """What a command says, on both streams; `at` is the folder whose `auditor` runs: another one than this
    needs a process of its own."""
    words = [str(arg) for arg in args]
    with mock.patch.dict(os.environ, COLUMNS="300"):
        if at == ROOT:
            told = call(*words, given=given)
        else:
            told = subprocess.run(
                [sys.executable, "-m", "auditor", *words], cwd=at, capture_output=True, text=True,
                timeout=600, check=False, input=given,
            )  # fmt: skip
    assert told.returncode in (0, 1, 2, 3), told.stderr
    return told.stdout + told.stderr


def outputs(
    case: Path, out: Path, at: Path = ROOT, more: tuple[tuple[object, ...], ...] = ()
) -> dict[str, str]:
    """Everything that is shown of a case without --reveal, by the command that shows it."""
    said = {"run": command("run", case, "--full", at=at)}
    said["reports"] = command(
        "report", case, "--format", "html,xlsx,csv,md,json", "--output", out, at=at
    ) and everything(out)
    said["run reports"] = everything(case / "reports")
    usual: list[tuple[str, ...]] = [
        ("files",),
        ("files", "--format", "json"),
        ("rejects",),
        ("worklist",),
        ("worklist", "--format", "csv"),
        ("check",),
    ]
    for words in usual:
        said[" ".join(words)] = command(words[0], case, *words[1:], at=at)
    for further in more:
        said[" ".join(map(str, further))] = command(further[0], case, *further[1:], at=at)
    store = open_read(case / FOLDER / SNAPSHOT)
    held = store.query("SELECT table_name FROM duckdb_tables() WHERE NOT internal")
    said["snapshot"] = "\n".join(str(store.query(f"FROM {table}")) for (table,) in held)
    store.close()
    return said


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    """What is said of a case with a number in every field of every table, and where each number stands."""
    case = tmp_path_factory.mktemp("planted") / "case"
    case.mkdir()
    places: dict[str, str] = {}
    sources = []
    for role, names in FIELDS.items():
        row = []
        for name in names.split():
            if name not in GIVEN:
                places[number(len(places))] = f"{role}.{name}"
            row.append(GIVEN.get(name) or number(len(places) - 1))
        clean = [GIVEN.get(name, "") for name in names.split()]
        table = (
            [names.split(), row]
            if role in ("cells", "devices", "subscribers", "credits", "complaints")
            else [names.split(), row, clean]
        )
        (case / f"{role}-{number(90)}.csv").write_text("\n".join(map(",".join, table)) + "\n")
        sources.append(f'[[source]]\nrole = "{role}"\npath = "{role}-*.csv"\n')
    places[number(90)] = "file name"
    # A record counter is a figure of the network's own, and as long as it likes.
    del places[next(digits for digits, place in places.items() if place == "attempts.sequence")]
    # Some failures that stand out, from a place and with a device that hold numbers.
    lines = [
        f"{number(40 + n)}@host.example,alpha,2024-03-12T18:{n:02d}:30.000Z,+6149157{n:04d},"
        f"{350000000000000 + n},000,{number(80)},503"
        for n in range(12)
    ]
    (case / "more.csv").write_text(PLAIN + "\n".join(lines) + f"\ntorn,{number(81)}\n")
    places |= {number(40 + n): places.get(number(40 + n), "call id") for n in range(12)} | {
        number(80): "cell",
        number(81): "torn line",
    }
    sources.append('[[source]]\nrole = "attempts"\npath = "more.csv"\n')
    (case / "case.toml").write_text(CASE + "".join(sources))
    steps = (
        ("attempts.failed", "callers.failed", "unit"),
        ("callers.failed", "callers.total", "counted"),
        ("episodes.failed", "episodes.total", "counted"),
    )
    more = tuple(("bridge", start, end, "--rows", step) for start, end, step in steps)
    return outputs(case, case.parent / "out", more=more), places


@pytest.mark.holds("property.25", "trust.15", "trust.16")
def test_a_number_in_any_field_of_any_table_is_in_no_masked_output(
    planted: tuple[dict[str, str], dict[str, str]],
) -> None:
    said, places = planted
    found = [
        f"{place} in {where}"
        for digits, place in places.items()
        for where, text in said.items()
        if digits[1:] in text
    ]
    assert not found, found
    joined = {where: re.sub(r"[\s\-._()]", "", text) for where, text in said.items() if where != "snapshot"}
    assert not [
        f"{place} in {where}"
        for digits, place in places.items()
        for where, text in joined.items()
        if digits[1:] in text
    ]


def test_the_outputs_do_hold_what_may_be_shown(planted: tuple[dict[str, str], dict[str, str]]) -> None:
    said, _ = planted
    assert "alpha" in said["reports"]
    assert "EC-006" in said["run"]
    assert [where for where in said if where.startswith("bridge") and "•••••" in said[where]]
    assert "•••••" in said["worklist"]
    assert "host.example" in said["snapshot"] or "id:" in said["snapshot"]


RULE = """/*---
id = "DQ-900"
title = "Planted"
severity = "high"
why = "A column of which nobody has said how private it is."
false_positives = ["None."]
grain = ["file_no"]
[columns]
file_no = "INTEGER"
nickname = "VARCHAR"
pet_count = "BIGINT"
---*/
SELECT file_no, 'Rumpel' || 'stiltskin' AS nickname, CAST(7777 * 1001 AS BIGINT) AS pet_count FROM file ORDER
    BY file_no
"""
QUERY = """/*---
title = "Planted"
[columns]
file_no = "INTEGER"
nickname = "VARCHAR"
pet_count = "BIGINT"
---*/
SELECT file_no, 'Rumpel' || 'stiltskin' AS nickname, CAST(7777 * 1001 AS BIGINT) AS pet_count FROM file ORDER
    BY file_no -- all of them
"""


@pytest.fixture(scope="module")
def undeclared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """What is said of a case by a tool in whose table, model, rule and query stands a column that nobody has
    declared."""
    home = tmp_path_factory.mktemp("undeclared")
    for part in ("auditor", "sql"):
        shutil.copytree(ROOT / part, home / part, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "sql" / "shared" / "rules" / "dq_900_planted.sql").write_text(RULE)
    (home / "sql" / "queries" / "planted.sql").write_text(QUERY)
    for path, pairs in {
        "sql/schema/attempt_record.sql": [
            ("    is_test BOOLEAN,", "    is_test BOOLEAN,\n    nickname VARCHAR,\n    pet_count BIGINT,")
        ],
        "sql/carriage/model/720_failed_by_access.sql": [
            ('access = "VARCHAR"', 'access = "VARCHAR"\nnickname = "VARCHAR"\npet_count = "BIGINT"'),
            (
                "AS access,",
                (
                    "AS access,\n    'Rumpel' || 'stiltskin' AS nickname,\n    CAST(7777 * 1001 AS BIGINT) AS"
                    " pet_count,"
                ),
            ),
        ],
        "sql/welfare/model/760_worklist.sql": [
            ('region = "VARCHAR"', 'region = "VARCHAR"\nnickname = "VARCHAR"'),
            ("    c.region,", "    c.region,\n    'Rumpel' || 'stiltskin' AS nickname,"),
        ],
        "sql/carriage/domain.toml": [
            (
                '["access", "attempts", "failed_attempts"',
                '["access", "nickname", "pet_count", "attempts", "failed_attempts"',
            )
        ],
        "sql/welfare/domain.toml": [
            ('"contact_number", "region", "first', '"contact_number", "region", "nickname", "first')
        ],
    }.items():
        text = (home / path).read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, (path, old)
            text = text.replace(old, new, 1)
        (home / path).write_text(text, encoding="utf-8")
    case = home / "case"
    case.mkdir()
    (case / "case.toml").write_text(CASE + '[[source]]\nrole = "attempts"\npath = "a.csv"\n')
    line = f"2024-03-12T18:00:00.000Z,alpha,+61491570156,000,4g,503,{SECRET},7784777\n"
    (case / "a.csv").write_text(
        "started_at,network,calling_number,dialled,access,sip_status,nickname,pet_count\n" + line
    )
    asked = "SELECT nickname, pet_count FROM attempt_record"
    return case, outputs(
        case,
        home / "out",
        home,
        (("sql", asked), ("sql", "--ask", "planted"), ("sql", "--ask", "planted", "--format", "json")),
    )


@pytest.mark.holds("trust.13")
def test_a_column_that_nobody_has_declared_is_withheld_in_every_output(
    undeclared: tuple[Path, dict[str, str]],
) -> None:
    _, said = undeclared
    assert not [where for where, text in said.items() if SECRET in text or "7784777" in text.replace(",", "")]
    assert "nickname" in said["reports"]
    assert "withheld" in said["sql --ask planted"]
    assert "withheld" in said["snapshot"]


def test_it_is_there_and_only_withheld(undeclared: tuple[Path, dict[str, str]]) -> None:
    case, said = undeclared
    with (case / "reports" / "findings.csv").open(encoding="utf-8", newline="") as file:
        (found,) = [row for row in csv.DictReader(file) if row["rule"] == "DQ-900"]
    assert (found["nickname"], found["pet_count"]) == ("withheld", "withheld")
    assert '"withheld"' in (case / "reports" / "audit.json").read_text()
    assert SECRET in (case / "a.csv").read_text()
    assert "DQ-900" in said["run"]
