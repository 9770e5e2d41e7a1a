"""SQL dumps: each table is a member whose rows are lines of CSV; nothing is executed, and what is cut is
never
taken for whole."""

from __future__ import annotations

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from auditor.case import read_case
from auditor.containers.dump import is_dump, list_tables
from auditor.containers.member import Damage, members
from auditor.ingest import check_heads, find, read_back
from auditor.scaffold import scaffold
from tests.ingest.loading import Loaded, load, write_case

HEAD = "-- MariaDB dump 10.19  Distrib 10.11.14-MariaDB\n--\n-- Host: localhost    Database: pbx\n"
DONE = "-- Dump completed on 2024-03-13 10:00:00\n"
CDR = (
    "CREATE TABLE `cdr` (\n  `calldate` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',\n  `clid` "
    "varchar(80) NOT NULL,\n"
    "  `src` varchar(80), `dst` varchar(80), `dcontext` varchar(80) COMMENT 'a, b (c)', "
    "`dstchannel` varchar(80),\n"
    "  `duration` int(11), `billsec` int(11), `disposition` enum('ANSWERED','NO ANSWER'), "
    "`uniqueid` varchar(32),\n"
    "  KEY `calldate` (`calldate`)\n) ENGINE=InnoDB COMMENT='calls (all)';\n"
)
ROW = "('2024-03-13 04:00:0%d','%s','0491570156','%s','out','SIP/t',5,0,'FAILED','1710262800.%d')"


def mysql(rows: str, before: str = "", after: str = DONE) -> str:
    return (
        f"{HEAD}{CDR}{before}LOCK TABLES `cdr` WRITE;\nINSERT INTO `cdr` VALUES {rows};\nUNLOCK "
        f"TABLES;\n{after}"
    )


def tables(path: Path) -> dict[str, list[list[str]]]:
    return {
        str(m.inner): list(csv.reader(io.StringIO(b"".join(m.blocks(64)).decode(), newline="")))
        for m in members(path)
    }


def put(folder: Path, text: str | bytes, name: str = "d.sql") -> Path:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / name


def attempts(loaded: Loaded) -> list[tuple[object, ...]]:
    return loaded.rows(
        "SELECT call_id, started_at_utc, calling_number, dialled, release_cause, sip_status FROM "
        "attempt_record"
        " ORDER BY ALL"
    )


def test_a_table_of_calls_is_read_as_its_export_would_be(tmp_path: Path) -> None:
    rows = ",".join(ROW % (n, "x", "000" if n < 3 else "0398765432", n) for n in range(5))
    loaded = load(tmp_path / "c", {"d.sql": mysql(rows)}, [{"path": "d.sql", "timezone": "Australia/Sydney"}])
    (file,) = loaded.files
    assert (file.path, file.format, file.status) == ("d.sql!/cdr", "asterisk_cdr_sql", "loaded")
    assert (file.seen, file.non_data, file.loaded, file.not_emergency) == (6, 1, 3, 2)
    (place, *_) = find(loaded.store, "1710262800.1")
    line = read_back(read_case(loaded.folder), place)
    assert line.text.startswith('"2024-03-13 04:00:01","x","0491570156","000"')


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("'it\\'s'", "it's"), ("'it''s'", "it's"), ("'a\"b'", 'a"b'), ("'a\\\\b'", "a\\b"),
        ("'a\\nb'", "a b"), ("'a\nb'", "a b"), ("NULL", "NULL"), ("_binary 'x'", "x"),
        ("0x313233", "123"), ("X'313233'", "123"), ("x'3132'", "12"), ("_binary X'31'", "1"),
        ("_latin1 0x31", "1"),
        ('"x"', "x"), ("''", ""), ("'),('", "),("), ("'a;b'", "a;b"),
        ("'a,'','", "a,',"), ("-1.5e3", "-1.5e3"), ("N'x'", "x"), ("'-- no comment'", "-- no comment"),
        ("'/*'", "/*"),
    ],
)  # fmt: skip
def test_a_value_is_what_the_database_meant(tmp_path: Path, written: str, meant: str) -> None:
    path = put(tmp_path, f"INSERT INTO `cdr` (`a`, `b`) VALUES (1,{written}),(2,'z');\n")
    found = tables(path)["cdr"]
    assert [[cell.replace("NULL", "") for cell in row] for row in found] == [
        ["a", "b"], ["1", meant.replace("NULL", "")], ["2", "z"],
    ]  # fmt: skip


