"""What must not end, hang or fill the program: one bad file or name never stops the others, and a request to
end is heeded anywhere."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import EvidenceError
from tests.called import call
from tests.hostile.running import LONG_S, ROWS, assert_gone, command, readers_of_files, workbook
from tests.query.made import audited, write_small_case

ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM'
    b' "file:///etc/passwd">]><sst><si><t>&e;</t></si></sst>'
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n + 1, *[n] * 8) for n in range(97, 112))
    + b']><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&p;</v></c></row></sheetData></worksheet>'
)
SHEET = "xl/worksheets/sheet1.xml"
BAD_BOOKS: dict[str, dict[str, Any]] = {
    "a cell at the far corner": {"corner": "XFD1048576"},
    "an external entity": {"part": (SHEET, ENTITY)},
    "a sheet that is no XML": {
        "part": (SHEET, b"<worksheet><sheetData><row><c r='A1' t='s'><v>99999999999999999999</v></c></row>")
    },
    "entities that grow without end": {"part": (SHEET, LAUGHS)},
    "a reference of no meaning": {
        "part": (
            SHEET,
            b'<worksheet><sheetData><row r="0"><c r="ZZZZZZZZZ0"><v>1</v></c></row></sheetData></worksheet>',
        )
    },
}


@pytest.mark.holds("crash.9", "crash.10", "trust.22")
@pytest.mark.parametrize("name", BAD_BOOKS)
def test_a_workbook_that_breaks_its_reader_is_rolled_back_and_the_others_are_read(
    name: str, tmp_path: Path
) -> None:
    case = write_small_case(tmp_path / "case")
    workbook(case / "bad.xlsx", ROWS, **BAD_BOOKS[name])
    workbook(case / "good.xlsx", ROWS)
    toml = case / "case.toml"
    toml.write_text(toml.read_text() + '[[source]]\nrole = "welfare"\npath = "*.xlsx"\ntimezone = "UTC"\n')
    done = call("run", case, "--format", "json")
    assert done.returncode == 3, done.stderr
    files = {file["path"]: file for file in json.loads(done.stdout)["files"]}
    assert (files["bad.xlsx"]["status"], files["good.xlsx"]["loaded"]) == ("rolled_back", 1)
    toml.unlink()
    drafted = call("init", case)
    assert (drafted.returncode, "left out bad.xlsx" in drafted.stderr, "good.xlsx" in toml.read_text()) == (
        0,
        True,
        True,
    )


def test_one_process_reads_a_workbook_and_is_gone_afterwards(tmp_path: Path) -> None:
    from tests.formats.test_sheet import opened

    workbook(
        tmp_path / "welfare.xlsx",
        [*ROWS, *([[f"c{n}", "2024-03-12T20:00:00Z", "0491570158"] for n in range(60_000)])],
    )
    sheet = opened(tmp_path / "welfare.xlsx")
    (process,) = readers_of_files()
    rows = sheet.rows()
    next(rows)
    del rows, sheet
    assert_gone([process])
    sheet = opened(tmp_path / "welfare.xlsx")
    assert len(list(sheet.rows())) == 60_001
    with pytest.raises(EvidenceError):
        opened(tmp_path / "welfare.xlsx", "attempts")
    assert_gone(readers_of_files())


@pytest.mark.holds("crash.7", "crash.8")
@pytest.mark.parametrize("count", [4 << 20, 12 << 20], ids=["plain", "gz"])
def test_a_bomb_of_line_ends_is_read_in_bounded_memory(count: int, tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    text = (case / "attempts.csv").read_bytes() + b"\n" * count
    (case / "attempts.csv").write_bytes(text if count == 4 << 20 else gzip.compress(text, 1))
    script = (
        "import sys; from pathlib import Path; from auditor.case import read_case; from auditor.ingest import"
        " load_sources\nfrom auditor.store import open_locked\nfolder = Path(sys.argv[1]); store ="
        " open_locked(folder / 'case.duckdb', threads=2)\nprint(load_sources(store, read_case(folder),"
        " threads=2)[0].non_data, flush=True)\nprint(next(line.split()[1] for line in"
        " open('/proc/self/status') if line.startswith('VmHWM')), flush=True)"
    )
    # Not ru_maxrss: that keeps the greatest size of the process that started this one.
    done = subprocess.run(
        [sys.executable, "-c", script, str(case)], capture_output=True, text=True, timeout=LONG_S, check=True
    )
    non_data, kilobytes = map(int, done.stdout.split())
    assert non_data == 1 + count
    assert kilobytes < 700_000, "an object a line took a gigabyte for a third of this"


@pytest.mark.parametrize(
    "rest",
    [
        b"\n",
        b"#\n",
        b"call_id,network,started_at,released_at,calling_number,imei,"
        b"dialled,cell_id,release_cause,sip_status\n",
    ],
)
def test_what_is_no_data_is_counted(rest: bytes, tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    with (case / "attempts.csv").open("ab") as file:
        file.write(rest * 300_000)
    done = call("run", case, "--format", "json")
    (found,) = [f for f in json.loads(done.stdout)["files"] if f["path"] == "attempts.csv"]
    assert (found["non_data"], found["loaded"], found["rejected"]) == (300_001, 6, 1)


def test_records_behind_a_blank_beginning_are_not_passed_over(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    (case / "centre.csv").write_bytes(b"\n" * 70_000 + (case / "centre.csv").read_bytes())
    done = call("run", case)
    assert (done.returncode, "are blank" in done.stdout) == (3, True)


@pytest.mark.holds("fault.46", "crash.11")
def test_a_file_whose_name_is_not_utf_8_is_read_like_any_other(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    text = (case / "attempts.csv").read_text().splitlines(keepends=True)
    strange = os.path.join(os.fsencode(case), b"attempts-\xe4\xff.csv")
    with open(strange, "w") as file:
        file.write(
            text[0]
            + text[1].replace("a1,", "z9,").replace("18:00:00", "21:00:00").replace("18:00:10", "21:00:10")
        )
    toml = case / "case.toml"
    toml.write_text(toml.read_text().replace('path = "attempts.csv"', 'path = "attempts*.csv"'))
    done = call("run", case, "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    assert {f["path"]: f["loaded"] for f in json.loads(done.stdout)["files"]}["attempts-\\xe4\\xff.csv"] == 1
    for arguments in (
        ("files", case),
        ("check", case),
        ("trace", case, "z9"),
        ("report", case, "--format", "html,csv,md,json"),
        ("run", case),
    ):
        again = call(*arguments)
        assert again.returncode in (0, 1), (arguments, again.stderr)
    assert "z9" in call("trace", case, "z9").stdout
    toml.unlink()
    drafted = call("init", case)
    assert (drafted.returncode, "its name is not UTF-8" in drafted.stderr) == (0, True)


@pytest.mark.holds("fault.68")
def test_no_output_holds_what_moves_a_terminal(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    mark, shown = "\x1b]0;x\x07\x1b[31m\x9b1m", "\\x1b"
    text = (case / "attempts.csv").read_text()
    name = f"at{mark}.csv"
    lines = [
        line.replace("alpha", f"al{mark}pha").replace(",c1,", f",c{mark},") for line in text.splitlines()
    ]
    (case / name).write_text("\n".join([*lines, f"z{mark},too,few"]) + "\n")
    (case / "attempts.csv").unlink()
    toml = case / "case.toml"
    toml.write_text(toml.read_text().replace('"attempts.csv"', '"at*.csv"'))
    printed = []
    for arguments in (
        ("run", case, "--full"), ("run", case, "--format", "json"), ("check", case), ("files", case),
        ("rejects", case), ("report", case, "--format", "html,md,csv,json"), ("claims", case),
        ("formats", case / name), ("trace", case, f"z{mark}"), ("find", case, f"z{mark}"), ("nosuch", mark),
        ("run", f"{case}/{mark}"), ("worklist", case), ("sql", case, "SELECT network, cell_id FROM attempt"),
        ("sql", case, f"SELECT '{mark}'", "--format", "csv"), ("custody", case),
    ):  # fmt: skip
        done = call(*arguments)
        assert done.returncode in (0, 1, 2, 3), (arguments, done.stderr)
        printed += [(arguments, done.stdout), (arguments, done.stderr)]
    reports = [
        p for p in (case / "reports").rglob("*") if p.suffix in (".html", ".md", ".csv", ".json", ".txt")
    ]
    printed += [((p.name, ""), p.read_text()) for p in reports]
    assert len(reports) > 4
    assert not [(what, text[:2000]) for what, text in printed if set(text) & {"\x1b", "\x07", "\x9b"}]
    assert any(shown in text for _, text in printed), "it is shown, and harmless"


@pytest.mark.holds("crash.12")
def test_a_case_whose_folder_is_not_utf_8_is_refused_with_what_to_do(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    strange = os.path.join(os.fsencode(tmp_path), b"c\xe4se")
    case.rename(os.fsdecode(strange))
    for name in (
        "run",
        "check",
        "files",
        "report",
        "worklist",
        "rejects",
        "sql",
        "init",
        "open",
        "claims",
        "diff",
    ):
        words: list[str | bytes] = [*command(name), strange, *(["--force"] if name == "init" else [])]
        done = subprocess.run(
            words, capture_output=True, timeout=LONG_S, check=False, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 2, (name, done.stderr)
        assert b"not UTF-8" in done.stderr


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    case = write_small_case(tmp_path / "case")
    toml = case / "case.toml"
    toml.write_text(toml.read_text().replace('"centre.csv"', '"centre*.csv"'))
    (case / "centre2.csv").symlink_to("/proc/self/mem")
    done = call("run", case, "--format", "json")
    assert done.returncode == 3, done.stderr
    assert {f["path"]: f["status"] for f in json.loads(done.stdout)["files"]}["attempts.csv"] == "loaded"


@pytest.fixture(scope="module")
def audited_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small case with a run behind it, to be read only."""
    return audited(tmp_path_factory.mktemp("crashes") / "case")


