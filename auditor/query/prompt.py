"""Typing in the shell: completion, history, several lines, colours; prompt_toolkit does the work."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer  # type: ignore[import-untyped]

from auditor.model import Column
from auditor.query.catalogue import Relation, public_schema
from auditor.query.questions import read_questions
from auditor.query.sandbox import Sandbox
from auditor.query.shell import COMMANDS, MODES, Shell, is_whole
from auditor.state import state_path
from auditor.text import NUMBER

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

HISTORY = "case.history"
_NUMBER = re.compile(NUMBER)
_KEYWORDS = (
    "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT INNER ON USING WITH AS AND OR NOT IN IS NULL"
    " BETWEEN LIKE CASE WHEN THEN ELSE END DISTINCT UNION ALL EXISTS DESC ASC COUNT SUM MIN MAX AVG DESCRIBE"
    " SUMMARIZE EXPLAIN VALUES CAST INTERVAL OVER PARTITION QUALIFY"
).split()


class Words(Completer):
    """Completes commands, tables, columns (those of the tables named in the query first), questions,
    functions and keywords."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self._folder = folder
        self._sandbox = sandbox
        self._tables: dict[str, Relation] = {}
        self._functions: list[str] = []

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Every word that begins with the text before the cursor."""
        if not self._tables:
            self._tables = {table.name: table for table in public_schema()}
        before = document.text_before_cursor
        if before.lstrip().startswith("."):
            yield from self._of_command(before.lstrip())
            return
        word = document.get_word_before_cursor(pattern=re.compile(r"[A-Za-z_][\w]*"))
        owner = re.search(r"(\w+)\.\w*$", before)
        if owner:
            yield from _beginning(word, ((c.name, c.meaning) for c in self._columns(owner[1], document.text)))
            return
        named = [self._tables[name] for name in self._tables if re.search(rf"\b{name}\b", document.text)]
        yield from _beginning(word, ((c.name, c.meaning) for table in named for c in table.columns))
        yield from _beginning(word, ((table.name, table.comment) for table in self._tables.values()))
        if word:
            yield from _beginning(word, ((keyword, "") for keyword in _KEYWORDS))
            yield from _beginning(word, ((f"{name}(", "function") for name in self._known_functions()))

    def _of_command(self, text: str) -> Iterator[Completion]:
        name, blank, rest = text.partition(" ")
        if not blank:
            yield from _beginning(name, COMMANDS.items())
        elif name == ".schema":
            yield from _beginning(rest, ((table.name, table.comment) for table in self._tables.values()))
        elif name == ".ask":
            yield from _beginning(
                rest, ((q, found.title) for q, found in read_questions(self._folder).items())
            )
        elif name == ".mode":
            yield from _beginning(rest, ((mode, "") for mode in MODES))

    def _columns(self, owner: str, text: str) -> tuple[Column, ...]:
        """Columns of a table, or of the table that `owner` is the alias of."""
        alias = re.search(rf"\b(\w+)\s+(?:AS\s+)?{owner}\b", text, re.I)
        table = self._tables.get(owner) or (self._tables.get(alias[1]) if alias else None)
        return table.columns if table else ()

    def _known_functions(self) -> list[str]:
        if not self._functions:
            query = (
                "SELECT DISTINCT function_name FROM duckdb_functions() WHERE regexp_matches(function_name,"
                " '^[a-z]\\w+$') ORDER BY 1"
            )
            self._functions = [str(row[0]) for row in self._sandbox.run(query).rows()]
        return self._functions


def _beginning(word: str, offered: Iterable[tuple[str, str]]) -> Iterator[Completion]:
    seen = set()
    for text, what in offered:
        if text.lower().startswith(word.lower()) and text not in seen:
            seen.add(text)
            yield Completion(text, start_position=-len(word), display_meta=what.split(". ")[0][:60])


class _Discreet(FileHistory):
    """Keeps lines between two uses of the shell, but no line with digits that could be a person's number."""

    def store_string(self, string: str) -> None:
        if not _NUMBER.search(string):
            super().store_string(string)


def history_of(folder: Path, *, is_kept: bool) -> History:
    """The history in the state folder, in a file for its owner only. In memory if it cannot be kept."""
    if not is_kept:
        return InMemoryHistory()
    path = folder / HISTORY
    try:
        # A link would lead to another place, a second name into another file, and a pipe would wait for ever.
        # None of them was made by the shell.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        found = os.fstat(descriptor)
        is_own = stat.S_ISREG(found.st_mode) and found.st_nlink == 1
        if is_own:
            os.fchmod(descriptor, 0o600)
        os.close(descriptor)
    except OSError:
        is_own = False
    if not is_own:
        return InMemoryHistory()
    return _Discreet(str(path))


def converse(
    shell: Shell, sandbox: Sandbox, *, is_kept: bool, given: Input | None = None, shown: Output | None = None
) -> None:
    """Read and handle lines until the user leaves. Ctrl-C drops the line, Ctrl-D leaves."""
    session: PromptSession[str] = PromptSession(
        "auditor> ",
        completer=Words(shell.folder, sandbox),
        complete_in_thread=True,
        complete_while_typing=False,
        lexer=PygmentsLexer(SqlLexer),
        history=history_of(state_path(shell.folder), is_kept=is_kept),
        multiline=Condition(lambda: not is_whole(session.default_buffer.text)),
        prompt_continuation=lambda width, number, wrapped: "     ..> ",
        input=given,
        output=shown,
    )
    while True:
        try:
            line = session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if not shell.handle(line):
            return
