"""Stories of lines that are no emergency attempt, and of attempts written in unusual forms."""

from __future__ import annotations

from dataclasses import replace

from auditor.simulate.scene import REFUSED, Ending, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED

ORDINARY = (
    "0298765432",
    "131126",
    "+61255501234",
    "0001234",
    "00011",
    "1120",
    "urn:service:sosx",
    "urn:service:counseling",
    "0491570157",
)


def ordinary_call(s: Stage) -> Scene:
    """An ordinary call: no emergency, even if its digits begin like one."""
    end = Ending(60, 200, 16, 3) if s.serial % 5 else Ending(12, 487, 31)
    return scene(
        s.attempt(s.person(), end=end, dialled=ORDINARY[s.serial % len(ORDINARY)]),
        adds="records.not_emergency",
    )


def ordinary_call_without_time(s: Stage) -> Scene:
    """An ordinary call whose time cannot be read: still no emergency."""
    row = s.attempt(s.person(), dialled="0298765432", started_at="yesterday")
    return scene(row, adds="records.not_emergency")


def nothing_dialled(s: Stage) -> Scene:
    """No digits, and a service category of 0: nothing shows an emergency."""
    return scene(s.attempt(s.person(), dialled=None, service_category="0"), adds="records.not_emergency")


def extension_called_112(s: Stage) -> Scene:
    """A desk phone dials extension 112. The source counts its outside line only: not an emergency."""
    row = s.attempt(s.person(), dialled="112", network="charlie", context="from-internal")
    return scene(row, adds="records.not_emergency")


def damaged_lines(s: Stage) -> Scene:
    """Four emergency lines cannot be read: a wrong time, no time, a line cut short, a byte that is not
    UTF-8."""
    who = s.person()
    bad = [
        s.attempt(who, 0, REFUSED, leg=leg, started_at=at)
        for leg, at in (("a", "0000-13-32T99:00"), ("b", None))
    ]
    cut = [
        replace(s.attempt(who, 0, REFUSED, leg=leg), damage=damage)
        for leg, damage in (("c", "short"), ("d", "encoding"))
    ]
    return scene(*bad, *cut, adds="records.rejected*4")


def too_long_line(s: Stage) -> Scene:
    """A line of an ordinary call has two fields too many. Damage is checked first, so it is rejected."""
    row = replace(s.attempt(s.person(), dialled="0298765432"), damage="long")
    return scene(row, adds="records.rejected")


def by_service_category(s: Stage) -> Scene:
    """Only the service category shows an emergency; the digits are missing: an attempt that failed."""
    row = s.attempt(s.person(), end=REFUSED, dialled=None, service_category=("1", "4", "31")[s.serial % 3])
    return scene(row, adds=FAILED)


def oddly_written(s: Stage) -> Scene:
    """An emergency number among blanks, brackets, dots and dashes: an attempt that failed."""
    written = (
        "0 0 0",
        "(000)",
        "0-0-0",
        "1.1.2",
        " 112 ",
        "URN:SERVICE:SOS.Police",
        "urn:service:sos.ecall.manual",
    )
    return scene(s.attempt(s.person(), end=REFUSED, dialled=written[s.serial % len(written)]), adds=FAILED)
