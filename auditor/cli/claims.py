"""`auditor claims`, `bridge`, `explain`, `range`, `timeline` and `diff`: published figures and the logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.library import library
from auditor.cli.options import CASE, FOLDER, format_option
from auditor.cli.terminal import console, notes
from auditor.errors import UsageError
from auditor.model import Unit
from auditor.text import counted

if TYPE_CHECKING:
    from auditor.claims.bridge import Bridge
    from auditor.claims.figures import Recount
    from auditor.report.content.page import Blocks
    from auditor.store import Store

FORMAT = format_option("text", "json", default="text")
SHOWN = 20


@click.command()
@click.argument("case", type=FOLDER, required=False)
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
    help="Also show the headline with this declared [[exclusion]] reversed.",
)
@FORMAT
@click.pass_context
def claims(ctx: click.Context, case: Path | None, outage: str, without: str, format_: str) -> int:
    """Print each published figure of CASE: as published, as recomputed under its own definition, and whether
    the two agree.

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
    from auditor.report.content.claims import claims_blocks, reversed_blocks
    from auditor.report.content.times import Zone
    from auditor.report.draw.reconciled import reconciled
    from auditor.report.privacy.masking import masked

    if without:
        check_exclusion(read_case(case), without)
    with read_figures(case) as (audit, figures, store):
        found = masked(reconcile(store, read_rulebook(), figures.case, audit, is_asked=True))
    if without:
        found = reversing(found, without)
    found = replace(found, timeline=())
    if format_ == "json":
        _json({name: part for name, part in reconciled(found).items() if part})
    else:
        zone = Zone(audit.case.timezone)
        _print(ctx, reversed_blocks(found.reversed) + claims_blocks(found, zone), zone.name)
    return int(any(claim.verdict != AGREES for claim in found.claims))


@click.command()
@CASE
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("--rows", metavar="STEP", help="List the ids that a step adds (+) or takes away (-).")
@click.option(
    "--order-free",
    is_flag=True,
    help="Give each switch's share of the change in any order (exact up to 8 switches).",
)
@FORMAT
@click.pass_context
def bridge(ctx: click.Context, /, case: Path, start: str, end: str, **given: Any) -> None:
    """Go from one figure to another, one switch at each step, and show what no step explains.

    FROM and TO are claims, definitions of the case, or measures.

    \b
    Examples:
      auditor bridge CASE senate regulator_people
      auditor bridge CASE attempts.failed callers.failed --rows unit
    """
    from auditor.claims.bridge import bridge as build
    from auditor.claims.bridge import shares
    from auditor.claims.reconcile import waterfall
    from auditor.pipeline import read_figures
    from auditor.report.content.claims import bridge_blocks
    from auditor.report.draw import reconciled
    from auditor.report.privacy.masking import masked

    with read_figures(case) as (_, figures, store):
        found = build(figures, start, end)
        if given["rows"]:
            _step_rows(store, figures, found, given["rows"])
            return
        drawn = waterfall(figures, found)
        if given["order_free"]:
            drawn = replace(drawn, shares=shares(figures, found))
    drawn = masked(drawn)
    if given["format_"] == "json":
        _json(reconciled.waterfall(drawn))
    else:
        _print(ctx, bridge_blocks(drawn), figures.case.timezone)


def _step_rows(store: Store, figures: Recount, found: Bridge, name: str) -> None:
    from auditor.catalogue.columns import vocabulary
    from auditor.claims.bridge import step_rows
    from auditor.engine import aliases_of
    from auditor.report.privacy.masking import mask_caller

    chosen = [step for step in found.steps if step.name == name]
    if not chosen:
        raise UsageError(
            f"the bridge has no step {name!r}",
            hint="its steps: " + (", ".join(s.name for s in found.steps) or "none"),
        )
    aliases = aliases_of(store, vocabulary().column("caller_id"))
    for row in step_rows(figures, chosen[0]):
        started = f"{row.started_at_utc.isoformat(timespec='milliseconds')}Z" if row.started_at_utc else ""
        caller = mask_caller(row.caller_id) if row.caller_id else ""
        # The id of an episode or a caller contains the caller's number.
        subject = row.attempt_id or (
            row.subject.replace(row.caller_id, caller) if row.caller_id else row.subject
        )
        alias = aliases.get(row.caller_id or "", "")
        click.echo(f"{row.change:+d}\t{subject}\t{caller}\t{started}\t{alias}")


