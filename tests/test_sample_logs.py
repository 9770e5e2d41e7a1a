"""The sample cases: an audit of each gives exactly its expected.toml, and all that is in them is invented."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from auditor.cli import auditor
from auditor.pipeline import audit
from auditor.simulate import simulate
from auditor.simulate.people import FICTITIOUS, TACS, TEST_NUMBERS, UNUSED_PREFIXES
from tests.simulate.folders import read_truth

README = Path(__file__).parent.parent / "README.md"
SAMPLES = Path(__file__).parent.parent / "sample_logs"
CASES = {"tidy_day": "tidy", "optus_2023_shape": "optus-2023", "messy_day": "messy"}
SEED = 8


@pytest.fixture(params=CASES)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of one sample case, without what an earlier run may have left there."""
    name: str = request.param
    left = shutil.ignore_patterns("case.[!t]*", "reports", "kept", "runs", ".auditor")
    return Path(shutil.copytree(SAMPLES / name, tmp_path / name, ignore=left))


def test_an_audit_of_a_sample_finds_its_expected_figures(sample: Path) -> None:
    with audit(sample) as result:
        found = {name: (m.value, m.low, m.high) for name, m in result.measures.items()}
        expected = read_truth(sample)
        assert {name: found[name] for name in expected} == expected
        assert result.status == "complete"
        assert all(balance.holds for balance in result.balances)


def test_the_readme_shows_what_an_audit_prints(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("case.[!t]*", "reports", "kept", "runs", ".auditor")
    case = shutil.copytree(SAMPLES / "optus_2023_shape", tmp_path / "case", ignore=ignored)
    printed = (
        CliRunner(env={"COLUMNS": "80"})
        .invoke(auditor, ["run", "-q", str(case)], standalone_mode=False)
        .stdout
    )
    lines = [line.rstrip() for line in printed.splitlines()][3:]
    excerpt = README.read_text(encoding="utf-8").partition("```text\n")[2].partition("```")[0]
    parts = [part.strip("\n").split("\n") for part in excerpt.split("…\n") if part.strip()]
    assert lines[: len(parts[0])] == parts[0]
    for part in parts[1:]:
        assert part in [lines[n : n + len(part)] for n in range(len(lines))], part


def test_a_sample_is_what_its_command_makes(sample: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    simulate(again, SEED, shape=CASES[sample.name])
    assert sorted(path.name for path in again.iterdir()) == sorted(path.name for path in sample.iterdir())
    for path in again.iterdir():
        # Parquet's bytes belong to the library that wrote them; what they say is held by the figures.
        assert path.suffix == ".parquet" or (sample / path.name).read_bytes() == path.read_bytes(), path.name


def test_every_caller_of_a_sample_is_invented(sample: Path) -> None:
    fiction = {number[3:] for number in (*FICTITIOUS, *TEST_NUMBERS)}
    for path in sample.iterdir():
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8", "replace")
        for told in re.findall(
            r"(?<![\d.@-])(?:\+61|001161|61|0)[ -]?(4\d\d[ -]?\d{3}[ -]?\d{3})(?!\d)", text
        ):
            number = re.sub("[ -]", "", told)
            assert number in fiction or number[:3] in UNUSED_PREFIXES, (path.name, told)
        for digits in re.findall(r"(?<!\d)\d{15}(?!\d)", text):
            assert digits.startswith(("00101", *TACS, "001161")), (path.name, digits)


def test_the_samples_stay_small(tmp_path: Path) -> None:
    for name, shape in CASES.items():
        simulate(tmp_path / name, SEED, shape=shape)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 1_500_000


def test_each_sample_says_that_it_is_invented() -> None:
    for name in CASES:
        assert "invented" in (SAMPLES / name / "README.md").read_text(encoding="utf-8")
