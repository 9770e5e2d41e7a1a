"""The secret of the user's account: 32 bytes in a file outside every case.

With it the tool knows which state folders this account made. It is made when it is first needed.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from auditor.errors import UsageError, unwritable
from auditor.private import read_private

VARIABLE = "AUDITOR_SECRET"
"""Environment variable with the path of the secret's file."""
_SECRET = re.compile(rb"[0-9a-f]{64}\n")


def account_secret(case: Path) -> bytes:
    """The account's secret. UsageError where its file is a link, belongs to somebody else, is open to others,
    holds something else, lies in the case, or no place for it can be written; ResourceError where the disk is
    full."""
    given = os.environ.get(VARIABLE)
    problem = OSError("there is no home folder")
    place = ""
    for path in [Path(given)] if given else _places():
        if path.resolve().is_relative_to(case.resolve()):
            raise UsageError(
                f"the secret {path} would lie in the case",
                hint=f"set {VARIABLE} to a file outside every case",
            )
        try:
            return _read(path)
        except FileNotFoundError:
            pass
        except NotADirectoryError as error:
            problem, place = error, f" in {path}"
            continue
        try:
            return _make(path)
        except OSError as error:
            problem, place = error, f" in {path}"
    raise unwritable(
        f"the account's secret cannot be written{place}",
        problem,
        f"set {VARIABLE} to a file in a folder of your own, on a disk with free space",
    )


def _places() -> Iterator[Path]:
    """Where the secret may lie, the usual place first. The last one is for accounts without a home."""
    if data := os.environ.get("XDG_DATA_HOME"):
        yield Path(data) / "auditor" / "secret"
    homes = [os.environ.get("HOME", "")]
    with suppress(KeyError):
        homes.append(pwd.getpwuid(os.geteuid()).pw_dir)
    for home in dict.fromkeys(homes):
        # A home that is not there is not made.
        if home and Path(home).is_dir():
            yield Path(home) / ".local" / "share" / "auditor" / "secret"
    yield Path(tempfile.gettempdir()) / f"auditor-{os.geteuid()}" / "secret"


def _read(path: Path) -> bytes:
    try:
        found = path.parent.lstat()
        content = read_private(path)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise UsageError(f"the secret {path} is not usable: {error.strerror}", hint=_hint(path)) from error
    why = ""
    if path.parent.name.startswith("auditor") and found.st_uid != os.geteuid():
        why = f"its folder belongs to another user ({found.st_uid})"
    elif not _SECRET.fullmatch(content):
        why = "it is not 64 hex digits"
    if why:
        raise UsageError(f"the secret {path} is not usable: {why}", hint=_hint(path))
    return bytes.fromhex(content.decode("ascii"))


def _make(path: Path) -> bytes:
    """A new secret, whole or not at all: two runs may make it at once, and the first one's is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.parent.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
        raise UsageError(f"the folder {path.parent} is a link or of another user", hint=_hint(path))
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(made, path)
    finally:
        made.unlink()
    return _read(path)


def _hint(path: Path) -> str:
    return (
        f"move {path} away, or set {VARIABLE} to another file; the states of cases that it verified are then"
        " made again from the logs"
    )
