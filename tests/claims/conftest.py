"""Simulated worlds and replays, audited once each for all tests that only read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor import engine
from auditor.case import read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.claims import Recount, figures_of
from auditor.model import Audit
from auditor.pipeline import Options, audit
from auditor.simulate import simulate
from auditor.store import Store, open_read

BOOK = read_rulebook()
AFTER_ALL = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    folder: Path
    audit: Audit
    figures: Recount
    store: Store


@contextmanager
def opened(folder: Path) -> Iterator[Held]:
    """The case audited for its figures alone: no snapshot, no ranges, the rules run once, and the facts in
    memory."""
    case = read_case(folder)
    case.database.parent.mkdir(mode=0o700)
    with audit(folder, Options(as_of=AFTER_ALL, scratch=case.database.parent, figures_only=True)) as found:
        pass
    store = open_read(case.database)
    try:
        engine.define_macros(store, BOOK)
        yield Held(folder, found, figures_of(store, BOOK, case, found), engine.with_facts(store, BOOK))
    finally:
        store.close()


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """A mixed world of 500 attempts."""
    folder = tmp_path_factory.mktemp("claims") / "world"
    simulate(folder, seed=11)
    with opened(folder) as found:
        yield found
