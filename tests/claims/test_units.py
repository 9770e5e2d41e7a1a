"""Two units are never added or compared without the sentence that says why not, and the conversion needed."""

from itertools import product

from auditor.claims.units import maps_to
from auditor.model import Unit
from auditor.report.content.units import conversion, objection, objection_to_sum


def test_every_pair_of_units_has_a_conversion_and_equal_units_no_objection() -> None:
    pairs = list(product(Unit, Unit))
    assert [pair for pair in pairs if (objection(*pair) == "") != (pair[0] == pair[1])] == []
    unlike = [pair for pair in pairs if pair[0] != pair[1]]
    assert [pair for pair in unlike if conversion(*pair) not in objection(*pair)] == []
    said = {pair: objection_to_sum(pair) for pair in unlike}
    assert [pair for pair in unlike if not said[pair].startswith("adds {} to {}".format(*pair))] == []


def test_a_sum_of_one_unit_has_no_objection_and_one_of_two_names_the_conversion() -> None:
    assert objection_to_sum([Unit.CALLS, Unit.CALLS]) == ""
    assert "join the callers to customers by number" in objection_to_sum([Unit.CALLS, Unit.CUSTOMERS])


def test_attempts_are_no_count_of_callers_but_calls_may_stand_for_either() -> None:
    assert not maps_to(Unit.ATTEMPTS, Unit.CALLERS)
    assert "attempts" in objection(Unit.ATTEMPTS, Unit.CALLERS)
    assert all(maps_to(unit, Unit.CALLERS) for unit in (Unit.CALLS, Unit.CUSTOMERS, Unit.CALLERS))
