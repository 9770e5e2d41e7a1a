"""A bundle from elsewhere is hostile: what could harm is refused before anything of it is read."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from hypothesis import given

from auditor.bundle import bag, container
from auditor.bundle.container import Content
from auditor.errors import EvidenceError, UsageError
from tests.called import call
from tests.fuzz.mutating import entries, near, tries

FOLDER = "audit-x"


def _zip(path: Path, *members: tuple[zipfile.ZipInfo | str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        file.writestr(f"{FOLDER}/bagit.txt", b"BagIt-Version: 1.0\n")
        for name, content in members:
            file.writestr(name, content)


def _named(name: str) -> Callable[[Path], object]:
    return lambda path: _zip(path, (name, b"x"))


def _info(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def _with_mode(mode: int) -> Callable[[Path], object]:
    return lambda path: _zip(path, (_info(f"{FOLDER}/data/x", mode), b"/etc/passwd"))


def _twice(path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        _zip(path, (f"{FOLDER}/a", b"1"), (f"{FOLDER}/a", b"2"))


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{FOLDER}/data/zeros", bytes(50 << 20))
    assert path.stat().st_size < 100_000


def _stored_bomb(path: Path) -> None:
    """Three entries of the list point at the same bytes."""
    _zip(path, (f"{FOLDER}/data/a", b"0" * 2000))
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    (start,) = struct.unpack("<L", content[end + 16 : end + 20])
    entries = content[start:end]
    last = entries[entries.index(b"PK\x01\x02", 4) :]
    more = b"".join(last.replace(b"data/a", f"data/{letter}".encode()) for letter in "bc")
    count = struct.pack("<HH", 4, 4)
    tail = content[end : end + 8] + count + struct.pack("<L", len(entries) + len(more))
    path.write_bytes(content[:end] + more + tail + content[end + 16 :])


def _encrypted(path: Path) -> None:
    _zip(path, (f"{FOLDER}/data/x", b"x"))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)


def _other_name_inside(path: Path) -> None:
    """The list names one file, the entry itself another."""
    _zip(path, (f"{FOLDER}/data/x", b"x"))
    path.write_bytes(path.read_bytes().replace(b"data/x", b"data/y", 1))


def _cut(path: Path) -> None:
    _zip(path)
    path.write_bytes(path.read_bytes()[:-30])


def _commented(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{FOLDER}/bagit.txt", b"x")
        file.comment = b"hidden"


def _prefixed(path: Path) -> None:
    _zip(path)
    path.write_bytes(b"#!/bin/sh\nexit\n" + path.read_bytes())


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a name that leads out": (_named(f"{FOLDER}/../../etc/cron.d/x"), "leads out"),
    "an absolute name": (_named("/etc/passwd"), "starts or ends with a slash"),
    "a name outside the folder": (_named("other/x"), "outside the folder"),
    "a backslash": (_named(f"{FOLDER}\\..\\x"), "backslash"),
    "a control character": (_named(f"{FOLDER}/data/\x1b[31m"), "control character"),
    "a part that is too long": (_named(f"{FOLDER}/{'a' * 300}"), "longer than 255"),
    "a folder": (_named(f"{FOLDER}/data/"), "not a regular file"),
    "a link": (_with_mode(stat.S_IFLNK | 0o777), "it is a link"),
    "a device": (_with_mode(stat.S_IFBLK | 0o600), "not a regular file"),
    "a pipe": (_with_mode(stat.S_IFIFO | 0o600), "not a regular file"),
    "two members of one name": (_twice, "two members"),
    "names that differ by case": (
        lambda path: _zip(path, (f"{FOLDER}/data/A", b"1"), (f"{FOLDER}/data/a", b"2")),
        "two members",
    ),
    "names that differ by how an accent is written": (
        lambda path: _zip(path, (f"{FOLDER}/\u00e9", b"1"), (f"{FOLDER}/e\u0301", b"2")),
        "two members",
    ),
    "a bomb": (_bomb, "compressed"),
    "a bomb of members over each other": (_stored_bomb, "lie over each other"),
    "a comment": (_commented, "belong to no member"),
    "bytes before the first member": (_prefixed, "belong to no member"),
    "an encrypted member": (_encrypted, "encrypted"),
    "no zip": (lambda path: path.write_text("call_id,network\n"), "not a bundle"),
    "an empty file": (lambda path: path.write_bytes(b""), "not a bundle"),
    "a file that was cut": (_cut, "not a bundle"),
    "a zip of something else": (_zip, "has no tagmanifest"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_bundle_is_refused_with_its_reason(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, reason = HOSTILE[what]
    make(tmp_path / "bundle.zip")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))
    before = sorted(tmp_path.rglob("*"))
    done = call("verify", tmp_path / "bundle.zip")
    assert done.returncode == 2, done.stdout
    assert reason in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("path", entries("bundle"), ids=lambda path: path.stem)
def test_each_bundle_of_the_corpus_is_checked_to_its_end_or_refused(path: Path) -> None:
    """What a search found is put there before it is mended."""
    with suppress(EvidenceError) if path.stem != "small" else nullcontext(), container.opened(path) as bundle:
        assert list(bag.check(bundle))


@tries(150)
@given(data=near([path.read_bytes() for path in entries("bundle")]))
def test_anything_like_a_bundle_is_checked_to_its_end_or_refused(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "near.zip"
    path.write_bytes(data)
    with suppress(EvidenceError), container.opened(path) as bundle:
        assert list(bag.check(bundle))


def test_a_member_whose_name_differs_inside_is_damaged_when_it_is_read(tmp_path: Path) -> None:
    _other_name_inside(tmp_path / "bundle.zip")
    with (
        container.opened(tmp_path / "bundle.zip") as bundle,
        pytest.raises(EvidenceError, match="damaged"),
    ):
        bundle.read("data/x")


def test_a_member_whose_bytes_changed_is_damaged_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    _zip(path, (f"{FOLDER}/data/x", b"0123456789"))
    path.write_bytes(path.read_bytes().replace(b"0123456789", b"0123456788"))
    with container.opened(path) as bundle, pytest.raises(EvidenceError, match="damaged"):
        bundle.sha256("data/x")


@pytest.mark.parametrize("name", ["", "/a", "a//b", "a/", "../a", "a/./b", "a\\b", "a\n", "é\udcff"])
def test_a_name_that_cannot_be_in_a_bundle_is_not_put_into_one(name: str, tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as file, pytest.raises(UsageError, match="cannot hold"):
        container.write(file, "audit", {name: b""})


def test_names_that_a_file_system_takes_for_one_are_not_put_into_a_bundle(tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as file, pytest.raises(UsageError, match="differs only by case"):
        container.write(file, "audit", {"A.csv": b"", "a.csv": b""})


def test_the_same_members_give_the_same_bytes_in_any_order_and_from_memory_or_disk(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"record\n" * 1000)
    log = (tmp_path / "log").read_bytes()
    ways: dict[str, dict[str, Content]] = {
        "one": {"a": b"1", "data/log": log},
        "two": {"data/log": tmp_path / "log", "a": b"1"},
    }
    for name, members in ways.items():
        with (tmp_path / name).open("wb") as file:
            container.write(file, "audit", members)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with container.opened(tmp_path / "one") as bundle:
        assert bundle.names == ("a", "data/log")
        assert bundle.read("data/log") == log
