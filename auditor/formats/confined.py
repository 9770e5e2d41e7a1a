"""A file that its reader opens in a process of its own: what it says of the file, and its rows as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from auditor.containers.confined import Conversation, facts_of
from auditor.containers.damage import Damage
from auditor.containers.member import Member
from auditor.formats import restate
from auditor.formats.layout import Detection, with_header
from auditor.formats.reader import Asked, Dialect, Left, Lines, NotOpened, Opened

_JOB = "auditor.formats.child:job"
_ITSELF = ""
"""The name of the file that is opened, among the files that the process may read."""


def open_confined(module: str, member: Member, found: Detection, asked: Asked) -> Opened:
    """What the reader `module` opens, with the rows as lines of text. Errors as the reader's; Damage where
    the process ends."""
    group = asked.together.once(_Group) if asked.together and found.layout.joins_files else None
    if group is not None and group.files:
        conversation = group.conversation(module, member)
    else:
        group, conversation = None, Conversation(_JOB, module, member.name, member.size)
    files = {**(group.files if group else {}), _ITSELF: member}
    request = {
        "module": module,
        "member": facts_of(member),
        "found": found,
        "asked": replace(asked, together=None),
        "together": {name: facts_of(each) for name, each in group.files.items()} if group else None,
    }
    said: Any
    try:
        (said,) = conversation.ask(("open", request), files)
        left = Left()
        chunks = partial(_chunks, conversation, files, left, int(said["number"]))
        opened = _opened(said, _detection(said, found, asked, member), chunks)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        conversation.close()
        raise Damage(
            "unreadable", "its reader said something that cannot be read", path=member.name
        ) from error
    except BaseException:
        if group is None:
            conversation.close()
        raise
    return replace(opened, left=left, close=conversation.close if group is None else lambda: None)


def elements_in(member: Member, *, is_capture: bool) -> tuple[str, ...]:
    """The elements whose i3 events are in a capture, or in the first bytes of a log, those with most events
    first. AuditorError where it cannot be read."""
    conversation = Conversation(
        "auditor.formats.child:elements", "auditor.formats.sip", member.name, member.size
    )
    try:
        (names,) = conversation.ask((facts_of(member), is_capture), {_ITSELF: member})
        return tuple(map(str, names))
    finally:
        conversation.close()


class _Group:
    """Files that are read together are read by one process, so that each is read once for all of them."""

    def __init__(self, files: Mapping[str, Member]) -> None:
        self.files = files
        self._conversation: Conversation | None = None

    def conversation(self, module: str, member: Member) -> Conversation:
        """The process of the files; another where it is gone."""
        if self._conversation is None or not self._conversation.close.alive:
            size = sum(each.size for each in self.files.values())
            self._conversation = Conversation(_JOB, module, member.name, size)
        return self._conversation


def _detection(said: Any, found: Detection, asked: Asked, member: Member) -> Detection:
    """What the file is. Of what becomes SQL only the names of columns come from the process."""
    if found.is_restated:
        return restate.plain(found)
    header, line = tuple(map(str, said["header"])), int(said["header_lines"])
    return with_header(
        found, header, asked.role, asked.columns, where=member.name, line=line, filled=asked.filled
    )


def _opened(said: Any, detection: Detection, chunks: Callable[[int], Iterator[bytes]]) -> Opened:
    return Opened(
        detection,
        Lines(_dialect(said["dialect"]), chunks, *map(int, said["skipped"])),
        str(said["header_line"]),
        str(said["sample"]).encode("latin-1"),
        non_data=int(said["non_data"]),
        notes=tuple(map(str, said["notes"])),
        not_opened=tuple(NotOpened(str(name), int(n), int(of)) for name, n, of in said["not_opened"]),
        beside={str(table): rows for table, rows in said["beside"].items()},
    )


def _dialect(said: Mapping[str, Any]) -> Dialect:
    delimiter, quote, newline, header = (
        str(said[name]).encode("latin-1") for name in ("delimiter", "quote", "newline", "header")
    )
    return Dialect(
        delimiter, quote, int(said["width"]), str(said["encoding"]), newline, header, bool(said["is_json"])
    )


def _chunks(
    conversation: Conversation, files: Mapping[str, Member], left: Left, number: int, size: int
) -> Iterator[bytes]:
    """The rows from the first on; behind the last `left` is what the reader left."""
    left.clear()
    for answer in conversation.ask(("rows", number, size), files):
        if isinstance(answer, bytes):
            yield answer
        elif isinstance(answer, dict):
            left.not_kept, left.mended = int(answer["not_kept"]), int(answer["mended"])
            left.unsynchronised = int(answer["unsynchronised"])
            left.numbers.extend(answer["numbers"])
            left.cannot_show |= set(answer["cannot_show"])
