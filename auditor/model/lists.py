"""The lists of audit.json that the domains declare, as rows. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model import Rows


@dataclass(frozen=True, slots=True)
class NestedRows:
    """The lists of one field: each row belongs to the entry that has the row's first cell, which is itself
    not shown."""

    field: str
    rows: Rows
    is_flat: bool = False
    """Each row is shown as its one cell, without the name of the column."""


@dataclass(frozen=True, slots=True)
class ResultRows:
    """A list of audit.json that a domain declares: its entries, and the lists within them.

    Where there are `nested` lists, the first cell of a row is what they belong by, and is itself not shown.
    """

    rows: Rows
    nested: tuple[NestedRows, ...] = ()
