"""Hand-reckoned cases of the contract's 3.7 to 3.10: matches, states, episodes, callers."""

from dataclasses import replace

import pytest

from tests.oracle.builder import BEN, arrival, at, attempt, awake, figures, judged, states, world
from tests.oracle.case import Case
from tests.oracle.verdict import Verdict, judge

NOBODY = {"calling_number": "anonymous"}


def kinds(verdict: Verdict) -> list[tuple[int, int, str]]:
    """Each pair: the place of the centre record, of the attempt's first record, and the kind."""
    return sorted((record[1], min(keys)[1], kind) for record, (keys, kind, _) in verdict.matches.items())


def told(verdict: Verdict) -> list[str]:
    """State and basis of each attempt."""
    return [
        f"{fate.state} {fate.basis}"
        for _, fate in sorted(verdict.attempts.items(), key=lambda pair: min(pair[0]))
    ]


class TestMatch:
    """3.7."""

    @pytest.mark.parametrize(
        ("presented", "matched"),
        [("17:59:55.000", True), ("17:59:54.999", False), ("18:01:00.000", True), ("18:01:00.001", False)],
    )
    def test_a_caller_is_matched_within_the_window_both_ends_included(
        self, presented: str, matched: bool
    ) -> None:
        assert kinds(judged(attempt(), centre=[arrival(presented)])) == (
            [(0, 0, "caller")] if matched else []
        )

    @pytest.mark.parametrize(("presented", "matched"), [("19:00:00.000", True), ("19:00:00.001", False)])
    def test_one_call_id_is_matched_within_an_hour_whatever_the_party(
        self, presented: str, matched: bool
    ) -> None:
        centre = [arrival(presented, call_id="x", calling_number=BEN, network="beta")]
        assert kinds(judged(attempt(call_id="x"), centre=centre)) == ([(0, 0, "call_id")] if matched else [])

    def test_of_one_call_id_the_nearest_pair_is_taken_first(self) -> None:
        rows = [attempt(call_id="x"), attempt("18:30:00", None, call_id="x")]
        assert kinds(judged(*rows, centre=[arrival("18:29:00", call_id="x")])) == [(0, 1, "call_id")]

    def test_networks_that_are_both_known_must_be_equal(self) -> None:
        assert kinds(judged(attempt(), centre=[arrival(network="beta")])) == []
        assert kinds(judged(attempt(network=""), centre=[arrival(network="beta")])) == [(0, 0, "caller")]

    def test_more_pairs_beat_nearer_pairs(self) -> None:
        rows = [attempt("18:00:00", None), attempt("18:00:30", None)]
        assert kinds(judged(*rows, centre=[arrival("18:00:30"), arrival("18:01:15")])) == [
            (0, 0, "caller"),
            (1, 1, "caller"),
        ]

    def test_then_the_least_total_residual_then_the_earliest_attempt(self) -> None:
        rows = [attempt("18:00:00", None), attempt("18:00:06", None)]
        assert kinds(judged(*rows, centre=[arrival("18:00:05")])) == [(0, 1, "caller")]
        assert kinds(judged(*rows, centre=[arrival("18:00:03")])) == [(0, 0, "caller")]

    @pytest.mark.parametrize(
        ("presented", "route", "matched"),
        [
            ("18:01:00.000", "r1", True),
            ("18:01:00.001", "r1", False),
            ("18:00:00.000", "r2", False),
            ("18:00:03.000", "", True),
            ("18:00:03.001", "", False),
            ("17:59:57.000", "", True),
        ],
    )
    def test_a_record_without_a_party_is_matched_weakly_by_route_and_time(
        self, presented: str, route: str, matched: bool
    ) -> None:
        verdict = judged(attempt(route="r1"), centre=[arrival(presented, route=route, **NOBODY)])
        assert kinds(verdict) == ([(0, 0, "weak")] if matched else [])

    def test_a_record_with_a_party_is_never_matched_weakly(self) -> None:
        for party in (
            {"calling_number": BEN},
            {**NOBODY, "imsi": "505010000000001"},
            {**NOBODY, "imei": "351234000000017"},
        ):
            assert kinds(judged(attempt(), centre=[arrival(**party)])) == []


