from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.case import DATABASE
from auditor.catalogue.rulebook import read_rulebook
from auditor.errors import ResourceError
from auditor.private import FOLDER
from auditor.query.access import LIVE, SNAPSHOT
from auditor.query.catalogue import public_schema
from auditor.record import snapshot
from auditor.record.snapshot import KEY, snapshot_path, tokens_of, write_snapshot
from auditor.store import Params, Store, open_locked, open_memory, open_read
from auditor.text import NUMBER
from tests.query.made import ANN, BEN, CID, DOT, IMEI, STRANGER


def test_the_names_of_the_files_agree() -> None:
    assert DATABASE == LIVE
    assert snapshot_path(Path(LIVE)).name == SNAPSHOT


def test_no_identity_is_in_the_snapshot_not_even_in_its_bytes(case: Path) -> None:
    content = (case / FOLDER / SNAPSHOT).read_bytes()
    for number in (ANN, BEN, CID, DOT, STRANGER):
        assert number[1:].encode() not in content
        assert number[3:].encode() not in content
    assert IMEI[:14].encode() not in content
    assert b"Jo Smith" not in content
    assert (case / FOLDER / KEY).read_bytes().strip() not in content


def test_every_column_of_every_public_table_declares_its_privacy() -> None:
    assert [f"{t.name}.{c.name}" for t in public_schema() for c in t.columns if not c.privacy] == []


def test_one_person_has_one_token_in_every_table(case: Path) -> None:
    store = open_read(case / FOLDER / SNAPSHOT)
    (token,) = {t for t in tokens_of(case, [ANN]) if t.startswith("tel:")}
    for query in (
        (
            "SELECT DISTINCT caller_id FROM attempt WHERE attempt_id IN (SELECT attempt_id FROM attempt ORDER"
            " BY started_at_utc LIMIT 2)"
        ),
        (
            "SELECT DISTINCT e164 FROM attempt WHERE attempt_id IN (SELECT attempt_id FROM attempt ORDER BY"
            " started_at_utc LIMIT 2)"
        ),
        "SELECT DISTINCT calling_number FROM attempt_record WHERE call_id IN ('a1', 'a2')",
        "SELECT caller_id FROM welfare_check",
        "SELECT calling_number FROM welfare_record",
        "SELECT caller_id FROM welfare_duty WHERE status = 'in_time'",
    ):
        assert store.query(query) == [(token,)], query
    store.close()


def test_joins_give_in_the_snapshot_what_they_give_in_the_live_case(case: Path) -> None:
    for query in (
        "SELECT count(*) FROM attempt INNER JOIN caller USING (caller_id)",
        "SELECT count(DISTINCT caller_id), count(DISTINCT e164), count(DISTINCT imei14) FROM attempt",
        "SELECT count(*) FROM attempt_record AS r INNER JOIN centre_record AS c USING (call_id)",
        "SELECT count(*) FROM centre_call INNER JOIN caller USING (caller_id)",
        "SELECT state, count(*) FROM attempt GROUP BY ALL ORDER BY ALL",
        "SELECT status, elapsed_ms FROM welfare_duty ORDER BY ALL",
    ):
        found = []
        for name in (LIVE, SNAPSHOT):
            store = open_read(case / FOLDER / name)
            found.append(store.query(query))
            store.close()
        assert found[0] == found[1], query


def test_free_text_is_withheld_and_a_rejected_line_too(case: Path) -> None:
    store = open_read(case / FOLDER / SNAPSHOT)
    assert store.query("SELECT DISTINCT line_text FROM reject") == [("withheld",)]
    ((operator,),) = store.query("SELECT operator FROM welfare_check")
    assert operator.startswith("person:")
    store.close()


