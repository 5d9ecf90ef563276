"""Why a function is far: the way beside the straight line, its worst street, and what it passes."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import build_graph, snap
from htkgis.network.route import route
from htkgis.pipeline.reasons import _way, nearest_shown, steps_of, told_origin, way_record
from htkgis.profile.gaps import NEAREST

# Home H at (0, 0), school S at (400, 0), 400 m apart; the way goes 300 m north, over and back.
NODES = {"h": (0, 0), "a": (0, 300), "b": (400, 300), "s": (400, 0)}
EDGES = [("north", "h", "a", "Nordvej"), ("over", "a", "b", None), ("south", "b", "s", "Sydvej")]


def town(tunnel=(), nodes=NODES, edges=EDGES):
    lines = [shapely.LineString([nodes[start], nodes[end]]) for _, start, end, _ in edges]
    return gpd.GeoDataFrame(
        {
            "id": [edge[0] for edge in edges],
            "from_node": [edge[1] for edge in edges],
            "to_node": [edge[2] for edge in edges],
            "length_m": [line.length for line in lines],
            "name": [edge[3] for edge in edges],
            "kind": "path",
            "oneway": False,
            "walk": True,
            "tunnel": [edge[0] in tunnel for edge in edges],
            "bridge": False,
        },
        geometry=lines,
        crs="EPSG:25832",
    )


def recorded(streets, start=(0, 0), end=(400, 0), barriers=None):
    graph = build_graph(streets, mode="walk", speed_kph=4.5)
    ends = [
        snap(graph, gpd.GeoDataFrame({"id": ["x"]}, geometry=[shapely.Point(at)]), max_snap_m=50)
        for at in (start, end)
    ]
    facts = pd.DataFrame(streets.drop(columns="geometry")).set_index("id")
    found = route(graph, *ends)
    return way_record(found, graph, ends, facts, barriers, 4.5), found


def test_a_way_around_three_sides_of_a_square_by_hand():
    way, _ = recorded(town())
    assert (way["way_m"], way["straight_m"]) == (1000.0, 400.0)
    assert way["straight_min"] == pytest.approx(400 / 75, abs=0.01)  # 4.5 km/h is 75 m a minute
    # north: 300 m, and from 400 to 500 m off the school; over: 400 m, 500 to 300; south: 300 to 0
    assert (way["worst_street"], way["worst_m"]) == ("Nordvej", 400.0)


def test_what_all_streets_add_is_the_detour():
    streets = town()
    graph = build_graph(streets, mode="walk", speed_kph=4.5)
    facts = pd.DataFrame(streets.drop(columns="geometry")).set_index("id")
    way, found = recorded(streets, start=(0, 40), end=(400, 70))
    added = [metres for _, _, metres in steps_of(found, graph, facts, np.array([400.0, 70.0]))]
    assert sum(added) == pytest.approx(way["way_m"] - way["straight_m"], abs=0.2)


def test_connectors_are_part_of_the_way():
    way, _ = recorded(town(), start=(-10, 0))
    assert (way["way_m"], way["straight_m"]) == (1010.0, 410.0)


def test_a_tunnel_on_the_way_is_named_and_one_elsewhere_is_not():
    assert recorded(town(tunnel=("over",)))[0]["passages"] == ["tunnel"]
    aside = [*EDGES, ("aside", "a", "c", None)]
    nodes = NODES | {"c": (0, 600)}
    assert recorded(town(tunnel=("aside",), nodes=nodes, edges=aside))[0]["passages"] == []


def test_a_barrier_counts_where_the_straight_line_meets_it():
    across = shapely.LineString([(200, -50), (200, 50)])
    beside = shapely.LineString([(600, -50), (600, 50)])
    rows = {"id": ["r", "m"], "kind": ["railway", "motorway"]}
    barriers = gpd.GeoDataFrame(rows, geometry=[across, beside], crs="EPSG:25832")
    assert recorded(town(), barriers=barriers)[0]["barriers"] == ["railway"]


def test_a_street_straight_there_has_no_detour():
    edges = [("direct", "h", "s", "Vej")]
    way, _ = recorded(town(edges=edges))
    assert (way["way_m"], way["worst_m"]) == (400.0, 0.0)


@given(
    st.lists(st.tuples(st.floats(0, 30), st.sampled_from("abcdef")), min_size=1, max_size=6),
    st.floats(1, 29),
)
def test_the_way_that_is_told_is_one_beyond_the_limit(rows, limit):
    table = pd.DataFrame(rows, columns=["value", "id"]).assign(to_id="p")
    told = told_origin(table, limit)
    beyond = table[table["value"] > limit]
    assert (told is None) == beyond.empty
    if told is not None:
        assert told["value"] in set(beyond["value"])
        assert (beyond["value"] <= told["value"]).sum() >= (len(beyond) + 1) // 2


def test_a_limit_met_exactly_leaves_nothing_to_tell():
    rows = pd.DataFrame({"id": ["a", "b"], "value": [15.0, float("nan")], "to_id": ["p", None]})
    assert told_origin(rows, 15.0) is None


@pytest.mark.parametrize("later_ds", [-1, 0])
def test_the_way_is_found_where_it_takes_no_longer_than_was_measured(later_ds):
    graph = build_graph(town(), mode="walk", speed_kph=4.5)
    doors = tuple(
        snap(graph, gpd.GeoDataFrame({"id": [name]}, geometry=[shapely.Point(at)]), max_snap_m=50)
        for name, at in (("home", (0, 0)), ("school", (400, 0)))
    )
    measured_ds = 8000 + later_ds  # 1000 m at 1.25 m/s
    _, found = _way(graph, doors, {"id": "home", "to_id": "school", "value": measured_ds / 600})
    assert (None if found is None else found.time_ds) == (8000 if later_ds == 0 else None)


def test_ways_are_traced_to_the_nearest_places_of_the_state_that_is_shown():
    access = pd.DataFrame(
        {
            "id": ["a", "a", "a", "b"],
            "state": [2017, 2026, 2026, 2026],
            "measure": [NEAREST, NEAREST, "jobs", NEAREST],
            "to_id": ["old", "school", None, "school"],
        }
    )
    found = nearest_shown(access, state=2026)["walk_nearest"]
    assert found[["id", "to_id"]].to_numpy().tolist() == [["a", "school"], ["b", "school"]]
    fewer = access[access["measure"].eq(NEAREST)]  # another number of jobs changes nothing
    assert found.equals(nearest_shown(fewer, state=2026)["walk_nearest"])
