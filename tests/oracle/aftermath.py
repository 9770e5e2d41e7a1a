"""What follows the calls in a random world: the centre's silences, subscribers, checks, copies, losses."""

from __future__ import annotations

from tests.oracle.scene import HOUR, OPENING, SECOND, Draft, Person, Scene

OPTIONAL = {
    "attempts": [
        "call_id", "network", "element", "sequence", "released_at", "calling_number", "imsi", "imei", "route",
        "sip_status",
    ],
    "centre": ["call_id", "centre", "calling_number", "imsi", "imei", "route", "network", "disposition",
    "answered_at"],
    "welfare": ["calling_number", "imsi", "imei", "method", "outcome"],
}  # fmt: skip


def heartbeats(scene: Scene) -> None:
    """Other people's calls keep a log awake; it may fall silent, just short of too long or just over."""
    rng = scene.rng
    for log in scene.logs:
        if rng.random() < 0.25:
            continue
        at = OPENING - rng.choice([0, 1, 3]) * HOUR
        while at < OPENING + 6 * HOUR:
            network = rng.choice(scene.networks)
            person = Person(f"+6138376{rng.randrange(10_000):04d}", None, None, network)
            row = scene.arrive(person, at, centre=log, network=network)
            row["presented_at"] = at
            at += rng.choice([1_200, 2_400, 3_599, 3_600, 3_600]) * SECOND + rng.choice([0, 0, 0, 0, 0, 1])


def listed(scene: Scene) -> None:
    """Most people are in the subscribers' list, some with another number to ring, some with another
    network's, some of them twice."""
    rng = scene.rng
    for nth, person in enumerate(scene.people):
        for line in range(rng.choice([0, 0, 1, 1, 1, 2])):
            other = rng.choice(scene.people)
            contact = rng.choice(["", "", f"+617200{line}{nth:04d}", other.number or "", "unknown"])
            scene.subscribers.append(
                {
                    "calling_number": scene.spelling(person.number or f"+6149158{nth:04d}"),
                    "imsi": person.imsi or "",
                    "contact_number": scene.spelling(contact) if contact.startswith("+") else contact,
                    "network": rng.choice([person.network, *scene.networks, ""]),
                }
            )


def checked(scene: Scene) -> None:
    """Checks before, at and after each limit, on those who failed and those who did not."""
    rng = scene.rng
    contacts = [str(row["contact_number"]) for row in scene.subscribers]
    within = rng.choice([24, 24, 1])
    for row in list(scene.attempts):
        if rng.random() < 0.45 or not isinstance(row["started_at"], int):
            continue
        release = row["released_at"]
        begin = release if isinstance(release, int) else row["started_at"]
        for _ in range(rng.randint(1, 2)):
            named: Draft = {
                name: row[name]
                for name in ("calling_number", "imsi", "imei")
                if row.get(name) and rng.random() < 0.8
            }
            if contacts and rng.random() < 0.15:
                named = {"calling_number": rng.choice(contacts)}
            after = rng.choice(
                [-HOUR, -1, 0, 1, HOUR, within * HOUR - 1, within * HOUR, within * HOUR + 1, 30 * HOUR]
            )
            scene.welfare.append(
                {
                    "check_id": scene.fresh("w") if rng.random() < 0.97 else "",
                    "attempted_at": begin + after if rng.random() < 0.98 else "?",
                    "method": rng.choice(["call", "Call", "sms", "visit", "police_referral", "", "pigeon"]),
                    "outcome": rng.choice(
                        ["contacted", "no_contact", "no_contact", "referred", "refused", "", "fine"]
                    ),
                    **named,
                }
            )


def copied(scene: Scene) -> None:
    """The same id twice: the same record, or the same id at another time."""
    rng = scene.rng
    for rows, name, at in (
        (scene.centre, "centre_call_id", "presented_at"),
        (scene.welfare, "check_id", "attempted_at"),
    ):
        for row in list(rows):
            if rng.random() < 0.05:
                again: Draft = dict(row)
                if rng.random() < 0.5 and isinstance(shown := row[at], int):
                    again[at] = shown + rng.choice([-HOUR, -1, 1, HOUR])
                elif rows is scene.centre:
                    other = rng.choice(
                        [
                            "route",
                            "disposition",
                            "calling_number",
                            "call_id",
                            "transferred_to",
                            "imsi",
                            "network",
                        ]
                    )
                    again[other] = rng.choice(["", "", "r2", "answered", "+61491581000"])
                again[name] = row[name]
                rows.append(again)
    for row in list(scene.attempts):
        if rng.random() < 0.03:
            scene.attempts.append(dict(row))


def lost(scene: Scene) -> None:
    """Optional values go missing."""
    for role, rows in (("attempts", scene.attempts), ("centre", scene.centre), ("welfare", scene.welfare)):
        for row in rows:
            if scene.rng.random() < 0.12:
                row[scene.rng.choice(OPTIONAL[role])] = scene.rng.choice(["", "", "NULL", "-", "\\N"])