@pytest.mark.parametrize(
    ("treatment", "text", "shown"),
    [
        ("id", "a1@host", "a1@host"),
        ("id", "61491570156@host", "id:"),
        ("id", "0491 570 156", "id:"),
        ("id", "000", "000"),
        ("prose", "cdr_61491570156.csv", "cdr_•••••.csv"),
        ("path", "attempts-20240312.csv", "attempts-20240312.csv"),
        ("path", "0412-20240312.csv", "0412-20240312.csv"),
        ("path", "0420240312.csv", "•••••.csv"),
        ("prose", "rang 0491 570 156 on 2024-03-12", "rang ••••• on •••••"),
        ("prose", "from 2024-03-12 17:00 on", "from 2024-03-12 17:00 on"),
        ("id", "0412_345_678", "id:"),
        ("id", "495-123-45-67", "id:"),
        ("id", "505-01-1-17", "id:"),
        ("cell", "505-01-1-17", "505-01-1-17"),
        ("cell", "505-01-65279-65535", "505-01-65279-65535"),
        ("cell", "505-01-0000-123456", "id:"),
        ("cell", "north 0491570156", "id:"),
        ("id", "mme-01 at 192.168.100.12", "mme-01 at 192.168.100.12"),
        ("id", "49157015", "id:"),
        ("id", "01.23.45.67.89", "id:"),
        ("id", "caller 06.12.34.56.78", "id:"),
        ("id", "+33.6.12.34.56.79", "id:"),
        ("id", "+201012151045", "id:"),
        ("id", "sip 192.0.2.1.", "sip 192.0.2.1."),
        ("id", "0491%2D570%2D156", "id:"),
        ("cell", "0491  -  570  -  156", "id:"),
        ("id", "0491     570     156", "id:"),
        ("id", "0491%2x570%2x156", "0491%2x570%2x156"),
        ("prose", "rang 0491%2D570%2d156 twice", "rang ••••• twice"),
        ("code", "35209900", "35209900"),
        ("record", "61491570:199", "61491570:199"),
        ("shape", "12/03 J Döe", "99/99 x xxx"),
        ("withheld", "anything", "withheld"),
        ("nobody thought of it", "anything", "withheld"),
        ("caller", "record:00000000:1", "record:00000000:1"),
        ("caller", "something new", "id:"),
        ("imsi", "505-01 123", "imsi:"),
        ("plain", "north", "north"),
    ],
)
def test_each_kind_of_text_is_shown_in_its_way(treatment: str, text: str, shown: str) -> None:
    sql = snapshot._shown(treatment, "$text")
    key = {"key": "0" * 32} if "$key" in sql else {}
    ((found,),) = duckdb.execute(f"SELECT {sql}", {"text": text, **key}).fetchall()
    ((unknown,),) = duckdb.execute(f"SELECT {sql}", {"text": None, **key}).fetchall()
    assert found.startswith(shown) if shown.endswith(":") else found == shown
    assert unknown is None


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789+-. :T\\xu_a%D", max_size=24))
def test_a_text_of_ascii_is_asked_as_any_other(text: str) -> None:
    asked = ", ".join(
        f"regexp_matches($text, '{number}')"
        for number in (snapshot._COULD_BE_NUMBER, snapshot._COULD_BE_NUMBER_IN_ASCII)
    )
    ((of_any, of_ascii),) = duckdb.execute(f"SELECT {asked}", {"text": text}).fetchall()
    assert of_any == of_ascii


@settings(max_examples=100, deadline=None)
@given(st.text("0123456789+-. ,%2D\u00a0\u0663é\\x_", min_size=7, max_size=30))
def test_the_snapshot_takes_for_a_number_whatever_a_report_does(text: str) -> None:
    sql = f"regexp_matches($text, '{snapshot._COULD_BE_NUMBER}')"
    ((found,),) = duckdb.execute(f"SELECT {sql}", {"text": text}).fetchall()
    assert found or not re.search(NUMBER, text)


