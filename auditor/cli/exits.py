"""How a run ends: the exit code, and which findings give it, by `--fail-on`."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.model.words import Severity

if TYPE_CHECKING:
    from auditor.catalogue.rulebook import Rulebook
    from auditor.model import Audit

CLEAN, FOUND, BROKEN = 0, 1, 3
NEVER = "never"


def exit_code(audit: Audit, fail_on: tuple[str, ...] = ()) -> int:
    """3 when the audit is qualified, incomplete or out of balance, whatever `fail_on` says. Else 1 with
    findings: any finding or rejected record, or with `fail_on` only what it names."""
    if audit.status != "complete":
        return BROKEN
    if not fail_on:
        has_findings = bool(audit.findings) or any(file.rejected for file in audit.files)
        return FOUND if has_findings else CLEAN
    return FOUND if any(_is_found(audit, word) for word in fail_on) else CLEAN


def _is_found(audit: Audit, word: str) -> bool:
    if word in list(Severity):
        heavy = list(Severity)[: list(Severity).index(Severity(word)) + 1]
        return any(run.severity in heavy for run in audit.findings)
    # A gate that does not hold and is accepted leaves the audit complete.
    return any(run.rule == word for run in audit.findings) or any(
        gate.id == word and not gate.holds for gate in audit.gates
    )


def checked(book: Rulebook, words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of `--fail-on` as they are declared: a severity, a rule, a gate or `never`. UsageError for
    another one, with the nearest."""
    known = [*Severity, *(rule.id for rule in book.rules), *(gate.id for gate in book.gates), NEVER]
    by_name = {str(name).casefold(): str(name) for name in known}
    found = []
    for word in words:
        if word.casefold() not in by_name:
            close = difflib.get_close_matches(word.casefold(), by_name, n=1)
            raise UsageError(
                f"--fail-on {word!r} is no severity, rule or gate",
                hint=f"did you mean {by_name[close[0]]!r}?" if close
                else f"{', '.join(Severity)}, a rule such as EC-001, a gate such as rejected, or {NEVER}",
            )  # fmt: skip
        found.append(by_name[word.casefold()])
    return tuple(found)
