"""Heights of bridges and tunnels, which a raster of the ground does not know.

A bridge is often several streets: it is cut where a ramp joins it, where its name or its number
of lanes changes, and where a stair comes up. A raster gives such a cut the height of the valley
below. Here only the ends of what hangs together as bridge or tunnel stand on the ground.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

HEIGHTS = ("start_m", "end_m", "gain_m", "loss_m")


def level_decks(streets: gpd.GeoDataFrame, heights: pd.DataFrame) -> pd.DataFrame:
    r"""Let bridges and tunnels run evenly between where they leave the ground.

    A node where only bridges and tunnels meet, two of them or more, lies on the deck; all others,
    dead ends too, lie on the ground. The deck is even: the height of each of its nodes is

    .. math::

        h_i = \frac{\sum_j h_j / d_{ij}}{\sum_j 1 / d_{ij}}

    over the neighbours :math:`j` at the distances :math:`d_{ij}` along the deck. Along a chain
    that is the straight line between the heights of its two ends, however it is cut; where three
    decks meet it is the height at which none of them bends.

    Parameters
    ----------
    streets
        Lines in a projected CRS in metres, with ``from_node`` and ``to_node`` (text) and the
        flags ``bridge`` and ``tunnel``.
    heights
        By the index of ``streets``: height in metres of the ground at both ends (``start_m``,
        ``end_m``) and sums of rises and falls (``gain_m``, ``loss_m``); missing where unknown.

    Returns
    -------
    heights
        The same columns. Bridges and tunnels have the heights of the deck at their ends and one
        even rise or fall between; missing where any end of what hangs together has no height.
        A deck that touches the ground nowhere keeps the heights it had. Other streets keep
        everything.

    Examples
    --------
    A bridge of two pieces from 10 m to 12 m over a valley at 2 m:

    >>> lines = [shapely.LineString([(0, 0), (25, 0)]), shapely.LineString([(25, 0), (100, 0)])]
    >>> streets = gpd.GeoDataFrame(
    ...     {"from_node": ["a", "b"], "to_node": ["b", "c"], "bridge": True, "tunnel": False},
    ...     geometry=lines, crs="EPSG:25832")
    >>> ground = pd.DataFrame({"start_m": [10.0, 2.0], "end_m": [2.0, 12.0],
    ...                        "gain_m": [0.0, 10.0], "loss_m": [8.0, 0.0]})
    >>> level_decks(streets, ground).to_numpy().tolist()
    [[10.0, 10.5, 0.5, 0.0], [10.5, 12.0, 1.5, 0.0]]
    """
    rows = np.flatnonzero((streets["bridge"] | streets["tunnel"]).to_numpy(dtype=bool))
    if not len(rows):
        return heights
    start, end, on_deck, ground_m = _nodes(streets, heights, rows)
    length_m = shapely.length(streets.geometry.to_numpy()[rows])
    height_m = _evened(start, end, np.maximum(length_m, 1e-6), on_deck, ground_m)
    rise_m = height_m[end] - height_m[start]
    deck = (height_m[start], height_m[end], np.maximum(rise_m, 0.0), np.maximum(-rise_m, 0.0))
    levelled = heights.copy()
    for column, values in zip(HEIGHTS, deck, strict=True):
        own = levelled[column].to_numpy(dtype=np.float64, copy=True)
        own[rows] = values
        levelled[column] = own
    return levelled


def _nodes(
    streets: gpd.GeoDataFrame, heights: pd.DataFrame, rows: Integers
) -> tuple[Integers, Integers, Flags, Numbers]:
    """Give the nodes of bridges and tunnels numbers; say which are on the deck, and the ground."""
    every = np.concatenate([streets[name].to_numpy() for name in ("from_node", "to_node")])
    code, _ = pd.factorize(every)
    count = len(streets)
    own = np.concatenate([code[rows], code[count + rows]])
    known, place = np.unique(own, return_inverse=True)
    uses = np.bincount(code)[known]
    own_uses = np.bincount(place)
    ground: Any = pd.concat([heights["start_m"].iloc[rows], heights["end_m"].iloc[rows]])
    # all streets that end at a node have the same sample there
    ground_m = pd.Series(ground.to_numpy()).groupby(place).first().to_numpy(dtype=np.float64)
    on_deck = (uses == own_uses) & (own_uses > 1)
    return place[: len(rows)], place[len(rows) :], on_deck, ground_m


def _evened(
    start: Integers, end: Integers, length_m: Numbers, on_deck: Flags, ground_m: Numbers
) -> Numbers:
    """Solve for the heights of the nodes on the deck; the others keep that of the ground."""
    # loads much, and every run loads layers, of which few have heights
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.sparse.linalg import spsolve  # noqa: PLC0415

    size = len(ground_m)
    weight = 1.0 / length_m
    pull = coo_array(
        (np.concatenate([weight, weight]), (np.r_[start, end], np.r_[end, start])),
        shape=(size, size),
    ).tocsr()
    _, part = connected_components(pull, directed=False)
    fixed = np.bincount(part, weights=~on_deck) > 0
    lost = np.bincount(part, weights=~on_deck & np.isnan(ground_m)) > 0
    height_m = np.where(lost[part], np.nan, ground_m)
    free = np.flatnonzero(on_deck & fixed[part] & ~lost[part])
    if len(free):
        rest = np.flatnonzero(~on_deck & ~lost[part])
        inner = pull[free][:, free]
        total = np.asarray(pull[free].sum(axis=1)).ravel()
        matrix = csr_array(
            coo_array((total, (np.arange(len(free)), np.arange(len(free))))) - inner
        ).tocsc()
        height_m[free] = spsolve(matrix, pull[free][:, rest] @ ground_m[rest])
    return np.asarray(height_m, dtype=np.float64)
