"""The kinds of block in a domain's section: `kind` in its `[[section.block]]`, and the keys of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from auditor.catalogue.domains import report_tables, states
from auditor.errors import UsageError
from auditor.model import EMPTY_ROWS, Audit, Row, Rows
from auditor.report.content import entries, maps, over_time, pictures, wording
from auditor.report.content.doubts import doubts
from auditor.report.content.duty import no_duty
from auditor.report.content.listed import column_for_people, for_people
from auditor.report.content.page import Blocks, Page
from auditor.report.content.pictures import Block
from auditor.report.document import Listing, Paragraph, Picture


def drawn(page: Page, block: Block) -> Blocks:
    """One block. UsageError for an unknown kind, or where a key that the kind needs is missing."""
    kind = str(block.get("kind"))
    if kind not in KINDS:
        raise UsageError(
            f"a section has a block of the unknown kind {kind!r}", hint=f"kinds: {', '.join(KINDS)}"
        )
    try:
        return KINDS[kind](page, block)
    except KeyError as error:
        raise UsageError(f"a block of the kind {kind!r} has no {error}") from error


def figures(page: Page, block: Block) -> Blocks:
    """`measures`: figures side by side; only where `table` has rows, if one is named."""
    if "table" in block and not page.audit.tables.get(block["table"], EMPTY_ROWS).length:
        return []
    return page.figures(*block["measures"])


def shares(page: Page, block: Block) -> Blocks:
    """`total` and its parts by `states`; where they are not in evidence: what is missing and why, without a
    figure."""
    total = page.audit.measures.get(block["total"])
    if total is None:
        return []
    if none := no_duty(page.audit, total.name):
        return [Paragraph(f"{none}.")]
    if total.value is None and not total.is_withheld:
        why = total.reason or "and no reason is given"
        return [
            Paragraph(
                f"{block['about']}: {wording.MISSING}, {why}. No figure is given: all are unknown, not zero.",
                "warning",
            )
        ]
    names = [state.measure for state in states()[block["states"]]]
    parts = [page.audit.measures[name] for name in names if name in page.audit.measures]
    why = next((wording.unknown_because(m) for m in parts if m.value is None), "")
    if why:
        said = f"{block['unknown']} is {wording.MISSING}: {why}. It is unknown, not zero."
        return [*page.figures(block["total"]), Paragraph(said, "warning")]
    return page.figures(block["total"], *names)


def limit(page: Page, block: Block) -> Blocks:
    """`sentence` of a `parameter` in force, with its origin; nothing while `table` has no rows."""
    found = next((p for p in page.audit.parameters if p.name == block["parameter"]), None)
    if found is None or not page.audit.tables.get(block["table"], EMPTY_ROWS).length:
        return []
    whose = block["regime"] if found.origin == "regime" else block["other"]
    return [
        Paragraph(block["sentence"].replace("{value}", str(found.value)).replace("{whose}", whose), "quiet")
    ]


def listing(page: Page, block: Block) -> Blocks:
    """Every row of a `table`, or those behind a `measure`; of a table those alone that are true in `only`."""
    if "table" in block:
        rows, file = page.audit.tables.get(block["table"], EMPTY_ROWS), f"{block['table']}.csv"
    else:
        measure = page.audit.measures.get(block["measure"])
        rows, file = measure.rows if measure else EMPTY_ROWS, ""
    if "only" in block or "words" in block:
        rows = _chosen(rows, block)
    table = report_tables().get(block.get("table", ""))
    is_of_people = table is None or table.is_of_people
    rows = rows if is_of_people else for_people(rows)
    if not rows.length or not page.is_balanced:
        return []
    about = [Paragraph(block["about"], "quiet")] if "about" in block else []
    is_worklist = table is not None and bool(table.waits_from)
    return [
        *about,
        *(Paragraph(doubt, "warning") for doubt in (doubts(page.audit) if is_worklist else ())),
        Listing(
            block["key"],
            block["title"],
            rows,
            block.get("file", file),
            page.profile.on_paper.get(block["key"], block.get("on_paper", 25)),
            tuple(block.get("columns", ())) if is_of_people else _columns(block),
            is_of_people,
        ),
    ]


def _columns(block: Block) -> tuple[str, ...]:
    return tuple(map(column_for_people, block.get("columns", ())))


def _chosen(rows: Rows, block: Block) -> Rows:
    """The rows in which the column `only` is true, with the states of the columns in `words` by their
    words."""
    only = rows.columns.index(block["only"]) if block.get("only") in rows.columns else None
    words = {
        rows.columns.index(column): {state.value: state.word for state in states()[of]}
        for column, of in block.get("words", {}).items()
        if column in rows.columns
    }

    def batches() -> Iterator[list[Row]]:
        for batch in rows.batches():
            yield [
                tuple(words[n].get(str(cell), cell) if n in words else cell for n, cell in enumerate(row))
                for row in batch
                if only is None or row[only]
            ]

    return replace(rows, length=sum(len(batch) for batch in batches()), batches=batches)


def _picture(make: Callable[[Audit, Block], Picture | None]) -> Callable[[Page, Block], Blocks]:
    def blocks(page: Page, block: Block) -> Blocks:
        picture = make(page.audit, block) if page.is_balanced else None
        return [picture] if picture else []

    return blocks


KINDS: Mapping[str, Callable[[Page, Block], Blocks]] = {
    "figures": figures,
    "shares": shares,
    "limit": limit,
    "listing": listing,
    "entries": entries.entries,
    "shares_over_time": entries.shares_over_time,
    "bars": _picture(pictures.ladder),
    "spans": _picture(pictures.delays),
    "over_time": _picture(over_time.timeline),
    "by_hour": _picture(pictures.failed_by_hour),
    "ranked": _picture(pictures.ranked),
    "map": _picture(pictures.cell_map),
    "outlines": _picture(maps.outlines),
    "events": _picture(maps.events),
}
