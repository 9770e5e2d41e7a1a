"""The tool's own state of a case: where it lies, where the evidence lies, and whether the state is believed.

All that the tool writes and believes is in one folder, `CASE/.auditor`, or where `--state` or the environment
says. A case folder may come from anybody. So the state is believed only if its marker verifies under a secret
of the user's account, which lies outside every case. What does not verify is put aside, never read, and all
is made again from the logs.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor.errors import IncompleteError, UsageError, unwritable
from auditor.private import FOLDER, read_private, write_private
from auditor.secret import account_secret

STATE, EVIDENCE = "AUDITOR_STATE", "AUDITOR_EVIDENCE"
"""Environment variables: the folder of the state, and the folder to which sources' paths are relative."""
MARKER = "state.json"
_ASIDE = "unverified-"
_OLDER = ("case.duckdb", "case.snapshot.duckdb", "case.key", "runs", "kept", "case.history", "custody.jsonl")
"""What older versions kept in the case folder itself."""
_CUSTODY = "custody.jsonl"

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class State:
    """A state folder that is believed. `former` are the names and hashes of the custody logs that were there
    before it."""

    folder: Path
    key: bytes = field(repr=False)
    former: tuple[tuple[str, str], ...] = ()

    def seal(self, text: str) -> str:
        """A code over `text` that only this account can make, for this state alone (64 hex digits)."""
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()


def state_path(case: Path) -> Path:
    """Where the state of a case lies, whether it is there or not."""
    return Path(os.environ[STATE]) if os.environ.get(STATE) else case / FOLDER


def evidence_path(case: Path) -> Path:
    """The folder to which the paths of a case's sources are relative."""
    return Path(os.environ[EVIDENCE]) if os.environ.get(EVIDENCE) else case


def read_state(case: Path) -> State:
    """The state of an audited case. IncompleteError where there is none, or this account did not make it;
    UsageError where others may use it."""
    folder = state_path(case)
    if not os.path.lexists(folder):
        raise IncompleteError(
            f"no audit has been run here: {folder} is missing", hint="run `auditor run` on the case first"
        )
    found = _believed(case, folder)
    if found is None:
        raise IncompleteError(
            f"{folder} was not made by this account, so it is not read",
            hint=f"run `auditor run {case}`: it reads all logs again, and puts that state aside",
        )
    return found


def make_state(case: Path, say: Say = lambda _: None) -> State:
    """The state of a case that is to be written; made if there is none.

    A state that does not verify is put aside in the folder, and `say` gets a line about it. UsageError where
    the folder is a link, belongs to somebody else, is open to others, or cannot be written; ResourceError
    where its disk is full.
    """
    folder = state_path(case)
    secret = account_secret(case)  # before anything is made
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700, parents=folder != case / FOLDER)
        with _locked(folder):
            if found := _believed(case, folder):
                _name_aside(folder, say)
            return found or _made(case, folder, secret, say)
    except OSError as error:
        raise unwritable(
            f"the tool's own folder {folder} cannot be written",
            error,
            "free space on its disk, or name a folder on another disk with --state",
        ) from error


