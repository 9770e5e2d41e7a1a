"""Each gate on a case of its own: evidence that does not pass ends the audit with 3, until somebody answers
for it."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from auditor.case import GATES, read_case, unnamed_files
from auditor.catalogue.rulebook import read_rulebook
from auditor.cli import auditor
from auditor.ingest.ledger.book import FileBook
from auditor.pipeline import knowledge, read_audit
from auditor.report import FORMATS, write_reports

HEADER = "call_id,network,element,started_at,released_at,calling_number,dialled,sip_status\n"
SOURCE = '[[source]]\nrole = "attempts"\npath = "attempts*.csv"\n'
WELFARE = '[[source]]\nrole = "welfare"\npath = "welfare.csv"\n'
OUTAGE = (
    '[[outage]]\nid = "national"\nnetworks = ["{}"]\nstart = 2024-03-12T17:00:00Z\nend ='
    " 2024-03-13T02:00:00Z\n"
)


def attempt(number: int, started: str = "2024-03-12T17:10:00Z", network: str = "Southern Mobile") -> str:
    return f"a{number},{network},e1,{started},2024-03-12T17:30:00Z,+61491570156,000,503\n"


def write(folder: Path, files: Mapping[str, str], *parts: str) -> Path:
    (folder / "case.toml").write_text(
        '[case]\ntitle = "Trial"\nregime = "au"\n' + "".join(parts), encoding="utf-8"
    )
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def ran(folder: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, audit.json and the summary."""
    done = CliRunner().invoke(
        auditor, ["run", "-q", "--full", str(folder), *options], standalone_mode=False, catch_exceptions=False
    )
    return done.return_value, json.loads((folder / "reports" / "audit.json").read_text("ascii")), done.stdout


def failing(told: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [(g["id"], g["subject"], g["count"], g["of"]) for g in told["gates"] if not g["holds"]]


def answer(gate: str, *more: str) -> str:
    return "\n".join(
        [
            "",
            "[[accepted]]",
            f'gate = "{gate}"',
            'by = "J. Citizen"',
            'reason = "seen on paper"',
            "on = 2024-05-01",
            *more,
            "",
        ]
    )


@pytest.fixture
def observe(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, int, int], None]:
    """Makes the loader count something in every file beside its records."""

    def planted(kind: str, subject: str, found: int, among: int) -> None:
        close = FileBook.close

        def closing(book: FileBook, projection: Any) -> None:
            book.observe([(kind, subject, found, among)])
            close(book, projection)

        monkeypatch.setattr(FileBook, "close", closing)

    return planted


def test_every_gate_has_its_file_and_may_be_named_in_a_case() -> None:
    assert sorted(gate.id for gate in read_rulebook().gates) == sorted(GATES)


def test_evidence_that_passes_is_complete_and_every_gate_is_on_record(tmp_path: Path) -> None:
    code, told, summary = ran(
        write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, SOURCE, OUTAGE.format("Southern Mobile"))
    )
    assert (code, told["status"], failing(told)) == (1, "complete", [])
    assert sorted(g["id"] for g in told["gates"]) == sorted(GATES)
    assert {(g["count"], g["of"], g["subject"], g["accepted_by"]) for g in told["gates"]} == {
        (0, 0, "", None)
    }
    assert "Do not quote" not in summary


def test_times_of_another_pattern_are_no_audit_without_failures(tmp_path: Path) -> None:
    lines = attempt(1) + attempt(2, "12/03/2024 17:10")
    code, told, summary = ran(write(tmp_path, {"attempts.csv": HEADER + lines}, SOURCE))
    assert (code, told["status"]) == (3, "qualified")
    assert failing(told) == [("rejected", "attempts.csv", 1, 2)]
    assert "Do not quote counts from the files named here" in " ".join(summary.split())


def test_a_word_that_nobody_knows_is_named_with_its_number(tmp_path: Path) -> None:
    checks = "check_id,calling_number,attempted_at,method,outcome\n" + "".join(
        f"w{n},+61491570156,2024-03-13T04:0{n}:00Z,call,Spoke to customer\n" for n in range(3)
    )
    code, told, _ = ran(
        write(tmp_path, {"attempts.csv": HEADER + attempt(1), "welfare.csv": checks}, SOURCE, WELFARE)
    )
    assert (code, failing(told)) == (3, [("unknown_words", "welfare.csv: outcome = Spoke to customer", 3, 3)])


