"""Containers: what is whole comes out byte for byte, and what is not whole never passes."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import random
import socket
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from auditor.containers import archives
from auditor.containers.member import Damage, members, raw_blocks

TEXT = b"".join(b"%d,abc,%d\n" % (i, i * 7919 % 1000) for i in range(400))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


SKIPPABLE = b"\x5a\x2a\x4d\x18\x03\x00\x00\x00abc"
STREAMS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda d: gzip.compress(d, mtime=0),
    "zstd": zstd,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
each_codec = pytest.mark.parametrize("codec", STREAMS)


def put(folder: Path, data: bytes, name: str = "log.csv") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def contents(path: Path, size: int = 1000) -> list[tuple[str | None, bytes]]:
    return [(m.inner, b"".join(m.blocks(size))) for m in members(path)]


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(*entries: tuple[tarfile.TarInfo | str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for info, data in entries:
            info = tarfile.TarInfo(info) if isinstance(info, str) else info
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def refused(path: Path) -> str:
    """The reason why nothing of the file may be used."""
    with pytest.raises(Damage) as caught:
        contents(path)
    assert caught.value.exit_code == 3
    return caught.value.reason


# --- what is whole ---


def test_a_plain_file_is_one_member_of_its_own_bytes(tmp_path: Path) -> None:
    (member,) = members(put(tmp_path, TEXT))
    assert (member.inner, member.size, member.codec, member.is_plain) == (None, len(TEXT), "", True)
    assert (member.head(10), b"".join(member.blocks(7))) == (TEXT[:10], TEXT)


@each_codec
def test_a_compressed_stream_is_told_by_its_bytes_and_decoded(tmp_path: Path, codec: str) -> None:
    (member,) = members(put(tmp_path, STREAMS[codec](TEXT), "log.txt"))
    assert (member.codec, member.is_plain, member.head(5000)) == (codec, False, TEXT)


@each_codec
@pytest.mark.parametrize("size", [1, 13, 1 << 16])
def test_every_block_but_the_last_is_as_long_as_asked(tmp_path: Path, codec: str, size: int) -> None:
    (member,) = members(put(tmp_path, STREAMS[codec](TEXT)))
    blocks = list(member.blocks(size))
    assert {len(block) for block in blocks[:-1]} <= {size}
    assert 0 < len(blocks[-1]) <= size
    assert b"".join(blocks) == TEXT


@pytest.mark.holds("fault.40")
@each_codec
def test_streams_one_after_another_are_one_text(tmp_path: Path, codec: str) -> None:
    pack = STREAMS[codec]
    assert contents(put(tmp_path, pack(TEXT[:50]) + pack(b"") + pack(TEXT[50:]))) == [(None, TEXT)]


def test_a_zstd_frame_that_holds_no_data_is_passed_over_wherever_it_stands(tmp_path: Path) -> None:
    assert contents(
        put(tmp_path, SKIPPABLE + zstd(TEXT[:9]) + SKIPPABLE + SKIPPABLE + zstd(TEXT[9:]) + SKIPPABLE)
    ) == [(None, TEXT)]


@each_codec
def test_the_stored_bytes_are_handed_on_in_the_same_pass(tmp_path: Path, codec: str) -> None:
    data = STREAMS[codec](TEXT)
    stored: list[bytes] = []
    (member,) = members(put(tmp_path, data))
    assert b"".join(member.blocks(100, stored.append)) == TEXT
    assert b"".join(stored) == data


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_members_of_a_zip_are_streamed(tmp_path: Path, method: int) -> None:
    path = put(
        tmp_path,
        zipped({"a.csv": TEXT, "d/": b"", "d/b.csv": b"x\n", "c.csv.gz": gzip.compress(TEXT)}, method),
    )
    found = list(members(path))
    assert [(m.name, m.size, m.codec) for m in found] == [
        (f"{path}!/a.csv", len(TEXT), ""),
        (f"{path}!/d/b.csv", 2, ""),
        (f"{path}!/c.csv.gz", len(gzip.compress(TEXT)), "gzip"),
    ]
    assert [b"".join(m.blocks()) for m in reversed(found)] == [TEXT, b"x\n", TEXT]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_members_of_a_tar_are_streamed_whatever_it_is_wrapped_in(tmp_path: Path, mode: str) -> None:
    folder = tarfile.TarInfo("d")
    folder.type = tarfile.DIRTYPE
    path = put(
        tmp_path,
        tarred(
            ("a.csv", TEXT), (folder, b""), ("d/" + "long" * 60, b"x\n"), ("e.csv.zst", zstd(TEXT)), mode=mode
        ),
    )
    found = list(members(path))
    assert [(m.inner or "")[:9] for m in found] == ["a.csv", "d/longlon", "e.csv.zst"]
    assert [b"".join(m.blocks(100)) for m in found] == [TEXT, b"x\n", TEXT]
    assert found[0].head(20) == TEXT[:20]


def test_two_members_of_a_tar_may_be_read_by_turns(tmp_path: Path) -> None:
    one, two = members(put(tmp_path, tarred(("a", TEXT), ("b", TEXT[::-1]), mode="w:gz")))
    turns = list(zip(one.blocks(100), two.blocks(100), strict=True))
    assert b"".join(a for a, _ in turns) == TEXT
    assert b"".join(b for _, b in turns) == TEXT[::-1]


def test_a_compressed_tar_is_not_read_again_for_each_member(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[object] = []
    path = put(tmp_path, tarred(*((f"{i}.csv", TEXT) for i in range(30)), mode="w:gz"))
    opened = os.open

    def counted(*given: Any, **named: Any) -> int:
        passes.append(given)
        return opened(*given, **named)

    monkeypatch.setattr(os, "open", counted)
    for member in members(path):
        assert member.head(100) + b"" == TEXT[:100]
        assert b"".join(member.blocks()) == TEXT
    assert len(passes) < 8


def test_an_empty_archive_has_no_member(tmp_path: Path) -> None:
    assert contents(put(tmp_path, zipped({}))) == []


def test_a_workbook_is_a_file_and_no_archive(tmp_path: Path) -> None:
    book = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert contents(put(tmp_path, book)) == [(None, book)]
    assert contents(put(tmp_path, zipped({"a.xlsx": book}))) == [("a.xlsx", book)]


# --- what is not whole ---


@pytest.mark.holds("fault.40")
@each_codec
def test_a_stream_cut_anywhere_is_found(tmp_path: Path, codec: str) -> None:
    data = STREAMS[codec](TEXT[:600])
    for size in range(6, len(data)):
        assert refused(put(tmp_path, data[:size])) == "truncated"


@each_codec
def test_one_changed_bit_anywhere_is_found(tmp_path: Path, codec: str) -> None:
    data = STREAMS[codec](TEXT)
    magic = 16 if codec == "gzip" else 48 if codec == "xz" else 32
    for bit in random.Random(codec).sample(range(magic, len(data) * 8), 250):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            # A date or an operating system in the header is no content: then all of it must still be there.
            assert contents(put(tmp_path, bytes(changed))) == [(None, TEXT)]
        except Damage:
            continue


@pytest.mark.holds("fault.40")
def test_a_changed_checksum_or_length_of_a_gzip_is_found(tmp_path: Path) -> None:
    for place in (-8, -1):
        data = bytearray(gzip.compress(TEXT))
        data[place] ^= 1
        assert refused(put(tmp_path, bytes(data))) == "bit_error"


@pytest.mark.holds("fault.40")
@each_codec
@pytest.mark.parametrize(
    ("tail", "reason"),
    [(b"\0" * 512, "zero_padding"), (b"\0", "zero_padding"), (b"a,b\n", "trailing_garbage")],
)
def test_what_follows_a_stream_is_never_passed_over(
    tmp_path: Path, codec: str, tail: bytes, reason: str
) -> None:
    data = STREAMS[codec](TEXT)
    path = put(tmp_path, data + tail)
    with pytest.raises(Damage) as caught:
        contents(path)
    assert (caught.value.reason, caught.value.offset) == (reason, len(data))


@pytest.mark.holds("fault.42")
@each_codec
def test_a_bomb_stops_early(tmp_path: Path, codec: str) -> None:
    path = put(tmp_path, STREAMS[codec](bytes(80 << 20)))
    taken = 0

    def read() -> None:
        nonlocal taken
        for member in members(path):
            for block in member.blocks(1 << 20):
                taken += len(block)

    with pytest.raises(Damage) as caught:
        read()
    assert caught.value.reason == "bomb"
    assert taken <= 66 << 20


@pytest.mark.holds("fault.42")
def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert refused(put(tmp_path, zipped({"a": bytes(80 << 20)}))) == "bomb"


@pytest.mark.holds("fault.42")
def test_archives_in_archives_are_not_opened(tmp_path: Path) -> None:
    for data in (
        zipped({"inner.csv": zipped({"a": b"x"})}),
        zipped({"inner.csv": tarred(("a", b"x"))}),
        zipped({"inner.csv": gzip.compress(gzip.compress(TEXT))}),
        zipped({"inner.csv": tarred(("a", b"x"), mode="w:gz")}),
        tarred(("inner", zipped({"a": b"x"}))),
        gzip.compress(gzip.compress(TEXT)),
        gzip.compress(zipped({"a": b"x"})),
        zstd(bz2.compress(TEXT)),
    ):
        assert refused(put(tmp_path, data)) == "nested"


@pytest.mark.holds("fault.43")
@pytest.mark.parametrize(
    "name", ["../a.csv", "a/../../b", "/etc/passwd", "C:\\logs\\a.csv", "c:a", "..\\a", "\\\\host\\a"]
)
def test_names_that_lead_out_of_an_archive_are_refused(tmp_path: Path, name: str) -> None:
    assert refused(put(tmp_path, zipped({"ok.csv": b"x", name: b"x"}))) == "unsafe_name"
    assert refused(put(tmp_path, tarred(("ok.csv", b"x"), (name, b"x")))) == "unsafe_name"


@pytest.mark.holds("fault.43")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("one", "two"), [("a.csv", "a.csv"), ("cdr.csv", "CDR.CSV"), ("d/a", "d//a"), ("straße", "STRASSE")]
)
def test_two_members_of_one_name_are_refused(tmp_path: Path, one: str, two: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(one, b"x")
        archive.writestr(two, b"y")
    assert refused(put(tmp_path, file.getvalue())) == "duplicate_name"
    assert refused(put(tmp_path, tarred((one, b"x"), (two, b"y")))) == "duplicate_name"


def test_a_zip_whose_member_calls_itself_otherwise_is_refused(tmp_path: Path) -> None:
    data = zipped({"a.csv": TEXT}).replace(b"a.csv", b"b.csv", 1)
    assert refused(put(tmp_path, data)) == "bit_error"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_zip_member_with_another_checksum_is_refused(tmp_path: Path, method: int) -> None:
    data = bytearray(zipped({"a.csv": TEXT}, method))
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    assert refused(put(tmp_path, bytes(data))) == "bit_error"


def test_an_archive_of_more_members_than_anyone_makes_is_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 10)
    for count in (10, 11):
        names = [f"{n}.csv" for n in range(count)]
        listers: list[Callable[[], list[archives.Entry]]] = [
            lambda: archives.list_zip(io.BytesIO(zipped(dict.fromkeys(names, b"x"))), "a"),  # noqa: B023
            lambda: archives.list_tar(iter([tarred(*((name, b"x") for name in names))]), "a"),  # noqa: B023
        ]
        for listed in listers:
            if count == 10:
                assert len(listed()) == 10
            else:
                with pytest.raises(Damage, match="more than 10 members"):
                    listed()


@pytest.mark.holds("fault.43")
def test_a_zip_on_a_disk_that_fails_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, zipped({"a.csv": TEXT}))
    (member,) = members(path)

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("auditor.containers.member._open", lambda *given: Failing())
    with pytest.raises(Damage) as caught:
        b"".join(member.blocks())
    assert caught.value.reason == "unreadable"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": TEXT}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refused(put(tmp_path, bytes(data))) == "encrypted"


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert refused(put(tmp_path, file.getvalue())) == "link"


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": TEXT, "b.csv": TEXT}, zipfile.ZIP_STORED))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)
    assert refused(put(tmp_path, bytes(data))) == "bomb"


@pytest.mark.holds("fault.44")
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "link"),
        (tarfile.LNKTYPE, "link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "device"),
    ]
    + [(tarfile.GNUTYPE_SPARSE, "device")],
)
def test_anything_but_files_and_folders_in_a_tar_is_refused(tmp_path: Path, kind: bytes, reason: str) -> None:
    info = tarfile.TarInfo("a.csv")
    info.type, info.linkname = kind, "/etc/passwd"
    assert refused(put(tmp_path, tarred(("ok", TEXT), (info, b"")))) == reason


def test_a_tar_cut_anywhere_is_found(tmp_path: Path) -> None:
    data = tarred(("a", b"x" * 700), ("b", b"y" * 10))
    end = 512 + 1024 + 512 + 512
    for size in range(512, end + 512, 37):
        assert refused(put(tmp_path, data[:size])) in ("truncated", "bit_error")


def test_a_tar_with_a_damaged_header_is_not_taken_for_a_shorter_one(tmp_path: Path) -> None:
    data = bytearray(tarred(("a", b"x" * 700), ("b", b"y" * 10)))
    data[512 + 1024 + 3] ^= 1
    assert refused(put(tmp_path, bytes(data))) == "truncated"


def test_a_tar_that_goes_on_after_its_end_is_refused(tmp_path: Path) -> None:
    assert refused(put(tmp_path, tarred(("a", TEXT)) + tarred(("b", TEXT)))) == "trailing_garbage"


def test_one_changed_bit_anywhere_in_a_zip_is_found(tmp_path: Path) -> None:
    data = zipped({"a.csv": TEXT, "b.csv": TEXT[:90]})
    for bit in random.Random(7).sample(range(32, len(data) * 8), 250):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            assert contents(put(tmp_path, bytes(changed))) == [("a.csv", TEXT), ("b.csv", TEXT[:90])]
        except Damage:
            continue


def test_a_zip_cut_anywhere_is_found(tmp_path: Path) -> None:
    data = zipped({"a.csv": TEXT, "b.csv": TEXT[:90]})
    for size in range(40, len(data), 17):
        assert refused(put(tmp_path, data[:size])) in ("bit_error", "truncated")


# --- what is no file ---


@pytest.mark.holds("fault.45")
def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path in (tmp_path, tmp_path / "fifo", tmp_path / "socket", Path("/dev/zero")):
            assert refused(path) == "not_regular"
    assert refused(tmp_path / "absent") == "unreadable"


def test_a_symbolic_link_is_followed_only_on_request(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(put(tmp_path, TEXT))
    assert refused(tmp_path / "link") == "link"
    (member,) = members(tmp_path / "link", follow_links=True)
    assert b"".join(member.blocks()) == TEXT


@pytest.mark.holds("fault.48")
def test_a_file_that_grows_while_it_is_read_is_found(tmp_path: Path) -> None:
    path = put(tmp_path, TEXT)
    blocks = raw_blocks(path, 100)
    next(blocks)
    with path.open("ab") as file:
        file.write(b"more\n")
    with pytest.raises(Damage) as caught:
        list(blocks)
    assert caught.value.reason == "changed"


@pytest.mark.parametrize("name", ["cdr[1].csv", "x*.csv", "o'brien.csv", "a\nb.csv", "-rf", "outcome=OK"])
def test_a_file_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    put(tmp_path, b"other", "cdr1.csv")
    assert contents(put(tmp_path, TEXT, name)) == [(None, TEXT)]
