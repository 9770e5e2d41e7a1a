"""What happens in a random world: small scenes around each limit of the contract, most of them unpleasant."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.scene import HOUR, OPENING, SECOND, Draft, Person, Scene

STATUSES = [
    "",
    "",
    "200",
    "403",
    "486",
    "487",
    "500",
    "503",
    "600",
    "603",
    "604",
    "699",
    "700",
    "380",
    "x",
    "180",
    "183",
    "401",
    "407",
]
CAUSES = ["", "1", "16", "17", "18", "19", "21", "27", "31", "34", "38", "41", "127", "0", "128", "393216"]
WORDS = [
    "",
    "",
    "",
    "",
    "failed",
    "Cancelled",
    "answered",
    " no_answer ",
    "busy",
    "rejected",
    "FAILED",
    "gone",
]
NOTHING = ["", "NULL", "\\N", "(null)", "None", "nan", "N/A", "#n/a", "unknown", "-", "--"]
"""Words for no value."""
RESIDUALS = [0, 0, 0, 1, -5_000, -5_001, 60_000, 60_001, 2_000, 30_000, 3_000, -3_000, 3_001]


def outcome(scene: Scene) -> Draft:
    """A leg's end, of any class."""
    rng = scene.rng
    return {
        "sip_status": rng.choice(STATUSES),
        "release_cause": rng.choice(CAUSES),
        "disposition": rng.choice(WORDS),
    }


def backbone(scene: Scene) -> None:
    """Enough certain pairs to verify a clock, or one too few: in one hour or over all."""
    rng = scene.rng
    network, log, pairs = rng.choice(scene.networks), rng.choice(scene.logs), rng.choice([9, 10, 11, 12])
    hour = rng.randrange(4) if rng.random() < 0.5 else None
    for nth in range(pairs):
        at = OPENING + (hour * HOUR + nth * 97_001 if hour is not None else rng.randrange(4 * HOUR))
        person = Person(f"+6128503{rng.randrange(10_000):04d}", None, None, network)
        call_id = scene.fresh("b")
        scene.attempt(person, at, call_id=call_id, answered_at=at + 3_000)
        scene.arrive(person, at, rng.choice([0, 0, 0, 250, -250]), call_id=call_id, centre=log)


def delivered(scene: Scene) -> None:
    """An attempt that arrived, told by its id or by its caller alone, somewhere about the window."""
    person, at = scene.person(), scene.some_time()
    row = scene.attempt(person, at, outcome(scene), answered_at=at + 2_000)
    shown: Draft = {"call_id": row["call_id"]} if scene.rng.random() < 0.5 else {}
    if scene.rng.random() < 0.2:
        shown["network"] = scene.rng.choice(["", *scene.networks])
    scene.arrive(person, at, scene.rng.choice([*RESIDUALS, HOUR, HOUR + 1]), shown)


def failed(scene: Scene) -> None:
    """An attempt of which the centre knows nothing."""
    person, at = scene.person(), scene.some_time()
    row = scene.attempt(person, at, outcome(scene))
    if scene.rng.random() < 0.2:
        row["answered_at"] = at + 1_000
    if scene.rng.random() < 0.15:
        odd: list[int | str] = ["", "0", "0001-01-01 00:00:00", "1970-01-01T00:00:00Z", at - 1, at - HOUR, at]
        row["released_at"] = scene.rng.choice(odd)


def cancelled(scene: Scene) -> None:
    """A release just before, at and after two seconds."""
    at = scene.some_time()
    row = scene.attempt(scene.person(), at, scene.rng.choice(CANCELS))
    row["released_at"] = at + scene.rng.choice([1_900, 2_000, 2_001, 2_100])


CANCELS: list[Draft] = [
    {"sip_status": "487"},
    {"sip_status": "487", "release_cause": "16"},
    {"release_cause": "16"},
    {"sip_status": "503", "release_cause": "16"},
    {"sip_status": "603"},
    {"disposition": "cancelled"},
    {"disposition": "Cancelled", "sip_status": "503"},
    {},
]


def retries(scene: Scene) -> None:
    """A chain of one caller with gaps about the episode's; some of it arrives."""
    rng = scene.rng
    person, at = scene.person(), scene.some_time()
    for _ in range(rng.randint(2, 5)):
        row = scene.attempt(
            person, at, outcome(scene), only=rng.choice([None, None, "calling_number", "imsi", "imei"])
        )
        if rng.random() < 0.3:
            scene.arrive(person, at, rng.choice([0, 500, 5_000]), call_id=rng.choice(["", row["call_id"]]))
        at += rng.choice([0, 20, 150, 599, 600, 601]) * SECOND + rng.choice([0, 0, 0, 1])


