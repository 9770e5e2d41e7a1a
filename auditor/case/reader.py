"""`case.toml` -> `Case`. What the keys do not name is an error that names its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from auditor.case.acceptance import Acceptance
from auditor.case.declared import read_declared
from auditor.case.folder import matching
from auditor.case.keys import (
    FILE,
    FILL_IN,
    SECTIONS,
    Case,
    CaseFacts,
    Centre,
    DeclaredOutage,
    Keeping,
    Narrowing,
    Service,
    Source,
    is_required,
    type_name,
)
from auditor.case.own_layout import with_layouts
from auditor.case.place import Place, meant, moment, refuse_too_large, refuse_unknown
from auditor.case.published import check_published
from auditor.case.reconciliation import DeclaredClaim, DeclaredDefinition, DeclaredExclusion
from auditor.case.time_pattern import fault_of as pattern_fault
from auditor.catalogue.domains import case_keys, roles
from auditor.containers.stored import StoredFile, fault_of, is_url, stored_files
from auditor.errors import UsageError, Where, not_toml
from auditor.private import refuse_irregular, refuse_unreadable, shown_name
from auditor.regimes import Regime, read_regime

_MAX_BYTES = 16 << 20


def read_case(folder: Path) -> Case:
    """Read `folder/case.toml`. UsageError names file and line of the first fault and what to try."""
    try:
        return _read(folder)
    except RecursionError as error:  # brackets or keys in one another, thousands deep
        raise not_toml(FILE, folder / FILE, error) from error


def _read(folder: Path) -> Case:
    refuse_unreadable(folder)
    path = folder / FILE
    refuse_irregular(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(
                f"{FILE} is larger than {_MAX_BYTES >> 20} MB",
                where=Where(str(path)),
                hint="look whether it is a log",
            )
        text = ""
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise UsageError(
            f"{folder} holds no {FILE}", hint=f"`auditor init {folder}` writes one from its logs"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise not_toml(FILE, path, error, text) from error
    _refuse_unfilled(raw, path, text)
    refuse_unknown(raw, (*SECTIONS, *case_keys(), "params", "report"), Place(path, text, "case"), "section")
    facts = _one(CaseFacts, raw.get("case", {}), Place(path, text, "case"))
    outages = _many(DeclaredOutage, "outage", raw, path, text)
    raw = {**raw, "source": with_layouts(folder, raw.get("source", []))}
    sources = _many(Source, "source", raw, path, text)
    centres = _many(Centre, "centre", raw, path, text)
    elements = tuple((name.strip().lower(), c.id) for c in centres for name in c.elements)
    case = Case(
        folder=folder,
        facts=facts,
        regime=_regime(facts.regime, Place(path, text, "case")),
        outages=outages,
        sources=tuple(replace(s, number=i, elements=elements) for i, s in enumerate(sources, 1)),
        centres=centres,
        services=_many(Service, "service", raw, path, text),
        params=dict(raw.get("params", {})),
        report={name: str(value) for name, value in raw.get("report", {}).items()},
        definitions=_many(DeclaredDefinition, "definition", raw, path, text),
        claims=_many(DeclaredClaim, "claim", raw, path, text),
        exclusions=_many(DeclaredExclusion, "exclusion", raw, path, text),
        accepted=_many(Acceptance, "accepted", raw, path, text),
    )
    _check(case, path, text)
    _check_references(case, path, text)
    check_published(case.definitions, case.claims, path, text)
    return replace(case, declared=read_declared(raw, _ids(case), path, text))


def _refuse_unfilled(raw: object, path: Path, text: str) -> None:
    """UsageError with every line of a draft that still has FILL IN for a value."""
    if not _is_unfilled(raw):
        return
    mark = f'"{FILL_IN}"'
    lines = [
        (number, re.findall(rf"(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w-]+) *= *{mark}", line))
        for number, line in enumerate(text.splitlines(), 1)
        if mark in line and not line.lstrip().startswith("#")
    ]
    # A word between the number and the keys: a key that is a number is masked, that of the line is not.
    named = [
        f"line {number} (for {' and '.join(keys)})" if keys else f"line {number}" for number, keys in lines
    ]
    raise UsageError(
        f"{len(lines)} line(s) are not filled in: {'; '.join(named)}",
        where=Where(str(path), lines[0][0] if lines else None),
        hint=f"write a value in place of each {mark}; the comment behind it says what is known",
    )


def _is_unfilled(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_is_unfilled, value.values()))
    return any(map(_is_unfilled, value)) if isinstance(value, list) else value == FILL_IN


def _ids(case: Case) -> dict[str, tuple[str, ...]]:
    """The ids of each section by which a domain's own keys may name one."""
    sections = {
        "outage": case.outages,
        "centre": case.centres,
        "service": case.services,
        "definition": case.definitions,
        "claim": case.claims,
        "exclusion": case.exclusions,
    }
    return {name: tuple(each.id for each in declared) for name, declared in sections.items()}  # type: ignore[attr-defined]


def _regime(code: str, place: Place) -> Regime:
    try:
        return read_regime(code)
    except UsageError as error:
        raise UsageError(error.message, where=place.where("regime"), hint=error.hint) from error


