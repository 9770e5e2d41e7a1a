"""`auditor verify`: of a case, and of a bundle in another place, with another home and without a network."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.bundle.sealed import CASE, MORE, Sealed, make_case, members_of
from tests.called import call

OWN = ("table", "custody", "kept run")
"""Kinds of lines about what the account itself keeps of a case."""
OFFLINE = """
import socket, sys
def refuse(*_, **__): raise OSError("a test has no network")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from auditor.cli import main
main()
"""


@pytest.fixture
def case(sealed: Sealed, tmp_path: Path) -> Path:
    """A copy of the audited case."""
    return Path(shutil.copytree(sealed.case, tmp_path / "case"))


def _states(*args: str | Path) -> tuple[int, dict[tuple[str, str], str]]:
    done = call("verify", *args, "--json")
    lines = json.loads(done.stdout)["lines"]
    return done.returncode, {(line["kind"], line["name"]): line["state"] for line in lines}


@pytest.mark.holds("fault.75")
def test_a_bundle_verifies_in_another_place_with_another_home_and_no_network(
    sealed: Sealed, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    here = shutil.copy(sealed.bundle, tmp_path / "renamed.zip")
    key = shutil.copy(sealed.public, tmp_path / "theirs.pub")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "PYTHONPATH")}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, "verify", str(here), "--public-key", str(key)],
        cwd=home,
        env={**kept, "HOME": str(home), "TMPDIR": str(tmp_path), "TZ": "Pacific/Auckland"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "holds measure: all" in done.stdout
    assert "holds table: all" in done.stdout
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "renamed.zip", "theirs.pub"]
    assert list(home.iterdir()) == [], (
        "nothing of the stranger's account is needed, and nothing is left there"
    )


def test_a_bundle_without_logs_says_what_was_not_recomputed(sealed: Sealed) -> None:
    code, states = _states(sealed.without)
    assert code == 3
    assert states["measure", "attempts.failed"] == "not recomputed"
    assert states["table", "attempt"] == "not recomputed"
    assert states["report", "audit.json"] == "not recomputed"
    assert {state for (kind, _), state in states.items() if kind in ("file", "signature", "rule")} == {
        "holds"
    }
    assert set(states.values()) == {"holds", "not recomputed"}


def test_who_has_the_logs_verifies_a_bundle_without_them(sealed: Sealed, tmp_path: Path) -> None:
    delivered = Path(
        shutil.copytree(sealed.case, tmp_path / "delivered", ignore=shutil.ignore_patterns(".*"))
    )
    before = sorted(delivered.rglob("*"))
    code, states = _states(sealed.without, "--evidence", delivered)
    assert (code, states["table", "attempt"]) == (0, "holds")
    assert sorted(delivered.rglob("*")) == before
    (delivered / "welfare.csv").write_text("check_id,calling_number,attempted_at\n", encoding="utf-8")
    code, states = _states(sealed.without, "--evidence", delivered)
    assert (code, states["input", "welfare.csv"]) == (3, "differs")


def test_an_audited_case_holds_and_is_only_read(case: Path) -> None:
    before = {p: p.read_bytes() for p in case.rglob("*") if p.is_file()}
    code, states = _states(case)
    assert (code, set(states.values())) == (0, {"holds"})
    assert {p: p.read_bytes() for p in case.rglob("*") if p.is_file()} == before


@pytest.mark.holds("fault.19", "trust.5")
def test_a_row_edited_in_the_database_is_named_by_its_table(case: Path) -> None:
    with duckdb.connect(str(next(case.rglob("case.duckdb")))) as connection:
        connection.execute("UPDATE attempt_record SET is_test = true WHERE call_id = 'a1'")
    code, states = _states(case)
    assert (code, states["table", "attempt_record"], states["table", "attempt"]) == (3, "differs", "holds")


def test_an_edited_report_is_named_with_its_figure(case: Path) -> None:
    report = case / "reports" / "audit.json"
    document = json.loads(report.read_text())
    document["measures"]["callers.failed"]["value"] = 0
    report.write_text(json.dumps(document))
    code, states = _states(case)
    assert code == 3
    assert (states["measure", "callers.failed"], states["report", "audit.json"]) == ("differs", "differs")
    assert states["measure", "callers.total"] == "holds"


def test_each_edited_report_for_people_is_named(case: Path) -> None:
    assert call("report", case, "--format", "html,pdf,xlsx,md,csv").returncode == 0
    people = ("report.html", "report.pdf", "report.xlsx", "report.md")
    edited = [*people, "csv/findings.csv", "annex/definitions.sql"]
    for name in edited:
        with (case / "reports" / name).open("ab") as file:
            file.write(b" ")
    code, states = _states(case)
    wrong = {name for (_, name), state in states.items() if state != "holds"}
    assert (code, wrong) == (3, set(edited))


def test_a_row_that_is_gone_or_added_in_the_database_is_named_by_its_table(case: Path) -> None:
    with duckdb.connect(str(next(case.rglob("case.duckdb")))) as connection:
        connection.execute("DELETE FROM attempt_record WHERE call_id = 'a1'")
        connection.execute("INSERT INTO welfare_record SELECT * FROM welfare_record")
    code, states = _states(case)
    wrong = {name for (_, name), state in states.items() if state != "holds"}
    assert (code, wrong) == (3, {"attempt_record", "welfare_record"})
    done = call("run", case, "-q")
    said = " ".join(done.stderr.split())
    assert (done.returncode, "attempt_record of the database has changed" in said) == (3, True)


def test_a_log_that_is_gone_is_missing_and_nothing_is_said_to_hold_without_it(case: Path) -> None:
    (case / "centre.csv").unlink()
    code, states = _states(case)
    assert (code, states["input", "centre.csv"]) == (3, "missing")
    assert states["measure", "attempts.failed"] == "not recomputed"


RECEIVED = "received_at = 2024-03-20T00:00:00Z\n"


def test_an_audit_as_of_a_moment_verifies_with_the_files_that_were_held_then(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case")
    (case / "case.toml").write_text(CASE + RECEIVED)
    assert call("run", case, "-q").returncode == 1
    assert call("run", case, "-q", "--as-of", "2024-03-19T00:00:00+11:00").returncode == 1
    audit = json.loads((case / "reports" / "audit.json").read_text())
    assert (audit["as_of"], len(audit["files"])) == ("2024-03-19T00:00:00+11:00", 3)
    assert [line for line in audit["cautions"] if "Only files received by" in line]
    code, states = _states(case)
    assert (code, set(states.values())) == (0, {"holds"})
    assert call("seal", case, "-o", tmp_path / "held.zip", "--with-logs").returncode == 0
    assert not [name for name in members_of(tmp_path / "held.zip")[1] if "welfare.csv" in name]
    code, states = _states(tmp_path / "held.zip")
    assert (code, set(states.values())) == (0, {"holds"})
    assert call("seal", case, "-o", tmp_path / "bare.zip").returncode == 0
    code, states = _states(tmp_path / "bare.zip", "--evidence", case)
    assert (code, set(states.values())) == (0, {"holds"})


@pytest.mark.parametrize("text", ["yesterday", "2024-03-19T00:00:00", 7])
def test_a_moment_that_is_none_is_named_and_nothing_is_recomputed(text: object, case: Path) -> None:
    report = case / "reports" / "audit.json"
    report.write_text(json.dumps(json.loads(report.read_text()) | {"as_of": text}))
    done = call("verify", case)
    assert (done.returncode, "as_of of audit.json" in done.stdout) == (3, True)


def test_an_audit_that_says_which_file_is_gone_verifies_without_it(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case")
    assert call("run", case, "-q").returncode == 1
    (case / "logs" / "attempts-2.csv").unlink()
    assert call("run", case, "-q").returncode == 3
    code, states = _states(case)
    assert (code, set(states.values())) == (0, {"holds"})
    assert ("gate", "gone logs/attempts-2.csv") in states
    assert call("seal", case, "-o", tmp_path / "audit.zip", "--with-logs").returncode == 0
    code, states = _states(tmp_path / "audit.zip")
    assert (code, set(states.values())) == (0, {"holds"})
    report = case / "reports" / "audit.json"
    document = json.loads(report.read_text())
    document["gates"] = [gate for gate in document["gates"] if gate["id"] != "gone"]
    report.write_text(json.dumps(document))
    code, states = _states(case)
    assert (code, states["run", "id"], states["table", "gate"]) == (3, "differs", "differs")


def test_a_log_that_was_corrected_is_sealed_and_former_logs_give_the_former_run(tmp_path: Path) -> None:
    """What was loaded here before is history, and no part of the audit."""
    case = make_case(tmp_path / "case")
    log, report = case / "logs" / "attempts-2.csv", case / "reports" / "audit.json"
    assert call("run", case, "-q").returncode == 1
    first, former = report.read_bytes(), log.read_bytes()
    log.write_bytes(former + former.splitlines(keepends=True)[-1].replace(b"000", b"112"))
    done = call("run", case)
    assert "logs/attempts-2.csv has changed since an earlier run loaded it" in " ".join(done.stderr.split())
    listed = call("files", case).stdout
    assert "logs/attempts-2.csv: it has changed since an earlier run" in " ".join(listed.split())
    assert json.loads(call("files", case, "--format", "json").stdout)["changed"] == ["logs/attempts-2.csv"]
    lines = map(json.loads, (case / ".auditor" / "custody.jsonl").read_text().splitlines())
    assert [line for line in lines if line["what"] == "load"][-1]["changed"] == {
        "logs/attempts-2.csv": hashlib.sha256(former).hexdigest()
    }
    assert call("seal", case, "-o", tmp_path / "audit.zip", "--with-logs").returncode == 0
    code, states = _states(tmp_path / "audit.zip")
    assert (code, set(states.values())) == (0, {"holds"})
    log.write_bytes(former)
    assert call("run", case, "-q").returncode == 1
    assert report.read_bytes() == first
    assert "has changed" not in call("run", case).stderr
    assert json.loads(call("files", case, "--format", "json").stdout)["changed"] == []


def test_a_file_that_nobody_named_at_the_audit_is_seen(case: Path) -> None:
    (case / "more.csv").write_text("call_id\n", encoding="utf-8")
    code, states = _states(case)
    assert (code, states["report", "audit.json"]) == (3, "differs")


def test_what_is_no_case_and_no_bundle_cannot_be_read(tmp_path: Path) -> None:
    assert call("verify", tmp_path).returncode == 2
    assert call("verify", make_case(tmp_path / "case")).returncode == 2
    assert call("verify", tmp_path / "none.zip").returncode == 2


def test_options_of_a_bundle_are_refused_for_a_case(sealed: Sealed) -> None:
    done = call("verify", sealed.case, "--public-key", sealed.public)
    assert done.returncode == 2
    assert "belong to a bundle" in done.stderr


def test_a_case_whose_files_came_one_after_the_other_verifies_against_one_load(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case")
    later = case / "logs" / "attempts-0.csv"
    (case / "logs" / "attempts-2.csv").unlink()
    assert call("run", case, "-q").returncode in (1, 3)
    later.write_text(MORE, encoding="utf-8")
    assert call("run", case, "-q").returncode in (1, 3)
    code, states = _states(case)
    assert {name: state for name, state in states.items() if state != "holds"} == {}
    assert code == 0


def test_a_case_whose_records_were_all_kept_verifies_against_a_load_that_keeps_none(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case")
    assert call("run", case, "-q", "--keep", "all").returncode == 1
    code, states = _states(case)
    assert (code, set(states.values())) == (0, {"holds"})


def test_paths_that_a_forged_report_names_outside_the_case_are_not_looked_at(case: Path) -> None:
    report = case / "reports" / "audit.json"
    document = json.loads(report.read_text())
    document["files"][0]["path"] = "../../../../etc/passwd"
    report.write_text(json.dumps(document))
    _, states = _states(case)
    assert states["input", "../../../../etc/passwd"] == "missing"


@pytest.mark.parametrize("words", [("--help",), ("run", "-q")])
def test_other_commands_load_nothing_of_bundles(words: tuple[str, ...], tmp_path: Path) -> None:
    args = [*words, str(make_case(tmp_path / "case"))] if words[0] == "run" else list(words)
    script = (
        "import sys; from auditor.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "loaded = [m for m in sys.modules if m.startswith(('auditor.bundle', 'cryptography'))]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *args], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_number_in_the_name_of_a_log_is_masked_in_every_form_of_the_answer(case: Path) -> None:
    report = case / "reports" / "audit.json"
    document = json.loads(report.read_text())
    document["files"][0]["path"] = "calls-of-0491570156.csv"
    report.write_text(json.dumps(document))
    for form in ((), ("--json",), ("--verbose",)):
        done = call("verify", case, *form)
        assert done.returncode == 3
        assert "491570156" not in done.stdout + done.stderr


def test_a_database_of_another_account_is_not_read_and_the_figures_are_recomputed_all_the_same(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDITOR_SECRET", str(tmp_path / "of-another-account"))
    code, states = _states(case)
    assert (code, states["table", "case.duckdb"]) == (3, "not recomputed")
    assert states["custody", "custody.jsonl"] == states["kept run", "all"] == "not recomputed"
    assert {state for (kind, _), state in states.items() if kind not in OWN} == {"holds"}


def test_a_kept_run_that_was_edited_is_named(case: Path) -> None:
    (run,) = (case / ".auditor" / "runs").glob("*.json")
    run.write_text(run.read_text().replace('"attempts.failed": 2', '"attempts.failed": 1'))
    code, states = _states(case)
    wrong = [(kind, state) for (kind, _), state in states.items() if state != "holds"]
    assert (code, wrong) == (3, [("kept run", "differs")])


def test_a_line_taken_out_of_the_custody_log_of_a_case_is_named(case: Path) -> None:
    log = case / ".auditor" / "custody.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:-1]))
    code, states = _states(case)
    assert (code, states["custody", "custody.jsonl"]) == (3, "differs")


def test_a_file_that_is_read_in_parts_verifies_and_is_sealed(tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    (case / "log (1).csv").write_text(
        "call_id,op,started_at,calling_number,dialled,sip_status\n"
        "c1,a,2024-03-12T17:00:00Z,+61491570156,000,503\nc2,b,2024-03-12T17:10:00Z,+61491570157,000,503\n"
    )
    parts = "".join(
        '[[source]]\nrole = "attempts"\npath = "log (1).csv"\n'
        f'keep = {{ column = "op", values = ["{op}"] }}\n'
        for op in "ab"
    )
    (case / "case.toml").write_text(f'[case]\ntitle = "t"\nregime = "au"\n{parts}')
    assert call("run", "-q", case).returncode <= 1
    code, states = _states(case)
    assert (code, states["input", "log (1).csv (op = a)"]) == (0, "holds")
    bundle = tmp_path / "t.zip"
    assert call("seal", case, "--output", bundle, "--with-logs").returncode == 0
    assert _states(bundle)[0] == 0
    (case / "log (1).csv").write_text("changed\n")
    assert _states(case)[1]["input", "log (1).csv (op = a)"] == "differs"