def camp_on(scene: Scene) -> None:
    """It failed here and another network carried it: the centre knows, this network does not."""
    rng = scene.rng
    person, at = scene.person(), scene.some_time()
    scene.attempt(person, at, outcome(scene))
    later = rng.choice([-1, 0, 1, 5_000, 61_000, 599_999, 600_000, 600_001])
    other = rng.choice(["delta", *scene.networks])
    only = rng.choice(["imsi", "imei", "calling_number", None])
    # The rescue is read with the failed attempt's own offset, so the record is written on that clock.
    scene.arrive(person, at, later, only=only)["network"] = other
    if rng.random() < 0.4:
        scene.attempt(person, at + max(later, 0) + 1, only=rng.choice(["imsi", "imei"]), network=other)


def weak(scene: Scene) -> None:
    """A centre record that names nobody, near an attempt or two."""
    rng = scene.rng
    person, at = scene.person(), scene.some_time()
    scene.attempt(person, at, outcome(scene), route=rng.choice(["", "r1", "r2"]))
    nobody = Person(None, None, None, person.network)
    shown: Draft = {
        "route": rng.choice(["", "r1"]),
        "network": rng.choice(["", *scene.networks, person.network]),
    }
    row = scene.arrive(nobody, at, rng.choice(RESIDUALS), shown, only="imsi")
    row["calling_number"] = rng.choice(["", "anonymous", "unreadable"])
    if rng.random() < 0.3:
        scene.attempt(scene.person(), at + rng.choice([0, 1_000, 2_000]))


def orphan(scene: Scene) -> None:
    """A centre record that nobody tried to make."""
    scene.arrive(scene.person(), scene.some_time())


def puzzle(scene: Scene) -> None:
    """Several attempts and records of one caller in each other's windows, without ids."""
    rng = scene.rng
    person, at = scene.person(), scene.some_time()
    log = rng.choice(scene.logs)
    for _ in range(rng.randint(2, 4)):
        scene.attempt(
            person, at + rng.choice([0, 4, 10, 30, 31, 61]) * SECOND, call_id="", only="calling_number"
        )
    for _ in range(rng.randint(1, 4)):
        scene.arrive(
            person, at, rng.choice([0, 2, 10, 30, 35, 64, 90]) * SECOND, only="calling_number", centre=log
        )


def legs(scene: Scene) -> None:
    """One attempt seen by two elements, or almost."""
    rng = scene.rng
    person, at = scene.person(), scene.some_time()
    first = scene.attempt(person, at, outcome(scene), only=rng.choice([None, "calling_number", "imsi"]))
    second: Draft = dict(first) | outcome(scene)
    second["started_at"] = at + rng.choice([0, 1, 4_999, 5_000, 5_001])
    second["released_at"] = rng.choice(
        ["", int(second["started_at"]) + rng.choice([0, 2_000, 9_000]), first["released_at"]]
    )
    second["element"] = rng.choice([f"{person.network}-1", f"{person.network}-2", "border", ""])
    second["call_id"] = rng.choice([first["call_id"], scene.fresh("c"), ""])
    if rng.random() < 0.3:
        second |= {"calling_number": "", "imsi": "", "imei": "", **scene.identity(person)}
    scene.attempts.append(second)
    if rng.random() < 0.5:
        scene.arrive(person, at, call_id=rng.choice([first["call_id"], second["call_id"]]))


def reuse(scene: Scene) -> None:
    """One call_id again and again: a session's edge, and another party under the same id."""
    rng = scene.rng
    person, at, call_id = scene.person(), scene.some_time(), scene.fresh("again")
    for _ in range(rng.randint(2, 4)):
        who = person if rng.random() < 0.7 else scene.person()
        row = scene.attempt(who, at, outcome(scene), call_id=call_id)
        if rng.random() < 0.4:
            scene.arrive(who, at, rng.choice([0, 400]), call_id=row["call_id"])
        at += rng.choice([1_000, 60_000, 119_999, 120_000, 120_001])


def repeats(scene: Scene) -> None:
    """A record without a call_id, written twice, one optional value perhaps lost on the way."""
    rng = scene.rng
    row = scene.attempt(scene.person(), scene.some_time(), outcome(scene), call_id="")
    again: Draft = dict(row)
    lost = rng.choice(
        ["", "", "element", "calling_number", "imsi", "imei", "released_at", "dialled", "network"]
    )
    if lost:
        again[lost] = "112" if lost == "dialled" else ""
    scene.attempts.append(again)


