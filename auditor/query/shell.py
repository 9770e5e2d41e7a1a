"""The shell of `auditor sql`: what each line does. It queries a sandbox and writes lines to a screen.
`prompt` reads the typed lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from auditor.errors import AuditorError, UsageError
from auditor.query.catalogue import chosen, public_schema, written
from auditor.query.formats import TEXT_FORMATS, write_text
from auditor.query.questions import question_called, read_questions, values_of
from auditor.query.sandbox import QueryError, Result, Sandbox
from auditor.query.table import fitted
from auditor.text import counted

MODES = ("table", *TEXT_FORMATS)
COMMANDS: Mapping[str, str] = {
    ".help": "this list",
    ".tables": "the tables, and what a row of each means",
    ".schema": "TABLE: its columns, their meaning and the tables they join",
    ".questions": "the saved questions",
    ".ask": "NAME [parameter=value ...]: the answer to a saved question",
    ".mode": f"one of {', '.join(MODES)}: how results are shown",
    ".rows": "N or all: number of rows shown",
    ".timing": "on or off: show how long a query took",
    ".quit": "leave; so does Ctrl-D",
}
_ROWS = 1_000


class Shell:
    """State between lines: mode, rows, timing. `screen` gets the lines of a result, `notes` remarks about it.

    `on_query` is called before a result is shown (rows: None), and again with the number of rows after it. An
    exception from it ends the query.
    """

    def __init__(
        self,
        folder: Path,
        sandbox: Sandbox,
        screen: Callable[[Sequence[str]], None],
        notes: Callable[[str], None],
        width: Callable[[], int],
        on_query: Callable[[str, int | None], None] = lambda query, rows: None,
    ) -> None:
        self.folder = folder
        self.mode = "table"
        self.rows: int | None = _ROWS
        self.is_timed = False
        self._sandbox = sandbox
        self._screen = screen
        self._notes = notes
        self._width = width
        self._on_query = on_query

    def handle(self, line: str) -> bool:
        """Do what one whole line or statement says. False after `.quit`. Errors are written to `notes`, never
        raised."""
        text = line.strip()
        if not text:
            return True
        try:
            if text.startswith("."):
                return self._command(text)
            self._query(text)
        except QueryError as error:
            for note in (
                f"error: {error.message}",
                *error.marked(),
                *(f"  {hint}" for hint in error.hint.split("\n") if hint),
            ):
                self._notes(note)
        except AuditorError as error:
            self._notes(f"error: {error.message}")
            if error.hint:
                self._notes(f"  try: {error.hint}")
        except KeyboardInterrupt:
            self._notes("stopped")
        finally:
            self._sandbox.start()
        return True

    def _command(self, text: str) -> bool:
        name, *words = text.split()
        if name in (".quit", ".exit"):
            return False
        commands: dict[str, Callable[[list[str]], None]] = {
            ".help": lambda _: self._screen([f"{command:<12}{what}" for command, what in COMMANDS.items()]),
            ".tables": lambda _: self._screen(
                written(public_schema(), "table", is_whole=True).split("\n")[:-3]
            ),
            ".schema": self._schema,
            ".questions": self._questions,
            ".ask": self._ask,
            ".mode": self._set_mode,
            ".rows": self._set_rows,
            ".timing": self._set_timing,
        }
        if name not in commands:
            close = difflib.get_close_matches(name, COMMANDS, n=1)
            raise UsageError(
                f"unknown command {name}",
                hint=f"did you mean {close[0]}?" if close else ".help lists them",
            )
        commands[name](words)
        return True

    def _query(self, sql: str, params: Mapping[str, object] | None = None) -> None:
        self._on_query(sql, None)
        result = self._sandbox.run(sql, params, keep=self.rows if self.mode == "table" else None)
        if self.mode == "table":
            self._show_table(result)
        else:
            lines = _Lines()
            write_text(result, self.mode, lines, is_terminal=True)  # type: ignore[arg-type]
            self._screen(lines.lines())
        self._on_query(sql, result.total)
        if self.is_timed:
            self._notes(f"{result.seconds:.3f} s")

    def _show_table(self, result: Result) -> None:
        rows = result.rows()
        # A plan is one cell of many lines; the column name is not needed.
        is_plan = result.columns[0][0] == "explain_key" and rows
        self._screen(str(rows[0][1]).split("\n") if is_plan else fitted(result.columns, rows, self._width()))
        if len(rows) < result.total:
            self._notes(f"showing {len(rows):,} of {counted(result.total, 'rows')}; .rows all shows the rest")
        else:
            self._notes(counted(result.total, "rows"))

    def _schema(self, words: list[str]) -> None:
        tables = public_schema()
        if words:
            self._screen(written(chosen(tables, words[0].strip(";")), "table", is_whole=False).split("\n"))
        else:
            self._screen(
                [f"{table.name}({', '.join(column.name for column in table.columns)})" for table in tables]
            )

    def _questions(self, words: list[str]) -> None:
        self._screen(listed_questions(self.folder))

    def _ask(self, words: list[str]) -> None:
        if not words:
            raise UsageError(".ask needs the name of a question", hint=".questions lists them")
        question = question_called(words[0].strip(";"), self.folder)
        given = dict(word.strip(";").split("=", 1) for word in words[1:] if "=" in word)
        self._query(question.sql, values_of(question, given))

    def _set_mode(self, words: list[str]) -> None:
        if len(words) != 1 or words[0] not in MODES:
            raise UsageError(f".mode takes one of {', '.join(MODES)}", hint=f"it is {self.mode} now")
        self.mode = words[0]

    def _set_rows(self, words: list[str]) -> None:
        if len(words) != 1 or not re.fullmatch(r"all|[1-9]\d*", words[0]):
            raise UsageError(".rows takes a number or all", hint=f"it is {self.rows or 'all'} now")
        self.rows = None if words[0] == "all" else int(words[0])

    def _set_timing(self, words: list[str]) -> None:
        if words not in (["on"], ["off"]):
            raise UsageError(".timing takes on or off", hint=f"it is {'on' if self.is_timed else 'off'} now")
        self.is_timed = words == ["on"]


class _Lines:
    """A text stream that keeps what is written to it as lines."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def write(self, text: str) -> int:
        self._parts.append(text)
        return len(text)

    def lines(self) -> list[str]:
        return "".join(self._parts).rstrip("\n").split("\n")


def listed_questions(folder: Path) -> list[str]:
    """The saved questions as lines: name, title, then each parameter with its default and unit."""
    lines = []
    for name, question in read_questions(folder).items():
        own = " (the case's own)" if question.origin == "case" else ""
        lines.append(f"{name}: {question.title}{own}")
        lines += [f"    {p.name}={p.default}  {p.unit}. {p.why}" for p in question.file.params.values()]
    return lines


def is_whole(text: str) -> bool:
    """Whether Enter ends the input: a command, an empty line, or a statement that ends with a semicolon."""
    stripped = text.strip()
    return not stripped or stripped.startswith(".") or stripped.endswith(";")
