"""Checks every request before a page gets it: who may ask, by which name, and what a browser may do with
the answer.

A page on this machine can be asked by every program and every web page on it. So a request needs the session
that one visitor got for the token, must name this server (a foreign name that leads here is refused), and
changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

MAX_BODY = 1 << 16
_ASKED_BY_POST = ("/find", "/sql")
"""Ends of the paths that take a form: a number or a query must not be in an address, which is kept."""
HEADERS: tuple[Header, ...] = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
        b" frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_LOCKED = "This page needs the link that the program printed when it started. A link works once."


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    text: str
    headers: tuple[Header, ...] = ()


class Guard:
    """An application behind its guard. `token` opens one session, once."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}".encode() for name in ("127.0.0.1", "localhost")}
        self._token: str | None = token
        self._cookie = f"auditor-{port}"
        self._session = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal:
            await _answer(refusal, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *HEADERS]}
            await send(message)

        await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> _Refusal | None:
        hosts = _all(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return _Refusal(403, "This server answers to its own address alone.")
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _Refusal(405, "Nothing can be changed here.", ((b"allow", b"GET, HEAD"),))
        try:
            given = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=50).get("token", [])
        except ValueError:
            return _Refusal(400, "No page here is asked for with so many fields.")
        if scope["path"] == "/" and scope["method"] == "GET" and given:
            return self._opened(given[0])
        if not self._has_session(scope):
            return _Refusal(403, _LOCKED)
        return self._form_refusal(scope, hosts[0]) if scope["method"] == "POST" else None

    def _opened(self, given: str) -> _Refusal:
        """A session in exchange for the token, which is then spent."""
        if self._token is None or not secrets.compare_digest(given.encode(), self._token.encode()):
            return _Refusal(403, _LOCKED)
        self._token = None
        cookie = f"{self._cookie}={self._session}; Path=/; HttpOnly; SameSite=Strict"
        return _Refusal(303, "", ((b"location", b"/"), (b"set-cookie", cookie.encode())))

    def _has_session(self, scope: Scope) -> bool:
        for value in _all(scope, b"cookie"):
            try:
                found = SimpleCookie(value.decode("latin-1")).get(self._cookie)
            except CookieError:
                continue
            if found and secrets.compare_digest(found.value.encode(), self._session.encode()):
                return True
        return False

    def _form_refusal(self, scope: Scope, host: bytes) -> _Refusal | None:
        """A form is taken from a page of this server alone, where it asks and changes nothing, and if it is
        small."""
        if not scope["path"].endswith(_ASKED_BY_POST):
            return _Refusal(405, "Nothing can be changed here.", ((b"allow", b"GET, HEAD"),))
        if _all(scope, b"origin") != [b"http://" + host] or _all(scope, b"sec-fetch-site") not in (
            [],
            [b"same-origin"],
        ):
            return _Refusal(403, "A form is taken from a page of this server alone.")
        if _all(scope, b"transfer-encoding"):
            # The body would end where its chunks end, whatever length it gives.
            return _Refusal(400, "A form gives its length, and comes in one piece.")
        length = _all(scope, b"content-length")
        if len(length) != 1 or not length[0].isdigit() or int(length[0]) > MAX_BODY:
            return _Refusal(413, f"A form holds at most {MAX_BODY >> 10} kB.")
        return None


def _all(scope: Scope, name: bytes) -> list[bytes]:
    headers: Iterable[Header] = scope["headers"]
    return [value for key, value in headers if key == name]


async def _answer(refusal: _Refusal, send: Send) -> None:
    body = refusal.text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": refusal.status,
            "headers": [*headers, *refusal.headers, *HEADERS],
        }
    )
    await send({"type": "http.response.body", "body": body})
