"""Takes each condition out of each step of the model, of the facts, the rules and the measures in turn, and
names the changes that no case of the file notices; of a measure, that no world of `tests/measures` does.

`python -m tests.mutate [STEM ...]`. A change that is named is a condition without a case, or one that makes
no difference:
of the same rows an equal result.
"""

from __future__ import annotations

import re
import resource
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import sqlglot
from sqlglot import exp

from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.sql_file import SqlFile
from auditor.engine import steps
from auditor.engine.trial import Bench, read_trials
from auditor.errors import AuditorError
from tests.measures import worlds

CASES = Path(__file__).parent / "cases"
MEMORY_BYTES = 6 << 30
Change = tuple[str, Callable[[exp.Expr], exp.Expr | None]]
"""What is done to a node, in words, and the node that takes its place; None takes it out of its list."""
OTHER: dict[type[exp.Expr], type[exp.Binary]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
OPPOSITE: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.Least: exp.Greatest,
    exp.Greatest: exp.Least,
}


_NO_COPY = "it only keeps small what is compared value by value; more rows have the same copies"
_ONE_FILE = {
    "joined to all: INNER JOIN file": _NO_COPY,
    "no having": _NO_COPY,
    "limit moved: COUNT(DISTINCT r.file_no)": _NO_COPY,
    "no DISTINCT: DISTINCT r.file_no": _NO_COPY,
}
_FEWER = "it only leaves out logs and networks without such a pair, which have no group"
_BEFORE = "a record that was over before the window opens and closes at once"
_MIXED = "an identity that always or never shows a number has none to give, or nobody to give it to"
NO_DIFFERENCE: dict[str, dict[str, str]] = {
    "040_identity_link": {
        "no having": _MIXED,
        "AND without its left side: COUNT": _MIXED,
        "AND without its right side: COUNT": _MIXED,
        "limit moved: COUNT": _MIXED,
    },
    "082_repeated_attempt": _ONE_FILE,
    "084_repeated_arrival": _ONE_FILE,
    "086_repeated_check": _ONE_FILE,
    "110_leg_pair": {
        "UNION ALL for UNION: SELECT record_id, other_id FROM pair_by_call_id UNION": "the UNION around it",
        "without its default: COALESCE(a.e164 = b.e164": "a null condition keeps no row either",
    },
    "120_leg_label": {"UNION ALL for UNION": "an edge that is there twice offers its label twice"},
    "150_attempt_core": {
        "the opposite: MAX(legs)": "all legs of an attempt say how many they are",
        "no key: record_id": "the window beside it still sorts the rows by it",
    },
    "200_centre_core": {
        "the opposite: MIN(value)": "a record has one word a column",
        "not in the partition": "only places of records of one log, id and time are compared",
        "no key: r.call_no": "the rows come in that order",
        "no having": "a record that is alone has the rank 1 also where it is asked",
        "limit moved: COUNT": "a record that is alone has the rank 1 also where it is asked",
    },
    "210_clock_pair": {"the opposite: MIN": "a group of one"},
    "320_caller_pair": {"no DISTINCT": "attempts and records are there once"},
    "340_weak_pair": {
        "AND without its right side: COALESCE(f.network": "a second, narrower window follows",
        "no lower bound: ELAPSED_MS": "a second, narrower window follows",
        "no upper bound: ELAPSED_MS": "a second, narrower window follows",
        "AND without its right side: NOT a.is_test AND EXISTS": "without such records there is no pair",
    },
    "400_log_span": {"the opposite: MAX(covers_from_utc)": "it is the start of the group, or null"},
    "430_attempt_cover": {"no DISTINCT": "the rows are made distinct once more"},
    "620_caller_contact": {"no ELSE: CASE caller_basis": "a rank that is null has the last word too"},
    "630_check_core": {
        "UNION ALL for UNION: SELECT record_id FROM repeated_check UNION": "the UNION around it",
        "the opposite: MIN(CASE WHEN column_name": "a record has one word a column",
        "no where: WHERE place = 1": "what is equal to a first record is a duplicate by that alone",
    },
    "650_caller": {
        "the opposite: MIN(d.status)": "a rank has one status",
        "AND without its left side: o.caller_id = d.caller_id": "a rank has one status",
    },
    "660_welfare_check": {
        "no ELSE: CASE WHEN c.is_duplicate": "a rank that is null comes last, and has the last word too",
        "AND without its left side: NOT d.episode_id IS NULL": "without an episode its time is null too",
    },
    "904_outage_threshold": {
        "without its default: COALESCE(m.short_of": "a null is not above 0",
        "without its default: COALESCE(c.starts_at_utc": "NOT of null is no reason either",
    },
    "912_notice_gap": {
        "no where: WHERE NOT audience IS NULL": "an audience that is null joins nothing afterwards",
        "no where: WHERE from_ms < to_ms": "one moment alone has no gap, and the other is still left out",
        "limit moved: from_ms < to_ms": "one moment alone has no gap, and the other is still left out",
        "limit moved: n.delay_ms": "two moments at one time have no gap between them",
        "without its default: COALESCE(d.gap_to_s": "LEAST leaves out a null by itself",
    },
    "920_attribution_call": {
        "AND without its right side: a.state IN": "without a frame there is nothing to join",
        "no key: attempt_id DESC": "DuckDB leaves rows that tie in this order",
    },
    "920_duty_notice": {"no key: record_id": "DuckDB leaves rows that tie in this order"},
    "922_duty_status": {
        "without its default: COALESCE": "a null is no reason for any of the states",
        "no ELSE": "a null is no reason for any of the states",
    },
    "930_attribution_count": {"no ELSE: CASE WHEN is_failure": "a sum leaves out a null"},
    "932_affected_account": {"no DISTINCT": "the UNION after it"},
    "934_promise_evidence": {"the opposite: MAX(CASE WHEN role": "it is 1 or null"},
    "938_account_credit": {
        "without its default: COALESCE(k.last_credited_at_utc": "a null is not late either",
        "without its default: COALESCE(q.whole_credits": "a null is not above 1",
    },
    "945_attribution_place": {"the opposite: MAX(CASE WHEN call_group": "a group has one row"},
    "950_area_cell": {
        "AND without its right side: NOT s.longitude": "a cell without outlines beside it is in none",
        "no where: WHERE a.declared_no": "a cell without outlines beside it is in none",
        "AND without its left side: a.declared_no": "a cell without outlines beside it is in none",
        "AND without its right side: a.declared_no": "a cell without outlines beside it is in none",
        "no NOT: NOT a.geometry IS NULL": "a cell without outlines beside it is in none",
    },
    "950_attribution": {
        "AND without its right side: c.presented_at_utc < f.ends_at_utc AND c.released_at_utc >": _BEFORE,
        "limit moved: c.released_at_utc": _BEFORE,
    },
    "952_listed_area": {"UNION ALL for UNION": "the UNION around it"},
    "954_area_attempt": {
        "AND without its right side: a.centre_record_id": "what is not delivered has failed in any case",
        "AND without its left side: NOT t.is_in_outage": "the outage itself is one of those that follow",
    },
    "956_attribution_repeat": {
        "UNION ALL for UNION": "it is only asked whether a centre is there",
        "no where": "a centre that is null equals none",
    },
    "958_complaint_span": {
        "no where: WHERE ELAPSED_MS": "what lies beside the span is cut to nothing",
        "AND without its": "what lies beside the span is cut to nothing",
        "limit moved": "what lies beside the span is cut to nothing",
        "no key: to_ms": "of spans that start together the order adds nothing",
        "order turned: to_ms": "of spans that start together the order adds nothing",
        "without its default: COALESCE(f.reached_ms": "GREATEST leaves out a null by itself",
    },
    "960_attribution_hour": {
        "AND without its right side: a.state": "without a frame there is nothing to join",
        "AND without its right side: NOT is_emergency": "an hour that is null joins nothing",
    },
    "966_area_status": {
        "AND without its left side: NOT is_claimed": "what is claimed was decided before",
        "without its default": "a null is no reason for any of the states",
    },
    "970_metric_share": {
        "AND without its right side: m.metric = s.metric AND s.kind": "no code of a cause is a status",
        "AND without its right side: m.metric = c.metric AND c.kind = 'cause'": "no status is so low",
        "AND without its right side: m.counted_of = 'sessions'": "no status has no class either",
    },
    "980_record_deficit": {
        "AND without its left side: NOT v.hour_utc": "an hour that is null is in no week",
        "AND without its left side: w.week_no <> 0": "the outage itself is one of those that follow",
    },
    "982_clause_total": {"the opposite: MAX(t.attempts)": "a clause has one row"},
    "799_shifted_clock": {
        "no where: WHERE NOT difference_ms": "each is a group of one",
        "no where: WHERE EXISTS": _FEWER,
        "no where: WHERE p.log = c.log": _FEWER,
        "AND without its left side: p.log = c.log AND p.network = COALESCE": _FEWER,
        "AND without its right side: p.log = c.log AND p.network = COALESCE": _FEWER,
        "order turned: started_at_utc": "how far apart two places are is the same",
        "no key": "of what ties, any order gives the same groups",
        "order turned: attempt_id": "of what ties, any order gives the same groups",
        "order turned: record_id": "of what ties, any order gives the same groups",
    },
    "800_window_pair": {"no DISTINCT": "attempts and records are there once"},
    "810_heard_after": {"no DISTINCT": "only the least of them is taken"},
    "500_episode_step": {"no ELSE": "the first of a caller is new, so the sum is never null"},
    "dq_015_check_id_with_two_contents": {"no where": "an id that is null joins nothing afterwards"},
    "dq_019_centre_log_ends_in_outage": {"without its default": "GREATEST leaves out a null by itself"},
    "dq_022_centre_id_with_two_contents": {
        "no key: record_id": "the window beside it still sorts the rows by it",
        "order turned: record_id": "records of one time have the same time before them",
    },
    "oc_007_counts_change": {"no key: record_id": "the windows beside it still sort the rows by it"},
    "ec_010_failing_while_ordinary_calls_pass": {"no ELSE": "a sum leaves out a null; null is not above 0"},
    "ec_015_refused_for_subscription": {"without its default": "a null condition keeps no row either"},
    "oc_002_failures_beside_the_window": {
        "limit moved: a.started_at_utc < o.starts_at_utc": "a start at the first instant is kept out before"
    },
    "pf_004_superseded_by_an_earlier": {"the opposite": "a text has no more letters than it has"},
    "wc_007_check_not_understood": {
        "no where": "words of other columns are in neither of the two",
        "the opposite": "a record has one word a column",
    },
}
"""File -> the beginning of a change that gives an equal result whatever the rows are, and why."""
_OF_ONE_ROW = re.compile(r"M(AX|IN)\(CASE WHEN ([^()]* AND )?\w+_place = 1 THEN ")
"""An aggregate over the one row that has a place: its largest value is its smallest."""


