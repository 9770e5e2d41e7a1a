"""A proof shows one caller in the sealed tables, and nothing of anyone else."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.bundle import absence as absences
from tests.bundle.sealed import NUMBERS, Sealed, make_case
from tests.called import call


@pytest.fixture
def case(sealed: Sealed, tmp_path: Path) -> Path:
    """A copy of the audited case: a proof leaves a line of custody."""
    return Path(shutil.copytree(sealed.case, tmp_path / "case"))


@pytest.fixture
def proof(case: Path, tmp_path: Path) -> Path:
    done = call("prove", case, "--number", "-", "-o", tmp_path / "proof.json", given="0491 570 156\n")
    assert done.returncode == 0, done.stderr
    return tmp_path / "proof.json"


def _lines(bundle: Path, proof: Path) -> list[dict[str, Any]]:
    found = json.loads(call("verify", bundle, "--proof", proof, "--json").stdout)["lines"]
    return [line for line in found if line["kind"] == "proof"]


def test_a_proof_is_checked_with_the_bundle_alone(sealed: Sealed, proof: Path) -> None:
    lines = _lines(sealed.without, proof)
    assert {line["state"] for line in lines} == {"holds"}
    tables = {line["name"].split("table ")[1] for line in lines}
    assert {"attempt_record", "attempt", "caller", "episode", "welfare_record"} <= tables


def test_a_proof_holds_nothing_of_another_caller(proof: Path) -> None:
    text = proof.read_text()
    assert NUMBERS[0] in text
    assert not [number for number in NUMBERS[1:] if number in text]
    assert not [call_id for call_id in ('"a2"', '"a3"', '"c1"') if call_id in text]


def test_the_nodes_of_a_proof_cannot_be_found_by_counting_numbers_through(proof: Path, case: Path) -> None:
    """Every other row of the table, hashed without its salt as a guesser would hash it, is in no path."""
    import duckdb

    nodes = {node for row in json.loads(proof.read_text())["rows"] for node in row["path"]}
    with duckdb.connect(str(next(case.rglob("case.duckdb"))), read_only=True) as connection:
        rows = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM caller").fetchall()
    for row in rows:
        text = json.dumps(["caller", *row], separators=(",", ":")).encode()
        for salt in (b"", bytes(32)):
            assert hashlib.sha256(b"\0" + salt + text).hexdigest() not in nodes


def test_a_call_is_proved_by_its_id(sealed: Sealed, case: Path, tmp_path: Path) -> None:
    assert call("prove", case, "--call-id", "a2", "-o", tmp_path / "p.json").returncode == 0
    lines = _lines(sealed.without, tmp_path / "p.json")
    assert {line["state"] for line in lines} == {"holds"}
    assert len(lines) >= 2, "the record of the network and the record of the centre"


def _absent_from(lines: list[dict[str, Any]]) -> set[str]:
    return {line["name"].split("absent from table ")[1] for line in lines if "absent from" in line["name"]}


STRANGER = "+61491570999"


@pytest.fixture
def absence(case: Path, tmp_path: Path) -> Path:
    """The proof for somebody who is in no table."""
    done = call("prove", case, "--number", "0491 570 999", "-o", tmp_path / "absence.json")
    assert done.returncode == 0, done.stderr
    return tmp_path / "absence.json"


def test_that_a_caller_is_in_no_table_is_shown_with_the_bundle_alone(sealed: Sealed, absence: Path) -> None:
    document = json.loads(absence.read_text())
    assert (document["caller"], document["rows"]) == (STRANGER, [])
    lines = _lines(sealed.without, absence)
    assert {line["state"] for line in lines} == {"holds"}
    assert {"attempt_record", "attempt", "caller", "centre_record", "welfare_record"} <= _absent_from(lines)
    assert not [number for number in NUMBERS if number in absence.read_text()]


def test_a_caller_without_a_check_is_shown_to_be_in_no_check(
    sealed: Sealed, case: Path, tmp_path: Path
) -> None:
    assert call("prove", case, "--number", "0491570158", "-o", tmp_path / "p.json").returncode == 0
    lines = _lines(sealed.without, tmp_path / "p.json")
    assert {line["state"] for line in lines} == {"holds"}
    there = {line["name"].split("table ")[1] for line in lines} - _absent_from(lines)
    assert {"attempt_record", "attempt", "caller"} <= there
    assert {"welfare_record", "welfare_check", "centre_record"} <= _absent_from(lines)


def test_a_call_that_is_in_no_table_is_refused(case: Path, tmp_path: Path) -> None:
    done = call("prove", case, "--call-id", "none", "-o", tmp_path / "p.json")
    assert (done.returncode, "cannot be shown" in done.stderr) == (2, True)
    assert not (tmp_path / "p.json").exists()


def test_a_caller_all_of_whose_places_others_have_marked_gets_no_proof(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absences, "free_place", lambda *_: None)
    done = call("prove", case, "--number", STRANGER)
    assert (done.returncode, "cannot be shown" in done.stderr) == (2, True)


@pytest.mark.parametrize("typed", ["foo bar", "0491 57", "04915701566", "anonymous", "imei:12", "1"])
def test_no_absence_is_proved_of_a_text_that_is_no_caller(typed: str, case: Path, tmp_path: Path) -> None:
    done = call("prove", case, "--number", "-", "-o", tmp_path / "p.json", given=f"{typed}\n")
    assert (done.returncode, "fits no reading of a number in AU" in done.stderr) == (2, True)
    assert not (tmp_path / "p.json").exists()


IMEI = "35693803564380"
UNREAD = f"""call_id,network,element,started_at,released_at,A_NUM,imei,dialled,sip_status
a3,alpha,e1,13.3.24 9h41,2024-03-12T18:10:09Z,+61491570158,,000,503
a5,alpha,e1,2024-03-12T18:20:00Z,2024-03-12T18:20:30Z,,{IMEI}9,000,503
"""


@pytest.fixture
def unread_case(tmp_path: Path) -> Path:
    """A record cannot be read; another has an IMEI alone. The case is audited and sealed."""
    folder = make_case(tmp_path / "unread")
    (folder / "logs" / "attempts-2.csv").write_text(UNREAD)
    assert call("run", folder, "-q").returncode == 3
    assert call("seal", folder, "-o", tmp_path / "unread.zip").returncode == 0
    return folder


def test_a_proof_says_how_many_records_could_not_be_read(unread_case: Path, tmp_path: Path) -> None:
    said = "1 record of attempts, centre and welfare files could not be read and are not part of"
    done = call("prove", unread_case, "--number", "0491570158", "-o", tmp_path / "p.json")
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
    document = json.loads((tmp_path / "p.json").read_text())
    assert document["unread"] == {"records": 1, "files": 0}
    lines = _lines(tmp_path / "unread.zip", tmp_path / "p.json")
    assert {line["state"] for line in lines} == {"holds"}
    assert next(line["detail"] for line in lines if line["name"] == "what could not be read").startswith(said)
    for forged in ({"records": 0, "files": 0}, None):
        (tmp_path / "p.json").write_text(json.dumps({**document, "unread": forged}))
        lines = _lines(tmp_path / "unread.zip", tmp_path / "p.json")
        assert {line["name"] for line in lines if line["state"] == "differs"} == {"what could not be read"}


@pytest.mark.parametrize("typed", [f"imei:{IMEI}9", f"imei:{IMEI}12", f"{IMEI}00"])
def test_a_device_is_shown_however_its_imei_is_written(typed: str, unread_case: Path, tmp_path: Path) -> None:
    done = call("prove", unread_case, "--number", typed, "-o", tmp_path / "p.json")
    assert done.returncode == 0, done.stderr
    lines = _lines(tmp_path / "unread.zip", tmp_path / "p.json")
    assert {line["state"] for line in lines} == {"holds"}
    assert not {"attempt_record", "attempt", "caller"} & _absent_from(lines)
    asked = call("prove", unread_case, "--number", f"{IMEI}9")
    assert (asked.returncode, "may be an IMSI or an IMEI" in asked.stderr) == (2, True)


@given(callers=st.sets(st.text(st.characters(codec="utf-8"), max_size=5), max_size=60))
def test_no_caller_of_a_table_has_a_free_place(callers: set[str]) -> None:
    places = absences.marked("t", callers, b"secret")
    assert [caller for caller in callers if absences.free_place("t", caller, places) is not None] == []


def test_nearly_everybody_who_is_not_in_a_table_has_a_free_place() -> None:
    places = absences.marked("t", [f"+6149{number:07}" for number in range(1_000)], b"secret")
    strangers = [f"+6148{number:07}" for number in range(10_000)]
    without = [caller for caller in strangers if absences.free_place("t", caller, places) is None]
    assert len(without) < 10


def test_places_of_one_secret_are_not_those_of_another() -> None:
    one, other = (absences.marked("t", {"a"}, secret) for secret in (b"1", b"2"))
    assert one.marks == other.marks
    assert not set(one.leaves) & set(other.leaves), "who guesses a caller finds no leaf of it"


def test_a_proof_leaves_a_line_of_custody_without_the_number(case: Path) -> None:
    before = next(case.rglob("custody.jsonl")).read_text()
    done = call("prove", case, "--number", "+61491570156", "--reason", "asked by +61491570157")
    assert done.returncode == 0
    added = next(case.rglob("custody.jsonl")).read_text().removeprefix(before)
    assert '"prove"' in added
    assert not [number for number in NUMBERS if number in added]


@pytest.mark.parametrize("args", [(), ("--number", "1", "--call-id", "2")])
def test_a_proof_is_for_one_thing(args: tuple[str, ...], case: Path) -> None:
    assert call("prove", case, *args).returncode == 2


def _of(row: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda document: row(document["rows"][0])


FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "another number": _of(lambda row: row["row"].__setitem__(1, "+61491570199")),
    "another salt": _of(lambda row: row.update(salt="00" * 32)),
    "another place": _of(lambda row: row.update(index=row["index"] + 1)),
    "a place outside": _of(lambda row: row.update(index=10**9)),
    "a shorter path": _of(lambda row: row["path"].pop()),
    "another path": _of(lambda row: row.update(path=["00" * 32 for _ in row["path"]])),
    "another table": _of(lambda row: row.update(table="reject")),
    "a table that is none": _of(lambda row: row.update(table="x")),
    "a row cut short": _of(lambda row: row["row"].pop()),
    "a row with a cell more": _of(lambda row: row["row"].append("x")),
    "no row at all": _of(lambda row: row.clear()),
    "a place that is no number": _of(lambda row: row.update(index=None)),
    "another run": lambda document: document.update(run="0" * 64),
    "a node of the path": _of(lambda row: row["path"].__setitem__(0, "00" * 32)),
}


def _marked_place(document: dict[str, Any]) -> None:
    """A place that the caller did mark, called free."""
    entry = document["absent"][0]
    document["caller"] = NUMBERS[0].join(("+61", ""))
    entry["place"] = absences.places_of(entry["table"], document["caller"], 256)[0]


def _one(**changes: object) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["absent"][0].update(changes)


FORGED_ABSENCE: dict[str, Callable[[dict[str, Any]], object]] = {
    "a caller who is there, and a place of somebody else": lambda d: d.update(caller="+61491570156"),
    "a place that the caller has marked": _marked_place,
    "a place that is not the caller's": lambda d: d["absent"][0].update(
        place=next(
            at for at in range(256) if at not in absences.places_of(d["absent"][0]["table"], d["caller"], 256)
        )
    ),
    "another table": lambda d: d["absent"][0].update(table=d["absent"][1]["table"]),
    "a table that is none": _one(table="x"),
    "a table without callers": _one(table="measure"),
    "another salt": _one(salt="00" * 16),
    "another path": lambda d: d["absent"][0]["path"].reverse(),
    "a shorter path": lambda d: d["absent"][0]["path"].pop(),
    "a place outside": _one(place=10**9),
    "a place that is no number": _one(place=None),
    "no place at all": lambda d: d["absent"][0].clear(),
    "another run": lambda d: d.update(run="0" * 64),
}


@pytest.mark.parametrize("what", FORGED_ABSENCE)
def test_a_forged_absence_does_not_hold(what: str, sealed: Sealed, absence: Path) -> None:
    document = json.loads(absence.read_text())
    FORGED_ABSENCE[what](document)
    absence.write_text(json.dumps(document))
    assert "differs" in {line["state"] for line in _lines(sealed.without, absence)}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_proof_does_not_hold(what: str, sealed: Sealed, proof: Path) -> None:
    document = copy.deepcopy(json.loads(proof.read_text()))
    FORGED[what](document)
    proof.write_text(json.dumps(document))
    assert "differs" in {line["state"] for line in _lines(sealed.without, proof)}


NO_PROOFS = ['{"proof": 2}', '{"proof": 1, "rows": []}', '{"proof": 1, "rows": [], "absent": {}}']


@pytest.mark.parametrize("text", ["", "[]", "{}", *NO_PROOFS, "[" * 100_000])
def test_what_is_no_proof_cannot_be_read(text: str, sealed: Sealed, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(text)
    assert call("verify", sealed.without, "--proof", tmp_path / "p.json").returncode == 2


def test_a_proof_of_another_state_of_the_case_does_not_hold(
    sealed: Sealed, case: Path, tmp_path: Path
) -> None:
    log = case / "logs" / "attempts-2.csv"
    log.write_text(log.read_text(encoding="utf-8").replace("18:10", "18:11"), encoding="utf-8")
    assert call("run", case, "-q").returncode == 1
    assert call("prove", case, "--number", "0491570156", "-o", tmp_path / "p.json").returncode == 0
    assert "holds" not in {line["state"] for line in _lines(sealed.without, tmp_path / "p.json")}
