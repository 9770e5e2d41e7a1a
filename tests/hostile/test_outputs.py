"""Where a user may send an output: never over evidence, never into the case but for its reports' folder, and
never through a link of the case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT
from auditor.record.custody import CUSTODY_LOG
from tests.called import call
from tests.cli.test_manners import commands
from tests.hostile.test_evidence import digests, has_option
from tests.query.made import audited, write_small_case

WRITING: dict[str, tuple[str, ...]] = {
    "run": ("-q",),
    "report": ("--format", "md"),
    "worklist": (),
    "rejects": (),
    "sql": ("SELECT 1",),
    "export": ("--format", "csv"),
    "request": (),
    "seal": (),
    "prove": ("--call-id", "a1"),
}
"""Each command that writes to a place that the user names, with the words that it needs."""
FOLDERS = ("run", "report", "export")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("outputs") / "case")


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """An audited case of one's own, with files that no source names."""
    folder = Path(shutil.copytree(made, tmp_path / "case"))
    for name in ("later.csv", "logs.zip", "areas.geojson", "layouts/n.toml", "old/case.key"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"evidence {name}")
    return folder


def evidence_of(case: Path) -> dict[str, str]:
    """All that is in the case but the tool's own folder and the reports."""
    own = (f"{FOLDER}/", "reports/")
    return {name: digest for name, digest in digests(case).items() if not name.startswith(own)}


def refused(*words: str | Path) -> str:
    """What a command says that must be refused."""
    done = call(*words)
    assert done.returncode == 2, (words, done.returncode, done.stderr)
    assert "try: " in done.stderr
    return " ".join(done.stderr.split())


def test_every_command_that_writes_to_a_named_place_is_tried_here() -> None:
    assert set(WRITING) == {name for name, command in commands() if has_option(command, "--output")}


