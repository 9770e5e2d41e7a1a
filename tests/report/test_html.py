"""The page without a browser: its policy, its rows, its size, its bytes."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from auditor.model import Audit
from auditor.report.content.sections import build
from auditor.report.content.times import Zone
from auditor.report.document import Document, Edition
from auditor.report.draw.html import as_html
from auditor.report.draw.packing import Packer, packed
from auditor.report.privacy.masking import masked
from auditor.report.profiles.reader import read_profile
from tests.report.audits import bare_audit, broken_audit, hostile_audit, rich_audit, rows


def _document(audit: Audit, profile: str = "working") -> Document:
    return build(masked(audit), read_profile(profile), Edition())


def _page(audit: Audit, profile: str = "working") -> str:
    return as_html(_document(audit, profile)).decode()


@pytest.mark.holds("fault.66")
def test_the_policy_knows_the_one_script_and_the_one_style_by_hash() -> None:
    page = _page(rich_audit())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in policy[1].replace("&#39;", "'").replace("&#43;", "+")
    assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_the_page_names_no_address_outside_itself() -> None:
    page = re.sub(r'xmlns(:\w+)?="[^"]+"', "", _page(rich_audit()))
    assert not re.findall(r"(?:src|href|url)\s*[=(]\s*[\"']?(?!#)[a-z]*:?//", page)
    assert "style=" not in page


def test_every_figure_has_its_definition_and_rows() -> None:
    page = _page(rich_audit(), "executive")
    anchors = set(re.findall(r'data-open="([^"]+)"', page))
    assert anchors
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))


class _Handlers(HTMLParser):
    """Collects attributes by which a page would run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")
        ]

    @classmethod
    def found_in(cls, page: str) -> list[str]:
        parser = cls()
        parser.feed(page)
        return parser.found


def test_ids_are_unique() -> None:
    ids = re.findall(r'\bid="([^"]+)"', _page(rich_audit()))
    assert len(ids) == len(set(ids))


@pytest.mark.holds("fault.66", "fault.68")
def test_hostile_text_is_escaped_everywhere() -> None:
    page = _page(hostile_audit())
    assert "<script>alert" not in page
    assert "<svg onload" not in page
    assert _Handlers.found_in(page) == []
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "{{7*7}}" in page
    assert "49" not in re.findall(r"<li>([^<]*7\*7[^<]*)</li>", page)[0]


def test_the_same_audit_gives_the_same_bytes() -> None:
    turned = replace(rich_audit(), tables=dict(reversed(list(rich_audit().tables.items()))))
    assert as_html(_document(rich_audit())) == as_html(_document(turned))


@pytest.mark.parametrize("audit", [bare_audit(), broken_audit()], ids=["bare", "broken"])
def test_an_audit_with_nothing_to_show_still_makes_a_page(audit: Audit) -> None:
    assert "<main" in _page(audit)


def test_a_broken_balance_shows_itself_and_no_figure() -> None:
    page = _page(broken_audit())
    assert "does not balance" in page
    assert "data-measure=" not in page
    assert "WC-001 failed: Binder Error" in page


def _opened(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(gzip.decompress(base64.b64decode(text)))
    return found


def test_rows_are_packed_by_column_and_come_back() -> None:
    table = rows(("a", "b"), [(1, "x"), (None, "y\u202e"), (3, None)])
    assert _opened(packed(table, 3, Zone("UTC"))) == {
        "columns": ["a", "b"],
        "data": [[1, None, 3], ["x", "y\\u202e", None]],
        "length": 3,
    }


def test_a_page_keeps_its_budget_and_says_what_it_holds() -> None:
    many = rows(("a",), ((hashlib.sha256(str(n).encode()).hexdigest(),) for n in range(5_000)))
    packer = Packer(50_000, Zone("UTC"))
    first, again, last = (
        packer.pack(many),
        packer.pack(many),
        packer.pack(rows(("b",), [(n,) for n in range(10)])),
    )
    assert first is again
    assert 0 < first.held < first.total == 5_000
    assert sum(len(pack.text) for pack in packer.packs) <= 50_000
    assert last.total == 10


def test_rows_beyond_the_page_are_told() -> None:
    assert "the first" not in _page(rich_audit())
    assert re.search(r"data-total=\"27\" data-held=\"27\"", _page(rich_audit()))


def test_a_short_list_of_no_person_is_drawn_whole_and_a_list_of_people_says_where_it_is_on_paper() -> None:
    whole = rich_audit()
    tables = {**whole.tables, "breaches": rows(("clause", "attempts"), [("access", 7), ("carriage", 9)])}
    page = as_html(build(masked(replace(whole, tables=tables)), read_profile("working"), Edition())).decode()
    assert re.search(r'<td class="s">access</td>\s*<td class="n">7</td>', page)
    assert 'data-title="Duties broken, with the attempts and callers behind them"' not in page
    assert "They are not on paper: <code>callers.csv</code> has all of them." in page


def test_on_a_phone_each_cell_of_a_wide_table_says_its_column() -> None:
    page = as_html(build(rich_audit(), read_profile("working"), Edition())).decode()
    assert re.search(r'<td[^>]* data-label="by the logs">', page)
    wide = re.search(r"@media screen and \(max-width:30rem\)\{(.*)\}\n", page)
    assert wide
    assert ".many td[data-label]::before{content:attr(data-label)" in wide[1]
