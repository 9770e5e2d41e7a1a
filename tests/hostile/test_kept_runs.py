"""Kept runs are believed only as this account kept them: who edits one changes what `diff` would say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from auditor.case import read_case
from auditor.private import FOLDER
from auditor.record.runs import faults_of_kept
from tests.called import call
from tests.query.made import audited


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = audited(tmp_path_factory.mktemp("kept") / "case")
    assert call("run", case, "-q", "-p", "match_after_s=59").returncode == 1
    return case


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "case"))


def latest(case: Path) -> Path:
    return max((case / FOLDER / "runs").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)


def _edit(change: Callable[[dict[str, object]], object]) -> Callable[[Path], object]:
    def apply(run: Path) -> None:
        facts = json.loads(run.read_text())
        change(facts)
        run.write_text(json.dumps(facts))

    return apply


def _more_failed(facts: dict[str, object]) -> None:
    measures = facts["measures"]
    assert isinstance(measures, dict)
    measures["attempts.failed"] += 1


def _states(run: Path) -> None:
    states = run.with_suffix(".parquet")
    duckdb.execute(
        f"COPY (SELECT * REPLACE ('failed' AS state) FROM read_parquet('{states}')) TO '{states}.new'"
        " (FORMAT parquet)"
    )
    Path(f"{states}.new").replace(states)


TAMPERINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a figure": (_edit(_more_failed), "it was changed"),
    "a parameter": (_edit(lambda facts: facts.update(params={})), "it was changed"),
    "the name of a file": (_edit(lambda facts: facts.update(contents={"0": "x"})), "it was changed"),
    "the seal": (_edit(lambda facts: facts.update(seal="0" * 64)), "it was changed"),
    "a seal that is none": (_edit(lambda facts: facts.update(seal=["é"])), "it was changed"),
    "no seal": (_edit(lambda facts: facts.pop("seal")), "it was changed"),
    "the hash of the states": (_edit(lambda facts: facts.update(states_sha256="0")), "it was changed"),
    "the states": (_states, "were changed"),
    "states that are gone": (lambda run: run.with_suffix(".parquet").unlink(), "are missing"),
    "an empty file": (lambda run: run.write_text(""), "cannot be read"),
    "a list": (lambda run: run.write_text("[]"), "cannot be read"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_kept_run_that_was_edited_is_named_and_not_compared(what: str, case: Path) -> None:
    change, why = TAMPERINGS[what]
    run = latest(case)
    change(run)
    done = call("diff", case)
    said = " ".join(done.stderr.split())
    # The id of a run may hold digits that look like a number, which a message masks: it is asked for below.
    assert (done.returncode, why in said, f"{FOLDER}/runs/" in said) == (3, True, True), said
    assert done.stdout == ""
    found = faults_of_kept(read_case(case))
    assert [name for name, fault in found.items() if why in fault] == [run.stem]
    assert len(found) == 2


def test_kept_runs_as_they_were_kept_are_compared(case: Path) -> None:
    done = call("diff", case, "--format", "json")
    assert done.returncode == 0, done.stderr


def test_kept_runs_of_another_account_are_not_compared(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_SECRET", str(tmp_path / "mine" / "secret"))
    done = call("diff", case)
    assert (done.returncode, "not made by this account" in " ".join(done.stderr.split())) == (3, True)


def test_a_kept_run_under_the_seal_of_another_run_is_not_believed(case: Path) -> None:
    """The whole content of one run under the name of the other."""
    one, other = sorted((case / FOLDER / "runs").glob("*.json"))
    one.write_bytes(other.read_bytes())
    done = call("diff", case)
    assert (done.returncode, "another run than its name" in " ".join(done.stderr.split())) == (3, True)
