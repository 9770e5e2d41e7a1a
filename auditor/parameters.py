"""The parameters in force: the value from the command line, the case, its regime or the default."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from auditor.case import Case
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import Value
from auditor.errors import UsageError
from auditor.model import Parameter
from auditor.regimes import numbering_of


def resolve_parameters(case: Case, book: Rulebook, given: Mapping[str, str]) -> tuple[Parameter, ...]:
    """Every declared parameter with the value in force. The first that gives one decides: the command line,
    the case, the regime, the default."""
    declared = book.params
    for origin, names in (("--params", given), ("[params]", case.params)):
        for name in names:
            if name not in declared or declared[name].type == "text":
                close = difflib.get_close_matches(name, declared, n=1)
                hint = (
                    f"did you mean {close[0]!r}?" if close else "`auditor rules list --params` shows them all"
                )
                raise UsageError(f"unknown parameter {name!r} in {origin}", hint=hint)
    plan = _numbering(case)
    found = []
    for name, declaration in sorted(declared.items()):
        value: Value = declaration.default
        origin = "default"
        for source, mapping in (
            ("regime", {**case.regime.params, **plan}),
            ("case", case.params),
            ("command", given),
        ):
            if name in mapping:
                value, origin = mapping[name], source
        found.append(
            Parameter(
                name,
                _typed(name, value, declaration.type, declaration.min, declaration.default),
                declaration.default,
                declaration.unit,
                origin,
            )
        )
    return tuple(found)


def _numbering(case: Case) -> dict[str, Value]:
    plan = numbering_of(case.country)
    if plan is None:
        return {}
    return {
        "country_code": plan.country_code,
        "trunk_prefix": plan.trunk_prefix,
        "international_prefix": plan.international_prefix,
        "regular_number": plan.regular,
    }


def _typed(name: str, value: Value, kind: str, least: Value | None, default: Value) -> Value:
    if kind == "text":
        return str(value)
    try:
        number = int(str(value))
    except ValueError:
        raise UsageError(
            f"parameter {name} must be a whole number, not {value!r}", hint=_example(name, default, least)
        ) from None
    if least is not None and number < int(least):
        raise UsageError(
            f"parameter {name} must be at least {least}, not {number}", hint=_example(name, default, least)
        )
    return number


def _example(name: str, default: Value, least: Value | None) -> str:
    lowest = f", at least {least}" if least is not None else ""
    return f"for example {name}={default}, its default{lowest}; `auditor rules list --params` says what it is"
