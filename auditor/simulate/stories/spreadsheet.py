"""Stories of damage by spreadsheets, exports and copies."""

from __future__ import annotations

from dataclasses import replace

from auditor.simulate.people import NOBODY
from auditor.simulate.scene import REFUSED, Line, Scene, Stage, scene
from auditor.simulate.stories.carriage import FAILED


def number_as_power_of_ten(s: Stage) -> Scene:
    """A spreadsheet turned the number into 6.1442E+10: it cannot be read, so the caller has no identity."""
    return scene(
        s.attempt(NOBODY, end=REFUSED, calling_number="6.1442E+10"), adds=f"{FAILED} welfare.no_identity"
    )


def empty_line(s: Stage) -> Scene:
    """An empty line: no record at all."""
    return scene(Line(s.network, {}, "blank"), adds="")


def bad_lines(s: Stage) -> Scene:
    """A line cut short, one with two fields too many, one whose time is a formula's error: rejected."""
    cut = (
        replace(s.attempt(s.person(), 0, REFUSED, leg=leg), damage=damage)
        for leg, damage in (("a", "short"), ("b", "long"))
    )
    return scene(
        *cut, s.attempt(s.person(), 0, REFUSED, leg="c", started_at="#VALUE!"), adds="records.rejected*3"
    )


def cut_line(s: Stage) -> Scene:
    """A line of JSON that ends in the middle: rejected."""
    return scene(replace(s.attempt(s.person(), 0, REFUSED), damage="short"), adds="records.rejected")
