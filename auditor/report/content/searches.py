"""What was searched for a published figure: the definitions that give it, or the pairs that give a share."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.claims.inversion import MOST_SOURCES, Inversion
from auditor.claims.shares import Share
from auditor.report.content.definitions import definition_words, switch_words
from auditor.report.content.page import Blocks
from auditor.report.content.wording import figure, share
from auditor.report.document import Grid, Paragraph, Points
from auditor.text import agreed, counted


def inversion_blocks(found: Inversion, shown: int) -> Blocks:
    """The definitions that give a figure, simplest first; `shown` of them."""
    hits = found.hits
    within = f" within {figure(found.within)}" if found.within else ""
    gives = f"{agreed(len(hits), 'give')} {figure(found.figure)}{within}"
    said = [f"{len(hits):,} of {figure(found.tried)} definitions {gives}"]
    if hits and (shared := "; ".join(shared_words(found))):
        said.append(f"all {len(hits):,}: {shared}" if len(hits) > 1 else shared)
    said += [coincidence(found), *limits(found)]
    rows = [
        (figure(h.value), figure(h.switches), definition_words(h.definition.counted_as)) for h in hits[:shown]
    ]
    title = f"What gives {figure(found.figure)}"
    return [*_table(title, ("figure", "switches", "definition"), rows, (0, 1)), Points(tuple(said))]


def share_blocks(text: str, found: Sequence[Share]) -> Blocks:
    """The pairs of figures that give a share."""
    rows = [
        (
            s.part,
            s.whole,
            f"{s.counts[0]:,} of {s.counts[1]:,}",
            s.unit,
            share(*s.counts),
            "yes" if s.is_declared else "",
        )
        for s in found
    ]
    said = (
        f"{counted(len(found), 'pairs')} of figures {agreed(len(found), 'give')} {text}; a share alone says"
        " neither which nor of what"
    )
    columns = ("part", "whole", "counts", "unit", "share", "a part of it")
    return [*_table(f"What gives {text}", columns, rows, (2, 4)), Points((said,))]


def shared_words(found: Inversion) -> tuple[str, ...]:
    """What every hit has in common."""
    unit = (f"count {found.shared_unit}",) if found.shared_unit else ()
    return (*(switch_words(name, setting) for name, setting in found.shared), *unit)


def coincidence(found: Inversion) -> str:
    """How likely a chance hit is: the share of whole numbers in the range that some definition gives."""
    reach = found.highest - found.lowest + 1
    share = 100 * found.distinct // reach if reach else 0
    return (
        f"{found.tried:,} definitions give {found.distinct:,} different figures between {found.lowest:,} and"
        f" {found.highest:,}: about {share} % of the whole numbers in this range are given by some"
        f" definition; {found.near:,} are within 1 % of {found.figure:,}"
    )


def limits(found: Inversion) -> tuple[str, ...]:
    """What was not tried."""
    if found.sources <= MOST_SOURCES:
        return ()
    tried = (
        f"of {found.sources:,} sources the {MOST_SOURCES} with the most failed attempts were left out one by"
        " one"
    )
    return (f"{tried}, the other {found.sources - MOST_SOURCES:,} were not",)


def _table(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], numeric: tuple[int, ...]
) -> Blocks:
    return [Grid(title, columns, tuple(rows), numeric)] if rows else [Paragraph(title, "title")]
