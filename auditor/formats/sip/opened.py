"""An open capture: its dialogs as rows, what elements logged, and what is said of its packets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.i3.rows import rows_of
from auditor.formats.layout import Detection, with_header
from auditor.formats.reader import Asked, NotOpened, Opened, table
from auditor.formats.rows import unless_foreign
from auditor.formats.sip import capture

_NAMED = 8
"""So many protocols that were not opened a note names."""
_EXPECTED = ("packets", "sip_messages", "dialogs", "reinvites", "log_events")
"""Counts of a capture that point at nothing missing."""
_SAID = {"loose_answers": "final answers to an INVITE that is not in the file"}


def open_capture(member: Member, found: Detection, asked: Asked, *, is_of_calls: bool) -> Opened:
    """A whole capture. EvidenceError where its dialogs are not asked for and it holds nothing else."""
    read = capture.read(member)
    if not is_of_calls and not read.log.read:
        raise EvidenceError(
            f"it is a packet capture without i3 LogEvents, which holds attempts, not {asked.role}",
            where=Where(asked.name),
        )
    logged = rows_of(read.log, asked, *((read.rows, read.calls) if is_of_calls else ()))
    beside = capture.COLUMNS if is_of_calls else ()
    columns = (*beside, *(name for name in logged.header if name not in beside))
    named = (dict(zip(logged.header, row, strict=True)) for row in logged.rows)
    return table(
        with_header(found, columns, asked.role, asked.columns, where=member.name),
        (unless_foreign([row.get(column, "") for column in columns]) for row in named),
        non_data=read.summary.packets,
        notes=_notes(asdict(read.summary)),
        not_opened=tuple(
            NotOpened(name, count, read.summary.packets) for name, count in read.summary.not_opened
        ),
        beside={**logged.beside, **({"loose_answer": read.loose} if is_of_calls else {})},
    )


def _notes(counts: dict[str, Any]) -> tuple[str, ...]:
    """What is to be said of the counts of a capture."""
    closed = counts.pop("not_opened")
    notes = [
        f"{_SAID.get(name, name.replace('_', ' '))}: {count:,}"
        for name, count in counts.items()
        if count and name not in _EXPECTED
    ]
    if closed:
        # The note names what is most; the ledger has all.
        most = sorted(closed, key=lambda pair: (-pair[1], pair[0]))[:_NAMED]
        further = f" and {len(closed) - len(most)} more" if len(closed) > len(most) else ""
        named = ", ".join(f"{name} {count:,}" for name, count in most)
        notes.append(f"packets not opened: {named}{further}")
    return tuple(notes)
