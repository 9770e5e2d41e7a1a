"""Values of SQL dumps that are written in another way than as their own text: functions, digits of bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.containers.member import Damage
from auditor.formats.reader import UNREAD
from auditor.ingest import find, read_back
from tests.formats.test_dump import DONE, HEAD, put, tables
from tests.ingest.loading import load


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("X'3132000000'", "12"), ("0x3132000000", "12"), ("0x00000000", ""), ("X'e280ac3132'", "\u202c12"),
        ("X'00ff'", f"{UNREAD}0x00ff"), ("0xFF", f"{UNREAD}0xff"), ("UNHEX('3132')", "12"),
        ("unhex( '31320000' )", "12"), ("UNHEX('00ff')", f"{UNREAD}0x00ff"), ("CAST('012' AS CHAR)", "012"),
        ("cast(N'a b' as VARCHAR(9))", "a b"), ("CAST(X'3132' AS CHAR CHARACTER SET utf8mb4)", "12"),
        ("CAST(N'2024-03-12T17:00:00.000' AS DateTime)", "2024-03-12T17:00:00.000"),
        ("CAST(1.50 AS Decimal(10, 2))", "1.50"), ("CAST(NULL AS CHAR)", ""),
        ("replace(replace('a/rb/n','/r',char(13)),'/n',char(10))", "a b "),
        ("replace('(a);,b','b','c')", "(a);,c"), ("CAST(UNHEX('ff') AS CHAR)", f"{UNREAD}0xff"),
    ],
)  # fmt: skip
def test_a_value_that_is_written_plainly_is_decoded(tmp_path: Path, written: str, meant: str) -> None:
    path = put(tmp_path, f"INSERT INTO `cdr` (`a`, `b`) VALUES (1,{written}),(2,'z');\n")
    assert tables(path)["cdr"] == [["a", "b"], ["1", meant], ["2", "z"]]


@pytest.mark.parametrize(
    "written",
    [
        "now()", "CONCAT('0','00')", "CAST('000' AS SIGNED)", "CAST('000' AS CHAR(2))",
        "CAST('x' AS DateTime)", "UNHEX('3')", "0x303", "REVERSE('000')", "replace('0','0',X'ff')",
        "CAST(now() AS CHAR)", "unistr('/u00')".replace("/", "\\\\"), "CAST('000')", "char(300)",
    ],
)  # fmt: skip
def test_what_only_a_database_could_say_is_damage_and_never_a_value(tmp_path: Path, written: str) -> None:
    path = put(tmp_path, f"INSERT INTO `cdr` (`a`, `b`) VALUES (1,{written}),(2,'z');\n")
    with pytest.raises(Damage) as found:
        tables(path)
    assert found.value.reason == "not_sql"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"unistr('000\u000d')", ["000 "]),
        (r"unistr('\202c0\\\+000030\U00000030')", ["\u202c0\\00"]),
        (r"unistr('a)\u000a'),unistr('b(''\u000a;')", ["a) ", "b(' ;"]),
        (r"replace('0\n(0','\n',char(10))", ["0 (0"]),
    ],
)
def test_a_text_that_sqlite_writes_as_a_call_is_that_text(
    tmp_path: Path, written: str, meant: list[str]
) -> None:
    text = f"PRAGMA foreign_keys=OFF;\nCREATE TABLE t(a, b);\nINSERT INTO t VALUES({written});\n"
    assert tables(put(tmp_path, text))["t"][1] == meant


PG = "--\n-- PostgreSQL database dump\n--\n"


@pytest.mark.parametrize("is_copied", [True, False])
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\x303030", "000"), (r"\x", ""), (r"\x3030300000", "000"), (r"000\000\000", "000"),
        (r"a\\b", r"a\b"), (r"\x00ff", f"{UNREAD}0x00ff"),
    ],
)  # fmt: skip
def test_bytes_of_postgresql_are_the_text_that_they_say(
    tmp_path: Path, written: str, meant: str, is_copied: bool
) -> None:
    made = "CREATE TABLE t (a bytea NOT NULL, b text, c int);\n"
    copied = written.replace("\\", "\\\\")
    rows = f"COPY t (b, a, c) FROM stdin;\n{copied}\t{copied}\t1\n\\.\n"
    if not is_copied:
        rows = f"INSERT INTO t (b, a, c) VALUES ('{written}','{written}',1);\n"
    assert tables(put(tmp_path, PG + made + rows))["t"][1] == [written, meant, "1"]
    says_text = written.startswith(r"\x") and UNREAD not in meant
    assert tables(put(tmp_path, PG + rows))["t"][1] == [*([meant if says_text else written] * 2), "1"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"E'000\r'", "000 "), (r"E'\x3000\060'", "0000"), (r"E'a\\b'", r"a\b"), (r"E'it''s'", "it's"),
        (r"'000\r'", r"000\r"), (r"e'\\x303030'", "000"),
    ],
)  # fmt: skip
def test_a_text_of_postgresql_with_escapes_is_read_with_them(
    tmp_path: Path, written: str, meant: str
) -> None:
    path = put(tmp_path, f"{PG}INSERT INTO t (a, b) VALUES ({written},1);\n")
    assert tables(path)["t"][1] == [meant, "1"]


NUMBERS = "CREATE TABLE cdr (call_id binary(4), started_at text, calling_number text, dialled binary(8));\n"
START = f"{HEAD}{NUMBERS}INSERT INTO cdr VALUES "


def test_a_number_that_is_bytes_is_that_number_or_its_record_is_rejected(tmp_path: Path) -> None:
    written = ("'000'", "0x3030300000000000", "X'303030'", "UNHEX('303030')", "0x000F", "0x30333938373635")
    rows = ",".join(
        f"(0x00ff00{n:02},'2024-03-12T17:0{n}:00Z','+6149157015{n}',{value})"
        for n, value in enumerate(written)
    )
    loaded = load(tmp_path / "c", {"d.sql": f"{START}{rows};\n{DONE}"})
    (file,) = loaded.files
    assert (file.loaded, file.rejected, file.not_emergency) == (4, 1, 1)
    assert loaded.rows("SELECT column_name, value, reason FROM reject") == [("dialled", "0x000f", "encoding")]
    ids = [(f"0x00ff000{n}",) for n in range(4)]
    assert loaded.rows("SELECT call_id FROM attempt_record ORDER BY 1") == ids
    assert loaded.unreadable == []
    (place, *_) = find(loaded.store, "0x00ff0000")
    assert read_back(read_case(loaded.folder), place).text.startswith('"0x00ff0000","2024-')


def test_a_caller_that_is_no_text_is_null_and_a_finding(tmp_path: Path) -> None:
    row = "('a','2024-03-12T17:00:00Z',X'00ff','000')"
    loaded = load(tmp_path / "c", {"d.sql": f"{START}{row};\n{DONE}"})
    assert loaded.rows("SELECT calling_number FROM attempt_record") == [(None,)]
    assert [each[1:] for each in loaded.unreadable] == [("calling_number", "0x00ff", "encoding")]


def test_a_long_value_that_is_no_text_and_no_column_of_calls_rejects_nothing(tmp_path: Path) -> None:
    made = NUMBERS.replace("binary(4)", "text").replace("dialled", "picture blob, dialled")
    row = f"('a','2024-03-12T17:00:00Z','+61491570150',0x{'ff' * 100_000},'000')"
    loaded = load(tmp_path / "c", {"d.sql": f"{HEAD}{made}INSERT INTO cdr VALUES {row};\n{DONE}"})
    assert [(file.loaded, file.rejected) for file in loaded.files] == [(1, 0)]