@pytest.mark.holds("crash.4")
@pytest.mark.parametrize("id_", ["1_2345678901", "1710262800_1234", "0412_345_678", "_1234567", "1234567_"])
def test_an_id_of_digits_and_underscores_is_traced_or_not_found(id_: str, audited_case: Path) -> None:
    done = call("trace", audited_case, id_)
    assert (done.returncode, done.stderr.startswith("error: ")) == (2, True), done.stderr


@pytest.mark.holds("fault.76", "crash.13")
@pytest.mark.parametrize(
    "closed", [">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", ">/dev/full", "| true", "2>&1 >&- | true"]
)
@pytest.mark.parametrize("arguments", ["run {case}", "files {case}", "nosuch", "schema case"])
def test_streams_that_are_closed_end_nothing_and_harm_nothing(
    closed: str, arguments: str, audited_case: Path, tmp_path: Path
) -> None:
    case = audited_case if "files" in arguments else write_small_case(tmp_path / "case")
    line = " ".join(command(*arguments.format(case=case).split()))
    shell = f"({line}; echo $? >{tmp_path / 'code'}) {closed}"
    subprocess.run(["/bin/bash", "-c", shell], timeout=LONG_S, check=False, capture_output=True)
    code = int((tmp_path / "code").read_text())
    assert code in (0, 1, 2, 5, 141)
    if closed != ">/dev/full" and "|" not in closed:
        assert code == {"run": 1, "files": 0, "nosuch": 2, "schema": 0}[arguments.split()[0]]
    if arguments.startswith("run"):
        assert call("files", case).returncode == 0, "the database is whole"


def test_limits_are_no_wider_than_those_a_process_was_given() -> None:
    script = (
        "import resource; from auditor.confinement import confine\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (5, 5))\n"
        "confine(None, memory_bytes=512 << 20, cpu_s=600, files=32)\n"
        "print(resource.getrlimit(resource.RLIMIT_CPU)[1], resource.getrlimit(resource.RLIMIT_AS)[1],"
        " flush=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=LONG_S, check=True
    )
    assert done.stdout.split() == ["5", str(512 << 20)]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
