"""sql/: every malformed file is answered with its own sentence, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.catalogue.domains import sql_files
from auditor.catalogue.reference import sql_root
from auditor.catalogue.rulebook import read_rulebook
from auditor.catalogue.sql_file import KINDS, read_sql_file
from auditor.errors import UsageError

RULE = """/*---
id = "EC-900"
title = "A trial"
severity = "low"
why = "To try."
false_positives = []
grain = ["attempt_id"]

[params.within_s]
type = "integer"
unit = "s"
default = 5

[columns]
attempt_id = "VARCHAR"
---*/
SELECT attempt_id FROM attempt WHERE 1 < $within_s
"""


def read(folder: Path, text: str) -> UsageError:
    path = folder / "ec_900_trial.sql"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_sql_file(path, "rules")
    return caught.value


def test_a_rule_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "ec_900_trial.sql"
    path.write_text(RULE, encoding="utf-8")
    rule = read_sql_file(path, "rules")
    assert (rule.id, rule.path, rule.grain) == ("EC-900", "rules/ec_900_trial.sql", ("attempt_id",))
    assert rule.params["within_s"].default == 5


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("/*---", "/*", "does not begin with a /*--- ... ---*/ header"),
        ('id = "EC-900"', "id = EC-900", "header is not TOML"),
        ('id = "EC-900"\n', "", "header lacks 'id'"),
        ('title = "A trial"', 'title = "A trial"\ncolour = "red"', "unknown header key 'colour'"),
        ('severity = "low"', 'severity = "grave"', "'grave' is not a valid Severity"),
        ("$within_s", "5", "parameter $within_s is declared but not used"),
        ("$within_s", "$within_s + $other", "parameter $other is used but not declared"),
        ("SELECT attempt_id FROM attempt", "DELETE FROM attempt", "other than one SELECT"),
        ("SELECT attempt_id", "SELECT 1; SELECT attempt_id", "other than one SELECT"),
        ("SELECT attempt_id FROM", "SELEKT attempt_id FROM", "not SQL"),
        ('unit = "s"', 'unit = "s"\nrange = 3', "parameter 'within_s'"),
    ],
)
def test_a_malformed_file_gets_its_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in RULE
    error = read(tmp_path, RULE.replace(old, new))
    assert sentence in error.message
    assert str(error.where) == "sql/rules/ec_900_trial.sql"


@pytest.mark.parametrize(
    ("kind", "keys", "sentence", "unfilled"),
    [
        ("cautions", "title", "{missing} of {logs} are missing", "logs"),
        ("cautions", "title", "no answer in {names}", "names"),
        ("gates", "id title why spoils remedy", "{of} and {missing}", "missing"),
    ],
)
def test_a_sentence_has_no_place_that_nothing_fills(
    tmp_path: Path, kind: str, keys: str, sentence: str, unfilled: str
) -> None:
    header = (
        "".join(f'{key} = "x"\n' for key in keys.split()) + f'sentence = "{sentence}"\ngrain = ["missing"]\n'
    )
    path = tmp_path / "x.sql"
    path.write_text(f'/*---\n{header}[columns]\nmissing = "BIGINT"\n---*/\nSELECT 1 AS missing')
    with pytest.raises(UsageError, match=f"no column fills the placeholder {{{unfilled}}}"):
        read_sql_file(path, kind)


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "a_bad.sql").write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_rulebook(tmp_path)
    assert f"{len(KINDS)} fault(s)" in caught.value.message


def test_the_statements_of_this_version_are_parsed_here() -> None:
    assert read_rulebook(sql_root()).sha256 == read_rulebook().sha256


def test_an_empty_folder_of_rules_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no SQL file"):
        read_rulebook(tmp_path)


def test_two_files_may_not_share_an_id_or_disagree_on_a_parameter(tmp_path: Path) -> None:
    book = sql_root()
    for kind in KINDS:
        (tmp_path / kind).mkdir()
        source = sql_files(book, kind)[0]
        (tmp_path / kind / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "rules" / "ec_900_one.sql").write_text(RULE, encoding="utf-8")
    (tmp_path / "rules" / "ec_900_two.sql").write_text(
        RULE.replace("default = 5", "default = 6"), encoding="utf-8"
    )
    with pytest.raises(UsageError) as caught:
        read_rulebook(tmp_path)
    assert (
        "id 'rulesEC-900' is in rules/ec_900_one.sql too" in caught.value.message
        or "EC-900" in caught.value.message
    )
    assert "$within_s is declared differently" in caught.value.message


def test_the_shipped_files_are_read_and_their_hash_depends_on_each() -> None:
    book = read_rulebook()
    assert len(book.rules) >= 15
    assert {m.name for m in book.measures} >= {
        "attempts.failed",
        "callers.failed",
        "welfare.missing",
        "records.read",
    }
    assert len(book.sha256) == 64


def test_every_file_name_starts_with_its_id() -> None:
    book = read_rulebook()
    for file in (*book.rules, *book.checks):
        assert file.stem.startswith(file.id.lower().replace("-", "_")), file.path


def test_no_text_for_users_cites_what_they_do_not_have() -> None:
    book = read_rulebook()
    for file in book.files:
        texts = [
            file.title,
            file.why,
            file.definition,
            file.sentence,
            *(c.meaning for c in file.declared.values()),
        ]
        assert not any("contract " in text for text in texts), file.path
