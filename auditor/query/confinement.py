"""How much one query may take, and what its process may read: the one database, and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from auditor import confinement

_MACHINE = ("/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/self/cgroup")
"""Files from which the database reads the number of processors and the memory. It ends itself if it may not
read them."""
_SPARE_MEMORY = 768 << 20
"""Address space beyond the query's memory: the program itself and the stacks of its threads."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one query may take. `seconds` of wall time, megabytes of memory and of output."""

    seconds: float = 60.0
    memory_mb: int = 2_048
    output_mb: int = 1_024
    threads: int = 2


def confine(readable: Path, limits: Limits) -> str:
    """Allow this process to read one file and nothing else. Returns the protection of the kernel, such as
    `landlock 7`; empty if it has none."""
    ruleset = confinement.only_readable([str(readable), *_MACHINE])
    protection = confinement.confine(
        ruleset,
        memory_bytes=(limits.memory_mb << 20) + _SPARE_MEMORY,
        cpu_s=int(limits.seconds * limits.threads) + 5,
        files=64,
    )
    if ruleset is not None:
        os.close(ruleset)
    return protection
