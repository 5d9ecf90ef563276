"""Graph: contents, order, storage, faults of the streets, islands."""

import gc
import weakref

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import ConfigError, NetworkError, SchemaError
from htkgis.network import (
    Mode,
    build_graph,
    components,
    edge_lines,
    graph_arrays,
    graph_from_arrays,
    islands,
)
from htkgis.network.graph import _by_ends_and_cost, arcs_by_node
from htkgis.network.hilbert import hilbert_index, order_by

from .towns import bike, grid, networks, streets, walk

LINE_AT = {"a": (0, 0), "b": (100, 0), "c": (200, 0)}


def same(one, other):
    left, right = graph_arrays(one), graph_arrays(other)
    return left.keys() == right.keys() and all(
        np.array_equal(left[name], right[name]) for name in left
    )


@pytest.mark.parametrize("bits", range(1, 7))
def test_hilbert_curve_steps_from_cell_to_neighbouring_cell(bits):
    side = 2**bits
    cells = np.array([(x, y) for x in range(side) for y in range(side)], dtype=float)
    places = hilbert_index(cells, bits=bits)
    path = cells[np.argsort(places)]
    assert sorted(places) == list(range(side**2))
    assert (np.abs(np.diff(path, axis=0)).sum(axis=1) == 1).all()
    assert path[[0, -1]].tolist() == [[0, 0], [side - 1, 0]]


def test_hilbert_order_of_nothing_and_of_one_place_is_defined():
    assert hilbert_index(np.zeros((0, 2))).shape == (0,)
    assert hilbert_index(np.array([[5.0, 7.0], [5.0, 7.0]])).tolist() == [0, 0]


def test_equal_keys_are_ordered_by_id():
    order = order_by(np.array([1, 0, 1, 0]), np.array(["d", "b", "c", "a"]))
    assert order.tolist() == [3, 1, 2, 0]


def test_costs_are_rounded_deciseconds():
    table = streets([("a", "b", 100.04, 0), ("b", "c", 0.0, 0)], LINE_AT)
    graph = walk(table)
    assert sorted(graph.edge_forward_ds.tolist()) == [0, 1000]
    assert not graph.directed


def test_oneway_closes_the_way_back_but_not_for_walking():
    table = streets([("a", "b", 100, 1), ("b", "c", 100, 0)], LINE_AT)
    assert (walk(table).edge_backward_ds >= 0).all()
    graph = bike(table)
    assert graph.edge_backward_ds[graph.edge_ids == "s000"].tolist() == [-1]
    assert len(graph.adjacency) == 3
    assert len(graph.reverse_adjacency) == 3


def test_parallel_streets_loops_and_zero_lengths_are_kept():
    rows = [("a", "b", 100, 0), ("a", "b", 90, 0), ("b", "b", 15, 0), ("b", "c", 0, 0)]
    graph = walk(streets(rows, LINE_AT))
    assert graph.edges == 4
    assert len(graph.adjacency) == 8


def test_only_streets_of_the_mode_are_used():
    table = grid()
    table["walk"] = table["id"] != "s000"
    assert walk(table).edges == len(table) - 1


@settings(deadline=None, max_examples=40)
@given(networks())
def test_row_order_and_index_of_the_streets_do_not_matter(table):
    shuffled = table.iloc[::-1].set_index(np.arange(len(table)) + 7)
    assert same(bike(table), bike(shuffled))


@settings(deadline=None, max_examples=40)
@given(networks())
def test_stored_arrays_give_the_same_graph(table):
    graph = bike(table)
    again = graph_from_arrays(graph_arrays(graph))
    assert same(graph, again)
    assert (again.mode, again.speed_kph) == (graph.mode, graph.speed_kph)
    assert np.array_equal(again.reverse_adjacency, graph.reverse_adjacency)


