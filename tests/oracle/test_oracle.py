"""Cases small enough to reckon by hand, one or more for every numbered point of the contract's section 3."""

from typing import ClassVar

import pytest

from tests.oracle.builder import ANN, BEN, EVE, arrival, at, attempt, awake, check, figures, judged, states
from tests.oracle.case import Case, Row
from tests.oracle.numbers import plain, read_imei, read_number
from tests.oracle.records import read_time
from tests.oracle.verdict import Verdict


def only(verdict: Verdict) -> str:
    """The state of the single attempt."""
    (state,) = states(verdict)
    return state


def basis(verdict: Verdict) -> str:
    (fate,) = verdict.attempts.values()
    return f"{fate.state} {fate.basis}"


def callers(verdict: Verdict) -> list[str]:
    """What the callers are told by, in order: +, imsi, imei or own."""
    return sorted(
        flags.party[0] if flags.party[0] == "+" else flags.party.split(":")[0]
        for flags in verdict.callers.values()
    )


class TestBucketsAndEmergencies:
    """Section 2 and 3.1."""

    @pytest.mark.parametrize(
        ("fields", "bucket"),
        [
            ({}, "loaded"),
            ({"dialled": "0 0-0"}, "loaded"),
            ({"dialled": "0001234"}, "not_emergency"),
            ({"dialled": "0001234", "started_at": "?"}, "not_emergency"),
            ({"dialled": "urn:service:SOS.fire"}, "loaded"),
            ({"dialled": "urn:service:sosx"}, "not_emergency"),
            ({"dialled": "urn:service:test.sos"}, "loaded"),
            ({"dialled": "0001234", "service_category": "2"}, "loaded"),
            ({"dialled": "0001234", "service_category": "0"}, "not_emergency"),
            ({"dialled": "", "service_category": "31"}, "loaded"),
            ({"dialled": ""}, "not_emergency"),
            ({"dialled": "", "started_at": "?"}, "not_emergency"),
            *(
                ({"dialled": text}, "loaded")
                for text in ("sip:000@h", "<sip:000@h;user=phone>", "tel:000", "112.0", "'000", '="000"')
            ),
            *(
                ({"dialled": text}, "loaded")
                for text in ("\t000", "\u200e000", "+000", "%30%30%30", "(0)00", "'urn:service:sos'")
            ),
            *(
                ({"dialled": text}, "not_emergency")
                for text in ("sip:0001@000", "sip:+61491570156@112.h", "000x", "0", "NULL", "000000")
            ),
            ({"dialled": "s", "dialled_other": "000"}, "loaded"),
            ({"dialled": "11", "dialled_other": "+112"}, "loaded"),
            ({"dialled": "s", "dialled_other": "0412"}, "not_emergency"),
            ({"started_at": "0"}, "rejected"),
            ({"started_at": "1970-01-01T00:00:00Z"}, "rejected"),
            ({"started_at": ""}, "rejected"),
            ({"started_at": "2024-03-12T18:00:00"}, "rejected"),
            ({"released_at": "?", "sequence": "two"}, "loaded"),
        ],
    )
    def test_an_attempts_record_falls_in_one_bucket(self, fields: dict[str, str], bucket: str) -> None:
        assert figures(judged(attempt(**fields)), "records.") == {"read": 1, bucket: 1}

    def test_another_regime_has_other_numbers(self) -> None:
        verdict = judged(attempt(), attempt(dialled="911"), case=Case(regime="us"))
        assert figures(verdict, "records.") == {"read": 2, "not_emergency": 1, "loaded": 1}

    def test_a_listed_test_number_is_an_emergency_as_stripped_text(self) -> None:
        verdict = judged(
            attempt(dialled="+61 491 570 006"),
            attempt(dialled="0491570006"),
            case=Case(test_numbers=("+61491570006",)),
        )
        assert figures(verdict, "records.") == {"read": 2, "loaded": 2}

    def test_times_are_cut_to_whole_milliseconds_in_utc(self) -> None:
        assert read_time("1970-01-01T11:00:00.0019+11:00") == 1
        assert read_time("1970-01-01T11:00:01", "Australia/Brisbane") == 3_601_000

    def test_centre_and_welfare_records_without_a_time_are_rejected_and_without_an_id_loaded(self) -> None:
        centre = [
            arrival(),
            arrival(centre_call_id=""),
            arrival(centre_call_id="2E+11"),
            arrival(presented_at="?"),
        ]
        verdict = judged(attempt(), centre=centre, welfare=[check("19:00:00"), check("?", check_id="")])
        assert (verdict.measures["centre.records"].value, verdict.measures["centre.rejected"].value) == (4, 1)
        assert verdict.measures["centre.duplicate_records"].value == 0
        assert (verdict.measures["welfare.records"].value, verdict.measures["welfare.rejected"].value) == (
            2,
            1,
        )


