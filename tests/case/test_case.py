"""case.toml: what it may hold, and what each fault is answered with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.case import describe_keys, read_case, source_files, would_name
from auditor.errors import UsageError

HEAD = """[case]
title = "Trial"
regime = "au"
"""
SOURCE = """
[[source]]
role = "attempts"
path = "attempts.csv"
"""
OUTAGE = """
[[outage]]
id = "national"
start = 2024-03-12T17:00:00+00:00
end = 2024-03-13T02:00:00+00:00
"""


def write(folder: Path, text: str) -> Path:
    (folder / "case.toml").write_text(text, encoding="utf-8")
    (folder / "attempts.csv").write_text("call_id\n", encoding="utf-8")
    return folder


def fault(folder: Path, text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_case(write(folder, text))
    return caught.value


def test_a_case_has_the_defaults_of_its_regime(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, HEAD + SOURCE + OUTAGE))
    assert (case.country, case.timezone, case.regime.code) == ("AU", "Australia/Sydney", "au")
    (outage,) = case.outages
    assert outage.significant
    assert outage.networks == ()
    assert outage.end == datetime(2024, 3, 13, 2, tzinfo=UTC)
    assert case.sources[0].number == 1


def test_every_key_of_a_source_is_read(tmp_path: Path) -> None:
    text = (
        HEAD
        + """
