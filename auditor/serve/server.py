"""Listens on this machine alone, until it is stopped."""

from __future__ import annotations

import secrets
import socket
import threading
from contextlib import suppress

import uvicorn

from auditor.errors import UsageError
from auditor.serve.cases import Cases
from auditor.serve.guard import Guard
from auditor.serve.site import site

HOST = "127.0.0.1"


class Server:
    """A page over `cases`. Its `address` holds the token, which opens one session."""

    def __init__(self, cases: Cases, port: int = 0, refresh_s: int = 0) -> None:
        """UsageError where the port cannot be had; 0: any free one."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self._socket.bind((HOST, port))
            self._socket.listen()
        except OSError as error:
            self._socket.close()
            hint = "name another --port, or leave it out"
            raise UsageError(f"port {port} cannot be used: {error.strerror}", hint=hint) from error
        self.port: int = self._socket.getsockname()[1]
        token = secrets.token_urlsafe(24)
        self.address = f"http://{HOST}:{self.port}/?token={token}"
        config = uvicorn.Config(
            Guard(site(cases, refresh_s), self.port, token),
            # No line for a request: addresses and numbers belong in no log.
            access_log=False,
            log_level="error",
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            limit_concurrency=32,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=1 << 15,
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Answer until a signal ends it, or `stop`."""
        with suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])
        self._socket.close()

    def start(self) -> threading.Thread:
        """Answer in a thread of its own."""
        thread = threading.Thread(target=self.run, name="page", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End at the next moment."""
        self._server.should_exit = True
