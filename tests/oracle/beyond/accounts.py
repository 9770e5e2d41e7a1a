"""Contract 5.6 in plain Python: who was promised a credit, and who was paid."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from tests.oracle.beyond.duties import failed, has, inside, said
from tests.oracle.beyond.world import Row, World

STATUSES = ("paid_right", "short", "over", "late", "twice", "missing")


def promised(world: World) -> dict[int, dict[str, Any]]:
    """Promise -> its entry of audit.json, without the names."""
    return {p["declared_no"]: _entry(world, p) for p in world.of("promise")}


def _entry(world: World, promise: Row) -> dict[str, Any]:
    outage = next(o for o in world.of("outage") if o["outage_id"] == promise["outage_id"])
    digits = 0 if promise["currency"] == "JPY" else 2
    services = _services(world)
    accounts = sorted({account for account, _ in services})
    affected = _affected(world, outage)
    struck = {n["network"] for n in world.of("outage_network") if n["outage_id"] == outage["outage_id"]}
    areas = {n["area"] for n in world.of("outage_area") if n["outage_id"] == outage["outage_id"]}
    potential = affected | {
        account
        for (account, _), rows in services.items()
        if not (struck or areas)
        or any(r["network"] in struck or (r["region"] is not None and r["region"] in areas) for r in rows)
    }
    excepted = {
        x["class"].lower()
        for x in world.of("promise_exception")
        if x["declared_no"] == promise["declared_no"]
    }
    paid: dict[str, list[tuple[int, Any]]] = {}
    for credit in world.of("credit"):
        if credit["amount"] is not None and (credit["currency"] or "").strip().upper() == promise["currency"]:
            paid.setdefault(credit["account_id"], []).append(
                (minor(credit["amount"], digits), credit["credited_at_utc"])
            )
    base = {"affected": affected, "potentially_affected": potential, "all": set(accounts)}[
        promise["audience"]
    ]
    count: Counter[str] = Counter()
    due_in_all = paid_to_promised = 0
    for account in accounts:
        classes = [_class(rows) for (owner, _), rows in services.items() if owner == account]
        left = [c for c in classes if not excepted or (c is not None and c not in excepted)]
        if account in base and left:
            due = minor(promise["amount"], digits) * (len(left) if promise["per"] == "service" else 1)
            due_in_all += due
            paid_to_promised += sum(amount for amount, _ in paid.get(account, []))
            count["promised"] += 1
            count[_status(due, paid.get(account, []), promise["by_ends_utc"])] += 1
        elif account in base and None in classes:
            count["unknown_class"] += 1
        else:
            count["not_promised"] += account in paid
            count["excepted_but_affected"] += account in base and account in affected
    everyone, attempts, paying = has(world, "subscribers"), has(world, "attempts"), has(world, "credits")
    everyone = everyone and said(world, "subscriber", "account_id")
    placed = everyone and (not struck or said(world, "subscriber", "network"))
    placed = placed and (not areas or said(world, "subscriber", "region"))
    paying = paying and said(world, "credit", "amount", "currency")
    known = {"affected": everyone and attempts, "potentially_affected": placed, "all": everyone}[
        promise["audience"]
    ]
    timed = promise["by_ends_utc"] is None or said(world, "credit", "credited_at_utc")

    def given(figure: int, evidence: bool) -> int | None:
        return figure if evidence else None

    return {
        "affected": given(len(affected), everyone and attempts),
        "potentially_affected": given(len(potential), placed),
        "promised": given(count["promised"], known),
        **{
            status: given(count[status], known and paying and (timed or status not in ("late", "paid_right")))
            for status in STATUSES
        },
        "not_promised": given(count["not_promised"], known and paying),
        "excepted_but_affected": given(count["excepted_but_affected"], everyone and attempts),
        "unknown_class": given(count["unknown_class"], known),
        "unknown_account": given(len(set(paid) - set(accounts)), known and paying),
        "promised_minor": given(due_in_all, known),
        "paid_to_promised_minor": given(paid_to_promised, known and paying),
        "paid_minor": given(sum(amount for rows in paid.values() for amount, _ in rows), paying),
    }


def minor(amount: str, digits: int) -> int:
    return int((Decimal(amount) * 10**digits).to_integral_value("ROUND_FLOOR"))


def _services(world: World) -> dict[tuple[str, str], list[Row]]:
    read = {n["number_text"]: n["e164"] for n in world.of("number")}
    found: dict[tuple[str, str], list[Row]] = {}
    for s in world.of("subscriber"):
        if s["account_id"]:
            found.setdefault((s["account_id"], read[s["calling_number"]] or s["calling_number"]), []).append(
                s
            )
    return found


def _class(rows: list[Row]) -> str | None:
    return min((r["class"] for r in rows if r["class"]), default=None)


def _affected(world: World, outage: Row) -> set[str]:
    read = {n["number_text"]: n["e164"] for n in world.of("number")}
    bad = {e["episode_id"] for e in world.of("episode") if e["state"] == "failed"}
    callers = {a["caller_id"] for a in failed(world) if a["episode_id"] in bad and inside(world, outage, a)}
    found: set[str] = set()
    for caller in (c for c in world.of("caller") if c["caller_id"] in callers):
        tried = {a["attempt_id"] for a in world.of("attempt") if a["caller_id"] == caller["caller_id"]}
        cards = {p["imsi"] for p in world.of("party") if p["record_id"] in tried} - {None}
        named = [s for s in world.of("subscriber") if s["account_id"]]
        own = {
            s["account_id"] for s in named if caller["e164"] and read[s["calling_number"]] == caller["e164"]
        }
        by_card = {s["account_id"] for s in named if (s["imsi"] or "").replace(" ", "") in cards}
        found |= own or by_card
    return found


def _status(due: int, paid: list[tuple[int, Any]], by_ends: Any) -> str:
    total = sum(amount for amount, _ in paid)
    dates = [at for _, at in paid if at is not None]
    if total <= 0:
        return "missing"
    if sum(amount >= due for amount, _ in paid) > 1:
        return "twice"
    if total != due:
        return "short" if total < due else "over"
    return "late" if by_ends and dates and max(dates) >= by_ends else "paid_right"
