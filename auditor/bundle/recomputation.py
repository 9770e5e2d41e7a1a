"""An audit computed from its logs alone, in an empty database: what every figure is compared with."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from auditor import private
from auditor.bundle import canonical
from auditor.bundle.reports import OF_A_RUN, make_again
from auditor.bundle.tables import SealedTable, sealed_tables, secret_of
from auditor.case import Case, read_case, source_files
from auditor.catalogue.rulebook import read_rulebook
from auditor.claims.timeline import held_by
from auditor.errors import OF_THE_DISK, AuditorError, EvidenceError
from auditor.pipeline import Options, audit
from auditor.secret import VARIABLE
from auditor.state import EVIDENCE, STATE, read_state
from auditor.store import open_read


@dataclass(frozen=True, slots=True)
class Said:
    """What an audit.json says: the document that is verified, and how it was asked for."""

    document: Mapping[str, Any]

    @property
    def options(self) -> Options:
        """The parameters that were given on the command line, and the date of the reports."""
        given = self.entries("parameters", "name")
        params = {
            name: str(entry.get("value")) for name, entry in given.items() if entry.get("origin") == "command"
        }
        return Options(
            params=params,
            report_date=str(self.document.get("report_date") or "") or None,
            as_of=self.as_of,
            gone=self.gone,
        )

    @property
    def as_of(self) -> datetime | None:
        """By when the files of the audit were received; None: all files. EvidenceError where it is no
        time."""
        text = str(self.document.get("as_of") or "")
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise EvidenceError(f"as_of of audit.json is not a time: {text[:40]!r}") from error
        if moment and moment.tzinfo is None:
            raise EvidenceError(f"as_of of audit.json has no offset: {text[:40]!r}")
        return moment

    @property
    def gone(self) -> tuple[str, ...]:
        """Paths of files that the audit says are gone: an earlier run had loaded them."""
        listed = self.document.get("gates")
        gates = [gate for gate in listed if isinstance(gate, dict)] if isinstance(listed, list) else []
        return tuple(
            str(gate.get("subject")) for gate in gates if gate.get("id") == "gone" and not gate.get("holds")
        )

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Files that the audit says lay in the folder, and that no source named."""
        listed = self.document.get("unnamed_files")
        return tuple(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else ()

    def entries(self, part: str, by: str) -> dict[str, Mapping[str, Any]]:
        """A list of the document by a field of its entries. What is no such entry is left out."""
        listed = self.document.get(part)
        found = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        return {str(entry.get(by)): entry for entry in found}

    @property
    def measures(self) -> Mapping[str, Any]:
        """Measures by name."""
        found = self.document.get("measures")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What the logs give."""

    said: Said
    reports: Mapping[str, bytes]
    tables: tuple[SealedTable, ...]
    secret: bytes


def recompute(
    folder: Path, said: Said, reports: Collection[str], scratch: Path, *, evidence: Path
) -> Recomputed:
    """Audit the case in `folder` with the logs in `evidence`, and make `reports` of it, by name.

    Every error of an audit. Nothing that an earlier run left is read, and nothing is written outside
    `scratch`, an empty folder."""
    options = replace(said.options, scratch=scratch / "as_of" if said.as_of else None)
    with _apart(scratch, evidence):
        if options.scratch:
            options.scratch.mkdir()
        with audit(folder, options) as result:
            made = make_again(result, {*reports, *OF_A_RUN}, scratch / "reports")
        case = read_case(folder)
        secret = secret_of_case(case, said.as_of)
        store = open_read(options.scratch / case.database.name if options.scratch else case.database)
        try:
            sealed = sealed_tables(store, read_rulebook(), secret)
        finally:
            store.close()
    document = canonical.read(made["audit.json"], "audit.json")
    return Recomputed(Said(document), made, sealed, secret)


def secret_of_case(case: Case, as_of: datetime | None = None) -> bytes:
    """The secret of the sealed tables of a case, of the files received by `as_of`; None: of all."""
    held = held_by(case, as_of)
    return secret_of(path for source in held.sources for path in source_files(held, source))


@contextmanager
def scratch_of(folder: Path) -> Iterator[Path]:
    """An empty folder for the recomputation of a case, deleted afterwards.

    In the state folder, where callers' numbers are kept already: a process that is killed leaves what it had
    loaded. A case without a state that this account may write gets a temporary folder."""
    with ExitStack() as stack:
        try:
            place = stack.enter_context(private.scratch(read_state(folder).folder))
        except (AuditorError, OSError) as error:
            if isinstance(error, OSError) and error.errno in OF_THE_DISK:
                raise
            place = Path(stack.enter_context(TemporaryDirectory(prefix="auditor-")))
        yield place


@contextmanager
def _apart(scratch: Path, evidence: Path) -> Iterator[None]:
    """Inside the block, the tool's own files are in `scratch`, the logs in `evidence`, whatever the command
    line says, and the secret that verifies the files is one of its own, outside the case."""
    with TemporaryDirectory(prefix="auditor-") as own:
        places = {STATE: scratch / "state", VARIABLE: Path(own) / "secret", EVIDENCE: evidence}
        with _environment({name: str(place) for name, place in places.items()}):
            yield


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
