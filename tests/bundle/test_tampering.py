"""Each way to tamper with a bundle is named, whether the manifests are forged with it or not."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.bundle.line import DIFFERS, MISSING, NOT_RECOMPUTED
from auditor.bundle.signature import make_key, read_public_key, read_secret_key
from auditor.bundle.verify import verify_bundle
from auditor.errors import AuditorError
from tests.bundle.sealed import Members, Sealed, change_json, edited, forged, members_of, replace, write

AUDIT, OWN = "reports/audit.json", "sealed.json"
MEASURE, RULE = "attempts.failed", "EC-001"


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    def apply(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        assert document[path[-1]] != to
        document[path[-1]] = to

    return apply


def _entry(part: str, by: str, name: str, key: str, to: object) -> Callable[[Any], None]:
    def apply(document: Any) -> None:
        (entry,) = [e for e in document[part] if e[by] == name]
        assert entry[key] != to
        entry[key] = to

    return apply


FORGED = {
    "a record of an input": (replace("case/logs/attempts-1.csv", "503", "200"), "measure", MEASURE, DIFFERS),
    "an input and its hashes": (replace("case/centre.csv", "c1,a2", "c1,a9"), "input", "centre.csv", DIFFERS),
    "a log left out": (lambda m: m.pop("case/welfare.csv"), "input", "welfare.csv", MISSING),
    "the window of the outage": (
        replace("case/case.toml", "2024-03-13T02:00:00", "2024-03-12T17:30:00"),
        "run",
        "id",
        DIFFERS,
    ),
    "a layout": (replace("case/layouts/alpha.toml", "A_NUM", "network"), "run", "id", DIFFERS),
    "the outlines of areas": (replace("case/areas.geojson", "north", "south"), "run", "id", DIFFERS),
    "a rule": (
        replace("rules/carriage/rules/ec_001_failed_in_significant_outage.sql", "SELECT", "SELECT DISTINCT"),
        "rule",
        "rules/carriage/rules/ec_001_failed_in_significant_outage.sql",
        DIFFERS,
    ),
    "the header of a rule": (
        replace("rules/welfare/rules/wc_001_missing_check.sql", 'severity = "critical"', 'severity = "low"'),
        "rule",
        "rules/welfare/rules/wc_001_missing_check.sql",
        DIFFERS,
    ),
    "a table of codes": (
        replace("rules/reference/sip_status.csv", "503", "603"),
        "rule",
        "rules/reference/sip_status.csv",
        DIFFERS,
    ),
    "a rule left out": (
        lambda m: m.pop("rules/welfare/rules/wc_001_missing_check.sql"),
        "rule",
        "rules/welfare/rules/wc_001_missing_check.sql",
        MISSING,
    ),
    "a rule of somebody's own": (
        lambda m: m.update({"rules/carriage/rules/ec_999.sql": b"SELECT 1"}),
        "rule",
        "rules/carriage/rules/ec_999.sql",
        DIFFERS,
    ),
    "the regime": (replace("rules/regimes/au.toml", "000", "001"), "rule", "rules/regimes/au.toml", DIFFERS),
    "a parameter": (
        change_json(AUDIT, _entry("parameters", "name", "episode_gap_s", "value", 1)),
        "parameter",
        "episode_gap_s",
        DIFFERS,
    ),
    "a parameter of the command line": (
        change_json(AUDIT, _entry("parameters", "name", "match_after_s", "value", 1)),
        "run",
        "id",
        DIFFERS,
    ),
    "a measure": (change_json(AUDIT, _set("measures", MEASURE, "value", to=1)), "measure", MEASURE, DIFFERS),
    "a measure left out": (
        change_json(AUDIT, lambda d: d["measures"].pop(MEASURE)),
        "measure",
        MEASURE,
        MISSING,
    ),
    "the count of a finding": (
        change_json(AUDIT, _entry("rules", "rule", RULE, "count", 0)),
        "finding",
        RULE,
        DIFFERS,
    ),
    "a sum": (
        change_json(AUDIT, _entry("balances", "id", "BAL-001", "actual", 99)),
        "balance",
        "BAL-001",
        DIFFERS,
    ),
    "a gate": (
        change_json(AUDIT, _entry("gates", "id", "gone", "holds", False)),
        "gate",
        "gone",
        DIFFERS,
    ),
    "the moment of the audit": (
        change_json(AUDIT, lambda d: d.update(as_of="2024-03-14T00:00:00+00:00")),
        "report",
        "audit.json",
        DIFFERS,
    ),
    "the status": (change_json(AUDIT, _set("status", to="qualified")), "status", "status", DIFFERS),
    "a sentence of the report": (replace(AUDIT, "Sealed", "Opened"), "report", "audit.json", DIFFERS),
    "another report": (replace("reports/findings.csv", RULE, "EC-002"), "report", "findings.csv", DIFFERS),
    "a report left out": (lambda m: m.pop("reports/callers.csv"), "report", "callers.csv", MISSING),
    "the run's id": (change_json(OWN, _set("run", to="0" * 64)), "run", OWN, DIFFERS),
    "the root of a table": (
        change_json(OWN, _entry("tables", "name", "attempt", "root", "0" * 64)),
        "table",
        "attempt",
        DIFFERS,
    ),
    "the rows of a table": (
        change_json(OWN, _entry("tables", "name", "caller", "rows", 7)),
        "table",
        "caller",
        DIFFERS,
    ),
    "the root of the places of callers": (
        change_json(OWN, _entry("tables", "name", "attempt", "places_root", "0" * 64)),
        "table",
        "attempt",
        DIFFERS,
    ),
    "a table left out": (change_json(OWN, lambda d: d["tables"].pop()), "table", "worklist", MISSING),
    "the version of the tool": (change_json(OWN, _set("tool", "sql", to="9.9")), "tool", "sql", DIFFERS),
    "the version number of the tool": (
        change_json(OWN, _set("tool", "auditor", to="9.9")), "tool", "auditor", DIFFERS
    ),
    "the hash of the lock file": (
        change_json(OWN, _set("tool", "lock_sha256", to="0")),
        "tool",
        "lock_sha256",
        DIFFERS,
    ),
    "the hash of an input": (
        change_json(OWN, _entry("inputs", "path", "centre.csv", "sha256", "0")),
        "input",
        "held: centre.csv",
        DIFFERS,
    ),
    "the metadata": (replace("ro-crate-metadata.json", "CreateAction", "Action"), "manifest",
                     "ro-crate-metadata.json", DIFFERS),
    "a word in a line of custody": (replace("custody.jsonl", "to have", "to sell"), "custody",
                                    "custody.jsonl", DIFFERS),
    "a line of custody left out": (
        lambda m: m.update({"custody.jsonl": m["custody.jsonl"].partition(b"\n")[2]}), "custody",
        "custody.jsonl", DIFFERS),
    "the last line of custody left out": (
        lambda m: m.update({"custody.jsonl": b"".join(m["custody.jsonl"].splitlines(True)[:-1])}), "custody",
        "custody.jsonl", DIFFERS),
    "two lines of custody exchanged": (
        lambda m: m.update({"custody.jsonl": b"".join(m["custody.jsonl"].splitlines(True)[::-1])}), "custody",
        "custody.jsonl", DIFFERS),
    "the custody log left out": (lambda m: m.pop("custody.jsonl"), "custody", "custody.jsonl", MISSING),
    "a line of custody that is none": (replace("custody.jsonl", '{"', '"'), "custody", "custody.jsonl",
                                       DIFFERS),
}  # fmt: skip


@pytest.mark.usefixtures("recomputed_once")
@pytest.mark.parametrize("what", FORGED)
def test_what_was_forged_is_named_though_the_manifests_agree_with_it(
    what: str, sealed: Sealed, tmp_path: Path
) -> None:
    change, kind, name, state = FORGED[what]
    lines = verify_bundle(forged(sealed.bundle, tmp_path / "forged.zip", change))
    assert (kind, name, state) in {(line.kind, line.name, line.state) for line in lines}
    assert all(line.holds for line in lines if line.kind in ("file", "signature"))


SIGNATURE, TAGS, PAYLOAD = "tagmanifest-sha256.txt.minisig", "tagmanifest-sha256.txt", "manifest-sha256.txt"


def _flip(name: str, line: int) -> Callable[[Members], None]:
    """Another byte in the middle of one line of base64."""

    def apply(members: Members) -> None:
        lines = members[name].decode().split("\n")
        raw = bytearray(base64.b64decode(lines[line]))
        raw[-1] ^= 1
        lines[line] = base64.b64encode(raw).decode()
        members[name] = "\n".join(lines).encode()

    return apply


def _without_line(name: str, part: str) -> Callable[[Members], None]:
    def apply(members: Members) -> None:
        kept = [line for line in members[name].splitlines(keepends=True) if part.encode() not in line]
        assert len(kept) < len(members[name].splitlines())
        members[name] = b"".join(kept)

    return apply


EDITED = {
    "an input": (replace("data/case/centre.csv", "c1", "c9"), "file", "data/case/centre.csv", DIFFERS),
    "a line of custody": (replace("data/custody.jsonl", "custody", "CUSTODY"), "file", "data/custody.jsonl",
                          DIFFERS),
    "a line of the manifest": (replace(PAYLOAD, "0", "1"), "file", PAYLOAD, DIFFERS),
    "a line of the manifest of tags": (replace(TAGS, "0", "1"), "signature", SIGNATURE, DIFFERS),
    "the declaration of the bag": (replace("bagit.txt", "1.0", "0.9"), "file", "bagit.txt", DIFFERS),
    "the description of the bag": (replace("bag-info.txt", "Sealed", "Opened"), "file", "bag-info.txt",
                                   DIFFERS),
    "an entry taken out of the manifest": (_without_line(PAYLOAD, "case/centre.csv"), "file",
                                           "data/case/centre.csv", DIFFERS),
    "the manifest of tags shortened": (_without_line(TAGS, "bag-info.txt"), "manifest", "bag-info.txt",
                                       MISSING),
    "an extra file": (lambda m: m.update({"data/x.csv": b"x"}), "file", "data/x.csv", DIFFERS),
    "an extra file beside the payload": (lambda m: m.update({"x.txt": b"x"}), "file", "x.txt", DIFFERS),
    "a file that is gone": (lambda m: m.pop("data/reports/findings.csv"), "file", "data/reports/findings.csv",
                            MISSING),
    "a signature": (_flip(SIGNATURE, 1), "signature", SIGNATURE, DIFFERS),
    "the second signature": (_flip(SIGNATURE, 3), "signature", SIGNATURE, DIFFERS),
    "the trusted comment": (replace(SIGNATURE, "trusted comment: audit", "trusted comment: Audit"),
                            "signature", SIGNATURE, DIFFERS),
    "a signature that is none": (lambda m: m.update({SIGNATURE: b"signed, me\n"}), "signature", SIGNATURE,
                                 DIFFERS),
    "a signature that is gone": (lambda m: m.pop(SIGNATURE), "signature", SIGNATURE, MISSING),
    "the public key": (_flip("data/sealer.pub", 1), "signature", SIGNATURE, DIFFERS),
}  # fmt: skip


@pytest.mark.usefixtures("recomputed_once")
@pytest.mark.parametrize("what", EDITED)
def test_what_was_edited_is_named(what: str, sealed: Sealed, tmp_path: Path) -> None:
    change, kind, name, state = EDITED[what]
    lines = verify_bundle(edited(sealed.bundle, tmp_path / "edited.zip", change))
    assert (kind, name, state) in {(line.kind, line.name, line.state) for line in lines}


@pytest.mark.usefixtures("recomputed_once")
def test_a_bundle_signed_anew_by_somebody_else_is_not_by_the_key_that_is_asked_for(
    sealed: Sealed, tmp_path: Path
) -> None:
    make_key(tmp_path / "other")
    other = read_secret_key(tmp_path / "other")

    def sign(members: Members) -> None:
        members[SIGNATURE] = other.sign(members[TAGS], "audit")

    again = edited(sealed.without, tmp_path / "again.zip", sign)
    asked = read_public_key(sealed.public.read_bytes(), "key.pub")
    (line,) = [line for line in verify_bundle(again, public_key=asked) if line.kind == "signature"]
    assert line.state == DIFFERS
    assert other.public.id in line.detail


@pytest.mark.usefixtures("recomputed_once")
def test_who_asks_for_a_key_is_not_content_with_a_bundle_that_nobody_signed(
    sealed: Sealed, tmp_path: Path
) -> None:
    unsigned = forged(sealed.bundle, tmp_path / "unsigned.zip", lambda members: None)
    asked = read_public_key(sealed.public.read_bytes(), "key.pub")
    assert all(line.holds for line in verify_bundle(unsigned))
    wrong = [line for line in verify_bundle(unsigned, public_key=asked) if not line.holds]
    assert [(line.kind, line.state) for line in wrong] == [("signature", MISSING)]


@settings(max_examples=40)
@given(data=st.data())
def test_no_byte_of_a_file_can_be_changed_unseen(sealed: Sealed, data: st.DataObject) -> None:
    folder, members = members_of(sealed.without)
    # minisign's own first line is a comment that nothing signs, and it says so.
    names = sorted(name for name in members if not name.startswith("data/rules/") and name != SIGNATURE)
    name = data.draw(st.sampled_from(names))
    content = bytearray(members[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with tempfile.TemporaryDirectory() as made:
        changed = write(Path(made) / "changed.zip", folder, {**members, name: bytes(content)})
        try:
            lines = verify_bundle(changed, public_key=read_public_key(sealed.public.read_bytes(), ""))
        except AuditorError:
            return
    wrong = {(line.kind, line.name) for line in lines if not line.holds and line.state != NOT_RECOMPUTED}
    assert (("signature", SIGNATURE) if name == TAGS else ("file", name)) in wrong
