"""Limits that a process sets on itself before it reads or runs what others wrote: files, network, memory,
time. They cannot be removed again."""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import sys
from collections.abc import Iterable

_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Landlock's version -> number of its rights over files, lowest bits first."""
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_NO_SIGNALS_AND_SOCKETS = 3
_SET_FILTER, _FILTER_MODE = 22, 2
_LOAD, _IF_EQUAL, _IF_NOT_LESS, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions of the kernel's filter of system calls."""
_CALL, _MACHINE = 0, 4
"""Where the number of the call and the kind of processor are."""
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""The call is made; it fails as not permitted; the process is ended."""
_OTHER_NUMBERS = 0x40000000
"""From here on x86 counts the same calls once more."""
_REFUSED: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 59, 322, 101, 310, 311, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 270, 271, 425)),
}
"""Processor -> its kind, and socket, execve, execveat, ptrace, process_vm_readv, process_vm_writev and
io_uring_setup."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def landlock_version() -> int:
    """The kernel's version of Landlock; 0 if it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, 1)))


def only_readable(paths: Iterable[str]) -> int | None:
    """A descriptor of the rule that nothing but these files and folders may be read, nothing written, and no
    network used; None where the kernel has no such rules. OSError if it refuses one."""
    version = landlock_version()
    if not version:
        return None
    kernel = ctypes.CDLL(None, use_errno=True)
    ruleset = _Ruleset((1 << _FILE_RIGHTS.get(version, 16)) - 1, 3, _NO_SIGNALS_AND_SOCKETS)
    size = 24 if version >= _SCOPES_SINCE else 16 if version >= _NETWORK_SINCE else 8
    handle = _called(kernel, _CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    for path in paths:
        if os.path.exists(path):
            allowed = _READ_FILE | _READ_FOLDER if os.path.isdir(path) else _READ_FILE
            rule = _PathRule(allowed, os.open(path, os.O_PATH | os.O_CLOEXEC))
            _called(kernel, _ADD_RULE, handle, 1, ctypes.byref(rule), 0)
            os.close(rule.parent)
    return handle


def confine(ruleset: int | None, *, memory_bytes: int, cpu_s: int | None, files: int) -> str:
    """Hold this process to a rule of `only_readable`, to so much address space and processor time (None: no
    limit here), to so many open files and to no file written; it opens no socket, starts no program and looks
    into no other process. It ends with its parent. Returns the protection
    of the kernel, such as `landlock 7`; empty if it has none. OSError if the kernel refuses."""
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if ruleset is not None:
            _called(kernel, _RESTRICT_SELF, ruleset, 0)
        _filter_calls(kernel)
    for what, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    ):
        if most is not None:
            # A limit that is lower already stays.
            least = resource.getrlimit(what)[1]
            most = most if least == resource.RLIM_INFINITY else min(most, least)
            resource.setrlimit(what, (most, most))
    return f"landlock {landlock_version()}" if ruleset is not None else ""


def _filter_calls(kernel: ctypes.CDLL) -> None:
    """Refuse the system calls of `_REFUSED`. A kernel without such filters, or another processor, is left as
    it is."""
    if platform.machine() not in _REFUSED:
        return
    kind, refused = _REFUSED[platform.machine()]
    lines = [
        (_LOAD, 0, 0, _MACHINE),
        (_IF_EQUAL, 1, 0, kind),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _CALL),
        (_IF_NOT_LESS, 0, 1, _OTHER_NUMBERS),
        (_RETURN, 0, 0, _KILL),
        # From each of them to the last line.
        *((_IF_EQUAL, len(refused) - place, 0, number) for place, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    program = _Program(len(lines), instructions)
    kernel.prctl(_SET_FILTER, _FILTER_MODE, ctypes.byref(program), 0, 0)


def _called(kernel: ctypes.CDLL, number: int, *arguments: object) -> int:
    given: int = kernel.syscall(number, *arguments)
    if given < 0:
        raise OSError(ctypes.get_errno(), f"landlock: {os.strerror(ctypes.get_errno())}")
    return given
