"""`auditor init`: what it guesses of a folder of logs, what it leaves to be filled in, and that its draft is
taken by the case reader."""

from __future__ import annotations

import gzip
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from auditor.case import read_case
from auditor.errors import EvidenceError, UsageError
from auditor.ingest import check_heads
from auditor.scaffold import Draft, scaffold
from auditor.simulate import simulate

CANONICAL = (
    "call_id,network,started_at,calling_number,dialled\nx1,alpha,2024-03-12T17:00:00+11:00,0491570156,000\n"
)


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def drafted(folder: Path, regime: str | None = None) -> tuple[Draft, dict[str, Any]]:
    """The draft, written into the folder, and what its TOML says."""
    draft = scaffold(folder, regime)
    (folder / "case.toml").write_text(draft.text, encoding="utf-8")
    return draft, tomllib.loads(draft.text)


@pytest.mark.parametrize("shape", ["tidy", "optus-2023", "messy", "mixed"])
def test_a_simulated_folder_needs_nothing_but_its_zones(tmp_path: Path, shape: str) -> None:
    simulate(tmp_path, 3, shape=shape)
    (tmp_path / "case.toml").unlink()
    draft, said = drafted(tmp_path)
    assert said["case"]["regime"] == "au"
    assert {name for name, _ in draft.left_out} == {"README.md"}
    filled = draft.text.replace('"FILL IN"', '"Australia/Sydney"')
    (tmp_path / "case.toml").write_text(filled, encoding="utf-8")
    assert check_heads(read_case(tmp_path)).problems == ()


def test_roles_are_told_by_columns_never_by_names(tmp_path: Path) -> None:
    put(tmp_path, "welfare.csv", CANONICAL)
    put(
        tmp_path,
        "attempts.csv",
        "Ticket,Customer number,When,Outcome\n1,0491570156,2024-03-12T17:00:00+11:00,contacted\n",
    )
    _, said = drafted(tmp_path)
    roles = {source["path"]: source["role"] for source in said["source"]}
    assert roles == {"welfare.csv": "attempts", "attempts.csv": "welfare"}


def test_own_column_names_are_mapped_and_strange_ones_named(tmp_path: Path) -> None:
    put(
        tmp_path,
        "log.csv",
        "A_NUM,B_NUM,start_time,Disposition code\n0491570156,000,2024-03-12T17:00:00Z,7\n",
    )
    draft, said = drafted(tmp_path)
    assert said["source"][0]["columns"] == {
        "started_at": "start_time",
        "calling_number": "A_NUM",
        "dialled": "B_NUM",
    }
    assert "kept aside, for no canonical name was found: Disposition code" in draft.text


def test_a_column_is_never_taken_twice(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "start,end,caller,src,called\n2024-03-12T17:00:00Z,,0491570156,0491570157,000\n")
    _, said = drafted(tmp_path)
    own = list(said["source"][0]["columns"].values())
    assert len(own) == len(set(own))


