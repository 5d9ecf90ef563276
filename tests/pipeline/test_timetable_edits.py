"""A scenario's timetable in the study: read with its edits, audited, and measured once."""

import datetime as dt
import re
import tomllib
from pathlib import Path
from typing import get_args

import geopandas as gpd
import numpy as np
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import SchemaError
from htkgis.network.transit import timetables_of, transit_times
from htkgis.pipeline.service_windows import load_service
from htkgis.pipeline.timetable import load_timetable
from htkgis.pipeline.transit_steps import transit_steps
from htkgis.scenario import trips_on
from htkgis.scenario_rules.transit import TIMETABLE_EDITS
from htkgis.study import read_study
from htkgis.toml_file import lists_as_tuples
from tests.gtfs_town import CRS
from tests.network.transit.days import Day, unreached, waits
from tests.scenario.timetable_examples import at, edit, line

ROOT = Path(__file__).parent.parent.parent
TUESDAY = dt.date(2026, 11, 24)
BUS = "bus_charlotteager"
KINDS = {get_args(kind.model_fields["kind"].annotation)[0] for kind in TIMETABLE_EDITS}
OFTEN = edit("change_headway", line=BUS, headway_min=20)


@pytest.fixture(scope="module")
def catalog():
    return read_catalog(ROOT / "layers" / "catalog.toml")


@pytest.fixture(scope="module")
def study():
    return read_study(ROOT / "study.toml")


def median_min(timetable):
    """Median door-to-door minutes of 7 to 8 from a gate in the middle to the station by one bus."""
    runs = trips_on(timetable, TUESDAY)
    runs = runs[runs["route_id"] == BUS]
    stops = runs["stop_id"].cat.remove_unused_categories().cat.categories.tolist()
    gate, station = (stops.index(n) for n in ("charlottekvarteret_centre", "hoje_taastrup_st"))
    day = Day(len(stops), [], waits(len(stops)), [{gate: 60}], [{station: 0}], unreached(1, 1))
    tables = timetables_of(runs, stops, draws=60)
    journeys = day.journeys(cutoff_s=7200, max_rides=1)._replace(timetables=tables)
    minutes = 7 * 3600 + 60 * np.arange(60)
    return transit_times(journeys, minutes, percentiles=[50]).percentiles_ds[0, 0, 0] / 600


def test_every_20_minutes_and_not_every_hour_takes_20_minutes_off_the_median_wait(catalog):
    # a minute at the stop, then 9 minutes to Hoeje Taastrup. Nobody knows the minutes: over 60
    # draws the bus comes 0.5, 1.5 ... 59.5 minutes after, as often each, and half of all waits
    # are 29.5 or less. Of every 20 minutes there are 60 places too, 1/6, 1/2 ... 19 5/6: 9 5/6.
    hourly, often = (
        load_timetable(catalog, crs=CRS, edits=[OFTEN], year=year).timetable
        for year in (2029, 2030)
    )
    assert median_min(hourly) == pytest.approx(1 + 29.5 + 9)
    assert median_min(often) == pytest.approx(1 + 9 + 5 / 6 + 9)


def streets_at(*points):
    """Give a street of 20 m that can be walked at each longitude and latitude."""
    there = gpd.GeoSeries(gpd.points_from_xy(*zip(*points, strict=True)), crs="EPSG:4326")
    lines = [
        shapely.LineString([(point.x - 10, point.y), (point.x + 10, point.y)])
        for point in there.to_crs(CRS)
    ]
    return gpd.GeoDataFrame({"walk": [True] * len(points)}, geometry=lines, crs=CRS)


def test_the_service_day_of_a_scenario_is_audited_with_its_edits(catalog, study):
    streets = streets_at((12.20, 55.64), (12.31, 55.66))
    bus = line(
        stops=[at("hedehusene_st", 0), at("x", 6, name="X", lat=55.64, lon=12.20)],
        headway_min=10,
        both_directions=False,
    )
    made = load_service(streets, study=study, catalog=catalog, edits=[bus, OFTEN], year=2030)
    assert "x" in set(made["stops"]["id"])
    rush = made["service_day"]["windows"]["rush"]
    before = load_service(streets, study=study, catalog=catalog)["service_day"]["windows"]["rush"]
    # 85 departures from 6 to 20 every ten minutes; both ways 43 instead of 15 every 20
    assert rush["feeds"] == {"scenario": 85} | {
        name: trips + 2 * (43 - 15) for name, trips in before["feeds"].items()
    }
    assert rush["trips"] == before["trips"] + 85 + 2 * (43 - 15)
    with pytest.raises(SchemaError, match=r"1 of 1 new stops lie farther than 300 m .*'x \(X\)'"):
        load_service(
            streets_at((12.21, 55.64), (12.31, 55.66)),
            study=study,
            catalog=catalog,
            edits=[bus],
            year=2030,
        )


def test_only_edits_of_timetables_that_hold_in_the_year_make_the_steps_others(catalog, study):
    def parameters(edits=(), year=None):
        steps = transit_steps(study, catalog, {}, {}, edits=edits, year=year)
        return {step.name: step.parameters for step in steps}

    plain = parameters()
    closing = edit("close_place", place="school")
    assert parameters([OFTEN, closing], 2029) == plain
    assert parameters([closing], 2030) == plain
    changed = parameters([OFTEN], 2030)
    assert {name for name in plain if changed[name] != plain[name]} == {"load_timetable"}
    assert changed["load_timetable"][: len(plain["load_timetable"])] == plain["load_timetable"]


def test_another_street_leaves_a_timetable_without_edits_as_it_is(catalog, study):
    def taken(edits=()):
        steps = transit_steps(study, catalog, {}, {}, edits=edits, year=2030)
        return next(step.inputs for step in steps if step.name == "load_timetable")

    assert taken() == ("street_hull",)
    assert taken([OFTEN]) == ("streets",)


def test_the_examples_of_the_documents_are_edits_of_the_embedded_sketch(catalog):
    text = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    rows = [row for block in blocks for row in tomllib.loads(block).get("edits", [])]
    edits = [edit(**lists_as_tuples(row)) for row in rows if row["kind"] in KINDS]
    assert {one.kind for one in edits} == KINDS
    edited = load_timetable(catalog, crs=CRS, edits=edits, year=2030, date=TUESDAY).timetable
    assert "bus_syd" in set(edited.routes["route_id"])
    assert "bus_gadehavegaard" not in set(edited.routes["route_id"])
