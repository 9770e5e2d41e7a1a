"""All formats together: privacy, names of files, same bytes, and no half-made report."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
from pathlib import Path

import pypdf
import pytest

from auditor.errors import UsageError
from auditor.report import FORMATS, write_reports
from auditor.report.draw.markdown import shown
from tests.report.audits import HOSTILE, IMEI, IMSI, NUMBERS, rich_audit


def _everything(folder: Path) -> str:
    """All text of all reports, also what is compressed inside them."""
    parts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        if path.suffix == ".xlsx":
            held = zipfile.ZipFile(io.BytesIO(raw))
            parts += [held.read(name).decode("utf-8", "replace") for name in held.namelist()]
        elif path.suffix == ".pdf":
            parts += [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]
        else:
            text = raw.decode("utf-8")
            packs = re.findall(r'<script type="text/plain"[^>]*>([^<]+)</script>', text)
            parts += [text, *(gzip.decompress(base64.b64decode(pack)).decode() for pack in packs)]
    return "\n".join(parts)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masked")
    write_reports(rich_audit(), folder, FORMATS)
    return folder


def _spellings(number: str) -> list[str]:
    digits = number.lstrip("+")
    national = f"0{digits[2:]}"
    gap = r"[\s\u200b\-.()/\u00a0]{0,3}"
    return [gap.join(spelt) for spelt in (digits, national, digits[2:], digits[-8:])]


@pytest.mark.holds("property.25")
def test_no_number_imsi_imei_or_name_is_in_any_format_in_any_spelling(reports: Path) -> None:
    text = _everything(reports)
    for number in (*NUMBERS[:12], f"+{IMSI}", f"+{IMEI}"):
        for spelling in _spellings(number):
            assert not re.search(spelling, text), (number, spelling)
    assert "Citizen" not in text
    assert "+61•••••100" in text


@pytest.mark.holds("trust.12")
def test_reveal_shows_them_and_says_so_in_the_name_of_each_file(tmp_path: Path) -> None:
    written = write_reports(rich_audit(), tmp_path, FORMATS, reveal=True)
    assert all(".revealed" in path.name for path in written)
    assert NUMBERS[0] in _everything(tmp_path)
    assert "Handle as personal information" in (tmp_path / "report.revealed.md").read_text("utf-8")


def test_files_are_named_for_profile_and_version(tmp_path: Path) -> None:
    written = write_reports(rich_audit(), tmp_path, ["md", "json", "csv", "md"], profile="senate", public_k=5)
    assert [path.name for path in written] == ["report-senate-public.md", "audit-public.json", "csv-public"]


@pytest.mark.holds("fault.73")
def test_every_format_is_the_same_bytes_twice(reports: Path, tmp_path: Path) -> None:
    write_reports(rich_audit(), tmp_path, FORMATS)
    first = {path.relative_to(reports): path.read_bytes() for path in reports.rglob("*") if path.is_file()}
    second = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.parametrize(
    ("formats", "options", "said"),
    [
        (["docx"], {}, "unknown report format 'docx'"),
        (["md"], {"profile": "nobody"}, "unknown report profile"),
        (["md"], {"public_k": 5, "reveal": True}, "never shows callers"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(
    tmp_path: Path, formats: list[str], options: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        write_reports(rich_audit(), tmp_path, formats, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.holds("fault.68")
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_markdown_is_inert(text: str) -> None:
    inert = shown(text)
    assert not re.search(r"<(?!/?br)|(?<!\\)[`*\[\]|]|@|://", inert)
    assert inert.isprintable()
