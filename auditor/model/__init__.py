"""The frozen values an audit is made of. Standard library only; data in, data and problems out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.model.held import as_html
from auditor.model.lists import NestedRows, ResultRows
from auditor.model.reconciliation import (
    CountedAs,
    Decoys,
    Exclusion,
    JudgedClaim,
    Moment,
    Overlap,
    Range,
    Reconciliation,
    Setting,
    Sum,
    Waterfall,
    WaterfallEnd,
    WaterfallStep,
    Why,
)
from auditor.model.words import RunStatus, Severity, Unit

__all__ = [
    "EMPTY_ROWS",
    "Absence",
    "Audit",
    "Balance",
    "CaseSummary",
    "Caution",
    "Cell",
    "Clause",
    "Clock",
    "Column",
    "CountedAs",
    "Decoys",
    "EvidenceFile",
    "Exclusion",
    "Gate",
    "JudgedClaim",
    "Measure",
    "Moment",
    "NestedRows",
    "Outage",
    "Overlap",
    "Parameter",
    "Range",
    "Reconciliation",
    "ResultRows",
    "Row",
    "Rows",
    "RuleRun",
    "RunStatus",
    "Setting",
    "Severity",
    "Sum",
    "Unit",
    "Waterfall",
    "WaterfallEnd",
    "WaterfallStep",
    "Why",
]

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """What is declared of a column. A column without a declared privacy is withheld in every output."""

    name: str
    type: str = ""
    """DuckDB's type; empty where it is not known."""
    meaning: str = ""
    unit: str = ""
    privacy: str = ""
    """`public`, `person`, `place`, `free_text` or `secret`; empty: none is declared."""
    kind: str = "withheld"
    """What sort of text it is, which decides how it is masked: `plain`, `id`, `number`, `prose` ..."""
    joins: str = ""
    """The `table.column` it points to, or nothing."""
    alias: str = ""
    """The `table.column` in which each of its values has a short name for lists, in a column called as the
    table; or nothing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind a figure: names, their number, and a way to read them again in batches, always in one
    order.

    `batches()` opens a new reading each time; times are ISO 8601 text in UTC with `Z`.
    """

    columns: tuple[str, ...]
    length: int
    batches: Callable[[], Iterator[list[Row]]]
    declared: tuple[Column, ...] = ()
    """What the SQL declares of the columns, in their order. Empty: only the vocabulary's entries for their
    names."""

    def __iter__(self) -> Iterator[Row]:
        for batch in self.batches():
            yield from batch


EMPTY_ROWS = Rows((), 0, lambda: iter(()))


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure the audit computed. `value` is None where its evidence is missing; `reason` then says what is
    missing."""

    name: str
    value: int | None
    low: int | None
    high: int | None
    unit: Unit
    definition: str
    sql: str
    """Path of the SQL file below `sql/`, for example `carriage/measures/attempts_total.sql`."""
    sql_text: str
    reason: str = ""
    rows: Rows = EMPTY_ROWS
    is_withheld: bool = False
    """True where a public version leaves the value out, though the logs show it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an instrument as a regime cites it; `is_verified` is False where the primary text was not
    read."""

    key: str
    text: str
    is_verified: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class RuleRun:
    """One rule's run: its status, why it does not apply or failed, and the rows it found."""

    rule: str
    title: str
    severity: Severity
    status: RunStatus
    why: str
    sql: str
    sql_text: str
    clause: Clause | None = None
    reason: str = ""
    count: int = 0
    rows: Rows = EMPTY_ROWS
    is_gap: bool = False
    """Whether what it finds is a gap in the evidence."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A sum that must be exact. `where` says where to look when it is not."""

    id: str
    title: str
    expected: int
    actual: int
    where: str = ""

    @property
    def difference(self) -> int:
        """Actual minus expected."""
        return self.actual - self.expected

    @property
    def holds(self) -> bool:
        """Whether both sides are equal."""
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class Gate:
    """A test that the evidence must pass before a figure may be quoted. There is one entry for each thing
    that does not pass, or one entry that holds."""

    id: str
    title: str
    holds: bool
    count: int | None = 0
    """How many records (packets, ids, names, files) do not pass; None where a public version gives no
    count."""
    of: int | None = 0
    subject: str = ""
    """File, word or name that does not pass; empty where the gate holds."""
    accepted_by: str | None = None
    """Who accepted it in case.toml. None where it is not accepted, or where the count has grown since."""
    accepted_on: str = ""
    reason: str = ""
    """Why it was accepted."""
    sentence: str = ""
    """What is wrong, in words."""
    spoils: str = ""
    """Which figures may not be quoted."""
    remedy: str = ""
    """What to do."""

    @property
    def is_open(self) -> bool:
        """Whether it fails and is not accepted."""
        return not self.holds and self.accepted_by is None


