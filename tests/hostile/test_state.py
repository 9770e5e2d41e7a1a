"""The tool's own state: apart from the evidence, for its owner only, and believed only if this account made
it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from auditor.case import read_case
from auditor.errors import UsageError
from auditor.private import FOLDER, temporary
from auditor.secret import account_secret
from auditor.state import MARKER, make_state, read_state
from auditor.store import open_locked
from tests.called import call
from tests.hostile.running import command
from tests.query.made import ANN, audited, write_small_case

PAST = ("--as-of", "2024-03-20T00:00:00Z")
DATABASE = f"{FOLDER}/case.duckdb"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("state") / "case")


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "case"))


def failed(case: Path) -> int:
    figures = json.loads((case / "reports" / "audit.json").read_text())["measures"]
    return int(figures["attempts.failed"]["value"])


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.holds("trust.21")
def test_all_that_a_run_writes_is_in_two_folders(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    before = {path.name for path in case.iterdir()}
    for command_ in (("run", "--keep", "all"), ("report", "--format", "html,csv"), ("timeline",), ("diff",)):
        assert call(command_[0], case, *command_[1:]).returncode in (0, 1, 2)
    assert {path.name for path in case.iterdir()} - before == {FOLDER, "reports"}
    state = [case / FOLDER, *(case / FOLDER).rglob("*")]
    modes = {oct(stat.S_IMODE(p.stat().st_mode)) for p in state if p.is_dir()}
    assert modes == {"0o700"}
    assert {oct(stat.S_IMODE(p.stat().st_mode)) for p in state if p.is_file()} == {"0o600"}


def test_path_prints_where_the_database_the_reports_and_the_state_are(case: Path) -> None:
    for what, place in (("database", DATABASE), ("reports", "reports"), ("state", FOLDER)):
        assert call("path", case, what).stdout == f"{case / place}\n"
    assert call("path", case, "database", "--state", "/x").stdout == "/x/case.duckdb\n"
    with duckdb.connect(call("path", case, "database").stdout.strip(), read_only=True) as store:
        assert store.sql("SELECT count(*) FROM attempt").fetchall() == [(6,)]


@pytest.mark.holds("trust.5")
def test_a_state_that_this_account_did_not_make_is_put_aside_and_all_is_loaded_again(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case from somebody else, with a database in which calls are hidden."""
    store = open_locked(case / DATABASE)
    store.execute("UPDATE attempt_record SET is_test = true")
    store.close()
    custody = hashlib.sha256((case / FOLDER / "custody.jsonl").read_bytes()).hexdigest()
    monkeypatch.setenv("AUDITOR_SECRET", str(tmp_path / "mine" / "secret"))
    for reading in (("report",), ("files",), ("find", "--id", "a1"), ("sql", "SELECT 1"), ("worklist",)):
        done = call(reading[0], case, *reading[1:])
        assert done.returncode == 3, (reading, done.stderr)
        assert "was not made by this account" in words(done.stderr)
    done = call("run", case)
    assert (done.returncode, "was not made by this account" in words(done.stderr)) == (1, True)
    assert failed(case) == 4
    (aside,) = (case / FOLDER).glob("unverified-*")
    assert (aside / "case.duckdb").is_file()
    lines = [json.loads(line) for line in (case / FOLDER / "custody.jsonl").read_text().splitlines()]
    assert lines[0]["former"] == {f"{aside.name}/custody.jsonl": custody}
    said = words(call("run", case).stderr)
    assert "was not made by this account" not in said
    assert f"{aside.name} in {case / FOLDER} may hold numbers in clear" in said


@pytest.mark.holds("trust.5")
def test_a_database_of_another_case_is_refused(case: Path, tmp_path: Path) -> None:
    other = audited(tmp_path / "other")
    shutil.copy(other / DATABASE, case / DATABASE)
    done = call("run", case)
    assert (done.returncode, "not made by the state folder of this case" in words(done.stderr)) == (3, True)


