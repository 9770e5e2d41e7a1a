"""INVITE dialogs: one call from the view of its originating side, put together from every hop and every
repeat in a capture.

One Call-ID is one record, over all hops, branches, retransmissions and From tags: an element that forwards a
call may change everything except the Call-ID. A new record with an old Call-ID begins in three cases: the old
call has ended and a new try follows, two minutes are between them, or another caller uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.formats.sip import invite as facts
from auditor.formats.sip.logged import call_in
from auditor.formats.sip.loose import AUTHENTICATE, Early, Seen
from auditor.formats.sip.message import Message, Transaction, cause, parameter, split
from auditor.formats.sip.packets import iso

CALL = "call"
"""Key of a row under which it has the id that an emergency network gave the call; no column of a capture."""
_RETRY_US = 120 * 1_000_000
"""Tries with one Call-ID that are this far apart are two attempts."""
_EARLY_US = 5 * 1_000_000
"""An answer this long before an INVITE is not its answer, even if two clocks differ."""
_HOP_US = 1_000_000
"""An element forwards a call within this time."""
_MAX_HOPS = 256
_MAX_RECENT = 16
"""Number of calls with one Call-ID in which an earlier call is looked for."""


@dataclass(slots=True)
class Dialog:
    """One call while it is being read. Times are microseconds since 1970 UTC; None: not seen."""

    invite: Message
    started_us: int
    origin: str
    element: str
    transactions: set[Transaction]
    last_target: str
    vias: int
    """Length of the Via stack at the beginning of the call."""
    targets: set[str]
    """Addresses at which the call arrived. An element that forwards it is one of them."""
    hops: set[Transaction]
    """Transactions on farther hops."""
    invites: int = 1
    identities: tuple[str, ...] = ()
    ringing_us: int | None = None
    answered_us: int | None = None
    answered_beyond_us: int | None = None
    final_us: int | None = None
    status: int = 0
    cancelled_us: int | None = None
    bye_us: int | None = None
    cause: str = ""
    known_bottom: str | None = None
    known_callers: frozenset[str] | None = None

    @property
    def bottom(self) -> str:
        """The branch of the lowest Via, which no proxy changes."""
        if self.known_bottom is None:
            vias = split(",".join(self.invite.all("via")))
            self.known_bottom = parameter(vias[-1], "branch") if vias else ""
        return self.known_bottom

    @property
    def callers(self) -> frozenset[str]:
        """Every calling number of the call."""
        if self.known_callers is None:
            self.known_callers = facts.callers(self.identities, self.invite)
        return self.known_callers

    def row(self) -> dict[str, str]:
        """The call as text in canonical attempts columns, then the columns that only a capture has. Columns
        that no capture has are left out."""
        dialled, other = facts.dialled(self.invite)
        calling, imsi = facts.calling(self.identities, self.invite)
        access, cell = facts.access(self.invite.all("p-access-network-info"))
        status = 200 if self.answered_us is not None else self.status
        is_test = facts.is_service(dialled, "test.sos") or facts.is_service(other, "test.sos")
        return {
            "call_id": self.invite.call_id,
            "element": self.element,
            "started_at": iso(self.started_us),
            "answered_at": iso(self.answered_us),
            "released_at": iso(self._released_us()),
            "calling_number": calling,
            "imsi": imsi,
            "imei": facts.imei(self.invite),
            "dialled": dialled,
            "dialled_other": other,
            "access": access,
            "cell_id": cell,
            "route": self.last_target if self.last_target != self.element else "",
            "release_cause": self.cause,
            "sip_status": str(status or ""),
            "is_test": "true" if is_test else "",
            "ringing_at": iso(self.ringing_us),
            "answered_beyond_at": iso(self.answered_beyond_us if self.answered_us is None else None),
            "invites": str(self.invites),
            CALL: call_in(self.invite.all("call-info")),
        }

    @property
    def is_refused(self) -> bool:
        """Whether its origin got a final refusal."""
        return self.answered_us is None and self.final_us is not None and self.status not in AUTHENTICATE

    def _released_us(self) -> int | None:
        if self.answered_us is not None:
            return self.bye_us
        known = [t for t in (self.cancelled_us, self.final_us, self.bye_us) if t is not None]
        return min(known, default=None)


@dataclass(slots=True)
class Dialogs:
    """The dialogs of a capture by Call-ID. `reinvites` counts INVITEs inside a dialog, `mid_dialog` those of
    calls begun before it.

    `early` holds messages without an INVITE.
    """

    reinvites: int = 0
    mid_dialog: int = 0
    early: Early = field(default_factory=Early)
    _by_call: dict[str, list[Dialog]] = field(default_factory=dict)

    def add(self, at_us: int, source: str, target: str, message: Message) -> None:
        """Take in one message that `source` sent to `target`."""
        method = message.method or message.cseq[1]
        if method not in ("INVITE", "CANCEL", "BYE") or (message.status and method != "INVITE"):
            return
        transaction = message.transaction
        name = message.call_id or f"no Call-ID {message.from_tag} {transaction[0]}"
        if message.method == "INVITE":
            self._invite(name, transaction, (at_us, source, target, message))
            return
        dialog = self._dialog(name, transaction, at_us, message)
        if dialog is None:
            self.early.keep(name, (at_us, source, target, message))
        elif message.status:
            is_of_origin = transaction in dialog.transactions or (
                not message.first("via") and target == dialog.origin
            )
            _answer(dialog, at_us, message, is_of_origin=is_of_origin)
        elif message.method == "CANCEL" and transaction in dialog.transactions:
            dialog.cancelled_us = dialog.cancelled_us or at_us
            dialog.cause = dialog.cause or cause(message)
        elif message.method == "BYE":
            dialog.bye_us = dialog.bye_us or at_us
            dialog.cause = dialog.cause or cause(message)

    def rows(self) -> Iterator[dict[str, str]]:
        """One row a dialog, by start."""
        dialogs = [d for several in self._by_call.values() for d in several]
        for dialog in sorted(dialogs, key=lambda d: d.started_us):
            yield dialog.row()

    def __len__(self) -> int:
        return sum(map(len, self._by_call.values()))

    def _invite(self, name: str, transaction: Transaction, seen: Seen) -> None:
        at_us, source, target, message = seen
        known = self._by_call.get(name)
        if message.to_tag:
            self.reinvites += bool(known)
            self.mid_dialog += not known
            self.early.note_running(transaction)
            return
        identities = facts.identities(message)
        begun = Dialog(
            message,
            at_us,
            source,
            target,
            {transaction},
            target,
            transaction[1],
            {target},
            set(),
            identities=identities,
        )
        dialog = (
            next((d for d in reversed(known[-_MAX_RECENT:]) if _is_same(d, begun, transaction)), None)
            if known
            else None
        )
        if dialog is None:
            self._by_call.setdefault(name, []).append(begun)
            for early in self.early.take(name):
                self.add(*early)
            return
        dialog.invites += 1
        dialog.last_target = target
        if identities and not dialog.identities:
            dialog.identities, dialog.known_callers = identities, None
        if len(dialog.targets) < _MAX_HOPS:
            dialog.targets.add(target)
        is_of_origin = source == dialog.origin and message.from_tag == dialog.invite.from_tag
        if is_of_origin and transaction[1] == dialog.vias and transaction not in dialog.transactions:
            dialog.transactions.add(transaction)
            dialog.status, dialog.final_us, dialog.cause = 0, None, ""
        elif transaction not in dialog.transactions and len(dialog.hops) < _MAX_HOPS:
            dialog.hops.add(transaction)

    def _dialog(self, name: str, transaction: Transaction, at_us: int, message: Message) -> Dialog | None:
        """The call that a message other than an INVITE belongs to: by transaction, by tag, by time."""
        several = [d for d in self._by_call.get(name, [])[-_MAX_RECENT:] if at_us >= d.started_us - _EARLY_US]
        if len(several) < 2:
            return several[0] if several else None
        begun = [d for d in several if at_us >= d.started_us] or several[:1]
        tags = (message.from_tag, message.to_tag)
        return (
            next((d for d in reversed(begun) if transaction in d.transactions or transaction in d.hops), None)
            or next((d for d in reversed(begun) if d.invite.from_tag and d.invite.from_tag in tags), None)
            or begun[-1]
        )


def _is_same(dialog: Dialog, begun: Dialog, transaction: Transaction) -> bool:
    """Whether an INVITE with a known Call-ID belongs to the known call: sent again, forked, or forwarded over
    another hop.

    `begun` is the new call that it would be otherwise.
    """
    at_us, source = begun.started_us, begun.origin
    is_same_request = bool(begun.bottom) and begun.bottom == dialog.bottom
    if at_us - dialog.started_us > _RETRY_US:
        # A proxy that retries an unanswered call leaves the caller's own Via at the bottom.
        return (
            is_same_request
            and begun.vias > dialog.vias
            and not dialog.is_refused
            and dialog.answered_us is None
        )
    if transaction in dialog.transactions or transaction in dialog.hops or is_same_request:
        return True
    if dialog.answered_us is not None and dialog.bye_us is not None and at_us > dialog.bye_us:
        return False
    is_passed_on = source in dialog.targets
    is_hop = is_passed_on or (source != dialog.origin and at_us - dialog.started_us <= _HOP_US)
    if not is_hop and facts.are_others(begun.callers, dialog.callers):
        return False
    if source == dialog.origin and dialog.answered_us is not None and at_us > dialog.answered_us:
        return False
    is_new_tag = begun.invite.from_tag != dialog.invite.from_tag
    return is_passed_on or not (dialog.is_refused and at_us > (dialog.final_us or 0) and is_new_tag)


def _answer(dialog: Dialog, at_us: int, message: Message, *, is_of_origin: bool) -> None:
    """A response to an INVITE. On the origin's hop it decides. On another hop it only shows how far the call
    came."""
    if not is_of_origin:
        if 200 <= message.status < 300:
            dialog.answered_beyond_us = dialog.answered_beyond_us or at_us
    elif message.status < 200:
        if message.status > 100:
            dialog.ringing_us = dialog.ringing_us or at_us
    elif message.status < 300:
        dialog.answered_us = dialog.answered_us or at_us
    elif dialog.status != message.status or dialog.final_us is None:
        dialog.status, dialog.final_us = message.status, at_us
        dialog.cause = cause(message) or dialog.cause
