"""A case of more sources and exclusions than a machine word has bits: everything that counts by them runs,
and counts right."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from auditor.claims import explain, of_measure
from auditor.claims.inversion import MOST_SOURCES
from auditor.cli import auditor
from auditor.pipeline import read_figures
from auditor.report.content.searches import limits
from auditor.report.draw.json import schema

SOURCES, EXCLUSIONS = 70, 70
COLUMNS = (
    "call_id",
    "network",
    "element",
    "started_at",
    "released_at",
    "calling_number",
    "dialled",
    "release_cause",
)
EXPLAINED = ("explain", "CASE", "70", "--most", "400")


def record(number: int, call: str) -> tuple[str, ...]:
    """A refused call of a caller of its own, a minute after the one before."""
    start = f"2024-03-12T{number // 60:02}:{number % 60:02}"
    return (
        call,
        "alpha",
        "e1",
        f"{start}:00.000+00:00",
        f"{start}:10.000+00:00",
        f"+6141200{number:04}",
        "000",
        "34",
    )


def write(folder: Path, sources: int, exclusions: int) -> Path:
    """A source an attempt; the attempt of source 1 stands in the last two as well. Exclusion n names the
    caller of source n."""
    folder.mkdir()
    text = ['[case]\ntitle = "many"\nregime = "au"\n']
    for n in range(1, sources + 1):
        rows = [record(n, f"id{n}")] + ([record(1, "id1")] if n >= sources - 1 else [])
        with (folder / f"s{n}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([COLUMNS, *rows])
        text.append(f'[[source]]\nrole = "attempts"\npath = "s{n}.csv"\n')
    exclusion = (
        '[[exclusion]]\nid = "x{0}"\nwho = "A"\nwhen = "2024-04-01"\nwhy = "w"\ncallers ='
        ' ["+6141200{0:04}"]\n'
    )
    text += [exclusion.format(n) for n in range(1, exclusions + 1)]
    text.append(
        f'[[claim]]\nid = "c"\nfigure = {sources - 1}\nunit = "attempts"\nmeasure ='
        ' "attempts.failed"\nsaid_by = "B"\n'
    )
    text.append(f'said_on = "2024-04-02"\nsources = ["!s{sources // 2}.csv"]\n')
    (folder / "case.toml").write_text("".join(text), "utf-8")
    return folder


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("many") / "case", SOURCES, EXCLUSIONS)


def invoked(many: Path, *words: str) -> Result:
    return CliRunner().invoke(auditor, ["-q", *(str(many) if word == "CASE" else word for word in words)])


@pytest.mark.holds("crash.5", "crash.6")
def test_sources_and_exclusions_are_counted_without_a_limit(many: Path) -> None:
    base = of_measure("attempts.failed")
    assert base is not None
    last = tuple(f"s{n}.csv" for n in (1, SOURCES - 1, SOURCES))
    with read_figures(many) as (_, figures, _store):
        assert figures.value(base) == SOURCES
        assert figures.value(base.with_(sources=("s1.csv",))) == 1
        assert figures.value(base.with_(sources=("!s1.csv",))) == SOURCES
        assert figures.value(base.with_(sources=tuple(f"!{path}" for path in last))) == SOURCES - 3
        assert figures.value(base.with_(sources=last)) == 3
        assert figures.value(base.with_(exclusions=("x1", f"x{EXCLUSIONS}"))) == SOURCES - 2
        assert (
            figures.value(base.with_(exclusions=tuple(f"x{n}" for n in range(1, EXCLUSIONS + 1))))
            == SOURCES - EXCLUSIONS
        )
        assert figures.value(base.with_(sources=("s1.csv", "s2.csv"), exclusions=("x2",))) == 1
        assert (
            figures.rows(base.with_(sources=("s1.csv",))).keys()
            == figures.rows(base.with_(sources=last[:1])).keys()
        )


@pytest.mark.holds("crash.5", "crash.6")
def test_every_command_that_counts_by_them_runs(many: Path) -> None:
    run = invoked(many, "run", "CASE", "--without", "x70", "--format", "json")
    told = json.loads(run.stdout)
    jsonschema.validate(told, schema())
    (reversed_,) = told["without"]
    assert (reversed_["attempts_failed_by_the_logs"], reversed_["attempts_failed_with_exclusions"]) == (
        SOURCES,
        SOURCES - EXCLUSIONS,
    )
    assert reversed_["attempts_failed_if_reversed"] == SOURCES - EXCLUSIONS + 1
    assert [c["verdict"] for c in told["claims"]] == ["agrees"]
    bridge = json.loads(invoked(many, "bridge", "CASE", "attempts.failed", "c", "--format", "json").stdout)
    assert [(s["name"], s["change"]) for s in bridge["steps"]] == [("sources", -1)]
    assert (
        json.loads(invoked(many, "range", "CASE", "attempts.failed", "--format", "json").stdout)["value"]
        == SOURCES
    )
    assert invoked(many, "claims", "CASE").exit_code == 0


def test_leaving_out_sources_one_by_one_is_bounded_and_says_so(many: Path) -> None:
    with read_figures(many) as (_, figures, _store):
        found = explain(figures, SOURCES - 1, most=5_000)
        left_out = {
            dict(h.definition.settings)["sources"]
            for h in found.hits
            if h.switches == 1 and "sources" in dict(h.definition.settings)
        }
    assert len(left_out) == MOST_SOURCES - 1, (
        "leaving out source 1 changes nothing: two others hold its attempt"
    )
    assert limits(found) == (
        (
            f"of {SOURCES} sources the {MOST_SOURCES} with the most failed attempts were left out one by one,"
            " the other 20 were not"
        ),
    )
    assert " ".join(limits(found)[0].split()) in " ".join(invoked(many, *EXPLAINED).stdout.split())
    assert json.loads(invoked(many, *EXPLAINED, "--format", "json").stdout)["limits"] == list(limits(found))


def test_shares_are_given_in_both_formats_or_it_is_said_why_not(many: Path) -> None:
    ends = ("bridge", "CASE", "attempts.failed")
    told = json.loads(invoked(many, *ends, "c", "--order-free", "--format", "json").stdout)
    assert (told["shares"], told["shares_words"]) == ({"sources": "-1"}, "")
    told = json.loads(invoked(many, *ends, "callers.failed", "--order-free", "--format", "json").stdout)
    assert told["shares"] == {}
    assert "do not differ in the switches of one measure" in told["shares_words"]
    assert "there are no shares" in invoked(many, *ends, "callers.failed", "--order-free").stdout
