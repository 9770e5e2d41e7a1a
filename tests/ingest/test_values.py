"""Texts become values by strict readers: what cannot be read is said, never guessed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.ingest import prepare
from auditor.ingest.sql.literals import above, near_pattern
from auditor.store import open_memory
from tests.ingest.loading import ATTEMPTS, CENTRE, attempt, load

STORE = open_memory()
prepare(STORE)
UTC = datetime(2024, 3, 12, 17)


def read_time(text: str | None, zone: str | None = None) -> tuple[datetime | None, str | None]:
    (row,) = STORE.query(
        "SELECT (read_iso_time($t, $z)).value, (read_iso_time($t, $z)).reason", {"t": text, "z": zone}
    )
    return row[0], row[1]


@pytest.mark.holds("fault.54", "property.17")
@pytest.mark.parametrize(
    "text",
    [
        "2024-03-12T17:00:00Z", "2024-03-12 17:00:00+00:00", "2024-03-12T17:00Z",
        "2024-03-13T04:00:00.000+11:00",
        "2024-03-13T04:00:00+1100",
        "2024-03-12T12:30:00-04:30", "2024-03-12T17:00:00.0009999Z", "2024-03-13T04:00:00.000000000+11",
        "2024-03-12 17:00:00 +00",
        "2024-03-12T17:00:00,0z",
    ],
)  # fmt: skip
def test_an_offset_is_honoured_however_it_is_written(text: str) -> None:
    assert read_time(text, "Asia/Tokyo") == (UTC, None)


@pytest.mark.holds("fault.53", "fault.54")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-03-12T17:00:00", "time_without_zone"),
        ("2024-03-12T17:00:00Z foo", "not_a_time"),
        ("2024-03-12T17:00:00 AEDT", "not_a_time"),
        ("2024-03-12", "not_a_time"),
        ("2024-02-30T17:00:00Z", "not_a_time"),
        ("2024-03-12T24:00:00Z", "hour_24"),
        ("2024-12-31T23:59:60Z", "leap_second"),
        ("12/03/2024 17:00:00", "not_a_time"),
        ("2024-03-12T17:00:00+15:00", "not_a_time"),
        ("2024-03-12T17:00:00.1234567891Z", "not_a_time"),
        ("1970-01-01T00:00:00Z", None),
        ("9999-12-31T00:00:00Z", "time_out_of_range"),
        ("٢٠٢٤-03-12T17:00:00Z", "not_a_time"),
        (" 2024-03-12T17:00:00Z", "not_a_time"),
    ],
)
def test_what_is_no_time_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert read_time(text) == (None, reason)


@pytest.mark.holds("fault.55")
@pytest.mark.parametrize(
    ("clock", "zone", "utc", "reason"),
    [
        ("2024-10-06T02:30:00", "Australia/Sydney", None, "time_in_dst_gap"),
        ("2024-04-07T02:30:00", "Australia/Sydney", datetime(2024, 4, 6, 15, 30), "ambiguous_time"),
        ("2024-10-06T02:15:00", "Australia/Lord_Howe", None, "time_in_dst_gap"),
        ("2024-04-07T01:45:00", "Australia/Lord_Howe", datetime(2024, 4, 6, 14, 45), "ambiguous_time"),
        ("2024-03-10T02:30:00", "America/New_York", None, "time_in_dst_gap"),
        ("2024-11-03T01:30:00", "America/New_York", datetime(2024, 11, 3, 5, 30), "ambiguous_time"),
        ("2024-04-07T02:30:00", "Australia/Adelaide", datetime(2024, 4, 6, 16, 0), "ambiguous_time"),
        ("2024-03-12T04:00:00", "Australia/Sydney", datetime(2024, 3, 11, 17), None),
    ],
)
def test_clock_changes_are_never_decided_in_silence(
    clock: str, zone: str, utc: datetime | None, reason: str | None
) -> None:
    assert read_time(clock, zone) == (utc, reason)


@pytest.mark.holds("fault.55")
@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Australia/Sydney", "Europe/London", "America/New_York", "Asia/Kathmandu", "UTC"]),
)
def test_local_times_agree_with_the_standard_library(clock: datetime, zone: str) -> None:
    clock = clock.replace(microsecond=clock.microsecond // 1000 * 1000)
    instants = {
        clock.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        for fold in (0, 1)
    }
    shown = {
        i
        for i in instants
        if i.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == clock
    }
    value, reason = read_time(clock.isoformat(), zone)
    assert value == (min(shown) if shown else None)
    assert reason == ("time_in_dst_gap" if not shown else "ambiguous_time" if len(shown) > 1 else None)


@pytest.mark.holds("fault.51")
def test_numbers_truths_and_codes_are_read_to_the_letter() -> None:
    bad = ["5.7", "0x1F", "1_000", "1e5", " 7 ", "٧", "1,234", "99999999999999999999", "+"]
    rows = STORE.query(
        "SELECT t, (read_integer(t)).value, (read_integer(t)).reason FROM (SELECT unnest($t) AS t)",
        {"t": bad},
    )
    assert [(t, v) for t, v, _ in rows] == [(t, None) for t in bad]
    assert all(reason == "not_a_whole_number" for _, _, reason in rows)
    rows = STORE.query(
        "SELECT (read_boolean(t)).value FROM (SELECT"
        " unnest(['1','TRUE','t','Yes','y','0','False','F','no','N','2','']) AS t)"
    )
    assert [r[0] for r in rows] == [True] * 5 + [False] * 5 + [None] * 2
    own = "map {'voice over wlan': 'wifi'}"
    words = (
        f"SELECT (read_code(t, ['wifi', '4g'], {own})).value, (read_code(t, ['wifi', '4g'], {own})).reason"
        " FROM (SELECT unnest($t) AS t)"
    )
    given = [" WiFi ", "LTE", "Voice over WLAN", None]
    assert STORE.query(words, {"t": given}) == [
        ("wifi", None),
        (None, "unknown_code"),
        ("wifi", None),
        (None, None),
    ]


@pytest.mark.holds("fault.58")
@pytest.mark.parametrize("text", ["1.7E+12", "2E+11", "2e-3", "6,14E10", "1.5e3"])
def test_a_rounded_number_is_no_id_and_no_number(text: str) -> None:
    for reader in ("read_id", "read_number"):
        assert STORE.query(f"SELECT ({reader}($t)).value, ({reader}($t)).reason", {"t": text}) == [
            (None, "number_turned_by_spreadsheet")
        ]


@pytest.mark.parametrize("text", ["#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#ref!"])
def test_an_error_of_a_spreadsheet_is_no_id_no_text_and_no_number(text: str) -> None:
    for reader in ("read_id", "read_number", "read_text"):
        read = f"SELECT ({reader}($t)).value, ({reader}($t)).reason, ({reader}($t || 'x')).reason"
        assert STORE.query(read, {"t": text}) == [(None, "spreadsheet_error", None)]


@pytest.mark.holds("fault.58")
@pytest.mark.parametrize(
    ("text", "value"),
    [("0", None), ("-1", None), ("0000", None), ("00a", "00a"), ("1E5", "1E5"), ("-2", "-2")],
)
def test_zeros_and_minus_one_are_no_ids(text: str, value: str | None) -> None:
    assert STORE.query("SELECT (read_id($t)).value, (read_id($t)).reason", {"t": text}) == [(value, None)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'x1", "x1"),
        ("x1 ", "x1"),
        ("x1\t", "x1"),
        ("x1\u00a0", "x1"),
        ("\ufeffx1", "x1"),
        ("\u200ex1\u200f", "x1"),
        ('="x1"', "x1"),
        ('"x1"', "x1"),
        ('"=""x1"""', "x1"),
        ("\u2019x1", "x1"),
        ("' 0 ", None),
        ("'NULL", None),
        ("'505010000000001.0", "505010000000001"),
        ("'", None),
        ("'x1'", "x1"),
        ("x1\n", "x1"),
        ("x1\r", "x1"),
        ("x1\x00", "x1"),
        ("x1'", "x1'"),
        ("x 'y' z", "x 'y' z"),
        ("bm8=", "bm8="),
        ("=bm8", "=bm8"),
        ("\u00e91\u00e9", "\u00e91\u00e9"),
        (None, None),
    ],
)
def test_an_id_is_read_without_what_a_spreadsheet_or_a_fixed_width_puts_around_it(
    text: str | None, value: str | None
) -> None:
    assert STORE.query("SELECT (read_id($t)).value, (read_id($t)).reason", {"t": text}) == [(value, None)]


