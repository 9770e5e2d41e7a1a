"""The meaning in `sql/` stays in the subset that other engines give equal results for; what differs silently
is refused.

One test a check, over all files: it lists every offender. Each check is seen to catch a planted fault.
Reading logs is the loading engine's own: `sql/schema` and `auditor/ingest` may use all it has.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, UnsupportedError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.regimes import read_regime
from auditor.regimes.reader import regimes
from tests.test_cases import SCHEMA

BOOK = read_rulebook()
FILES = (*BOOK.files, *BOOK.claims.values())
FACTS = next(dict(step.columns) for step in BOOK.facts if step.relation == "attempt_fact")
RUN_STATE = dict(BOOK.claims["run_state"].columns)
RELATIONS: Mapping[str, object] = {
    **SCHEMA,
    "every_fact": FACTS, "cut_hour": {"hour_utc": "TIMESTAMP"}, "before_state": RUN_STATE,
    "after_state": RUN_STATE,
}  # fmt: skip
"""Columns of every table and relation that a statement may read; the last four are made by who asks for
figures."""

TESTED = frozenset(test.gives for step in BOOK.model for test in step.tests)
"""Columns that exact tests give, and that later steps hand on."""

FUNCTIONS = frozenset(
    {
        "Abs", "And", "Case", "Cast", "Ceil", "Coalesce", "Concat", "Count", "Exists", "Floor", "Greatest",
        "If", "Lag", "Lead", "Least",
        "Left", "Length", "Lower", "Max", "Median", "Min", "Nullif", "Or", "RegexpExtract", "RegexpLike",
        "Replace", "Right",
        "RowNumber", "StartsWith", "StrPosition", "Substring", "Sum", "TimestampTrunc", "Translate", "Trim",
        "Upper",
    }
)  # fmt: skip
"""Functions that give the same on every engine tried, by sqlglot's names. A new one is tried there first."""
OWN_FUNCTIONS = frozenset({"elapsed_ms", "episode_state", "later_by_s"})
"""Macros of `sql/schema` that every engine defines for itself."""
BEYOND = {
    # hundreds of definitions come as lists that are unnested side by side, and MATERIALIZED keeps their
    # common part from being made four times; another engine binds one definition a row, which here would take
    # a pass over all facts each
    "figure": {"ArrayContains", "Explode", "GenerateSeries", "ArgMax", "row"},
    "centre_figure": {"ArrayContains", "Explode", "GenerateSeries"},
    "decoy": {"Explode"},
    # a hint on which no figure rests; one engine counts bytes where another counts letters
    "400_area_like_another": {"Levenshtein"},
}
"""Functions beyond the subset that files of `sql/claims` and a hint may call: what they give does not hang
on the engine."""
UNORDERED = {"figure", "centre_figure", "cut_fact", "decoy"}
"""Summed, or put in order by who asks."""
MATERIALIZED = {"figure"}
"""What is said of a common part to this engine alone."""
LONG = {"figure": 170}
"""Every switch stands in one file."""
SILENT = {
    exp.Div: "`/` is a float, and of decimals it differs: compare products, or use `//`",
    exp.AtTimeZone: "AT TIME ZONE means the opposite on another engine: times are UTC when they are loaded",
    exp.Lateral: "LATERAL does not run everywhere",
    exp.Unnest: "UNNEST does not run everywhere",
    exp.AggFunc: "not on the allow-list of aggregates",
    exp.TryCast: "engines do not agree on which texts can be cast: values are read when they are loaded",
}
_END_OR_DIGIT = re.compile(r"(?<!\\)(?:\\\\)*(?:\$|\\d)", re.IGNORECASE)
"""In a regular expression: `$`, which elsewhere also matches before a last line end, and the class of digits,
which differs."""


@cache
def parse(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read="duckdb")


def parsed(file: SqlFile) -> exp.Expr:
    return parse(file.sql)


def only_functions_of_the_subset_are_called(file: SqlFile) -> Iterator[str]:
    called = {
        type(node).__name__ if not isinstance(node, exp.Anonymous) else node.name.lower()
        for node in parsed(file).find_all(exp.Func)
    }
    allowed = BEYOND.get(file.stem, set())
    yield from (f"calls {name}" for name in sorted(called - FUNCTIONS - OWN_FUNCTIONS - allowed))
    yield from (f"is allowed {name} and does not call it" for name in sorted(allowed - called))


