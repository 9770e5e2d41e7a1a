"""What a bundle holds, that it is sealed only where the logs give it, and that other tools read it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path
from typing import IO, Any

import bagit
import pytest

from auditor.bundle.timestamp import request
from tests.bundle.sealed import NUMBERS, Sealed, audited, make_case, members_of
from tests.called import call


def test_a_bundle_holds_all_that_an_audit_rests_on(sealed: Sealed) -> None:
    _, members = members_of(sealed.bundle)
    assert {
        "data/case/case.toml",
        "data/case/layouts/alpha.toml",
        "data/case/areas.geojson",
        "data/case/logs/attempts-1.csv",
        "data/case/logs/attempts-2.csv",
        "data/reports/audit.json",
        "data/reports/callers.csv",
        "data/rules/carriage/rules/ec_001_failed_in_significant_outage.sql",
        "data/rules/reference/sip_status.csv",
        "data/rules/regimes/au.toml",
        "data/custody.jsonl",
        "data/sealer.pub",
        "data/ro-crate-metadata.json",
    } <= set(members)
    assert not [name for name in members if "letter.eml" in name or "duckdb" in name or ".key" in name]
    sealed_document = json.loads(members["data/sealed.json"])
    audit = json.loads(members["data/reports/audit.json"])
    assert sealed_document["run"] == audit["run"]
    assert {t["name"]: t["rows"] for t in sealed_document["tables"]}["attempt"] == 3
    assert members["data/reports/audit.json"] == (sealed.case / "reports" / "audit.json").read_bytes()


def test_a_bundle_without_logs_holds_no_number_of_a_caller(sealed: Sealed) -> None:
    _, members = members_of(sealed.without)
    content = b"".join(member for name, member in members.items() if not name.startswith("data/rules/"))
    assert not [number for number in NUMBERS if number.encode() in content]
    assert NUMBERS[0].encode() in sealed.bundle.read_bytes()
    assert [stat.S_IMODE(p.stat().st_mode) for p in (sealed.bundle, sealed.without)] == [0o600, 0o600]


def test_the_layout_is_a_bag_that_bagit_validates(sealed: Sealed, tmp_path: Path) -> None:
    with zipfile.ZipFile(sealed.bundle) as file:
        file.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert bagit.Bag(str(folder)).is_valid()
    (folder / "data" / "case" / "centre.csv").write_text("other")
    assert not bagit.Bag(str(folder)).is_valid()


@pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is not installed")
def test_a_stranger_checks_a_bundle_with_minisign_and_sha256sum_alone(sealed: Sealed, tmp_path: Path) -> None:
    with zipfile.ZipFile(sealed.bundle) as file:
        file.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    for command in (
        ["minisign", "-Vm", "tagmanifest-sha256.txt", "-p", str(sealed.public)],
        ["sha256sum", "-c", "--quiet", "--strict", "tagmanifest-sha256.txt", "manifest-sha256.txt"],
    ):
        assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def test_the_metadata_names_every_file_once_and_each_id_is_defined(sealed: Sealed) -> None:
    _, members = members_of(sealed.bundle)
    graph = {entry["@id"]: entry for entry in json.loads(members["data/ro-crate-metadata.json"])["@graph"]}
    parts = [part["@id"] for part in graph["./"]["hasPart"]]
    assert sorted(parts) == sorted(
        name.removeprefix("data/")
        for name in members
        if name.startswith("data/") and not name.endswith("ro-crate-metadata.json")
    )
    named = [each["@id"] for each in (*graph["#audit"]["object"], *graph["#audit"]["result"])]
    assert set(named) <= set(graph)
    assert "reports/audit.json" in named
    assert "case/case.toml" in named


def test_the_same_case_is_sealed_to_the_same_bytes(sealed: Sealed, tmp_path: Path) -> None:
    for name in ("one", "two"):
        case = shutil.copytree(sealed.case, tmp_path / name)
        assert call("seal", case, "-o", tmp_path / f"{name}.zip", "--key-file", sealed.key).returncode == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_seal_is_in_the_custody_log_and_a_case_with_a_broken_log_is_not_sealed(
    sealed: Sealed, tmp_path: Path
) -> None:
    case = Path(shutil.copytree(sealed.case, tmp_path / "case"))
    assert call("seal", case, "-o", tmp_path / "b.zip", "--with-logs").returncode == 0
    log = case / ".auditor" / "custody.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    assert hashlib.sha256((tmp_path / "b.zip").read_bytes()).hexdigest() in lines[-1]
    assert '"is_revealed": true' in lines[-2], "the logs leave the case in clear"
    log.write_text("".join(lines[:-1]))
    done = call("seal", case, "-o", tmp_path / "c.zip")
    assert (done.returncode, (tmp_path / "c.zip").exists()) == (3, False)
    assert "custody" in done.stderr


def test_a_request_for_a_time_stamp_holds_the_hash_of_the_bundle(sealed: Sealed, tmp_path: Path) -> None:
    query = sealed.bundle.with_name("audit.tsq").read_bytes()
    digest = hashlib.sha256(sealed.bundle.read_bytes())
    assert query == request(digest.hexdigest())
    # SEQUENCE { INTEGER 1, SEQUENCE { SEQUENCE { sha256, NULL }, OCTET STRING }, BOOLEAN TRUE }
    head = "3039 020101 3031 300d 0609608648016503040201 0500 0420"
    assert query == bytes.fromhex(head) + digest.digest() + bytes.fromhex("0101ff")


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_request_is_the_one_that_openssl_writes(sealed: Sealed, tmp_path: Path) -> None:
    command = ["openssl", "ts", "-query", "-data", str(sealed.bundle), "-sha256", "-cert", "-no_nonce"]
    subprocess.run([*command, "-out", "q.tsq"], cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / "q.tsq").read_bytes() == sealed.bundle.with_name("audit.tsq").read_bytes()


@pytest.fixture
def case(sealed: Sealed, tmp_path: Path) -> Path:
    """A copy of the audited case."""
    return Path(shutil.copytree(sealed.case, tmp_path / "case"))


def test_a_report_that_the_logs_do_not_give_is_not_sealed(case: Path, tmp_path: Path) -> None:
    report = case / "reports" / "findings.csv"
    report.write_text(report.read_text(encoding="utf-8").replace("EC-001", "EC-002"), encoding="utf-8")
    done = call("seal", case, "-o", tmp_path / "b.zip")
    assert done.returncode == 3
    assert "findings.csv" in done.stderr
    assert not (tmp_path / "b.zip").exists()


def test_a_log_that_changed_since_the_audit_is_not_sealed(case: Path, tmp_path: Path) -> None:
    log = case / "logs" / "attempts-1.csv"
    log.write_text(log.read_text(encoding="utf-8").replace("503", "200"), encoding="utf-8")
    assert call("seal", case, "-o", tmp_path / "b.zip").returncode == 3
    assert not (tmp_path / "b.zip").exists()


def test_a_case_to_which_an_earlier_copy_came_is_sealed_as_what_its_folder_is(
    case: Path, tmp_path: Path
) -> None:
    shutil.copy(case / "logs" / "attempts-2.csv", case / "logs" / "attempts-0.csv")
    assert call("run", case, "-q", "-p", "match_after_s=90").returncode == 1
    done = call("seal", case, "-o", tmp_path / "b.zip")
    assert done.returncode == 0, done.stderr


def test_a_log_that_is_a_link_out_of_the_case_is_not_sealed(case: Path, tmp_path: Path) -> None:
    log = case / "logs" / "attempts-1.csv"
    log.rename(tmp_path / "elsewhere.csv")
    log.symlink_to(tmp_path / "elsewhere.csv")
    done = call("seal", case, "-o", tmp_path / "b.zip", "--with-logs")
    assert done.returncode == 2
    assert "leads out of the case" in done.stderr


def test_a_bundle_is_written_over_no_log_and_into_no_case(case: Path) -> None:
    before = (case / "centre.csv").read_bytes()
    for target in (case / "centre.csv", case / "b.zip"):
        assert call("seal", case, "-o", target).returncode == 2
    assert (case / "centre.csv").read_bytes() == before
    assert not (case / "b.zip").exists()


def test_a_case_that_was_never_audited_is_not_sealed(tmp_path: Path) -> None:
    from tests.bundle.sealed import make_case

    done = call("seal", make_case(tmp_path / "case"), "-o", tmp_path / "b.zip")
    assert done.returncode == 2
    assert "auditor run" in done.stderr


def test_the_reports_for_people_are_sealed_with_the_others(tmp_path: Path) -> None:
    case = audited(tmp_path / "case")
    assert call("report", case, "--format", "md,csv,pdf").returncode == 0
    assert call("report", case, "--format", "md", "--profile", "executive").returncode == 0
    assert call("report", case, "--format", "md", "--public", "5").returncode == 0
    assert call("seal", case, "-o", tmp_path / "b.zip", "--with-logs").returncode == 0
    _, members = members_of(tmp_path / "b.zip")
    reports = {name.removeprefix("data/reports/") for name in members if "/reports/" in name}
    assert {"report.md", "report-executive.md", "csv/attempts.csv"} <= reports | {"csv/attempts.csv"}
    assert {"annex/callers.csv", "annex/definitions.sql"} <= reports
    assert "report-public.md" not in reports, "its name does not say below which count"
    done = call("verify", tmp_path / "b.zip")
    assert done.returncode == 0, done.stdout


def test_a_seal_that_is_cut_off_leaves_the_bundle_of_before(
    sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.bundle import container

    case = Path(shutil.copytree(sealed.case, tmp_path / "case"))
    (tmp_path / "b.zip").write_bytes(b"the bundle of before")
    write = container.write

    def cut_off(target: IO[bytes], *args: Any) -> None:
        write(target, *args)
        raise KeyboardInterrupt

    monkeypatch.setattr(container, "write", cut_off)
    assert call("seal", case, "-o", tmp_path / "b.zip").returncode == 130
    assert (tmp_path / "b.zip").read_bytes() == b"the bundle of before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.zip", "case"]


@pytest.mark.holds("trust.11")
@pytest.mark.parametrize("name", ["seal", "verify"])
def test_what_is_loaded_to_recompute_a_case_lies_in_its_state_folder(
    name: str, sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed leaves it there: numbers in clear belong nowhere else."""
    case, places = Path(shutil.copytree(sealed.case, tmp_path / "case")), []

    def cut_off(*_: object) -> None:
        places.append(Path(os.environ["AUDITOR_STATE"]))
        raise KeyboardInterrupt

    monkeypatch.setattr("auditor.bundle.recomputation.audit", cut_off)
    arguments = ("seal", case, "-o", tmp_path / "b.zip") if name == "seal" else ("verify", case)
    assert call(*arguments).returncode == 130
    scratch = case / ".auditor" / "scratch"
    assert [place.parents[1] for place in places] == [scratch]
    assert list(scratch.iterdir()) == []


