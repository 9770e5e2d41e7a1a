"""Signed messages (JWS, RFC 7515) in JSON: the payload is read whatever becomes of the signature, which is
checked where the message carries the key."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

GOOD, WRONG, ABSENT, UNCHECKED = "good", "wrong", "absent", "unchecked"
"""What a signature is found to be. `absent`: the algorithm is none, or there is no signature; `unchecked`:
no key is given, or one of an unknown kind."""
_HASHES = {"256": "SHA256", "384": "SHA384", "512": "SHA512"}


def is_signed(value: Mapping[str, Any]) -> bool:
    """Whether an object is a message with a payload, in the flattened or the general form."""
    parts = ("signature", "signatures", "protected", "header")
    return isinstance(value.get("payload"), str) and any(part in value for part in parts)


def payload(value: Mapping[str, Any]) -> Any:
    """What a message holds; None where that is no JSON."""
    try:
        return json.loads(decoded(value["payload"]))
    except (ValueError, RecursionError):
        return None


def decoded(text: str | bytes, *, is_part: bool = False) -> bytes:
    """The bytes of base64url without padding; b"" where it is none. `is_part`: the text goes on."""
    raw = text.encode("ascii", "replace") if isinstance(text, str) else text
    raw = raw[: len(raw) // 4 * 4] if is_part else raw.rstrip(b"=") + b"=" * (-len(raw.rstrip(b"=")) % 4)
    try:
        return base64.b64decode(raw, altchars=b"-_", validate=True)
    except ValueError:
        return b""


def signature_of(value: Mapping[str, Any]) -> str:
    """The worst of the signatures of a message: one of the four words."""
    several = value.get("signatures")
    each = [s for s in several if isinstance(s, dict)] if isinstance(several, list) else [value]
    found = [_checked(str(value["payload"]), signed) for signed in each] or [ABSENT]
    return next(word for word in (WRONG, ABSENT, UNCHECKED, GOOD) if word in found)


def _checked(content: str, signed: Mapping[str, Any]) -> str:
    protected, signature = signed.get("protected"), signed.get("signature")
    protected = protected if isinstance(protected, str) else ""
    header = {**_object(signed.get("header")), **_object(_json(decoded(protected)))}
    algorithm = str(header.get("alg", "")).lower()
    if algorithm in ("", "none") or not signature:
        # A message that claims no algorithm and still carries a signature contradicts itself.
        return WRONG if algorithm == "none" and signature else ABSENT
    chain = header.get("x5c")
    if not (isinstance(chain, list) and chain and isinstance(chain[0], str)):
        return UNCHECKED
    key = _key(chain[0])
    if key is None:
        return WRONG
    return _verified(key, algorithm, decoded(str(signature)), f"{protected}.{content}".encode())


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@lru_cache(maxsize=256)
def _key(certificate: str) -> Any:
    """The public key of a certificate (DER in base64); None where it is none."""
    # Loaded here, because most logs are not signed.
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return x509.load_der_x509_certificate(base64.b64decode(certificate)).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _verified(key: Any, algorithm: str, signature: bytes, signed: bytes) -> str:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils

    digest = getattr(hashes, _HASHES.get(algorithm[2:], "SHA256"))()
    try:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, signed)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            pair = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(utils.encode_dss_signature(*pair), signed, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey):
            scheme = (
                padding.PSS(padding.MGF1(digest), padding.PSS.DIGEST_LENGTH)
                if algorithm.startswith("ps")
                else padding.PKCS1v15()
            )
            key.verify(signature, signed, scheme, digest)
        else:
            return UNCHECKED
    except (InvalidSignature, ValueError):
        return WRONG
    return GOOD
