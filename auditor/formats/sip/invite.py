"""Values of the first request of a call: the dialled numbers, the caller, the access."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

from auditor.formats.sip.message import Message, address, host, parameter, split, user

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
_SERVICE = re.compile(r"urn:service:[a-z0-9.-]+", re.I)
_IMS_HOST, _IMSI = re.compile(r"ims\.mnc\d+\.mcc\d+\."), re.compile(r"\d{14,15}")
_IMEI = re.compile(r"urn:gsma:imei:([\d-]+)", re.I)
_MARKS = re.compile(r"[\s().-]")
_SHARED_DIGITS = 8
"""Two spellings of one number have at least this many last digits in common."""


def identities(invite: Message) -> tuple[str, ...]:
    """The asserted identities of a request."""
    return tuple(part for text in invite.all("p-asserted-identity") for part in split(text))


def dialled(invite: Message) -> tuple[str, str]:
    """The number or URN of the request line, and that of To if it differs. A service URN goes first, wherever
    it is.

    Either may be the emergency number: a dial plan may replace it with a trunk's number, or remove a digit.
    """
    uris = invite.uri.strip("<>"), address(invite.first("to"))
    request, other = map(_called, uris)
    if is_service(other) and not is_service(request):
        request, other = other, request
    if not request:
        return other or user(uris[0]) or user(uris[1]), ""
    return request, other if other != request else ""


def is_service(text: str, kind: str = "") -> bool:
    """Whether a text is a service URN, of the given kind."""
    return text.lower().startswith(f"urn:service:{kind}")


def _called(uri: str) -> str:
    """The URN or number of a URI; "" if it has a name or nothing."""
    if uri.lower().startswith("urn:"):
        return uri.split(";")[0].strip()
    if service := _SERVICE.search(unquote(uri)):
        return service.group()
    number = _MARKS.sub("", user(uri))
    return number if _DIALLED.match(number) else ""


def callers(names: tuple[str, ...], invite: Message) -> frozenset[str]:
    """Every calling number of a request."""
    return frozenset(
        n
        for value in (*names, invite.first("from"))
        if _DIGITS.match(n := _MARKS.sub("", user(address(value))))
    )


def are_others(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether both sets of calling numbers are known and have no number in common, in any spelling."""
    if not some or not others or some & others:
        return False
    return not {_end(number) for number in some} & {_end(number) for number in others}


def _end(number: str) -> str:
    return number.lstrip("+").lstrip("0")[-_SHARED_DIGITS:]


def calling(names: tuple[str, ...], invite: Message) -> tuple[str, str]:
    """The calling number (asserted identity first, then From) and the IMSI, if the identity is made from one
    (TS 23.003 13.4B)."""
    imsi = ""
    for value in (*names, invite.first("from"), *invite.all("p-preferred-identity")):
        uri = address(value)
        number = _MARKS.sub("", user(uri))
        if _IMS_HOST.match(host(uri)) and _IMSI.fullmatch(number):
            imsi = imsi or number
        elif _DIGITS.match(number):
            return number, imsi
    return "", imsi


def imei(invite: Message) -> str:
    """The IMEI in the instance id of Contact."""
    found = _IMEI.search(" ".join(invite.all("contact")))
    return found.group(1).replace("-", "") if found else ""


def access(values: tuple[str, ...]) -> tuple[str, str]:
    """Access and cell of the first P-Access-Network-Info that names one."""
    kind_of_access = cell = ""
    for value in (part for text in values for part in split(text)):
        kind = value.split(";")[0].strip().lower()
        fitting = max((begin for begin in _ACCESS if kind.startswith(begin)), key=len, default="")
        kind_of_access = kind_of_access or _ACCESS.get(fitting, "")
        cell = cell or next(
            (
                c
                for n in ("utran-cell-id-3gpp", "cgi-3gpp", "nrcgi", "ci-3gpp2")
                if (c := parameter(value, n))
            ),
            "",
        )
    return kind_of_access, cell
