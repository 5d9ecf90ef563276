"""Where points lie on the streets, as arrays that can be stored, and back on any graph of them.

Stored is where a point lies and never what the way there costs: that follows from the graph it is
read back on, so that one set of arrays serves whoever travels at whatever speed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError

from .graph import Graph
from .resnap import snapped_on
from .snap import Snaps

POSITION = np.dtype(
    [
        ("edge", "<i4"),
        ("share", "<f8"),
        ("distance_m", "<f8"),
        ("xy", "<f8", 2),
        ("point_xy", "<f8", 2),
        ("behind_barrier", "?"),
    ]
)
"""What is stored of each point; the names are those of :class:`~htkgis.network.snap.Snaps`."""


def snap_arrays(graph: Graph, snaps: Snaps, *, named: bool = True) -> dict[str, npt.NDArray[Any]]:
    """Take snapped points apart into arrays that can be stored and memory-mapped.

    Parameters
    ----------
    graph
        The graph they were snapped to.
    snaps
        Snapped points; their ids must be text.
    named
        Whether to store their ids, too; not where whoever reads them back has the points.

    Returns
    -------
    arrays
        ``position`` (:data:`POSITION`) and, where they are ``named``, ``ids``, one entry per
        point; and ``edges``, how many the graph has and a checksum of where they lie.
    """
    position = np.zeros(len(snaps), dtype=POSITION)
    for name in POSITION.names or ():
        position[name] = getattr(snaps, name)
    arrays = {"position": position, "edges": _edges_of(graph)}
    ids = np.asarray(snaps.ids, dtype=object).astype(np.str_)
    return arrays | {"ids": ids} if named else arrays


def snaps_from_arrays(
    graph: Graph, arrays: Mapping[str, npt.NDArray[Any]], ids: Any = None
) -> Snaps:
    """Put snapped points together from the arrays of :func:`snap_arrays`.

    Parameters
    ----------
    graph
        The same edges as those the points were snapped to, in the same order, at any speed.
    arrays
        As returned by :func:`snap_arrays`.
    ids
        Of the points in their order, where they were stored without.

    Returns
    -------
    snaps
        As :func:`htkgis.network.snap` finds them on ``graph``.

    Raises
    ------
    NetworkError
        If the edges of the graph are others, or there is another number of ids.

    Examples
    --------
    A door 30 m beside the middle of a street of 100 m, stored at 3.6 km/h and read at 7.2:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .snap import snap
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0],
    ...      "oneway": [False], "walk": [True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)])])
    >>> slow, quick = (build_graph(streets, mode="walk", speed_kph=kph) for kph in (3.6, 7.2))
    >>> door = gpd.GeoDataFrame({"id": ["door"]}, geometry=[shapely.Point(50, 30)])
    >>> stored = snap_arrays(slow, snap(slow, door, max_snap_m=100))
    >>> found = snaps_from_arrays(quick, stored)
    >>> found.ids.tolist(), int(found.forward_ds[0]), int(found.connector_ds[0])
    (['door'], 250, 150)
    """
    before, own = np.asarray(arrays["edges"]), _edges_of(graph)
    if not np.array_equal(before, own):
        msg = (
            f"points ({graph.mode}): they were set on other streets, a graph of {before[0]} edges, "
            f"and this one has {own[0]}; a graph of the same streets is needed. Snap them to it."
        )
        raise NetworkError(msg)
    position = np.asarray(arrays["position"])
    names = np.asarray(arrays["ids"] if ids is None else ids, dtype=object)
    if len(names) != len(position):
        msg = (
            f"points ({graph.mode}): {len(position)} were set on the streets, and {len(names)} "
            "are named; the same points are needed. Snap them again."
        )
        raise NetworkError(msg)
    stored = {name: np.ascontiguousarray(position[name]) for name in POSITION.names or ()}
    no_cost = np.full(len(position), -1, dtype=np.int32)
    costs: dict[str, Any] = dict.fromkeys(("forward_ds", "backward_ds", "connector_ds"), no_cost)
    return snapped_on(graph, Snaps(ids=names, **stored, **costs))


def _edges_of(graph: Graph) -> npt.NDArray[np.int64]:
    return np.array([graph.edges, graph.drawing.checksum], dtype=np.int64)
