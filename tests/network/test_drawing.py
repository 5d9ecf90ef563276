"""Graphs on the same lines share what follows from the lines, and nothing else."""

from itertools import product

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border_times, graph_arrays, graph_from_arrays, snap
from htkgis.network.drawing import KEPT, shared_drawing

from .towns import CRS, bike, grid, walk

DOORS = gpd.GeoDataFrame(
    {"id": ["near", "far", "out"]},
    geometry=gpd.points_from_xy([30, 170, 90], [8, 190, 205]),
    crs=CRS,
)
COVERAGES = (shapely.box(-1, -1, 150, 150), shapely.box(-1, -1, 999, 120))


def stored(graph):
    return graph_from_arrays(graph_arrays(graph))


def found(graph, coverage, min_part_m):
    snaps = snap(graph, DOORS, max_snap_m=60, min_part_m=min_part_m)
    times = border_times(graph, snaps, coverage)
    return [*map(np.asarray, vars(snaps).values()), times]


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([50.0, 100.0, 140.0])), min_size=12,
             max_size=12),
    st.sets(st.integers(0, 11), max_size=5),
)  # fmt: skip
def test_what_graphs_share_changes_no_figure_of_any_of_them(ways, gone):
    oneway, length_m = zip(*ways, strict=True)
    table = grid().assign(oneway=oneway, length_m=length_m).drop(index=sorted(gone))
    for make, asked in product((walk, bike), zip(COVERAGES, (100.0, 700.0), strict=True)):
        alone, shared = make(table), stored(make(table))
        for one, other in zip(found(alone, *asked), found(shared, *asked), strict=True):
            np.testing.assert_array_equal(one, other)


def test_graphs_of_the_same_streets_share_their_lines_whatever_they_cost():
    table = grid()
    slow, fast = stored(walk(table)), stored(walk(table.assign(length_m=50.0)))
    assert slow.lines is fast.lines
    assert slow.tree is fast.tree


def test_a_street_that_moves_a_millimetre_is_drawn_anew():
    table = grid()
    moved = table.set_geometry(shapely.transform(table.geometry.to_numpy(), lambda xy: xy + 0.001))
    assert stored(walk(table)).lines is not stored(walk(moved)).lines


def test_the_oldest_drawing_goes_when_there_are_too_many():
    start = np.array([0, 2])
    vertices = [np.array([[0.0, 0.0], [x, 7.0]]) for x in range(1, KEPT + 2)]
    drawings = [shared_drawing(xy, start) for xy in vertices]
    assert shared_drawing(vertices[-1], start) is drawings[-1]
    assert shared_drawing(vertices[0], start) is not drawings[0]
