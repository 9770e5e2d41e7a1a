"""INVITE dialogs: what the originating side of one call saw, put together from every hop and every repeat that a capture holds.

One Call-ID is one record, whatever hops, branches, retransmissions and From tags carry it: an element that passes a call on may change all
but the Call-ID. A new record begins under an old Call-ID only when its origin tries again after a final answer.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from auditor.formats.sip import Message, Transaction, address, host, parameter, split, user

_RETRY_US = 120 * 1_000_000
"""Under one Call-ID, tries this far apart are two attempts."""
_MAX_EARLY = 4096
_AUTHENTICATE = frozenset({401, 407})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\+?\d{2,20}$")
_DIALLED = re.compile(r"[+*#\d]+$")
_ACCESS: Mapping[str, str] = MappingProxyType(
    {
        beginning: access
        for access, beginnings in {
            "2g": "3gpp-geran 3gpp2-1x",
            "3g": "3gpp-utran 3gpp-cdma 3gpp2",
            "4g": "3gpp-e-utran",
            "5g": "3gpp-nr",
            "wifi": "ieee-802.11 3gpp-wlan untrusted-non-3gpp trusted-non-3gpp",
            "fixed": "ieee-802.3 adsl vdsl sdsl hdsl rdsl idsl xdsl docsis gpon xgpon gstn ethernet",
            "satellite": "3gpp-nr-sat 3gpp-nr-leo 3gpp-nr-meo 3gpp-nr-geo 3gpp-nr-othersat dvb-rcs2",
        }.items()
        for beginning in beginnings.split()
    }
)
"""Beginnings of access types in P-Access-Network-Info (TS 24.229); the longest that fits decides."""


@dataclass(slots=True)
class Dialog:
    """One call as it grows. Times are microseconds since 1970 UTC; None: not seen."""

    invite: Message
    started_us: int
    origin: str
    element: str
    transactions: set[Transaction]
    last_target: str
    vias: int
    """Length of the Via stack where the call began."""
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

    def row(self) -> dict[str, str]:
        """The call as canonical attempts text; what capture alone knows stands behind. What no capture knows is left out."""
        dialled, other = _dialled(self.invite)
        calling, imsi = _calling(self.identities, self.invite)
        access, cell = _access(self.invite.all("p-access-network-info"))
        status = 200 if self.answered_us is not None else self.status
        return {
            "call_id": self.invite.call_id,
            "element": self.element,
            "started_at": _iso(self.started_us),
            "answered_at": _iso(self.answered_us),
            "released_at": _iso(self._released_us()),
            "calling_number": calling,
            "imsi": imsi,
            "imei": _imei(self.invite),
            "dialled": dialled,
            "access": access,
            "cell_id": cell,
            "route": self.last_target if self.last_target != self.element else "",
            "release_cause": self.cause,
            "sip_status": str(status or ""),
            "is_test": "true" if dialled.lower().startswith("urn:service:test.sos") else "",
            "ringing_at": _iso(self.ringing_us),
            "answered_beyond_at": _iso(self.answered_beyond_us if self.answered_us is None else None),
            "dialled_other": other,
            "invites": str(self.invites),
        }

    def _released_us(self) -> int | None:
        if self.answered_us is not None:
            return self.bye_us
        known = [t for t in (self.cancelled_us, self.final_us, self.bye_us) if t is not None]
        return min(known, default=None)


@dataclass(slots=True)
class Dialogs:
    """The dialogs of a capture by Call-ID. `reinvites` counts INVITEs inside a dialog, `mid_dialog` those of calls begun before it."""

    reinvites: int = 0
    mid_dialog: int = 0
    _by_call: dict[str, list[Dialog]] = field(default_factory=dict)
    _early: OrderedDict[str, list[tuple[int, str, str, Message]]] = field(default_factory=OrderedDict)
    """What came before its INVITE: one direction of a connection may be put in order later than the other."""

    def add(self, at_us: int, source: str, target: str, message: Message) -> None:
        """Take in one message that `source` sent to `target`."""
        method = message.method or message.cseq[1]
        transaction = message.transaction
        name = message.call_id or f"no Call-ID {message.from_tag} {transaction[0]}"
        if message.method == "INVITE":
            self._invite(name, transaction, at_us, source, target, message)
            return
        dialog = self._dialog(name, transaction)
        if dialog is None:
            self._early.setdefault(name, []).append((at_us, source, target, message))
            if len(self._early) > _MAX_EARLY:
                self._early.popitem(last=False)
            return
        if message.status and method == "INVITE":
            is_of_origin = transaction in dialog.transactions or (not message.first("via") and target == dialog.origin)
            _answer(dialog, at_us, message, is_of_origin=is_of_origin)
        elif message.method == "CANCEL" and transaction in dialog.transactions:
            dialog.cancelled_us = dialog.cancelled_us or at_us
            dialog.cause = dialog.cause or _cause(message)
        elif message.method == "BYE":
            dialog.bye_us = dialog.bye_us or at_us
            dialog.cause = dialog.cause or _cause(message)

    def rows(self) -> Iterator[dict[str, str]]:
        """One row a dialog, by start."""
        dialogs = [d for several in self._by_call.values() for d in several]
        for dialog in sorted(dialogs, key=lambda d: d.started_us):
            yield dialog.row()

    def __len__(self) -> int:
        return sum(map(len, self._by_call.values()))

    def _invite(self, name: str, transaction: Transaction, at_us: int, source: str, target: str, message: Message) -> None:
        known = self._by_call.get(name)
        if message.to_tag:
            self.reinvites += bool(known)
            self.mid_dialog += not known
            return
        identities = tuple(part for text in message.all("p-asserted-identity") for part in split(text))
        if known is None or _is_retry(known[-1], transaction, at_us, source, message):
            begun = Dialog(message, at_us, source, target, {transaction}, target, transaction[1], identities=identities)
            self._by_call.setdefault(name, []).append(begun)
            for early in self._early.pop(name, ()):
                self.add(*early)
            return
        dialog = known[-1]
        dialog.invites += 1
        dialog.last_target = target
        dialog.identities = dialog.identities or identities
        is_of_origin = source == dialog.origin and message.from_tag == dialog.invite.from_tag
        if is_of_origin and transaction[1] == dialog.vias and transaction not in dialog.transactions:
            dialog.transactions.add(transaction)
            dialog.status, dialog.final_us, dialog.cause = 0, None, ""

    def _dialog(self, name: str, transaction: Transaction) -> Dialog | None:
        several = self._by_call.get(name)
        if several is None:
            return None
        return next((d for d in reversed(several) if transaction in d.transactions), several[-1])


def _is_retry(dialog: Dialog, transaction: Transaction, at_us: int, source: str, message: Message) -> bool:
    """Whether an INVITE under a known Call-ID is its origin's next try, after the last one was refused for good."""
    is_over = dialog.answered_us is None and dialog.final_us is not None and dialog.status not in _AUTHENTICATE
    if not is_over or source != dialog.origin or transaction in dialog.transactions:
        return False
    return message.from_tag != dialog.invite.from_tag or at_us - dialog.started_us > _RETRY_US


