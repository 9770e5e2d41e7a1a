"""Rows of accounting -> calls, as they come: a call that nothing was heard of for hours is over."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from auditor.formats.rows import beside

COLUMNS = (
    *("call_id", "started_at", "answered_at", "released_at", "calling_number", "dialled", "dialled_other"),
    *("route", "sip_status", "from_tag", "sip_reason", "src_ip"),
)
_OPEN_S = 6 * 3600
"""So long after its last row a call is waited for: its BYE may come hours later."""
_MOST_OPEN = 200_000
_CALLER = ("src_user", "from_user", "fuser", "caller", "src_number", "from_uri")
_ASKED = ("dst_ouser", "ouser", "dialed", "dialled", "called", "to_user", "tuser", "ruri", "to_uri")
_SENT = ("dst_user", "ruri_user", "callee", "dst_number", "duser")
_ROUTE = ("dst_gwgroupid", "gateway", "carrier", "dst_domain", "dst_ip")
_NO_OUTCOME = (401, 407)


@dataclass(slots=True)
class _Call:
    call_id: str
    from_tag: str
    started: datetime
    last: datetime
    answered: datetime | None = None
    released: datetime | None = None
    code: int = 0
    reason: str = ""
    caller: str = ""
    asked: str = ""
    sent: str = ""
    route: str = ""
    source: str = ""
    unread: str = ""
    """A duration that is no number: it is refused in place of the release."""


class Calls:
    """The calls that are open, by Call-ID and tag of the caller, in the order of their first rows."""

    def __init__(self, audited: Collection[str] = ()) -> None:
        self._audited = audited
        self._open: dict[tuple[str, str], _Call] = {}
        self._now: datetime | None = None
        self._has_failure = self._has_number = self._is_begun = False
        self._unread: list[Sequence[str]] = []
        self.numbers: array[int] = array("q")
        """Numbers of the table's own counter."""

    @property
    def cannot_show(self) -> set[str]:
        """What no row of the file has: failures, or who was dialled."""
        if not self._is_begun:
            return set()
        missing = {"failures": self._has_failure, "dialled": self._has_number}
        return {what for what, is_there in missing.items() if not is_there}

    def add(self, row: Mapping[str, str]) -> None:
        """Take a row of values as `rows.given` gives them: of an INVITE its outcome, of a BYE the end. Other
        methods are no calls."""
        if (number := row.get("id", "")).isdigit() and len(number) < 18:
            self.numbers.append(int(number))
        method = row.get("method", "").upper()
        if method not in ("INVITE", "BYE"):
            return
        at = moment(row.get("time") or row.get("timestamp", ""))
        call_id = _given(row, ("callid",))
        code = row.get("sip_code", "")
        if at is None or not (code.isdigit() and len(code) == 3):
            # The number is what makes it an emergency: the record is rejected for its time.
            asked, *others = _dialled(row)
            other = beside(asked, others, self._audited)
            self._unread += [(call_id, "", "", "", _given(row, _CALLER), asked, other, "", code, "", "", "")]
            return
        self._now = at if self._now is None else max(self._now, at, key=_clock)
        if method == "BYE":
            self._end(call_id, row, at)
        else:
            self._invite(call_id, row, at, int(code))

    def _end(self, call_id: str, row: Mapping[str, str], at: datetime) -> None:
        for tag in (row.get("from_tag", ""), row.get("to_tag", "")):
            if (call := self._open.get((call_id, tag))) is not None:
                call.released, call.last = at, at
                return

    def _invite(self, call_id: str, row: Mapping[str, str], at: datetime, code: int) -> None:
        place = call_id, row.get("from_tag", "")
        self._is_begun = True
        call = self._open.get(place) or _Call(*place, _started(row, at), at)
        self._open[place] = call
        call.last = at
        if code >= 300 and code not in _NO_OUTCOME:
            self._has_failure = True
        asked, sent, *others = _dialled(row)
        self._has_number |= bool(asked)
        call.asked = call.asked or asked
        # Sent on to another number, it is still a call to the audited one that was tried first.
        call.sent = beside(call.asked, (sent, call.sent, asked, *others), self._audited)
        call.caller = call.caller or _given(row, _CALLER)
        call.route = _given(row, _ROUTE) or call.route
        call.source = call.source or row.get("src_ip", "")
        if call.answered is not None or code < 200:
            return
        call.code, call.reason = code, row.get("sip_reason", "")
        if code < 300:
            setup, talked = _seconds(row, "setuptime"), _seconds(row, "duration")
            is_dated = moment(row.get("created", "")) is not None and setup is not None
            call.answered = call.started + timedelta(seconds=setup or 0) if is_dated else at
            call.released = call.answered + timedelta(seconds=talked) if is_dated and talked else None
            call.unread = row.get("duration", "") if talked is None else ""
        else:
            call.released = at

    def over(self) -> Iterator[Sequence[str]]:
        """The calls that nothing more is waited for, and rows that could not be read."""
        yield from self._unread
        self._unread.clear()
        while self._open and self._now is not None:
            place, call = next(iter(self._open.items()))
            if len(self._open) <= _MOST_OPEN and _clock(self._now) - _clock(call.last) < _OPEN_S:
                return
            del self._open[place]
            yield _row(call)

    def rest(self) -> Iterator[Sequence[str]]:
        """All that is left when the file ends."""
        yield from self._unread
        yield from map(_row, self._open.values())
        self._open.clear()


def _row(call: _Call) -> Sequence[str]:
    is_answered = call.answered is not None
    return (
        call.call_id,
        _text(call.started),
        _text(call.answered),
        _text(call.released) or call.unread,
        call.caller,
        call.asked,
        call.sent,
        call.route,
        "" if is_answered or not call.code else str(call.code),
        call.from_tag,
        call.reason,
        call.source,
    )


def moment(text: str) -> datetime | None:
    """A time of a row: seconds of UTC, or a date and clock with or without an offset; None for none."""
    text = text.strip()
    try:
        if text.isdigit() and 9 <= len(text) <= 10:
            return datetime.fromtimestamp(int(text), UTC)
        return datetime.fromisoformat(text) if len(text) >= 19 else None
    except (ValueError, OverflowError, OSError):
        return None


def _clock(at: datetime) -> float:
    return at.timestamp() if at.tzinfo else at.replace(tzinfo=UTC).timestamp()


def _started(row: Mapping[str, str], at: datetime) -> datetime:
    """When the call was begun: as the row says, else before the answer by the time of set-up, else the
    first row's
    time."""
    created = moment(row.get("created", ""))
    if created is not None:
        return created
    return at - timedelta(seconds=_seconds(row, "setuptime") or 0)


def _dialled(row: Mapping[str, str]) -> list[str]:
    """The number as asked, as sent, and what other columns have."""
    asked, sent = _given(row, _ASKED), _given(row, _SENT)
    return [asked or sent, sent, *(row.get(name, "") for name in _ASKED + _SENT)]


def _given(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next((value for name in names if (value := row.get(name, ""))), "")


def _seconds(row: Mapping[str, str], name: str) -> int | None:
    text = row.get(name, "").partition(".")[0]
    return int(text) if text.isdigit() and len(text) < 8 else None


def _text(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(" ")
