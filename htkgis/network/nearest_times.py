"""Time to the nearest of many places, searched from all of them at once, against the arrows.

One search serves every origin, where travel times between all pairs take one per place. Only
an origin on the street of a place may be nearer along it than by way of a junction.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from htkgis.units import UNREACHED

from .graph import Graph
from .made import lately
from .search import search
from .snap import Snaps, arrival_costs, arriving_ds, departure_costs, end_nodes, leaving_ds


def nearest_times(
    graph: Graph, origins: Snaps, places: Snaps, *, limit_ds: int
) -> npt.NDArray[np.int64]:
    """Measure the travel time from every origin to the nearest place.

    Parameters
    ----------
    graph
        The graph both sets were snapped to.
    origins, places
        Snapped points; those that are not snapped reach nothing, or are not reached.
    limit_ds
        Largest total time that counts, in deciseconds.

    Returns
    -------
    times
        Deciseconds per origin, equal to the least of :func:`htkgis.network.street_times`;
        ``UNREACHED`` where no place is reached within the limit.

    Examples
    --------
    Homes 10 m and 60 m along a street of 100 m, places at 40 m and at its end, at 1 m/s:

    >>> import geopandas as gpd, shapely
    >>> from htkgis.network import build_graph, snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> homes, places = (
    ...     snap(graph, gpd.GeoDataFrame({"id": ["p", "q"]}, geometry=shapely.points(x, 0)),
    ...          max_snap_m=10)
    ...     for x in ([10, 60], [40, 100]))
    >>> nearest_times(graph, homes, places, limit_ds=6000).tolist()
    [300, 200]
    """
    nodes, costs = end_nodes(graph, places).ravel(), arrival_costs(graph, places).ravel()
    # homes that lie elsewhere in some case ask for the way on from the same junctions
    key = ("onward", limit_ds, nodes.tobytes(), costs.tobytes())
    onward = lately(
        graph, key, lambda: search(graph, nodes, costs, limit_ds=limit_ds, reverse=True)
    )
    by_node = departure_costs(graph, origins).astype(np.int64) + onward[end_nodes(graph, origins)]
    found = by_node.min(axis=1)
    origin, time_ds = _along_edges(graph, origins, places)
    np.minimum.at(found, origin, time_ds)
    return np.where(found <= limit_ds, found, UNREACHED)


def _along_edges(
    graph: Graph, origins: Snaps, places: Snaps
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Time origins to the places of their own edge, along it: numbers of origins, deciseconds.

    As :func:`htkgis.network.search.along_edge` does; by way of a junction has been looked at.
    """
    order = np.argsort(places.edge, kind="stable")
    lowest, highest = (
        np.searchsorted(places.edge[order], origins.edge, side=side) for side in ("left", "right")
    )
    count = np.where(origins.edge >= 0, highest - lowest, 0)
    origin = np.repeat(np.arange(len(origins)), count)
    first = np.cumsum(count) - count
    place = order[np.arange(len(origin)) + (lowest - first)[origin]]
    start, end = origins.share[origin], places.share[place]
    forward_ds, backward_ds = (
        np.where(opened & (own >= 0), part, UNREACHED)
        for opened, own, part in (
            (start <= end, origins.forward_ds[origin],
             places.forward_ds[place].astype(np.int64) - origins.forward_ds[origin]),
            (start >= end, origins.backward_ds[origin],
             origins.backward_ds[origin].astype(np.int64) - places.backward_ds[place]),
        )
    )  # fmt: skip
    spent_ds = leaving_ds(graph, origins)[origin] + arriving_ds(graph, places)[place]
    return origin, np.minimum(forward_ds, backward_ds) + spent_ds
