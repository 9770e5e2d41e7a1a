"""How the text of a file is cut into records and fields."""

from __future__ import annotations

from auditor.formats.layout import Detection, line_end
from auditor.ingest.split import Dialect


def dialect_of(detection: Detection, head: bytes) -> Dialect:
    """How the text of a file is cut, by its detection and its first bytes."""
    newline = line_end(head)
    is_fields = detection.layout.kind == "delimited"
    lines = head[detection.bom_bytes :].split(newline, detection.header_lines)
    header = lines[detection.header_lines - 1].removesuffix(b"\r") if detection.header_lines else b""
    return Dialect(
        delimiter=detection.delimiter.encode() if is_fields else b"",
        quote=detection.quote.encode() if is_fields else b"",
        width=len(detection.header) if is_fields else 1,
        encoding=detection.encoding,
        newline=newline,
        header=header,
    )
