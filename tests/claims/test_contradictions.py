"""Published figures are compared only where both are of one thing: one measure, one unit and one
scope."""

from __future__ import annotations

from pathlib import Path

from auditor.pipeline import audit
from tests.claims.small import claim

HEAD = '[case]\ntitle = "Published figures"\nregime = "au"\n'
DEFINITION = '[[definition]]\nid = "{id}"\nmeasure = "callers.failed"\n{more}\n'


def contradictions(folder: Path, text: str) -> set[tuple[object, object]]:
    """The pairs that PF-003 names in a case without logs."""
    folder.mkdir()
    (folder / "case.toml").write_text(HEAD + text, "utf-8")
    with audit(folder) as found:
        run = next(run for run in found.rules if run.rule == "PF-003")
        names = run.rows.columns
        return {(row[names.index("claim_id")], row[names.index("other_id")]) for row in run.rows}


def test_figures_of_two_scopes_do_not_contradict_each_other(tmp_path: Path) -> None:
    text = claim("all", 9, "callers.failed") + claim("alpha", 5, "callers.failed", networks=["alpha"])
    text += claim("night", 4, "callers.failed", window_end="2024-03-12T18:00:00Z")
    text += claim("default", 9, "callers.failed", outage="any")
    assert contradictions(tmp_path / "case", text) == set()


def test_figures_of_one_scope_do_however_it_is_written(tmp_path: Path) -> None:
    text = DEFINITION.format(id="d", more='networks = ["bravo", "alpha"]')
    text += claim("a", 5, "callers.failed", networks=["alpha", "bravo"])
    text += claim("b", 6, "", definition="d", unit="callers")
    text += claim("c", 1, "callers.failed", window_end="2024-03-13T00:00:00+11:00")
    text += claim("d", 2, "callers.failed", window_end="2024-03-12T13:00:00Z", outage="any")
    assert contradictions(tmp_path / "case", text) == {("a", "b"), ("c", "d")}


def test_a_measure_that_a_claim_has_by_its_definition_is_compared(tmp_path: Path) -> None:
    text = DEFINITION.format(id="d", more="") + claim("own", 9, "callers.failed")
    text += claim("named", 5, "", definition="d", unit="callers")
    assert contradictions(tmp_path / "case", text) == {("named", "own")}


def test_a_sum_of_two_units_is_refused_and_never_added(tmp_path: Path) -> None:
    text = claim("calls", 4, "", unit="calls") + claim("customers", 5, "", unit="customers")
    text += claim("sum", 10, "", unit="calls", parts=["calls", "customers"])
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.toml").write_text(HEAD + text, "utf-8")
    with audit(folder) as found:
        counts = {run.rule: run.count for run in found.rules if run.rule.startswith("PF-00")}
        verdicts = {c.id: c.verdict for c in found.reconciliation.claims}
    assert (counts["PF-001"], counts["PF-002"]) == (0, 1)
    assert verdicts["sum"] == "cannot be tested"


def test_the_last_of_several_corrections_replaces_the_first(tmp_path: Path) -> None:
    """Also where they go round in a circle; two corrections of one figure still contradict each other."""
    text = claim("a", 10, "callers.failed") + claim("b", 8, "callers.failed", supersedes=["a"])
    text += claim("c", 6, "callers.failed", supersedes=["b"])
    assert contradictions(tmp_path / "chain", text) == set()
    text += claim("d", 5, "callers.failed", supersedes=["a"])
    assert contradictions(tmp_path / "fork", text) == {("d", "b"), ("d", "c")}
    text = claim("a", 10, "callers.failed", supersedes=["c"]) + claim(
        "c", 6, "callers.failed", supersedes=["b"]
    )
    text += claim("b", 8, "callers.failed", supersedes=["a"])
    assert contradictions(tmp_path / "circle", text) == set()


def test_a_part_of_a_part_counts_only_some_of_the_sum(tmp_path: Path) -> None:
    text = claim("all", 10, "callers.failed", parts=["half"]) + claim("x", 4, "callers.failed")
    text += claim("half", 10, "callers.failed", parts=["x"])
    assert contradictions(tmp_path / "case", text) == set()


def test_a_correction_before_what_it_replaces_by_way_of_others_is_named(tmp_path: Path) -> None:
    """The one between is known to the month alone."""
    text = HEAD
    for name, said_on, replaced in (
        ("a", "2024-03-15", []),
        ("b", "2024-03", ["a"]),
        ("c", "2024-03-10", ["b"]),
    ):
        text += claim(name, 5, "callers.failed", supersedes=replaced, said_on=said_on)
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.toml").write_text(text, "utf-8")
    with audit(folder) as found:
        run = next(run for run in found.rules if run.rule == "PF-004")
        assert [tuple(row)[:3] for row in run.rows] == [("c", "2024-03-10", "a")]
