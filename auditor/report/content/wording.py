"""The words that all reports share, for figures, ranges, time spans and status, so that no two formats
differ."""

from __future__ import annotations

from auditor.model import Audit, Clock, EvidenceFile, Measure, Severity
from auditor.report.content.times import Zone
from auditor.text import counted as counted

MISSING = "not in evidence"
WITHHELD = "withheld"
_OF_RECORDS = frozenset(
    {"records", "loaded", "rejected", "not_kept", "not_emergency", "narrowed", "seen", "non_data"}
)
"""Fields of a file that count its records."""
SEVERITIES = tuple(Severity)


def figure(value: int | None) -> str:
    """A figure with separated thousands, or `not in evidence`."""
    return MISSING if value is None else f"{value:,}"


def figure_of(measure: Measure) -> str:
    """A measure's value as text. `withheld` (left out of a public version) and `not in evidence` are not the
    same."""
    return WITHHELD if measure.is_withheld else figure(measure.value)


def field_of(file: EvidenceFile, name: str) -> int | str | None:
    """A field of a file as a report may give it: None for a count that is withheld."""
    is_hidden = file.is_withheld and name in _OF_RECORDS
    value: int | str | None = None if is_hidden else getattr(file, name)
    return value


def count_of(file: EvidenceFile, name: str) -> str:
    """A count of a file's records as text."""
    value = field_of(file, name)
    return f"{value:,}" if isinstance(value, int) else WITHHELD


def pairs(clock: Clock) -> str:
    """How many pairs verify a clock."""
    return WITHHELD if clock.pairs is None else figure(clock.pairs)


def span(measure: Measure) -> str:
    """The range of a figure where there is one: `2,876 to 2,901`; empty where low and high are the value."""
    if measure.low is None or measure.high is None or measure.low == measure.high == measure.value:
        return ""
    return f"{measure.low:,} to {measure.high:,}"


def stated(audit: Audit, name: str) -> str:
    """A measure by name as one phrase: `2,876 (range 2,876 to 2,901)`."""
    measure = audit.measures.get(name)
    if measure is None:
        return MISSING
    within = span(measure)
    return f"{figure(measure.value)} (range {within})" if within else figure(measure.value)


def value_of(audit: Audit, name: str) -> int | None:
    """A measure's value by name; None where it is missing or not in evidence."""
    measure = audit.measures.get(name)
    return measure.value if measure else None


def unknown_because(measure: Measure) -> str:
    """Why a figure is not in evidence, as a phrase; empty where it has a value or is withheld."""
    is_known = measure.value is not None or measure.is_withheld
    return "" if is_known else measure.reason or MISSING


def basis_sentence(audit: Audit) -> str:
    """What the states of the attempts are based on, or that there are none."""
    failed = audit.measures.get("attempts.failed")
    if failed is not None and unknown_because(failed):
        return (
            f"How many attempts failed is not in evidence: {unknown_because(failed)}. It is unknown, not"
            " zero."
        )
    if audit.basis == "centre":
        return "Whether a call arrived is decided by the service centre's own log, where that log covers it."
    return (
        "No log of the service centre was in evidence. Whether a call arrived is decided by the carrier's own"
        " records alone."
    )


def is_without_logs(audit: Audit) -> bool:
    """Whether the case has published figures and no log at all, so that nothing could be counted."""
    return not audit.files and bool(audit.reconciliation.claims)


def evidence_until(audit: Audit) -> str:
    """The latest time in the evidence, in the zone of the case."""
    return Zone(audit.case.timezone).minute(audit.report_date) or "no time is in the evidence"


def status_sentence(audit: Audit) -> str:
    """What the audit's status means."""
    if is_without_logs(audit) and audit.status == "complete":
        return "No log is in the case: nothing was counted. The published figures alone were audited."
    if audit.status == "complete":
        return "The audit is complete: every rule ran and every balance holds."
    if audit.status == "unbalanced":
        return (
            "The audit does not balance. Its figures must not be used until the differences below are"
            " explained."
        )
    if audit.status == "qualified":
        return (
            "The audit is QUALIFIED: some of its figures may not be quoted, because the evidence does not"
            " pass every test. Correct the evidence, or accept it by name with an [[accepted]] in case.toml."
        )
    return (
        "The audit is INCOMPLETE: a rule failed or a file could not be used. Its figures are based on the"
        " other rules and files."
    )


def elapsed(milliseconds: int) -> str:
    """A time span in the two largest units that matter: `1 d 4 h`, `3 h 05 min`, `12 min`, `8.250 s`."""
    seconds = abs(milliseconds) // 1000
    sign = "-" if milliseconds < 0 else ""
    if seconds >= 86_400:
        return f"{sign}{seconds // 86_400} d {seconds % 86_400 // 3600} h"
    if seconds >= 3600:
        return f"{sign}{seconds // 3600} h {seconds % 3600 // 60:02d} min"
    if seconds >= 60:
        return f"{sign}{seconds // 60} min"
    return f"{sign}{abs(milliseconds) / 1000:.3f} s"


def offset(milliseconds: int | None) -> str:
    """A clock's offset in seconds with milliseconds and sign, or `unverified`."""
    return "unverified" if milliseconds is None else f"{milliseconds / 1000:+.3f} s"


def zone_sentence(audit: Audit) -> str:
    """The one zone of all times of a report, with UTC named once."""
    zone = Zone(audit.case.timezone)
    times = [o.start_utc for o in audit.case.outages] or [f.first_at for f in audit.files if f.first_at]
    offsets = zone.offsets(*times)
    ahead = f" ({offsets})" if offsets else ""
    return f"All times are those of {zone.name}{ahead}; CSV and JSON files are in UTC."


def share(part: int | None, whole: int | None) -> str:
    """`part` of `whole` in per cent, rounded to one decimal; empty where either is unknown. What is not
    nothing is never 0.0 %, and what is not the whole never 100.0 %."""
    if part is None or not whole:
        return ""
    permille = (2_000 * part + whole) // (2 * whole)
    if permille == 0 < part:
        return "under 0.1 %"
    return "over 99.9 %" if permille == 1_000 and part < whole else f"{permille / 10:.1f} %"
