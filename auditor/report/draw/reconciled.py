"""The reconciliation as plain values of JSON: for `audit.json` and for the commands on claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.claims.inversion import Inversion
from auditor.claims.spread import Spread
from auditor.model import (
    Decoys,
    Exclusion,
    JudgedClaim,
    Moment,
    Range,
    Reconciliation,
    Waterfall,
    WaterfallEnd,
    WaterfallStep,
)
from auditor.report.content.claims import (
    decoys_sentence,
    end_words,
    moment_words,
    moved_words,
    range_note,
    residual_words,
    shares_words,
    step_reason,
    step_words,
    sum_words,
    verdict_words,
)
from auditor.report.content.definitions import definition_words, switch_words
from auditor.report.content.searches import coincidence, limits, shared_words

Plain = dict[str, Any]
ENDS = ("by_the_logs", "with_exclusions", "if_reversed")


def reconciled(found: Reconciliation) -> Plain:
    """Every part by name, each a list; `without` only where a reversal was asked for."""
    parts: Plain = {
        "claims": [_claim(claim, found.allowed.get(claim.id)) for claim in found.claims],
        "bridges": [waterfall(each) for each in found.bridges],
        "ranges": [_range(each) for each in found.ranges],
        "timeline": timeline(found.timeline),
        "exclusions": [_exclusion(each) for each in found.exclusions],
        "decoys": [_decoys(found.decoys)] if found.decoys else [],
    }
    return parts | ({"without": [_exclusion(each) for each in found.reversed]} if found.reversed else {})


def _claim(claim: JudgedClaim, allowed: tuple[int, int] | None) -> Plain:
    return {
        "id": claim.id,
        "said_by": claim.said_by,
        "said_on": claim.said_on,
        "figure": claim.figure,
        "qualifier": claim.qualifier,
        "unit": claim.unit,
        "recomputed": claim.recomputed,
        "as": definition_words(claim.counted_as),
        "difference": claim.difference,
        "verdict": claim.verdict,
        "evidence": "invented logs" if claim.is_invented else "logs",
        "why": verdict_words(claim, allowed),
        "sum": sum_words(claim.sum),
        "supersedes": list(claim.supersedes),
        "note": claim.note,
    }


def waterfall(found: Waterfall) -> Plain:
    """A bridge with its steps; shares only where they were asked for."""
    whole = {
        "id": found.id,
        "from": _end(found.start),
        "to": _end(found.end),
        "steps": [_step(step) for step in found.steps],
        "residual": found.residual,
        "residual_words": residual_words(found),
    }
    if found.shares is None:
        return whole
    shares = {name: str(share) for name, share in found.shares.items()}
    return {**whole, "shares": shares, "shares_words": shares_words(found)}


def _step(step: WaterfallStep) -> Plain:
    return {
        "name": step.name,
        "label": step_words(step),
        "change": step.change,
        "unit": step.unit,
        "added": step.added,
        "removed": step.removed,
        "reason": step_reason(step),
    }


def _end(end: WaterfallEnd) -> Plain:
    return {"label": end_words(end), "value": end.value, "unit": end.unit, "recomputed": end.recomputed}


def _range(found: Range) -> Plain:
    return {
        "id": found.measure,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "unit": found.unit,
        "definitions": found.definitions,
        "moved_most_by": moved_words(found),
        "note": range_note(found),
    }


def timeline(found: Sequence[Moment]) -> list[Plain]:
    """What could be known when, and what was said when."""
    return [_moment(moment) for moment in found]


def _moment(moment: Moment) -> Plain:
    whole: Plain = {"at": moment.at, "label": moment_words(moment)}
    if moment.claim:
        whole["claim"] = moment.claim
    if moment.run:
        whole["run"] = moment.run
        whole |= {name.replace(".", "_"): value for name, value in moment.counts.items()}
    return whole


def _exclusion(found: Exclusion) -> Plain:
    counts = {
        f"{name.replace('.', '_')}_{end}": value
        for name, values in found.counts.items()
        for end, value in zip(ENDS, values, strict=True)
    }
    return {"id": found.id, "who": found.who, "when": found.when, "why": found.why, **counts}


def _decoys(found: Decoys) -> Plain:
    return {
        "matched": found.matched,
        "expected_by_chance": f"{float(found.expected):.2f}",
        "by_shift_s": {str(shift // 1000): pairs for shift, pairs in found.by_shift.items()},
        "records_tried": found.sampled,
        "records": found.records,
        "attempts_failed": dict(found.windows),
        "sentence": decoys_sentence(found),
    }


def spread(found: Spread) -> Plain:
    """A measure's range with all its switches."""
    return {
        "measure": found.measure,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "unit": str(found.unit),
        "definitions": found.definitions,
        "moves": [
            {
                "switch": m.switch,
                "label": switch_words(m.switch, m.setting),
                "low": m.low,
                "high": m.high,
                "why": m.why,
            }
            for m in found.moves
        ],
        "lowest": definition_words(found.lowest.counted_as),
        "highest": definition_words(found.highest.counted_as),
    }


def inversion(found: Inversion) -> Plain:
    """Every definition that gives a figure."""
    return {
        "figure": found.figure,
        "within": found.within,
        "tried": found.tried,
        "hits": [
            {
                "value": h.value,
                "switches": h.switches,
                "definition": definition_words(h.definition.counted_as),
            }
            for h in found.hits
        ],
        "shared": list(shared_words(found)),
        "coincidence": coincidence(found),
        "limits": list(limits(found)),
    }
