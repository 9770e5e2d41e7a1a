"""The capture reader on bytes near those of real captures: rows or Damage, in bounded time, and no more than
the bytes can hold."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given

from auditor.containers.member import Damage, Member
from auditor.formats.sip.capture import COLUMNS, Capture, read
from tests.fuzz.mutating import entries, near, tries

CONTENTS = [path.read_bytes() for path in entries("capture")]
MOST_S = 2.0
"""Of the processor, for a few kilobytes."""


def outcome(data: bytes) -> Capture | Damage:
    """What reading gives; any other exception goes through."""
    chunks = [data[i : i + 100] for i in range(0, len(data), 100)]
    try:
        return read(Member(Path("fuzz.pcap"), None, len(data), "", lambda size, _: iter(chunks)))
    except Damage as damage:
        return damage


def assert_ends_in_rows_or_damage(data: bytes) -> int:
    """The number of rows; 0 where the capture is refused."""
    begun = time.process_time()
    found = outcome(data)
    assert time.process_time() - begun < MOST_S
    if isinstance(found, Damage):
        assert found.offset is None or 0 <= found.offset <= len(data)
        assert found.exit_code == 3
        return 0
    summary = found.summary
    assert summary.dialogs == len(found.rows)
    assert summary.dialogs + summary.mid_dialog + summary.reinvites <= summary.sip_messages
    assert summary.packets <= len(data) // 12
    assert summary.truncated <= 2 * summary.packets + 1
    assert all(
        tuple(row) == COLUMNS and all(isinstance(value, str) for value in row.values()) for row in found.rows
    )
    assert [row["started_at"] for row in found.rows] == sorted(row["started_at"] for row in found.rows)
    return len(found.rows)


@pytest.mark.parametrize("path", entries("capture"), ids=lambda path: path.name)
def test_each_capture_of_the_corpus_ends_in_rows_or_damage(path: Path) -> None:
    rows = assert_ends_in_rows_or_damage(path.read_bytes())
    assert bool(rows) != path.name.startswith("damaged")


@tries(400)
@given(near(CONTENTS))
def test_anything_like_a_capture_ends_in_rows_or_damage(data: bytes) -> None:
    assert assert_ends_in_rows_or_damage(data) <= len(data) // 12
