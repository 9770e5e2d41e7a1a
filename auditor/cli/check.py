"""`auditor check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import CASE, format_option
from auditor.cli.terminal import say

if TYPE_CHECKING:
    from auditor.case import Case
    from auditor.ingest.heads import Head, Heads


@click.command()
@CASE
@format_option("text", "json", default="text")
@click.pass_context
def check(ctx: click.Context, case: Path, format_: str) -> int:
    """Check case.toml and the first lines of the logs that it names, without an audit.

    Shows the format of each file and how sure that is, notes (a file with other columns than the first of its
    source, values that cannot be read), and every fault with file and line. Ends with 2 when an audit is not
    possible yet.

    \b
    Example:
      auditor check CASE
    """
    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.ingest import check_heads
    from auditor.parameters import resolve_parameters

    opened = read_case(case)
    resolve_parameters(opened, read_rulebook(), {})
    if format_ == "json":
        heads = check_heads(opened)
        click.echo(_as_json(heads))
        return 2 if heads.problems else 0
    heads = print_heads(ctx, opened)
    if heads.problems:
        return 2
    say(ctx, f"{len(heads.files)} file(s), no fault found: an audit is possible.")
    return 0


def print_heads(ctx: click.Context, case: Case, before: Callable[[Head], str] = lambda _: "") -> Heads:
    """Print each file as a run would read it, with what `before` gives before its path, then notes and
    faults."""
    from auditor.ingest import check_heads
    from auditor.report.privacy.masking import mask_path

    heads = check_heads(case)
    for head in heads.files:
        # The role is the user's word; only the format is found, and may be doubted.
        form = f"format {head.layout} ({head.confidence:.0%} sure: {head.why})"
        say(ctx, mask_path(f"{before(head)}{head.path}: {head.role} as declared, {form}"))
    for kind, found in (("note", heads.notes), ("fault", heads.problems)):
        for problem in found:
            hint = f". Try: {problem.hint}" if problem.hint else ""
            say(ctx, mask_path(f"{kind}: {problem.where}: {problem.message}{hint}"))
    return heads


def _as_json(heads: Heads) -> str:
    import json
    from dataclasses import asdict

    from auditor.report.privacy.masking import masked

    def plain(problem: object) -> dict[str, str]:
        return {name: str(getattr(problem, name) or "") for name in ("where", "message", "hint")}

    found = {
        "files": [asdict(head) for head in heads.files],
        "notes": [plain(problem) for problem in heads.notes],
        "faults": [plain(problem) for problem in heads.problems],
    }
    return json.dumps(masked(found), indent=2, default=str)


commands = (check,)