@dataclass(frozen=True, slots=True)
class Absence:
    """What no log shows: a role without a source, or figures that have no value for the same reason."""

    role: str = ""
    has_files: bool = False
    """Of a role: whether it has files and none of their records could be read."""
    reason: str = ""
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """Something that a reader of the figures must know. The reports choose the words by `kind`."""

    kind: str
    """`not_loaded`, `unnamed_file`, `as_of`, `unmet_acceptance`, `withheld`, or the name of a file of
    `cautions/`."""
    subject: Mapping[str, str] = field(default_factory=dict)
    """What it is about, by what that is: a file, a log, a network."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    is_floor: bool = False
    """Whether the counts may be too low because of it."""


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One input file (or archive member) and the buckets its records fell in.

    `seen` = `non_data` + `rejected` + `not_kept` + `not_emergency` + `loaded`; `records` leaves out
    `non_data` and `not_kept`.
    """

    path: str
    role: str
    format: str
    sha256: str
    size_bytes: int
    seen: int
    non_data: int
    rejected: int
    not_emergency: int
    loaded: int
    narrowed: int = 0
    """Of `not_emergency`: the records that the source's `emergency_only_when` took out."""
    first_at: str | None = None
    last_at: str | None = None
    received_at: str | None = None
    status: str = "loaded"
    """`loaded`, or `rolled_back` with the reason in `problem`."""
    problem: str = ""
    not_kept: int = 0
    """Rows that the source's own `keep` leaves out."""
    is_withheld: bool = False
    """True where a public version leaves its counts out."""

    @property
    def records(self) -> int:
        """Data records: all records but non-data."""
        return self.rejected + self.not_emergency + self.loaded


@dataclass(frozen=True, slots=True)
class Clock:
    """How far a centre's clock is ahead of a network's. `offset_ms` is None where fewer than ten pairs verify
    it."""

    log: str
    network: str | None
    offset_ms: int | None
    pairs: int | None
    """None where a public version leaves it out."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A declared window on named networks; `end_utc` is exclusive. Times are ISO 8601 text in UTC."""

    id: str
    start_utc: str
    end_utc: str
    networks: tuple[str, ...]
    is_significant: bool
    recovery_tail_s: int = 0
    areas: tuple[str, ...] = ()
    cause: str = ""
    steps: str = ""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """What a report says of the case itself."""

    title: str
    regime: str
    country: str
    timezone: str
    outages: tuple[Outage, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Free text that a regulator's profile asks for (prevention, contact ...), as the case gives it."""
    service: str = ""
    """What the audited calls were for, in a word: the emergency number, or the id of the service."""
    failed_numbers: tuple[str, ...] = ()
    """The regime's numbers that failed attempts dialled, in the order of the regime; none where the audited
    calls are for another service."""
    is_invented: bool = False
    """Whether the logs are invented, so that no figure says anything of a real event."""
    has_welfare_duty: bool = True
    """Whether anybody must check on those whose calls failed, by the regime and for its emergency service."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in force, with its unit, its default and where its value came from (`default`, `regime`,
    `case`, `command`)."""

    name: str
    value: int | float | str
    default: int | float | str
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything a report may say. Built once by the pipeline; a report reads it and nothing else."""

    run: str
    status: str
    """The worst of `complete`, `qualified` (a gate does not hold), `incomplete` (a rule failed, a file was
    rolled back), `unbalanced`."""
    report_date: str
    case: CaseSummary
    measures: Mapping[str, Measure]
    balances: tuple[Balance, ...]
    rules: tuple[RuleRun, ...]
    files: tuple[EvidenceFile, ...]
    clocks: tuple[Clock, ...]
    parameters: tuple[Parameter, ...]
    not_in_evidence: tuple[Absence, ...]
    """What the logs cannot show."""
    cautions: tuple[Caution, ...] = ()
    """What is said beside the headline, for example that a count may be too low or a clock is unverified."""
    tables: Mapping[str, Rows] = field(default_factory=dict)
    """Row sets for the reports by name: those that the domains declare, `callers`, `failed_by_hour` ..."""
    versions: Mapping[str, str] = field(default_factory=dict)
    gates: tuple[Gate, ...] = ()
    """At least one entry for each gate: whether it holds, and who accepted it where it does not."""
    unnamed_files: tuple[str, ...] = ()
    """Files of the case folder that no source names."""
    as_of: str = ""
    """Only files received by this moment (ISO 8601) were read; empty: all files."""
    lists: Mapping[str, ResultRows] = field(default_factory=dict)
    """Lists of audit.json that the domains declare, by key."""
    reconciliation: Reconciliation = Reconciliation()
    """Published figures, and what the logs give for each."""

    @property
    def findings(self) -> tuple[RuleRun, ...]:
        """The rules that found something."""
        return tuple(r for r in self.rules if r.status is RunStatus.FINDINGS)

    def _repr_html_(self) -> str:
        """How a notebook shows it."""
        return as_html(self)

    @property
    def basis(self) -> str:
        """`centre` where a centre's log was in evidence, else `carrier`: the states then rest on the
        carrier's own records."""
        logs = [f for f in self.files if f.role == "centre" and f.status == "loaded"]
        return (
            "centre"
            if any(f.loaded for f in logs) or (logs and not any(f.rejected for f in logs))
            else "carrier"
        )
