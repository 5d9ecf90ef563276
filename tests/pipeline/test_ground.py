"""What of a graph decides where points lie on it: streets that keep it move no point."""

from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import build_graph, snap, snap_arrays
from htkgis.pipeline.modes import ground_of
from htkgis.pipeline.profile_steps import profile_steps
from tests.network.towns import (
    LENGTH_M,
    METRE_PER_SECOND_KPH,
    networks,
    points,
    spots,
    streets,
    walk,
)
from tests.pipeline.test_snapped import CATALOG, STUDY

MIN_PART_M = 200.0
SPEED_KPH = st.sampled_from([METRE_PER_SECOND_KPH, 2.7, 16.0])


def positions(graph, some, min_part_m):
    """All that is stored of points on a graph, as bytes."""
    snaps = snap(graph, some, max_snap_m=25, min_part_m=min_part_m)
    return [(name, array.tobytes()) for name, array in snap_arrays(graph, snaps).items()]


@given(data=st.data(), table=networks())
def test_points_lie_alike_on_graphs_of_the_same_ground(data, table):
    row = data.draw(st.integers(0, len(table) - 1))
    changed = table.copy()
    changed.loc[row, "length_m"] = data.draw(LENGTH_M)
    changed.loc[row, "oneway"] = data.draw(st.booleans())
    some = data.draw(spots(table, count=4))
    graphs = [
        build_graph(each, mode="bike", speed_kph=data.draw(SPEED_KPH)) for each in (table, changed)
    ]
    for min_part_m in (0.0, MIN_PART_M):
        one, other = (ground_of(graph, min_part_m=min_part_m) for graph in graphs)
        # where no part is too short, neither how long a street is nor which way it leads matters
        assert one == other or min_part_m > 0
        if one == other:
            assert positions(graphs[0], some, min_part_m) == positions(graphs[1], some, min_part_m)


def test_a_part_that_grows_long_enough_is_another_ground_and_takes_the_point():
    table = streets(
        [("a", "b", 150, 0), ("c", "d", 900, 0)],
        {"a": (0, 0), "b": (100, 0), "c": (0, 20), "d": (100, 20)},
    )
    grounds, met = [], []
    for length_m in (150.0, 160.0, 250.0):
        graph = walk(table.assign(length_m=[length_m, 900.0]))
        edge = snap(graph, points((50, 5)), max_snap_m=25, min_part_m=MIN_PART_M).edge
        grounds.append(ground_of(graph, min_part_m=MIN_PART_M))
        met += graph.edge_ids[edge].tolist()
    assert grounds[0] == grounds[1] != grounds[2]
    assert met == ["s001", "s001", "s000"]


def test_all_steps_that_set_points_on_streets_are_decided_by_the_ground_of_each_graph():
    steps = profile_steps(STUDY, CATALOG, dict.fromkeys(CATALOG.layers, "0" * 64), "da")
    setting = [step for step in steps if step.name.endswith("_snaps")]
    assert {"walk_origin_snaps", "case_snap_far_snaps", "stop_snaps"} < {s.name for s in setting}
    for step in setting:
        graphs = {name for name in step.inputs if name.endswith("_graph")}
        assert step.by == {name: name.removesuffix("graph") + "ground" for name in graphs}
    made = {name for step in steps for name in step.outputs if name.endswith("_ground")}
    assert made == {name for step in setting for name in step.by.values()}