def test_a_network_in_another_case_is_answered_with_the_one_that_was_meant(tmp_path: Path) -> None:
    claim = (
        '[[claim]]\nid = "c"\nsaid_by = "A"\nsaid_on = 2024-03-20\nfigure = 1\nunit = "calls"\nmeasure ='
        ' "attempts.failed"\n'
    )
    claim += 'networks = ["!{}"]\n'
    case = write(
        tmp_path,
        {"attempts.csv": HEADER + attempt(1)},
        SOURCE,
        OUTAGE.format("southern mobile"),
        claim.format("southern mobile"),
    )
    code, told, summary = ran(case)
    assert (code, failing(told)) == (3, [("unknown_names", "network southern mobile", 2, 2)])
    assert "Did you mean 'Southern Mobile'?" in " ".join(summary.split())


def test_the_network_of_an_attribution_must_be_one_that_is_in_the_logs(tmp_path: Path) -> None:
    asked = '[[attribution]]\nid = "whose"\nnetwork = "{}"\n'
    parts = (SOURCE, OUTAGE.format("Southern Mobile"), asked.format("Southern Mobil"))
    case = write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, *parts)
    code, told, summary = ran(case)
    assert (code, failing(told)) == (3, [("unknown_names", "network Southern Mobil", 1, 2)])
    assert "Did you mean 'Southern Mobile'?" in " ".join(summary.split())
    write(tmp_path, {}, *parts[:2], asked.format("Southern Mobile"))
    assert failing(ran(case)[1]) == []


@pytest.mark.parametrize(
    ("gate", "kind", "subject", "found", "among"),
    [
        ("not_opened", "not_opened", "TLS", 4, 9),
        ("near_misses", "near_miss", "9000", 2, 1),
        ("lost_ids", "id_column", "call_id", 11, 1000),
    ],
)
def test_what_the_loader_counted_beside_the_records_is_judged(
    tmp_path: Path,
    observe: Callable[[str, str, int, int], None],
    gate: str,
    kind: str,
    subject: str,
    found: int,
    among: int,
) -> None:
    observe(kind, subject, found, among)
    code, told, _ = ran(write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, SOURCE))
    path = "attempts*.csv" if gate == "near_misses" else "attempts.csv"
    assert (code, failing(told)) == (3, [(gate, f"{path}: {subject}", found, among)])
    write(tmp_path, {}, SOURCE, answer(gate, f'subject = "{path}: {subject}"'))
    assert ran(tmp_path)[0] == 1


def test_a_file_that_vanished_from_a_pattern_is_gone_until_it_is_back(tmp_path: Path) -> None:
    second = HEADER + attempt(2)
    case = write(tmp_path, {"attempts-1.csv": HEADER + attempt(1), "attempts-2.csv": second}, SOURCE)
    assert ran(case)[0] == 1
    (case / "attempts-2.csv").unlink()
    for _ in range(2):  # it stays so from run to run
        code, told, _ = ran(case)
        assert (code, failing(told)) == (3, [("gone", "attempts-2.csv", 1, 1)])
    write(tmp_path, {"attempts-old.csv": second}, SOURCE)
    assert failing(ran(case)[1]) == []


def test_a_file_that_only_case_toml_names_no_more_is_said_to_be_in_the_folder(tmp_path: Path) -> None:
    def said(told: dict[str, Any]) -> str:
        (sentence,) = (g["sentence"] for g in told["gates"] if not g["holds"])
        return str(sentence).partition("loaded this file. ")[2]

    files = {"attempts-1.csv": HEADER + attempt(1), "attempts-2.csv": HEADER + attempt(2)}
    case = write(tmp_path, files, SOURCE)
    assert ran(case)[0] == 1
    write(tmp_path, {}, SOURCE.replace("attempts*", "attempts-1"))
    code, told, _ = ran(case)
    assert (code, failing(told)) == (3, [("gone", "attempts-2.csv", 1, 1)])
    assert said(told) == "It is still in the folder, but no [[source]] of case.toml names it."
    assert CliRunner().invoke(auditor, ["verify", str(case)], standalone_mode=False).return_value == 0
    (case / "attempts-2.csv").unlink()
    assert said(ran(case)[1]) == "It is missing now."


