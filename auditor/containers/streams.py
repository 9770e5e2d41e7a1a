"""Compressed streams: gzip, zstd, bzip2 and xz decoded block by block, with every check that shows damage.

Each format may hold several streams one after the other. Bytes after the last one are never ignored: other
bytes and zero padding are refused, because a reader that stops early loses records silently.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol, cast

import zstandard
from isal import igzip_lib

from auditor.containers.damage import Damage

MAX_RATIO = 200
MAX_OUTPUT_BYTES = 64 << 20
"""A stream is a bomb if it exceeds both limits: more than 200 bytes for each stored byte, and more than 64 MB
in all."""
_MEMORY_BYTES = 256 << 20
_FEED_BYTES = 1 << 16
_ZSTD_FEED_BYTES = 1 << 12
"""zstd's decoder cannot stop in the middle of its input, and four bytes may become 128 kB. So it gets small
pieces."""
_MAGIC_BYTES = 6
_SKIPPABLE = b"\x2a\x4d\x18"


class Decoder(Protocol):
    """One stream of a format, as the standard library's bz2 and lzma decoders are."""

    @property
    def eof(self) -> bool:
        """Whether the end mark was read and the checks were correct."""

    @property
    def needs_input(self) -> bool:
        """Whether more output needs more input."""

    @property
    def unused_data(self) -> bytes:
        """The bytes after the end mark in the last input."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Decoded bytes, at most `max_length` if the format allows a limit."""


@dataclass(frozen=True, slots=True)
class Codec:
    """A compression: its name, the bytes it starts with and a decoder for one stream of it."""

    name: str
    magic: bytes
    decoder: Callable[[], Decoder]
    feed_bytes: int = _FEED_BYTES


class _ZstdFrame:
    """One zstd frame with the interface of the other decoders."""

    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        return self._inner.decompress(data) if data else b""


class _SkippableFrame:
    """A zstd frame that holds no data: four bytes of magic, four of length, then that many bytes to skip."""

    def __init__(self) -> None:
        self._seen = b""
        self._left: int | None = None
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        if self._left is None:
            self._seen += data
            if len(self._seen) < 8:
                return b""
            self._left, data = int.from_bytes(self._seen[4:8], "little"), self._seen[8:]
        if len(data) >= self._left:
            self.eof, self.unused_data = True, data[self._left :]
        self._left -= len(data)
        return b""


def _gzip() -> Decoder:
    decoder: Decoder = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return decoder


def _xz() -> Decoder:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY_BYTES)


CODECS = (
    Codec("gzip", b"\x1f\x8b", _gzip),
    Codec("zstd", b"\x28\xb5\x2f\xfd", _ZstdFrame, _ZSTD_FEED_BYTES),
    Codec("bzip2", b"BZh", bz2.BZ2Decompressor),
    Codec("xz", b"\xfd7zXZ\x00", _xz),
)
_IGZIP_ERROR = cast(type[Exception], igzip_lib.IsalError)
"""Its stub declares an instance."""
_ERRORS = (_IGZIP_ERROR, zstandard.ZstdError, lzma.LZMAError, OSError, ValueError, EOFError, MemoryError)


def codec_of(head: bytes) -> Codec | None:
    """The compression that `head`, the first bytes of a file, starts with; None for anything else."""
    for codec in CODECS:
        if head.startswith(codec.magic):
            return codec
    return CODECS[1] if _is_skippable(head) else None


def decode(codec: Codec, raw: Iterator[bytes], size: int, *, path: str = "") -> Iterator[bytes]:
    """The decoded bytes of all streams in `raw`, in blocks of about `size`. Damage: a stream is cut, changed
    or a bomb, or other bytes follow it."""
    source = _Source(raw, codec.feed_bytes)
    written = 0
    data = source.top_up(b"")
    while data:
        decoder = _next_stream(codec, data, source, path)
        while not decoder.eof:
            if decoder.needs_input and not data:
                data = source.take()
                if not data:
                    raise Damage(
                        "truncated",
                        f"the {codec.name} stream ends before its end mark",
                        path=path,
                        offset=source.position,
                    )
            try:
                block = decoder.decompress(data, size)
            except _ERRORS as error:
                raise Damage(
                    "bit_error",
                    f"the {codec.name} stream is damaged: {error}",
                    path=path,
                    offset=source.position,
                ) from error
            data = b""
            written += len(block)
            if written > MAX_OUTPUT_BYTES and written > MAX_RATIO * source.position:
                raise Damage(
                    "bomb",
                    f"the {codec.name} stream is larger than {MAX_RATIO} times its compressed size",
                    path=path,
                    offset=source.position,
                )
            if block:
                yield block
        data = source.top_up(decoder.unused_data)


class _Source:
    """The stored bytes in pieces of at most `feed` bytes, counting how many were taken."""

    def __init__(self, raw: Iterator[bytes], feed: int) -> None:
        self._raw, self._feed = raw, feed
        self._block, self._at = b"", 0
        self.position = 0

    def take(self) -> bytes:
        while self._at >= len(self._block):
            block = next(self._raw, None)
            if block is None:
                return b""
            self._block, self._at = block, 0
        piece = self._block[self._at : self._at + self._feed]
        self._at += len(piece)
        self.position += len(piece)
        return piece

    def top_up(self, data: bytes) -> bytes:
        """`data` extended until its first bytes can be recognised; shorter only at the end of the file."""
        while len(data) < _MAGIC_BYTES and (piece := self.take()):
            data += piece
        return data


def _next_stream(codec: Codec, data: bytes, source: _Source, path: str) -> Decoder:
    """A decoder for the stream that starts with `data`. Damage if no stream of `codec` starts there."""
    if data.startswith(codec.magic):
        return codec.decoder()
    if codec.name == "zstd" and _is_skippable(data):
        return _SkippableFrame()
    offset, name = source.position - len(data), codec.name
    if not data.strip(b"\0"):
        raise Damage(
            "zero_padding",
            f"zero bytes follow the {name} stream",
            path=path,
            offset=offset,
            hint="it was padded or cut",
        )
    raise Damage("trailing_garbage", f"bytes that are not {name} follow the stream", path=path, offset=offset)


def _is_skippable(head: bytes) -> bool:
    return head[1:4] == _SKIPPABLE and 0x50 <= head[0] <= 0x5F