def test_a_time_without_offset_is_left_to_be_filled_in_and_its_line_named(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", CANONICAL.replace("+11:00", ""))
    draft, said = drafted(tmp_path)
    assert said["source"][0]["timezone"] == "FILL IN"
    assert draft.to_fill == 1
    with pytest.raises(UsageError) as caught:
        read_case(tmp_path)
    assert caught.value.where is not None
    line = caught.value.where.line
    assert line is not None
    assert "FILL IN" in draft.text.splitlines()[line - 1]


def test_a_day_above_twelve_tells_day_from_month(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,dialled\n13/03/2024 01:02:03,000\n02/03/2024 01:02:03,000\n")
    assert drafted(tmp_path)[1]["source"][0]["time_format"] == "%d/%m/%Y %H:%M:%S"


@pytest.mark.holds("fault.56")
def test_day_and_month_that_cannot_be_told_apart_are_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,dialled\n02/03/2024 01:02:03,000\n")
    draft, said = drafted(tmp_path)
    assert said["source"][0]["time_format"] == "FILL IN"
    assert "%d/%m/%Y %H:%M:%S or %m/%d/%Y %H:%M:%S" in draft.text


def test_seconds_since_1970_need_no_zone(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,dialled\n1710201723,000\n1710201724.25,112\n")
    source = drafted(tmp_path)[1]["source"][0]
    assert source["time_format"] == "epoch"
    assert "timezone" not in source


def test_files_of_one_kind_make_one_source_and_no_other_file_slips_in(tmp_path: Path) -> None:
    for n in (1, 2, 3):
        put(tmp_path, f"sw{n}.csv", CANONICAL.replace("x1", f"x{n}"))
    (tmp_path / "sw4.csv.gz").write_bytes(gzip.compress(CANONICAL.encode()))
    assert [source["path"] for source in drafted(tmp_path)[1]["source"]] == ["sw*"]
    put(tmp_path, "sw-welfare.csv", "check_id,attempted_at\n1,2024-03-12T17:00:00Z\n")
    paths = [source["path"] for source in drafted(tmp_path)[1]["source"]]
    assert paths == ["sw1.csv", "sw2.csv", "sw3.csv", "sw4.csv.gz", "sw-welfare.csv"]


def test_names_with_marks_of_patterns_are_written_one_by_one(tmp_path: Path) -> None:
    put(tmp_path, "cdr[1].csv", CANONICAL)
    put(tmp_path, "cdr[2].csv", CANONICAL)
    drafted(tmp_path)
    assert [source.path for source in read_case(tmp_path).sources] == ["cdr[1].csv", "cdr[2].csv"]


def test_the_jurisdiction_is_the_one_whose_numbers_are_dialled(tmp_path: Path) -> None:
    put(
        tmp_path,
        "log.csv",
        CANONICAL.replace(",000", ",999") + CANONICAL.splitlines()[1].replace(",000", ",112") + "\n",
    )
    assert drafted(tmp_path)[1]["case"]["regime"] == "gb"
    assert drafted(tmp_path, regime="nz")[1]["case"]["regime"] == "nz"


def test_without_emergency_numbers_the_jurisdiction_is_left_to_be_filled_in(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", CANONICAL.replace(",000", ",0298765432"))
    draft, said = drafted(tmp_path)
    assert said["case"]["regime"] == "FILL IN"
    assert draft.to_fill == 1


def test_hidden_and_unknown_files_are_named_with_a_reason(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", CANONICAL)
    put(tmp_path, ".hidden.csv", CANONICAL)
    put(tmp_path, "notes.txt", "rang the switch room\n")
    put(tmp_path, "prices.csv", "item,price\napple,3\n")
    put(tmp_path, "empty.csv", "")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7\0\0")
    put(tmp_path, "reports/audit.csv", CANONICAL)
    draft, _ = drafted(tmp_path)
    assert dict(draft.left_out) == {
        ".hidden.csv": "it is hidden",
        "notes.txt": "its first line names no columns",
        "prices.csv": "its columns are those of no known table",
        "empty.csv": "it is empty",
        "scan.pdf": "it is a PDF, which is not read",
    }
    assert all(f"#   {name}: {why}" in draft.text for name, why in draft.left_out)


def test_logs_in_folders_below_are_found(tmp_path: Path) -> None:
    put(tmp_path, "alpha/cdr.csv", CANONICAL)
    assert drafted(tmp_path)[1]["source"][0]["path"] == "alpha/cdr.csv"


def test_hostile_names_stay_inside_their_strings(tmp_path: Path) -> None:
    put(
        tmp_path,
        'a"b\\c.csv',
        'started_at,dialled,"x\n# y"\n2024-03-12T17:00:00Z,000,1\n'.replace('"x\n# y"', "x \x1b[31m"),
    )
    draft, said = drafted(tmp_path)
    assert said["source"][0]["path"] == 'a"b\\c.csv'
    assert "\x1b" not in draft.text


def test_semicolons_and_letters_that_are_not_utf8_are_noted(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(
        "started_at;dialled;Ort\n2024-03-12T17:00:00Z;000;M\xfcnchen\n".encode("cp1252")
    )
    source = drafted(tmp_path)[1]["source"][0]
    assert (source["delimiter"], source["encoding"]) == (";", "cp1252")


def test_a_vendors_layout_is_told_without_a_header(tmp_path: Path) -> None:
    who = '"","100","000","ctx","""x"" <100>","SIP/a","SIP/b","Dial","",'
    what = '"2024-03-12 17:00:00","","2024-03-12 17:00:09",9,0,"FAILED","DOCUMENTATION","1710223200.17",""'
    row = f"{who}{what}\n"
    put(tmp_path, "Master.csv", row * 3)
    draft, said = drafted(tmp_path)
    assert said["source"][0]["role"] == "attempts"
    assert said["source"][0]["timezone"] == "Australia/Sydney"
    assert "show that its clock was at +11:00 from UTC" in draft.text
    assert "columns" not in said["source"][0]
    assert said["case"]["regime"] == "au"
    assert "Asterisk" in draft.text


def test_a_folder_without_a_log_is_an_error_that_says_why(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt", "nothing here\n")
    with pytest.raises(EvidenceError, match=r"notes\.txt: its first line names no columns"):
        scaffold(tmp_path)


def test_json_lines_and_parquet_are_looked_into(tmp_path: Path) -> None:
    import polars

    put(tmp_path, "a.jsonl", '{"start_time": "2024-03-12T17:00:00Z", "callee": "000"}\n{"torn\n')
    polars.DataFrame({"presented_at": ["2024-03-12T17:00:00Z"], "centre_call_id": ["E1"]}).write_parquet(
        tmp_path / "b.parquet"
    )
    _, said = drafted(tmp_path)
    assert [(source["path"], source["role"]) for source in said["source"]] == [
        ("a.jsonl", "attempts"),
        ("b.parquet", "centre"),
    ]
    assert said["source"][0]["columns"] == {"started_at": "start_time", "dialled": "callee"}


LOG = '[[source]]\nrole = "attempts"\npath = "log.csv"\n'


def test_every_line_to_fill_in_is_named_at_once_with_its_key(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "started_at,dialled\n02/03/2024 01:02:03,0398765000\n")
    put(tmp_path, "checks.csv", "attempted_at,outcome\n13/03/2024 01:02:03,xyzzy\n")
    draft, _ = drafted(tmp_path)
    with pytest.raises(UsageError) as caught:
        read_case(tmp_path)
    assert caught.value.message.startswith(f"{draft.to_fill} line(s) are not filled in: line ")
    for key in ("(for regime)", "(for time_format)", "(for timezone)", '(for "xyzzy")'):
        assert key in caught.value.message
    put(tmp_path, "case.toml", '[case]\ntitle = "What FILL IN means"  # "FILL IN"\nregime = "au"\n' + LOG)
    assert read_case(tmp_path).title == "What FILL IN means"


def test_files_whose_names_only_end_alike_are_named_one_by_one(tmp_path: Path) -> None:
    for name in ("alpha", "beta", "gamma"):
        put(tmp_path, f"{name}.csv", CANONICAL.replace("x1", name))
    for name in ("cdr_2024-03-12", "cdr_2024-03-13.1"):
        put(tmp_path, f"{name}.log", CANONICAL.replace("x1", name))
    paths = [source["path"] for source in drafted(tmp_path)[1]["source"]]
    assert paths == ["alpha.csv", "beta.csv", "cdr_2024-03-1*.log", "gamma.csv"]


def test_a_column_of_emergency_numbers_makes_a_log_one_of_calls(tmp_path: Path) -> None:
    names = "Ref;Number rung;Customer number;When made;Picked up\n"
    for name, (even, odd) in (("calls", ("000", "112")), ("checks", ("7", "12"))):
        rows = (
            f"{n};{odd if n % 2 else even};049157015{n};2024-03-13 10:0{n}:00;2024-03-13 10:0{n}:09\n"
            for n in range(6)
        )
        put(tmp_path, f"{name}.csv", names + "".join(rows))
    names = "Seq;Dialled no.;Caller;Arrived;Picked up\n"
    row = "7;000;0491570156;2024-03-13 10:00:00;2024-03-13 10:00:09\n"
    put(tmp_path, "desk.csv", names + row + row)
    # Hardly a column has a known name: what is likeliest stands in the comment.
    pairs = re.findall(r"not sure: (.*?)\? .*\npath = \"(.*)\"", drafted(tmp_path)[0].text)
    likeliest = {path: candidates.split(" or ") for candidates, path in pairs}
    assert set(likeliest["calls.csv"]) == set(likeliest["desk.csv"]) == {"attempts", "centre"}
    assert likeliest["checks.csv"][0] == "welfare"


def test_the_outage_of_a_draft_is_plainly_an_example_and_names_the_networks_seen(tmp_path: Path) -> None:
    put(tmp_path, "log.csv", "Beginn;Netz;Ziel\n2024-03-12T17:00:00Z;S\u00fcdtel;000\n")
    text = drafted(tmp_path)[0].text
    assert '# networks = ["S\u00fcdtel"]  # those seen' in text
    assert text.count("an example: write") == 2
    put(tmp_path, "log.csv", "Beginn;Ziel\n2024-03-12T17:00:00Z;000\n")
    text = drafted(tmp_path)[0].text
    assert "# networks = []  # no column of the logs is taken for their network" in text
    assert '# network = "..."  # no column is taken for it' in text
