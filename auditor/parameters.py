"""The parameters in force: the value from the command line, the case, its regime or the default."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from auditor.case import Case, where_in_section
from auditor.catalogue.rulebook import Rulebook
from auditor.catalogue.sql_file import ParameterDeclaration, Value
from auditor.errors import UsageError
from auditor.model import Parameter
from auditor.regimes import numbering_of
from auditor.text import in_millions


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
                raise UsageError(
                    f"unknown parameter {name!r} in {origin}",
                    where=where_in_section(case, "params", name) if origin == "[params]" else None,
                    hint=hint,
                )
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
        try:
            value = _typed(declaration, value)
        except UsageError as error:
            where = where_in_section(case, "params", name) if origin == "case" else None
            raise UsageError(error.message, where=where, hint=error.hint) from error
        found.append(Parameter(name, value, declaration.default, declaration.unit, origin))
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


def _typed(declared: ParameterDeclaration, value: Value) -> Value:
    if declared.type == "text":
        return str(value)
    fault = f"parameter {declared.name} must be"
    try:
        number = int(str(value))
    except ValueError:
        raise UsageError(f"{fault} a whole number, not {value!r}", hint=_example(declared)) from None
    if declared.min is not None and number < int(declared.min):
        raise UsageError(f"{fault} at least {declared.min}, not {number:,}", hint=_example(declared))
    if number > declared.greatest:
        raise UsageError(f"{fault} at most {in_millions(declared.greatest)}", hint=_example(declared))
    return number


def _example(declared: ParameterDeclaration) -> str:
    lowest = f", at least {declared.min}" if declared.min is not None else ""
    return (
        f"for example {declared.name}={declared.default}, its default{lowest}, at most"
        f" {in_millions(declared.greatest)}; `auditor rules list --params` says what it is"
    )