NOTHING = [
    "",
    " ",
    "NULL",
    "null",
    "\\N",
    "(null)",
    "(NULL)",
    "None",
    "nan",
    "NaN",
    "N/A",
    "#N/A",
    "unknown",
    "UnKnown",
    "-",
    "--",
    " - ",
]


@pytest.mark.holds("fault.58")
@pytest.mark.parametrize("text", NOTHING)
def test_words_for_no_value_are_none(text: str) -> None:
    assert STORE.value("SELECT given($t)", {"t": text}) is None


@pytest.mark.parametrize("text", ["0", "unknowns", "---", "nul", "NULL1", "n.a.", "none of them", "x"])
def test_what_only_looks_like_a_word_for_no_value_is_kept(text: str) -> None:
    assert STORE.value("SELECT given($t)", {"t": text}) == text


@pytest.mark.parametrize(("text", "value", "reason"), [
    ("1", 1, None), ("127", 127, None), ("0", None, None), ("000", None, None), ("128", None, "out_of_range"),
    ("-1", None, "out_of_range"), ("393216", None, "out_of_range"), ("1459617833", None, "out_of_range"),
    ("16.5", None, "not_a_whole_number"),
])  # fmt: skip
def test_a_cause_beyond_its_list_is_none(text: str, value: int | None, reason: str | None) -> None:
    found = STORE.query(
        "SELECT (read_within($t, 1, 127)).value, (read_within($t, 1, 127)).reason", {"t": text}
    )
    assert found == [(value, reason)]


