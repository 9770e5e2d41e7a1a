"""A whole case as a user writes it, from the files to audit.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.pipeline import audit
from auditor.report.draw.json import document

CASE = """[case]
title = "Trial"
regime = "au"
timezone = "Australia/Sydney"
[[outage]]
id = "night"
networks = ["alpha"]
start = 2024-04-06T15:00:00+00:00
end = 2024-04-06T18:00:00+00:00
restored = 2024-04-06T17:30:00+00:00
[[duty]]
id = "desk"
clause = "notify_centre"
audience = "centre"
origin = "onset"
limit_s = 1800
from = 2024-04-07
[[duty]]
id = "all clear"
clause = "restored"
audience = "public"
origin = "restoration"
limit_s = 600
until = "2024-04-08"
[[contact]]
audience = "centre"
recipient = "old"
until = 2024-04-06T15:20:00+00:00
[[contact]]
audience = "centre"
recipient = "new"
from = 2024-04-06T15:20:00+00:00
[[promise]]
id = "sorry"
outage = "night"
amount = 2.50
currency = "AUD"
per = "service"
audience = "affected"
by = 2024-04-07
[[footprint]]
id = "said"
outage = "night"
said_by = "Alpha"
said_on = 2024-04-08
areas = "areas.geojson"
[[source]]
role = "attempts"
path = "attempts.csv"
network = "alpha"
[[source]]
role = "notifications"
path = "notices.csv"
[[source]]
role = "subscribers"
path = "subscribers.csv"
[[source]]
role = "credits"
path = "credits.csv"
[[source]]
role = "cells"
path = "cells.csv"
"""
FILES = {
    "attempts.csv": "started_at,released_at,calling_number,dialled,cell_id,sip_status\n"
    "2024-04-06T16:00:00Z,2024-04-06T16:00:30Z,+61491570006,000,c1,503\n"
    "2024-04-06T17:40:00Z,2024-04-06T17:40:30Z,+61491570007,000,c1,503\n",
    "notices.csv": "sent_at,audience,recipient,channel,kind,scale\n"
    "2024-04-06T15:20:00Z,centre,new,email,initial,10 calls\n"
    "2024-04-06T17:31:00Z,public,,web,restored,600\n",
    "subscribers.csv": "calling_number,account_id,class\n+61491570006,A,consumer\n"
    "+61491570016,A,consumer\n+61491570007,B,\n",
    "credits.csv": "account_id,amount,currency,credited_at\nA,5.00,AUD,2024-04-07T13:59:59Z\n"
    "B,2.50,AUD,2024-04-07T14:00:00Z\n",
    "cells.csv": "cell_id,region,latitude,longitude\nc1,North,-33.5,150.5\n",
    "areas.geojson": '{"type":"FeatureCollection","features":[{"properties":{"name":"Box"},"geometry":'
    '{"type":"Polygon","coordinates":[[[150,-34],[151,-34],[151,-33],[150,-33],[150,-34]]]}}]}',
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.toml").write_text(CASE, encoding="utf-8")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with audit(folder) as found:
        read: dict[str, Any] = json.loads(json.dumps(document(found)))
    return read


def test_duties_of_the_case_stand_in_place_of_the_regimes(told: dict[str, Any]) -> None:
    """The seventh of April began there at 13:00 UTC, and had 25 hours."""
    desk, clear = told["notices"]
    assert (desk["duty"], desk["status"], desk["delay_s"], desk["recipient"]) == (
        "desk",
        "in_time",
        1200.0,
        "new",
    )
    assert (desk["due_at"], desk["sent_at"]) == ("2024-04-06T15:30:00.000Z", "2024-04-06T15:20:00.000Z")
    assert (clear["status"], clear["delay_s"], clear["recipient"]) == ("in_time", 60.0, None)
    figures = {name: measure["value"] for name, measure in told["measures"].items()}
    assert (figures["notices.in_time"], figures["notices.first_delay_s.centre"]) == (2, 1200)
    assert figures["notices.longest_gap_s.centre"] == 7800
    assert figures["notices.longest_gap_s.police"] is None
    assert figures["callers.failed_untold"] == 2
    assert {"OC-005", "OC-007"} <= {run["rule"] for run in told["findings"]}


def test_a_day_ends_at_midnight_of_the_zone_on_the_day_the_clocks_change(told: dict[str, Any]) -> None:
    (promise,) = told["credits"]
    assert promise["potentially_affected"] is None, "no subscriber has a network"
    assert {k: v for k, v in promise.items() if v and not isinstance(v, str)} == {
        "affected": 2, "promised": 2, "paid_right": 1, "late": 1,
        "promised_minor": 750, "paid_to_promised_minor": 750, "paid_minor": 750,
    }  # fmt: skip


def test_an_amount_has_the_digits_of_its_currency(tmp_path: Path) -> None:
    """A dinar of Kuwait has a thousand fils; tools write four digits after the point."""
    said = CASE.replace('amount = 2.50\ncurrency = "AUD"', 'amount = 1.234\ncurrency = "KWD"')
    (tmp_path / "case.toml").write_text(said, encoding="utf-8")
    paid = (
        "account_id,amount,currency,credited_at\nA,2.4680,KWD,2024-04-07T10:00:00Z\n"
        "B,1.239,KWD,2024-04-07T10:00:00Z\n"
    )
    for name, text in (FILES | {"credits.csv": paid}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with audit(tmp_path) as found:
        (promise,) = json.loads(json.dumps(document(found)))["credits"]
    assert {k: v for k, v in promise.items() if v and not isinstance(v, str)} == {
        "affected": 2, "promised": 2, "paid_right": 1, "over": 1,
        "promised_minor": 3702, "paid_to_promised_minor": 3707, "paid_minor": 3707,
    }  # fmt: skip


def test_a_cell_belongs_to_the_outline_that_holds_it(told: dict[str, Any]) -> None:
    (said,) = told["footprint"]
    areas = {area["area"]: (area["claimed"], area["failed"], area["total"]) for area in said["areas"]}
    assert areas == {"Box": (True, 2, 2)}
    assert (said["said_by"], said["said_on"]) == ("Alpha", "2024-04-08")


def test_one_failed_call_breaks_two_duties(told: dict[str, Any]) -> None:
    assert told["breaches"] == [
        {"clause": "access", "breaches": 2, "attempts": 2, "callers": 2},
        {"clause": "carriage", "breaches": 2, "attempts": 2, "callers": 2},
    ]
    total = told["measures"]["breaches.total"]
    assert total["value"] is None, "no log of checks shows whether that duty was broken too"