class TestAttemptStates:
    """3.8."""

    def test_without_a_centre_the_final_status_decides(self) -> None:
        expected = {"503": "failed carrier", "399": "undetermined none", "700": "failed carrier"}
        expected |= dict.fromkeys(("486", "487", "600", "603", "200", ""), "undetermined none")
        for code, state in expected.items():
            assert told(judged(attempt(sip_status=code, release_cause="" if code == "" else "38"))) == [
                state
            ], code

    def test_without_sip_the_cause_decides(self) -> None:
        for cause in ("16", "17", "18", "19", "21", "31", "", "x"):
            assert told(judged(attempt(release_cause=cause))) == ["undetermined none"], cause
        for cause in ("1", "27", "38", "127"):
            assert told(judged(attempt(release_cause=cause))) == ["failed carrier"], cause

    def test_under_a_covering_log_what_is_not_there_failed_whatever_the_record_says(self) -> None:
        assert told(judged(attempt(answered_at=at("18:00:04")), centre=awake())) == ["failed centre"]

    @pytest.mark.parametrize(
        ("fields", "state"),
        [
            ({"sip_status": "487", "released_at": at("18:00:02.000")}, "cancelled"),
            ({"sip_status": "487", "released_at": at("18:00:02.001")}, "failed"),
            ({"release_cause": "16", "released_at": at("18:00:02.000")}, "cancelled"),
            ({"release_cause": "16", "released_at": at("18:00:02.001")}, "failed"),
            ({"release_cause": "16", "released_at": at("18:00:02"), "answered_at": at("18:00:01")}, "failed"),
            (
                {"sip_status": "487", "released_at": at("18:00:02"), "answered_at": at("18:00:01")},
                "cancelled",
            ),
            ({"sip_status": "487", "released_at": ""}, "failed"),
            ({"sip_status": "603", "released_at": at("18:00:01")}, "failed"),
        ],
    )
    def test_the_callers_own_release_within_two_seconds_is_cancelled(
        self, fields: dict[str, str], state: str
    ) -> None:
        assert states(judged(attempt(**fields), centre=awake())) == [state]

    def test_a_weak_pair_is_undetermined_and_a_match_delivered(self) -> None:
        assert states(judged(attempt(), centre=[*awake(but=(18,)), arrival(**NOBODY)])) == ["undetermined"]
        assert told(judged(attempt(sip_status="503"), centre=[arrival()])) == ["delivered centre"]

    @pytest.mark.holds("fault.78")
    @pytest.mark.parametrize(
        ("start", "state"),
        [
            ("12:00:05.000", "failed"),
            ("12:00:04.999", "undetermined"),
            ("22:59:00.000", "failed"),
            ("22:59:00.001", "undetermined"),
        ],
    )
    def test_a_log_covers_its_first_to_its_last_record(self, start: str, state: str) -> None:
        assert states(judged(attempt(start, None), centre=awake())) == [state]

    @pytest.mark.holds("fault.78")
    def test_a_silence_of_an_hour_is_none_and_a_millisecond_more_is_one(self) -> None:
        late = [
            {**row, "presented_at": at("18:00:00.001")} if "18:00" in row["presented_at"] else row
            for row in awake()
        ]
        assert states(judged(attempt("17:30:00", None), centre=awake())) == ["failed"]
        assert states(judged(attempt("17:30:00", None), centre=late)) == ["undetermined"]

    def test_a_window_that_only_touches_a_silence_is_covered(self) -> None:
        centre = awake(but=(18,))
        inside = [
            judged(attempt(start, None), centre=centre)
            for start in ("16:59:00.000", "16:59:00.001", "19:00:05.000")
        ]
        assert [states(verdict)[0] for verdict in inside] == ["failed", "undetermined", "failed"]

    @pytest.mark.parametrize(
        ("declared", "state"),
        [("11:00:00", "failed"), ("10:59:59", "undetermined"), ("13:00:00", "undetermined")],
    )
    def test_a_declared_beginning_stands_in_place_of_the_first_record(
        self, declared: str, state: str
    ) -> None:
        plain = world(attempts=[attempt("11:30:00" if declared < "12" else "12:30:00", None)], centre=awake())
        sources = [replace(s, covers_from=at(declared)) if s.role == "centre" else s for s in plain.sources]
        assert states(judge(replace(plain, sources=tuple(sources)))) == [state]

    def test_where_routes_lead_to_centres_only_the_centre_meant_counts(self) -> None:
        case = Case(routes={"centre": ("r1",), "north": ("r2",)})
        verdicts = [
            judged(attempt(route=route), centre=awake(), case=case) for route in ("r1", "r2", "r3", "")
        ]
        assert [states(verdict)[0] for verdict in verdicts] == ["failed", "undetermined", "failed", "failed"]

    def test_where_regions_are_mapped_the_cell_tells_the_centre(self) -> None:
        case = Case(regions={"north": ("hills",)})
        cells = [{"cell_id": "c1", "region": "hills"}, {"cell_id": "c2", "region": "coast"}]
        verdicts = [
            judged(attempt(cell_id=cell), centre=awake(), case=case, cells=cells) for cell in ("c1", "c2")
        ]
        assert [states(verdict)[0] for verdict in verdicts] == ["undetermined", "failed"]


