"""The cells of each network and the makes of handsets, all invented. They belong to no story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.simulate.people import TACS
from auditor.simulate.scene import Line
from auditor.simulate.world import CELL_ACCESS

CELLS = 40
"""Cells of a network."""

REGIONS = (
    ("nsw", -33.9, 151.0),
    ("vic", -37.8, 145.0),
    ("qld", -27.5, 153.0),
    ("wa", -31.9, 115.9),
    ("sa", -34.9, 138.6),
)
"""Region, with latitude and longitude of its largest town. Cells are placed around it."""


def inventory(networks: Sequence[str], cells: int = CELLS) -> Iterator[Line]:
    """Rows for the logs `cells` (so many of each network) and `devices`."""
    for network in networks:
        for n in range(cells):
            region, latitude, longitude = REGIONS[n % len(REGIONS)]
            where = {
                "latitude": f"{latitude + n / 200:.3f}",
                "longitude": f"{longitude - n / 200:.3f}",
                "region": region,
            }
            yield Line(
                "cells",
                {"cell_id": f"{network}-{n:03d}", **where, "access": CELL_ACCESS[n % 4], "network": network},
            )
    for n, tac in enumerate(TACS):
        yield Line(
            "devices", {"tac": tac, "make": ("Invented", "Fictional")[n % 2], "model": f"Model {n + 1}"}
        )
