"""Service of all addresses of the municipality, against departures counted per stop in 2022.

The counts have no trips, so each departure of a stop is taken as a run of its own: more than
where runs count once. Stops that share a cell all bear one figure, which counts once.
"""

import datetime as dt
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from htkgis.network import snap
from htkgis.pipeline.embedded import embedded_study
from htkgis.pipeline.modes import snapping
from htkgis.pipeline.own_streets import graph_coverage, own_graph
from htkgis.pipeline.service_levels import (
    service_levels,
    snap_stops,
    stop_distances,
    stops_around,
)
from htkgis.scenario import ServiceDay
from htkgis.study import read_study

DATA = os.environ.get("HTKGIS_TEST_DATA")
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data"),
]
MONDAY = dt.date(2022, 3, 7)
RAIL_IDS = "00000860"
"""Stops of trains have station numbers that begin with 860; the others are of buses."""
NATIONAL_URBAN = {"very_high": 0.084, "high": 0.316, "medium": 0.217, "low": 0.214, "none": 0.166}
"""Statistics Denmark, SDG indicator 11.2.1, urban areas, 2019."""


@pytest.fixture(scope="module")
def departures():
    table = gpd.read_file(Path(DATA) / "htk" / "htk.gpkg", layer="stops_departures_2022")
    table = table[table["dep_mon_0600_2000"].notna()]
    bus = ~table["stop_id"].str.startswith(RAIL_IDS)
    one_per_cell = table.assign(bus=bus).sort_values(["bus", "stop_id"]).drop_duplicates("h3_11")
    return one_per_cell.reset_index(drop=True)


@pytest.fixture(scope="module")
def graph():
    study = read_study(embedded_study() / "study.toml")
    streets = str(Path(DATA) / "osm" / "hoje-taastrup.osm.pbf")
    return own_graph(streets, study, "walk", crs=study.study.crs, speed_kph=3.6, bare=True)


@pytest.fixture(scope="module")
def rules():
    return snapping(read_study(embedded_study() / "study.toml"))


@pytest.fixture(scope="module")
def homes(graph, rules):
    table = gpd.read_file(Path(DATA) / "htk" / "htk.gpkg", layer="address").to_crs("EPSG:25832")
    return snap(graph, table.assign(id=[f"a{n}" for n in range(len(table))]), **rules)


def day_of(stops):
    """Every departure a run of its own, evenly from 6 to 20."""
    count = stops["dep_mon_0600_2000"].to_numpy(dtype=int)
    stop = np.repeat(stops["stop_id"].to_numpy(), count)
    number = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    time_s = 6 * 3600 + number * 50_400 // np.repeat(count, count)
    begins = pd.DataFrame(
        {
            "trip_id": [f"{name}|{n}" for name, n in zip(stop, number, strict=True)],
            "route_type": np.where(pd.Series(stop).str.startswith(RAIL_IDS), 2, 3),
            "stop_id": stop,
            "sequence": 0,
            "departure_s": time_s,
            "pickup": True,
            "headway_s": 0,
            "start_s": 0,
            "end_s": 0,
        }
    )
    trips = pd.concat([begins, begins.assign(stop_id="end", sequence=1)], ignore_index=True)
    return ServiceDay(MONDAY, "weekday", len(begins), len(begins), {}, {}, {}, trips)


@pytest.fixture(scope="module")
def measured(graph, homes, rules, departures):
    places = departures.rename(columns={"stop_name": "name"}).assign(parent_station=None)
    near = stops_around(homes, places)
    stops = snap_stops(graph, near, **rules)
    distances = stop_distances(graph, homes, stops)
    levels = service_levels(graph, homes, stops, near, day_of(near), graph_coverage(graph))
    return levels.set_index("origin_id"), distances


def test_levels_are_those_of_departures_added_up_stop_by_stop(measured, departures):
    table, distances = measured
    within = distances[distances["distance_m"] <= 500]
    own = within.merge(departures[["stop_id", "dep_mon_0600_2000"]], on="stop_id")
    own["rail"] = own["stop_id"].str.startswith(RAIL_IDS)
    hourly = own.groupby("origin_id")["dep_mon_0600_2000"].sum() / 14
    modes = own[own["dep_mon_0600_2000"] > 0].groupby("origin_id")["rail"].nunique()
    known = table[table["sdg_level"].notna()]
    hourly, modes = (part.reindex(known.index, fill_value=0) for part in (hourly, modes))
    np.testing.assert_allclose(known["departures_per_hour"].astype(float), hourly, atol=1e-9)
    expected = [
        ("very_high" if kinds > 1 else "high")
        if rate >= 10
        else ("medium" if rate >= 4 else "low" if rate > 0 else "none")
        for rate, kinds in zip(hourly, modes, strict=True)
    ]
    assert known["sdg_level"].tolist() == expected


def test_stop_by_stop_the_municipality_lies_near_the_national_shares_of_urban_areas(measured):
    levels = measured[0]["sdg_level"].dropna()
    assert len(levels) == 16_371
    shares = levels.value_counts(normalize=True)
    for level, national in NATIONAL_URBAN.items():
        assert abs(shares[level] - national) < 0.08, level


def test_who_has_the_best_level_has_a_station_within_500_m(measured):
    table, distances = measured
    at_rail = distances[distances["stop_id"].str.startswith(RAIL_IDS)]
    near = set(at_rail.loc[at_rail["distance_m"] <= 500, "origin_id"])
    assert set(table.index[table["sdg_level"] == "very_high"]) <= near


def test_walked_distances_are_no_shorter_than_straight_ones(measured, homes, departures):
    distances = measured[1]
    places = departures.set_index("stop_id").geometry
    home = pd.DataFrame(homes.point_xy, index=homes.ids)
    some = distances.sample(5000, random_state=1)
    ends = np.column_stack(
        [places.loc[some["stop_id"]].x.to_numpy(), places.loc[some["stop_id"]].y.to_numpy()]
    )
    straight = np.hypot(*(home.loc[some["origin_id"]].to_numpy() - ends).T)
    # lengths of edges are rounded to decimetres, and a projection stretches by parts of a thousand
    assert (some["distance_m"].to_numpy() >= straight * 0.999 - 2).all()
