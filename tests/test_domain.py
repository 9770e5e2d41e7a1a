"""A domain is a folder: one that is laid into a copy of `sql/` is found everywhere, and not a line of Python
knows of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import pytest

from auditor.catalogue.domains import domains, roles, states
from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.templates import expand
from auditor.errors import UsageError, Where
from auditor.ingest.schema import tables

ROOT = Path(__file__).resolve().parents[1]

DOMAIN = """
title = "Visits"

[[role]]
name = "visits"
table = "visit_record"
required = [["visited_at"]]
ids = ["visitor"]
missing = "log of visits: who was visited is not known."
balance = "BAL-901"

[[states]]
of = "visit"
each = [
  { value = "day", word = "by day", colour = "#0072b2", measure = "visits.day" },
  { value = "night", word = "by night", colour = "#d55e00", measure = "visits.night" },
]

[[measure]]
from = "records_of_role"
name = "visits.records"
role = "visits"
buckets = ["rejected", "loaded"]
definition = "Records that the logs of visits hold, rejected ones included"
[[measure]]
from = "visits_in_part"
name = "visits.day"
part = "day"
definition = "Visits between six in the morning and six in the evening"
[[measure]]
from = "visits_in_part"
name = "visits.night"
part = "night"
definition = "Visits at any other time of the day"

[[partition]]
total = "visits.records"
parts = { "visits.day" = "day", "visits.night" = "night" }
[partition.balance]
from = "one_bucket"
file = "bal_902_visits"
id = "BAL-902"
title = "Records of visits = rejected + by day + by night"
why = "No visit is lost."
role = "visits"
relation = "visit"
column = "part"

[[headline]]
measure = "visits.records"

[[key]]
name = "shift"
table = "shift"
title = "Shifts of the visitors, and how many visits were planned in each"
[[key.column]]
name = "id"
why = "name of the shift"
required = true
unique = true
column = "part"
[[key.column]]
name = "planned"
why = "visits that were planned"
type = "integer"
default = 0
[[key.column]]
name = "since"
why = "since when it is worked"
type = "time"
[[key.column]]
name = "visitors"
why = "who works in it"
type = "texts"
table = "shift_visitor"
column = "visitor"
privacy = "person"
kind = "person"

[[list]]
key = "shifts"
relation = "shift_result"
by = "declared_no"
fields = ["part:id", "since_utc", "waited_ms:waited_s", "p"]
[[list.nested]]
field = "visits"
relation = "shift_visit"
fields = ["visited_at_utc:at", "visitor"]
[[list.nested]]
field = "records"
relation = "shift_visit"
fields = ["record_id"]
is_flat = true

[[table]]
name = "visits_by_part"
relation = "visits_by_part"
title = "Visits by part of the day"
columns = ["part", "visits"]

[[section]]
key = "visits"
title = "Visits to the callers"
after = "welfare"
profiles = ["working"]
in_markdown = true
[[section.block]]
kind = "shares"
total = "visits.records"
states = "visit"
about = "Visits"
unknown = "Whether anybody was visited"
terminal = { title = "Visits, by part of the day", total = "all", unit = "visits", unknown = "Visited" }
"""

VOCABULARY = """
[[group]]
title = "Visits"
tables = ["visit", "visit_record"]

[columns]
visitor = { is = "who visited", privacy = "person" }
visited_at_utc = { is = "when the visit was", privacy = "public" }
part = { is = "day or night", privacy = "public" }
visits = { is = "number of visits", privacy = "public" }
"""

FILES = {
    "domain.toml": DOMAIN,
    "vocabulary.toml": VOCABULARY,
    "schema/visit_record.sql": (
        """/*---
title = "One record a visit"
role = "visits"
required = ["visited_at"]
ids = ["visitor"]
---*/
CREATE TABLE IF NOT EXISTS visit_record (
    record_id VARCHAR,
    file_no INTEGER,
    record_no BIGINT,
    visitor VARCHAR,
    visited_at_utc TIMESTAMP,
    extra VARCHAR
);
"""
    ),
    "model/900_visit.sql": (
        """/*---
id = "visit"
title = "Visits with the part of the day"
grain = ["record_id"]

[columns]
record_id = "VARCHAR"
visitor = "VARCHAR"
visited_at_utc = "TIMESTAMP"
part = "VARCHAR"
---*/
SELECT
    record_id,
    visitor,
    visited_at_utc,
    CASE WHEN EXTRACT(HOUR FROM visited_at_utc) BETWEEN 6 AND 17 THEN 'day' ELSE 'night' END AS part
