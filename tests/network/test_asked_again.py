"""What is kept with a graph: of other places, limits and borders it gives what a new graph does."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border_times, nearest_times, snap
from htkgis.network.made import LATELY, lately
from tests.network.towns import grid, networks, spots, walk


@given(st.data())
def test_a_graph_that_was_asked_before_answers_as_a_new_one(data):
    table = data.draw(networks())
    asked = walk(table)
    homes, *kinds = (data.draw(spots(table, count=4)) for _ in range(3))
    for limit_ds in (500, 4000):
        for places in kinds:
            found, expected = (
                nearest_times(
                    graph,
                    snap(graph, homes, max_snap_m=80),
                    snap(graph, places, max_snap_m=80),
                    limit_ds=limit_ds,
                )
                for graph in (asked, walk(table))
            )
            np.testing.assert_array_equal(found, expected)
    for east_m in (100, 250):
        found, expected = (
            border_times(graph, snap(graph, homes, max_snap_m=80), shapely.box(-9, -9, east_m, 999))
            for graph in (asked, walk(table))
        )
        np.testing.assert_array_equal(found, expected)


def test_only_what_was_asked_for_lately_is_kept():
    graph = walk(grid())
    assert [lately(graph, key, lambda key=key: key) for key in range(LATELY + 1)] == [
        *range(LATELY + 1)
    ]
    assert [lately(graph, key, lambda: "anew") for key in (1, LATELY, 0)] == [1, LATELY, "anew"]
