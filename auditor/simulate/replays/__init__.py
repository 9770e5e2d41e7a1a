"""Replays of published outages: invented logs that give the published figures exactly, each under its own
definition.

No carrier has released its records, so callers and times are invented. The figures, who published them and
when are real. One TOML file for each replay: the case file, a readme, and groups of callers with one fate
each.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from auditor.catalogue.domains import roles
from auditor.errors import UsageError
from auditor.simulate.people import Person, invented

_HERE = "auditor.simulate.replays"
Row = dict[str, object]
_CHECKED_AFTER_H = {"in_time": 5, "late": 1_800}


@dataclass(frozen=True, slots=True)
class Group:
    """Callers with one fate. `attempts`: how many of theirs failed in all, redials included; the first
    callers redial."""

    callers: int
    fate: str
    """failed, cancelled, delivered, later (a last attempt arrives), camp_on (another network brings the
    call), record (centre only), rejected (it arrives and is turned away), ordinary (a call elsewhere)."""
    start: datetime
    end: datetime
    source: str = "attempts.csv"
    attempts: int = 0
    network: str = ""
    access: str = ""
    cell: str = ""
    retry_s: int = 90
    heard_s: int = 60
    double_legs: int = 0
    """How many of the attempts two elements logged."""
    check: str = ""
    """in_time, late, or none."""
    is_transferred: bool = True
    has_location: bool = True
    has_callback: bool = True
    is_numbered: bool = True
    """Whether the callers show a number. If not, they show a SIM only."""
    days: int = 1
    """On how many days the same happens again, this one included."""
    open_s: int = 90
    """How long an arrived call stays open."""
    route: str = ""
    status: int = 503
    """Final SIP status of a failed attempt."""
    unanswered: int = 0
    """How many ordinary calls have no answer."""


@dataclass(slots=True)
class _Logs:
    """Rows by file, while they are made."""

    dialled: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    people: int = 0

    def add(self, name: str, row: Row) -> None:
        self.rows.setdefault(name, []).append(row)

    def person(self, group: Group) -> Person:
        self.people += 1
        person = invented(self.people)
        return person if group.is_numbered else person.by_imsi()


def replays() -> tuple[str, ...]:
    """Names of all replays."""
    return tuple(
        sorted(p.name.removesuffix(".toml") for p in files(_HERE).iterdir() if p.name.endswith(".toml"))
    )


def replay(name: str, folder: Path) -> None:
    """Write the case of a replay into `folder`. UsageError for an unknown name."""
    if name not in replays():
        raise UsageError(f"unknown replay {name!r}", hint="use one of: " + ", ".join(replays()))
    raw: dict[str, Any] = tomllib.loads(files(_HERE).joinpath(f"{name}.toml").read_text("utf-8"))
    logs = _Logs(raw["dialled"])
    for group in (Group(**group) for group in raw["group"]):
        for day in range(group.days):
            shift = timedelta(days=day)
            _play(replace(group, start=group.start + shift, end=group.end + shift), logs)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in (
        ("case.toml", raw["case"]),
        ("README.md", raw["readme"]),
        *raw.get("files", {}).items(),
    ):
        (folder / file).write_text(text.strip("\n") + "\n", encoding="utf-8", newline="\n")
    for file, rows in logs.rows.items():
        if file not in raw.get("withheld", ()):  # a log that nobody handed over
            _write(folder / file, rows)


def _play(group: Group, logs: _Logs) -> None:
    failures = group.attempts or group.callers
    step = (group.end - group.start) / max(1, group.callers)
    doubled = group.double_legs
    for nth in range(group.callers):
        person = logs.person(group)
        if group.fate == "ordinary":
            at = _whole(group.start + nth * step)
            logs.add(group.source, _ordinary(group, person, at, is_answered=nth >= group.unanswered))
            continue
        start = _whole(group.start + nth * step)
        tries = failures // group.callers + (nth < failures % group.callers)
        for place in range(tries if group.fate not in ("delivered", "record", "rejected") else 0):
            at = start + timedelta(seconds=group.retry_s * place)
            for leg in range(2 if doubled > 0 else 1):
                logs.add(
                    group.source,
                    _attempt(group, logs, person, at + timedelta(seconds=leg), is_arrived=False, leg=leg),
                )
            doubled -= 1
        last = start + timedelta(seconds=group.retry_s * (tries - 1))
        if group.fate in ("delivered", "later"):
            at = start if group.fate == "delivered" else last + timedelta(seconds=group.retry_s)
            logs.add(group.source, _attempt(group, logs, person, at, is_arrived=True))
            logs.add("centre.csv", _arrival(group, logs, person, at, group.network))
        elif group.fate == "rejected":
            logs.add(group.source, _attempt(group, logs, person, start, is_arrived=False))
            logs.add("centre.csv", _arrival(group, logs, person, start, group.network))
        elif group.fate == "camp_on":
            logs.add(
                "centre.csv",
                _arrival(group, logs, person, last + timedelta(seconds=group.heard_s), "another"),
            )
        elif group.fate == "record":
            logs.add("centre.csv", _arrival(group, logs, person, start, group.network))
        if group.check:
            logs.add(
                "welfare.csv",
                _check(group, logs, person, last + timedelta(hours=_CHECKED_AFTER_H[group.check])),
            )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _attempt(group: Group, logs: _Logs, who: Person, at: datetime, *, is_arrived: bool, leg: int = 0) -> Row:
    is_cancelled = group.fate == "cancelled"
    return {
        "network": group.network,
        "element": f"{group.network}-{leg + 1}",
        "started_at": _text(at),
        "answered_at": _text(at + timedelta(seconds=6)) if is_arrived else "",
        "released_at": _text(
            at + timedelta(seconds=group.open_s + 5 if is_arrived else 1 if is_cancelled else 8)
        ),
        "calling_number": who.number,
        "imsi": who.imsi,
        "dialled": logs.dialled,
        "access": group.access,
        "cell_id": group.cell,
        "route": group.route,
        "sip_status": 200 if is_arrived else 487 if is_cancelled else group.status,
    }


def _ordinary(group: Group, who: Person, at: datetime, *, is_answered: bool) -> Row:
    return {
        "network": group.network,
        "element": f"{group.network}-1",
        "started_at": _text(at),
        "answered_at": _text(at + timedelta(seconds=6)) if is_answered else "",
        "released_at": _text(at + timedelta(seconds=40)),
        "calling_number": who.number,
        "dialled": "2025550100",
        "sip_status": 200 if is_answered else 480,
    }


def _arrival(group: Group, logs: _Logs, who: Person, at: datetime, network: str) -> Row:
    arrived, is_rejected = at + timedelta(seconds=2), group.fate == "rejected"
    return {
        "centre_call_id": f"C{len(logs.rows.get('centre.csv', ())) + 1:06d}",
        "presented_at": _text(arrived),
        "answered_at": "" if is_rejected else _text(arrived + timedelta(seconds=4)),
        "released_at": _text(arrived + timedelta(seconds=1 if is_rejected else group.open_s)),
        "calling_number": who.number,
        "imsi": who.imsi,
        "network": network,
        "disposition": "rejected" if is_rejected else "answered",
        "transferred_to": "eso" if group.is_transferred else "",
        "transferred_at": _text(arrived + timedelta(seconds=30)) if group.is_transferred else "",
        "location_received": str(group.has_location).lower(),
        "callback_received": str(group.has_callback).lower(),
    }


def _check(group: Group, logs: _Logs, who: Person, at: datetime) -> Row:
    number = len(logs.rows.get("welfare.csv", ())) + 1
    return {
        "check_id": f"W{number:06d}",
        "calling_number": who.number,
        "imsi": who.imsi,
        "attempted_at": _text(at),
        "method": "call",
        "outcome": "contacted",
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _write(path: Path, rows: list[Row]) -> None:
    """CSV in the order of time; columns that no row fills are left out."""
    kinds = (("started_at", "attempts"), ("presented_at", "centre"), ("attempted_at", "welfare"))
    time, role = next(kind for kind in kinds if kind[0] in rows[0])
    columns = [name for name in roles()[role].columns if any(row.get(name) not in (None, "") for row in rows)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: str(row[time])))


def described() -> Iterator[tuple[str, str]]:
    """Each replay with the title of its case."""
    for name in replays():
        raw = tomllib.loads(files(_HERE).joinpath(f"{name}.toml").read_text("utf-8"))
        yield name, tomllib.loads(raw["case"])["case"]["title"]
