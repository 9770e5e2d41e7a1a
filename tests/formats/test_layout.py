"""Detection: what a file is, how sure that is, and a refusal rather than a guess."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from auditor.catalogue.domains import roles
from auditor.errors import EvidenceError
from auditor.formats.detect import detect, layouts
from auditor.formats.layout import with_header
from auditor.formats.sip.capture import COLUMNS
from auditor.ingest.schema import table_of

REFERENCE = Path(__file__).parents[2] / "sql" / "reference"
EVENT = b'"2024-03-13 04:00:01"'
CDR_CSV = (
    b'"","0491570156","000","from-internal","""A""'
    b' <0491570156>","SIP/1-0","SIP/trunk-1","Dial","SIP/trunk/000","2024-03-13 04:00:01","","2024-03-13'
    b' 04:00:09",8,0,"NO ANSWER","DOCUMENTATION","1710262801.12",""\n'
)
CDR_CUSTOM = (
    b'"""A"" <0491570156>","0491570156","000","from-internal","SIP/1-0","SIP/trunk-1","Dial","SIP/trunk/000",'
    b'"2024-03-13 04:00:01","","2024-03-13 04:00:09","8","0","CONGESTION","3","","pbx-1710262801.12","","7"\n'
)
CDR_SQL = (
    b"calldate,clid,src,dst,dcontext,channel,dstchannel,lastapp,lastdata,duration,"
    b"billsec,disposition,amaflags,accountcode,"
    b"uniqueid,userfield,did,recordingfile,cnum,cnam,linkedid,sequence\n"
)
FREESWITCH = (
    b'"A","0491570156","000","default","2024-03-13 04:00:01","","2024-03-13'
    b' 04:00:09","8","0","NO_ROUTE_DESTINATION","47bbf17a-95f4-11e1-84f9-00231470a30c","","","PCMU","PCMU"\n'
)


def refusal(head: bytes, role: str = "attempts", **more: Any) -> EvidenceError:
    with pytest.raises(EvidenceError) as caught:
        detect("log.csv", head, role, **more)
    assert caught.value.exit_code == 2
    assert str(caught.value.where).startswith("log.csv")
    return caught.value


# --- canonical tables ---


@pytest.mark.parametrize("role", roles())
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_canonical_table_is_told_by_its_header_whatever_separates_it(role: str, delimiter: str) -> None:
    found = detect("x", (delimiter.join(roles()[role].columns) + "\n").encode(), role)
    assert (found.layout.name, found.layout.role, found.confidence, found.delimiter) == (
        "csv",
        role,
        1.0,
        delimiter,
    )
    assert found.layout.columns == {c: c for c in roles()[role].columns}
    assert (found.header, found.header_lines) == (roles()[role].columns, 1)


@pytest.mark.parametrize("role", roles())
def test_the_role_is_found_where_none_is_stated(role: str) -> None:
    assert detect("x", (",".join(roles()[role].columns) + "\n").encode(), "").layout.role == role


def test_names_are_trimmed_and_compared_in_any_case_behind_a_byte_order_mark() -> None:
    found = detect("x", b"\xef\xbb\xbf Started_At ,DIALLED,extra\r\n", "attempts")
    assert found.layout.columns == {"started_at": "Started_At", "dialled": "DIALLED"}
    assert (found.header, found.bom_bytes) == (("Started_At", "DIALLED", "extra"), 3)


def test_quoted_names_may_hold_the_delimiter() -> None:
    assert detect("x", b'"started_at","dialled","a, b"\n', "attempts").header == (
        "started_at",
        "dialled",
        "a, b",
    )


def test_the_delimiter_is_the_one_that_finds_most_names() -> None:
    assert detect("x", b"started_at;dialled;a,b,c,d,e,f\n", "attempts").delimiter == ";"
    assert (
        detect(
            "x", b"started_at|dialled,x\n", "attempts", columns={"dialled": "dialled,x"}, delimiter="|"
        ).delimiter
        == "|"
    )


