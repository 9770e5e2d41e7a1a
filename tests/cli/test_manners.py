"""What people expect of any command line, and pipelines of this one: thirty manners, each a test."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb
import jsonschema
import pytest

from auditor.cli import COMMANDS, auditor
from tests.called import call
from tests.cli.test_cli import run

ROOT = Path(__file__).parents[2]
TIDY = ROOT / "sample_logs" / "tidy_day"
NOW = ("--now", "2024-03-15T00:00:00Z")
"""The work-list counts how long callers wait."""
LEAST = shutil.ignore_patterns("reports", "case.duckdb*", ".auditor")


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manners") / "tidy"
    shutil.copytree(TIDY, folder, ignore=LEAST)
    assert call("run", folder, "--quiet").returncode == 1
    return folder


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "case"
    shutil.copytree(TIDY, folder, ignore=LEAST)
    return folder


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and command of a group, with its name as typed."""
    root = click.Context(auditor)
    for name in COMMANDS:
        command = auditor.get_command(root, name)
        assert command is not None
        yield name, command
        for sub, inner in getattr(command, "commands", {}).items():
            yield f"{name} {sub}", inner


def options(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option)]


def test_01_results_go_to_stdout_and_messages_to_stderr(audited: Path) -> None:
    done = call("run", audited)
    assert "Attempts that failed" in done.stdout
    assert "wrote" in done.stderr
    assert "wrote" not in done.stdout


def test_02_formats_have_the_names_that_duckdb_users_know_and_json_a_short_form(audited: Path) -> None:
    for name, command in commands():
        for option in options(command):
            if isinstance(option.type, click.Choice) and "--format" in option.opts:
                known = {"table", "text", "csv", "json", "jsonl", "markdown", "parquet", "xlsx", "duckdb"}
                assert set(option.type.choices) <= {*known, "diagram"}, name
                is_short = any("--json" in other.opts for other in options(command))
                assert is_short == ("json" in option.type.choices), name
    assert json.loads(call("worklist", audited, "--json").stdout)
    assert json.loads(call("run", audited, "--json", "-q").stdout)["schema"] == 2
    assert json.loads(call("check", audited, "--json").stdout)["faults"] == []
    found = json.loads(call("find", audited, "--json", given="0491570156\n").stdout)
    assert any(section["rows"] for section in found["sections"])
    both = call("worklist", audited, "--json", "--format", "csv")
    assert both.returncode == 2
    assert "--json and --format csv are both given" in both.stderr


