"""All of the reconciliation as plain values, for `audit.json` and the reports."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from auditor import engine
from auditor.case import FILE, Case, DeclaredClaim, DeclaredDefinition, DeclaredExclusion
from auditor.catalogue.rulebook import Rulebook
from auditor.claims.bridge import Bridge, bridge, step_rows
from auditor.claims.decoys import Decoys, decoys
from auditor.claims.definition import declared, of_measure
from auditor.claims.figures import Figures
from auditor.claims.register import Verdict, judge
from auditor.claims.spread import HEADLINES, Spread, alternatives, spread
from auditor.claims.timeline import beside_claims
from auditor.errors import UsageError, Where
from auditor.model import Audit
from auditor.store import Store

Plain = dict[str, object]


def figures_of(store: Store, book: Rulebook, case: Case, audit: Audit) -> Figures:
    """Figures over the database of an audit."""
    values = {p.name: p.value for p in audit.parameters}
    return Figures(engine.with_facts(store, book), book, case, audit.measures, int(values["episode_gap_s"]))


def check_claims(case: Case, book: Rulebook) -> None:
    """UsageError, before the long work, where a claim or definition names a measure that there is not, or a
    switch it cannot have."""
    known = {file.name for file in book.measures}
    entries: tuple[DeclaredDefinition | DeclaredClaim, ...] = (*case.definitions, *case.claims)
    for entry in entries:
        if entry.measure and entry.measure not in known:
            close = difflib.get_close_matches(entry.measure, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(sorted(known))
            fault = f"{entry.id!r} is of a measure that nobody knows: {entry.measure!r}"
            raise UsageError(fault, where=Where(str(case.folder / FILE)), hint=hint)
        base = of_measure(entry.measure) if entry.measure else None
        if base is not None:
            declared(entry, base, case)


def reconcile(
    store: Store,
    book: Rulebook,
    case: Case,
    audit: Audit,
    timeline: Sequence[Mapping[str, object]] = (),
    *,
    is_asked: bool = False,
) -> dict[str, object]:
    """What `Audit.claims` holds: claims, bridges, ranges, timeline, exclusions, decoys; each only where there
    is something to say.

    Figures under other definitions are counted where the case declares a claim, definition or exclusion, or
    where they are asked for; decoys where it has a claim that they bear on, or where they are asked for.
    """
    if not (case.asks_for_facts or is_asked):
        known = beside_claims(case, timeline)
        return {"timeline": known} if known else {}
    figures = figures_of(store, book, case, audit)
    is_floor = any("floor" in caution for caution in audit.cautions) or any(
        f.status == "rolled_back" for f in audit.files
    )
    has_attempts = bool(audit.measures["attempts.total"].value)
    if has_attempts:
        figures.values(
            [d for name in HEADLINES for d in alternatives(figures, name)]
        )  # all in one pass, what follows finds them counted
    chance = (
        has_attempts
        and (case.claims or is_asked)
        and decoys(store, book, figures, {p.name: p.value for p in audit.parameters})
    )
    found: dict[str, object] = {
        "claims": [plain_verdict(verdict) for verdict in judge(figures)],
        "bridges": [plain_bridge(figures, found) for found in _successions(figures)],
        "ranges": [
            plain_spread(spread(figures, name), is_floor=is_floor) for name in HEADLINES if has_attempts
        ],
        "timeline": beside_claims(case, timeline),
        "exclusions": excluded(figures),
        "decoys": [plain_decoys(chance)] if chance else [],
    }
    return {name: value for name, value in found.items() if value}


def _successions(figures: Figures) -> Iterable[Bridge]:
    """A bridge from each claim to the one that took its place."""
    for claim in figures.case.claims:
        for former in claim.supersedes:
            yield bridge(figures, former, claim.id)


def plain_verdict(verdict: Verdict) -> Plain:
    """A claim and its verdict, one text or number a key."""
    claim = verdict.claim
    return {
        "id": claim.id,
        "said_by": claim.said_by,
        "said_on": claim.said_on,
        "figure": claim.figure,
        "qualifier": claim.qualifier,
        "unit": claim.unit,
        "recomputed": verdict.recomputed,
        "as": verdict.definition.label if verdict.definition else str(verdict.unit or ""),
        "difference": verdict.difference,
        "verdict": verdict.verdict,
        "why": verdict.why,
        "sum": verdict.sum.told if verdict.sum else "",
        "supersedes": list(claim.supersedes),
        "note": claim.note,
    }


def plain_bridge(figures: Figures, found: Bridge) -> Plain:
    """A waterfall: both ends, the steps with the rows they add and take away, and the residual."""
    steps: list[Plain] = []
    for step in found.steps:
        rows = step_rows(figures, step)
        steps.append(
            {
                "name": step.name,
                "label": step.label,
                "change": step.change,
                "unit": str(step.unit),
                "added": sum(r.change for r in rows if r.change > 0),
                "removed": -sum(r.change for r in rows if r.change < 0),
                "reason": step.reason,
            }
        )
    return {
        "id": f"{found.start.name}-to-{found.end.name}",
        "from": {
            "label": found.start.label,
            "value": found.start.figure,
            "unit": str(found.start.unit),
            "recomputed": found.start.value,
        },
        "to": {
            "label": found.end.label,
            "value": found.end.figure,
            "unit": str(found.end.unit),
            "recomputed": found.end.value,
        },
        "steps": steps,
        "residual": found.residual,
        "residual_words": found.residual_words,
    }


def plain_spread(found: Spread, *, is_floor: bool = False) -> Plain:
    """A range; from incomplete evidence it is a floor, and says so."""
    most = found.moves[0] if found.moves and found.moves[0].low != found.moves[0].high else None
    return {
        "id": found.measure,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "unit": str(found.unit),
        "definitions": found.definitions,
        "moved_most_by": most.label if most else "",
        "note": "floors: the evidence is incomplete" if is_floor else "",
    }


def plain_decoys(found: Decoys) -> Plain:
    """The chance matches and the count at three windows."""
    return {
        "matched": found.matched,
        "expected_by_chance": f"{float(found.expected):.2f}",
        "by_shift_s": {str(shift // 1000): pairs for shift, pairs in found.by_shift.items()},
        "records_tried": found.sampled,
        "records": found.records,
        "attempts_failed": dict(found.windows),
        "sentence": found.sentence,
    }


def check_exclusion(case: Case, name: str) -> None:
    """UsageError with what there is where the case declares no exclusion called `name`."""
    known = tuple(x.id for x in case.exclusions)
    if name not in known:
        raise UsageError(
            f"no exclusion is called {name!r}",
            hint=f"known: {', '.join(known)}" if known else "the case declares none",
        )


def reversing(found: Mapping[str, object], name: str) -> dict[str, object]:
    """What `reconcile` found, with `without`: the exclusion whose reversal was asked for, and the headline
    without it."""
    held = found.get("exclusions", ())
    assert isinstance(held, Sequence)
    return {**found, "without": [x for x in held if isinstance(x, Mapping) and x["id"] == name]}


def excluded(figures: Figures) -> list[Plain]:
    """Each declared exclusion with its author and reason, and the headline with all of them, and with all but
    it."""
    names = tuple(x.id for x in figures.case.exclusions)
    bases = [base for measure in HEADLINES if (base := of_measure(measure)) is not None]
    reversals = [tuple(n for n in names if n != name) for name in names]
    figures.values(
        [
            base.with_(exclusions=left)
            for base in bases
            for left in (*((names, *reversals) if names else ()), ())
        ]
    )
    return [_excluded(figures, exclusion, names) for exclusion in figures.case.exclusions]


def _excluded(figures: Figures, exclusion: DeclaredExclusion, names: tuple[str, ...]) -> Plain:
    told: Plain = {"id": exclusion.id, "who": exclusion.who, "when": exclusion.when, "why": exclusion.why}
    for measure in HEADLINES:
        base = of_measure(measure)
        if base is not None:
            key = measure.replace(".", "_")
            reversed_ = tuple(n for n in names if n != exclusion.id)
            ends = {
                "by_the_logs": base,
                "with_exclusions": base.with_(exclusions=names),
                "if_reversed": base.with_(exclusions=reversed_),
            }
            is_known = figures.measured(measure)[0] is not None
            told |= {
                f"{key}_{end}": figures.value(definition) if is_known else None
                for end, definition in ends.items()
            }
    return told
