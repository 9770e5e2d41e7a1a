"""The meaning in `sql/` stays in the subset that other engines give equal results for; what differs silently is refused.

Reading logs is the loading engine's own: `sql/schema` and `auditor/ingest` may use all it has.
"""

import re

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from auditor.rulebook import SqlFile, read_rulebook

BOOK = read_rulebook()
FILES = {file.stem: file for file in (*BOOK.files, *BOOK.claims.values())}

FUNCTIONS = frozenset(
    {
        "Abs", "And", "Case", "Cast", "Ceil", "Coalesce", "Concat", "Count", "Exists", "Floor", "Greatest", "If", "Lag", "Lead", "Least",
        "Left", "Length", "Lower", "Max", "Median", "Min", "Nullif", "Or", "RegexpExtract", "RegexpLike", "Replace", "Right",
        "RowNumber", "StartsWith", "StrPosition", "Substring", "Sum", "TimestampTrunc", "Translate", "Trim", "TryCast", "Upper",
    }
)  # fmt: skip
"""Functions that give the same on every engine tried, by sqlglot's names. A new one is tried there first."""
OWN_FUNCTIONS = frozenset({"elapsed_ms"})
"""Macros of `sql/schema` that every engine defines for itself."""
BEYOND = {
    "figure": {"ArrayContains", "Explode", "GenerateSeries", "ArgMax", "row"},  # definitions by the hundred: another engine binds one a row
    "centre_figure": {"ArrayContains", "Explode", "GenerateSeries"},
    "decoy": {"to_seconds", "to_milliseconds"},  # a clock is moved; what comes out is whole counts
    "run_difference": {"ReadParquet"},  # reads what two runs kept
}
"""Functions beyond the subset that files of `sql/claims` may call: what they give does not hang on the engine."""
UNORDERED = {"figure", "centre_figure", "cut_fact", "decoy"}
"""Summed, or put in order by who asks."""
LONG = {"figure": 170}
"""Every switch stands in one file."""
SILENT = {
    exp.Div: "`/` is a float, and of decimals it differs: compare products, or use `//`",
    exp.AtTimeZone: "AT TIME ZONE means the opposite on another engine: times are UTC when they are loaded",
    exp.Lateral: "LATERAL does not run everywhere",
    exp.Unnest: "UNNEST does not run everywhere",
    exp.AggFunc: "not on the allow-list of aggregates",
}
EACH = pytest.mark.parametrize("file", [pytest.param(f, id=stem) for stem, f in FILES.items()])


PARSED = {file.path: sqlglot.parse_one(file.sql, read="duckdb") for file in FILES.values()}


def parsed(file: SqlFile) -> exp.Expr:
    return PARSED[file.path]


@EACH
def test_only_functions_of_the_subset_are_called(file: SqlFile) -> None:
    called = {type(node).__name__ if not isinstance(node, exp.Anonymous) else node.name.lower() for node in parsed(file).find_all(exp.Func)}
    assert called - FUNCTIONS - OWN_FUNCTIONS == BEYOND.get(file.stem, set())


@EACH
def test_nothing_that_differs_silently_is_written(file: SqlFile) -> None:
    for kind, reason in SILENT.items():
        allowed = FUNCTIONS | BEYOND.get(file.stem, set())
        found = [n for n in parsed(file).find_all(kind) if type(n).__name__ not in allowed]
        assert not found, f"{found[0].sql('duckdb')}: {reason}"


@EACH
def test_absence_is_asked_for_with_not_exists(file: SqlFile) -> None:
    """NOT IN over rows is null as soon as one of them is; over a list of literals it is what it says."""
    for negation in parsed(file).find_all(exp.Not):
        if isinstance(negation.this, exp.In):
            assert negation.this.args.get("query") is None, negation.sql("duckdb")
            assert all(isinstance(e, exp.Literal) for e in negation.this.expressions), negation.sql("duckdb")


@EACH
def test_no_join_is_made_by_nearness_or_by_names(file: SqlFile) -> None:
    for join in parsed(file).find_all(exp.Join):
        assert join.method.upper() not in {"ASOF", "NATURAL", "POSITIONAL"}
        assert not join.args.get("using"), "USING hides which side a column is of"


@EACH
def test_figures_are_whole_numbers(file: SqlFile) -> None:
    """Floats enter only where a cell's place on the map is handed on."""
    assert not [c for c in parsed(file).find_all(exp.Cast) if c.to.this in {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}]
    assert not [x for x in parsed(file).find_all(exp.Literal) if x.is_number and "." in x.name]
    floats = {name for name, kind in file.columns.items() if kind in {"DOUBLE", "FLOAT", "HUGEINT"}}
    assert floats <= {"latitude", "longitude"}


@EACH
def test_rows_come_in_the_order_of_the_grain(file: SqlFile) -> None:
    if file.kind == "checks" or file.solve == "assignment" or file.stem in UNORDERED:
        return  # one row; and what the assignment reads is in the order it solves in
    order = parsed(file).args.get("order")
    assert order is not None, "no ORDER BY"
    assert tuple(o.this.name for o in order.expressions) == file.grain


@EACH
def test_windows_are_ordered_to_the_last_row(file: SqlFile) -> None:
    """A frame over a RANGE of time runs on some engines only."""
    for window in parsed(file).find_all(exp.WindowSpec):
        assert window.args.get("kind") == "ROWS", window.sql("duckdb")


@EACH
def test_it_can_be_written_for_another_engine(file: SqlFile) -> None:
    (text,) = sqlglot.transpile(file.sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    assert text


@EACH
def test_a_statement_stays_readable(file: SqlFile) -> None:
    assert len(file.sql.splitlines()) <= LONG.get(file.stem, 110)
    assert max(map(len, file.text.splitlines())) <= 400, "a line of the header may be long, but not endless"


@EACH
def test_columns_say_their_unit(file: SqlFile) -> None:
    for name, kind in file.columns.items():
        assert (kind == "TIMESTAMP") == name.endswith("_utc"), f"{name} {kind}"
        if kind == "BOOLEAN":
            assert re.match(r"(is|has)_|.*_received$", name), name
