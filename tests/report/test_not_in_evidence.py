"""Cases that lack a log, audited and reported: what nobody can know is said to be unknown, with the reason,
and is never a zero."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from auditor.case import read_case
from auditor.claims.bridge import bridge, end_of
from auditor.claims.inversion import explain
from auditor.claims.reconcile import waterfall
from auditor.errors import UsageError
from auditor.ingest import check_heads
from auditor.model import Absence, Audit
from auditor.pipeline import audit, read_figures
from auditor.report import write_reports
from auditor.report.content.cautions import absence_lines
from auditor.report.content.claims import residual_words, verdict_words
from auditor.report.content.request import needs
from auditor.report.draw.json import document
from auditor.report.draw.text import print_summary

SAMPLE = Path(__file__).parents[2] / "sample_logs" / "tidy_day"
CLAIMED = """
[[exclusion]]
id = "drill"
who = "the carrier"
when = "2024-03-20"
why = "a drill"
callers = ["+61491570313"]

[[definition]]
id = "own"
measure = "attempts.failed"
cancelled = "failed"

[[claim]]
id = "said"
said_by = "the carrier"
said_on = "2024-03-20"
figure = 6
unit = "attempts"
measure = "attempts.failed"
supersedes = ["first"]

[[claim]]
id = "first"
said_by = "the carrier"
said_on = "2024-03-14"
figure = 4
unit = "attempts"
measure = "attempts.failed"
"""


def case_of(folder: Path, *left_out: str, more: str = "") -> Path:
    """A copy of the sample without the sources of some roles."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("case.[!t]*", "reports", ".auditor"))
    head, *sources = (folder / "case.toml").read_text(encoding="utf-8").split("[[source]]\n")
    kept = [source for source in sources if not any(f'role = "{role}"' in source for role in left_out)]
    (folder / "case.toml").write_text("[[source]]\n".join([head, *kept]) + more, encoding="utf-8")
    return folder