def test_a_line_that_only_names_the_delimiter_is_passed_over() -> None:
    found = detect("x", b'"sep=;"\r\nstarted_at;dialled\r\n', "attempts")
    assert (found.delimiter, found.header_lines) == (";", 2)


def test_blank_lines_before_the_header_are_counted() -> None:
    assert detect("x", b"\n\nstarted_at,dialled\n", "attempts").header_lines == 3


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b""])
def test_any_line_end_ends_the_header(end: bytes) -> None:
    assert detect("x", b"started_at,dialled" + end, "attempts").header == ("started_at", "dialled")


def test_a_service_category_stands_in_for_what_was_dialled() -> None:
    assert detect("x", b"started_at,service_category\n", "attempts").confidence == 1.0


def test_the_cases_own_names_go_before_the_canonical_ones() -> None:
    found = detect(
        "x",
        b"A_NUM,WHEN,Called,calling_number\n",
        "attempts",
        columns={"calling_number": "a_num", "started_at": "WHEN", "dialled": "Called"},
    )
    assert found.layout.columns == {"calling_number": "A_NUM", "started_at": "WHEN", "dialled": "Called"}


def test_trailing_delimiters_of_a_header_are_nameless_columns() -> None:
    assert detect("x", b"started_at,dialled,,\n", "attempts").header == (
        "started_at",
        "dialled",
        "column 3",
        "column 4",
    )


# --- refusals ---


def test_two_columns_of_one_name_are_refused() -> None:
    assert "two columns are named 'Dialled'" in str(refusal(b"started_at,dialled, Dialled\n"))


@pytest.mark.holds("fault.34")
def test_a_first_record_is_never_eaten_as_a_header() -> None:
    error = refusal(b"2024-03-12T17:00:00Z,+61491570156,000\n2024-03-12T17:00:01Z,+61491570157,000\n")
    assert "no column name of attempts is in line 1" in str(error)
    assert "61491570156" not in str(error)
    assert "####-##-##" in str(error)
    assert "format" in error.hint


@pytest.mark.holds("fault.35")
def test_a_missing_required_column_is_named_with_the_columns_there_are() -> None:
    error = refusal(b"call_id,network,started_at\n")
    assert "dialled or service_category" in str(error)
    assert "call_id, network, started_at" in error.hint


def test_a_mapped_column_that_is_not_there_is_named() -> None:
    assert "'B_NUM'" in str(refusal(b"started_at,dialled\n", columns={"calling_number": "B_NUM"}))
    assert "'B_NUM'" in str(refusal(b"zeit,ziel\n", columns={"calling_number": "B_NUM"}))


def test_a_mapping_to_no_canonical_column_is_refused() -> None:
    assert "'caller' is no column of attempts" in str(
        refusal(b"started_at,dialled\n", columns={"caller": "dialled"})
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_seen_with_its_mark_and_without(encoding: str) -> None:
    found = detect("x", "started_at,dialled\n".encode(encoding), "attempts")
    assert found.encoding.startswith("utf-16")
    assert (found.is_restated, found.header) == (True, ("started_at", "dialled"))


def test_another_encoding_is_read_only_when_it_is_stated() -> None:
    head = "started_at,dialled,Größe\n".encode("cp1252")
    assert "utf-8" in str(refusal(head))
    assert detect("x", head, "attempts", encoding="Windows-1252").header[2] == "Größe"
    assert detect("x", head, "attempts", encoding="latin-1").encoding == "latin-1"
    assert "'ebcdic'" in str(refusal(head, encoding="ebcdic"))


@pytest.mark.parametrize("head", [b"", b"\n\n", b" \r\n"])
def test_an_empty_file_is_said_to_be_empty(head: bytes) -> None:
    assert "empty" in str(refusal(head))


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old .xls"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), "NUL bytes"),
        (b"PK\x03\x04\x14\x00" + bytes(24) + b"a.csv", "a zip archive"),
    ],
)
def test_other_binaries_are_refused_with_what_they_are(head: bytes, why: str) -> None:
    assert why in str(refusal(head))


