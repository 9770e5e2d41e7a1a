"""`auditor claims --library`: the figures published of a past outage, without any log."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.tables import print_table
from auditor.cli.terminal import say
from auditor.errors import UsageError

if TYPE_CHECKING:
    from auditor.claims.library import Published
    from auditor.model import RuleRun


def library(ctx: click.Context, outage: str, case: Path | None, format_: str) -> int:
    """Print what was published of an outage and what contradicts itself; 1 when something does."""
    from auditor.case import FILE
    from auditor.claims.library import case_text, figures_of_outage, outages
    from auditor.pipeline import audit

    if case is not None:
        raise UsageError("give a CASE or --library, not both", hint="the library is a case of its own")
    if outage == "list":
        click.echo("\n".join(outages()))
        return 0
    figures = figures_of_outage(outage)
    if not any(figure.is_countable for figure in figures):
        return _told(ctx, figures, [], format_)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(case_text(figures), encoding="utf-8")
        with audit(Path(folder)) as result:
            found = [run for run in result.findings if run.sql.startswith("contradictions/")]
            return _told(ctx, figures, found, format_)


def _told(ctx: click.Context, figures: tuple[Published, ...], found: list[RuleRun], format_: str) -> int:
    if format_ == "json":
        plain = {"figures": [_plain(f) for f in figures], "findings": list(map(_found, found))}
        click.echo(json.dumps(plain))
    else:
        _print(ctx, figures, found)
    return int(bool(found))


def _plain(figure: Published) -> dict[str, object]:
    names = (
        "outage",
        "claim",
        "figure",
        "qualifier",
        "unit",
        "measure",
        "said_by",
        "said_on",
        "scope",
        "note",
    )
    return {name: getattr(figure, name) for name in names}


def _found(run: RuleRun) -> dict[str, object]:
    rows = [dict(zip(run.rows.columns, row, strict=True)) for row in run.rows]
    return {"rule": run.rule, "title": run.title, "rows": rows}


def _print(ctx: click.Context, figures: tuple[Published, ...], found: list[RuleRun]) -> None:
    said = {
        "exact": "",
        "derived": "derived",
        "at_least": "at least",
        "more_than": "more than",
        "up_to": "up to",
    }
    rows = [
        (
            figure.claim,
            f"{said.get(figure.qualifier, figure.qualifier)} {figure.figure:,}".strip(),
            figure.unit.replace("_", " "),
            f"{figure.said_by}, {figure.said_on}",
            "; ".join(filter(None, (figure.scope, figure.note))),
        )
        for figure in figures
    ]
    print_table(ctx, ("claim",), ("figure", "unit", "said by", "of what"), rows, numeric=("figure",))
    if not found:
        say(ctx, "No figure contradicts another, as far as they are of one measure in one unit.")
    for run in found:
        click.echo(f"\n{run.rule}  {run.title}")
        print_table(
            ctx, run.rows.columns[:1], run.rows.columns[1:], [tuple(map(_cell, row)) for row in run.rows]
        )
    left_out = [figure.claim for figure in figures if not figure.is_countable]
    if left_out:
        say(
            ctx,
            f"not held against the others, for their unit is no count of the audit: {', '.join(left_out)}",
        )


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value or "")