class TestEpisodes:
    """3.9 and 3.10."""

    @pytest.mark.parametrize(("second", "episodes"), [("18:10:00.000", 1), ("18:10:00.001", 2)])
    def test_attempts_are_chained_start_to_start(self, second: str, episodes: int) -> None:
        assert len(judged(attempt(), attempt(second, None), centre=awake()).episodes) == episodes

    def test_a_delivery_after_the_last_failure_is_reached_and_one_before_is_not(self) -> None:
        rows = [attempt(call_id="x"), attempt("18:05:00", None, call_id="y")]
        retried = judged(*rows, centre=[*awake(), arrival("18:05:00", call_id="y")])
        dropped = judged(*rows, centre=[*awake(), arrival("18:00:00", call_id="x")])
        assert (list(retried.episodes.values()), list(dropped.episodes.values())) == (["reached"], ["failed"])
        assert figures(retried, "callers.") == {"total": 1, "reached_on_retry": 1}
        assert figures(dropped, "callers.") == {"total": 1, "failed": 1, "failed_in_outage": 1}

    @pytest.mark.parametrize(
        ("presented", "state"),
        [
            ("17:59:59.999", "failed"),
            ("18:00:00.000", "reached"),
            ("18:10:00.000", "reached"),
            ("18:10:00.001", "failed"),
        ],
    )
    def test_a_record_that_no_attempt_explains_reaches_the_caller(self, presented: str, state: str) -> None:
        verdict = judged(attempt(), centre=[*awake(), arrival(presented, network="beta")])
        assert list(verdict.episodes.values()) == [state]
        assert states(verdict) == ["failed"]

    def test_undetermined_counts_from_the_last_failure_on(self) -> None:
        bad, unsure = attempt(sip_status="503"), attempt("18:05:00", None)
        assert list(judged(bad, unsure).episodes.values()) == ["undetermined"]
        assert list(judged(attempt(), attempt("18:05:00", None, sip_status="503")).episodes.values()) == [
            "failed"
        ]

    def test_a_delivery_without_a_failure_reaches_whatever_else_is_unsure(self) -> None:
        rows = [attempt(), attempt("18:05:00", None)]
        assert list(judged(*rows, centre=[arrival()]).episodes.values()) == ["reached"]

    def test_cancelled_alone_is_cancelled(self) -> None:
        rows = [attempt(released="18:00:01", sip_status="487")]
        assert list(judged(*rows, centre=awake()).episodes.values()) == ["cancelled"]

    def test_reached_on_retry_asks_every_episode_that_holds_a_failure(self) -> None:
        rows = [attempt(), attempt("18:05:00", None), attempt("20:00:00", None)]
        centre = [*awake(), arrival("18:05:00"), arrival("20:00:00")]
        assert judged(*rows, centre=centre).measures["callers.reached_on_retry"].value == 1
        assert (
            judged(*rows, attempt("22:00:00", None), centre=centre).measures["callers.reached_on_retry"].value
            == 0
        )
