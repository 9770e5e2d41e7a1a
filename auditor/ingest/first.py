"""The first records of a file as a run would read them: canonical columns, and what could not be read."""

from __future__ import annotations

from auditor.case import Case, Source
from auditor.containers.member import Member
from auditor.ingest.dialling import Dialling, dialling_of
from auditor.ingest.opening import Opener
from auditor.ingest.schema import prepare
from auditor.store import identifier, open_memory

Record = dict[str, str]
"""Canonical column -> its value; a value that cannot be read is `text (reason)`."""


def first_records(
    member: Member, source: Source, *, count: int = 3, case: Case | None = None
) -> tuple[Record, ...]:
    """Up to `count` records, in the order of the file, each with the canonical columns that it gives.
    Emergency or not makes no difference. AuditorError where the file cannot be read."""
    store = open_memory()
    prepare(store)
    opener = Opener(store, dialling_of(case) if case else Dialling(()), count)
    try:
        with opener.open(member, member.name, source) as opening:
            if opening is None or not opening.relation:
                return ()
            projection = opening.projection
            names = [name for name in projection.table.canonical if name in projection.texts.given]
            fields = ", ".join(
                f"coalesce(CAST({identifier(name)}.value AS VARCHAR),"
                f" {identifier(name)}.text || ' (' || {identifier(name)}.reason || ')')"
                for name in names
            )
            rows = store.query(
                f"SELECT {fields} FROM ({projection.parsed(opening.relation)}) ORDER BY record_no"
                f" LIMIT {count}",
                name="first records of a file",
            )
    finally:
        opener.close()
        store.close()
    return tuple(
        {name: value for name, value in zip(names, row, strict=True) if value is not None} for row in rows
    )
