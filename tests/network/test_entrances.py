"""Entrances of areas: crossings, path ends, the nearest point, and times through them."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import snap, street_times
from htkgis.network.entrances import find_entrances
from htkgis.pipeline.entrances import fold_times, once_per_place, snap_places, target_points
from htkgis.schema import ENTRANCES, check

from .towns import CRS, grid, points, streets, walk

SQUARE = shapely.box(0, 0, 100, 100)


def town(rows, at, **columns):
    return streets(rows, at).assign(**({"tunnel": False, "bridge": False} | columns))


def outlines(*shapes, ids=None):
    ids = ids or [f"park{number}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"place_id": ids}, geometry=list(shapes), crs=CRS)


def found_at(found):
    return [
        (row.place_id, row.kind, row.geometry.x, row.geometry.y)
        for row in found.itertuples(index=False)
    ]


def test_a_path_through_a_park_gives_two_entrances_and_a_street_along_it_its_ends():
    at = {"a": (-50, 50), "b": (150, 50), "c": (20, 0), "d": (80, 0)}
    table = town([("a", "b", 200, 0), ("c", "d", 60, 0)], at)
    found = find_entrances(outlines(SQUARE), table)
    assert found_at(found) == [
        ("park0", "crossing", 0, 50),
        ("park0", "crossing", 20, 0),
        ("park0", "crossing", 80, 0),
        ("park0", "crossing", 100, 50),
    ]
    assert check(found, ENTRANCES, crs=CRS)["number"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("flag", ["tunnel", "bridge"])
def test_a_tunnel_or_a_bridge_does_not_lead_in(flag):
    at = {"a": (-50, 50), "b": (150, 50)}
    found = find_entrances(outlines(SQUARE), town([("a", "b", 200, 0)], at, **{flag: True}))
    assert len(found) == 0


def test_a_street_that_nobody_may_walk_along_does_not_lead_in():
    at = {"a": (-50, 50), "b": (150, 50), "c": (130, 0), "d": (130, 90)}
    table = town([("a", "b", 200, 0), ("c", "d", 90, 0)], at).assign(walk=[False, True])
    assert found_at(find_entrances(outlines(SQUARE), table)) == [("park0", "nearest", 100, 0)]


@pytest.mark.parametrize(
    ("tolerance_m", "kind", "x"), [(3, "path end", 103), (2.999, "nearest", 100)]
)
def test_a_path_that_ends_within_the_tolerance_leads_in(tolerance_m, kind, x):
    at = {"a": (103, 50), "b": (200, 50)}
    found = find_entrances(outlines(SQUARE), town([("a", "b", 97, 0)], at), tolerance_m=tolerance_m)
    assert found_at(found) == [("park0", kind, x, 50)]


def test_a_junction_near_an_outline_is_no_path_end():
    at = {"a": (103, 0), "b": (103, 50), "c": (103, 100)}
    table = town([("a", "b", 50, 0), ("b", "c", 50, 0)], at)
    found = find_entrances(outlines(SQUARE), table, tolerance_m=3)
    assert found_at(found) == [("park0", "path end", 103, 0), ("park0", "path end", 103, 100)]


def test_streets_that_meet_on_an_outline_make_one_entrance():
    at = {"a": (-50, 50), "b": (0, 50), "c": (50, 50), "d": (-50, 0)}
    table = town([("a", "b", 50, 0), ("b", "c", 50, 0), ("d", "b", 71, 0)], at)
    assert found_at(find_entrances(outlines(SQUARE), table)) == [("park0", "crossing", 0, 50)]


def test_several_parts_and_places_each_have_their_own():
    at = {"a": (-50, 50), "b": (250, 50)}
    two = shapely.MultiPolygon([SQUARE, shapely.box(150, 0, 200, 100)])
    beside = shapely.box(0, 60, 10, 70)
    found = find_entrances(outlines(two, beside, ids=["two", "in"]), town([("a", "b", 300, 0)], at))
    assert [row[:3] for row in found_at(found)] == [
        *(("two", "crossing", x) for x in (0, 100, 150, 200)),
        ("in", "nearest", 10),
    ]


def test_no_areas_have_no_entrances_and_keep_the_contract():
    found = find_entrances(outlines(), town([("a", "b", 9, 0)], {"a": (0, 0), "b": (9, 0)}))
    assert len(check(found, ENTRANCES, crs=CRS)) == 0


def places(*rows):
    """Places as (id, function, position)."""
    ids, functions, at = zip(*rows, strict=True)
    return gpd.GeoDataFrame(
        {"id": ids, "function": functions}, geometry=[shapely.Point(xy) for xy in at], crs=CRS
    )


def doors(**at):
    rows = [(key, number, xy) for key, all_xy in at.items() for number, xy in enumerate(all_xy)]
    return gpd.GeoDataFrame(
        {"place_id": [row[0] for row in rows], "number": [row[1] for row in rows]},
        geometry=[shapely.Point(row[2]) for row in rows],
        crs=CRS,
    )


def test_a_place_is_as_far_as_its_nearest_entrance_and_stands_once():
    graph = walk(grid(5))
    known = places(("park", "green", (200, 250)), ("shop", "shopping", (0, 100)))
    entered = doors(park=[(100, 400), (300, 100), (200, 400)])
    home = snap(graph, points((300, 0), ids=["home"]), max_snap_m=60)
    targets = snap_places(graph, known, entered, barriers=None, max_snap_m=60)
    assert targets.ids.tolist() == ["park", "park", "park", "shop"]
    times = fold_times(street_times(graph, home, targets, limit_ds=None).to_table())
    assert times.to_dict("records") == [
        {"from_id": "home", "to_id": "park", "travel_time_ds": 1000},
        {"from_id": "home", "to_id": "shop", "travel_time_ds": 4000},
    ]
    plain = street_times(graph, home, targets, limit_ds=None).to_table()
    assert times.dtypes.tolist() == plain.dtypes.tolist()


def test_a_place_is_on_the_network_if_one_entrance_is_and_its_distance_is_the_least():
    graph = walk(grid())
    known = places(("a", "green", (0, 0)), ("b", "green", (0, 0)), ("c", "green", (0, -70)))
    entered = doors(b=[(0, -80), (0, -90)], a=[(0, -500), (50, -20), (50, -30)])
    snaps = snap_places(graph, known, entered, barriers=None, max_snap_m=60)
    once = once_per_place(snaps)
    assert once.ids.tolist() == ["a", "b", "c"]
    assert once.distance_m.tolist() == [20, 80, 70]
    assert once.too_far["id"].tolist() == ["b", "c"]


def test_entrances_of_other_places_and_none_at_all_change_nothing():
    known = places(("shop", "shopping", (0, 100)))
    for entered in (None, doors(), doors(park=[(0, 0)])):
        assert target_points(known, entered)["id"].tolist() == ["shop"]
        assert target_points(known, entered).geometry.iloc[0].equals(shapely.Point(0, 100))


def test_a_railway_is_no_barrier_to_its_own_station_but_to_a_shop():
    graph = walk(streets([("a", "b", 100, 0)], {"a": (0, 0), "b": (100, 0)}))
    tracks = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(0, y), (100, y)]) for y in (10, 30)], crs=CRS
    )
    known = places(("stop", "station", (50, 20)), ("shop", "shopping", (60, 20)))
    snaps = snap_places(graph, known, None, barriers=tracks, max_snap_m=60)
    assert snaps.edge.tolist() == [0, -1]
    assert snaps.behind_barrier.tolist() == [False, True]
    assert snaps.xy[0].tolist() == [50, 0]


JUNCTION = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(home=JUNCTION, entered=st.lists(JUNCTION, min_size=1, max_size=5), more=JUNCTION)
def test_times_are_those_of_networkx_and_an_entrance_more_makes_no_place_farther(
    home, entered, more
):
    """Oracle: Dijkstra of networkx over the grid, from the home to every entrance."""
    table = grid(5)
    town_graph = nx.from_pandas_edgelist(table, "from_node", "to_node", edge_attr="length_m")
    from_home = nx.single_source_dijkstra_path_length(
        town_graph, f"{home[0]}{home[1]}", weight="length_m"
    )
    graph, known = walk(table), places(("park", "green", (50, 50)))
    start = snap(graph, points((home[0] * 100, home[1] * 100)), max_snap_m=1)

    def time_to(cells):
        at = doors(park=[(x * 100, y * 100) for x, y in cells])
        targets = snap_places(graph, known, at, barriers=None, max_snap_m=1)
        table = fold_times(street_times(graph, start, targets, limit_ds=None).to_table())
        return table["travel_time_ds"].item()

    expected_m = min(from_home[f"{x}{y}"] for x, y in entered)
    assert time_to(entered) == expected_m * 10
    assert time_to([*entered, more]) <= time_to(entered)


@given(
    corner=st.tuples(st.integers(-50, 350), st.integers(-50, 350)),
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
)
def test_every_crossing_is_an_entrance_and_nothing_else(corner, size):
    """Oracle: each street with each outline one by one, by shapely's intersection."""
    table = grid(4).assign(tunnel=False, bridge=False)
    outline = shapely.box(*corner, corner[0] + size[0], corner[1] + size[1])
    found = find_entrances(outlines(outline), table)
    met = [outline.exterior.intersection(line) for line in table.geometry]
    expected = {
        xy
        for shape in met
        for part in shapely.get_parts(shape)
        for xy in ([part.coords[0], part.coords[-1]] if not shape.is_empty else [])
    }
    at = set(zip(found.geometry.x, found.geometry.y, strict=True))
    if expected:
        assert at == expected
        assert set(found["kind"]) == {"crossing"}
    else:
        assert found["kind"].tolist() == ["nearest"]
        near_m = table.distance(found.geometry.iloc[0]).min()
        assert near_m == pytest.approx(table.distance(outline.exterior).min(), abs=1e-6)
        assert outline.exterior.distance(found.geometry.iloc[0]) == pytest.approx(0, abs=1e-6)


def test_the_order_of_the_streets_does_not_matter():
    table = grid(4).assign(tunnel=False, bridge=False)
    area = outlines(shapely.box(30, 30, 250, 250), shapely.box(10, 10, 20, 20))
    shuffled = table.iloc[np.random.default_rng(7).permutation(len(table))]
    pd.testing.assert_frame_equal(find_entrances(area, table), find_entrances(area, shuffled))
