"""What shows that a record is an emergency, however it is written and in whichever column it is: on every
path the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats.bare import bare_word
from auditor.ingest.schema import prepare
from auditor.store import open_memory
from tests.formats import offices
from tests.formats.test_json import call
from tests.formats.test_json_values import array, lines, parquet
from tests.ingest.loading import Loaded, load

STORE = open_memory()
prepare(STORE)
Write = Callable[[Sequence[dict[str, object]]], bytes]
HEADER = (
    "call_id",
    "network",
    "started_at",
    "calling_number",
    "dialled",
    "dialled_other",
    "service_category",
    "kind",
)


def table(records: Sequence[dict[str, object]]) -> bytes:
    text = io.StringIO(newline="")
    rows = [["" if (value := record.get(name)) is None else value for name in HEADER] for record in records]
    csv.writer(text, lineterminator="\n").writerows([HEADER, *rows])
    return text.getvalue().encode()


FORMS = {"csv": table, "lines": lines, "array": array, "parquet": parquet}


def read(folder: Path, form: str, *records: dict[str, object], **source: object) -> Loaded:
    return load(folder, {"a": FORMS[form](records)}, [{"path": "a", **source}])


def observed(found: Loaded) -> dict[str, int]:
    rows = found.rows("SELECT subject, found FROM observation WHERE kind = 'near_miss'")
    return dict(rows)


CATEGORIES = {
    " 1": 1, "1 ": 1, '="1"': 1, "'1": 1, "1\u00a0": 1, "\ufeff4": 4, "0x01": 1, "0X1f": 31, "31.0": 31,
    "01": 1, "9999999999": None,
    " 0": 0, "'0": 0, "0x00": 0, "-1": 0, "N/A ": 0, "'-": 0, " ": 0,
}  # fmt: skip
"""Text of a service category -> its mask, of which 0 shows no emergency."""


@pytest.mark.parametrize("form", FORMS)
def test_a_service_category_is_read_as_ids_are(form: str, tmp_path: Path) -> None:
    records = [call(n, dialled=None, service_category=text) for n, text in enumerate(CATEGORIES)]
    found = read(tmp_path, form, *records)
    rows = found.rows("SELECT service_category FROM attempt_record ORDER BY record_no")
    assert [mask for (mask,) in rows] == [mask for mask in CATEGORIES.values() if mask != 0]


@pytest.mark.parametrize("form", FORMS)
def test_a_category_that_is_no_number_is_never_no_emergency_in_silence(form: str, tmp_path: Path) -> None:
    records: list[dict[str, object]] = []
    for text in ("1,5", "0x", "0xfffffffff", "1e2", "#REF!"):
        for number in ({"dialled": None}, {"dialled": "0398765432"}, {"dialled": "0000"}):
            records.append(call(len(records), service_category=text, **number))
    records += [call(80 + n, service_category="police", dialled=text) for n, text in enumerate((None, "s"))]
    own = [
        call(90, service_category="police", dialled="000"),
        call(91, service_category="police", dialled="s", dialled_other="000"),
    ]
    others = [
        call(92, service_category="normal", dialled="0398765432"),
        call(93, service_category="normal", dialled="s", dialled_other="0398765432"),
    ]
    found = read(tmp_path, form, *records, *own, *others)
    reasons = [(column, reason) for _, column, reason in found.rejects]
    assert reasons == [("service_category", "not_a_whole_number")] * len(records)
    assert (found.files[0].loaded, found.files[0].not_emergency) == (len(own), len(others))


@pytest.mark.parametrize("form", ["lines", "array", "parquet"])
def test_a_category_in_a_list_is_read_or_rejected(form: str, tmp_path: Path) -> None:
    one = call(1, dialled="0398765432", service_category=[4])
    assert read(tmp_path / "one", form, one).rows("SELECT service_category FROM attempt_record") == [(4,)]
    two = call(1, dialled="0398765432", service_category=[0, 4])
    found = read(tmp_path / "two", form, two)
    assert found.rejects == [(1, "service_category", "not_one_value")]


def test_a_source_says_which_words_are_no_category(tmp_path: Path) -> None:
    records = [call(1, dialled=None, service_category=word) for word in ("Normal", "1", "normal ")]
    found = read(tmp_path, "lines", *records, nulls={"service_category": ["normal"]})
    assert (found.files[0].loaded, found.files[0].not_emergency) == (1, 2)


@pytest.mark.parametrize("form", FORMS)
def test_near_misses_are_of_the_number_that_is_read(form: str, tmp_path: Path) -> None:
    texts = ["9000", "+61000", "\uff10\uff10\uff10", "0"]
    unread = ["s", "agent7", "sip:queue@host", "N/A"]
    records = [call(n, dialled=unread[n], dialled_other=text) for n, text in enumerate(texts)]
    expected = {text.lstrip("+"): 1 for text in texts}
    assert observed(read(tmp_path / "other", form, *records)) == expected
    assert observed(read(tmp_path / "plain", form, *(call(1, dialled=text) for text in texts))) == expected
    # Numbers that keep their zero show that 0 is no emergency number that lost its zeros, in either column.
    del expected["0"]
    kept = [call(9, dialled="s", dialled_other="0398765432"), call(8, dialled="", dialled_other="000F")]
    assert observed(read(tmp_path / "zero", form, *records, *kept)) == {**expected, "000F": 1}


@pytest.mark.parametrize("form", FORMS)
def test_the_other_number_is_no_near_miss_where_a_number_was_dialled(form: str, tmp_path: Path) -> None:
    records = [call(n, dialled=text, dialled_other="0000") for n, text in enumerate(["0398765432", "*88"])]
    assert observed(read(tmp_path, form, *records)) == {}
    first = read(tmp_path / "first", form, call(1, dialled="9000", dialled_other="0398765432"))
    assert observed(first) == {"9000": 1}


@pytest.mark.parametrize("form", ["csv", "lines", "array", "parquet"])
@pytest.mark.parametrize("rule", ["emergency_only_when", "keep"])
def test_a_column_that_says_what_counts_is_read_without_guards(form: str, rule: str, tmp_path: Path) -> None:
    if (form, rule) == ("parquet", "keep"):
        return  # no Parquet file is read with it
    words = [
        "emergency",
        "emergency\u00a0",
        "emergency\t",
        "'emergency",
        '="emergency"',
        " Emergency ",
        "'x'",
    ]
    records = [
        call(n, dialled="000", kind=word) for n, word in enumerate([*words, "internal", "", "emergencyx"])
    ]
    found = read(tmp_path, form, *records, **{rule: {"column": "kind", "values": ["emergency", "X"]}})
    assert found.files[0].loaded == len(words)


@pytest.mark.parametrize("form", ["lines", "array", "parquet"])
@pytest.mark.parametrize("rule", ["emergency_only_when", "keep"])
def test_a_column_that_says_what_counts_may_be_a_list_of_one(form: str, rule: str, tmp_path: Path) -> None:
    if (form, rule) == ("parquet", "keep"):
        return
    kinds: tuple[list[str], ...] = (["emergency"], ["'Emergency"], [], ["own"], ["emergency", "own"])
    records = [call(n, dialled="000", kind=kind) for n, kind in enumerate(kinds)]
    found = read(tmp_path, form, *records, **{rule: {"column": "kind", "values": ["emergency"]}})
    assert found.files[0].loaded == 2
    assert not found.rows("SELECT extra FROM attempt_record WHERE contains(extra, chr(64976))")


def test_an_error_cell_in_the_column_that_narrows_is_a_reject(tmp_path: Path) -> None:
    records = [call(n, dialled="000", kind=kind) for n, kind in enumerate(("#REF!", "emergency", "own"))]
    found = read(tmp_path, "csv", *records, emergency_only_when={"column": "kind", "values": ["emergency"]})
    assert (found.files[0].loaded, found.files[0].narrowed) == (1, 1)
    assert found.rows("SELECT column_name, value, reason FROM reject") == [
        ("kind", "#REF!", "spreadsheet_error")
    ]


WRITTEN_LISTS = (
    '["sos","own"]', "[sos, own]", "['own', 'SOS']", '[""own"",""sos""]', r'[\"own\",\"sos\"]', "{own,sos}",
    ' [ "own" ; "sos" ] ', "'[own|sos]", '="[sos,own]"', '[["sos"],["own"]]', '{"kind": "sos"}',
)  # fmt: skip
OTHER_WORDS = (
    "[own, other]", "[sos]", '["sos"]', "sos, own", "own [sos, own]", "[not sos, sosx]", "[]", "[,]",
    "[sos,]", "{",
)  # fmt: skip


@pytest.mark.parametrize("form", list(FORMS))
def test_a_written_list_with_a_listed_word_does_not_say_whether_a_record_counts(
    form: str, tmp_path: Path
) -> None:
    """As a list does in JSON and Parquet. Without a listed word it is a word like any other."""
    words = [*WRITTEN_LISTS, *OTHER_WORDS, "sos", "[own,alarm]"]
    records = [call(n, dialled="000", kind=word) for n, word in enumerate(words)]
    records += [call(len(words), dialled="0398765432", kind="[sos, own]")]
    rule = {"column": "kind", "values": ["SOS", "[Own,Alarm]"]}
    found = read(tmp_path, form, *records, emergency_only_when=rule)
    assert sorted(found.rows("SELECT column_name, value, reason FROM reject")) == sorted(
        ("kind", word, "not_one_value") for word in WRITTEN_LISTS
    )
    file = found.files[0]
    assert (file.loaded, file.narrowed, file.rejected) == (2, len(OTHER_WORDS), len(WRITTEN_LISTS))
    assert file.not_emergency == len(OTHER_WORDS) + 1


@settings(deadline=None)
@given(st.text("aB1 \u00a0\t\u200e\ufeff'\"=\u2018(-", max_size=8))
def test_a_word_is_compared_alike_in_python_and_sql(text: str) -> None:
    assert bare_word(text) == STORE.value("SELECT bare_word($t)", {"t": text})


def test_conditions_of_a_layout_look_at_the_bare_text(tmp_path: Path) -> None:
    texts = ["SIP_EMERGENCY", "SIP_EMERGENCY ", " SIP_EMERGENCY\u00a0", "'sip_emergency", "SIP_EMERGENCY_X"]
    rows = [
        offices.webex(
            offices.Call(
                n, 1710262800 + 60 * n, None, 1710262805 + 60 * n, "+61491570156", "0398765432", 41, 503
            )
        )
        for n in range(len(texts))
    ]
    for row, text in zip(rows, texts, strict=True):
        row["Call type"] = text
    found = load(tmp_path, {"a.csv": offices.table(rows)}, [{"path": "a.csv", "timezone": "UTC"}])
    assert (found.files[0].format, found.files[0].loaded) == ("webex_calling", 4)


@pytest.mark.parametrize("names", [("Dialled", "dialled"), ("dialled", "DIALLED"), ("kind", "Kind")])
def test_a_parquet_file_with_two_columns_of_one_name_is_refused_as_others_are(
    names: tuple[str, str], tmp_path: Path
) -> None:
    record = {
        **call(1, dialled="000"),
        names[0]: "000",
        "list": [{"a": 1, "b": ["x"]}],
        names[1]: "0398765432",
    }
    found = read(tmp_path, "parquet", record)
    assert "two columns are named" in found.files[0].problem
    one = {**call(1, dialled="000"), "list": [{"a": 1, "b": ["x"]}], "kind": "0398765432"}
    assert read(tmp_path / "one", "parquet", one).files[0].loaded == 1


UNKNOWN = {
    "#REF!": "spreadsheet_error", " #value! ": "spreadsheet_error", "#NAME?": "spreadsheet_error",
    '["000","112"]': "not_one_value", "{000,112}": "not_one_value", '["0491570156", "000"]': "not_one_value",
    '{"number": "000", "type": 3}': "not_one_value", ' [{"to": "urn:service:sos.police"}]': "not_one_value",
}  # fmt: skip
"""Texts in place of a number, of which it cannot be known whether they are of an emergency -> why."""


@pytest.mark.parametrize("name", ["dialled", "dialled_other"])
@pytest.mark.parametrize("form", FORMS)
def test_an_error_or_a_list_that_is_written_out_is_no_answer_to_who_was_called(
    form: str, name: str, tmp_path: Path
) -> None:
    others = ["#31#0398765432", "[0398765432]", "{anonymous}", "#N/A", "[]"]
    numbers = {"dialled": "s", "dialled_other": None}
    texts = [*UNKNOWN, *others]
    records = [call(n, **numbers | {name: text}) for n, text in enumerate(texts)]
    found = read(tmp_path, form, *records, call(50, dialled="000"))
    (file,) = found.files
    assert (file.rejected, file.not_emergency, file.loaded) == (len(UNKNOWN), len(others), 1)
    assert [(column, why) for _, column, why in found.rejects] == [(name, why) for why in UNKNOWN.values()]


@pytest.mark.parametrize("form", FORMS)
def test_an_error_in_place_of_a_number_hides_no_emergency_that_another_column_shows(
    form: str, tmp_path: Path
) -> None:
    records = [
        call(0, dialled="#REF!", dialled_other="000"),
        call(1, dialled="000", dialled_other="[112,000]"),
        call(2, dialled="#REF!", dialled_other="0398765432", service_category="1"),
        call(3, dialled="0398765432", dialled_other="#REF!"),
        call(4, dialled="urn:service:sos.police", dialled_other="#REF!"),
        call(5, dialled="<urn:service:sos>", dialled_other="0000"),
    ]
    found = read(tmp_path, form, *records)
    assert (found.files[0].loaded, found.files[0].not_emergency, found.rejects) == (5, 1, [])


@pytest.mark.parametrize("form", FORMS)
def test_what_a_source_says_of_values_holds_for_the_bare_text(form: str, tmp_path: Path) -> None:
    """A guard hid that there was no value, so six calls had one id, or no network."""
    none = ["none given", " None Given", '="none given"', "'none given", "none given\u00a0"]
    records = [call(n, dialled="000", call_id=text, network="") for n, text in enumerate(none)]
    records += [call(9, dialled="000", network=text) for text in ('=""', "\u00a0", "' '", "-")]
    source = {"nulls": {"call_id": ["'None given'"]}, "constants": {"network": "alpha"}}
    found = read(tmp_path, form, *records, **source)
    rows = found.rows(
        "SELECT count(*), count(call_id), count(*) FILTER (network = 'alpha') FROM attempt_record"
    )
    assert rows == [(9, 4, 9)]
