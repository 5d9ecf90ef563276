"""Trips through an area against those around it, measured again where a street of theirs changed.

Whatever trips pass the streets of an area and its neighbours is decided by streets no farther off
than the longest trip, which is far less than matters to ways out and barriers. So these figures
are kept by a hash of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from htkgis.network import through_movement
from htkgis.profile.rounding import plain
from htkgis.units import deciseconds

from .isolation_around import Around
from .seen import Kept, remembered, seen

THROUGH = "through "
"""How the keys of what is kept here begin, among those of whole areas."""


def through_ratio(around: Around, limit_min: float | None = None) -> float | None:
    """Trips on the area's streets against those just around; None where there are none."""
    found = through_movement(
        around.graph,
        around.area,
        neighbour_m=around.rules.neighbours.value,
        limit_ds=deciseconds(limit_min or around.limit_min),
    )
    ratio: float | None = plain(found.ratio)
    return ratio


def through_ratios(
    asked: Sequence[tuple[Around, float]], earlier: Mapping[str, Any]
) -> tuple[list[float | None], Kept]:
    """Measure areas each with the longest trip that counts, in minutes.

    Parameters
    ----------
    asked
        Areas, with the streets of their surroundings at least, and their limits.
    earlier
        What was kept before, of this and anything else.

    Returns
    -------
    ratios, kept
        As :func:`through_ratio`, one of each; and by a hash of all that decides it.
    """
    cuts = [around.passed_through(limit_min) for around, limit_min in asked]
    keys = [
        THROUGH + seen(cut.graph, cut.area, limit_min)
        for cut, (_, limit_min) in zip(cuts, asked, strict=True)
    ]
    return remembered(keys, earlier, lambda row: through_ratio(cuts[row], asked[row][1]))
