"""Writes the case.toml of a simulated folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auditor.simulate.files import Log
from auditor.simulate.world import Window, instant


@dataclass(frozen=True, slots=True)
class Answer:
    """An `[[accepted]]` for the gate `rejected`: who gave it, why, and on which day."""

    by: str
    reason: str
    on: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What `[case]` and `[params]` say. `params` are lines of TOML."""

    title: str
    test_numbers: tuple[str, ...]
    timezone: str = "Australia/Sydney"
    params: tuple[str, ...] = ()
    accepted: Answer | None = None
    """Who accepts the records that are damaged on purpose."""
    published: str = ""
    """Figures published of the event that the folder is shaped like: TOML for the end of the case file."""


def case_lines(facts: Facts, windows: Sequence[Window], logs: Sequence[Log], rejects: int) -> Iterator[str]:
    """The lines of case.toml; `rejects` is the number of records in all logs that are damaged on purpose."""
    yield "[case]"
    yield f"title = {_text(facts.title)}"
    yield "invented = true"
    yield 'regime = "au"'
    yield 'country = "AU"'
    yield f"timezone = {_text(facts.timezone)}"
    yield f"test_numbers = [{_texts(facts.test_numbers)}]"
    if facts.params:
        yield from ("", "[params]", *facts.params)
    for window in windows:
        yield from ("", "[[outage]]", f"id = {_text(window.id)}", f"networks = [{_texts(window.networks)}]")
        yield f"start = {_time(window.start)}"
        yield f"end = {_time(window.end)}  # exclusive"
        yield f"significant = {str(window.is_significant).lower()}"
        if window.recovery_tail_s:
            yield f"recovery_tail_s = {window.recovery_tail_s}"
        if window.cause:
            yield f"cause = {_text(window.cause)}"
    for log in logs:
        yield from _source(log)
    if facts.accepted and rejects:
        answer = facts.accepted
        yield from ("", "[[accepted]]", 'gate = "rejected"', f"count = {rejects}", f"by = {_text(answer.by)}")
        yield from (f"reason = {_text(answer.reason)}", f"on = {answer.on}")
    if facts.published:
        yield from ("", *facts.published.strip().splitlines())


def _source(log: Log) -> Iterator[str]:
    yield ""
    yield from (f"# {line}" for line in log.comment.splitlines())
    yield from ("[[source]]", f"role = {_text(log.role)}", f"path = {_text(log.pattern or log.names[0])}")
    if log.zone and not log.shows_offset:
        yield f"timezone = {_text(log.zone)}"
    if log.time_format:
        yield f"time_format = {_text(log.time_format)}"
    if log.delimiter != ",":
        yield f"delimiter = {_text(log.delimiter)}"
    yield from log.settings
    if log.headers:
        pairs = ", ".join(f"{canonical} = {_text(own)}" for canonical, own in log.headers.items())
        yield f"columns = {{ {pairs} }}"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts(values: Sequence[str]) -> str:
    return ", ".join(_text(value) for value in values)


def _time(at: int) -> str:
    return instant(at).isoformat(timespec="milliseconds" if at % 1000 else "seconds")