def test_a_delimiter_is_one_character() -> None:
    assert "'||'" in str(refusal(b"started_at||dialled\n", delimiter="||"))


def test_a_stated_format_must_be_one_and_must_fit() -> None:
    assert "no format 'cvs'" in str(refusal(b"started_at,dialled\n", stated="cvs"))
    assert "asterisk_cdr_csv" in str(refusal(b"started_at,dialled\n", stated="asterisk_cdr_csv"))
    assert "holds attempts" in str(refusal(b"x\n", role="centre", stated="asterisk_cdr_csv"))
    assert "parquet" in str(refusal(b"PAR1", stated="csv"))


# --- JSON lines, Parquet, captures ---


def test_json_lines_are_told_by_their_objects() -> None:
    found = detect(
        "x", b'{"started_at": "x", "Dialled": "000"}\n{"started_at": "y", "cell": 1}\n{"torn', "attempts"
    )
    assert (found.layout.kind, found.confidence, found.header) == (
        "json_lines",
        1.0,
        ("started_at", "Dialled", "cell"),
    )
    assert found.layout.columns["dialled"] == "Dialled"
    assert found.layout.columns["call_id"] == "call_id"


def test_a_torn_line_makes_json_lines_less_sure() -> None:
    assert (
        detect("x", b'{"started_at": 1, "dialled": 2}\nnoise\n{"started_at": 1}\n', "attempts").confidence
        == 0.67
    )


@pytest.mark.parametrize("head", [b"{\n", b'[1, 2]\n"x"\n', b"[]\n", b"[" * 100_000 + b"\n"])
def test_json_that_holds_no_object_is_refused(head: bytes) -> None:
    assert "JSON" in str(refusal(head))


def test_json_lines_without_a_required_key_are_refused() -> None:
    assert "started_at" in str(refusal(b'{"dialled": "000"}\n'))


def test_parquet_gets_its_header_from_whoever_can_read_it() -> None:
    found = detect("x", b"PAR1\x15\x04", "attempts")
    assert (found.layout.kind, found.confidence, found.header) == ("parquet", 1.0, ())
    bound = with_header(found, ["Started_At", "dialled", "x"], "attempts", where="log.parquet")
    assert bound.layout.columns == {"started_at": "Started_At", "dialled": "dialled"}
    with pytest.raises(EvidenceError, match="started_at"):
        with_header(found, ["dialled"], "attempts", where="log.parquet")


@pytest.mark.parametrize("magic", ["d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a", "34cdb2a1"])
def test_a_capture_holds_attempts_and_what_elements_of_a_centre_posted(magic: str) -> None:
    found = detect("calls.csv", bytes.fromhex(magic), "attempts")
    assert (found.layout.kind, found.header) == ("capture", COLUMNS)
    assert set(found.layout.columns) == set(roles()["attempts"].columns)
    assert detect("calls.csv", bytes.fromhex(magic), "centre").layout.name == "capture_events"
    assert "not welfare" in str(refusal(bytes.fromhex(magic), role="welfare"))


# --- layouts of vendors ---


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (CDR_CSV, "asterisk_cdr_csv"),
        (CDR_CUSTOM, "asterisk_cdr_custom"),
        (FREESWITCH, "freeswitch_csv"),
        (CDR_SQL, "asterisk_cdr_sql"),
    ],
)
def test_files_that_are_all_called_master_csv_are_told_apart(head: bytes, name: str) -> None:
    found = detect("Master.csv", head, "attempts")
    assert (found.layout.name, found.confidence) == (name, 0.95)