def test_a_past_state_of_knowledge_misses_what_is_gone_and_not_what_came_in_later(tmp_path: Path) -> None:
    files = {
        f"{name}-{n}.csv": HEADER + attempt(len(name) + n) for name in ("attempts", "late") for n in (1, 2)
    }
    received = "received_at = 2024-0{}-01T00:00:00Z\n".format
    case = write(tmp_path, files, SOURCE + received(4), SOURCE.replace("attempts*", "late*") + received(5))
    assert ran(case)[0] == 1
    for name in ("attempts-2.csv", "late-2.csv"):
        (case / name).unlink()
    missed = (
        [("gone", "attempts-2.csv", 1, 1)],
        [("gone", name, 1, 1) for name in ("attempts-2.csv", "late-2.csv")],
    )
    early, late = (ran(case, "--as-of", f"2024-0{month}-02T00:00:00Z") for month in (4, 5))
    assert [(code, failing(told)) for code, told, _ in (early, late)] == [(3, missed[0]), (3, missed[1])]
    for _ in range(2):
        code, told, _ = ran(case)
        assert (code, failing(told)) == (3, missed[1])
    assert [failing(ran(case, "--as-of", f"2024-0{n}-02T00:00:00Z")[1]) for n in (4, 5)] == list(missed)
    runs = {m.at: m.run for m in knowledge(case)}
    for _, then, _ in (ran(case, "--as-of", at) for at in runs):
        assert runs[then["as_of"].replace("+00:00", "Z")] == then["run"]
    with read_audit(case) as kept:
        assert {m.at: m.run for m in kept.reconciliation.timeline} == runs
    for options in ((), ("--as-of", "2024-05-02T00:00:00Z")):
        ran(case, *options)
        seen = CliRunner().invoke(auditor, ["verify", str(case)], standalone_mode=False)
        assert seen.return_value == 0, seen.output


def test_a_part_of_a_file_that_came_in_later_is_not_gone(tmp_path: Path) -> None:
    kept = '\nkeep = {{ column = "network", values = ["{}"] }}\nreceived_at = 2024-0{}-01T00:00:00Z\n'.format
    case = write(
        tmp_path,
        {
            "attempts.csv": HEADER + attempt(1, network="a") + attempt(2, network="b"),
            "z.csv": HEADER + attempt(3),
        },
        SOURCE + kept("a", 4),
        SOURCE + kept("b", 5),
    )
    assert ran(case)[0] == 1
    _, told, _ = ran(case, "--as-of", "2024-04-02T00:00:00Z")
    assert (failing(told), len(told["files"])) == ([], 1)


def test_a_member_that_is_missing_from_its_archive_is_gone(tmp_path: Path) -> None:
    case = write(tmp_path, {}, SOURCE.replace("attempts*.csv", "logs.zip"))
    members = {"a.csv": HEADER + attempt(1), "b.csv": HEADER + attempt(2)}
    for names in (("a.csv", "b.csv"), ("a.csv",)):
        with zipfile.ZipFile(case / "logs.zip", "w") as archive:
            for name in names:
                archive.writestr(name, members[name])
        code, told, _ = ran(case)
    assert (code, failing(told)) == (3, [("gone", "logs.zip!/b.csv", 1, 1)])


def test_a_file_that_is_gone_is_part_of_what_makes_a_run(tmp_path: Path) -> None:
    files = {"attempts-1.csv": HEADER + attempt(1), "attempts-2.csv": HEADER + attempt(2)}
    case = write(tmp_path, files, SOURCE)
    ran(case)
    (case / "attempts-2.csv").unlink()
    after = ran(case)[1]["run"]
    with read_audit(case) as again:
        assert (again.run, again.status) == (after, "qualified")
    (case / ".auditor" / "case.duckdb").unlink()
    assert ran(case)[1]["run"] != after


