"""The file of a bundle: a zip whose members are stored as they are, sorted, under one folder.

Nothing is compressed. So the bytes do not depend on a compressor's version, and a member is never larger
than the file that it is in: no small file becomes a large one. A bundle may be compressed as a whole, by
other tools.

A bundle from elsewhere is hostile. All members are checked before one is read: names that lead out of the
folder or that a system could take for another name, names that occur twice, links, devices, folders,
compressed and encrypted members, sizes that do not fit in the file, bytes that belong to no member.
"""

from __future__ import annotations

import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from auditor.bundle.canonical import sha256_of
from auditor.errors import EvidenceError, UsageError
from auditor.private import refuse_irregular

Content = bytes | Path
"""Of a member: its bytes, or the file that holds them."""
_MAX_MEMBERS = 200_000
_MAX_DOCUMENT = 64 << 20
"""The most bytes of a member that is read into memory. Logs are copied, never read whole."""
_HEADER_BYTES, _END_BYTES = 30 + 46, 22
"""Of a member: its header and its entry in the list, without its name; of a zip: its end."""
_LARGE_BYTES = 128
"""The most that a member of a zip of 4 GB or more, or of 65,536 members or more, takes beside that."""
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_BROKEN = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, struct.error, zlib.error)
"""What a zip that is none, or a damaged one, makes the reader raise."""
_HINT = "do not use it; ask its sender for another"


def fault_of(name: str) -> str:
    """Why a member cannot have this name; empty where it can. Names are relative, with `/` between parts."""
    parts = name.split("/")
    if not name or name.startswith("/") or "" in parts:
        return "it is empty, starts or ends with a slash, or has two in a row"
    if ".." in parts or "." in parts:
        return "it leads out of its folder"
    if _FORBIDDEN.search(name):
        return "it has a control character, a backslash, or bytes that are no UTF-8"
    if any(len(part.encode()) > 255 for part in parts):
        return "a part of it is longer than 255 bytes"
    return ""


def write(target: IO[bytes], folder: str, members: Mapping[str, Content]) -> None:
    """Write the members, by name, under `folder`. The same members give the same bytes.

    UsageError for a name that a bundle cannot have: rename the file.
    """
    _refuse_names(members)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(members):
            content = members[name]
            info = zipfile.ZipInfo(f"{folder}/{name}", _TIME)
            info.create_system, info.external_attr = 3, _MODE
            if isinstance(content, bytes):
                file.writestr(info, content)
                continue
            info.file_size = content.stat().st_size
            with content.open("rb") as source, file.open(info, "w") as inside:
                shutil.copyfileobj(source, inside, 1 << 20)


def _refuse_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if fault := fault_of(name) or ("another differs only by case" if _folded(name) in seen else ""):
            raise UsageError(
                f"a bundle cannot hold {name!r}: {fault}", hint="rename the file, then run again"
            )
        seen.add(_folded(name))


def _folded(name: str) -> str:
    """Equal for names that a file system may take for one."""
    return unicodedata.normalize("NFC", name).casefold()


@dataclass(frozen=True, slots=True)
class Container:
    """An opened bundle. Names are below its folder."""

    _file: zipfile.ZipFile
    _members: Mapping[str, zipfile.ZipInfo]

    @property
    def names(self) -> tuple[str, ...]:
        """Every member, sorted."""
        return tuple(self._members)

    def size(self, name: str) -> int:
        """Bytes of a member."""
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """The bytes of a document. EvidenceError where it is missing, damaged or too large for one."""
        if name not in self._members:
            raise EvidenceError(f"the bundle has no {name}", hint=_HINT)
        if self.size(name) > _MAX_DOCUMENT:
            raise EvidenceError(f"{name} is larger than {_MAX_DOCUMENT >> 20} MB", hint=_HINT)
        with self._open(name) as stream:
            return stream.read()

    def sha256(self, name: str) -> str:
        """Hex digits of a member's hash."""
        with self._open(name) as stream:
            return sha256_of(stream)

    def copy(self, name: str, target: Path) -> None:
        """Write a member to a new file. The folder must be one that only this process fills."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._open(name) as stream, target.open("xb") as file:
            shutil.copyfileobj(stream, file, 1 << 20)

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._file.open(self._members[name]) as stream:
                yield stream
        except _BROKEN as error:
            raise EvidenceError(f"member {name} of the bundle is damaged: {error}", hint=_HINT) from error


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """Open a bundle, after a check of all members. EvidenceError says why it is none."""
    refuse_irregular(path)
    try:
        file = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise EvidenceError(f"{path} is not a bundle: {error}", hint=_HINT) from error
    with file:
        yield Container(file, _checked(path, file))


def _checked(path: Path, file: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = file.infolist()
    if not infos or len(infos) > _MAX_MEMBERS:
        raise _refused(path, f"it has {len(infos)} members")
    members: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    folder = infos[0].filename.partition("/")[0]
    for info in sorted(infos, key=lambda info: info.filename):
        if fault := _fault(info, folder):
            raise _refused(path, f"member {info.orig_filename!r}: {fault}")
        if _folded(info.filename) in seen:
            raise _refused(path, f"two members are called {info.filename!r}")
        seen.add(_folded(info.filename))
        members[info.filename.removeprefix(f"{folder}/")] = info
    size, wanted = path.stat().st_size, sum(map(_bytes_of, infos)) + _END_BYTES
    is_large = size >= 1 << 32 or len(infos) >= 1 << 16
    if size < wanted:
        raise _refused(path, "its members are larger than the file: some lie over each other")
    if size > wanted + (_LARGE_BYTES * (len(infos) + 1) if is_large else 0):
        raise _refused(path, "it has bytes that belong to no member")
    return members


def _bytes_of(info: zipfile.ZipInfo) -> int:
    """What a member takes in a zip: its bytes, its header, and its entry in the list at the end."""
    return info.file_size + _HEADER_BYTES + 2 * len(info.filename.encode())


def _fault(info: zipfile.ZipInfo, folder: str) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "it is a link"
    if info.filename.endswith("/") or kind not in (0, stat.S_IFREG):
        return "it is not a regular file"
    if info.filename != info.orig_filename:
        return "its name holds a NUL"
    if fault := fault_of(info.filename):
        return f"its name is refused: {fault}"
    if info.header_offset < 0:
        return "it begins before the file"
    if not info.filename.startswith(f"{folder}/"):
        return f"it is outside the folder {folder!r}"
    if info.flag_bits & 0x1:
        return "it is encrypted"
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        return "it is compressed, and a bundle holds its files as they are"
    return ""


def _refused(path: Path, why: str) -> EvidenceError:
    return EvidenceError(f"{path} is refused: {why}", hint=_HINT)
