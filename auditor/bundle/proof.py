"""A proof that the rows of one caller, or of one call, are in the tables of a sealed audit.

It holds those rows in clear, and of all others only nodes of hash trees, which say nothing (`tables.py`).
Who checks it needs the bundle and no log: each row with its salt gives a leaf, the leaf with its path gives
the root, and the root is in the bundle, under its signature.

**There is no proof of absence, on purpose.** The usual one shows two neighbours in the sorted leaves
between which the leaf of the absent caller would be. A stranger cannot compute where that is: it needs the
secret. If the prover says where, he can point to a wrong gap and deny a caller who is there. If he gives
the secret away, both neighbours, and each that a later proof shows, can be found by counting numbers
through. A verifiable random function solves this (as in RFC 9381); no well-kept library has one that is
fast enough for a table, and it is no thing to write by oneself. Who holds the logs needs no proof: `auditor
verify` recomputes the tables, and `auditor find` shows that a caller is in none."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.bundle import merkle
from auditor.bundle.line import DIFFERS, HOLDS, Line
from auditor.bundle.recomputation import secret_of_case
from auditor.bundle.tables import SealedTable, hashed_row, leaves_of, table_columns
from auditor.case import Case
from auditor.catalogue.rulebook import Rulebook
from auditor.errors import EvidenceError, IncompleteError
from auditor.ingest.schema import tables
from auditor.model import Column
from auditor.record.results import open_kept
from auditor.regimes import e164
from auditor.store import Store

_VERSION = 1
_OF_A_CALLER = ("caller", "number", "imsi", "imei")
_OF_A_CALL = ("id", "record")
"""Kinds of columns, as they are declared, that hold a caller, or a call."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A caller's number or a call's id. Exactly one is given."""

    number: str = ""
    call_id: str = ""


def prove(case: Case, book: Rulebook, wanted: Wanted) -> dict[str, Any]:
    """The proof for all rows of a caller or a call in the last audit of a case, as a plain document.

    EvidenceError where no table has such a row. IncompleteError where there is no audit.
    """
    secret = secret_of_case(case)
    store = open_kept(case)
    try:
        run = store.query("SELECT run_id FROM run", name="the last run")
        if not run:
            raise IncompleteError("the case holds no finished audit", hint=f"run `auditor run {case.folder}`")
        rows = [
            found
            for table, columns in table_columns(store).items()
            for found in _proved(store, table, columns, secret, _picker(store, book, case, wanted, table))
        ]
    finally:
        store.close()
    if not rows:
        raise EvidenceError(
            "no table of this audit has a row of it; that is no proof of absence",
            hint="who has the logs sees it with `auditor verify` and `auditor find`",
        )
    return {"proof": _VERSION, "run": run[0][0], "rows": rows}


Pick = Callable[[Mapping[str, str | None]], bool]


def _picker(store: Store, book: Rulebook, case: Case, wanted: Wanted, table: str) -> Pick:
    """Whether a row of `table` is of the caller or call that is wanted."""
    declared = _declared(book, table)
    if wanted.call_id:
        ids = {name for name, column in declared.items() if column.kind in _OF_A_CALL}
        return lambda row: any(row[name] == wanted.call_id for name in ids if name in row)
    known = e164(wanted.number, country=case.country) or wanted.number
    spelt = store.query(
        "SELECT number_text FROM number WHERE e164 = $e164", {"e164": known}, name="spellings"
    )
    texts = {wanted.number, known, f"imsi:{known}", f"imei:{known}", *(text for (text,) in spelt)}
    people = {name for name, column in declared.items() if column.kind in _OF_A_CALLER}
    return lambda row: any(row[name] in texts for name in people if row.get(name) is not None)


def _declared(book: Rulebook, table: str) -> Mapping[str, Column]:
    made = {step.relation: step.declared for step in book.model}
    return made[table] if table in made else tables()[table].columns if table in tables() else {}


def _proved(
    store: Store, table: str, columns: tuple[str, ...], secret: bytes, picks: Pick
) -> Iterator[dict[str, Any]]:
    all_leaves, chosen = [], []
    for leaf in leaves_of(store, table, columns, secret):
        all_leaves.append(leaf.hashed)
        if picks(dict(zip(columns, leaf.row, strict=True))):
            chosen.append(leaf)
    if not chosen:
        return
    all_leaves.sort()
    for leaf in sorted(chosen, key=lambda found: found.hashed):
        index = bisect_left(all_leaves, leaf.hashed)
        yield {
            "table": table,
            "row": list(leaf.row),
            "salt": leaf.salt.hex(),
            "index": index,
            "path": [node.hex() for node in merkle.path_of(all_leaves, index)],
        }


def check(proof: Mapping[str, Any], sealed: Mapping[str, SealedTable], run: str) -> Iterator[Line]:
    """A line for each row of a proof: whether it is in the sealed table. EvidenceError where it is no
    proof."""
    if proof.get("proof") != _VERSION or not isinstance(proof.get("rows"), list) or not proof["rows"]:
        raise EvidenceError("this is no proof of this version", hint="`auditor prove CASE` writes one")
    if proof.get("run") != run:
        yield Line("proof", "run", DIFFERS, "it was made of another run than the bundle's")
    for number, entry in enumerate(proof["rows"], 1):
        yield _checked(number, entry, sealed)


def _checked(number: int, entry: Any, sealed: Mapping[str, SealedTable]) -> Line:
    try:
        table = sealed[entry["table"]]
        row = [cell if cell is None else str(cell) for cell in entry["row"]]
        path = [bytes.fromhex(node) for node in entry["path"]]
        leaf = hashed_row(table.name, row, bytes.fromhex(entry["salt"]))
        root = merkle.root_from(leaf, int(entry["index"]), table.rows, path)
        is_whole = len(row) == len(table.columns)
    except (KeyError, TypeError, ValueError):
        return Line("proof", f"row {number}", DIFFERS, "it is not a row of a sealed table")
    name = f"row {number}, table {table.name}"
    if not is_whole or root is None or root.hex() != table.root:
        return Line("proof", name, DIFFERS, "its path does not lead to the root that the bundle has")
    return Line("proof", name, HOLDS, f"one of its {table.rows:,} rows")


def read_proof(path: Path) -> bytes:
    """The bytes of a proof's file. EvidenceError where it is too large for one."""
    if path.stat().st_size > 64 << 20:
        raise EvidenceError(f"{path} is too large for a proof")
    return path.read_bytes()
