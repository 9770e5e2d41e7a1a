"""Text that CSV readers lose rows of without a word: here every line is loaded, or rejected with its
place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.loading import ATTEMPTS, Loaded, attempt, attempts, load

ROWS = 200
LINES = attempts(ROWS).splitlines()
"""Line 0 is the header, line i + 1 of the file is LINES[i]."""


def damaged(at: int, line: str | bytes) -> bytes:
    """The good file with line `at` (counted from 1) in another form."""
    lines: list[bytes] = [text.encode() for text in LINES]
    lines[at - 1] = line.encode() if isinstance(line, str) else line
    return b"\n".join(lines) + b"\n"


def reject(loaded: Loaded) -> tuple[int, int, str]:
    """Record, byte offset and reason of the only reject."""
    ((record_no, offset, reason),) = loaded.rows("SELECT record_no, byte_offset, reason FROM reject")
    return record_no, offset, reason


CENTRE_LOG = """centre_call_id,presented_at,answered_at,calling_number
c1,2024-03-12T17:00:02Z,2024-03-12T17:00:09Z,+61491570006
answered_at,centre_call_id,calling_number,presented_at
2024-03-12T17:10:09Z,c2,+61491570007,2024-03-12T17:10:02Z
"""


@pytest.mark.holds(
    "fault.21",
    "fault.24",
    "fault.25",
    "fault.26",
    "fault.29",
    "fault.30",
    "fault.31",
    "fault.37",
    "fault.38",
    "fault.39",
    "property.21",
)
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LINES[100].replace("alpha", "al\xff").encode("latin-1"), "encoding"),
        (LINES[100].replace("alpha", "al\0pha"), "nul"),
        (LINES[100].replace("alpha", '"alpha'), "quote"),
        (LINES[100].replace("alpha", '"al"pha'), "quote"),
        (LINES[100].replace("alpha", 'al"ph"a'), "quote"),
        (LINES[100].replace("alpha", "alpha,beta"), "field_count"),
        (LINES[100].replace("alpha,", ""), "field_count"),
        (LINES[100].replace(",", ";"), "field_count"),
        ("TRAILER 199 records", "field_count"),
        (LINES[100].replace("alpha", "al\rpha"), "bare_carriage_return"),
        (LINES[100].replace("alpha", "x" * (1 << 21)), "line_too_long"),
        (b"\0" * 4096 + LINES[100].encode(), "nul"),
        ("\x1a", "field_count"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else None,
)
def test_a_damaged_line_is_rejected_at_its_place_and_no_other(
    line: str | bytes, reason: str, tmp_path: Path
) -> None:
    loaded = load(tmp_path, {"a.csv": damaged(101, line)})
    assert reject(loaded) == (101, len("\n".join(LINES[:100])) + 1, reason)
    assert loaded.files[0].loaded == ROWS - 1


@pytest.mark.holds("fault.25")
def test_a_tail_of_nuls_is_rejected_and_every_record_before_it_is_loaded(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": ("\n".join(LINES) + "\n").encode() + b"\0" * 4096})
    assert loaded.files[0].loaded == ROWS
    assert reject(loaded)[:2] == (ROWS + 2, len("\n".join(LINES)) + 1)


@pytest.mark.holds("fault.33", "fault.37")
@pytest.mark.parametrize("line", ["", "# a comment", LINES[0]], ids=["blank", "comment", "header again"])
def test_lines_that_are_no_data_are_counted_as_such(line: str, tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": damaged(101, line)})
    assert (loaded.files[0].non_data, loaded.files[0].loaded, loaded.rejects) == (2, ROWS - 1, [])


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES[:100]) + "\n" + "\r".join(LINES[100:]) + "\r",
        ("\n".join(LINES[:100]) + "\n").encode("utf-16") + ("\n".join(LINES[100:]) + "\n").encode(),
        "\n".join(LINES[:100]) + "\n" + ",".join(LINES[100:]) + "\n",
        "\n".join([*LINES[:100], "\r".join(LINES[100:102])]) + "\n",
    ],
    ids=["the rest ends its lines by CR", "the rest is in UTF-8", "the rest is one line", "two"],
)
def test_a_line_that_may_hold_many_records_is_named_so(text: str | bytes, tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": text})
    (found,) = loaded.rejects
    assert found[1:] == (None, "several_records")
    assert loaded.files[0].loaded == 99


def test_a_header_may_have_any_signs_and_come_again(tmp_path: Path) -> None:
    extra = ["N\u00b0 fiche", "a\u20ac", "(b)[c]", "d\\e", "f^g|h", "i*+?.{2}", "$_-`~", "\u2019\u00a7"]
    header = ",".join([LINES[0], *extra])
    lines = [
        header,
        *(line + "," * len(extra) for line in LINES[1:4]),
        header.upper(),
        LINES[5] + "," * len(extra),
    ]
    loaded = load(tmp_path, {"a.csv": "\n".join(lines) + "\n"})
    assert (loaded.files[0].loaded, loaded.files[0].non_data, loaded.rejects) == (4, 2, [])


def test_a_file_whose_lines_end_by_cr_may_go_on_with_lf(tmp_path: Path) -> None:
    first = LINES[:1] + LINES[1:100] * 20
    loaded = load(tmp_path, {"a.csv": "\r".join(first) + "\r" + "\n".join(LINES[100:]) + "\n"})
    assert (loaded.files[0].loaded, loaded.rejects) == (99 * 20 + ROWS - 99, [])


def test_a_long_line_of_prose_is_one_line(tmp_path: Path) -> None:
    text = "\n".join([*LINES[:100], "End of the export. " + "All rights reserved. " * 200]) + "\n"
    assert load(tmp_path, {"a.csv": text}).rejects == [(101, None, "field_count")]


def test_a_header_in_another_order_is_no_record(tmp_path: Path) -> None:
    names = LINES[0].split(",")
    for other in ([*names[1:], names[0]], [*names[:1], names[2], names[1], *names[3:]], names[::-1]):
        text = damaged(101, ",".join(other).upper())
        loaded = load(tmp_path / other[0] / other[1], {"a.csv": text})
        assert loaded.rejects == [(101, None, "moved_header")]
    loaded = load(tmp_path / "centre", {"a.csv": CENTRE_LOG}, [{"path": "a.csv", "role": "centre"}])
    assert loaded.rejects[0] == (3, None, "moved_header")


@pytest.mark.holds("fault.27")
@pytest.mark.parametrize("swallowed", [1, 2, 50, 150])
def test_a_pair_of_stray_quotes_swallows_nothing(swallowed: int, tmp_path: Path) -> None:
    lines = LINES.copy()
    lines[20] = lines[20].replace(",alpha", ',"alpha')
    lines[20 + swallowed] = lines[20 + swallowed].replace(",alpha", ',alpha"')
    loaded = load(tmp_path, {"a.csv": "\n".join(lines) + "\n"})
    assert loaded.rejects == [(21, None, "quote"), (21 + swallowed, None, "quote")]
    assert loaded.files[0].loaded == ROWS - 2


@pytest.mark.holds("fault.29", "fault.38")
def test_two_faults_that_cancel_are_both_seen(tmp_path: Path) -> None:
    lines = LINES.copy()
    lines[20] = lines[20] + ","
    lines[30] = lines[30].replace(",alpha", "")
    lines[40] = lines[40].replace(",alpha", ',al"pha')
    lines[50] = lines[50].replace(",alpha", ',al"pha')
    loaded = load(tmp_path, {"a.csv": "\n".join(lines) + "\n"})
    assert loaded.rejects == [
        (21, None, "field_count"),
        (31, None, "field_count"),
        (41, None, "quote"),
        (51, None, "quote"),
    ]


@pytest.mark.parametrize("quoted", ['"alpha"', '"al,pha"'])
def test_one_empty_field_too_many_is_rejected_beside_quotes_too(quoted: str, tmp_path: Path) -> None:
    text = (
        "\n".join([line.replace("alpha", quoted) for line in LINES[:100]] + [LINES[100] + ","] + LINES[101:])
        + "\n"
    )
    loaded = load(tmp_path, {"a.csv": text})
    assert (loaded.rejects, loaded.files[0].loaded) == ([(101, None, "field_count")], ROWS - 1)


def test_delimiters_and_doubled_quotes_inside_quotes_are_text(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": damaged(101, LINES[100].replace("alpha", '"al,p""ha"'))})
    assert loaded.files[0].loaded == ROWS
    assert loaded.rows("SELECT network FROM attempt_record WHERE record_no = 101") == [('al,p"ha',)]


@pytest.mark.holds("fault.38")
def test_a_width_that_grows_is_not_padded_or_cut(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, {"a.csv": "\n".join(LINES[:101] + [line + ",more" for line in LINES[101:]]) + "\n"}
    )
    assert (loaded.files[0].loaded, loaded.files[0].rejected) == (100, 100)


@pytest.mark.holds("fault.31")
@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\n\r\n")])
def test_mixed_line_ends_lose_no_line(ends: tuple[str, str], tmp_path: Path) -> None:
    text = "".join(line + ends[i % 2] for i, line in enumerate(LINES))
    loaded = load(tmp_path, {"a.csv": text})
    assert loaded.files[0].loaded == ROWS
    assert loaded.rows("SELECT max(is_test), count(answered_at_utc) FROM attempt_record") == [(None, 0)]


@pytest.mark.holds("fault.31")
@pytest.mark.parametrize(
    "text",
    [
        "\n" + "\r".join(LINES) + "\r",
        "\r" + "\n".join(LINES) + "\n",
        LINES[0] + "\r" + "\n".join(LINES[1:]) + "\n",
    ],
    ids=["one line feed before", "one carriage return before", "a carriage return after the header"],
)
def test_line_ends_that_differ_about_the_header_swallow_no_record(text: str, tmp_path: Path) -> None:
    file = load(tmp_path, {"a.csv": text}).files[0]
    assert (file.status, file.loaded) == ("rolled_back", 0)
    assert "carriage return inside its first line" in file.problem


@pytest.mark.holds("fault.31")
def test_unicode_line_separators_end_no_line(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": damaged(101, LINES[100].replace("alpha", "al\u2028p\x85h\x0ba"))})
    assert loaded.files[0].loaded == ROWS


@pytest.mark.holds("fault.22")
def test_a_declared_single_byte_encoding_is_read(tmp_path: Path) -> None:
    text = damaged(101, LINES[100].replace("alpha", "Orléans €").encode("cp1252"))
    broken = text.replace(LINES[50].encode(), LINES[50].replace("alpha", "al\x81").encode("latin-1"))
    loaded = load(tmp_path, {"a.csv": broken}, [{"path": "a.csv", "encoding": "cp1252"}])
    assert loaded.rows("SELECT network FROM attempt_record WHERE record_no = 101") == [("Orléans €",)]
    assert loaded.rejects == [(51, None, "encoding")]


@pytest.mark.holds("fault.23")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_and_without_a_mark(encoding: str, tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": attempts(7).encode(encoding), "b.csv": attempts(5)})
    assert (loaded.file("a.csv").loaded, loaded.file("a.csv").rejected) == (7, 0)
    assert loaded.file("b.csv").loaded == 5


@pytest.mark.holds("fault.23")
def test_utf_32_is_refused_never_read_as_single_letters(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": attempts(5).encode("utf-32"), "b.csv": attempts(5)})
    assert loaded.file("a.csv").status == "rolled_back"
    assert loaded.file("b.csv").loaded == 5


@pytest.mark.holds("fault.33")
@pytest.mark.parametrize(
    ("content", "status", "seen"),
    [
        ("", "loaded", 0),
        ("\n\n", "loaded", 0),
        (ATTEMPTS, "loaded", 1),
        (ATTEMPTS + "\n", "loaded", 1),
        (ATTEMPTS + "\n\n\n", "loaded", 3),
    ],
)
def test_a_file_without_records_holds_no_data_and_hurts_no_other(
    content: str, status: str, seen: int, tmp_path: Path
) -> None:
    loaded = load(tmp_path, {"a.csv": content, "b.csv": attempts(5)}, [{"path": "*.csv"}])
    assert (loaded.file("a.csv").status, loaded.file("a.csv").seen, loaded.file("a.csv").loaded) == (
        status,
        seen,
        0,
    )
    assert loaded.file("b.csv").loaded == 5


@pytest.mark.holds("fault.34")
def test_a_file_without_its_header_is_refused_and_no_call_is_eaten(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": "\n".join(LINES[1:]) + "\n"})
    assert (loaded.files[0].status, loaded.files[0].loaded) == ("rolled_back", 0)


@pytest.mark.holds("fault.35")
def test_a_header_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    loaded = load(tmp_path, {"a.csv": ATTEMPTS + ",dialled\n" + attempt(1) + ",112\n"})
    assert (loaded.files[0].status, "two columns" in loaded.files[0].problem) == ("rolled_back", True)


@pytest.mark.holds("fault.35")
def test_names_of_columns_are_told_apart_from_their_case(tmp_path: Path) -> None:
    assert load(tmp_path, {"a.csv": ATTEMPTS.upper() + "\n" + attempt(1) + "\n"}).files[0].loaded == 1


@pytest.mark.holds("fault.21", "property.21")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_one_line_stay_in_that_line(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    junk = data.draw(st.binary(min_size=1, max_size=40).filter(lambda b: b"\n" not in b))
    at = data.draw(st.integers(2, 40))
    lines = [line.encode() for line in attempts(40).splitlines()]
    place = data.draw(st.integers(0, len(lines[at - 1])))
    lines[at - 1] = lines[at - 1][:place] + junk + lines[at - 1][place:]
    loaded = load(tmp_path_factory.mktemp("case"), {"a.csv": b"\n".join(lines) + b"\n"})
    assert loaded.files[0].seen == 41
    assert {r[0] for r in loaded.rejects} <= {at}
    assert set(range(2, 42)) - {at} <= {r[0] for r in loaded.rows("SELECT record_no FROM attempt_record")}
