"""Verifies a case or a bundle: everything that it says is compared with what its logs give, computed anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditor.bundle import bag, canonical, custody, documents, proof
from auditor.bundle.comparison import against, compared_tables, hash_on_disk, inputs, without
from auditor.bundle.container import Container, opened
from auditor.bundle.layout import CASE, add_logs, lay_out_bundle
from auditor.bundle.line import DIFFERS, HOLDS, MISSING, NOT_RECOMPUTED, Line
from auditor.bundle.recomputation import Recomputed, Said, recompute, scratch_of
from auditor.bundle.reports import names_in
from auditor.bundle.seal import CUSTODY, REPORTS, read_said
from auditor.bundle.signature import PublicKey
from auditor.bundle.tables import SealedTable, sealed_tables
from auditor.case import Case, read_case
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import EvidenceError, IncompleteError, StoreError, UsageError
from auditor.record.results import open_kept
from auditor.record.runs import faults_of_kept

_CANNOT = (EvidenceError, IncompleteError, StoreError, UsageError)
"""Why logs give no audit. Out of memory or disk is no such answer, and ends the command."""


def verify_case(folder: Path) -> tuple[Line, ...]:
    """Recompute the last audit of a case in an empty database, and compare its reports and its own database.

    EvidenceError or UsageError where there is nothing to verify.
    """
    case, said = read_case(folder), read_said(folder)
    names = names_in(folder / REPORTS)
    reports = {name: (folder / REPORTS / name).read_bytes() for name in names}
    lines = list(inputs(said, lambda path: hash_on_disk(case.evidence / path)))
    with scratch_of(folder) as scratch:
        try:
            found = recompute(folder, said, names, scratch, evidence=case.evidence)
        except _CANNOT as error:
            return (*lines, *without(said, reports, (), error.message), *_own(case))
    return (*lines, *against(said, reports, found), *_database(case, said, found), *_own(case))


def verify_bundle(
    path: Path,
    *,
    public_key: PublicKey | None = None,
    logs: Path | None = None,
    proved: Path | None = None,
) -> tuple[Line, ...]:
    """Check all that a bundle holds, and recompute it where its logs are in it or in the folder `logs`.

    `public_key` is who must have signed it; None: the key in the bundle must have. `proved` is a proof to
    check against its tables. EvidenceError where it is no bundle, or a hostile one.
    """
    with opened(path) as bundle:
        lines = [*documents.signed(bundle, public_key), *bag.check(bundle)]
        sealed = documents.own_document(bundle)
        said = Said(canonical.read(bundle.read(f"{bag.PAYLOAD}{REPORTS}audit.json"), "audit.json"))
        tables = documents.tables_of(sealed)
        lines += [*documents.made_with(bundle, sealed), *documents.agreement(bundle, sealed, said)]
        if proved:
            document = canonical.read(proof.read_proof(proved), str(proved))
            by_name = {table.name: table for table in tables}
            lines += proof.check(document, by_name, str(sealed["run"]), said.document.get("files", ()))
        lines += _recomputed(bundle, said, tables, with_logs=bool(sealed["with_logs"]), logs=logs)
        held = f"{bag.PAYLOAD}{CUSTODY}"
        log = bundle.read(held) if held in bundle.names else None
        return (*lines, *custody.check_held(log, sealed.get("custody")))


def _recomputed(
    bundle: Container,
    said: Said,
    tables: Sequence[SealedTable],
    *,
    with_logs: bool,
    logs: Path | None,
) -> Iterator[Line]:
    held = f"{bag.PAYLOAD}{REPORTS}"
    reports = {name.removeprefix(held): bundle.read(name) for name in bundle.names if name.startswith(held)}
    if not with_logs and logs is None:
        yield from without(
            said, reports, tables, "the bundle holds no logs: name their folder with --evidence"
        )
        return
    with tempfile.TemporaryDirectory(prefix="auditor-") as name:
        laid_out, scratch = Path(name) / "case", Path(name) / "audit"
        laid_out.mkdir()
        scratch.mkdir()
        try:
            unnamed = said.document.get("unnamed_files", ())
            lay_out_bundle(bundle, f"{bag.PAYLOAD}{CASE}", laid_out, unnamed)
            if logs is not None:
                add_logs(laid_out, logs, said.as_of)
            yield from inputs(said, lambda path: hash_on_disk(laid_out / path))
            found = recompute(laid_out, said, reports, scratch, evidence=laid_out)
        except _CANNOT as error:
            yield from without(said, reports, tables, error.message)
            return
    yield from against(said, reports, found)
    yield from compared_tables(tables, found.tables)


def _own(case: Case) -> Iterator[Line]:
    """What else the tool keeps of a case: its former runs, and the custody log."""
    try:
        for name, fault in faults_of_kept(case).items():
            yield Line("kept run", name, DIFFERS if fault else HOLDS, fault)
    except (IncompleteError, UsageError) as error:
        yield Line("kept run", "all", NOT_RECOMPUTED, error.message)
    yield from custody.check_case(case.folder)


def _database(case: Case, said: Said, found: Recomputed) -> Iterator[Line]:
    """The tables of the case's own database, which somebody may have edited."""
    if said.as_of:
        return  # that audit was made in a database of its own, which is gone
    if not case.database.is_file():
        yield Line("table", case.database.name, MISSING, "`auditor run` makes it")
        return
    try:
        store = open_kept(case)
        try:
            held = sealed_tables(store, read_rulebook(), found.secret)
        finally:
            store.close()
    except IncompleteError as error:
        yield Line("table", case.database.name, NOT_RECOMPUTED, error.message)
        return
    except _CANNOT as error:
        yield Line("table", case.database.name, DIFFERS, error.message)
        return
    yield from compared_tables(held, found.tables)
