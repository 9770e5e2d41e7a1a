from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.private import FOLDER
from auditor.query.access import SNAPSHOT
from auditor.query.confinement import Limits
from auditor.query.sandbox import Sandbox
from tests.query.made import audited


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case, audited; no test may change it."""
    return audited(tmp_path_factory.mktemp("query") / "case")


@pytest.fixture
def own_case(case: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(case, tmp_path / "case"))


@pytest.fixture
def sandbox(case: Path) -> Iterator[Sandbox]:
    """The snapshot of the small case, to be asked."""
    box = Sandbox(case / FOLDER / SNAPSHOT, Limits(seconds=300))
    yield box
    box.close()