[[source]]
role = "attempts"
path = "attempts.csv"
format = "asterisk-cdr"
timezone = "Australia/Perth"
network = "alpha"
columns = { calling_number = "A_NUM" }
covers_from = 2024-03-12T00:00:00+11:00
received_at = 2024-03-14T00:00:00+11:00
emergency_only_when = { column = "context", values = ["to-trunk"] }
"""
    )
    (source,) = read_case(write(tmp_path, text)).sources
    assert source.columns == {"calling_number": "A_NUM"}
    assert source.emergency_only_when is not None
    assert (source.emergency_only_when.column, source.emergency_only_when.values) == (
        "context",
        ("to-trunk",),
    )
    assert source.timezone == "Australia/Perth"


def test_a_narrowing_may_be_written_as_one_column_and_its_values(tmp_path: Path) -> None:
    text = HEAD + SOURCE + 'emergency_only_when = { context = ["to-trunk"] }\n'
    (source,) = read_case(write(tmp_path, text)).sources
    assert source.emergency_only_when is not None
    assert source.emergency_only_when.column == "context"


@pytest.mark.parametrize(
    ("text", "message", "line", "hint"),
    [
        (HEAD + SOURCE + "pathh = 'x'\n", "unknown key 'pathh'", 8, "did you mean 'path'?"),
        (HEAD + SOURCE + "[[sauce]]\n", "unknown section [[sauce]]", 8, "did you mean 'source'?"),
        (
            HEAD + SOURCE.replace('"attempts"', '"atempts"'),
            "unknown role 'atempts'",
            6,
            "did you mean 'attempts'?",
        ),
        (HEAD + '[[source]]\nrole = "attempts"\n', "lacks 'path'", 4, "add path = ..."),
        (HEAD + SOURCE + OUTAGE + OUTAGE, "two outages are called 'national'", 15, "give each its own id"),
        (
            HEAD + SOURCE + OUTAGE.replace("2024-03-13", "2024-03-11"),
            "ends before it starts",
            12,
            "check its offsets",
        ),
        (
            HEAD + SOURCE + OUTAGE.replace("02:00:00+00:00", "02:00:00"),
            "must be a time with its offset",
            12,
            "2024-03-12T17:00:00+11:00",
        ),
        (HEAD.replace('"au"', '"aus"') + SOURCE, "aus", 3, "au"),
        (
            HEAD + SOURCE + 'timezone = "Sydney"\n',
            "unknown time zone 'Sydney'",
            8,
            "for example Australia/Sydney or UTC",
        ),
        (
            HEAD + SOURCE + 'network = "a"\ntime_format = "%d/%m/%Y %I:%M:%S"\n',
            "hours to 12 (%I) without %p: each afternoon would be a morning",
            9,
            "write %H",
        ),
        (
            HEAD + SOURCE + 'time_format = "%F %T"\n',
            "has '%F', which is no part of a time",
            8,
            "known: %% %A",
        ),
        (
            HEAD + SOURCE.replace("attempts.csv", "../x.csv"),
            "lies outside the case",
            7,
            "put the log into the folder",
        ),
        (HEAD + "title = 3\n" + SOURCE, "not TOML", 4, "look at that line"),
        (HEAD + SOURCE + "nulls = [\n", "not TOML", 8, "look at that line"),
        ("title = 'x'\n" + HEAD, "the key 'title' is before the first section", 1, "under the header"),
        (HEAD + SOURCE + "[sauce]\n", "unknown section [sauce]", 8, "did you mean 'source'?"),
        (HEAD, "names no [[source]]", None, "add one [[source]] a log"),
        (HEAD + SOURCE + "multiline = 1\n", "multiline = 1 is not of its type (true or false)", 8, ""),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_try(
    tmp_path: Path, text: str, message: str, line: int | None, hint: str
) -> None:
    error = fault(tmp_path, text)
    assert message in error.message
    assert error.where is None or error.where.line == line
    assert hint in error.hint
    assert error.exit_code == 2


def test_a_folder_without_a_case_file_is_told_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no case\.toml") as caught:
        read_case(tmp_path)
    assert "auditor init" in caught.value.hint


def test_a_pattern_that_matches_nothing_is_a_fault_with_its_line(tmp_path: Path) -> None:
    case = read_case(write(tmp_path, HEAD + SOURCE.replace("attempts.csv", "att-*.csv")))
    with pytest.raises(UsageError, match="matches no file") as caught:
        source_files(case, case.sources[0])
    assert caught.value.where is not None
    assert caught.value.where.line == 7


def test_a_name_that_looks_like_a_pattern_is_taken_as_it_stands(tmp_path: Path) -> None:
    for name in ("cdr[1].csv", "cdr1.csv"):
        (tmp_path / name).write_text("call_id\n", encoding="utf-8")
    case = read_case(write(tmp_path, HEAD + SOURCE.replace("attempts.csv", "cdr[1].csv")))
    assert [p.name for p in source_files(case, case.sources[0])] == ["cdr[1].csv"]


def test_a_pattern_gives_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text("call_id\n", encoding="utf-8")
    case = read_case(write(tmp_path, HEAD + SOURCE.replace("attempts.csv", "[ab].csv")))
    assert [p.name for p in source_files(case, case.sources[0])] == ["a.csv", "b.csv"]


def test_every_key_says_what_it_is_for() -> None:
    keys = describe_keys()
    assert {k.section for k in keys} >= {"case", "outage", "source", "centre"}
    assert all(k.why and k.type for k in keys)
    assert next(k for k in keys if k.name == "significant").default == "True"


ANSWER = """
[[accepted]]
gate = "rejected"
by = "J. Citizen"
reason = "seen on paper"
on = 2024-05-01
"""


def test_a_day_is_read_bare_or_in_quotes_wherever_it_stands(tmp_path: Path) -> None:
    claim = '[[claim]]\nid = "c"\nsaid_by = "A"\nsaid_on = {}\nfigure = 1\nunit = "calls"\n'
    exclusion = '[[exclusion]]\nid = "x"\nwho = "A"\nwhen = {}\nwhy = "drill"\ncallers = ["+61491570156"]\n'
    read = []
    for day in ("2023-11-17", '"2023-11-17"'):
        case = read_case(
            write(
                tmp_path,
                HEAD + SOURCE + claim.format(day) + exclusion.format(day) + ANSWER.replace("2024-05-01", day),
            )
        )
        read.append((case.claims[0].said_on, case.exclusions[0].when, case.accepted[0].on))
    assert read == [("2023-11-17",) * 3] * 2


def test_a_time_in_quotes_is_the_same_time(tmp_path: Path) -> None:
    bare = read_case(write(tmp_path, HEAD + SOURCE + OUTAGE))
    quoted = OUTAGE.replace("2024-03-12T17:00:00+00:00", '"2024-03-12T17:00:00+00:00"').replace(
        "2024-03-13T02:00:00+00:00", '"2024-03-13T02:00:00Z"'
    )
    assert read_case(write(tmp_path, HEAD + SOURCE + quoted)).outages == bare.outages


def test_an_answer_has_its_defaults(tmp_path: Path) -> None:
    (accepted,) = read_case(write(tmp_path, HEAD + SOURCE + ANSWER)).accepted
    assert (accepted.subject, accepted.count) == ("", None)


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ('"rejected"', '"rejectd"', "gate cannot be 'rejectd'", "did you mean 'rejected'?"),
        ("by =", "from =", "unknown key 'from'", "by"),
        ("on = 2024-05-01\n", "", "lacks 'on'", "add on = ..."),
        ('"J. Citizen"', '" "', "by of an [[accepted]] is empty", "say who answers"),
        ("on = 2024-05-01", "count = 'many'\non = 2024-05-01", "not of its type (integer)", ""),
        ("on = 2024-05-01", "on = 2024", "not of its type (text)", "put it in quotes"),
    ],
)
def test_an_answer_that_is_wrong_is_told(tmp_path: Path, old: str, new: str, message: str, hint: str) -> None:
    error = fault(tmp_path, HEAD + SOURCE + ANSWER.replace(old, new))
    assert message in error.message
    assert hint in error.hint


def test_the_published_keys_name_the_type_of_a_number_that_may_be_left_out() -> None:
    assert {k.type for k in describe_keys() if k.name in ("count", "gap_s")} == {"integer"}


DEEP = 3_000


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}x = {'[' * DEEP}{']' * DEEP}\n",
        f"{HEAD}{SOURCE}columns = {'{a = ' * DEEP}1{'}' * DEEP}\n",
        f"{HEAD}{SOURCE}columns.{'.'.join('a' * DEEP)} = 1\n",
    ],
    ids=["brackets", "tables", "keys"],
)
def test_what_is_nested_too_deep_is_a_fault_of_the_file(tmp_path: Path, text: str) -> None:
    error = fault(tmp_path, text)
    assert error.where is not None
    assert error.where.path.endswith("case.toml")
    assert "nested too deep" in error.message


def test_a_layout_that_is_nested_too_deep_is_named(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "own.toml").write_text(f"x = {'[' * DEEP}{']' * DEEP}\n")
    error = fault(tmp_path, f'{HEAD}{SOURCE}layout = "own"\n')
    assert error.where is not None
    assert error.where.path.endswith("own.toml")
    assert "nested too deep" in error.message


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_layout_that_leads_out_of_the_case_is_not_read(tmp_path: Path, is_folder: bool) -> None:
    case, outside = tmp_path / "case", tmp_path / "outside"
    case.mkdir()
    outside.mkdir()
    (outside / "own.toml").write_text("header = true\n")
    if is_folder:
        (case / "layouts").symlink_to(outside)
    else:
        (case / "layouts").mkdir()
        (case / "layouts" / "own.toml").symlink_to(outside / "own.toml")
    assert "leads out of the case" in fault(case, f'{HEAD}{SOURCE}layout = "own"\n').message


def test_a_layout_by_a_link_inside_the_case_is_read(tmp_path: Path) -> None:
    (tmp_path / "layouts").mkdir()
    (tmp_path / "shared.toml").write_text('timezone = "UTC"\n')
    (tmp_path / "layouts" / "own.toml").symlink_to(tmp_path / "shared.toml")
    case = read_case(write(tmp_path, f'{HEAD}{SOURCE}layout = "own"\n'))
    assert case.sources[0].timezone == "UTC"


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("a.csv", "a.csv", True),
        ("./a.csv", "a.csv", True),
        ("a[1].csv", "a[1].csv", True),
        ("centre*.csv", "centre2.csv", True),
        ("*.csv", "logs/a.csv", False),
        ("logs/*.csv", "logs/x/a.csv", False),
        ("**/*.csv", "a.csv", True),
        ("logs/**/a.csv", "logs/x/y/a.csv", True),
        ("s3://logs/a*", "s3://logs/a1", True),
        ("memory://logs/a*", "memory:///logs/a1", True),
    ],
)
def test_a_pattern_tells_whether_it_would_name_a_file_that_is_not_there(
    pattern: str, name: str, fits: bool
) -> None:
    assert would_name(pattern, name) == fits
