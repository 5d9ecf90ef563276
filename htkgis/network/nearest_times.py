"""Time to the nearest of many places, searched from all of them at once, against the arrows.

One search serves every origin, where travel times between all pairs take one per place. Only
an origin on the street of a place may be nearer along it than by way of a junction.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from htkgis.units import UNREACHED

from .graph import Graph
from .search import search
from .snap import Snaps, arrival_costs, departure_costs, end_nodes
from .street_times import street_times


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
    onward = search(
        graph,
        end_nodes(graph, places).ravel(),
        arrival_costs(graph, places).ravel(),
        limit_ds=limit_ds,
        reverse=True,
    )
    by_node = departure_costs(graph, origins).astype(np.int64) + onward[end_nodes(graph, origins)]
    found = by_node.min(axis=1)
    beside = (origins.edge >= 0) & np.isin(origins.edge, places.edge)
    along = street_times(
        graph,
        origins.where(beside),
        places.where(np.isin(places.edge, origins.edge[beside])),
        limit_ds=limit_ds,
    )
    np.minimum.at(found, np.flatnonzero(beside)[along.from_index], along.time_ds)
    return np.where(found <= limit_ds, found, UNREACHED)
