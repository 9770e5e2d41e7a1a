"""The tool itself, as a bundle states it: versions, the locked dependencies, and every rule in its text."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.resources
import json
from pathlib import Path

from auditor import __version__
from auditor.catalogue.reference import sql_root
from auditor.catalogue.rulebook import Rulebook
from auditor.regimes import Regime

_DISTRIBUTION = "emergency-call-auditor"
_SBOM = "sboms/auditor.cdx.json"
_LOCK = "auditor:lock:sha256"
_SUFFIXES = frozenset({".sql", ".toml", ".csv"})


def versions(book: Rulebook) -> dict[str, str]:
    """What computes the figures: this tool, its engine, its rules, and the hash of the lock file."""
    found = json.loads(sbom() or b"{}").get("metadata", {}).get("properties", [])
    locked = next((entry["value"] for entry in found if entry["name"] == _LOCK), "")
    return {
        "auditor": __version__,
        "duckdb": importlib.metadata.version("duckdb"),
        "sql": book.sha256,
        "lock_sha256": locked,
    }


def sbom() -> bytes | None:
    """The list of components that the package was built with (CycloneDX); None where it was not installed."""
    try:
        text = importlib.metadata.distribution(_DISTRIBUTION).read_text(_SBOM)
    except importlib.metadata.PackageNotFoundError:
        return None
    return text.encode() if text else None


def rule_files(regime: Regime) -> dict[str, Path]:
    """Every file that gives a figure its meaning, by its name in a bundle: all of `sql/`, and the
    regime's."""
    root = sql_root()
    found = {
        f"rules/{path.relative_to(root).as_posix()}": path
        for path in sorted(root.rglob("*"))
        if path.suffix in _SUFFIXES and path.relative_to(root).parts[0] != "cases"
    }
    own = Path(str(importlib.resources.files("auditor.regimes"))) / f"{regime.code}.toml"
    return found | {f"rules/regimes/{own.name}": own}


def sha256(path: Path) -> str:
    """Hex digits of a rule file's hash."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
