"""Verifies a case or a bundle: everything that it says is compared with what its logs give, computed anew."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auditor.bundle import bag, canonical, custody, documents, proof
from auditor.bundle.comparison import against, compared_tables, hash_on_disk, inputs, without
from auditor.bundle.container import Container, opened
from auditor.bundle.layout import CASE, add_logs, files_of, lay_out_bundle, lay_out_case
from auditor.bundle.line import DIFFERS, MISSING, Line
from auditor.bundle.recomputation import Recomputed, Said, recompute
from auditor.bundle.reports import names_in
from auditor.bundle.seal import CUSTODY, REPORTS, read_said
from auditor.bundle.signature import PublicKey
from auditor.bundle.tables import SealedTable, sealed_tables
from auditor.case import Case, read_case
from auditor.errors import EvidenceError, IncompleteError, StoreError, UsageError
from auditor.store import open_read

_CANNOT = (EvidenceError, IncompleteError, StoreError, UsageError)
"""Why logs give no audit. Out of memory or disk is no such answer, and ends the command."""


def verify_case(folder: Path) -> tuple[Line, ...]:
    """Recompute the last audit of a case in an empty database, and compare its reports and its own database.

    EvidenceError or UsageError where there is nothing to verify.
    """
    case, said = read_case(folder), read_said(folder)
    names = names_in(folder / REPORTS)
    reports = {name: (folder / REPORTS / name).read_bytes() for name in names}
    lines = list(inputs(said, lambda path: hash_on_disk(folder / path)))
    with _scratch() as laid_out:
        try:
            lay_out_case(files_of(case), laid_out)
            found = recompute(laid_out, said, names)
        except _CANNOT as error:
            return (
                *lines,
                *without(said, reports, (), error.message),
                *custody.check(custody.log_of(folder)),
            )
    return (
        *lines,
        *against(said, reports, found),
        *_database(case, found),
        *custody.check(custody.log_of(folder)),
    )


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
            lines += proof.check(document, {table.name: table for table in tables}, str(sealed["run"]))
        lines += _recomputed(bundle, said, tables, with_logs=bool(sealed["with_logs"]), logs=logs)
        held = f"{bag.PAYLOAD}{CUSTODY}"
        return (*lines, *custody.check(bundle.read(held) if held in bundle.names else None))


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="auditor-") as name:
        folder = Path(name) / "case"
        folder.mkdir()
        yield folder


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
        yield from without(said, reports, tables, "the bundle holds no logs: name them with --logs FOLDER")
        return
    with _scratch() as laid_out:
        try:
            unnamed = said.document.get("unnamed_files", ())
            lay_out_bundle(bundle, f"{bag.PAYLOAD}{CASE}", laid_out, unnamed)
            if logs is not None:
                add_logs(laid_out, logs)
            yield from inputs(said, lambda path: hash_on_disk(laid_out / path))
            found = recompute(laid_out, said, reports)
        except _CANNOT as error:
            yield from without(said, reports, tables, error.message)
            return
    yield from against(said, reports, found)
    yield from compared_tables(tables, found.tables)


def _database(case: Case, found: Recomputed) -> Iterator[Line]:
    """The tables of the case's own database, which somebody may have edited."""
    if not case.database.is_file():
        yield Line("table", case.database.name, MISSING, "`auditor run` makes it")
        return
    try:
        store = open_read(case.database)
        try:
            held = sealed_tables(store, found.secret)
        finally:
            store.close()
    except _CANNOT as error:
        yield Line("table", case.database.name, DIFFERS, error.message)
        return
    yield from compared_tables(held, found.tables)
