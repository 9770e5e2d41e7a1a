"""Definitions in words: what is counted, and each switch at a setting."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from auditor.model import CountedAs, Setting
from auditor.report.profiles.reader import label

_SCOPES = {"sources": "source", "networks": "network", "areas": "area", "access": "access"}
_WITHOUT = {
    "networks": "those without a network",
    "areas": "those without an area",
    "access": "those of unknown access",
}
"""What the empty name means: records that have no name of the kind."""


def definition_words(counted: CountedAs) -> str:
    """A definition: `attempts failed (only network alpha; tests count)`; or the title of a measure that is
    counted in one way only."""
    if counted.measure:
        return f"{counted.unit} ({_lower(label(counted.measure))})"
    told = "; ".join(switch_words(name, setting) for name, setting in counted.settings)
    return f"{counted.unit} {counted.counted}".rstrip() + (f" ({told})" if told else "")


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def switch_words(name: str, setting: Setting | None) -> str:
    """A switch at a setting; None: it is not set."""
    words = _words().get(name, "")
    if not isinstance(words, str):
        return words.get(str(setting), f"{name}: {setting}")
    if setting is None:
        return _words()["no_setting"][name]  # type: ignore[index]
    return _scope(name, setting) or words.format(_said(setting))


@cache
def _words() -> Mapping[str, str | Mapping[str, str]]:
    return tomllib.loads(files("auditor.report.content").joinpath("switches.toml").read_text("utf-8"))


def _scope(name: str, setting: Setting) -> str:
    """Scopes read better as `leaves out ...` and `only ...`."""
    if not isinstance(setting, tuple) or name not in _SCOPES:
        return ""
    left_out = [item[1:] for item in setting if item.startswith("!")]
    only = [item for item in setting if not item.startswith("!")]
    parts = (("only", only), ("leaves out", left_out))
    return "; ".join(f"{start} {_names(name, items)}" for start, items in parts if items)


def _names(name: str, items: Sequence[str]) -> str:
    """Names of one kind: `area north, south and those without an area`."""
    named = ", ".join(item for item in items if item)
    said = [f"{_SCOPES[name]} {named}"] if named else []
    return " and ".join(said + ([_WITHOUT.get(name, "those without a name")] if "" in items else []))


def _said(setting: Setting) -> str:
    if isinstance(setting, datetime):
        return setting.isoformat(timespec="minutes")
    return ", ".join(setting) if isinstance(setting, tuple) else str(setting)
