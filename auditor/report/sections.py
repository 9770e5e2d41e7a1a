"""The sections of a report, each from the audit alone. A profile names them and sets their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from auditor.model import EMPTY_ROWS, Audit, RunStatus
from auditor.report import pictures, wording
from auditor.report.document import Block, Code, Document, Edition, Figure, Figures, Grid, Listing, Paragraph, Picture, Points, Section
from auditor.report.profile import Profile, dictionary, label, read_profile

MAIN = ("attempts.failed", "callers.failed", "callers.failed_in_outage", "welfare.required", "welfare.missing")
BESIDE = ("attempts.total", "attempts.delivered", "attempts.undetermined", "attempts.cancelled", "attempts.test", "callers.reached_on_retry", "episodes.failed")
WELFARE = tuple(f"welfare.{status}" for status in ("required", *wording.WELFARE_STATUSES))
Blocks = list[Block]


def build(audit: Audit, profile: Profile, edition: Edition) -> Document:
    """The document of a profile: its sections in order, those with nothing to say left out."""
    page = _Page(audit, profile, edition)
    sections = []
    for key in profile.sections:
        title, make = SECTIONS[key]
        if blocks := make(page):
            sections.append(Section(key, title, tuple(blocks)))
    return Document(profile.title, audit.case.title, audit, edition, tuple(sections))


class _Page:
    """What every section sees."""

    def __init__(self, audit: Audit, profile: Profile, edition: Edition) -> None:
        self.audit, self.profile, self.edition = audit, profile, edition
        self.is_balanced = audit.status != "unbalanced"

    def figures(self, *names: str, is_main: bool = False) -> Blocks:
        """Figures by name, none while a balance is broken."""
        held = [self.audit.measures[name] for name in names if name in self.audit.measures]
        if not held or not self.is_balanced:
            return []
        return [
            Figures(
                tuple(
                    Figure(m.name, label(m.name), wording.figure_of(m), wording.span(m), str(m.unit), m.definition, m.sql, m.sql_text, m.reason, m.rows, is_main)
                    for m in held
                )
            )
        ]

    def count(self, count: int) -> str:
        return wording.WITHHELD if self.edition.is_public else wording.figure(count)


def _headline(page: _Page) -> Blocks:
    audit = page.audit
    status = Paragraph(wording.status_sentence(audit), "plain" if audit.status == "complete" else "warning")
    if not page.is_balanced:
        return [status, *_balances(page)]
    cautions = [Points(audit.cautions)] if audit.cautions else []
    failed = [Paragraph(f"{run.rule} failed: {run.reason}", "warning") for run in audit.rules if run.status is RunStatus.FAILED]
    unused = [Paragraph(f"{file.path} was not used: {file.problem}", "warning") for file in audit.files if file.status != "loaded"]
    public = [Points(page.edition.notes)] if page.edition.notes else []
    return [*page.figures(*MAIN, is_main=True), Paragraph(wording.basis_sentence(audit)), *cautions, status, *failed, *unused, *page.figures(*BESIDE), *public]


def _not_in_evidence(page: _Page) -> Blocks:
    said = page.audit.not_in_evidence
    return [Paragraph("These the logs cannot show. None of them is counted as zero."), Points(said)] if said else []


def _picture(make: Callable[[Audit], Picture | None]) -> Callable[[_Page], Blocks]:
    def blocks(page: _Page) -> Blocks:
        drawn = make(page.audit) if page.is_balanced else None
        return [drawn] if drawn else []

    return blocks


def _ranked(table: str, *keys: str, title: str) -> Callable[[_Page], Blocks]:
    return _picture(lambda audit: pictures.ranked(audit, table, keys, title))


def _together(*parts: Callable[[_Page], Blocks]) -> Callable[[_Page], Blocks]:
    return lambda page: [block for part in parts for block in part(page)]


def _welfare_short(page: _Page) -> Blocks:
    required = page.audit.measures.get("welfare.required")
    if required is None:
        return []
    if required.value is None and not required.reason.startswith(wording.WITHHELD):
        return [Paragraph(f"Welfare checks: {required.reason or wording.MISSING}. No figure is given, and none is zero.", "warning")]
    return page.figures(*WELFARE)


def _welfare_limit(page: _Page) -> Blocks:
    limit = next((p for p in page.audit.parameters if p.name == "welfare_within_h"), None)
    if limit is None or not page.audit.tables.get("welfare_elapsed", EMPTY_ROWS).length:
        return []
    whose = "the regime's" if limit.origin == "regime" else "this case's own; the regime names no hours"
    return [Paragraph(f"In time means within {limit.value} hours of the end of the last failed attempt. That limit is {whose}.", "quiet")]


def _claims(page: _Page) -> Blocks:
    held = page.audit.claims
    blocks: Blocks = []
    for key, title in (("claims", "Published figures"), ("ranges", "Ranges over definitions"), ("timeline", "What was said and known when")):
        blocks += _plain_grid(title, pictures.listed(held.get(key)))
    for number, found in enumerate(pictures.listed(held.get("bridges")), 1):
        drawn = pictures.bridge(found, number)
        blocks += [drawn] if drawn else _plain_grid(f"Bridge {number}", [found])
    return blocks


def _plain_grid(title: str, found: Sequence[Mapping[str, object]]) -> Blocks:
    columns = tuple(dict.fromkeys(str(key) for record in found for key in record))
    rows = tuple(tuple(_said(record.get(column)) for column in columns) for record in found)
    numeric = tuple(n for n, column in enumerate(columns) if all(isinstance(r.get(column), int | float) for r in found))
    return [Grid(title, tuple(column.replace("_", " ") for column in columns), rows, numeric)] if found else []


def _said(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(_said(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items())
    return str(value)


def _findings_short(page: _Page) -> Blocks:
    audit = page.audit
    found = sorted(audit.findings, key=lambda run: (wording.SEVERITIES.index(run.severity), run.rule))
    if not found:
        return [Paragraph("None of the rules that ran found anything.")]
    rows = tuple((str(run.severity), run.rule, run.title, wording.clause_text(run), page.count(run.count)) for run in found)
    return [Grid("Findings by severity", ("severity", "rule", "what", "clause", "rows"), rows, (4,), opens=tuple(f"rule:{run.rule}" for run in found))]


def _findings(page: _Page) -> Blocks:
    found = sorted(page.audit.findings, key=lambda run: (wording.SEVERITIES.index(run.severity), run.rule))
    listings = [] if page.edition.is_public else [Listing(f"rule:{run.rule}", f"{run.rule} {run.title}", run.rows, "findings.csv") for run in found]
    return [*_findings_short(page), *listings]


def _rules(page: _Page) -> Blocks:
    words = {RunStatus.FINDINGS: "found", RunStatus.CLEAN: "nothing found", RunStatus.NOT_APPLICABLE: "does not apply", RunStatus.FAILED: "FAILED"}
    rows = tuple((r.rule, r.title, words[r.status], r.reason, wording.clause_text(r)) for r in page.audit.rules)
    return [Grid("Every rule and how it ended", ("rule", "what", "result", "why", "clause"), rows)] if rows else []


def _balances(page: _Page) -> Blocks:
    held = page.audit.balances
    if page.edition.is_public:
        return [Paragraph(f"{sum(b.holds for b in held)} of {len(held)} balances hold to the unit.")]
    figure = wording.figure
    rows = tuple((b.id, b.title, figure(b.expected), figure(b.actual), f"{b.difference:+,}" if b.difference else "0", "" if b.holds else b.where) for b in held)
    grid = Grid("Sums that must hold to the unit", ("balance", "what", "expected", "actual", "difference", "where to look"), rows, (2, 3, 4))
    return [grid] if rows else []


def _clocks(page: _Page) -> Blocks:
    rows = tuple((c.log, c.network or "any", wording.offset(c.offset_ms), wording.figure(c.pairs)) for c in page.audit.clocks)
    about = "The offset of a centre's clock before a network's is the median over certain pairs; it contains the usual set-up time. Fewer than ten pairs vouch for none."
    return [Paragraph(about), Grid("Clocks", ("log", "network", "offset", "pairs"), rows, (2, 3))] if rows else []


def _outages(page: _Page) -> Blocks:
    rows = tuple(
        (o.id, wording.instant(o.start_utc), wording.instant(o.end_utc), ", ".join(o.networks), ", ".join(o.areas), "yes" if o.is_significant else "no")
        for o in page.audit.case.outages
    )
    columns = ("outage", "from", "to (not included)", "networks", "areas", "significant")
    return [Grid("Declared outages", columns, rows)] if rows else []


def _callers(page: _Page) -> Blocks:
    held = page.audit.tables.get("callers", EMPTY_ROWS)
    return [Listing("table:callers", "Every caller", held, "callers.csv")] if held.length and page.is_balanced else []


def _worklist(page: _Page) -> Blocks:
    held = page.audit.tables.get("worklist", EMPTY_ROWS)
    return [Listing("table:worklist", "Callers still to be checked, longest waiting first", held, "worklist.csv")] if held.length and page.is_balanced else []


def _welfare_schedule(page: _Page) -> Blocks:
    failed = page.audit.measures.get("callers.failed_in_outage")
    if failed is None or not failed.rows.length or not page.is_balanced:
        return []
    about = "One row a caller whose call failed in a significant outage, with the status of the check. The form of this schedule is proposed and not verified."
    return [Paragraph(about, "quiet"), Listing("schedule", "Schedule of welfare checks", failed.rows, "callers.csv")]


def _narrative(page: _Page) -> Blocks:
    blocks: Blocks = [Paragraph(page.profile.note, "quiet")] if page.profile.note else []
    for field in page.profile.required:
        answers = field.answers(page.audit) if page.is_balanced or not field.source.startswith("measure:") else ()
        text = "\n".join(answers) or "Outstanding: nothing in the case or its logs says this."
        blocks.append(Grid(field.label, ("",), ((text,),)))
    return blocks


def _outstanding(page: _Page) -> Blocks:
    missing = page.profile.outstanding(page.audit)
    if not missing:
        return [Paragraph("Nothing that this report requires is outstanding.")] if page.profile.required else []
    return [Paragraph("Required of this report, and not yet given:", "warning"), Points(tuple(field.label for field in missing))]


def _parameters(page: _Page) -> Blocks:
    rows = tuple((p.name, str(p.value), p.unit, str(p.default), p.origin) for p in page.audit.parameters)
    versions = tuple((name, text) for name, text in sorted(page.audit.versions.items()))
    blocks: Blocks = [Grid("Parameters in force", ("parameter", "value", "unit", "default", "from"), rows, (1, 3))] if rows else []
    return [*blocks, Grid("Versions", ("part", "version"), versions)] if versions else blocks


def _files(page: _Page) -> Blocks:
    n = wording.figure
    rows = tuple((f.path, f.role, f.format, n(f.records), n(f.loaded), n(f.rejected), n(f.not_emergency), f.sha256) for f in page.audit.files)
    columns = ("file", "role", "format", "records", "loaded", "rejected", "not emergency", "SHA-256")
    return [Grid("Files in evidence", columns, rows, (3, 4, 5, 6))] if rows else []


def _definitions(page: _Page) -> Blocks:
    measures = [Code(f"measure:{m.name}", f"{label(m.name)} ({m.name})", m.definition, m.sql_text) for m in page.audit.measures.values()]
    rules = [Code(f"rule:{r.rule}", f"{r.rule} {r.title}", r.why, r.sql_text) for r in page.audit.rules if r.status is RunStatus.FINDINGS]
    return [*measures, *rules]


def _glossary(page: _Page) -> Blocks:
    return [Grid("Words", ("word", "meaning"), tuple(dictionary()["glossary"].items()))]


def with_definitions(document: Document) -> Document:
    """The same document with its definitions at the end, for a form in which every figure opens its own."""
    if any(section.key == "definitions" for section in document.sections):
        return document
    title, make = SECTIONS["definitions"]
    blocks = make(_Page(document.audit, read_profile("working"), document.edition))
    return replace(document, sections=(*document.sections, Section("definitions", title, tuple(blocks))))


SECTIONS: Mapping[str, tuple[str, Callable[[_Page], Blocks]]] = {
    "headline": ("What failed", _headline),
    "not_in_evidence": ("Not in evidence", _not_in_evidence),
    "narrative": ("What the report must say", _narrative),
    "outstanding": ("Outstanding", _outstanding),
    "timeline": ("Attempts over time", _picture(pictures.timeline)),
    "hours": ("Failed callers by hour", _picture(pictures.failed_by_hour)),
    "welfare_short": ("Welfare checks", _welfare_short),
    "welfare": ("Welfare checks", _together(_welfare_short, _picture(pictures.welfare_ladder), _welfare_limit, _picture(pictures.welfare_delay))),
    "welfare_schedule": ("Schedule of welfare checks", _welfare_schedule),
    "places": ("Where calls failed", _together(_ranked("failed_by_region", "region", title="Failed callers by region"), _picture(pictures.cell_map))),
    "access": (
        "How and on what they failed",
        _together(
            _ranked("failed_by_access", "access", title="Failed callers by access"),
            _ranked("failed_by_device", "make", "model", title="Failed callers by device"),
        ),
    ),
    "claims": ("Published figures and bridges", _claims),
    "findings": ("Findings", _findings),
    "findings_short": ("Findings", _findings_short),
    "rules": ("Rules", _rules),
    "balances": ("Balances", _balances),
    "clocks": ("Clocks", _clocks),
    "outages": ("Outages", _outages),
    "callers": ("Callers", _callers),
    "worklist": ("Still to be checked", _worklist),
    "parameters": ("Parameters and versions", _parameters),
    "files": ("Files", _files),
    "definitions": ("Definitions and SQL", _definitions),
    "glossary": ("Glossary", _glossary),
}
