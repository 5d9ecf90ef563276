"""The border of the data by public transport: from there on a figure is a bound."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from htkgis.network.transit import Pairs, pairs_of


def to_border(
    stops: gpd.GeoDataFrame, border_ds: npt.NDArray[np.int32], covered: Any, max_walk_ds: int
) -> Pairs:
    """List the stops from which people walk out of what the data cover, and after how long.

    Parameters
    ----------
    stops
        All stops, as points.
    border_ds
        Time from each of them to the border, as :func:`htkgis.network.border_times` gives it.
    covered
        Polygon inside which the data are whole.
    max_walk_ds
        Longest walk from a stop, in deciseconds.

    Returns
    -------
    walks
        Of one point, the border: seconds, rounded down, so that a border that may be met is met;
        none at a stop beyond, for whoever gets off there is outside already.
    """
    inside = stops.geometry.within(covered).to_numpy()
    seconds = np.where(inside, border_ds // 10, 0)
    near = np.flatnonzero(seconds <= max_walk_ds // 10)
    return pairs_of(np.zeros(near.size), near, seconds[near], points=1)
