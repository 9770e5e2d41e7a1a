"""What holds for every test: nothing rests on how fast the machine is, and `sql/` is read once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings

from auditor.catalogue import rulebook

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
