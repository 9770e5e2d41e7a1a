"""Makes a case folder whose true figures are known: logs, case.toml, and expected.toml with every measure
that an audit must find."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from auditor.errors import UsageError
from auditor.simulate.casefile import case_lines
from auditor.simulate.files import write_logs
from auditor.simulate.plot import Diary, Shape, play
from auditor.simulate.readme import readme_lines
from auditor.simulate.shapes.messy import messy
from auditor.simulate.shapes.mixed import mixed
from auditor.simulate.shapes.optus import optus_2023
from auditor.simulate.shapes.tidy import tidy
from auditor.simulate.truth import Figure, expected_lines, figures

SHAPES: Mapping[str, Callable[[Random, int], Shape]] = {
    "mixed": mixed,
    "optus-2023": optus_2023,
    "tidy": tidy,
    "messy": messy,
}
"""Name -> function that makes the shape from a random generator and a scale."""


def simulate(folder: Path, seed: int, scale: int = 1, shape: str = "mixed") -> Mapping[str, Figure]:
    """Write the case into `folder` (made if missing) and return its true figures by measure.

    The same seed, scale and shape give the same bytes. UsageError for an unknown shape or a scale below 1.
    """
    if shape not in SHAPES:
        raise UsageError(f"unknown shape {shape!r}", hint="use one of: " + ", ".join(SHAPES))
    if scale < 1:
        raise UsageError(f"the scale {scale} is too small", hint="give a whole number of at least 1")
    rng = Random(f"{shape} {seed}")
    plot, diary = SHAPES[shape](rng, scale), Diary()
    folder.mkdir(parents=True, exist_ok=True)
    write_logs(folder, plot.logs, play(plot, rng, diary))
    truth = figures(diary.added, plot.unknown)
    rejects = sum(truth[f"{role}.rejected"].value or 0 for role in ("records", "centre", "welfare"))
    _write(folder / "case.toml", "\n".join(case_lines(plot.facts, plot.windows, plot.logs, rejects)))
    _write(folder / "expected.toml", "\n".join(expected_lines(truth)))
    command = f"auditor simulate FOLDER --shape {shape} --seed {seed} --scale {scale}"
    _write(folder / "README.md", "\n".join(readme_lines(plot, diary, command)))
    return truth


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