def nothing_that_differs_silently_is_written(file: SqlFile) -> Iterator[str]:
    allowed = FUNCTIONS | BEYOND.get(file.stem, set())
    for kind, reason in SILENT.items():
        yield from (
            f"{n.sql('duckdb')}: {reason}"
            for n in parsed(file).find_all(kind)
            if type(n).__name__ not in allowed
        )


def absence_is_asked_for_with_not_exists(file: SqlFile) -> Iterator[str]:
    """NOT IN over rows is null as soon as one of them is; over a list of literals it is what it says."""
    for negation in parsed(file).find_all(exp.Not):
        within = negation.this
        if isinstance(within, exp.In) and (
            within.args.get("query") or not all(isinstance(e, exp.Literal) for e in within.expressions)
        ):
            yield negation.sql("duckdb")


def no_join_is_made_by_nearness_or_by_names(file: SqlFile) -> Iterator[str]:
    for join in parsed(file).find_all(exp.Join):
        if join.method.upper() in {"ASOF", "NATURAL", "POSITIONAL"}:
            yield join.sql("duckdb")
        if join.args.get("using"):
            yield f"{join.sql('duckdb')}: USING hides which side a column is of"


def figures_are_whole_numbers(file: SqlFile) -> Iterator[str]:
    """Floats enter only where a cell's place on the map is handed on, and as what an exact test gives, here
    or
    in an earlier step."""
    yield from (
        c.sql("duckdb")
        for c in parsed(file).find_all(exp.Cast)
        if c.to.this in {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}
    )
    yield from (x.sql("duckdb") for x in parsed(file).find_all(exp.Literal) if x.is_number and "." in x.name)
    floats = {name for name, kind in file.columns.items() if kind in {"DOUBLE", "FLOAT", "HUGEINT"}}
    yield from (f"column {name}" for name in sorted(floats - {"latitude", "longitude"} - TESTED))


def a_median_is_cut_to_a_whole_number(file: SqlFile) -> Iterator[str]:
    """Of an even number of values it has a half, and a cast of one rounds on one engine and cuts on
    another."""
    yield from (
        m.sql("duckdb") for m in parsed(file).find_all(exp.Median) if not isinstance(m.parent, exp.Floor)
    )


def a_regular_expression_names_its_digits_and_its_end(file: SqlFile) -> Iterator[str]:
    for node in parsed(file).find_all(
        exp.RegexpLike, exp.RegexpILike, exp.RegexpFullMatch, exp.RegexpExtract, exp.RegexpReplace
    ):
        pattern = node.expression
        for literal in pattern.find_all(exp.Literal) if pattern else ():
            if literal.is_string and _END_OR_DIGIT.search(
                re.sub(r"\[\^?\]?[^\]]*\]", lambda c: c[0].replace("$", ""), literal.name)
            ):
                yield f"{literal.sql('duckdb')}: write \\z for the end and [0-9] for a digit"


def no_column_is_reached_over_two_levels(file: SqlFile) -> Iterator[str]:
    """A subquery may read the query around it; another engine sees no farther."""
    tree = qualify(
        parsed(file).copy(), schema=dict(RELATIONS), dialect="duckdb", validate_qualify_columns=False
    )
    for scope in traverse_scope(tree):
        around = scope.parent
        for column in scope.external_columns if around else ():
            if column.table and around and column.table not in around.sources:
                yield f"{column.sql('duckdb')} in {scope.expression.sql('duckdb')[:80]}"


def a_grouped_row_asks_no_subquery(file: SqlFile) -> Iterator[str]:
    """Beside counts, another engine takes a subquery over the group's columns for a column of its own."""
    for select in parsed(file).find_all(exp.Select):
        if select.args.get("group"):
            yield from (
                found.sql("duckdb")[:80]
                for column in select.expressions
                for found in column.find_all(exp.Subquery)
                if isinstance(found.this, exp.Select)
            )


def rows_come_in_the_order_of_the_grain(file: SqlFile) -> Iterator[str]:
    if file.kind == "checks" or file.solve in {"assignment", "crowd", "nearest"} or file.stem in UNORDERED:
        return  # one row; and what the assignment reads is in the order it solves in
    order = parsed(file).args.get("order")
    if order is None:
        yield "no ORDER BY"
    elif (by := tuple(o.this.name for o in order.expressions)) != file.grain:
        yield f"ordered by {', '.join(by)}"


