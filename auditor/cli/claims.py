"""`auditor claims`, `bridge`, `explain`, `range`, `timeline` and `diff`: published figures against the
logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.library import library
from auditor.cli.terminal import console, notes
from auditor.errors import UsageError
from auditor.model import Unit

if TYPE_CHECKING:
    from auditor.claims.bridge import Bridge
    from auditor.claims.figures import Figures

CASE = click.Path(exists=True, file_okay=False, path_type=Path)
FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)
SHOWN = 20


@click.command()
@click.argument("case", type=CASE, required=False)
@click.option(
    "--library",
    "outage",
    metavar="OUTAGE",
    default="",
    help="In place of a CASE: figures published of a past outage (`list` names them).",
)
@click.option(
    "--without",
    metavar="EXCLUSION",
    default="",
    help="Show the headline too with this declared [[exclusion]] reversed.",
)
@FORMAT
@click.pass_context
def claims(ctx: click.Context, case: Path | None, outage: str, without: str, format_: str) -> int:
    """Print each published figure of CASE as published, recomputed under its own definition, and whether they
    agree.

    A case that has not been audited yet, or has changed, is audited first. Ends with 1 when a claim does not
    agree.

    \b
    Examples:
      auditor claims CASE
      auditor claims CASE --without roaming
      auditor claims --library optus-2023
    """
    if outage:
        return library(ctx, outage, case, format_)
    if case is None:
        raise UsageError("no case is given", hint="auditor claims CASE, or auditor claims --library OUTAGE")
    return _judged(ctx, case, without, format_)


def _judged(ctx: click.Context, case: Path, without: str, format_: str) -> int:
    """Print the claims of a case; 1 when one does not agree."""
    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.claims.reconcile import check_exclusion, reconcile, reversing
    from auditor.claims.register import AGREES
    from auditor.pipeline import read_figures
    from auditor.report.content.claims import claims_sections, without_sections
    from auditor.report.privacy.masking import masked

    if without:
        check_exclusion(read_case(case), without)
    with read_figures(case) as (audit, figures, store):
        found = reconcile(store, read_rulebook(), figures.case, audit, is_asked=True)
        if without:
            found = reversing(found, without)
        found.pop("timeline", None)
        found = masked(found)
        if format_ == "json":
            _json(found)
        else:
            _sections(ctx, without_sections(found) + claims_sections(found))
        judged = found.get("claims", [])
        return int(isinstance(judged, list) and any(c["verdict"] != AGREES for c in judged))


@click.command()
@click.argument("case", type=CASE)
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--rows", metavar="STEP", help="List the ids that a step adds (+) or takes away (-).")
@click.option(
    "--order-free",
    is_flag=True,
    help="Give each switch its share whatever the order (exact up to 8 switches).",
)
@FORMAT
@click.pass_context
def bridge(ctx: click.Context, /, case: Path, start: str, end: str, **given: Any) -> None:
    """Go from one figure to another, one switch a step, and show what no step explains.

    FROM and TO are claims, definitions of the case, or measures.

    \b
    Examples:
      auditor bridge CASE senate regulator_people
      auditor bridge CASE attempts.failed callers.failed --rows unit
    """
    from auditor.claims.bridge import bridge as build
    from auditor.claims.bridge import shares
    from auditor.claims.reconcile import plain_bridge
    from auditor.pipeline import read_figures
    from auditor.report.content.claims import bridge_section
    from auditor.report.privacy.masking import masked

    with read_figures(case) as (_, figures, _store):
        found = build(figures, start, end)
        if given["rows"]:
            _step_rows(figures, found, given["rows"])
            return
        told = plain_bridge(figures, found)
        if given["order_free"]:
            told["shares"] = {name: str(share) for name, share in shares(figures, found).items()}
            told["shares_words"] = (
                ""
                if told["shares"]
                else "no share can be given: between these two no switch of one measure differs"
            )
        told = masked(told)
        if given["format_"] == "json":
            _json(told)
        else:
            _sections(ctx, [bridge_section(told)])


def _step_rows(figures: Figures, found: Bridge, name: str) -> None:
    from auditor.claims.bridge import step_rows
    from auditor.report.privacy.masking import mask_caller

    chosen = [step for step in found.steps if step.name == name]
    if not chosen:
        raise UsageError(
            f"the bridge has no step {name!r}",
            hint="its steps: " + (", ".join(s.name for s in found.steps) or "none"),
        )
    for row in step_rows(figures, chosen[0]):
        started = f"{row.started_at_utc.isoformat(timespec='milliseconds')}Z" if row.started_at_utc else ""
        caller = mask_caller(row.caller_id) if row.caller_id else ""
        # What an episode or a caller is called holds the caller's number.
        subject = row.attempt_id or (
            row.subject.replace(row.caller_id, caller) if row.caller_id else row.subject
        )
        click.echo(f"{row.change:+d}\t{subject}\t{caller}\t{started}")


@click.command()
@click.argument("case", type=CASE)
@click.argument("figure", type=click.IntRange(min=0))
@click.option(
    "--unit",
    type=click.Choice([Unit.ATTEMPTS, Unit.EPISODES, Unit.CALLERS]),
    help="Only figures of this unit.",
)
@click.option(
    "--within", type=click.IntRange(min=0), default=0, show_default=True, help="How far off a hit may be."
)
@click.option(
    "--most",
    type=click.IntRange(min=1),
    default=2_000,
    show_default=True,
    help="How many definitions to try, simplest first.",
)
@FORMAT
@click.pass_context
def explain(ctx: click.Context, /, case: Path, figure: int, **given: Any) -> int:
    """Say under which definitions the logs of CASE give FIGURE, simplest first, and how much a hit is worth.

    Ends with 1 when no definition gives it.

    \b
    Examples:
      auditor explain CASE 228
      auditor explain CASE 2145 --unit callers --within 5
    """
    from auditor.claims.inversion import explain as search
    from auditor.pipeline import read_figures
    from auditor.report.content.claims import inversion_section
    from auditor.report.privacy.masking import masked

    with read_figures(case) as (_, figures, _store):
        unit = Unit(given["unit"]) if given["unit"] else None
        found = search(figures, figure, unit=unit, within=given["within"], most=given["most"])
    told: dict[str, object] = {
        "figure": found.figure,
        "within": found.within,
        "tried": found.tried,
        "hits": [
            {"value": h.value, "switches": h.switches, "definition": h.definition.label} for h in found.hits
        ],
        "shared": list(found.shared),
        "coincidence": found.coincidence,
        "limits": list(found.limits),
    }
    told = masked(told)
    if given["format_"] == "json":
        _json(told)
    else:
        _sections(ctx, [inversion_section(told, SHOWN)])
        if len(found.hits) > SHOWN:
            notes(ctx, f"showing {SHOWN} of {len(found.hits):,} hits; --format json gives all")
    return int(not found.hits)


@click.command("range")
@click.argument("case", type=CASE)
@click.argument("measure")
@FORMAT
@click.pass_context
def range_(ctx: click.Context, case: Path, measure: str, format_: str) -> None:
    """Show a measure's lowest and highest count over all defensible definitions, and which switch moves it
    most.

    \b
    Example:
      auditor range CASE callers.failed
    """
    from auditor.claims.spread import spread
    from auditor.pipeline import read_figures
    from auditor.report.content.claims import range_section
    from auditor.report.privacy.masking import masked

    with read_figures(case) as (_, figures, _store):
        found = spread(figures, measure)
    told = {
        "measure": measure,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "unit": str(found.unit),
        "definitions": found.definitions,
        "moves": [
            {"switch": m.switch, "label": m.label, "low": m.low, "high": m.high, "why": m.why}
            for m in found.moves
        ],
        "lowest": found.lowest.label,
        "highest": found.highest.label,
    }
    told = masked(told)
    if format_ == "json":
        _json(told)
    else:
        _sections(ctx, [range_section(told)])


@click.command()
@click.argument("case", type=CASE)
@FORMAT
@click.pass_context
def timeline(ctx: click.Context, case: Path, format_: str) -> None:
    """Print the count with the files held at each moment (their source's received_at), beside the dates of
    the claims.

    \b
    Example:
      auditor timeline CASE
    """
    from auditor.pipeline import knowledge
    from auditor.report.content.claims import timeline_section
    from auditor.report.privacy.masking import masked

    found = masked(knowledge(case))
    if format_ == "json":
        _json({"timeline": found})
        return
    if not any("run" in point for point in found):
        notes(
            ctx,
            "no two sources say when they were received (received_at): there is one state of knowledge only",
        )
    _sections(ctx, [timeline_section(found)])


@click.command()
@click.argument("case", type=CASE)
@click.argument("before", metavar="RUN", required=False)
@click.argument("after", metavar="RUN", required=False)
@FORMAT
@click.pass_context
def diff(ctx: click.Context, /, case: Path, before: str | None, after: str | None, **given: Any) -> int:
    """List the attempts that changed their state between two runs, and why. Runs are named by the start of
    their id.

    Without runs: the last two that were kept. Ends with 1 when something changed.

    \b
    Examples:
      auditor diff CASE
      auditor diff CASE 3d70ef44 cf3b92ac
    """
    from dataclasses import asdict

    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.record.runs import differences, find, kept
    from auditor.report.content.claims import difference_section
    from auditor.report.privacy.masking import mask_caller, masked

    opened = read_case(case)
    runs = kept(opened)
    if (before is None or after is None) and len(runs) < 2:
        raise UsageError(
            f"{len(runs)} run(s) are kept, two are compared",
            hint="`auditor run` keeps one each time something changed",
        )
    one = find(opened, before) if before else runs[1]
    other = find(opened, after) if after else runs[0]
    found = [asdict(change) for change in differences(read_rulebook(), one, other)]
    changes = masked([{**change, "caller_id": mask_caller(change["caller_id"])} for change in found])
    if given["format_"] == "json":
        _json({"before": one.id, "after": other.id, "changes": changes})
    else:
        _sections(ctx, [difference_section(one.id, other.id, one.measures, other.measures, changes)])
    return int(bool(changes))


def _json(value: object) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=True, default=str))


def _sections(ctx: click.Context, sections: Any) -> None:
    from auditor.report.draw.text import print_sections

    print_sections(sections, console(ctx))


commands = (claims, bridge, explain, range_, timeline, diff)
