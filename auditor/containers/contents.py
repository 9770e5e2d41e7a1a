"""What is inside an archive or a SQL dump, as a process of its own lists it; the bytes of its members are
read here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.containers.archives import Entry, Packed
from auditor.containers.confined import Conversation, facts_of
from auditor.containers.damage import Damage
from auditor.containers.dump import Table

if TYPE_CHECKING:
    from auditor.containers.member import Member

_JOB = "auditor.containers.listing:job"
Made = TypeVar("Made")


def zip_entries(whole: Member, at: Callable[[int], Member]) -> list[Entry]:
    """The regular members of a zip, in stored order; `at` gives the file from an offset on. Damage if its
    directory is damaged or lists anything unsafe."""

    class Places(dict[str, "Member"]):
        def __missing__(self, place: str) -> Member:
            return at(int(place))

    return _entries("zip", whole, Places())


def tar_entries(whole: Member) -> list[Entry]:
    """The regular members of a tar, which is read to its end. Damage as for a zip."""
    return _entries("tar", whole, {"": whole})


def tables(whole: Member) -> list[Table]:
    """The tables of a SQL dump, which is read to its end. Damage where it is cut, or no SQL that is read."""
    with _asked(whole) as conversation:
        found: list[Any] = list(conversation.ask(("tables", facts_of(whole)), {"": whole}))
    return _believed(whole, lambda: [_table(said) for said in found])


def table_blocks(whole: Member, table: Table, size: int) -> Iterator[bytes]:
    """The rows of one table as CSV, in blocks of about `size`. Damage where nothing names its columns."""
    asked = ("table", facts_of(whole), table.name, size, table.gone)
    with _asked(whole) as conversation:
        for answer in conversation.ask(asked, {"": whole}):
            assert isinstance(answer, bytes)
            yield answer


@contextmanager
def _asked(whole: Member) -> Iterator[Conversation]:
    conversation = Conversation(_JOB, "-", str(whole.path), whole.size)
    try:
        yield conversation
    finally:
        conversation.close()


def _entries(kind: str, whole: Member, files: Mapping[str, Member]) -> list[Entry]:
    with _asked(whole) as conversation:
        said: list[Any] = [
            each for batch in conversation.ask((kind, facts_of(whole)), files) for each in batch
        ]
    return _believed(whole, lambda: [_entry(each) for each in said])


def _entry(said: Any) -> Entry:
    name, size, offset, packed = said
    if packed is None:
        return Entry(str(name), int(size), int(offset))
    stored, method, crc, is_encrypted, own = packed
    return Entry(
        str(name),
        int(size),
        int(offset),
        Packed(int(stored), int(method), int(crc), bool(is_encrypted), str(own).encode("latin-1")),
    )


def _table(said: Mapping[str, Any]) -> Table:
    following = said["next_number"]
    return Table(
        str(said["name"]),
        tuple(map(str, said["columns"])),
        tuple(map(str, said["types"])),
        int(said["rows"]),
        None if following is None else int(following),
        [str(note) for note in said["notes"]],
        int(said["last_number"]),
        str(said["counter"]),
        bool(said["is_begun"]),
        int(said["gone"]),
        str(said["fault"]),
        coded=[str(name) for name in said["coded"]],
    )


def _believed(whole: Member, made: Callable[[], Made]) -> Made:
    try:
        return made()
    except (KeyError, TypeError, ValueError) as error:
        raise Damage(
            "unreadable", "what lists it said something that cannot be read", path=str(whole.path)
        ) from error
