"""Keys and signatures in minisign's format, so that minisign verifies what this tool signs, and signs too.

Ed25519 over the BLAKE2b hash of the file (`ED`, as minisign itself writes), and a second signature over the
first and its trusted comment. A key file is minisign's own, without a password; it is for its owner only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import UsageError
from auditor.private import PRIVATE

_SIGNS, _HASHED, _CHECKSUM, _NO_PASSWORD = b"Ed", b"ED", b"B2", b"\0\0"
_KEY_BYTES = 158
"""Algorithms 6, salt 32, limits 16, key number 8, secret and public key 64, checksum 32."""
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key and its number, which a signature names."""

    number: bytes
    key: bytes

    @property
    def id(self) -> str:
        """The key's number as minisign prints it."""
        return f"{int.from_bytes(self.number, 'little'):X}"

    @property
    def text(self) -> str:
        """The line of text that is given to others."""
        return base64.b64encode(_SIGNS + self.number + self.key).decode()

    @property
    def file(self) -> bytes:
        """The public key file."""
        return f"untrusted comment: minisign public key {self.id}\n{self.text}\n".encode()


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A secret key. `seed` is never printed."""

    number: bytes
    seed: bytes

    def __repr__(self) -> str:
        return f"SecretKey({self.number.hex()})"

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return PublicKey(self.number, key)

    def sign(self, content: bytes, comment: str) -> bytes:
        """The signature file of `content`. The trusted comment is signed too, and holds no line end."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        signature = key.sign(hashlib.blake2b(content).digest())
        whole = key.sign(signature + comment.encode())
        first = base64.b64encode(_HASHED + self.number + signature).decode()
        return (
            f"untrusted comment: signature of an audit, key {self.public.id}\n{first}\n"
            f"trusted comment: {comment}\n{base64.b64encode(whole).decode()}\n"
        ).encode()


def make_key(path: Path) -> PublicKey:
    """Make a key, write it to `path`, for its owner only, and its public key to `path`.pub. UsageError where
    one of them exists."""
    key = SecretKey(secrets.token_bytes(8), secrets.token_bytes(32))
    public = key.public
    pair = key.seed + public.key
    body = _SIGNS + _NO_PASSWORD + _CHECKSUM + bytes(48) + key.number + pair + _checksum(key.number, pair)
    secret = f"untrusted comment: minisign secret key {public.id}\n{base64.b64encode(body).decode()}\n"
    _write_new(path, secret.encode(), PRIVATE)
    _write_new(path.with_name(f"{path.name}.pub"), public.file, 0o644)
    return public


def _checksum(number: bytes, pair: bytes) -> bytes:
    return hashlib.blake2b(_SIGNS + number + pair, digest_size=32).digest()


def _write_new(path: Path, content: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise UsageError(
            f"{path} exists, and a key is never written over another file", hint="name a new file"
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_secret_key(path: Path) -> SecretKey:
    """The key of a secret key file without a password. UsageError where it is none, or others may read it."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise UsageError(f"others may use the key {path} (mode {mode:o})", hint=f"chmod 600 {path}")
    body = _decoded(path.read_bytes()[:_MAX_BYTES], path)
    if len(body) != _KEY_BYTES or body[:2] != _SIGNS:
        raise UsageError(f"{path} is not a secret key of minisign", hint="`auditor key new FILE` makes one")
    if body[2:4] != _NO_PASSWORD:
        raise UsageError(
            f"the key {path} has a password, which this tool does not ask for",
            hint="sign with a key without one: `auditor key new FILE`, or `minisign -G -W`",
        )
    number, pair, checksum = body[54:62], body[62:126], body[126:]
    if checksum not in (_checksum(number, pair), bytes(32)):
        raise UsageError(f"the key {path} is damaged", hint="bring back a copy of it")
    return SecretKey(number, pair[:32])


def read_public_key(content: bytes, where: Path | str) -> PublicKey:
    """The key of a public key file, or of its line alone. UsageError where it is none."""
    body = _decoded(content[:_MAX_BYTES], where)
    if len(body) != 42 or body[:2] != _SIGNS:
        raise UsageError(f"{where} is not a public key of minisign", hint="it is the file that ends in .pub")
    return PublicKey(body[2:10], body[10:])


def _decoded(content: bytes, where: Path | str) -> bytes:
    """The first line that is no comment, out of base64."""
    lines = content.decode("utf-8", "replace").splitlines()
    text = next((line for line in lines if line and not line.startswith("untrusted comment:")), "")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise UsageError(f"{where} is not a key of minisign: {error}") from error


def fault_of(content: bytes, signature: bytes, key: PublicKey) -> str:
    """Why `signature` is not that of `content` by `key`; empty where it is."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    lines = signature.decode("utf-8", "replace").split("\n")
    if len(lines) < 4 or not lines[2].startswith("trusted comment: "):
        return "it is not a signature of minisign"
    try:
        body, whole = base64.b64decode(lines[1], validate=True), base64.b64decode(lines[3], validate=True)
    except (binascii.Error, ValueError):
        return "it is not a signature of minisign"
    if len(body) != 74 or body[:2] not in (_SIGNS, _HASHED):
        return "it is not a signature of minisign"
    if body[2:10] != key.number:
        return f"it was made with another key, {PublicKey(body[2:10], b'').id}"
    signed = hashlib.blake2b(content).digest() if body[:2] == _HASHED else content
    public = Ed25519PublicKey.from_public_bytes(key.key)
    try:
        public.verify(body[10:], signed)
    except InvalidSignature:
        return "it is not the signature of this bundle"
    try:
        public.verify(whole, body[10:] + lines[2].removeprefix("trusted comment: ").encode())
    except InvalidSignature:
        return "its trusted comment was changed"
    return ""
