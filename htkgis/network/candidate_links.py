"""Short ways that are not there: places near each other that the streets keep far apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.compiled import kernel
from htkgis.units import UNREACHED, cost_ds

from .components import components
from .graph import Graph
from .links import cut_at
from .nearest_edge import joinable_edges
from .search import Arcs, Workspace, arcs_of, spread, workspace
from .snap import Snaps
from .threads import share_out

Ints = npt.NDArray[np.int32]
Pairs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NODES_PER_PIECE = 4096


@dataclass(frozen=True)
class GapRules:
    """What counts as a missing link.

    Parameters
    ----------
    spacing_m
        Ends may lie at junctions and at most this far apart along a street, in metres, > 0.
    straight_m
        Longest link, as the crow flies, in metres, > 0.
    network_m
        The way there is today is longer than this, in metres.
    min_part_m
        Pieces of street that are connected to less than this in all, mostly gaps in the data,
        are no ends, in metres.
    clear_m
        A link keeps so far from buildings, in metres, >= 0; a building that is nearer to one of
        its ends, where the street itself passes, it may not touch.
    """

    spacing_m: float
    straight_m: float
    network_m: float
    min_part_m: float = 0.0
    clear_m: float = 0.0


class Gaps(NamedTuple):
    """Candidates for links, nearest ends first within each order of junctions.

    Parameters
    ----------
    graph
        The streets, cut where links may end.
    start, end
        Junctions of it at both ends, ``start < end``, int32, shape (k,).
    straight_m
        Metres between the ends, shape (k,).
    """

    graph: Graph
    start: Ints
    end: Ints
    straight_m: Floats


def candidate_links(
    graph: Graph,
    *,
    rules: GapRules,
    buildings: gpd.GeoSeries | None = None,
    closed: gpd.GeoSeries | None = None,
    no_ends: npt.NDArray[np.bool_] | None = None,
) -> Gaps:
    """Find every short connection between places that the streets keep far apart.

    Parameters
    ----------
    graph
        Streets of one mode, usually walking. A direction that is closed counts as no way: two
        places are far apart if one of the ways between them is long.
    rules
        What counts.
    buildings
        Shapes that no link passes, in the CRS of the graph.
    closed
        Land on which no link ends, such as that of a railway, nor on streets that one reaches
        only along streets on it, in the CRS of the graph.
    no_ends
        Streets along which no link ends, such as bridges, one flag per edge of the graph; one
        may end where they meet another street. None where missing.

    Returns
    -------
    gaps
        Pairs whose straight line meets no other street on its way, since a link to that street
        would be shorter, and no building.

    Examples
    --------
    Two parallel streets, 40 m apart, that meet at one end only: their open ends are 1,040 m apart
    by street and 40 m across. Ends 100 m nearer to where they meet are 840 m apart, and so on
    until 600 m.

    >>> from .graph import build_graph
    >>> line = shapely.LineString
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["n", "s", "e"], "from_node": ["a", "c", "b"], "to_node": ["b", "d", "d"],
    ...      "length_m": [500.0, 500.0, 40.0], "oneway": [False] * 3, "walk": [True] * 3},
    ...     geometry=[line([(0, 40), (500, 40)]), line([(0, 0), (500, 0)]),
    ...               line([(500, 40), (500, 0)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> gaps = candidate_links(graph, rules=GapRules(100, 50, 600))
    >>> gaps.straight_m.tolist(), sorted(gaps.graph.node_xy[gaps.start, 0].tolist())
    ([40.0, 40.0, 40.0], [0.0, 100.0, 200.0])
    """
    barred = np.zeros(graph.edges, dtype=bool) if no_ends is None else no_ends
    cut = _with_ends(graph, rules.spacing_m, barred)
    usable = _possible_ends(cut, rules.min_part_m, graph.edge_ids[barred], closed)
    pairs = _near(cut.node_xy[usable], rules.straight_m)
    pairs = usable[pairs]
    pairs = pairs[_far_apart(cut, pairs, cost_ds([rules.network_m], graph.speed_kph).item())]
    lines = shapely.linestrings(cut.node_xy[pairs])
    free = ~_meets_streets(cut, pairs, lines)
    if buildings is not None and len(buildings):
        rows = np.flatnonzero(free)
        free[rows] = ~_meets_buildings(lines[rows], buildings.to_numpy(), rules.clear_m)
    start, end = pairs[free].T.astype(np.int32)
    return Gaps(cut, start, end, shapely.length(lines[free]))


def _with_ends(graph: Graph, spacing_m: float, barred: npt.NDArray[np.bool_]) -> Graph:
    """Cut the streets evenly, so that no piece is longer than the spacing; barred ones stay."""
    pieces = np.maximum(np.ceil(graph.edge_length_m / spacing_m - 1e-9), 1).astype(np.int64)
    pieces[~graph.edge_stops | barred] = 1
    edge = np.repeat(np.arange(graph.edges), pieces - 1)
    first = np.repeat(np.cumsum(pieces - 1) - (pieces - 1), pieces - 1)
    share = (np.arange(len(edge)) - first + 1) / pieces[edge]
    count = len(edge)
    nothing = np.zeros(count, dtype=np.int32)
    spots = Snaps(
        ids=np.arange(count).astype(object),
        edge=edge.astype(np.int32),
        share=share,
        forward_ds=nothing,
        backward_ds=nothing,
        connector_ds=nothing,
        distance_m=np.zeros(count),
        xy=np.zeros((count, 2)),
        point_xy=np.zeros((count, 2)),
        behind_barrier=np.zeros(count, dtype=bool),
    )
    return cut_at(graph, spots)[0]


def _possible_ends(
    graph: Graph,
    min_part_m: float,
    barred: npt.NDArray[np.str_],
    closed: gpd.GeoSeries | None,
) -> npt.NDArray[np.int64]:
    """List the junctions that lie on a street where trips may start, and on open land."""
    edges = joinable_edges(graph, min_part_m=min_part_m) & ~np.isin(graph.edge_ids, barred)
    nodes = np.unique(np.concatenate([graph.edge_from[edges], graph.edge_to[edges]]))
    if closed is not None and len(closed):
        nodes = nodes[~_behind(graph, closed)[nodes]]
    return nodes.astype(np.int64)


def _behind(graph: Graph, closed: gpd.GeoSeries) -> npt.NDArray[np.bool_]:
    """Mark the junctions on closed land, and those that one reaches only along streets on it.

    Of a connected network that is parted without these streets, the largest part stays open. A
    street that merely crosses closed land at one junction, as at a level crossing, is none.
    """
    shut = np.zeros(graph.nodes, dtype=bool)
    tree = shapely.STRtree(shapely.points(graph.node_xy))
    shut[np.unique(tree.query(closed.to_numpy(), predicate="intersects")[1])] = True
    left = ~(shut[graph.edge_from] & shut[graph.edge_to])
    ends = graph.edge_from[left], graph.edge_to[left]
    from scipy.sparse import coo_array  # noqa: PLC0415 - loads much, and few runs look for links
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    joined = coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(graph.nodes,) * 2)
    part = connected_components(joined, directed=False)[1]
    size = np.bincount(part)
    largest = np.zeros(graph.nodes, dtype=np.int64)
    whole = components(graph)
    np.maximum.at(largest, whole, size[part])
    behind: npt.NDArray[np.bool_] = shut | (size[part] < largest[whole])
    return behind


def _near(xy: Floats, straight_m: float) -> Pairs:
    """Pair all points within a distance, each pair once and in a fixed order."""
    if len(xy) == 0:
        return np.zeros((0, 2), dtype=np.int64)
    from scipy.spatial import KDTree  # noqa: PLC0415 - loads much, and few runs look for links

    pairs: Pairs = KDTree(xy).query_pairs(straight_m, output_type="ndarray")
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _far_apart(graph: Graph, pairs: Pairs, limit_ds: int) -> npt.NDArray[np.bool_]:
    """Say of each pair, sorted by its first junction, whether its way takes more than the limit."""
    far = np.zeros(len(pairs), dtype=np.bool_)
    sources, start = np.unique(pairs[:, 0], return_index=True)
    start = np.append(start, len(pairs))
    partners = pairs[:, 1].astype(np.int32)
    arcs = arcs_of(graph, reverse=False)

    def measure(pieces: Iterator[tuple[int, int]]) -> None:
        work, shift = workspace(graph, spread_ds=0, limit_ds=limit_ds)
        for begin, end in pieces:
            own = sources[begin:end].astype(np.int32)
            _mark_far(arcs, own, start[begin : end + 1], partners, limit_ds, shift, work, far)

    cuts = range(0, len(sources), NODES_PER_PIECE)
    share_out(
        [(cut, min(cut + NODES_PER_PIECE, len(sources))) for cut in cuts], measure, threads=None
    )
    return far


@kernel
def _mark_far(  # noqa: PLR0913, PLR0917 - a kernel takes its arrays one by one
    arcs: Arcs,
    sources: Ints,
    start: npt.NDArray[np.int64],
    partners: Ints,
    limit: int,
    shift: int,
    work: Workspace,
    far: npt.NDArray[np.bool_],
) -> None:
    """Mark the pairs of each source whose partner a search within the limit does not reach."""
    nothing = np.zeros(1, dtype=np.int32)
    for number in range(sources.size):
        count = spread(arcs, sources[number : number + 1], nothing, limit, shift, work)
        for pair in range(start[number], start[number + 1]):
            far[pair] = work.labels[partners[pair]] == UNREACHED
        for visited in range(count):
            work.labels[work.touched[visited]] = UNREACHED


def _meets_streets(graph: Graph, pairs: Pairs, lines: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Say whether each straight line meets a street that does not end at one of its ends."""
    meets = np.zeros(len(lines), dtype=np.bool_)
    row, edge = graph.tree.query(lines, predicate="intersects")
    own = np.zeros(len(row), dtype=np.bool_)
    for ends in (graph.edge_from, graph.edge_to):
        own |= (ends[edge] == pairs[row, 0]) | (ends[edge] == pairs[row, 1])
    meets[row[~own]] = True
    return meets


def _meets_buildings(
    lines: npt.NDArray[Any], buildings: npt.NDArray[Any], clear_m: float
) -> npt.NDArray[np.bool_]:
    """Say whether each straight line meets a building, or comes nearer than its ends do."""
    meets = np.zeros(len(lines), dtype=np.bool_)
    row, building = shapely.STRtree(buildings).query(lines, predicate="dwithin", distance=clear_m)
    ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)[row]
    own = np.zeros(len(row), dtype=np.bool_)
    for side in (0, 1):
        own |= shapely.dwithin(shapely.points(ends[:, side]), buildings[building], clear_m)
    touched = shapely.intersects(lines[row], buildings[building])
    meets[row[~own | touched]] = True
    return meets
