"""What the octets of a field mean: times, digits, addresses, texts."""

from __future__ import annotations

import ipaddress
import re

from auditor.formats.charging.ber import elements

_TIME_OCTETS = 9
_DIGITS = "0123456789*#abc"
_INTERNATIONAL = 1


def time_of(octets: bytes, fraction_ms: int | None = None) -> str:
    """A TimeStamp (TS 32.298: YYMMDDhhmmss, sign, hhmm, as digits in half octets) with its offset; octets
    that are none as they are, in hex."""
    digits, sign, offset = octets[:6].hex(), octets[6:7], octets[7:].hex()
    if len(octets) != _TIME_OCTETS or not (digits + offset).isdigit() or sign not in (b"+", b"-"):
        return octets.hex()
    ms = f".{fraction_ms:03}" if fraction_ms is not None and 0 <= fraction_ms <= 999 else ""
    date = f"20{digits[:2]}-{digits[2:4]}-{digits[4:6]}"
    clock = f"{digits[6:8]}:{digits[8:10]}:{digits[10:12]}"
    return f"{date}T{clock}{ms}{sign.decode()}{offset[:2]}:{offset[2:]}"


def digits_of(octets: bytes) -> str:
    """Digits in half octets, the lower first (TBCD); a filler ends them."""
    found: list[str] = []
    for octet in octets:
        for half in (octet & 0x0F, octet >> 4):
            if half == 0x0F:
                return "".join(found)
            found.append(_DIGITS[half])
    return "".join(found)


def number_of(octets: bytes) -> str:
    """A number behind the octet that says its type: `+` where that is international."""
    if not octets:
        return ""
    is_international = octets[0] >> 4 & 0x07 == _INTERNATIONAL
    digits = digits_of(octets[1:])
    return f"+{digits}" if is_international and digits else digits


def text_of(octets: bytes) -> str:
    """Text, without what does not print."""
    return "".join(c for c in octets.decode("utf-8", "replace") if c.isprintable()).strip()


def text_or_hex(octets: bytes) -> str:
    """Text, or hex where it is none: an identifier."""
    text = text_of(octets)
    is_text = bool(text) and len(text.encode()) == len(octets) and text.isascii()
    return text if is_text else octets.hex()


def integer_of(octets: bytes) -> int | None:
    """A whole number; None where it is longer than any that is meant."""
    return int.from_bytes(octets, "big", signed=True) if 0 < len(octets) <= 8 else None


def node_of(data: bytes, start: int, stop: int) -> str:
    """A NodeAddress: a name, or an address, in octets or as text."""
    (tag, at, end), *_ = elements(data, start, stop) or [(-1, start, stop)]
    if tag == 0:
        (tag, at, end), *_ = elements(data, at, end) or [(-1, at, end)]
        if tag in (0, 1):
            return address_of(data[at:end])
    return text_of(data[at:end])


def address_of(octets: bytes) -> str:
    """An IP address, IPv4 also where it is written as IPv6."""
    try:
        address = ipaddress.ip_address(octets)
    except ValueError:
        return octets.hex()
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def cell_of(area: bytes, cell: bytes, network: bytes) -> str:
    """A cell as P-Access-Network-Info writes it (TS 24.229): country and network code, area and cell in
    hex."""
    if not area and not cell:
        return ""
    plmn = ""
    if len(network) == 3:
        halves = network.hex()
        plmn = halves[1] + halves[0] + halves[3] + halves[5] + halves[4] + halves[2].replace("f", "")
    return f"{plmn}{area.hex()}{cell.hex()}"


_CAUSE = re.compile(r"(?i)\bQ\.?850\b[^,]*?\bcause\s*=\s*(\d{1,3})")
_STATUS = re.compile(r"(?i)\bSIP\b[^,]*?\bcause\s*=\s*([1-6]\d\d)")


def reasons_of(texts: list[str]) -> tuple[str, str]:
    """Q.850 cause and SIP status in Reason headers (RFC 3326), "" where there is none."""
    joined = ", ".join(texts)
    cause, status = _CAUSE.search(joined), _STATUS.search(joined)
    return cause.group(1) if cause else "", status.group(1) if status else ""