FROM visit_record
ORDER BY record_id
"""
    ),
    "model/910_visits_by_part.sql": (
        """/*---
id = "visits_by_part"
title = "Visits by part of the day"
grain = ["part"]

[columns]
part = "VARCHAR"
visits = "BIGINT"
---*/
SELECT part, COUNT(*) AS visits FROM visit GROUP BY part ORDER BY part
"""
    ),
    "model/920_shift_result.sql": """/*---
id = "shift_result"
title = "Shifts, and how likely so few visits would be"
grain = ["declared_no"]

[[test]]
name = "fisher_greater"
of = ["visits", "planned", "visits", "planned"]
gives = "p"

[columns]
declared_no = { type = "INTEGER", is = "place of the shift", privacy = "public" }
part = "VARCHAR"
since_utc = { type = "TIMESTAMP", is = "since when", privacy = "public" }
planned = { type = "BIGINT", is = "visits that were planned", privacy = "public" }
visits = "BIGINT"
waited_ms = { type = "BIGINT", is = "time until the first visit", privacy = "public" }
p = { type = "DOUBLE", is = "how likely", privacy = "public" }
---*/
SELECT
    s.declared_no,
    s.part,
    s.since_utc,
    s.planned,
    (SELECT COUNT(*) FROM visit AS v WHERE v.part = s.part) AS visits,
    CAST(1500 AS BIGINT) AS waited_ms
FROM shift AS s
ORDER BY declared_no
""",
    "model/930_shift_visit.sql": """/*---
id = "shift_visit"
title = "The visits of each shift"
grain = ["declared_no", "record_id"]

[columns]
declared_no = { type = "INTEGER", is = "place of the shift", privacy = "public" }
record_id = "VARCHAR"
visited_at_utc = "TIMESTAMP"
visitor = "VARCHAR"
---*/
SELECT s.declared_no, v.record_id, v.visited_at_utc, v.visitor
FROM shift AS s
INNER JOIN visit AS v ON s.part = v.part
INNER JOIN shift_visitor AS w ON s.declared_no = w.declared_no AND v.visitor = w.visitor
ORDER BY declared_no, record_id
""",
    "rules/ty_001_visit_at_night.sql": (
        """/*---
id = "TY-001"
title = "A visit at night"
severity = "low"
why = "Nobody likes to be woken."
false_positives = ["The caller asked for it."]
grain = ["record_id"]
requires = ["visits"]

[columns]
record_id = "VARCHAR"
visited_at_utc = "TIMESTAMP"
---*/
SELECT record_id, visited_at_utc FROM visit WHERE part = 'night' ORDER BY record_id
"""
    ),
    "measures/visits_in_part.sql": (
        """/*---
id = "{id}"
name = "{name}"
unit = "records"
definition = "{definition}"
grain = ["record_id"]
requires = ["visits"]

[columns]
record_id = "VARCHAR"
weight = "BIGINT"
is_certain = "BOOLEAN"
---*/
SELECT record_id, CAST(1 AS BIGINT) AS weight, TRUE AS is_certain FROM visit WHERE part = '{part}' ORDER BY
    record_id
"""
    ),
    "find/45_visits.sql": (
        """/*---
title = "Visits"

[columns]
record_id = "VARCHAR"
part = "VARCHAR"

[params.ids]
type = "texts"
unit = ""
default = 0
why = "the id that was typed"
---*/
SELECT record_id, part FROM visit WHERE LIST_CONTAINS($ids, record_id) ORDER BY record_id
"""
    ),
}

TRIALS = """
[[case]]
name = "a visit after dark is found"
given.visit = [{ record_id = "a:1", visited_at_utc = "2024-03-12 23:00:00", part = "night" }]
expect = [{ record_id = "a:1" }]

[[case]]
name = "a visit by day is none"
given.visit = [{ record_id = "a:1", visited_at_utc = "2024-03-12 12:00:00", part = "day" }]
expect = []
"""

CASE = """
[case]
title = "A case with visits"
regime = "au"

[[source]]
role = "attempts"
path = "attempts.csv"