def test_a_copy_of_postgresql_is_read_with_its_escapes(tmp_path: Path) -> None:
    text = (
        "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\nCREATE FUNCTION f() "
        "RETURNS void AS $$\n"
        "BEGIN INSERT INTO cdr SELECT 1; END;\n$$ LANGUAGE plpgsql;\nCREATE TABLE public.cdr (\n    "
        "id integer NOT NULL,\n"
        "    start_stamp timestamp with time zone,\n    note text DEFAULT 'a;b'::text\n);\n"
        "COPY public.cdr (id, start_stamp, note) FROM stdin;\n1\t2024-03-12 17:00:00+00\ta\\tb "
        '"q"\n2\t\\N\tx\\\\y, z\n\\.\n\n'
        "SELECT pg_catalog.setval('public.cdr_id_seq', 4, true);\n-- PostgreSQL database dump complete\n"
    )
    path = put(tmp_path, text)
    assert tables(path) == {
        "cdr": [
            ["id", "start_stamp", "note"], ["1", "2024-03-12 17:00:00+00", 'a\tb "q"'], ["2", "", "x\\y, z"],
        ]
    }  # fmt: skip
    (member,) = members(path)
    assert member.table is not None
    assert member.table.next_number == 5
    assert "number 5, its last row has 2" in member.table.notes[0]


def test_timestamps_are_utc_where_the_dump_says_so_and_datetimes_are_as_the_server_wrote_them(
    tmp_path: Path,
) -> None:
    text = (
        HEAD
        + "/*!40103 SET TIME_ZONE='+00:00' */;\nCREATE TABLE t (a timestamp NOT NULL, b datetime, c int);\n"
        "INSERT INTO t VALUES ('2024-03-12 17:00:00','2024-03-12 17:00:00',1);\n" + DONE
    )
    assert tables(put(tmp_path, text))["t"][1] == ["2024-03-12 17:00:00+00:00", "2024-03-12 17:00:00", "1"]


STAMPED = "CREATE TABLE t (a timestamp(3) NULL, b datetime, c int);\n"
STAMPS = "INSERT INTO t VALUES ('2024-03-12 17:00:00','2024-03-12 17:00:00',1);\n"


@pytest.mark.parametrize(
    ("said", "offset"),
    [
        ("SET time_zone = '+10:00';", "+10:00"),
        ("/*!40103 SET TIME_ZONE='-03:30' */;", "-03:30"),
        ("SET SQL_MODE = 'ANSI', time_zone = \"+5:45\";", "+05:45"),
        ("SET @@session.time_zone := 'UTC';", "+00:00"),
        ("SET SESSION time_zone='Etc/UTC';", "+00:00"),
        ("SET TIME ZONE '+10:00';", "+10:00"),
        ("SET TIME ZONE 'UTC';", "+00:00"),
        ("SET GLOBAL time_zone = '+10:00';", ""),
        ("SET time_zone = 'SYSTEM';", ""),
        ("-- time_zone = '+10:00'\n", ""),
        ("SET time_zone = '+10:00';\n/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;", ""),
        ("SET time_zone = '+09:00'; SET time_zone = '+10:00';", "+10:00"),
    ],
)
def test_times_are_in_the_zone_that_the_dump_says(tmp_path: Path, said: str, offset: str) -> None:
    (member,) = members(put(tmp_path, HEAD + said + "\n" + STAMPED + STAMPS + DONE))
    assert tables(tmp_path / "d.sql")["t"][1] == [f"2024-03-12 17:00:00{offset}", "2024-03-12 17:00:00", "1"]
    assert member.table is not None
    assert len(member.table.notes) == (1 if offset else 0)


