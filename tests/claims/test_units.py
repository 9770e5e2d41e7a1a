"""Two units are never added or compared without the sentence that says why not, and the conversion needed."""

from itertools import product

import pytest

from auditor.claims.units import add, conversion, maps_to, objection, objection_to_sum
from auditor.errors import UsageError
from auditor.model import Unit


def test_figures_of_one_unit_are_added() -> None:
    assert add([(229, Unit.CALLS), (2468, Unit.CALLS)]) == (2697, Unit.CALLS)


def test_calls_and_customers_are_not_added_and_the_error_names_the_conversion() -> None:
    with pytest.raises(UsageError, match="adds calls to customers") as fault:
        add([(229, Unit.CALLS), (2468, Unit.CUSTOMERS)])
    assert "join the callers to customers by number" in fault.value.hint


def test_nothing_has_no_sum() -> None:
    with pytest.raises(UsageError):
        add([])


def test_every_pair_of_units_has_a_conversion_and_equal_units_no_objection() -> None:
    pairs = list(product(Unit, Unit))
    assert [pair for pair in pairs if (objection(*pair) == "") != (pair[0] == pair[1])] == []
    unlike = [pair for pair in pairs if pair[0] != pair[1]]
    assert [pair for pair in unlike if conversion(*pair) not in objection(*pair)] == []
    said = {pair: objection_to_sum(pair) for pair in unlike}
    assert [pair for pair in unlike if not said[pair].startswith("adds {} to {}".format(*pair))] == []


def test_attempts_are_no_count_of_callers_but_calls_may_stand_for_either() -> None:
    assert "attempts" in maps_to(Unit.ATTEMPTS, Unit.CALLERS)
    assert maps_to(Unit.CALLS, Unit.CALLERS) == ""
    assert maps_to(Unit.CUSTOMERS, Unit.CALLERS) == ""
    assert maps_to(Unit.CALLERS, Unit.CALLERS) == ""
