"""Runs, reports and seals that are killed (SIGKILL) at random moments: the state is old or new, never
between.

`python -m tests.hostile.kills [KILLS] [SEED]` prints its seed and, in the end, what was killed. The tests do
a few kills; AUDITOR_KILLS=300 makes them do so many.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.hostile.disturbed import (
    FORMATS,
    Stage,
    assert_mended,
    assert_nothing_in_clear,
    assert_old_or_new,
    assert_repeated,
    assert_sealed_again,
    is_sealed,
    make_stage,
)
from tests.hostile.forked import Forks

BEFORE = b"the bundle of before"
COMMANDS = {"run": "old", "report": "audited", "seal": "audited"}
"""The command that is killed, and which copy of the case it gets."""


def _killed(stage: Stage, name: str, share: float, folder: Path) -> bool:
    """Kill one command when so large a share of its usual time has passed. False: it had ended before."""
    case, temporary, bundle = (
        stage.copy(COMMANDS[name], folder / "case"),
        folder / "temporary",
        folder / "b.zip",
    )
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    bundle.write_bytes(BEFORE)
    words = {"run": ("-q",), "report": FORMATS, "seal": ("-o", bundle)}[name]
    after_s = share * stage.took_s[name]
    done = stage.forks.run(name, case, *words, kill_after_s=after_s, env={"TMPDIR": str(temporary)})
    assert done.code in (0, 1, -signal.SIGKILL), done.err
    assert_old_or_new(stage, case)
    assert_nothing_in_clear(temporary, case)
    assert bundle.read_bytes() == BEFORE or is_sealed(stage, bundle)
    if name == "run":
        assert_mended(stage, case)
    elif name == "report":
        assert_repeated(stage, case)
    else:
        assert_sealed_again(stage, case, bundle)
    return done.code == -signal.SIGKILL


def series(stage: Stage, count: int, seed: int, folder: Path) -> Counter[str]:
    """Kill `count` commands; how many of each were killed, and how many had ended before."""
    chance, killed = random.Random(seed), Counter[str]()
    while sum(killed[name] for name in COMMANDS) < count:
        name, share = chance.choice(list(COMMANDS)), chance.uniform(0, 1)
        where = f"kill {sum(killed.values()) + 1} of seed {seed}: {name} at {share:.3f} of its time"
        try:
            was_killed = _killed(stage, name, share, folder)
        except AssertionError as error:
            raise AssertionError(f"{where}: {error}") from error
        killed[name if was_killed else f"{name} had ended"] += 1
    return killed


def main() -> None:
    """The whole series, beside the tests."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
    print(f"{count} kills, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="auditor-kills-") as name:
        folder = Path(name)
        os.environ["AUDITOR_SECRET"] = str(folder / "secret" / "secret")
        with Forks(folder) as forks:
            found = series(make_stage(forks, folder), count, seed, folder)
    print(", ".join(f"{name} {number}" for name, number in sorted(found.items())))


if __name__ == "__main__":
    main()
