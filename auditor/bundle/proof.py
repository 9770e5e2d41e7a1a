"""A proof that one caller, or one call, is in the tables of a sealed audit, and that a caller is in no other.

It holds the rows of that caller in clear, and of all others only nodes of hash trees, which say nothing
(`tables.py`). Who checks it needs the bundle and no log: each row with its salt gives a leaf, the leaf with
its path gives the root, and the root is in the bundle, under its signature.

That a caller is not in a table is shown by a place that he would have marked, and that is not marked
(`absence.py`). Two neighbours among the sorted leaves would not show it: where the caller's leaf would be
follows from the secret, so a prover could point to a wrong gap, and deny a caller who is there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.bundle import absence, merkle
from auditor.bundle.line import DIFFERS, HOLDS, Line
from auditor.bundle.recomputation import secret_of_case
from auditor.bundle.tables import (
    OF_A_CALLER,
    SealedTable,
    declared_columns,
    hashed_row,
    leaves_of,
    places_in,
    spellings,
    table_columns,
)
from auditor.case import Case
from auditor.catalogue.rulebook import Rulebook
from auditor.errors import EvidenceError, IncompleteError, UsageError
from auditor.record.results import open_kept
from auditor.record.unread import unread, unread_of, unread_sentence
from auditor.regimes import caller_ids
from auditor.store import Store
from auditor.text import counted

_VERSION = 1
_OF_A_CALL = ("id", "record")
"""Kinds of columns, as they are declared, that hold a call."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A caller's number, IMSI or IMEI, or a call's id. Exactly one is given."""

    number: str = ""
    call_id: str = ""


def prove(case: Case, book: Rulebook, wanted: Wanted) -> dict[str, Any]:
    """The proof for all rows of a caller or a call in the last audit of a case, as a plain document; for a
    caller, also that each other table of callers has none.

    Records that could not be read are part of no table: it says how many. EvidenceError where nothing can be
    shown, UsageError where what is typed is no caller. IncompleteError where there is no audit.
    """
    caller = _caller(wanted.number, case.country) if wanted.number else ""
    secret = secret_of_case(case)
    store = open_kept(case)
    try:
        run = store.query("SELECT run_id FROM run", name="the last run")
        if not run:
            raise IncompleteError("the case holds no finished audit", hint=f"run `auditor run {case.folder}`")
        rows = [
            found
            for table, columns in table_columns(store).items()
            for found in _proved(
                store, table, columns, secret, _picker(store, book, caller, wanted.call_id, table)
            )
        ]
        there = {row["table"] for row in rows}
        free = list(_free(store, book, _bare(caller), there, secret)) if caller else []
        records, files = unread(store)
    finally:
        store.close()
    if not rows and not free:
        raise EvidenceError(
            "no table of this audit has a row of it, and that it is in none cannot be shown",
            hint="who has the logs sees it with `auditor verify` and `auditor find`",
        )
    missed = {"records": records, "files": files}
    proof = {"proof": _VERSION, "run": run[0][0], "rows": rows, "unread": missed}
    return proof | ({"caller": _bare(caller), "absent": free} if caller else {})


def missing_in(proof: Mapping[str, Any]) -> str:
    """What is no part of a proof, as a sentence; empty where all was read."""
    missed = proof["unread"]
    return unread_sentence(missed["records"], missed["files"], "are not part of this proof")


def _caller(typed: str, country: str) -> str:
    """The caller that is meant. UsageError where the text means none, or where it may mean two: that one of
    them is absent would say nothing of the other."""
    first, *others = caller_ids(typed, country)
    if others and not first.startswith("+"):
        raise UsageError("these digits may be an IMSI or an IMEI", hint="give imsi:DIGITS or imei:DIGITS")
    return first


def _bare(caller: str) -> str:
    """The caller as the marks name one: without the kind of its id."""
    return caller.rpartition(":")[2]


