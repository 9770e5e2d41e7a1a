"""Limits that a process sets on itself before it runs a user's query: files, network, memory, time. They
cannot be removed again."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""Landlock's version -> number of its rights over files, lowest bits first."""
_NETWORK_SINCE = 4
_MACHINE = ("/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/self/cgroup")
"""Files from which the database reads the number of processors and the memory. It ends itself if it may not
read them."""
_SPARE_MEMORY = 768 << 20
"""Address space beyond the query's memory: the program itself and the stacks of its threads."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one query may take. `seconds` of wall time, megabytes of memory and of output."""

    seconds: float = 60.0
    memory_mb: int = 2_048
    output_mb: int = 1_024
    threads: int = 2


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def landlock_version() -> int:
    """The kernel's version of Landlock; 0 if it has none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None, use_errno=True).syscall(_CREATE_RULESET, None, 0, 1)))


def confine(readable: Path, limits: Limits) -> str:
    """Allow this process to read one file and nothing else. Returns the protection of the kernel, such as
    `landlock 7`; empty if it has none."""
    version = landlock_version()
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None, use_errno=True)
        kernel.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        kernel.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if version:
            _landlock(
                kernel,
                version,
                [(str(readable), _READ_FILE), *((place, _READ_FILE | _READ_FOLDER) for place in _MACHINE)],
            )
    memory = (limits.memory_mb << 20) + _SPARE_MEMORY
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, int(limits.seconds * limits.threads) + 5),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    return f"landlock {version}" if version else ""


def _landlock(kernel: ctypes.CDLL, version: int, rules: Sequence[tuple[str, int]]) -> None:
    """Forbid everything that this version of Landlock can forbid, except the rules. OSError if the kernel
    refuses."""
    files = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    ruleset = _Ruleset(files, 3)
    size = ctypes.sizeof(ruleset) if version >= _NETWORK_SINCE else 8
    handle = _called(kernel, _CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    for path, allowed in rules:
        if os.path.exists(path):
            is_folder = os.path.isdir(path)
            rule = _PathRule(
                allowed if is_folder else allowed & _READ_FILE, os.open(path, os.O_PATH | os.O_CLOEXEC)
            )
            _called(kernel, _ADD_RULE, handle, 1, ctypes.byref(rule), 0)
            os.close(rule.parent)
    _called(kernel, _RESTRICT_SELF, handle, 0)
    os.close(handle)


def _called(kernel: ctypes.CDLL, number: int, *arguments: object) -> int:
    given: int = kernel.syscall(number, *arguments)
    if given < 0:
        raise OSError(ctypes.get_errno(), f"landlock: {os.strerror(ctypes.get_errno())}")
    return given