@pytest.mark.holds("trust.1")
@pytest.mark.parametrize("name", WRITING)
def test_an_output_in_the_case_is_refused_but_in_its_reports(name: str, case: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.symlink_to(case, target_is_directory=True)
    before = digests(case)
    for place in (
        ("old", "new") if name in FOLDERS else ("later.csv", "case.toml", "layouts/n.toml", "new.csv")
    ):
        for one, other in ((case, linked), (linked, case), (case, case / "old" / "..")):
            assert "belongs to the case" in refused(name, one, *WRITING[name], "-o", other / place)
    assert digests(case) == before
    assert not (case / "new").exists()
    if name == "seal":
        assert call("run", case, "-q").returncode == 1
    done = call(name, case, *WRITING[name], "-o", case / "reports" / "mine")
    assert done.returncode in (0, 1), done.stderr
    assert (case / "reports" / "mine").exists()
    assert evidence_of(case).items() <= before.items()


@pytest.mark.holds("trust.1")
def test_a_request_for_a_time_stamp_is_not_written_into_the_case(case: Path, tmp_path: Path) -> None:
    before = digests(case)
    asked = ("--timestamp-query", case / "later.csv")
    assert "belongs to the case" in refused("seal", case, "-o", tmp_path / "a.zip", *asked)
    assert digests(case) == before


@pytest.mark.holds("trust.1")
@pytest.mark.parametrize("what", ["wrong", "missing"])
def test_a_case_that_cannot_be_read_refuses_more_and_not_less(what: str, case: Path, tmp_path: Path) -> None:
    log = tmp_path / "delivered.csv"
    (case / "attempts.csv").rename(log)
    (case / "attempts.csv").symlink_to(log)
    toml = case / "case.toml"
    toml.write_text(f"{toml.read_text()}typo = 1\n") if what == "wrong" else toml.unlink()
    (tmp_path / "linked").symlink_to(case, target_is_directory=True)
    (case / "reports").mkdir(exist_ok=True)
    (case / "reports" / "log.csv").write_text("evidence, for all that is known")
    before, delivered = digests(case), log.read_bytes()
    for place in (*evidence_of(case), "new.csv", "reports/log.csv"):
        for root in (case, tmp_path / "linked"):
            for name in ("sql", "worklist", "rejects"):
                refused(name, case, *WRITING[name], "-o", root / place)
    assert "nothing says whether" in refused("sql", case, "SELECT 1", "-o", log)
    assert (digests(case), log.read_bytes()) == (before, delivered)
    assert call("sql", case, "SELECT 1", "-o", tmp_path / "new.csv").returncode == 0
    assert call("sql", case, "SELECT 1", "-o", case / "reports" / "new.csv").returncode == 0


@pytest.mark.holds("trust.1")
def test_a_log_that_is_a_link_is_not_replaced_and_what_it_leads_to_neither(
    case: Path, tmp_path: Path
) -> None:
    for name in ("attempts.csv", "later.csv"):
        (case / name).rename(tmp_path / name)
        (case / name).symlink_to(tmp_path / name)
    before = digests(tmp_path)
    for name in ("attempts.csv", "later.csv"):
        for place in (case / name, tmp_path / name):
            refused("sql", case, "SELECT 1", "-o", place)
    refused("export", case, "-o", tmp_path)
    assert (digests(tmp_path), (case / "later.csv").is_symlink()) == (before, True)


@pytest.mark.holds("trust.1")
def test_logs_elsewhere_are_guarded_with_and_without_their_place(tmp_path: Path) -> None:
    """Without `--evidence` a log is known by its bytes: the last audit read them."""
    case, logs = write_small_case(tmp_path / "case"), tmp_path / "logs"
    logs.mkdir()
    for path in case.glob("*.csv"):
        path.rename(logs / path.name)
    place = ("--evidence", logs)
    assert call("run", case, "-q", *place).returncode == 1
    (logs / "later.csv").write_text("evidence")
    before = digests(logs)
    for name in ("later.csv", "new.csv", "attempts.csv"):
        assert "belongs to the case" in refused("sql", case, "SELECT 1", "-o", logs / name, *place)
    assert "belongs to the case" in refused("report", case, "--format", "md", "-o", logs / "new", *place)
    assert "belongs to the case" in refused("sql", case, "SELECT 1", "-o", logs / "attempts.csv")
    assert "belongs to the case" in refused("export", case, "-o", logs)
    assert digests(logs) == before
    assert call("sql", case, "SELECT 1", "-o", case / "reports" / "one.csv", *place).returncode == 0
    assert call("sql", case, "SELECT 1", "-o", case / "reports" / "one.csv", *place).returncode == 0


@pytest.mark.holds("trust.1")
def test_a_case_in_the_folder_of_its_logs_has_its_reports_there(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "logs" / "case")
    for path in case.glob("*.csv"):
        path.rename(case.parent / path.name)
    place = ("--evidence", case.parent)
    assert call("run", case, "-q", *place).returncode == 1
    assert (case / "reports" / "audit.json").is_file()
    assert "belongs to the case" in refused("run", case, "-q", "-o", case.parent / "out", *place)


@pytest.mark.holds("trust.1")
def test_folders_of_tables_never_replace_the_case(made: Path, tmp_path: Path) -> None:
    """A report puts its tables into a folder `csv`, and replaces what has a name of its own there."""
    case = Path(shutil.copytree(made, tmp_path / "csv"))
    (case / "callers.csv").write_text("evidence that no source names")
    before = evidence_of(case)
    refused("report", case, "--format", "csv", "-o", tmp_path)
    assert evidence_of(case) == before


THROUGH_LINKS = {
    "watch": ("watch", "--once"),
    "export": ("export", "--format", "csv"),
    "export duckdb": ("export", "--format", "duckdb"),
    "run": ("run", "-q"),
    "report": ("report", "--format", "md"),
    "open": ("open", "--print"),
    "report into a folder": ("report", "--format", "md", "-o", "{case}/reports/provisional/mine"),
    "sql": ("sql", "SELECT 1", "-o", "{case}/reports/export/answer.csv"),
    "worklist": ("worklist", "-o", "{case}/reports/answer.csv"),
}


@pytest.mark.holds("trust.2")
@pytest.mark.parametrize("name", THROUGH_LINKS)
def test_no_folder_of_the_case_on_the_way_to_an_output_is_a_link(
    name: str, case: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    for folder in (outside, outside / "export", outside / "provisional"):
        folder.mkdir()
        for file in ("callers.csv", "caller.csv", "audit.json", "worklist.csv", "case.duckdb"):
            (folder / file).write_text("of somebody else")
    before = digests(outside)
    command, *words = THROUGH_LINKS[name]
    words = [word.format(case=case) for word in words]
    (case / "reports").symlink_to(outside, target_is_directory=True)
    assert "is a link" in refused(command, case, *words)
    (tmp_path / "linked").symlink_to(case, target_is_directory=True)
    assert "is a link" in refused(command, tmp_path / "linked", *words)
    if name in ("watch", "export", "export duckdb", "report into a folder", "sql"):
        (case / "reports").unlink()
        (case / "reports").mkdir()
        for inner in ("export", "provisional"):
            (case / "reports" / inner).symlink_to(outside / inner, target_is_directory=True)
        assert "is a link" in refused(command, case, *words)
    assert digests(outside) == before


@pytest.mark.holds("trust.1", "trust.2")
@pytest.mark.parametrize("format_", ["csv", "duckdb"])
@pytest.mark.parametrize("kind", ["link", "hard link"])
def test_an_export_replaces_files_and_writes_through_none(
    kind: str, format_: str, case: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    for name in ("case.duckdb", "datapackage.json", "caller.csv"):
        place, of = tmp_path / "out" / name, tmp_path / name
        of.write_text("of somebody else")
        place.symlink_to(of) if kind == "link" else place.hardlink_to(of)
    assert call("export", case, "--format", format_, "-o", tmp_path / "out").returncode == 0
    for name in ("case.duckdb", "datapackage.json", "caller.csv"):
        assert (tmp_path / name).read_text() == "of somebody else"


OF_THE_DATABASE = (LIVE, f"{LIVE}.wal", f"{LIVE}.tmp", f"{SNAPSHOT}.part.wal", CUSTODY_LOG)


@pytest.mark.holds("trust.1", "trust.2")
@pytest.mark.parametrize("name", OF_THE_DATABASE)
def test_a_second_name_of_a_log_in_the_place_of_the_tools_own_file_is_refused(name: str, case: Path) -> None:
    (case / FOLDER / name).unlink(missing_ok=True)
    (case / FOLDER / name).hardlink_to(case / "attempts.csv")
    mode, before = (case / "attempts.csv").stat().st_mode, (case / "attempts.csv").read_bytes()
    assert "has another name" in refused("run", case)
    assert ((case / "attempts.csv").stat().st_mode, (case / "attempts.csv").read_bytes()) == (mode, before)
