"""What a case file may hold: one dataclass a section, one field a key, with its default and what it is
for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

from auditor.case.acceptance import Acceptance
from auditor.case.key import Texts, key
from auditor.case.reconciliation import DeclaredClaim, DeclaredDefinition, DeclaredExclusion
from auditor.catalogue.declarations import KEY_TYPES
from auditor.catalogue.domains import case_keys, roles
from auditor.regimes import Regime
from auditor.state import evidence_path, state_path

FILE = "case.toml"
DATABASE = "case.duckdb"
FILL_IN = "FILL IN"
"""The value of a draft that a person must replace: a case with one is not read."""
INVENTED = "invented logs"
"""Is in the title and beside each verdict of a case whose logs nobody recorded."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`emergency_only_when`: only records whose `column` holds one of `values` may be emergencies."""

    column: str = key("column of the source, by the file's own header name")
    values: Texts = key(
        "values by which a record may be an emergency, compared without regard to case and outer blanks"
    )


@dataclass(frozen=True, slots=True)
class Keeping:
    """`keep`: only rows whose `column` holds one of `values` are records of this source, in any role."""

    column: str = key("column of the source, by its canonical name or the file's own header name")
    values: Texts = key("values of the rows to keep, compared without regard to case and outer blanks")


@dataclass(frozen=True, slots=True)
class DeclaredOutage:
    """`[[outage]]`: a declared window on named networks and areas."""

    id: str = key("name of the outage, unique in the case")
    start: datetime = key("first instant, with its offset")
    end: datetime = key("first instant after it (exclusive), with its offset")
    networks: Texts = key("networks it struck; none given: every network", ())
    significant: bool = key("whether callers whose calls failed in it have a check due", True)
    areas: Texts = key("areas it was said to strike", ())
    recovery_tail_s: int = key("seconds after the end in which failures still belong to it", 0)
    cause: str = key("cause, as the report shall print it", "")
    steps: str = key("steps taken, as the report shall print them", "")


