"""`auditor rules`: what each rule looks for, by which clause, and whether its cases pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import format_option
from auditor.cli.terminal import console, notes
from auditor.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from auditor.catalogue.rulebook import Rulebook
    from auditor.catalogue.sql_file import SqlFile
    from auditor.model import Clause
    from auditor.regimes import Regime

REGIME = click.option(
    "--regime", default="au", show_default=True, help="Jurisdiction whose clauses are cited."
)
FAILED = 3


@click.group()
def rules() -> None:
    """List, show and test the rules."""


@rules.command("list")
@REGIME
@click.option("--params", is_flag=True, help="List the parameters instead: defaults, units and why.")
@format_option("text", "json", default="text")
@click.pass_context
def list_rules(ctx: click.Context, regime: str, params: bool, format_: str) -> None:
    """List every rule with severity, title and clause; a clause whose primary text was not read is marked as
    unverified.

    \b
    Examples:
      auditor rules list
      auditor rules list --regime us
      auditor rules list --params
    """
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.regimes import read_regime

    book, law = read_rulebook(), read_regime(regime)
    if format_ == "json":
        rows = _parameter_rows(book, law) if params else [_rule_row(rule, law) for rule in book.rules]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    console(ctx).print(_parameter_table(book, law) if params else _rule_table(book, law))


def _rule_row(rule: SqlFile, regime: Regime) -> dict[str, str | bool | None]:
    clause = regime.clauses.get(rule.clause)
    return {
        "rule": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "clause": clause.text if clause else None,
        "is_verified": clause.is_verified if clause else None,
        "applies": not rule.regimes or regime.code in rule.regimes,
        "sql": rule.path,
    }


def _rule_table(book: Rulebook, regime: Regime) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "rule", "severity", "title", f"clause of {regime.code}", "verified", box=None, pad_edge=False
    )
    for rule in sorted(book.rules, key=lambda r: r.id):
        clause = regime.clauses.get(rule.clause)
        cells = (clause.key, "yes" if clause.is_verified else "NO") if clause else ("", "")
        if rule.regimes and regime.code not in rule.regimes:
            cells = (f"only in {', '.join(rule.regimes)}", "")
        table.add_row(*(Text(cell) for cell in (rule.id, rule.severity.value, rule.title, *cells)))
    return table


def _cited(clause: Clause | None) -> str:
    if clause is None:
        return ""
    return (
        clause.text if clause.is_verified else f"{clause.text}\nNOT VERIFIED: the primary text was not read"
    )


def _parameter_rows(book: Rulebook, regime: Regime) -> list[dict[str, str | int | float | None]]:
    return [
        {
            "name": p.name,
            "value": regime.params.get(p.name, p.default),
            "default": p.default,
            "unit": p.unit,
            "min": p.min,
            "max": p.greatest,
            "why": p.why,
        }
        for p in sorted(book.params.values(), key=lambda p: p.name)
        if p.type != "text"
    ]


def _parameter_table(book: Rulebook, regime: Regime) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table("parameter", "value", "unit", "why", box=None, pad_edge=False)
    for row in _parameter_rows(book, regime):
        table.add_row(*(Text(str(row[key])) for key in ("name", "value", "unit", "why")))
    return table


@rules.command("show")
@click.argument("rule_id", metavar="ID")
@REGIME
@click.pass_context
def show_rule(ctx: click.Context, rule_id: str, regime: str) -> None:
    """Show one rule: what it finds and why, its clause with the source, its parameters, an example of a hit
    and a miss, its SQL.

    \b
    Example:
      auditor rules show WC-001
    """
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.regimes import read_regime
    from auditor.text import in_millions

    rule, law = _find(read_rulebook(), rule_id), read_regime(regime)
    clause = law.clauses.get(rule.clause)
    facts = [
        ("severity", rule.severity.value),
        ("why", rule.why),
        ("clause", _cited(clause) or f"none known in {law.code}"),
        ("source", clause.source if clause else ""),
        ("may be wrong", "\n".join(rule.false_positives)),
        ("needs", ", ".join(rule.requires)),
        ("only in", ", ".join(rule.regimes)),
        ("one row a", ", ".join(rule.grain)),
    ]
    facts += [
        (
            f"${p.name}",
            f"{law.params.get(p.name, p.default)} {p.unit} (default {p.default}, at least {p.min}, at most"
            f" {in_millions(p.greatest)}): {p.why}",
        )
        for p in rule.params.values()
    ]
    _print_rule(ctx, rule, facts)


def _print_rule(ctx: click.Context, rule: SqlFile, facts: list[tuple[str, str]]) -> None:
    from rich.syntax import Syntax
    from rich.table import Table
    from rich.text import Text

    from auditor.cli.examples import example
    from auditor.engine.trial import examples

    out = console(ctx)
    out.print(Text(f"{rule.id}  {rule.title}", style="bold"))
    grid = Table.grid(padding=(0, 2))
    for name, value in facts:
        if value:
            grid.add_row(Text(name, style="dim"), Text(value, overflow="fold"))
    out.print(grid)
    hit, miss = examples(rule)
    for title, trial in (("Finds", hit), ("Does not find", miss)):
        out.print(Text("\n" + "\n".join(example(title, trial))), soft_wrap=True)
    out.print(Text(f"\nsql/{rule.path}", style="dim"))
    out.print(
        Syntax(rule.sql, "sql", background_color="default") if out.is_terminal else Text(rule.sql),
        soft_wrap=not out.is_terminal,
    )


def _find(book: Rulebook, wanted: str) -> SqlFile:
    import difflib

    known = {rule.id: rule for rule in book.rules}
    if wanted.upper() in known:
        return known[wanted.upper()]
    close = difflib.get_close_matches(wanted.upper(), known, n=1)
    raise UsageError(
        f"no rule has the id {wanted!r}",
        hint=f"did you mean {close[0]}?" if close else "`auditor rules list` shows them all",
    )


@rules.command("test")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.pass_context
def test_rules(ctx: click.Context, folder: Path | None) -> int:
    """Run every case of FOLDER against the SQL files: given rows, expected findings.

    FOLDER and the folders in it hold one TOML file for each SQL file, with the same stem. Without FOLDER, the
    cases of the built-in rules are run.

    \b
    Examples:
      auditor rules test
      auditor rules test my_cases/
    """
    from auditor.catalogue.reference import cases_root
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.engine.trial import Bench, read_trials
    from auditor.text import plain_text

    paths = sorted((folder or cases_root()).rglob("*.toml"), key=lambda path: path.name)
    if not paths:
        raise UsageError(
            "the folder holds no cases",
            hint="give one TOML file for each rule, with the name of its SQL file",
        )
    passed = failed = 0
    bench = Bench(read_rulebook())
    try:
        for trial in (trial for path in paths for trial in read_trials(path)):
            if problem := bench.problem(trial):
                failed += 1
                click.echo(plain_text(f"FAIL {Path(trial.path).stem}: {trial.name}: {problem}", 2_000))
            else:
                passed += 1
    finally:
        bench.close()
    click.echo(f"{passed} case(s) passed, {failed} failed")
    notes(ctx, f"read {len(paths)} file(s)")
    return FAILED if failed else 0


commands = (rules,)
