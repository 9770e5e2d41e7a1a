"""Reads the tables of case.toml that the domains declare: `sql/<domain>/domain.toml` says their keys, and
nothing here knows one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditor.case.key import MOST
from auditor.case.place import Place, meant, moment, refuse_too_large, refuse_unknown
from auditor.case.polygons import Area, is_file_of_areas, read_areas
from auditor.catalogue.declarations import KEY_TYPES, LISTS, CaseKey, KeyColumn
from auditor.catalogue.domains import case_keys
from auditor.errors import UsageError
from auditor.regimes import Regime

Declared = Mapping[str, object]
"""One `[[table]]`: each of its keys with the value given, the default or None. A time has its offset; a list
is a tuple."""

_AMOUNT_MOST = 1_000_000_000
"""The greatest amount: in minor units, for each of many million accounts, it still fits into 64 bits."""
_AMOUNT_PLACES = 4
"""Digits after the point that the database holds, as of amounts in logs."""


def read_declared(
    raw: Mapping[str, Any], ids: Mapping[str, Sequence[str]], path: Path, text: str
) -> dict[str, tuple[Declared, ...]]:
    """Every declared table that the case gives, by name. `ids`: the ids of each other section, which a key
    may name.

    UsageError names the line of the first key that is unknown, missing, of another type, or names what is not
    there.
    """
    found: dict[str, tuple[Declared, ...]] = {}
    for name, key in case_keys().items():
        tables = raw.get(name, [])
        if not isinstance(tables, list):
            raise UsageError(f"[{name}] must be written [[{name}]]", where=Place(path, text, name).where())
        read = [_table(key, table, Place(path, text, name, nth)) for nth, table in enumerate(tables)]
        if any(_says_something(key, table) for table in read):
            found[name] = tuple(read)
    named = {
        **{name: [str(table["id"]) for table in tables if "id" in table] for name, tables in found.items()},
        **ids,
    }
    for name, tables in found.items():
        for nth, table in enumerate(tables):
            _refuse_repeated(case_keys()[name], tables[:nth], table, Place(path, text, name, nth))
            _refuse_dangling(case_keys()[name], table, named, Place(path, text, name, nth))
    return found


def _says_something(key: CaseKey, table: Declared) -> bool:
    """Whether a table gives one of the keys that are declared for it; one that every case has may give none
    of them."""
    return not key.adds or any(
        table[column.name] not in (None, (), column.default) for column in key.column[1:]
    )


def regime_tables(regime: Regime) -> Mapping[str, tuple[Declared, ...]]:
    """The tables that a regime lists, by name; UsageError where one is not of those that a regime may list,
    or is wrong."""
    path = Path(f"auditor/regimes/{regime.code}.toml")
    allowed = tuple(name for name, key in case_keys().items() if key.in_regime)
    refuse_unknown(dict.fromkeys(regime.lists), allowed, Place(path, "", regime.code), "section")
    return {
        name: tuple(
            _table(case_keys()[name], dict(table), Place(path, "", name, nth))
            for nth, table in enumerate(tables)
        )
        for name, tables in regime.lists.items()
    }


def declared_rows(
    key: CaseKey, tables: Sequence[Declared], timezone: str
) -> dict[str, list[tuple[object, ...]]]:
    """What the declared `tables` put into each table of the database: rows in its column order, times as
    naive UTC.

    `timezone`: the zone of dates that are read as an instant.
    """
    zone = ZoneInfo(timezone)
    rows: dict[str, list[tuple[object, ...]]] = {}
    for target, columns in key.tables.items():
        if target == key.table:
            rows[target] = [
                (number, *(_held(c.type, table[c.name], zone) for _, c in columns))
                for number, table in enumerate(tables, 1)
            ]
        else:
            ((_, listed),) = columns
            rows[target] = [
                (number, *item)
                for number, table in enumerate(tables, 1)
                for item in _items(table[listed.name])
            ]
    return rows


def _items(value: object) -> Iterator[tuple[object, ...]]:
    for item in value if isinstance(value, tuple) else ():
        yield (item.name, item.geometry, item.sketch) if isinstance(item, Area) else (item,)


def _held(kind: str, value: object, zone: ZoneInfo) -> object:
    if kind in ("moment", "day") and isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value + timedelta(days=kind == "day"), time(), zone)
    if isinstance(value, datetime):
        utc = value.astimezone(UTC).replace(tzinfo=None)
        return utc.replace(microsecond=utc.microsecond // 1000 * 1000)
    return value


def _table(key: CaseKey, table: Mapping[str, Any], place: Place) -> Declared:
    if not key.adds:
        refuse_unknown(table, tuple(column.name for column in key.column), place, "key")
    values: dict[str, object] = {}
    for column in key.column:
        if column.name in table:
            values[column.name] = _value(column, table[column.name], place)
        elif column.required:
            raise UsageError(
                f"[{key.name}] lacks {column.name!r} ({column.why})",
                where=place.where(),
                hint=f"add {column.name} = ...",
            )
        else:
            values[column.name] = () if column.type in LISTS else column.default
    return values


def _value(column: KeyColumn, given: object, place: Place) -> object:
    value = _read(column.type, given)
    if value is None:
        wanted = KEY_TYPES[column.type][0]
        raise UsageError(
            f"{column.name} = {given!r} is not of its type ({wanted})",
            where=place.where(column.name),
            hint=_example(column.type),
        )
    refuse_too_large(value, _AMOUNT_MOST if column.type == "amount" else MOST, column.name, place)
    for item in value if isinstance(value, tuple) else (value,):
        if column.choices and item not in column.choices:
            hint = meant(str(item), column.choices)
            raise UsageError(f"{column.name} cannot be {item!r}", where=place.where(column.name), hint=hint)
    if column.type == "areas" and isinstance(value, tuple):
        value = tuple(area for item in value for area in _areas(item, place, column.name))
    if column.required and value in ("", ()):
        raise UsageError(
            f"{column.name} of a [[{place.section}]] is empty",
            where=place.where(column.name),
            hint=column.why,
        )
    return value


def _areas(item: str, place: Place, name: str) -> tuple[Area, ...]:
    return read_areas(place.path.parent, item, place.where(name)) if is_file_of_areas(item) else (Area(item),)


_EXAMPLES = {
    "time": "2024-03-12T17:00:00+11:00", "moment": "2024-03-12 or 2024-03-12T17:00:00+11:00", "date":
    "2024-03-12", "day": "2024-03-12",
    "text": "put it in quotes", "amount": "200 or 12.50",
}  # fmt: skip


def _example(kind: str) -> str:
    return _EXAMPLES.get(kind, "")


def _read(kind: str, given: object) -> object:
    """The value as the type wants it, or None."""
    if kind == "time":
        return moment(given)
    if kind == "moment":
        return moment(given) or _day(given)
    if kind in ("date", "day"):
        return _day(given)
    if kind == "amount":
        return _amount(given)
    if kind in LISTS:
        listed = given if isinstance(given, list) else [given]
        return tuple(listed) if all(isinstance(item, str) for item in listed) else None
    expected = {"text": str, "integer": int, "boolean": bool}[kind]
    if kind == "text" and isinstance(given, date):
        return given.isoformat()
    return given if type(given) is expected else None


def _day(given: object) -> date | None:
    try:
        day = date.fromisoformat(given.strip()) if isinstance(given, str) else given
    except ValueError:
        return None
    return day if isinstance(day, date) and not isinstance(day, datetime) else None


def _amount(given: object) -> Decimal | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        amount = Decimal(str(given).strip())
    except InvalidOperation:
        return None
    if not amount.is_finite():
        return None
    # A greater one is named by its bound, whatever its digits are.
    is_held = abs(amount) > _AMOUNT_MOST or amount == round(amount, _AMOUNT_PLACES)
    return amount if is_held else None


def _refuse_repeated(key: CaseKey, before: Sequence[Declared], table: Declared, place: Place) -> None:
    for column in key.column:
        if column.unique and any(other[column.name] == table[column.name] for other in before):
            said = f"two [[{key.name}]] have the {column.name} {table[column.name]!r}"
            raise UsageError(said, where=place.where(column.name), hint="give each its own")


def _refuse_dangling(key: CaseKey, table: Declared, named: Mapping[str, Sequence[str]], place: Place) -> None:
    for column in key.column:
        value, there = table[column.name], tuple(named.get(column.names, ()))
        for item in (value if isinstance(value, tuple) else (value,)) if column.names else ():
            if item is not None and item not in there:
                hint = meant(str(item), there) if there else f"the case has no [[{column.names}]]"
                said = f"no {column.names} is called {item!r}"
                raise UsageError(said, where=place.where(column.name), hint=hint)
