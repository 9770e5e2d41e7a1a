"""Called when the package is built: puts the list of its components (CycloneDX 1.6) into the wheel.

The list is made from `requirements.txt` alone: what was resolved, with its hashes. The same lock file gives
the same bytes. It lies in the wheel's `.dist-info/sboms/` (PEP 770), where tools look for it, and the tool
itself reads the hash of the lock file from there."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
import uuid
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "auditor.cdx.json"
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+))?")
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


def components(lock: str) -> list[dict[str, Any]]:
    """One component a requirement. ValueError for a line that is none: a list with a gap is worse than
    none."""
    found = []
    for line in lock.replace("\\\n", "").splitlines():
        text = _HASH.sub("", line).strip()
        requirement = _REQUIREMENT.fullmatch(text)
        if not requirement:
            raise ValueError(f"not a locked requirement: {text}")
        name, version, marker = requirement["name"].lower(), requirement["version"], requirement["marker"]
        said = [("auditor:hash", each) for each in sorted(_HASH.findall(line))]
        said += [("auditor:marker", marker)] if marker else []
        found.append(
            {
                "type": "library",
                "bom-ref": f"{name}@{version}",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
                "properties": [{"name": key, "value": value} for key, value in said],
            }
        )
    return sorted(found, key=lambda each: each["bom-ref"])


def bill(lock: bytes, name: str, version: str) -> bytes:
    """The list of components of one version of the package."""
    digest = hashlib.sha256(lock).hexdigest()
    listed = components(lock.decode())
    own = f"{name}@{version}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, f'{own} {digest}')}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{own}",
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            },
            "properties": [{"name": "auditor:lock:sha256", "value": digest}],
        },
        "components": listed,
        "dependencies": [{"ref": own, "dependsOn": [each["bom-ref"] for each in listed]}],
    }
    return (json.dumps(document, indent=1, ensure_ascii=True) + "\n").encode("ascii")


class SbomHook(BuildHookInterface):
    """Makes the list before a wheel is packed, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it packs."""
        if self.target_name != "wheel":
            return
        lock = (Path(self.root) / "requirements.txt").read_bytes()
        self._folder = tempfile.TemporaryDirectory(prefix="auditor-sbom-")
        path = Path(self._folder.name) / NAME
        path.write_bytes(bill(lock, self.metadata.core.name, self.metadata.version))
        path.chmod(0o644)
        build_data["sbom_files"].append(str(path))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is written."""
        if self.target_name == "wheel":
            self._folder.cleanup()