def _believed(case: Path, folder: Path) -> State | None:
    """The state in `folder`, if its marker verifies. UsageError where it is not a folder for this user
    alone."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise _refused(folder, "a link" if stat.S_ISLNK(found.st_mode) else "not a folder")
    marker = _read_marker(case, folder)
    # A mount may show another owner than the process that made the folder: the marker then says so.
    if found.st_uid != os.geteuid() and (marker is None or marker["owner"] != found.st_uid):
        raise _refused(folder, f"a folder of another user ({found.st_uid})")
    if stat.S_IMODE(found.st_mode) & 0o077:
        mode = f"open to others (mode {stat.S_IMODE(found.st_mode):o})"
        raise _refused(folder, mode, "if its content is yours: chmod 700; else ")
    if marker is None:
        return None
    if marker["case"] and marker["case"] != str(case.resolve()):
        raise UsageError(
            f"{folder} holds the state of another case: {marker['case']}",
            hint="name a folder of its own for each case with --state",
        )
    former = tuple((str(name), str(digest)) for name, digest in marker["former"])
    return State(folder, _state_key(account_secret(case), str(marker["id"])), former)


def _read_marker(case: Path, folder: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(read_private(folder / MARKER))
        mac = content.pop("mac")
        is_own = hmac.compare_digest(mac, _mac(account_secret(case), content))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    is_whole = is_own and {"id", "owner", "case"} <= content.keys()
    return {"former": [], **content} if is_whole else None


def _made(case: Path, folder: Path, secret: bytes, say: Say) -> State:
    """A new state in `folder`. What was in it is put aside; what older versions left is named."""
    former = [*_put_aside(folder, say), *_older(case, say)]
    content: dict[str, Any] = {
        "version": 1,
        "id": secrets.token_hex(16),
        "owner": folder.lstat().st_uid,
        "case": "" if folder == case / FOLDER else str(case.resolve()),
        "former": former,
    }
    write_private(folder / MARKER, json.dumps(content | {"mac": _mac(secret, content)}).encode())
    return State(folder, _state_key(secret, str(content["id"])), tuple(former))


def _put_aside(folder: Path, say: Say) -> Iterator[tuple[str, str]]:
    left = [path for path in folder.iterdir() if not path.name.startswith(_ASIDE)]
    if not left:
        return
    # Letters only: a name with the digits of a number would be masked where it is said.
    aside = folder / (_ASIDE + "".join(secrets.choice(string.ascii_lowercase) for _ in range(8)))
    aside.mkdir(mode=0o700)
    for path in left:
        path.rename(aside / path.name)
    say(
        f"note: the state in {folder} was not made by this account. It is not read; it is in {aside.name}"
        " now, and all logs are read again. It may hold numbers in clear: delete it when nobody needs it"
    )
    if digest := _hash_of(aside / _CUSTODY):
        yield f"{aside.name}/{_CUSTODY}", digest


def _name_aside(folder: Path, say: Say) -> None:
    """A line about what earlier runs put aside. The tool deletes none of it: it may be all that somebody
    has."""
    if left := sorted(path.name for path in folder.glob(f"{_ASIDE}*")):
        say(
            f"note: {', '.join(left)} in {folder} may hold numbers in clear. It was put aside and is never"
            " read: delete it when nobody needs it"
        )


def _older(case: Path, say: Say) -> Iterator[tuple[str, str]]:
    found = [name for name in _OLDER if os.path.lexists(case / name) and _is_of_the_tool(case / name)]
    if found:
        say(
            f"note: {', '.join(found)} in {case} may be of an older version. They stay there and are not"
            " read; all logs are read again"
        )
    if digest := _hash_of(case / _CUSTODY):
        yield _CUSTODY, digest


def _is_of_the_tool(path: Path) -> bool:
    """Whether a name in the case folder is worth a word: a folder of somebody's logs may be called `runs`."""
    if path.name not in ("runs", "kept"):
        return True
    return path.name == "runs" and path.is_dir() and any(path.glob("[0-9a-f]" * 16 + ".json"))


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(read_private(path, is_own=False)).hexdigest()
    except OSError:
        return ""


def _mac(secret: bytes, content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True)
    return hmac.new(secret, f"marker {text}".encode(), hashlib.sha256).hexdigest()


def _state_key(secret: bytes, name: str) -> bytes:
    return hmac.new(secret, f"state {name}".encode(), hashlib.sha256).digest()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone in the folder while its marker is made: two runs may begin at once."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _refused(folder: Path, what: str, first: str = "") -> UsageError:
    return UsageError(
        f"{folder} is {what}, and the tool needs it for its own files",
        hint=f"{first}check its content and move it away, or name another folder with --state",
    )
