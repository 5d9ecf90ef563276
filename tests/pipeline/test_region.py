"""Lines of the region: each pair of stops once, as a trip serves them, rails before buses."""

import geopandas as gpd
import pandas as pd
import shapely

from htkgis.pipeline.region import lines_of, no_region
from htkgis.pipeline.region_steps import region_steps
from htkgis.study import read_study

STOPS = gpd.GeoDataFrame(
    {"id": ["a", "b", "c"]}, geometry=gpd.points_from_xy([0, 10, 20], [0, 0, 5]), crs="EPSG:25832"
)
RAIL, BUS = 2, 3


def trips(*served):
    """Trips as (route type, stops in their order)."""
    rows = [
        {"trip_id": f"t{number}", "sequence": at, "stop_id": stop, "route_type": kind}
        for number, (kind, stops) in enumerate(served)
        for at, stop in enumerate(stops)
    ]
    return pd.DataFrame(rows)


def found(*served):
    table = lines_of(trips(*served), STOPS)
    return {
        (row.kind, tuple(map(tuple, shapely.get_coordinates(row.geometry).tolist())))
        for row in table.itertuples()
    }


A, B, C = (0.0, 0.0), (10.0, 0.0), (20.0, 5.0)


def test_stops_are_joined_as_a_trip_serves_them_and_trips_are_not_joined_to_each_other():
    assert found((BUS, "ab"), (BUS, "c")) == {("bus", (A, B))}


def test_there_and_back_is_one_line_and_rails_win():
    assert found((BUS, "ab"), (RAIL, "ba"), (BUS, "bc")) == {("rail", (A, B)), ("bus", (B, C))}


def test_a_stop_served_twice_in_a_row_is_no_line():
    assert found((BUS, "aab")) == {("bus", (A, B))}


def test_calls_may_come_in_any_order():
    shuffled = trips((RAIL, "abc")).sample(frac=1, random_state=1)
    assert len(lines_of(shuffled, STOPS)) == 2


def test_without_a_timetable_the_tables_have_no_rows_and_the_step_takes_nothing(root):
    study = read_study(root / "study.toml")
    empty = no_region(study=study)
    assert [len(table) for table in empty.values()] == [0, 0]
    assert empty["region_map"].crs == study.study.crs
    [step] = region_steps(study, by_timetable=False)
    assert step.inputs == ()
    assert set(step.outputs) == set(empty) == set(step.run())


def test_the_ways_are_searched_again_for_other_walks_or_trips_and_not_for_other_streets(root):
    walks, ways = region_steps(read_study(root / "study.toml"), by_timetable=True)
    assert ways.inputs == (*walks.outputs, "trip_times", "stops")
    assert "trip_times" not in walks.inputs
