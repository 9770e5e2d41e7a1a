"""`auditor watch`: provisional figures while the logs grow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from auditor.cli.exits import exit_code
from auditor.cli.options import CASE, format_option
from auditor.cli.outputs import spare_evidence
from auditor.cli.terminal import notes, say
from auditor.errors import UsageError
from auditor.text import agreed, counted

if TYPE_CHECKING:
    from auditor.model import Audit
    from auditor.watch import Update


@click.command()
@CASE
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=10.0, show_default=True, metavar="SECONDS",
    help="How long to wait between two looks.",
)  # fmt: skip
@click.option("--once", is_flag=True, help="Look once and end, with the exit code of a run.")
@click.option("--page", is_flag=True, help="Show the figures on a page of this machine, as `serve` does.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=0, help="Port of the page  [default: any free one]"
)
@click.option("--fresh", is_flag=True, help="Forget what was read before, and begin anew.")
@format_option("text", "json", default="text")
@click.pass_context
def watch(ctx: click.Context, /, case: Path, every: float, once: bool, **given: Any) -> int:
    """Watch CASE while its logs grow: new files are taken as they come, and of a growing log what is new.

    Figures are provisional: each look says what changed, what waits and what is still open. A log that was
    cut, replaced or rotated is said. Logs that cannot be read as they grow (compressed, workbooks, captures)
    are taken when they have not changed between two looks. The reports are in CASE/reports/provisional. When
    the logs are complete, `auditor run CASE` gives the figures to quote.

    \b
    Examples:
      auditor watch CASE
      auditor watch CASE --page --every 30
      auditor watch CASE --once --json
    """
    from auditor.watch import Watcher, elsewhere

    reports = spare_evidence(case, case / "reports" / "provisional", is_folder=True)
    watcher = Watcher(case, is_fresh=given["fresh"])
    # The page answers from what the watch took, wherever the case itself has its state.
    ctx.with_resource(elsewhere())
    show = _page(ctx, watcher.folder, case.resolve().name, every, given["port"]) if given["page"] else None
    before: dict[str, int | None] = {}
    found: Update | None = None
    while True:
        try:
            found = watcher.look(reports)
        except UsageError as error:
            # Somebody is writing in case.toml: the watch goes on with the next look.
            if found is None or once:
                raise
            place = f" ({error.where})" if error.where else ""
            say(ctx, f"{_local(found.audit if found else None)} {error.message}{place}")
            time.sleep(every)
            continue
        if found.is_new or found.taken.said:
            _print(ctx, found, before, given["format_"])
            before = _headline(found.audit)
        if show and found.audit:
            show(found.audit)
        if once:
            return exit_code(found.audit) if found.audit else 2
        time.sleep(every)


def _page(ctx: click.Context, folder: Path, name: str, every: float, port: int) -> Callable[[Audit], None]:
    from auditor.serve import Cases, ServedCase, Server

    live = ServedCase(name, folder, is_live=True)
    server = Server(Cases({name: live}), port, refresh_s=max(2, round(every)))
    server.start()
    # Standard output is for the figures.
    click.echo(server.address, err=True)
    notes(ctx, "The link works once. Ctrl-C ends the watch and the page.")

    def show(audit: Audit) -> None:
        live.kept = audit

    return show


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _local(audit: Audit | None) -> str:
    """The time of a line: in the zone of the case, which is named; in UTC while there is no audit."""
    zone = ZoneInfo(audit.case.timezone) if audit else UTC
    return f"{datetime.now(zone):%Y-%m-%d %H:%M:%S} ({audit.case.timezone if audit else 'UTC'})"


def _headline(audit: Audit | None) -> dict[str, int | None]:
    from auditor.catalogue.domains import domains

    told = sorted((h for d in domains() for h in d.headline if h.label), key=lambda headline: headline.line)
    measures = audit.measures if audit else {}
    return {h.label: measures[h.measure].value for h in told if h.measure in measures}


def _print(ctx: click.Context, found: Update, before: dict[str, int | None], format_: str) -> None:
    from auditor.report.content.doubts import undue

    after = _headline(found.audit)
    if format_ == "json":
        click.echo(json.dumps(_plain(_now(), found, after)))
        return
    now = _local(found.audit)
    for line in found.taken.said:
        say(ctx, f"{now} {line}")
    changed = ", ".join(
        f"{label.lower().lstrip('· ')} {value:,}{_by(value, before.get(label))}"
        for label, value in after.items()
        if value is not None and value != before.get(label)
    )
    count = sum(found.taken.bytes.values())
    say(
        ctx,
        f"{now} {counted(count, 'bytes')} of {counted(len(found.taken.bytes), 'files')};"
        f" provisional: {changed or 'as before'}",
    )
    state = found.open
    none = undue(found.audit) if found.audit else ""
    to_check = f"{none[0].lower()}{none[1:]}" if none else f"{counted(state.to_check, 'callers')} to check"
    open_ = [
        to_check,
        f"{counted(state.gates, 'tests')} of the evidence that {agreed(state.gates, 'do')} not hold",
    ]
    if state.undetermined is not None:
        open_.insert(0, f"{counted(state.undetermined, 'attempts')} undetermined")
    say(ctx, f"{now} open: {', '.join(open_)}")
    for name, wait in state.waiting.items():
        say(ctx, f"{now} {name}: {wait}")


def _by(value: int, before: int | None) -> str:
    return "" if before is None else f" ({value - before:+,})"


def _plain(now: str, found: Update, after: dict[str, int | None]) -> dict[str, object]:
    from auditor.report.privacy.masking import mask_path

    audit = found.audit
    return {
        "at": now,
        "is_provisional": True,
        "run": audit.run if audit else None,
        "status": audit.status if audit else None,
        "bytes": {mask_path(name): count for name, count in found.taken.bytes.items()},
        "said": [mask_path(line) for line in found.taken.said],
        "waiting": {mask_path(name): wait for name, wait in found.open.waiting.items()},
        "open": {
            "undetermined": found.open.undetermined,
            "to_check": found.open.to_check,
            "gates": found.open.gates,
        },
        "measures": {m.name: m.value for m in audit.measures.values()} if audit else {},
        "headline": after,
    }


commands = (watch,)
