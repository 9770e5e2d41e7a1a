"""Accounting of Kamailio and OpenSIPS: many rows, one call."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.containers.member import members
from auditor.formats.detect import detect
from tests.formats.offices import lines
from tests.ingest.loading import Loaded, load

NAMES = ("id", "method", "from_tag", "to_tag", "callid", "sip_code", "time", "src_user", "dst_ouser")
ZONE = {"path": "acc.csv", "timezone": "UTC"}


def row(number: int, code: object, second: int, **changed: object) -> list[object]:
    """A row of an INVITE at a second of 17:00."""
    at = f"2024-03-12 17:{second // 60:02}:{second % 60:02}"
    values = {
        **dict(zip(NAMES, (number, "INVITE", "f", "t", "k", code, at, "+61491570156", "000"), strict=True)),
        **changed,
    }
    return [values[name] for name in NAMES]


def read(folder: Path, *rows: list[object], names: tuple[str, ...] = NAMES) -> Loaded:
    return load(folder, {"acc.csv": lines([names, *rows])}, [ZONE])


def calls(loaded: Loaded) -> list[tuple[object, ...]]:
    return loaded.rows(
        "SELECT call_id, second(started_at_utc), second(answered_at_utc), second(released_at_utc), sip_status"
        " FROM attempt_record ORDER BY ALL"
    )


def test_the_last_final_code_decides_and_a_password_is_none(tmp_path: Path) -> None:
    forked = read(tmp_path / "a", row(1, 407, 1), row(2, 503, 2), row(3, 200, 5))
    assert calls(forked) == [("k", 1, 5, None, None)]
    refused = read(tmp_path / "b", row(1, 401, 1), row(2, 486, 2), row(3, 503, 3))
    assert calls(refused) == [("k", 1, None, 3, 503)]


def test_nothing_undoes_an_answer_and_the_bye_may_have_its_tags_swapped(tmp_path: Path) -> None:
    bye = row(3, 200, 9, method="BYE", from_tag="t", to_tag="f", dst_ouser="")
    assert calls(read(tmp_path / "a", row(1, 200, 2), row(2, 487, 3), bye)) == [("k", 2, 2, 9, None)]


def test_rows_are_no_records_and_calls_are(tmp_path: Path) -> None:
    other = row(3, 200, 2, method="REGISTER")
    (file,) = read(tmp_path / "c", row(1, 407, 1), row(2, 503, 2), other, ["x"]).files
    assert (file.loaded, file.rejected, file.seen) == (1, 1, 6)


def test_another_tag_of_the_caller_is_another_call(tmp_path: Path) -> None:
    assert len(calls(read(tmp_path / "c", row(1, 503, 1), row(2, 503, 2, from_tag="g")))) == 2


def test_a_call_whose_end_comes_hours_later_is_over_and_is_not_counted_twice(tmp_path: Path) -> None:
    late = "2024-03-13 02:00:00"
    bye = row(3, 200, 9, method="BYE", time="2024-03-13 02:00:01")
    found = read(tmp_path / "c", row(1, 200, 2), row(2, 503, 2, callid="m", time=late), bye)
    assert [call[0] for call in calls(found)] == ["k", "m"]


def test_a_time_that_is_none_rejects_its_row(tmp_path: Path) -> None:
    (file,) = read(tmp_path / "c", row(1, 503, 1, time="soon"), row(2, 503, 2)).files
    assert (file.loaded, file.rejected) == (1, 1)


SENT = (*NAMES, "dst_user")


@pytest.mark.parametrize("sent", [["000", "+61291234567"], ["+61291234567", "000"], ["112", "000", "x", ""]])
def test_a_call_that_is_sent_on_to_another_number_stays_one_to_the_first(
    tmp_path: Path, sent: list[str]
) -> None:
    rows = [[*row(n, 503, n, dst_ouser="sos-alias"), number] for n, number in enumerate(sent, 1)]
    (file,) = read(tmp_path / "c", *rows, names=SENT).files
    assert (file.loaded, file.not_emergency) == (1, 0)


def test_a_call_to_no_audited_number_has_the_last_that_was_sent(tmp_path: Path) -> None:
    rows = [[*row(n, 503, n, dst_ouser="8000"), number] for n, number in enumerate(["8001", "8002"], 1)]
    found = read(tmp_path / "a", *rows, names=SENT)
    assert (found.files[0].loaded, found.files[0].not_emergency) == (0, 1)
    rows.append([*row(3, 503, 3, callid="m", dst_ouser="000"), "8002"])
    assert read(tmp_path / "b", *rows, names=SENT).rows("SELECT dialled_other FROM attempt_record") == [
        ("8002",)
    ]


def test_every_column_of_who_was_dialled_may_show_an_emergency(tmp_path: Path) -> None:
    made = [*row(1, 503, 1, dst_ouser="8000"), "+61291234567", "sip:000@x"]
    assert read(tmp_path / "c", made, names=(*SENT, "ruri")).files[0].loaded == 1


@pytest.mark.parametrize("changed", [{"time": "12.3.2024 17:03"}, {"sip_code": "5x3"}])
def test_a_row_that_cannot_be_read_is_rejected_for_the_number_that_was_sent(
    tmp_path: Path, changed: dict[str, str]
) -> None:
    made = [*row(1, 503, 1, dst_ouser="sos-alias", **changed), "000"]
    (file,) = read(tmp_path / "c", made, names=SENT).files
    assert (file.loaded, file.rejected, file.not_emergency) == (0, 1, 0)


def test_holes_in_the_counter_of_the_rows_are_gaps(tmp_path: Path) -> None:
    rows = [row(n, 503, n, callid=f"k{n}") for n in (1, 2, 3, 6, 7, 8)]
    gaps = read(tmp_path / "c", *rows).rows("SELECT after_sequence, missing, kind FROM sequence_gap")
    assert gaps == [(3, 2, "hole")]


@pytest.mark.parametrize(
    ("odd", "gaps"),
    [
        (9, [(300, 1, "repeat")]),
        (10**12, [(300, 10**12, "jump")]),
    ],
)
def test_one_odd_number_makes_no_other_record_missing(
    odd: int, gaps: list[tuple[int, int, str]], tmp_path: Path
) -> None:
    numbers = [odd if n == 150 else n - (n > 150) for n in range(1, 302)]
    rows = [row(n, 503, at % 60, callid=f"k{at}") for at, n in enumerate(numbers)]
    found = read(tmp_path / "c", *rows).rows("SELECT after_sequence, before_sequence, kind FROM sequence_gap")
    assert found == gaps


def test_a_log_that_cannot_show_failures_or_who_was_dialled_says_so(tmp_path: Path) -> None:
    sql = "SELECT subject FROM observation WHERE kind = 'cannot_show' ORDER BY 1"
    stock = read(tmp_path / "a", row(1, 200, 1)[:7], names=NAMES[:7])
    assert stock.rows(sql) == [("dialled",), ("failures",)]
    assert stock.files[0].not_emergency == 1
    assert read(tmp_path / "b", row(1, 503, 1)).rows(sql) == []
    assert read(tmp_path / "d", row(1, 401, 1), row(2, 200, 2)).rows(sql) == [("failures",)]


def test_opensips_says_when_a_call_was_made_and_how_long_it_was_set_up(tmp_path: Path) -> None:
    names = (*NAMES, "setuptime", "created", "duration")
    made = [*row(1, 200, 30), 4, "2024-03-12 17:00:10", 12]
    assert calls(read(tmp_path / "c", made, names=names)) == [("k", 10, 14, 26, None)]


def test_a_flat_file_without_names_has_the_stock_columns(tmp_path: Path) -> None:
    flat = "INVITE|f|t|k@h|200|OK|1710262800|*prepaid|1001|1002\nBYE|t|f|k@h|200|OK|1710262809|x|1001|1002\n"
    assert detect("x", flat.encode(), "attempts").layout.name == "acc_flat"
    (file,) = load(tmp_path / "c", {"acc": flat}).files
    assert (file.not_emergency, file.rejected) == (1, 0)


def test_a_real_dump_is_three_calls(real: Path) -> None:
    (member,) = members(real / "kamailio_acc" / "kamailio_acc_head.sql")
    assert detect("x", member.head(1 << 16), "attempts").layout.name == "acc_table"


def test_a_line_without_end_rolls_its_file_back_and_unknown_columns_are_no_fault(tmp_path: Path) -> None:
    endless = lines([NAMES, row(1, 503, 1)]) + "x" * (9 << 20)
    (file,) = load(tmp_path / "a", {"acc.csv": endless}, [ZONE]).files
    assert (file.status, file.loaded) == ("rolled_back", 0)
    assert "longer than" in (file.problem or "")
    wide = read(tmp_path / "b", [*row(1, 503, 1), "y" * 60_000, "z"], names=(*NAMES, "note", "other"))
    assert [(f.status, f.loaded, f.rejected) for f in wide.files] == [("loaded", 1, 0)]


def ledger(folder: Path, content: str | bytes) -> tuple[int, int, list[str]]:
    """What was loaded of a file, what was rejected, and why."""
    found = load(folder, {"acc.csv": content}, [ZONE])
    (file,) = found.files
    return file.loaded, file.rejected, [reason for _, _, reason in found.rejects]


ROWS = [row(n, 503, n, callid=f"k{n}") for n in (1, 2, 3)]


@pytest.mark.parametrize("names", [[NAMES], []], ids=["table", "flat"])
def test_lines_may_end_with_cr_alone(tmp_path: Path, names: list[tuple[str, ...]]) -> None:
    rows = [
        *names,
        *(ROWS if names else [["INVITE", "f", "t", f"k{n}", 503, "x", 1710262800 + n] for n in (1, 2)]),
    ]
    content = lines(rows)
    found = load(tmp_path / "a", {"acc.csv": content.replace("\n", "\r")}, [ZONE]).files[0]
    plain = load(tmp_path / "b", {"acc.csv": content}, [ZONE]).files[0]
    assert (found.loaded, found.not_emergency, found.seen) == (plain.loaded, plain.not_emergency, plain.seen)
    assert plain.loaded + plain.not_emergency > 1


def test_a_line_that_a_bare_cr_makes_of_two_rows_is_said(tmp_path: Path) -> None:
    head, first, second, third = lines([NAMES, *ROWS]).splitlines(keepends=True)
    content = head + first + second.rstrip("\n") + "\r" + third
    assert ledger(tmp_path / "a", content) == (1, 1, ["several_records"])


def test_a_table_as_a_database_prints_it_is_read(tmp_path: Path) -> None:
    head, *rows = (" | ".join(map(str, each)) for each in (NAMES, *ROWS))
    drawn = "\n".join([f" {head}", "-----+---+-----", *(f"  {each}" for each in rows), "(3 rows)", ""])
    assert ledger(tmp_path / "a", drawn) == (3, 0, [])


@pytest.mark.parametrize("none", ["", "  ", "N/A", "null", "\\N", "-", "(null)", "unknown"])
def test_a_word_for_no_number_gives_way_to_the_next_column(tmp_path: Path, none: str) -> None:
    made = [*row(1, 503, 1, dst_ouser=none, src_user=none), "sip:000@x", "+61491570156"]
    found = read(tmp_path / "c", made, names=(*NAMES, "ruri", "from_user"))
    assert found.rows("SELECT calling_number FROM attempt_record") == [("+61491570156",)]


@pytest.mark.parametrize(
    ("method", "loaded", "rejected"), [("invite", 2, 0), ("INVIT", 1, 1), ("", 1, 1), ("INFO", 1, 0)]
)
def test_a_row_whose_method_is_none_is_rejected(
    tmp_path: Path, method: str, loaded: int, rejected: int
) -> None:
    content = lines([NAMES, ROWS[0], row(2, 503, 2, callid="m", method=method)])
    assert ledger(tmp_path / "a", content)[:2] == (loaded, rejected)


def test_bytes_that_are_no_utf_8_reject_their_row(tmp_path: Path) -> None:
    content = lines([NAMES, ROWS[0], row(2, 503, 2, dst_ouser="000\xa0")]).encode("latin-1")
    assert ledger(tmp_path / "a", content) == (1, 1, ["encoding"])


def test_a_row_that_begins_with_blank_fields_and_is_cut_is_rejected(tmp_path: Path) -> None:
    assert ledger(tmp_path / "a", lines([NAMES, ROWS[0]]) + ",,x\n")[:2] == (1, 1)


def test_a_duration_that_is_no_number_is_said(tmp_path: Path) -> None:
    names = (*NAMES, "setuptime", "created", "duration")
    made = [*row(1, 200, 30), 4, "2024-03-12 17:00:10", "-3"]
    found = read(tmp_path / "c", made, names=names)
    assert [(column, value) for _, column, value, _ in found.unreadable] == [("released_at", "-3")]
