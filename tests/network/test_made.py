"""What is made of a graph alone is made once, and of no other graph."""

import gc
import weakref

import numpy as np
import pytest
import shapely

from htkgis.network import by_length, graph_arrays, graph_from_arrays
from htkgis.network.drawing import Drawing
from htkgis.network.links import part_of
from htkgis.network.made import once
from htkgis.network.recost import both_ways_by_length, both_ways_by_time, with_costs
from htkgis.store.values import Arrays

from .towns import bike, grid, walk


def test_what_was_made_of_one_graph_is_not_that_of_another():
    one, other = walk(grid()), walk(grid())
    assert once(one, "thing", lambda: "one") == "one"
    assert once(one, "thing", lambda: "again") == "one"
    assert once(one, "another thing", lambda: "more") == "more"
    assert once(other, "thing", lambda: "other") == "other"


@pytest.mark.parametrize("make", [by_length, both_ways_by_time, both_ways_by_length])
def test_the_same_streets_at_another_cost_are_made_once_and_go_with_their_graph(make):
    graph = bike(grid().assign(oneway=True))
    made = weakref.ref(make(graph))
    assert make(graph) is made()
    del graph
    gc.collect()
    assert made() is None


def test_streets_at_another_cost_lie_where_they_lay():
    graph = walk(grid())
    other = with_costs(graph, graph.edge_backward_ds * 2, graph.edge_forward_ds)
    assert other.drawing is by_length(graph).drawing is graph.drawing


def test_both_ways_cost_the_lesser_of_the_two_and_closed_ones_stay_closed():
    graph = walk(grid())
    there, back = graph.edge_forward_ds.copy(), graph.edge_backward_ds.copy()
    there[:4], back[:4] = [5, -1, 7, -1], [3, 9, -1, -1]
    uneven = with_costs(graph, there, back)
    time, length = both_ways_by_time(uneven), both_ways_by_length(uneven)
    assert time.edge_forward_ds[:5].tolist() == [3, 9, 7, -1, 1000]
    assert length.edge_forward_ds[:5].tolist() == [1000, 1000, 1000, -1, 1000]
    for both in (time, length):
        np.testing.assert_array_equal(both.edge_forward_ds, both.edge_backward_ds)


def test_steps_that_take_the_same_arrays_take_the_same_graph():
    arrays = Arrays(graph_arrays(walk(grid())))
    graph = graph_from_arrays(arrays)
    assert graph_from_arrays(arrays) is graph
    assert graph_from_arrays(Arrays(arrays)) is not graph
    arrays["edge_forward_ds"] = arrays["edge_forward_ds"] * 2
    assert graph_from_arrays(arrays).edge_forward_ds.tolist() == [2000] * 12


def test_arrays_that_are_there_no_more_or_anew_are_others():
    arrays = Arrays(n=np.array([1]))
    assert arrays.once("made", lambda: "first") == "first"
    arrays["more"] = np.array([2])
    assert arrays.once("made", lambda: "second") == "second"
    del arrays["n"]
    assert arrays.once("made", lambda: "third") == "third"


def test_streets_that_were_cut_out_are_not_drawn_once_more():
    graph = walk(grid())
    part, _, _ = part_of(graph, np.arange(12) % 2 == 0)
    assert all(own is line for own, line in zip(part.lines, graph.lines[::2], strict=True))
    drawn = Drawing(part.edge_xy, part.edge_xy_start).lines
    assert shapely.equals_exact(part.lines, drawn).all()
