"""What reconciliation found, laid out as titles, sentences and tables that any report may draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.claims.spread import HEADLINES
from auditor.report.content.wording import instant

Found = Mapping[str, object]
Cells = tuple[str, ...]


_BY_THE_LOGS = "the audit's own headline counts by the logs: nothing is taken out of it by hand"


def _heads(left: str, *names: str) -> tuple[tuple[str, str], ...]:
    """Columns by name; those in `left` stand to the left, figures to the right."""
    return tuple((name, "left" if name in left.split("|") else "right") for name in names)


@dataclass(frozen=True, slots=True)
class Section:
    """A title, sentences, and at most one table. Columns are (name, left or right)."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[Cells, ...] = ()


def claims_sections(held: Found) -> list[Section]:
    """Everything in `Audit.claims`, each part only where there is something to say."""
    sections = [_claims(_listed(held, "claims"))] if held.get("claims") else []
    sections += [bridge_section(found) for found in _listed(held, "bridges")]
    sections += [_ranges(_listed(held, "ranges"))] if held.get("ranges") else []
    sections += [_exclusions(_listed(held, "exclusions"))] if held.get("exclusions") else []
    sections += [timeline_section(_listed(held, "timeline"))] if held.get("timeline") else []
    chance = _listed(held, "decoys")
    return sections + (
        [Section("Chance in the match", tuple(str(d["sentence"]) for d in chance))] if chance else []
    )


def _listed(held: Found, key: str) -> list[Found]:
    value = held.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _number(value: object, sign: str = "") -> str:
    return f"{value:{sign},}" if isinstance(value, int) else "-" if value is None else str(value)


def _claims(found: Sequence[Found]) -> Section:
    rows = tuple(
        (
            str(c["id"]),
            ("" if c["qualifier"] == "exact" else str(c["qualifier"]).replace("_", " ") + " ")
            + _number(c["figure"]),
            str(c["unit"]),
            _number(c["recomputed"]),
            _number(c["difference"], "+"),
            str(c["verdict"]),
        )
        for c in found
    )
    told = [
        ". ".join(str(text) for text in (_said(c), _because(c), c["sum"], c["note"]) if text) for c in found
    ]
    columns = _heads("claim|unit|verdict", "claim", "published", "unit", "recomputed", "diff.", "verdict")
    return Section("Published figures", tuple(told), columns, rows)


def _said(claim: Found) -> str:
    return f"{claim['id']}: {claim['said_by']}, {claim['said_on']}"


def _because(claim: Found) -> str:
    counted = f"recomputed as {claim['as']}" if claim["as"] and claim["recomputed"] is not None else ""
    return "; ".join(text for text in (counted, str(claim["why"])) if text)


def bridge_section(found: Found) -> Section:
    """A waterfall: from, the steps, the residual, to."""
    start, end = found["from"], found["to"]
    assert isinstance(start, Mapping)
    assert isinstance(end, Mapping)
    rows = [("from", str(start["label"]), _number(start["value"]), str(start["unit"]), "", "")]
    for step in _listed(found, "steps"):
        line = (str(step["name"]), str(step["label"]), _number(step["change"], "+"), str(step["unit"]))
        rows.append((*line, f"+{_number(step['added'])}", f"-{_number(step['removed'])}"))
    rows.append(("residual", "not explained by any step", _number(found["residual"], "+"), "", "", ""))
    rows.append(("to", str(end["label"]), _number(end["value"]), str(end["unit"]), "", ""))
    told = [str(step["reason"]) for step in _listed(found, "steps") if step["reason"]]
    told += [str(found["residual_words"])] if found["residual_words"] else []
    held = found.get("shares")
    told += (
        [f"whatever the order: {', '.join(f'{name} {share}' for name, share in held.items())}"]
        if isinstance(held, Mapping) and held
        else []
    )
    told += [str(found["shares_words"])] if found.get("shares_words") else []
    columns = _heads("step|what changes|unit", "step", "what changes", "change", "unit", "adds", "takes")
    return Section(f"Bridge {found['id']}", tuple(told), columns, tuple(rows))


def _ranges(found: Sequence[Found]) -> Section:
    return Section("Ranges over defensible definitions", tuple(map(_range, found)))


def _range(found: Found) -> str:
    span = (
        f"{found['id']}: {_number(found['value'])} {found['unit']}, {_number(found['low'])} to"
        f" {_number(found['high'])}"
    )
    told = f"{span} over {_number(found['definitions'])} defensible definitions"
    told += f"; moved most by: {found['moved_most_by']}" if found["moved_most_by"] else ""
    return told + (f" ({found['note']})" if found["note"] else "")


