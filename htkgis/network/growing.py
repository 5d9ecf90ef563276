"""Streets that grow: ways that may be opened, and fields of times that only fall when they are.

A project that adds a street or a place makes no way longer. So the times of a set of projects need
no new search: those of the set without the project are followed backwards from what it adds, just
as far as they fall.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from htkgis.errors import NetworkError
from htkgis.units import UNREACHED

from .graph import Graph, open_arcs
from .search import Arcs, spread, workspace

Ints = npt.NDArray[np.int32]

ALWAYS = -1
"""Owner of an edge that is there whatever is built."""


class GrowingStreets:
    """Streets of one mode, some of which are only there once their owner is built.

    Nodes keep their numbers whatever is open, so that one field of times can be lowered again
    and again.

    Parameters
    ----------
    graph
        All streets, those that may come as well.
    owner
        Per edge the number of who brings it, 0 or more, or ``ALWAYS``; shape (edges,).
    limit_ds
        Longest time that counts, in deciseconds, > 0.

    Raises
    ------
    NetworkError
        If there is not one owner per edge.

    References
    ----------
    Ramalingam, G. and Reps, T. (1996). An incremental algorithm for a generalization of the
    shortest-path problem. Journal of Algorithms 21(2), 267-305.

    Examples
    --------
    A street of 300 m, and a path of 50 m between its ends that owner 0 would build, at 1 m/s. The
    shop is at ``b``:

    >>> import geopandas as gpd, shapely
    >>> from .graph import build_graph
    >>> line = shapely.LineString
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["path", "road"], "from_node": ["a", "a"], "to_node": ["b", "b"],
    ...      "length_m": [50.0, 300.0], "oneway": [False] * 2, "walk": [True] * 2},
    ...     geometry=[line([(0, 0), (50, 0)]), line([(0, 0), (0, 125), (50, 125), (50, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> growing = GrowingStreets(graph, np.where(graph.edge_ids == "path", 0, -1), limit_ds=6000)
    >>> a, b = (graph.node_ids.tolist().index(name) for name in "ab")
    >>> today = growing.field([b], [0])
    >>> growing.open_only([0])
    >>> built = growing.lowered(today, owners=[0])
    >>> int(today[a]), int(built[a])
    (3000, 500)
    """

    def __init__(self, graph: Graph, owner: npt.ArrayLike, *, limit_ds: int) -> None:
        owners = np.asarray(owner, dtype=np.int64)
        if owners.shape != (graph.edges,):
            msg = (
                f"growing streets ({graph.mode}): {graph.edges} edges have {owners.size} owners; "
                "one each is needed. Pass ALWAYS for those that are there anyhow."
            )
            raise NetworkError(msg)
        ends = (graph.edge_from, graph.edge_to, graph.edge_forward_ds, graph.edge_backward_ds)
        arcs = open_arcs(*ends)
        both = np.concatenate([owners[ends[2] >= 0], owners[ends[3] >= 0]])
        order = np.argsort(arcs[:, 1], kind="stable")
        self.graph = graph
        self.limit_ds = limit_ds
        self._owner = both[order]
        self._entered = arcs[order, 1]
        self._left = arcs[order, 0]
        self._cost = arcs[order, 2]
        self._adjacency: Ints = np.ascontiguousarray(arcs[order][:, [0, 2]])
        counts = np.bincount(self._entered, minlength=graph.nodes)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        view = self._adjacency.view()
        for array in (indptr, view):
            array.flags.writeable = False  # one compiled version of the kernel serves all graphs
        self._arcs = Arcs(indptr, view)
        self._owned = np.flatnonzero(self._owner != ALWAYS)
        # whatever is seeded lies below the limit, so that the circle of buckets is wide enough
        self._work, self._shift = workspace(graph, spread_ds=limit_ds, limit_ds=limit_ds)
        self.open_only(())

    def open_only(self, owners: Iterable[int]) -> None:
        """Open the ways of some owners, and shut those of all others."""
        open_now = np.isin(self._owner[self._owned], list(owners))
        self._adjacency[self._owned, 1] = np.where(open_now, self._cost[self._owned], UNREACHED)

    def field(self, nodes: npt.ArrayLike, costs_ds: npt.ArrayLike) -> Ints:
        """Measure the time from every node to the nearest of some seeds.

        Parameters
        ----------
        nodes, costs_ds
            Seeds and what is spent there, shape (k,); those beyond the limit are passed over.

        Returns
        -------
        field
            Deciseconds per node; ``UNREACHED`` beyond the limit.
        """
        nothing = np.full(self.graph.nodes, UNREACHED, dtype=np.int32)
        return self.lowered(nothing, nodes=nodes, costs_ds=costs_ds)

    def lowered(
        self,
        field: Ints,
        *,
        owners: Iterable[int] = (),
        nodes: npt.ArrayLike = (),
        costs_ds: npt.ArrayLike = (),
    ) -> Ints:
        """Lower a field for ways and seeds that were not there when it was measured.

        Parameters
        ----------
        field
            Of the same streets before; it is not changed. Ways that were open then are open now.
        owners
            Whose ways have been opened since.
        nodes, costs_ds
            Seeds that have come.

        Returns
        -------
        field
            What a search of everything that is open now would find.
        """
        wanted = self._owned[np.isin(self._owner[self._owned], list(owners))]
        over = field[self._entered[wanted]].astype(np.int64) + self._cost[wanted]
        seeds = np.concatenate([self._left[wanted], np.asarray(nodes, dtype=np.int64).ravel()])
        spent = np.concatenate([over, np.asarray(costs_ds, dtype=np.int64).ravel()])
        helps = spent <= self.limit_ds
        helps[helps] = spent[helps] < field[seeds[helps]]
        if not helps.any():
            return field
        labels: Any = field.copy()
        spread(
            self._arcs,
            seeds[helps].astype(np.int32),
            spent[helps].astype(np.int32),
            self.limit_ds,
            self._shift,
            self._work._replace(labels=labels),
        )
        return np.asarray(labels, dtype=np.int32)
