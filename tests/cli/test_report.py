"""`auditor report`, `open` and `worklist` as a user runs them, on a small case."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from auditor.pipeline import read_audit
from auditor.record.custody import read_custody
from tests.called import call

TIDY = Path(__file__).parents[2] / "sample_logs" / "tidy_day"


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case") / "tidy"
    shutil.copytree(TIDY, folder, ignore=shutil.ignore_patterns("reports", ".auditor"))
    assert call("run", str(folder), "-q").returncode in (0, 1)
    return folder


def test_report_writes_what_was_asked_and_prints_where(audited: Path) -> None:
    ended = call("report", str(audited), "--format", "md,json,csv", "--profile", "executive")
    assert ended.returncode == 0, ended.stderr
    paths = [Path(line) for line in ended.stdout.split()]
    assert [path.name for path in paths] == ["report-executive.md", "audit.json", "csv"]
    assert all(path.exists() for path in paths)


def test_the_report_says_what_the_run_said(audited: Path) -> None:
    before = json.loads((audited / "reports" / "audit.json").read_bytes())["measures"]
    assert call("report", str(audited), "--format", "json").returncode == 0
    assert json.loads((audited / "reports" / "audit.json").read_bytes())["measures"] == before


def test_html_and_pdf_are_made_of_a_real_case(audited: Path, tmp_path: Path) -> None:
    ended = call("report", str(audited), "--format", "html,pdf,xlsx", "--output", str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert b"</html>" in (tmp_path / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "docx"], "unknown report format 'docx'"),
        (["--profile", "senat"], "did you mean senate?"),
        (["--reveal"], "--reveal needs --reason"),
        (["--public", "1"], "--public"),
    ],
)
def test_what_cannot_be_made_ends_with_2_and_a_way_out(audited: Path, options: list[str], said: str) -> None:
    ended = call("report", str(audited), *options)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stdout == ""


def test_reveal_leaves_a_line_in_the_custody_log(audited: Path) -> None:
    before = len(read_custody(audited).lines)
    ended = call("worklist", str(audited), "--format", "csv", "--reveal", "--reason", "welfare team")
    assert ended.returncode == 0, ended.stderr
    found = read_custody(audited)
    assert (len(found.lines), found.problems) == (before + 1, ())
    assert found.lines[-1]["reason"] == "welfare team"


def test_the_worklist_is_masked_unless_revealed_and_longest_waiting_comes_first(audited: Path) -> None:
    masked = list(csv.DictReader(io.StringIO(call("worklist", str(audited), "--format", "csv").stdout)))
    clear = call("worklist", str(audited), "--format", "csv", "--reveal", "--reason", "test").stdout
    assert masked
    assert len(masked) == len(list(csv.DictReader(io.StringIO(clear))))
    assert not any(row["caller_id"].startswith("+") and "•" not in row["caller_id"] for row in masked)
    waits = [int(row["waiting_s"]) for row in masked]
    assert waits == sorted(waits, reverse=True)


def test_the_worklist_counts_from_the_time_given_in_local_times_and_names_the_number_to_ring(
    audited: Path,
) -> None:
    at = ("--now", "2024-03-20T09:00:00+11:00")
    table = " ".join(call("worklist", str(audited), *at).stdout.split())
    assert "waiting counted to 2024-03-20 09:00. All times are those of Australia/Sydney." in table
    assert "to ring" in table
    rows = list(csv.DictReader(io.StringIO(call("worklist", str(audited), *at, "--format", "csv").stdout)))
    later = ("--now", "2024-03-20T10:00:00+11:00")
    again = list(
        csv.DictReader(io.StringIO(call("worklist", str(audited), *later, "--format", "csv").stdout))
    )
    assert [int(row["waiting_s"]) + 3600 for row in rows] == [int(row["waiting_s"]) for row in again]
    assert all(row["last_failed_at"].endswith("+11:00") for row in rows)
    assert {row["counted_at"] for row in rows} == {"2024-03-20T09:00:00+11:00"}
    with read_audit(audited) as audit:
        kept = audit.tables["worklist"]
        place = kept.columns.index("counted_at")
        assert {row[place] for row in kept} == {audit.report_date}, "the list of a run ends with its evidence"
    clear = call("worklist", str(audited), *at, "--reveal", "--reason", "test").stdout
    assert re.search(r"\+61\d{9}", clear)
    refused = call("worklist", str(audited), "--now", "2024-03-20T09:00:00")
    assert (refused.returncode, "has no offset" in refused.stderr) == (2, True)


def test_the_worklist_as_a_table_says_how_many(audited: Path) -> None:
    ended = call("worklist", str(audited), "--limit", "1")
    assert "1 caller," in ended.stdout or "Showing 1 of" in ended.stdout


def test_open_tells_where_the_page_lies_and_makes_it_first(audited: Path) -> None:
    (audited / "reports" / "report.html").unlink(missing_ok=True)
    ended = call("open", str(audited), "--print")
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stdout.strip()).name == "report.html"
    assert Path(ended.stdout.strip()).is_file()


def test_open_names_the_page_where_no_browser_opens(audited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.launch", lambda url: 1)
    ended = call("open", str(audited))
    assert ended.returncode == 0, ended.stderr
    assert Path(ended.stdout.strip()).is_file()
    assert "open this file in one yourself" in ended.stderr


def test_without_a_run_there_is_nothing_to_report(tmp_path: Path) -> None:
    shutil.copytree(TIDY, tmp_path / "new", ignore=shutil.ignore_patterns("reports", ".auditor"))
    ended = call("report", str(tmp_path / "new"))
    assert ended.returncode == 3
    assert "run `auditor run`" in ended.stderr


def test_a_figure_that_changed_between_two_runs_is_a_difference_though_no_attempt_changed(
    audited: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "tidy"
    shutil.copytree(audited, folder)
    settings = folder / "case.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("significant = true", "significant = false"), "utf-8"
    )
    assert call("run", folder, "-q").returncode in (0, 1)
    ended = call("diff", folder)
    assert ended.returncode == 1, ended.stderr
    assert re.search(r"0 attempt\(s\) and \d+ figure\(s\) changed", " ".join(ended.stdout.split()))
    assert re.search(r"callers\.failed_in_outage: [1-9]\d* to 0", ended.stdout)
    told = json.loads(call("diff", folder, "--format", "json").stdout)
    assert (told["changes"], told["measures"]["callers.failed_in_outage"]["after"]) == ([], 0)
    (one, other) = (told["before"][:16], told["after"][:16])
    assert call("diff", folder, one, one).returncode == 0
    assert call("diff", folder, other, one).returncode == 1


def test_a_worklist_with_callers_says_in_every_format_what_it_does_not_know(tmp_path: Path) -> None:
    """Without a centre's log one more caller may have failed; without one of checks nobody knows who
    waits."""
    case = Path(
        shutil.copytree(TIDY, tmp_path / "case", ignore=shutil.ignore_patterns("reports", ".auditor"))
    )
    for name in ("centre", "welfare"):
        text = (case / "case.toml").read_text()
        (case / "case.toml").write_text(
            text.replace(f'[[source]]\nrole = "{name}"\npath = "{name}.csv"\n', "")
        )
    log = case / "attempts-alpha.csv"
    log.write_text(log.read_text().replace(",alpha-004,alpha-ecp,38,503,", ",alpha-004,alpha-ecp,,,"))
    assert call("run", case, "-q").returncode in (0, 1, 3)
    measure = json.loads((case / "reports" / "audit.json").read_bytes())["measures"]["welfare.required"]
    assert measure["value"] < measure["high"]
    incomplete = "The list may be incomplete, because the evidence is"
    unchecked = "Who was checked is not known: no welfare source is in evidence."
    shown = " ".join(call("worklist", case).stdout.split())
    assert "waiting counted to" in shown
    assert incomplete in shown
    assert unchecked in shown
    for options in (("--format", "csv"), ("--json",), ("--format", "markdown"), ("-o", tmp_path / "w.csv")):
        told = call("worklist", case, *options)
        assert incomplete in told.stderr
        assert unchecked in told.stderr
        assert incomplete not in told.stdout
    assert call("report", case, "--format", "html").returncode == 0
    page = (case / "reports" / "report.html").read_text()
    assert incomplete in page
    assert unchecked in page
