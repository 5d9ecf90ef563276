"""The barrier that costs most: what trips would save if each could be crossed everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from htkgis.units import DECISECONDS_PER_MINUTE, UNREACHED, cost_ds

from .fold_links import fold_beside, fold_linked
from .graph import Graph
from .links import cut_at, linked, part_of
from .search import search
from .snap import NOT_SNAPPED, Snaps, arrival_costs, departure_costs, end_nodes, snap
from .time_matrix import travel_time_matrix

Shapes = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
COLUMNS = [
    "barrier",
    "saved_min",
    "affected_share",
    "pairs",
    "lower_bound",
    "added",
    "searched_ds",
]
BESIDE_M = 1.0
"""How far beside a barrier a crossing begins to look for the street on that side."""


@dataclass(frozen=True)
class CrossingRules:
    """How a barrier is made permeable.

    Parameters
    ----------
    spacing_m
        Metres between two added crossings along each line of the barrier, > 0.
    width_m
        How wide a barrier may be to either side of one of its lines, such as railways of several
        tracks, in metres, >= 0.
    reach_m
        How far from the barrier a street may lie that a crossing leads to, in metres, >= 0.
    max_snap_m, min_part_m
        As :func:`~htkgis.network.snap`, of the points that trips start from and lead to; the
        latter of crossings too.
    """

    spacing_m: float
    width_m: float
    reach_m: float
    max_snap_m: float
    min_part_m: float = 0.0


def barrier_costs(
    graph: Graph,
    barriers: gpd.GeoDataFrame,
    origins: gpd.GeoDataFrame,
    places: gpd.GeoDataFrame,
    *,
    rules: CrossingRules,
    limit_ds: int,
    closed: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    r"""
    Measure how many minutes trips would save if a barrier could be crossed all along.

    .. math::

        C_b = \frac{1}{|P|} \sum_{(i, j) \in P} \left( t_{ij} - t_{ij}^{(b)} \right)

    with :math:`t` the time of a trip on the streets as they are, :math:`t^{(b)}` that with an added
    crossing of barrier :math:`b` every ``spacing_m``, each a straight way from the nearest
    street on one side to the nearest on the other at the speed of the mode. :math:`P` are the
    pairs that can be travelled within the limit as it is or with the crossings; a trip that is
    not counts with the limit, so that what it saves is at least what is said.

    Parameters
    ----------
    graph
        Streets of one mode.
    barriers
        Columns ``barrier`` (id of what is made permeable at once) and lines, in the CRS of the
        graph, any number of rows.
    origins, places
        Columns ``id`` and points; a row off the streets takes no part.
    rules
        Where crossings are added.
    limit_ds
        Longest trip in deciseconds, >= 0.
    closed
        Lines that nobody crosses from a point to a street, nor with a crossing of another
        barrier; those of ``barriers`` where missing.

    Returns
    -------
    costs
        A row per barrier, dearest first, then by id: ``barrier``; ``saved_min``, minutes per trip
        on average over all pairs, >= 0 (missing without pairs); ``affected_share`` of the pairs
        that save any time, and the ``pairs``; ``lower_bound`` where a trip beyond the limit was
        counted with it; ``added``, the number of crossings that found a street on both sides;
        ``searched_ds``, deciseconds within which all trips were found that there are between
        points on the streets as they are: the longest, or the limit where two have none within.

    Notes
    -----
    The streets are cut at the ends of the crossings before anything is measured, so that with
    and without them a trip differs by the crossings alone: no cost is below 0, and further
    crossings that are there from the start never make a barrier cost more.

    References
    ----------
    Time lost to a barrier as in Anciaes, P. R., Jones, P. and Mindell, J. S. (2016). Community
    severance: where is it found and at what cost? Transport Reviews 36(3), 293-317; the
    comparison with a barrier made permeable is ours.

    Examples
    --------
    Two streets along a railway that meet round its end, 500 m away: from one side to the other it
    is 1,020 m, with a crossing in front of the door 20 m. At 1 m/s that saves 1,000 s.

    >>> from .graph import build_graph
    >>> line = shapely.LineString
    >>> streets = gpd.GeoDataFrame(
    ...     {"id": ["n", "s", "e"], "from_node": ["a", "c", "b"], "to_node": ["b", "d", "d"],
    ...      "length_m": [500.0, 500.0, 20.0], "oneway": [False] * 3, "walk": [True] * 3},
    ...     geometry=[line([(0, 10), (500, 10)]), line([(0, -10), (500, -10)]),
    ...               line([(500, 10), (500, -10)])])
    >>> graph = build_graph(streets, mode="walk", speed_kph=3.6)
    >>> railway = gpd.GeoDataFrame({"barrier": ["rail"]}, geometry=[line([(-5, 0), (5, 0)])])
    >>> door, shop = (gpd.GeoDataFrame({"id": [name]}, geometry=[shapely.Point(0, y)])
    ...               for name, y in (("door", 10), ("shop", -10)))
    >>> costs = barrier_costs(graph, railway, door, shop, limit_ds=20_000,
    ...     rules=CrossingRules(spacing_m=100, width_m=0, reach_m=50, max_snap_m=1))
    >>> costs[["barrier", "saved_min", "added"]].round(2).to_dict("records")
    [{'barrier': 'rail', 'saved_min': 16.67, 'added': 1}]
    """
    closed = barriers if closed is None else closed
    names = sorted(set(barriers["barrier"]))
    barrier, ends = _ends(barriers, names, rules)
    parts: dict[str, Any] = {"min_part_m": rules.min_part_m, "barriers": closed}
    found = snap(graph, ends, max_snap_m=rules.reach_m, **parts)
    graph, nodes = cut_at(graph, found)
    start, end = (
        snap(graph, points, max_snap_m=rules.max_snap_m, **parts) for points in (origins, places)
    )
    left, right = np.split(nodes, 2)
    usable = (left >= 0) & (right >= 0) & (left != right)
    barrier, left, right = barrier[usable], left[usable], right[usable]
    link_ds = cost_ds(_lengths_m(found)[usable], graph.speed_kph)
    useful = _useful(linked(graph, left, right, link_ds), start, end, limit_ds)[: graph.edges]
    if useful.any():
        graph, nodes, numbers = part_of(graph, useful)
        start, end = _on_part(start, numbers), _on_part(end, numbers)
        left, right = nodes[left], nodes[right]
    # an end that no trip within the limit passes is not on the part
    met = (left >= 0) & (right >= 0)
    fold_beside(graph, np.concatenate([left[met], right[met]]))
    today_ds = travel_time_matrix(graph, start, end, limit_ds=limit_ds)
    on_streets = np.ix_(start.edge != NOT_SNAPPED, end.edge != NOT_SNAPPED)
    searched_ds = min(limit_ds, int(today_ds[on_streets].max(initial=0)))
    rows = []
    for number, name in enumerate(names):
        own = barrier == number
        ways = left[own & met], right[own & met], link_ds[own & met]
        opened = linked(graph, *ways)
        if opened is not graph:
            fold_linked(graph, opened, *ways)
        opened_ds = travel_time_matrix(opened, start, end, limit_ds=limit_ds)
        rows.append(
            {"barrier": name, **_saved(today_ds, opened_ds, limit_ds), "added": int(own.sum())}
            | {"searched_ds": searched_ds}
        )
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["saved_min", "barrier"], ascending=[False, True], ignore_index=True)


def _ends(
    barriers: gpd.GeoDataFrame, names: list[str], rules: CrossingRules
) -> tuple[npt.NDArray[np.int64], gpd.GeoDataFrame]:
    """Set out the crossings: the barrier of each, and its left ends followed by its right ones."""
    owner, left, right = [], [], []
    for number, name in enumerate(names):
        lines = barriers.geometry.to_numpy()[barriers["barrier"].to_numpy() == name]
        middle, across = _spots(lines, rules.spacing_m)
        tree = shapely.STRtree(lines)
        owner.append(np.full(len(middle), number))
        left.append(middle + across * _half_width_m(tree, lines, middle, across, rules)[:, None])
        right.append(middle - across * _half_width_m(tree, lines, middle, -across, rules)[:, None])
    if not owner:
        return np.zeros(0, dtype=np.int64), gpd.GeoDataFrame({"id": []}, geometry=[])
    xy = np.concatenate([*left, *right])
    ids = [f"end-{number}" for number in range(len(xy))]
    ends = gpd.GeoDataFrame({"id": ids}, geometry=shapely.points(xy), crs=barriers.crs)
    return np.concatenate(owner), ends


def _spots(lines: Shapes, spacing_m: float) -> tuple[Floats, Floats]:
    """Set points evenly along lines, at least one each, with the direction to the left of each."""
    length_m = shapely.length(lines)
    count = np.maximum(np.rint(length_m / spacing_m).astype(np.int64), 1)
    row = np.repeat(np.arange(len(lines)), count)
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    at_m = (place + 0.5) * (length_m / count)[row]
    before, middle, after = (
        shapely.get_coordinates(
            shapely.line_interpolate_point(lines[row], np.clip(at_m + step, 0, length_m[row]))
        )
        for step in (-BESIDE_M, 0.0, BESIDE_M)
    )
    along = after - before
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    long_m = np.hypot(across[:, 0], across[:, 1])
    kept = long_m > 0  # a line that turns back on the spot has no sides
    return middle[kept], across[kept] / long_m[kept, None]


def _half_width_m(
    tree: shapely.STRtree, lines: Shapes, middle: Floats, across: Floats, rules: CrossingRules
) -> Floats:
    """Metres from each point to just beyond the last line of its barrier on one side."""
    beside = np.full(len(middle), BESIDE_M)
    rays = shapely.linestrings(
        np.stack([middle + across * BESIDE_M, middle + across * (BESIDE_M + rules.width_m)], axis=1)
    )
    ray, line = tree.query(rays, predicate="intersects")
    met = shapely.intersection(rays[ray], lines[line])
    xy, number = shapely.get_coordinates(met, return_index=True)
    gap = xy - middle[ray[number]]
    np.maximum.at(beside, ray[number], np.hypot(gap[:, 0], gap[:, 1]) + BESIDE_M)
    return beside


def _lengths_m(ends: Snaps) -> Floats:
    """Metres of each crossing: between its ends, and from each of them to the street."""
    left, right = np.split(ends.point_xy, 2)
    gap = left - right
    straight_m: Floats = np.hypot(gap[:, 0], gap[:, 1])
    return straight_m + np.add(*np.split(ends.distance_m, 2))


def _useful(graph: Graph, start: Snaps, end: Snaps, limit_ds: int) -> npt.NDArray[np.bool_]:
    """Mark the edges that a trip within the limit may use, of any origin to any place."""
    there = search(graph, end_nodes(graph, start), departure_costs(graph, start), limit_ds=limit_ds)
    back = search(
        graph, end_nodes(graph, end), arrival_costs(graph, end), limit_ds=limit_ds, reverse=True
    )
    within = there.astype(np.int64) + back <= limit_ds
    useful = within[graph.edge_from] & within[graph.edge_to]
    # a trip along one street passes none of its junctions
    for snaps in (start, end):
        useful[snaps.edge[snaps.edge != NOT_SNAPPED]] = True
    return np.asarray(useful)


def _on_part(snaps: Snaps, numbers: npt.NDArray[np.int32]) -> Snaps:
    """Say where points lie on the part of the graph that holds their edges."""
    edge = np.where(snaps.edge != NOT_SNAPPED, numbers[snaps.edge], NOT_SNAPPED)
    return replace(snaps, edge=edge.astype(np.int32))


def _saved(
    today_ds: npt.NDArray[np.int32], opened_ds: npt.NDArray[np.int32], limit_ds: int
) -> dict[str, Any]:
    """Average what pairs save; a trip beyond the limit takes the limit at least."""
    travelled = opened_ds < UNREACHED
    beyond = travelled & (today_ds == UNREACHED)
    saved_ds = np.where(beyond, limit_ds, today_ds)[travelled] - opened_ds[travelled]
    pairs = int(travelled.sum())
    return {
        "saved_min": saved_ds.sum() / pairs / DECISECONDS_PER_MINUTE if pairs else np.nan,
        "affected_share": float((saved_ds > 0).sum() / pairs) if pairs else np.nan,
        "pairs": pairs,
        "lower_bound": bool(beyond.any()),
    }
