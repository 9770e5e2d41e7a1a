"""SIP messages (RFC 3261): the start line and the headers, also if they are folded, compact, cut or wrong.
Bodies are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_START = re.compile(
    rb"[\r\n]*(?:SIP/2\.0 [1-6]\d\d[ \r\n]|[A-Z]{3,16} [^\s\x00-\x1f]{1,4096} SIP/2\.0 *[\r\n])"
)
_HALF_START = re.compile(
    rb"[\r\n]*(?:SIP(?:/[\d.]{0,3}(?: \d{0,3})?)?"
    rb"|[A-Z]{1,16}(?: [^\s\x00-\x1f]{0,4096}(?: [SIP/2.0]{0,7} *)?)?)\Z"
)
_REQUEST = re.compile(r"([A-Z]{3,16}) (\S+) SIP/2\.0\s*$")
_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?:\s|$)")
_LINE_END = re.compile(r"\r\n|\n|\r")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CSEQ = re.compile(r"\s*(\d{1,10})\s+([A-Za-z]+)")
_PARAMETER = re.compile(r';\s*([^=;,\s">]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^;,\s>]*))?')
_COMPACT = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "e": "content-encoding", "f": "from",
    "i": "call-id", "k": "supported",
    "l": "content-length", "m": "contact", "o": "event", "r": "refer-to", "s": "subject", "t": "to",
    "u": "allow-events", "v": "via",
}  # fmt: skip
_LENGTH = re.compile(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$")
_DISPLAYED = re.compile(r'^\s*"(?:[^"\\]|\\.)*"')
_BRACKETED = re.compile(r"<([^<>]*)>?")
_USER_END, _HOST_END = re.compile("[;:]"), re.compile("[;:?>]")
_NUMBER = re.compile(r"[+*#]?[\d*#]+")
MAX_HEAD_BYTES = 1 << 16

Transaction = tuple[str, int, int]
"""What connects a response with its request on one hop: branch (or sender) of the topmost Via, length of the
Via stack, CSeq number."""


@dataclass(frozen=True, slots=True)
class Message:
    """One request (`method`, `uri`) or response (`status`; its method is "" and its uri ""). Header names are
    lower case, never compact."""

    method: str
    uri: str
    status: int
    headers: tuple[tuple[str, str], ...]

    def first(self, name: str) -> str:
        """The first value of a header, "" where there is none."""
        for known, value in self.headers:
            if known == name:
                return value
        return ""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order; a header with several values and commas gives one text."""
        return tuple(value for n, value in self.headers if n == name)

    @property
    def call_id(self) -> str:
        """Call-ID, "" where there is none."""
        return self.first("call-id").strip()

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of CSeq; (-1, "") where it cannot be read."""
        found = _CSEQ.match(self.first("cseq"))
        return (int(found.group(1)), found.group(2).upper()) if found else (-1, "")

    @property
    def from_tag(self) -> str:
        """The tag of From."""
        return parameter(self.first("from"), "tag")

    @property
    def to_tag(self) -> str:
        """The tag of To, which only a dialog that exists has."""
        return parameter(self.first("to"), "tag")

    @property
    def transaction(self) -> Transaction:
        """The transaction it belongs to, on the hop where it was seen."""
        vias = split(",".join(self.all("via")))
        top = vias[0] if vias else ""
        sender = top.split(";")[0].split()[-1:] or [""]
        return parameter(top, "branch") or sender[0].lower(), len(vias), self.cseq[0]


def starts_like_sip(data: bytes) -> bool:
    """Whether `data` begins with a SIP request or status line."""
    return _START.match(data) is not None


def find_start(data: bytes, after: int) -> int:
    """The position of the next start line at the beginning of a line, from `after` on; -1 if there is
    none."""
    for found in re.finditer(rb"(?<=\n)(?=[A-Z])", data[after:]):
        if _START.match(data, after + found.start()):
            return after + found.start()
    return -1


def may_start_like_sip(data: bytes) -> bool:
    """Whether `data` may be a part of a start line, of which the rest is still to come."""
    return _HALF_START.match(data) is not None


def head_length(data: bytes) -> int:
    """The length of start line and headers with the blank line; -1 if they do not end in `data`."""
    begin = len(data) - len(data.lstrip(b"\r\n"))
    found = _HEAD_END.search(data, begin)
    return found.end() if found else -1


def content_length(head: bytes) -> int:
    """The value of Content-Length, in bytes; 0 if it is missing or unreadable."""
    found = _LENGTH.search(head)
    return int(found.group(1)) if found else 0


def parse(data: bytes) -> Message | None:
    """The message that `data` starts with; None if its first line is not SIP. The incomplete last line of cut
    headers is left out."""
    data = data.lstrip(b"\r\n")
    end = head_length(data)
    head = data[: end if end >= 0 else MAX_HEAD_BYTES].decode("utf-8", errors="replace")
    lines = _LINE_END.split(head)
    if end < 0:
        lines.pop()
    if not lines:
        return None
    request, status = _REQUEST.match(lines[0]), _STATUS.match(lines[0])
    if not request and not status:
        return None
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = headers[-1][0], f"{headers[-1][1]} {line.strip()}"
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            headers.append((_COMPACT.get(name, name), value.strip()))
    if request:
        return Message(request.group(1), request.group(2), 0, tuple(headers))
    return Message("", "", int(status.group(1)) if status else 0, tuple(headers))


def split(value: str) -> list[str]:
    """The values of a header that are separated by commas, those inside quotes and angle brackets left
    whole."""
    if '"' not in value and "<" not in value:
        return [part for text in value.split(",") if (part := text.strip())]
    parts, start, is_quoted, depth = [], 0, False, 0
    for place, char in enumerate(value):
        if char == '"' and value[place - 1 : place] != "\\":
            is_quoted = not is_quoted
        elif not is_quoted and char in "<>":
            depth = max(0, depth + (1 if char == "<" else -1))
        elif char == "," and not is_quoted and not depth:
            parts.append(value[start:place].strip())
            start = place + 1
    parts.append(value[start:].strip())
    return [part for part in parts if part]


def address(value: str) -> str:
    """The URI of an address header, without display name, brackets and header parameters."""
    text = _DISPLAYED.sub("", value)
    found = _BRACKETED.search(text)
    return found.group(1).strip() if found else text.split(";")[0].strip()


def parameter(value: str, name: str) -> str:
    """A header parameter of an address (behind its brackets, if it has any), without quotes; "" where there
    is none."""
    text = value.rsplit(">", 1)[-1] if "<" in value else value
    for found in _PARAMETER.finditer(
        text if text.startswith(";") else ";" + text.split(";", 1)[-1] if ";" in text else ""
    ):
        if found.group(1).lower() == name:
            return (found.group(2) or "").strip('"')
    return ""


def cause(message: Message) -> str:
    """The Q.850 cause of a Reason header."""
    for value in split(",".join(message.all("reason"))):
        if value.split(";")[0].strip().upper() == "Q.850":
            cause = parameter(value, "cause")
            return cause if cause.isascii() and cause.isdigit() and len(cause) <= 3 else ""
    return ""


def user(uri: str) -> str:
    """The user part of a sip:, sips: or tel: URI without its parameters and percent signs; "" where it has
    none."""
    scheme, _, rest = uri.partition(":")
    if scheme.lower() == "tel":
        return unquote(rest.split(";")[0]).strip()
    if scheme.lower() not in ("sip", "sips"):
        return ""
    if "@" not in rest:
        # Without a host, a number is in its place.
        alone = unquote(_HOST_END.split(rest)[0]).strip()
        return alone if _NUMBER.fullmatch(alone) else ""
    return unquote(_USER_END.split(rest.rsplit("@", 1)[0])[0]).strip()


def host(uri: str) -> str:
    """The host of a sip: or sips: URI, lower case."""
    return _HOST_END.split(uri.partition(":")[2].rsplit("@", 1)[-1])[0].strip().lower()
