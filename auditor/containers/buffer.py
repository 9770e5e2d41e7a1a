"""Bytes that DuckDB can read by a path, though no file of that content lies on the disk."""

from __future__ import annotations

import ctypes
import mmap
import os
import tempfile
from collections.abc import Iterable

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LARGEST, _HELD = 32 << 20, 1 << 30
_ROOM = 1 << 16

Bytes = bytes | memoryview


def reuse_freed_memory() -> None:
    """Let the memory of one piece serve the next. GNU's allocator gives blocks of this size back to the
    system at once, and taking them anew, page by page, costs a seventh of a load; other allocators are left
    as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGEST)
        mallopt(_M_TRIM_THRESHOLD, _HELD)


class Buffer:
    """Bytes that DuckDB can read by a path: a file in memory where the system has such, else a temporary
    one."""

    def __init__(self) -> None:
        in_memory = hasattr(os, "memfd_create")
        self._file = None if in_memory else tempfile.NamedTemporaryFile(prefix="auditor-")  # noqa: SIM115
        self._descriptor = os.memfd_create("auditor") if self._file is None else self._file.fileno()
        self.path = f"/proc/self/fd/{self._descriptor}" if self._file is None else self._file.name
        self._map: mmap.mmap | None = None
        self.content = memoryview(b"")
        """What `fill` put here, until it is called again."""

    def fill(self, *parts: Bytes) -> str:
        """Hold `parts`, one after the other, and nothing else; gives the path."""
        size = sum(map(len, parts))
        if self._file is not None:
            # On a disk, which may be full: a write says so, where a mapped page would end the process.
            self.content = memoryview(b"".join(parts))
            self.spool([self.content])
            return self.path
        if self._map is None or len(self._map) < size:
            os.ftruncate(self._descriptor, size + _ROOM)
            self._map = mmap.mmap(self._descriptor, size + _ROOM)
        os.ftruncate(self._descriptor, size)
        at = 0
        for part in parts:
            self._map[at : at + len(part)] = part
            at += len(part)
        self.content = memoryview(self._map)[:size]
        return self.path

    def spool(self, chunks: Iterable[Bytes]) -> str:
        """Hold a stream, which may be longer than memory has room for; gives the path."""
        os.ftruncate(self._descriptor, 0)
        at = 0
        for chunk in chunks:
            view = memoryview(chunk)
            while view:
                written = os.pwrite(self._descriptor, view, at)
                view, at = view[written:], at + written
        return self.path

    def close(self) -> None:
        """Forget the bytes."""
        if self._file is None:
            os.close(self._descriptor)
        else:
            self._file.close()
