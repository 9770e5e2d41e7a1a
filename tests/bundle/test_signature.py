"""Keys and signatures: what minisign makes this tool reads, and the other way round."""

from __future__ import annotations

import base64
import hashlib
import shutil
import stat
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from auditor.bundle import bag
from auditor.bundle.container import Container
from auditor.bundle.documents import signed
from auditor.bundle.line import HOLDS, Line
from auditor.bundle.seal import PUBLIC_KEY
from auditor.bundle.signature import fault_of, make_key, read_public_key, read_secret_key
from auditor.errors import UsageError
from tests.called import call

MINISIGN = shutil.which("minisign")


def _verified_by_hand(content: bytes, signature: bytes, public: bytes) -> str:
    """The trusted comment, after both signatures were verified as minisign's documentation describes them."""
    _, first, comment, second = signature.decode().split("\n")[:4]
    algorithm, number, own = (raw := base64.b64decode(first))[:2], raw[2:10], raw[10:]
    key = base64.b64decode(public.decode().split("\n")[1])
    assert (algorithm, key[:2], number, len(own), len(key)) == (b"ED", b"Ed", key[2:10], 64, 42)
    verifier = Ed25519PublicKey.from_public_bytes(key[10:])
    verifier.verify(own, hashlib.blake2b(content, digest_size=64).digest())
    said = comment.removeprefix("trusted comment: ")
    verifier.verify(base64.b64decode(second), own + said.encode())
    return said


def test_a_signature_is_in_the_format_of_minisign(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    key = read_secret_key(tmp_path / "key")
    signature = key.sign(b"manifest", "audit 1")
    assert _verified_by_hand(b"manifest", signature, (tmp_path / "key.pub").read_bytes()) == "audit 1"
    assert key.sign(b"manifest", "audit 1") == signature, "the same content gives the same signature"
    assert fault_of(b"manifest", signature, key.public) == ""
    assert "not the signature of this" in fault_of(b"manifesto", signature, key.public)


@pytest.mark.skipif(not MINISIGN, reason="minisign is not installed")
def test_minisign_verifies_what_this_tool_signs(tmp_path: Path) -> None:
    assert MINISIGN
    make_key(tmp_path / "key")
    (tmp_path / "m").write_bytes(b"manifest")
    (tmp_path / "m.minisig").write_bytes(read_secret_key(tmp_path / "key").sign(b"manifest", "audit 1"))
    command = [MINISIGN, "-Vm", "m", "-p", "key.pub"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Trusted comment: audit 1" in done.stdout
    (tmp_path / "m").write_bytes(b"manifesto")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.skipif(not MINISIGN, reason="minisign is not installed")
def test_minisign_signs_with_a_key_of_this_tool_and_this_tool_verifies_it(tmp_path: Path) -> None:
    assert MINISIGN
    public = make_key(tmp_path / "key")
    (tmp_path / "m").write_bytes(b"manifest")
    subprocess.run([MINISIGN, "-Sm", "m", "-s", "key"], cwd=tmp_path, capture_output=True, check=True)
    assert fault_of(b"manifest", (tmp_path / "m.minisig").read_bytes(), public) == ""


@pytest.mark.skipif(not MINISIGN, reason="minisign is not installed")
def test_a_key_of_minisign_without_a_password_signs(tmp_path: Path) -> None:
    assert MINISIGN
    subprocess.run(
        [MINISIGN, "-G", "-W", "-p", "their.pub", "-s", "their.key"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    (tmp_path / "their.key").chmod(0o600)
    key = read_secret_key(tmp_path / "their.key")
    assert key.public.file == (tmp_path / "their.pub").read_bytes()
    assert (
        fault_of(b"m", key.sign(b"m", "c"), read_public_key((tmp_path / "their.pub").read_bytes(), "")) == ""
    )


def test_a_key_is_for_its_owner_only_and_never_written_over_a_file(tmp_path: Path) -> None:
    done = call("key", "new", tmp_path / "key")
    assert done.returncode == 0
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    secret = (tmp_path / "key").read_text().split("\n")[1]
    assert secret not in done.stdout + done.stderr
    again = call("key", "new", tmp_path / "key")
    assert again.returncode == 2
    assert "never written over" in again.stderr
    assert (tmp_path / "key").read_text().split("\n")[1] == secret


def test_a_key_that_others_may_read_does_not_sign(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(UsageError, match="others may use the key"):
        read_secret_key(tmp_path / "key")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not a secret key"),
        ("untrusted comment: x\n???\n", "not a key of minisign"),
        ("untrusted comment: x\n" + base64.b64encode(b"Ed" + bytes(40)).decode(), "not a secret key"),
        ("untrusted comment: x\n" + base64.b64encode(b"EdScB2" + bytes(152)).decode(), "has a password"),
        ("untrusted comment: x\n" + base64.b64encode(b"Ed\0\0B2" + bytes(151) + b"\1").decode(), "damaged"),
    ],
)
def test_what_is_no_key_does_not_sign(text: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(text)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(UsageError, match=why):
        read_secret_key(tmp_path / "key")


def test_a_secret_key_is_not_shown_in_a_trace(tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    key = read_secret_key(tmp_path / "key")
    assert key.seed.hex() not in repr(key)
    assert repr(key.seed) not in repr(key)


ID = "6C8F4C6D1234505F"


def test_the_id_of_a_key_is_shown_as_in_its_file_though_it_has_the_digits_of_a_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bytes.fromhex(ID)[::-1]
    monkeypatch.setattr("secrets.token_bytes", lambda size: number if size == 8 else bytes(range(size)))
    key = make_key(tmp_path / "key")
    assert key.id == ID
    assert ID in (tmp_path / "key.pub").read_text()
    bundle = {
        f"{bag.PAYLOAD}{PUBLIC_KEY}": key.file,
        bag.TAG_MANIFEST: b"manifest",
        bag.SIGNATURE: read_secret_key(tmp_path / "key").sign(b"manifest", "audit 1"),
    }
    container = cast(Container, SimpleNamespace(names=bundle, read=bundle.__getitem__))
    other = Line("input", "a.csv", HOLDS, "said by +61491570156")
    monkeypatch.setattr(
        "auditor.bundle.verify.verify_bundle", lambda *_, **__: [*signed(container, key), other]
    )
    (tmp_path / "audit.zip").write_bytes(b"")
    for form in ((), ("--json",)):
        done = call("verify", tmp_path / "audit.zip", "--public-key", tmp_path / "key.pub", *form)
        assert f"by the key {ID}" in done.stdout, done.stderr
        assert "491570156" not in done.stdout