def _check(case: Case, path: Path, text: str) -> None:
    """Faults that no single key shows."""
    if not case.sources and not case.claims:
        raise UsageError(
            "the case names no [[source]]", where=Where(str(path)), hint="add one [[source]] a log"
        )
    seen: set[str] = set()
    for nth, outage in enumerate(case.outages):
        place = Place(path, text, "outage", nth)
        if outage.id in seen:
            raise UsageError(
                f"two outages are called {outage.id!r}", where=place.where("id"), hint="give each its own id"
            )
        if outage.end <= outage.start:
            raise UsageError(
                f"outage {outage.id!r} ends before it starts",
                where=place.where("end"),
                hint="check its offsets",
            )
        if outage.recovery_tail_s < 0:
            raise UsageError("recovery_tail_s is below 0", where=place.where("recovery_tail_s"))
        seen.add(outage.id)
    for nth, source in enumerate(case.sources):
        place = Place(path, text, "source", nth)
        if source.role not in roles():
            raise UsageError(
                f"unknown role {source.role!r}",
                where=place.where("role"),
                hint=meant(source.role, tuple(roles())),
            )
        if source.timezone is not None:
            _zone(source.timezone, place.where("timezone"))
        if wrong := pattern_fault(source.time_format or ""):
            raise UsageError(wrong[0], where=place.where("time_format"), hint=wrong[1])
        if source.covers_from and source.covers_to and source.covers_to < source.covers_from:
            raise UsageError("covers_to lies before covers_from", where=place.where("covers_to"))
        if is_url(source.path) and (fault := fault_of(source.path)):
            raise UsageError(fault, where=place.where("path"))
        if Path(source.path).is_absolute() or ".." in Path(source.path).parts:
            raise UsageError(
                f"{source.path!r} lies outside the case",
                where=place.where("path"),
                hint="put the log into the folder",
            )
    _zone(case.timezone, Place(path, text, "case").where("timezone"))
    for nth, accepted in enumerate(case.accepted):
        for name in ("by", "reason", "on"):
            if not str(getattr(accepted, name)).strip():
                where = Place(path, text, "accepted", nth).where(name)
                raise UsageError(
                    f"{name} of an [[accepted]] is empty",
                    where=where,
                    hint="say who answers for it, why and since when",
                )


def _check_references(case: Case, path: Path, text: str) -> None:
    """Ids of definitions, claims and exclusions are unique, and what they name is there."""
    ids = {
        "service": tuple(s.id for s in case.services),
        "definition": tuple(d.id for d in case.definitions),
        "claim": tuple(c.id for c in case.claims),
        "exclusion": tuple(x.id for x in case.exclusions),
    }
    for section, names in ids.items():
        for nth, name in enumerate(names):
            if name in names[:nth]:
                where = Place(path, text, section, nth).where("id")
                raise UsageError(
                    f"two {section}s are called {name!r}", where=where, hint="give each its own id"
                )
    if case.facts.service is not None and case.service is None:
        where = Place(path, text, "case").where("service")
        hint = meant(case.facts.service, ids["service"]) if ids["service"] else "declare it in a [[service]]"
        raise UsageError(f"no service is called {case.facts.service!r}", where=where, hint=hint)
    for nth, service in enumerate(case.services):
        if not any(number.strip() for number in service.numbers):
            where = Place(path, text, "service", nth).where("numbers")
            raise UsageError(
                f"service {service.id!r} has no number",
                where=where,
                hint="give the numbers that are dialled for it",
            )
    for nth, claim in enumerate(case.claims):
        place = Place(path, text, "claim", nth)
        parts = tuple(part.removeprefix("-") for part in claim.parts)
        for name, named in (("parts", parts), ("supersedes", claim.supersedes), ("overlaps", claim.overlaps)):
            for other in named:
                if other not in ids["claim"] or other == claim.id:
                    hint = meant(other, tuple(i for i in ids["claim"] if i != claim.id))
                    raise UsageError(
                        f"{name} of claim {claim.id!r} names no other claim {other!r}",
                        where=place.where(name),
                        hint=hint,
                    )
        if claim.definition and claim.definition not in ids["definition"]:
            hint = meant(claim.definition, ids["definition"])
            raise UsageError(
                f"no definition is called {claim.definition!r}", where=place.where("definition"), hint=hint
            )
    for nth, exclusion in enumerate(case.exclusions):
        if not (exclusion.attempts or exclusion.call_ids or exclusion.callers):
            where = Place(path, text, "exclusion", nth).where()
            raise UsageError(
                f"exclusion {exclusion.id!r} takes nothing out",
                where=where,
                hint="name attempts, call_ids or callers",
            )


def _zone(name: str, where: Where) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(
            f"unknown time zone {name!r}", where=where, hint="for example Australia/Sydney or UTC"
        ) from None


def _many(cls: type[Any], section: str, raw: Mapping[str, Any], path: Path, text: str) -> tuple[Any, ...]:
    tables = raw.get(section, [])
    if not isinstance(tables, list):
        raise UsageError(
            f"[{section}] must be written [[{section}]]", where=Place(path, text, section).where()
        )
    return tuple(_one(cls, table, Place(path, text, section, nth)) for nth, table in enumerate(tables))


