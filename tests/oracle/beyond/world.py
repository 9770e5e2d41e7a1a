"""Random worlds of what stands beside the calls: tables as the model's steps read them, with every edge close
by."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
ZONES = ("Australia/Sydney", "America/New_York", "Australia/Adelaide", "Asia/Tokyo")
CHANGES = {
    "Australia/Sydney": datetime(2024, 4, 6, 16),
    "America/New_York": datetime(2024, 3, 10, 7),
    "Australia/Adelaide": datetime(2024, 4, 6, 16, 30),
    "Asia/Tokyo": datetime(2024, 3, 12, 3),
}
"""Where the clocks of each zone change in spring, in UTC; Tokyo's never do."""
AUDIENCES = ("centre", "regulator", "customers", "public")
CHANNELS = ("email", "phone", "web", None)
FIELDS = ("scale", "cause", "services", "restoration", "region")
REGIONS = ("North", "South", "East", None)
CLASSES = ("consumer", "business", "prepaid", None)
SQUARES = {"Inner": (0.0, 0.0, 1.0, 1.0), "Outer": (0.5, 0.5, 2.0, 2.0)}
"""West, south, east and north of each outlined area."""


@dataclass(frozen=True)
class World:
    """Rows by table; the zone of the case."""

    zone: str
    tables: dict[str, list[Row]]

    def of(self, table: str) -> list[Row]:
        return self.tables.get(table, [])


def make_world(seed: int) -> World:
    """The same world for the same seed."""
    chance = random.Random(seed)
    zone = chance.choice(ZONES)
    start = CHANGES[zone] + timedelta(minutes=30 * chance.randint(-8, 8))
    outages: list[Row] = []
    for name in ("o", "p")[: chance.randint(1, 2)]:
        outages.append(
            {
                "outage_id": name,
                "starts_at_utc": start,
                "ends_at_utc": start + timedelta(minutes=chance.choice((30, 60, 90, 300))),
                "recovery_tail_s": chance.choice((0, 0, 600)),
                "is_significant": chance.random() < 0.8,
            }
        )
        start += timedelta(hours=chance.choice((1, 2, 30)))
    tables: dict[str, list[Row]] = {"outage": outages}
    _calls(chance, tables)
    _customers(chance, tables, zone)
    _notices(chance, tables)
    _areas(chance, tables)
    gone = chance.choice((None, None, None, "attempts", "credits", "subscribers", "notifications"))
    roles = ("attempts", "credits", "subscribers", "notifications", "complaints")
    tables["role_evidence"] = [{"role": role, "is_evidence": role != gone} for role in roles]
    emptied = {
        "attempts": (
            "attempt",
            "subscribed_network",
            "attempt_leg",
            "party",
            "episode",
            "caller",
            "welfare_duty",
        ),
        "credits": ("credit",),
    }
    emptied |= {"subscribers": ("subscriber", "subscription"), "notifications": ("notification",)}
    for table in emptied.get(gone or "", ()):
        tables[table] = []
    return World(zone, tables)