class TestOneAttempt:
    """3.2."""

    @pytest.mark.parametrize(("second", "attempts"), [("18:02:00.000", 1), ("18:02:00.001", 2)])
    def test_one_call_id_is_one_attempt_for_120_seconds(self, second: str, attempts: int) -> None:
        verdict = judged(attempt(call_id="x"), attempt(second, "18:03:00", call_id="x", element="a2"))
        assert len(verdict.attempts) == attempts
        assert verdict.measures["attempts.duplicate_records"].value == 2 - attempts

    def test_a_session_is_counted_from_its_first_record_not_from_the_one_before(self) -> None:
        rows = [attempt(start, None, call_id="x") for start in ("18:00:00", "18:01:30", "18:03:00")]
        assert len(judged(*rows).attempts) == 2

    @pytest.mark.holds("fault.60")
    def test_parties_that_differ_are_two_attempts_under_one_call_id(self) -> None:
        assert len(judged(attempt(call_id="x"), attempt(call_id="x", calling_number=BEN)).attempts) == 2

    def test_the_first_identity_known_on_both_decides(self) -> None:
        one, other = {"calling_number": "", "imsi": "505010000000001"}, {"imsi": "505010000000002"}
        assert len(judged(attempt(call_id="x"), attempt(call_id="x", **one)).attempts) == 1
        assert (
            len(judged(attempt(call_id="x", imsi="505010000000001"), attempt(call_id="x", **other)).attempts)
            == 1
        )
        assert len(judged(attempt(call_id="x", **other), attempt(call_id="x", **one)).attempts) == 2

    @pytest.mark.parametrize(
        ("fields", "attempts"),
        [
            ({}, 1),
            ({"started_at": at("18:00:05.000")}, 1),
            ({"started_at": at("18:00:05.001")}, 2),
            ({"element": "a1"}, 2),
            ({"element": ""}, 2),
            ({"released_at": ""}, 2),
            ({"calling_number": BEN}, 2),
        ],
    )
    def test_one_caller_on_two_elements_at_once_is_one_attempt(
        self, fields: dict[str, str], attempts: int
    ) -> None:
        verdict = judged(attempt(call_id="x"), attempt(**({"call_id": "y", "element": "a2"} | fields)))
        assert len(verdict.attempts) == attempts

    @pytest.mark.parametrize(
        ("released", "attempts"), [("18:00:02.001", 1), ("18:00:02.000", 2), ("18:00:01.999", 2)]
    )
    def test_one_instant_in_common_is_no_overlap(self, released: str, attempts: int) -> None:
        verdict = judged(attempt(released=released), attempt("18:00:02.000", element="a2"))
        assert len(verdict.attempts) == attempts

    @pytest.mark.parametrize("lost", ["element", "calling_number", "dialled", "call_id"])
    def test_without_a_call_id_unknown_never_equals_unknown(self, lost: str) -> None:
        row = {**attempt(service_category="1"), lost: "x" if lost == "call_id" else ""}
        other = {**row, "call_id": ""}
        assert len(judged(row, other).attempts) == 2
        assert len(judged(attempt(dialled="0 00"), attempt()).attempts) == 1

    def test_the_final_status_is_of_the_leg_released_last_then_of_the_highest_element(self) -> None:
        early = attempt(released="18:00:01", call_id="x", element="z", sip_status="486")
        late = attempt(released="18:00:03", call_id="x", element="a", sip_status="503")
        assert basis(judged(early, late)) == "failed carrier"
        assert only(judged(early, {**late, "released_at": early["released_at"]})) == "undetermined"

    def test_an_attempt_starts_with_its_first_leg_and_ends_with_its_last(self) -> None:
        legs = [
            attempt("18:00:01", "18:00:02", call_id="x"),
            attempt("18:00:00", "18:00:01", call_id="x", sip_status="487"),
        ]
        assert only(judged(*legs, centre=awake())) == "failed"
        legs[0] = {**legs[0], "sip_status": "487"}
        assert only(judged(*legs, centre=awake())) == "cancelled"
        legs[0] = {**legs[0], "released_at": at("18:00:02.001")}
        assert only(judged(*legs, centre=awake())) == "failed"

    def test_an_attempt_has_its_best_identified_caller(self) -> None:
        legs = [
            attempt(call_id="x", calling_number="", imsi="505010000000001"),
            attempt("18:00:09", call_id="x"),
        ]
        assert callers(judged(*legs)) == ["+"]


