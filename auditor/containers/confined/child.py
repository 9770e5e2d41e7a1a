"""The processes in which strangers' files are read.

python -I child.py DESCRIPTOR FOLDERS

The helper is started once. It imports readers and never sees a file. For each file it makes a child by a
fork, which takes a millisecond. The child gives up all that it does not need, then it gets its work through a
channel: a job by its name, requests, and the blocks of the file. It can open no file of its own, write
nothing, and reach no network.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import pickle
import resource
import select
import signal
import socket
import struct
import sys
import sysconfig
import zoneinfo
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.containers.confined.channel import Channel
    from auditor.containers.member import Member

WORDS_BYTES = 256
"""Length of the message that asks the helper for a child."""
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_OPEN_FILES, _MOST_OPEN = 32, 65_536

Answer = bytes | dict[str, Any] | list[Any]
Job = Callable[[Any, "Files"], Iterator[Answer]]
"""Gives the answers to a request, one after the other."""


class Files:
    """The files that a child may read, by the names that the program gave them. It asks for each block."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._passes = itertools.count()

    def member(self, name: str, path: str, inner: str | None, size: int, codec: str) -> Member:
        """A file as a member whose blocks come from the program."""
        from pathlib import Path

        from auditor.containers.member import Member

        return Member(Path(path), inner, size, codec, lambda size, on_raw: self._blocks(name, size))

    def _blocks(self, name: str, size: int) -> Iterator[bytes]:
        from auditor.containers.confined import channel as wire

        number, is_over = next(self._passes), False
        try:
            while True:
                self._channel.say(wire.NEEDED, {"file": name, "pass": number, "size": size})
                kind, data = self._channel.receive()
                if kind != wire.BLOCK:
                    is_over = True
                    if kind == wire.FAULT:
                        raise wire.error_of(data)
                    if kind != wire.BLOCKS_END:
                        os._exit(0)
                    return
                yield data
        finally:
            if not is_over:
                with contextlib.suppress(OSError):
                    self._channel.say(wire.DROPPED, {"pass": number})


def _work(channel: Channel, ruleset: int | None) -> None:
    """The life of a child."""
    from auditor.confinement import confine
    from auditor.containers.confined import channel as wire

    job_name, memory_mb, cpu_s = pickle.loads(channel.receive().data)
    module, _, made = job_name.partition(":")
    job: Job = getattr(importlib.import_module(module), made)()
    confine(ruleset, memory_bytes=memory_mb << 20, cpu_s=None, files=_OPEN_FILES)
    if ruleset is not None:
        os.close(ruleset)
    files = Files(channel)
    answers: Iterator[Answer] = iter(())
    while (frame := channel.receive()).kind:
        try:
            if frame.kind == wire.REQUEST:
                _renew(cpu_s)
                answers = job(pickle.loads(frame.data), files)
            answer = next(answers, None)
            if answer is None:
                channel.send(wire.END)
            elif isinstance(answer, bytes):
                channel.send(wire.CONTENT, answer)
            else:
                channel.say(wire.FACTS, answer)
        except BrokenPipeError:
            return
        except BaseException as error:  # noqa: BLE001 - a reader's panic may be no Exception
            answers = iter(())
            channel.say(wire.FAULT, _fault(error, memory_mb))


def _renew(cpu_s: int) -> None:
    """From now on the child may take so much processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    allowed = int(usage.ru_utime + usage.ru_stime) + 1 + cpu_s
    if most != resource.RLIM_INFINITY:
        allowed = min(allowed, most)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, most))


def _fault(error: BaseException, memory_mb: int) -> dict[str, Any]:
    """What is wrong with the file. Of an error that no reader foresaw only the kind and the place are said:
    its text may hold what is in the file."""
    from auditor.containers.confined.channel import described
    from auditor.containers.damage import Damage
    from auditor.errors import AuditorError

    if isinstance(error, AuditorError):
        return described(error)
    if isinstance(error, MemoryError):
        return described(
            Damage(
                "bomb",
                f"to read it takes more than {memory_mb:,} MB of memory",
                hint="cut it into several files",
            )
        )
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f" in {os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else ""
    return described(
        Damage(
            "unreadable",
            f"its reader failed with {type(error).__name__}{at}",
            hint="take it out of the case; the program should have said what is wrong with it",
        )
    )


class _Helper:
    """Makes children, ends them when they are not wanted any more, and says how they ended."""

    def __init__(self, control: socket.socket, ruleset: int | None) -> None:
        self._control = control
        self._ruleset = ruleset
        self._children: dict[int, int] = {}
        """The child of each line. The program closes its end of a line to end the child."""
        self._poll = select.poll()
        wake, self._wake = os.pipe()
        for end in (wake, self._wake):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._woken = wake
        self._poll.register(control, select.POLLIN)
        self._poll.register(wake, select.POLLIN)

    def serve(self) -> None:
        """Until the program is gone."""
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._control.fileno():
                    if not self._asked():
                        self._end_all()
                        return
                elif descriptor == self._woken:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._woken, 4096)
                elif descriptor in self._children:
                    self._poll.unregister(descriptor)
                    os.kill(self._children[descriptor], signal.SIGKILL)
            self._reap()

    def _asked(self) -> bool:
        words, descriptors, *_ = socket.recv_fds(self._control, WORDS_BYTES, 2)
        if not words:
            return False
        channel, line = descriptors
        module, name = words.decode().split()
        # What is imported and read here, all children have already. What is wrong with it, a child says.
        with contextlib.suppress(Exception):
            importlib.import_module(module).prepare(name)
        gc.freeze()
        child = os.fork()
        if not child:
            self._become_child(channel)
        os.close(channel)
        self._children[line] = child
        self._poll.register(line, select.POLLHUP)
        return True

    def _become_child(self, connection: int) -> None:
        try:
            from auditor.containers.confined.channel import Channel

            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Nothing else of the helper stays open.
            kept = [connection] if self._ruleset is None else sorted((connection, self._ruleset))
            for before, behind in itertools.pairwise((2, *kept, _MOST_OPEN)):
                os.closerange(before + 1, behind)
            _work(Channel(socket.socket(fileno=connection)), self._ruleset)
        finally:
            # No tear-down of a reader that may be in any state.
            os._exit(0)

    def _reap(self) -> None:
        for line, child in list(self._children.items()):
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                del self._children[line]
                with contextlib.suppress(KeyError, ValueError):
                    self._poll.unregister(line)
                with contextlib.suppress(OSError):
                    os.write(line, struct.pack(">i", os.waitstatus_to_exitcode(status)))
                os.close(line)

    def _end_all(self) -> None:
        for child in self._children.values():
            os.kill(child, signal.SIGKILL)


def _program_folders() -> list[str]:
    """Where the program's own files are: modules may be loaded late, codes and zones are looked up."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    named = ("stdlib", "platstdlib", "purelib", "platlib")
    tables = os.path.join(os.path.dirname(package), "sql")
    own = [*(sysconfig.get_path(name) for name in named), package, tables, *zoneinfo.TZPATH]
    return [*own, os.path.join(sys.base_prefix, "lib"), *_LIBRARIES]


def main() -> None:
    """Be the helper."""
    control = socket.socket(fileno=int(sys.argv[1]))
    sys.path[:] = json.loads(sys.argv[2])
    # What every child uses is loaded before the first is made.
    for module in ("auditor.containers.confined.channel", "auditor.containers.member"):
        importlib.import_module(module)
    from auditor.confinement import only_readable

    try:
        ruleset = only_readable(_program_folders())
    except OSError:
        ruleset = None
    _Helper(control, ruleset).serve()


if __name__ == "__main__":
    main()
