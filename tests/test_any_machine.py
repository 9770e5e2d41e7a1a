"""What must not rest on the machine at hand: its variables, its locale, its terminal, or buffers that happen
to be flushed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.query.made import write_small_case

ROOT = Path(__file__).resolve().parents[1]
LEAVES = re.compile(r"os\._exit\(")
SAYS = re.compile(r"^\s*(?:print|sys\.std(?:out|err)\.write)\(.*$", re.M)
BARE = {
    "none": {},
    "the C locale": {"LC_ALL": "C"},
    "a narrow terminal": {"TERM": "dumb", "COLUMNS": "20", "TZ": "Asia/Kathmandu"},
}


@pytest.mark.holds("crash.14")
def test_nothing_is_said_before_an_exit_that_flushes_nothing() -> None:
    """`os._exit` throws away what is still in a buffer: it arrives only where the machine happens to set
    PYTHONUNBUFFERED."""
    lost = []
    for path in sorted([*(ROOT / "auditor").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        text = path.read_text(encoding="utf-8")
        for exit_ in LEAVES.finditer(text) if path != Path(__file__) else ():
            said = list(SAYS.finditer(text, 0, exit_.start()))
            if said and "flush" not in text[said[-1].start() : exit_.start()]:
                lost.append(f"{path.relative_to(ROOT)}: {said[-1].group().strip()}")
    assert not lost


@pytest.mark.holds("fault.73", "fault.76")
@pytest.mark.parametrize("name", BARE)
def test_an_audit_is_the_same_in_an_empty_environment(name: str, tmp_path: Path) -> None:
    """And no file is read or written in the encoding of the machine: Python itself would warn of it."""
    case = write_small_case(tmp_path / "cäse")
    (case / "attempts.csv").rename(case / "attempts-ärger.csv")
    toml = (case / "case.toml").read_text(encoding="utf-8").replace('"attempts.csv"', '"attempts-ärger.csv"')
    (case / "case.toml").write_text(toml.replace("Small day", "Kleiner Tag, größer"), encoding="utf-8")
    (case / "q.sql").write_text("SELECT 'größer' AS x", encoding="utf-8")
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home"), **BARE[name]}
    query = ["sql", "-f", str(case / "q.sql")]
    for arguments in (
        ["run", "-q"],
        ["report", "--format", "html,md,csv"],
        ["worklist"],
        ["files"],
        ["check"],
        query,
    ):
        command = [
            sys.executable,
            "-X",
            "warn_default_encoding",
            "-m",
            "auditor",
            arguments[0],
            str(case),
            *arguments[1:],
        ]
        done = subprocess.run(command, capture_output=True, timeout=600, check=False, env=bare, cwd=ROOT)
        assert done.returncode in (0, 1), (arguments, done.stderr)
        assert b"Traceback" not in done.stderr
        assert not [
            line for line in done.stderr.split(b"\n") if b"EncodingWarning" in line and b"/auditor/" in line
        ]
    assert "Kleiner Tag, größer" in (case / "reports" / "report.md").read_text(encoding="utf-8")


MACHINES: tuple[tuple[dict[str, str], list[str]], ...] = (
    ({"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}, ["--threads", "1", "--memory-limit", "400MB"]),
    ({"TZ": "Australia/Lord_Howe", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"}, ["--threads", "2"]),
    ({"TZ": "America/New_York", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "3"}, ["--threads", "8"]),
)


@pytest.mark.system
@pytest.mark.holds("fault.73", "property.10")
def test_the_reports_are_the_same_bytes_on_any_machine(tmp_path: Path) -> None:
    found = []
    for nth, (variables, options) in enumerate(MACHINES):
        case = write_small_case(tmp_path / str(nth) / "case")
        words = [sys.executable, "-m", "auditor", "run", str(case), "-q", *options]
        done = subprocess.run(
            words, capture_output=True, check=False, env={**os.environ, **variables}, cwd=ROOT
        )
        assert done.returncode == 1, done.stderr
        found.append([path.read_bytes() for path in sorted((case / "reports").iterdir())])
    assert len(found[0]) == 3
    assert found[0] == found[1] == found[2]


@pytest.mark.system
@pytest.mark.holds("fault.75")
def test_all_works_without_a_network(tmp_path: Path) -> None:
    """In a namespace of its own, in which there is not even a loopback that is up."""
    alone = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespace without a network can be made here")
    case = write_small_case(tmp_path / "case")
    for arguments in (
        ["run", case, "-q"],
        ["report", case, "--format", "html,pdf,xlsx,csv"],
        ["sql", case, "SELECT count(*) FROM attempt"],
        ["seal", case, "-o", tmp_path / "audit.zip"],
    ):
        words = [*alone, sys.executable, "-m", "auditor", *map(str, arguments)]
        done = subprocess.run(words, capture_output=True, timeout=600, check=False, cwd=ROOT)
        assert done.returncode in (0, 1), (arguments, done.stderr)