@pytest.mark.parametrize(
    ("said", "offset"),
    [("'UTC'", "+00:00"), ("10", "+10:00"), ("-3", "-03:00"), ("LOCAL", ""), ("DEFAULT", "")],
)
@pytest.mark.parametrize("is_copied", [True, False])
def test_postgresql_shifts_times_with_a_zone_alone(
    tmp_path: Path, said: str, offset: str, is_copied: bool
) -> None:
    at = "2024-03-12 17:00:00"
    text = (
        f"-- PostgreSQL database dump\nSET TIME ZONE {said};\n"
        "CREATE TABLE t (a timestamp(3) with time zone, b timestamp without time zone, c timestamptz);\n"
    )
    text += (
        f"COPY t (a, b, c) FROM stdin;\n{at}\t{at}\t{at}+01\n\\.\n"
        if is_copied
        else f"INSERT INTO t VALUES ('{at}','{at}','{at}+01');\n"
    )
    assert tables(put(tmp_path, text))["t"][1] == [f"{at}{offset}", at, f"{at}+01"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (HEAD, "SET time_zone = 'Australia/Sydney';"),
        (HEAD, "SET TIME_ZONE='AEST';"),
        ("-- PostgreSQL database dump\n", "SET timezone TO 'Europe/Berlin';"),
        ("-- PostgreSQL database dump\n", "SET TIME ZONE '+10:00';"),
        ("-- PostgreSQL database dump\n", "SELECT pg_catalog.set_config('TimeZone', 'Asia/Tokyo', false);"),
    ],
)
def test_a_zone_whose_offset_is_not_known_is_never_that_of_the_source(
    tmp_path: Path, head: str, said: str
) -> None:
    made = "CREATE TABLE calls (started_at %s, dialled varchar(9));\n"
    rows = "INSERT INTO calls VALUES ('2024-03-12 17:00:00','000');\n"
    source = {"path": "d.sql", "timezone": "Australia/Perth"}
    text = head + said + "\n" + made % "timestamp with time zone" + rows
    loaded = load(tmp_path / "c", {"d.sql": text}, [source])
    assert [(f.status, f.loaded) for f in loaded.files] == [("rolled_back", 0)]
    assert "in the zone" in (loaded.files[0].problem or "")
    assert "in the zone" in check_heads(read_case(loaded.folder)).problems[0].message
    plain = head + said + "\n" + made % "varchar(30)" + rows
    assert load(tmp_path / "p", {"d.sql": plain}, [source]).files[0].loaded == 1


def test_a_zone_is_said_where_no_column_says_its_type(tmp_path: Path) -> None:
    text = HEAD + "SET time_zone='+10:00';\n" + STAMPS.replace("INTO t", "INTO t (a, b, c)") + DONE
    (member,) = members(put(tmp_path, text))
    assert member.table is not None
    assert "not which columns are" in member.table.notes[0]


def test_the_counter_of_a_table_shows_rows_that_were_deleted_inside_and_at_its_end(tmp_path: Path) -> None:
    table = (
        "CREATE TABLE calls (sequence int NOT NULL AUTO_INCREMENT, started_at varchar(40), "
        "dialled varchar(9)) %s;\n"
    )
    rows = ",".join(f"({n},'2024-03-12T17:00:{n:02}Z','000')" for n in (1, 2, 3, 4, 6, 7))
    text = HEAD + table % "ENGINE=InnoDB AUTO_INCREMENT=10" + f"INSERT INTO calls VALUES {rows};\n" + DONE
    loaded = load(tmp_path / "c", {"d.sql": text})
    gaps = loaded.rows("SELECT after_sequence, before_sequence, missing, kind FROM sequence_gap ORDER BY 1")
    assert gaps == [(4, 6, 1, "hole"), (7, 10, 2, "hole")]
    assert "rows behind it were deleted or not exported" in (loaded.files[0].problem or "")
    whole = text.replace("AUTO_INCREMENT=10", "AUTO_INCREMENT=8")
    assert len(load(tmp_path / "w", {"d.sql": whole}).rows("SELECT * FROM sequence_gap")) == 1
    php = (
        text.replace(" AUTO_INCREMENT=10", "")
        + "ALTER TABLE `calls`\n  MODIFY `sequence` int, AUTO_INCREMENT=10;\n"
    )
    assert len(load(tmp_path / "p", {"d.sql": php}).rows("SELECT * FROM sequence_gap")) == 2


def test_the_counter_of_a_vendors_table_is_its_sequence(tmp_path: Path) -> None:
    made = CDR.replace("(\n", "(\n `id` int NOT NULL AUTO_INCREMENT,\n", 1)
    rows = ",".join("(%d," % n + (ROW % (n, "x", "000", n))[1:] for n in (1, 2, 3, 5, 6))  # noqa: UP031
    text = HEAD + made + f"INSERT INTO `cdr` VALUES {rows};\n" + DONE
    found = load(tmp_path / "c", {"d.sql": text}, [{"path": "d.sql", "timezone": "UTC"}])
    assert found.rows("SELECT after_sequence, missing FROM sequence_gap") == [(3, 1)]


