"""Betweenness and through-movement: by hand, against NetworkX, and cut out of a larger graph."""

import math

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import edge_betweenness, part_of, streets_between, through_movement
from htkgis.network.betweenness import LABELS_PER_NODE, nodes_by_label
from htkgis.network.passing import trips_along

from .towns import bike, grid, networks, streets, walk

FAR_DS = 2**30 - 2


def trips(graph, limit_ds=FAR_DS):
    found = edge_betweenness(graph, np.arange(graph.nodes), limit_ds=limit_ds)
    return dict(zip(graph.edge_ids.tolist(), found.tolist(), strict=True))


ROW = {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (300, 0)}


def test_the_middle_of_a_row_carries_most():
    row = walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0)], ROW))
    # a|bcd, ab|cd, abc|d, each way
    assert trips(row) == {"s000": 6, "s001": 8, "s002": 6}


def test_a_limit_leaves_longer_trips_out():
    row = walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0)], ROW))
    assert trips(row, 1000) == {"s000": 2, "s001": 2, "s002": 2}
    assert trips(row, 2000) == {"s000": 4, "s001": 6, "s002": 4}
    assert trips(row, 1999) == trips(row, 1000)


def test_ways_of_equal_time_share_a_trip():
    assert trips(walk(streets([("a", "b", 100, 0), ("a", "b", 100, 0)], ROW))) == {
        "s000": 1,
        "s001": 1,
    }
    square = streets(
        [("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0), ("d", "a", 100, 0)], ROW
    )
    # a neighbour each way is 2; of the two diagonals each way each street carries half: 2
    assert set(trips(walk(square)).values()) == {4}


def test_a_one_way_street_carries_trips_one_way():
    assert trips(bike(streets([("a", "b", 100, 1)], ROW))) == {"s000": 1}


def test_a_street_without_length_is_passed_once():
    # b and c are one spot: without a decisecond between them the number of ways has no end
    found = trips(walk(streets([("a", "b", 100, 0), ("b", "c", 0, 0), ("c", "d", 100, 0)], ROW)))
    assert found == {"s000": 6, "s001": 8, "s002": 6}


def test_a_loop_carries_nothing():
    assert trips(walk(streets([("a", "b", 100, 0), ("a", "a", 50, 0)], ROW)))["s001"] == 0


def by_networkx(graph):
    town = nx.DiGraph()
    for start, end, there, back in zip(
        graph.edge_from, graph.edge_to, graph.edge_forward_ds, graph.edge_backward_ds, strict=True
    ):
        for one, other, cost in ((start, end, there), (end, start, back)):
            if cost >= 0:
                town.add_edge(int(one), int(other), cost=max(int(cost), 1))
    between = nx.edge_betweenness_centrality(town, normalized=False, weight="cost")
    return [
        between.get((int(a), int(b)), 0.0) * (there >= 0) + between.get((int(b), int(a)), 0.0)
        * (back >= 0)
        for a, b, there, back in zip(
            graph.edge_from, graph.edge_to, graph.edge_forward_ds, graph.edge_backward_ds,
            strict=True,
        )
    ]  # fmt: skip


def simple(table):
    """The same without loops and with one street between two junctions at most."""
    ends = [tuple(sorted(pair)) for pair in zip(table["from_node"], table["to_node"], strict=True)]
    keep = [a != b and (a, b) not in ends[:row] for row, (a, b) in enumerate(ends)]
    return table[keep]


@settings(max_examples=60)
@given(networks())
def test_trips_are_those_of_networkx(table):
    table = simple(table)
    if table.empty:
        return
    graph = bike(table)
    assert list(trips(graph).values()) == pytest.approx(by_networkx(graph))


@settings(max_examples=60)
@given(networks(), st.integers(0, 5000))
def test_trips_by_their_time_sum_up_to_the_times_of_all_trips(table, limit_ds):
    # every trip spends its time on the edges it passes
    graph = walk(table)
    found = np.array(list(trips(graph, limit_ds).values()))
    cost = np.maximum(graph.edge_forward_ds, 1).astype(float)
    town = nx.Graph()
    town.add_nodes_from(range(graph.nodes))
    for start, end, ds in zip(graph.edge_from.tolist(), graph.edge_to.tolist(), cost, strict=True):
        known = town.get_edge_data(start, end, {"cost": math.inf})["cost"]
        town.add_edge(start, end, cost=min(ds, known))
    lengths = dict(nx.all_pairs_dijkstra_path_length(town, cutoff=limit_ds, weight="cost"))
    total = sum(sum(times.values()) for times in lengths.values())
    assert float(found @ cost) == pytest.approx(total)


# A square of four streets, with a lane through the area in its middle.
LANE_AT = {"w": (-300, 0), "m": (0, 0), "e": (300, 0), "n": (0, 200)}


def movement(rows, limit_ds=FAR_DS, area=None, neighbour_m=400):
    area = shapely.box(-10, 50, 10, 150) if area is None else area
    return through_movement(
        walk(streets(rows, LANE_AT)), area, neighbour_m=neighbour_m, limit_ds=limit_ds
    )


def test_a_lane_to_a_dead_end_carries_only_who_lives_there():
    found = movement([("w", "m", 300, 0), ("m", "e", 300, 0), ("m", "n", 200, 0)])
    # the lane: n to three others each way, 6; the road: w|m,e,n and back, 6
    assert found.area_trips == pytest.approx(6)
    assert found.ratio == pytest.approx(1)
    assert (found.area_m, found.neighbour_m) == pytest.approx((100, 700))


def test_a_street_outside_the_neighbours_counts_in_trips_but_not_in_means():
    narrow = movement([("w", "m", 300, 0), ("m", "e", 300, 0), ("m", "n", 200, 0)], neighbour_m=45)
    # only what is left of the lane lies within 45 m around
    assert narrow.neighbour_m == pytest.approx(90)
    assert (narrow.area_trips, narrow.neighbour_trips) == pytest.approx((6, 6))


def test_without_streets_there_is_no_ratio():
    found = movement([("w", "m", 300, 0)], area=shapely.box(5000, 0, 5010, 10))
    assert math.isnan(found.area_trips)
    assert math.isnan(found.ratio)
    assert len(found.edge) == 0


@pytest.mark.parametrize("neighbour_m", [0, -1, math.nan])
def test_neighbours_without_width_are_refused(neighbour_m):
    with pytest.raises(NetworkError, match=r"neighbour_m is .*; above 0 is allowed"):
        movement([("w", "m", 300, 0)], neighbour_m=neighbour_m)


@pytest.mark.parametrize("oneway", [False, True])
@settings(max_examples=15)
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 4000))
def test_starts_that_matter_give_the_trips_of_all(oneway, x, y, limit_ds):
    graph = bike(grid(7).assign(oneway=oneway))
    area = shapely.box(100 * x, 100 * y, 100 * x + 60, 100 * y + 60)
    found = through_movement(graph, area, neighbour_m=60, limit_ds=limit_ds)
    whole = edge_betweenness(graph, np.arange(graph.nodes), limit_ds=limit_ds)
    assert found.trips == pytest.approx(whole[found.edge])


