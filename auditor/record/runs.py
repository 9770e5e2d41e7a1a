"""Runs of a case that are kept for comparison, and what changed from one to another, with the reason.

Each has a seal that only the account of the case's state can make: over its figures, and over the hash of its
states. A kept run that was edited is named, and believed by no command."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from auditor import engine
from auditor.case import Case, file_name, source_files
from auditor.catalogue.domains import domains, roles
from auditor.catalogue.rulebook import Rulebook
from auditor.claims.timeline import COUNTED
from auditor.errors import AuditorError, IncompleteError, UsageError
from auditor.ingest import loaded_contents, loaded_roles
from auditor.model import Audit, Moment
from auditor.private import checked, own_files, own_folder, write_private
from auditor.record.snapshot import CALLER_TOKEN, key_of, named_path
from auditor.state import State, read_state, state_path
from auditor.store import Store

FOLDER = "runs"
KEPT = 20
"""Runs kept; older ones go."""
_NAME, _PARTIAL = (
    re.compile(r"[0-9a-f]{16}\.json"),
    re.compile(r"[0-9a-f]{16}\.(?:tmp|part)|\.[0-9a-f]{16}\.json\.[0-9a-f]{8}"),
)
_OTHER_READING = "other content, or another role, of the file"
_WAS_NOT_USED, _NEW = "file not used before:", "new file"
_NOT_USED, _CAME_LATER, _GONE = "file not used any more:", "file received later:", "file gone:"
_KINDS = (_OTHER_READING, _WAS_NOT_USED, _NEW, _NOT_USED, _CAME_LATER, _GONE)
_ABANDONED_S = 3600
"""No run takes so long to write: a file half written for longer has no writer any more."""


@dataclass(frozen=True, slots=True)
class Run:
    """A kept run: its inputs, parameters and figures."""

    id: str
    as_of: str
    params: Mapping[str, object]
    sql: str
    tool: str
    contents: Mapping[str, str]
    """Start of a file's content hash -> its path; where a number is in it, without it and with a token."""
    measures: Mapping[str, int | None]
    states_sha256: str
    timeline: tuple[Moment, ...] = ()
    path: Path = Path()
    roles: Mapping[str, str] = field(default_factory=dict)
    """Start of a file's content hash -> the role in which it was read. Runs of older versions say none."""
    unused: Collection[str] = ()
    """Paths of files that are there and were not loaded: damaged, or with the content of another."""
    later: Collection[str] = ()
    """Paths of files that came in later than the moment of the run."""

    @property
    def states(self) -> Path:
        """The Parquet file of its states."""
        return self.path.with_suffix(".parquet")


@dataclass(frozen=True, slots=True)
class Change:
    """One attempt whose state differs in the second run; None: the attempt is not in that run."""

    attempt_id: str
    caller_id: str
    """A token, as in the snapshot: kept runs hold no numbers."""
    started_at: str
    before: str | None
    after: str | None
    why: str


def keep(
    store: Store,
    book: Rulebook,
    case: Case,
    audit: Audit,
    as_of: str = "",
    timeline: Sequence[Moment] = (),
) -> None:
    """Keep in the state folder what a later run is compared with. Only the oldest kept runs are deleted."""
    folder = own_folder(state_path(case.folder), FOLDER)
    target = folder / f"{audit.run[:16]}.json"
    for left in own_files(folder, _PARTIAL):
        if time.time() - left.lstat().st_mtime > _ABANDONED_S:
            left.unlink(missing_ok=True)
    key, states = key_of(state_path(case.folder)), target.with_suffix(".parquet")
    engine.keep_states(store, book, states, CALLER_TOKEN, {"key": key})
    facts: dict[str, object] = {
        "id": audit.run,
        "as_of": as_of,
        "params": {p.name: p.value for p in audit.parameters},
        "sql": book.sha256,
        "tool": audit.versions["auditor"],
        "contents": {start: named_path(path, key) for start, path in loaded_contents(store).items()},
        "roles": loaded_roles(store),
        "unused": sorted(named_path(f.path, key) for f in audit.files if f.status != "loaded"),
        "later": sorted(named_path(path, key) for path in _later(case)),
        "measures": {name: m.value for name, m in audit.measures.items()},
        "states_sha256": _hash_of(states),
        "timeline": [_written(moment) for moment in timeline],
    }
    facts["seal"] = _seal(read_state(case.folder), facts)
    write_private(target, (json.dumps(facts, indent=1, ensure_ascii=True) + "\n").encode())
    for old in _files(case)[KEPT:]:
        old.unlink()
        for left in own_files(folder, re.compile(re.escape(f"{old.stem}.parquet"))):
            left.unlink()