def _answer(dialog: Dialog, at_us: int, message: Message, *, is_of_origin: bool) -> None:
    """A response to an INVITE: on the origin's hop it decides, on another it only shows how far the call came."""
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
        dialog.cause = _cause(message) or dialog.cause


def _cause(message: Message) -> str:
    """The Q.850 cause of a Reason header."""
    for value in split(",".join(message.all("reason"))):
        if value.split(";")[0].strip().upper() == "Q.850":
            cause = parameter(value, "cause")
            return cause if cause.isascii() and cause.isdigit() and len(cause) <= 3 else ""
    return ""


def _dialled(invite: Message) -> tuple[str, str]:
    """What was dialled, and the other reading where request line and To differ.

    A service URN goes first. Of two numbers the shorter is taken: translated to a trunk's number in one place, an emergency number still
    stands in the other, and it is the shorter.
    """
    uris = [invite.uri.strip("<>"), address(invite.first("to"))]
    urns = [uri.split(";")[0] for uri in uris if uri.lower().startswith("urn:service:")]
    if urns:
        return urns[0], ""
    users = [user(uri) for uri in uris]
    numbers = [re.sub(r"[\s().-]", "", u) for u in users if _DIALLED.match(re.sub(r"[\s().-]", "", u))]
    if not numbers:
        return users[0] or users[1], ""
    chosen = min(numbers, key=len)
    return chosen, next((n for n in numbers if n != chosen), "")


def _calling(identities: tuple[str, ...], invite: Message) -> tuple[str, str]:
    """The calling number (asserted identity first, then From) and the IMSI, where the identity is made of one (TS 23.003 13.4B)."""
    imsi = ""
    for value in (*identities, invite.first("from"), *invite.all("p-preferred-identity")):
        uri = address(value)
        number = re.sub(r"[\s().-]", "", user(uri))
        if re.match(r"ims\.mnc\d+\.mcc\d+\.", host(uri)) and re.fullmatch(r"\d{14,15}", number):
            imsi = imsi or number
        elif _DIGITS.match(number):
            return number, imsi
    return "", imsi


def _imei(invite: Message) -> str:
    found = re.search(r"urn:gsma:imei:([\d-]+)", " ".join(invite.all("contact")), re.I)
    return found.group(1).replace("-", "") if found else ""


def _access(values: tuple[str, ...]) -> tuple[str, str]:
    """Access and cell of the first P-Access-Network-Info that names one."""
    access = cell = ""
    for value in (part for text in values for part in split(text)):
        kind = value.split(";")[0].strip().lower()
        fitting = max((begin for begin in _ACCESS if kind.startswith(begin)), key=len, default="")
        access = access or _ACCESS.get(fitting, "")
        cell = cell or next((c for n in ("utran-cell-id-3gpp", "cgi-3gpp", "nrcgi", "ci-3gpp2") if (c := parameter(value, n))), "")
    return access, cell


def _iso(at_us: int | None) -> str:
    """ISO 8601 with microseconds, UTC; "" for no time and for one no calendar holds."""
    if at_us is None:
        return ""
    try:
        return (_EPOCH + timedelta(microseconds=at_us)).isoformat(timespec="microseconds")
    except OverflowError:
        return ""
