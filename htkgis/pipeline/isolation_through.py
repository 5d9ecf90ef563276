"""Trips through an area against those around it, measured again where a street of theirs changed.

Whatever trips pass the streets of an area and its neighbours is decided by streets no farther off
than the longest trip, which is far less than matters to ways out and barriers. So these figures
are kept by a hash of their own.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from htkgis.network import part_of, through_movements
from htkgis.profile.rounding import plain
from htkgis.units import deciseconds

from .isolation_around import Around, seen_part
from .isolation_kept import SAME
from .seen import Kept, remembered, seen

THROUGH = "through "
"""How the keys of what is kept here begin, among those of whole areas."""


def through_ratios(
    asked: Sequence[tuple[Around, float]], earlier: Mapping[str, Any]
) -> tuple[list[float | None], Kept]:
    """Measure areas each with the longest trip that counts, in minutes.

    Parameters
    ----------
    asked
        Areas, with the streets of their surroundings at least, and their limits. Those of one
        and the same object are searched together.
    earlier
        What was kept before, of this and anything else.

    Returns
    -------
    ratios, kept
        Trips on the area's streets against those just around, None where there are none, one of
        each; and by a hash of all that decides it.
    """
    passing = functools.cache(lambda row: asked[row][0].passing(asked[row][1]))
    same = [
        SAME + seen(THROUGH, around.seen_streets(), around.area, limit_min)
        for around, limit_min in asked
    ]

    def seen_on_the_way(row: int) -> str:
        around, limit_min = asked[row]
        return THROUGH + seen(seen_part(around.graph, passing(row)), around.area, limit_min)

    keys = [earlier.get(whole) or seen_on_the_way(row) for row, whole in enumerate(same)]
    lacking = [row for row, key in enumerate(keys) if key not in earlier]
    found: dict[int, float | None] = {}

    def measured(row: int) -> float | None:
        if row not in found:
            own = [other for other in lacking if asked[other][0] is asked[row][0]]
            limits_min = [asked[other][1] for other in own]
            # the streets that matter to the longest trips hold those of all shorter ones
            around, widest = asked[row][0], passing(own[int(np.argmax(limits_min))])
            cut = around.with_(graph=part_of(around.graph, widest)[0])
            found.update(zip(own, _ratios(cut, limits_min), strict=True))
        return found[row]

    ratios, kept = remembered(keys, earlier, measured)
    return ratios, kept | dict(zip(same, keys, strict=True))


def _ratios(around: Around, limits_min: Sequence[float]) -> list[float | None]:
    found = through_movements(
        around.graph,
        around.area,
        neighbour_m=around.rules.neighbours.value,
        limits_ds=[deciseconds(limit_min) for limit_min in limits_min],
    )
    return [plain(each.ratio) for each in found]
