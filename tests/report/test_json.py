"""`audit.json` against its published schema, and the contract's keys."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from auditor.model import Audit, Moment
from auditor.report.draw.json import as_json, document, schema
from auditor.report.privacy.masking import masked
from tests.report.audits import NUMBERS, bare_audit, broken_audit, hostile_audit, qualified_audit, rich_audit

RECONCILED = ("claims", "bridges", "ranges", "timeline", "exclusions", "decoys")
AUDITS = [rich_audit(), bare_audit(), broken_audit(), qualified_audit(), hostile_audit()]


@pytest.mark.parametrize("audit", AUDITS, ids=["rich", "bare", "broken", "qualified", "hostile"])
def test_every_audit_fits_the_published_schema(audit: Audit) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert (
        list(jsonschema.Draft202012Validator(schema()).iter_errors(json.loads(as_json(masked(audit))))) == []
    )


def test_the_schema_names_every_key_that_is_written() -> None:
    assert set(document(rich_audit())) <= set(schema()["properties"])
    assert set(document(rich_audit())["files"][0]) == set(
        schema()["properties"]["files"]["items"]["properties"]
    )


def test_the_contract_keys_come_first_in_their_order() -> None:
    keys = list(document(rich_audit()))
    first = [
        "schema",
        "run",
        "status",
        "case",
        "measures",
        "balances",
        "findings",
        "files",
        "clocks",
        "gates",
        "not_in_evidence",
    ]
    assert keys[:11] == first
    assert document(rich_audit())["schema"] == 2


def test_each_part_of_the_reconciliation_is_a_list_of_its_own() -> None:
    found = document(rich_audit())
    assert [c["id"] for c in found["claims"]] == ["senate", "minister"]
    assert [b["id"] for b in found["bridges"]] == ["senate-to-minister"]
    assert [r["id"] for r in found["ranges"]] == ["attempts.failed"]
    assert [t["label"] for t in found["timeline"]] == ["Press office: about 50 calls", "received carrier.csv"]
    empty = document(bare_audit())
    assert [empty[name] for name in RECONCILED] == [[]] * 6


def test_what_the_case_declares_nothing_of_is_an_empty_list() -> None:
    names = ("attribution", "stages", "footprint", "notices", "credits", "breaches")
    assert [document(rich_audit())[name] for name in names] == [[]] * 6


def test_a_gate_says_whether_it_holds_and_who_answers_for_it() -> None:
    found = {
        (g["id"], g["subject"]): (g["holds"], g["count"], g["of"], g["accepted_by"])
        for g in document(qualified_audit())["gates"]
    }
    assert found["lost_ids", ""] == (True, 0, 0, None)
    assert found["rejected", "attempts-20240312.csv"] == (False, 3, 200, "A. Auditor, compliance")
    assert found["unknown_words", "welfare.csv: outcome = Spoke to customer"] == (False, 12, 29, None)


def test_figures_balances_and_clocks_are_exact() -> None:
    audit = rich_audit()
    found = document(audit)
    assert found["measures"]["attempts.failed"]["value"] == audit.measures["attempts.failed"].value
    assert found["measures"]["centre.no_location"]["value"] is None
    assert found["clocks"][0]["offset_s"] == 2.48
    assert found["clocks"][1]["offset_s"] is None
    assert found["findings"][0] == {
        "rule": "WC-001", "severity": "critical", "clause": "Determination 2019, s. 27",
        "clause_is_verified": False,
        "count": audit.rules[0].count, "title": "Caller with a check due has none",
    }  # fmt: skip


@pytest.mark.holds("fault.77")
def test_a_broken_balance_shows_its_difference_and_a_failed_rule_is_no_finding() -> None:
    found = document(broken_audit())
    assert found["balances"][-1]["difference"] == -1
    assert found["status"] == "unbalanced"
    assert "WC-001" not in {f["rule"] for f in found["findings"]}
    assert {"WC-001": "failed"}.items() <= {r["rule"]: r["status"] for r in found["rules"]}.items()


def _turned(moment: Moment) -> Moment:
    return replace(moment, counts=dict(reversed(list(moment.counts.items()))))


def test_the_bytes_do_not_hang_on_the_order_things_were_built_in() -> None:
    audit = rich_audit()
    found = audit.reconciliation
    turned = replace(
        audit,
        measures=dict(reversed(list(audit.measures.items()))),
        tables=dict(reversed(list(audit.tables.items()))),
        reconciliation=replace(audit.reconciliation, timeline=tuple(map(_turned, found.timeline))),
    )
    assert as_json(audit) == as_json(turned)
    assert as_json(audit).endswith(b"}\n")


def test_single_callers_never_reach_the_json() -> None:
    assert not {"callers", "worklist", "welfare_elapsed"} & set(document(rich_audit())["tables"])
    text = as_json(rich_audit()).decode()
    assert not any(number in text for number in NUMBERS)


def test_an_attribution_has_the_shape_that_the_schema_publishes() -> None:
    group = {
        "name": "A", "failed": 9, "total": 10, "baseline_failed": 0, "baseline_total": 90, "state": "failing",
        "p": 0.001, "p_adjusted": 0.004,
    }  # fmt: skip
    entry = {
        "id": "q", "outage": "main", "network": "alpha", "place": "cannot_tell", "duty_holder": None,
        "claim": None, "claim_verdict": None, "delay_s": 0.25, "peak_concurrent": None, "groups": [group],
        "stages": [{"stage": "not_known", "attempts": 9}], "missing": ["group B"], "would_change": [],
        "repeat_of": [], "call_ids": ["c1"],
    }  # fmt: skip
    validator = jsonschema.Draft202012Validator(schema())
    whole = json.loads(as_json(rich_audit()))
    assert list(validator.iter_errors(whole | {"attribution": [entry]})) == []
    assert list(validator.iter_errors(whole | {"attribution": [entry | {"place": "somewhere"}]}))
