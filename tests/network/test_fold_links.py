"""Times over links are the same whether they are folded or added to a fold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network import linked, snap, travel_time_matrix
from htkgis.network.fold import FOLDS, fold
from htkgis.network.fold_links import fold_beside, fold_linked

from .towns import bike, networks, spots, streets, walk


@pytest.mark.parametrize("build", [walk, bike])
@settings(max_examples=40, deadline=None)
@given(table=networks(), data=st.data())
def test_times_over_added_links_are_those_of_a_fold_of_its_own(build, table, data):
    graph = build(table)
    doors = snap(graph, data.draw(spots(table, count=5)), max_snap_m=50)
    nodes = st.integers(0, graph.nodes - 1)
    links = data.draw(st.lists(st.tuples(nodes, nodes, st.integers(0, 500)), max_size=4))
    start, end, cost = np.array(links, dtype=np.int32).reshape(-1, 3).T
    plain = linked(graph, start, end, cost)
    before, expected = (
        travel_time_matrix(each, doors, doors, limit_ds=50_000, method="batch")
        for each in (graph, plain)
    )
    fold_beside(graph, np.concatenate([start, end]))
    found = travel_time_matrix(graph, doors, doors, limit_ds=50_000, method="batch")
    assert found.tolist() == before.tolist()
    opened = linked(graph, start, end, cost)
    if opened is not graph:
        fold_linked(graph, opened, start, end, cost)
        assert FOLDS[opened].keys() == FOLDS[graph].keys()
    found = travel_time_matrix(opened, doors, doors, limit_ds=50_000, method="batch")
    assert found.tolist() == expected.tolist()


def test_a_node_that_links_lead_to_is_folded_into_no_dead_end_and_no_chain():
    row = walk(
        streets(
            [("a", "b", 100, 0), ("b", "c", 100, 0), ("c", "d", 100, 0)],
            {"a": (0, 0), "b": (100, 0), "c": (200, 0), "d": (300, 0)},
        )
    )
    assert len(set(fold(row, reverse=False).root.tolist())) == 1
    fold_beside(row, np.array([0, 2], dtype=np.int32))
    assert {0, 2} <= set(fold(row, reverse=False).root.tolist())
    assert fold(row, reverse=False).chain[[0, 2]].tolist() == [-1, -1]
