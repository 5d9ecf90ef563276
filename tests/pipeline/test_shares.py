"""Persons of a small town on a line: shares, minutes, bounds; nearest times against all pairs."""

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.access import share_within
from htkgis.network import Mode, build_graph, nearest_times, snap, street_times
from htkgis.pipeline.modes import build_mode_graph
from htkgis.pipeline.shares import (
    Persons,
    measure_resident_times,
    measure_shares,
    spread_of,
    within_limit,
)
from htkgis.schema import DISTRIBUTION, SHARES
from htkgis.study import read_study
from htkgis.units import UNREACHED, minutes
from tests.conftest import EAST_M, NORTH_M
from tests.network.towns import bike, networks, points, spots, walk
from tests.pipeline.set_points import places_at, rows_at

CRS = "EPSG:25832"
STUDY = read_study(Path(__file__).parents[2] / "study.toml")
MODES = STUDY.modes.names
LONG_M = 15_000.0
"""At 4.5 km/h (75 m/min) the street takes 200 minutes, more than is searched."""
TABLES = ("resident_times", "shares", "distribution")


def at(*along_m):
    return gpd.points_from_xy([EAST_M + x for x in along_m], [NORTH_M] * len(along_m), crs=CRS)


def box(start_m, end_m):
    return shapely.box(EAST_M + start_m, NORTH_M - 500, EAST_M + end_m, NORTH_M + 500)


@pytest.fixture(scope="module")
def streets():
    ends = shapely.LineString([(EAST_M, NORTH_M), (EAST_M + LONG_M, NORTH_M)])
    facts = {"id": "s", "from_node": "a", "to_node": "b", "length_m": LONG_M, "kind": "residential"}
    flags = dict.fromkeys(("walk", "bike", "car"), True)
    flags |= dict.fromkeys(("oneway", "oneway_bike", "tunnel", "bridge"), False)
    return gpd.GeoDataFrame([facts | flags | {"car_kph": 45.0}], geometry=[ends], crs=CRS)


@pytest.fixture(scope="module")
def graphs(streets):
    return {
        mode: build_mode_graph(streets, study=STUDY, mode=mode)[f"{mode}_graph"] for mode in MODES
    }


@pytest.fixture
def town(catalog, streets):
    """Homes at 6,000, 6,750 and 13,875 m, a school at 6,375 m, a library at 7,500 m."""
    west, south, east, north = (
        gpd.GeoSeries([box(-2000, 17_000)], crs=CRS).to_crs(4326).bounds.iloc[0]
    )
    wide = {"coverage": [west, south, east, north]}
    places = gpd.GeoDataFrame(
        {
            "id": ["school", "library", "later", "office"],
            "function": ["school", "culture", "culture", "culture"],
            "unit": ["places", "places", "places", "jobs"],
            "measured": [True, True, False, True],
        },
        geometry=at(6375, 7500, 6000, 6000),
    )
    residents = gpd.GeoDataFrame(
        {
            "id": ["p", "q", "r"],
            "persons": [30.0, 10.0, 60.0],
            "area_id": ["home", "home", None],
            "district_id": ["near", "near", "far"],
        },
        geometry=at(6000, 6750, 13_875),
    )
    named = {"crs": CRS, "geometry": [box(0, 9000), box(9000, LONG_M)]}
    return {
        "residents": residents,
        "districts": gpd.GeoDataFrame({"id": ["near", "far"], "name": ["Near", "Far"]}, **named),
        "areas": gpd.GeoDataFrame(
            {"id": ["home"], "name": ["Home"]}, geometry=[box(5000, 7000)], crs=CRS
        ),
        "places": places,
        "municipality": gpd.GeoDataFrame(
            {"id": ["0169"], "name": ["Town"]}, geometry=[box(0, LONG_M)], crs=CRS
        ),
        "catalog": catalog(streets={"path": "s.pbf", **wide}, places={"path": "p.gpkg", **wide}),
    }


def measure(town, streets, graphs, mode="walk"):
    times = measure_resident_times(
        graphs[mode],
        town["residents"],
        town["places"],
        streets,
        town["municipality"],
        rows_at(graphs[mode], town["residents"], STUDY, mode),
        places_at(graphs[mode], town["places"], STUDY, mode),
        study=STUDY,
        catalog=town["catalog"],
        mode=mode,
    )
    tables = [town[name] for name in ("residents", "districts", "areas", "municipality")]
    own = times[f"{mode}_resident_times"]
    return times | measure_shares(own, *tables, study=STUDY, mode=mode)


def by_unit(table, function, **chosen):
    for name, value in ({"function": function} | chosen).items():
        table = table[table[name] == value]
    return table.set_index("unit_id")


