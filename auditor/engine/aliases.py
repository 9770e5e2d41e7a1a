"""Short names beside values that are masked in lists: `C-0017` beside each caller's number.

Where the values of a column have their names is declared with the column (`alias`); the table is made by a
step of the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from auditor.catalogue.columns import vocabulary
from auditor.model import Column
from auditor.store import Store, identifier


def with_aliases(sql: str, columns: Sequence[Column], order: Sequence[str]) -> tuple[str, tuple[Column, ...]]:
    """`sql` and its columns, with the alias of each value behind the column that has one, in the order of the
    columns in `order`.

    Rows are sorted by the alias in place of its value: a list in the order of the numbers would say between
    which others a masked number lies. Without such a column both are as they were given.
    """
    if not any(column.alias for column in columns):
        return sql, tuple(columns)
    listed, shown, joins, keys = [], [], [], {}
    for place, column in enumerate(columns):
        own = f"given.{identifier(column.name)}"
        keys[column.name] = own
        listed.append(own)
        shown.append(column)
        if column.alias:
            relation, _, value = column.alias.partition(".")
            at, name = f"alias_{place}", f"{column.name.removesuffix('_id')}_alias"
            held = f"{at}.{identifier(relation)}"
            joins.append(f" LEFT JOIN {identifier(relation)} AS {at} ON {at}.{identifier(value)} = {own}")
            listed.append(f"{held} AS {identifier(name)}")
            shown.append(replace(vocabulary().column(relation), name=name, type="VARCHAR"))
            keys[column.name] = f"LENGTH({held}), {held}, {own}"
    by = ", ".join(keys[name] for name in order)
    return f"SELECT {', '.join(listed)} FROM ({sql}) AS given{''.join(joins)} ORDER BY {by}", tuple(shown)


def aliases_of(store: Store, column: Column) -> dict[str, str]:
    """Value of a column that has aliases -> its alias."""
    relation, _, value = column.alias.partition(".")
    sql = f"SELECT {identifier(value)}, {identifier(relation)} FROM {identifier(relation)}"
    return dict(store.query(sql, name=f"short names of {column.name}"))
