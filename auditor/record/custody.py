"""The custody log of a case: every load, run and export, and every use of numbers in clear text.

One JSON object a line, for the owner only. Each line has the hash of the line before it, and a seal that only
the account of the case's state can make. The head, in a file of its own, has the number and hash of the last
line, so that missing lines are found, too.
"""

from __future__ import annotations

import errno
import fcntl
import getpass
import hashlib
import json
import os
import re
import socket
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.errors import ResourceError, UsageError, unwritable
from auditor.private import read_private, refuse_second_name, write_private
from auditor.state import State, read_state
from auditor.text import without_numbers

CUSTODY_LOG, HEAD = "custody.jsonl", "custody.head"
_START = "0" * 64
"""The hash before the first line."""
_DATE = r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_LONGEST_LINE = 1 << 20
_HINT = (
    f"nothing was shown: every use of --reveal needs its line in {CUSTODY_LOG}, which must be a file that you"
    " may write to"
)


@dataclass(frozen=True, slots=True)
class Custody:
    """The lines of a custody log, oldest first, and what is wrong with them, as sentences."""

    lines: tuple[Mapping[str, Any], ...]
    problems: tuple[str, ...]


def record_entry(folder: Path, what: str, reason: str = "", rows: int | None = None, **facts: object) -> None:
    """Add a line to the case's custody log: who did `what`, when, why, and with how many rows. `facts` are
    hashes and counts.

    The line is synced when this returns. UsageError or ResourceError where it cannot be written.
    """
    state = read_state(folder)
    line: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "user": _user(),
        "host": socket.gethostname(),
        "what": _without_numbers(what),
        "reason": _without_numbers(reason),
        "rows": rows,
        "tool": __version__,
        **facts,
    }
    with _open_log(state) as log:
        _append(state, log, line)


def record_export(
    folder: Path,
    what: str,
    paths: Iterable[Path],
    rows: int | None = None,
    *,
    run: str | None = None,
    public_k: int | None = None,
    reason: str = "",
) -> None:
    """Add the line of an export of the audit `run`: the hash of each file that was written, of a folder those
    of its files. `public_k`: a public version, without counts of people below it."""
    held = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for path in paths
        for file in (sorted(path.iterdir()) if path.is_dir() else [path])
        if file.is_file()
    }
    facts = {"written": held, "of": run, "public_k": public_k}
    record_entry(folder, f"export: {what}", reason, rows, **facts)


def check_public(folder: Path, run: str, public_k: int) -> None:
    """UsageError where another public version of the case was written: of another audit, or with another
    limit. Two of them could be subtracted from one another, which gives counts below the limit. The same
    where the log is not whole: the line of another version may be what is missing."""
    custody = read_custody(folder)
    if custody.problems:
        raise UsageError(
            f"the custody log does not say whether another public version was written: {custody.problems[0]}",
            hint="if none was published, or this one takes its place knowingly, say so with --reason",
        )
    for line in custody.lines:
        if line.get("public_k") is not None and (line.get("of"), line["public_k"]) != (run, public_k):
            raise UsageError(
                f"a public version with other figures was written at {line.get('at')} (--public"
                f" {line['public_k']}, audit {str(line.get('of'))[:16]}): the difference of the two may show"
                " small counts of people",
                hint="if that version was not published, or this one takes its place knowingly, say so with"
                " --reason; it goes into the custody log",
            )


def is_written(page: Path, run: str, folder: Path) -> bool:
    """Whether a report is as the tool wrote it of the audit `run`: a line of the log has its hash."""
    if not page.is_file() or page.is_symlink():
        return False
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    custody = read_custody(folder)
    return not custody.problems and any(
        line.get("of") == run and dict(line.get("written") or {}).get(page.name) == digest
        for line in custody.lines
    )


def last_run(folder: Path) -> str:
    """Id of the case's last audit by its custody log; empty where the log names none."""
    runs = [str(line.get("run") or "") for line in read_custody(folder).lines if line.get("what") == "run"]
    return runs[-1] if runs else ""


def begin_custody(state: State, case: Path) -> None:
    """The first line of a state: with the hashes of the custody logs that older states of the case left.

    A process that ended between making the state and this line leaves it to the next one."""
    log = state.folder / CUSTODY_LOG
    if not log.exists() or (log.is_file() and not log.stat().st_size):
        record_entry(case, "state made", former=dict(state.former))


def record_disclosure(folder: Path, what: str, reason: str, rows: int | None) -> None:
    """Add the line of who takes out numbers in clear text. `rows` is null where the number of rows is not
    known yet.

    Called before the first number is shown. UsageError or ResourceError when the line cannot be written: no
    number may be shown then.
    """
    record_entry(folder, what, reason, rows, is_revealed=True)