def windows_are_ordered_to_the_last_row(file: SqlFile) -> Iterator[str]:
    """A frame over a RANGE of time runs on some engines only."""
    yield from (
        w.sql("duckdb") for w in parsed(file).find_all(exp.WindowSpec) if w.args.get("kind") != "ROWS"
    )


def it_can_be_written_for_another_engine(file: SqlFile) -> Iterator[str]:
    try:
        (text,) = sqlglot.transpile(
            file.sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
        )
    except UnsupportedError as error:
        yield str(error)
        return
    if not text:
        yield "nothing is written"
    if file.stem not in MATERIALIZED:
        yield from (
            f"WITH {c.alias}: MATERIALIZED"
            for c in parsed(file).find_all(exp.CTE)
            if c.args.get("materialized") is not None
        )


def a_statement_stays_readable(file: SqlFile) -> Iterator[str]:
    if (lines := len(file.sql.splitlines())) > LONG.get(file.stem, 110):
        yield f"{lines} lines"
    if max(map(len, file.text.splitlines())) > 400:
        yield "a line of the header may be long, but not endless"


def columns_say_their_unit(file: SqlFile) -> Iterator[str]:
    for name, kind in file.columns.items():
        if (kind == "TIMESTAMP") != name.endswith("_utc") or (
            kind == "BOOLEAN" and not re.match(r"(is|has)_|.*_received$", name)
        ):
            yield f"{name} {kind}"


Check = Callable[[SqlFile], Iterator[str]]
PLANTED: Mapping[Check, tuple[str, ...]] = {
    only_functions_of_the_subset_are_called: (
        "SELECT STRING_AGG(a, ',') FROM t",
        "SELECT EPOCH_MS(a) FROM t",
    ),
    nothing_that_differs_silently_is_written: (
        "SELECT a / b FROM t",
        "SELECT a AT TIME ZONE 'UTC' FROM t",
        "SELECT TRY_CAST(a AS BIGINT) FROM t",
        "SELECT a FROM t, LATERAL (SELECT t.a) AS s",
        "SELECT u.a FROM UNNEST([1, 2]) AS u(a)",
        "SELECT AVG(a) FROM t",
    ),
    absence_is_asked_for_with_not_exists: (
        "SELECT a FROM t WHERE a NOT IN (SELECT b FROM s)",
        "SELECT a FROM t WHERE a NOT IN (1, b)",
    ),
    no_join_is_made_by_nearness_or_by_names: (
        "SELECT t.a FROM t ASOF JOIN s ON t.a >= s.a",
        "SELECT t.a FROM t NATURAL JOIN s",
        "SELECT t.a FROM t INNER JOIN s USING (a)",
    ),
    figures_are_whole_numbers: ("SELECT CAST(a AS DOUBLE) AS a FROM t", "SELECT a * 1.5 AS a FROM t"),
    a_median_is_cut_to_a_whole_number: (
        "SELECT CAST(MEDIAN(a) AS BIGINT) FROM t",
        "SELECT FLOOR(a + MEDIAN(a)) FROM t",
    ),
    a_regular_expression_names_its_digits_and_its_end: (
        "SELECT a FROM t WHERE REGEXP_MATCHES(a, '^[0-9]+$')",
        "SELECT a FROM t WHERE REGEXP_MATCHES(a, '^\\d+\\z')",
        "SELECT a FROM t WHERE REGEXP_MATCHES(a, '[\\d]\\z')",
        "SELECT a FROM t WHERE REGEXP_FULL_MATCH(a, '\\D')",
        "SELECT REGEXP_EXTRACT(a, '^(' || $p || ')$', 1) FROM t",
        "SELECT REGEXP_REPLACE(a, 'x$', '') FROM t",
    ),
    no_column_is_reached_over_two_levels: (
        (
            "SELECT a.x FROM t AS a WHERE EXISTS (SELECT 1 FROM s AS b WHERE b.x = a.x AND EXISTS (SELECT 1"
            " FROM u AS c WHERE c.y = a.y))"
        ),
        (
            "SELECT a.x FROM t AS a WHERE a.x = (SELECT MAX(b.x) FROM (SELECT c.x FROM s AS c WHERE c.y ="
            " a.y) AS b)"
        ),
    ),
    a_grouped_row_asks_no_subquery: (
        "SELECT a, (SELECT COUNT(*) FROM s AS o WHERE o.a = t.a) AS n FROM t GROUP BY a",
    ),
    rows_come_in_the_order_of_the_grain: ("SELECT a FROM t", "SELECT a FROM t ORDER BY b"),
    windows_are_ordered_to_the_last_row: (
        "SELECT SUM(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW) FROM t",
    ),
    it_can_be_written_for_another_engine: (
        "SELECT REGEXP_EXTRACT(a, 'x', 1, 'i') FROM t",
        "WITH r AS MATERIALIZED (SELECT a FROM t) SELECT a FROM r",
        "WITH r AS NOT MATERIALIZED (SELECT a FROM t) SELECT a FROM r",
    ),
    a_statement_stays_readable: ("SELECT\n" + "1 +\n" * 110 + "1",),
    columns_say_their_unit: (),
}
"""Each check with statements that it must object to. They are planted into a file of grain `a` and column `a
BIGINT`."""
UNHARMED: Mapping[Check, tuple[str, ...]] = {
    a_median_is_cut_to_a_whole_number: ("SELECT CAST(FLOOR(MEDIAN(a)) AS BIGINT) FROM t",),
    a_regular_expression_names_its_digits_and_its_end: (
        "SELECT a FROM t WHERE REGEXP_MATCHES(a, '^[0-9$]+\\$\\z') AND b = '$' AND c = '\\d'",
    ),
    a_grouped_row_asks_no_subquery: (
        "SELECT a FROM t WHERE a > (SELECT MAX(s.b) FROM s) GROUP BY a",
        "SELECT (SELECT COUNT(*) FROM s) AS n FROM t",
    ),
    no_column_is_reached_over_two_levels: (
        (
            "SELECT a.x FROM t AS a WHERE EXISTS (SELECT 1 FROM s AS b WHERE b.x = a.x AND EXISTS (SELECT 1"
            " FROM u AS c WHERE c.y = b.y))"
        ),
        (
            "WITH r AS (SELECT a.x FROM t AS a WHERE EXISTS (SELECT 1 FROM s AS b WHERE b.x = a.x)) SELECT"
            " r.x FROM r"
        ),
    ),
}
"""Statements near to those, to which the check must not object."""


