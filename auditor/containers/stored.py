"""Files in an object store (`s3://`, `abfs://`, `hdfs://`), by way of fsspec: listed, and read as a stream.

A case file may come from anybody, so it alone makes the tool ask no store: the user names the stores that may
be read (`--stores`, `AUDITOR_STORES`). Keys and passwords are taken from where fsspec takes them, never from
a case.
"""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PosixPath
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from auditor.errors import UsageError

STORES = "AUDITOR_STORES"
"""Environment variable: first parts of URLs that may be read, with commas between."""
INSTALL = (
    "pip install 'emergency-call-auditor[object-stores]', and what fsspec needs for the store (s3fs, adlfs)"
)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://")
_MARKS = (
    "ETag",
    "etag",
    "content_md5",
    "md5Hash",
    "mtime",
    "LastModified",
    "last_modified",
    "modified",
    "created",
)
"""By what stores say that an object has changed."""


class StoredFile(PosixPath):
    """A file in a store. As a path it lies below the case's evidence, where no file is; it is opened by
    `stream` alone."""

    url: str
    size: int
    _system: Any
    _info: Mapping[str, Any]

    @classmethod
    def found(cls, root: Path, url: str, system: Any, info: Mapping[str, Any]) -> StoredFile:
        """The file at `url`, as the store lists it."""
        made = cls(root, url.replace("://", ":/"))
        made.url, made.size, made._system, made._info = url, int(info["size"] or 0), system, dict(info)
        return made

    @property
    def listing(self) -> str:
        """Size and ETag, by which a store says that the bytes are the same; "" where it gives no ETag."""
        etag = self._info.get("ETag") or self._info.get("etag")
        return f"{self.size} {etag}" if etag else ""

    def stream(self, block_size: int) -> BinaryIO:
        """Its bytes, from the start; the stream can be sought in. OSError where the store does not give
        them."""
        with _as_os_error():
            opened = self._system.open(self._info["name"], "rb", block_size=block_size)
        return io.BufferedReader(_Stream(opened), block_size)

    def is_as_listed(self) -> bool:
        """Whether the store says of it what it said when it was listed. OSError where it does not answer."""
        with _as_os_error():
            self._system.invalidate_cache()
            return self._marks(self._system.info(self._info["name"])) == self._marks(self._info)

    def _marks(self, info: Mapping[str, Any]) -> tuple[str, ...]:
        return (str(info["size"]), *(str(info.get(name)) for name in _MARKS))

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        """That of a regular file of its size."""
        return os.stat_result((stat.S_IFREG | 0o400, 0, 0, 1, 0, 0, self.size, 0, 0, 0))

    def lstat(self) -> os.stat_result:
        """No link leads to it."""
        return self.stat()

    def is_file(self, **given: Any) -> bool:
        """It was listed."""
        return True

    def resolve(self, strict: bool = False) -> Path:  # type: ignore[override]
        """No link leads to it."""
        return Path(os.path.abspath(self))


class _Stream(io.RawIOBase):
    """A file of fsspec, whose errors are those of the system."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _as_os_error():
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        with _as_os_error():
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            with _as_os_error():
                self._file.close()
        super().close()


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Each store has errors of its own. What they say may hold a key, so only their kind is handed on."""
    try:
        yield
    except Exception as error:
        raise OSError(errno.EIO, f"the store does not give it: {type(error).__name__}") from error


def is_url(path: str) -> bool:
    """Whether the path of a source is a URL."""
    return _URL.match(path) is not None


def fault_of(url: str) -> str:
    """What is wrong with the URL of a source; "" for nothing."""
    if "::" in url:
        return "one URL inside another is not read"
    if ":" in urlsplit(url).netloc.rpartition("@")[0]:
        return "a URL with a password is not read; leave it out, and set it up as fsspec expects it"
    return ""


def allowed_stores(text: str) -> tuple[str, ...]:
    """First parts of URLs, as `--stores` gives them. UsageError for one that is no URL: it would allow
    nothing, and nobody would notice."""
    stores = tuple(each.strip() for each in text.split(",") if each.strip())
    for store in stores:
        if not is_url(store):
            raise UsageError(
                f"--stores {store!r} is no URL of a store",
                hint="for example --stores s3://logs,abfs://more; a folder of this machine needs none",
            )
    return stores


def stored_files(root: Path, url: str) -> tuple[StoredFile, ...]:
    """The files that a URL names, sorted. A name that exists is taken literally; else it is a pattern.

    UsageError where the user has not allowed that store, fsspec is not installed, or the store does not
    answer.
    """
    allowed = allowed_stores(os.environ.get(STORES, ""))
    if not any(url.startswith(each if each.endswith("/") else f"{each}/") for each in allowed):
        store = "/".join(url.split("/")[:3])
        raise UsageError(
            f"{url} is in a store that you have not allowed", hint=f"if you trust this case: --stores {store}"
        )
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(f"{url} cannot be read: {error}", hint=INSTALL) from error
    try:
        system, path = fsspec.core.url_to_fs(url)
        system.invalidate_cache()
        names = [path] if system.isfile(path) else system.glob(path) if any(c in path for c in "*?[") else []
        infos = [(name, system.info(name)) for name in names]
    except ImportError as error:
        raise UsageError(f"{url} cannot be read: {error}", hint=INSTALL) from error
    except Exception as error:
        # Each store has errors of its own. What they say may hold a key.
        raise UsageError(
            f"the store of {url} does not answer: {type(error).__name__}",
            hint="try to list it with the tools of the store, with the same environment",
        ) from error
    found = [
        StoredFile.found(root, system.unstrip_protocol(name), system, {**info, "name": name})
        for name, info in infos
        if info.get("type") == "file"
    ]
    return tuple(sorted(found, key=lambda file: file.url))