@pytest.mark.parametrize(("text", "bare"), [
    ("+61 491 570 156", "+61 491 570 156"), ('"A 12" <sips:+61491570156@h:5060>;tag=1', "+61491570156"),
    ("61491570156.0", "61491570156"),
    ("'0491570156", "0491570156"), ('="0491570156"', "0491570156"), ("\u202a+61491570156\u202c",
    "+61491570156"),
    ("tel:+61491570156;phone-context=x", "+61491570156"), ("sip:anonymous@anonymous.invalid", "anonymous"),
    ("%2B61491570156", "+61491570156"),
    ("0491\u00a0570\u200b156", "0491570156"), ("", None), ('""', None), ("a%ffb", "a%ffb"), ("112.5",
    "112.5"),
    ("urn:service:sos.fire;x=1", "urn:service:sos.fire"),
])  # fmt: skip
def test_what_stands_around_a_number_is_taken_off(text: str, bare: str | None) -> None:
    assert STORE.value("SELECT bare_number($t)", {"t": text}) == bare


@pytest.mark.parametrize(
    ("dialled", "category", "expected"),
    [
        ("000", "", True), ("0 0 0", "", True), ("(000)", "", True), ("0-0.0", "", True), ("0001234", "",
        False), ("00", "", False),
        ("+000", "", True), ("112", "", True), ("112.0", "", True), ("112.5", "", False), ("'000", "", True),
        ('="000"', "", True),
        ("sip:000@h", "", True), ("SIPS:112@10.0.0.0:5061;user=phone", "", True), ("tel:000", "", True),
        ("<sip:000@h>", "", True),
        ('"User 10" <sip:000@h>', "", True), ("%30%30%30", "", True), ("\t000", "", True), ("000\u200b", "",
        True), ("\u200e000", "", True),
        ("sip:0001@000", "", False), ("sip:+61491570156@000.example", "", False), ("000x", "", False),
        ("00 0 0", "", False),
        ("urn:service:sos", "", True), ("URN:Service:SOS.fire", "", True), ("urn:service:test.sos", "", True),
        ("<urn:service:sos>", "", True), ("\x01000", "", True), ("00\x7f0", "", True),
        ("\u061c000", "", True),
        ("u\u2028rn:service:sos", "", True),
        ("ur'n\u200e:service:sos", "", True),
        ("urn:service:sosx", "", False), ("urn:service:counseling", "", False), ("", "1", True),
        ("0398765432", "16", True),
        ("0398765432", "0", False), ("0398765432", "x", False), ("", "", False), ("٠٠٠", "", False),
    ],
)  # fmt: skip
def test_an_emergency_is_exactly_what_the_contract_says(dialled: str, category: str, expected: bool) -> None:
    for past in ("1000", "NULL"):
        sql = (
            f"SELECT kind_of_dialled($d, ['000', '112', '106'], [], {past},"
            f" {near_pattern(['000', '112', '106'])})"
        )
        kind = STORE.value(sql, {"d": dialled or None})
        masked = STORE.value("SELECT kind_of_category(given($c))", {"c": category})
        assert (kind == 1 or masked == 1) is expected


@pytest.mark.parametrize(
    ("dialled", "kind"),
    [
        ("000F", 2), ("112f", 2), ("106#", 2), ("*000", 2), ("sip:000p@h", 2),
        ("\uff10\uff10\uff10", 2), ("\u0661\u0661\u0662", 2),
        ("#REF!", 3), ("#name?", 3), ("#N/A", 0), ("[000]", 3), ("{112, 113}", 3), ("['106']", 3),
        ("[0001]", 0), ("[a]", 0), ("0001F", 0), ("F", 0), ("00F", 0), ("#31#000", 0),
    ],
)  # fmt: skip
def test_a_number_with_a_filler_or_in_another_script_is_almost_one(dialled: str, kind: int) -> None:
    sql = "SELECT kind_of_dialled($d, ['000', '112', '106'], [], 1000, " + near_pattern(["000", "112", "106"])
    assert STORE.value(f"{sql})", {"d": dialled}) == kind


