"""FreeSWITCH call records in JSON and XML (mod_json_cdr, mod_xml_cdr, FusionPBX), and those of Kazoo in JSON.

A record is a leg. The leg of a caller whom nobody answered says NORMAL_CLEARING though each leg to the far
end
failed: it takes the cause of the last of those. Legs of one call share the caller's own id
(`linked_call_id`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from auditor.containers.member import Member
from auditor.errors import EvidenceError, Where
from auditor.formats.freeswitch.legs import COLUMNS, kazoo_row, row
from auditor.formats.freeswitch.stream import json_records, xml_records
from auditor.formats.layout import Detection, Layout, bind, shipped, with_header
from auditor.formats.reader import Asked, Faulty, Opened, table
from auditor.formats.rows import is_described

KIND = "freeswitch"
_XML = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?<cdr\b[^>]*>")
_KAZOO = re.compile(rb"\"timestamp\"\s*:\s*\"?6[34]\d{9}")
_SWITCH = re.compile(rb"\"(?:core-uuid|channel_data|callStats|app_log)\"\s*:")


def layouts() -> tuple[Layout, ...]:
    """What is read of this kind."""
    return shipped(KIND)


def recognise(head: bytes, asked: Asked) -> Detection | None:
    """JSON or XML with the keys of such a record, unless the case says itself what its keys are."""
    if is_described(asked, KIND):
        return None
    name = _form(head)
    if not name or (asked.layout is not None and asked.layout.name != name):
        return None
    layout = next(a for a in layouts() if a.name == name)
    if asked.role not in ("", "attempts"):
        raise EvidenceError(
            f"it is {layout.title}, which holds attempts, not {asked.role}", where=Where(asked.name)
        )
    bound = bind(layout, COLUMNS, "attempts", {}, where=asked.name)
    why = f"its first record has the keys of {layout.title}"
    # Where one value is meant, a record may have a list.
    return Detection(bound, 1.0, why, header=COLUMNS, nested=COLUMNS)


def _form(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return "freeswitch_xml" if _XML.match(head) else ""
    if start not in (b"{", b"["):
        return ""
    if _SWITCH.search(head) and b'"variables"' in head:
        return "freeswitch_json"
    return "kazoo_json" if _KAZOO.search(head) and b'"hangup_cause"' in head else ""


def open(member: Member, found: Detection, asked: Asked) -> Opened:  # noqa: A001
    """Each leg as a row."""
    bound = with_header(found, COLUMNS, asked.role, asked.columns, where=asked.name)
    records = xml_records if found.layout.name == "freeswitch_xml" else json_records
    return table(bound, _Rows(member, records, asked))


class _Rows:
    """The rows of a file, anew each time they are asked for."""

    def __init__(self, member: Member, records: Callable[..., Iterator[Any]], asked: Asked) -> None:
        self._member, self._records, self._asked = member, records, asked

    def __iter__(self) -> Iterator[Sequence[str]]:
        for record in self._records(self._member, self._asked.encoding):
            if isinstance(record, Mapping):
                row_of = row if "variables" in record or "callflow" in record else kazoo_row
                yield row_of(record, self._asked.audited)
            else:
                yield record if isinstance(record, Faulty) else [str(record)[:200]]