@pytest.mark.parametrize(("rows", "is_looked_at"), [(1, True), (snapshot._SMALL, False)])
def test_only_ascii_is_asked_for_where_every_number_of_a_column_is_in_ascii(
    rows: int, is_looked_at: bool
) -> None:
    """In a large table not every text is looked at: all scripts are asked for there."""
    store = open_memory()
    store.execute("CREATE TABLE spoken (plain VARCHAR, other VARCHAR, mixed VARCHAR, lacking VARCHAR)")
    store.execute("INSERT INTO spoken VALUES ('Zoë', NULL, '٠٤٩١٥٧٠١٥٦', 'Zoë on 2024')")
    store.execute(
        f"INSERT INTO spoken SELECT 'at 61491570156', '٠٤٩١٥٧٠١٥٦', '61491570156', NULL FROM range({rows})"
    )
    texts = ["plain", "other", "mixed", "lacking"]
    found = snapshot._with_digits(store, {"spoken": texts}, {"spoken": rows + 1})
    store.close()
    assert found == {"spoken": {"plain": is_looked_at, "other": False, "mixed": False}}


def test_sql_and_python_make_the_same_token() -> None:
    key = "0123456789abcdef" * 2
    ((found,),) = duckdb.execute(
        f"SELECT {snapshot._hash('tel', '$text')}", {"text": ANN, "key": key}
    ).fetchall()
    assert found == snapshot._token(key, "tel", ANN)
    assert found != snapshot._token("f" * 32, "tel", ANN)


def test_the_key_and_the_snapshot_are_for_their_owner_only(case: Path) -> None:
    assert (case / FOLDER / KEY).stat().st_mode & 0o777 == 0o600
    assert (case / FOLDER / SNAPSHOT).stat().st_mode & 0o777 == 0o600


def test_tokens_stay_the_same_from_run_to_run(own_case: Path) -> None:
    def tokens() -> list[object]:
        store = open_read(own_case / FOLDER / SNAPSHOT)
        found = store.query("SELECT caller_id FROM caller ORDER BY 1")
        store.close()
        return list(found)

    before = tokens()
    live = open_locked(own_case / FOLDER / LIVE)
    write_snapshot(live, own_case / FOLDER / LIVE, read_rulebook())
    live.close()
    assert tokens() == before
    assert sorted(p.name for p in (own_case / FOLDER).iterdir() if "snapshot" in p.name) == [SNAPSHOT]


def test_a_snapshot_that_fails_leaves_none_rather_than_an_old_one(
    own_case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = open_locked(own_case / FOLDER / LIVE)
    whole = Store.execute

    def full(self: Store, sql: str, params: Params = None, *, name: str = "") -> None:
        if name == "snapshot of measure":
            raise ResourceError("no space left")
        whole(self, sql, params, name=name)

    monkeypatch.setattr(Store, "execute", full)
    with pytest.raises(ResourceError):
        write_snapshot(live, own_case / FOLDER / LIVE, read_rulebook())
    monkeypatch.undo()
    assert not [p.name for p in (own_case / FOLDER).iterdir() if "snapshot" in p.name]
    write_snapshot(live, own_case / FOLDER / LIVE, read_rulebook())
    live.close()
    assert (own_case / FOLDER / SNAPSHOT).is_file()


@pytest.mark.parametrize("name", [LIVE, SNAPSHOT])
def test_an_older_client_reads_the_file_and_its_comments(name: str, case: Path) -> None:
    client = shutil.which("duckdb", path=str(Path(sys.executable).parent))
    if client is None:
        pytest.skip("the duckdb command line is not installed")
    before = hashlib.sha256((case / FOLDER / name).read_bytes()).hexdigest()
    query = (
        "SELECT state, count(*) FROM attempt GROUP BY ALL; SELECT comment FROM duckdb_columns() WHERE"
        " column_name = 'is_failed'"
    )
    ran = subprocess.run(
        [client, "-readonly", "-csv", str(case / FOLDER / name), query],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "delivered,2" in ran.stdout
    assert "failed,4" in ran.stdout
    assert "has at least one failed episode" in ran.stdout
    assert hashlib.sha256((case / FOLDER / name).read_bytes()).hexdigest() == before


def test_parameters_are_shown_by_their_names(case: Path) -> None:
    store = open_read(case / FOLDER / SNAPSHOT)
    found = store.query("SELECT value, unit FROM parameter WHERE name = 'episode_gap_s'")
    store.close()
    assert found == [("600", "s")]
