"""Invented people. Each has a number, a SIM and a handset; none of these is used twice, and none is real."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

FICTITIOUS = tuple(
    f"+61491{rest}"
    for rest in (
        *(
            "570156",
            "570157",
            "570158",
            "570159",
            "570313",
            "570737",
            "571266",
            "571491",
            "571804",
            "572549",
            "572665",
        ),
        *(
            "572983",
            "573770",
            "573087",
            "574118",
            "574632",
            "575254",
            "575789",
            "576398",
            "576801",
            "577426",
            "577644",
        ),
        *("578957", "578148", "578888", "579212", "579760", "579455"),
    )
)
"""Australian mobile numbers kept for fiction by the regulator. There are too few for a whole network."""

TEST_NUMBERS = ("+61491570006", "+61491570110")
"""More numbers kept for fiction; here they belong to the carriers' own test handsets."""

UNUSED_PREFIXES = ("442", "443", "445", "446", "441")
"""Mobile prefixes that no Australian carrier has been given: every number under them is invented."""

TACS = ("00100110", "00100120", "00100130", "00100140", "00100150", "00100160", "00100170", "00100180")
"""Type codes that begin with 00 are for test handsets only."""

PLACEHOLDER_IMEI = "000000000000000"
WITHHELD = ("anonymous", "unknown", "0000000000", "Anonymous")


@dataclass(frozen=True, slots=True)
class Person:
    """A caller as a network may know them: E.164 number, IMSI, IMEI; None where it is not known."""

    number: str | None = None
    imsi: str | None = None
    imei: str | None = None

    def by_number(self) -> Person:
        """The same, known by the number alone."""
        return Person(number=self.number)

    def by_imsi(self) -> Person:
        """The same, known by the SIM alone."""
        return Person(imsi=self.imsi)

    def by_imei(self) -> Person:
        """The same, known by the handset alone."""
        return Person(imei=self.imei)


NOBODY = Person()


def invented(index: int) -> Person:
    """Person number `index` (0 to 4,999,999) of a large world: numbers with prefixes that no carrier has been
    given."""
    prefix, place = divmod(index, 1_000_000)
    number = f"+61{UNUSED_PREFIXES[prefix]}{(place * 700_001 + 13) % 1_000_000:06d}"
    return Person(number, _imsi(index), _imei(index))


def fictitious(index: int) -> Person:
    """Person number `index` of a small world of up to 14 stories with two people each, their numbers kept for
    fiction."""
    story, k = divmod(index, 4)
    return Person(FICTITIOUS[story + 14 * k], _imsi(index), _imei(index))


_DOUBLED = str.maketrans("0123456789", "0246813579")
"""For each digit, the sum of the digits of its double. The check digit of an IMEI uses it for every second
digit."""


def _imsi(index: int) -> str:
    """Network 001 01 is kept for tests."""
    return f"00101{index + 1:010d}"


def _imei(index: int) -> str:
    body = f"{TACS[index % len(TACS)]}{index // len(TACS) + 1:06d}"
    total = sum(map(int, body[::2])) + sum(map(int, body[1::2].translate(_DOUBLED)))
    return f"{body}{-total % 10}"


_SPELLINGS = (
    "+61{}{}{}",
    "+61{}{}{}",
    "61{}{}{}",
    "0{}{}{}",
    "0{}{}{}",
    "0{} {} {}",
    "+61 {} {} {}",
    "001161{}{}{}",
    "0{}-{}-{}",
)


def spelled(number: str, rng: Random) -> str:
    """An Australian number (E.164) in one of the ways in which logs write it; any other as it is."""
    if not number.startswith("+61"):
        return number
    return _SPELLINGS[int(rng.random() * len(_SPELLINGS))].format(number[3:6], number[6:9], number[9:])


def plainly(number: str, rng: Random) -> str:
    """The E.164 form itself, for logs that are read by eye."""
    return number
