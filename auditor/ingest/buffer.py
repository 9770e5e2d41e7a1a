"""Bytes that DuckDB can read by a path, though no file of that content lies on the disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable


class Buffer:
    """Bytes that DuckDB can read by a path: a file in memory where the system has such, else a temporary one."""

    def __init__(self) -> None:
        self._file = None if hasattr(os, "memfd_create") else tempfile.NamedTemporaryFile(prefix="auditor-")  # noqa: SIM115
        self._descriptor = os.memfd_create("auditor") if self._file is None else self._file.fileno()
        self.path = f"/proc/self/fd/{self._descriptor}" if self._file is None else self._file.name

    def fill(self, data: bytes) -> str:
        """Hold `data` and nothing else; gives the path."""
        view, at = memoryview(data), 0
        while at < len(view):
            at += os.pwrite(self._descriptor, view[at:], at)
        os.ftruncate(self._descriptor, len(view))
        return self.path

    def spool(self, chunks: Iterable[bytes]) -> str:
        """Hold a stream, which may be longer than memory has room for; gives the path."""
        os.ftruncate(self._descriptor, 0)
        at = 0
        for chunk in chunks:
            os.pwrite(self._descriptor, chunk, at)
            at += len(chunk)
        return self.path

    def close(self) -> None:
        """Forget the bytes."""
        if self._file is None:
            os.close(self._descriptor)
        else:
            self._file.close()
