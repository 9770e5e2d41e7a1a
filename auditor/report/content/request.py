"""What is missing in a case, as a letter: each thing that would close a gap, why, and which figures wait for
it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.catalogue.domains import roles
from auditor.catalogue.rulebook import read_rulebook
from auditor.model import Audit
from auditor.report.content import gates
from auditor.report.content.cautions import absence_lines, caution_lines
from auditor.report.content.times import Zone
from auditor.report.document import Document, Edition, Paragraph, Points, Section
from auditor.text import agreed, counted

_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to ask for: what, why, and the measures that have no value without it."""

    what: str
    why: str
    measures: tuple[str, ...] = ()


def needs(audit: Audit) -> tuple[Need, ...]:
    """Everything to ask for, the evidence that is wholly missing first."""
    return (*_missing(audit), *_unfit(audit), *_damaged(audit), *_clocks(audit), *_floors(audit))


def _missing(audit: Audit) -> Iterator[Need]:
    """Roles and columns that no file has. What a case only could declare is not asked for."""
    present = {file.role for file in audit.files if file.status == "loaded" and file.loaded}
    waiting: dict[str, list[str]] = {absence.role: [] for absence in audit.not_in_evidence if absence.role}
    unsaid: dict[str, list[str]] = {}
    for file in read_rulebook().measures:
        measure = audit.measures.get(file.name)
        if measure is None or measure.value is not None or any(n.startswith("[[") for n in file.requires):
            continue
        logged = [need for need in file.requires if any(role in roles() for role in _roles_of(need))]
        absent = [need for need in logged if not any(role in present for role in _roles_of(need))]
        unmet = absent or [need for need in logged if "." in need]
        for need in unmet:
            waiting.setdefault(need.removesuffix(" files"), []).append(measure.name)
        if len(logged) < len(file.requires) and not unmet:
            unsaid.setdefault(measure.reason, []).append(measure.name)
    for need, measures in waiting.items():
        yield Need(_asked(need), _why(need, audit), tuple(measures))
    for reason, measures in unsaid.items():
        yield Need("Say what the logs leave out.", f"No value, because {reason}.", tuple(measures))


def _roles_of(need: str) -> list[str]:
    return [each.removesuffix(" files").partition(".")[0] for each in need.split("|")]


def _asked(need: str) -> str:
    if "." in need:
        role = _roles_of(need)[0]
        columns = " or ".join(each.partition(".")[2] for each in need.split("|"))
        return f"Send the {role} log with the column {columns}."
    logs = [roles()[role] for role in _roles_of(need) if role in roles()]
    said = " or the ".join(
        f"{role.name} log, with at least {' and '.join(' or '.join(group) for group in role.required)}"
        for role in logs
    )
    return f"Send the {said}."


def _why(need: str, audit: Audit) -> str:
    found = [absence for absence in audit.not_in_evidence if absence.role == need]
    return absence_lines(found)[0] if found else "No file of the case has it."


def _unfit(audit: Audit) -> Iterator[Need]:
    for each in gates.unfit(audit.gates):
        yield Need(each.remedy, " ".join((*each.why, each.figures)))


def _damaged(audit: Audit) -> Iterator[Need]:
    for file in audit.files:
        if file.status != "loaded":
            yield Need(f"Send {file.path} again.", f"It could not be used: {file.problem}.")
        elif file.rejected:
            yield Need(
                f"Send again the records of {file.path} that could not be read.",
                f"{file.rejected:,} of {counted(file.records, 'records')} {agreed(file.rejected, 'were')}"
                " rejected; `auditor rejects` lists them.",
            )


def _clocks(audit: Audit) -> Iterator[Need]:
    for clock in audit.clocks:
        if clock.offset_ms is None:
            network = f" and of the network {clock.network}" if clock.network else ""
            yield Need(
                f"Say how the clocks of the log {clock.log}{network} were set, and how far apart they were.",
                f"Only {clock.pairs or 0:,} certain pairs of records show it, and ten are needed.",
            )


def _floors(audit: Audit) -> Iterator[Need]:
    for line in caution_lines(caution for caution in audit.cautions if caution.is_floor):
        yield Need("Send what is missing in the logs, or say why it is not missing.", line)


def request(audit: Audit) -> Document:
    """The letter. An audit with nothing to ask for gives one that says so."""
    case = audit.case
    zone = Zone(case.timezone)
    outages = tuple(
        f"{outage.id}: {zone.span(outage.start_utc, outage.end_utc)} in {case.timezone}"
        f" ({', '.join(outage.networks) or 'every network'})"
        for outage in case.outages
    )
    found = needs(audit)
    opening = (
        "To complete the audit of the emergency calls that failed, this is still needed."
        if found
        else "Nothing is missing that the audit knows of."
    )
    items = tuple(
        Section(f"need-{number}", f"{number}. {need.what}", (Paragraph(need.why), *_waiting(need)))
        for number, need in enumerate(found, 1)
    )
    until = zone.minute(audit.report_date) if audit.report_date else "no time"
    head = Section(
        "about",
        f"Request for data: {case.title}",
        (
            Paragraph(
                f"State of the audit: run {audit.run[:16]}, evidence up to {until}"
                f"{f' ({zone.name})' if audit.report_date else ''}."
            ),
            *([Points(outages)] if outages else []),
            Paragraph(opening),
        ),
    )
    return Document("Request for data", case.title, audit, Edition(), (head, *items))


def _waiting(need: Need) -> Iterator[Points]:
    if need.measures:
        names = need.measures[:_MOST_NAMED]
        left = len(need.measures) - len(names)
        more = f" and {left:,} more" if left else ""
        yield Points((f"Figures without a value until then: {', '.join(names)}{more}.",))
