"""What the progress lines show of a step: never a number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from auditor.cli.progress import Lines


class Bars:
    """In place of the bars: the last text of a step."""

    def __init__(self) -> None:
        self.tasks = [SimpleNamespace(id=0, total=1)]
        self.shown = ""

    def add_task(self, *_: Any, **__: Any) -> int:
        return 0

    def reset(self, *_: Any, **__: Any) -> None:
        """Nothing to reset."""

    def update(self, *_: Any, what: str, **__: Any) -> None:
        self.shown = what


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("rec-0491570156.csv", "rec-•••••156.csv"),
        ("attempts-20240312.csv", "attempts-20240312.csv"),
        # Cut first, half of a number would be left, which no mask knows.
        (f"{'a' * 34}-0491570156.csv", f"{'a' * 34}-•••••"),
    ],
)
def test_no_number_of_a_name_is_shown_also_where_the_name_is_cut(name: str, shown: str) -> None:
    bars: Any = Bars()
    Lines(bars)(f"reading: {name}", 1, 2)
    assert bars.shown.startswith(shown)
    assert "4915" not in bars.shown