@settings(max_examples=600, deadline=None)
@given(
    st.one_of(
        st.text("0123456789 ()-.+e_*\uff10\uff11\u0662", max_size=12),
        st.text("012 .-", max_size=6),
        st.text("01 ,[]{}#'\"", max_size=12),
        st.text("012%3B<>\"'=@;:spitelurn\u200e", max_size=14),
        st.from_regex(
            r"(sip:|tel:|<sip:|'|=\"|\+|%30|0|9)?(000|112|1 1-2|0000|112\.0)(@h|;x|>|\"|\.0|0)?",
            fullmatch=True,
        ),
    ),
    st.lists(st.sampled_from(["000", "112", "1e2", "*11", "13", "1" * 19]), min_size=1, max_size=3),
)
def test_no_short_cut_changes_what_an_emergency_is(dialled: str, numbers: list[str]) -> None:
    misses = ["0" + number for number in numbers]
    every = [*numbers, *misses]
    given = {"d": dialled, "n": numbers, "m": misses}
    found = STORE.value(f"SELECT kind_of_dialled($d, $n, $m, {above(every)}, {near_pattern(every)})", given)
    assert found == STORE.value("SELECT kind_of_bare(bare_number($d), $n, $m)", given)


def test_buckets_come_in_the_order_of_the_contract(tmp_path: Path) -> None:
    rows = [
        attempt(1),
        attempt(2, "0398765432", started_at="nonsense"),
        attempt(3, started_at="nonsense"),
        attempt(4, started_at=" "),
        attempt(5) + ",",
        attempt(6, "") + "",
    ]
    loaded = load(tmp_path, {"a.csv": "\n".join([ATTEMPTS, *rows]) + "\n"})
    assert loaded.rejects == [
        (4, "started_at", "not_a_time"),
        (5, "started_at", "missing"),
        (6, None, "field_count"),
    ]
    assert (loaded.files[0].loaded, loaded.files[0].not_emergency) == (1, 2)


def test_an_optional_value_that_cannot_be_read_is_null_and_listed(tmp_path: Path) -> None:
    text = (
        f"{CENTRE},answered_at,location_received,calling_number2\n"
        f"1,2024-03-12T17:00:00Z,6.14E+10,vanished,2024-03-12,maybe,x\n"
    )
    loaded = load(tmp_path, {"c.csv": text}, [{"path": "c.csv", "role": "centre"}])
    assert loaded.unreadable == [
        (2, "answered_at", "2024-03-12", "not_a_time"),
        (2, "calling_number", "6.14E+10", "number_turned_by_spreadsheet"),
        (2, "disposition", "vanished", "unknown_code"),
        (2, "location_received", "maybe", "not_true_or_false"),
    ]
    assert loaded.rows(
        "SELECT log, calling_number, disposition, answered_at_utc, location_received FROM centre_record"
    ) == [("centre", *[None] * 4)]


def test_a_zero_that_may_be_left_of_000_is_named_and_never_an_emergency(tmp_path: Path) -> None:
    eaten = "\n".join([ATTEMPTS, attempt(1, "0"), attempt(2, "398765432"), attempt(3, "112")]) + "\n"
    sound = "\n".join([ATTEMPTS, attempt(4, "0"), attempt(5, "0398765432")]) + "\n"
    loaded = load(tmp_path, {"eaten.csv": eaten, "sound.csv": sound})
    assert loaded.unreadable == [(2, "dialled", "0", "number_turned_by_spreadsheet")] * 2
    # Where other numbers kept their zeros, it may be a switchboard's own number: named, but no reason to
    # doubt the count.
    assert loaded.rows(
        "SELECT f.path, o.kind, o.subject, o.found, o.among FROM observation AS o JOIN file AS f USING"
        " (file_no)"
    ) == [("eaten.csv", "near_miss", "0", 1, 1)]