def read_custody(folder: Path) -> Custody:
    """The custody log of a case, verified line by line."""
    state = read_state(folder)
    try:
        content = read_private(state.folder / CUSTODY_LOG)
    except OSError as error:
        return Custody(
            (), (f"the custody log {state.folder / CUSTODY_LOG} cannot be read: {error.strerror}",)
        )
    lines: list[Mapping[str, Any]] = []
    problems = []
    before, number = _START, 0
    for place, raw in enumerate(content.splitlines(), 1):
        line = _parsed(raw)
        if line is None:
            problems.append(f"line {place} is not whole")
            before = _hash(raw)
            continue
        number += 1
        lines.append(line)
        if line.get("n") != number or line.get("before") != before:
            problems.append(f"line {place} does not follow the line before it: lines are missing or changed")
            number = line["n"] if isinstance(line.get("n"), int) else number
        if line.get("seal") != _seal(state, line):
            problems.append(f"line {place} was changed, or was not written by this account")
        before = _hash(raw)
    head = _head(state)
    if head is None:
        problems.append(f"{HEAD} is missing or was changed")
    elif head[0] > number or (head[0] == number and head[1] != before):
        problems.append(
            f"the last lines are missing or changed: {head[0]:,} were written, {number:,} are there"
        )
    return Custody(tuple(lines), tuple(problems))


def _append(state: State, log: int, facts: Mapping[str, object]) -> None:
    number, before = _last(state, log)
    line: dict[str, object] = {"n": number + 1, "before": before, **facts}
    raw = json.dumps(line | {"seal": _seal(state, line)}, ensure_ascii=True).encode()
    try:
        size = os.fstat(log).st_size
        start = b"\n" if size and os.pread(log, 1, size - 1) != b"\n" else b""
        content = start + raw + b"\n"
        if os.write(log, content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(log)
        head = {"n": number + 1, "sha256": _hash(raw)}
        write_private(
            state.folder / HEAD, json.dumps(head | {"seal": state.seal(json.dumps(head))}).encode() + b"\n"
        )
    except OSError as error:
        raise ResourceError(
            f"the custody log {state.folder / CUSTODY_LOG} cannot be written: {error.strerror}", hint=_HINT
        ) from error


@contextmanager
def _open_log(state: State) -> Iterator[int]:
    """The log, open for appending, for this process alone."""
    path = state.folder / CUSTODY_LOG
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        log = os.open(path, flags, 0o600)
    except OSError as error:
        raise unwritable(f"the custody log {path} cannot be opened", error, _HINT) from error
    try:
        found = os.fstat(log)
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(f"the custody log {path} is not a regular file", hint=_HINT)
        refuse_second_name(path)
        if stat.S_IMODE(found.st_mode) & 0o077:
            os.fchmod(log, 0o600)
        with suppress(OSError):  # a file system without locks
            fcntl.flock(log, fcntl.LOCK_EX)
        yield log
    finally:
        os.close(log)


def _last(state: State, log: int) -> tuple[int, str]:
    """Number and hash of the last line. Where the head knows of more lines than there are, those of the head:
    the gap then shows."""
    size = os.fstat(log).st_size
    tail = os.pread(log, _LONGEST_LINE, max(0, size - _LONGEST_LINE)).splitlines()
    found = (0, _START)
    for raw in reversed(tail):
        line = _parsed(raw)
        if line is not None and isinstance(line.get("n"), int):
            found = (line["n"], _hash(tail[-1]))
            break
    head = _head(state)
    return head if head and head[0] >= found[0] else found


def _head(state: State) -> tuple[int, str] | None:
    try:
        head = json.loads(read_private(state.folder / HEAD))
        seal = head.pop("seal")
        return (int(head["n"]), str(head["sha256"])) if seal == state.seal(json.dumps(head)) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _seal(state: State, line: Mapping[str, object]) -> str:
    content = {name: value for name, value in line.items() if name != "seal"}
    return state.seal("custody " + json.dumps(content, sort_keys=True, ensure_ascii=True))


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _without_numbers(text: str) -> str:
    """A query or a reason as the log keeps it: numbers in it are masked, also in pieces between quotes; dates
    are not."""
    return without_numbers(_LITERAL.sub(lambda found: _hidden(found[0]), text))


def _hidden(literal: str) -> str:
    """A quoted text of a query without its digits, where these could be a piece of a number."""
    without = re.sub(_DATE, "", literal)
    return "'•••••'" if sum(c.isdigit() for c in without) > 3 else literal


def _user() -> str:
    """Who runs this, by name; by user id where the machine has no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return f"user {os.geteuid()}"
