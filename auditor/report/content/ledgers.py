"""Sections for those who check the report: findings, rules, balances, clocks, files, parameters, definitions,
and lists of callers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from auditor.model import Audit, Clause, RuleRun, RunStatus, Severity
from auditor.report.content import wording
from auditor.report.content.gates import gate_rows
from auditor.report.content.page import Blocks, Page
from auditor.report.document import Code, Edition, Grid, Listing, Paragraph
from auditor.report.privacy.masking import times_of
from auditor.report.profiles.reader import dictionary, label
from auditor.text import agreed

_PARAMETER = re.compile(r"\{(\w+)\}")
SHORT = 5
"""Most findings on page one."""
FILES_SHOWN = 30
"""Most files in a summary."""
ROWS_EACH, GRAVE = 4, (Severity.CRITICAL, Severity.HIGH)
"""Rows of a finding on paper, and of which findings."""
TIMED = 200_000
"""Of a finding with more rows, first and last time are not looked for."""
ANNEX = {
    "callers.csv": "every caller, with attempts, failures and status of the check",
    "worklist.csv": "callers who are still to be checked, longest waiting first",
    "findings.csv": "every row of every finding",
    "definitions.sql": "the definition and the SQL of every figure and of every rule that found something",
    "dictionary.csv": "what each column of these files means, its type and unit",
}
"""File of the annex -> what it holds."""


def findings_table(page: Page) -> Blocks:
    """Every finding with the time of its first and last row, without the rows themselves."""
    found = _by_severity(page.audit)
    cited = _cited(found)
    rows = tuple(
        (
            str(run.severity),
            run.rule,
            run.title,
            page.count(run.count),
            *_first_and_last(page, run),
            _mark(run, cited),
        )
        for run in found
    )
    grid = Grid(
        "Findings by severity",
        ("severity", "rule", "what", "rows", "first", "last", "clause"),
        rows,
        (3,),
        opens=tuple(f"rule:{r.rule}" for r in found),
        is_searched=True,
    )
    return [grid] if rows else [Paragraph(_none_found(page))]


def _none_found(page: Page) -> str:
    if wording.is_without_logs(page.audit):
        return "No log is in the case, so no rule looked at one."
    return "None of the rules that ran found anything."


def _first_and_last(page: Page, run: RuleRun) -> tuple[str, str]:
    """The earliest time in the first column of times of a finding's rows, and the latest in it, or in its
    `last_` column where it is a `first_` one."""
    columns = run.rows.columns
    place = next((n for n, is_time in enumerate(times_of(run.rows)) if is_time), None)
    if place is None or page.edition.is_public or run.rows.length > TIMED:
        return "", ""
    last = columns[place].replace("first_", "last_", 1)
    ends = {place, columns.index(last) if last in columns else place}
    spans = [times for row in run.rows if (times := [str(row[n]) for n in ends if row[n] is not None])]
    if not spans:
        return "", ""
    return page.zone.minute(min(map(min, spans))), page.zone.minute(max(map(max, spans)))


def clauses(page: Page) -> Blocks:
    """The clauses that findings cite, and whether each was read in its primary text."""
    return [
        replace(block, title="") if isinstance(block, Grid) else block
        for block in _clauses(_cited(_by_severity(page.audit)))
    ]


def annex_files(page: Page) -> Blocks:
    """Where the long lists are that paper leaves out, and what writes them: a page may be alone."""
    version = "-public" if page.edition.is_public else "-revealed" if page.edition.is_revealed else ""
    named = [
        (f"annex{version}/{annex_name(name, page.edition)}", "report --format pdf", what)
        for name, what in ANNEX.items()
        if _is_held(page, name)
    ]
    named += [("audit.json", "run", "every figure, file with its SHA-256, parameter and test, for machines")]
    return [Grid("", ("file", "written by", "what it holds"), tuple(named))]


def _is_held(page: Page, name: str) -> bool:
    """Whether this version has the file: a public one has no list of people."""
    if name == "findings.csv":
        return not page.edition.is_public
    return name in ("definitions.sql", "dictionary.csv") or name.removesuffix(".csv") in page.audit.tables


def annex_name(name: str, edition: Edition) -> str:
    """The name of a file of the annex; a list with numbers in clear says so."""
    return name.replace(".csv", ".revealed.csv") if edition.is_revealed else name


def _cited(runs: Iterable[RuleRun]) -> list[Clause]:
    """The clauses of rules, each once, in the order they are cited."""
    return list(dict.fromkeys(run.clause for run in runs if run.clause))


def _mark(run: RuleRun, cited: list[Clause]) -> str:
    return f"[{cited.index(run.clause) + 1}]" if run.clause else ""


def _clauses(cited: list[Clause]) -> Blocks:
    rows = tuple(
        (f"[{n}]", clause.text, "yes" if clause.is_verified else "clause not verified")
        for n, clause in enumerate(cited, 1)
    )
    return [Grid("Clauses cited", ("", "clause", "read in the primary text"), rows)] if rows else []


def findings_short(page: Page) -> Blocks:
    """The heaviest findings only, without their clauses."""
    found = sorted(
        page.audit.findings, key=lambda r: (wording.SEVERITIES.index(r.severity), -r.count, r.rule)
    )
    rows = tuple((str(run.severity), run.rule, run.title, page.count(run.count)) for run in found[:SHORT])
    note = f"The {SHORT} heaviest of {len(found)}." if len(found) > SHORT else ""
    grid = Grid(
        "The findings that matter most",
        ("severity", "rule", "what", "rows"),
        rows,
        (3,),
        note,
        tuple(f"rule:{r.rule}" for r in found[:SHORT]),
    )
    return [grid] if rows else [Paragraph(_none_found(page))]


def findings(page: Page) -> Blocks:
    """Every finding, with its rows."""
    found = () if page.edition.is_public else _by_severity(page.audit)
    return [
        *findings_table(page),
        *(
            Listing(f"rule:{run.rule}", f"{run.rule} {run.title}", run.rows, "findings.csv", _on_paper(run))
            for run in found
        ),
    ]


def _on_paper(run: RuleRun) -> int:
    """Rows of a finding on paper: a few of the grave ones; the annex has all of all."""
    return ROWS_EACH if run.severity in GRAVE else 0


def _by_severity(audit: Audit) -> list[RuleRun]:
    return sorted(audit.findings, key=lambda run: (wording.SEVERITIES.index(run.severity), run.rule))


def rules(page: Page) -> Blocks:
    """Every rule and how it ended. A failed rule is never shown as one without findings."""
    words = {
        RunStatus.FINDINGS: "found",
        RunStatus.CLEAN: "nothing found",
        RunStatus.NOT_APPLICABLE: "does not apply",
        RunStatus.FAILED: "FAILED",
    }
    cited = _cited(page.audit.rules)
    rows = tuple((r.rule, r.title, words[r.status], r.reason, _mark(r, cited)) for r in page.audit.rules)
    return (
        [
            Grid("Every rule and how it ended", ("rule", "what", "result", "why", "clause"), rows),
            *_clauses(cited),
        ]
        if rows
        else []
    )


def rules_short(page: Page) -> Blocks:
    """How many rules ended in each way. Rules that failed or do not apply are named, with the reason."""
    by_status = {status: [r for r in page.audit.rules if r.status is status] for status in RunStatus}
    failed, idle = by_status[RunStatus.FAILED], by_status[RunStatus.NOT_APPLICABLE]
    clean = len(by_status[RunStatus.CLEAN])
    said = (
        f"Of {len(page.audit.rules)} rules {clean} found nothing, {len(idle)} {agreed(len(idle), 'do')}"
        f" not apply and {len(failed)} failed."
    )
    return [
        Paragraph(said),
        *(Paragraph(f"{run.rule} FAILED: {run.reason}", "warning") for run in failed),
        *(Paragraph(f"{run.rule} does not apply: {run.reason}", "quiet") for run in idle),
    ]


def balances_short(page: Page) -> Blocks:
    """How many balances hold; those that do not, with where to look."""
    broken = [balance for balance in page.audit.balances if not balance.holds]
    held = len(page.audit.balances)
    blocks: Blocks = [Paragraph(f"{held - len(broken)} of {held} balances hold exactly.")]
    for b in broken:
        said = f"expected {b.expected:,}, actual {b.actual:,}, difference {b.difference:+,}"
        blocks += [
            Paragraph(f"{b.id} {b.title}: {said}", "warning"),
            Paragraph(f"where to look: {b.where or 'not known'}"),
        ]
    return blocks


def balances(page: Page) -> Blocks:
    """Every sum that must be exact."""
    held = page.audit.balances
    if page.edition.is_public:
        return [Paragraph(f"{sum(b.holds for b in held)} of {len(held)} balances hold exactly.")]
    figure = wording.figure
    rows = tuple(
        (
            b.id,
            b.title,
            figure(b.expected),
            figure(b.actual),
            f"{b.difference:+,}" if b.difference else "0",
            "" if b.holds else b.where,
        )
        for b in held
    )
    grid = Grid(
        "Sums that must be exact",
        ("balance", "what", "expected", "actual", "difference", "where to look"),
        rows,
        (2, 3, 4),
    )
    return [grid] if rows else []


def gates(page: Page) -> Blocks:
    """Every test that the evidence must pass, and how it ended."""
    held = "no log to test" if wording.is_without_logs(page.audit) else "holds"
    rows = tuple(gate_rows(page.audit.gates, held))
    return (
        [
            Grid(
                "Tests that the evidence must pass",
                ("test", "result", "what", "how many", "accepted by"),
                rows,
            )
        ]
        if rows
        else []
    )


def clocks(page: Page) -> Blocks:
    """Offsets of clocks and how many pairs verify each."""
    rows = tuple(
        (c.log, c.network or "any", wording.offset(c.offset_ms), wording.pairs(c)) for c in page.audit.clocks
    )
    about = (
        "The offset is how far a centre's clock is ahead of a network's: the median over certain pairs, with"
        " the usual set-up time in it. A clock with fewer than ten pairs is unverified."
    )
    return (
        [Paragraph(about), Grid("Clocks", ("log", "network", "offset", "pairs"), rows, (2, 3))]
        if rows
        else []
    )


def outages(page: Page) -> Blocks:
    """The declared outages."""
    rows = tuple(
        (
            o.id,
            page.zone.minute(o.start_utc),
            page.zone.minute(o.end_utc),
            ", ".join(o.networks),
            ", ".join(o.areas),
            "yes" if o.is_significant else "no",
        )
        for o in page.audit.case.outages
    )
    columns = ("outage", "from", "to (not included)", "networks", "areas", "significant")
    return [Grid("Declared outages", columns, rows)] if rows else []


def parameters(page: Page) -> Blocks:
    """Parameters in force, and the versions of the software."""
    rows = tuple((p.name, str(p.value), p.unit, str(p.default), p.origin) for p in page.audit.parameters)
    versions = tuple((name, text) for name, text in sorted(page.audit.versions.items()))
    blocks: Blocks = (
        [Grid("Parameters in force", ("parameter", "value", "unit", "default", "from"), rows, (1, 3))]
        if rows
        else []
    )
    return [*blocks, Grid("Versions", ("part", "version"), versions)] if versions else blocks


def files(page: Page) -> Blocks:
    """Every file in evidence, with its buckets and hash."""
    n = wording.count_of
    rows = tuple(
        (
            f.path, f.role, f.format,
            n(f, "records"), n(f, "loaded"), n(f, "rejected"), n(f, "not_emergency"), f.sha256,
        )
        for f in page.audit.files
    )  # fmt: skip
    columns = ("file", "role", "format", "records", "loaded", "rejected", "not emergency", "SHA-256")
    return [Grid("Files in evidence", columns, rows, (3, 4, 5, 6))] if rows else []


def files_short(page: Page) -> Blocks:
    """The first files with their buckets, and every file that was not used."""
    n, held = wording.count_of, page.audit.files
    rows = tuple(
        (f.path, f.role, n(f, "records"), n(f, "loaded"), n(f, "rejected"), n(f, "not_emergency"))
        for f in held[:FILES_SHOWN]
    )
    columns = ("file", "role", "records", "loaded", "rejected", "not emerg.")
    is_cut = len(held) > FILES_SHOWN
    note = f"showing {FILES_SHOWN} of {len(held):,}; audit.json has all of them" if is_cut else ""
    unused = [
        Paragraph(f"{f.path} was not used ({f.status}): {f.problem}", "warning")
        for f in held
        if f.status != "loaded"
    ]
    return [Grid("", columns, rows, (2, 3, 4, 5), note), *unused]


def definitions(page: Page) -> Blocks:
    """Every measure and every rule that found something, with its SQL."""
    measures = [
        Code(f"measure:{m.name}", f"{label(m.name)} ({m.name})", m.definition, m.sql_text)
        for m in page.audit.measures.values()
    ]
    rules = [
        Code(f"rule:{r.rule}", f"{r.rule} {r.title}", r.why, r.sql_text)
        for r in page.audit.rules
        if r.status is RunStatus.FINDINGS
    ]
    return [*measures, *rules]


def definitions_short(page: Page) -> Blocks:
    """What each figure is, without its SQL."""
    rows = tuple(
        (label(m.name), wording.figure_of(m), str(m.unit), m.definition, m.name)
        for m in page.audit.measures.values()
    )
    return (
        [Grid("What each figure is", ("figure", "value", "unit", "definition", "name"), rows, (1,))]
        if page.is_balanced
        else []
    )


def glossary(page: Page) -> Blocks:
    """The words of the report, with the parameters in force."""
    values = {p.name: str(p.value) for p in page.audit.parameters}
    rows = tuple(
        (word, _PARAMETER.sub(lambda found: values.get(found[1], found[1]), text))
        for word, text in dictionary()["glossary"].items()
    )
    return [Grid("Words", ("word", "meaning"), rows)]
