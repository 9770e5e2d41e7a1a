"""Page one of every report: what happened in one sentence, how sure that is, and what supports it.

The parts of the sentence, the charts and the verdicts come from the domains' declarations: `[[statement]]`,
and `front` in a block of a section.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auditor.catalogue.declarations import Statement
from auditor.catalogue.domains import domains
from auditor.catalogue.rulebook import caution_files
from auditor.model import Audit, Caution, EvidenceFile, JudgedClaim, RunStatus
from auditor.report.content import gates, wording
from auditor.report.content.blocks import drawn
from auditor.report.content.cautions import absence_lines, caution_lines
from auditor.report.content.doubts import is_incomplete
from auditor.report.content.entries import entries_of, filled, is_whole
from auditor.report.content.ledgers import balances, findings_short
from auditor.report.content.page import Blocks, Page
from auditor.report.content.verdicts import published
from auditor.report.document import Grid, Pair, Paragraph, Picture, Points, Signature, Stat, Strip
from auditor.report.profiles.reader import label
from auditor.text import agreed

_HEADLINES = tuple(headline for domain in domains() for headline in domain.headline)
MAIN = tuple(headline.measure for headline in _HEADLINES if headline.place == "main")
BESIDE = tuple(headline.measure for headline in _HEADLINES if headline.place == "beside")
CLAIMS_SHOWN = 5
_NAME_SHOWN = 40
INVENTED = (
    "All logs of this case are invented: no figure and no verdict here says anything about a real network or"
    " a real event."
)


def answer(page: Page) -> Blocks:
    """The sentence, the figures, how sure they are, one timeline, one map, the findings that matter, what was
    published, and a place to sign. A balance that does not hold is shown in place of all figures."""
    audit = page.audit
    said = [Paragraph(sentence(page), "answer")]
    invented = [Paragraph(INVENTED, "quiet")] if audit.case.is_invented else []
    status = [] if audit.status == "complete" else [Paragraph(wording.status_sentence(audit), "warning")]
    status += [Paragraph(text, "warning") for text in failures(audit)]
    if not page.is_balanced:
        return [*status, *said, *invented, *balances(page), strip(page), signature(page)]
    fronts = _fronts(page)
    pictures = [block for block in fronts if isinstance(block, Picture)]
    verdicts = (*answer_cautions(page), *verdict_lines(page))
    return [
        *status,
        *said,
        *invented,
        *page.figures(*MAIN, is_main=True),
        Paragraph(wording.basis_sentence(audit), "quiet"),
        strip(page),
        *pictures[:1],
        *([Points(verdicts)] if verdicts else []),
        *_beside(pictures[1:2], findings_short(page)),
        *claims_short(page),
        signature(page),
    ]


def failures(audit: Audit) -> tuple[str, ...]:
    """The rules that failed and the files that were not used, each with the reason."""
    failed = [f"{run.rule} failed: {run.reason}" for run in audit.rules if run.status is RunStatus.FAILED]
    unused = [f"{f.path} was not used: {f.problem}" for f in audit.files if f.status != "loaded"]
    return (*failed, *unused)


def _beside(left: list[Picture], right: Blocks) -> Blocks:
    beside = tuple(block for block in right if not isinstance(block, Pair))
    return [Pair(tuple(left), beside)] if left and beside else [*left, *right]


def sentence(page: Page) -> str:
    """When, how many, and whether anybody checked on them; without a figure where a balance does not hold."""
    audit = page.audit
    if not page.is_balanced:
        return "The sums of this audit do not balance: none of its figures may be quoted."
    if wording.is_without_logs(audit):
        claims = len(audit.reconciliation.claims)
        return (
            f"No log is in evidence: {wording.counted(claims, 'published figures')} {agreed(claims, 'are')}"
            " tested for sums, units, order and contradictions alone."
        )
    parts = [text for each in _statements(audit) if (text := _part(audit, each))]
    return f"{_when(page)}{'; '.join(parts)}." if parts else "Nothing that was asked is in evidence."


def _statements(audit: Audit) -> list[Statement]:
    now = "outage" if any(o.is_significant for o in audit.case.outages) else "no_outage"
    found = [s for domain in domains() for s in domain.statement if s.when in ("", now)]
    return sorted(found, key=lambda s: s.place)


def _part(audit: Audit, statement: Statement) -> str:
    whole = audit.measures.get(statement.of) if statement.of else None
    measure = audit.measures.get(statement.measure)
    if measure is None or (statement.of and (whole is None or whole.value == 0)):
        return ""
    if measure.is_withheld:
        return f"{label(measure.name).lower()}: {wording.WITHHELD}"
    if measure.value is None:
        return _filled(audit, statement.unknown, "")
    is_doubtful = bool(statement.doubtful) and (measure.high != 0 or is_incomplete(audit))
    none = statement.doubtful if is_doubtful else statement.none
    text = {0: none, 1: statement.one}.get(measure.value, statement.many)
    return _filled(audit, _with_also(audit, statement, text, measure.value), wording.figure(measure.value))


def _with_also(audit: Audit, statement: Statement, text: str, value: int) -> str:
    """The text of a part with what another measure adds to it, if that measure counts anything."""
    said, also = statement.also, audit.measures.get(statement.also.get("measure", ""))
    if also is not None and also.is_withheld:
        return f"{text}{said['withheld']}"
    if also is None or not also.value:
        return text
    alone = said["alone_one"] if also.value == 1 else said["alone"]
    return (alone if value == 0 else f"{text}{said['more']}").replace("{also}", wording.figure(also.value))


def _filled(audit: Audit, text: str, value: str) -> str:
    service = _reached_by(audit)
    return text.replace("{value}", value).replace("{service}", service)


def _reached_by(audit: Audit) -> str:
    """What was called: the number that the failed attempts dialled, or all of them where they are several."""
    numbers = audit.case.failed_numbers
    if len(numbers) > 1:
        return f"an emergency number ({', '.join(numbers[:-1])} or {numbers[-1]})"
    return numbers[0] if numbers else audit.case.service or "the service centre"


def _when(page: Page) -> str:
    """The window of the sentence: the significant outages, else what the logs cover."""
    zone, audit = page.zone, page.audit
    outages = [o for o in audit.case.outages if o.is_significant]
    if len(outages) == 1:
        span = zone.span(outages[0].start_utc, outages[0].end_utc)
        return f"{'From' if ', to ' in span else 'On'} {span} ({zone.name}), "
    if outages:
        first, last = min(o.start_utc for o in outages), max(o.end_utc for o in outages)
        return f"In {len(outages)} outages, {zone.days(first, last)} ({zone.name}), "
    firsts = [f.first_at for f in audit.files if f.first_at]
    lasts = [f.last_at for f in audit.files if f.last_at]
    return f"In these logs, {zone.days(min(firsts), max(lasts))} ({zone.name}), " if firsts and lasts else ""


def strip(page: Page) -> Strip:
    """How sure the figures are: evidence, gaps, rejected records, range, tests and sums."""
    return Strip(tuple(_stats(page)))


def _stats(page: Page) -> Iterator[Stat]:
    audit = page.audit
    loaded = [f for f in audit.files if f.status == "loaded"]
    by_role: dict[str, int] = {}
    for file in loaded:
        by_role[file.role] = by_role.get(file.role, 0) + 1
    held = ", ".join(f"{role} {count:,}" for role, count in by_role.items())
    yield Stat(
        "Evidence",
        wording.counted(len(loaded), "files"),
        held or "no log",
        not loaded and bool(audit.files),
    )
    floors = [c for c in audit.cautions if c.is_floor]
    absent = [f"no {a.role} log" for a in audit.not_in_evidence if a.role]
    found = [run.title for run in audit.findings if run.is_gap]
    unread = _unread(audit.unnamed_files)
    gaps = len(floors) + len(absent) + len(found) + len(unread)
    # What the answer says in full below is counted here, and not said twice.
    untold = [c for c in floors if not _is_in_answer(c)]
    named = [*absent, *unread, *found[:1], *(line.rstrip(".") for line in caution_lines(untold[:1]))]
    more = len(found[1:]) + len(floors) - len(untold[:1])
    told = "; ".join([*named, *([f"{more:,} more"] if more else [])])
    yield Stat("Gaps", f"{gaps:,}" if gaps else "none seen", told, bool(gaps))
    yield _rejected([f for f in loaded if not f.is_withheld], len(loaded))
    if page.is_balanced and (ranged := _ranged(audit)):
        yield ranged
    if not audit.files and page.is_balanced and all(gate.holds for gate in audit.gates):
        yield Stat("Tests", "no log to test")
        return
    tests = {g.id for g in audit.gates}
    wrong = {g.id for g in audit.gates if g.is_open}
    accepted = {g.id for g in audit.gates if g.accepted_by is not None and not g.holds}
    note = f"{len(accepted):,} accepted by name" if accepted and not wrong else ""
    yield Stat("Tests", f"{len(tests - wrong):,} of {len(tests):,} pass", note, bool(wrong))
    exact = sum(b.holds for b in audit.balances)
    yield Stat("Sums", f"{exact:,} of {len(audit.balances):,} exact", "", exact < len(audit.balances))


def _unread(names: Sequence[str]) -> list[str]:
    """That files of the case folder were not read, with the first of them: a log may be among them."""
    if not names:
        return []
    first = names[0] if len(names[0]) <= _NAME_SHOWN else f"…{names[0][1 - _NAME_SHOWN :]}"
    return [f"{wording.counted(len(names), 'files')} not read ({first}{', ...' * (len(names) > 1)})"]


def _rejected(counted: Sequence[EvidenceFile], files: int) -> Stat:
    rejected, records = sum(f.rejected for f in counted), sum(f.records for f in counted)
    note = f"{rejected:,} of {wording.counted(records, 'records')}"
    note += (
        f" of {wording.counted(len(counted), 'files')}; the counts of others are withheld"
        if len(counted) < files
        else ""
    )
    none = wording.WITHHELD if len(counted) < files else "no records"
    return Stat("Rejected", wording.share(rejected, records) or none, note)


def _ranged(audit: Audit) -> Stat | None:
    """The range of the figure that the sentence begins with: not that over other definitions of a failure."""
    for each in _statements(audit):
        measure = audit.measures.get(each.measure)
        if measure is not None and measure.value is not None:
            within = wording.span(measure)
            is_withheld = measure.low is None or measure.high is None
            note = "with what is undetermined" if within else "nothing is undetermined"
            note = f"its range is {wording.WITHHELD}" if is_withheld else note
            return Stat(
                "Range by undetermined calls alone",
                within or wording.figure(measure.value),
                f"{measure.unit}, {note}",
            )
    return None


def _fronts(page: Page) -> Blocks:
    """The blocks that domains place on page one, in their order."""
    chosen = [
        (block["front"], block)
        for domain in domains()
        for section in domain.section
        for block in section.block
        if isinstance(block.get("front"), int)
    ]
    return [made for _, block in sorted(chosen, key=lambda c: c[0]) for made in drawn(page, block)]


def verdict_lines(page: Page) -> tuple[str, ...]:
    """One sentence for each entry of a list that a domain places on page one: whose fault it was, by the
    logs."""
    if not page.is_balanced:
        return ()
    blocks: list[Mapping[str, Any]] = [
        block
        for domain in domains()
        for section in domain.section
        for block in section.block
        if isinstance(block.get("front"), list)
    ]
    mark = " (invented logs)" if page.audit.case.is_invented else ""
    lines = []
    for block in blocks:
        for entry in entries_of(page.audit.lists.get(block["list"])):
            said = " ".join(filled(text, entry) for text in block["front"] if is_whole(text, entry))
            lines.append(f"{said.rstrip('.')}{mark}.")
    return tuple(lines)


def answer_cautions(page: Page) -> tuple[str, ...]:
    """The cautions without which a figure of the answer is misread."""
    said = (c for c in page.audit.cautions if _is_in_answer(c))
    return caution_lines(said) if page.is_balanced else ()


def _is_in_answer(caution: Caution) -> bool:
    file = caution_files().get(caution.kind)
    return file is not None and file.in_answer


def claims_line(page: Page) -> str:
    """How many published figures agree with the logs; empty where none is declared."""
    claims = page.audit.reconciliation.claims
    if not claims:
        return ""
    verdicts: dict[str, int] = {}
    for claim in claims:
        verdicts[claim.verdict] = verdicts.get(claim.verdict, 0) + 1
    mark = " (invented logs)" if any(claim.is_invented for claim in claims) else ""
    told = ", ".join(f"{verdict} {count:,}" for verdict, count in verdicts.items())
    return f"Published figures, {len(claims):,} in all: {told}{mark}."


def claims_short(page: Page) -> Blocks:
    """The first published figures, each beside what the logs give."""
    claims = page.audit.reconciliation.claims
    if not claims:
        return []
    left = len(claims) - CLAIMS_SHOWN
    verb = "is" if left == 1 else "are"
    note = f"{left:,} more {verb} in the section on published figures." if left > 0 else ""
    rows = tuple(_claim_row(page, claim) for claim in claims[:CLAIMS_SHOWN])
    columns = ("said by, on", "published", "unit", "by the logs", "verdict")
    return [Grid("Against what was published", columns, rows, (1, 3), note)]


def _claim_row(page: Page, claim: JudgedClaim) -> tuple[str, ...]:
    by_logs = "" if claim.recomputed is None or not page.is_balanced else f"{claim.recomputed:,}"
    verdict = f"{claim.verdict} (invented logs)" if claim.is_invented else claim.verdict
    return f"{claim.said_by}, {claim.said_on}", published(claim), claim.unit, by_logs, verdict


def signature(page: Page) -> Signature:
    """The place to sign, with what the signature is for."""
    audit = page.audit
    files = f"{wording.counted(len(audit.files), 'files')}, each by its SHA-256 in audit.json"
    evidence = "no log is in the case" if wording.is_without_logs(audit) else files
    return Signature((("Run", audit.run), ("Evidence", evidence)), ("Bundle", "Name", "Date", "Signature"))


def method(page: Page) -> Blocks:
    """How the figures were made and what limits them: the basis, the zone of all times, the status, what was
    accepted, what must be known of the evidence."""
    audit = page.audit
    basis = [wording.basis_sentence(audit)] if page.is_balanced else []
    status = [wording.status_sentence(audit)] if audit.status == "complete" else []
    said = [
        *basis,
        *status,
        *([] if wording.is_without_logs(audit) else [wording.zone_sentence(audit)]),
        *gates.accepted_lines(audit.gates),
        *caution_lines(audit.cautions),
        *page.edition.notes,
    ]
    return [Points(tuple(said))]


def not_in_evidence(page: Page) -> Blocks:
    """What the logs do not show."""
    said = absence_lines(page.audit.not_in_evidence, is_brief=True)
    return (
        [Paragraph("The logs do not show these. They are unknown, not zero."), Points(said)] if said else []
    )
