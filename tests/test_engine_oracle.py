"""The search on the sketch and on the real network gives scipy's integers."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from htkgis.loaders import read_osm_streets, read_street_table
from htkgis.network import build_graph, plain, search
from htkgis.network.points import at_nodes
from htkgis.network.time_matrix import times_between
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_of
from htkgis.pipeline.times import measure_point_times
from htkgis.store import Cache
from htkgis.study import read_study
from htkgis.units import UNREACHED

ROOT = Path(__file__).parent.parent
DATA = os.environ.get("HTKGIS_TEST_DATA")
CRS = "EPSG:25832"
PAIRS = 1000
LAST_OF_16_BITS_DS = 65_534
"""The longest time that a label of 16 bits holds: 109 minutes."""


def as_matrix(graph):
    """Cheapest open arc per pair of nodes, stored even where it costs nothing."""
    start = np.concatenate([graph.edge_from, graph.edge_to])
    end = np.concatenate([graph.edge_to, graph.edge_from])
    cost = np.concatenate([graph.edge_forward_ds, graph.edge_backward_ds])
    start, end, cost = (part[cost >= 0] for part in (start, end, cost))
    order = np.lexsort((cost, end, start))
    start, end, cost = start[order], end[order], cost[order]
    new = np.r_[True, (start[1:] != start[:-1]) | (end[1:] != end[:-1])]
    shape = (graph.nodes, graph.nodes)
    return csr_array((cost[new].astype(float), (start[new], end[new])), shape=shape)


def assert_equal_to_scipy(graph, origins, destinations):
    expected = dijkstra(as_matrix(graph), indices=np.unique(origins))
    row = {node: number for number, node in enumerate(np.unique(origins))}
    reached = 0
    for origin in np.unique(origins):
        labels = search(graph, [origin], [0])
        for destination in destinations[origins == origin]:
            oracle = expected[row[origin], destination]
            found = labels[destination]
            assert found == (UNREACHED if np.isinf(oracle) else oracle)
            reached += found < UNREACHED
    return reached


def test_every_pair_of_the_sketch_network_is_that_of_scipy():
    streets = read_street_table(
        ROOT / "layers" / "streets.csv",
        ROOT / "layers" / "street_nodes.csv",
        crs=CRS,
        rules=street_rules(read_study(ROOT / "study.toml").modes),
    )
    graph = build_graph(streets, mode="walk", speed_kph=4.5)
    expected = dijkstra(as_matrix(graph))
    found = np.stack([search(graph, [node], [0]) for node in range(graph.nodes)])
    assert graph.nodes == 402
    assert (found == expected).all()


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_a_thousand_pairs_of_the_real_network_are_those_of_scipy(mode):
    study = read_study(ROOT / "study.toml")
    streets, _ = read_osm_streets(
        Path(DATA) / "osm" / "hoje-taastrup.osm.pbf", crs=CRS, rules=street_rules(study.modes)
    )
    graph = build_graph(streets, mode=mode_of(study, mode))
    assert graph.directed == (mode != "walk")
    random = np.random.default_rng(20261120)
    origins = np.repeat(random.integers(graph.nodes, size=50), PAIRS // 50)
    destinations = random.integers(graph.nodes, size=PAIRS)
    assert assert_equal_to_scipy(graph, origins, destinations) > PAIRS * 0.95


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
@pytest.mark.parametrize(
    ("origin", "station", "metres"),
    [
        ((55.6549, 12.2874), (55.6526, 12.3022), 1244),
        ((55.6549, 12.2874), (55.6486, 12.2688), 1998),
        ((55.6541, 12.2760), (55.6486, 12.2688), 1326),
        ((55.6491, 12.2178), (55.6489, 12.1976), 1562),
    ],
)
def test_known_walks_to_stations_are_met_within_four_per_cent(tmp_path, origin, station, metres):
    for name, (lat, lon) in (("o", origin), ("d", station)):
        (tmp_path / f"{name}.csv").write_text(f"id,lat,lon\n{name},{lat},{lon}\n", "utf-8")
    report = measure_point_times(
        str(Path(DATA) / "osm" / "hoje-taastrup.osm.pbf"),
        tmp_path / "o.csv",
        tmp_path / "d.csv",
        speed_kph=3.6,
        cache=Cache(tmp_path.parent / "oracle-cache"),
    )
    walked_m = report.table["travel_time_min"].item() * 60
    assert abs(walked_m / metres - 1) < 0.04


@pytest.fixture(scope="module")
def porto_alegre():
    """Streets of a city on the southern half of the globe, with signals, stairs and one-ways."""
    study = read_study(ROOT / "study.toml")
    streets, _ = read_osm_streets(
        Path(DATA) / "porto-alegre" / "poa_osm.pbf",
        crs="EPSG:31982",
        rules=street_rules(study.modes),
    )
    return streets


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_a_thousand_pairs_of_porto_alegre_are_those_of_scipy(porto_alegre, mode):
    graph = build_graph(porto_alegre, mode=mode_of(read_study(ROOT / "study.toml"), mode))
    random = np.random.default_rng(20261121)
    origins = np.repeat(random.integers(graph.nodes, size=50), PAIRS // 50)
    destinations = random.integers(graph.nodes, size=PAIRS)
    assert assert_equal_to_scipy(graph, origins, destinations) > PAIRS * 0.7


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
@pytest.mark.parametrize("mode", ["walk", "bike", "car"])
def test_the_limit_of_a_label_of_16_bits_cuts_porto_alegre_where_scipy_does(porto_alegre, mode):
    """So slow that a part of the city lies beyond; one decisecond on either side of the limit."""
    travel = plain(mode_of(read_study(ROOT / "study.toml"), mode))
    graph = build_graph(porto_alegre, mode=travel, speed_kph=4.0)
    nodes = np.sort(np.random.default_rng(20261122).choice(graph.nodes, 64, replace=False))
    expected = dijkstra(as_matrix(graph), indices=nodes)
    # the limit bites: reached and not reached on both sides of it
    assert 0.1 < (expected <= LAST_OF_16_BITS_DS).mean() < 0.95
    for limit in range(LAST_OF_16_BITS_DS - 1, LAST_OF_16_BITS_DS + 3):
        oracle = np.where(expected <= limit, expected, UNREACHED)
        for method in ("batch", "single"):
            found = times_between(
                graph, at_nodes(graph, nodes), at_nodes(graph), cutoff_ds=limit, method=method
            )
            assert np.array_equal(found, oracle), (limit, method)