def test_shares_and_minutes_of_a_street(town, streets, graphs):
    found = measure(town, streets, graphs)
    # the school is 375 m from both homes of the area: 5 min; 7,500 m from the third: 100 min
    shares = by_unit(found["walk_shares"], "school", limit_min=5.0)["share"]
    assert shares.to_dict() == {"home": 1.0, "0169": 0.4, "near": 1.0, "far": 0.0}
    # the library is 20 and 10 min from the homes of the area, and 85 min from the third
    shares = by_unit(found["walk_shares"], "culture", limit_min=10.0)["share"]
    assert shares.to_dict() == {"home": 0.25, "0169": 0.1, "near": 0.25, "far": 0.0}
    minutes = by_unit(found["walk_distribution"], "culture")[["p10_min", "p50_min", "p90_min"]]
    assert minutes.loc["home"].tolist() == [10.0, 20.0, 20.0]
    assert minutes.loc["0169"].tolist() == [10.0, 85.0, 85.0]
    assert by_unit(found["walk_distribution"], "school")["persons"].to_dict() == {
        "home": 40.0,
        "0169": 100.0,
        "near": 40.0,
        "far": 60.0,
    }


def test_a_time_beyond_the_search_is_not_reached(town, streets, graphs):
    town["residents"] = town["residents"].assign(geometry=at(0, 750, 14_250))
    town["places"] = town["places"].assign(geometry=at(14_400, 14_400, 0, 0))
    found = by_unit(measure(town, streets, graphs)["walk_distribution"], "school").loc["0169"]
    # 192 and 182 min from the first two, of 120 that are searched; 2 from where 60 of 100 live
    assert (found["p10_min"], found["p50_min"]) == (2.0, 2.0)
    assert math.isnan(found["p90_min"])
    assert (found["unreached_share"], found["searched_min"]) == (0.4, 120.0)


def test_each_mode_has_its_own_tables_and_times(town, streets, graphs):
    minutes = {}
    for mode in MODES:
        found = measure(town, streets, graphs, mode)
        assert list(found) == [f"{mode}_{name}" for name in TABLES]
        assert set(found[f"{mode}_shares"]["mode"]) == {mode}
        minutes[mode] = by_unit(found[f"{mode}_distribution"], "school")["p90_min"]["0169"]
    # 7,500 m: 75 m/min; 16 km/h; 5 min and 70 % of 45 km/h
    assert minutes["walk"] == 100.0
    assert minutes["bike"] == pytest.approx(7.5 / 16 * 60, abs=0.01)
    assert minutes["car"] == pytest.approx(5 + 7.5 / (0.7 * 45) * 60, abs=0.01)


def test_by_car_nobody_is_there_within_five_minutes(town, streets, graphs):
    table = measure(town, streets, graphs, "car")["car_shares"]
    assert (table[table["limit_min"] == 5.0]["share"] == 0.0).all()


def test_places_of_other_years_and_jobs_are_not_reached(town, streets, graphs):
    town["places"] = town["places"][town["places"]["id"].isin(["later", "office"])]
    found = measure(town, streets, graphs)
    assert [len(found[f"walk_{name}"]) for name in ("shares", "distribution")] == [0, 0]


def test_without_residents_there_are_tables_without_rows(town, streets, graphs):
    town["residents"] = town["residents"].iloc[:0]
    found = measure(town, streets, graphs, "bike")
    assert list(found["bike_shares"].columns) == list(SHARES.columns)
    assert list(found["bike_distribution"].columns) == list(DISTRIBUTION.columns)
    assert [len(table) for table in found.values()] == [0, 0, 0]


def test_where_the_border_is_nearer_than_the_place_figures_are_bounds(town, streets, graphs):
    # the places are whole up to 14,325 m: 6 min beyond the third home
    west, south, _, north = town["catalog"].layers["places"].coverage
    end = gpd.GeoSeries(at(14_325)).to_crs(4326).x.iloc[0]
    layer = (
        town["catalog"].layers["places"].model_copy(update={"coverage": (west, south, end, north)})
    )
    town["catalog"].layers["places"] = layer
    found = measure(town, streets, graphs)
    bounds = by_unit(found["walk_shares"], "school", limit_min=10.0)["lower_bound"]
    assert bounds.to_dict() == {"home": False, "0169": True, "near": False, "far": True}
    spread = by_unit(found["walk_distribution"], "school")
    assert spread["p90_min"]["0169"] == 100.0
    assert spread["p90_upper_bound"].to_dict() == {
        "home": False,
        "0169": True,
        "near": False,
        "far": True,
    }
    # a tenth has 5 min to the school they know; nobody could have less beyond the border
    assert not spread["p10_upper_bound"]["0169"]


