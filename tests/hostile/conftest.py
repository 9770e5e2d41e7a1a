"""What an undisturbed audit gives, and a case to disturb, each made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.hostile.disturbed import Stage, make_stage
from tests.hostile.forked import Forks
from tests.hostile.running import NEW, OLD, SOURCES, Reports, reports, run
from tests.ingest.loading import write_case


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    case = write_case(tmp_path_factory.mktemp("undisturbed"), {**OLD, **NEW}, SOURCES)
    done = run("run", case, "-q")
    assert done.returncode in (0, 1), done.stderr
    return reports(case)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A small case before and after its audit, and the process that runs commands on copies of it."""
    folder = tmp_path_factory.mktemp("stage")
    with Forks(folder) as forks:
        yield make_stage(forks, folder)
    shutil.rmtree(folder)
