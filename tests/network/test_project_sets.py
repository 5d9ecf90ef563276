"""Times under every set of projects: each equals building the set and measuring everything."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import build_graph, snap
from htkgis.network.growing import ALWAYS, GrowingStreets
from htkgis.network.nearest_times import nearest_times
from htkgis.network.project_sets import Doors, ProjectTimes

from .towns import bike, grid, networks, points, streets, walk

LIMIT = 30_000


def owners(graph, brought):
    return np.array([brought.get(str(name), ALWAYS) for name in graph.edge_ids])


def snapped(graph, own, table):
    """Snap to some of the streets, with the numbers of all."""
    numbers = {name: number for number, name in enumerate(graph.edge_ids.tolist())}
    found = snap(own, table, max_snap_m=1000)
    found.edge[:] = [numbers[own.edge_ids[edge]] for edge in found.edge]
    return found


def by_building(table, build, brought, projects, homes, shops, limit):
    """Build the streets of a set alone and search them; homes and shops keep their street."""
    kept = [brought.get(name, ALWAYS) in (*projects, ALWAYS) for name in table["id"]]
    graph = build(table[kept])
    own = build(table[[name not in brought for name in table["id"]]])
    origins, places = (snapped(graph, own, some) for some in (homes, shops))
    return nearest_times(graph, origins, places, limit_ds=limit)


def order_of(times, projects):
    """Measure a set by adding its projects one after the other."""
    state = times.searched(0)
    for project in projects:
        state = times.with_project(state, project)
    return times.times(state)


@settings(max_examples=20, deadline=None)
@given(
    networks(),
    st.sampled_from([walk, bike]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=4),
    st.integers(1, 40_000),
    st.data(),
)
def test_every_set_equals_building_it_and_measuring_everything(
    table, build, homes, shops, limit, data
):
    names = table["id"].tolist()
    projects = st.sampled_from([ALWAYS, ALWAYS, 0, 1, 2])
    drawn = data.draw(st.lists(projects, min_size=len(names), max_size=len(names)))
    brought = {n: p for n, p in zip(names[1:], drawn[1:], strict=True) if p != ALWAYS}
    graph, own = build(table), build(table[[name not in brought for name in names]])
    homes, shops = points(*homes), points(*shops)
    opener = st.sampled_from([0, 0, 1, 2, 4])
    some = st.lists(opener, min_size=len(shops), max_size=len(shops))
    doors = Doors(
        snapped(graph, own, shops),
        np.array(data.draw(some), dtype=np.int64),
        np.array(data.draw(some), dtype=np.int64),
    )
    times = ProjectTimes(
        graph,
        owners(graph, brought),
        snapped(graph, own, homes),
        {"shop": doors},
        limit_ds=limit,
    )
    known = {}
    for size in range(4):
        for chosen in combinations(range(3), size):
            mask = sum(1 << project for project in chosen)
            there = shops[doors.there(mask)]
            expected = by_building(table, build, brought, chosen, homes, there, limit)
            assert times.times(times.searched(mask, known))[0].tolist() == expected.tolist()
            if not times.raising() & mask:
                for order in (chosen, chosen[::-1]):
                    assert order_of(times, order)[0].tolist() == expected.tolist()


def test_a_door_is_there_once_opened_and_until_shut():
    snaps = snap(walk(grid()), points((0, 0), (0, 0), (0, 0)), max_snap_m=1)
    doors = Doors(snaps, np.array([0, 1, 6]), np.array([2, 0, 0]))
    assert [doors.there(mask).tolist() for mask in (0, 1, 2, 4)] == [
        [True, False, False],
        [True, True, False],
        [False, False, True],
        [True, False, True],
    ]


def test_a_path_that_only_meets_another_projects_path_helps_once_both_are_built():
    at = {"a": (0, 0), "b": (0, 900), "m": (50, 0), "z": (100, 0), "y": (100, 900)}
    rows = [("a", "b", 900, 0), ("b", "y", 100, 0), ("y", "z", 900, 0), ("a", "m", 50, 0),
            ("m", "z", 50, 0)]  # fmt: skip
    table = streets(rows, at)
    graph, own = walk(table), walk(table[:3])
    home, shop = (snapped(graph, own, points(at[name])) for name in "az")
    doors = {"shop": Doors(shop, np.array([0]), np.array([0]))}
    times = ProjectTimes(graph, owners(graph, {"s003": 0, "s004": 1}), home, doors, limit_ds=LIMIT)
    assert [times.times(times.searched(mask)).item() for mask in range(4)] == [
        19_000, 19_000, 19_000, 1000,
    ]  # fmt: skip


def test_shutting_ways_again_gives_the_field_of_before():
    table = grid(4)
    graph = build_graph(table, mode="walk", speed_kph=3.6)
    growing = GrowingStreets(graph, owners(graph, {"s000": 0, "s012": 0}), limit_ds=LIMIT)
    before = growing.field([0], [0])
    growing.open_only([0])
    assert growing.lowered(before, owners=[0]).sum() < before.sum()
    growing.open_only([])
    assert growing.field([0], [0]).tolist() == before.tolist()


def test_each_edge_needs_an_owner():
    with pytest.raises(NetworkError, match="12 edges have 2 owners; one each is needed"):
        GrowingStreets(walk(grid()), [0, 1], limit_ds=9)


@pytest.mark.parametrize(("length_m", "expected"), [(99.9, 999), (100.0, 1000), (100.1, 1000)])
def test_a_way_is_taken_from_one_decisecond_on_that_it_is_shorter(length_m, expected):
    rows = [("a", "b", 100.0, 0), ("a", "b", length_m, 0)]
    graph = walk(streets(rows, {"a": (0, 0), "b": (90, 0)}))
    growing = GrowingStreets(graph, owners(graph, {"s001": 0}), limit_ds=LIMIT)
    a, b = (graph.node_ids.tolist().index(name) for name in "ab")
    today = growing.field([b], [0])
    growing.open_only([0])
    assert growing.lowered(today, owners=[0])[a] == expected
    assert growing.lowered(today, nodes=[a], costs_ds=[expected - 1])[a] == expected - 1