[[source]]
role = "visits"
path = "visits.csv"
"""
SHIFTS = """
[[shift]]
id = "day"
since = 2024-01-01T00:00:00+11:00
[[shift]]
id = "night"
planned = 2
visitors = ["Dr Hare", "Constable Primrose"]
"""
ATTEMPTS = (
    "started_at,calling_number,dialled\n2024-03-12T22:00:00Z,+61491570156,000\n"
    "2024-03-12T22:05:00Z,+61491570157,000\n"
)
VISITS = """visited_at,visitor
2024-03-13T09:00:00Z,Constable Primrose
2024-03-13T23:00:00Z,Constable Primrose
2024-03-14T02:00:00Z,Dr Hare
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tool with the toy's folder below its `sql/`, and a case that was run with it."""
    place = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "auditor", place / "auditor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "sql", place / "sql")
    (place / "tests" / "cases" / "toy").mkdir(parents=True)
    (place / "tests" / "cases" / "toy" / "ty_001_visit_at_night.toml").write_text(TRIALS, encoding="utf-8")
    for name, text in FILES.items():
        path = place / "sql" / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (place / "case").mkdir()
    for name, text in (("case.toml", CASE + SHIFTS), ("attempts.csv", ATTEMPTS), ("visits.csv", VISITS)):
        (place / "case" / name).write_text(text, encoding="utf-8")
    (place / "summary.txt").write_text(run(place, "run", "case", "--full"), encoding="utf-8")
    run(place, "report", "case", "--format", "html,xlsx,md")
    return place


