"""What a bundle says of itself: its signature, its own document, its rules, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor.bundle import bag, canonical, crate, signature, tool
from auditor.bundle.comparison import names_on_disk
from auditor.bundle.container import Container
from auditor.bundle.layout import CASE
from auditor.bundle.line import DIFFERS, HOLDS, MISSING, Line, compared, state_of
from auditor.bundle.recomputation import Said
from auditor.bundle.seal import PUBLIC_KEY, SEALED, VERSION
from auditor.bundle.signature import PublicKey
from auditor.bundle.tables import SealedTable
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import EvidenceError, UsageError
from auditor.regimes import read_regime


def signed(bundle: Container, wanted: PublicKey | None) -> Iterator[Line]:
    """Nothing where the bundle is not signed and nobody asks who signed it."""
    held = f"{bag.PAYLOAD}{PUBLIC_KEY}"
    own = held in bundle.names
    if bag.SIGNATURE not in bundle.names:
        if wanted or own:
            yield Line("signature", bag.SIGNATURE, MISSING, "nobody has signed this bundle")
        return
    try:
        key = wanted or signature.read_public_key(bundle.read(held), PUBLIC_KEY)
        fault = signature.fault_of(bundle.read(bag.TAG_MANIFEST), bundle.read(bag.SIGNATURE), key)
    except (UsageError, EvidenceError) as error:
        yield Line("signature", bag.SIGNATURE, DIFFERS, error.message)
        return
    whose = f"by the key {key.id}" if wanted else f"by the key {key.id}, which the bundle itself names"
    yield Line("signature", bag.SIGNATURE, DIFFERS if fault else HOLDS, fault or whose)


def own_document(bundle: Container) -> Mapping[str, Any]:
    """The bundle's own document, with the keys that are read from it."""
    sealed = canonical.read(bundle.read(f"{bag.PAYLOAD}{SEALED}"), SEALED)
    if sealed.get("bundle") != VERSION:
        raise EvidenceError(f"{SEALED} is of another version than this tool reads")
    wanted = {"run": str, "title": str, "report_date": str, "tool": dict, "with_logs": bool}
    lists = {
        "inputs": ("path", "sha256"),
        "tables": ("name", "columns", "rows", "root", "places", "places_root"),
    }
    is_whole = all(isinstance(sealed.get(key), kind) for key, kind in wanted.items()) and all(
        isinstance(sealed.get(key), list)
        and all(isinstance(entry, dict) and set(fields) <= set(entry) for entry in sealed[key])
        for key, fields in lists.items()
    )
    if not is_whole or not isinstance(sealed["tool"].get("auditor"), str):
        raise EvidenceError(f"{SEALED} does not say what a bundle must say")
    return sealed


def tables_of(sealed: Mapping[str, Any]) -> tuple[SealedTable, ...]:
    """The tables that a bundle's own document names. EvidenceError where it names one wrongly."""
    try:
        return tuple(
            SealedTable(
                str(entry["name"]),
                tuple(map(str, entry["columns"])),
                int(entry["rows"]),
                str(entry["root"]),
                int(entry["places"]),
                str(entry["places_root"]),
            )
            for entry in sealed["tables"]
        )
    except (TypeError, ValueError) as error:
        raise EvidenceError(f"{SEALED} names a table wrongly: {error}") from error


def made_with(bundle: Container, sealed: Mapping[str, Any]) -> Iterator[Line]:
    """Whether this tool and its rules are those that sealed. Rules of a bundle are compared, never run."""
    yield from compared("tool", sealed["tool"], tool.versions(read_rulebook()))
    held = {name.removeprefix(bag.PAYLOAD): bundle.sha256(name) for name in bundle.names}
    regimes = [Path(name).stem for name in held if name.startswith("rules/regimes/")]
    own: dict[str, str] = {}
    for code in regimes:
        try:
            own |= {name: tool.sha256(path) for name, path in tool.rule_files(read_regime(code)).items()}
        except UsageError as error:
            yield Line("rule", f"regimes/{code}.toml", DIFFERS, error.message)
    theirs = {name: digest for name, digest in held.items() if name.startswith("rules/")}
    yield from compared("rule", theirs, own)


def agreement(bundle: Container, sealed: Mapping[str, Any], said: Said) -> Iterator[Line]:
    """Whether the documents of a bundle agree with each other."""
    yield from compared("run", {SEALED: sealed["run"]}, {SEALED: said.document.get("run")})
    names = [name.removeprefix(bag.PAYLOAD) for name in bundle.names if name.startswith(bag.PAYLOAD)]
    own = bundle.read(f"{bag.PAYLOAD}{crate.NAME}") if crate.NAME in names else b""
    agrees = own == crate.described(sealed, names)
    yield Line("manifest", crate.NAME, HOLDS if agrees else DIFFERS if own else MISSING)
    listed = {str(entry["path"]): str(entry["sha256"]) for entry in sealed["inputs"]}
    reported = {}
    for entry in said.entries("files", "path").values():
        names = [*names_on_disk(str(entry.get("path")))]
        name = next((name for name in names if name in listed), names[0])
        reported[name] = str(entry.get("sha256"))
    yield from compared("input", {f"{SEALED}: {n}": h for n, h in listed.items()},
                        {f"{SEALED}: {n}": h for n, h in reported.items()})  # fmt: skip
    if sealed["with_logs"]:
        for name, digest in listed.items():
            held = f"{bag.PAYLOAD}{CASE}{name}"
            found = bundle.sha256(held) if held in bundle.names else None
            yield Line("input", f"held: {name}", state_of(digest, found))