def test_a_dump_inside_an_archive_is_not_opened(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("d.sql", mysql(ROW % (1, "x", "000", 1)))
    loaded = load(tmp_path / "c", {"d.zip": made.getvalue()})
    assert [(f.status, "inside an archive" in (f.problem or "")) for f in loaded.files] == [
        ("rolled_back", True)
    ]


def test_a_cut_dump_is_damaged_wherever_it_is_cut_inside_a_statement(tmp_path: Path) -> None:
    whole = mysql(",".join(ROW % (n, "o\\'x", "000", n) for n in range(3)), after="")
    begin, end = whole.index("INSERT"), whole.index(";\nUNLOCK")
    for cut in range(begin + 6, end + 1, 7):
        with pytest.raises(Damage) as found:
            list(members(put(tmp_path, whole[:cut])))
        assert found.value.reason in ("truncated", "not_sql"), cut
    copied = "COPY t (a) FROM stdin;\n1\n2\n"
    with pytest.raises(Damage, match="ends inside the rows"):
        list(members(put(tmp_path, HEAD.replace("MariaDB dump", "PostgreSQL database dump") + copied)))


def test_a_cut_dump_makes_the_audit_incomplete(tmp_path: Path) -> None:
    text = mysql(ROW % (1, "x", "000", 1))
    loaded = load(tmp_path / "c", {"d.sql": text[: text.index(";\nUNLOCK")]})
    assert [(f.status, f.loaded) for f in loaded.files] == [("rolled_back", 0)]


def test_a_dump_without_its_last_line_says_that_tables_may_be_missing(tmp_path: Path) -> None:
    (member,) = members(put(tmp_path, mysql(ROW % (1, "x", "000", 1), after="")))
    assert member.table is not None
    assert "no line that says it is complete" in member.table.notes[-1]


def test_rows_that_no_insert_writes_as_values_are_damage_and_never_passed_over(tmp_path: Path) -> None:
    for text in ("INSERT INTO cdr SELECT * FROM old;\n", "INSERT INTO cdr VALUES (1,(SELECT 2));\n"):
        with pytest.raises(Damage):
            list(members(put(tmp_path, HEAD + text)))


def test_the_columns_that_an_insert_names_go_before_those_of_the_table(tmp_path: Path) -> None:
    made = "CREATE TABLE t (a int, b int, c int);\n"
    path = put(tmp_path, made + "INSERT INTO t (c, a) VALUES (1,2);\nINSERT INTO t (c, a) VALUES (3,4);\n")
    assert tables(path) == {"t": [["c", "a"], ["1", "2"], ["3", "4"]]}
    with pytest.raises(Damage, match="different columns"):
        list(members(put(tmp_path, path.read_text() + "INSERT INTO t (a, c) VALUES (5,6);\n")))


def test_blanks_between_values_are_none_of_them(tmp_path: Path) -> None:
    path = put(tmp_path, "INSERT INTO `t` (`a`, `b`, `c`) VALUES\n(1, 'x, y', NULL),\n( 2 , ' z' , 3 );\n")
    assert tables(path) == {"t": [["a", "b", "c"], ["1", "x, y", ""], ["2", " z", "3"]]}


def test_routines_and_comments_are_no_rows(tmp_path: Path) -> None:
    before = (
        "# a note; with 'quotes\n/*!50003 CREATE TRIGGER x */;\nDELIMITER ;;\nCREATE TRIGGER t "
        "BEFORE INSERT ON cdr FOR EACH"
        " ROW BEGIN\n INSERT INTO cdr SELECT 1; END ;;\nDELIMITER ;\n"
    )
    assert [
        len(rows) for rows in tables(put(tmp_path, mysql(ROW % (1, "x", "000", 1), before))).values()
    ] == [2]


def test_a_body_between_dollars_may_hold_semicolons_however_long_it_is(tmp_path: Path) -> None:
    body = "BEGIN PERFORM 1; INSERT INTO cdr VALUES ('x'); " + "-- it's long;\n" * 20_000 + " END;"
    for open_, close in (("$$", "$$"), ("$body$", "$body$")):
        routine = f"CREATE FUNCTION f() RETURNS void AS {open_}{body}{close} LANGUAGE plpgsql;\n"
        text = mysql(ROW % (1, "a", "000", 1), before=routine)
        assert len(tables(put(tmp_path, text))["cdr"]) == 2
    single = mysql(ROW % (1, "a", "000", 1), before="CREATE VIEW a$b$c AS SELECT 1;\n")
    assert len(tables(put(tmp_path, single))["cdr"]) == 2


def test_dollars_in_what_is_no_text_are_no_error_of_the_interpreter() -> None:
    found = Path(__file__).parents[1] / "fuzz/corpus/file/damaged_dollars_in_a_capture.pcap"
    with pytest.raises(Damage):
        list_tables(iter([found.read_bytes()]), "a")


def test_a_row_with_too_few_values_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    start = "INSERT INTO a (started_at, dialled) VALUES "
    text = start + "('2024-03-12T17:00:00Z','000'),('2024-03-12T17:00:00Z');\n"
    (file,) = load(tmp_path / "c", {"d.sql": text}).files
    assert (file.loaded, file.rejected, file.status) == (1, 1, "loaded")


def test_a_source_names_the_tables_that_it_means_and_the_others_are_left(tmp_path: Path) -> None:
    calls = "INSERT INTO `%s` (started_at, dialled) VALUES ('2024-03-12T17:00:00Z','%s');\n"
    text = HEAD + calls % ("one", "000") + calls % ("two", "112") + calls % ("three", "106") + DONE
    loaded = load(tmp_path / "c", {"d.sql": text}, [{"path": "d.sql", "member": ["one", "three"]}])
    assert [f.path for f in loaded.files] == ["d.sql!/one", "d.sql!/three"]
    absent = load(tmp_path / "a", {"d.sql": text}, [{"path": "d.sql", "member": ["four"]}])
    assert [(f.status, f.problem) for f in absent.files] == [
        ("rolled_back", "it has no member 'four': its members: one, two, three")
    ]


def test_tables_without_times_are_no_logs_and_one_with_times_is_not_passed_over(tmp_path: Path) -> None:
    text = mysql(
        ROW % (1, "x", "000", 1),
        "CREATE TABLE users (id int, name varchar(9));\nINSERT INTO users VALUES (1,'a');\n",
    )
    loaded = load(tmp_path / "c", {"d.sql": text}, [{"path": "d.sql", "timezone": "UTC"}])
    assert {f.path: (f.status, f.problem) for f in loaded.files if "users" in f.path} == {
        "d.sql!/users": ("loaded", "a table without times, and no log")
    }
    strange = text.replace("name varchar(9)", "seen datetime")
    files = load(tmp_path / "s", {"d.sql": strange}, [{"path": "d.sql", "timezone": "UTC"}]).files
    assert {f.path: f.status for f in files} == {"d.sql!/users": "rolled_back", "d.sql!/cdr": "loaded"}


def test_init_names_the_table_and_leaves_only_zone_and_regime_to_fill_in(tmp_path: Path) -> None:
    text = mysql(ROW % (1, "x", "000", 1), "CREATE TABLE users (id int);\nINSERT INTO users VALUES (1);\n")
    put(tmp_path, text)
    draft = scaffold(tmp_path)
    assert 'member = ["cdr"]' in draft.text
    assert draft.to_fill <= 2
    assert draft.sources == 1


def test_other_texts_are_no_dumps() -> None:
    for text in (b"started_at,dialled\n", b"-- a log\n1,2,3\n", b"SET 1,000\n", b"", b"INSERTED,at\n1,2\n"):
        assert not is_dump(text)


def test_a_packed_dump_is_read_too(tmp_path: Path) -> None:
    text = mysql(ROW % (1, "x", "000", 1))
    assert list(tables(put(tmp_path, gzip.compress(text.encode()), "d.sql.gz"))) == ["cdr"]


COLUMNS = ("call_id", "started_at", "answered_at", "calling_number", "dialled", "sip_status")


def world(chance: random.Random) -> list[dict[str, str]]:
    words = ("o'clock", 'say "x"', "a\\b", "plain", "x;y", "(1),(2)", "")
    return [
        {
            "call_id": f"k{n} {chance.choice(words)}",
            "started_at": f"2024-03-12T17:{n // 60:02}:{n % 60:02}Z",
            "answered_at": chance.choice(("", f"2024-03-12T18:{n // 60:02}:{n % 60:02}Z")),
            "calling_number": f"+614915701{chance.randrange(100):02}",
            "dialled": chance.choice(("000", "112", "0398765432")),
            "sip_status": chance.choice(("200", "503", "487", "")),
        }
        for n in range(200)
    ]


def dumped(rows: Sequence[Mapping[str, str]], chance: random.Random) -> str:
    def value(text: str) -> str:
        if not text:
            return chance.choice(("NULL", "''"))
        return "'" + text.replace("\\", "\\\\").replace("'", chance.choice(("\\'", "''"))) + "'"

    tuples = ["(" + ",".join(value(row[name]) for name in COLUMNS) + ")" for row in rows]
    middle = chance.randrange(1, len(tuples))
    listed = ", ".join(f"`{name}`" for name in COLUMNS)
    start = f"INSERT INTO `calls` ({listed}) VALUES "
    return HEAD + "".join(f"{start}{','.join(part)};\n" for part in (tuples[:middle], tuples[middle:])) + DONE


def test_a_world_in_a_dump_is_that_of_its_csv(tmp_path: Path) -> None:
    chance = random.Random(17)
    rows = world(chance)
    plain = io.StringIO(newline="")
    writer = csv.DictWriter(plain, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    loaded = [
        load(tmp_path / "a", {"a.csv": plain.getvalue()}),
        load(tmp_path / "b", {"b.sql": dumped(rows, chance)}),
    ]
    assert attempts(loaded[0]) == attempts(loaded[1])
    assert loaded[0].files[0].not_emergency == loaded[1].files[0].not_emergency > 0


def test_no_flipped_byte_makes_a_dump_end_in_anything_but_its_ledger(tmp_path: Path) -> None:
    chance = random.Random(5)
    whole = bytearray(mysql(",".join(ROW % (n, "x", "000", n) for n in range(5))).encode())
    read = refused = 0
    for _ in range(300):
        data = bytearray(whole)
        data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            for member in members(put(tmp_path, bytes(data))):
                b"".join(member.blocks())
            read += 1
        except Damage:
            refused += 1
    assert read > 0 < refused, "some bytes are of values, some hold the dump together"
    assert read + refused == 300


def test_check_says_of_a_dump_what_a_run_would(tmp_path: Path) -> None:
    folder = write_case(
        tmp_path / "c", {"d.sql": mysql(ROW % (1, "x", "000", 1))}, [{"path": "d.sql", "timezone": "UTC"}]
    )
    heads = check_heads(read_case(folder))
    assert [(head.path, head.layout) for head in heads.files] == [("d.sql!/cdr", "asterisk_cdr_sql")]
    assert heads.problems == ()


CALLS = "CREATE TABLE `calls` (`started_at` varchar(40), `dialled` varchar(9));\n"


def calls(*seconds: int) -> str:
    rows = ",".join(f"('2024-03-12T17:00:{n:02}Z','000')" for n in seconds)
    return f"INSERT INTO `calls` VALUES {rows};\n"


@pytest.mark.parametrize(
    "taken",
    [
        "DROP TABLE `calls`;\n" + CALLS,
        "DROP TABLE IF EXISTS `other`, `calls`;\n" + CALLS,
        "/*!50001 DROP TABLE IF EXISTS `calls`*/;\n" + CALLS,
        "TRUNCATE TABLE calls;\n",
        "truncate calls;\n",
        "DELETE FROM `calls`;\n",
    ],
)
def test_rows_that_a_later_statement_takes_away_are_not_read(tmp_path: Path, taken: str) -> None:
    loaded = load(tmp_path / "c", {"d.sql": HEAD + CALLS + calls(1, 2) + taken + calls(3) + DONE})
    assert loaded.rows("SELECT date_part('second', started_at_utc) FROM attempt_record") == [(3,)]
    (file,) = loaded.files
    assert "on line 6 takes 2 rows above it away" in (file.problem or "")
    (place,) = [p for p in check_heads(read_case(loaded.folder)).notes if "takes 2 rows" in p.message]
    assert place.where.path == "d.sql!/calls"


def test_rows_of_a_database_that_is_dropped_are_not_read(tmp_path: Path) -> None:
    begin = "DROP DATABASE IF EXISTS `pbx`;\nCREATE DATABASE `pbx`;\nUSE `pbx`;\n" + CALLS
    loaded = load(tmp_path / "c", {"d.sql": HEAD + begin + calls(1, 2) + begin + calls(3) + DONE})
    assert [(f.path, f.loaded) for f in loaded.files] == [("d.sql!/pbx.calls", 1)]


def test_a_table_whose_rows_are_all_gone_is_said(tmp_path: Path) -> None:
    text = (HEAD + CALLS + calls(1, 2) + "TRUNCATE TABLE calls;\n" + DONE).replace("calls", "t")
    (file,) = load(tmp_path / "c", {"d.sql": text}).files
    assert (file.loaded, "takes 2 rows above it away" in (file.problem or "")) == (0, True)


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE `calls` SET `dialled` = '1' WHERE 1;",
        "UPDATE LOW_PRIORITY pbx.calls SET dialled = '1';",
        "DELETE FROM `calls` WHERE `dialled` = '000' LIMIT 1;",
        "DELETE c FROM calls c JOIN other o;",
        "WITH x AS (SELECT 1) DELETE FROM calls WHERE dialled = '000';",
        "LOAD DATA INFILE 'x.csv' INTO TABLE calls;",
        "/*!50001 UPDATE calls SET dialled = '1' */;",
        "MERGE INTO calls USING x ON (1=1) WHEN MATCHED THEN DELETE;",
    ],
)
def test_a_table_whose_rows_a_later_statement_may_change_is_refused(tmp_path: Path, changed: str) -> None:
    text = HEAD + CALLS + calls(1, 2) + "-- a note\n" + changed + "\n" + DONE
    loaded = load(tmp_path / "c", {"d.sql": text})
    assert [(f.status, f.loaded) for f in loaded.files] == [("rolled_back", 0)]
    assert "on line 7 may change rows above it" in (loaded.files[0].problem or "")
    (problem,) = check_heads(read_case(loaded.folder)).problems
    assert "on line 7" in problem.message
    assert "load the dump into a database" in problem.hint