@dataclass(frozen=True, slots=True)
class Source:
    """`[[source]]`: one log, in one file or in many of one layout."""

    role: str = key("which table it fills: " + ", ".join(roles()))
    path: str = key(
        "file, or pattern for many, relative to the case; or the URL of such in an object store (s3://)"
    )
    format: str | None = key("layout, where detection is not to decide (`auditor formats` lists them)", None)
    timezone: str | None = key("zone of times without an offset, for example Australia/Sydney", None)
    time_format: str | None = key(
        "strptime pattern of times that are not ISO 8601; epoch (seconds, milliseconds or microseconds, by"
        " their digits), epoch_s, epoch_ms or epoch_us. An offset (%z) or a zone (%Z: UTC, GMT or such as"
        " Australia/Sydney) in the text goes before timezone; a name such as EST is of several zones: write"
        " it as it is in the pattern, and say timezone",
        None,
    )
    delimiter: str | None = key("field delimiter, where detection is not to decide", None)
    encoding: str | None = key("text encoding, where it is not UTF-8; UTF-16 is seen by itself", None)
    multiline: bool = key("whether a quoted field may hold line breaks", False)
    network: str | None = key("network of records that do not name theirs", None)
    element: str | None = key("network element of records that do not name theirs", None)
    centre: str | None = key("service centre whose log this is", None)
    columns: Mapping[str, str] = key("canonical column = the file's own header name", factory=dict)
    values: Mapping[str, Mapping[str, str]] = key(
        "canonical column = the file's own words and the listed ones, or its names and those of other logs: {"
        ' outcome = { "Spoke to customer" = "contacted" }, network = { "ALPHA LTD" = "alpha" } }',
        factory=dict,
    )
    member: Texts = key(
        "tables of a SQL dump, or members of an archive, to read, by name; none given: all of them", ()
    )
    layout: str | None = key(
        "name of layouts/NAME.toml beside case.toml, which holds keys of [[source]]", None
    )
    header: Texts = key("names of the columns in order, where no line of the file names them", ())
    skip_head: int = key("lines above the header line (or above the first record) that are no data", 0)
    skip_lines: str | None = key("regular expression; a line in which it is found is no data", None)
    sheet: str | None = key("sheet of a workbook, where more than one could be meant", None)
    header_row: int = key("row of a sheet that names its columns, where detection is not to decide", 0)
    quotes: str = key(
        "strict; loose: quotes inside a field are text, only one before a delimiter ends it; none: quotes are"
        " text",
        "strict",
        choices=("strict", "loose", "none"),
    )
    nulls: Mapping[str, Texts] = key(
        'canonical column = words that mean no value there: { answered_at = ["0001-01-01T00:00:00Z"] }',
        factory=dict,
    )
    constants: Mapping[str, str] = key(
        "canonical column = its value in every record that gives none", factory=dict
    )
    time_parts: Mapping[str, Texts] = key(
        'canonical column = the columns that make it up, a blank between: { started_at = ["Date", "Time"] }',
        factory=dict,
    )
    json: str | None = key(
        "lines, array, object or concatenated, where detection is not to decide",
        None,
        choices=("lines", "array", "object", "concatenated"),
    )
    unwrap: str | None = key("key, or dotted path, of the JSON array that holds the records", None)
    keep: Keeping | None = key(
        "{ column, values }: only such rows are records of this source, and its counters are not judged", None
    )
    covers_from: datetime | None = key("first instant that the log covers; default: its first record", None)
    covers_to: datetime | None = key("last instant that the log covers; default: its last record", None)
    received_at: datetime | None = key("when the file came into the auditor's hands", None)
    emergency_only_when: Narrowing | None = key(
        "{ column, values }: only such records may be emergencies", None
    )
    trust_listing: bool = key(
        "whether a file in an object store, whose size and ETag are those of its last load, is taken as"
        " unchanged without being read; the report says so",
        False,
    )
    number: int = field(default=0, metadata={"internal": True})
    """Place among the case's sources, from 1."""
    elements: tuple[tuple[str, str], ...] = field(default=(), metadata={"internal": True})
    """Element (in lower case) and its centre, as the case's [[centre]] say it."""

    @property
    def part(self) -> str:
        """Which part of each of its files it reads, in words, the same however it is spelt; "" for all."""
        kept = sorted({value.strip().casefold() for value in self.keep.values}) if self.keep else ()
        said = (
            f"sheet {self.sheet}" if self.sheet else "",
            f"member {', '.join(sorted(self.member))}" if self.member else "",
            f"{self.keep.column} = {', '.join(kept)}" if self.keep else "",
        )
        return "; ".join(filter(None, said)).replace("!/", "! /")

    def is_apart_from(self, other: Source) -> bool:
        """Whether no record of a file can be of both: they read other sheets, other members, or rows with
        other values in one column."""
        if self.sheet and other.sheet and self.sheet != other.sheet:
            return True
        if self.member and other.member and not set(self.member) & set(other.member):
            return True
        if not self.keep or not other.keep or self.keep.column != other.keep.column:
            return False
        mine, others = ({v.strip().casefold() for v in keep.values} for keep in (self.keep, other.keep))
        return not mine & others

    def content_of(self, sha256: str) -> str:
        """The hash of what it reads of a file whose content has the hash `sha256`: two sheets, or two kinds
        of rows, of one file are two contents."""
        is_part = self.sheet or self.keep
        return hashlib.sha256(f"{self.part} {sha256}".encode()).hexdigest() if is_part else sha256


@dataclass(frozen=True, slots=True)
class Centre:
    """`[[centre]]`: which routes and regions lead to which service centre."""

    id: str = key("name of the centre, as its log or source names it")
    routes: Texts = key("routes that lead to it", ())
    regions: Texts = key("regions it serves", ())
    elements: Texts = key(
        "elements whose events are its log, where one log holds those of many (elementId of i3 LogEvents)", ()
    )


