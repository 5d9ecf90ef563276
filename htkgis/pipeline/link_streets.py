"""The streets that missing links meet: where one may end, on which level, by what name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from htkgis.network import Graph, search
from htkgis.network.candidate_links import Gaps
from htkgis.units import UNREACHED, cost_ds

Flags = npt.NDArray[np.bool_]
PIECE = "#"
"""What stands between the id of a street and the number of a piece of it."""


def without_ends(graph: Graph, streets: gpd.GeoDataFrame, divided: Sequence[str]) -> Flags:
    """Mark the edges along which no link may end.

    Parameters
    ----------
    graph, streets
        The graph, and the table it was built of.
    divided
        Kinds of street that nobody walks along where they have a carriageway for each direction.

    Returns
    -------
    barred
        Bridges, tunnels and carriageways of divided roads, one flag per edge.
    """
    one_way = streets["oneway"] & streets["kind"].isin(list(divided))
    barred = streets["id"][_off_the_ground(streets) | one_way]
    return np.isin(graph.edge_ids, barred.to_numpy(dtype=np.str_))


def on_two_levels(gaps: Gaps, streets: gpd.GeoDataFrame, *, ramp_m: float) -> Flags:
    """Mark the links that have to climb or descend at a bridge or a tunnel.

    Parameters
    ----------
    gaps
        The candidates; their graph keeps bridges and tunnels in one piece.
    streets
        The table the graph was built of.
    ramp_m
        Along a street nobody is at ground level so near to a bridge or tunnel, in metres, >= 0.

    Returns
    -------
    level
        Those that end so near, and those that cross a bridge or tunnel of a road that is closed
        to walking, such as a motorway's; one flag per link.
    """
    graph = gaps.graph
    off = _off_the_ground(streets)
    edges = np.isin(graph.edge_ids, streets["id"][off].to_numpy(dtype=np.str_))
    seeds = np.unique(np.concatenate([graph.edge_from[edges], graph.edge_to[edges]]))
    level = np.zeros(len(gaps.start), dtype=np.bool_)
    if len(seeds):
        limit_ds = cost_ds([ramp_m], graph.speed_kph).item()
        near = search(graph, seeds, np.zeros(len(seeds), dtype=np.int32), limit_ds=limit_ds)
        level |= (near[gaps.start] < UNREACHED) | (near[gaps.end] < UNREACHED)
    above = streets.geometry[off & ~streets[graph.mode]].to_numpy()
    level[np.unique(shapely.STRtree(links_drawn(gaps)).query(above, predicate="crosses")[1])] = True
    return level


def links_drawn(gaps: Gaps) -> npt.NDArray[Any]:
    """Draw each link as a straight line, shape (k,)."""
    xy = gaps.graph.node_xy
    return np.asarray(shapely.linestrings(np.stack([xy[gaps.start], xy[gaps.end]], axis=1)))


def streets_at(
    graph: Graph, nodes: npt.NDArray[np.int32], streets: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Give the street at each of some junctions.

    Parameters
    ----------
    graph
        Any graph of the streets, cut or not.
    nodes
        Junctions, shape (k,).
    streets
        The table the graph was built of.

    Returns
    -------
    rows
        A row of ``streets`` per junction: of several the first by id that has a name, else the
        first.
    """
    known = streets.set_index("id", drop=False)
    rows = []
    for node in nodes:
        edges = graph.edge_ids[(graph.edge_from == node) | (graph.edge_to == node)]
        own = known.loc[sorted({_whole(str(one), known.index) for one in edges})]
        named = own[own["name"].notna()]
        rows.append((named if len(named) else own).iloc[0])
    return gpd.GeoDataFrame(rows, columns=known.columns).reset_index(drop=True)


def _whole(edge_id: str, known: Any) -> str:
    """Name the street that an edge is a piece of."""
    return edge_id if edge_id in known else edge_id.rpartition(PIECE)[0]


def _off_the_ground(streets: gpd.GeoDataFrame) -> Any:
    return streets["bridge"] | streets["tunnel"]