def test_03_a_dash_is_standard_output_or_input_and_never_a_file(audited: Path, tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        query = "SELECT count(*) AS n FROM attempt"
        assert call("sql", audited, query, "-o", "-").stdout.split() == ["n", "14"]
        assert call("sql", audited, "--file", "-", "--format", "csv", given=query).stdout.split() == [
            "n",
            "14",
        ]
        assert call("worklist", audited, "-o", "-").stdout.startswith("caller_id,")
        assert call("rejects", audited, "-o", "-").stdout.startswith("path,record_no,")
        assert call("report", audited, "--format", "md", "-o", "-").stdout.startswith("# A tidy day")
        several = call("report", audited, "--format", "md,html", "-o", "-")
        assert (several.returncode, several.stdout) == (2, "")
        assert "--json prints audit.json" in call("run", audited, "-o", "-").stderr
    finally:
        os.chdir(here)
    assert not list(tmp_path.rglob("-"))


def test_03_a_binary_format_goes_through_a_pipe(audited: Path) -> None:
    asked = ["SELECT 1 AS a", "-o", "-", "--format", "parquet"]
    command = [sys.executable, "-m", "auditor", "sql", str(audited), *asked]
    done = subprocess.run(command, capture_output=True, timeout=600, check=True)
    assert (done.stdout[:4], done.stdout[-4:]) == (b"PAR1", b"PAR1")


def test_04_json_has_a_version_and_a_published_schema(audited: Path) -> None:
    schema = json.loads(call("schema", "audit").stdout)
    document = json.loads((audited / "reports" / "audit.json").read_bytes())
    jsonschema.validate(document, schema)
    assert schema["properties"]["schema"]["const"] == document["schema"]


def test_05_order_and_numbers_are_stable_and_times_have_their_offset(audited: Path) -> None:
    first = call("worklist", audited, "--json", *NOW).stdout
    assert first == call("worklist", audited, "--json", *NOW).stdout
    times = re.findall(r"\d{4}-\d\d-\d\dT[^\"]*", first)
    assert times
    assert all(re.fullmatch(r"[-\d]{10}T\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)", time) for time in times)
    document = json.loads((audited / "reports" / "audit.json").read_bytes())
    assert document["report_date"].endswith("Z")


def test_06_nothing_is_cut_without_a_word(audited: Path) -> None:
    cut = call("sql", audited, "SELECT * FROM range(100)", "--format", "table")
    assert "showing 40 of 100 rows, --all for the rest" in cut.stderr
    whole = call("sql", audited, "SELECT * FROM range(100)", "--all")
    assert len(whole.stdout.splitlines()) == 102
    assert "Showing 1 of" in call("worklist", audited, "--limit", "1").stdout


def test_07_colour_only_where_it_is_wanted(audited: Path) -> None:
    assert "\x1b[" in run("run", str(audited), FORCE_COLOR="1").stdout
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in run("run", str(audited), FORCE_COLOR="1", **env).stdout


def test_08_nothing_moves_where_stderr_is_no_terminal(audited: Path) -> None:
    assert "\r" not in call("run", audited).stderr


def test_09_no_pager_through_a_pipe(audited: Path, tmp_path: Path) -> None:
    mark = tmp_path / "paged"
    pager = tmp_path / "pager"
    pager.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    pager.chmod(0o755)
    for words in (["manual", "run"], ["sql", str(audited), "SELECT * FROM range(100)", "--all"]):
        assert run(*words, PAGER=str(pager)).returncode == 0
    assert not mark.exists()


def test_10_exit_codes_are_in_the_help_and_the_manual() -> None:
    help_ = " ".join(call("--help").stdout.split())
    manual = call("manual", "exit-codes").stdout
    for code in ("0", "1", "2", "3", "5", "6", "70", "130"):
        assert re.search(rf"\b{code} [a-z]", help_)
        assert f"- `{code}`: " in manual


def test_11_fail_on_says_which_findings_give_1(audited: Path) -> None:
    from dataclasses import replace

    from auditor.catalogue.rulebook import read_rulebook
    from auditor.cli.exits import checked, exit_code
    from auditor.model import Severity
    from auditor.pipeline import read_audit

    def code(*words: str) -> int:
        return exit_code(audit, checked(read_rulebook(), words))

    with read_audit(audited) as audit:
        assert [code(), code("critical"), code("WC-001"), code("EC-005", "wc-001")] == [1, 1, 1, 1]
        assert [code("EC-005"), code("rejected"), code("never")] == [0, 0, 0]
        light = tuple(replace(run, severity=Severity.LOW) for run in audit.findings)
        audit = replace(audit, rules=light)
        assert [code("critical"), code("medium"), code("info")] == [0, 0, 1]
        for status in ("qualified", "incomplete", "unbalanced"):
            assert exit_code(replace(audit, status=status), ("never",)) == 3


def test_11_fail_on_never_hides_an_audit_that_is_not_complete(fresh: Path) -> None:
    log = fresh / "attempts-alpha.csv"
    log.write_text(log.read_text().replace("2024-03-1", "soon-"))
    assert call("run", fresh, "--quiet", "--fail-on", "never").returncode == 3
    case = fresh / "case.toml"
    accepted = '[[accepted]]\ngate = "rejected"\nby = "A. Clerk"\nreason = "a trial"\non = 2024-04-01\n'
    case.write_text(f"{case.read_text()}\n{accepted}")
    assert call("run", fresh, "--quiet", "--fail-on", "never").returncode == 0
    assert call("run", fresh, "--quiet", "--fail-on", "rejected").returncode == 1


def test_11_fail_on_something_unknown_is_refused_before_the_work(fresh: Path) -> None:
    done = call("run", fresh, "--fail-on", "WC-01")
    assert done.returncode == 2
    assert "did you mean 'WC-0" in done.stderr
    assert not (fresh / ".auditor" / "case.duckdb").exists()


def test_12_an_error_names_file_line_and_text_and_shows_no_traceback(fresh: Path) -> None:
    case = fresh / "case.toml"
    case.write_text(case.read_text().replace("[[source]]", "[[source]]\nfromat = 'csv'", 1))
    line = case.read_text().split("\n").index("fromat = 'csv'") + 1
    done = call("run", fresh)
    assert done.returncode == 2
    assert f"case.toml:{line}" in done.stderr
    assert "fromat" in done.stderr
    assert "try: did you mean 'format'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in call("run", fresh, "--debug").stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["wrklist", "CASE"], "Did you mean 'worklist'?"),
        (["sql", "CASE", "SELECT stat FROM attempt"], "state"),
        (["rules", "show", "EC-01"], "did you mean EC-0"),
        (["schema", "atempt"], "did you mean attempt"),
        (["range", "CASE", "callers.faild"], "callers.failed"),
        (["manual", "exit-code"], "did you mean 'exit-codes'?"),
        (["report", "CASE", "--profile", "senat"], "did you mean senate?"),
    ],
)
def test_13_a_slip_is_answered_with_the_nearest_name(audited: Path, words: list[str], said: str) -> None:
    done = call(*(str(audited) if word == "CASE" else word for word in words))
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("words", "said", "step"),
    [
        (
            ["run", "{case}/centre.csv"],
            "centre.csv is a file, and a folder is asked for",
            "`auditor run {case}`",
        ),
        (["check", "{case}/case.toml"], "case.toml is a file", "`auditor check {case}`"),
        (["init", "{empty}/a.log"], "a.log is a file", "`auditor init {empty}`"),
        (["run", "{case}x"], "the folder {case}x does not exist", "did you mean {case}?"),
        (["files", "nowhere"], "the folder nowhere does not exist", "`auditor init FOLDER`"),
        (["verify", "nowhere.zip"], "nowhere.zip does not exist", "`auditor init FOLDER`"),
        (
            ["run", "{case}", "-p", "match_after_s=soon"],
            "must be a whole number",
            "for example match_after_s=60",
        ),
        (["run", "{case}", "-p", "match_after_s=-1"], "must be at least 0", "for example match_after_s=60"),
        (["report", "{case}", "--format", ""], "--format names no format", "--format html,pdf"),
        (["report", "{case}", "--format", " , "], "--format names no format", "--format html,pdf"),
        (["init", "{empty}/none", "--no-input"], "it holds no files", "put the logs into this folder"),
    ],
)
def test_13_a_message_says_what_happened_and_the_next_step(
    audited: Path, tmp_path: Path, words: list[str], said: str, step: str
) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "a.log").write_text("x")
    places = {"{case}": str(audited), "{empty}": str(tmp_path)}

    def filled(text: str) -> str:
        for name, place in places.items():
            text = text.replace(name, place)
        return text

    done = call(*map(filled, words))
    assert done.returncode == 2
    assert filled(said) in done.stderr
    assert filled(step) in done.stderr.partition("try: ")[2]