def test_arrays_survive_a_memory_map(tmp_path):
    graph = walk(grid())
    for name, array in graph_arrays(graph).items():
        assert array.dtype != object
        np.save(tmp_path / f"{name}.npy", array)
    mapped = {path.stem: np.load(path, mmap_mode="r") for path in tmp_path.iterdir()}
    assert same(graph, graph_from_arrays(mapped))


def test_parts_of_a_network_are_kept_without_the_files_that_its_arrays_lie_in(tmp_path):
    for name, array in graph_arrays(walk(grid())).items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = {path.stem: np.load(path, mmap_mode="r") for path in tmp_path.iterdir()}
    ends = [weakref.ref(mapped[name]) for name in ("edge_from", "edge_to")]
    assert len(components(graph_from_arrays(mapped)))
    mapped.clear()
    gc.collect()
    assert [end() for end in ends] == [None, None]


def test_missing_array_is_named():
    arrays = graph_arrays(walk(grid()))
    del arrays["edge_to"]
    with pytest.raises(NetworkError, match=r"1 of 20 arrays are missing: 'edge_to'"):
        graph_from_arrays(arrays)


def test_arrays_of_a_graph_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        walk(grid()).edge_forward_ds[0] = 1


def test_streets_are_left_as_they_were():
    table = grid()
    before = table.copy()
    walk(table)
    assert table.equals(before)


def test_lines_come_back_as_they_were():
    table = grid().set_index("id")
    graph = walk(table.reset_index())
    expected = table.geometry.loc[graph.edge_ids].to_numpy()
    assert shapely.equals_identical(edge_lines(graph, np.arange(graph.edges)), expected).all()
    assert shapely.equals_identical(edge_lines(graph, np.array([3, 3])), expected[[3, 3]]).all()


@pytest.mark.parametrize("speed_kph", [0, -1, float("nan"), float("inf")])
def test_speed_that_is_no_speed_is_refused(speed_kph):
    with pytest.raises(ConfigError, match="is no speed; a number above 0 km/h"):
        build_graph(grid(), mode="walk", speed_kph=speed_kph)


def test_missing_flag_column_is_named():
    with pytest.raises(SchemaError, match="no column 'car'"):
        build_graph(grid(), mode="car", speed_kph=30)


def test_streets_without_any_open_to_the_mode_are_refused():
    with pytest.raises(NetworkError, match="none of 12 streets is open to walk"):
        walk(grid().assign(walk=False))
    with pytest.raises(NetworkError, match="none of 0 streets"):
        walk(grid().iloc[:0])


def test_streets_without_line_or_length_are_named_in_one_error():
    table = grid()
    table.loc[1, "length_m"] = np.nan
    table.loc[2, "length_m"] = -1.0
    table.loc[0, "geometry"] = None
    with pytest.raises(SchemaError, match=r"1 of 12 .* no line: 's000'; 2 of 12 .* 's001', 's002'"):
        walk(table)


def test_street_that_takes_years_is_refused():
    table = grid()
    table.loc[4, "length_m"] = 2e8
    with pytest.raises(NetworkError, match=r"1 of 12 streets are too long: 's004'"):
        walk(table)


def test_everything_connected_is_one_component():
    report = islands(walk(grid()))
    assert (report.components, report.nodes_in_largest, report.nodes_outside) == (1, 9, 0)
    assert report.km_outside == 0
    assert report.largest_islands == ()


def test_islands_are_counted_and_named():
    at = {name: (100.0 * number, 0.0) for number, name in enumerate("abcdefg")}
    rows = [("a", "b", 100, 0), ("b", "c", 100, 1), ("d", "e", 250, 0), ("f", "g", 50, 0)]
    graph = bike(streets(rows, at))
    label = dict(zip(graph.node_ids.tolist(), components(graph).tolist(), strict=True))
    assert label["a"] == label["b"] == label["c"] == 0
    assert label["d"] == label["e"] != label["f"] == label["g"]
    report = islands(graph)
    assert (report.components, report.nodes_outside) == (3, 4)
    assert report.km_outside == pytest.approx(0.3)
    assert [count for _, count in report.largest_islands] == [2, 2]


