"""What a `[[source]]` says of the form of its files, as the readers of files ask for it."""

from __future__ import annotations

from auditor.case import Source
from auditor.formats.description import Description, recognise
from auditor.formats.layout import Detection


def description_of(source: Source) -> Description:
    """The keys of a source that decide how the text of its files is cut into records."""
    return Description(
        role=source.role,
        format=source.format,
        columns=source.columns,
        delimiter=source.delimiter,
        encoding=source.encoding,
        header=source.header,
        skip_head=source.skip_head,
        skip_lines=source.skip_lines,
        sheet=source.sheet,
        header_row=source.header_row,
        quotes=source.quotes,
        json=source.json,
        unwrap=source.unwrap,
        keep=_keep(source),
        filled=(*source.constants, *source.time_parts),
        parts=tuple(part for parts in source.time_parts.values() for part in parts),
    )


def recognise_for(name: str, head: bytes, source: Source) -> Detection:
    """What a file of `source` is by its first bytes. EvidenceError where nothing fits."""
    return recognise(name, head, description_of(source))


def _keep(source: Source) -> tuple[str, frozenset[str]] | None:
    if source.keep is None:
        return None
    return source.keep.column, frozenset(value.strip().casefold() for value in source.keep.values)
