"""A report before it has a format: sections made of a few kinds of block. The terminal, HTML, PDF and
Markdown each draw the same document.

Texts are raw here. Each drawing module makes them safe in one place, so that no section can forget it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.model import EMPTY_ROWS, Audit, Rows
from auditor.report.content.times import Zone
from auditor.text import counted

OF_EVERY_RUN = ("callers.csv", "findings.csv")
"""Lists that are there whatever reports are written."""
POINT_LIMIT = 1_500
"""Characters of a sentence in a list: what is said of a published figure is long."""
SPOKEN = 60
"""Most rows of numbers in the text of a chart."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `tone` is `plain`, `answer`, `warning`, `quiet`, or `title` of the blocks that follow."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as shown: its words, its value as text, and what it opens (definition, SQL, rows)."""

    name: str
    label: str
    value: str
    within: str
    """The range as text, empty where low and high are the value."""
    unit: str
    definition: str
    sql: str
    sql_text: str
    reason: str = ""
    rows: Rows = EMPTY_ROWS
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures that are shown together."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table drawn whole. `numeric` names the columns set to the right; `opens` gives a row's figure
    by name, if any."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    note: str = ""
    opens: tuple[str, ...] = ()
    is_searched: bool = False
    """Whether the page has a field to search its rows."""
    kinds: tuple[str, ...] = ()
    """Names of the first columns, where no header is drawn; empty: those of `columns`."""
    weights: tuple[int, ...] = ()
    """A count for each row, also for rows that are not shown. In plain text a bar shows it."""
    is_fitted: bool = False
    """Whether plain text shows only the columns that fit the screen, and names the others."""


@dataclass(frozen=True, slots=True)
class Stat:
    """One cell of a strip: its name, its value in words, a note, and whether it is bad news."""

    label: str
    value: str
    note: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Short facts side by side: how sure the figures of a page are."""

    items: tuple[Stat, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Where a person signs: `facts` (name, text) that the signature is for, and `blanks` to be filled in by
    hand."""

    facts: tuple[tuple[str, str], ...]
    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: what draws it, a text that says what it shows, and its numbers as a table."""

    key: str
    title: str
    alternative: str
    draw: Callable[..., str]
    """Gives SVG with a title on each mark; takes its `width`."""
    numbers: Grid

    @property
    def spoken(self) -> str:
        """The text with the numbers, for those who cannot see the chart."""
        rows = ["; ".join((row[0], *_named(self.numbers, row))) for row in self.numbers.rows]
        told = ". ".join(rows[:SPOKEN])
        more = f" and {counted(len(rows) - SPOKEN, 'more rows')}" if len(rows) > SPOKEN else ""
        return f"{self.alternative} Numbers: {told}{more}." if rows else self.alternative


def _named(grid: Grid, row: tuple[str, ...]) -> list[str]:
    """The cells after the first, each after the name of its column; zeros are left out."""
    return [
        f"{name} {cell}"
        for name, cell in zip(grid.columns[1:], row[1:], strict=True)
        if cell not in ("", "0")
    ]


@dataclass(frozen=True, slots=True)
class Listing:
    """A long row set: paged in HTML, cut (and said so) on paper, whole in CSV and XLSX."""

    key: str
    title: str
    rows: Rows
    file: str
    """The CSV file that holds every row."""
    on_paper: int = 25
    """Rows shown on paper."""
    columns: tuple[str, ...] = ()
    """Columns shown on paper, in this order; empty: all of them."""
    is_of_people: bool = True
    """Rows of single callers or calls: plain text and Markdown say only how many there are."""

    @property
    def whole(self) -> str:
        """Where every row is: in a file that every run writes, or in one that a format writes, with its
        name."""
        return self.file if self.file in OF_EVERY_RUN else f"csv/{self.file} (auditor report --format csv)"


@dataclass(frozen=True, slots=True)
class Code:
    """SQL or other literal text under a heading that opens it."""

    key: str
    title: str
    about: str
    text: str


Plain = Paragraph | Points | Figures | Strip | Grid | Picture | Listing | Code | Signature


@dataclass(frozen=True, slots=True)
class Pair:
    """Blocks side by side where there is room, else one below the other."""

    left: tuple[Plain, ...]
    right: tuple[Plain, ...]


Block = Plain | Pair


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a report; `key` is its name in a profile and its place in a page."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    is_annex: bool = False
    """Long lists: the page shows them, paper leaves them to the annex files."""

    @property
    def plain(self) -> tuple[Plain, ...]:
        """Its blocks one after the other, those of a pair too."""
        return tuple(
            each
            for block in self.blocks
            for each in ((*block.left, *block.right) if isinstance(block, Pair) else (block,))
        )


@dataclass(frozen=True, slots=True)
class Edition:
    """For whom a report is made: with callers in clear or not, for the public or not."""

    is_revealed: bool = False
    public_k: int | None = None
    """Counts of people below this are not shown."""
    notes: tuple[str, ...] = ()
    """What the public version leaves out, in sentences."""

    @property
    def is_public(self) -> bool:
        """Whether small counts and callers are left out."""
        return self.public_k is not None

    @property
    def sentence(self) -> str:
        """The sentence on the first page that names this version of the report."""
        if self.is_public:
            return f"Public version: no single caller, no count of people below {self.public_k}."
        if self.is_revealed:
            return "Callers are shown in clear. Handle as personal information."
        return "Callers are masked: country code and last digits only."


@dataclass(frozen=True, slots=True)
class Document:
    """A report to be drawn: its title, its audit, and its sections in order."""

    title: str
    subtitle: str
    audit: Audit
    edition: Edition
    sections: tuple[Section, ...] = field(default=())

    @property
    def zone(self) -> Zone:
        """The zone of all its times."""
        return Zone(self.audit.case.timezone)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every chart of the document."""
        return tuple(
            block for section in self.sections for block in section.plain if isinstance(block, Picture)
        )

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the document once, in the order of first use."""
        shown = {f.name: f for s in self.sections for b in s.plain if isinstance(b, Figures) for f in b.items}
        return tuple(shown.values())
