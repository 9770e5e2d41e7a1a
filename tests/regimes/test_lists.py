"""What regimes list, duties and thresholds: each is read, and cites a clause of its regime."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.case import regime_tables
from auditor.errors import UsageError
from auditor.regimes import read_regime
from auditor.regimes.reader import regimes


@pytest.mark.parametrize("code", regimes())
def test_every_list_is_read_and_cites_a_clause_of_its_regime(code: str) -> None:
    regime = read_regime(code)
    tables = regime_tables(regime)
    thresholds = {table["id"] for table in tables.get("threshold", ())}
    for table in (table for listed in tables.values() for table in listed):
        assert table["clause"] in regime.clauses
        assert set(table.get("when") or ()) <= thresholds  # type: ignore[call-overload]


@pytest.mark.parametrize("code", regimes())
def test_no_id_stands_twice(code: str) -> None:
    for listed in regime_tables(read_regime(code)).values():
        ids = [table["id"] for table in listed if "id" in table]
        assert len(ids) == len(set(ids))


def test_a_list_that_no_domain_declares_is_refused() -> None:
    with pytest.raises(UsageError, match=r"unknown section \[dutty\]"):
        regime_tables(replace(read_regime("au"), lists={"dutty": ({"id": "x"},)}))


def test_a_key_that_a_list_does_not_have_is_refused() -> None:
    wrong = {"id": "x", "clause": "access", "audience": "centre", "limits": 5}
    with pytest.raises(UsageError, match="unknown key 'limits'"):
        regime_tables(replace(read_regime("au"), lists={"duty": (wrong,)}))
