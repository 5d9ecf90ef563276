"""The street graph of one mode: streets between junctions, as arrays for the search.

Nodes lie in Hilbert order and edges in the order of their nodes, so the same streets
give the same arrays whatever the order of their rows. A cost is the time to pass an
edge in integer deciseconds; every array is read-only, so a graph can be shared.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.errors import ConfigError, NetworkError

from .cost_rules import open_streets
from .drawing import Drawing
from .edge_costs import both_ways_ds, stopping_edges
from .layout import layout_of
from .modes import Mode, mode_named
from .pieces import rejoined
from .ragged import Offsets, offsets, ragged_rows
from .streets import usable_streets

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


FAST_OF_EDGES = 5000
"""Streets that are looked at, or up to twice as many, to say how fast they are."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Streets of one mode as arrays; made by :func:`build_graph`.

    Parameters
    ----------
    mode
        Name of the mode.
    speed_kph
        Speed of the mode in km/h, > 0; the edges may have speeds of their own.
    connector_kph
        Speed between a point and the street in km/h, > 0.
    start_ds, end_ds
        Deciseconds that every trip takes before and after travelling, >= 0.
    node_ids
        Text id per node, shape (n,), fixed width.
    node_xy
        Position per node in metres, shape (n, 2).
    edge_ids
        Text id per edge, shape (m,), fixed width.
    edge_from, edge_to
        Node number at the start and the end of each edge, shape (m,).
    edge_length_m
        True length per edge in metres, >= 0; the drawn line may be shorter.
    edge_forward_ds, edge_backward_ds
        Time from start to end and back in deciseconds, shape (m,); -1 where closed.
    edge_stops
        Whether a trip may start and end on each edge, shape (m,).
    edge_xy, edge_xy_start
        Vertices of all edges in metres, shape (k, 2), and where each edge begins in them,
        shape (m + 1,).
    indptr, adjacency
        Arcs that leave each node: node ``i`` owns the rows ``indptr[i]:indptr[i + 1]`` of
        ``adjacency``, each a pair of target node and cost in deciseconds.
    reverse_indptr, reverse_adjacency
        The same for the arcs that enter each node.
    """

    mode: str
    speed_kph: float
    connector_kph: float
    start_ds: int
    end_ds: int
    node_ids: npt.NDArray[np.str_]
    node_xy: Floats
    edge_ids: npt.NDArray[np.str_]
    edge_from: Ints
    edge_to: Ints
    edge_length_m: Floats
    edge_forward_ds: Ints
    edge_backward_ds: Ints
    edge_stops: npt.NDArray[np.bool_]
    edge_xy: Floats
    edge_xy_start: Offsets
    indptr: Ints
    adjacency: Ints
    reverse_indptr: Ints
    reverse_adjacency: Ints

    def __post_init__(self) -> None:
        """Make every array read-only; it also keeps each kernel at one compiled version."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                view = np.ascontiguousarray(value).view(np.ndarray)
                view.flags.writeable = False
                object.__setattr__(self, field.name, view)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_ids)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.edge_ids)

    @cached_property
    def directed(self) -> bool:
        """Whether any edge costs more, or is closed, in one direction."""
        return bool((self.edge_forward_ds != self.edge_backward_ds).any())

    @cached_property
    def max_cost_ds(self) -> int:
        """Largest cost of an edge in deciseconds."""
        return int(max(self.edge_forward_ds.max(), self.edge_backward_ds.max()))

    @cached_property
    def mean_cost_ds(self) -> float:
        """Mean cost of an arc in deciseconds."""
        return float(self.adjacency[:, 1].mean())

    @cached_property
    def extent_m(self) -> Floats:
        """Width and height of the box around all nodes in metres."""
        return np.array([np.ptp(column) for column in self.node_xy.T])

    @cached_property
    def fast_m_per_ds(self) -> float:
        """Metres as the crow flies per decisecond; a tenth of all length is faster."""
        # it chooses how to search and changes no time, so some streets of all parts of town do
        some = slice(None, None, max(1, self.edges // FAST_OF_EDGES))
        ends = self.node_xy[self.edge_to[some]] - self.node_xy[self.edge_from[some]]
        straight_m = np.hypot(ends[:, 0], ends[:, 1])
        cost_ds = np.maximum(self.edge_forward_ds[some], self.edge_backward_ds[some])
        cost_ds = np.maximum(cost_ds, 1)
        order = np.argsort(straight_m / cost_ds, kind="stable")
        behind_m = np.cumsum(straight_m[order])
        street = order[np.searchsorted(behind_m, 0.9 * behind_m[-1])]
        return float(straight_m[street] / cost_ds[street])

    @cached_property
    def drawing(self) -> Drawing:
        """Lines of the edges; graphs that were stored share them where they lie alike."""
        return Drawing(self.edge_xy, self.edge_xy_start)

    @property
    def lines(self) -> npt.NDArray[Any]:
        """Every edge as a shapely line, shape (m,); built on first use."""
        return self.drawing.lines

    @property
    def tree(self) -> shapely.STRtree:
        """Spatial index of :attr:`lines`; built on first use."""
        return self.drawing.tree


def build_graph(
    streets: gpd.GeoDataFrame, *, mode: Mode | str, speed_kph: float | None = None
) -> Graph:
    """Build the graph of the streets that one mode may use.

    Parallel edges, loops and edges of zero length are kept.

    Parameters
    ----------
    streets
        Table ``STREETS`` with the columns of the mode; index and row order do not matter.
    mode
        Mode that travels, or the name of its flag column; rows where it is false are left out.
        By its name alone it has one speed, and ``oneway`` closes a street against its
        direction, except for walking.
    speed_kph
        Speed on every street in km/h, > 0; instead of all speeds the mode brings with it.

    Returns
    -------
    graph
        At least one edge.

    Raises
    ------
    ConfigError
        If ``speed_kph`` is not a positive number, or missing where only a name is given.
    SchemaError
        If a column of the mode is missing, a street has no line or no speed above 0, or a
        length is not a number >= 0.
    NetworkError
        If no street is open to the mode, or one takes longer than the engine can count.

    Notes
    -----
    A trip that starts or ends along an edge takes its part of the whole cost, waits included.

    Examples
    --------
    Two streets of 100 m in a row, at 4.5 km/h (80 s each):

    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["s", "t"], "from_node": ["a", "b"], "to_node": ["b", "c"],
    ...      "length_m": [100.0, 100.0], "oneway": [False, False], "walk": [True, True]},
    ...     geometry=[shapely.LineString([(0, 0), (100, 0)]),
    ...               shapely.LineString([(100, 0), (200, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=4.5)
    >>> graph.nodes, graph.edges, graph.edge_forward_ds.tolist()
    (3, 2, [800, 800])
    """
    mode = _mode(mode, speed_kph)
    used = _used(streets, mode)
    layout = layout_of(used, mode)
    forward_ds, backward_ds = (each[layout.order] for each in both_ways_ds(used, mode))
    shared: dict[str, Any] = layout.arrays
    ends = layout.edge_from, layout.edge_to
    found: dict[str, Any] = dict(arcs_by_node(len(layout.node_ids), *ends, forward_ds, backward_ds))
    return Graph(
        mode=mode.name,
        speed_kph=float(mode.speed_kph),
        connector_kph=float(mode.walked_kph),
        start_ds=mode.start_ds,
        end_ds=mode.end_ds,
        edge_length_m=used["length_m"].to_numpy(dtype=np.float64)[layout.order],
        edge_forward_ds=forward_ds,
        edge_backward_ds=backward_ds,
        edge_stops=stopping_edges(used, mode)[layout.order],
        **shared,
        **found,
    )


def edge_lines(graph: Graph, edges: npt.NDArray[np.integer[Any]]) -> npt.NDArray[Any]:
    """Draw edges as shapely lines.

    Parameters
    ----------
    graph
        Any graph.
    edges
        Edge numbers, shape (k,), repeats allowed.

    Returns
    -------
    lines
        One LineString per edge number, shape (k,).
    """
    rows, owner = ragged_rows(graph.edge_xy_start, edges)
    return np.asarray(shapely.linestrings(graph.edge_xy[rows], indices=owner), dtype=object)


def _mode(mode: Mode | str, speed_kph: float | None) -> Mode:
    """Complete a mode that is given by its name, or travels at another speed."""
    if isinstance(mode, Mode):
        if speed_kph is None:
            return mode
        return replace(mode, speed_kph=speed_kph, speeds=None, share=1.0)
    if speed_kph is None:
        msg = f"speed_kph ({mode}): is missing; a mode known by its name alone has none. State it."
        raise ConfigError(msg)
    return mode_named(mode, speed_kph)


def _used(streets: gpd.GeoDataFrame, mode: Mode) -> gpd.GeoDataFrame:
    """Pick the streets that are open to the mode, and that its costs do not close."""
    # the flag column has the say on use, and is what a message must name
    used = usable_streets(streets, replace(mode, name=mode.used, flag=None))
    stays = open_streets(used, mode.costs)
    if not stays.any():
        msg = (
            f"streets ({mode.name}): the costs of the mode close all of the {len(used)} streets "
            "that it may use; at least one is needed. Correct the costs in study.toml."
        )
        raise NetworkError(msg)
    return rejoined(used if stays.all() else used[stays])


def open_arcs(start: Ints, end: Ints, forward_ds: Ints, backward_ds: Ints) -> Ints:
    """List the open directions of all edges as rows (from, to, cost)."""
    there = np.stack([start, end, forward_ds], axis=1)[forward_ds >= 0]
    back = np.stack([end, start, backward_ds], axis=1)[backward_ds >= 0]
    return np.concatenate([there, back])


def arcs_by_node(
    nodes: int, start: Ints, end: Ints, forward_ds: Ints, backward_ds: Ints
) -> dict[str, Ints]:
    """Group the open directions of all edges by the node they leave, and by the node they enter.

    Where every edge takes as long in both directions the two are the same.
    """
    arcs = open_arcs(start, end, forward_ds, backward_ds)
    leaving = _grouped(arcs, 0, nodes)
    entering = leaving if np.array_equal(forward_ds, backward_ds) else _grouped(arcs, 1, nodes)
    return {
        "indptr": leaving[0],
        "adjacency": leaving[1],
        "reverse_indptr": entering[0],
        "reverse_adjacency": entering[1],
    }


def _grouped(arcs: Ints, own: int, nodes: int) -> tuple[Ints, Ints]:
    """Sort arcs by their node in one column, then by the other and by cost."""
    other = 1 - own
    order = _by_ends_and_cost(arcs[:, own], arcs[:, other], arcs[:, 2], nodes)
    begin = offsets(arcs[:, own], nodes).astype(np.int32)
    return begin, np.take(arcs[:, [other, 2]], order, axis=0)


def _by_ends_and_cost(own: Ints, other: Ints, cost: Ints, nodes: int) -> Offsets:
    """Sort arcs; in what order those stand that are alike in all three decides nothing."""
    key = own.astype(np.int64) * nodes + other
    kinds = int(cost.max(initial=0)) + 1
    if nodes**2 * kinds <= np.iinfo(np.int64).max:
        return np.argsort(key * kinds + cost)  # one key is sorted eight times as fast as two
    return np.lexsort((cost, key))
