"""Snapshots lie in `tests/snapshots`, one readable file each; `make snapshots` writes them anew."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class PlainFile(SingleFileSnapshotExtension):
    """A snapshot as the file a user would get, with its own ending."""

    _write_mode = WriteMode.TEXT

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        return str(Path(__file__).parents[1] / "snapshots" / test_location.basename)


class Markdown(PlainFile):
    file_extension = "md"


class Json(PlainFile):
    file_extension = "json"


class Text(PlainFile):
    file_extension = "txt"


@pytest.fixture
def written(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Text)
