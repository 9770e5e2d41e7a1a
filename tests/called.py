"""The command line in this process: what a command prints and ends with, without the half second that a
process takes to start.

Tests of what a process alone can show (signals, closed streams, the environment, memory) start one.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from unittest import mock

from auditor import cli


def _stream(text: str | bytes = "") -> io.TextIOWrapper:
    raw = text.encode() if isinstance(text, str) else text
    return io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", newline="\n")


def _printed(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode()


def call(*args: str | Path, given: str | bytes = "") -> subprocess.CompletedProcess[str]:
    """`auditor ARGS`, with `given` on its standard input. It goes in by `cli.main`, so that errors become
    sentences and codes."""
    words = ["auditor", *map(str, args)]
    code: object = None
    out, err = _stream(), _stream()
    with (
        mock.patch.multiple("sys", argv=words, stdin=_stream(given), stdout=out, stderr=err),
        mock.patch.object(cli, "_heed_signals"),
    ):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int), code
    return subprocess.CompletedProcess(words, code, _printed(out), _printed(err))
