"""Which files are cut into ranges, and where: large ones of lines, that one process alone would be busy with
long after all others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from auditor.case import Case, Source
from auditor.containers.member import members, range_blocks
from auditor.errors import AuditorError, EvidenceError
from auditor.formats.detect import recognise
from auditor.formats.reader import HEAD_BYTES
from auditor.ingest.load import Waiting, named_files
from auditor.ingest.passage import BLOCK_BYTES, asked_of
from auditor.ingest.span import Cut, Item, Pack
from auditor.ingest.text.split import MAX_LINE_BYTES

SPAN_BYTES = 256 << 20
"""A larger file is cut, into ranges of at most about so many bytes."""
_WINDOW_BYTES = 1 << 16
_BY_LINES = ("delimited", "json_lines")
"""Kinds of text in which a line feed ends a record."""


def with_ranges(case: Case, waits: Waiting, *, packs: int = 0, keep_all: bool = False) -> Pack:
    """What there is to do for the files `waits`: a large one that can be cut is to be hashed, and its ranges
    are to be read.

    Among `packs` packs, where their number is known, a file that is no more than half of one is left whole.
    So is every file where all records are kept.
    """
    if keep_all:
        return {key: before for key, before in waits.items()}  # noqa: C416 - of another type
    named = named_files(case)
    sizes = {key: path.stat().st_size for key in waits if (path := named[key][1]).is_file()}
    least = max(SPAN_BYTES, sum(sizes.values()) // (2 * packs) if packs else 0)
    found: dict[Item, frozenset[str]] = {}
    for key, before in waits.items():
        identity, path = named[key]
        is_large = sizes.get(key, 0) > least and not identity.source.multiline and not identity.source.member
        is_inside = is_large and path.resolve().is_relative_to(case.evidence.resolve())
        cut = cut_of(key, path, identity.source, follow_links=is_inside) if is_large else None
        found |= dict.fromkeys((cut, *cut.spans) if cut else (key,), before)
    return found


def cut_of(
    key: tuple[str, str], path: Path, source: Source, *, follow_links: bool, at: Iterable[int] = ()
) -> Cut | None:
    """Where a file is cut: at the last line ends before about each `SPAN_BYTES` bytes, or before the places
    `at`, which end blocks. None where it cannot be: what is wrong with it, its load says."""
    try:
        lead = lead_of(path, source, follow_links=follow_links)
        size = path.stat().st_size
        if lead is None:
            return None
        count = -(-size // SPAN_BYTES)
        step = -(-size // count // BLOCK_BYTES) * BLOCK_BYTES
        borders = [0]
        for place in at or range(step, size, step):
            start = _line_start(path, place, follow_links=follow_links)
            if start is not None and start >= lead and start > borders[-1]:
                borders.append(start)
        # A last line without an end is a part of the piece before it, which must not be in another range.
        if _line_start(path, size, follow_links=follow_links) == borders[-1]:
            borders.pop()
    except (AuditorError, OSError):
        return None
    return Cut(*key, (*borders, size)) if len(borders) > 1 else None


def lead_of(path: Path, source: Source, *, follow_links: bool = False) -> int | None:
    """Bytes before the first record of a text that can be read from any line on; None where the file must be
    read whole (compressed, a workbook, a capture ...). EvidenceError where it does not show yet what it
    is."""
    found_members = list(members(path, follow_links=follow_links))
    if len(found_members) != 1 or found_members[0].inner is not None or found_members[0].codec:
        return None
    if source.json or source.unwrap:
        return None
    head = found_members[0].head(HEAD_BYTES)
    if not head.strip():
        raise EvidenceError("it holds nothing yet")
    is_wide = b"\0" in head[:64]
    if b"\n" not in head and not is_wide:
        raise EvidenceError("its first line has not ended yet")
    found = recognise(head, asked_of(source, path.name))
    if found.layout.kind not in _BY_LINES or found.is_restated or is_wide:
        return None
    lead = found.bom_bytes
    for _ in range(found.header_lines):
        end = head.find(b"\n", lead)
        if end < 0:
            raise EvidenceError("the lines that name its columns have not ended yet")
        lead = end + 1
    return lead


def _line_start(path: Path, at: int, *, follow_links: bool) -> int | None:
    """Where the line begins that holds the byte before `at`, or ends there; None where it is longer than a
    line may be."""
    for window in (_WINDOW_BYTES, MAX_LINE_BYTES + 1):
        first = max(0, at - window)
        text = b"".join(range_blocks(path, first, at, follow_links=follow_links))
        if b"\n" in text:
            return first + text.rfind(b"\n") + 1
    return None
