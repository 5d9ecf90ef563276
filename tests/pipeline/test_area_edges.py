"""Edges of several graphs in an area: each is listed once, under the number it has for all."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.pipeline.area_edges import AreaEdges
from tests.network.towns import bike, grid, networks, walk

AREA = shapely.box(-1, -1, 120, 999)


@given(networks(), st.lists(st.sampled_from([walk, bike]), min_size=1, max_size=4), st.data())
def test_each_edge_and_node_has_one_number_for_all_graphs(table, builds, data):
    graphs = []
    for build in builds:
        least = data.draw(st.integers(0, len(table) - 1))
        graphs.append(build(table.iloc[least:] if data.draw(st.booleans()) else table))
    edges = AreaEdges(graphs, AREA)
    named, nodes = {}, {}
    for graph in graphs:
        rows = edges.rows(graph)
        assert rows.tolist() == [
            row for row, line in enumerate(graph.lines) if shapely.intersects(line, AREA)
        ]
        found = edges.numbers(graph, rows)
        for row, edge, start, end in zip(rows, *found[1:], strict=True):
            assert named.setdefault(str(graph.edge_ids[row]), edge) == edge
            assert nodes.setdefault(str(graph.node_ids[graph.edge_from[row]]), start) == start
            assert nodes.setdefault(str(graph.node_ids[graph.edge_to[row]]), end) == end
            assert edges.lines[edge].equals(graph.lines[row])
            assert edges.length_m[edge] == graph.edge_length_m[row]
    for numbers, listed in ((named, edges.ids), (nodes, edges.nodes)):
        assert sorted(numbers.values()) == list(range(len(listed)))
    assert len(edges.lines) == len(edges.length_m) == len(named)


def test_travellers_on_the_same_streets_are_numbered_once():
    slow, fast = walk(grid()), walk(grid().assign(length_m=999.0))
    edges = AreaEdges([slow, fast], AREA)
    one, other = (edges.numbers(graph, edges.rows(graph)) for graph in (slow, fast))
    assert one.edges is other.edges
    fewer = edges.numbers(fast, edges.rows(fast)[1:])
    assert np.array_equal(fewer.edges, one.edges[1:])
