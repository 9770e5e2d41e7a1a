"""What could be known when: the count with the files held at each moment, beside the dates of the claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor import private
from auditor.case import Case, DeclaredClaim
from auditor.catalogue.domains import domains
from auditor.errors import EvidenceError
from auditor.model import Audit, Moment
from auditor.state import state_path
from auditor.text import path_without_numbers

COUNTED = tuple(name for domain in domains() for name in domain.counting.timeline)
AuditAt = Callable[[datetime, Path], AbstractContextManager[Audit]]
"""Audits the case as of a moment, in the given folder."""
Start = Callable[[Path], None]
"""Makes a database at the path from what the case's own database has loaded. It may do nothing."""
Latest = Callable[[datetime], Audit]


def moments(case: Case) -> tuple[datetime, ...]:
    """When files came in, earliest first. Sources without `received_at` were held from the start."""
    return tuple(sorted({s.received_at for s in case.sources if s.received_at is not None}))


def held_by(case: Case, as_of: datetime | None) -> Case:
    """The case with the sources held by `as_of`; None: all. EvidenceError when no file had come in yet."""
    if as_of is None:
        return case
    held = tuple(s for s in case.sources if s.received_at is None or s.received_at <= as_of)
    if not held:
        first = min(s.received_at for s in case.sources if s.received_at is not None)
        raise EvidenceError(
            f"no file had been received by {as_of.isoformat()}", hint=f"the first came on {first.isoformat()}"
        )
    return replace(case, sources=held, later=tuple(s for s in case.sources if s not in held))


@contextmanager
def database_for(case: Case, as_of: datetime | None, scratch: Path | None) -> Iterator[Path]:
    """The path of an audit's database: the case's own, or for an audit `as_of` one that is deleted
    afterwards."""
    if as_of is None:
        yield case.database
    elif scratch is not None:
        yield scratch / case.database.name
    else:
        with private.scratch(state_path(case.folder)) as folder:
            yield folder / case.database.name


def recount(case: Case, audit_at: AuditAt, start: Start, latest: Latest | None = None) -> tuple[Moment, ...]:
    """The count at each moment when files came in; nothing where all came in at once.

    The moments are counted from the last to the first, in one database that `start` fills with what is loaded
    already. Files that came later are removed from its ledger, and no log is read again. `latest` gives the
    audit of the last moment, where there is one already.
    """
    when = moments(case)
    if len(when) + any(s.received_at is None for s in case.sources) < 2:
        return ()
    found: list[Moment] = []
    with private.scratch(state_path(case.folder)) as folder:
        start(folder / case.database.name)
        for moment in reversed(when):
            new = tuple(path_without_numbers(s.path) for s in case.sources if s.received_at == moment)
            if latest is not None and moment == when[-1]:
                found.append(_point(moment, new, latest(moment)))
                continue
            try:
                with audit_at(moment, folder) as audit:
                    found.append(_point(moment, new, audit))
            except EvidenceError as error:
                found.append(Moment(_utc(moment), received=new, problem=path_without_numbers(error.message)))
    return tuple(reversed(found))


def _point(moment: datetime, new: tuple[str, ...], audit: Audit) -> Moment:
    """The count at a moment, as kept runs hold it: without a number that is in the name of a file."""
    counts = {name: audit.measures[name].value for name in COUNTED}
    return Moment(_utc(moment), run=audit.run, counts=counts, received=new)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def beside_claims(case: Case, counted: Sequence[Moment]) -> tuple[Moment, ...]:
    """The counts and the dates of the claims in order of time. A claim comes after the files of its day, in
    the zone of the case, or of its month or year where no more is known."""
    zone = ZoneInfo(case.timezone)
    known = [(datetime.fromisoformat(m.at), 1, 0, m) for m in counted]
    said = [(_end_of(c.said_on, zone), 0, -len(c.said_on), _said(c)) for c in case.claims]
    return tuple(found[-1] for found in sorted([*known, *said], key=lambda found: found[:-1]))


def _end_of(said_on: str, zone: ZoneInfo) -> datetime:
    """The first instant after a day, month or year."""
    year, month, day = (*map(int, said_on.split("-")), 0, 0)[:3]
    if day:
        return datetime.combine(date(year, month, day), time(), zone) + timedelta(days=1)
    after = (year, month + 1) if 0 < month < 12 else (year + 1, 1)
    return datetime(*after, 1, tzinfo=zone)


def _said(claim: DeclaredClaim) -> Moment:
    return Moment(
        claim.said_on,
        claim.id,
        said_by=claim.said_by,
        figure=claim.figure,
        qualifier=claim.qualifier,
        unit=claim.unit,
    )
