"""A process for each stranger's file that is taken apart by parsers: it has limits, and when it ends in any
way, the file is damaged and nothing else happens.

The program reads the bytes, hashes them, and gives them to the process block by block. What comes back is
facts in JSON and text in bytes.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from auditor.containers.confined import channel as wire
from auditor.containers.confined import child
from auditor.containers.confined.channel import Channel, pickled
from auditor.containers.confined.child import WORDS_BYTES, Answer
from auditor.containers.damage import Damage
from auditor.errors import AuditorError, IncompleteError

if TYPE_CHECKING:
    from auditor.containers.member import Member

__all__ = ["Answer", "Conversation", "facts_of"]

MEMORY_MB = 4_096
CPU_S = 600
"""Of processor time for each request, and a second more for each megabyte of the file."""
SILENT_S = 3_600
"""A child that says nothing for so long was stopped: one that works ends by its limit of processor time."""
_MAX_PASSES = 64
_KEPT_ENVIRONMENT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH")


def facts_of(member: Member) -> tuple[str, str | None, int, str]:
    """What a child must know of a file to read it: path, inner name, size, codec."""
    return str(member.path), member.inner, member.size, member.codec


class Conversation:
    """One child and what it is asked. It ends with `close`, with any fault, and when nothing refers to this
    any more.

    `job` is `module:function`, which gives a `child.Job`. Before the child is made, the helper calls
    `module.prepare(prepared)`, so that later children find all of it loaded.
    """

    def __init__(self, job: str, prepared: str, name: str, size: int = 0) -> None:
        self._name = name
        self._cpu_s = CPU_S + (size >> 20)
        ours, theirs = socket.socketpair()
        self._line, their_line = socket.socketpair()
        try:
            _HELPER.ask(f"{job.partition(':')[0]} {prepared}", theirs, their_line)
        except BaseException:
            ours.close()
            self._line.close()
            raise
        finally:
            theirs.close()
            their_line.close()
        ours.settimeout(SILENT_S)
        self._channel = Channel(ours)
        self.close = weakref.finalize(self, _ended, ours, self._line)
        """End the child, whatever it does."""
        self._passes: dict[int, Iterator[bytes]] = {}
        self._say(wire.REQUEST, pickled((job, MEMORY_MB, self._cpu_s)))

    def ask(self, request: object, files: Mapping[str, Member]) -> Iterator[Answer]:
        """The answers to a request, which may need blocks of `files`. A new request ends an earlier one.
        Damage if the child ends; else any AuditorError that it says."""
        self._passes.clear()
        kind, data = wire.REQUEST, pickled(request)
        while True:
            try:
                self._say(kind, data)
                answer = self._answer(files)
            except BaseException:
                self.close()
                raise
            if answer is None:
                return
            if isinstance(answer, AuditorError):
                raise answer
            yield answer
            kind, data = wire.NEXT, b""

    def _answer(self, files: Mapping[str, Member]) -> Answer | AuditorError | None:
        """What the child answers, or says is wrong; None where it has answered all."""
        while True:
            kind, data = self._hear()
            if kind == wire.CONTENT:
                return data
            if kind == wire.END:
                return None
            try:
                if kind == wire.FAULT:
                    return self._named(wire.error_of(data))
                said = json.loads(data)
                if kind == wire.FACTS:
                    return said  # type: ignore[no-any-return]
                if kind == wire.DROPPED:
                    self._passes.pop(said["pass"], None)
                    continue
                number = self._pass(said, files)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise self._damage("its reader said something that cannot be read") from error
            self._give(number)

    def _pass(self, said: Mapping[str, Any], files: Mapping[str, Member]) -> int:
        """The number of the pass over a file that the child means; one that it begins is begun."""
        number = int(said["pass"])
        if number not in self._passes:
            if len(self._passes) >= _MAX_PASSES:
                raise ValueError("too many passes at a time")
            size = max(1, min(int(said["size"]), wire.MAX_CONTENT))
            self._passes[number] = files[said["file"]].blocks(size)
        return number

    def _give(self, number: int) -> None:
        """Send the block that the child needs, the end of the file, or what is wrong with it."""
        try:
            block = next(self._passes[number], None)
        except AuditorError as error:
            self._passes.pop(number, None)
            self._say(wire.FAULT, json.dumps(wire.described(error)).encode())
            return
        if block is None:
            del self._passes[number]
            self._say(wire.BLOCKS_END)
        else:
            self._say(wire.BLOCK, block)

    def _say(self, kind: bytes, data: bytes = b"") -> None:
        # A child that is gone has said why, or its end does: that is heard next.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._channel.send(kind, data)

    def _hear(self) -> wire.Frame:
        try:
            frame = self._channel.receive()
        except TimeoutError as error:
            raise self._damage(f"its reader said nothing for {SILENT_S:,} s") from error
        except ValueError as error:
            raise self._damage(f"its reader sent {error}") from error
        if not frame.kind:
            raise self._damage(self._ending())
        return frame

    def _ending(self) -> str:
        """How the child ended, as the helper says."""
        self._line.settimeout(SILENT_S)
        said = b""
        with suppress(OSError):
            said = self._line.recv(4)
        code = struct.unpack(">i", said)[0] if len(said) == 4 else 0
        if code >= 0:
            return "its reader ended before it had read the file"
        if -code == signal.SIGXCPU:
            return f"to read it takes more than {self._cpu_s:,} s of processor time"
        return (
            f"its reader was ended by signal {-code}: it asks for more than {MEMORY_MB:,} MB of memory, or it"
            " is malformed"
        )

    def _damage(self, message: str) -> Damage:
        return Damage(
            "unreadable",
            message,
            path=self._name,
            hint="get the file anew, or take it out of the case: the other files are read",
        )

    def _named(self, error: AuditorError) -> AuditorError:
        if error.where is None:
            error.where = self._damage("").where
        return error


def _ended(connection: socket.socket, line: socket.socket) -> None:
    connection.close()
    line.close()


class _Helper:
    """The process that makes the children, started when the first is needed and anew where it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def ask(self, words: str, channel: socket.socket, line: socket.socket) -> None:
        """Make a child that has these ends. IncompleteError if none can be made."""
        message = words.encode().ljust(WORDS_BYTES)
        with self._lock:
            for _ in range(2):
                control = self._control if self._is_alive() else self._start()
                assert control is not None
                try:
                    socket.send_fds(control, [message], [channel.fileno(), line.fileno()])
                    return
                except (BrokenPipeError, ConnectionResetError):
                    self._end()
        raise IncompleteError("the process that starts the readers of files cannot be started")

    def close(self) -> None:
        """End the helper, and with it all children."""
        with self._lock:
            self._end()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> socket.socket:
        self._end()
        self._control, theirs = socket.socketpair()
        folders = json.dumps([os.path.abspath(path) for path in sys.path if path])
        environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        with theirs:
            # A session of its own: the parent handles Ctrl-C.
            self._process = subprocess.Popen(
                [sys.executable, "-I", child.__file__, str(theirs.fileno()), folders],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment | {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"},
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        return self._control

    def _end(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            # It ends its children when the program's end of the connection is closed.
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._control = self._process = None


_HELPER = _Helper()
atexit.register(_HELPER.close)
