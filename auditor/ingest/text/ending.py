"""The end of a file that has no line end: it may have been cut off in its last field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from auditor.containers.buffer import Bytes
from auditor.ingest.sql import Projection

_AROUND = re.compile(r"^[\s<'=+]*(?:(?:sips?|tel):)?\+?|[ ().-]")
_URN = "urn:service:sos"


def is_number_cut(parts: Sequence[Bytes], projection: Projection) -> bool:
    """Whether what ends in `parts`, without a line end, has a number that was dialled as its last field, of
    which there is the beginning of an emergency number only. All of its fields are there, so nothing else
    shows that it was cut off."""
    dialect, layout = projection.dialect, projection.texts.detection.layout
    header = projection.texts.detection.header
    named = {layout.columns.get("dialled"), layout.columns.get("dialled_other"), *projection.texts.others}
    if projection.table.role != "attempts" or not dialect.delimiter or header[-1] not in named:
        return False
    line = b"".join(map(bytes, parts)).rstrip(b"\r\n").rpartition(b"\n")[2]
    _, delimiter, field = line.rpartition(dialect.delimiter)
    if not delimiter and len(header) > 1:
        return False
    begun = _AROUND.sub("", field.decode(dialect.encoding, "replace")).lower()
    numbers = projection.dialling.numbers
    if not begun or begun in numbers:
        return False  # a record may dial nothing
    known = (*numbers, _URN) if projection.dialling.has_urns else numbers
    return begun != _URN and any(number.startswith(begun) for number in known)