def run(place: Path, *words: str) -> str:
    """What the copy of the tool prints; findings are no failure."""
    command = [sys.executable, "-m", "auditor", *words]
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def audit(house: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((house / "case" / "reports" / "audit.json").read_bytes())
    return found


def by(key: str, items: object) -> dict[str, dict[str, object]]:
    assert isinstance(items, list)
    return {item[key]: item for item in items}


def test_no_python_was_changed(house: Path) -> None:
    for path in (ROOT / "auditor").rglob("*.py"):
        assert (house / "auditor" / path.relative_to(ROOT / "auditor")).read_bytes() == path.read_bytes()
        assert "visits_in_part" not in path.read_text(encoding="utf-8")


def test_its_logs_are_loaded_and_stand_in_the_ledger(house: Path, audit: dict[str, object]) -> None:
    file = by("path", audit["files"])["visits.csv"]
    assert (file["role"], file["status"], file["loaded"], file["rejected"]) == ("visits", "loaded", 3, 0)
    with duckdb.connect(str(house / "case" / ".auditor" / "case.duckdb"), read_only=True) as store:
        assert store.execute("SELECT count(*), count(visitor) FROM visit_record").fetchone() == (3, 3)


def test_its_figures_findings_and_balances_are_in_the_audit(audit: dict[str, object]) -> None:
    measures = audit["measures"]
    assert isinstance(measures, dict)
    assert {name: m["value"] for name, m in measures.items() if name.startswith("visits.")} == {
        "visits.records": 3, "visits.day": 1, "visits.night": 2,
    }  # fmt: skip
    assert measures["visits.night"]["sql"] == "toy/measures/visits_in_part.sql#visits_night"
    assert by("rule", audit["findings"])["TY-001"]["count"] == 2
    balances = by("id", audit["balances"])
    assert [(balances[i]["expected"], balances[i]["difference"]) for i in ("BAL-901", "BAL-902")] == [
        (3, 0),
        (3, 0),
    ]
    tables = audit["tables"]
    assert isinstance(tables, dict)
    assert tables["visits_by_part"]["rows"] == [["day", 1], ["night", 2]]


def test_its_own_keys_of_the_case_are_read_and_its_lists_are_in_the_audit(
    house: Path, audit: dict[str, object]
) -> None:
    (own,) = re.findall(r"^\[\[shift\]\]\n((?: .*\n)+)", run(house, "schema", "case"), re.MULTILINE)
    assert re.search(r"^  planned +integer +0 ", own, re.MULTILINE)
    shifts = audit["shifts"]
    assert isinstance(shifts, list)
    day, night = shifts
    assert day == {
        "id": "day",
        "since": "2023-12-31T13:00:00.000Z",
        "waited_s": 1.5,
        "p": None,
        "visits": [],
        "records": [],
    }
    assert (night["id"], night["since"], night["p"]) == ("night", None, 1)
    assert [visit["at"] for visit in night["visits"]] == [
        "2024-03-13T23:00:00.000Z",
        "2024-03-14T02:00:00.000Z",
    ]
    assert {visit["visitor"] for visit in night["visits"]} == {"withheld"}
    assert len(night["records"]) == 2


def test_a_case_that_declares_none_of_them_has_empty_lists(house: Path) -> None:
    bare = house / "no_shifts"
    bare.mkdir()
    for name, text in (("case.toml", CASE), ("attempts.csv", ATTEMPTS), ("visits.csv", VISITS)):
        (bare / name).write_text(text, encoding="utf-8")
    run(house, "run", "no_shifts")
    assert json.loads((bare / "reports" / "audit.json").read_bytes())["shifts"] == []


def test_it_stands_in_the_summary(house: Path) -> None:
    summary = (house / "summary.txt").read_text(encoding="utf-8")
    assert "Visits, by part of the day" in summary
    assert "by night" in summary
    assert "TY-001" in summary


def test_its_section_is_in_the_page_the_text_and_the_workbook(house: Path) -> None:
    reports = house / "case" / "reports"
    (page,), (text,), (book,) = (list(reports.glob(f"*.{kind}")) for kind in ("html", "md", "xlsx"))
    assert "Visits to the callers" in page.read_text(encoding="utf-8")
    assert "## Visits to the callers" in text.read_text(encoding="utf-8")
    sheets = openpyxl.load_workbook(book, read_only=True)
    assert "visits_by_part" in sheets.sheetnames
    assert any("visits.night" in [cell.value for cell in row] for row in sheets["figures"].iter_rows())


def test_the_schema_and_the_rules_show_it(house: Path) -> None:
    assert "visit_record" in run(house, "schema")
    assert "who visited" in run(house, "schema", "visit")
    assert "A visit at night" in run(house, "rules", "show", "TY-001")
    assert "Finds: a visit after dark is found" in run(house, "rules", "show", "TY-001")
    assert "2 case(s) passed" in run(house, "rules", "test")
    assert "TY-001" in run(house, "rules", "list")
    assert "visits" in run(house, "schema", "case")


def test_the_snapshot_shows_its_texts_as_it_declares(house: Path) -> None:
    with duckdb.connect(str(house / "case" / ".auditor" / "case.snapshot.duckdb"), read_only=True) as store:
        rows = store.execute("SELECT visitor, part FROM visit ORDER BY visited_at_utc").fetchall()
    assert [part for _, part in rows] == ["day", "night", "night"]
    assert rows[0][0] == rows[1][0] != rows[2][0]
    assert not {"Constable Primrose", "Dr Hare"} & {visitor for visitor, _ in rows}


def test_find_asks_it_too(house: Path) -> None:
    with duckdb.connect(str(house / "case" / ".auditor" / "case.duckdb"), read_only=True) as store:
        ((record,),) = store.execute("SELECT record_id FROM visit WHERE part = 'day'").fetchall()
    found = run(house, "find", "case", "--id", record)
    assert "Visits" in found
    assert record in found


def test_without_its_log_nothing_is_zero(house: Path) -> None:
    bare = house / "bare"
    bare.mkdir()
    (bare / "case.toml").write_text(CASE.partition('\n[[source]]\nrole = "visits"')[0], encoding="utf-8")
    (bare / "attempts.csv").write_text(ATTEMPTS, encoding="utf-8")
    run(house, "run", "bare")
    found = json.loads((bare / "reports" / "audit.json").read_bytes())
    assert found["measures"]["visits.night"]["value"] is None
    assert "No log of visits: who was visited is not known." in found["not_in_evidence"]


SPOKEN_OF = {
    "attempts": (
        "the calls themselves: captures hold them, the volume is counted of them, published figures are of"
        " them"
    ),
    "centre": "a case says which centre wrote a log, and the states rest on its records",
    "shared": "where a template is looked for that a domain does not have",
    "devices": "a unit, too",
    "cells": "what a log may not show, in the list of formats",
    "notices": "a unit, too",
    "breaches": "a unit, too",
}
"""Roles and domains that Python may name, and why."""
FIGURES = {
    "claims/bridge.py": {"attempts.failed"},
    "claims/decoys.py": {"attempts.failed", "centre.matched"},
    "claims/reconcile.py": {"attempts.total"},
    "report/content/wording.py": {"attempts.failed"},
    "watch/watcher.py": {"attempts.undetermined"},
}
"""Modules that name a figure: what a claim is of unless it says otherwise, whether there is anything to
audit, and what is still open."""


def modules() -> dict[str, str]:
    """Every module but those that invent cases, by its path."""
    package = ROOT / "auditor"
    paths = [
        path for path in package.rglob("*.py") if "simulate" not in path.parts and path.name != "simulate.py"
    ]
    return {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_python_names_no_domain_and_no_role() -> None:
    names = {domain.name for domain in domains()} | set(roles()) | {"welfare"}
    texts = modules()
    found = {
        (path, name)
        for path, text in texts.items()
        for name in names
        if re.search(rf"[\"']{name}[\"']", text)
    }
    assert sorted(pair for pair in found if pair[1] not in SPOKEN_OF) == []
    assert [path for path, text in texts.items() if re.search(r"\bwelfare\b", text)] == []


def test_python_names_no_figure_but_those_that_it_must() -> None:
    known = {measure.name for measure in read_rulebook().measures}
    found = {path: {name for name in known if f'"{name}"' in text} for path, text in modules().items()}
    assert {path: names for path, names in found.items() if names} == FIGURES


def test_a_role_is_that_of_the_table_it_fills() -> None:
    assert {role.name: role.table for role in roles().values()} == {
        t.role: t.name for t in tables().values() if t.role
    }


def test_every_state_and_part_is_a_figure() -> None:
    known = {measure.name for measure in read_rulebook().measures}
    named = {state.measure for each in states().values() for state in each if state.measure}
    named |= {headline.measure for domain in domains() for headline in domain.headline}
    named |= {name for domain in domains() for p in domain.partition for name in (p.total, *p.parts)}
    named |= {
        name
        for domain in domains()
        for name in (*domain.counting.recount, *domain.counting.headlines, *domain.counting.timeline)
    }
    assert sorted(named - known) == []


def test_a_key_that_a_domain_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "domain.toml").write_text('title = "Toy"\ncolour = "red"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="unknown key 'colour'"):
        domains(tmp_path)


def test_two_domains_may_not_have_one_section(tmp_path: Path) -> None:
    for name in ("hare", "toad"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "domain.toml").write_text(
            'title = "x"\n[[section]]\nkey = "s"\ntitle = "S"\nblock = []\n', encoding="utf-8"
        )
    with pytest.raises(UsageError, match="the section 's' is in sql/hare"):
        domains(tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        (
            'total = "visits.records"\nstates',
            'total = "visits.recrods"\nstates',
            "names the unknown measure 'visits.recrods'",
        ),
        ('states = "visit"\n', 'states = "vists"\n', "names the unknown set of states 'vists'"),
        (
            'relation = "shift_result"',
            'relation = "shift_reslut"',
            "names the unknown relation 'shift_reslut'",
        ),
        (
            'relation = "visits_by_part"',
            'relation = "visits_by_prat"',
            "names the unknown relation 'visits_by_prat'",
        ),
        (
            'kind = "shares"',
            'kind = "limit"\nparameter = "patience_s"\ntable = "visit_parts"',
            "names the unknown parameter 'patience_s'",
        ),
        (
            'kind = "shares"',
            'kind = "limit"\nparameter = "patience_s"\ntable = "visit_parts"',
            "names the unknown table 'visit_parts'",
        ),
    ],
)
def test_a_name_that_nothing_has_is_told_before_a_report_leaves_it_out(
    right: str, wrong: str, said: str, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "sql", tmp_path / "sql")
    for name, text in FILES.items():
        path = tmp_path / "sql" / "toy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(right, wrong) if name == "domain.toml" else text, encoding="utf-8")
    assert FILES["domain.toml"].count(right) == 1
    with pytest.raises(UsageError, match=said):
        read_rulebook(tmp_path / "sql")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"id": "x", "column": "a; DROP TABLE b", "state": "s"}, "which is not a valid name"),
        ({"id": "x", "column": "a"}, "has no value for the placeholder 'state'"),
        ({"id": "x", "column": "a", "state": "s", "colour": "red"}, "has a value 'colour'"),
    ],
)
def test_a_template_that_is_filled_wrongly_gets_its_sentence(values: dict[str, str], sentence: str) -> None:
    template = '/*---\nid = "{id}"\n---*/\nSELECT "{column}" FROM attempt WHERE state = \'{state}\''
    with pytest.raises(UsageError, match=sentence):
        expand(template, values, "x", Where("sql/toy/domain.toml"))


def test_a_value_of_a_template_stays_a_value() -> None:
    template = (
        '/*---\nid = "{id}"\n---*/\nSELECT "{columns}" FROM attempt WHERE state IN (\'{states}\') -- of {id}'
    )
    made = expand(
        template,
        {"id": "x", "columns": ["a", "b"], "states": ["it's", "b"]},
        "x",
        Where("sql/toy/domain.toml"),
    )
    assert made == "/*---\nid = \"x\"\n---*/\nSELECT a + b FROM attempt WHERE state IN ('it''s', 'b') -- of x"