def changes(node: exp.Expr) -> Iterator[Change]:
    """All that can be done to one node of a statement."""
    if isinstance(node, exp.And | exp.Or):
        word = "AND" if isinstance(node, exp.And) else "OR"
        yield f"{word} without its left side", lambda n: n.expression
        yield f"{word} without its right side", lambda n: n.this
    elif isinstance(node, exp.Where | exp.Having):
        yield f"no {node.key}", lambda n: None
    elif isinstance(node, exp.Not):
        yield "no NOT", lambda n: n.this
    elif isinstance(node, exp.Between):
        yield "lower bound open", lambda n: exp.and_(n.this > n.args["low"], n.this <= n.args["high"])
        yield "upper bound open", lambda n: exp.and_(n.this >= n.args["low"], n.this < n.args["high"])
        yield "no lower bound", lambda n: n.this <= n.args["high"]
        yield "no upper bound", lambda n: n.this >= n.args["low"]
    elif type(node) in OTHER:
        yield "limit moved", lambda n: OTHER[type(n)](this=n.this, expression=n.expression)
    elif type(node) in OPPOSITE and not _OF_ONE_ROW.match(node.sql("duckdb")):
        yield "the opposite", lambda n: OPPOSITE[type(n)](this=n.this, expressions=n.expressions)
    elif isinstance(node, exp.Coalesce):
        yield "without its default", lambda n: exp.Coalesce(this=n.this, expressions=n.expressions[:-1])
        yield (
            "without its first",
            lambda n: exp.Coalesce(this=n.expressions[0], expressions=n.expressions[1:]),
        )
    elif isinstance(node, exp.Case) and node.args.get("default"):
        yield "no ELSE", lambda n: exp.Case(this=n.this, ifs=n.args["ifs"])
    elif isinstance(node, exp.Distinct):
        yield "no DISTINCT", lambda n: n.expressions[0] if n.expressions else None
    elif isinstance(node, exp.Union):
        yield "first branch alone", lambda n: n.this
        yield "last branch alone", lambda n: n.expression
        if node.args.get("distinct"):
            yield "UNION ALL for UNION", lambda n: exp.Union(**{**n.args, "distinct": False})
    elif isinstance(node, exp.Join):
        yield from _joins(node)
    else:
        yield from _items(node)


