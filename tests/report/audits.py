"""Audits for the report tests, made without a pipeline: a rich one, a hostile one, a bare one and a large
one. All invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from auditor.model import (
    Absence,
    Audit,
    Balance,
    CaseSummary,
    Caution,
    Clause,
    Clock,
    CountedAs,
    EvidenceFile,
    Gate,
    JudgedClaim,
    Measure,
    Moment,
    Outage,
    Parameter,
    Range,
    Reconciliation,
    Row,
    Rows,
    RuleRun,
    RunStatus,
    Severity,
    Sum,
    Unit,
    Waterfall,
    WaterfallEnd,
    WaterfallStep,
    Why,
)

CALLER_COLUMNS = (
    "caller_id", "caller_basis", "number", "region", "network", "attempts", "failed_attempts",
    "delivered_attempts", "episodes",
    "failed_episodes", "is_failed", "is_reached_on_retry", "is_failed_in_outage", "first_failed_at",
    "last_failed_at", "welfare_status",
)  # fmt: skip
NUMBERS = tuple(f"+6149157{n:04d}" for n in range(100, 140))
IMSI = "505019876543210"
IMEI = "35209900176148"
HOSTILE = (
    "<script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "\t=1",
    "{{7*7}} {% raw %}",
    "]]></script><svg onload=alert(1)>",
    "javascript:alert(1)",
    "[red]x[/nope] :warning:",
    "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m",
    "abc\u202edcba\u200b\u2066x",
    "#set page(fill: red) $x$ `code` *b* @ref",
    "日本語 🚑 नमस्ते",
    "\ud800lone",
    "| a | b |\n\n# h",
    "x" * 40_000,
)


def rows(columns: Iterable[str], data: Iterable[Row]) -> Rows:
    """A row set over a list, read in batches of 1,000."""
    held = list(data)

    def batches() -> Iterator[list[Row]]:
        for start in range(0, len(held), 1000):
            yield held[start : start + 1000]

    return Rows(tuple(columns), len(held), batches)


def measure(
    name: str,
    value: int | None,
    unit: Unit,
    *,
    high: int | None = None,
    reason: str = "",
    behind: Rows | None = None,
) -> Measure:
    stem = name.replace(".", "_")
    return Measure(
        name=name,
        value=value,
        low=value,
        high=value if high is None else high,
        unit=unit,
        definition=f"The number of {unit} that are {name.partition('.')[2].replace('_', ' ')}.",
        sql=f"measures/{stem}.sql",
        sql_text=(
            f"SELECT attempt_id, caller_id, started_at_utc, 1 AS weight\nFROM attempt\nWHERE state = '{stem}'"
            " AND 1 < 2\nORDER BY attempt_id"
        ),
        reason=reason,
        rows=behind or rows(("attempt_id", "weight"), ((f"{i:08x}:{i + 2}", 1) for i in range(value or 0))),
    )


def _callers(count: int) -> list[Row]:
    regions = ("New South Wales", "Victoria", "Queensland", "Western Australia", None)
    statuses = ("in_time", "missing", "late", "referred", "no_contact", "no_identity", "unknown")
    out: list[Row] = []
    for i in range(count):
        number = NUMBERS[i] if i < len(NUMBERS) else f"+6140{i:07d}"
        if i == 3:
            out.append(
                (
                    f"imsi:{IMSI}",
                    "imsi",
                    None,
                    None,
                    "alpha",
                    2,
                    2,
                    0,
                    1,
                    1,
                    True,
                    False,
                    True,
                    _at(18, i),
                    _at(19, i),
                    "no_identity",
                )
            )
            continue
        is_failed = i % 4 != 1
        out.append(
            (
                number, "number", number, regions[i % 5], "alpha" if i % 3 else "beta", 2 + i % 3, 1 + i % 2,
                1, 1, int(is_failed), is_failed,
                not is_failed, is_failed, _at(17 + i % 8, i), _at(18 + i % 8, i),
                statuses[i % 7] if is_failed else None,
            )
        )  # fmt: skip
    return out


def _at(hour: int, minute: int) -> str:
    return f"2024-03-{12 + hour // 24}T{hour % 24:02d}:{minute % 60:02d}:07.250Z"


def rich_audit(callers: int = 36) -> Audit:
    """Every field filled; figures that agree with the rows behind them."""
    people = _callers(callers)
    failed = [row for row in people if row[10]]
    retried = [row for row in people if row[11]]
    statuses = [str(row[15]) for row in failed]
    caller_rows = rows(CALLER_COLUMNS, people)
    failed_rows = rows((*CALLER_COLUMNS, "weight", "is_certain"), [(*row, 1, True) for row in failed])
    attempts = sum(int(row[6] or 0) for row in people)
    found = {
        "records.read": (400, Unit.RECORDS), "records.rejected": (3, Unit.RECORDS),
        "records.not_emergency": (200, Unit.RECORDS),
        "records.loaded": (197, Unit.RECORDS), "attempts.total": (attempts + 58, Unit.ATTEMPTS),
        "attempts.test": (4, Unit.ATTEMPTS),
        "attempts.delivered": (40, Unit.ATTEMPTS), "attempts.answered": (38, Unit.ATTEMPTS),
        "attempts.undetermined": (7, Unit.ATTEMPTS),
        "attempts.cancelled": (7, Unit.ATTEMPTS), "attempts.failed": (attempts, Unit.ATTEMPTS),
        "attempts.duplicate_records": (9, Unit.RECORDS),
        "episodes.total": (60, Unit.EPISODES), "episodes.failed": (len(failed), Unit.EPISODES),
        "callers.total": (len(people), Unit.CALLERS),
        "callers.failed_in_outage": (len(failed), Unit.CALLERS), "callers.reached_on_retry": (len(retried),
        Unit.CALLERS),
        "welfare.required": (len(failed), Unit.CALLERS), "centre.records": (52, Unit.RECORDS),
        "centre.matched": (40, Unit.RECORDS),
        "centre.orphan": (5, Unit.RECORDS), **{f"welfare.{s}": (statuses.count(s),
        Unit.CALLERS) for s in dict.fromkeys(statuses)},
    }  # fmt: skip
    measures = {
        name: measure(
            name, value, unit, high=value + 7 if name in ("attempts.failed", "attempts.delivered") else None
        )
        for name, (value, unit) in found.items()
    }
    measures["callers.failed"] = measure(
        "callers.failed", len(failed), Unit.CALLERS, high=len(failed) + 2, behind=failed_rows
    )
    measures["centre.no_location"] = measure(
        "centre.no_location", None, Unit.RECORDS, reason="no centre source has the column location_received"
    )
    return Audit(
        run="4f1c" * 16,
        status="complete",
        report_date="2024-03-14T05:00:00.000Z",
        case=CaseSummary(
            title="Example Mobile, national outage of 13 March 2024",
            regime="au",
            country="AU",
            timezone="Australia/Sydney",
            outages=(
                Outage(
                    "national",
                    "2024-03-12T17:00:00.000Z",
                    "2024-03-13T02:00:00.000Z",
                    ("alpha",),
                    True,
                    900,
                    ("NSW",),
                    "a route table was reset",
                ),
            ),
            texts={
                "steps": (
                    "Traffic was moved to the second core at 11:40, as the caller on +61 491 570 101 was"
                    " told."
                ),
                "contact": "duty officer, +61 2 5550 1234",
            },
            service="000",
        ),
        measures=measures,
        balances=(
            Balance("BAL-001", "records read are loaded, rejected or not emergency", 400, 400),
            Balance("BAL-002", "attempts fall in exactly one state", attempts + 58, attempts + 58),
        ),
        rules=_rules(failed),
        files=(
            EvidenceFile(
                "attempts-20240312.csv",
                "attempts",
                "csv",
                "a1" * 32,
                52_100,
                401,
                1,
                3,
                200,
                197,
                0,
                _at(17, 0),
                _at(25, 0),
            ),
            EvidenceFile(
                "centre.csv",
                "centre",
                "csv",
                "b2" * 32,
                9_000,
                53,
                1,
                0,
                0,
                52,
                0,
                _at(16, 0),
                _at(26, 0),
                _at(40, 0),
            ),
            EvidenceFile("welfare.csv", "welfare", "csv", "c3" * 32, 3_000, 30, 1, 0, 0, 29),
        ),
        clocks=(Clock("ecp", "alpha", 2_480, 38), Clock("ecp", "beta", None, 4)),
        parameters=(
            Parameter("episode_gap_s", 600, 600, "seconds", "default"),
            Parameter("welfare_within_h", 12, 24, "hours", "case"),
        ),
        not_in_evidence=(
            Absence(
                reason="no centre source has the column location_received",
                measures=("centre.no_location",),
            ),
        ),
        cautions=(
            Caution("blind_log", {"name": "attempts-20240312.csv"}, is_floor=True),
            Caution("unverified_clock", {"log": "ecp", "against": "beta"}, {"pairs": 4}),
        ),
        tables=_tables(people, failed, caller_rows),
        gates=_gates(),
        versions={"auditor": "0.1.0", "duckdb": "2.0.0", "sql": "9e1d" * 4},
        reconciliation=reconciliation(),
    )


def _rules(failed: list[Row]) -> tuple[RuleRun, ...]:
    verified = Clause("carriage", "Determination 2019: carriage of emergency calls", True, "acma.gov.au")
    unverified = Clause("welfare", "Determination 2019, s. 27", False)
    missing = [row for row in failed if row[15] == "missing"]

    def rule(name: str, title: str, severity: Severity, status: RunStatus, **more: Any) -> RuleRun:
        sql = f"rules/{name.lower().replace('-', '_')}.sql"
        return RuleRun(
            name,
            title,
            severity,
            status,
            "What a regulator must be able to see.",
            sql,
            f"SELECT 1 -- {name}",
            **more,
        )

    return (
        rule("WC-001", "Caller with a check due has none", Severity.CRITICAL, RunStatus.FINDINGS,
        clause=unverified, count=len(missing),
             rows=rows(("caller_id", "first_failed_at_utc", "contact_number"), [(r[0], r[13],
             r[2]) for r in missing])),
        rule("EC-001", "Attempt failed during a significant outage", Severity.HIGH, RunStatus.FINDINGS,
        clause=verified, count=len(failed),
             rows=rows(("attempt_id", "caller_id", "started_at_utc"), [(f"{i:08x}:{i}", r[0], r[13]) for i,
             r in enumerate(failed)])),
        rule("DQ-004", "A value could not be read", Severity.LOW, RunStatus.FINDINGS, count=2,
             rows=rows(("file_no", "record_no", "column_name", "value", "line_text"),
                       [(1, 17, "calling_number", "J Citizen 0491 570 156", "0491 570 156,J Citizen"), (1, 31,
                       "started_at", "soon", None)])),
        rule("EC-009", "One cell carries most failures", Severity.MEDIUM, RunStatus.CLEAN),
        rule("OC-002", "Notice to the centre was late", Severity.MEDIUM, RunStatus.NOT_APPLICABLE,
        reason="no notifications are in evidence"),
    )  # fmt: skip


def _tables(people: list[Row], failed: list[Row], caller_rows: Rows) -> dict[str, Rows]:
    hours: dict[str, list[int]] = {}
    regions: dict[str | None, list[int]] = {}
    for row in failed:
        local = int(str(row[13])[11:13]) + 11 + (24 if str(row[13])[8:10] == "13" else 0)
        region = None if row[3] is None else str(row[3])
        for tally in (
            hours.setdefault(f"2024-03-{12 + local // 24} {local % 24:02d}:00", [0, 0]),
            regions.setdefault(region, [0, 0]),
        ):
            tally[0] += int(row[6] or 0)
            tally[1] += 1
    by_region = sorted(regions.items(), key=lambda item: (-item[1][1], str(item[0])))
    counts = ("failed_attempts", "failed_callers")
    return {
        "callers": caller_rows,
        "failed_by_hour": rows(("hour_local", *counts), [(k, *v) for k, v in sorted(hours.items())]),
        "failed_by_region": rows(("region", *counts), [(k, *v) for k, v in by_region]),
        "failed_by_access": rows(("access", *counts), [("4g", 20, 16), ("3g", 15, 9), ("wifi", 1, 1), (None,
        2, 1)]),
        "failed_by_device": rows(("make", "model", *counts), [("Aster", "A1", 21, 14), ("Borealis", "B-20", 9,
        8), (None, None, 8, 5)]),
        "failed_by_cell": rows(
            ("cell_id", "network", "latitude", "longitude", "region", *counts),
            [("505-01-1-17", "alpha", -33.87, 151.21, "New South Wales", 14, 9),
             ("505-01-1-19", "alpha", -37.81, 144.96, "Victoria", 11, 8),
             ("505-01-1-23", "alpha", -27.47, 153.03, "Queensland", 6, 5),
             ("505-01-1-23", "beta", -31.95, 115.86, "Western Australia", 4, 3)],
        ),
        "attempts_by_hour": rows(
            ("hour_utc", "state", "attempts"),
            [(f"2024-03-{12 + h // 24}T{h % 24:02d}:00:00.000Z", state, n)
             for h in range(14, 30) for state, n in (("delivered", 9 if h < 17 or h > 26 else 2), ("failed",
             5 if 17 <= h <= 25 else 0), ("undetermined", h % 2)) if n],
        ),
        "welfare_elapsed": rows(
            ("episode_id", "caller_id", "status", "elapsed_ms"),
            [(f"{i:08x}:{i}", row[0], row[15], None if row[15] in ("missing",
            "no_identity") else (1 + i) * 3_300_000) for i, row in enumerate(failed)],
        ),
        "worklist": rows(
            ("caller_id", "number", "contact_number", "region", "first_failed_at", "last_failed_at",
            "waiting_s", "failed_attempts", "status", "last_check_at", "checks"),
            [(r[0], r[2], None, r[3], r[13], r[14], 90_000 + i * 60, r[6], r[15], None, 0) for i,
            r in enumerate(failed) if r[15] in ("missing", "no_contact", "unknown")],
        ),
    }  # fmt: skip


def reconciliation() -> Reconciliation:
    """Two published figures and the bridge between them."""

    def claim(name: str, by: str, on: str, figure: int, total: Sum | None = None) -> JudgedClaim:
        why, counted = Why("no_measure"), CountedAs("")
        return JudgedClaim(
            name, by, on, figure, "exact", "calls", None, counted, "cannot be tested", why, total
        )

    later = WaterfallStep("unit", 2468, "customers", 2468, 0, units=("calls", "customers"))
    return Reconciliation(
        claims=(
            claim("senate", "Example Mobile", "2024-03-20", 228),
            claim("minister", "Minister", "2024-05-02", 2697, Sum((228, 2468), 2697)),
        ),
        bridges=(
            Waterfall(
                WaterfallEnd("senate", 228, "calls", None, Why("no_measure"), title="said to the Senate"),
                WaterfallEnd("minister", 2697, "calls", 2696, title="said by the Minister"),
                (later,),
            ),
        ),
        ranges=(Range("attempts.failed", 54, 50, 61, "attempts", 48, ("gap_s", 300)),),
        timeline=(
            Moment(
                "2024-03-13T00:30:00.000Z",
                "press",
                said_by="Press office",
                figure=50,
                qualifier="about",
                unit="calls",
            ),
            Moment(
                "2024-03-14T00:00:00.000Z",
                received=("carrier.csv",),
                run="4f1c",
                counts={"attempts.failed": 54, "callers.failed": 27},
            ),
        ),
    )


def _gates() -> tuple[Gate, ...]:
    """One that holds, and one that somebody answers for."""
    spoilt = Gate(
        "rejected", "Rejected records", False, 3, 200, "attempts-20240312.csv",
        accepted_by="A. Auditor, compliance", accepted_on="2024-03-20",
        reason="Three torn lines, seen on paper",
        sentence="attempts-20240312.csv: 3 of 200 records were rejected.",
        spoils="counts that rest on the files named here", remedy="`auditor rejects CASE` lists them.",
    )  # fmt: skip
    return Gate("lost_ids", "Ids that a spreadsheet has rounded", holds=True), spoilt


def qualified_audit() -> Audit:
    """A gate that does not hold, about a word with a caller's number in it, and files that no source
    names."""
    full = rich_audit()
    words = [
        Gate(
            "unknown_words", "Words that are not understood", False, 12 - i, 29,
            f"welfare.csv: outcome = {word}",
            sentence=f"welfare.csv: outcome = {word}: "
            f"this word stands in {12 - i} of 29 records and is not understood.",
            spoils="figures of how calls ended and of who was reached",
            remedy="Say in the source what each word means.",
        )
        for i, word in enumerate(("Spoke to customer", f"rang {NUMBERS[0]}", "Left message", "Letter",
        "On hold", "Moved"))
    ]  # fmt: skip
    unnamed = ("delta-20240312.csv", f"{NUMBERS[0]}.csv")
    return replace(
        full,
        status="qualified",
        gates=(*full.gates, *words),
        unnamed_files=unnamed,
        cautions=(*full.cautions, *(Caution("unnamed_file", {"name": name}) for name in unnamed)),
    )


def bare_audit() -> Audit:
    """No centre, no welfare source, nothing found, no table filled."""
    full = rich_audit(0)
    nothing = {
        name: measure(name, None, Unit.CALLERS, reason="no welfare source is in evidence")
        for name in full.measures
        if name.startswith("welfare.")
    }
    return replace(
        full,
        measures={
            **full.measures,
            **nothing,
            "welfare.required": measure(
                "welfare.required", None, Unit.CALLERS, reason="no welfare source is in evidence"
            ),
        },
        rules=(),
        files=full.files[:1],
        clocks=(),
        not_in_evidence=(Absence("centre"), Absence("welfare")),
        tables={},
        reconciliation=Reconciliation(),
    )


def broken_audit() -> Audit:
    """A balance that does not hold, a rule that failed, a file that was rolled back."""
    full = rich_audit()
    failed = replace(
        full.rules[0], status=RunStatus.FAILED, count=0, reason="Binder Error: no column x", rows=rows((), ())
    )
    return replace(
        full,
        status="unbalanced",
        balances=(
            *full.balances,
            Balance("BAL-003", "checks fall in exactly one bucket", 29, 28, "welfare.csv"),
        ),
        rules=(failed, *full.rules[1:]),
        files=(
            replace(full.files[0], status="rolled_back", problem="the archive is cut short"),
            *full.files[1:],
        ),
    )


def hostile_audit() -> Audit:
    """Every text that a log, a file name or a case can hold, replaced by something that tries to act."""
    full = rich_audit()
    people = [
        (*row[:3], HOSTILE[i % len(HOSTILE)], HOSTILE[(i + 3) % len(HOSTILE)], *row[5:])
        for i, row in enumerate(_callers(36))
    ]
    counts = ("failed_attempts", "failed_callers")
    return replace(
        full,
        case=replace(full.case, title=HOSTILE[0] + HOSTILE[10] + HOSTILE[13],
        texts={"steps": HOSTILE[12] + HOSTILE[11], "prevention": HOSTILE[16]}),
        rules=tuple(
            replace(run, rows=rows(("caller_id", "cell_id", "region"), [(NUMBERS[0], text,
            text) for text in HOSTILE]), count=len(HOSTILE))
            if run.status is RunStatus.FINDINGS
            else replace(run, reason=HOSTILE[7])
            for run in full.rules
        ),
        files=tuple(replace(file, path=HOSTILE[i] + HOSTILE[10] + ".csv", problem=HOSTILE[9]) for i,
        file in enumerate(full.files)),
        clocks=(Clock(HOSTILE[9], HOSTILE[10], 5, 12),),
        cautions=tuple(Caution("not_loaded", {"path": text, "problem": text}) for text in HOSTILE),
        gates=tuple(Gate("unknown_words", text, False, 1, 1, text, sentence=text, spoils=text,
        remedy=text) for text in HOSTILE),
        unnamed_files=HOSTILE,
        not_in_evidence=tuple(Absence(reason=text, measures=(text,)) for text in HOSTILE),
        tables={
            **full.tables,
            "callers": rows(CALLER_COLUMNS, people),
            "failed_by_region": rows(("region", *counts), [(text, 3, 3) for text in HOSTILE]),
            "failed_by_access": rows(("access", *counts), [(text, 3, 3) for text in HOSTILE]),
            "failed_by_device": rows(("make", "model", *counts), [(text, text, 3, 3) for text in HOSTILE]),
            "failed_by_cell": rows(("cell_id", "network", "latitude", "longitude", "region", *counts), [(text,
            text, -33.0, 151.0, text, 3, 3) for text in HOSTILE]),
        },
    )  # fmt: skip