def _later(case: Case) -> Iterator[str]:
    """The files that a past state of knowledge leaves out, as far as they are there."""
    for source in case.later:
        with suppress(AuditorError):
            yield from (file_name(case, path) for path in source_files(case, source))


def _files(case: Case) -> list[Path]:
    """Latest first. Only regular files with the full name of a kept run, in the tool's own folder."""
    folder = checked(checked(state_path(case.folder)) / FOLDER)
    return sorted(own_files(folder, _NAME), key=lambda p: (p.stat().st_mtime_ns, p.name), reverse=True)


def kept(case: Case) -> tuple[Run, ...]:
    """The kept runs, latest first. IncompleteError where one cannot be read, or is not as it was kept."""
    files = _files(case)
    state = read_state(case.folder) if files else None
    return tuple(_read(path, state) for path in files if state)


def faults_of_kept(case: Case) -> dict[str, str]:
    """Each kept run by the start of its id, and why it is not believed; empty where it is. IncompleteError or
    UsageError as of `read_state`."""
    files = _files(case)
    state = read_state(case.folder) if files else None
    return {path.stem: _fault(path, state) for path in files if state}


def _fault(path: Path, state: State) -> str:
    try:
        _refuse_changed(_read(path, state))
    except IncompleteError as error:
        return error.message
    return ""


def _read(path: Path, state: State) -> Run:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        if not hmac.compare_digest(str(facts.pop("seal", "")).encode(), _seal(state, facts).encode()):
            raise ValueError("it was changed, or was not kept by this account")
        timeline = tuple(map(_moment, facts.pop("timeline", ())))
        run = Run(**facts, timeline=timeline, path=path)
        if run.id[:16] != path.stem:
            raise ValueError("its content is of another run than its name")
    except (ValueError, TypeError, AttributeError, KeyError, OSError) as error:
        # What Python says of a missing or strange field is of no use to a reader.
        why = error if isinstance(error, ValueError | OSError) else "it does not hold the fields of a run"
        raise IncompleteError(
            f"the kept run {path} cannot be read: {why}", hint="move it away; `auditor run` keeps a new one"
        ) from error
    return run


def _seal(state: State, facts: Mapping[str, object]) -> str:
    return state.seal("run " + json.dumps(facts, sort_keys=True, ensure_ascii=True))


def _hash_of(states: Path) -> str:
    with states.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_changed(run: Run) -> None:
    """IncompleteError where the states of a kept run are not those that its seal covers."""
    found = _hash_of(run.states) if run.states.is_file() and not run.states.is_symlink() else ""
    if found != run.states_sha256:
        raise IncompleteError(
            f"the states of the kept run {run.states} {'were changed' if found else 'are missing'}",
            hint=f"move {run.path} away; `auditor run` keeps a new one",
        )


def _written(moment: Moment) -> dict[str, object]:
    counts = {name.replace(".", "_"): value for name, value in moment.counts.items()}
    known = {"at": moment.at, "received": moment.received, "problem": moment.problem}
    return {**known, **({"run": moment.run, **counts} if moment.run else {})}


def _moment(facts: Mapping[str, Any]) -> Moment:
    counts = {name: facts.get(name.replace(".", "_")) for name in COUNTED} if "run" in facts else {}
    received = tuple(map(str, facts.get("received", ())))  # a run kept by an older version has none
    return Moment(
        facts["at"],
        run=facts.get("run", ""),
        counts=counts,
        received=received,
        problem=facts.get("problem", ""),
    )


def find(case: Case, name: str) -> Run:
    """The kept run whose id begins with `name`. UsageError when there is none, or more than one."""
    runs = kept(case)
    found = [run for run in runs if run.id.startswith(name)]
    if len(found) != 1:
        known = ", ".join(run.id[:16] for run in runs) or "none; `auditor run` keeps one"
        raise UsageError(
            f"{len(found) or 'no'} kept run(s) begin with {name!r}", hint=f"kept runs, latest first: {known}"
        )
    return found[0]


