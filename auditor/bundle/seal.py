"""Seals an audit: recomputes it from the logs, and puts into one file what verifies it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from auditor.bundle import canonical, container, crate, custody, tool
from auditor.bundle.bag import SIGNATURE, TAG_MANIFEST, bagged
from auditor.bundle.clear import refuse_numbers
from auditor.bundle.container import Content
from auditor.bundle.layout import CASE, CaseFiles, files_of
from auditor.bundle.recomputation import Recomputed, Said, recompute, scratch_of
from auditor.bundle.reports import OF_A_RUN, names_in
from auditor.bundle.signature import SecretKey
from auditor.case import Case, read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.claims.timeline import held_by
from auditor.errors import EvidenceError, IncompleteError
from auditor.report.writing import replacing

VERSION = 1
SEALED, REPORTS, CUSTODY, SBOM, PUBLIC_KEY = (
    "sealed.json",
    "reports/",
    "custody.jsonl",
    "sbom.cdx.json",
    "sealer.pub",
)


@dataclass(frozen=True, slots=True)
class Seal:
    """A bundle that was written: its run, the hash of its file, and how many files it holds."""

    run: str
    sha256: str
    files: int


def seal(
    folder: Path, target: Path, *, with_logs: bool = False, key: SecretKey | None = None, reveal: bool = False
) -> Seal:
    """Write the bundle of a case's last audit to `target`, complete or not at all.

    The audit is recomputed first, in an empty database. IncompleteError where the logs give other figures or
    other reports than CASE/reports has: nothing is sealed that does not verify. The same case gives the same
    bytes, as long as its custody log is the same. UsageError where a bundle without logs would hold a number
    in clear, unless `reveal`.
    """
    case, said = read_case(folder), read_said(folder)
    files = files_of(held_by(case, said.as_of))
    if not with_logs and not reveal:
        refuse_numbers(folder, files)
    names = names_in(folder / REPORTS)
    with scratch_of(folder) as scratch:
        found = recompute(folder, said, names, scratch, evidence=case.evidence)
    _refuse_others(folder, names, found)
    payload = _payload(case, files, found, with_logs=with_logs, key=key)
    members = bagged(payload, _info(case, found))
    if key:
        comment = f"audit {found.said.document['run']}, file {TAG_MANIFEST}"
        members[SIGNATURE] = key.sign(_bytes(members[TAG_MANIFEST]), comment)
    with replacing(target, private=True) as file:
        container.write(file, f"audit-{str(found.said.document['run'])[:16]}", members)
    return Seal(str(found.said.document["run"]), canonical.sha256_of_file(target), len(members))


def read_said(folder: Path) -> Said:
    """What the case's last report says. EvidenceError where there is none."""
    path = folder / REPORTS / "audit.json"
    if not path.is_file():
        raise EvidenceError(f"there is no {path}", hint=f"`auditor run {folder}` writes it")
    return Said(canonical.read(path.read_bytes(), str(path)))


def _refuse_others(folder: Path, names: Sequence[str], found: Recomputed) -> None:
    other = [
        name
        for name in sorted({*names, *OF_A_RUN})
        if name not in found.reports or name not in names
        or (folder / REPORTS / name).read_bytes() != found.reports[name]
    ]  # fmt: skip
    if other:
        raise IncompleteError(
            f"the logs do not give these files of {folder / REPORTS}: {', '.join(other)}",
            hint=f"`auditor verify {folder}` names what differs; `auditor run` and `report` write them anew",
        )


def _payload(
    case: Case, files: CaseFiles, found: Recomputed, *, with_logs: bool, key: SecretKey | None
) -> dict[str, Content]:
    held: Mapping[str, Path] = {**files.declared, **(files.logs if with_logs else {})}
    log, components = custody.log_of(case.folder), tool.sbom()
    sealed = _sealed(case, files, found, with_logs=with_logs) | {"custody": custody.extent_of(log)}
    payload: dict[str, Content] = {
        SEALED: canonical.written(sealed),
        **{f"{CASE}{name}": path for name, path in held.items()},
        **tool.rule_files(case.regime),
        **{f"{REPORTS}{name}": content for name, content in found.reports.items()},
        **({CUSTODY: log} if log else {}),
        **({SBOM: components} if components else {}),
        **({PUBLIC_KEY: key.public.file} if key else {}),
    }
    return payload | {crate.NAME: crate.described(sealed, payload)}


def _sealed(case: Case, files: CaseFiles, found: Recomputed, *, with_logs: bool) -> dict[str, Any]:
    """The bundle's own document: what was audited, with what, and the roots of its tables."""
    document = found.said.document
    return {
        "bundle": VERSION,
        "run": document["run"],
        "title": case.title,
        "report_date": document["report_date"],
        "tool": tool.versions(read_rulebook()),
        "with_logs": with_logs,
        "inputs": [
            {"path": name, "sha256": canonical.sha256_of_file(path), "bytes": path.stat().st_size}
            for name, path in sorted(files.logs.items())
        ],
        "tables": [asdict(table) for table in found.tables],
    }


def _info(case: Case, found: Recomputed) -> dict[str, str]:
    return {
        "Bag-Software-Agent": f"auditor {found.said.document['versions']['auditor']}",
        "External-Description": " ".join(case.title.split()),
        "External-Identifier": str(found.said.document["run"]),
    }


def _bytes(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