@pytest.mark.parametrize(
    "words",
    [
        ["--params", "match_afters=9"],
        ["--fail-on", "nothing"],
        ["--output", "-"],
        ["--memory-limit", "much"],
        ["--as-of", "then"],
        ["--reveal"],
        ["--temp-dir", "/nowhere/at/all"],
    ],
)
def test_14_what_is_wrong_on_the_line_is_found_before_the_long_work(fresh: Path, words: list[str]) -> None:
    assert call("run", fresh, *words).returncode == 2
    assert not (fresh / ".auditor" / "case.duckdb").exists()


def test_15_an_interrupt_leaves_no_half_written_file(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("run", fresh, "--quiet").returncode == 1
    before = {p.name: p.read_bytes() for p in (fresh / "reports").iterdir()}

    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("auditor.report.draw.json.as_json", interrupted)
    done = call("run", fresh, "--quiet", "--params", "match_after_s=90")
    assert done.returncode == 130
    left = {p.name: p.read_bytes() for p in (fresh / "reports").iterdir()}
    assert left["audit.json"] == before["audit.json"]
    assert set(left) == set(before)


def test_16_help_is_everywhere_and_the_bare_command_prints_it() -> None:
    assert call().stderr.startswith("Usage: auditor") or call().stdout.startswith("Usage: auditor")
    for name, _ in commands():
        done = call(*name.split(), "-h")
        assert done.returncode == 0, name
        assert done.stdout.startswith(f"Usage: auditor {name} "), name


def test_17_version_names_the_tool_duckdb_and_the_rules() -> None:
    from auditor import __version__
    from auditor.catalogue.rulebook import read_rulebook

    assert call("--version").stdout.splitlines() == [
        f"auditor {__version__}",
        f"DuckDB {duckdb.__version__}",
        f"rules {read_rulebook().sha256[:16]}",
    ]


def test_18_a_dry_run_says_which_files_are_loaded_already(fresh: Path) -> None:
    assert call("run", fresh, "-q").returncode in (0, 1)
    done = call("run", fresh, "-n")
    assert done.returncode == 0
    assert "would read" not in done.stdout
    assert "is loaded already: centre.csv: centre" in done.stdout
    with (fresh / "centre.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    done = call("run", fresh, "-n")
    assert [line.split(":")[0] for line in done.stdout.splitlines() if line.startswith("would read")] == [
        "would read centre.csv"
    ]
    assert "would read" in call("run", fresh, "-n", "--keep", "all").stdout


def test_18_quiet_dry_run_and_force_mean_what_they_usually_mean(fresh: Path) -> None:
    done = call("run", fresh, "--dry-run")
    assert done.returncode == 0
    assert "would read centre.csv: centre" in done.stdout
    assert f"would write {fresh / 'reports' / 'audit.json'}" in done.stdout
    assert not (fresh / ".auditor" / "case.duckdb").exists()
    assert not (fresh / "reports").exists()
    before = (fresh / "case.toml").read_text()
    assert "[[source]]" in call("init", fresh, "-n", "--no-input").stdout
    assert (fresh / "case.toml").read_text() == before
    assert "--force overwrites it" in call("init", fresh, "--no-input").stderr
    assert call("init", fresh, "--force", "--no-input", "-q").stderr == ""
    for name, command in commands():
        flags = {flag for option in options(command) for flag in option.opts}
        assert {"-q", "-v", "--debug", "--no-input", "--no-color"} <= flags, name


def test_19_every_flag_has_a_long_form_and_may_stand_anywhere(audited: Path) -> None:
    for name, command in commands():
        for option in options(command):
            assert any(flag.startswith("--") for flag in option.opts), (name, option.opts)
    words = ["worklist", str(audited), "--json", *NOW]
    orders = (words, ["worklist", "--json", *NOW, str(audited)], ["-q", *words], [*words, "-q"])
    assert len({call(*order).stdout for order in orders}) == 1
    assert call("work", str(audited)).returncode == 2, "no abbreviations of commands"


def test_20_a_flag_means_the_same_in_every_command() -> None:
    meanings: dict[str, set[str]] = {}
    for _, command in commands():
        for option in options(command):
            for flag in option.opts:
                if not flag.startswith("--"):
                    meanings.setdefault(flag, set()).add(max(option.opts, key=len))
    # A parameter of the audit and one of a query are set alike.
    assert meanings.pop("-p") == {"--params", "--param"}
    assert {flag: names for flag, names in meanings.items() if len(names) > 1} == {}


def test_21_nothing_is_asked_without_a_terminal_or_with_no_input(audited: Path, tmp_path: Path) -> None:
    shutil.copyfile(TIDY / "attempts-alpha.csv", tmp_path / "attempts.csv")
    assert call("init", tmp_path, "--no-input").returncode == 0
    assert "no number is given" not in call("find", audited, given="0491570156\n").stderr
    assert call("sql", audited, given="SELECT 1 AS one").stdout.split()[0] == "one"


def test_22_man_pages_and_completion_are_installed_by_one_command(tmp_path: Path) -> None:
    assert call("install-extras", "--prefix", tmp_path, "-n").returncode == 0
    assert not list(tmp_path.glob("share"))
    done = call("install-extras", "--prefix", tmp_path)
    written = [Path(line).relative_to(tmp_path).as_posix() for line in done.stdout.split("\n") if line]
    assert "share/man/man1/auditor.1" in written
    assert {f"share/man/man1/auditor-{name}.1" for name in COMMANDS} <= set(written)
    assert "share/man/man7/auditor-exit-codes.7" in written
    for path, said in (
        ("share/bash-completion/completions/auditor", "_AUDITOR_COMPLETE=bash_complete"),
        ("share/zsh/site-functions/_auditor", "#compdef auditor"),
        ("share/fish/vendor_completions.d/auditor.fish", "_AUDITOR_COMPLETE=fish_complete"),
    ):
        assert said in (tmp_path / path).read_text()
    page = (tmp_path / "share/man/man1/auditor-run.1").read_text()
    assert page.startswith('.TH "AUDITOR\\-RUN" 1')
    assert r"\-\-fail\-on" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_22_man_pages_are_without_a_fault(tmp_path: Path) -> None:
    call("install-extras", "--prefix", tmp_path)
    for path in sorted(tmp_path.glob("share/man/*/*")):
        done = subprocess.run(
            ["groff", "-man", "-ww", "-z", str(path)], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), path.name


def test_23_an_editor_can_check_the_case_file_by_its_schema(fresh: Path) -> None:
    schema = json.loads(call("schema", "case", "--json-schema").stdout)
    check = jsonschema.Draft7Validator(schema)
    for path in sorted((ROOT / "sample_logs").glob("*/case.toml")):
        held = json.loads(json.dumps(tomllib.loads(path.read_text(encoding="utf-8")), default=str))
        assert [error.message for error in check.iter_errors(held)] == [], path.parent.name
    wrong = {"case": {"title": "t", "regime": "au"}, "source": [{"role": "attempts", "fromat": "csv"}]}
    said = sorted(error.message for error in check.iter_errors(wrong))
    assert any("'fromat' was unexpected" in message for message in said)
    assert any("'path' is a required property" in message for message in said)
    assert call("init", fresh, "--force", "--no-input").returncode == 0
    first = (fresh / "case.toml").read_text().split("\n")[0]
    named = fresh / first.removeprefix("#:schema ")
    assert json.loads(named.read_text()) == schema


def test_24_settings_come_from_flags_the_environment_the_case_and_the_users_file(
    audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "xdg" / "auditor" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('quiet = true\n[sql]\nformat = "csv"\n[rules.list]\nregime = "gb"\n')
    query = ["sql", str(audited), "SELECT 1 AS a"]
    assert call(*query).stdout == "a\r\n1\r\n"
    monkeypatch.setenv("AUDITOR_SQL_FORMAT", "jsonl")
    assert call(*query).stdout == '{"a": 1}\n'
    assert call(*query, "--format", "json").stdout == '[\n  {"a": 1}\n]\n'
    monkeypatch.setenv("AUDITOR_RUN_THREADS", "2")
    rows = list(csv.reader(io.StringIO(call("config", "show", audited, "--all", "--format", "csv").stdout)))
    shown = {name: (value, origin) for name, value, origin in rows}
    assert shown["run.threads"] == ("2", "environment AUDITOR_RUN_THREADS")
    assert shown["sql.format"] == ("jsonl", "environment AUDITOR_SQL_FORMAT")
    assert shown["rules.list.regime"] == ("gb", f"file {path}")
    assert shown["quiet"][1] == f"file {path}"
    assert shown["run.keep"] == ("emergency", "default")
    assert shown["params.match_after_s"] == ("60 s", "default")
    assert shown["params.country_code"][1] == "regime au"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quite = true", "did you mean 'quiet'?"),
        ("[worklst]\nlimit = 1", "did you mean 'worklist'?"),
        ("[worklist]\nlimt = 1", "did you mean 'limit'?"),
        ("[worklist]\nreveal = true", "unknown setting 'reveal'"),
        ("worklist = [", "not TOML"),
    ],
)
def test_24_an_unknown_setting_is_an_error_with_its_file(
    audited: Path, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "xdg" / "auditor" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    done = call("worklist", audited)
    assert done.returncode == 2
    assert said in done.stderr
    assert str(path) in done.stderr


def test_25_no_number_is_on_the_line_and_nothing_is_revealed_by_the_environment(
    audited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REVEAL", "WORKLIST_REVEAL", "WORKLIST_REASON"):
        monkeypatch.setenv(f"AUDITOR_{name}", "1")
    assert "•" in call("worklist", audited, "--format", "csv").stdout
    for name, command in commands():
        for option in options(command):
            if option.name in ("reveal", "reason"):
                assert option.envvar is None, name
            assert option.name not in ("password", "secret", "token", "key"), name


def test_26_a_case_can_be_moved(audited: Path, tmp_path: Path) -> None:
    before = call("worklist", audited, "--json", *NOW).stdout
    shutil.copytree(audited, tmp_path / "elsewhere")
    assert call("worklist", tmp_path / "elsewhere", "--json", *NOW).stdout == before


def test_27_threads_memory_and_temporary_files_are_the_users_to_set(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor import pipeline, store

    given: dict[str, object] = {}
    opened = store.open_locked

    def watched(path: Path, **settings: object) -> object:
        given.update(settings)
        folder = settings["temp_directory"]
        assert isinstance(folder, Path)
        given["mode"] = folder.stat().st_mode & 0o777
        return opened(path, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "open_locked", watched)
    spill = tmp_path / "spill"
    spill.mkdir()
    done = call("run", fresh, "-q", "--threads", "1", "--memory-limit", "1GB", "--temp-dir", spill)
    assert done.returncode == 1
    assert (given["threads"], given["memory_limit"], given["mode"]) == (1, "1GB", 0o700)
    assert Path(str(given["temp_directory"])).parent == spill
    assert list(spill.iterdir()) == [], "what is put aside may hold numbers, and is deleted"


def test_28_the_database_is_plain_duckdb_with_comments_and_can_be_queried(audited: Path) -> None:
    with duckdb.connect(str(audited / ".auditor" / "case.duckdb"), read_only=True) as database:
        comments = database.execute(
            "SELECT count(*) FILTER (comment IS NULL), count(*) FROM duckdb_columns()"
            " WHERE table_name = 'attempt'"
        ).fetchone()
    assert comments is not None
    assert comments[0] == 0
    assert comments[1] > 10
    asked = call("sql", audited, "-c", "SELECT count(*) AS n FROM attempt", "--format", "csv")
    assert asked.stdout.split() == ["n", "14"]
    assert call("sql", audited, "-c", "DROP TABLE attempt").returncode == 2


@pytest.mark.holds("fault.75")
def test_29_nothing_is_sent_or_fetched(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert call("run", fresh, "--quiet").returncode == 1
    assert call("report", fresh, "--format", "html,md").returncode == 0


def test_30_one_command_makes_an_example_and_doctor_describes_the_machine(tmp_path: Path) -> None:
    assert call("simulate", tmp_path / "world", "--shape", "tidy", "-q").returncode == 0
    assert call("run", tmp_path / "world", "-q").returncode in (0, 1)
    done = call("doctor", tmp_path / "world", "--json")
    assert done.returncode == 0, done.stdout
    told = {row["what"]: row["how_it_is"] for row in json.loads(done.stdout)}
    assert {"auditor", "DuckDB", "rules", "python", "system", "cores", "disk of the case"} <= set(told)
    assert told["last audit"].startswith("complete")
    assert not re.search(r"\d{7,}", done.stdout.replace(told["rules"], "").replace(told["last audit"], ""))
