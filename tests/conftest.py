"""What holds for every test: nothing rests on how fast the machine is, `sql/` is read once a process, and
real logs are
taken where they lie."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from auditor.catalogue import rulebook

# The account's secret, also of the processes that tests start. One folder for each run of the tests.
_SECRETS = tempfile.TemporaryDirectory(prefix="auditor-tests-")
os.environ["AUDITOR_SECRET"] = str(Path(_SECRETS.name) / "secret")

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_read = rulebook.read_rulebook


@cache
def _shipped() -> rulebook.Rulebook:
    return _read()


def _read_once(root: Path | None = None) -> rulebook.Rulebook:
    """The shipped rulebook is frozen, and hundreds of audits in one process may share it; any other is read
    each time."""
    return _read(root) if root else _shipped()


# Before any other module takes the name from there.
rulebook.read_rulebook = _read_once


@pytest.fixture(scope="session")
def real() -> Path:
    """The real logs that lie beside the project; tests that need them are skipped elsewhere."""
    folder = Path(__file__).parents[2] / "shared" / "data" / "real"
    if not folder.is_dir():
        pytest.skip("the real logs are not beside the project")
    return folder
