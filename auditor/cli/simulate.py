"""`auditor simulate` and `auditor init`: a case to try, and a case file for logs at hand."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.terminal import notes
from auditor.errors import UsageError

SHAPES = ("mixed", "optus-2023", "tidy", "messy")
"""Named here so that `--help` need not load the simulation; a test holds the two together."""


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    help="Source of all chance: the same seed gives the same bytes.",
)
@click.option(
    "--scale",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many times the shape's own size.",
)
@click.option(
    "--shape", type=click.Choice(SHAPES), default="mixed", show_default=True, help="Which world to make."
)
@click.option(
    "--replay",
    metavar="NAME",
    help="Replay a published outage instead, its published figures registered; `list` names them.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write into a folder that holds files; those of the same names are overwritten.",
)
@click.pass_context
def simulate(
    ctx: click.Context, folder: Path, seed: int, scale: int, shape: str, replay: str | None, force: bool
) -> None:
    """Make a case in FOLDER whose truth is known: logs, case.toml, and expected.toml with every figure an
    audit must find.

    \b
    Shapes:
      mixed       two days with every hard case, 500 attempts: camp-on, duplicates, clock skew, gaps, late
      checks
      optus-2023  a national outage in the shape of 8 November 2023, at a tenth of its size
      tidy        one morning of fourteen attempts, to read by eye
      messy       spreadsheets, JSON lines, Parquet, torn lines

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
            f"{linked} is a link, and nothing is written through one", hint="choose a folder without links"
        )
    if replay:
        play(replay, folder)
        click.echo(f"wrote the replay {replay} to {folder}.")
        notes(ctx, f"now try: auditor claims {folder}")
        return
    truth = make(folder, seed, scale, shape)
    failed, callers = truth["attempts.failed"], truth["callers.failed"]
    click.echo(
        f"{truth['attempts.total'].value} attempts in {folder}: {failed.value} failed, of {callers.value}"
        " failed callers."
    )
    notes(ctx, f"expected.toml holds the whole truth; now try: auditor run {folder}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--regime", help="Jurisdiction, for example au  [default: by the emergency numbers dialled]")
@click.option("--force", is_flag=True, help="Overwrite a case.toml that is there.")
@click.pass_context
def init(ctx: click.Context, folder: Path, regime: str | None, force: bool) -> None:
    """Look at the logs in FOLDER and write a commented case.toml for them.

    Each file's role and columns are guessed from its header and first lines, and the file says how sure each
    guess is. What nobody can guess is marked FILL IN; `auditor check` names those lines until they are
    filled.

    \b
    Examples:
      auditor init LOGS && auditor check LOGS
      auditor init LOGS --regime gb --force
    """
    from auditor.private import refuse_link
    from auditor.report.writing import write_bytes
    from auditor.scaffold import FILE, scaffold

    target = folder / FILE
    refuse_link(target)
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", hint="--force overwrites it")
    draft = scaffold(folder, regime=regime)
    write_bytes(target, draft.text.encode())
    click.echo(
        f"wrote {target}: {draft.sources} source(s), {len(draft.left_out)} file(s) left out, {draft.to_fill}"
        " line(s) to fill in."
    )
    notes(
        ctx, *(f"left out {name}: {why}" for name, why in draft.left_out), f"now try: auditor check {folder}"
    )


commands = (simulate, init)
