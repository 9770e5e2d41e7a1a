"""`auditor export`: files that others read, and what they say of themselves."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from auditor.query.catalogue import public_schema
from tests.called import call

TIDY = Path(__file__).parents[2] / "sample_logs" / "tidy_day"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "tidy"
    shutil.copytree(TIDY, folder, ignore=shutil.ignore_patterns("reports", "case.duckdb*", ".auditor"))
    assert call("run", folder, "-q").returncode == 1
    return folder


@pytest.mark.parametrize("format_", ["parquet", "csv"])
def test_every_public_table_is_a_file_that_the_package_describes(
    case: Path, tmp_path: Path, format_: str
) -> None:
    assert call("export", case, "--format", format_, "-o", tmp_path).returncode == 0
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    tables = {resource["name"]: resource for resource in package["resources"]}
    assert set(tables) == {table.name for table in public_schema()}
    paths = {resource["path"] for resource in tables.values()}
    assert {path.name for path in tmp_path.iterdir()} == {*paths, "datapackage.json"}
    for resource in tables.values():
        content = (tmp_path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
        assert all(field["description"] for field in resource["schema"]["fields"]), resource["name"]
    read = pl.read_parquet if format_ == "parquet" else pl.read_csv
    attempts = read(tmp_path / tables["attempt"]["path"])
    assert attempts.height == 14
    assert attempts.columns == [field["name"] for field in tables["attempt"]["schema"]["fields"]]
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"491570156" not in everything


def test_the_same_case_gives_the_same_bytes(case: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert call("export", case, "-o", tmp_path / name).returncode == 0
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_database_opens_without_the_tool(case: Path, tmp_path: Path) -> None:
    assert call("export", case, "--format", "duckdb", "-o", tmp_path).returncode == 0
    with duckdb.connect(str(tmp_path / "case.duckdb"), read_only=True) as database:
        (found,) = database.execute("SELECT count(*), min(caller_id) FROM attempt").fetchall()
    assert found[0] == 14
    assert not str(found[1]).startswith("+")


def test_in_clear_it_is_for_its_owner_and_leaves_a_line(case: Path, tmp_path: Path) -> None:
    assert call("export", case, "--reveal", "-o", tmp_path).returncode == 2
    given = ["--reveal", "--reason", "for the regulator"]
    assert call("export", case, "--format", "csv", "-o", tmp_path, *given).returncode == 0
    assert "491570156" in (tmp_path / "caller.revealed.csv").read_text()
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}
    assert "for the regulator" in next(case.glob("**/custody.jsonl")).read_text()
    assert call("export", case, "--format", "duckdb", "-o", tmp_path, *given).returncode == 2


def test_the_case_and_its_logs_are_never_written_over(case: Path) -> None:
    assert call("export", case, "-o", case).returncode == 2
    assert call("export", case, "-o", "-").returncode == 2


@pytest.mark.parametrize("name", ["datasette", "harlequin", "dbt", "github", "container", "airflow", "make"])
def test_a_recipe_says_what_it_is_and_is_well_formed(name: str) -> None:
    listed = call("recipe").stdout
    text = call("recipe", name).stdout
    assert text.startswith("# ")
    assert text.split("\n")[0][2:] in listed
    if name == "airflow":
        compile(text, name, "exec")


def test_an_unknown_recipe_is_answered_with_the_nearest() -> None:
    assert "did you mean 'airflow'?" in call("recipe", "airflw").stderr


def test_make_audits_a_case_that_has_changed_and_stops_for_one_that_cannot_be_read(tmp_path: Path) -> None:
    import os
    import subprocess
    import sys

    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "auditor"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -m auditor "$@"\n')
    script.chmod(0o755)
    (tmp_path / "audit.mk").write_text(call("recipe", "make").stdout)
    left = shutil.ignore_patterns("reports", "case.duckdb*", ".auditor")
    shutil.copytree(TIDY, tmp_path / "cases" / "tidy", ignore=left)

    def make() -> subprocess.CompletedProcess[str]:
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        return subprocess.run(
            ["make", "-f", "audit.mk"], cwd=tmp_path, env={**os.environ, "PATH": path},
            capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip

    assert make().returncode == 0
    assert (tmp_path / "cases" / "tidy" / "reports" / "audit.json").is_file()
    assert "auditor run" not in make().stdout, "nothing has changed"
    (tmp_path / "cases" / "tidy" / "case.toml").write_text("[case\n")
    assert make().returncode == 2