def call_of_a_test(scene: Scene) -> None:
    """A test by each of its ways, with or without the centre's record of it."""
    rng = scene.rng
    person, at = scene.person(), scene.some_time()
    ways: list[Draft] = [
        {"is_test": "Yes"},
        {"dialled": "urn:service:test.sos"},
        {"dialled": "urn:service:test.sos.police"},
    ]
    if scene.test_numbers:
        ways += [
            {"dialled": scene.test_numbers[0]},
            {"calling_number": "+61491570006"},
            {"calling_number": "(0491) 570006"},
        ]
    row = scene.attempt(person, at, rng.choice(ways))
    if rng.random() < 0.6:
        shown: Draft = {"call_id": row["call_id"]} | (
            {"calling_number": "0491570006"} if rng.random() < 0.4 else {}
        )
        scene.arrive(person, at, 0, shown)


def noise(scene: Scene) -> None:
    """Records that are no emergency, cannot be loaded, or only just are one."""
    rng = scene.rng
    row = scene.attempt(scene.person(), scene.some_time())
    row |= rng.choice(NOISE)
    if rng.random() < 0.2:
        scene.arrive(scene.person(), scene.some_time())[rng.choice(["centre_call_id", "presented_at"])] = (
            rng.choice(["", "?"])
        )


NOISE: list[Draft] = [
    {"dialled": "0001234"},
    {"dialled": "0001234", "started_at": "?"},
    {"dialled": "0293744000", "service_category": "0"},
    {"dialled": "", "service_category": "2"},
    {"dialled": "0293744000", "service_category": "31"},
    {"dialled": "urn:service:counseling"},
    {"dialled": "urn:service:sosx"},
    {"started_at": ""},
    {"started_at": "yesterday"},
    {"started_at": "2024-03-12T17:00:00+99:00"},
    {"released_at": "?", "sequence": "two", "release_cause": "sixteen", "answered_at": "?"},
    {"imsi": "abc", "imei": "1234"},
    {"dialled": "(0-0.0)"},
]


def worded(scene: Scene) -> None:
    """A leg that only the carrier's own word, a placeholder or a spelling tells."""
    rng = scene.rng
    at = scene.some_time()
    row = scene.attempt(scene.person(), at, {"disposition": rng.choice(WORDS)})
    row["dialled"] = rng.choice(
        [
            "sip:000@h",
            "<sip:112@10.0.0.0;user=phone>",
            "tel:000",
            "000.0",
            "'112",
            '="000"',
            "\u200e000",
            "+000",
            "%30%30%30",
            "s",
            "0000",
        ]
    )
    if row["dialled"] in ("s", "0000"):
        row["dialled_other"] = rng.choice(["000", "sip:112@h", "0412", ""])
    for name in ("call_id", "linked_call_id", "calling_number", "imsi", "network", "route"):
        if rng.random() < 0.2:
            row[name] = rng.choice([*NOTHING, "0", "-1"]) if name.endswith("call_id") else rng.choice(NOTHING)
    odd: list[int | str] = [
        "",
        "0",
        "0001-01-01T00:00:00",
        "2000-01-01T00:00:00Z",
        at - 1,
        at,
        at + 9_000,
        "-",
    ]
    row["answered_at"] = rng.choice(odd)


def two_ids(scene: Scene) -> None:
    """Legs and a centre record that a second id ties together, or almost."""
    rng = scene.rng
    person, at, linked = scene.person(), scene.some_time(), scene.fresh("l")
    for nth in range(rng.randint(2, 3)):
        who = person if rng.random() < 0.8 else scene.person()
        row = scene.attempt(who, at + rng.choice([0, 1_000, 119_999, 120_001]), outcome(scene))
        row["linked_call_id" if nth or rng.random() < 0.5 else "call_id"] = rng.choice(
            [linked, linked, linked, ""]
        )
    if rng.random() < 0.6:
        shown: Draft = {rng.choice(["call_id", "linked_call_id"]): linked}
        scene.arrive(person, at, rng.choice([0, 400, HOUR + 1]), shown)


STORIES: list[tuple[Callable[[Scene], None], int]] = [
    (delivered, 4), (failed, 5), (cancelled, 2), (retries, 3), (camp_on, 3), (weak, 3), (orphan, 1), (puzzle,
    2), (legs, 3), (reuse, 2),
    (repeats, 2), (call_of_a_test, 2), (noise, 2), (backbone, 2), (worded, 3), (two_ids, 2),
]  # fmt: skip
"""Each story and how often it is told."""