def _moment(chance: random.Random, outage: Row, spread: int = 36) -> datetime:
    """Near an edge of the outage, inside it, or days away from it."""
    begin, end = outage["starts_at_utc"], outage["ends_at_utc"]
    edges = (begin, end, end + timedelta(seconds=outage["recovery_tail_s"]))
    if chance.random() < 0.2:
        found = chance.choice(edges) + timedelta(milliseconds=chance.choice((-1, 0, 1)))
    elif chance.random() < 0.6:
        found = begin + (end - begin) * chance.random()
    else:
        found = begin + timedelta(hours=chance.randint(-spread, spread), minutes=chance.randint(0, 59))
    moment: datetime = found.replace(microsecond=found.microsecond // 1000 * 1000)
    return moment


def _calls(chance: random.Random, tables: dict[str, list[Row]]) -> None:
    is_large = chance.random() < 0.1
    callers = [f"+6149157{n:04d}" for n in range(2_000 if is_large else chance.choice((3, 12, 60)))]
    attempts: list[Row] = []
    subscribed: list[Row] = []
    arrivals: list[Row] = []
    episodes: dict[str, Row] = {}
    for n in range(2_500 if is_large else chance.choice((10, 60, 250))):
        who, at, region = (
            chance.choice(callers),
            _moment(chance, chance.choice(tables["outage"])),
            chance.choice(REGIONS),
        )
        state = chance.choice(("failed", "failed", "delivered", "delivered", "cancelled", "undetermined"))
        if is_large:  # the north fails in the outage, and hardly anything does elsewhere
            struck = region == "North" and any(
                o["starts_at_utc"] <= at < o["ends_at_utc"] for o in tables["outage"]
            )
            state = "failed" if chance.random() < (0.5 if struck else 0.01) else "delivered"
        name, episode = f"a:{n:03d}", f"e:{who}:{chance.randint(0, 1)}"
        episodes.setdefault(
            episode,
            {
                "episode_id": episode,
                "caller_id": who,
                "state": chance.choice(("failed", "failed", "reached")),
            },
        )
        record = f"r:{n:03d}" if state == "delivered" else None
        if record:
            fate = "answered" if is_large else chance.choice(("answered", "rejected", None))
            arrivals.append({"record_id": record, "disposition": fate})
        cell = None if is_large else chance.choice(("c1", "c2", "c3", "c4", None))
        attempts.append(
            {
                "attempt_id": name,
                "caller_id": who,
                "state": state,
                "network": chance.choice(("alpha", "alpha", "beta", None)),
                "started_at_utc": at,
                "region": region,
                "cell_id": cell,
                "episode_id": episode,
                "centre_record_id": record,
                "is_test": False,
            }
        )
        subscribed += [
            {"attempt_id": name, "network": network} for network in ("alpha", "beta") if chance.random() < 0.3
        ]
    tables |= {
        "attempt": attempts,
        "subscribed_network": subscribed,
        "attempt_leg": [{"record_id": a["attempt_id"], "attempt_id": a["attempt_id"]} for a in attempts],
        "party": [
            {"record_id": a["attempt_id"], "imsi": chance.choice((f"505{a['caller_id'][-4:]}", None))}
            for a in attempts
        ],
        "episode": list(episodes.values()),
        "centre_call": arrivals,
    }
    tables["outage_network"] = [
        {"outage_id": o["outage_id"], "network": "alpha"} for o in tables["outage"] if chance.random() < 0.7
    ]
    tables["caller"] = [
        {
            "caller_id": who,
            "e164": chance.choice((who, who, None)),
            "is_failed": any(e["caller_id"] == who and e["state"] == "failed" for e in episodes.values()),
        }
        for who in callers
    ]
    statuses = ("in_time", "late", "missing", "no_contact", None)
    tables["welfare_duty"] = [
        {"episode_id": e["episode_id"], "caller_id": e["caller_id"], "status": chance.choice(statuses)}
        for e in episodes.values()
        if e["state"] == "failed"
    ]
    tables["breaker"] = [
        {"declared_no": 1, "breaker": "failed_attempt", "clause": "access"},
        {"declared_no": 2, "breaker": "failed_attempt", "clause": "carriage"},
        {"declared_no": 3, "breaker": "welfare_check", "clause": "welfare_check"},
    ]


def _customers(chance: random.Random, tables: dict[str, list[Row]], zone: str) -> None:
    from zoneinfo import ZoneInfo

    subscribers, numbers = [], {}
    for n, caller in enumerate((tables["caller"] * 2)[:120]):
        text = chance.choice((caller["caller_id"], "0" + caller["caller_id"][3:], "12"))
        numbers[text] = None if text == "12" else caller["caller_id"]
        subscribers.append(
            {
                "record_id": f"s:{n:03d}",
                "account_id": chance.choice((f"A{n % 7}", f"A{n}", None)),
                "calling_number": text,
                "imsi": chance.choice((f"505 {caller['caller_id'][-4:]}", None)),
                "class": chance.choice(CLASSES),
                "network": chance.choice(("alpha", "beta", None)),
                "region": chance.choice(REGIONS),
            }
        )
    tables |= {
        "subscriber": subscribers,
        "number": [{"number_text": t, "e164": e} for t, e in numbers.items()],
    }
    tables["outage_area"] = [
        {"outage_id": o["outage_id"], "area": "East"} for o in tables["outage"] if chance.random() < 0.5
    ]
    promises, exceptions = [], []
    for n in range(1, chance.randint(1, 3)):
        by = date(2024, 4, 10)
        ends = (
            datetime.combine(by + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
            .astimezone(UTC)
            .replace(tzinfo=None)
        )
        currency, amount = chance.choice((("USD", "5"), ("JPY", "200"), ("AUD", "10.34")))
        promises.append(
            {
                "declared_no": n,
                "promise_id": f"promise {n}",
                "outage_id": chance.choice(tables["outage"])["outage_id"],
                "amount": amount,
                "currency": currency,
                "per": chance.choice(("account", "service")),
                "audience": chance.choice(("affected", "potentially_affected", "all")),
                "by_ends_utc": chance.choice((ends, None)),
            }
        )
        exceptions += [
            {"declared_no": n, "class": name} for name in ("Business", "prepaid") if chance.random() < 0.4
        ]
    accounts = sorted({s["account_id"] for s in subscribers if s["account_id"]}) + ["Z1", "Z2"]
    late = datetime(2024, 4, 10, 16)
    tables |= {"promise": promises, "promise_exception": exceptions}
    tables["credit"] = [
        {
            "record_id": f"k:{n:03d}",
            "account_id": chance.choice(accounts),
            "currency": chance.choice(("USD", "usd ", "JPY", "AUD", None)),
            "amount": chance.choice(
                ("5", "5.01", "4.99", "10", "200", "400", "10.34", "20.68", "-5", "0", None)
            ),
            "credited_at_utc": chance.choice(
                (None, *(late + timedelta(hours=h) for h in (-200, -3, -2, -1, 0, 1, 12)))
            ),
        }
        for n in range(chance.choice((0, 10, 60)))
    ]
    for promise in (p for p in promises if p["by_ends_utc"] and accounts[:-2]):
        at = promise["by_ends_utc"] + timedelta(milliseconds=chance.choice((-1, 0)))
        whole = {"amount": promise["amount"], "currency": promise["currency"], "credited_at_utc": at}
        owner = chance.choice(accounts[:-2])
        tables["credit"] = [c for c in tables["credit"] if c["account_id"] != owner]
        tables["credit"].append({"record_id": f"x:{promise['declared_no']}", "account_id": owner, **whole})


def _notices(chance: random.Random, tables: dict[str, list[Row]]) -> None:
    tables["notification"] = [
        {
            "record_id": f"n:{n:02d}",
            "audience": chance.choice((*AUDIENCES, None)),
            "sent_at_utc": _moment(chance, chance.choice(tables["outage"]), 5),
            "recipient": chance.choice(("old", "NEW ", "other", None)),
            "channel": chance.choice(CHANNELS),
            "kind": chance.choice(("initial", "update", "restored", None)),
            "region": chance.choice(REGIONS),
            **{name: chance.choice(("text", "text", None)) for name in FIELDS[:4]},
        }
        for n in range(chance.choice((0, 3, 12, 25)))
    ]
    facts, contacts = [], []
    for outage in tables["outage"]:
        found, restored = (
            outage["starts_at_utc"] + timedelta(minutes=chance.choice((10, 60))) for _ in range(2)
        )
        facts.append(
            {
                "outage_id": outage["outage_id"],
                "discovered_utc": chance.choice((found, None)),
                "restored_utc": chance.choice((restored, None)),
                "provider": chance.choice(("wireless", "voip", None)),
                "users": chance.choice((9, 10, None)),
            }
        )
    for n, audience in enumerate(AUDIENCES[:2], 1):
        change = chance.choice(
            tables["notification"] or [{"sent_at_utc": tables["outage"][0]["starts_at_utc"]}]
        )["sent_at_utc"]
        if chance.random() < 0.7:
            contacts.append(
                {"declared_no": 2 * n - 1, "audience": audience, "recipient": "old", "until_utc": change}
            )
            contacts.append(
                {"declared_no": 2 * n, "audience": audience, "recipient": "new", "from_utc": change}
            )
    duties: list[Row] = []
    lists: dict[str, list[Row]] = {
        "duty_channel": [],
        "duty_field": [],
        "duty_class": [],
        "duty_threshold": [],
    }
    for n in range(1, 7):
        onset = tables["outage"][0]["starts_at_utc"]
        duties.append(
            {
                "declared_no": n,
                "duty_id": f"duty {n}",
                "clause": chance.choice(("c", "d")),
                "audience": chance.choice(AUDIENCES),
                "origin": chance.choice(("onset", "discovery", "restoration")),
                "limit_s": chance.choice((0, 600, 3600, None)),
                "update_gap_s": chance.choice((900, 3600, None, None)),
                "gap_from_s": chance.choice((1800, None, None)),
                "gap_to_s": chance.choice((3600, None, None)),
                "is_mandatory": chance.random() < 0.7,
                "from_utc": chance.choice((onset, onset + timedelta(milliseconds=1), None, None)),
                "until_utc": chance.choice((onset, onset + timedelta(days=9), None, None)),
            }
        )
        lists["duty_channel"] += [
            {"declared_no": n, "channel": c} for c in ("Email", "phone") if chance.random() < 0.2
        ]
        lists["duty_field"] += [{"declared_no": n, "field": f} for f in FIELDS if chance.random() < 0.15]
        lists["duty_class"] += [{"declared_no": n, "class": "wireless"}] * (chance.random() < 0.2)
        lists["duty_threshold"] += [{"declared_no": n, "threshold": "big"}] * (chance.random() < 0.2)
    tables |= {"outage_fact": facts, "contact": contacts, "duty": duties, **lists}
    tables["threshold"] = [
        {
            "declared_no": 1,
            "threshold_id": "big",
            "clause": "c",
            "users": 10,
            "is_emergency": chance.random() < 0.5,
        }
    ]


def _areas(chance: random.Random, tables: dict[str, list[Row]]) -> None:
    tables["site"] = [
        {"cell_id": "c1", "record_id": "k:c1", "longitude": 0.2, "latitude": 0.2, "region": "North"},
        {"cell_id": "c2", "record_id": "k:c2", "longitude": 1.0, "latitude": 1.0, "region": "South"},
        {"cell_id": "c3", "record_id": "k:c3", "longitude": 1.5, "latitude": 0.6, "region": None},
        {"cell_id": "c4", "record_id": "k:c4", "longitude": None, "latitude": 0.5, "region": "East"},
    ]
    networks = {attempt["network"] for attempt in tables["attempt"]}
    tables["network_site"] = [
        {"cell_id": site["cell_id"], "record_id": site["record_id"], "network": network}
        for site in tables["site"]
        for network in sorted(networks, key=str)
    ]
    tables["complaint"] = [
        {
            "record_id": f"q:{n:02d}",
            "received_at_utc": _moment(chance, chance.choice(tables["outage"])),
            "region": chance.choice((*REGIONS, "Far")),
        }
        for n in range(chance.choice((0, 8, 40)))
    ]
    prints, areas = [], []
    for n in range(1, chance.randint(2, 3)):
        prints.append(
            {
                "declared_no": n,
                "footprint_id": f"f{n}",
                "outage_id": chance.choice(tables["outage"])["outage_id"],
                "said_on": "",
            }
        )
        areas += [
            {"declared_no": n, "area": name, "geometry": None}
            for name in ("North", "Far")
            if chance.random() < 0.6
        ]
        if chance.random() < 0.5:
            for name, (west, south, east, north) in SQUARES.items():
                ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
                text = f'{{"type":"MultiPolygon","coordinates":[[{ring}]]}}'
                areas.append({"declared_no": n, "area": name, "geometry": text})
    tables |= {"footprint": prints, "footprint_area": areas}
