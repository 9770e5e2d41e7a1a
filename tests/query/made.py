"""A small case whose every answer can be counted by hand, audited once for all tests that ask it
something."""

from __future__ import annotations

from pathlib import Path

from auditor.pipeline import audit

ANN, BEN, CID, DOT = "+61491570156", "+61491570157", "+61491570158", "+61491570159"
STRANGER = "+61491570110"
IMEI = "356938035643809"

CASE = """
[case]
title = "Small day"
regime = "au"
country = "AU"
[params]
coverage_gap_s = 100000
[[outage]]
id = "national"
networks = ["alpha"]
start = 2024-03-12T17:00:00+00:00
end = 2024-03-13T02:00:00+00:00
significant = true
[[source]]
role = "attempts"
path = "attempts.csv"
[[source]]
role = "centre"
path = "centre.csv"
covers_from = 2024-03-12T17:00:00+00:00
covers_to = 2024-03-13T02:00:00+00:00
[[source]]
role = "welfare"
path = "welfare.csv"
[[source]]
role = "cells"
path = "cells.csv"
[[accepted]]
gate = "rejected"
subject = "attempts.csv"
count = 1
by = "A. Auditor"
reason = "the line was cut by hand, and its call is in the log of the switch"
on = 2024-03-20
"""
ATTEMPTS = """
a1,alpha,18:00:00,18:00:10,0491 570 156,,000,c1,38,503
a2,alpha,18:01:00,18:01:10,+61491570156,,000,c1,38,503
b1,alpha,18:10:00,18:10:05,+61491570157,,000,c1,38,503
c1,alpha,18:20:00,18:20:05,+61491570158,,112,c2,38,503
d1,bravo,18:30:00,18:31:00,+61491570159,356938035643809,000,c1,16,200
d2,bravo,18:40:00,18:41:00,+61491570159,356938035643809,000,c2,16,200
"""
CENTRE = """
k1,b9,2024-03-12T18:11:30Z,+61491570157,bravo,answered,police
k2,d1,2024-03-12T18:30:02Z,+61491570159,bravo,answered,ambulance
k3,d2,2024-03-12T18:40:02Z,+61491570159,bravo,abandoned,
k4,,2024-03-12T20:00:00Z,+61491570110,bravo,answered,=cmd()
"""


def write_small_case(folder: Path) -> Path:
    """Four callers: one failed and was checked on, one got through on another network, one failed unchecked,
    one was answered."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(CASE)
    head = (
        "call_id,network,started_at,released_at,calling_number,imei,"
        "dialled,cell_id,release_cause,sip_status\n"
    )
    lines = []
    for line in ATTEMPTS.strip().split("\n"):
        call, network, start, end, *rest = line.split(",")
        lines.append(",".join([call, network, f"2024-03-12T{start}.000Z", f"2024-03-12T{end}.000Z", *rest]))
    (folder / "attempts.csv").write_text(head + "\n".join(lines) + "\nx1,alpha,too few\n")
    (folder / "centre.csv").write_text(
        "centre_call_id,call_id,presented_at,calling_number,network,disposition,transferred_to\n"
        + CENTRE.lstrip()
    )
    (folder / "welfare.csv").write_text(
        "check_id,calling_number,attempted_at,method,outcome,operator\n"
        "w1,0491570156,2024-03-12T19:01:10Z,call,contacted,Jo"
        " Smith\n"
    )
    (folder / "cells.csv").write_text(
        "cell_id,latitude,longitude,region\nc1,-33.8,151.2,north\nc2,-37.8,144.9,south\n"
    )
    return folder


def audited(folder: Path) -> Path:
    """The small case with a finished run."""
    with audit(write_small_case(folder)):
        return folder
