"""One SQL text for several similar files: a template of `measures/` or `checks/`, and the entries of
`domain.toml` made from it.

A placeholder is `{word}` inside quotes, so that a template is SQL as well: alone in single quotes it becomes
a literal (a list becomes several), alone in double quotes a name (a list becomes a sum of names), and amid
other text the text. The result is one whole SQL file with its header, and is read like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor.catalogue.domains import FILE, HEADER, Domain, domains
from auditor.errors import UsageError, Where

_PLACE = re.compile(r"'\{(?P<literal>\w+)\}'|\"\{(?P<name>\w+)\}\"|\{(?P<text>\w+)\}")
_NAME = re.compile(r"[A-Za-z_]\w*")
_HERE = frozenset({"from", "file"})
"""Keys of an entry that name its template and the resulting file."""


def is_template(text: str) -> bool:
    """Whether a SQL file is a template."""
    header = HEADER.match(text)
    return header is not None and 'id = "{id}"' in header[0]


def made_files(root: Path, kind: str) -> Iterator[tuple[str, str]]:
    """Path and text of every file of a kind that is made from a template: `folder/kind/template.sql#file`."""
    for domain in domains(root):
        for entry in _entries(domain, kind):
            where = Where(f"sql/{domain.name}/{FILE}")
            stem = entry["file"]
            found = [
                path for path in _candidates(root, domain, kind, str(entry.get("from"))) if path.is_file()
            ]
            if not found:
                raise UsageError(
                    f"{stem} is made from {entry.get('from')!r}, which is an unknown template", where=where
                )
            values = {key: given for key, given in entry.items() if key not in _HERE}
            yield (
                f"{found[0].relative_to(root).as_posix()}#{stem}",
                expand(found[0].read_text(encoding="utf-8"), values, stem, where),
            )


def _candidates(root: Path, domain: Domain, kind: str, template: str) -> Iterator[Path]:
    """Where a template may be: in the domain itself, else in `shared`."""
    yield from (root / folder / kind / f"{template}.sql" for folder in (domain.name, "shared"))


def _entries(domain: Domain, kind: str) -> Iterator[Mapping[str, Any]]:
    """The entries of a domain that are made from templates of a kind, each with the name of its file."""
    if kind == "measures":
        for entry in domain.measure:
            stem = entry["name"].replace(".", "_")
            yield {"id": stem, **entry, "file": stem}
    elif kind == "checks":
        for role in domain.role:
            if role.balance:
                stem = f"{role.balance.lower().replace('-', '_')}_{role.name}_loaded"
                yield {
                    "from": "loaded",
                    "file": stem,
                    "id": role.balance,
                    "role": role.name,
                    "table": role.table,
                }
        yield from domain.balance
        for partition in domain.partition:
            if partition.balance:
                yield {**partition.balance, "values": [value for value in partition.parts.values() if value]}


def expand(template: str, values: Mapping[str, Any], stem: str, where: Where) -> str:
    """The text of one file. UsageError for a placeholder without a value, and for a value without a
    placeholder."""
    header = HEADER.match(template)
    end = header.end() if header else 0
    used: set[str] = set()

    def filled(match: re.Match[str], *, is_header: bool) -> str:
        ((how, key),) = ((how, key) for how, key in match.groupdict().items() if key)
        if key not in values:
            raise UsageError(f"{stem} has no value for the placeholder {key!r} of its template", where=where)
        used.add(key)
        return _written(values[key], how, stem, where, is_header=is_header)

    text = _PLACE.sub(lambda m: filled(m, is_header=True), template[:end]) + _PLACE.sub(
        lambda m: filled(m, is_header=False), template[end:]
    )
    if unused := set(values) - used:
        raise UsageError(
            f"{stem} has a value {min(unused)!r}, but its template has no such placeholder", where=where
        )
    return text


def _written(value: Any, how: str, stem: str, where: Where, *, is_header: bool) -> str:
    """A value as written in a header (TOML) or in the statement (SQL)."""
    items = [str(item) for item in (value if isinstance(value, list | tuple) else [value])]
    if is_header:
        return json.dumps(value, ensure_ascii=False) if how == "name" else ", ".join(items)
    if how == "name":
        if not all(_NAME.fullmatch(item) for item in items):
            raise UsageError(
                f"{stem} names a column or table {value!r}, which is not a valid name", where=where
            )
        return " + ".join(items)
    quoted = [item.replace("'", "''") for item in items]
    return ", ".join(f"'{item}'" for item in quoted) if how == "literal" else ", ".join(quoted)
