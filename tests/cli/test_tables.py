"""`check`, `files`, `rejects` and `formats` on narrow and wide terminals: a path stands whole, a figure under
its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from auditor.cli import auditor
from auditor.formats.detect import layouts
from tests.ingest.loading import ATTEMPTS, attempt, attempts, write_case

LONG = (
    "exports/of the night of 12 and 13 March/alpha mobile switching centre 1 (final) v2 " + "x" * 90 + ".csv"
)
FILES = {
    "a.csv": attempts(1200, 2),
    LONG: attempts(40) + attempt(41) + ",more\n" + attempt(42, started_at="noon") + "\n",
}
WIDTHS = (40, 80, 120, 300)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_case(tmp_path_factory.mktemp("case"), FILES)
    assert told(80, "run", "-q", folder).exception is None
    return folder


def told(width: int, *arguments: str | Path) -> Result:
    return CliRunner().invoke(auditor, [str(a) for a in arguments], env={"COLUMNS": str(width)})


@pytest.mark.parametrize("width", WIDTHS)
def test_paths_stand_whole_and_each_number_under_its_name(case: Path, width: int) -> None:
    lines = told(width, "files", case).output.splitlines()
    assert any(line.startswith(LONG) for line in lines)
    header = next(line for line in lines if "Seen" in line)
    (numbers,) = [line for line in lines if "1,201" in line]
    assert header.index("Seen") + len("Seen") == numbers.index("1,201") + len("1,201")
    if width >= 80:
        assert (
            header.index("Loaded") + len("Loaded")
            == numbers.index("600", header.index("emergency") + len("emergency")) + 3
        )


@pytest.mark.parametrize("width", WIDTHS[1:])
def test_only_a_line_of_its_own_is_longer_than_the_terminal(case: Path, width: int) -> None:
    for command in (["files", case], ["rejects", case], ["formats"], ["formats", case / "a.csv"]):
        long = [line for line in told(width, *command).output.splitlines() if len(line) > width]
        assert all(
            line.startswith(
                ("exports", str(case), "CSV and JSON", *(f"{layout.name}: " for layout in layouts()))
            )
            for line in long
        )


@pytest.mark.parametrize("width", [80, 120])
def test_words_and_codes_are_not_broken(case: Path, width: int) -> None:
    assert "field_count" in told(width, "rejects", case).output
    assert "not_a_time" in told(width, "rejects", case).output
    for layout in layouts():
        assert f"{layout.name}: {layout.title}\n" in told(width, "formats").output
    assert "line 1 names 11 columns of attempts" in " ".join(
        told(width, "formats", case / LONG).output.split()
    )


def test_a_path_is_said_once_for_all_its_rejects(case: Path) -> None:
    assert told(80, "rejects", case).output.count(LONG) == 1
    assert told(400, "rejects", case).output.count(LONG) == 2


def test_a_list_of_rejects_says_that_it_is_empty_or_how_it_is_masked(case: Path, tmp_path: Path) -> None:
    assert "9 is any digit, x any letter" in told(80, "rejects", case).stderr
    assert "stands for" not in told(80, "rejects", case, "--reveal", "--reason", "to mend it").stderr
    whole = write_case(tmp_path / "whole", {"a.csv": attempts(3)})
    assert told(80, "run", "-q", whole).exception is None
    none = told(80, "rejects", whole)
    assert (none.stdout, none.stderr) == ("", "no record was rejected\n")


def test_lines_are_shown_only_where_they_are_to_be_revealed(case: Path) -> None:
    line = attempt(41) + ",more"
    assert "Line" not in told(80, "rejects", case).output
    assert f"Line: {line}\n" in told(80, "rejects", case, "--reveal", "--reason", "to mend it").output


ENDLESS = (
    "note: ?.csv: no column says how a call ended: without a centre's log none is seen to have failed. Try:"
    ' map the column that says it: columns = { release_cause = "..." }, or sip_status, or disposition'
)


def test_check_tells_each_drift_between_files_of_a_source_in_one_line(tmp_path: Path) -> None:
    lacking = "\n".join([ATTEMPTS.removesuffix(",is_test"), attempt(1).removesuffix(",")]) + "\n"
    more = f"{ATTEMPTS},route\n{attempt(1)},r1\n"
    json = '{"started_at": "2024-03-12T17:00:00Z", "dialled": "000"}\n' * 3
    write_case(
        tmp_path, {"a.csv": attempts(3), "b.csv": lacking, "c.csv": more, "d.csv": json}, [{"path": "?.csv"}]
    )
    done = told(80, "check", tmp_path)
    assert done.exit_code == 0
    notes = [line for line in done.output.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: b.csv:1: it lacks is_test, which a.csv has",
        "note: c.csv:1: it has route, which a.csv lacks",
        "note: d.csv: its layout is json_lines, that of a.csv is csv. Try: make two sources of them",
        ENDLESS,
    ]


def test_check_sees_no_drift_between_files_that_agree(tmp_path: Path) -> None:
    write_case(tmp_path, {"a.csv": attempts(3), "b.csv": attempts(4)}, [{"path": "?.csv"}])
    notes = [line for line in told(80, "check", tmp_path).output.splitlines() if line.startswith("note")]
    assert notes == [ENDLESS]
