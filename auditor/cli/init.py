"""`auditor init`: a case file for logs at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import FOLDER, is_asked
from auditor.cli.terminal import discreet, notes
from auditor.errors import UsageError, not_toml

if TYPE_CHECKING:
    from auditor.scaffold import Draft, Question


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--regime", help="Jurisdiction, for example au  [default: by the emergency numbers dialled]")
@click.option("--force", is_flag=True, help="Overwrite a case.toml that is there.")
@click.option(
    "--add",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Put a [[source]] for a new FILE at the end of the case.toml that is there (may be repeated).",
)
@click.option("--dry-run", "-n", is_flag=True, help="Print the case.toml in place of writing it.")
@click.pass_context
def init(
    ctx: click.Context, folder: Path, regime: str | None, force: bool, files: tuple[Path, ...], dry_run: bool
) -> None:
    """Look at the logs in FOLDER and write a commented case.toml for them.

    Each file's role and columns are guessed from its header and its first records, and the file says what
    each guess rests on. On a terminal each doubt is one question, with the lines it rests on; an empty answer
    leaves it open. What is open is marked FILL IN; `auditor check` names those lines until they are filled.

    \b
    Examples:
      auditor init LOGS && auditor check LOGS
      auditor init LOGS --regime gb --force --no-input
      auditor init LOGS --add LOGS/new_carrier.csv
    """
    from auditor.private import refuse_link
    from auditor.report.writing import write_bytes
    from auditor.scaffold import FILE, added, scaffold

    target = folder / FILE
    refuse_link(target)
    ask = _asked if is_asked(ctx) else None
    if files:
        if not target.exists():
            raise UsageError(f"there is no {target}", hint=f"`auditor init {folder}` writes one")
        before = target.read_text(encoding="utf-8")
        draft = added(folder, files, regime or _regime_of(before), ask)
        if dry_run:
            click.echo(draft.text, nl=False)
            return
        write_bytes(target, (before.rstrip("\n") + "\n" + draft.text).encode())
        _say(ctx, draft, f"added to {target}", folder)
        return
    if target.exists() and not force and not dry_run:
        raise UsageError(
            f"{target} is there already",
            hint="--force overwrites it; --add FILE puts a new file's [[source]] at its end",
        )
    draft = scaffold(folder, regime, ask)
    if dry_run:
        click.echo(draft.text, nl=False)
        return
    _write_schema(folder)
    write_bytes(target, draft.text.encode())
    _say(ctx, draft, f"wrote {target}", folder)
    notes(
        ctx, "its [[outage]] is a comment until you write it: without one no failed call lies in an outage."
    )


def _write_schema(folder: Path) -> None:
    """What case.toml may hold, for the editor: the first line of the draft names this file."""
    import json

    from auditor.case.json_schema import NAME, json_schema
    from auditor.private import own_folder
    from auditor.report.writing import write_bytes
    from auditor.state import make_state

    text = json.dumps(json_schema(), indent=1, ensure_ascii=True)
    write_bytes(own_folder(make_state(folder).folder, "schema") / NAME, f"{text}\n".encode())


def _say(ctx: click.Context, draft: Draft, what: str, folder: Path) -> None:
    click.echo(
        f"{what}: {draft.sources} source(s), {len(draft.left_out)} file(s) left out, {draft.to_fill} line(s)"
        " to fill in."
    )
    notes(
        ctx, *(f"left out {name}: {why}" for name, why in draft.left_out), f"now try: auditor check {folder}"
    )


def _regime_of(text: str) -> str | None:
    import tomllib

    from auditor.regimes import regimes

    try:
        code = tomllib.loads(text).get("case", {}).get("regime")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise not_toml("case.toml", "case.toml", error, text) from error
    return code if code in regimes() else None


def _asked(question: Question) -> str:
    """Put one question on the terminal until its answer is one of the choices; "" where it is left open."""
    for line in question.lines:
        click.echo(f"  | {discreet(line)}", err=True)
    while True:
        answer = _typed(question)
        if not question.choices or answer in question.choices or not answer:
            return answer
        if question.takes_value and answer.startswith("="):
            return answer
        near = [choice for choice in question.choices if choice.startswith(answer)]
        if len(near) == 1:
            return near[0]
        click.echo(f"  one of: {', '.join(question.choices)}", err=True)


def _typed(question: Question) -> str:
    from prompt_toolkit import prompt
    from prompt_toolkit.completion import WordCompleter

    click.echo(discreet(question.text), err=True)
    if question.choices:
        click.echo(f"  {' / '.join(question.choices)}", err=True)
    completer = WordCompleter(list(question.choices), ignore_case=True)
    shown = f" [{question.default}]" if question.default else ""
    try:
        return prompt(f"{shown}> ", completer=completer).strip() or question.default
    except EOFError:
        return question.default


commands = (init,)
