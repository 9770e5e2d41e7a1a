"""Messages whose INVITE is missing. They are kept until it comes, and passed on as loose if it never comes.

One direction of a connection may be put in order later than the other, and a file may end between an INVITE
and its answer.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.catalogue.reference import keys
from auditor.formats.sip.message import Message, Transaction, cause
from auditor.formats.sip.packets import iso

AUTHENTICATE = frozenset(int(code) for code in keys("sip_status", is_final="no", is_refusal="yes"))
"""Refusals that do not end a call: they ask for a credential."""
Q850 = frozenset(keys("cause_code"))
_MAX_CALLS = 4096
_MAX_OF_ONE = 64
_MILLISECONDS = len("2024-03-12T17:00:00.000")
"""Times are cut to the millisecond, in UTC."""

Seen = tuple[int, str, str, Message]
"""When, from where, to where, what."""


class LooseAnswer(NamedTuple):
    """One message about a call that began in another file, as text by the columns of the table
    loose_answer."""

    call_id: str
    from_tag: str
    at: str
    kind: str
    """answered, final (a refusal), cancel or bye"""
    sip_status: str
    release_cause: str
    vias: str
    """Length of its Via stack: the shortest is nearest to the caller."""


@dataclass(slots=True)
class Early:
    """Messages before their INVITE, by Call-ID. `answers` counts final responses without an INVITE; `loose`
    holds all messages that are useful."""

    answers: int = 0
    loose: list[LooseAnswer] = field(default_factory=list)
    _waiting: OrderedDict[str, list[Seen]] = field(default_factory=OrderedDict)
    _running: OrderedDict[Transaction, None] = field(default_factory=OrderedDict)
    """Transactions of INVITEs inside calls that began before the capture. Their answers belong to no new
    call."""

    def keep(self, name: str, seen: Seen) -> None:
        """Keep a message until its INVITE comes."""
        waiting = self._waiting.setdefault(name, [])
        waiting.append(seen)
        if len(waiting) > _MAX_OF_ONE:
            self._let_go([waiting.pop(0)])
        if len(self._waiting) > _MAX_CALLS:
            self._let_go(self._waiting.popitem(last=False)[1])

    def take(self, name: str) -> list[Seen]:
        """The messages that waited for the INVITE of a call."""
        return self._waiting.pop(name, [])

    def note_running(self, transaction: Transaction) -> None:
        """Remember an INVITE inside a running call."""
        self._running[transaction] = None
        if len(self._running) > _MAX_CALLS:
            self._running.popitem(last=False)

    def finish(self) -> None:
        """There are no more messages: waiting messages never get their INVITE."""
        while self._waiting:
            self._let_go(self._waiting.popitem(last=False)[1])

    def _let_go(self, waiting: list[Seen]) -> None:
        known = set()
        for at_us, _, _, message in waiting:
            transaction, status = message.transaction, message.status
            if (status, message.method, transaction) in known or (
                status and (status in AUTHENTICATE or transaction in self._running)
            ):
                continue
            known.add((status, message.method, transaction))
            self.answers += status >= 200
            kind = (
                message.method.lower()
                if message.method
                else "answered"
                if 200 <= status < 300
                else "final"
                if status >= 300
                else ""
            )
            if kind and message.call_id:
                reason = cause(message)
                is_q850 = bool(reason) and str(int(reason)) in Q850
                at = iso(at_us)[:_MILLISECONDS]
                row = (
                    message.call_id,
                    message.from_tag,
                    at,
                    kind,
                    str(status or ""),
                    reason if is_q850 else "",
                    str(transaction[1]),
                )
                self.loose.append(LooseAnswer(*row))
