"""Halos: a part of a graph answers as the whole does, or says that it was cut too small."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import (
    by_length,
    part_of,
    snap,
    snapped_on,
    street_times,
    streets_between,
)
from htkgis.network.halo import check_halo, cut_part
from htkgis.network.recost import with_costs

from .engines import dense, limits, requests
from .towns import bike, grid, points, streets, walk


def in_part(part, origins, places, limit_ds):
    """Times within a part between points of the whole graph; what lies outside is not reached."""
    rows = part.rows(places)
    own, near = part.placed(origins), part.placed(places.where(rows))
    check_halo(part, own, limit_ds=limit_ds)
    times = np.full((len(origins), len(places)), 2**30)
    times[:, rows] = dense(street_times(part.graph, own, near, limit_ds=limit_ds))
    return times


@settings(deadline=None, max_examples=60)
@given(requests(), limits)
def test_a_part_gives_the_times_of_the_whole_graph(request_, limit):
    graph, origins, places = request_
    origins = origins.where(origins.edge >= 0)
    if not len(origins):
        return
    part = cut_part(graph, origins, limit_ds=limit)
    expected = dense(street_times(graph, origins, places, limit_ds=limit))
    assert np.array_equal(in_part(part, origins, places, limit), expected)


@settings(deadline=None, max_examples=60)
@given(requests(), limits, st.floats(0, 1))
def test_a_part_that_was_cut_too_small_is_an_error_and_never_a_lower_figure(request_, limit, share):
    graph, origins, places = request_
    origins = origins.where(origins.edge >= 0)
    if not len(origins):
        return
    part = cut_part(graph, origins, limit_ds=int(limit * share))
    expected = dense(street_times(graph, origins, places, limit_ds=limit))
    with contextlib.suppress(NetworkError):
        assert np.array_equal(in_part(part, origins, places, limit), expected)


@settings(deadline=None, max_examples=60)
@given(requests(), limits, st.booleans())
def test_no_way_between_two_of_some_streets_leaves_those_that_are_between(request_, limit, metres):
    graph, origins, places = request_
    graph, allowed = (by_length(graph), (0, limit / 10)) if metres else (graph, (limit, 0.0))
    ends = np.zeros(graph.edges, dtype=bool)
    for points_ in (origins, places):
        ends[points_.edge[points_.edge >= 0]] = True
    if not ends.any():
        return
    marked = streets_between(graph, ends, limit_ds=allowed[0], limit_m=allowed[1])
    part, _, numbers = part_of(graph, marked)
    assert (marked >= ends).all()
    whole, cut = (
        dense(street_times(own, *(snapped_on(own, each) for each in both), limit_ds=limit))
        for own, both in (
            (graph, (origins, places)),
            (part, [on_part(each, numbers) for each in (origins, places)]),
        )
    )
    assert np.array_equal(whole, cut)


def on_part(snaps, numbers):
    edge = np.where(snaps.edge >= 0, numbers[snaps.edge], -1).astype(np.int32)
    return replace(snaps, edge=edge)


def test_a_part_ends_behind_the_last_junction_that_is_reached():
    # a -100- b -100- c -100- d -100- e, from the middle of the first street
    row = streets(
        [("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0), ("d", "e", 100, 0)],
        {name: (100.0 * place, 0.0) for place, name in enumerate("abcde")},
    )
    graph = walk(row)
    home = snap(graph, points((50, 0)), max_snap_m=5)
    exactly, less = (cut_part(graph, home, limit_ds=limit) for limit in (1500, 1499))
    assert (exactly.edges.tolist(), less.edges.tolist()) == ([0, 1, 2], [0, 1])
    assert exactly.cut.tolist() == [False, False, False, True]
    assert less.cut.tolist() == [False, False, True]


def test_a_street_against_the_arrow_is_kept_although_nobody_comes_along_it():
    # whoever is at b may be found from a place on the street that leads to b
    graph = bike(
        streets(
            [("a", "b", 100, 1), ("b", "c", 100, 1)], {"a": (0, 0), "b": (100, 0), "c": (200, 0)}
        )
    )
    home = snap(graph, points((150, 0)), max_snap_m=5)
    part = cut_part(graph, home, limit_ds=500)
    assert part.edges.tolist() == [1]
    assert part.cut.tolist() == [True, False]  # a street to b was left out; b is never reached
    check_halo(part, part.placed(home), limit_ds=500)


def test_a_part_says_where_it_was_cut_for_a_smaller_limit():
    graph = walk(grid(4))
    home = snap(graph, points((50, 0)), max_snap_m=5)
    part = cut_part(graph, home, limit_ds=600)
    with pytest.raises(
        NetworkError, match=r"searches of 3000 ds come to \d+ of \d+ nodes .* ds; none is"
    ):
        check_halo(part, part.placed(home), limit_ds=3000)


def test_a_point_outside_a_part_is_refused():
    graph = walk(grid(4))
    near, far = (snap(graph, points(at), max_snap_m=5) for at in ((50, 0), (250, 300)))
    part = cut_part(graph, near, limit_ds=600)
    with pytest.raises(NetworkError, match="1 of 1 lie on no street of this part"):
        part.placed(far)
    assert part.rows(far).tolist() == []


def test_a_street_that_is_closed_both_ways_leads_no_way_on_by_metres_either():
    at = {name: (100 * number, 0) for number, name in enumerate("abcde")}
    row = walk(streets([(*pair, 100, 0) for pair in ("ab", "bc", "cd", "de")], at))
    cost_ds = row.edge_forward_ds.copy()
    cost_ds[1] = -1
    ends = np.array([True, False, False, False])
    marked = [
        streets_between(graph, ends, limit_ds=0, limit_m=390).tolist()
        for graph in (row, with_costs(row, cost_ds, cost_ds))
    ]
    # the closed street hangs on the junction where the first one ends
    assert marked == [[True, True, True, False], [True, True, False, False]]
