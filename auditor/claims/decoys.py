"""How many matches chance explains, and how the count changes with the match window."""

from __future__ import annotations

from collections.abc import Mapping

from auditor import engine
from auditor.catalogue.rulebook import Rulebook
from auditor.claims.definition import of_measure
from auditor.claims.figures import Recount
from auditor.model import Decoys
from auditor.store import Store

_MINUTE, _DAY = 60_000, 86_400_000
SHIFTS = (_DAY + 7 * _MINUTE, -_DAY - 7 * _MINUTE, 197 * _MINUTE, -197 * _MINUTE)
"""Odd offsets in milliseconds, so that neither hours nor the daily pattern of calls coincide again."""


def decoys(store: Store, book: Rulebook, figures: Recount, settings: Mapping[str, object]) -> Decoys | None:
    """Match the attempts against the centre's logs shifted by odd offsets; None where there is no centre log.

    `settings`: the match's own parameters (match_before_s, match_after_s, weak_residual_s).
    """
    matched = figures.measures["centre.matched"].value
    failed = of_measure("attempts.failed")
    if matched is None or failed is None:
        return None
    counted = engine.decoys(store, book, SHIFTS, settings)
    sampled, records = counted[SHIFTS[0]][2:]
    windows = {name: figures.value(failed.with_(match_window=name)) for name in ("half", "usual", "double")}
    return Decoys(
        {shift: sum(counted[shift][:2]) for shift in SHIFTS},
        sampled,
        records,
        matched,
        windows,
    )