def group(*rows):
    persons, nearest_min, border_min = np.array(rows, dtype=float).T
    ds = [np.where(np.isinf(each), UNREACHED, each * 600) for each in (nearest_min, border_min)]
    return Persons(persons, *(each.astype(np.int64) for each in ds))


def test_a_border_met_only_where_nobody_lives_bounds_nothing():
    found = within_limit(group((10, 3, 60), (0, 60, 5)), 15)
    assert found == {"limit_min": 15.0, "share": 1.0, "lower_bound": False}


def test_a_border_behind_the_nearest_place_bounds_nothing():
    assert within_limit(group((10, 3, 5)), 15)["lower_bound"] is False
    assert within_limit(group((10, 16, 15)), 15)["lower_bound"] is True
    assert within_limit(group((10, 16, 15.1)), 15)["lower_bound"] is False


@given(
    st.lists(
        st.tuples(st.integers(0, 20_000) | st.just(UNREACHED), st.floats(0, 1e4)), max_size=40
    ),
    st.sampled_from([0, 5, 15, 20]),
)
def test_a_share_is_that_of_the_measure_to_the_last_bit(homes, limit_min):
    nearest_ds = np.array([time_ds for time_ds, _ in homes], dtype=np.int64)
    persons = np.array([number for _, number in homes], dtype=np.float64)
    found = within_limit(Persons(persons, nearest_ds, nearest_ds), limit_min)["share"]
    times = pd.Series(np.where(nearest_ds < UNREACHED, minutes(nearest_ds), np.nan))
    expected = share_within(times, pd.Series(persons), limit_min=limit_min)
    np.testing.assert_array_equal(found, expected)


def test_a_border_just_at_the_nearest_place_changes_no_quantile():
    found = spread_of(group((50, 10, 10), (50, 20, 15)), 60)
    assert [found[f"p{percent}_upper_bound"] for percent in (10, 50, 90)] == [False, False, True]


def test_a_quantile_that_is_not_reached_is_no_bound():
    found = spread_of(group((50, 10, 99), (50, math.inf, 15)), 60)
    assert math.isnan(found["p90_min"])
    assert found["p90_upper_bound"] is False
    assert found["unreached_share"] == 0.5


def test_where_nobody_lives_no_share_is_known():
    found = spread_of(group((0, 10, 99)), 60)
    assert math.isnan(found["unreached_share"])
    assert math.isnan(found["p50_min"])


def drive(table):
    """Ride one-way with a time to start and a time to end, as a car does."""
    slow = Mode("bike", 16, oneway="oneway", connector_kph=4.5, start_ds=700, end_ds=300)
    return build_graph(table, mode=slow)


@settings(deadline=None, max_examples=60)
@given(table=networks(), data=st.data())
def test_the_nearest_is_the_least_of_all_pairs(table, data):
    graph = data.draw(st.sampled_from([walk, bike, drive]))(table)
    homes = snap(graph, data.draw(spots(table, count=5)), max_snap_m=15)
    places = snap(graph, data.draw(spots(table, count=3)), max_snap_m=15)
    limit_ds = data.draw(st.integers(0, 6000) | st.just(UNREACHED - 1))
    pairs = street_times(graph, homes, places, limit_ds=limit_ds)
    expected = np.full(5, UNREACHED)
    np.minimum.at(expected, pairs.from_index, pairs.time_ds)
    assert nearest_times(graph, homes, places, limit_ds=limit_ds).tolist() == expected.tolist()


def test_without_places_or_homes_nothing_is_near():
    graph = walk(networks_of_one())
    nowhere, home = (snap(graph, points(*where), max_snap_m=10) for where in ((), ((5, 0),)))
    assert nearest_times(graph, home, nowhere, limit_ds=600).tolist() == [UNREACHED]
    assert nearest_times(graph, nowhere, home, limit_ds=600).tolist() == []
    far = snap(graph, points((5, 500)), max_snap_m=10)
    assert nearest_times(graph, far, home, limit_ds=600).tolist() == [UNREACHED]
    assert nearest_times(graph, home, far, limit_ds=600).tolist() == [UNREACHED]


def networks_of_one():
    line = shapely.LineString([(0, 0), (100, 0)])
    facts = {"id": ["s"], "from_node": ["a"], "to_node": ["b"], "length_m": [100.0]}
    return gpd.GeoDataFrame(facts | {"oneway": [False], "walk": [True]}, geometry=[line], crs=CRS)
