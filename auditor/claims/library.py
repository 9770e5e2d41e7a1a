"""Published figures of past outages that ship with the tool, each with who said it and when: a case of claims
without logs."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from auditor.errors import UsageError
from auditor.model import Unit


@dataclass(frozen=True, slots=True)
class Published:
    """A figure as it was published. `parts` and `supersedes` name other figures of the same outage."""

    outage: str
    regime: str
    claim: str
    figure: int
    qualifier: str
    unit: str
    measure: str
    said_by: str
    said_on: str
    scope: str
    parts: tuple[str, ...]
    supersedes: tuple[str, ...]
    note: str

    @property
    def is_countable(self) -> bool:
        """Whether its unit is one that the audit knows: sums of money and shares are none."""
        return self.unit in set(Unit)


@cache
def library() -> tuple[Published, ...]:
    """Every figure, in the order of the file."""
    text = files("auditor.claims").joinpath("library.csv").read_text("utf-8")
    return tuple(_published(row) for row in csv.DictReader(text.splitlines()))


def _published(row: dict[str, str]) -> Published:
    lists = {name: tuple(row[name].split()) for name in ("parts", "supersedes")}
    return Published(**{**row, "figure": int(row["figure"]), **lists})  # type: ignore[arg-type]


def outages() -> tuple[str, ...]:
    """The outages that the library has figures of."""
    return tuple(dict.fromkeys(figure.outage for figure in library()))


def figures_of_outage(name: str) -> tuple[Published, ...]:
    """The figures of the one outage whose name begins with `name`; UsageError lists all where there is not
    just one."""
    found = [outage for outage in outages() if outage.startswith(name)]
    if len(found) != 1:
        close = difflib.get_close_matches(name, outages(), n=1)
        said = "several outages" if found else "no outage"
        hint = f"did you mean {close[0]!r}? " if close and not found else ""
        raise UsageError(
            f"{said} of the library begin with {name!r}", hint=f"{hint}known: {', '.join(found or outages())}"
        )
    return tuple(figure for figure in library() if figure.outage == found[0])


def case_text(figures: Sequence[Published]) -> str:
    """A case.toml of claims alone; figures in units that are no count of the audit are left out, with the
    sums they are parts of."""
    countable = [figure for figure in figures if figure.is_countable]
    title = json.dumps(f"Published figures: {figures[0].outage}")
    head = f"[case]\ntitle = {title}\nregime = {json.dumps(figures[0].regime)}\n"
    return "\n".join([head, *("\n".join(_claim(figure)) + "\n" for figure in countable)])


def _claim(figure: Published) -> Iterator[str]:
    yield "[[claim]]"
    yield f"id = {json.dumps(figure.claim)}"
    yield f"figure = {figure.figure}"
    for name in ("unit", "qualifier", "said_by", "said_on"):
        yield f"{name} = {json.dumps(getattr(figure, name))}"
    if figure.measure:
        yield f"measure = {json.dumps(figure.measure)}"
    for name in ("parts", "supersedes"):
        if listed := getattr(figure, name):
            yield f"{name} = {json.dumps(list(listed))}"
    yield f"note = {json.dumps('; '.join(filter(None, (figure.scope, figure.note))))}"
