"""A request for a time stamp (RFC 3161). It holds the hash of a bundle and nothing else of it.

The answer of a time stamping authority, got elsewhere, proves that the bundle existed at that time.
"""

from __future__ import annotations

_VERSION_1 = bytes.fromhex("020101")
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
"""AlgorithmIdentifier of SHA-256, with its NULL."""
_WITH_CERTIFICATE = bytes.fromhex("0101ff")


def request(sha256: str) -> bytes:
    """A TimeStampReq in DER for a file's hash (64 hex digits): no policy, no nonce, certificate asked for.

    Without a nonce, the same bundle gives the same request.
    """
    imprint = _sequence(_SHA256 + bytes((0x04, 32)) + bytes.fromhex(sha256))
    return _sequence(_VERSION_1 + imprint + _WITH_CERTIFICATE)


def _sequence(content: bytes) -> bytes:
    if len(content) > 127:
        raise ValueError("a request is never so long")
    return bytes((0x30, len(content))) + content
