"""The whole reconciliation, as the frozen values of an audit."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from auditor import engine
from auditor.case import Case, DeclaredClaim, DeclaredDefinition, DeclaredExclusion, where_of
from auditor.catalogue.rulebook import Rulebook
from auditor.claims.bridge import Bridge, End, Step, bridge, step_rows
from auditor.claims.decoys import decoys
from auditor.claims.definition import declared, of_measure, refuse_switches
from auditor.claims.figures import Recount
from auditor.claims.register import Verdict, judge
from auditor.claims.spread import HEADLINES, Spread, alternatives, spread
from auditor.claims.timeline import beside_claims
from auditor.errors import UsageError, Where
from auditor.model import (
    Audit,
    CountedAs,
    Exclusion,
    JudgedClaim,
    Moment,
    Range,
    Reconciliation,
    Waterfall,
    WaterfallEnd,
    WaterfallStep,
)
from auditor.store import Store


def figures_of(store: Store, book: Rulebook, case: Case, audit: Audit) -> Recount:
    """Figures over the database of an audit."""
    values = {p.name: p.value for p in audit.parameters}
    return Recount(engine.with_facts(store, book), book, case, audit.measures, int(values["episode_gap_s"]))


def check_claims(case: Case, book: Rulebook) -> None:
    """UsageError, before the long work, where a claim or definition names an unknown measure, or a switch
    that does not change its figure."""
    known = {file.name for file in book.measures}
    named = {d.id: d for d in case.definitions}
    entries: tuple[DeclaredDefinition | DeclaredClaim, ...] = (*case.definitions, *case.claims)
    for entry in entries:
        if entry.measure and entry.measure not in known:
            close = difflib.get_close_matches(entry.measure, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else "known: " + ", ".join(sorted(known))
            fault = f"{entry.id!r} names an unknown measure {entry.measure!r}"
            raise UsageError(fault, where=_where(case, entry, "measure"), hint=hint)
        started = named.get(entry.definition) if isinstance(entry, DeclaredClaim) else None
        if measure := entry.measure or (started.measure if started else ""):
            _check_switches(case, entry, measure, (started, entry) if started else (entry,))


def _check_switches(
    case: Case,
    entry: DeclaredDefinition | DeclaredClaim,
    measure: str,
    given: Sequence[DeclaredDefinition | DeclaredClaim],
) -> None:
    """UsageError for a switch that changes nothing, and for a window that ends before it starts: a claim may
    have one end of its own and the other by its definition."""
    base = of_measure(measure)
    try:
        if base is None:
            refuse_switches(measure, given)
            return
        for switches in given:
            base = declared(switches, base, case)
    except UsageError as error:
        raise UsageError(error.message, where=_where(case, entry, "measure"), hint=error.hint) from error
    start, end = base["window_start"], base["window_end"]
    if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
        kind = "claim" if isinstance(entry, DeclaredClaim) else "definition"
        fault = f"the window of {kind} {entry.id!r} ends before it starts"
        hint = "look at window_start and window_end of its definition too"
        raise UsageError(fault, where=_where(case, entry, "id"), hint=hint)


def _where(case: Case, entry: DeclaredDefinition | DeclaredClaim, key: str) -> Where:
    """The line of a key of an entry, or that of the entry."""
    kind = "claim" if isinstance(entry, DeclaredClaim) else "definition"
    return where_of(case, kind, entry.id, key if getattr(entry, key) else "id")


def reconcile(
    store: Store,
    book: Rulebook,
    case: Case,
    audit: Audit,
    timeline: Sequence[Moment] = (),
    *,
    is_asked: bool = False,
) -> Reconciliation:
    """The value of `Audit.reconciliation`. Each part is empty where there is nothing to say.

    Figures under other definitions are counted where the case declares a claim, definition or exclusion, or
    with `is_asked`. Chance matches are counted where the case declares a claim, or with `is_asked`.
    """
    known = beside_claims(case, timeline)
    if not (case.asks_for_facts or is_asked):
        return Reconciliation(timeline=known)
    figures = figures_of(store, book, case, audit)
    is_floor = any(caution.is_floor for caution in audit.cautions)
    has_attempts = bool(audit.measures["attempts.total"].value)
    if has_attempts:
        figures.values(
            [d for name in HEADLINES for d in alternatives(figures, name)]
        )  # counted here in one pass, and only read below
    asks_for_chance = has_attempts and (bool(case.claims) or is_asked)
    settings = {p.name: p.value for p in audit.parameters}
    chance = decoys(store, book, figures, settings) if asks_for_chance else None
    verdicts = judge(figures)
    return Reconciliation(
        tuple(judged(verdict, is_invented=case.facts.invented) for verdict in verdicts),
        tuple(waterfall(figures, found) for found in _successions(figures)),
        tuple(ranged(spread(figures, name), is_floor=is_floor) for name in HEADLINES if has_attempts),
        known,
        excluded(figures),
        chance,
        allowed={v.claim.id: v.allowed for v in verdicts if v.allowed is not None},
    )


def _successions(figures: Recount) -> Iterable[Bridge]:
    """A bridge to each claim from each one that it supersedes."""
    for claim in figures.case.claims:
        for former in claim.supersedes:
            yield bridge(figures, former, claim.id)


def judged(verdict: Verdict, *, is_invented: bool = False) -> JudgedClaim:
    """A claim and its verdict."""
    claim = verdict.claim
    return JudgedClaim(
        claim.id,
        claim.said_by,
        claim.said_on,
        claim.figure,
        claim.qualifier,
        claim.unit,
        verdict.recomputed,
        verdict.definition.counted_as
        if verdict.definition
        else CountedAs(str(verdict.unit or ""), measure=claim.measure),
        verdict.verdict,
        verdict.why,
        verdict.sum,
        claim.supersedes,
        claim.note,
        is_invented,
    )


def waterfall(figures: Recount, found: Bridge) -> Waterfall:
    """Both ends of a bridge, and its steps with the rows that they add and take away."""
    steps = []
    for step in found.steps:
        if step.before is None or step.after is None:
            steps.append(_step(step, None, None))
            continue
        changes = [row.change for row in step_rows(figures, step)]
        added, removed = sum(c for c in changes if c > 0), -sum(c for c in changes if c < 0)
        steps.append(_step(step, added, removed))
    one_unit = found.is_in_one_unit
    return Waterfall(_end(found.start), _end(found.end), tuple(steps), is_in_one_unit=one_unit)


def _step(step: Step, added: int | None, removed: int | None) -> WaterfallStep:
    one, other = step.before, step.after
    is_switch = step.name not in ("counted", "unit", "measure")
    return WaterfallStep(
        step.name,
        step.change,
        str(step.unit),
        added,
        removed,
        other[step.name] if is_switch and other is not None else None,
        (one.counted, other.counted) if one is not None and other is not None else (),
        tuple(map(str, step.units)),
        step.measures if step.name == "measure" else (),
    )


def _end(end: End) -> WaterfallEnd:
    return WaterfallEnd(
        end.name,
        end.figure,
        str(end.unit),
        end.value,
        end.why,
        end.said_by,
        end.said_on,
        end.title,
        end.definition.counted_as if end.definition else None,
    )


def ranged(found: Spread, *, is_floor: bool) -> Range:
    """The range of a headline. `is_floor`: the evidence is incomplete, and counts may be too low."""
    most = found.moves[0] if found.moves and found.moves[0].low != found.moves[0].high else None
    return Range(
        found.measure,
        found.value,
        found.low,
        found.high,
        str(found.unit),
        found.definitions,
        (most.switch, most.setting) if most else None,
        is_floor,
    )


def check_exclusion(case: Case, name: str) -> None:
    """UsageError, with the known names, where the case declares no exclusion called `name`."""
    known = tuple(x.id for x in case.exclusions)
    if name not in known:
        raise UsageError(
            f"no exclusion is called {name!r}",
            hint=f"known: {', '.join(known)}" if known else "the case declares no [[exclusion]]",
        )


def reversing(found: Reconciliation, name: str) -> Reconciliation:
    """What `reconcile` found, with the reversal of the exclusion called `name`."""
    return replace(found, reversed=tuple(x for x in found.exclusions if x.id == name))


def excluded(figures: Recount) -> tuple[Exclusion, ...]:
    """Each declared exclusion with its author and reason, the headline with all exclusions, and with all but
    this one."""
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
    return tuple(_excluded(figures, exclusion, names) for exclusion in figures.case.exclusions)


def _excluded(figures: Recount, exclusion: DeclaredExclusion, names: tuple[str, ...]) -> Exclusion:
    counts: dict[str, tuple[int | None, int | None, int | None]] = {}
    for measure in HEADLINES:
        base = of_measure(measure)
        if base is None:
            continue
        if figures.measured(measure)[0] is None:
            counts[measure] = None, None, None
            continue
        without = base.with_(exclusions=tuple(n for n in names if n != exclusion.id))
        counts[measure] = (
            figures.value(base),
            figures.value(base.with_(exclusions=names)),
            figures.value(without),
        )
    return Exclusion(exclusion.id, exclusion.who, exclusion.when, exclusion.why, counts)
