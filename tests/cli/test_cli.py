"""The command line: exit codes, where output goes, and what a mistake is answered with."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from auditor.cli import COMMANDS, auditor
from auditor.state import make_state
from tests.called import call

CASE = """[case]
title = "Trial"
regime = "au"
[[outage]]
id = "national"
networks = ["alpha"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-13T02:00:00+00:00
[[source]]
role = "attempts"
path = "attempts.csv"
"""
ATTEMPTS = """call_id,network,element,started_at,released_at,calling_number,dialled,sip_status
a1,alpha,e1,2024-03-12T17:10:00Z,2024-03-12T17:10:09Z,+61491570156,000,503
a2,alpha,e1,2024-03-12T17:20:00Z,2024-03-12T17:20:09Z,+61491570157,0299990000,200
"""


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a user would run it."""
    command = [sys.executable, "-m", "auditor", *args]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=6000, check=False, env={**os.environ, **env}
    )


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    (tmp_path / "attempts.csv").write_text(ATTEMPTS, encoding="utf-8")
    return tmp_path


def test_without_arguments_the_help_is_printed_as_it_is() -> None:
    assert run().stderr == run("--help").stdout


def test_a_date_of_reports_that_is_none_is_refused_before_anything_is_read(case: Path) -> None:
    refused = run("run", str(case), "--report-date", "yesterday")
    assert (refused.returncode, refused.stderr.splitlines()[0]) == (
        2,
        "error: 'yesterday' is not a date of reports",
    )
    assert not (case / "reports").exists()


def test_every_command_is_where_the_list_says_and_has_help_with_an_example() -> None:
    found = {name: auditor.get_command(click.Context(auditor), name) for name in COMMANDS}
    assert {name: command and command.name for name, command in found.items()} == {n: n for n in COMMANDS}
    helps = {
        name: [command.help, *(sub.help for sub in getattr(command, "commands", {}).values())]
        for name, command in found.items()
        if command
    }
    assert [name for name, said in helps.items() if "auditor" not in "".join(map(str, said))] == [], (
        "no example"
    )


def test_every_command_of_a_module_is_listed() -> None:
    listed: dict[str, set[str]] = {}
    for name, (module, _) in COMMANDS.items():
        listed.setdefault(module, set()).add(name)
    modules = {module: importlib.import_module(f"auditor.cli.{module}") for module in listed}
    assert {name: {c.name for c in module.commands} for name, module in modules.items()} == listed


def test_help_needs_no_database_and_no_frames() -> None:
    code = (
        "import sys; from auditor.cli import auditor; auditor.main(['--help'], standalone_mode=False);"
        " print(sorted(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    ).stdout
    assert "'duckdb'" not in told
    assert "'polars'" not in told
    assert "'rich'" not in told
    assert "'starlette'" not in told


def test_an_audit_with_findings_ends_with_1_and_keeps_results_and_messages_apart(case: Path) -> None:
    done = run("run", str(case))
    assert done.returncode == 1, done.stderr
    assert "Attempts that failed" in done.stdout
    assert "wrote" in done.stderr
    assert "wrote" not in done.stdout
    assert "491570156" not in done.stdout + done.stderr
    written = {p.name for p in (case / "reports").iterdir()}
    assert written >= {"audit.json", "findings.csv", "callers.csv"}


def test_json_on_stdout_is_the_report(case: Path) -> None:
    done = call("run", str(case), "--format", "json", "--quiet")
    told = json.loads(done.stdout)
    assert told["measures"]["attempts.failed"]["value"] == 1
    assert told == json.loads((case / "reports" / "audit.json").read_text(encoding="utf-8"))
    assert done.stderr == ""


def test_a_clean_audit_ends_with_0(case: Path) -> None:
    (case / "attempts.csv").write_text(ATTEMPTS.replace(",000,503", ",0299990001,200"), encoding="utf-8")
    done = call("run", str(case), "--quiet")
    assert done.returncode in (0, 1)
    told = json.loads((case / "reports" / "audit.json").read_text(encoding="utf-8"))
    assert done.returncode == int(bool(told["findings"]))


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (["run", "{case}", "--params", "match_afters=9"], 2, "did you mean 'match_after_s'?"),
        (["run", "{case}", "--params", "match_after_s=-1"], 2, "must be at least 0"),
        (["run", "{case}", "--params", "match_after_s"], 2, "is not NAME=VALUE"),
        (["run", "{case}", "--reveal"], 2, "--reveal needs --reason"),
        (["rum", "{case}"], 2, "Did you mean 'run'?"),
        (["run", "{case}/nowhere"], 2, "does not exist"),
        (["run", "{case}", "--as-of", "2024-03-12"], 2, "has no offset"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence_and_2(
    case: Path, args: list[str], code: int, sentence: str
) -> None:
    done = call(*(a.format(case=case) for a in args))
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_unknown_key_is_told_with_file_and_line(case: Path) -> None:
    (case / "case.toml").write_text(CASE + 'fromat = "csv"\n', encoding="utf-8")
    done = call("run", str(case))
    assert done.returncode == 2
    assert "case.toml:12" in done.stderr
    assert "did you mean 'format'?" in done.stderr


def test_nothing_that_could_be_read_ends_with_2(case: Path) -> None:
    (case / "attempts.csv").write_text("", encoding="utf-8")
    done = call("run", str(case))
    assert done.returncode == 2
    assert "nothing could be read" in done.stderr


@pytest.mark.holds("fault.12")
def test_a_case_in_use_ends_with_6(case: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from auditor.store import open_locked\n"
        "s = open_locked(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    make_state(case)
    command = [sys.executable, "-c", code, str(case / ".auditor" / "case.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        done = call("run", str(case))
        holder.stdin.close()
    assert done.returncode == 6
    assert f"process {holder.pid}" in done.stderr


@pytest.mark.holds("fault.77")
def test_a_failing_rule_makes_the_audit_incomplete_and_never_clean(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from auditor import pipeline
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.model import RunStatus

    book = read_rulebook()
    broken = replace(
        book.rules[0],
        sql="SELECT error('broken') AS attempt_id",
        grain=("attempt_id",),
        requires=(),
        regimes=(),
    )
    monkeypatch.setattr(pipeline, "read_rulebook", lambda: replace(book, rules=(broken, *book.rules[1:])))
    with pipeline.audit(case) as result:
        assert result.status == "incomplete"
        assert result.rules[0].status is RunStatus.FAILED
        assert "broken" in result.rules[0].reason
        assert result.rules[0].rule not in {f.rule for f in result.findings}
        assert any(r.status is RunStatus.CLEAN for r in result.rules)


def test_check_tells_what_each_file_is_taken_for(case: Path) -> None:
    done = call("check", str(case))
    assert done.returncode == 0, done.stderr
    assert "attempts.csv" in done.stdout
    assert ": attempts as declared, format csv (100% sure: " in done.stdout
    assert not (case / ".auditor" / "case.duckdb").exists()


def test_no_colour_is_written_into_a_pipe_or_where_it_is_not_wanted(case: Path) -> None:
    assert "\x1b" not in run("run", str(case)).stdout
    assert "\x1b" not in run("run", str(case), "--no-color", FORCE_COLOR="1").stdout


def test_shell_completion_is_to_be_had() -> None:
    assert "_AUDITOR_COMPLETE=bash_complete" in run(_AUDITOR_COMPLETE="bash_source").stdout


def test_a_closed_pipe_is_no_error(case: Path) -> None:
    shell = f"{sys.executable} -m auditor schema case | head -1"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
