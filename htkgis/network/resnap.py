"""Points that are on the streets already, set anew: nearer or farther, or at other costs.

To snap costs more than many a search, and what is asked again mostly moves no point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np

from htkgis.errors import NetworkError
from htkgis.units import cost_ds

from .graph import Graph
from .snap import NOT_SNAPPED, Snaps, part_ds, snap


def snapped_within(
    graph: Graph,
    points: gpd.GeoDataFrame,
    snaps: Snaps,
    *,
    max_snap_m: float,
    min_part_m: float = 0.0,
    barriers: gpd.GeoDataFrame | None = None,
    how: Callable[..., Snaps] = snap,
) -> Snaps:
    """Snap points again where another distance to the streets is allowed.

    Who meets a street within the new distance stays there, for it is the nearest that is met
    freely; only the others are snapped.

    Parameters
    ----------
    graph, points, min_part_m, barriers
        As :func:`htkgis.network.snap` took them.
    snaps
        What it gave, at whatever distance.
    max_snap_m
        The new distance, >= 0.
    how
        What snapped them, and takes what :func:`htkgis.network.snap` does.

    Returns
    -------
    snaps
        As :func:`htkgis.network.snap` gives them at the new distance.
    """
    stays = (snaps.edge != NOT_SNAPPED) & (snaps.distance_m <= max_snap_m)
    rows = np.flatnonzero(~stays)
    if not len(rows):
        return snaps
    again = how(
        graph,
        points.iloc[rows],
        max_snap_m=max_snap_m,
        min_part_m=min_part_m,
        barriers=barriers,
    )
    fields = {}
    for name, values in vars(snaps).items():
        fields[name] = values.copy()
        fields[name][rows] = getattr(again, name)
    return Snaps(**fields)


def snapped_on(graph: Graph, snaps: Snaps) -> Snaps:
    """Give snapped points the costs of a graph of the same streets at another speed.

    Parameters
    ----------
    graph
        The same edges as those the points were snapped to, in the same order.
    snaps
        Snapped points.

    Returns
    -------
    snaps
        The same positions, as :func:`htkgis.network.snap` finds them on ``graph``.

    Raises
    ------
    NetworkError
        If the graph has fewer edges than the points lie on.
    """
    if len(snaps) and snaps.edge.max() >= graph.edges:
        msg = (
            f"points ({graph.mode}): one lies on edge {snaps.edge.max()} of {graph.edges}; points "
            "of a graph of the same streets are allowed. Snap them to this one."
        )
        raise NetworkError(msg)
    snapped = snaps.edge != NOT_SNAPPED
    edge, share = np.maximum(snaps.edge, 0), np.nan_to_num(snaps.share)
    metres = np.where(snapped, snaps.distance_m, 0.0)
    return replace(
        snaps,
        forward_ds=part_ds(share, graph.edge_forward_ds[edge], snapped),
        backward_ds=part_ds(share, graph.edge_backward_ds[edge], snapped),
        connector_ds=np.where(snapped, cost_ds(metres, graph.connector_kph), -1).astype(np.int32),
    )
