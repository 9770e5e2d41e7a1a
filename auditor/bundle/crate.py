"""`ro-crate-metadata.json` (RO-Crate 1.1): what a bundle holds and how it came about, for archives and other
tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from auditor.bundle import canonical

NAME = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_TYPES = {
    ".json": "application/json",
    ".csv": "text/csv",
    ".sql": "application/sql",
    ".toml": "application/toml",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".md": "text/markdown",
    ".jsonl": "application/jsonl",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def described(sealed: Mapping[str, Any], names: Iterable[str]) -> bytes:
    """The metadata of a bundle: `sealed` is its own document, `names` are its files below `data/`."""
    files = sorted(name for name in names if name != NAME)
    reports = [name for name in files if name.startswith("reports/")]
    used = [name for name in files if name.startswith(("case/", "rules/"))]
    graph: list[dict[str, Any]] = [
        {
            "@id": NAME,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": sealed["title"],
            "description": "An audit of emergency calls: rules, reports, and what they were computed from.",
            "identifier": sealed["run"],
            "datePublished": sealed["report_date"],
            "license": "No licence is given: the parties to the audit decide who may use it.",
            "hasPart": [{"@id": name} for name in files],
            "mentions": [{"@id": "#audit"}],
        },
        {
            "@id": "#auditor",
            "@type": "SoftwareApplication",
            "name": "auditor",
            "softwareVersion": sealed["tool"]["auditor"],
        },
        {
            "@id": "#audit",
            "@type": "CreateAction",
            "name": f"Audit {sealed['run']}",
            "instrument": {"@id": "#auditor"},
            "object": [{"@id": name} for name in used],
            "result": [{"@id": name} for name in reports],
        },
        *(_file(name) for name in files),
    ]
    return canonical.written({"@context": _CONTEXT, "@graph": graph})


def _file(name: str) -> dict[str, Any]:
    known = _TYPES.get(PurePosixPath(name).suffix)
    return {"@id": name, "@type": "File", "name": name} | ({"encodingFormat": known} if known else {})