class TestTests:
    """3.3."""

    CASE = Case(test_numbers=("0491 570 006",))

    @pytest.mark.parametrize(
        "fields",
        [
            {"is_test": "T"},
            {"dialled": "0491570006"},
            {"dialled": "urn:service:test.sos.fire"},
            {"calling_number": "+61 491 570 006"},
        ],
    )
    def test_each_way_of_being_a_test(self, fields: dict[str, str]) -> None:
        verdict = judged(attempt(**fields), centre=[], case=self.CASE)
        assert figures(verdict, "attempts.") == {"total": 1, "test": 1}
        assert figures(verdict, "callers.") == {} == figures(verdict, "episodes.")

    def test_a_test_leg_makes_the_attempt_a_test_and_its_call_id_the_centre_record(self) -> None:
        rows = [attempt(call_id="x", is_test="1"), attempt(call_id="x", is_test="maybe")]
        centre = [arrival(call_id="x", calling_number=BEN), arrival("19:00:00", calling_number="0491570006")]
        assert figures(judged(*rows, centre=centre, case=self.CASE), "centre.")["test"] == 2


class TestNumbers:
    """3.4."""

    @pytest.mark.parametrize(
        "text",
        [
            "+61491570156",
            "61491570156",
            "0491570156",
            "491570156",
            "0011 61 491 570 156",
            "(04) 9157-0156",
            "0491.570.156",
        ],
    )
    def test_one_number_in_all_its_spellings(self, text: str) -> None:
        assert read_number(text, "AU") == ANN

    @pytest.mark.parametrize(
        "text", ["", "anonymous", "Unknown", "0000000000", "12", "04915", "+999123456", "+6149157", "abc"]
    )
    def test_what_is_no_number(self, text: str) -> None:
        assert read_number(text, "AU") is None

    def test_a_foreign_number_needs_its_country(self) -> None:
        assert (
            read_number("+64 21 400 0001", "AU") == "+64214000001" == read_number("0011 64 21 400 0001", "AU")
        )

    def test_dialled_texts_are_stripped_and_urns_are_not(self) -> None:
        assert (plain("(0) 0-0."), plain("URN:Service:sos"), plain("")) == ("000", "urn:service:sos", None)

    def test_an_imei_is_told_by_14_digits_and_a_placeholder_by_none(self) -> None:
        assert read_imei("351234000000017") == read_imei("35-123400-000001") == "35123400000001"
        assert read_imei("000000000000000") is None is read_imei("1234")


