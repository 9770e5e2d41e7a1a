"""Reconciliation: recompute a published figure under its own definition, and go from one figure to another
step by step, with the rows of each step."""

from auditor.claims.bridge import Bridge, Step, bridge, shares, step_rows
from auditor.claims.decoys import decoys
from auditor.claims.definition import Definition, claimed, of_measure
from auditor.claims.figures import Recount
from auditor.claims.inversion import Inversion, explain
from auditor.claims.reconcile import check_claims, figures_of, reconcile
from auditor.claims.register import Verdict, judge
from auditor.claims.spread import Spread, spread

__all__ = [
    "Bridge",
    "Definition",
    "Inversion",
    "Recount",
    "Spread",
    "Step",
    "Verdict",
    "bridge",
    "check_claims",
    "claimed",
    "decoys",
    "explain",
    "figures_of",
    "judge",
    "of_measure",
    "reconcile",
    "shares",
    "spread",
    "step_rows",
]
