"""Hand-reckoned cases of the contract's 3.11 to 3.13 and section 4: duties, figures."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import pytest

from tests.oracle.builder import (
    BEN,
    EVE,
    NATIONAL,
    arrival,
    at,
    attempt,
    awake,
    check,
    figures,
    judged,
    world,
)
from tests.oracle.case import Case, Outage, Row
from tests.oracle.figures import Figure
from tests.oracle.verdict import judge
from tests.oracle.welfare import STATUSES


class TestWelfare:
    """3.11."""

    SIM: ClassVar[Row] = {"calling_number": "", "imsi": "505010000000001"}

    def status(self, *checks: Row, row: Row | None = None, subscribers: Sequence[Row] = ()) -> str | None:
        verdict = judged(row or attempt(), centre=awake(), welfare=checks, subscribers=subscribers)
        (status,) = verdict.duties.values()
        return status

    @pytest.mark.parametrize(
        ("start", "required"),
        [("16:59:59.999", 0), ("17:00:00.000", 1), ("19:59:59.999", 1), ("20:00:00.000", 0)],
    )
    def test_the_outage_is_half_open(self, start: str, required: int) -> None:
        assert judged(attempt(start, None), centre=awake()).measures["welfare.required"].value == required

    def test_a_tail_belongs_to_it_and_an_insignificant_one_asks_nothing(self) -> None:
        for outage, required in (
            (replace(NATIONAL, recovery_tail_s=1), 1),
            (replace(NATIONAL, significant=False), 0),
        ):
            start = "20:00:00.999" if required else "18:00:00"
            verdict = judged(attempt(start, None), centre=awake(), case=Case(outages=(outage,)))
            assert verdict.measures["welfare.required"].value == required

    def test_another_networks_attempt_counts_for_a_subscriber_of_the_outages(self) -> None:
        row, mine = attempt(network="beta"), [{"calling_number": "0491570156", "network": "alpha"}]
        assert judged(row, centre=awake()).measures["welfare.required"].value == 0
        assert judged(row, centre=awake(), subscribers=mine).measures["welfare.required"].value == 1
        everywhere = Case(outages=(Outage("all", NATIONAL.start, NATIONAL.end),))
        assert judged(row, centre=awake(), case=everywhere).measures["welfare.required"].value == 1

    @pytest.mark.holds("property.23")
    @pytest.mark.parametrize(
        ("attempted", "status"),
        [
            ("18:00:29.999", "missing"),
            ("18:00:30.000", "in_time"),
            ("+1 18:00:30.000", "in_time"),
            ("+1 18:00:30.001", "late"),
        ],
    )
    def test_hours_run_from_the_release_the_limit_itself_included(self, attempted: str, status: str) -> None:
        assert self.status(check(attempted)) == status

    def test_where_the_release_is_unknown_they_run_from_the_start(self) -> None:
        assert self.status(check("18:00:00.000"), row=attempt(released=None)) == "in_time"

    @pytest.mark.parametrize(
        ("method", "outcome", "status"),
        [
            ("call", "contacted", "in_time"),
            ("sms", "contacted", "in_time"),
            ("call", "refused", "in_time"),
            ("visit", "refused", "in_time"),
            ("sms", "refused", "no_contact"),
            ("", "refused", "unknown"),
            ("pigeon", "refused", "unknown"),
            ("pigeon", "contacted", "in_time"),
            ("", "no_contact", "no_contact"),
            ("police_referral", "refused", "referred"),
            ("call", "referred", "referred"),
            ("police_referral", "", "referred"),
            ("police_referral", "no_contact", "referred"),
            ("police_referral", "contacted", "in_time"),
            ("call", "no_contact", "no_contact"),
            ("call", "", "unknown"),
            ("call", "Spoke to customer", "unknown"),
            ("police_referral", "Spoke to customer", "referred"),
        ],
    )
    def test_what_a_check_is_worth(self, method: str, outcome: str, status: str) -> None:
        assert self.status(check("19:00:00", method=method, outcome=outcome)) == status
        late = {"in_time": "late", "referred": "late"}.get(status, status)
        assert self.status(check("+1 19:00:00", method=method, outcome=outcome)) == late

    def test_the_best_check_wins_and_the_worst_episode_counts(self) -> None:
        checks = [check("18:30:00", outcome="no_contact"), check("18:40:00")]
        assert self.status(*checks) == "in_time"
        verdict = judged(attempt(), attempt("19:00:00", None), centre=awake(), welfare=checks)
        assert list(verdict.duties.values()) == ["in_time", "missing"]
        assert figures(verdict, "welfare.") == {"required": 1, "missing": 1, "records": 2, "used": 2}

    def test_who_cannot_be_rung_has_no_identity_unless_somebody_else_can(self) -> None:
        row = attempt(**self.SIM)
        listed = [
            {"calling_number": "+61491570158", "imsi": self.SIM["imsi"], "contact_number": "02 8503 0001"}
        ]
        rung = check("19:00:00", calling_number="+61285030001")
        assert self.status(row=row) == "no_identity"
        assert self.status(row=row, subscribers=listed) == "missing"
        assert self.status(rung, row=row, subscribers=listed) == "in_time"
        assert self.status(check("19:00:00", **self.SIM), row=row) == "in_time"

    @pytest.mark.holds("property.23")
    def test_every_check_has_a_bucket(self) -> None:
        rows = [attempt(), attempt("21:00:00", None, calling_number=BEN)]
        checks = [check("17:00:00"), check("19:00:00"), check("19:00:00", operator="desk")]
        others = [check("19:00:01", calling_number=BEN), check("19:00:02", calling_number=EVE)]
        verdict = judged(*rows, centre=awake(), welfare=[*checks, *others])
        buckets = ("before_failure", "used", "duplicate_records", "not_due", "unmatched")
        assert figures(verdict, "welfare.") == {"required": 1, "in_time": 1, "records": 5} | dict.fromkeys(
            buckets, 1
        )

    @pytest.mark.parametrize(
        ("unclear", "clear", "status"),
        [
            ("+1 18:00:30.000", "+1 19:00:00", "unknown"),
            ("+1 18:00:30.001", "+1 19:00:00", "late"),
            ("+1 19:00:00", None, "unknown"),
        ],
    )
    def test_what_is_not_understood_stands_before_late_inside_the_limit_and_behind_it_after(
        self, unclear: str, clear: str | None, status: str
    ) -> None:
        checks = [
            check(unclear, outcome="?"),
            check("19:00:00", outcome="no_contact"),
            *([check(clear)] if clear else []),
        ]
        assert self.status(*checks) == status

    @pytest.mark.holds("fault.60")
    @pytest.mark.parametrize(
        ("change", "counted"),
        [
            ({}, 1),
            ({"operator": "desk"}, 1),
            ({"outcome": ""}, 1),
            ({"outcome": "no_contact"}, 2),
            ({"outcome": "Spoke"}, 2),
            ({"method": "visit"}, 2),
            ({"attempted_at": at("19:00:01")}, 2),
            ({"calling_number": "", "imsi": "505010000000001"}, 2),
            ({"calling_number": ""}, 2),
            ({"check_id": ""}, 2),
        ],
    )
    def test_a_check_is_a_duplicate_only_if_nothing_that_both_give_differs(
        self, change: Row, counted: int
    ) -> None:
        verdict = judged(
            attempt(), centre=awake(), welfare=[check("19:00:00"), {**check("19:00:00"), **change}]
        )
        assert verdict.measures["welfare.duplicate_records"].value == 2 - counted
        nameless = [check("19:00:00", calling_number=""), check("19:00:00", calling_number="")]
        assert (
            judged(attempt(), centre=awake(), welfare=nameless).measures["welfare.duplicate_records"].value
            == 0
        )

    def test_other_regimes_have_no_duty_but_know_who_failed_in_an_outage(self) -> None:
        case = Case(regime="gb", outages=(NATIONAL,))
        verdict = judged(attempt(dialled="999"), centre=awake(), case=case, welfare=[check("19:00:00")])
        assert figures(verdict, "welfare.") == {"records": 1, "not_due": 1}
        assert verdict.measures["callers.failed_in_outage"].value == 1


class TestFigures:
    """3.12, 3.13 and section 4."""

    def test_without_a_welfare_source_no_status_is_in_evidence(self) -> None:
        measures = judged(attempt(), centre=awake()).measures
        assert (measures["welfare.required"].value, measures["welfare.missing"].value) == (1, None)

    def test_undetermined_attempts_and_their_callers_widen_the_range(self) -> None:
        measures = judged(attempt(sip_status="503"), attempt(calling_number=BEN, element="a2")).measures
        assert measures["attempts.failed"] == Figure(1, 1, 2)
        assert measures["attempts.delivered"] == Figure(None, None, None)
        assert (
            measures["callers.failed"]
            == measures["callers.failed_in_outage"]
            == measures["welfare.required"]
            == Figure(1, 1, 2)
        )

    def test_only_an_undetermined_attempt_in_a_significant_outage_widens_what_failed_in_one(self) -> None:
        rows = [
            attempt(sip_status="503"),
            attempt("21:00:00", None, calling_number=BEN),
            attempt(calling_number=EVE, network="beta"),
        ]
        measures = judged(*rows).measures
        assert measures["callers.failed"] == Figure(1, 1, 3)
        assert measures["callers.failed_in_outage"] == measures["welfare.required"] == Figure(1, 1, 1)
        measures = judged(*rows, case=Case()).measures
        assert measures["callers.failed_in_outage"] == measures["welfare.required"] == Figure(0, 0, 0)

    def test_what_no_source_shows_has_no_value(self) -> None:
        def absent(**tables: list[Row]) -> set[str]:
            return {
                name for name, figure in judge(world(None, **tables)).measures.items() if figure.value is None
            }

        everything = judge(
            world(attempts=[attempt()], centre=[arrival()], welfare=[check("19:00:00")])
        ).measures
        of = {
            family: {n for n in everything if n.startswith(family)}
            for family in ("attempts.", "episodes.", "callers.", "records.")
        }
        statuses = {f"welfare.{status}" for status in STATUSES}
        calls = of["attempts."] | of["episodes."] | of["callers."] | statuses | {"welfare.required"}
        by_arrivals = {
            "attempts.delivered",
            "attempts.answered",
            "attempts.cancelled",
            "episodes.reached",
            "episodes.cancelled",
        }
        by_arrivals |= {"callers.reached_on_retry"}
        centre, welfare = (
            {n for n in everything if n.startswith(family)} for family in ("centre.", "welfare.")
        )
        assert absent(centre=[arrival()], welfare=[check("19:00:00")]) == calls | of["records."]
        assert absent(attempts=[attempt()], welfare=[check("19:00:00")]) == by_arrivals | centre
        assert absent(attempts=[attempt()], centre=[arrival()]) == welfare - {"welfare.required"}
        # A role of which every record was rejected holds as little, but that they were rejected is known.
        nothing = {"attempted_at": "?"}
        assert absent(attempts=[attempt()], centre=[arrival()], welfare=[nothing]) == welfare - {
            "welfare.required", "welfare.records", "welfare.rejected",
        }  # fmt: skip
        assert (
            absent(
                attempts=[{**attempt(), "started_at": "?"}], centre=[arrival()], welfare=[check("19:00:00")]
            )
            == calls
        )

    def test_answered_is_the_centres_word(self) -> None:
        rows = [
            attempt(str_start, None, calling_number=who)
            for str_start, who in (("18:00:00", BEN), ("18:10:00", EVE))
        ]
        by_word = [
            arrival(calling_number=BEN, disposition="Answered"),
            arrival("18:10:00", calling_number=EVE, disposition="rejected"),
        ]
        by_time = [{**row, "disposition": "", "answered_at": at("18:20:00")} for row in by_word]
        assert judged(*rows, centre=by_word).measures["attempts.answered"].value == 1
        assert judged(*rows, centre=by_time).measures["attempts.answered"].value == 2

    def test_centre_records_fall_in_buckets_and_lacks_are_counted_over_the_real_ones(self) -> None:
        rows = [attempt(call_id="x"), attempt("19:00:00", None, call_id="t", is_test="1")]
        one = arrival(call_id="x", disposition="abandoned", location_received="yes", transferred_to="police")
        other = arrival("18:30:00", calling_number=BEN)
        later, less = {**one, "presented_at": at("18:00:01")}, {**one, "disposition": ""}
        centre = [one, less, later, arrival("19:00:00", call_id="t"), other]
        expected = {
            "records": 5,
            "duplicate_records": 1,
            "test": 1,
            "matched": 1,
            "orphan": 2,
            "abandoned": 2,
        }
        lacks = {"not_transferred": 1, "no_location": 1, "no_callback": 3}
        assert figures(judged(*rows, centre=centre), "centre.") == expected | lacks

    def test_a_column_that_no_centre_file_has_is_not_in_evidence(self) -> None:
        plain = world(attempts=[attempt()], centre=[arrival()])
        bare = tuple(
            replace(s, columns=("centre_call_id", "presented_at", "transferred_at"))
            for s in plain.sources
            if s.role == "centre"
        )
        measures = judge(replace(plain, sources=(plain.sources[0], *bare))).measures
        assert [
            measures[f"centre.{name}"].value for name in ("no_location", "no_callback", "not_transferred")
        ] == [None, None, 1]