def _joins(node: exp.Join) -> Iterator[Change]:
    if node.side:
        yield "INNER for LEFT", lambda n: exp.Join(**{**n.args, "side": None})
    if node.args.get("on"):
        yield "joined to all", lambda n: exp.Join(**{**n.args, "on": exp.true()})


def _items(node: exp.Expr) -> Iterator[Change]:
    """Entries of lists: branches of a CASE, keys of an order or a partition, values of an IN."""
    parent, key = node.parent, node.arg_key
    if isinstance(node, exp.If) and isinstance(parent, exp.Case) and len(parent.args["ifs"]) > 1:
        yield "no branch", lambda n: None
    if isinstance(node, exp.Ordered) and parent and parent.find_ancestor(exp.Window):
        if len(parent.expressions) > 1:
            yield "no key", lambda n: None
        yield "order turned", lambda n: exp.Ordered(**{**n.args, "desc": not n.args.get("desc")})
        yield (
            "nulls turned",
            lambda n: exp.Ordered(**{**n.args, "nulls_first": not n.args.get("nulls_first")}),
        )
    if isinstance(parent, exp.Window) and key == "partition_by" and len(parent.args["partition_by"]) > 1:
        yield "not in the partition", lambda n: None
    if isinstance(parent, exp.In) and key == "expressions" and len(parent.expressions) > 1:
        yield "not in the list", lambda n: None