class TestCallers:
    """3.5."""

    SIM: ClassVar[Row] = {"calling_number": "", "imsi": "505010000000001"}
    PHONE: ClassVar[Row] = {"calling_number": "", "imei": "351234000000017"}

    @pytest.mark.parametrize(("carrier", "expected"), [("+1 18:00:00.000", "+"), ("+1 18:00:00.001", "imsi")])
    def test_an_imsi_carries_its_number_for_24_hours(self, carrier: str, expected: str) -> None:
        named = check(carrier, imsi=self.SIM["imsi"])
        assert callers(judged(attempt(**self.SIM), welfare=[named])) == [expected]

    def test_the_nearest_number_decides_then_the_lowest(self) -> None:
        centre = [
            arrival("17:00:00", imsi=self.SIM["imsi"], calling_number=BEN),
            arrival("19:00:00", imsi=self.SIM["imsi"]),
        ]
        verdict = judged(attempt(**self.SIM), centre=centre, welfare=[check("+1 02:00:00")])
        assert set(verdict.welfare.values()) == {"not_due"}

    def test_an_imei_carries_a_number_too_but_not_when_three_have_it(self) -> None:
        named = [check("19:00:00", calling_number=who, imei=self.PHONE["imei"]) for who in (ANN, BEN, EVE)]
        bases = [callers(judged(attempt(**self.PHONE), welfare=named[:count])) for count in (0, 1, 2, 3)]
        assert bases == [["imei"], ["+"], ["+"], ["own"]]

    def test_an_imsi_alone_an_imei_alone_and_nothing(self) -> None:
        nothing = attempt(calling_number="anonymous", imei="000000000000000")
        assert callers(judged(attempt(**self.SIM), attempt(**self.PHONE), nothing)) == ["imei", "imsi", "own"]


def pairs(count: int, lag: str = "05", hour: int = 15) -> tuple[list[Row], list[Row]]:
    """So many attempts that arrived, each with its id, the centre's clock `lag` seconds ahead."""
    attempts = [
        attempt(f"{hour}:{n:02}:00", None, call_id=f"p{hour}{n}", calling_number=f"+612850300{n:02}")
        for n in range(count)
    ]
    centre = [arrival(f"{hour}:{n:02}:{lag}", call_id=f"p{hour}{n}", calling_number="") for n in range(count)]
    return attempts, centre


class TestClocks:
    """3.6."""

    @pytest.mark.parametrize(("count", "offset"), [(9, None), (10, 5_000), (11, 5_000)])
    def test_ten_certain_pairs_make_a_clock(self, count: int, offset: int | None) -> None:
        attempts, centre = pairs(count)
        assert judged(*attempts, centre=centre).clocks == {("centre", "alpha"): (offset, count)}

    def test_an_even_number_of_pairs_has_the_floor_of_the_middle(self) -> None:
        attempts, centre = pairs(10)
        centre[:5] = [
            {**row, "presented_at": row["presented_at"].replace(":05+", ":06.001+")} for row in centre[:5]
        ]
        assert judged(*attempts, centre=centre).clocks["centre", "alpha"] == (5_500, 10)

    def test_an_hour_with_ten_pairs_has_its_own_offset(self) -> None:
        early, late = pairs(10, "05", 15), pairs(12, "45", 16)
        first, last = attempt("15:50:00", None), attempt("16:50:00", None, calling_number=BEN)
        seen = [arrival("15:50:06"), arrival("16:50:46", calling_number=BEN)]
        verdict = judged(*early[0], *late[0], first, last, centre=[*early[1], *late[1], *seen])
        assert [verdict.matches["centre.csv", place][2] for place in (22, 23)] == [1_000, 1_000]

    def test_the_only_attempt_and_the_only_record_of_a_caller_are_a_pair(self) -> None:
        lonely = judged(attempt(), centre=[arrival("18:59:59")])
        crowded = judged(attempt(), attempt("19:10:00", None), centre=[arrival("18:59:59")])
        assert (lonely.clocks, crowded.clocks) == ({("centre", "alpha"): (None, 1)}, {})

    def test_a_call_id_that_two_attempts_have_is_no_pair(self) -> None:
        rows = [attempt(call_id="x"), attempt(call_id="x", calling_number=BEN)]
        assert judged(*rows, centre=[arrival(call_id="x", calling_number=EVE)]).clocks == {}
