"""`auditor verify`, `seal`, `prove` and `key`: an audit that a stranger can check."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from auditor.cli.options import FOLDER, Folder, must_have_reason, must_reveal, reveal_options
from auditor.cli.outputs import spare_evidence
from auditor.cli.terminal import discreet, given_text, notes, say
from auditor.errors import UsageError
from auditor.state import EVIDENCE
from auditor.text import counted

if TYPE_CHECKING:
    from auditor.bundle.line import Line

CASE = FOLDER
FILE = click.Path(dir_okay=False, path_type=Path)
GIVEN = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN_WHOLE = frozenset({"signature", "run", "report", "input", "proof", "custody"})
"""Kinds of which each line is shown; of the others one line, where all of them hold."""
_OF_BYTES = frozenset({"input", "file"})
"""Kinds of lines that say whether a file is the one that it was."""
_WRONG = frozenset({"differs", "missing"})


@click.command()
@click.argument("case", metavar="CASE|BUNDLE", type=Folder(exists=True, path_type=Path))
@click.option("--public-key", type=GIVEN, help="Public key file of who must have signed the bundle.")
@click.option("--proof", "proved", type=GIVEN, help="Also check this proof against the bundle's tables.")
@click.option("--json", "as_json", is_flag=True, help="Print every line as JSON.")
@click.pass_context
def verify(ctx: click.Context, /, case: Path, as_json: bool, **given: Any) -> int:
    """Recompute an audit from its logs, in an empty database and without a network, and say what differs.

    CASE is a case that was audited: its reports and its own database are compared. BUNDLE is a file of
    `auditor seal`: its signature and all its files are checked too. Each line says holds, differs, missing,
    or not recomputed; kinds of which everything holds are one line, unless --verbose.

    \b
    Ends with 0 where everything holds, with 3 where something differs, is missing or was not
    recomputed (a bundle without logs), and with 2 where there is nothing that can be read.

    \b
    Examples:
      auditor verify CASE
      auditor verify audit.zip --public-key sealer.pub
      auditor verify audit.zip --evidence DELIVERED_LOGS
      auditor verify audit.zip --proof caller.json
    """
    from auditor.bundle.signature import read_public_key
    from auditor.bundle.verify import verify_bundle, verify_case

    key, proved = given["public_key"], given["proved"]
    if case.is_dir():
        if key or proved:
            raise UsageError(
                "--public-key and --proof belong to a bundle",
                hint="`auditor seal CASE -o FILE` makes one",
            )
        lines = verify_case(case)
    else:
        lines = verify_bundle(
            case,
            public_key=read_public_key(key.read_bytes(), key) if key else None,
            logs=Path(os.environ[EVIDENCE]) if os.environ.get(EVIDENCE) else None,
            proved=proved,
        )
    if as_json:
        shown = [
            asdict(line)
            | {
                "name": discreet(line.name),
                "detail": line.detail if _is_clear(line) else discreet(line.detail),
            }
            for line in lines
        ]
        click.echo(json.dumps({"holds": all(line.holds for line in lines), "lines": shown}, indent=1))
    else:
        _print(ctx, lines)
        if not any(line.kind == "signature" for line in lines) and not case.is_dir():
            notes(ctx, "note: the bundle is not signed: nothing says who made it")
    return 0 if all(line.holds for line in lines) else 3


def _print(ctx: click.Context, lines: Sequence[Line]) -> None:
    """Files whose bytes changed first: all else that differs may only follow from them."""
    changed = [line for line in lines if line.kind in _OF_BYTES and line.state in _WRONG]
    others = [line for line in lines if line not in changed]
    for line in changed:
        say(ctx, _said(line), is_clear=_is_clear(line))
    if changed and any(line.state in _WRONG for line in others):
        say(ctx, "Differs too, and may follow from these files:")
    is_long = bool(ctx.find_root().ensure_object(dict).get("verbose"))
    for kind in dict.fromkeys(line.kind for line in others):
        group = [line for line in others if line.kind == kind]
        first = group[0]
        if not is_long and kind not in _SHOWN_WHOLE and len({(x.state, x.detail) for x in group}) == 1:
            which = "other" if any(line.kind == kind for line in changed) else "all"
            say(
                ctx,
                f"{first.state} {kind}: {which} {len(group):,}"
                + (f": {first.detail}" if first.detail else ""),
            )
            continue
        for line in group:
            if is_long or kind in _SHOWN_WHOLE or not line.holds:
                say(ctx, _said(line), is_clear=_is_clear(line))
    counted = Counter(line.state for line in lines)
    say(ctx, ", ".join(f"{count:,} {state}" for state, count in counted.items()))


def _is_clear(line: Line) -> bool:
    """Whether a line names no person: of a signature the tool says its own words and the id of a key, which
    whoever verifies compares with the one in the public key file. Seven digits in it are no number."""
    return line.kind == "signature"


def _said(line: Line) -> str:
    return f"{line.state} {line.kind} {line.name}" + (f": {line.detail}" if line.detail else "")


@click.command()
@click.argument("case", type=CASE)
@click.option("--output", "-o", type=FILE, required=True, help="File to write, for example audit.zip.")
@click.option("--with-logs", is_flag=True, help="Hold the logs too: the bundle then has numbers in clear.")
@click.option("--key-file", type=GIVEN, help="Sign with this secret key (`auditor key new`).")
@click.option("--timestamp-query", type=FILE, help="Also write a request for a time stamp (RFC 3161) here.")
@reveal_options("numbers in case.toml, layouts and names of files", "or why the logs are given away")
@click.pass_context
def seal(ctx: click.Context, /, case: Path, output: Path, **given: Any) -> None:
    """Put the last audit of CASE into one file, with which a stranger verifies it and recomputes every
    figure.

    The audit is recomputed first, and what the logs do not give is not sealed. The file holds case.toml, all
    rules and parameters, the reports, the custody log, the roots of all tables, the versions of the tool and
    of what it needs, and a manifest of all that; with --with-logs the logs. Its layout is BagIt in a zip
    without compression; any unzip and sha256sum can check it. The signature is one that minisign verifies.

    Its reports are masked. All else is as it is, or nobody could verify it: where case.toml, a layout, an
    outline of areas or the name of a file holds a number, --reveal and --reason are needed (unless the logs
    are in it, too), and the custody log has a line of it. Numbers of tests, of a service and of the contact
    for a report are no callers'.

    \b
    Examples:
      auditor seal CASE -o audit.zip
      auditor seal CASE -o audit.zip --with-logs --key-file auditor.key
      auditor seal CASE -o audit.zip --timestamp-query audit.tsq
    """
    from auditor.bundle.canonical import sha256_of_file
    from auditor.bundle.clear import has_numbers
    from auditor.bundle.seal import read_said
    from auditor.bundle.seal import seal as write
    from auditor.bundle.signature import read_secret_key
    from auditor.bundle.timestamp import request
    from auditor.record.custody import record_disclosure, record_entry
    from auditor.report.writing import write_bytes

    query = given["timestamp_query"]
    for path in (output, query):
        if path:
            spare_evidence(case, path)
    key = read_secret_key(given["key_file"]) if given["key_file"] else None
    must_have_reason(given["reveal"], given["reason"])
    must_reveal(given["reveal"] or given["with_logs"], given["reason"], "--with-logs")
    if given["with_logs"]:
        record_disclosure(case, "seal", given["reason"] or "the bundle holds the logs", None)
    elif given["reveal"] and has_numbers(case, read_said(case).as_of):
        record_disclosure(case, "seal", given["reason"], None)
    sealed = write(case, output, with_logs=given["with_logs"], key=key, reveal=given["reveal"])
    record_entry(case, "export: seal", of=sealed.run, written={output.name: sealed.sha256})
    click.echo(f"{sealed.sha256}  {output}")
    notes(ctx, f"{counted(sealed.files, 'files')}, SHA-256 as printed")
    if not key:
        notes(ctx, "note: it is not signed: `auditor key new FILE`, then --key-file FILE")
    if query:
        click.echo(str(write_bytes(query, request(sha256_of_file(output)))))


@click.command()
@click.argument("case", type=CASE)
@click.option("--number", metavar="N", help="Number of the caller; - reads it from standard input.")
@click.option("--call-id", metavar="ID", help="Id of a call, an attempt or a record.")
@click.option("--output", "-o", type=FILE, help="File to write  [default: standard output]")
@click.option("--reason", default="a proof was asked for", help="Why; this is written to the custody log.")
@click.pass_context
def prove(ctx: click.Context, /, case: Path, number: str | None, call_id: str | None, **given: Any) -> None:
    """Prove that one caller, or one call, is in the sealed tables of CASE, and that the caller is not in
    others.

    The proof holds the rows of that caller in clear, and nothing of anyone else. For each table of callers
    in which the caller is not, it shows that. Who has the bundle checks it with `auditor verify BUNDLE
    --proof FILE`, without the logs. That a call is in no table cannot be proved in this way. Records that
    could not be read are in no table: the proof says how many.

    \b
    Examples:
      auditor prove CASE --call-id 7f3a@alpha -o call.json
      auditor prove CASE --number - -o caller.json
    """
    from auditor.bundle.canonical import written
    from auditor.bundle.proof import Wanted, missing_in
    from auditor.bundle.proof import prove as proof_of
    from auditor.case import read_case
    from auditor.catalogue.rulebook import read_rulebook
    from auditor.record.custody import record_disclosure, record_export
    from auditor.report.writing import write_bytes

    if bool(number) == bool(call_id):
        raise UsageError("give either --number or --call-id", hint="`auditor prove CASE --number -`")
    number = given_text(is_line=True).strip() if number == "-" else number
    if given["output"]:
        spare_evidence(case, given["output"])
    proof = proof_of(read_case(case), read_rulebook(), Wanted(number or "", call_id or ""))
    absent = [entry["table"] for entry in proof.get("absent", ())]
    record_disclosure(case, "prove", given["reason"], len(proof["rows"]))
    if given["output"]:
        path = write_bytes(given["output"], written(proof), private=True)
        record_export(case, "prove", [path], len(proof["rows"]), run=proof["run"])
        click.echo(str(path))
    else:
        click.echo(written(proof), nl=False)
    notes(ctx, f"rows of it: {len(proof['rows']):,}")
    if absent:
        notes(ctx, f"tables in which it is not: {', '.join(absent)}")
    notes(ctx, *filter(None, [missing_in(proof)]))


@click.group()
def key() -> None:
    """Make a key to sign bundles with.

    \b
    Example:
      auditor key new auditor.key
    """


@key.command("new")
@click.argument("file", type=FILE)
@click.pass_context
def new(ctx: click.Context, file: Path) -> None:
    """Make a secret key in FILE and its public key in FILE.pub, in minisign's format.

    Keep FILE to yourself: it has no password. Give FILE.pub to all who verify, by a way that they trust.

    \b
    Example:
      auditor key new auditor.key
    """
    from auditor.bundle.signature import make_key

    public = make_key(file)
    click.echo(str(file))
    click.echo(f"{file}.pub")
    click.echo(public.text)


commands = (verify, seal, prove, key)