@settings(max_examples=80)
@given(networks(), st.data())
def test_trips_along_some_streets_are_those_of_all_streets(table, data):
    graph = bike(table)
    edges = data.draw(st.lists(st.integers(0, graph.edges - 1), min_size=1, max_size=3))
    limits_ds = data.draw(st.lists(st.integers(0, 5000), min_size=1, max_size=3))
    found = trips_along(graph, edges, limits_ds=limits_ds)
    for own, limit_ds in zip(found, limits_ds, strict=True):
        whole = edge_betweenness(graph, np.arange(graph.nodes), limit_ds=limit_ds)
        assert own == pytest.approx(whole[edges], abs=0)


@pytest.mark.parametrize("limit_ds", [3000, 60_000, 70_000])
def test_trips_of_any_length_are_counted_and_streets_too_long_for_them_are_not(limit_ds):
    # at a metre a second the longest takes 17 bits, of which the lower 16 are few deciseconds
    row = walk(streets([("a", "b", 100, 0), ("b", "c", 6600, 0), ("c", "d", 100, 0)], ROW))
    [found] = trips_along(row, [0, 1, 2], limits_ds=[limit_ds])
    assert found.tolist() == ([6, 8, 6] if limit_ds > 66_000 else [2, 0, 2])


@pytest.mark.parametrize(("x", "y"), [(0, 0), (2, 2), (3, 1)])
def test_no_digit_of_trips_depends_on_other_limits_or_on_streets_that_matter_to_no_trip(x, y):
    # with ways across its squares a grid has many of equal length, and trips add up from three
    at = {f"{a}{b}": (100.0 * a, 100.0 * b) for a in range(9) for b in range(9)}
    steps = ((1, 0), (0, 1), (1, 1))
    rows = [
        (f"{a}{b}", f"{a + right}{b + up}", 100 * (right + up), 0)
        for a in range(9) for b in range(9) for right, up in steps if max(a + right, b + up) < 9
    ]  # fmt: skip
    graph = walk(streets(rows, at))
    ends = np.zeros(graph.edges, dtype=bool)
    ends[graph.tree.query(shapely.box(100 * x, 100 * y, 100 * x + 160, 100 * y + 160))] = True
    limits_ds = [1000, 2000, 2001, 3000, 4000, 6000, 6001]
    together = trips_along(graph, np.flatnonzero(ends), limits_ds=limits_ds)
    for own, limit_ds in zip(together, limits_ds, strict=True):
        kept = streets_between(graph, ends, limit_ds=2 * limit_ds, limit_m=0)
        part, _, numbers = part_of(graph, kept)
        alone = trips_along(part, numbers[ends], limits_ds=[limit_ds])
        assert alone[0].tolist() == own.tolist()


@pytest.mark.parametrize("apart", [1, 1000])
def test_nodes_are_sorted_by_label_and_those_of_one_label_stay_in_their_order(apart):
    labels = np.array([3, 0, 2, 3, 0, 1], dtype=np.int32) * np.int32(apart)
    touched = np.array([5, 3, 4, 0, 1], dtype=np.int32)
    assert nodes_by_label(touched, labels).tolist() == [4, 1, 5, 3, 0]
    assert (labels[touched].max() > LABELS_PER_NODE * len(touched)) == (apart == 1000)


@pytest.mark.parametrize("edges", [[], [0], [2, 0]])
def test_of_no_limits_nothing_is_counted_and_nothing_fails(edges):
    row = walk(streets([("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0)], ROW))
    assert trips_along(row, edges, limits_ds=[]).shape == (0, len(edges))
    assert trips_along(row, edges, limits_ds=[1000]).shape == (1, len(edges))