def test_an_asterisk_record_means_what_its_columns_say() -> None:
    found = detect("Master.csv", CDR_CSV, "attempts")
    record = dict(zip(found.header, next(csv.reader([CDR_CSV.decode()])), strict=True))
    read = {canonical: record[column] for canonical, column in found.layout.columns.items()}
    assert read == {
        "call_id": "1710262801.12",
        "started_at": "2024-03-13 04:00:01",
        "answered_at": "",
        "released_at": "2024-03-13 04:00:09",
        "calling_number": "0491570156",
        "dialled": "000",
        "route": "SIP/trunk-1",
    }
    assert found.layout.codes == dict.fromkeys(
        ("release_cause", "disposition"), ("disposition", "asterisk_disposition")
    )
    assert found.header_lines == 0


BASE = CDR_CSV.rstrip(b"\n").split(b",")[:-2]


@pytest.mark.parametrize(
    ("tail", "call_id"),
    [
        (b"", None),
        (b',"1710262801.12"', "uniqueid"),
        (b',"a note"', None),
        (b',"1710262801.12","a note"', "uniqueid"),
        (b',"","1710262801.11",7', "linkedid"),
        (b',"1710262801.12","","1710262801.11",7', "linkedid"),
        (b',"a note","","1710262801.11",7', "linkedid"),
        (b',"1710262801.12","a note","","1710262801.11",7', "linkedid"),
    ],
)
def test_master_csv_is_told_with_each_of_its_tails(tail: bytes, call_id: str | None) -> None:
    found = detect("Master.csv", b",".join(BASE) + tail + b"\n", "attempts")
    assert (found.layout.name, found.layout.columns.get("call_id")) == ("asterisk_cdr_csv", call_id)
    assert found.layout.columns.get("sequence") == ("sequence" if tail.endswith(b"7") else None)


def test_a_stated_format_is_read_with_each_of_its_tails() -> None:
    line = b",".join(BASE) + b',"1710262801.12"\n'
    assert len(detect("Master.csv", line, "attempts", "asterisk_cdr_csv").header) == 17


def test_the_linked_id_of_a_freepbx_export_goes_before_its_own() -> None:
    assert detect("x", CDR_SQL, "attempts").layout.columns["call_id"] == "linkedid"
    older = CDR_SQL.replace(b",linkedid,sequence", b"")
    assert detect("x", older, "attempts").layout.columns["call_id"] == "uniqueid"


def test_a_header_line_in_an_asterisk_export_is_never_a_record() -> None:
    assert detect("x", CDR_SQL + CDR_CSV, "attempts").header_lines == 1


def test_half_a_layout_is_not_enough() -> None:
    assert "not sure" in str(refusal(CDR_CSV + b"other,line\n" + b"another,line\n" + CDR_CSV))
    assert detect("x", CDR_CSV + b"other,line\n" * 2, "attempts", "asterisk_cdr_csv").confidence == 0.32


def test_every_layout_names_columns_that_exist() -> None:
    for layout in layouts():
        known = set(roles()[layout.role].columns) if layout.role else set()
        assert set(layout.columns) | set(layout.codes) | set(layout.fallbacks) <= known, layout.name
        if layout.header:
            named = {*layout.columns.values(), *layout.shapes, *(c for c, _ in layout.codes.values())}
            every = {name for other in layouts() if other.name == layout.name for name in other.header or ()}
            assert named <= every, layout.name
            assert len(set(layout.header)) == len(layout.header)


def test_every_code_table_is_there_with_its_column() -> None:
    for layout in layouts():
        for canonical, (_, table) in layout.codes.items():
            with (REFERENCE / f"{table}.csv").open(newline="") as file:
                rows = list(csv.DictReader(file))
            assert rows
            assert all(row["text"] and row["source"] for row in rows)
            assert len({row["text"] for row in rows}) == len(rows)
            words = table_of(layout.role or "attempts").codes.get(canonical, ())
            given = [row[canonical] for row in rows if row[canonical]]
            assert given
            assert all(value.isdigit() or value in words for value in given), layout.name
