"""`auditor simulate`: a case to try."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.terminal import notes
from auditor.errors import UsageError
from auditor.text import counted

SHAPES = ("mixed", "optus-2023", "tidy", "messy")
"""Named here so that `--help` does not load the simulation. A test compares the two."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    help="Seed of the random choices: the same seed gives the same bytes.",
)
@click.option(
    "--scale",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Multiply the shape's own size by this.",
)
@click.option(
    "--shape", type=click.Choice(SHAPES), default="mixed", show_default=True, help="Which case to make."
)
@click.option(
    "--replay",
    metavar="NAME",
    help="Replay a published outage instead, with its published figures as claims; `list` names them.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write into a folder that has files; files with the same names are overwritten.",
)
@click.pass_context
def simulate(
    ctx: click.Context, folder: Path, seed: int, scale: int, shape: str, replay: str | None, force: bool
) -> None:
    """Make a case with known results in FOLDER: logs, case.toml, and expected.toml with every figure that an
    audit must find.

    \b
    Shapes:
      mixed       two days with every hard case, 500 attempts: camp-on, duplicates, clock skew, gaps, late
      checks
      optus-2023  a national outage in the shape of 8 November 2023, at a tenth of its size
      tidy        one morning of fourteen attempts, to read by eye
      messy       spreadsheets, JSON lines, Parquet, cut lines

    \b
    Examples:
      auditor simulate /tmp/world && auditor run /tmp/world
      auditor simulate /tmp/large --seed 3 --scale 100
      auditor simulate /tmp/outage --shape optus-2023
      auditor simulate /tmp/replay --replay telstra-2024 && auditor claims /tmp/replay
    """
    from auditor.simulate import simulate as make
    from auditor.simulate.replays import described
    from auditor.simulate.replays import replay as play

    if replay == "list":
        for name, title in described():
            click.echo(f"{name:16}{title}")
        return

    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise UsageError(
            f"{folder} is not empty", hint="choose a new folder, or --force to write into this one"
        )
    if linked := next((path for path in folder.rglob("*") if path.is_symlink()), None):
        raise UsageError(
            f"{linked} is a link, and no file is written through a link", hint="choose a folder without links"
        )
    if replay:
        play(replay, folder)
        click.echo(f"wrote the replay {replay} to {folder}.")
        notes(ctx, f"now try: auditor claims {folder}")
        return
    truth = make(folder, seed, scale, shape)
    total, failed, callers = (
        truth[name].value or 0 for name in ("attempts.total", "attempts.failed", "callers.failed")
    )
    click.echo(
        f"{counted(total, 'attempts')} in {folder}: {failed:,} failed, of"
        f" {counted(callers, 'failed callers')}."
    )
    notes(ctx, f"expected.toml has every expected figure; now try: auditor run {folder}")


commands = (simulate,)
