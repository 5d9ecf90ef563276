"""The n nearest places: equal to sorted travel times, and to scipy at the nodes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import nearest_times, snap, street_times
from htkgis.network.nearest_search import nearest_n, nearest_of_nodes, unpacked
from htkgis.network.points import at_nodes
from htkgis.units import UNREACHED

from .engines import by_scipy, dense, limits, requests
from .towns import bike, grid, networks, points, streets, walk


def ranked(matrix, n):
    """The n least of each row and their columns, ties by column."""
    order = np.argsort(matrix, axis=1, kind="stable")[:, :n]
    times = np.take_along_axis(matrix, order, axis=1)
    missing = ((0, 0), (0, n - times.shape[1]))
    times = np.pad(times, missing, constant_values=UNREACHED)
    return times, np.where(times < UNREACHED, np.pad(order, missing), -1)


@settings(deadline=None, max_examples=80)
@given(requests(places=6), st.integers(1, 8), limits)
def test_nearest_places_are_the_least_travel_times(request_, n, limit):
    graph, origins, places = request_
    times, rows = ranked(dense(street_times(graph, origins, places, limit_ds=limit)), n)
    found = nearest_n(graph, origins, places, n, limit_ds=limit)
    assert np.array_equal(found.times_ds, times)
    assert np.array_equal(found.places, rows)
    assert np.array_equal(
        found.times_ds[:, 0], nearest_times(graph, origins, places, limit_ds=limit)
    )


@settings(deadline=None, max_examples=60)
@given(networks(), st.sampled_from([walk, bike]), st.integers(1, 4), limits, st.data())
def test_nearest_of_nodes_are_those_of_scipy(table, build, n, limit, data):
    graph = build(table)
    nodes = data.draw(st.lists(st.integers(0, graph.nodes - 1), min_size=1, max_size=6))
    times = by_scipy(graph, np.arange(graph.nodes))[:, nodes]
    times, rows = ranked(np.where(times <= limit, times, UNREACHED), n)
    found = unpacked(nearest_of_nodes(graph, at_nodes(graph, nodes), n, limit_ds=limit))
    assert np.array_equal(found.times_ds, times)
    assert np.array_equal(found.places, rows)


def test_one_way_streets_are_searched_from_the_origin_to_the_place():
    at = {"a": (0, 0), "b": (100, 0), "c": (100, 100), "d": (0, 100)}
    ring = [("a", "b", 100, 1), ("b", "c", 100, 1), ("c", "d", 100, 1), ("d", "a", 100, 1)]
    graph = bike(streets(ring, at))
    home, places = (
        snap(graph, points(*at), max_snap_m=5) for at in ([(50, 0)], [(20, 0), (100, 50)])
    )
    found = nearest_n(graph, home, places, 2, limit_ds=9000)
    assert found.times_ds.tolist() == [[1000, 3700]]
    assert found.places.tolist() == [[1, 0]]


def test_of_places_as_near_the_first_is_kept():
    graph = walk(grid())
    home = snap(graph, points((100, 100)), max_snap_m=5)
    places = snap(graph, points((100, 200), (100, 0), (0, 100), (200, 100)), max_snap_m=5)
    assert nearest_n(graph, home, places, 3, limit_ds=9000).places.tolist() == [[0, 1, 2]]


def test_fewer_places_than_asked_for_are_missing():
    graph = walk(grid())
    doors = snap(graph, points((0, 0), (900, 900)), max_snap_m=5)
    found = nearest_n(graph, doors, doors, 2, limit_ds=9000)
    assert found.times_ds.tolist() == [[0, UNREACHED], [UNREACHED, UNREACHED]]
    assert found.places.tolist() == [[0, -1], [-1, -1]]


def test_less_than_one_place_is_refused():
    graph = walk(grid())
    doors = snap(graph, points((0, 0)), max_snap_m=5)
    with pytest.raises(NetworkError, match=r"nearest \(walk\): the 0 nearest places; 1 or more"):
        nearest_n(graph, doors, doors, 0, limit_ds=100)
