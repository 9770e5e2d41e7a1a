"""The layout of a bundle: BagIt (RFC 8493), so that any tool for archives can check it.

`manifest-sha256.txt` lists every file below `data/`, `tagmanifest-sha256.txt` lists the rest and with it the
first list. Who signs the second list signs every byte of the bundle. `sha256sum -c` reads both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from auditor.bundle.canonical import sha256_of_file
from auditor.bundle.container import Container, Content
from auditor.bundle.line import DIFFERS, HOLDS, MISSING, Line
from auditor.errors import EvidenceError

PAYLOAD = "data/"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE = f"{TAG_MANIFEST}.minisig"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ENTRY = re.compile(r"([0-9a-f]{64})  (.+)")


def bagged(payload: Mapping[str, Content], described: Mapping[str, str]) -> dict[str, Content]:
    """All members of a bundle but its signature. Names of `payload` are below `data/`."""
    files = {f"{PAYLOAD}{name}": content for name, content in payload.items()}
    size = sum(_size(content) for content in files.values())
    info = {**described, "Payload-Oxum": f"{size}.{len(files)}"}
    tags: dict[str, Content] = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{key}: {info[key]}\n" for key in sorted(info)).encode(),
        MANIFEST: _manifest(files),
    }
    return {**files, **tags, TAG_MANIFEST: _manifest(tags)}


def _size(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _manifest(files: Mapping[str, Content]) -> bytes:
    return "".join(f"{_hash(files[name])}  {_escaped(name)}\n" for name in sorted(files)).encode()


def _hash(content: Content) -> str:
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else sha256_of_file(content)


def _escaped(name: str) -> str:
    """A name as a manifest writes it. Line ends cannot occur in a bundle's names."""
    return name.replace("%", "%25")


def check(bundle: Container) -> Iterator[Line]:
    """A line for each file: whether it is there, as its manifest says. A file that no manifest lists is
    named."""
    tags, payload = _listed(bundle, TAG_MANIFEST), _listed(bundle, MANIFEST)
    for required in ("bagit.txt", "bag-info.txt", MANIFEST):
        if required not in tags:
            yield Line("manifest", required, MISSING, f"{TAG_MANIFEST} does not list it")
    for name in sorted(set(tags) | set(payload)):
        manifests = [listed[name] for listed in (tags, payload) if name in listed]
        is_wrong_list = (name in payload) != name.startswith(PAYLOAD) or len(manifests) == 2
        if name not in bundle.names:
            yield Line("file", name, MISSING, "a manifest lists it")
        elif is_wrong_list:
            yield Line("file", name, DIFFERS, "it is in the wrong manifest")
        elif bundle.sha256(name) != manifests[0]:
            yield Line("file", name, DIFFERS, "its bytes are not those that the manifest lists")
        else:
            yield Line("file", name, HOLDS)
    for name in bundle.names:
        if name not in tags and name not in payload and name not in (TAG_MANIFEST, SIGNATURE):
            yield Line("file", name, DIFFERS, "it is extra: no manifest lists it")


def _listed(bundle: Container, manifest: str) -> dict[str, str]:
    """Name -> hash. EvidenceError where the manifest is not in its one form: sorted, each name once."""
    found: dict[str, str] = {}
    for number, text in enumerate(bundle.read(manifest).decode("utf-8", "replace").splitlines(), 1):
        entry = _ENTRY.fullmatch(text)
        name = entry[2].replace("%25", "%") if entry else ""
        if not entry or name in found or (found and name < max(reversed(found))):
            raise EvidenceError(f"line {number} of {manifest} is not an entry of a sorted manifest")
        found[name] = entry[1]
    return found