def test_what_changes_no_row_that_is_read_is_passed_over(tmp_path: Path) -> None:
    before = (
        "DELETE FROM calls WHERE 1=1;\nTRUNCATE calls;\nUPDATE calls SET dialled = '1';\nDROP TABLE calls;\n"
    )
    after = (
        "UPDATE other SET name = 'calls';\nDELETE FROM calls_old WHERE 1=1;\nDROP TABLE calls_old;\n"
        "DROP TEMPORARY TABLE x;\nALTER TABLE calls ADD PRIMARY KEY (started_at);\n"
        "CREATE TRIGGER t AFTER INSERT ON calls BEGIN\n UPDATE calls SET dialled = '';\n"
        " DELETE FROM calls WHERE 1=1; INSERT INTO calls VALUES ('x','y');\nEND;\n"
        "CREATE INDEX i ON calls (dialled);\n"
    )
    loaded = load(tmp_path / "c", {"d.sql": HEAD + before + CALLS + calls(1, 2) + after + calls(3) + DONE})
    assert [(f.status, f.loaded, f.problem or "") for f in loaded.files] == [("loaded", 3, "")]


SQLITE = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n" + CALLS + calls(1, 2)


def test_rows_that_are_rolled_back_are_a_fault(tmp_path: Path) -> None:
    for place, text in enumerate(
        [
            SQLITE + "ROLLBACK; -- due to errors\n",
            HEAD + "START TRANSACTION;\n" + CALLS + calls(1) + "rollback;\n" + DONE,
            HEAD + CALLS + calls(1) + "SET autocommit=0;\n" + calls(2) + "ROLLBACK TO SAVEPOINT a;\n" + DONE,
        ]
    ):
        (file,) = load(tmp_path / str(place), {"d.sql": text}).files
        assert (file.status, "takes rows above it back" in (file.problem or "")) == ("rolled_back", True)


def test_a_rollback_of_nothing_is_none(tmp_path: Path) -> None:
    text = SQLITE + "COMMIT;\nBEGIN;\nROLLBACK;\n"
    (file,) = load(tmp_path / "a", {"d.sql": text}).files
    assert (file.status, file.loaded, file.problem or "") == ("loaded", 2, "")
    (file,) = load(tmp_path / "b", {"d.sql": HEAD + CALLS + calls(1, 2) + "ROLLBACK;\n" + DONE}).files
    assert (file.status, file.loaded) == ("loaded", 2)


@pytest.mark.parametrize(
    ("end", "is_said"), [("", True), ("COMMIT;\n", False), ("END TRANSACTION;\n", False)]
)
def test_a_dump_that_does_not_commit_may_lack_rows(end: str, is_said: bool, tmp_path: Path) -> None:
    (file,) = load(tmp_path, {"d.sql": SQLITE + end}).files
    assert (file.loaded, "does not commit it" in (file.problem or "")) == (2, is_said)