def range_section(found: Found) -> Section:
    """A measure's range and its switches, widest first."""
    told = (
        f"{_number(found['value'])} {found['unit']}; {_number(found['low'])} to {_number(found['high'])}",
        f"{_number(found['definitions'])} definitions were counted",
        f"lowest: {found['lowest']}",
        f"highest: {found['highest']}",
    )
    moves = _listed(found, "moves")
    rows = tuple(
        (str(m["switch"]), _number(m["low"]), _number(m["high"]), str(m["label"]), str(m["why"]))
        for m in moves
    )
    columns = _heads(
        "switch|at its widest|why it can be defended",
        "switch",
        "low",
        "high",
        "at its widest",
        "why it can be defended",
    )
    return Section(f"Range of {found['measure']}", told, columns, rows)


def _exclusions(found: Sequence[Found]) -> Section:
    rows = tuple(
        (
            str(x["id"]),
            f"{x['who']}, {x['when']}: {x['why']}",
            _number(x["attempts_failed_by_the_logs"]),
            _number(x["attempts_failed_with_exclusions"]),
            _number(x["attempts_failed_if_reversed"]),
        )
        for x in found
    )
    columns = _heads(
        "exclusion|who, when, why", "exclusion", "who, when, why", "by the logs", "excluded", "reversed"
    )
    return Section("Attempts that failed, and what was taken out by hand", (), columns, rows)


def without_sections(held: Found) -> list[Section]:
    """The headline with an exclusion reversed, where that was asked for."""
    columns = _heads("measure", "measure", "by the logs", "excluded", "reversed")
    return [
        Section(
            f"The headline if the exclusion {x['id']} is reversed",
            (f"excluded by {x['who']}, {x['when']}: {x['why']}", _BY_THE_LOGS),
            columns,
            tuple(
                (
                    name,
                    *(
                        _number(x[f"{name.replace('.', '_')}_{end}"])
                        for end in ("by_the_logs", "with_exclusions", "if_reversed")
                    ),
                )
                for name in HEADLINES
            ),
        )
        for x in _listed(held, "without")
    ]


def timeline_section(found: Sequence[Found]) -> Section:
    """What was said and known when."""
    rows = tuple(
        (
            instant(str(p["at"])),
            str(p["label"]),
            *(_number(p.get(name)) if "run" in p else "" for name in ("attempts_failed", "callers_failed")),
        )
        for p in found
    )
    columns = (("when", "left"), ("what", "left"), ("failed attempts", "right"), ("failed callers", "right"))
    return Section("What was known and said when", (), columns, rows)


def inversion_section(found: Found, shown: int) -> Section:
    """The definitions that give a figure, simplest first."""
    hits = _listed(found, "hits")
    within = f" within {_number(found['within'])}" if found["within"] else ""
    shared = found["shared"]
    told = [f"{len(hits):,} of {_number(found['tried'])} definitions give {_number(found['figure'])}{within}"]
    if isinstance(shared, list) and shared and hits:
        told.append(
            f"all {len(hits):,}: {'; '.join(map(str, shared))}"
            if len(hits) > 1
            else "; ".join(map(str, shared))
        )
    limits = found.get("limits")
    told += [str(found["coincidence"]), *(map(str, limits) if isinstance(limits, list) else ())]
    rows = tuple((_number(h["value"]), _number(h["switches"]), str(h["definition"])) for h in hits[:shown])
    return Section(
        f"What gives {_number(found['figure'])}",
        tuple(told),
        (("figure", "right"), ("switches", "right"), ("definition", "left")),
        rows,
    )


def difference_section(
    before: str,
    after: str,
    was: Mapping[str, int | None],
    now: Mapping[str, int | None],
    changes: Sequence[Found],
) -> Section:
    """The attempts that changed between two runs, and the measures that did."""
    told = [
        f"{name}: {_number(was.get(name))} to {_number(now.get(name))}"
        for name in now
        if was.get(name) != now.get(name)
    ]
    names = ("attempt_id", "caller_id", "started_at", "before", "after", "why")
    rows = tuple(tuple(str(change[name] or "absent") for name in names) for change in changes)
    columns = tuple((name.replace("_", " ").removesuffix(" id"), "left") for name in names)
    return Section(
        f"Run {before[:16]} against {after[:16]}: {len(changes):,} attempt(s) changed",
        tuple(told),
        columns,
        rows,
    )
