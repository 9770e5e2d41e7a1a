"""A published figure beside what the logs give: what it agrees with, and what else they allow, in words."""

from __future__ import annotations

from auditor.claims.register import DIFFERS, accepted
from auditor.model import JudgedClaim


def published(claim: JudgedClaim) -> str:
    """The figure as it was published, with its qualifier: `about 600`."""
    return qualified(claim.figure, claim.qualifier)


def qualified(figure: int, qualifier: str) -> str:
    """A figure with its qualifier."""
    return f"{figure:,}" if qualifier == "exact" else f"{qualifier.replace('_', ' ')} {figure:,}"


def compared(claim: JudgedClaim, value: int) -> str:
    """The two figures, and what a round one agrees with."""
    if value == claim.figure and claim.verdict != DIFFERS:
        return ""
    low, high = accepted(claim.qualifier, claim.figure)
    is_round = claim.qualifier in ("about", "nearly")
    if claim.verdict == DIFFERS:
        round_words = f" ({published(claim)} is read as {low:,} to {high:,})" if is_round else ""
        return f"differs by {value - claim.figure:+,}{round_words}"
    round_words = f", read as {low:,} to {high:,}" if is_round else ""
    return f"{value:,} is {published(claim)}{round_words}"


def allowed_words(claim: JudgedClaim, allowed: tuple[int, int] | None) -> str:
    """What else the logs allow, as undetermined attempts may have failed, and whether the figure is in it."""
    if allowed is None:
        return ""
    least, most = allowed
    low, high = accepted(claim.qualifier, claim.figure)
    said = f"the logs themselves allow {least:,} to {most:,}"
    if claim.verdict == DIFFERS:
        is_within = low <= most and (high is None or high >= least)
        return f"{said}, and {published(claim)} lies within it" if is_within else said
    is_whole = low <= least and (high is None or most <= high)
    return said if is_whole else f"{said}, not all of which is {published(claim)}"
