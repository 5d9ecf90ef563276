"""Modes of the study: what the network is given, and whether the times are those of life."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import tomlkit

from htkgis.errors import ConfigError
from htkgis.loaders import read_osm_streets, read_street_table
from htkgis.network import Mode, build_graph, graph_from_arrays, search, snap, street_times
from htkgis.pipeline.layers import street_rules
from htkgis.pipeline.modes import mode_graph, mode_of, open_to, snapping
from htkgis.study import read_study
from htkgis.units import UNREACHED
from tests.network.towns import streets

ROOT = Path(__file__).parents[2]
DATA = os.environ.get("HTKGIS_TEST_DATA")
CRS = "EPSG:25832"
STUDY = read_study(ROOT / "study.toml")
AREAS = {
    "taastrupgaard": (55.6549, 12.2874),
    "gadehavegaard": (55.6541, 12.2760),
    "charlottekvarteret": (55.6491, 12.2178),
}
STATIONS = {
    "taastrup_st": (55.6526, 12.3022),
    "hoje_taastrup_st": (55.6486, 12.2688),
    "hedehusene_st": (55.6489, 12.1976),
}


@pytest.fixture(scope="module")
def sketch():
    return read_street_table(
        ROOT / "layers" / "streets.csv",
        ROOT / "layers" / "street_nodes.csv",
        crs=CRS,
        rules=street_rules(STUDY.modes),
    )


@pytest.fixture(scope="module")
def real():
    streets, _ = read_osm_streets(
        Path(DATA) / "osm" / "hoje-taastrup.osm.pbf", crs=CRS, rules=street_rules(STUDY.modes)
    )
    return streets


def places(where):
    lat, lon = np.array(list(where.values())).T
    table = gpd.GeoDataFrame({"id": list(where)}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    return table.to_crs(CRS)


def times(streets):
    """Minutes from the three areas to the three stations, one column per mode."""
    found = {}
    for name in STUDY.modes.names:
        graph = build_graph(streets, mode=mode_of(STUDY, name))
        rules = snapping(STUDY, name)
        start, end = (snap(graph, places(where), **rules) for where in (AREAS, STATIONS))
        table = street_times(graph, start, end, limit_ds=None).to_table()
        found[name] = table.set_index(["from_id", "to_id"])["travel_time_ds"] / 600
    return pd.DataFrame(found)


def test_the_study_decides_on_three_modes():
    assert STUDY.modes.names == ("walk", "bike", "car")
    assert mode_of(STUDY, "walk").columns == ("walk",)
    assert mode_of(STUDY, "bike").columns == ("bike", "oneway_bike", "walk")
    assert mode_of(STUDY, "car").columns == ("car", "car_kph", "oneway", "walk")
    assert {mode_of(STUDY, name).walked_kph for name in STUDY.modes.names} == {4.5}


def test_a_study_of_walking_only_has_no_other_mode(tmp_path):
    document = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    document["modes"].remove("bike")
    document["modes"].remove("car")
    (tmp_path / "study.toml").write_text(tomlkit.dumps(document), "utf-8")
    study = read_study(tmp_path / "study.toml")
    assert study.modes.names == ("walk",)
    assert list(street_rules(study.modes).modes) == ["walk"]
    with pytest.raises(ConfigError, match=r"decides on no mode 'car'; there are walk\. Add"):
        mode_of(study, "car")


def test_bikes_that_need_not_heed_oneways_have_no_direction(tmp_path):
    document = tomlkit.parse((ROOT / "study.toml").read_text("utf-8"))
    document["modes"]["bike"]["oneway"] = False
    (tmp_path / "study.toml").write_text(tomlkit.dumps(document), "utf-8")
    assert not mode_of(read_study(tmp_path / "study.toml"), "bike").directed


def test_the_stored_graph_of_a_mode_has_its_name(sketch):
    outputs = mode_graph(sketch, mode_of(STUDY, "car"))
    assert graph_from_arrays(outputs["car_graph"]).mode == "car"
    assert outputs["car_network"]["edges"] == 424


def test_on_streets_for_all_a_car_is_faster_than_a_bike_and_a_bike_than_feet(sketch):
    shared = sketch[sketch["car"]]
    graphs = [build_graph(shared, mode=mode_of(STUDY, name)) for name in STUDY.modes.names]
    walk, bike, car = (
        np.stack([search(graph, [node], [0]) for node in range(0, graph.nodes, 7)])
        for graph in graphs
    )
    assert (bike <= walk).all()
    assert (car <= bike).all()
    assert ((car < UNREACHED) == (walk < UNREACHED)).all()


def test_on_the_sketch_a_bike_is_never_slower_than_feet_and_paths_save_detours(sketch):
    walk, bike = (build_graph(sketch, mode=mode_of(STUDY, name)) for name in ("walk", "bike"))
    for node in range(0, walk.nodes, 13):
        assert (search(bike, [node], [0]) <= search(walk, [node], [0])).all()


def assert_plausible(found):
    decisions = STUDY.modes.car
    besides = decisions.access_time.value + decisions.parking_time.value
    assert len(found) == 9
    assert not found.isna().any().any()
    assert (found["bike"] < found["walk"]).all()
    assert (found["car"] - besides < found["bike"]).all()
    assert (found["walk"] / found["bike"]).between(3.0, 3.8).all()
    # by road at 20 to 70 km/h: a walked kilometre is no longer by car than twice as long
    kph = found["walk"] / 60 * 4.5 / ((found["car"] - besides) / 60)
    assert kph.between(18, 70).all()


def test_times_on_the_sketch_are_plausible(sketch):
    assert_plausible(times(sketch))


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
def test_times_on_the_real_network_are_plausible_and_near_those_of_the_sketch(real, sketch):
    found = times(real)
    assert_plausible(found)
    ratio = found / times(sketch)
    assert ((ratio > 0.85) & (ratio < 1.15)).all(axis=None)


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
def test_streets_for_cars_change_no_walking_time_by_more_than_rounding(real):
    whole = build_graph(real, mode=mode_of(STUDY, "walk"))
    only, _ = read_osm_streets(
        Path(DATA) / "osm" / "hoje-taastrup.osm.pbf",
        crs=CRS,
        rules=street_rules(STUDY.modes.model_copy(update={"bike": None, "car": None})),
    )
    alone = build_graph(only, mode=mode_of(STUDY, "walk"))
    assert whole.edge_length_m.sum() == pytest.approx(alone.edge_length_m.sum())
    assert 0 <= whole.nodes - alone.nodes < 200
    found = [
        street_times(
            graph,
            *(snap(graph, places(w), max_snap_m=300) for w in (AREAS, STATIONS)),
            limit_ds=None,
        ).time_ds
        for graph in (whole, alone)
    ]
    assert np.abs(found[0] - found[1]).max() <= 2


def test_all_who_travel_by_a_mode_take_one_table_of_its_streets_and_none_where_it_has_none():
    table = streets(
        [("a", "b", 100, 0), ("b", "c", 100, 0)], {"a": (0, 0), "b": (100, 0), "c": (200, 0)}
    ).assign(walk=[True, False], bike=False)
    slow, quick = (Mode("walk", kph) for kph in (3.0, 6.0))
    assert open_to(table, slow) is open_to(table, quick)
    assert open_to(table, slow)["id"].tolist() == ["s000"]
    assert open_to(table, Mode("bike", 16.0)) is table
    assert open_to(table, Mode("car", 50.0)) is table
