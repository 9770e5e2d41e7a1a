"""Runs the model's SQL, now with DuckDB. A distributed engine would replace this package."""

from auditor.engine.aliases import aliases_of
from auditor.engine.claim_facts import build_facts, drop_facts, has_facts, keep_facts, with_facts
from auditor.engine.facts import counts_alike, write_case_facts
from auditor.engine.figure import (
    condensed,
    condensed_but,
    counted_choices,
    counted_rows,
    decoys,
    scopes,
    weigh,
)
from auditor.engine.figures import (
    check_balances,
    compute_measures,
    in_evidence,
    not_in_evidence,
    rows_now,
    rows_of,
    run_rules,
)
from auditor.engine.gates import judge_gates
from auditor.engine.runs import changed_states, copy_loaded, keep_states
from auditor.engine.schema import define_macros
from auditor.engine.steps import build_model

__all__ = [
    "aliases_of",
    "build_facts",
    "build_model",
    "changed_states",
    "check_balances",
    "compute_measures",
    "condensed",
    "condensed_but",
    "copy_loaded",
    "counted_choices",
    "counted_rows",
    "counts_alike",
    "decoys",
    "define_macros",
    "drop_facts",
    "has_facts",
    "in_evidence",
    "judge_gates",
    "keep_facts",
    "keep_states",
    "not_in_evidence",
    "rows_now",
    "rows_of",
    "run_rules",
    "scopes",
    "weigh",
    "with_facts",
    "write_case_facts",
]