def differences(book: Rulebook, before: Run, after: Run) -> tuple[Change, ...]:
    """Every attempt that changed its state, and why: a file, a parameter, or the rules. IncompleteError where
    the states of a run are missing or changed."""
    for run in (before, after):
        _refuse_changed(run)
    rows = engine.changed_states(book, before.states, after.states)
    general = _general(before, after)
    return tuple(
        Change(
            attempt,
            caller,
            f"{started.isoformat(timespec='milliseconds')}Z",
            old,
            new,
            _why(before, after, general, attempt, old, new, (old_match, new_match)),
        )
        for attempt, caller, started, old, new, old_match, new_match in rows
    )


def changed_figures(before: Run, after: Run) -> dict[str, tuple[int | None, int | None]]:
    """Each measure that differs between the runs, with both values; None where it is not in evidence."""
    names = dict.fromkeys((*after.measures, *before.measures))
    pairs = {name: (before.measures.get(name), after.measures.get(name)) for name in names}
    return {name: (was, now) for name, (was, now) in pairs.items() if was != now}


def _general(before: Run, after: Run) -> str:
    """Everything that differs between the runs, in words."""
    names = sorted({*before.params, *after.params})
    told = [
        f"parameter {name}: {before.params.get(name)} to {after.params.get(name)}"
        for name in names
        if before.params.get(name) != after.params.get(name)
    ]
    if (before.sql, before.tool) != (after.sql, after.tool):
        told.append("rules changed")
    came = {start for start in after.contents if start not in before.contents}
    went = {start for start in before.contents if start not in after.contents}
    deciding = _of_states(before, after, came | went)
    if not (told or deciding):
        # A number beside an IMSI names a caller, whatever the file is for (contract 3.5).
        deciding = came | went
    files = {(_came if start in came else _went)(before, after, start) for start in deciding}
    return "; ".join([*told, *sorted(files, key=_by_kind)]) or "the case's own settings"


def _by_kind(said: str) -> tuple[int, str]:
    return next(number for number, kind in enumerate(_KINDS) if said.startswith(kind)), said


def _of_states(before: Run, after: Run, starts: Collection[str]) -> Collection[str]:
    """Those of the files whose role decides the states of attempts, or is not known."""
    first = next(iter(roles()))
    own = {r.name for domain in domains() if first in {r.name for r in domain.role} for r in domain.role}
    known = {**before.roles, **after.roles}
    return {start for start in starts if known.get(start, first) in own}


def _why(
    before: Run,
    after: Run,
    general: str,
    attempt: str,
    old: str | None,
    new: str | None,
    matches: tuple[str | None, str | None],
) -> str:
    """The one file that explains the change, if there is one; else everything that differs."""
    own = attempt.partition(":")[0]
    if old is None and own not in before.contents:
        return _came(before, after, own)
    if new is None and own not in after.contents:
        return _went(before, after, own)
    old_match, new_match = ((m or "").partition(":")[0] for m in matches)
    if new_match and new_match not in before.contents:
        return f"{_came(before, after, new_match)} holds its arrival"
    if old_match and old_match not in after.contents:
        return f"{_went(before, after, old_match)} held its arrival"
    return general


def _came(before: Run, after: Run, start: str) -> str:
    path = after.contents.get(start, start)
    if path in before.contents.values():
        return f"{_OTHER_READING} {path}"
    return f"{_WAS_NOT_USED if _is_among(path, before.unused) else _NEW} {path}"


def _went(before: Run, after: Run, start: str) -> str:
    path = before.contents.get(start, start)
    if path in after.contents.values():
        return f"{_OTHER_READING} {path}"
    if _is_among(path, after.unused):
        return f"{_NOT_USED} {path}"
    return f"{_CAME_LATER if _is_among(path, after.later) else _GONE} {path}"


def _is_among(path: str, files: Collection[str]) -> bool:
    """Whether a file is one of these, lies in one that is an archive, or is a part of one."""
    return any(path == file or path.startswith((f"{file}!/", f"{file} (")) for file in files)
