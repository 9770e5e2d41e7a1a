"""One line of a verification: what was looked at, and whether it is as it was said to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_WHOLE = 80
"""Characters of a text that is shown whole where it differs."""
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
            one, other = _differing(said[name], found[name])
            yield Line(kind, name, DIFFERS, f"said: {one}; recomputed: {other}")


def state_of(said: object, found: object | None) -> str:
    """The state of one thing: `found` is None where there is none."""
    return MISSING if found is None else HOLDS if said == found else DIFFERS


def not_recomputed(kind: str, names: Iterable[str], why: str) -> Iterator[Line]:
    """A line for each name, with the reason why nothing was recomputed."""
    return (Line(kind, name, NOT_RECOMPUTED, why) for name in sorted(names))


def _differing(said: object, found: object) -> tuple[str, str]:
    """Both as text. Of long ones the words from the first that differs to the last, with the one before, so
    that no hash is cut and the two never look alike."""
    texts = str(said), str(found)
    if max(map(len, texts)) <= _WHOLE:
        return texts
    words, others = texts[0].split(" "), texts[1].split(" ")
    start = _alike(words, others)
    end = min(_alike(words[::-1], others[::-1]), min(len(words), len(others)) - start)
    return _between(words, start, end), _between(others, start, end)


def _alike(words: Sequence[str], others: Sequence[str]) -> int:
    """How many words are the same at the start."""
    both = enumerate(zip(words, others, strict=False))
    return next((n for n, (one, other) in both if one != other), min(len(words), len(others)))


def _between(words: Sequence[str], start: int, end: int) -> str:
    first = max(0, start - 1)
    shown = " ".join(words[first : len(words) - end])
    return f"{'… ' * (first > 0)}{shown}{' …' * (end > 0)}"
