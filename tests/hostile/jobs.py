"""What a process of a file's own may be made to do: work for `tests/hostile/test_confined.py`."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

from auditor.containers.confined.child import Answer, Files, Job


def prepare(_: str) -> None:
    """Nothing to load."""


def job() -> Job:
    return _do


def _do(request: Any, files: Files) -> Iterator[Answer]:
    name, *given = request
    return DEEDS[name](files, *given)


def _attempted(deed: Callable[[], object]) -> str:
    try:
        deed()
    except OSError as error:
        return type(error).__name__
    return "done"


def reach(files: Files, evidence: str, folder: str, port: int, parent: int) -> Iterator[Answer]:
    """What comes of trying to get out."""
    yield {
        "read": _attempted(lambda: os.open(evidence, os.O_RDONLY)),
        "list": _attempted(lambda: os.listdir(folder)),
        "write": _attempted(lambda: os.open(os.path.join(folder, "new"), os.O_CREAT | os.O_WRONLY)),
        "unlink": _attempted(lambda: os.unlink(evidence)),
        "run": _attempted(lambda: os.execv("/bin/sh", ["sh", "-c", "exit 0"])),
        "connect": _attempted(lambda: socket.create_connection(("127.0.0.1", port), 1)),
        "send": _attempted(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "speak": _attempted(lambda: socket.socket(socket.AF_UNIX)),
        "signal": _attempted(lambda: os.kill(parent, 0)),
        "descriptors": [n for n in range(3, 4096) if _is_open(n)],
        "environment": sorted(os.environ),
    }


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def echo(files: Files, facts: Any, size: int) -> Iterator[Answer]:
    """The blocks of a file."""
    yield from files.member("", *facts).blocks(size)


def some(files: Files, facts: Any) -> Iterator[Answer]:
    """The first bytes of a file, and then all."""
    member = files.member("", *facts)
    yield member.head(4)
    yield b"".join(member.blocks(1 << 16))


def grow(files: Files) -> Iterator[Answer]:
    held = []
    while True:
        held.append(bytearray(64 << 20))
        yield b""


def spin(files: Files) -> Iterator[Answer]:
    while True:
        pass


def die(files: Files, number: int) -> Iterator[Answer]:
    yield b"begun"
    os.kill(os.getpid(), number)


def crash(files: Files) -> Iterator[Answer]:
    ctypes.string_at(1)
    yield b""


def leave(files: Files) -> Iterator[Answer]:
    os._exit(0)
    yield b""


def fail(files: Files) -> Iterator[Answer]:
    yield b"begun"
    raise KeyError("+61491570156")


def stop(files: Files) -> Iterator[Answer]:
    os.kill(os.getpid(), signal.SIGSTOP)
    yield b""


def babble(files: Files, text: bytes) -> Iterator[Answer]:
    """Bytes that are no frame, where a frame should be."""
    for number in range(3, 4096):
        if _is_open(number):
            os.write(number, text)
    yield b""


DEEDS: dict[str, Callable[..., Iterator[Answer]]] = {
    deed.__name__: deed for deed in (reach, echo, some, grow, spin, die, crash, leave, fail, stop, babble)
}
