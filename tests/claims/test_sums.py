"""Published sums that no log can test: their parts may refute them all the same."""

from __future__ import annotations

import pytest

from auditor.pipeline import audit

CLAIM = """
[[claim]]
id = "{id}"
said_by = "Minister"
said_on = "2024-04-03"
figure = {figure}
unit = "calls"
qualifier = "{qualifier}"
"""
CASES = {
    "equal": (65, "exact", "exact"),
    "more": (66, "exact", "exact"),
    "least_more": (66, "at_least", "exact"),
    "least_less": (64, "at_least", "exact"),
    "most_less": (64, "up_to", "exact"),
    "most_more": (66, "up_to", "exact"),
    "round": (70, "about", "exact"),
    "round_far": (90, "about", "exact"),
    "nearly_far": (90, "nearly", "exact"),
    "round_parts": (66, "exact", "about"),
    "round_parts_far": (90, "exact", "about"),
    "least_parts": (64, "exact", "at_least"),
    "least_parts_less": (66, "exact", "at_least"),
    "most_parts": (66, "exact", "up_to"),
    "most_parts_more": (64, "exact", "up_to"),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    text = '[case]\ntitle = "Published figures"\nregime = "au"\n'
    for name, (figure, qualifier, of_parts) in CASES.items():
        text += CLAIM.format(id=f"{name}_1", figure=40, qualifier=of_parts)
        text += CLAIM.format(id=f"{name}_2", figure=25, qualifier=of_parts)
        text += CLAIM.format(id=name, figure=figure, qualifier=qualifier)
        text += f'parts = ["{name}_1", "{name}_2"]\n'
    folder = tmp_path_factory.mktemp("sums") / "case"
    folder.mkdir()
    (folder / "case.toml").write_text(text, "utf-8")
    with audit(folder) as found:
        assert not found.files
        rule = next(run for run in found.findings if run.rule == "PF-001")
        refuted = {str(row[0]) for row in rule.rows}
        claims = found.reconciliation.claims
    assert refuted == {c.id for c in claims if c.verdict == "its parts do not add up to it"}
    return {claim.id: claim.verdict for claim in claims}


@pytest.mark.parametrize(
    "name",
    [
        *("more", "least_more", "most_less", "round_far", "nearly_far", "round_parts_far"),
        *("least_parts", "most_parts"),
    ],
)
def test_a_sum_that_its_parts_refute_is_called_wrong_without_a_log(
    verdicts: dict[str, str], name: str
) -> None:
    assert verdicts[name] == "its parts do not add up to it"


@pytest.mark.parametrize(
    "name",
    [
        *("equal", "least_less", "most_more", "round", "round_parts", "more_1"),
        *("least_parts_less", "most_parts_more"),
    ],
)
def test_a_sum_that_its_parts_allow_cannot_be_tested_without_a_log(
    verdicts: dict[str, str], name: str
) -> None:
    assert verdicts[name] == "cannot be tested"
