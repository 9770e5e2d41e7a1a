"""What a report may keep of a caller, and that no spelling of a number slips through."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.catalogue.columns import vocabulary
from auditor.model import Cell, Clause, Column, WaterfallEnd
from auditor.report.content.claims import end_words
from auditor.report.privacy.masking import (
    WITHHELD,
    mask_caller,
    mask_cell,
    mask_id,
    mask_path,
    mask_record,
    mask_text,
    masked,
    shape,
)
from auditor.text import NUMBER, plain_text, safe_text
from tests.report.audits import IMEI, IMSI, NUMBERS, rich_audit


def cell(column: str, value: Cell) -> Cell:
    """A value as it is shown under a column that the vocabulary knows, or does not."""
    return mask_cell(vocabulary().column(column), value)


SEPARATORS = ("", " ", "-", ".", " - ", "/", "\u00a0", "\u2011", ") ")


@given(st.from_regex(r"\+?[0-9\u0660-\u0663]{1,4}[0-9]{0,14}", fullmatch=True))
def test_a_number_alone_is_masked_as_in_any_other_spelling(number: str) -> None:
    assert mask_caller(number) == mask_caller(f"{number} ")


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("ACC-000417", "•••••417"),
        ("4711417", "•••••417"),
        (" 4711417 ", "•••••417"),
        ("417", "•••••"),
        ("A1417", "•••••"),
        ("A12417", "•••••417"),
        ("Jo Smith", "•••••"),
        ("A12417x", "•••••"),
    ],
)
def test_an_account_keeps_its_last_three_digits_only(account: str, shown: str) -> None:
    assert mask_cell(Column("account_id", kind="account"), account) == shown


@pytest.mark.parametrize(
    ("caller", "shown"),
    [
        ("+61491570157", "+61•••••157"),
        ("+12025550143", "+1•••••143"),
        ("+35312345678", "+353•••••678"),
        ("0491570157", "•••••157"),
        ("4915701", "•••••01"),
        ("000", "•••••"),
        ("imsi:505019876543210", "imsi:505•••••10"),
        ("imei:35209900176148", "imei:35•••••48"),
        ("imei:12", "imei:•••••"),
        ("record:0a1b2c3d:17", "record:0a1b2c3d:17"),
        ("J Citizen", "x xxxxxxx"),
        ("", ""),
    ],
)
def test_a_caller_keeps_country_and_last_digits_only(caller: str, shown: str) -> None:
    assert mask_caller(caller) == shown


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("around", ["{}", "sip:{}@ims", "call from {}!", "A{}Z", "({})", "tel:{};x=1"])
def test_a_number_in_a_text_is_masked_in_any_spelling(separator: str, around: str) -> None:
    spelt = separator.join(["0491", "570", "157"])
    assert "570" not in mask_text(around.format(spelt))


@given(
    digits=st.text("0123456789", min_size=7, max_size=16),
    gaps=st.lists(st.sampled_from(SEPARATORS), min_size=15, max_size=15),
)
def test_no_run_of_seven_digits_survives_in_a_text(digits: str, gaps: list[str]) -> None:
    text = "x" + "".join(d + g for d, g in zip(digits, gaps + [""], strict=False)) + "y"
    kept = "".join(c for c in mask_text(text) if c.isdigit())
    assert len(kept) <= 3 + 3 or "-" in text  # a date keeps its eight digits


@pytest.mark.holds("crash.2", "crash.3", "trust.14")
@pytest.mark.parametrize(
    "spelt",
    [
        "0412_345_678",
        "1_2345678901",
        "1710262800_1234",
        "61491570:199",
        "0491:570:157",
        "0491,570,157",
        "61,491,570,157",
        "0491;570;157",
        "0*4*9*1*5*7*0*1*5*7",
        "0491\u200b570\u200b157",
        "0\u20604\ufeff9\u00ad1\u200e5\u202a7\u061c0157",
        "0491 , 570 , 157",
        "49157015" * 4,
        "4915701570" * 7,
        "a" + "4915701570" * 3 + "4",
        "٠٤٩١٥٧٠١٥٧",
        *(joint.join("0491570157") for joint in "|#~'\"·=&%\\•+!@<>?^`{}[]،\t\n😀"),
        "0491...570...157",
        r"0491\u200b570\xad157",
        "0491,, 570 | 157",
        "0491%2D570%2D157",
        "0491%20%2d%20570%20157",
        "0491  -  570  -  157",
        "0491     570     157",
        f"0491{' ' * 40}570{' ' * 40}157",
    ],
)
@pytest.mark.parametrize("masks", [mask_text, mask_caller, mask_path], ids=["text", "caller", "path"])
def test_digits_are_a_number_whatever_joins_them_and_however_many_they_are(
    spelt: str, masks: Callable[[str], str]
) -> None:
    assert sum(c.isdigit() for c in masks(spelt)) <= 3
    assert sum(c.isdigit() for c in masks(f"{spelt}.csv")) <= 3


@pytest.mark.parametrize(
    "text", ["1" + " " * 10_000, "1%1B" * 3_000, ("1" + " " * 300) * 6 + "x", "%31%2D" * 3_000]
)
def test_a_hostile_text_is_masked_in_time_that_grows_with_its_length(text: str) -> None:
    started = process_time()
    mask_text(text)
    mask_text(text * 4)
    assert process_time() - started < 5


LIKE_NUMBERS = st.text("0123456789", max_size=40) | st.sampled_from(
    [*"_:,;*-/.()+ af\n\u200b\u2060", "2024-03-12", "17:00", "record:", "imsi:"]
)
KEPT_WHOLE = r"(?=\d*[a-f])[0-9a-f]{32,128}|[0-9a-f]{8}:\d+|(?:19|20)\d\d[01]\d[0-3]\d[T_-]?\d{0,6}"


@given(text=st.text() | st.lists(LIKE_NUMBERS, max_size=30).map("".join))
def test_every_text_is_masked_in_one_go_and_keeps_no_run_of_seven_digits(text: str) -> None:
    for masks in (mask_text, mask_caller, mask_path, lambda given: str(cell("calling_number", given))):
        assert not re.search(r"\d{7}", re.sub(KEPT_WHOLE, "", masks(text)))


def test_digits_between_letters_in_a_column_of_numbers_are_not_shown() -> None:
    assert cell("calling_number", "0412x345x678") == "9999x999x999"


@pytest.mark.holds("crash.1")
def test_a_file_name_keeps_its_date_beside_other_digits() -> None:
    assert (
        mask_path("cdr_StandAloneCluster_01_202501011200_1583.csv")
        == "cdr_StandAloneCluster_01_202501011200_1583.csv"
    )
    assert mask_path("1_2345678901.csv") == "•••••901.csv"


def test_an_id_that_has_no_letter_stays_only_where_nothing_but_ids_stand() -> None:
    assert cell("last_failed_attempt_id", "61491570:199") == "61491570:199"
    assert cell("subject", "61491570:199") == "•••••199"
    assert cell("subject", "0a1b2c3d:199") == "0a1b2c3d:199"


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-12T17:00:00.000Z",
        "2024-03-12 17:00",
        "from 2024-03-12T17:00:00+00:00 on",
        "0a1b2c3d:1234567",
        "ab" * 32,
        "2024-03-12T17:00:00.000000+00:00",
        "17:00:00.000",
        "17:00–18:00",
        "10 of 12 (83 %), 0, 5, 10, 15 and 30 s",
        "12,345,678 records",
        "s. 5.10",
    ],
)
def test_times_ids_hashes_and_figures_stay(text: str) -> None:
    assert mask_text(text) == text


def test_a_date_in_a_file_name_stays_and_a_number_does_not() -> None:
    assert mask_path("in/attempts-20240312_170000.csv") == "in/attempts-20240312_170000.csv"
    assert "491570" not in mask_path("in/61491570157.csv")


def test_cells_are_masked_by_what_their_column_can_hold() -> None:
    assert cell("caller_id", NUMBERS[0]) == "+61•••••100"
    assert cell("imsi", 505019876543210) == "•••••210"
    assert cell("line_text", "0491 570 156,J Citizen") == WITHHELD
    assert cell("value", "J Citizen 0491") == "x xxxxxxx 9999"
    assert cell("attempt_id", "0a1b2c3d:44") == "0a1b2c3d:44"
    assert cell("failed_attempts", 12345678) == 12345678
    assert cell("is_failed", True) is True
    assert cell("region", None) is None
    assert cell("tac", "35209900") == "35209900"
    assert cell("tac", "352099001") == "•••••001"
    assert cell("detail", "anything") == WITHHELD, "nobody has declared it"
    assert cell("detail", 61491570156) == WITHHELD
    assert cell("detail", True) == WITHHELD


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("495-123-45-67", "•••••567"),
        ("0491-570-156", "•••••156"),
        ("134217729", "•••••729"),
        ("bravo-027", "bravo-027"),
        ("192.168.100.12", "192.168.100.12"),
        ("a84b4c76e66710@192.168.100.12", "a84b4c76e66710@192.168.100.12"),
        ("00001a@alpha.example", "00001a@alpha.example"),
        ("61491570156@alpha.example", "•••••@alpha.example"),
        ("sip:+61491570156@[192.168.100.12]", "•••••@[192.168.100.12]"),
        ("0491 570 156@0491570157.example", "•••••@•••••157.example"),
        ("000@alpha.example", "000@alpha.example"),
        ("call-61491570156-1@alpha.example", "call-•••••561@alpha.example"),
    ],
)
def test_an_id_or_a_place_keeps_all_but_a_number(text: str, shown: str) -> None:
    assert mask_id(text) == shown
    assert cell("element", text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("505-01-1-17", "505-01-1-17"),
        ("505-001-65279-65535", "505-001-65279-65535"),
        ("505-01-0000-123456", "•••••456"),
        ("0491-570-156", "•••••156"),
        ("bravo-027", "bravo-027"),
    ],
)
def test_only_where_cells_stand_are_groups_of_digits_a_cell(text: str, shown: str) -> None:
    assert cell("cell_id", text) == shown


def test_shape_keeps_the_form_only() -> None:
    assert shape("12/03/2024 Ann") == "99/99/9999 xxx"


def test_a_masked_audit_holds_no_identity_anywhere() -> None:
    shown = masked(rich_audit())
    everything = repr(shown) + "".join(repr(list(rows)) for rows in shown.tables.values())
    everything += "".join(repr(list(m.rows)) for m in shown.measures.values()) + "".join(
        repr(list(r.rows)) for r in shown.rules
    )
    digits = "".join(c for c in everything if c.isdigit())
    assert not any(number[-8:] in digits for number in NUMBERS)
    assert IMSI[3:13] not in digits
    assert IMEI[4:12] not in digits
    assert "Citizen" not in everything
    assert shown.case.texts["contact"] == "duty officer, +61 2 5550 1234"
    assert "+61•••••101" in shown.case.texts["steps"]


def test_masking_changes_no_figure_and_no_length() -> None:
    plain, shown = rich_audit(), masked(rich_audit())
    assert {n: m.value for n, m in plain.measures.items()} == {n: m.value for n, m in shown.measures.items()}
    assert [len(list(rows)) for rows in plain.tables.values()] == [
        len(list(rows)) for rows in shown.tables.values()
    ]
    assert shown.files[0].sha256 == plain.files[0].sha256
    assert shown.files[0].path == plain.files[0].path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("a\tb\r\n", "a\\x09b\\x0d\\x0a"),
        ("\ud800", "\\ud800"),
        ("\U000e0001", "\\U000e0001"),
        ("naïve 日本 🚑", "naïve 日本 🚑"),
        ("a\u00a0b", "a b"),
    ],
)
def test_characters_that_act_are_written_out(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@pytest.mark.holds("fault.67")
@given(st.text())
def test_safe_text_never_holds_a_control_or_format_character(text: str) -> None:
    assert safe_text(text).isprintable()
    assert plain_text(text).isprintable()


def test_a_long_text_is_cut_and_says_so() -> None:
    assert safe_text("x" * 40_000, 10) == "xxxxxxxxxx… (cut: 40,000 characters in all)"
    assert safe_text("calls to customers", 12) == "calls to… (cut: 18 characters in all)"
    assert safe_text("calls to customers", 18) == "calls to customers"


def test_a_clause_is_the_regimes_own_text_and_stays_as_it_is() -> None:
    text = "ACMA, 1 March 2024: 127 calls not transferred, 346 without digital location; F2019L01509"
    audit = rich_audit()
    run = replace(audit.rules[0], clause=Clause("transfer", text, False))
    shown, *_ = masked(replace(audit, rules=(run, *audit.rules[1:]))).rules
    assert shown.clause is not None
    assert shown.clause.text == text


def test_who_said_a_figure_and_when_are_never_read_as_one_number() -> None:
    end = masked(WaterfallEnd("net", 455, "calls", said_by="605 - 150", said_on="2025-12-18"))
    assert end_words(end) == "605 - 150, 2025-12-18"


def of_line(line: str, kind: str = "plain") -> str:
    """A line whose columns are all of one kind, masked as the fields of a record."""
    between = re.findall("[,;|\t]", line)
    fields = mask_record([(Column("c", kind=kind), field) for field in re.split("[,;|\t]", line)])
    return "".join(field + sign for field, sign in zip(fields, [*between, ""], strict=True))


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "core,1707,2024-03-12T17:05:07.220+00:00,2024-03-12T17:05:38.720+00:00,+61491570156,505019876543210,"
            "35209900176148,000,3g,41,,",
            "core,1707,2024-03-12T17:05:07.220+00:00,2024-03-12T17:05:38.720+00:00,+61•••••156,•••••210,"
            "•••••148,000,3g,41,,",
        ),
        ("1;2024-03-12 17:05:07;0491570156;000;16", "1;2024-03-12 17:05:07;•••••156;000;16"),
        ("1|17:05:07|000|7", "1|17:05:07|000|7"),
        (
            "BT43;Bleu;02/06/2021 16:46:01;2.6.2021 16:46;2021/06/02 16:46:01.250;0639980001;17",
            "BT43;Bleu;02/06/2021 16:46:01;2.6.2021 16:46;2021/06/02 16:46:01.250;•••••001;17",
        ),
        ('"06-02-2021 16:46:01",0491', '"06-02-2021 16:46:01",0491'),
        # Not a day and a time of day, or not alone in the field: it could be a number.
        ("02/06/2021", "•••••21"),
        ("02/06-2021 16:46", "•••••646"),
        ("42/06/2021 16:46", "•••••646"),
        ("02/06/2021 16:46 0491570156", "•••••156"),
        ("02 06 2021 16:46", "•••••646"),
        # A date between the parts of a number is no part of it.
        ("0491;02/06/2021 16:46:01;570156", "0491;02/06/2021 16:46:01;570156"),
        ('a,"61","491","570156",b', 'a,"•••••","•••••","•••••",b'),
        ('a,"0491,570,156",b', 'a,"•••••,•••••,•••••",b'),
        ("0491;570;156", "•••••;•••••;•••••"),
        (
            '{"sequence":1707,"started_at":"2024-03-12T17:05:07Z"}',
            '{"sequence":1707,"started_at":"2024-03-12T17:05:07Z"}',
        ),
        ("", ""),
    ],
)
def test_a_line_is_masked_field_by_field(line: str, shown: str) -> None:
    assert of_line(line) == shown


def test_codes_and_counts_are_no_parts_of_a_number_and_empty_fields_join_none_of_them() -> None:
    types = ("BIGINT", "VARCHAR", "", "", "", "", "", "INTEGER", "VARCHAR", "VARCHAR")
    texts = ("1707", "000", "", "", "", "", "", "487", "0491", "570156")
    columns = [Column(f"c{place}", type=type_, kind="id") for place, type_ in enumerate(types)]
    shown = mask_record(list(zip(columns, texts, strict=True)))
    assert shown == ["1707", "000", "", "", "", "", "", "487", "•••••", "•••••"]


def test_each_field_of_a_record_is_shown_as_its_column_is_declared() -> None:
    record = {"call_id": "c1", "started_at": "12/03/2024 17:00:00", "calling_number": "+61491570156"}
    record |= {"operator": "Jo Smith", "note": "12/03/2024 17:00:00", "account_id": "A12417"}
    shown = mask_record([(vocabulary().column(name), text) for name, text in record.items()])
    assert shown == [
        "c1",
        "12/03/2024 17:00:00",
        "+61•••••156",
        "xx xxxxx",
        "99/99/9999 99:99:99",
        "•••••417",
    ]


FIELDS = st.one_of(
    st.sampled_from(
        [*NUMBERS[:3], IMSI, IMEI, "000", "3g", "", "41", "2024-03-12T17:05:07Z", "17:05:07", '"', "0491 570"]
    ),
    st.from_regex(r"[0-9a-z \-\u00a0\u0661\u200b.:\"]{0,12}", fullmatch=True),
)


@given(st.lists(st.tuples(FIELDS, st.sampled_from(",;|\t")), max_size=8))
def test_no_number_is_left_in_a_line_however_its_parts_are_divided(cells: list[tuple[str, str]]) -> None:
    line = "".join(field + between for field, between in cells)
    shown = of_line(line)
    assert re.sub("[^,;|\t]", "", shown) == re.sub("[^,;|\t]", "", line)
    rest = re.sub(r"(?:\+\d{1,3})?•••••\d{0,3}", "x", shown)
    times = r"(?<!\d)2024-03-12T17:05:07Z|(?<![\d:])[0-2]\d:[0-5]\d(?::[0-6]\d(?:[.]\d+)?)?(?![\d:])"
    assert not re.search(NUMBER, re.sub(times, "x", rest))


def test_a_hash_is_never_masked_even_where_a_date_seems_to_be_in_it() -> None:
    digest = "591ec5f9fd20230112043583d06bfe00a1b2c3d4e5f60718293a4b5c6d7e8f90"
    assert len(digest) == 64
    text = f"said: 5 rows, root {digest}, 7 places; recomputed: 0491570156"
    assert mask_path(text) == text.replace("0491570156", "•••••156")
