"""Of several numbers of a record, the one that goes beside `dialled`."""

from __future__ import annotations

import pytest

from auditor.formats.rows import beside

AUDITED = ("000", "112", "61491570006", "urn:service:sos")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "000",
            "+000",
            "0 0 0",
            "(000)",
            '="000"',
            "sip:000@10.0.0.1:5060;user=phone",
            "tel:000;phone-context=au",
        ),
        *(
            '"Help" <sip:112@x>;tag=1',
            "000@realm.example",
            "+61491570006",
            "urn:service:sos.police",
            "%2B112",
        ),
        "URN:SERVICE:SOS",
    ],
)
def test_the_audited_number_goes_before_others_however_it_is_written(text: str) -> None:
    assert beside("8000", ["8001", text, "8002"], AUDITED) == text


@pytest.mark.parametrize("text", ["0001", "urn:service:counseling", "sip:gw@000", "x"])
def test_what_only_looks_like_one_goes_by_its_place(text: str) -> None:
    assert beside("8000", ["8001", text], AUDITED) == "8001"


def test_without_an_audited_number_the_first_that_differs_is_chosen() -> None:
    assert beside("000", ["", "000", "8001", "112"], AUDITED) == "8001"
    assert beside("8000", ["8001", "000"], ()) == "8001"
    assert beside("8000", ["8000", ""], AUDITED) == ""
