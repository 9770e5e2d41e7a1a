"""Contract 5.5 and 5.7 in plain Python: the status of each duty of notice, callers whom nobody informed,
duties broken."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.oracle.beyond.world import Row, World


def inside(world: World, outage: Row, attempt: Row) -> bool:
    """A moment in the outage or its tail, on a struck network or by a subscriber of one."""
    end = outage["ends_at_utc"] + timedelta(seconds=outage["recovery_tail_s"])
    struck = {n["network"] for n in world.of("outage_network") if n["outage_id"] == outage["outage_id"]}
    mine = {s["network"] for s in world.of("subscribed_network") if s["attempt_id"] == attempt["attempt_id"]}
    on_it = not struck or attempt["network"] in struck or bool(mine & struck)
    return bool(outage["starts_at_utc"] <= attempt["started_at_utc"] < end and on_it)


def failed(world: World) -> list[Row]:
    return [a for a in world.of("attempt") if a["state"] == "failed"]


def has(world: World, role: str) -> bool:
    return any(r["role"] == role and r["is_evidence"] for r in world.of("role_evidence"))


def said(world: World, table: str, *columns: str) -> bool:
    """Whether a record gives these columns; a log without records leaves nothing unsaid."""
    rows = world.of(table)
    return not rows or any(all(row[column] is not None for column in columns) for row in rows)


def course(world: World, outage: Row) -> Row:
    fact = next((f for f in world.of("outage_fact") if f["outage_id"] == outage["outage_id"]), {})
    over = fact.get("restored_utc") or outage["ends_at_utc"]
    return {
        "onset": outage["starts_at_utc"],
        "discovery": fact.get("discovered_utc"),
        "restoration": fact.get("restored_utc"),
        "over": over,
        **fact,
    }


def reaches(world: World, outage: Row) -> bool | None:
    """Whether the outage reaches the one threshold: ten users, and emergency calls struck where that is
    asked."""
    threshold, at = world.of("threshold")[0], course(world, outage)
    struck: bool | None = outage["is_significant"] or any(inside(world, outage, a) for a in failed(world))
    if not struck and not has(world, "attempts"):
        struck = None
    users = None if at["users"] is None else at["users"] >= threshold["users"]
    parts = [users] + ([struck] if threshold["is_emergency"] else [])
    return False if False in parts else None if None in parts else True


def longest_gap(
    world: World, outage: Row, audience: str, begin_s: int | None, end_s: int | None
) -> int | None:
    """In milliseconds; None where no notice was sent to the audience, or that part of the time never came."""
    at = course(world, outage)
    sent = [
        n["sent_at_utc"]
        for n in world.of("notification")
        if n["audience"] == audience and n["sent_at_utc"] >= at["onset"]
    ]
    begin = at["onset"] + timedelta(seconds=begin_s or 0)
    end = at["over"] if end_s is None else min(at["over"], at["onset"] + timedelta(seconds=end_s))
    if not sent or begin >= end:
        return None
    points = sorted([begin, end, *(moment for moment in sent if begin <= moment < end)])
    return max(ms(later - earlier) for earlier, later in pairwise(points))


def ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def statuses(world: World) -> dict[tuple[str, int], Any]:
    """(outage, duty) -> (status, record that decides)."""
    return {
        (o["outage_id"], d["declared_no"]): status(world, o, d)
        for o in world.of("outage")
        for d in world.of("duty")
    }


def status(world: World, outage: Row, duty: Row) -> tuple[str | None, str | None]:
    number, at = duty["declared_no"], course(world, outage)
    origin: datetime | None = at[duty["origin"]]
    levels = [(level(world, duty, origin, n), n) for n in fitting(world, outage, duty)]
    best = max((near for near, _ in levels), default=0)
    chosen = (
        min(((n["sent_at_utc"], n["record_id"]) for near, n in levels if near == best), default=(None, None))[
            1
        ]
        if best
        else None
    )
    if not has(world, "notifications"):
        return None, None
    tested = origin or outage["starts_at_utc"]
    classes = {c["class"] for c in world.of("duty_class") if c["declared_no"] == number}
    hangs = any(t["declared_no"] == number for t in world.of("duty_threshold"))
    height = reaches(world, outage) if hangs else True
    if (
        (duty["from_utc"] and tested < duty["from_utc"])
        or (duty["until_utc"] and tested >= duty["until_utc"])
        or height is False
    ):
        return "not_due", chosen
    is_of_updates = duty["limit_s"] is None and duty["update_gap_s"] is not None
    lasted_s = (at["over"] - at["onset"]).total_seconds()
    if is_of_updates and duty["gap_from_s"] is not None and lasted_s <= duty["gap_from_s"]:
        return "not_due", chosen
    if classes and at["provider"] and at["provider"] not in classes:
        return "not_due", chosen
    if (
        origin is None
        or (classes and not at["provider"])
        or (height is None and not outage["is_significant"])
    ):
        return "cannot_tell", chosen
    gap = (
        longest_gap(world, outage, duty["audience"], duty["gap_from_s"], duty["gap_to_s"])
        if duty["update_gap_s"] is not None
        else None
    )
    if is_unsaid(world, outage, duty, [near for near, _ in levels]):
        return "cannot_tell", chosen
    if best < 2:
        return ("missing", "misaddressed")[best], chosen
    if best == 2 or (gap is not None and gap > duty["update_gap_s"] * 1000):
        return "late", chosen
    return ("lacks_fields", "in_time")[best - 3], chosen


def is_unsaid(world: World, outage: Row, duty: Row, levels: list[int]) -> bool:
    """Whether what decides is in a column that no notice fills."""
    if not said(world, "notification", "audience"):
        return True
    if levels:
        decides = {0: "channel", 1: "recipient"}.get(max(levels))
        return decides is not None and not said(world, "notification", decides)
    return (
        duty["origin"] == "restoration"
        and not said(world, "notification", "kind")
        and any(
            n["audience"] == duty["audience"] and n["sent_at_utc"] >= outage["starts_at_utc"]
            for n in world.of("notification")
        )
    )


def fitting(world: World, outage: Row, duty: Row) -> list[Row]:
    wants = duty["origin"] == "restoration"
    return [
        n
        for n in world.of("notification")
        if n["audience"] == duty["audience"]
        and n["sent_at_utc"] >= outage["starts_at_utc"]
        and (n["kind"] == "restored") == wants
    ]


def level(world: World, duty: Row, origin: datetime | None, notice: Row) -> int:
    """How near a notice comes: 0 another channel, 1 wrong recipient, 2 too late, 3 lacks a field, 4 all."""
    number = duty["declared_no"]
    channels = {c["channel"].lower() for c in world.of("duty_channel") if c["declared_no"] == number}
    if channels and notice["channel"] not in channels:
        return 0
    valid = [
        c["recipient"]
        for c in world.of("contact")
        if c["audience"] == notice["audience"]
        and not (c.get("from_utc") and notice["sent_at_utc"] < c["from_utc"])
        and not (c.get("until_utc") and notice["sent_at_utc"] >= c["until_utc"])
    ]
    if valid and (notice["recipient"] or "").strip().lower() not in valid:
        return 1
    if duty["limit_s"] is not None and (
        origin is None or notice["sent_at_utc"] > origin + timedelta(seconds=duty["limit_s"])
    ):
        return 2
    wanted = [f["field"] for f in world.of("duty_field") if f["declared_no"] == number]
    return 4 if all(notice[name] is not None for name in wanted) else 3


def uninformed(world: World) -> dict[tuple[str, str], bool]:
    """(outage, caller) -> whether that is certain."""
    found = {}
    if not has(world, "notifications") or not said(world, "notification", "audience"):
        return {}
    for caller in world.of("caller"):
        own = [a for a in failed(world) if a["caller_id"] == caller["caller_id"]]
        if not own or not caller["is_failed"]:
            continue
        for outage in world.of("outage"):
            at = course(world, outage)
            struck = [a for a in own if inside(world, outage, a)]
            if not struck:
                continue
            last = max(struck, key=lambda a: (a["started_at_utc"], a["attempt_id"]))
            reached = {
                n["region"]
                for n in world.of("notification")
                if n["audience"] in ("customers", "public") and at["onset"] <= n["sent_at_utc"] < at["over"]
            }
            if None not in reached and (last["region"] is None or last["region"] not in reached):
                found[outage["outage_id"], caller["caller_id"]] = last["region"] is not None or not reached
    return found


def breaches(world: World) -> dict[str, tuple[int, int, int]]:
    """Clause -> breaches, attempts and callers behind them."""
    rows: dict[str, list[tuple[frozenset[str], str | None]]] = {}
    lost = failed(world)
    for breaker in world.of("breaker"):
        if breaker["breaker"] == "failed_attempt":
            rows[breaker["clause"]] = [(frozenset([a["attempt_id"]]), a["caller_id"]) for a in lost]
        else:
            rows[breaker["clause"]] = [
                (
                    frozenset(a["attempt_id"] for a in lost if a["episode_id"] == d["episode_id"]),
                    d["caller_id"],
                )
                for d in world.of("welfare_duty")
                if d["status"] in ("late", "missing")
            ]
    for (_, number), (found, _) in statuses(world).items():
        duty = next(d for d in world.of("duty") if d["declared_no"] == number)
        if duty["is_mandatory"] and found in ("missing", "misaddressed", "late", "lacks_fields"):
            rows.setdefault(duty["clause"], []).append((frozenset(), None))
    return {
        clause: (
            len(found),
            len(frozenset().union(*(ids for ids, _ in found))),
            len({who for _, who in found} - {None}),
        )
        for clause, found in rows.items()
        if found
    }
