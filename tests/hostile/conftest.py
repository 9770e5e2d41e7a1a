"""What an undisturbed audit gives, made once."""

from __future__ import annotations

import pytest

from tests.hostile.running import NEW, OLD, SOURCES, Reports, reports, run
from tests.ingest.loading import write_case


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    case = write_case(tmp_path_factory.mktemp("undisturbed"), {**OLD, **NEW}, SOURCES)
    done = run("run", case, "-q")
    assert done.returncode in (0, 1), done.stderr
    return reports(case)
