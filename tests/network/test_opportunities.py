"""Opportunities: equal to travel times and counting, and the laws of access."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.loaders import read_osm_streets, read_street_table
from htkgis.network import build_graph, snap, street_times
from htkgis.network.opportunities import (
    impedance_table,
    reach_opportunities,
    weigh_opportunities,
)
from htkgis.network.time_matrix import travel_time_matrix
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of, snapping
from htkgis.study import read_study
from htkgis.units import UNREACHED

from .engines import counted, dense, limits, requests
from .towns import grid, networks, points, spots, streets, walk

ROOT = Path(__file__).parents[2]
DATA = os.environ.get("HTKGIS_TEST_DATA")
CRS = "EPSG:25832"
METHODS = ("batch", "single", "auto")


@settings(deadline=None, max_examples=80)
@given(requests(), st.data())
def test_sums_are_those_of_travel_times_and_counting(request_, data):
    graph, origins, places = request_
    weights = data.draw(st.lists(st.integers(0, 3), min_size=4, max_size=4))
    wanted = data.draw(st.lists(limits, min_size=1, max_size=3))
    expected = counted(graph, origins, places, weights, wanted)
    for method in METHODS:
        found = reach_opportunities(
            graph, origins, places, weights, limits_ds=wanted, method=method
        )
        assert np.array_equal(found, expected)


@settings(deadline=None, max_examples=60)
@given(requests(), limits)
def test_matrix_is_that_of_travel_times(request_, limit):
    graph, few, many = request_
    for origins, places in ((few, many), (many, few)):
        expected = dense(street_times(graph, origins, places, limit_ds=limit))
        for method in METHODS:
            found = travel_time_matrix(graph, origins, places, limit_ds=limit, method=method)
            assert np.array_equal(found, expected)


@settings(deadline=None, max_examples=40)
@given(requests(), st.integers(0, 6000), st.data())
def test_every_way_of_searching_weighs_to_the_same_bits(request_, limit, data):
    graph, origins, places = request_
    weights = data.draw(st.lists(st.floats(0, 10), min_size=4, max_size=4))
    table = impedance_table(lambda minutes: np.exp(-0.3 * minutes), limit_ds=limit)
    found = [
        weigh_opportunities(graph, origins, places, weights, impedance=table, method=method)
        for method in ("batch", "single")
    ]
    assert np.array_equal(*found)
    matrix = dense(street_times(graph, origins, places, limit_ds=limit))
    weight = np.where(matrix <= limit, table[np.minimum(matrix, limit)], 0)
    assert np.allclose(found[0], weight @ weights, rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(requests(), st.lists(st.integers(0, 9000), min_size=2, max_size=4))
def test_a_larger_limit_never_counts_fewer(request_, wanted):
    graph, origins, places = request_
    found = reach_opportunities(graph, origins, places, [1, 2, 3, 4], limits_ds=sorted(wanted))
    assert (np.diff(found, axis=1) >= 0).all()


@settings(deadline=None, max_examples=40)
@given(networks(), st.data())
def test_one_more_street_never_takes_opportunities_away(table, data):
    if len(table) < 2:
        return
    doors = data.draw(spots(table.iloc[1:], count=4))
    graph, wider = walk(table.iloc[1:]), walk(table)
    old = snap(graph, doors, max_snap_m=30)
    # the added street may become the nearest edge, so the doors stay on the old positions
    place = {name: number for number, name in enumerate(wider.edge_ids.tolist())}
    edge = np.array([place[name] for name in graph.edge_ids[old.edge].tolist()], dtype=np.int32)
    new = type(old)(**{**vars(old), "edge": edge})
    before = reach_opportunities(graph, old, old, np.ones(4), limits_ds=[900, 6000])
    after = reach_opportunities(wider, new, new, np.ones(4), limits_ds=[900, 6000])
    assert (after >= before).all()


def town():
    """A graph of 400 junctions, 300 origins and 200 places."""
    random = np.random.default_rng(5)
    graph = walk(grid(20, 97.0))
    doors = [
        snap(graph, points(*random.uniform(0, 1843, (n, 2))), max_snap_m=60) for n in (300, 200)
    ]
    return graph, *doors, random.uniform(0, 5, 200)


def rows_of(snaps, rows):
    return type(snaps)(**{name: values[rows] for name, values in vars(snaps).items()})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_and_order_of_the_origins_change_no_bit(method, threads):
    graph, origins, places, weights = town()
    expected = reach_opportunities(
        graph, origins, places, weights, limits_ds=[3000, 6000], method="single", threads=1
    )
    order = np.random.default_rng(threads).permutation(len(origins))
    found = reach_opportunities(
        graph,
        rows_of(origins, order),
        places,
        weights,
        limits_ds=[3000, 6000],
        method=method,
        threads=threads,
    )
    assert np.array_equal(found, expected[order])


def test_searching_from_few_places_changes_no_bit():
    graph, origins, places, weights = town()
    few = rows_of(places, slice(0, 40))
    table = impedance_table(lambda minutes: 1 / (1 + minutes), limit_ds=9000)
    for method in ("batch", "single"):
        for function, more in (
            (reach_opportunities, {"limits_ds": [2000, 9000]}),
            (weigh_opportunities, {"impedance": table}),
        ):
            found = [
                function(graph, origins, few, weights[:40], method=way, **more)
                for way in ("auto", method)
            ]
            assert np.array_equal(*found)


def test_kinds_are_counted_apart():
    graph, origins, places, weights = town()
    kinds = np.stack([weights, weights > 2.5, np.zeros(200)], axis=1)
    together = reach_opportunities(graph, origins, places, kinds, limits_ds=[3000, 6000])
    assert together.shape == (300, 2, 3)
    for kind in range(3):
        alone = reach_opportunities(graph, origins, places, kinds[:, kind], limits_ds=[3000, 6000])
        assert np.array_equal(together[:, :, kind], alone)
    table = impedance_table(lambda minutes: np.exp(-minutes), limit_ds=6000)
    assert weigh_opportunities(graph, origins, places, kinds, impedance=table).shape == (300, 3)


def test_moving_everything_changes_nothing():
    table, doors = grid(4), points((33, 12), (130, 270), (250, 250))
    moved = table.set_geometry(table.translate(690_000, 6_170_000))
    shifted = doors.set_geometry(doors.translate(690_000, 6_170_000))
    found = []
    for where, who in ((table, doors), (moved, shifted)):
        graph = walk(where)
        snaps = snap(graph, who, max_snap_m=30)
        found.append(reach_opportunities(graph, snaps, snaps, [1, 2, 4], limits_ds=[1500, 4000]))
    assert np.array_equal(*found)


@pytest.mark.parametrize("limit", [65_534, 65_535, 65_536])
@pytest.mark.parametrize("metres", [6553.4, 6553.5, 6553.6, 9000.0])
def test_a_street_as_long_as_the_label_is_passed_exactly(limit, metres):
    graph = walk(streets([("a", "b", metres, 0)], {"a": (0, 0), "b": (100, 0)}))
    ends = snap(graph, points((0, 0), (100, 0)), max_snap_m=1)
    for method in METHODS:
        found = reach_opportunities(graph, ends, ends, [1, 1], limits_ds=[limit], method=method)
        assert found.tolist() == [[1 + (metres * 10 <= limit)]] * 2


def test_limit_is_inside_and_a_decisecond_less_is_not():
    graph = walk(grid())
    home, school = (snap(graph, points(at), max_snap_m=30) for at in ((50, -10), (200, 200)))
    found = reach_opportunities(graph, home, school, [7], limits_ds=[3599, 3600])
    assert found.tolist() == [[0, 7]]


def test_a_point_off_the_streets_reaches_nothing_and_is_not_reached():
    graph = walk(grid())
    doors = snap(graph, points((0, 0), (900, 900)), max_snap_m=30)
    assert reach_opportunities(graph, doors, doors, [1, 1], limits_ds=[9000]).tolist() == [[1], [0]]


@pytest.mark.parametrize(("starts", "ends"), [(0, 2), (2, 0), (0, 0)])
def test_no_points_give_sums_of_the_same_shape(starts, ends):
    graph = walk(grid())
    doors = snap(graph, points((0, 0), (100, 0)), max_snap_m=30)
    origins, places = rows_of(doors, slice(0, starts)), rows_of(doors, slice(0, ends))
    for method in METHODS:
        found = reach_opportunities(
            graph, origins, places, np.ones(ends), limits_ds=[10, 20, 30], method=method
        )
        assert found.shape == (starts, 3)
        assert not found.any()
        assert travel_time_matrix(graph, origins, places, limit_ds=9).shape == (starts, ends)


@pytest.mark.parametrize(
    ("weights", "limits_ds", "message"),
    [
        ([1.0, -1.0], [10], r"weights \(walk\): 1 of 2 .* of 0 or more: -1\.0"),
        ([1.0, np.nan], [10], r"weights \(walk\): 1 of 2 .* of 0 or more: nan"),
        ([1.0], [10], r"weights \(walk\): of shape \(1,\) for 2 opportunities"),
        ([1.0, 1.0], [], r"limits_ds \(walk\): 0 of 0 are no limit"),
        ([1.0, 1.0], [5, -1], r"limits_ds \(walk\): 1 of 2 are no limit: -1"),
    ],
)
def test_what_cannot_be_counted_is_refused(weights, limits_ds, message):
    graph = walk(grid())
    doors = snap(graph, points((0, 0), (100, 0)), max_snap_m=30)
    with pytest.raises(NetworkError, match=message):
        reach_opportunities(graph, doors, doors, weights, limits_ds=limits_ds)


def test_an_impedance_that_is_no_number_is_refused():
    graph = walk(grid())
    doors = snap(graph, points((0, 0)), max_snap_m=30)
    with pytest.raises(NetworkError, match=r"impedance \(walk\): .* 1 weights that are no number"):
        weigh_opportunities(graph, doors, doors, [1], impedance=[1.0, np.inf])


def around(graph, count, seed, *, spread_m=40.0, middle=None):
    """Points beside random nodes, or beside the nodes nearest to the middle of the graph."""
    random = np.random.default_rng(seed)
    rows = random.integers(graph.nodes, size=count)
    if middle:
        rows = graph.nodes // 2 + np.arange(count)
    xy = graph.node_xy[rows] + random.normal(0, spread_m, (count, 2))
    return gpd.GeoDataFrame({"id": [f"p{n}" for n in range(count)]}, geometry=shapely.points(xy))


def assert_equal_to_travel_times(graph, origins, places, limits_ds, rules):
    origins, places = snap(graph, origins, **rules), snap(graph, places, **rules)
    weights = np.random.default_rng(1).integers(0, 4, len(places))
    expected = counted(graph, origins, places, weights, limits_ds)
    assert expected.any()
    for method in METHODS:
        found = reach_opportunities(
            graph, origins, places, weights, limits_ds=limits_ds, method=method
        )
        assert np.array_equal(found, expected)
    matrix = dense(street_times(graph, origins, places, limit_ds=max(limits_ds)))
    assert (matrix < UNREACHED).any()
    assert np.array_equal(
        travel_time_matrix(graph, origins, places, limit_ds=max(limits_ds)), matrix
    )


def test_sketch_is_counted_as_by_travel_times():
    study = read_study(ROOT / "study.toml")
    table = read_street_table(
        ROOT / "layers" / "streets.csv",
        ROOT / "layers" / "street_nodes.csv",
        crs=CRS,
        rules=street_rules(study.modes),
    )
    assert study.modes.names
    for mode in study.modes.names:
        graph = build_graph(table, mode=mode_of(study, mode))
        rules = {"max_snap_m": 100.0}
        assert_equal_to_travel_times(
            graph, around(graph, 150, 2), around(graph, 90, 3), [3000, 9000, 70_000], rules
        )


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_real_streets_are_counted_as_by_travel_times(mode):
    study = read_study(ROOT / "study.toml")
    table, _ = read_osm_streets(
        Path(DATA) / "osm" / "hoje-taastrup.osm.pbf", crs=CRS, rules=street_rules(study.modes)
    )
    graph = build_graph(table, mode=mode_of(study, mode))
    rules = snapping(study, mode)
    for middle in (True, False):
        assert_equal_to_travel_times(
            graph,
            around(graph, 300, 4, middle=middle),
            around(graph, 400, 5, spread_m=10, middle=middle),
            [9000, 18_000],
            rules,
        )