NUMBER = "+61491570156"


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("case.toml", 'regime = "au"', f'regime = "au"  # {NUMBER} rang', "in clear: case.toml"),
        (
            "case.toml", "[[source]]",
            '[[exclusion]]\nid = "x"\nwho = "J"\nwhen = "2024-03-20"\nwhy = "asked"\n'
            f'callers = ["{NUMBER}"]\n[[source]]',
            "in clear: case.toml",
        ),
        ("layouts/alpha.toml", "columns", f"# as {NUMBER} has it\ncolumns", "in clear: layouts/alpha.toml"),
        ("areas.geojson", '"north"', f'"north", "of": "{NUMBER}"', "in clear: areas.geojson"),
        ("case.toml", "logs/attempts-*.csv", "logs/*-*.csv", "in clear: the name of logs/rec-•••••156.csv"),
    ],
)  # fmt: skip
def test_a_number_in_a_bundle_without_logs_needs_a_reason_and_a_line_of_custody(
    tmp_path: Path, name: str, before: str, after: str, said: str
) -> None:
    case = make_case(tmp_path / "case")
    text = (case / name).read_text()
    assert before in text
    (case / name).write_text(text.replace(before, after, 1))
    if "logs/" in after:
        (case / "logs/attempts-1.csv").rename(case / "logs/rec-0491570156.csv")
    assert call("run", case, "-q").returncode == 1
    bundle = tmp_path / "b.zip"
    refused = call("seal", case, "-o", bundle)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "0156" not in refused.stderr
    assert not bundle.exists()
    assert call("seal", case, "-o", bundle, "--reveal").returncode == 2
    done = call("seal", case, "-o", bundle, "--reveal", "--reason", "the regulator asked")
    assert done.returncode == 0, done.stderr
    told = call("custody", case, "--json").stdout
    assert "the regulator asked" in told
    assert "is_revealed" in told
    assert "+61491570156" not in told
    if "logs/" not in after:
        assert call("verify", bundle, "--evidence", case).returncode == 0


def test_numbers_of_tests_and_a_figure_need_no_reason(tmp_path: Path) -> None:
    case = make_case(tmp_path / "case")
    text = (case / "case.toml").read_text()
    claim = '[[claim]]\nid = "c"\nsaid_by = "X"\nsaid_on = 2024-03-13\n'
    claim += 'figure = 10_200_000\nunit = "services"\n'
    text = text.replace('regime = "au"', 'regime = "au"\ntest_numbers = ["+61491570006"]')
    (case / "case.toml").write_text(text + claim)
    assert call("run", case, "-q").returncode in (0, 1)
    done = call("seal", case, "-o", tmp_path / "b.zip")
    assert done.returncode == 0, done.stderr
