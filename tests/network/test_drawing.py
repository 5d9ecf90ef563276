"""Graphs on the same lines share what follows from the lines, and nothing else."""

from itertools import product

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import border_times, graph_arrays, graph_from_arrays, nearest_edge, snap
from htkgis.network.drawing import KEPT, LATELY, Drawing, shared_drawing

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


FENCES = [
    None,
    *(
        gpd.GeoDataFrame(geometry=[shapely.LineString([(-20, y), (220, y)])], crs=CRS)
        for y in (4, 195)
    ),
]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 6.0]),
            st.sampled_from([20.0, 60.0]),
            st.sampled_from([0.0, 700.0]),
            st.sampled_from(range(len(FENCES))),
            st.booleans(),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_points_are_never_taken_for_others_that_were_snapped_before(asked):
    """By where they stand, how far is allowed, which streets may be joined, what is in between."""
    table = grid()
    oneway = table.assign(oneway=True)
    for moved_m, max_snap_m, min_part_m, fence, closed in asked:
        doors = DOORS.set_geometry(DOORS.geometry.translate(moved_m, -moved_m))
        rules = {"max_snap_m": max_snap_m, "min_part_m": min_part_m, "barriers": FENCES[fence]}
        alone = bike(oneway if closed else table)
        found = snap(stored(alone), doors, **rules)
        for one, other in zip(vars(snap(alone, doors, **rules)).values(), vars(found).values(),
                              strict=True):  # fmt: skip
            np.testing.assert_array_equal(one, other)


def test_the_same_points_are_set_on_the_same_streets_once(monkeypatch):
    asked, real = [], nearest_edge._nearest_edges

    def counted(drawing, *parts, **rules):
        asked.append(drawing.edges)
        return real(drawing, *parts, **rules)

    monkeypatch.setattr(nearest_edge, "_nearest_edges", counted)
    table = grid(spacing_m=101.0)
    first, *others = (
        snap(stored(make(table)), DOORS, max_snap_m=60) for make in (walk, walk, bike)
    )
    assert len(asked) == 1
    first.distance_m[:] = -1.0  # who has them may write into them
    assert (others[0].distance_m >= 0).all()
    assert (snap(stored(walk(table)), DOORS, max_snap_m=60).distance_m >= 0).all()


def test_what_was_found_of_points_longest_ago_goes_first():
    drawing, asked = Drawing(np.zeros((2, 2)), np.array([0, 2])), []
    for key in [*range(LATELY), 0, LATELY, 0, 1]:
        drawing.lately(key, lambda key=key: asked.append(key))
    assert asked == [*range(LATELY + 1), 1]
