"""What a case says of published figures: definitions, claims, and calls taken out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auditor.case.key import Texts, key
from auditor.catalogue.reference import keys
from auditor.model import Unit

QUALIFIERS = keys("claim_qualifier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Which calls a figure counts and how. A switch left out has the audit's own setting."""

    measure: str = key("measure whose definition it starts from, for example attempts.failed", "")
    sources: Texts = key("paths of the attempts sources it knows; none: all. A leading ! leaves one out", ())
    networks: Texts = key("networks it counts; none: all", ())
    areas: Texts = key("regions it counts; none: all", ())
    access: Texts = key("kinds of access it counts; none: all", ())
    window_start: datetime | None = key("first instant it counts, with its offset", None)
    window_end: datetime | None = key("first instant it does not count any more, with its offset", None)
    outage: str = key("inside: only attempts in a significant outage", "", choices=("any", "inside"))
    tests: str = key("whether tests count", "", choices=("out", "in"))
    legs: str = key(
        "whether the records of one attempt are one, or each counts", "", choices=("merged", "separate")
    )
    cancelled: str = key(
        "whether calls let go at once are counted apart, or count as failed", "", choices=("apart", "failed")
    )
    weak: str = key("what a weak match is worth", "", choices=("undetermined", "delivered", "ignored"))
    undetermined: str = key(
        "what attempts that the logs cannot decide count as", "", choices=("apart", "failed", "delivered")
    )
    abandoned: str = key(
        "what calls presented but not answered count as", "", choices=("delivered", "failed")
    )
    gap_s: int | None = key(
        "retries within so many seconds are one episode: 60, 300, 3600 or the case's own gap", None
    )
    rescue: str = key("who counts as reached after a failure", "", choices=("any", "own_network", "none"))
    simless: str = key("whether phones without a SIM count", "", choices=("in", "out"))
    unknown: str = key("whether attempts of callers that nothing identifies count", "", choices=("in", "out"))
    match_window: str = key("width of the match window", "", choices=("usual", "half", "double"))
    basis: str = key("on whose records the states rest", "", choices=("centre", "carrier"))
    transferred: str = key(
        "of the centre's records, those passed on to an emergency service or not",
        "",
        choices=("any", "yes", "no"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredDefinition(Switches):
    """`[[definition]]`: a way of counting with a name."""

    id: str = key("name of the definition, unique in the case")
    title: str = key("what it counts, in words", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredClaim(Switches):
    """`[[claim]]`: a published figure: who said it, when, of what."""

    id: str = key("name of the claim, unique in the case")
    said_by: str = key("who published it")
    said_on: str = key("when, as far as known: 2024-03-13, 2024-03 or 2024")
    figure: int = key("the figure", most=None)
    unit: str = key("its unit as published: " + ", ".join(Unit), choices=tuple(Unit))
    qualifier: str = key("how exact it was said to be", "exact", choices=QUALIFIERS)
    definition: str = key("definition by which it is recomputed; the claim's own switches go before it", "")
    parts: Texts = key("claims it is said to be the sum of; a leading - takes one away", ())
    overlaps: Texts = key("claims that count some of the same calls: they are not added to it", ())
    supersedes: Texts = key("claims it took the place of", ())
    source: str = key("where it was published", "")
    note: str = key("what is to be said of it", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredExclusion:
    """`[[exclusion]]`: calls taken out of the count by hand. The audit's own figures do not change; the
    report shows both."""

    id: str = key("name of the exclusion, unique in the case")
    who: str = key("who took the calls out")
    when: str = key("when, for example 2024-03-20")
    why: str = key("why")
    attempts: Texts = key("attempts, by the id of any of their records", ())
    call_ids: Texts = key("attempts, by call id", ())
    callers: Texts = key("callers, by number (E.164) or caller id", ())
