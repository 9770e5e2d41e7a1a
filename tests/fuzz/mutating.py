"""Bytes near those of a corpus: entries cut, joined, doubled, and sown with what has broken readers
before."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

CORPUS = Path(__file__).parent / "corpus"
TIMES = float(os.environ.get("AUDITOR_FUZZ", "1"))
"""How many times the usual number of examples are tried: AUDITOR_FUZZ=50 is for the night."""
TOKENS = [
    b"\n", b"\r", b"\r\n", b"\n\n", b'"', b'""', b'"\n', b'\n"', b",", b",,", b";", b"\t", b"#", b"\n#",
    b"\0", b"\0" * 70, b"\x1a",
    b"\x1d", b"\x1e", b"\xff", b"\xc3", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b" ", b"000",
    b"call_id,started_at,dialled\n", b"\\", b"{", b"}",
    b"[" * 40, b"INVITE ", b"sip:", b"\r\n\r\n", b"Content-Length: 99999\r\n", b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff", b"\x80\0\0\0",
    b"\0\0\0\0",
]  # fmt: skip


def entries(kind: str) -> list[Path]:
    """The stored entries of a kind; what once failed is among them."""
    return sorted((CORPUS / kind).iterdir())


def tries(examples: int) -> settings:
    """Settings for so many examples, times AUDITOR_FUZZ."""
    return settings(
        max_examples=max(1, int(examples * TIMES)),
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
        ],
    )


@st.composite
def near(draw: st.DrawFn, contents: list[bytes]) -> bytes:
    """One of `contents` after a few changes."""
    data = draw(st.sampled_from(contents))
    for _ in range(draw(st.integers(0, 6))):
        start, length = draw(st.integers(0, len(data))), draw(st.sampled_from([0, 1, 1, 2, 4, 8, 30, 200]))
        end = min(len(data), start + length)
        match draw(st.sampled_from(["sow", "flip", "drop", "double", "cut", "join", "any"])):
            case "sow":
                data = data[:start] + draw(st.sampled_from(TOKENS)) + data[end:]
            case "flip" if start < len(data):
                data = data[:start] + bytes([data[start] ^ 1 << draw(st.integers(0, 7))]) + data[start + 1 :]
            case "drop":
                data = data[:start] + data[end:]
            case "double":
                data = data[:end] + data[start:end] * draw(st.integers(1, 3)) + data[end:]
            case "cut":
                data = data[:start]
            case "join":
                data = data[:start] + draw(st.sampled_from(contents)) + data[end:]
            case "any":
                data = data[:start] + draw(st.binary(max_size=8)) + data[end:]
    return data
