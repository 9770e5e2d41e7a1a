"""Which dialled texts make a record an emergency in a case, and which almost do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from auditor.case import Case
from auditor.regimes.numbering import calling_code, spellings

_URNS = ("urn:service:sos", "urn:service:test.sos")
_BARE = str.maketrans("", "", " ()-.")


@dataclass(frozen=True, slots=True)
class Dialling:
    """Texts without spaces, `()-.` and a leading +. `numbers`: emergency and test numbers.

    `misses` become an emergency number without a country code or one leading 0 or 9 (contract 3.14,
    near_misses); `cut` are emergency numbers that lost leading zeros, as a spreadsheet leaves them.
    """

    numbers: tuple[str, ...]
    has_urns: bool = True
    """Whether the URNs of emergency services and a service category count besides: those of another service
    do not."""
    misses: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()

    @property
    def audited(self) -> tuple[str, ...]:
        """The numbers, and the URNs that count besides: what a reader looks for that has more numbers than
        columns."""
        return (*self.numbers, *(_URNS if self.has_urns else ()))

    @property
    def almost(self) -> tuple[str, ...]:
        """Everything that is none of the numbers and looks like one."""
        return self.misses + self.cut


def dialling_of(case: Case) -> Dialling:
    """The emergency numbers of the case's regime and the test numbers of both, these in every spelling of
    their plan.

    Where the case audits a service of its own, the numbers of that, likewise, in place of the regime's.
    """
    tests = tuple(_spelled(case.test_numbers, case.country))
    if service := case.service:
        return Dialling(
            tuple(dict.fromkeys((*_spelled(service.numbers, case.country), *tests))), has_urns=False
        )
    emergency = tuple(dict.fromkeys(_bare(number.number) for number in case.regime.numbers))
    numbers = tuple(dict.fromkeys((*emergency, *tests)))
    code = calling_code(case.country)
    misses = (
        begin + number for number in emergency if number.isdigit() for begin in ("0", "9", code) if begin
    )
    cut = (
        number[zeros:]
        for number in emergency
        for zeros in range(1, len(number))
        if not number[:zeros].strip("0")
    )
    return Dialling(numbers, misses=_other(misses, numbers), cut=_other(cut, numbers))


def _spelled(numbers: Iterable[str], country: str) -> Iterable[str]:
    return (_bare(text) for given in numbers if given.strip() for text in (given, *spellings(given, country)))


def _bare(text: str) -> str:
    return text.translate(_BARE).lstrip("+")


def _other(texts: Iterable[str], numbers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(texts) if text not in numbers)