def planted(sql: str) -> SqlFile:
    return replace(
        BOOK.model[0],
        path="model/planted.sql",
        sql=sql,
        text=sql,
        grain=("a",),
        columns={"a": "BIGINT"},
        solve="",
    )


def ids(checks: Mapping[Check, object]) -> list[str]:
    return [check.__name__ for check in checks]


@pytest.mark.parametrize("check", PLANTED, ids=ids(PLANTED))
def test_in_every_file(check: Check) -> None:
    assert [f"sql/{file.path}: {fault}" for file in FILES for fault in check(file)] == []


@pytest.mark.parametrize("check", PLANTED, ids=ids(PLANTED))
def test_a_planted_fault_is_found(check: Check) -> None:
    assert [sql for sql in PLANTED[check] if not list(check(planted(sql)))] == []


@pytest.mark.parametrize("check", UNHARMED, ids=ids(UNHARMED))
def test_what_is_right_is_let_through(check: Check) -> None:
    assert [(sql, fault) for sql in UNHARMED[check] for fault in check(planted(sql))] == []


@pytest.mark.parametrize("columns", [{"at": "TIMESTAMP"}, {"rows_utc": "BIGINT"}, {"failed": "BOOLEAN"}])
def test_a_planted_column_without_its_unit_is_found(columns: dict[str, str]) -> None:
    assert list(columns_say_their_unit(replace(planted("SELECT a FROM t"), columns=columns)))


def test_a_planted_line_or_float_column_of_the_header_is_found() -> None:
    assert list(a_statement_stays_readable(replace(planted("SELECT a FROM t"), text="x" * 401)))
    assert list(figures_are_whole_numbers(replace(planted("SELECT a FROM t"), columns={"a": "DOUBLE"})))


def test_an_exception_that_is_not_needed_any_more_is_found() -> None:
    unneeded = replace(planted("SELECT a FROM t"), path="claims/figure.sql")
    assert "is allowed ArgMax and does not call it" in list(only_functions_of_the_subset_are_called(unneeded))


def test_regular_numbers_of_the_regimes_keep_to_it_too() -> None:
    """They become part of a regular expression of the model."""
    plans = {code: plan for code in regimes() if (plan := read_regime(code).numbering)}
    assert {code: plan.regular for code, plan in plans.items() if _END_OR_DIGIT.search(plan.regular)} == {}
