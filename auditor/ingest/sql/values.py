"""Which strict reader types which text of a file: a call of a macro of `sql/schema`, as SQL."""

from __future__ import annotations

from auditor.case.time_pattern import full_width, parts_of
from auditor.ingest.sql.literals import text_list, text_map
from auditor.ingest.sql.texts import Texts
from auditor.store import quoted

EPOCHS = {
    "epoch": "read_epoch",
    "epoch_s": "read_epoch_s",
    "epoch_ms": "read_epoch_ms",
    "epoch_us": "read_epoch_us",
}
"""Time formats that count from 1970 -> the macro that reads them."""
_READERS = {
    "BIGINT": "read_integer",
    "INTEGER": "read_small_integer",
    "BOOLEAN": "read_boolean",
    "DOUBLE": "read_decimal",
    "DECIMAL(18, 4)": "read_money",
}
_OWN = {"service_category": "read_category"}
"""Columns with a macro of their own."""

_ZONE_NAME = r"(?i)\b(?:UTC|GMT|[a-z_]+(?:/[a-z][a-z0-9_+-]*)+)"
"""A name that one zone alone has."""


def value_of(texts: Texts, name: str, text: str) -> str:
    """SQL of a struct {value, reason} of the `text` of the canonical column `name`, which is no time."""
    table = texts.table
    if name in table.codes:
        own = {
            word.strip().lower(): listed.strip().lower()
            for word, listed in texts.source.values.get(name, {}).items()
        }
        return f"read_code({text}, {text_list(table.codes[name])}, {text_map(own)})"
    if name in table.numbers:
        return f"read_number({text})"
    if name in table.ids:
        return f"read_id({text})"
    if name in table.limits:
        return f"read_within({text}, {', '.join(map(str, table.limits[name]))})"
    kind = _OWN.get(name) or _READERS.get(table.types[table.canonical[name]], "read_text")
    if name in texts.source.values:
        return f"{kind}({texts.named(name, f'bare_text({text})')})"
    return f"{kind}({text})"


def time_of(texts: Texts, text: str) -> str:
    """SQL of a struct {value, reason} of a time: the formats of the source or layout first, then ISO 8601,
    whose refusal is the reason given. The name of a zone in the text (%Z) is that of the time, also where the
    clock was put back; names such as EST, BST and IST are of several zones, and no time."""
    zone = zone_of(texts)
    branches = []
    for pattern in time_formats(texts):
        read = _read(text, pattern)
        if pattern in EPOCHS:
            branches.append(f"WHEN regexp_full_match({text}, '[0-9.]+') THEN {EPOCHS[pattern]}({text})")
        elif "%Z" in parts_of(pattern):
            clock = _read(f"regexp_replace({text}, '{_ZONE_NAME}', 'UTC')", pattern.replace("%Z", "UTC"))
            branches.append(
                f"WHEN {read} IS NOT NULL AND {clock} IS NOT NULL THEN read_clock(date_trunc('millisecond',"
                f" {clock}), regexp_extract({text}, '{_ZONE_NAME}'))"
            )
        elif "%z" in parts_of(pattern):
            branches.append(f"WHEN {read} IS NOT NULL THEN read_instant(timezone('UTC', {read}))")
        else:
            branches.append(
                f"WHEN {read} IS NOT NULL THEN read_clock(date_trunc('millisecond', CAST({read} AS"
                f" TIMESTAMP)), {zone})"
            )
    iso = f"read_iso_time({text}, {zone})"
    return f"CASE {' '.join(branches)} ELSE {iso} END" if branches else iso


def _read(text: str, pattern: str) -> str:
    """SQL of what strptime reads by a pattern; null where a zero is lost between numbers that touch."""
    read = f"try_strptime({text}, '{quoted(pattern)}')"
    width = full_width(pattern)
    return f"CASE WHEN regexp_full_match({text}, '{quoted(width)}') THEN {read} END" if width else read


def time_formats(texts: Texts) -> tuple[str, ...]:
    """How times of the file are written beyond ISO 8601, as the source says, else its layout."""
    stated = texts.source.time_format
    return (stated,) if stated else tuple(texts.detection.layout.time_formats)


def zone_of(texts: Texts) -> str:
    """SQL of the zone that the source, else its layout, gives to times without one."""
    zone = texts.source.timezone or texts.detection.layout.timezone
    return f"'{quoted(zone)}'" if zone else "CAST(NULL AS VARCHAR)"
