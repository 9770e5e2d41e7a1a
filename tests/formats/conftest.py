"""What the tests of formats share: the folder of real logs, where it is there."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real() -> Path:
    """The real logs that lie beside the project; tests that need them are skipped elsewhere."""
    folder = Path(__file__).parents[3] / "shared" / "data" / "real"
    if not folder.is_dir():
        pytest.skip("the real logs are not beside the project")
    return folder