def mutants(sql: str) -> Iterator[tuple[str, str]]:
    """What was changed, and the statement so changed."""
    whole = sqlglot.parse_one(sql, read="duckdb")
    for place, node in enumerate(whole.walk()):
        for words, change in changes(node):
            changed = whole.copy()
            there = next(n for i, n in enumerate(changed.walk()) if i == place)
            made = change(there.copy())
            if made is not None:
                there.replace(exp.paren(made) if isinstance(made, exp.And | exp.Or) else made)
            else:
                there.pop()
            text = changed.sql("duckdb")
            if text != whole.sql("duckdb") and not (words == "nulls turned" and not _says_nulls(node, sql)):
                yield f"{words}: {node.sql('duckdb')[:200]}", text


def _says_nulls(node: exp.Expr, sql: str) -> bool:
    """Whether the statement itself says where nulls go: what says nothing is never null."""
    return re.search(rf"{re.escape(node.this.sql('duckdb'))}( ASC| DESC)? NULLS", sql) is not None


def survivors(bench: Bench, file: SqlFile) -> Iterator[tuple[str, bool]]:
    """Every change of a step, and whether its cases pass all the same. ValueError where there are none that
    pass."""
    trials = [trial for path in CASES.rglob(f"{file.stem}.toml") for trial in read_trials(path)]

    def passes(changed: SqlFile) -> bool:
        bench.put(changed)
        try:
            if file.kind == "measures" and worlds.problem(bench, changed):
                return False
            return all(bench.problem(trial) == "" for trial in trials)
        except (AuditorError, TypeError, ValueError):  # what does not run, or no solver reads, is noticed
            return False

    if not (trials or file.kind == "measures") or not passes(file):
        raise ValueError(f"{file.path}: without cases that pass, no change can be noticed")
    for words, sql in mutants(file.sql):
        yield words, passes(replace(file, sql=sql))
    bench.put(file)


def main(stems: list[str]) -> int:
    book = read_rulebook()
    # A step that lost the condition of a join may ask for all the memory there is: that it fails is noticed.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    bench = Bench(book)
    steps.MAX_ROUNDS = 40  # a changed step may never settle
    tried = left = 0
    for file in (*book.model, *book.facts, *book.rules, *book.measures):
        if stems and not any(file.stem.startswith(stem) for stem in stems):
            continue
        equal = NO_DIFFERENCE.get(file.stem, {})
        for words, lives in survivors(bench, file):
            tried += 1
            if lives and not any(words.startswith(beginning) for beginning in equal):
                left += 1
                print(f"{file.stem}: {words}", flush=True)
    print(f"{tried} changes, {left} not noticed", file=sys.stderr)
    bench.close()
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
