"""What the program and a process that reads a stranger's file say to each other: frames of a kind, a length
and content.

The reading process gets pickles, from the program. The program takes JSON and bytes from it, and executes
nothing of them.
"""

from __future__ import annotations

import copyreg
import io
import json
import pickle
import socket
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from auditor import errors
from auditor.containers.damage import Damage
from auditor.errors import AuditorError, Where

REQUEST, NEXT, BLOCK, BLOCKS_END = b"r", b"g", b"b", b"z"
"""From the program: a request, a wish for its next answer, a block of a file, and the end of its blocks."""
NEEDED, DROPPED, FACTS, CONTENT, END = b"n", b"d", b"j", b"c", b"e"
"""From the reading process: it needs a block, needs no more of a file, answers with facts or content, and has
answered all."""
FAULT = b"f"
"""From both: what is wrong."""
MAX_CONTENT = 16 << 20
"""Longer content comes in several frames."""
_MAX_FRAME = 256 << 20
_HEAD = struct.Struct(">cI")
_CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if isinstance(value, type) and issubclass(value, AuditorError)
}


class Frame(NamedTuple):
    """One message. An empty kind says that the other side is gone."""

    kind: bytes
    data: bytes


class Channel:
    """One end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def send(self, kind: bytes, data: bytes = b"") -> None:
        """Send one frame. OSError if the other side is gone."""
        # In one call: nothing that runs between two calls can put another frame inside this one.
        self._connection.sendall(_HEAD.pack(kind, len(data)) + data)

    def say(self, kind: bytes, facts: object) -> None:
        """Send facts that JSON knows."""
        self.send(kind, json.dumps(facts).encode())

    def receive(self) -> Frame:
        """The next frame. TimeoutError if none comes in the time of the connection; ValueError if it is
        longer than a frame may be."""
        head = self._exactly(_HEAD.size)
        if len(head) < _HEAD.size:
            return Frame(b"", b"")
        kind, length = _HEAD.unpack(head)
        if length > _MAX_FRAME:
            raise ValueError(f"a message of more than {_MAX_FRAME >> 20:,} MB")
        data = self._exactly(length)
        return Frame(kind, data) if len(data) == length else Frame(b"", b"")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _exactly(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            try:
                part = self._connection.recv(min(size, 1 << 20))
            except ConnectionError:
                part = b""
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def pickled(value: object) -> bytes:
    """A value of the program's own for a reading process; read-only mappings may be in it."""
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.dispatch_table = copyreg.dispatch_table | {MappingProxyType: _mapping}
    pickler.dump(value)
    return written.getvalue()


def _mapping(mapping: Mapping[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    return _read_only, (dict(mapping),)


def _read_only(mapping: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(mapping)


def described(error: AuditorError) -> dict[str, Any]:
    """An error as JSON knows it."""
    where = error.where
    return {
        "class": type(error).__name__,
        "message": error.message,
        "where": [where.path, where.line, where.column] if where else None,
        "hint": error.hint,
        "reason": getattr(error, "reason", ""),
        "offset": getattr(error, "offset", None),
    }


def error_of(data: bytes) -> AuditorError:
    """The error that `described` made. ValueError, TypeError or KeyError if it did not."""
    said = json.loads(data)
    where = Where(*said["where"]) if said["where"] else None
    message, hint = str(said["message"]), str(said["hint"])
    if said["class"] != Damage.__name__:
        return _CLASSES[said["class"]](message, where=where, hint=hint)
    damage = Damage(str(said["reason"]), message, hint=hint)
    damage.where, damage.offset = where, said["offset"]
    return damage