def _free(
    store: Store, book: Rulebook, caller: str, there: Collection[str], secret: bytes
) -> Iterator[dict[str, Any]]:
    """For each table of callers but those in which the caller is, the place that shows it."""
    read = spellings(store)
    for table in table_columns(store):
        if table in there or (places := places_in(store, book, table, read, secret)) is None:
            continue
        place = absence.free_place(table, caller, places)
        if place is not None:
            yield {
                "table": table,
                "place": place,
                "salt": places.salt(place).hex(),
                "path": [node.hex() for node in merkle.path_of(places.leaves, place)],
            }


Pick = Callable[[Mapping[str, str | None]], bool]


def _picker(store: Store, book: Rulebook, caller: str, call_id: str, table: str) -> Pick:
    """Whether a row of `table` is of the caller or call that is wanted."""
    declared = declared_columns(book, table)
    if call_id:
        ids = {name for name, column in declared.items() if column.kind in _OF_A_CALL}
        return lambda row: any(row[name] == call_id for name in ids if name in row)
    read, wanted = spellings(store), _bare(caller)
    people = {name: column.kind for name, column in declared.items() if column.kind in OF_A_CALLER}
    return lambda row: any(
        absence.caller_in(kind, cell, read) == wanted
        for name, kind in people.items()
        if (cell := row.get(name)) is not None
    )


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


def check(
    proof: Mapping[str, Any],
    sealed: Mapping[str, SealedTable],
    run: str,
    files: Iterable[Mapping[str, object]],
) -> Iterator[Line]:
    """A line for each row of a proof: whether it is in the sealed table; and for each table in which it shows
    no caller. One says how much of the bundle's `files` could not be read. EvidenceError where it is no
    proof."""
    rows, absent = proof.get("rows"), proof.get("absent", [])
    is_whole = isinstance(rows, list) and isinstance(absent, list) and (rows or absent)
    if proof.get("proof") != _VERSION or not is_whole:
        raise EvidenceError("this is no proof of this version", hint="`auditor prove CASE` writes one")
    if proof.get("run") != run:
        yield Line("proof", "run", DIFFERS, "it was made of another run than the bundle's")
    yield from _checked_unread(proof.get("unread"), *unread_of(files))
    for number, entry in enumerate(rows or [], 1):
        yield _checked(number, entry, sealed)
    for entry in absent:
        yield _checked_absence(str(proof.get("caller")), entry, sealed)


def _checked_unread(said: Any, records: int, files: int) -> Iterator[Line]:
    missed = unread_sentence(records, files, "are not part of it")
    if said != {"records": records, "files": files}:
        missed = missed or "all of the bundle's records of calls and checks could be read"
        yield Line("proof", "what could not be read", DIFFERS, f"it says otherwise than the bundle: {missed}")
    elif missed:
        yield Line("proof", "what could not be read", HOLDS, missed)


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
    return Line("proof", name, HOLDS, f"one of its {counted(table.rows, 'rows')}")


def _checked_absence(caller: str, entry: Any, sealed: Mapping[str, SealedTable]) -> Line:
    try:
        table, place = sealed[entry["table"]], int(entry["place"])
        path = [bytes.fromhex(node) for node in entry["path"]]
        leaf = absence.free_leaf(bytes.fromhex(entry["salt"]))
        root = merkle.root_from(leaf, place, table.places, path)
        is_his = place in absence.places_of(table.name, caller, table.places)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return Line("proof", "absence", DIFFERS, "it is not a place of a sealed table")
    name = f"{caller}, absent from table {table.name}"
    if not is_his:
        return Line("proof", name, DIFFERS, "the place is not one that this caller would have marked")
    if root is None or root.hex() != table.places_root:
        return Line("proof", name, DIFFERS, "its path does not lead to the root that the bundle has")
    return Line("proof", name, HOLDS, "a place that this caller would have marked is not marked")


def read_proof(path: Path) -> bytes:
    """The bytes of a proof's file. EvidenceError where it is too large for one."""
    if path.stat().st_size > 64 << 20:
        raise EvidenceError(f"{path} is too large for a proof")
    return path.read_bytes()
