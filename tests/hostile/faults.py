"""A disk that fails: the Nth call that changes files fails as it would on a full or a broken disk, or the
process is killed there.

What Python itself writes goes through here. DuckDB writes in C++: `test_space` fills its disk.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ERRORS = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
KILLED = "SIGKILL"
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_TOOL = str(Path(__file__).parents[2] / "auditor")


@dataclass(frozen=True)
class Fault:
    """The call that fails, counted from 1 over all kinds, and how: a name of ERRORS, or KILLED."""

    call: int
    how: str

    def written(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Fault:
        return cls(**written)


class _Disk:
    """Counts the calls of this process, notes each (its kind, and where in the tool it came from), and lets
    one fail."""

    def __init__(self, fault: Fault | None, noted: Path) -> None:
        self.fault, self.count = fault, 0
        self.noted = os.open(noted, os.O_WRONLY | os.O_APPEND)
        self.write = os.write
        self.pid = os.getpid()

    def called(self, kind: str, *paths: object) -> None:
        if os.getpid() != self.pid:
            return
        self.count += 1
        self.write(self.noted, f"{kind} {_place()}\n".encode())
        if self.fault is None or self.count != self.fault.call:
            return
        if self.fault.how == KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        number = ERRORS[self.fault.how]
        raise OSError(number, os.strerror(number), *map(str, paths))


def _place() -> str:
    """The innermost line of the tool on the stack."""
    frame = sys._getframe(2)
    while frame.f_back and not frame.f_code.co_filename.startswith(_TOOL):
        frame = frame.f_back
    return f"{frame.f_code.co_filename.removeprefix(_TOOL).lstrip('/')}:{frame.f_code.co_name}"


def arrange(fault: Fault | None, noted: Path) -> None:
    """Put the disk under all that this process does from now on. Calls are noted in the file `noted`."""
    disk = _Disk(fault, noted)

    class Raw(io.FileIO):
        def write(self, data: Any) -> int:
            disk.called("write")
            return super().write(data)

    def failing(kind: str, real: Callable[..., Any], paths: int) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            disk.called(kind, *args[:paths])
            return real(*args, **named)

        return call

    for kind, name, paths in (
        ("write", "write", 0),
        ("write", "sendfile", 0),
        ("write", "copy_file_range", 0),
        ("fsync", "fsync", 0),
        ("rename", "replace", 1),
        ("rename", "rename", 1),
        ("rename", "link", 1),
        ("mkdir", "mkdir", 1),
    ):
        setattr(os, name, failing(kind, getattr(os, name), paths))
    open_descriptor = os.open

    def opened(path: Any, flags: int, *args: Any, **named: Any) -> int:
        if flags & _WRITES:
            disk.called("open", path)
        return open_descriptor(path, flags, *args, **named)

    os.open = opened
    _replace_open(disk, Raw)


def _replace_open(disk: _Disk, raw: type[io.FileIO]) -> None:
    real = io.open

    def opened(
        file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
        newline: Any = None, closefd: bool = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        if not set(mode) & set("wax+"):
            return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
        if not isinstance(file, int) and opener is None:
            disk.called("open", file)
        made = raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        if buffering == 0:
            return made
        buffered = io.BufferedRandom(made) if "+" in mode else io.BufferedWriter(made)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    io.open = opened
    builtins.open = opened
