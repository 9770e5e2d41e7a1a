"""kill -9 at random moments of run, report and seal. AUDITOR_KILLS=300 is the whole series."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.hostile.disturbed import Stage
from tests.hostile.kills import COMMANDS, series

KILLS = int(os.environ.get("AUDITOR_KILLS", "12"))


@pytest.mark.holds("fault.1", "fault.5", "property.11", "trust.11")
@pytest.mark.system
def test_what_is_killed_at_any_moment_leaves_the_old_state_or_the_new_one(
    stage: Stage, tmp_path: Path
) -> None:
    seed = int(os.environ.get("AUDITOR_SEED", "0")) or random.randrange(1, 1 << 30)
    print("seed", seed)
    killed = series(stage, KILLS, seed, tmp_path)
    print(dict(killed))
    assert sum(killed[name] for name in COMMANDS) == KILLS
