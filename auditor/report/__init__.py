"""One module for each output format. Each gets an `Audit` and its `Rows`, already masked, and nothing
else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from auditor.errors import UsageError
from auditor.model import Audit
from auditor.report.document import Document, Edition

FORMATS = ("html", "pdf", "xlsx", "csv", "md", "json")
RUN_REPORTS = ("findings.csv", "callers.csv", "audit.json")
"""What every run writes."""


def write_run_reports(audit: Audit, folder: Path, *, reveal: bool = False) -> tuple[Path, ...]:
    """What every run leaves in the case's `reports/`: `findings.csv`, `callers.csv`, `audit.json`, masked;
    with `reveal` also the same in clear, as `callers.revealed.csv` and so on.

    Each file is complete, or the former version stays. ResourceError when it cannot be written.
    """
    from auditor.report.draw.csv import write_callers, write_findings
    from auditor.report.draw.json import as_json
    from auditor.report.privacy.masking import masked
    from auditor.report.writing import write_bytes

    written: list[Path] = []
    for shown, name in ((masked(audit), ""), *([(audit, ".revealed")] if reveal else [])):
        private = bool(name)
        written += [
            write_findings(folder / f"findings{name}.csv", shown, private=private),
            write_callers(folder / f"callers{name}.csv", shown, private=private),
            write_bytes(folder / f"audit{name}.json", as_json(shown), private=private),
        ]
    return tuple(written)


def write_reports(
    audit: Audit,
    folder: Path,
    formats: Sequence[str],
    *,
    profile: str = "working",
    public_k: int | None = None,
    reveal: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Write the audit in each of `formats` for a profile's reader: masked unless `reveal`, without small
    counts when `public_k` is given.

    `progress` is called with each format before it is made. UsageError for an unknown format or profile;
    ResourceError when a report cannot be written.
    """
    from auditor.report.content.sections import build
    from auditor.report.privacy.masking import masked
    from auditor.report.privacy.public import published
    from auditor.report.profiles.reader import read_profile
    from auditor.report.writing import write_bytes

    if unknown := [name for name in formats if name not in FORMATS]:
        raise UsageError(f"unknown report format {unknown[0]!r}", hint=f"formats: {', '.join(FORMATS)}")
    if reveal and public_k is not None:
        raise UsageError(
            "a public version never shows callers in clear", hint="leave out --reveal, or --public"
        )
    reader = read_profile(profile)
    shown, edition = audit if reveal else masked(audit), Edition(is_revealed=reveal)
    if public_k is not None:
        shown, edition = published(shown, public_k)
    version = "-public" if public_k is not None else ".revealed" if reveal else ""
    stem = f"report{'' if profile == 'working' else f'-{profile}'}{version}"
    drawn = (
        build(shown, reader, edition)
        if set(formats) & {"html", "pdf", "md"}
        else Document(reader.title, shown.case.title, shown, edition)
    )
    written = []
    for name in dict.fromkeys(formats):
        progress(name)
        if name == "csv":
            from auditor.report.draw.csv_folder import write_folder

            written.append(write_folder(folder / f"csv{version}", shown, edition))
        else:
            file = (
                f"audit{version}.json"
                if name == "json"
                else f"report{version}.xlsx"
                if name == "xlsx"
                else f"{stem}.{name}"
            )
            written.append(write_bytes(folder / file, _made(name, drawn), private=reveal))
        if name == "pdf":
            from auditor.report.draw.annex import write_annex

            written.append(write_annex(folder / f"annex{version}", shown, edition))
    return tuple(written)


def section_text(audit: Audit, command: str) -> str:
    """The sections that a command prints alone, masked, as Markdown; empty where they have nothing to say."""
    from auditor.catalogue.domains import domains
    from auditor.report.content.sections import build
    from auditor.report.draw.markdown import as_sections
    from auditor.report.privacy.masking import masked
    from auditor.report.profiles.reader import read_profile

    wanted = {s.key for domain in domains() for s in domain.section if s.command == command}
    document = build(masked(audit), read_profile("working"), Edition())
    return as_sections(document, wanted)


def _made(name: str, document: Document) -> bytes:
    """One format's bytes. Each module is imported only when it is needed: some take a second to load."""
    if name == "html":
        from auditor.report.draw.html import as_html

        return as_html(document)
    if name == "pdf":
        from auditor.report.draw.pdf import as_pdf

        return as_pdf(document)
    if name == "md":
        from auditor.report.draw.markdown import as_markdown

        return as_markdown(document)
    if name == "xlsx":
        from auditor.report.draw.xlsx import as_xlsx

        return as_xlsx(document.audit, document.edition)
    from auditor.report.draw.json import as_json

    return as_json(document.audit, document.edition)
