"""The annex of a report on paper: the lists that are too long for it, as files beside it."""

from __future__ import annotations

from pathlib import Path

from auditor.model import Audit
from auditor.report.content.ledgers import ANNEX, annex_name, definitions
from auditor.report.content.page import Page
from auditor.report.content.tables import tables
from auditor.report.document import Code, Edition
from auditor.report.draw.csv import write_csv
from auditor.report.draw.csv_folder import dictionary_of
from auditor.report.profiles.reader import read_profile
from auditor.report.writing import replacing_folder, write_bytes
from auditor.text import safe_text


def write_annex(folder: Path, audit: Audit, edition: Edition) -> Path:
    """Write the files that `ANNEX` names into `folder`; the former ones stay until all are whole. A public
    version has no list of people."""
    private = edition.is_revealed
    ending = ".revealed.csv" if private else ".csv"
    held = tuple(t for t in tables(audit, edition) if f"{t.name}.csv" in ANNEX)
    with replacing_folder(folder, {annex_name(name, edition) for name in ANNEX}, private=private) as aside:
        for table in held:
            write_csv(
                aside / f"{table.name}{ending}",
                table.rows.columns,
                table.rows,
                for_spreadsheet=True,
                private=private,
            )
        described = dictionary_of(held, audit)
        write_csv(aside / f"dictionary{ending}", *described, for_spreadsheet=True, private=private)
        write_bytes(aside / "definitions.sql", _definitions(audit, edition), private=private)
    return folder


def _definitions(audit: Audit, edition: Edition) -> bytes:
    """Each definition as a comment above its SQL."""
    page = Page(audit, read_profile("working"), edition)
    codes = [block for block in definitions(page) if isinstance(block, Code)]
    parts = [f"-- {safe_text(c.title)}\n-- {safe_text(c.about)}\n{_lines(c.text)};\n" for c in codes]
    head = f"-- Definitions of run {audit.run}. $names are parameters: see audit.json.\n"
    return "\n".join([head, *parts]).encode()


def _lines(text: str) -> str:
    return "\n".join(safe_text(line) for line in text.strip().splitlines())