@pytest.mark.parametrize("forged", ["", "{}", "[]", '{"mac": 1}', '{"mac": "0", "id": "a"}', "\x00"])
def test_a_marker_that_is_none_is_not_believed(forged: str, case: Path) -> None:
    (case / FOLDER / MARKER).write_text(forged)
    assert call("report", case).returncode == 3
    assert call("run", case, "-q").returncode == 1


def test_a_state_folder_that_is_open_to_others_is_refused(case: Path) -> None:
    (case / FOLDER).chmod(0o755)
    for name in ("run", "report", "files"):
        done = call(name, case)
        assert (done.returncode, "open to others (mode 755)" in words(done.stderr)) == (2, True)
        assert "chmod 700" in done.stderr
    (case / FOLDER).chmod(0o700)
    assert call("run", case, "-q").returncode == 1


def test_evidence_of_another_owner_is_no_reason_to_refuse(tmp_path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can give files away")
    case = write_small_case(tmp_path / "case")
    for path in (case, *case.iterdir()):
        os.chown(path, 12345, 12345)
    assert call("run", case, "-q").returncode == 1
    assert failed(case) == 4


@pytest.mark.holds("trust.21")
def test_what_older_versions_left_is_named_once_and_never_read_or_changed(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    (case / "runs").mkdir()
    old = {
        "case.duckdb": b"not a database",
        "case.key": b"') FROM number; DELETE FROM run; --",
        "custody.jsonl": b'{"at": "x"}\n',
        "runs/0123456789abcdef.json": b"{}",
    }
    for name, content in old.items():
        (case / name).write_bytes(content)
    first, second = call("run", case), call("run", case)
    assert (first.returncode, second.returncode) == (1, 1)
    assert [words(done.stderr).count("may be of an older version") for done in (first, second)] == [1, 0]
    assert {name: (case / name).read_bytes() for name in old} == old
    line = json.loads((case / FOLDER / "custody.jsonl").read_text().splitlines()[0])
    assert line["former"] == {"custody.jsonl": hashlib.sha256(old["custody.jsonl"]).hexdigest()}


def test_a_folder_of_logs_called_runs_is_not_taken_for_an_older_version(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    (case / "runs").mkdir()
    (case / "runs" / "monday.csv").write_text("x")
    assert "older version" not in call("run", case).stderr


def test_the_state_and_the_evidence_may_lie_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case.toml beside nothing, logs on media that must not be written, and a state on a third disk."""
    case = write_small_case(tmp_path / "case")
    logs, state = tmp_path / "logs", tmp_path / "states" / "one"
    logs.mkdir()
    for path in case.glob("*.csv"):
        path.rename(logs / path.name)
    before = sorted(logs.iterdir())
    places = ("--state", state, "--evidence", logs)
    for arguments in (
        ("check", case),
        ("run", case),
        ("trace", case, "a1"),
        ("report", case, "--format", "md"),
    ):
        done = call(*arguments, *places)
        assert done.returncode in (0, 1), (arguments, done.stderr)
    assert "AUDITOR_STATE" not in os.environ
    assert failed(case) == 4
    assert not (case / FOLDER).exists()
    assert sorted(logs.iterdir()) == before
    assert (state / "case.duckdb").is_file()
    monkeypatch.setenv("AUDITOR_STATE", str(state))
    monkeypatch.setenv("AUDITOR_EVIDENCE", str(logs))
    assert call("files", case).returncode == 0
    other = write_small_case(tmp_path / "other")
    done = call("run", other)
    assert (done.returncode, "the state of another case" in words(done.stderr)) == (2, True)


def test_a_case_that_cannot_be_written_is_audited_with_a_state_elsewhere(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    (case / FOLDER).write_text("in the way")
    done = call("run", case)
    assert (done.returncode, "--state" in done.stderr) == (2, True)
    places = ("--state", tmp_path / "state", "-o", tmp_path / "out")
    assert call("run", case, "-q", *places).returncode == 1
    assert (tmp_path / "out" / "audit.json").is_file()


def test_no_key_of_case_toml_moves_the_state(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    for name in ("state", "evidence"):
        toml = case / "case.toml"
        text = toml.read_text()
        toml.write_text(text.replace("[case]", f'[case]\n{name} = "/tmp"'))
        assert call("run", case).returncode == 2
        toml.write_text(text)


@pytest.mark.holds("trust.20")
def test_a_link_to_a_folder_outside_the_case_leads_to_no_log(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    outside = tmp_path / "outside"
    outside.mkdir()
    (case / "attempts.csv").rename(outside / "attempts.csv")
    (case / "logs").symlink_to(outside, target_is_directory=True)
    toml = (case / "case.toml").read_text()
    for path in ("logs/attempts.csv", "logs/*.csv", "*/attempts.csv"):
        (case / "case.toml").write_text(toml.replace('"attempts.csv"', f'"{path}"', 1))
        done = call("run", case)
        assert done.returncode == 2, done.stderr
        assert ANN[-6:] not in done.stdout
    (case / "logs").unlink()
    (case / "inside").mkdir()
    (outside / "attempts.csv").rename(case / "inside" / "attempts.csv")
    (case / "logs").symlink_to(case / "inside", target_is_directory=True)
    (case / "case.toml").write_text(toml.replace('"attempts.csv"', '"logs/attempts.csv"', 1))
    assert call("run", case, "-q").returncode == 3, "nobody accepted the reject of a file of this name"
    assert failed(case) == 4


@pytest.mark.holds("trust.11")
def test_scratch_of_an_audit_of_the_past_lies_in_the_state_folder_and_is_cleared(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    toml = case / "case.toml"
    toml.write_text(
        toml.read_text().replace('"welfare.csv"', '"welfare.csv"\nreceived_at = 2024-04-01T00:00:00Z')
    )
    outside = tmp_path / "temporary"
    outside.mkdir()
    done = subprocess.run(
        command("run", case, "-q", *PAST),
        env={**os.environ, "TMPDIR": str(outside)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert list(outside.iterdir()) == []
    assert list((case / FOLDER / "scratch").iterdir()) == []


@pytest.mark.holds("trust.11")
@pytest.mark.parametrize("then", [("run", "-q"), ("report", "--format", "md"), ("run", "-q", *PAST)])
def test_what_a_killed_audit_of_the_past_left_is_in_the_state_folder_and_the_next_command_clears_it(
    then: tuple[str, ...], tmp_path: Path
) -> None:
    case = write_small_case(tmp_path / "case")
    toml = case / "case.toml"
    toml.write_text(
        toml.read_text().replace('"welfare.csv"', '"welfare.csv"\nreceived_at = 2024-04-01T00:00:00Z')
    )
    assert call("run", case, "-q").returncode in (0, 1)
    outside = tmp_path / "temporary"
    outside.mkdir()
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(case / FOLDER)}
    killed = subprocess.Popen(
        command("run", case, "-q", *PAST), env={**os.environ, "TMPDIR": str(outside)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    scratch = case / FOLDER / "scratch"
    while killed.poll() is None and not list(scratch.glob("scratch-*/case.duckdb")):
        time.sleep(0.005)
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    assert list(scratch.iterdir())
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(case / FOLDER)} == before
    assert call(then[0], case, *then[1:]).returncode in (0, 1)
    assert list(scratch.iterdir()) == []


def test_what_a_killed_process_left_in_the_users_own_folder_is_cleared_and_nothing_else(
    tmp_path: Path,
) -> None:
    with temporary(tmp_path) as busy:
        assert busy is not None
        left = tmp_path / f"auditor-scratch-{'0' * 16}"
        left.mkdir()
        (left / "spilled").write_text("numbers")
        link = tmp_path / f"auditor-scratch-{'1' * 16}"
        link.symlink_to(busy, target_is_directory=True)
        strange = tmp_path / "auditor-scratch-mine"
        strange.mkdir()
        with temporary(tmp_path) as own:
            assert own is not None
            assert {path.name for path in tmp_path.iterdir()} == {
                busy.name, own.name, link.name, strange.name
            }  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {link.name, strange.name}


def secret_of(case: Path, **environment: str) -> tuple[int, str]:
    """What a process with just these variables says of its secret: exit code and output."""
    script = (
        "import sys; from pathlib import Path; from auditor.secret import account_secret\n"
        "from auditor.errors import UsageError\n"
        "try: print(account_secret(Path(sys.argv[1])).hex())\n"
        "except UsageError as error: sys.exit(f'{error} {error.hint}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(case)],
        env={"PYTHONPATH": os.getcwd(), **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).strip()


def test_the_secret_lies_outside_every_case_and_is_made_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    code, first = secret_of(tmp_path / "case", HOME=str(home))
    path = home / ".local" / "share" / "auditor" / "secret"
    assert (code, first) == (0, path.read_text().strip())
    assert re.fullmatch("[0-9a-f]{64}", first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert secret_of(tmp_path / "case", HOME=str(home)) == (0, first)
    data = tmp_path / "data"
    assert secret_of(tmp_path / "case", HOME=str(home), XDG_DATA_HOME=str(data))[1] != first
    assert (data / "auditor" / "secret").is_file()
    code, said = secret_of(home, HOME=str(home))
    assert (code, "would lie in the case" in said) == (1, True)


@pytest.mark.holds("fault.76")
def test_without_a_home_that_can_be_written_the_secret_has_another_place(tmp_path: Path) -> None:
    blocked, temporary = tmp_path / "file", tmp_path / "temporary"
    blocked.write_text("no folder")
    temporary.mkdir()
    for home in (str(blocked), str(tmp_path / "nosuch"), ""):
        variables = {"HOME": home, "XDG_DATA_HOME": str(blocked / "x"), "TMPDIR": str(temporary)}
        code, said = secret_of(tmp_path / "case", **variables)
        assert (code, len(said)) == (0, 64), said
    assert not (tmp_path / "nosuch").exists()


@pytest.mark.parametrize("kind", ["link", "mode", "content", "folder"])
def test_a_secret_that_is_not_the_users_own_file_is_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "auditor" / "secret"
    path.parent.mkdir(mode=0o700)
    monkeypatch.setenv("AUDITOR_SECRET", str(path))
    if kind == "link":
        (tmp_path / "other").write_text("0" * 64 + "\n")
        path.symlink_to(tmp_path / "other")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_text("0" * 64 + "\n" if kind == "mode" else "secret")
        path.chmod(0o644 if kind == "mode" else 0o600)
    with pytest.raises(UsageError) as caught:
        account_secret(tmp_path / "case")
    assert "AUDITOR_SECRET" in caught.value.hint
    done = call("run", write_small_case(tmp_path / "case"))
    assert done.returncode == 2
    assert not (tmp_path / "case" / FOLDER).exists()


def test_two_states_have_two_seals(tmp_path: Path) -> None:
    one, other = (make_state(write_small_case(tmp_path / name)) for name in ("one", "other"))
    assert one.seal("x") != other.seal("x")
    assert read_state(tmp_path / "one").seal("x") == one.seal("x")
    assert read_case(tmp_path / "one").database.parent == one.folder


@pytest.mark.holds("trust.17")
def test_open_judges_a_page_by_what_was_written_not_by_its_time(case: Path) -> None:
    assert call("open", case, "--print").returncode == 0
    page = case / "reports" / "report.html"
    written = page.read_bytes()
    later = page.stat().st_mtime + 10_000
    for content in (b"<p>no call failed</p>", written + b" "):
        page.write_bytes(content)
        os.utime(page, (later, later))
        assert call("open", case, "--print").returncode == 0
        assert page.read_bytes() == written
    # A page of an audit that is not the last one any more, however new its time.
    assert call("run", case, "-q", "-p", "match_after_s=59").returncode == 1
    os.utime(page, (later, later))
    assert call("open", case, "--print").returncode == 0
    assert page.read_bytes() != written
    again = page.stat().st_mtime_ns
    assert call("open", case, "--print").returncode == 0
    assert page.stat().st_mtime_ns == again, "the page of the last audit is not made twice"
