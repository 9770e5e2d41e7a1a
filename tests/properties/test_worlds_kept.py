"""Worlds in which the model and the oracle once differed, cut down by hand to what mattered."""

from pathlib import Path

from tests.oracle.builder import ANN, arrival, attempt, awake, world
from tests.oracle.case import Case, Row
from tests.oracle.verdict import judge
from tests.properties.agreement import disagreements

PHONE, OTHER = "351234000000017", "351234000000025"


def lagging(count: int, network: str) -> tuple[list[Row], list[Row]]:
    """Pairs that put the centre's clock 90 s before a network's."""
    calls = [
        attempt(f"13:{n:02}:00", None, call_id=f"p{n}", network=network, calling_number=f"+612850300{n:02}")
        for n in range(count)
    ]
    return calls, [arrival(f"13:{n + 1:02}:30", call_id=f"p{n}", calling_number="") for n in range(count)]


def test_a_record_may_reach_two_episodes_of_a_caller_whose_networks_keep_different_time(
    tmp_path: Path,
) -> None:
    calls, records = lagging(10, "alpha")
    failed = [attempt("18:00:00.000"), attempt("18:10:00.001", None, network="beta")]
    found = world(
        attempts=[*calls, *failed], centre=[*awake(), *records, arrival("18:11:30.000", network="delta")]
    )
    assert list(judge(found).episodes.values())[-2:] == ["reached", "reached"]
    assert disagreements(found, tmp_path) == []


def test_a_placeholder_imei_is_no_readable_party(tmp_path: Path) -> None:
    nobody = arrival(calling_number="anonymous", imei="000000000000000")
    found = world(attempts=[attempt()], centre=[*awake(but=(18,)), nobody])
    assert [kind for _, kind, _ in judge(found).matches.values()] == ["weak"]
    assert disagreements(found, tmp_path) == []


def test_two_phones_under_one_call_id_differ_though_many_numbers_share_one_of_them(tmp_path: Path) -> None:
    sharing = [attempt(f"1{n}:00:00", None, calling_number=f"+6149157015{n}", imei=PHONE) for n in range(3)]
    pair = [attempt(call_id="x", calling_number="", imei=imei) for imei in (PHONE, OTHER)]
    found = world(attempts=[*sharing, *pair], centre=awake())
    assert len(judge(found).attempts) == 5
    assert disagreements(found, tmp_path) == []


def test_a_record_that_a_call_id_explains_is_no_pair_of_its_callers_other_attempt(tmp_path: Path) -> None:
    calls = [attempt(call_id="x", calling_number=""), attempt("18:20:00", None)]
    found = world(
        Case(),
        attempts=calls,
        centre=[*awake(but=(18,)), arrival("18:00:01", call_id="x", calling_number=ANN)],
    )
    assert judge(found).clocks == {("centre", "alpha"): (None, 1)}
    assert disagreements(found, tmp_path) == []