@click.command()
@CASE
@click.argument("figure")
@click.option(
    "--unit",
    type=click.Choice([Unit.ATTEMPTS, Unit.EPISODES, Unit.CALLERS]),
    help="Only figures of this unit.",
)
@click.option(
    "--within",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Accept counts that differ from FIGURE by so much.",
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
def explain(ctx: click.Context, /, case: Path, figure: str, **given: Any) -> int:
    """List the definitions under which the logs of CASE give FIGURE, simplest first, and say how likely a
    chance hit is. Of a share (75%) list the figures whose quotient it may be.

    Ends with 1 when nothing gives it.

    \b
    Examples:
      auditor explain CASE 228
      auditor explain CASE 2145 --unit callers --within 5
      auditor explain CASE 75%
    """
    from auditor.claims.inversion import explain as search
    from auditor.pipeline import read_figures
    from auditor.report.content.searches import inversion_blocks
    from auditor.report.draw import reconciled
    from auditor.report.privacy.masking import masked

    if not figure.isdecimal():
        return _explain_share(ctx, case, figure, given["format_"])
    with read_figures(case) as (_, figures, _store):
        unit = Unit(given["unit"]) if given["unit"] else None
        found = search(figures, int(figure), unit=unit, within=given["within"], most=given["most"])
    found = masked(found)
    if given["format_"] == "json":
        _json(reconciled.inversion(found))
    else:
        _print(ctx, inversion_blocks(found, SHOWN), figures.case.timezone)
        if len(found.hits) > SHOWN:
            notes(ctx, f"showing {SHOWN} of {counted(len(found.hits), 'hits')}; --format json gives all")
    return int(not found.hits)


def _explain_share(ctx: click.Context, case: Path, text: str, format_: str) -> int:
    from dataclasses import asdict

    from auditor.case import read_case
    from auditor.claims.shares import percent, shares_giving
    from auditor.pipeline import read_audit
    from auditor.report.content.searches import share_blocks

    percent(text)  # a text that is no share is refused before anything is read
    with read_audit(case) as audit:
        found = shares_giving(audit.measures, read_case(case).claims, text)
    if format_ == "json":
        _json({"share": text, "hits": [asdict(share) for share in found]})
    else:
        _print(ctx, share_blocks(text, found), audit.case.timezone)
    return int(not found)


@click.command("range")
@CASE
@click.argument("measure")
@FORMAT
@click.pass_context
def range_(ctx: click.Context, case: Path, measure: str, format_: str) -> None:
    """Show a measure's lowest and highest count over all defensible definitions, and the switch that changes
    it most.

    \b
    Example:
      auditor range CASE callers.failed
    """
    from auditor.claims.spread import spread
    from auditor.pipeline import read_figures
    from auditor.report.content.claims import range_blocks
    from auditor.report.draw import reconciled
    from auditor.report.privacy.masking import masked

    with read_figures(case) as (_, figures, _store):
        found = masked(spread(figures, measure))
    if format_ == "json":
        _json(reconciled.spread(found))
    else:
        _print(ctx, range_blocks(found), figures.case.timezone)


@click.command()
@CASE
@FORMAT
@click.pass_context
def timeline(ctx: click.Context, case: Path, format_: str) -> None:
    """Print the count with the files held at each moment (their source's received_at), beside the dates of
    the claims.

    \b
    Example:
      auditor timeline CASE
    """
    from auditor.case import read_case
    from auditor.pipeline import knowledge
    from auditor.report.content.claims import timeline_blocks
    from auditor.report.content.times import Zone
    from auditor.report.draw import reconciled
    from auditor.report.privacy.masking import masked

    found = masked(knowledge(case))
    if format_ == "json":
        _json({"timeline": reconciled.timeline(found)})
        return
    if not any(moment.run for moment in found):
        notes(
            ctx,
            "there is only one state of knowledge: no source was received later than another (received_at)",
        )
    zone = Zone(read_case(case).timezone)
    _print(ctx, timeline_blocks(found, zone), zone.name)


@click.command()
@CASE
@click.argument("before", metavar="RUN", required=False)
@click.argument("after", metavar="RUN", required=False)
@FORMAT
@click.pass_context
def diff(ctx: click.Context, /, case: Path, before: str | None, after: str | None, **given: Any) -> int:
    """List the attempts whose state changed between two runs, and why, and the figures that changed. Runs
    are named by the start of their id.

    Without RUN: the last two kept runs. Ends with 1 when an attempt or a figure changed.

    \b
    Examples:
      auditor diff CASE
      auditor diff CASE 3d70ef44 cf3b92ac
    """
    from dataclasses import asdict

    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.record.runs import changed_figures, differences, find, kept
    from auditor.report.content.claims import difference_blocks
    from auditor.report.privacy.masking import masked

    opened = read_case(case)
    runs = kept(opened)
    if (before is None or after is None) and len(runs) < 2:
        raise UsageError(
            f"{len(runs)} run(s) are kept, and a comparison needs two",
            hint="`auditor run` keeps a run each time something has changed",
        )
    one = find(opened, before) if before else runs[1]
    other = find(opened, after) if after else runs[0]
    found = differences(read_rulebook(), one, other)
    changes = tuple(replace(masked(change), caller_id=change.caller_id) for change in found)
    figures = changed_figures(one, other)
    if given["format_"] == "json":
        _json({
            "before": one.id, "after": other.id, "changes": [asdict(change) for change in changes],
            "measures": {name: {"before": was, "after": now} for name, (was, now) in figures.items()},
        })  # fmt: skip
    else:
        _print(ctx, difference_blocks(one.id, other.id, figures, changes), opened.timezone)
    return int(bool(changes or figures))


def _json(value: object) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=True, default=str))


def _print(ctx: click.Context, blocks: Blocks, zone: str) -> None:
    """Print blocks with their times in `zone`, and its name where they have any."""
    from auditor.report.content.claims import with_zone
    from auditor.report.content.times import Zone
    from auditor.report.draw.text import print_blocks

    print_blocks(with_zone(blocks, Zone(zone)), console(ctx))


commands = (claims, bridge, explain, range_, timeline, diff)
