"""One sealed case for all tests of bundles; a recomputation of the same files is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

import pytest

from auditor.bundle import recomputation, verify
from auditor.bundle.recomputation import Recomputed, Said
from auditor.bundle.reports import OF_A_RUN
from tests.bundle.sealed import Sealed, seal_all

_recompute = recomputation.recompute


@pytest.fixture(scope="session")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return seal_all(tmp_path_factory.mktemp("sealed"))


@pytest.fixture(scope="session")
def done() -> dict[str, Recomputed]:
    return {}


@pytest.fixture
def recomputed_once(done: dict[str, Recomputed], monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal files and equal options are audited once: a forged report does not change what the logs give."""

    def cached(
        folder: Path, said: Said, reports: Collection[str], scratch: Path, *, evidence: Path
    ) -> Recomputed:
        files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        key = hashlib.sha256(
            repr((sorted(files.items()), said.options, sorted({*reports, *OF_A_RUN}))).encode()
        ).hexdigest()
        if key not in done:
            done[key] = _recompute(folder, said, reports, scratch, evidence=evidence)
        return done[key]

    monkeypatch.setattr(verify, "recompute", cached)