def _one(cls: type[Any], table: Mapping[str, Any], place: Place) -> Any:
    hints = get_type_hints(cls)
    public = [f for f in fields(cls) if not f.metadata.get("internal")]
    added = case_keys().get(place.section)
    others = tuple(column.name for column in added.column) if added and added.adds else ()
    refuse_unknown(table, (*(f.name for f in public), *others), place, "key")
    values: dict[str, Any] = {}
    for f in public:
        if f.name in table:
            values[f.name] = _value(table[f.name], hints[f.name], f.name, place)
            if (most := f.metadata.get("most")) is not None:
                refuse_too_large(values[f.name], most, f.name, place)
            choices = f.metadata.get("choices")
            if choices and values[f.name] not in choices:
                hint = meant(values[f.name], choices)
                raise UsageError(
                    f"{f.name} cannot be {values[f.name]!r}", where=place.where(f.name), hint=hint
                )
        elif is_required(f):
            raise UsageError(
                f"[{place.section}] lacks {f.name!r} ({f.metadata['why']})",
                where=place.where(),
                hint=f"add {f.name} = ...",
            )
    return cls(**values)


def _value(value: Any, hint: Any, name: str, place: Place) -> Any:
    """`value` as the key's type, or UsageError."""
    text = str(hint)
    for chosen in (Narrowing, Keeping):
        if isinstance(value, dict) and hint == chosen | None:
            return _chosen(chosen, value, place)
    if "datetime" in text:
        if (at := moment(value)) is not None:
            return at
        raise UsageError(
            f"{name} must be a time with its offset",
            where=place.where(name),
            hint="2024-03-12T17:00:00+11:00",
        )
    if (
        text.count("Mapping") == 2
        and isinstance(value, dict)
        and all(isinstance(words, dict) for words in value.values())
    ):
        return {column: {str(k): str(v) for k, v in words.items()} for column, words in value.items()}
    if text.count("Mapping") == 1 and "tuple" in text and isinstance(value, dict):
        return {str(k): tuple(map(str, v if isinstance(v, list) else [v])) for k, v in value.items()}
    if text.count("Mapping") == 1 and isinstance(value, dict):
        return {str(k): str(v) for k, v in value.items()}
    if "tuple" in text and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    for kind, expected in (("bool", bool), ("int", int), ("str", str)):
        if text in (f"<class '{kind}'>", f"{kind} | None"):
            if type(value) is expected:
                return value
            if expected is str and isinstance(value, date):
                # A day may be written bare, as TOML does, or in quotes.
                return value.isoformat()
    wanted = type_name(hint)
    tip = "put it in quotes" if wanted == "text" and not isinstance(value, dict | list) else ""
    raise UsageError(f"{name} = {value!r} is not of its type ({wanted})", where=place.where(name), hint=tip)


def read_source(folder: Path, table: Mapping[str, Any]) -> Source:
    """One `[[source]]` by itself, with the layout it names beside it. UsageError for a key or value that is
    none."""
    (whole,) = with_layouts(folder, [dict(table)])
    source: Source = _one(Source, whole, Place(folder / FILE, "", "source"))
    return replace(source, number=1)


def _chosen(cls: type[Any], value: Mapping[str, Any], place: Place) -> Any:
    """A column and its values, written out or short: { method = "INVITE" }."""
    if set(value) != {"column", "values"} and len(value) == 1:
        ((column, values),) = value.items()
        value = {"column": column, "values": values if isinstance(values, list) else [values]}
    return _one(cls, value, place)


def source_files(case: Case, source: Source) -> tuple[Path, ...]:
    """The files a source names, sorted. A name that exists is taken literally; else it is a pattern.
    UsageError when none matches."""
    is_stored = is_url(source.path)
    found = (stored_files if is_stored else matching)(case.evidence, source.path)
    if not found:
        if is_stored:
            said, hint = f"{source.path!r} matches no file", "list the store with its own tools"
        elif (case.evidence / source.path).is_file():
            said = f"{source.path!r} leads outside the case through a link to a folder"
            hint = "copy the folder into the case, or name the folder of the logs with --evidence"
        elif (case.evidence / source.path).exists():
            said, hint = (
                f"{source.path!r} is not a regular file",
                "write what a pipe or device gives to a file in the folder; name the files of a folder",
            )
        else:
            said, hint = f"{source.path!r} matches no file", f"look into {case.evidence}"
        raise UsageError(said, where=where_in(case, source, "path"), hint=hint)
    return found


def file_name(case: Case, path: Path) -> str:
    """A file of the case by its name in ledger and reports: below the evidence, or its URL."""
    return path.url if isinstance(path, StoredFile) else shown_name(path.relative_to(case.evidence))


def where_in(case: Case, source: Source, name: str) -> Where:
    """Where a source's key is in the case file."""
    text = (case.folder / FILE).read_text(encoding="utf-8")
    return Place(case.folder / FILE, text, "source", source.number - 1).where(name)
