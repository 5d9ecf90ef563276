"""Graphs of the same streets share in which order these stand, and nothing else."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import Mode, build_graph, graph_arrays, layout
from htkgis.network.layout import KEPT, _number_nodes, layout_of

from .towns import grid

WALK = Mode("walk", 4.5)
MODES = (WALK, Mode("walk", 6.0), Mode("bike", 16.0, oneway="oneway"))


def built_alone(table, mode):
    kept = layout._kept[:]
    layout._kept.clear()
    try:
        return graph_arrays(build_graph(table, mode=mode))
    finally:
        layout._kept[:] = kept


def assert_as_alone(table, mode):
    shared, alone = graph_arrays(build_graph(table, mode=mode)), built_alone(table, mode)
    assert shared.keys() == alone.keys()
    for name, values in alone.items():
        np.testing.assert_array_equal(shared[name], values, err_msg=name)


@given(
    st.lists(st.sampled_from([50.0, 100.0, 140.0]), min_size=12, max_size=12),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.sets(st.integers(0, 11), max_size=5),
)
def test_a_graph_is_the_same_whatever_graphs_were_built_before_it(length_m, oneway, gone):
    table = grid().assign(length_m=length_m, oneway=oneway, bike=[n not in gone for n in range(12)])
    for mode in (*MODES, *MODES):
        assert_as_alone(table, mode)


def test_graphs_that_differ_in_costs_alone_share_their_layout():
    table = grid()
    slow, fast = layout_of(table, WALK), layout_of(table.assign(length_m=1.0), MODES[1])
    assert slow is fast


GRID = grid()
"""Tables made of it hold the very same lines."""


def changed(name, row, value):
    values = GRID[name].astype(object)
    values[row] = value
    return GRID.assign(**{name: values})


def moved():
    return GRID.set_geometry(shapely.transform(GRID.geometry.to_numpy(), lambda xy: xy + 0.001))


@pytest.mark.parametrize(
    "other",
    [
        changed("id", 3, "another"),
        changed("from_node", 3, "elsewhere"),
        changed("to_node", 3, "elsewhere"),
        GRID.assign(barrier_from="walk"),
        GRID.assign(barrier_to="walk"),
        moved(),
        GRID.iloc[:-1],
        GRID.iloc[::-1],
    ],
    ids=["id", "start", "end", "from barrier", "to barrier", "line", "fewer", "order"],
)
def test_streets_that_differ_otherwise_are_laid_out_anew(other):
    build_graph(GRID, mode=WALK)
    assert_as_alone(other, WALK)


@pytest.mark.parametrize("name", ["id", "from_node", "to_node", "geometry"])
def test_a_table_that_is_changed_in_place_is_laid_out_anew(name):
    table = grid().astype({"id": object, "from_node": object, "to_node": object})
    known = layout_of(table, WALK)
    assert layout_of(table, WALK) is known
    line = shapely.LineString([(0, 0), (5, 5), (100, 0)])
    table[name].array[1] = line if name == "geometry" else "another"
    assert layout_of(table, WALK) is not known


def test_only_so_many_layouts_are_kept():
    first = grid()
    known = layout_of(first, WALK)
    for _ in range(KEPT - 1):
        layout_of(moved(), WALK)
    assert layout_of(first, WALK) is known
    for _ in range(KEPT):
        layout_of(moved(), WALK)
    assert layout_of(first, WALK) is not known


SPOTS = st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 2))


@given(st.lists(st.tuples(SPOTS, SPOTS), min_size=1, max_size=8))
def test_a_junction_lies_at_the_smallest_position_of_the_lines_that_meet_there(streets):
    ends = [start for start, _ in streets] + [end for _, end in streets]
    names = pd.Series([name for name, *_ in ends])
    ids, xy, numbers = _number_nodes(names, np.array([[x, y] for _, x, y in ends], dtype=float))
    least = {name: min((x, y) for own, x, y in ends if own == name) for name in set(names)}
    assert dict(zip(ids.tolist(), map(tuple, xy.tolist()), strict=True)) == least
    assert ids[numbers.ravel()].tolist() == names.tolist()


def test_a_junction_without_a_position_says_so_and_lets_the_others_be():
    names = pd.Series(["a", "b", "a", None])
    xy = np.array([[1.0, 2.0], [np.nan, 3.0], [0.0, 9.0], [7.0, 7.0]])
    ids, found, _ = _number_nodes(names, xy)
    assert ids.tolist() == ["a", "b"]
    np.testing.assert_array_equal(found, [[0.0, 9.0], [np.nan, np.nan]])
