"""What a draft advises where something is lacking: only what is of use for the log at hand."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.scaffold.guess import Guess, has

ENDINGS = ("release_cause", "sip_status", "disposition")
"""The columns of attempts that say how a call ended: of no other can it be seen that a call failed."""


def endless(g: Guess) -> Iterator[str]:
    """That no column says how a call ended."""
    if g.role != "attempts" or g.sample.known is not None or any(has(g, name) for name in ENDINGS):
        return
    yield "# No column is taken for how a call ended: one that no centre's log covers is not seen to fail."
    yield f"# Is one of those kept aside {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}? Then add it to columns."
