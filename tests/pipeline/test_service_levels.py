"""The service of points along one street, by hand: exactly on 500 m, on 10 departures, beyond."""

import datetime as dt

import pandas as pd
import pytest
import shapely

from htkgis.loaders import read_timetable
from htkgis.network import build_graph, snap
from htkgis.pipeline.service_levels import (
    level_shares,
    service_levels,
    snap_stops,
    stop_distances,
    stops_around,
)
from htkgis.scenario import checked_service_day
from tests.gtfs_town import CRS, EAST_M, NORTH_M, calls, stop, town, trip, write_zip
from tests.network.towns import points, streets, walk

TUESDAY = dt.date(2026, 6, 9)
# metres east of stop A along the street; y beside it
HOMES = {
    "beside_a": (0, 0),
    "between": (500, 0),
    "at_500": (-500, 0),
    "past_500": (-500.2, 0),
    "at_1000": (-1000, 0),
    "past_1000": (-1000.2, 0),
    "off_street": (0, 400),
}


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """Ten buses an hour from A over B, 1,000 m on, to C, from 6:00 to 19:54."""
    starts = [6 * 60 + 6 * number for number in range(140)]
    tables = town(
        stops=[stop("A"), stop("B", 1000.0), stop("C", 3000.0)],
        trips=[trip(f"t{start}") for start in starts],
        stop_times=[
            row
            for start in starts
            for row in calls(f"t{start}", clock(start), clock(start + 2), clock(start + 6))
        ],
    )
    path = tmp_path_factory.mktemp("line") / "feed.zip"
    return read_timetable(write_zip(path, tables), crs=CRS)[0]


def street():
    """One street from 1,500 m west of A to 3,500 m east, in three pieces."""
    east = {"w": -1500, "v": -1200, "f": 3200, "e": 3500}
    at = {name: (EAST_M + x, NORTH_M) for name, x in east.items()}
    return streets([("w", "v", 300, 0), ("v", "f", 4400, 0), ("f", "e", 300, 0)], at)


@pytest.fixture(scope="module")
def graph():
    return walk(street())


@pytest.fixture(scope="module")
def homes(graph):
    spots = [(EAST_M + x, NORTH_M + y) for x, y in HOMES.values()]
    return snap(graph, points(*spots, ids=list(HOMES)), max_snap_m=300)


@pytest.fixture(scope="module")
def table(line, graph, homes):
    day = checked_service_day(line, TUESDAY)
    snaps = snap_stops(graph, line.stops, max_snap_m=300, min_part_m=0)
    coverage = shapely.box(EAST_M - 1400, NORTH_M - 500, EAST_M + 3400, NORTH_M + 500)
    found = service_levels(graph, homes, snaps, line.stops, day, coverage)
    return found.set_index("origin_id")


def test_rows_are_the_origins_in_their_order(table):
    assert table.index.tolist() == list(HOMES)


def test_a_bus_counts_once_for_who_lives_between_two_of_its_stops(table):
    assert table.loc["between", "departures_per_hour"] == 10
    assert table.loc["between", "modes"] == 1
    assert table.loc["between", "departures_per_hour_every_stop"] == 20
    assert table.loc["at_500", "departures_per_hour_every_stop"] == 10


def test_the_level_ends_exactly_at_500_m(table):
    levels = table["sdg_level"].to_dict()
    assert (levels["beside_a"], levels["between"], levels["at_500"]) == ("high",) * 3
    assert (levels["past_500"], levels["at_1000"]) == ("none", "none")


def test_the_class_falls_with_the_distance_and_ends_at_1000_m(table):
    # 140 departures in 840 minutes, halved: every 12 minutes by bus is category 4
    expected = ["C", "D", "D", "E", "F", "none"]
    assert table["service_class"].tolist()[:-1] == expected
    assert table["class_stop_m"].tolist()[:5] == [0, 500, 500, 500.2, 1000]
    assert table["class_stop"].tolist()[:5] == ["Stop A"] * 5
    assert pd.isna(table.loc["past_1000", ["class_stop_id", "class_stop", "class_stop_m"]]).all()


def test_nothing_is_said_of_a_point_off_the_streets(table):
    assert table.loc["off_street"].isna().all()


def test_near_the_end_of_the_streets_level_and_class_are_lower_bounds(table):
    bounds = table[["sdg_level_lower_bound", "service_class_lower_bound"]]
    assert bounds.loc["beside_a"].tolist() == [False, False]
    assert bounds.loc["at_500"].tolist() == [False, True]
    assert bounds.loc["at_1000"].tolist() == [True, True]


def test_distances_are_metres_whatever_the_pace_of_walking(line, homes):
    slow = build_graph(street(), mode="walk", speed_kph=4.5)
    stops = snap_stops(slow, line.stops, max_snap_m=300, min_part_m=0)
    with pytest.raises(ValueError, match=r"speed_kph is 4\.5; distances take 3\.6"):
        stop_distances(slow, homes, stops)


def test_stops_far_from_all_origins_are_not_looked_at(line, homes):
    far = line.stops.assign(geometry=line.stops.translate(0, 1_901))
    assert stops_around(homes, line.stops)["stop_id"].tolist() == ["A", "B"]
    assert stops_around(homes, far).empty


def shares_of(levels, weights, unit="u"):
    ids = [f"o{number}" for number in range(len(levels))]
    table = pd.DataFrame({"origin_id": ids, "sdg_level": levels, "service_class": "none"})
    table["sdg_level_every_stop"] = table["sdg_level"]
    table["service_class"] = table["service_class"].where(table["sdg_level"].notna(), None)
    units = pd.DataFrame(
        {"origin_id": ids, "unit_id": unit, "unit_kind": "area", "name": "U", "persons": weights}
    )
    return table, units


def test_shares_are_of_the_persons_at_the_origins_that_were_measured():
    table, units = shares_of(["high", "high", "low", None], [10.0, 20.0, 70.0, 900.0])
    found = level_shares(table, units, weight="persons").set_index(["measure", "level"])
    shares = found.loc["sdg_level", "share"].to_dict()
    assert shares == {"very_high": 0, "high": 0.3, "medium": 0, "low": 0.7, "none": 0}
    assert found.loc["sdg_level", "origins"].tolist() == [0, 2, 0, 1, 0]
    assert set(found["not_measured"]) == {1}
    assert found.loc[("service_class", "none"), "share"] == 1


def test_without_weights_each_origin_counts_once():
    table, units = shares_of(["high", "high", "low", None], [10.0, 20.0, 70.0, 900.0])
    found = level_shares(table, units).set_index(["measure", "level"])["share"]
    assert found["sdg_level", "high"] == pytest.approx(2 / 3)


def test_an_origin_counts_in_every_unit_it_lies_in():
    table, units = shares_of(["high", "low"], [1.0, 3.0])
    whole = units.assign(unit_id="m", unit_kind="municipality", name="M")
    part = units.iloc[:1]
    found = level_shares(table, pd.concat([part, whole]), weight="persons")
    found = found.set_index(["name", "measure", "level"])["share"]
    assert found["U", "sdg_level", "high"] == 1
    assert found["M", "sdg_level", "high"] == 0.25


def test_where_nobody_lives_there_is_no_share():
    table, units = shares_of(["high"], [0.0])
    assert level_shares(table, units, weight="persons")["share"].isna().all()