@dataclass(frozen=True, slots=True)
class Service:
    """`[[service]]`: what calls may be for besides the regime's emergency service, or another name for it."""

    id: str = key("name of the service, unique in the case")
    kind: str = key(
        "emergency, platform (a conference) or hotline", choices=("emergency", "platform", "hotline")
    )
    numbers: Texts = key("numbers that are dialled for it; calls to them are audited where [case] names it")
    operator: str = key("who runs the platform where its calls arrive", "")
    scheduled_start: datetime | None = key(
        "when it was to begin, with its offset: delays are counted from then", None
    )
    contract: str = key("under which contract the platform is run, as the report shall print it", "")


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """`[case]`: what the audit is about."""

    title: str = key("title of the reports")
    regime: str = key("jurisdiction: emergency numbers, clocks, clauses (au us gb fr ca nz jp eu)")
    country: str | None = key("country in whose plan national numbers are read; default: the regime's", None)
    timezone: str | None = key("zone in which the reports show hours; default: the regime's", None)
    test_numbers: Texts = key("numbers that only make test calls", ())
    invented: bool = key(
        "whether the logs are invented (simulated, or the replay of an outage): every output says so",
        False,
    )
    service: str | None = key(
        "the [[service]] whose calls are audited; none: the regime's emergency service", None
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A case folder, read and checked. Nothing in it has been opened but `case.toml`."""

    folder: Path
    facts: CaseFacts
    regime: Regime
    outages: tuple[DeclaredOutage, ...]
    sources: tuple[Source, ...]
    centres: tuple[Centre, ...]
    params: Mapping[str, int | float | str]
    report: Mapping[str, str]
    definitions: tuple[DeclaredDefinition, ...] = ()
    claims: tuple[DeclaredClaim, ...] = ()
    exclusions: tuple[DeclaredExclusion, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    declared: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    """Tables that the domains declare, by name: see `auditor.case.declared`."""
    services: tuple[Service, ...] = ()
    later: tuple[Source, ...] = ()
    """Sources that a past state of knowledge leaves out: their files had not come in yet."""

    @property
    def database(self) -> Path:
        """Where the case's DuckDB file lies."""
        return state_path(self.folder) / DATABASE

    @property
    def evidence(self) -> Path:
        """The folder to which the paths of its sources are relative."""
        return evidence_path(self.folder)

    @property
    def asks_for_facts(self) -> bool:
        """Whether it declares a claim, definition or exclusion: a run then counts figures under other
        definitions than the audit's."""
        return bool(self.claims or self.definitions or self.exclusions)

    @property
    def service(self) -> Service | None:
        """The declared service whose calls are audited; None: the regime's emergency service."""
        return next((service for service in self.services if service.id == self.facts.service), None)

    @property
    def is_emergency(self) -> bool:
        """Whether the audited calls are for an emergency service: the duties of the regime belong to those
        alone."""
        return self.service is None or self.service.kind == "emergency"

    @property
    def has_welfare_duty(self) -> bool:
        """Whether the regime wants a check on those whose calls failed."""
        return self.regime.has_welfare_duty and self.is_emergency

    @property
    def title(self) -> str:
        """Title of the reports; it says where the logs are invented."""
        return f"{self.facts.title} · {INVENTED}" if self.facts.invented else self.facts.title

    @property
    def country(self) -> str:
        """Country (ISO 3166 letters) in whose plan national numbers are read."""
        return (self.facts.country or self.regime.country).upper()

    @property
    def timezone(self) -> str:
        """Zone in which reports show hours."""
        return self.facts.timezone or self.regime.timezone

    @property
    def test_numbers(self) -> Texts:
        """The case's own and the regime's test numbers, as listed."""
        return self.facts.test_numbers + self.regime.test_numbers


SECTIONS: Mapping[str, type] = {
    "case": CaseFacts,
    "outage": DeclaredOutage,
    "source": Source,
    "centre": Centre,
    "service": Service,
    "definition": DeclaredDefinition,
    "claim": DeclaredClaim,
    "exclusion": DeclaredExclusion,
    "accepted": Acceptance,
}
"""Sections with fixed keys; `[params]` and `[report]` hold names of their own."""


def is_required(f: Field[Any]) -> bool:
    """Whether a key must be given."""
    return f.default is MISSING and f.default_factory is MISSING


def type_name(hint: Any) -> str:
    """A key's type in the words of the case file."""
    text = str(hint).removesuffix(" | None")
    names = {
        "<class 'str'>": "text",
        "str": "text",
        "<class 'int'>": "integer",
        "int": "integer",
        "<class 'bool'>": "true or false",
    }
    return names.get(text, "time" if "datetime" in text else "list of texts" if "tuple" in text else "table")


@dataclass(frozen=True, slots=True)
class KeyDescription:
    """One key of the case file, as `auditor schema case` prints it."""

    section: str
    name: str
    type: str
    default: str
    why: str


def describe_keys() -> tuple[KeyDescription, ...]:
    """Every key with its type and default, in the order of the file."""
    described: list[KeyDescription] = []
    for section, cls in SECTIONS.items():
        hints = get_type_hints(cls)
        for f in fields(cls):
            if not f.metadata.get("internal"):
                default = (
                    "required" if is_required(f) else "" if f.default in (MISSING, None) else str(f.default)
                )
                described.append(
                    KeyDescription(section, f.name, type_name(hints[f.name]), default, f.metadata["why"])
                )
    for table in case_keys().values():
        for c in table.column[1 if table.adds else 0 :]:
            default = "required" if c.required else "" if c.default is None else str(c.default)
            described.append(KeyDescription(table.name, c.name, KEY_TYPES[c.type][0], default, c.why))
    return tuple(described)
