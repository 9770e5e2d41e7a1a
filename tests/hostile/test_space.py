"""No room, on the disk or in memory: exit 5 with a hint, the old reports as they were, no count at all rather
than a wrong one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.running import Reports, assert_ends_as, assert_opens, audited, leftovers, reports, run

DISK_MB = 64
pytestmark = pytest.mark.system


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", disk],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.holds("fault.6", "fault.8")
@pytest.mark.parametrize("free_kb", [16, 256, 2_000, 6_000])
def test_a_full_disk_ends_with_5_and_room_mends_it(
    free_kb: int, small_disk: Path, undisturbed: Reports
) -> None:
    case, old = audited(small_disk / "case")
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        file.write(bytes(shutil.disk_usage(small_disk).free - free_kb * 1024))
    done = run("run", case)
    assert (done.returncode, done.stdout) == (5, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert "try: " in done.stderr
    assert reports(case) == old
    assert leftovers(case) == []
    filler.unlink()
    assert_opens(case)
    assert_ends_as(case, undisturbed)


@pytest.mark.holds("fault.10")
@pytest.mark.parametrize("size", ["8MB", "20MB", "28MB"])
def test_too_little_memory_ends_with_5_and_more_of_it_mends_it(
    size: str, tmp_path: Path, undisturbed: Reports
) -> None:
    case, old = audited(tmp_path / "case")
    done = run("run", case, "--memory-limit", size, "--threads", "2")
    assert (done.returncode, done.stdout) == (5, ""), done.stderr
    assert "--memory-limit" in done.stderr
    assert "Traceback" not in done.stderr
    assert reports(case) == old
    assert leftovers(case) == []
    assert_opens(case)
    assert_ends_as(case, undisturbed)
