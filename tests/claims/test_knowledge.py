"""Knowledge time, kept runs and declared exclusions."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from auditor.case import read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.claims.timeline import COUNTED
from auditor.cli import auditor
from auditor.errors import EvidenceError, UsageError
from auditor.ingest.loader import Loader, Request
from auditor.pipeline import Options, audit, knowledge, read_figures
from auditor.record.runs import differences, find, kept
from auditor.report.draw.json import as_json, schema
from auditor.report.privacy.masking import masked
from auditor.simulate import simulate
from auditor.simulate.replays import replay

MAY, JUNE, JULY = (datetime(2013, month, 10, tzinfo=UTC) for month in (5, 6, 7))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """The TPG replay; the attempts came in May, the centre's log in June."""
    folder = tmp_path / "case"
    replay("tpg-2014", folder)
    text = (folder / "case.toml").read_text("utf-8")
    text = text.replace(
        'path = "attempts.csv"', 'path = "attempts.csv"\nreceived_at = 2013-05-10T00:00:00+00:00'
    )
    text = text.replace('path = "centre.csv"', 'path = "centre.csv"\nreceived_at = 2013-06-10T00:00:00+00:00')
    (folder / "case.toml").write_text(text, "utf-8")
    return folder


def value(folder: Path, name: str, **options: object) -> int | None:
    with audit(folder, Options(**options)) as found:  # type: ignore[arg-type]
        return found.measures[name].value


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_audit_as_of_a_day_knows_the_files_received_by_then(case: Path) -> None:
    assert value(case, "attempts.undetermined", as_of=MAY) == 90
    assert value(case, "attempts.undetermined", as_of=JUNE) == 0
    assert value(case, "attempts.undetermined") == 0


def test_an_audit_of_the_past_leaves_the_cases_own_database_alone(case: Path) -> None:
    value(case, "attempts.failed")
    before = digest(case / ".auditor" / "case.duckdb")
    value(case, "attempts.failed", as_of=MAY)
    knowledge(case)
    assert digest(case / ".auditor" / "case.duckdb") == before


def test_before_the_first_file_nothing_was_known(case: Path) -> None:
    with pytest.raises(EvidenceError, match="no file had been received by 2013-04-01"):
        value(case, "attempts.failed", as_of=datetime(2013, 4, 1, tzinfo=UTC))


def test_the_timeline_counts_at_each_arrival_beside_the_claims(case: Path) -> None:
    found = knowledge(case)
    counted = [(moment.at, moment.counts["attempts.failed"]) for moment in found if moment.run]
    assert counted == [("2013-05-10T00:00:00Z", 193), ("2013-06-10T00:00:00Z", 193)]
    assert [moment.claim for moment in found if moment.claim] == [
        "services_at_risk",
        "services_that_called",
        "calls",
    ]
    with audit(case) as result:
        told = result.reconciliation.timeline
    assert [(m.at, m.received, m.claim, m.counts) for m in told] == [
        (m.at, m.received, m.claim, m.counts) for m in found
    ]


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mixed world whose files came in at three moments: the first sources one by one, the rest together."""
    folder = tmp_path_factory.mktemp("knowledge") / "world"
    simulate(folder, seed=3)
    text = (folder / "case.toml").read_text("utf-8")
    blocks = text.split("[[source]]")
    days = [f"received_at = 2024-0{4 + min(n, 2)}-10T00:00:00+00:00\n" for n in range(len(blocks) - 1)]
    (folder / "case.toml").write_text(
        blocks[0] + "".join(f"[[source]]\n{d}{b}" for d, b in zip(days, blocks[1:], strict=True)), "utf-8"
    )
    return folder


def test_the_timeline_gives_what_an_audit_of_each_moment_gives_and_reads_no_log(
    parted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    load = Loader.load

    def noted(self: Loader, request: Request) -> None:
        loaded.append(request.identity.path)
        load(self, request)

    monkeypatch.setattr(Loader, "load", noted)
    with audit(parted) as result:
        points = result.reconciliation.timeline
    assert len(loaded) == len(set(loaded)) == len(result.files), "each file is read once"
    assert knowledge(parted) == points
    assert len(loaded) == len(result.files), "the case's own database is where a later look starts from"
    assert len(points) == 3
    for point in points[:2]:
        with audit(parted, Options(as_of=datetime.fromisoformat(point.at))) as then:
            assert point.run == then.run
            assert point.counts == {name: then.measures[name].value for name in COUNTED}
    assert len({tuple(point.counts[name] for name in COUNTED) for point in points}) > 1


def test_two_runs_differ_by_the_file_that_came_between(case: Path) -> None:
    value(case, "attempts.failed", as_of=MAY)
    value(case, "attempts.failed")
    opened = read_case(case)
    before = next(r for r in kept(opened) if r.as_of)
    after = next(r for r in kept(opened) if len(r.contents) == 2)
    changes = differences(read_rulebook(), before, after)
    assert {(c.before, c.after, c.why) for c in changes} == {
        ("undetermined", "delivered", "new file centre.csv holds its arrival")
    }
    assert len(changes) == 90
    back = differences(read_rulebook(), after, before)
    assert {c.why for c in back} == {"file received later: centre.csv held its arrival"}
    (case / "centre.csv").write_bytes(b"PK\x03\x04cut")
    value(case, "attempts.failed")
    damaged = differences(read_rulebook(), after, kept(opened)[0])
    assert {c.why for c in damaged} == {"file not used any more: centre.csv held its arrival"}


def test_two_runs_differ_by_a_parameter(case: Path) -> None:
    value(case, "attempts.failed")
    value(case, "attempts.failed", params={"match_after_s": "1"})
    opened = read_case(case)
    named = {r.params["match_after_s"]: r for r in kept(opened) if not r.as_of}
    changes = differences(read_rulebook(), named[60], named[1])
    assert {c.why for c in changes} <= {"parameter match_after_s: 60 to 1"}
    assert find(opened, named[1].id[:12]).id == named[1].id
    with pytest.raises(UsageError, match="no kept run"):
        find(opened, "zz")


EXCLUSION = """
[[exclusion]]
id = "drill"
who = "A. Auditor"
when = "2013-06-12"
why = "the caller rang on the carrier's request"
callers = ["CALLER"]