def test_a_log_that_the_case_names_no_longer_is_gone_too(tmp_path: Path) -> None:
    case = write(
        tmp_path, {"attempts-1.csv": HEADER + attempt(1), "attempts-2.csv": HEADER + attempt(2)}, SOURCE
    )
    ran(case)
    write(tmp_path, {}, SOURCE.replace("attempts*", "attempts-1"))
    code, told, _ = ran(case)
    assert (code, failing(told), told["unnamed_files"]) == (
        3,
        [("gone", "attempts-2.csv", 1, 1)],
        ["attempts-2.csv"],
    )
    write(
        tmp_path, {}, SOURCE.replace("attempts*", "attempts-1"), answer("gone", 'subject = "attempts-2.csv"')
    )
    assert ran(case)[0] == 1


def test_an_answer_holds_until_the_count_grows(tmp_path: Path) -> None:
    spoilt = attempt(2, "noon")
    case = write(
        tmp_path,
        {"attempts.csv": HEADER + attempt(1) + spoilt},
        SOURCE,
        answer("rejected", 'subject = "attempts.csv"', "count = 1"),
    )
    code, told, summary = ran(case)
    (gate,) = [g for g in told["gates"] if not g["holds"]]
    assert (code, told["status"], gate["accepted_by"], gate["accepted_on"]) == (
        1,
        "complete",
        "J. Citizen",
        "2024-05-01",
    )
    assert "Accepted by J. Citizen on 2024-05-01: seen on paper." in " ".join(summary.split())
    write(
        tmp_path,
        {"attempts.csv": HEADER + attempt(1) + spoilt + spoilt},
        SOURCE,
        answer("rejected", "count = 1"),
    )
    code, told, summary = ran(case)
    (gate,) = [g for g in told["gates"] if not g["holds"]]
    assert (code, told["status"], gate["accepted_by"]) == (3, "qualified", None)
    assert (
        "J. Citizen accepted a count of 1 on 2024-05-01. Now it is 2, so the acceptance has lapsed."
        in " ".join(summary.split())
    )


def test_an_answer_that_meets_nothing_is_said_and_answers_for_nothing_else(tmp_path: Path) -> None:
    lines = attempt(1) + attempt(2, "noon")
    case = write(
        tmp_path,
        {"attempts.csv": HEADER + lines},
        SOURCE,
        answer("rejected", 'subject = "attempt.csv"'),
        answer("gone"),
    )
    code, told, _ = ran(case)
    assert (code, told["status"]) == (3, "qualified")
    assert [c for c in told["cautions"] if "nothing of that kind was found" in c] == [
        (
            "case.toml accepts the gate rejected for attempt.csv (by J. Citizen), but nothing of that kind"
            " was found."
        ),
        "case.toml accepts the gate gone (by J. Citizen), but nothing of that kind was found.",
    ]


def test_an_answer_is_part_of_what_makes_a_run(tmp_path: Path) -> None:
    files = {"attempts.csv": HEADER + attempt(1)}
    first = ran(write(tmp_path, files, SOURCE))[1]["run"]
    assert ran(write(tmp_path, files, SOURCE, answer("gone")))[1]["run"] != first


def test_files_that_no_source_names_are_a_caution_and_change_no_exit_code(tmp_path: Path) -> None:
    case = write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, SOURCE)
    before, _, _ = ran(case)
    (case / "late").mkdir()
    (case / "late" / "bravo.csv").write_text(HEADER + attempt(9), encoding="utf-8")
    for n in range(12):
        (case / f"charlie-{n:02}.log").write_text("x\n", encoding="utf-8")
    for own in (".DS_Store", "Thumbs.db", "._attempts.csv"):
        (case / own).write_text("x", encoding="utf-8")
    code, told, summary = ran(case)
    assert code == before == 1
    assert told["unnamed_files"] == [*(f"charlie-{n:02}.log" for n in range(12)), "late/bravo.csv"]
    assert "charlie-09.log and 3 more." in " ".join(summary.split())
    assert "charlie-10.log" not in summary


