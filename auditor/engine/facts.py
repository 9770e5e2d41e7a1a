"""Writes the declarations of the case and its regime into tables, so that SQL alone uses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from auditor.case import Case, DeclaredClaim, declared_rows, regime_tables
from auditor.catalogue.domains import case_keys
from auditor.engine.calendar import touched_hours
from auditor.regimes.numbering import spellings
from auditor.store import Store, identifier


def write_case_facts(
    store: Store, case: Case, claimed: Mapping[str, tuple[str, str]] = MappingProxyType({})
) -> None:
    """Replace the declared facts in the database by those of `case`. `claimed`: of each claim, its measure
    and the switches that its figure is counted by."""
    settings = {
        "title": case.title,
        "regime": case.regime.code,
        "country": case.country,
        "timezone": case.timezone,
        "welfare_duty": "yes" if case.has_welfare_duty else "no",
        "duty_stays_with_network": "yes"
        if case.regime.duty_stays_with_network and case.is_emergency
        else "no",
    }
    facts: dict[str, list[tuple[object, ...]]] = {
        "outage": [
            (o.id, _utc(o.start), _utc(o.end), o.recovery_tail_s, o.significant) for o in case.outages
        ],
        "outage_network": [(o.id, network) for o in case.outages for network in o.networks],
        "outage_area": [(o.id, area) for o in case.outages for area in o.areas],
        "emergency_number": [(n.number, n.kind) for n in case.regime.numbers],
        "test_number": [
            (text,)
            for text in sorted(
                {s for text in case.test_numbers for s in (text, *spellings(text, case.country))}
            )
        ],
        "source": [
            (s.number, s.role, s.path, s.network, s.element, s.centre, _utc(s.covers_from), _utc(s.covers_to))
            for s in case.sources
        ],
        "service": [
            (s.id, s.kind, s.operator or None, _utc(s.scheduled_start), s.id == case.facts.service)
            for s in case.services
        ],
        "centre_route": [(c.id, route) for c in case.centres for route in c.routes],
        "centre_region": [(c.id, region) for c in case.centres for region in c.regions],
        "case_setting": list(settings.items()),
        "claim": [_claim(c, *claimed.get(c.id, (c.measure, ""))) for c in case.claims],
        "declared_name": _names(case),
        "exclusion": _exclusions(case),
    }
    facts |= {**_said(case), "zone_offset": _zone_offsets(store, case)}
    listed = {**regime_tables(case.regime), **case.declared}
    for key in case_keys().values():
        facts |= declared_rows(key, listed.get(key.name, ()), case.timezone)
    for table, rows in facts.items():
        _replace(store, table, rows)


def _claim(claim: DeclaredClaim, measure: str, settings: str) -> tuple[object, ...]:
    """A published figure, with the measure and the switches that it is counted by."""
    said = (claim.id, claim.said_by, claim.said_on, claim.figure, claim.qualifier, claim.unit)
    texts = (measure, settings, claim.definition, claim.source, claim.note)
    return *said, *(text or None for text in texts)


def _said(case: Case) -> dict[str, list[tuple[object, ...]]]:
    """What the published figures say of each other, which sections the case declares, and the hours of the
    day that its outages touch."""
    relations = [
        (c.id, other, relation)
        for c in case.claims
        for relation, others in (("supersedes", c.supersedes), ("overlaps", c.overlaps))
        for other in others
    ]
    parts = [
        (c.id, p.removeprefix("-"), -1 if p.startswith("-") else 1) for c in case.claims for p in c.parts
    ]
    zone = ZoneInfo(case.timezone)
    return {
        "claim_part": list(parts),
        "claim_relation": list(relations),
        "declared_section": [
            (name,) for name in sorted({*case.declared, *(["claim"] if case.claims else [])})
        ],
        "outage_hour": [(o.id, hour) for o in case.outages for hour in touched_hours(zone, o.start, o.end)],
    }


def _zone_offsets(store: Store, case: Case) -> list[tuple[object, ...]]:
    """Stretches of one offset of the case's zone over all that is loaded or declared: start, end (exclusive),
    milliseconds."""
    ((first, last),) = store.query(
        "SELECT MIN(first_at_utc), MAX(last_at_utc) FROM file", name="span of the evidence"
    )
    moments = [moment for outage in case.outages for moment in (_utc(outage.start), _utc(outage.end))]
    known = [moment for moment in (first, last, *moments) if moment is not None]
    if not known:
        return []
    zone = ZoneInfo(case.timezone)

    def offset(moment: datetime) -> timedelta:
        return moment.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()

    day = timedelta(days=1)
    start = min(known).replace(hour=0, minute=0, second=0, microsecond=0) - day
    end, at, rows = max(known) + 2 * day, start, []
    while at < end:
        if offset(at + day) != offset(at):
            change = _first_change(at, at + day, offset)
            rows.append((start, change, offset(start) // timedelta(milliseconds=1)))
            start = change
        at += day
    return [*rows, (start, at, offset(start) // timedelta(milliseconds=1))]


def _first_change(before: datetime, after: datetime, offset: Callable[[datetime], timedelta]) -> datetime:
    """The first second at which the offset is no longer that of `before`."""
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0) if middle.replace(microsecond=0) > before else middle
        before, after = (before, middle) if offset(middle) != offset(before) else (middle, after)
    return after


def counts_alike(store: Store, case: Case) -> bool:
    """Whether `case` has the same sources and exclusions, with the same numbers, as the run in the
    database."""
    sources = store.query(
        "SELECT source_no, path FROM source ORDER BY source_no", name="sources of the last run"
    )
    exclusions = store.query("SELECT * FROM exclusion", name="exclusions of the last run")
    return sources == [(s.number, s.path) for s in sorted(case.sources, key=lambda s: s.number)] and sorted(
        exclusions
    ) == sorted(_exclusions(case))


def _exclusions(case: Case) -> list[tuple[object, ...]]:
    return [
        (number, x.id, kind, subject)
        for number, x in enumerate(case.exclusions, 1)
        for kind, subjects in (("attempt", x.attempts), ("call_id", x.call_ids), ("caller", x.callers))
        for subject in subjects
    ]


def _names(case: Case) -> list[tuple[object, ...]]:
    """Every name of a network, region or centre that the case file uses, and where."""
    found: list[tuple[object, ...]] = []
    for outage in case.outages:
        found += [(f"outage {outage.id}", "network", name) for name in outage.networks]
        found += [(f"outage {outage.id}", "region", name) for name in outage.areas]
    for section, counted in (("claim", case.claims), ("definition", case.definitions)):
        for each in counted:
            # The empty name means records without a name.
            found += [
                (f"{section} {each.id}", "network", name.removeprefix("!"))
                for name in each.networks
                if name.strip("!")
            ]
            found += [
                (f"{section} {each.id}", "region", name.removeprefix("!"))
                for name in each.areas
                if name.strip("!")
            ]
    for centre in case.centres:
        found += [(f"centre {centre.id}", "centre", centre.id)]
        found += [(f"centre {centre.id}", "region", name) for name in centre.regions]
    for key in case_keys().values():
        for column in (column for column in key.column if column.carried):
            for declared in case.declared.get(key.name, ()):
                if name := declared[column.name]:
                    found.append((f"{key.name} {declared.get('id', '')}", column.carried, name))
    return found


def _replace(store: Store, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    store.execute(f"DELETE FROM {identifier(table)}", name=f"write {table}")
    store.insert(table, rows, name=f"write {table}")


def _utc(moment: datetime | None) -> datetime | None:
    """Naive UTC in whole milliseconds, as all times in the database are."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
