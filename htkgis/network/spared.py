"""Which times a changed street leaves as they are: told by two searches, not by one for each.

A street matters to a trip only where the way through it is no longer than the trip is without.
Two searches give that way for all trips at once: one backwards from where changed streets begin,
one onwards from where they end. So who kept what all ways cost, as numbers in the order of the
graph, finds those that changed, and measures again only who can be concerned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from htkgis.units import UNREACHED

from .border import seeds_of
from .graph import Graph
from .made import lately, once
from .points import Points
from .search import search

Ints = npt.NDArray[np.int64]
Found = Mapping[str, npt.NDArray[Any]]

WAYS, COSTS = "ways", "arcs_ds"
"""Names of what is kept: a hash of which junctions are joined, and what each arc costs."""


def kept_arcs(graph: Graph) -> dict[str, npt.NDArray[Any]]:
    """Give what to keep of a graph, to tell later which of its arcs changed.

    Returns
    -------
    kept
        ``ways``, one hash; and ``arcs_ds``, deciseconds of each arc in the order of the graph.
    """
    return once(graph, "kept arcs", lambda: _kept(graph))


def _kept(graph: Graph) -> dict[str, npt.NDArray[Any]]:
    joined = hashlib.sha256(graph.indptr.tobytes())
    joined.update(np.ascontiguousarray(graph.adjacency[:, 0]).tobytes())
    cost = graph.adjacency[:, 1]
    arcs_ds = cost.astype(np.min_scalar_type(cost.max(initial=0)))
    return {WAYS: np.array([joined.hexdigest()], dtype="S64"), COSTS: arcs_ds}


class Changed(NamedTuple):
    """Arcs that cost otherwise than before.

    Parameters
    ----------
    start, end
        Their junctions, shape (n,).
    least_ds
        The smaller of what each costs and cost, in deciseconds.
    """

    start: Ints
    end: Ints
    least_ds: Ints

    def through(self, graph: Graph, starts: Points) -> Ints:
        """Least time from each point to the end of a changed arc, along it, shape (points,).

        At what the arc costs or cost, whichever is less; ``UNREACHED`` or more where there is none.
        """
        labels = self._labels(graph, self.start, self.least_ds, reverse=True)
        return _least(starts, labels)

    def onward(self, graph: Graph, ends: Points) -> Ints:
        """Least time to each point from where a changed arc ends, shape (points,)."""
        return _least(ends, self._labels(graph, self.end, np.zeros_like(self.end)))

    def to_border(self, graph: Graph, coverage: Any) -> int:
        """Least time from where a changed arc ends to the border of what data cover."""
        nodes, costs = seeds_of(graph, coverage)
        labels = self._labels(graph, self.end, np.zeros_like(self.end))
        return int((labels[nodes].astype(np.int64) + costs).min(initial=UNREACHED)) + graph.end_ds

    def _labels(
        self, graph: Graph, nodes: Ints, costs: Ints, *, reverse: bool = False
    ) -> npt.NDArray[np.int32]:
        # whoever asks on this graph asks for the same ways
        key = "changed", reverse, nodes.tobytes(), costs.tobytes()
        return lately(graph, key, lambda: search(graph, nodes, costs, reverse=reverse))


def changed_arcs(graph: Graph, kept: Found) -> Changed | None:
    """Find the arcs of a graph that cost otherwise than those that were kept.

    Arcs between the same two junctions stand in the order of their costs, and are compared in it:
    what is no row here is an arc of both graphs.

    Parameters
    ----------
    graph
        As it is now.
    kept
        As :func:`kept_arcs` gave it of a graph before.

    Returns
    -------
    changed
        None where the graphs join other junctions.
    """
    own = kept_arcs(graph)
    if kept[WAYS].tolist() != own[WAYS].tolist():
        return None
    before = np.asarray(kept[COSTS])
    rows = np.flatnonzero(before != own[COSTS])
    start = np.searchsorted(graph.indptr, rows, side="right") - 1
    end, cost = graph.adjacency[rows].astype(np.int64).T
    return Changed(start.astype(np.int64), end, np.minimum(cost, before[rows].astype(np.int64)))


def concerned(through_ds: Ints, onward_ds: npt.ArrayLike, times_ds: npt.ArrayLike) -> Any:
    """Tell for which trips some changed arcs can matter; all others take what they took.

    Parameters
    ----------
    through_ds
        As :meth:`Changed.through` gives it of where trips leave.
    onward_ds
        As :meth:`Changed.onward` or :meth:`Changed.to_border` gives it of where they lead.
    times_ds
        What they took before the arcs changed, or the longest time that counts where that is
        less.

    Returns
    -------
    concerned
        Flags of the shape that the three have together.

    Notes
    -----
    A trip is none of these if every way that enters one changed arc, at the least of what it costs
    and cost, and leaves another or the same takes longer than the trip took. Then the trip took
    no changed arc: a way that did leads to the first of them and away from the last over arcs that
    stay, and so takes as long as such a way at least. So it can be made now. And nothing that is
    shorter can: it would pass a changed arc, and take longer for the same reason.

    Examples
    --------
    Of a triangle of streets of 100, 100 and 150 m, the longest leads from a to c. It grew to 160 m,
    which concerns trips along it, and not those from a or c to b:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> from .points import at_nodes
    >>> spots = {"a": (0, 0), "b": (100, 0), "c": (100, 100)}
    >>> def triangle(longest_m):
    ...     ends = [("a", "b"), ("b", "c"), ("a", "c")]
    ...     table = gpd.GeoDataFrame(
    ...         {"id": ["s", "t", "u"], "from_node": [e[0] for e in ends],
    ...          "to_node": [e[1] for e in ends], "length_m": [100.0, 100.0, longest_m],
    ...          "oneway": [False] * 3, "walk": [True] * 3},
    ...         geometry=[shapely.LineString([spots[one], spots[two]]) for one, two in ends])
    ...     return build_graph(table, mode="walk", speed_kph=3.6)
    >>> before, now = triangle(150.0), triangle(160.0)
    >>> changed, points = changed_arcs(now, kept_arcs(before)), at_nodes(now)
    >>> through_ds, onward_ds = changed.through(now, points), changed.onward(now, points)
    >>> took_ds = {"ab": 1000, "ac": 1500, "cb": 1000}
    >>> place = now.node_ids.tolist().index
    >>> {trip: bool(concerned(through_ds[place(trip[0])], onward_ds[place(trip[1])], ds))
    ...  for trip, ds in took_ds.items()}
    {'ab': False, 'ac': True, 'cb': False}
    """
    ways_ds = through_ds + np.asarray(onward_ds, dtype=np.int64)
    return (ways_ds <= np.asarray(times_ds)) & (ways_ds < UNREACHED)


def _least(points: Points, labels: npt.NDArray[np.int32]) -> Ints:
    """Least time over the ends of the street that each point lies on."""
    times = points.side.costs.astype(np.int64) + labels[points.side.nodes]
    least: Ints = times.min(axis=1, initial=2 * UNREACHED)
    return least