def rewritten(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """The log with each of its rows changed."""
    rows = [change(row) for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def printed(result: Audit, *, is_full: bool = True) -> str:
    out = io.StringIO()
    print_summary(result, Console(file=out, width=200), is_full=is_full)
    return " ".join(out.getvalue().split())


BESIDE = ("notices.", "credits.", "callers.failed_untold")
"""Figures of what stands beside the calls: no case here has a log of notices, or a promise."""


def absent(result: Audit) -> set[str]:
    """The measures without a value; each with a reason, without a range, and named among what is not in
    evidence."""
    assert all(balance.holds for balance in result.balances)
    found = {name: m for name, m in result.measures.items() if m.value is None}
    told = {name for absence in result.not_in_evidence for name in absence.measures}
    for name, measure in found.items():
        assert (measure.low, measure.high, measure.rows.length) == (None, None, 0), name
        assert measure.reason, name
        assert name in told
    assert told & set(result.measures) == set(found)
    for name, figure in document(result)["measures"].items():
        assert (figure["value"] is None) is (name in found)
    assert {name for name in result.measures if name.startswith(BESIDE)} <= set(found)
    return {name for name in found if not name.startswith(BESIDE)}


@pytest.mark.holds("fault.77")
def test_without_attempts_no_figure_of_calls_or_callers_is_a_zero(tmp_path: Path) -> None:
    with audit(case_of(tmp_path / "case", "attempts", more=CLAIMED)) as result:
        found, text = absent(result), printed(result)
        assert {
            name
            for name in result.measures
            if name.startswith(("attempts.", "episodes.", "callers.", "records."))
        } <= {*found, "callers.failed_untold"}
        assert {name for name in found if name.startswith("welfare.")} == {
            f"welfare.{s}"
            for s in (
                "required",
                "in_time",
                "referred",
                "late",
                "unknown",
                "no_contact",
                "missing",
                "no_identity",
            )
        }
        assert not {name for name in found if name.startswith("centre.")}
        assert "Attempts that failed not in evidence no attempts source is in evidence" in text
        assert (
            "How many attempts failed is not in evidence: no attempts source is in evidence. It is unknown,"
            " not zero." in text
        )
        assert not {run.rule for run in result.findings} & {"OC-004", "WC-006", "DQ-020"}
        (claim, _), (told,) = result.reconciliation.claims, result.reconciliation.exclusions
        assert (claim.verdict, claim.recomputed, verdict_words(claim)) == (
            "cannot be tested",
            None,
            "no attempts source is in evidence",
        )
        assert told.counts["attempts.failed"] == (None, None, None)
    with read_figures(tmp_path / "case") as (_, figures, _store):
        assert "cannot be recomputed: no attempts source is in evidence" in residual_words(
            waterfall(figures, bridge(figures, "first", "said"))
        )
        with pytest.raises(UsageError, match="own has no value: no attempts source"):
            bridge(figures, "own", "said")
        with pytest.raises(UsageError, match="no definition gives a figure: no attempts source"):
            explain(figures, 6)


def test_without_a_centre_what_arrived_is_not_in_evidence(tmp_path: Path) -> None:
    with audit(case_of(tmp_path / "case", "centre", more=CLAIMED)) as result:
        found = absent(result)
        assert {name for name in found if not name.startswith("centre.")} == {
            "attempts.delivered", "attempts.answered", "attempts.cancelled", "episodes.reached",
            "episodes.cancelled",
            "callers.reached_on_retry",
        }  # fmt: skip
        assert {name for name in result.measures if name.startswith("centre.")} <= found
        assert result.basis == "carrier"
        assert "Callers reached on a retry not in evidence no centre source is in evidence" in printed(result)
        assert result.reconciliation.decoys is None


def test_without_checks_nobody_is_called_unchecked(tmp_path: Path) -> None:
    with audit(case_of(tmp_path / "case", "welfare")) as result:
        found, text = absent(result), printed(result)
        of_checks = {name for name in result.measures if name.startswith("welfare.")} - {"welfare.required"}
        assert found == of_checks | {"breaches.total"}, "a check that is due may be a duty broken"
        assert "Whether anybody checked on them is not in evidence: no welfare source is in evidence." in text
        assert "no check found" not in text
        assert not [run for run in result.findings if run.rule.startswith("WC-")]


@pytest.mark.holds("fault.77")
def test_a_log_whose_every_record_was_rejected_is_no_source_but_its_rejects_are_known(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case")
    rewritten(case / "welfare.csv", lambda row: {**row, "attempted_at": "?"})
    rewritten(case / "centre.csv", lambda row: {**row, "presented_at": "?"})
    with audit(case) as result:
        found = absent(result)
        assert not {"welfare.records", "welfare.rejected", "centre.records", "centre.rejected"} & found
        assert {"welfare.missing", "welfare.used", "centre.orphan", "attempts.delivered"} <= found
        assert result.measures["welfare.missing"].reason == "no record of the welfare files could be used"
        assert result.basis == "carrier"


def test_a_column_that_no_log_of_a_centre_has_leaves_its_figures_without_a_value(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case")
    rewritten(
        case / "centre.csv",
        lambda row: {name: text for name, text in row.items() if name not in ("disposition", "answered_at")},
    )
    with audit(case) as result:
        assert absent(result) == {"attempts.answered", "centre.abandoned"}
        assert (
            result.measures["attempts.answered"].reason
            == "no centre source has the column answered_at or disposition"
        )


def test_every_report_says_so(tmp_path: Path) -> None:
    with audit(case_of(tmp_path / "case", "attempts", "welfare")) as result:
        paths = write_reports(result, tmp_path / "out", ("html", "md", "json"))
        for path in paths:
            text = path.read_text(encoding="utf-8")
            assert "no attempts source is in evidence" in text, path
            assert path.suffix == ".json" or "not in evidence" in text
        held = next(json.loads(path.read_text(encoding="utf-8")) for path in paths if path.suffix == ".json")
        assert held["measures"]["attempts.failed"]["value"] is None


def test_a_word_nobody_mapped_accuses_nobody(tmp_path: Path) -> None:
    case = case_of(tmp_path / "case")
    rewritten(case / "welfare.csv", lambda row: {**row, "outcome": "Spoke to customer"})
    with audit(case) as result:
        values = {
            name: result.measures[f"welfare.{name}"].value
            for name in ("in_time", "late", "unknown", "no_contact")
        }
        assert values == {"in_time": 0, "late": 0, "unknown": 2, "no_contact": 0}
        findings = {run.rule: run for run in result.findings}
        assert not {"WC-002", "WC-003"} & set(findings)
        texts = [
            dict(zip(findings["WC-007"].rows.columns, row, strict=True))["outcome_text"]
            for row in findings["WC-007"].rows
        ]
        assert set(texts) == {"Spoke to customer"}
        assert "check not understood 2" in printed(result)
        waiting = [
            dict(zip(result.tables["worklist"].columns, row, strict=True))["status"]
            for row in result.tables["worklist"]
        ]
        assert sorted(map(str, waiting)) == ["missing", "no_identity", "unknown", "unknown"]


def test_many_figures_of_one_group_are_counted_for_people_and_listed_for_machines() -> None:
    many = tuple(f"notices.{name}" for name in ("sent", "late", "missing", "in_time", "lacks_fields"))
    absent = (
        Absence(reason="no notifications source is in evidence", measures=(*many, "callers.failed_untold")),
    )
    (brief,) = absence_lines(absent, is_brief=True)
    assert brief.endswith(": notices.* (5 figures), callers.failed_untold.")
    (whole,) = absence_lines(absent)
    assert all(name in whole for name in many)


UNPLACED = '[case]\ntitle = "Trial"\nregime = "au"\n'
OUTAGE = """
[[outage]]
id = "south"
networks = ["Southern Mobile"]
start = 2024-03-12T17:00:00Z
end = 2024-03-12T20:00:00Z
"""
LOG = '[[source]]\nrole = "attempts"\npath = "attempts.csv"\n'
CHECKS = '[[source]]\nrole = "welfare"\npath = "welfare.csv"\n'


def unplaced(folder: Path, *more: str) -> Path:
    """A case of one call that failed in an outage of a network, in a log that has no column for it."""
    folder.mkdir()
    (folder / "case.toml").write_text(UNPLACED + "".join(more), encoding="utf-8")
    (folder / "attempts.csv").write_text(
        "call_id,started_at,calling_number,dialled,sip_status\na,2024-03-12T17:30:00Z,+61491570156,000,503\n",
        encoding="utf-8",
    )
    (folder / "welfare.csv").write_text(
        "check_id,attempted_at,calling_number,outcome\nw,2024-03-12T19:00:00Z,+61491570156,contacted\n",
        encoding="utf-8",
    )
    return folder


def test_an_outage_of_networks_that_no_record_names_is_no_all_clear(tmp_path: Path) -> None:
    with audit(unplaced(tmp_path / "case", OUTAGE, LOG, CHECKS)) as result:
        found, text = absent(result), printed(result, is_full=False)
        assert result.measures["callers.failed"].value == 1
        assert {name for name in found if name.startswith(("callers.", "welfare."))} == {
            "callers.failed_in_outage",
            "callers.reached_on_retry",
            *(f"welfare.{s}" for s in ("required", "in_time", "referred", "late", "unknown")),
            *(f"welfare.{s}" for s in ("no_contact", "missing", "no_identity")),
            *(f"welfare.{s}" for s in ("used", "before_failure", "not_due")),
        }
        why = result.measures["welfare.required"].reason
        assert 'network = "..."' in why
        assert "map the column network" in why
        assert "how many callers could not reach 000 is not in evidence" in text
        assert "no caller is known" not in text
        judged = {run.rule: run.status for run in result.rules}
        for rule in ("EC-001", "EC-002", "OC-002", "OC-004", "WC-001", "WC-006"):
            assert judged[rule] == "not_applicable", rule
        letter = [need for need in needs(result) if "callers.failed_in_outage" in need.measures]
        assert [need.what for need in letter] == ["Say what the logs leave out."]


@pytest.mark.parametrize(
    "more",
    [
        (OUTAGE, LOG + 'network = "Southern Mobile"\n', CHECKS),
        (OUTAGE.replace('networks = ["Southern Mobile"]\n', ""), LOG, CHECKS),
    ],
)
def test_a_network_of_the_source_or_an_outage_of_every_network_places_the_calls(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    with audit(unplaced(tmp_path / "case", *more)) as result:
        held = {name: result.measures[name].value for name in ("callers.failed_in_outage", "welfare.used")}
    assert held == {"callers.failed_in_outage": 1, "welfare.used": 1}


INSIDE = """
[[definition]]
id = "inside"
measure = "callers.failed"
outage = "inside"

[[claim]]
id = "said"
said_by = "the carrier"
said_on = "2024-03-20"
figure = 0
unit = "callers"
definition = "inside"
"""


def test_a_figure_within_an_outage_that_places_no_call_is_not_tested(tmp_path: Path) -> None:
    case = unplaced(tmp_path / "case", OUTAGE, LOG, INSIDE)
    with audit(case) as result:
        (claim,) = result.reconciliation.claims
        assert (claim.verdict, claim.recomputed) == ("cannot be tested", None)
    with read_figures(case) as (_, figures, _store):
        with pytest.raises(UsageError, match="inside has no value: an outage"):
            end_of(figures, "inside")
        assert end_of(figures, "said").value is None


def test_check_says_beforehand_that_the_calls_of_an_outage_cannot_be_placed(tmp_path: Path) -> None:
    (note,) = check_heads(read_case(unplaced(tmp_path / "one", OUTAGE, LOG))).notes
    assert "the outage south names networks" in note.message
    assert 'network = "..."' in note.hint
    placed = unplaced(tmp_path / "two", OUTAGE, LOG + 'network = "Southern Mobile"\n')
    assert check_heads(read_case(placed)).notes == ()


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b"a\0" * 50, ""),
        (
            b"call_id,started_at,dialled\na,2024-03-12T17:30:00Z,000\n",
            'constants = { network = "Southern Mobile" }\n',
        ),
    ],
    ids=["unreadable", "constant"],
)
def test_check_says_so_of_no_file_that_may_place_them(content: bytes, keys: str, tmp_path: Path) -> None:
    case = unplaced(tmp_path / "case", OUTAGE, LOG + keys)
    (case / "attempts.csv").write_bytes(content)
    heads = check_heads(read_case(case))
    assert not [note for note in heads.notes if "names networks" in note.message]
    assert bool(heads.problems) != bool(keys)