def test_files_that_came_in_later_are_not_unnamed(tmp_path: Path) -> None:
    later = SOURCE.replace("attempts*", "late") + "received_at = 2024-05-01T00:00:00Z\n"
    files = {"attempts.csv": HEADER + attempt(1), "late.csv": HEADER + attempt(2)}
    case = write(tmp_path, files, SOURCE + "received_at = 2024-04-01T00:00:00Z\n", later)
    code, told, _ = ran(case, "--as-of", "2024-04-02T00:00:00Z")
    assert (code, told["unnamed_files"], failing(told)) == (1, [], [])


def test_a_name_that_is_no_text_is_listed_and_stops_nothing(tmp_path: Path) -> None:
    case = write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, SOURCE)
    (tmp_path / os.fsdecode(b"delta-\xff.csv")).write_text("x\n", encoding="utf-8")
    code, told, summary = ran(case)
    assert (code, len(told["unnamed_files"])) == (1, 1)
    assert "delta-" in summary
    with read_audit(case) as audit:
        written = write_reports(audit, tmp_path / "reports", FORMATS)
    assert len(written) == len(FORMATS) + 1  # the annex of the PDF


def test_a_folder_that_cannot_be_looked_into_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = read_case(write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, SOURCE))
    (tmp_path / "closed").mkdir()
    look = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert unnamed_files(case) == ("closed",)


def test_the_empty_name_of_a_claim_stands_for_records_that_name_none(tmp_path: Path) -> None:
    claim = (
        '[[claim]]\nid = "c"\nsaid_by = "A"\nsaid_on = "2024"\nfigure = 1\nunit = "calls"\nmeasure ='
        ' "attempts.failed"\nnetworks = [""]\n'
    )
    assert failing(ran(write(tmp_path, {"attempts.csv": HEADER + attempt(1)}, SOURCE, claim))[1]) == []


def test_an_id_that_all_callers_share_is_no_call_id_until_the_case_says_so(tmp_path: Path) -> None:
    head = "call_id,started_at,calling_number,dialled,sip_status\n"
    lines = "".join(f"trunk 7,2024-03-12T17:{n:02}:00Z,+6149157{n:04},000,503\n" for n in range(20))
    case = write(tmp_path, {"attempts.csv": head + lines}, SOURCE)
    code, told, summary = ran(case)
    assert (code, failing(told)) == (3, [("shared_ids", "call_id", 20, 20)])
    assert 'nulls = { call_id = ["..."] }' in " ".join(summary.split())
    write(tmp_path, {}, SOURCE + 'nulls = { call_id = ["trunk 7"] }\n')
    assert (ran(case)[0], failing(ran(case)[1])) == (1, [])


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "660 minutes earlier"),
        ("Australia/Perth", "180 minutes earlier"),
        ("Pacific/Kiritimati", "180 minutes later"),
    ],
)
def test_a_log_in_a_wrong_zone_is_not_a_log_of_failures(zone: str, said: str, tmp_path: Path) -> None:
    head = "call_id,started_at,calling_number,dialled,sip_status\n"
    calls = "".join(f",2024-03-13T04:{n:02}:00,+6149157{n:04},000,200\n" for n in range(12))
    arrived = "".join(f"2024-03-13T04:{n:02}:04,+6149157{n:04},answered\n" for n in range(12))
    files = {
        "attempts.csv": head + calls,
        "centre.csv": "presented_at,calling_number,disposition\n" + arrived,
    }
    centre = '[[source]]\nrole = "centre"\npath = "centre.csv"\ntimezone = "Australia/Sydney"\n'
    case = write(tmp_path, files, SOURCE + f'timezone = "{zone}"\n', centre)
    code, told, _ = ran(case)
    assert (code, [(gate, count, of) for gate, _, count, of in failing(told)]) == (
        3,
        [("shifted_times", 12, 12)],
    )
    assert said in failing(told)[0][1]
    write(tmp_path, {}, SOURCE + 'timezone = "Australia/Sydney"\n', centre)
    assert failing(ran(case)[1]) == []
