"""One small case, its audit before a further log came and after, and what must hold when a command on it
failed or was killed: no evidence is touched, each report is the old or the new one, and a plain run gives the
new ones.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from auditor.bundle.bag import check
from auditor.bundle.container import opened
from auditor.bundle.line import HOLDS
from auditor.record.custody import read_custody
from tests.bundle.sealed import MORE, NUMBERS, make_case
from tests.hostile.forked import Ended, Forks
from tests.hostile.running import leftovers

LATE = "logs/attempts-2.csv"
"""The log that comes after the first audit."""
FORMATS = ("--format", "html,md,csv,xlsx,json")

Files = Mapping[str, str]


def digests(folder: Path) -> Files:
    """The files of a folder that are not the tool's own, by their hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".auditor" not in path.parts
    }


@dataclass(frozen=True)
class Stage:
    """The case as it was delivered, audited without its late log, and audited with it."""

    forks: Forks
    folder: Path
    before: Files
    """Of the case that was audited without its late log, and of its reports."""
    after: Files
    """Of the case that was audited with it, and of every report that a command of a series writes."""
    bundle: str
    """Hash of the bundle of the last."""
    took_s: Mapping[str, float]
    """How long run, report and seal took."""

    def copy(self, name: str, to: Path) -> Path:
        """One of `delivered`, `old`, `audited`, in a folder of its own."""
        return _copied(self.folder / name, to)


def make_stage(forks: Forks, folder: Path) -> Stage:
    """Make all three with commands that nothing disturbs."""
    delivered = make_case(folder / "delivered")
    (delivered / "runs").mkdir()
    (delivered / "runs" / "0123456789abcdef.json").write_text("a log of somebody else")
    old = Path(shutil.copytree(delivered, folder / "old"))
    (old / LATE).unlink()
    ended(forks.run("run", old, "-q"))
    before = digests(old)
    (old / LATE).write_text(MORE, encoding="utf-8")
    case = Path(shutil.copytree(old, folder / "case"))
    took_s = {"run": ended(forks.run("run", case, "-q")).took_s}
    shutil.copytree(case, folder / "audited")
    took_s["report"] = ended(forks.run("report", case, *FORMATS)).took_s
    after, case = digests(case), _copied(folder / "audited", folder / "case")
    took_s["seal"] = ended(forks.run("seal", case, "-o", folder / "bundle.zip")).took_s
    return Stage(forks, folder, before, after, _hash(folder / "bundle.zip"), took_s)


def ended(done: Ended) -> Ended:
    """A command that did its work."""
    assert done.code in (0, 1), done.err
    return done


def assert_old_or_new(stage: Stage, case: Path) -> None:
    """What may be there after a command has failed anywhere: every delivered file as it was, and each report
    as it was or as it will be."""
    found = {name: digest for name, digest in digests(case).items() if not _is_hidden(name)}
    assert {name for name in stage.after if not name.startswith("reports/")} <= found.keys()
    strange = {n for n, digest in found.items() if digest not in (stage.before.get(n), stage.after.get(n))}
    assert not strange


def assert_nothing_in_clear(temporary: Path, case: Path) -> None:
    """No database and no number of a caller among the temporary files, nor beside the reports in what was
    written in part."""
    for path in (*temporary.rglob("*"), *(p for p in case.rglob("*") if ".auditor" not in p.parts)):
        is_ours = temporary in path.parents or _is_hidden(str(path.relative_to(case)))
        assert not (is_ours and path.is_file() and _is_clear(path)), path


def assert_mended(stage: Stage, case: Path, env: Mapping[str, str] | None = None) -> None:
    """A plain run gives the reports of one that was never disturbed, byte for byte, leaves nothing half done
    in the tool's own folder, and the custody log is whole from its first line on."""
    ended(stage.forks.run("run", case, "-q", env=env))
    found = digests(case)
    for name in ("audit.json", "findings.csv", "callers.csv"):
        assert found[f"reports/{name}"] == stage.after[f"reports/{name}"]
    assert_old_or_new(stage, case)
    assert leftovers(case / ".auditor") == []
    with mock.patch.dict(os.environ, env or {}):
        custody = read_custody(case)
    assert (custody.lines[0]["what"], custody.problems) == ("state made", ())


def assert_repeated(stage: Stage, case: Path) -> None:
    """The same reports again give the very bytes."""
    ended(stage.forks.run("report", case, *FORMATS))
    assert {n: digest for n, digest in digests(case).items() if not _is_hidden(n)} == stage.after


def assert_sealed_again(stage: Stage, case: Path, bundle: Path) -> None:
    """Sealing again gives a whole bundle. Its custody log has a line more where the first had its own."""
    ended(stage.forks.run("seal", case, "-o", bundle))
    with opened(bundle) as found:
        assert {line.state for line in check(found)} == {HOLDS}


def is_sealed(stage: Stage, bundle: Path) -> bool:
    """Whether a bundle is there whole."""
    return _hash(bundle) == stage.bundle


def _copied(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in Path(name).parts)


def _is_clear(path: Path) -> bool:
    content = path.read_bytes()
    return content[8:12] == b"DUCK" or any(number.encode() in content for number in NUMBERS)
