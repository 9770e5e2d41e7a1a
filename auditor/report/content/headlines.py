"""The main sections: what failed, what is not in evidence, what was published."""

from __future__ import annotations

from auditor.catalogue.domains import domains
from auditor.model import Reconciliation, RunStatus
from auditor.report.content import gates, pictures, wording
from auditor.report.content.cautions import absence_lines, caution_lines
from auditor.report.content.claims import claims_blocks
from auditor.report.content.ledgers import balances
from auditor.report.content.page import Blocks, Page
from auditor.report.document import Grid, Paragraph, Points

_HEADLINES = tuple(headline for domain in domains() for headline in domain.headline)
MAIN = tuple(headline.measure for headline in _HEADLINES if headline.place == "main")
BESIDE = tuple(headline.measure for headline in _HEADLINES if headline.place == "beside")


def unfit(page: Page) -> Blocks:
    """What may not be quoted, and why: the first section of a report."""
    blocks: Blocks = []
    for each in gates.unfit(page.audit.gates):
        blocks += [Paragraph(each.figures, "warning"), Points(each.why), Paragraph(each.remedy)]
    return blocks


def headline_short(page: Page) -> Blocks:
    """The main figures with range and basis, the cautions, and whether the audit is complete. A balance that
    does not hold is shown in their place."""
    audit = page.audit
    status = Paragraph(wording.status_sentence(audit), "plain" if audit.status == "complete" else "warning")
    answered = gates.accepted_lines(audit.gates)
    accepted = [Points(answered)] if answered else []
    said = caution_lines(audit.cautions)
    cautions = [Points(said)] if said else []
    failed = [
        Paragraph(f"{run.rule} failed: {run.reason}", "warning")
        for run in audit.rules
        if run.status is RunStatus.FAILED
    ]
    unused = [
        Paragraph(f"{file.path} was not used: {file.problem}", "warning")
        for file in audit.files
        if file.status != "loaded"
    ]
    if not page.is_balanced:
        return [status, *balances(page), *failed, *unused]
    public = [Points(page.edition.notes)] if page.edition.notes else []
    figures, basis = page.figures(*MAIN, is_main=True), Paragraph(wording.basis_sentence(audit))
    return [*figures, basis, *accepted, *cautions, status, *failed, *unused, *public]


def headline(page: Page) -> Blocks:
    """The same, with the figures beside them."""
    return [*headline_short(page), *page.figures(*BESIDE)]


def not_in_evidence(page: Page) -> Blocks:
    """What the logs do not show."""
    said = absence_lines(page.audit.not_in_evidence, is_brief=True)
    return (
        [Paragraph("The logs do not show these. They are unknown, not zero."), Points(said)] if said else []
    )


def claims(page: Page) -> Blocks:
    """Published figures and what the logs give for them, with the rest of the reconciliation. Only the
    published figures where a balance does not hold."""
    found = page.audit.reconciliation
    held = found if page.is_balanced else Reconciliation(claims=found.claims)
    blocks: Blocks = [pictures.bridge(each, number) for number, each in enumerate(held.bridges, 1)]
    return [*blocks, *claims_blocks(held)]


def narrative(page: Page) -> Blocks:
    """The fields that the reader requires, each with its answer or as outstanding."""
    blocks: Blocks = [Paragraph(page.profile.note, "quiet")] if page.profile.note else []
    for field in page.profile.required:
        answers = (
            field.answers(page.audit) if page.is_balanced or not field.source.startswith("measure:") else ()
        )
        text = "\n".join(answers) or "Outstanding: nothing in the case or its logs says this."
        blocks.append(Grid(field.label, ("",), ((text,),)))
    return blocks


def outstanding(page: Page) -> Blocks:
    """Required fields that are still empty."""
    missing = page.profile.outstanding(page.audit)
    if not missing:
        return (
            [Paragraph("Nothing that this report requires is outstanding.")] if page.profile.required else []
        )
    return [
        Paragraph("Required of this report, and not yet given:", "warning"),
        Points(tuple(field.label for field in missing)),
    ]
