"""All errors of the tool: what is wrong, where (file, line, column), what to try, and the exit code of the
program."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass

OF_THE_DISK = frozenset({errno.EIO, errno.EFBIG, errno.ENOSPC, errno.EDQUOT})
"""What the system says where a disk is full or broken. Other errors of a file are about its place or mode."""

_OF_THE_MACHINE = frozenset({errno.EAGAIN, errno.ENOMEM})
_NO_THREAD = ("can't start new thread", "Resource temporarily unavailable")
"""What Python and the database say where the system gives no more threads."""


def is_of_the_machine(error: BaseException) -> bool:
    """Whether the machine gives no more threads, processes or memory. Errors of a file, with its name, are
    others."""
    if isinstance(error, OSError):
        return error.errno in _OF_THE_MACHINE and error.filename is None
    return isinstance(error, RuntimeError) and any(said in str(error) for said in _NO_THREAD)


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input: a path as the user wrote it, and the line and column if they are known (from
    1)."""

    path: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line is not None else ""
        column = f" (column {self.column})" if self.column else ""
        return f"{self.path}{line}{column}"


class AuditorError(Exception):
    """Any failure that the tool can explain. `str()` is one sentence. `where` and `hint` are printed under
    it."""

    exit_code = 70

    def __init__(self, message: str, *, where: Where | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint


class UsageError(AuditorError):
    """The command, the case file or a parameter is wrong."""

    exit_code = 2


class EvidenceError(AuditorError):
    """Nothing could be read: no file, no record, or a file that is not what the case says it is."""

    exit_code = 2


class IncompleteError(AuditorError):
    """The audit is incomplete: a rule failed, a file is damaged, or a stored case does not fit this run."""

    exit_code = 3


class ResourceError(AuditorError):
    """Out of disk, memory or time. Existing files are unchanged."""

    exit_code = 5


class LockedError(AuditorError):
    """Another process is working on the case."""

    exit_code = 6


class StoreError(AuditorError):
    """A SQL statement of the tool failed. The message begins with the name of the statement."""

    exit_code = 3


def not_toml(what: str, path: object, error: ValueError | RecursionError, text: str = "") -> UsageError:
    """The error of a file that is not TOML, with its line: the last one if the fault is seen at the end."""
    if isinstance(error, RecursionError):
        return UsageError(
            f"{what} cannot be read: its brackets are nested too deep",
            where=Where(str(path)),
            hint="no key has lists in lists; look for a bracket that is repeated",
        )
    line = re.search(r"line (\d+)", str(error))
    number = int(line[1]) if line else text.rstrip().count("\n") + 1 if text else None
    return UsageError(
        f"{what} is not TOML: {error}",
        where=Where(str(path), number),
        hint="look at that line and the one before: a text has a quote at both ends, a list both brackets",
    )


def unwritable(what: str, error: OSError, hint: str) -> AuditorError:
    """The error of something that could not be written: ResourceError where the disk is full or broken, else
    UsageError. `what` is a sentence without its reason."""
    kind = ResourceError if error.errno in OF_THE_DISK else UsageError
    return kind(f"{what}: {error.strerror or error}", hint=hint)
