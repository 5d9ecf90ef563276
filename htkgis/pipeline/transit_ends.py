"""Where journeys by public transport end: stops on the streets, and more than one kind of place."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

from htkgis.network import Snaps
from htkgis.network.transit import Journeys, Pairs, pairs_of, with_walks

from .entrances import STATION, snap_places


def at_rails(
    graph: Any, points: gpd.GeoDataFrame, max_snap_m: float, barriers: gpd.GeoDataFrame | None
) -> Snaps:
    """Snap stops; a railway is no barrier to those on it, and no short part is passed over.

    A platform's own paths are streets, however short they hang together.
    """
    function = points.get("function", STATION)
    return snap_places(
        graph, points.assign(function=function), None, barriers=barriers, max_snap_m=max_snap_m
    )


def beside(first: Snaps, second: Snaps) -> Snaps:
    """Put two sets of snapped points one after the other."""
    joined = {
        name: np.concatenate([values, getattr(second, name)])
        for name, values in vars(first).items()
    }
    return Snaps(**joined)


def with_more(journeys: Journeys, walks: Pairs, *, at: int) -> Journeys:
    """Reach some destinations, from number ``at`` on, by further walks from stops."""
    owner = np.repeat(np.arange(len(walks)), np.diff(walks.indptr)) + at
    return with_walks(journeys, pairs_of(owner, *walks.walks.T, points=len(journeys.egress)))