[[exclusion]]
id = "second"
who = "A. Auditor"
when = "2013-06-13"
why = "logged by mistake"
attempts = ["ATTEMPT"]
"""


def test_an_exclusion_takes_out_what_it_names_and_can_be_reversed(case: Path) -> None:
    with read_figures(case) as (_, _figures, store):
        most = (
            "SELECT caller_id, COUNT(*) FROM attempt WHERE state = 'failed' GROUP BY ALL ORDER BY 2 DESC, 1"
            " LIMIT 1"
        )
        ((caller, count),) = store.query(most)
        attempt = store.value(
            "SELECT MAX(attempt_id) FROM attempt WHERE state = 'failed' AND caller_id <> $c", {"c": caller}
        )
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write(EXCLUSION.replace("CALLER", caller).replace("ATTEMPT", attempt))
    with audit(case) as result:
        assert result.measures["attempts.failed"].value == 193, (
            "the audit's own figure is not changed by hand"
        )
        first, second = result.reconciliation.exclusions
        told = json.loads(as_json(masked(result)))
    jsonschema.validate(told, schema())
    assert [x["id"] for x in told["exclusions"]] == ["drill", "second"]
    assert len(told["timeline"]) == 5
    assert len(told["decoys"]) == 1
    assert first.counts["attempts.failed"] == (193, 193 - count - 1, 192)
    assert second.counts["attempts.failed"] == (193, 193 - count - 1, 193 - count)
    for command in ("claims", "run"):
        shown = invoked(command, str(case), "--without", "drill")
        assert "The headline if the exclusion drill is reversed" in shown
        row = next(
            line.split() for line in shown.splitlines() if line.split()[:2] == ["attempts.failed", "193"]
        )
        assert row == ["attempts.failed", "193", str(193 - count - 1), "192"]
        assert "A. Auditor" in invoked(command, str(case), *(("--full",) if command == "run" else ()))
    document = json.loads(invoked("run", str(case), "--without", "second", "--format", "json"))
    jsonschema.validate(document, schema())
    assert [(x["id"], x["attempts_failed_if_reversed"]) for x in document["without"]] == [
        ("second", 193 - count)
    ]
    kept_report = (case / "reports" / "audit.json").read_bytes()
    assert "without" not in json.loads(kept_report), (
        "what was asked once is no part of the report that is kept"
    )


def invoked(*words: str) -> str:
    return CliRunner().invoke(auditor, ["-q", *words]).stdout


@pytest.mark.parametrize("command", ["claims", "run"])
def test_an_exclusion_that_nobody_declared_is_refused_before_the_long_work(case: Path, command: str) -> None:
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write(EXCLUSION.replace("CALLER", "+61491570156").replace("ATTEMPT", "00000000:1"))
    told = CliRunner().invoke(auditor, ["-q", command, str(case), "--without", "nobody"])
    assert isinstance(told.exception, UsageError)
    assert told.exception.hint == "known: drill, second"
    assert not (case / ".auditor" / "case.duckdb").exists()


FAULTS = {
    'unit = "apples"': "unit cannot be 'apples'",
    'unit = "calls"\nqualifier = "roughly"': "qualifier cannot be 'roughly'",
    'unit = "calls"\nparts = ["calls", "none"]': "names no other claim 'none'",
    'unit = "calls"\ndefinition = "none"': "no definition is called 'none'",
    'unit = "calls"\nmeasure = "attempts.lost"': "an unknown measure 'attempts.lost'",
    'unit = "calls"\nmeasure = "centre.records"\nrescue = "none"': "does not change a figure of records",
    'unit = "calls"\nmeasure = "attempts.failed"\nsources = ["none.csv"]': (
        "no attempts source has the path 'none.csv'"
    ),
    'unit = "calls"\ncolour = "red"': "unknown key 'colour'",
}


@pytest.mark.parametrize("keys", FAULTS)
def test_a_faulty_claim_is_refused_before_the_long_work(case: Path, keys: str) -> None:
    with (case / "case.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[claim]]\nid = "new"\nsaid_by = "A"\nsaid_on = "2013"\nfigure = 1\n{keys}\n')
    with pytest.raises(UsageError, match=FAULTS[keys]):
        value(case, "attempts.failed")
    assert not (case / ".auditor" / "case.duckdb").exists()