def test_a_source_fills_what_its_records_leave_out_and_may_narrow(tmp_path: Path) -> None:
    text = "started_at,dialled,kind\n2024-03-12 17:00:00,000,emergency\n2024-03-12 17:00:00,112,internal\n"
    source = {
        "path": "a.csv",
        "timezone": "Australia/Perth",
        "network": "beta",
        "element": "e1",
        "emergency_only_when": {"column": "kind", "values": ["emergency"]},
    }
    loaded = load(tmp_path, {"a.csv": text}, [source])
    assert loaded.rows("SELECT network, element, started_at_utc FROM attempt_record") == [
        ("beta", "e1", datetime(2024, 3, 12, 9))
    ]
    assert (loaded.files[0].not_emergency, loaded.files[0].narrowed) == (1, 1)
    assert loaded.rows("SELECT DISTINCT network, element, hour_utc FROM volume") == [
        ("beta", "e1", datetime(2024, 3, 12, 9))
    ]


@pytest.mark.holds("fault.56")
@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%d/%m/%Y %H:%M:%S", "12/03/2024 17:00:00"),
        ("%m/%d/%Y %I:%M %p", "03/12/2024 05:00 PM"),
        ("epoch", "1710262800"),
        ("epoch", "1710262800000"),
    ],
)
def test_a_stated_pattern_reads_what_no_one_may_guess(pattern: str, text: str, tmp_path: Path) -> None:
    source = {"path": "a.csv", "time_format": pattern, "timezone": "UTC"}
    loaded = load(tmp_path, {"a.csv": f"started_at,dialled\n{text},000\n{text} x,000\n"}, [source])
    assert loaded.rows("SELECT started_at_utc FROM attempt_record") == [(UTC,)]
    assert loaded.rejects == [(3, "started_at", "not_a_time")]
    assert loaded.rows("SELECT hour_utc, records FROM volume ORDER BY ALL") == [(UTC, 1), (None, 1)]


@pytest.mark.holds("fault.58")
def test_ids_are_kept_to_the_letter_but_for_blanks_and_marks_around_them(tmp_path: Path) -> None:
    ids = ["0007", "1E5", "NULLs", "9" * 30, "e\u0301", "é", "a b", "a\u200bb", "a ", "a\u200b"]
    rows = [attempt(i).replace(f"c{i},", f"{text},", 1) for i, text in enumerate(ids)]
    loaded = load(tmp_path, {"a.csv": "\n".join([ATTEMPTS, *rows]) + "\n"})
    found = [r[0] for r in loaded.rows("SELECT call_id FROM attempt_record ORDER BY record_no")]
    assert found == [*ids[:-2], "a", "a"]


def test_hours_of_the_volume_follow_the_offset_of_each_record(tmp_path: Path) -> None:
    times = [
        "2024-03-12T23:45:00+05:45",
        "2024-03-12T18:00:00Z",
        "2024-03-12T13:30:00-0430",
        "2024-03-13T05:00:00.5+11",
    ]
    rows = [attempt(i, "0398765432", started_at=text) for i, text in enumerate(times)]
    loaded = load(tmp_path, {"a.csv": "\n".join([ATTEMPTS, *rows]) + "\n"})
    assert loaded.rows("SELECT hour_utc, sum(records) FROM volume GROUP BY 1") == [
        (UTC + timedelta(hours=1), 4)
    ]


def test_a_name_is_one_however_it_is_padded_and_may_be_spelt_as_other_logs_do(tmp_path: Path) -> None:
    """In the records and in the volume alike: what is counted by network must agree."""
    names = ["alpha", " alpha ", "'alpha", "alpha\u00a0", "ALPHA LTD", "Alpha Ltd ", "-", "bravo"]
    lines = [attempt(i).replace(",alpha,", f",{name},") for i, name in enumerate(names)]
    source = {"path": "a.csv", "values": {"network": {" Alpha LTD": "alpha"}}}
    loaded = load(tmp_path, {"a.csv": "\n".join([ATTEMPTS, *lines]) + "\n"}, [source])
    expected = [("alpha", 6), ("bravo", 1), (None, 1)]
    assert loaded.rows("SELECT network, count(*) FROM attempt_record GROUP BY ALL ORDER BY ALL") == expected
    volume = "SELECT network, sum(records)::BIGINT FROM volume GROUP BY ALL ORDER BY ALL"
    assert loaded.rows(volume) == expected


@pytest.mark.parametrize("column", ["emergency_only_when", "keep"])
def test_words_that_choose_records_are_compared_without_case_and_blanks(column: str, tmp_path: Path) -> None:
    words = ["from-trunk", "From-Trunk", " from-trunk ", "from-internal"]
    lines = [attempt(i).replace(",msc-1,", f",{word},") for i, word in enumerate(words)]
    source = {"path": "a.csv", column: {"column": "element", "values": [" FROM-TRUNK"]}}
    loaded = load(tmp_path, {"a.csv": "\n".join([ATTEMPTS, *lines]) + "\n"}, [source])
    assert loaded.files[0].loaded == 3
