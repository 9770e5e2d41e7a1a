"""A small case, sealed once for all tests, and the means to forge its bundle."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.bundle import bag, container, crate
from auditor.bundle.container import Content
from tests.called import call

CASE = """[case]
title = "Sealed"
regime = "au"
[[outage]]
id = "national"
networks = ["alpha"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-13T02:00:00+00:00
[[footprint]]
id = "said"
outage = "national"
said_by = "alpha"
said_on = "2024-03-14"
areas = ["areas.geojson"]
[[source]]
role = "attempts"
path = "logs/attempts-*.csv"
layout = "alpha"
[[source]]
role = "centre"
path = "centre.csv"
[[source]]
role = "welfare"
path = "welfare.csv"
"""
LAYOUT = 'columns = { calling_number = "A_NUM" }\n'
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "north"},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
        }
    ],
}
ATTEMPTS = """call_id,network,element,started_at,released_at,A_NUM,dialled,sip_status
a1,alpha,e1,2024-03-12T17:10:00Z,2024-03-12T17:10:09Z,+61491570156,000,503
a2,alpha,e1,2024-03-12T17:20:00Z,2024-03-12T17:20:30Z,+61491570157,000,200
"""
MORE = """call_id,network,element,started_at,released_at,A_NUM,dialled,sip_status
a3,alpha,e1,2024-03-12T18:10:00Z,2024-03-12T18:10:09Z,+61491570158,000,503
a4,alpha,e1,2024-03-12T18:20:00Z,2024-03-12T18:20:30Z,+61491570110,0299990000,200
"""
CENTRE = """centre_call_id,call_id,presented_at,answered_at,calling_number
c1,a2,2024-03-12T17:20:02Z,2024-03-12T17:20:05Z,+61491570157
"""
WELFARE = """check_id,calling_number,attempted_at,method,outcome
w1,+61491570156,2024-03-12T19:00:00Z,call,contacted
"""
NUMBERS = ("491570156", "491570157", "491570158", "491570110")


def make_case(folder: Path) -> Path:
    """The case, not audited yet."""
    for name, text in {
        "case.toml": CASE,
        "layouts/alpha.toml": LAYOUT,
        "areas.geojson": json.dumps(AREAS),
        "logs/attempts-1.csv": ATTEMPTS,
        "logs/attempts-2.csv": MORE,
        "centre.csv": CENTRE,
        "welfare.csv": WELFARE,
        "letter.eml": "A file that no source names.\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def audited(folder: Path) -> Path:
    """The case with its reports."""
    assert call("run", make_case(folder), "-q", "-p", "match_after_s=90").returncode == 1
    return folder


@dataclass(frozen=True)
class Sealed:
    """The case, its bundles with logs (signed) and without, and the key."""

    case: Path
    bundle: Path
    without: Path
    key: Path

    @property
    def public(self) -> Path:
        return self.key.with_name("key.pub")


def seal_all(folder: Path) -> Sealed:
    """Audit and seal."""
    case, key = audited(folder / "case"), folder / "key"
    reveal = call("rejects", case, "--reveal", "--reason", "to have a line of custody")
    assert reveal.returncode == 0, reveal.stderr
    assert call("key", "new", key).returncode == 0
    made = Sealed(case, folder / "audit.zip", folder / "without.zip", key)
    for args in (
        (made.without, "--key-file", key),
        (made.bundle, "--with-logs", "--key-file", key, "--timestamp-query", folder / "audit.tsq"),
    ):
        done = call("seal", case, "-o", *args)
        assert done.returncode == 0, done.stderr
    return made


Members = dict[str, bytes]


def members_of(bundle: Path) -> tuple[str, Members]:
    """The folder of a bundle and its members, below it."""
    with zipfile.ZipFile(bundle) as file:
        names = file.namelist()
        folder = names[0].split("/")[0]
        return folder, {name.removeprefix(f"{folder}/"): file.read(name) for name in names}


def write(target: Path, folder: str, members: Members) -> Path:
    """A bundle of these members as they are."""
    with target.open("wb") as file:
        container.write(file, folder, dict[str, Content](members))
    return target


def edited(source: Path, target: Path, change: Callable[[Members], Any]) -> Path:
    """A bundle with a change, and with the manifests and the signature of before."""
    folder, members = members_of(source)
    change(members)
    return write(target, folder, members)


def forged(source: Path, target: Path, change: Callable[[Members], Any]) -> Path:
    """A bundle with a change and manifests that agree with it, not signed: what a careful forger makes.
    `change` gets the members below `data/`."""
    folder, members = members_of(source)
    payload = {name.removeprefix("data/"): m for name, m in members.items() if name.startswith("data/")}
    del payload["sealer.pub"]
    before = payload[crate.NAME]
    change(payload)
    if payload[crate.NAME] == before:
        del payload[crate.NAME]
        payload[crate.NAME] = crate.described(json.loads(payload["sealed.json"]), payload)
    return write(target, folder, dict[str, Any](bag.bagged(dict[str, Content](payload), {})))


def change_json(name: str, change: Callable[[Any], Any]) -> Callable[[Members], None]:
    """A change of one document of the payload."""

    def apply(members: Members) -> None:
        document = json.loads(members[name])
        change(document)
        indent = 2 if name.endswith("audit.json") else 1
        members[name] = (json.dumps(document, indent=indent, sort_keys=indent == 1) + "\n").encode()

    return apply


def replace(name: str, before: str, after: str) -> Callable[[Members], None]:
    """A change of a text in one member."""

    def apply(members: Members) -> None:
        assert before.encode() in members[name], (name, before)
        members[name] = members[name].replace(before.encode(), after.encode(), 1)

    return apply
