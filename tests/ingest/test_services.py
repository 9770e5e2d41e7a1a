"""A declared service: calls to its numbers are what is audited, in place of the emergency numbers; and who
answered ordinary calls."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from auditor.case import read_case
from auditor.errors import UsageError
from auditor.pipeline import audit

SERVICE = """
[[service]]
id = "bridge"
kind = "platform"
numbers = ["(02) 9999 1234", "*88"]
operator = "Confer"
"""


def case(
    folder: Path, lines: str, extra: str = "", header: str = "started_at,calling_number,dialled,answered_at"
) -> Path:
    head = f'[case]\ntitle = "Trial"\nregime = "au"\n{extra}\n'
    text = f'{head}[[source]]\nrole = "attempts"\npath = "attempts.csv"\nnetwork = "alpha"\n'
    (folder / "case.toml").write_text(text, encoding="utf-8")
    (folder / "attempts.csv").write_text(f"{header}\n{lines}", encoding="utf-8")
    return folder


def dialled(folder: Path) -> list[str]:
    with audit(folder):
        pass
    with duckdb.connect(str(folder / ".auditor" / "case.duckdb"), read_only=True) as store:
        return [
            text
            for (text,) in store.execute("SELECT dialled FROM attempt_record ORDER BY record_no").fetchall()
        ]


def lines(*texts: str) -> str:
    return "".join(f"2024-03-12T10:{n:02}:00Z,+61491570156,{text},\n" for n, text in enumerate(texts))


def test_calls_to_its_numbers_are_audited_however_they_are_dialled(tmp_path: Path) -> None:
    ours = [
        "0299991234",
        "+61299991234",
        "61299991234",
        "0011 61 2 9999 1234",
        "(02) 9999-1234",
        "tel:+61-2-9999-1234",
        "*88",
    ]
    others = ["000", "112", "urn:service:sos", "0299991235", "88", "+1299991234"]
    extra = 'service = "bridge"\n' + SERVICE
    assert dialled(case(tmp_path, lines(*ours, *others), extra)) == [
        text.removeprefix("tel:") for text in ours
    ]


def test_a_service_category_is_no_call_to_another_service(tmp_path: Path) -> None:
    text = "2024-03-12T10:00:00Z,+61491570156,0299991234,,\n2024-03-12T10:01:00Z,+61491570156,,,1\n"
    header = "started_at,calling_number,dialled,answered_at,service_category"
    assert dialled(case(tmp_path, text, 'service = "bridge"\n' + SERVICE, header)) == ["0299991234"]


def test_a_service_that_is_declared_and_not_named_changes_nothing(tmp_path: Path) -> None:
    assert dialled(case(tmp_path, lines("0299991234", "000"), SERVICE)) == ["000"]


@pytest.mark.parametrize(
    ("extra", "message", "hint"),
    [
        ('service = "bridg"\n' + SERVICE, "no service is called 'bridg'", "did you mean 'bridge'?"),
        ('service = "bridge"\n', "no service is called 'bridge'", "declare it"),
        (
            SERVICE.replace('["(02) 9999 1234", "*88"]', "[]"),
            "service 'bridge' has no number",
            "give the numbers",
        ),
        (SERVICE.replace("platform", "plaform"), "kind cannot be 'plaform'", "did you mean 'platform'?"),
        (SERVICE + SERVICE, "two services are called 'bridge'", "own id"),
    ],
)
def test_a_service_that_is_wrong_is_told(tmp_path: Path, extra: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_case(case(tmp_path, "", extra))
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("header", "rows", "answered"),
    [
        ("answered_at", ["2024-03-12T10:00:05Z", ""], [False, True]),
        ("disposition", ["Answered ", "busy"], [False, True]),
        ("disposition", ["picked up", ""], [False, True]),
        ("answered_at,disposition", ["2024-03-12T10:00:05Z,", ",no_answer"], [False, True]),
        ("answered_at,disposition", [",answered", ",busy"], [False, True]),
        ("talk_s", ["12.5", "0"], [False, True]),
        ("element", ["msc", "msc"], [None]),
    ],
)
def test_the_volume_says_which_ordinary_calls_were_answered_where_their_log_shows_it(
    tmp_path: Path, header: str, rows: list[str], answered: list[bool | None]
) -> None:
    text = "".join(f"2024-03-12T10:0{n}:00Z,+61491570156,0299991234,{row}\n" for n, row in enumerate(rows))
    folder = case(
        tmp_path,
        text + "2024-03-12T10:09:00Z,+61491570156,000" + "," * (header.count(",") + 1) + "\n",
        header=f"started_at,calling_number,dialled,{header}",
    )
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write('values = { disposition = { "Picked up" = "answered" } }\n')
    dialled(folder)
    with duckdb.connect(str(folder / ".auditor" / "case.duckdb"), read_only=True) as store:
        found = store.execute(
            "SELECT DISTINCT is_answered FROM volume WHERE NOT is_emergency ORDER BY 1"
        ).fetchall()
    assert [row[0] for row in found] == answered
