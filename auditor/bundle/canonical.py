"""The one written form of a document of a bundle: the same values give the same bytes, on any machine."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import IO, Any

from auditor.errors import EvidenceError

_BLOCK = 1 << 20


def written(value: object, *, indent: int | None = 1) -> bytes:
    """JSON in ASCII, keys in order, a line feed at the end."""
    text = json.dumps(value, indent=indent, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return f"{text}\n".encode("ascii")


def read(content: bytes, name: str) -> dict[str, Any]:
    """The object that a JSON document holds. EvidenceError where it holds none."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"{name} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise EvidenceError(f"{name} holds no JSON object")
    return value


def sha256_of(stream: IO[bytes]) -> str:
    """Hex digits of the SHA-256 of the rest of a stream."""
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def sha256_of_file(path: Path) -> str:
    """Hex digits of the SHA-256 of a file."""
    with path.open("rb") as file:
        return sha256_of(file)
