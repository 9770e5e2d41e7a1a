"""RADIUS accounting: what is damaged, and which records are of one call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.offices import Call, calls, radius
from tests.ingest.loading import load

CALLS = [
    Call(n, 1710262800 + 60 * n, None, 1710262805 + 60 * n, f"+6149157015{n}", "000", 41, 503)
    for n in range(3)
]


def ledger(folder: Path, content: str | bytes, **keys: str) -> tuple[int, int, list[str]]:
    """What was loaded of a file, what was rejected, and why."""
    found = load(folder, {"detail": content}, [{"path": "detail", "timezone": "UTC", **keys}])
    (file,) = found.files
    return file.loaded, file.rejected, [reason for _, _, reason in found.rejects]


def record(kind: str, number: int = 0, gateway: str = "192.0.2.1", session: str = "s0") -> str:
    """A record of a call, with the blank line behind it."""
    records = [text + "\n\n" for text in radius(CALLS).split("\n\n") if f"= {kind}\n" in text]
    return records[number].replace("192.0.2.1", gateway).replace(f'"s{number}"', f'"{session}"')


def test_lines_may_end_with_cr_alone(tmp_path: Path) -> None:
    content = radius(calls(1, 9))
    assert ledger(tmp_path / "a", content.replace("\n", "\r")) == ledger(tmp_path / "b", content)


def test_lines_that_a_bare_cr_ends_among_others_are_said(tmp_path: Path) -> None:
    first, *rest = radius(CALLS).split("\n\n")
    content = first + "\n\n" + "\n\n".join(rest).replace("\n", "\r") + "\n"
    assert ledger(tmp_path / "a", content) == (1, 1, ["several_records"])


@pytest.mark.parametrize("name", ["Called-Station-Id", "Acct-Status-Type"])
def test_a_record_without_its_kind_or_whom_it_called_is_rejected(tmp_path: Path, name: str) -> None:
    lines = record("Stop", 1, session="s1").splitlines(keepends=True)
    content = record("Stop") + "".join(line for line in lines if name not in line)
    assert ledger(tmp_path / "a", content)[:2] == (1, 1)


def test_records_between_the_start_and_the_stop_are_no_calls(tmp_path: Path) -> None:
    content = record("Stop") + "".join(
        record("Start").replace("= Start", f"= {kind}")
        for kind in ("Interim-Update", "Alive", "Accounting-On")
    )
    assert ledger(tmp_path / "a", content)[:2] == (1, 0)
    assert ledger(tmp_path / "b", content.replace("= Alive", "= ?"))[:2] == (1, 1)


@pytest.mark.parametrize("service", ["Framed-User", "NAS-Prompt-User", "Administrative-User", "Login-User"])
def test_a_call_is_one_whatever_its_service(tmp_path: Path, service: str) -> None:
    framed = record("Stop", 1, session="s1") + record("Start", 2)
    framed = framed.replace("\tNAS-IP", f"\tService-Type = {service}\n\tNAS-IP")
    assert ledger(tmp_path / "a", record("Stop") + framed)[:2] == (3, 0)


def test_a_session_without_a_time_of_set_up_is_no_call(tmp_path: Path) -> None:
    lines = record("Stop", 1, session="s1").splitlines(keepends=True)
    session = "".join(line for line in lines if "h323-" not in line and "Acme" not in line)
    session = session.replace("\tNAS-IP", "\tService-Type = Framed-User\n\tNAS-IP")
    assert ledger(tmp_path / "a", record("Stop") + session)[:2] == (1, 0)


@pytest.mark.parametrize(
    "name", ["3GPP-IMSI", "Tunnel-Type:0", "Attr-26.9.1", "&Class", "3GPP2-Correlation-Id"]
)
@pytest.mark.parametrize("before", ["Calling-Station-Id", "h323-setup-time", "h323-disconnect-cause"])
def test_any_name_of_an_attribute_leaves_its_record_whole(tmp_path: Path, name: str, before: str) -> None:
    longer = record("Stop", 1, session="s1").replace(f"\t{before}", f"\t{name} = 505\n\t{before}")
    found = load(tmp_path / "a", {"detail": record("Stop") + longer}, [{"path": "detail", "timezone": "UTC"}])
    assert (found.files[0].loaded, found.files[0].rejected) == (2, 0)
    sql = "SELECT DISTINCT release_cause, sip_status FROM attempt_record"
    assert found.rows(sql) == [(41, 503)]


def test_a_line_that_is_no_attribute_rejects_its_record_and_does_not_cut_it(tmp_path: Path) -> None:
    odd = record("Stop", 1, session="s1").replace(
        "\th323-connect-time", "\th323-connect-t\n\th323-connect-time"
    )
    assert ledger(tmp_path / "a", record("Stop") + odd + record("Start", 2))[:2] == (2, 1)


@pytest.mark.parametrize("left", [0, 12, 40, 75])
def test_a_record_that_the_end_of_the_file_cuts_is_rejected(tmp_path: Path, left: int) -> None:
    last = record("Stop", 1, session="s1")
    cut = last[: last.index("h323-setup-time") + left] if left else last.split("\tCalled")[0]
    assert ledger(tmp_path / "a", record("Stop") + cut)[:2] == (1, 1)


def test_two_gateways_may_give_the_same_number(tmp_path: Path) -> None:
    start, stop = record("Start"), record("Stop", 1, "192.0.2.8")
    assert ledger(tmp_path / "a", start + stop)[:2] == (2, 0)
    again = record("Start", 2)
    assert ledger(tmp_path / "b", start + start + again)[:2] == (2, 0)
    assert ledger(tmp_path / "c", start + record("Stop"))[:2] == (1, 0)
    nameless = [text.replace('"s0"', '""') for text in (start, again)]
    assert ledger(tmp_path / "d", "".join(nameless))[:2] == (2, 0)


def test_a_record_with_two_called_numbers_is_rejected(tmp_path: Path) -> None:
    twice = record("Stop", 1).replace(
        "\tCalled-Station-Id", '\tCalled-Station-Id = "0398765432"\n\tCalled-Station-Id'
    )
    assert ledger(tmp_path / "a", record("Stop") + twice)[:2] == (1, 1)


def test_bytes_that_are_no_utf_8_reject_their_record(tmp_path: Path) -> None:
    content = (record("Stop") + record("Stop", 1, session="s1").replace("sip:000@", "sip:000\xa0@")).encode(
        "latin-1"
    )
    assert ledger(tmp_path / "a", content) == (1, 1, ["encoding"])
    assert ledger(tmp_path / "b", content, encoding="latin-1")[:2] == (2, 0)


def test_a_value_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    content = (
        record("Stop")
        .replace('= "41"', '= "forty"')
        .replace('connect-time = "0"', 'connect-time = "soon"', 1)
    )
    found = load(tmp_path / "a", {"detail": content}, [{"path": "detail", "timezone": "UTC"}])
    said = [(column, value) for _, column, value, _ in found.unreadable]
    assert said == [("answered_at", "soon"), ("release_cause", "forty")]
