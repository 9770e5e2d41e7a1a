"""One simulated world, audited once, for all tests that only read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor.claims import Figures
from auditor.model import Audit
from auditor.pipeline import audit, read_figures
from auditor.simulate import simulate
from auditor.store import Store


@dataclass(frozen=True)
class Held:
    folder: Path
    audit: Audit
    figures: Figures
    store: Store


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mixed world of 500 attempts, audited."""
    folder = tmp_path_factory.mktemp("claims") / "world"
    simulate(folder, seed=11)
    with audit(folder):
        pass
    return folder


@pytest.fixture(scope="session")
def held(world: Path) -> Iterator[Held]:
    with read_figures(world) as (found, figures, store):
        yield Held(world, found, figures, store)
