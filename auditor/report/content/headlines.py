"""The sections beside page one: what may not be quoted, the figures, what was published, what a reader
requires."""

from __future__ import annotations

from auditor.model import Reconciliation
from auditor.report.content import gates, pictures
from auditor.report.content.answer import BESIDE, MAIN
from auditor.report.content.claims import claims_blocks
from auditor.report.content.page import Blocks, Page
from auditor.report.document import Grid, Paragraph, Points


def unfit(page: Page) -> Blocks:
    """What may not be quoted, and why: the first section of a report."""
    blocks: Blocks = []
    for each in gates.unfit(page.audit.gates):
        blocks += [Paragraph(each.figures, "warning"), Points(each.why), Paragraph(each.remedy)]
    return blocks


def headline(page: Page) -> Blocks:
    """The main figures and those beside them, each with its unit and range."""
    return page.figures(*MAIN, *BESIDE)


def claims(page: Page) -> Blocks:
    """Published figures and what the logs give for them, with the rest of the reconciliation. Only the
    published figures where a balance does not hold."""
    found = page.audit.reconciliation
    held = found if page.is_balanced else Reconciliation(claims=found.claims)
    # Figures of two units have no axis in common: the table alone shows them.
    blocks: Blocks = [
        pictures.bridge(each, number, page.zone)
        for number, each in enumerate(held.bridges, 1)
        if each.is_in_one_unit
    ]
    return [*blocks, *claims_blocks(held, page.zone)]


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
