"""The PDF: standard, tags, fonts, contents, the figures to the digit, and no text that could stop it."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError
from auditor.model import Audit
from auditor.report.content.sections import build
from auditor.report.document import Edition
from auditor.report.draw.pdf import as_pdf
from auditor.report.draw.printable import covered, printable
from auditor.report.privacy.masking import masked
from auditor.report.profiles.reader import read_profile
from tests.report.audits import bare_audit, broken_audit, hostile_audit, rich_audit


def _pdf(audit: Audit, profile: str = "executive") -> bytes:
    return as_pdf(build(masked(audit), read_profile(profile), Edition()))


def _read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in _read(pdf).pages).replace("\u200b", "")


def test_it_is_tagged_archivable_accessible_and_titled() -> None:
    reader = _read(_pdf(rich_audit(), "working"))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert root["/MarkInfo"]["/Marked"]
    assert "<pdfaid:part>2" in metadata
    assert "<pdfuaid:part>1" in metadata
    assert reader.metadata
    assert reader.metadata.title == "Example Mobile, national outage of 13 March 2024: Working report"
    assert str(reader.metadata.creation_date).startswith("2024-03-14 05:00:00")
    assert len(reader.outline) > 10


def test_every_font_is_embedded() -> None:
    for page in _read(_pdf(rich_audit(), "working")).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            descriptor = descendant.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)


@pytest.mark.holds("property.4")
def test_every_headline_figure_stands_in_it() -> None:
    audit, text = rich_audit(), _text(_pdf(rich_audit(), "acma-post-outage"))
    for name in ("attempts.failed", "callers.failed", "welfare.required", "attempts.total"):
        assert f"{audit.measures[name].value:,}" in text
    assert "range 54 to 61" in text
    assert "Page 1 of" in text
    assert "Outstanding: nothing in the case or its logs says this." in text


def test_the_executive_summary_is_one_page() -> None:
    assert len(_read(_pdf(rich_audit())).pages) == 1


@pytest.mark.holds("fault.68")
@pytest.mark.parametrize("profile", ["working", "executive", "senate", "acma-post-outage"])
def test_hostile_text_neither_acts_nor_stops_it(profile: str) -> None:
    text = _text(_pdf(hostile_audit(), profile))
    assert "<script>alert(1)</script>" in text
    assert "U+65E5" in text
    assert "#set page(fill: red)" in text or profile == "executive"


@pytest.mark.parametrize("audit", [bare_audit(), broken_audit()], ids=["bare", "broken"])
def test_an_audit_with_little_to_say_still_prints(audit: Audit) -> None:
    assert _pdf(audit, "working").startswith(b"%PDF")


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert _pdf(rich_audit(), "working") == _pdf(rich_audit(), "working")


def test_a_fault_in_the_typesetter_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(*_: object, **__: object) -> None:
        raise BaseException("end byte index out of bounds\nstack")

    monkeypatch.setattr(typst, "compile", panic)
    with pytest.raises(AuditorError, match=r"end byte index out of bounds$"):
        _pdf(rich_audit())


def _prints(text: str) -> bool:
    """Whether the typesetter makes a page of it: under a PDF standard it stops at a character without a
    glyph."""
    made = typst.compile(
        b'#set document(title: "t", date: datetime(year: 2024, month: 1, day: 1))\n'
        b'#set text(lang: "en", font: "Libertinus Serif")\n#sys.inputs.text',
        sys_inputs={"text": text},
        pdf_standards=["ua-1", "a-2a"],
        ignore_system_fonts=True,
        timestamp=0,
    )
    return isinstance(made, bytes) and made.startswith(b"%PDF")


def test_the_shipped_fonts_print_every_character_said_to_be_covered() -> None:
    assert _prints(" ".join(sorted(covered())))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    assert _prints(printable(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve é", "naïve é"),
        ("e\u0301", "é"),
        ("日", "U+65E5"),
        ("\x1b", "\\x1b"),
        ("🚑a", "U+1F691 a"),
        ("→ ≤ █ • ±", "→ ≤ █ • ±"),
    ],
)
def test_what_the_fonts_lack_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_long_word_may_break() -> None:
    assert printable("x" * 40).count("\u200b") == 4
    assert printable("short words stay") == "short words stay"
    assert printable("(Australia/Adelaide),") == "(\u200bAustralia/\u200bAdelaide),"
