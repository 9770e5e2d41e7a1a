"""Each call that changes files fails once, as on a full or a broken disk: the command ends with 5 and says
what and where, or it did its work; the evidence is untouched, each report is the old or the new one, and a
plain run gives the new ones. DuckDB writes by itself: `test_space` fills its disk.

`make test` tries a few calls, `make test-system` some more. AUDITOR_FAULTS=places tries each place of the
tool that makes one, AUDITOR_FAULTS=all every call with every error, with a plain run behind each.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from auditor.errors import ResourceError
from auditor.private import write_private
from auditor.report.draw.xlsx import as_xlsx
from auditor.store.faults import translated
from tests.called import call
from tests.hostile.disturbed import (
    FORMATS,
    Stage,
    assert_mended,
    assert_nothing_in_clear,
    assert_old_or_new,
    ended,
    is_sealed,
)
from tests.hostile.faults import ERRORS, Fault
from tests.hostile.forked import Ended
from tests.query.made import write_small_case

ASKED = os.environ.get("AUDITOR_FAULTS")
BEFORE = b"the bundle of before"


@dataclass(frozen=True)
class Command:
    """A command, the copy of the case that it gets, how many of its calls are tried where no more are asked
    for, and whether the account has a secret already."""

    start: str
    words: tuple[str, ...]
    few: int
    has_secret: bool = True


COMMANDS = {
    "the first run": Command("delivered", ("run", "-q"), 10, has_secret=False),
    "a run with a new log": Command("old", ("run", "-q"), 10),
    "report": Command("audited", ("report", *FORMATS), 8),
    "seal": Command("audited", ("seal", "-o", "BUNDLE"), 6),
}


@dataclass(frozen=True)
class Trial:
    """One command in one folder, to be tried again and again."""

    stage: Stage
    command: Command
    folder: Path

    @property
    def case(self) -> Path:
        return self.folder / "case"

    @property
    def bundle(self) -> Path:
        return self.folder / "b.zip"

    @property
    def env(self) -> dict[str, str]:
        secret = {} if self.command.has_secret else {"AUDITOR_SECRET": str(self.folder / "secret" / "secret")}
        return {"TMPDIR": str(self.folder / "temporary"), **secret}

    def run(self, fault: Fault | None = None) -> Ended:
        """The command on a new copy of its case."""
        for name in ("temporary", "secret"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "temporary").mkdir()
        self.bundle.write_bytes(BEFORE)
        self.stage.copy(self.command.start, self.case)
        name, *words = (str(self.bundle) if word == "BUNDLE" else word for word in self.command.words)
        return self.stage.forks.run(name, self.case, *words, fault=fault, env=self.env)

    def tried(self, fault: Fault) -> None:
        """The command with a fault, and what must hold at once."""
        done = self.run(fault)
        if done.code not in (0, 1):
            assert done.code == 5, done.err
            reason = os.strerror(ERRORS[fault.how])
            assert done.err.startswith("error: ")
            assert reason in done.err
            assert "try: " in done.err
            assert str(self.folder) in done.err.replace("\n", ""), "it says where"
        assert "Traceback" not in done.err
        assert_old_or_new(self.stage, self.case)
        assert_nothing_in_clear(self.folder / "temporary", self.case)
        assert [path.name for path in (self.folder / "temporary").iterdir()] == []
        assert self.bundle.read_bytes() == BEFORE or is_sealed(self.stage, self.bundle)


def faults(calls: Sequence[str], few: int) -> Iterator[Fault]:
    """Every call with every error; or the first call of each place, with errors by turns; or about `few`,
    spread over the first and last calls of each place."""
    hows = list(ERRORS)
    if ASKED == "all":
        yield from (Fault(number, how) for number in range(1, len(calls) + 1) for how in hows)
        return
    first = {place: number for number, place in reversed([*enumerate(calls, 1)])}
    numbers = sorted({*first.values(), *dict(zip(calls, range(1, len(calls) + 1), strict=True)).values()})
    chosen = sorted(first.values()) if ASKED == "places" else numbers[:: max(1, len(numbers) // few)]
    yield from (Fault(number, hows[nth % len(hows)]) for nth, number in enumerate(chosen))


def try_all(trial: Trial, few: int, *, mend_every: int = 5) -> int:
    """Each fault; behind some of them a plain run. Gives how many there were."""
    calls = ended(trial.run()).calls
    tried = 0
    for tried, fault in enumerate(faults(calls, few), 1):
        where = f"call {fault.call} of {len(calls)} ({calls[fault.call - 1]}) fails with {fault.how}"
        try:
            trial.tried(fault)
            if ASKED == "all" or not tried % mend_every:
                assert_mended(trial.stage, trial.case, trial.env)
        except AssertionError as error:
            raise AssertionError(f"{where}: {error}") from error
    print(tried, "faults in", len(calls), "calls")
    return tried


@pytest.mark.system
@pytest.mark.holds("fault.6", "fault.7", "fault.9")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_call_that_fails_anywhere_leaves_the_old_state_or_the_new_one(
    name: str, stage: Stage, tmp_path: Path
) -> None:
    assert try_all(Trial(stage, COMMANDS[name], tmp_path), COMMANDS[name].few) > 0


@pytest.mark.holds("fault.6")
def test_a_call_of_a_run_that_fails_leaves_the_old_state_or_the_new_one(stage: Stage, tmp_path: Path) -> None:
    assert try_all(Trial(stage, COMMANDS["a run with a new log"], tmp_path), 5, mend_every=3) > 0


@pytest.mark.holds("fault.6")
@pytest.mark.parametrize(
    ("number", "code"), [("ENOSPC", 5), ("EIO", 5), ("EDQUOT", 5), ("EACCES", 2), ("EROFS", 2)]
)
def test_a_state_that_cannot_be_written_is_a_full_disk_or_the_wrong_place(
    number: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)))

    monkeypatch.setattr("auditor.state.write_private", refused)
    done = call("run", write_small_case(tmp_path / "case"))
    assert (done.returncode, os.strerror(getattr(errno, number)) in done.stderr) == (code, True), done.stderr
    assert ".auditor" in done.stderr.replace("\n", "")


@pytest.mark.holds("fault.6")
@pytest.mark.parametrize(
    "words", ["No space left on device", "Input/output error", "Disk quota exceeded", "File too large"]
)
def test_an_error_of_the_disk_under_the_database_is_a_matter_of_resources(words: str) -> None:
    fault = translated("commit", duckdb.IOException(f'IO Error: Could not write file "case.duckdb": {words}'))
    assert isinstance(fault, ResourceError)


def test_an_error_of_a_private_file_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_private(tmp_path / "case.key", b"content")
    assert caught.value.filename == str(tmp_path / "case.key")
    assert list(tmp_path.iterdir()) == []


def test_rows_of_a_workbook_that_cannot_be_kept_are_a_full_disk_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("auditor.report.draw.xlsx._fill", full)
    with pytest.raises(ResourceError, match=str(tmp_path)):
        as_xlsx(mock.Mock(), mock.Mock())
    assert list(tmp_path.iterdir()) == []
