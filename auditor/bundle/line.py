"""One line of a verification: what was looked at, and whether it is as it was said to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

HOLDS, DIFFERS, MISSING, NOT_RECOMPUTED = "holds", "differs", "missing", "not recomputed"


@dataclass(frozen=True, slots=True)
class Line:
    """`kind` is `input`, `table`, `measure` ...; `name` says which one; `state` is one of the four words."""

    kind: str
    name: str
    state: str
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was checked, and is as it was said to be."""
        return self.state == HOLDS


def compared(kind: str, said: Mapping[str, object], found: Mapping[str, object]) -> Iterator[Line]:
    """A line for each name of either side. `said` is what is verified, `found` what was recomputed."""
    for name in sorted({*said, *found}):
        if name not in found:
            yield Line(kind, name, DIFFERS, "a recomputation gives no such thing")
        elif name not in said:
            yield Line(kind, name, MISSING, "a recomputation gives it")
        elif said[name] == found[name]:
            yield Line(kind, name, HOLDS)
        else:
            yield Line(kind, name, DIFFERS, f"said: {_short(said[name])}; recomputed: {_short(found[name])}")


def state_of(said: object, found: object | None) -> str:
    """The state of one thing: `found` is None where there is none."""
    return MISSING if found is None else HOLDS if said == found else DIFFERS


def not_recomputed(kind: str, names: Iterable[str], why: str) -> Iterator[Line]:
    """A line for each name, with the reason why nothing was recomputed."""
    return (Line(kind, name, NOT_RECOMPUTED, why) for name in sorted(names))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