def test_graphs_of_the_same_streets_share_their_parts_and_others_do_not():
    table = grid()
    slow, quick = (build_graph(table, mode="walk", speed_kph=kph) for kph in (3.6, 7.2))
    assert components(slow) is components(quick)
    assert not components(slow).flags.writeable
    at = {name: (100.0 * number, 0.0) for number, name in enumerate("abcd")}
    for row, sizes in ((("b", "c", 100, 0), [3, 1]), (("c", "d", 100, 0), [2, 2])):
        graph = walk(streets([("a", "b", 100, 0), row, ("d", "d", 50, 0)], at))
        assert np.bincount(components(graph)).tolist() == sizes


@settings(deadline=None, max_examples=60)
@given(networks())
def test_components_are_those_of_scipy(table):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = bike(table)
    links = coo_array(
        (np.ones(graph.edges), (graph.edge_from, graph.edge_to)), shape=(graph.nodes, graph.nodes)
    )
    count, expected = connected_components(links, directed=False)
    label = components(graph)
    assert len(set(zip(label.tolist(), expected.tolist(), strict=True))) == count
    assert label.max() == count - 1
    assert (np.diff(np.bincount(label)) <= 0).all()


def test_text_ids_of_any_kind_of_column_are_kept():
    table = grid()
    plain = gpd.GeoDataFrame(table.astype({"id": object, "from_node": object, "to_node": object}))
    assert same(walk(table), walk(plain))


def test_a_tenth_of_all_length_is_faster_than_what_a_reach_is_guessed_from():
    rows = [("a", "b", 850, 0), ("b", "c", 100, 0), ("c", "d", 50, 0)]
    at = {"a": (0, 0), "b": (850, 0), "c": (950, 0), "d": (950, 50)}
    table = streets(rows, at).assign(speed_walk=[3.6, 36.0, 72.0])
    graph = build_graph(table, mode=Mode("walk", 3.6, speeds="speed_walk"))
    assert graph.extent_m.tolist() == [950, 50]
    # one metre takes 10 ds at 3.6 km/h and 1 ds at 36 km/h
    assert graph.fast_m_per_ds == 1.0


@pytest.mark.parametrize("nodes", [4, 2**31])
def test_arcs_stand_by_the_node_they_leave_then_where_they_lead_then_by_cost(nodes):
    # so many nodes that both ends and the cost fit no single number are sorted by two
    own, other, cost = (
        np.array(column, dtype=np.int32)
        for column in ([1, 0, 1, 0, 1], [0, 3, 3, 2, 0], [9, 1, 2, 5, 4])
    )
    assert (nodes**2 * 10 > np.iinfo(np.int64).max) == (nodes > 4)
    order = _by_ends_and_cost(own, other, cost, nodes)
    assert order.tolist() == [3, 1, 4, 0, 2]


costs = st.integers(-1, 3)
edges = st.tuples(st.integers(0, 3), st.integers(0, 3), costs, costs)


@given(st.lists(edges, min_size=1, max_size=8), st.booleans())
def test_arcs_stand_in_order_at_the_node_they_leave_and_at_the_one_they_enter(rows, as_long_back):
    start, end, there, back = np.array(rows, dtype=np.int32).T
    back = there if as_long_back else back
    found = arcs_by_node(4, start, end, there, back)
    arcs = [
        (a, b, cost)
        for ends in ((start, end, there), (end, start, back))
        for a, b, cost in zip(*(each.tolist() for each in ends), strict=True)
        if cost >= 0
    ]
    for name, own in (("", 0), ("reverse_", 1)):
        known = sorted((arc[own], arc[1 - own], arc[2]) for arc in arcs)
        begin, adjacency = found[f"{name}indptr"], found[f"{name}adjacency"].tolist()
        listed = [(n, *row) for n in range(4) for row in adjacency[begin[n] : begin[n + 1]]]
        assert listed == known
