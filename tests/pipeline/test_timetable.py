"""The timetable of a catalog: its feeds, else its sketch, else an error."""

import datetime as dt
from pathlib import Path

import pytest

from htkgis.catalog import layer_states, read_catalog
from htkgis.errors import ConfigError
from htkgis.loaders import read_stop_places
from htkgis.pipeline.timetable import load_feeds, load_timetable, service_day, timetable_records
from tests.gtfs_town import CRS, town, write_folder, write_zip

TUESDAY = dt.date(2026, 6, 9)
LINES = {"s_tog_b", "regional", "regional_fast", "bus_taastrupgaard", "bus_gadehavegaard"}


@pytest.fixture(scope="module")
def sketch():
    root = Path(__file__).parent.parent.parent
    return load_timetable(read_catalog(root / "layers" / "catalog.toml"), crs=CRS)


def test_the_embedded_study_has_a_sketch_of_six_lines_at_17_stops(sketch):
    assert sketch.sketch
    assert set(sketch.timetable.routes["route_id"]) == LINES | {"bus_charlotteager"}
    assert len(sketch.timetable.stops) == 17
    assert len(sketch.timetable.trips) == 12
    assert [report["name"] for report in sketch.reports] == ["transit_lines", "transit_stops"]


def test_stops_of_the_sketch_lie_where_other_layers_have_them(root, sketch):
    stops = sketch.timetable.stops.set_index("stop_id").geometry
    catalog, met = read_catalog(root / "layers" / "catalog.toml"), set()
    for name in ("stations", "gates", "places"):
        places = read_stop_places(catalog, name, crs=CRS)[0].set_index("id").geometry
        shared = stops.index.intersection(places.index)
        assert (stops[shared].distance(places[shared]) < 1e-6).all()
        met |= set(shared)
    assert len(met) == 17 - 5


def test_the_s_train_takes_28_minutes_from_hoeje_taastrup_to_the_main_station(sketch):
    times = sketch.timetable.stop_times
    trip = times[times["trip_id"] == "s_tog_b/out"].set_index("stop_id")["arrival_s"]
    assert trip["koebenhavn_h"] - trip["hoje_taastrup_st"] == 28 * 60


def test_four_trains_an_hour_and_direction_leave_for_roskilde_and_seven_for_copenhagen(sketch):
    # every 20 and every 15 minutes from Hoeje Taastrup; and every 10 minutes by S-train
    day = service_day(sketch, TUESDAY, window_s=(7 * 3600, 8 * 3600 - 1))
    runs = day.trip_times.drop_duplicates("trip_id").set_index("trip_id")["headway_s"]
    assert 3600 / runs["regional/out|05:00:00"] == 3
    assert 3600 / runs["regional_fast/out|05:00:00"] == 4
    assert 3600 / runs["s_tog_b/out|05:00:00"] == 6


def test_the_buses_run_as_often_as_they_were_counted(sketch):
    # 06-20 is 14 hours: 51, 60 and 14 departures at one stop in one direction
    headways = sketch.timetable.frequencies.set_index("trip_id")["headway_s"]
    counted = {"bus_taastrupgaard": 51, "bus_gadehavegaard": 60, "bus_charlotteager": 14}
    for line, departures in counted.items():
        assert 14 * 3600 / headways[f"{line}/out"] == pytest.approx(departures, rel=0.03)


def test_a_sunday_of_the_sketch_is_an_error_that_names_weekdays(sketch):
    with pytest.raises(ConfigError, match=r"\(transit_lines\): no trip runs.*2026-06-15 \(weekday"):
        service_day(sketch, dt.date(2026, 6, 14))


def test_feeds_of_the_catalog_count_before_its_sketch(tmp_path, catalog):
    write_zip(tmp_path / "bus.zip", town())
    write_folder(tmp_path / "rail", town())
    found = catalog(
        bus={"path": "bus.zip", "role": "timetable"},
        rail={"path": "rail", "role": "timetable"},
        transit_lines={"path": "lines.csv"},
    )
    loaded = load_timetable(found, crs=CRS)
    assert not loaded.sketch
    assert loaded.timetable.trips["trip_id"].tolist() == ["bus:t", "rail:t"]
    assert loaded.where == "bus, rail"
    assert service_day(loaded, TUESDAY).feeds == {"bus": 1, "rail": 1}


def test_the_hash_of_a_folder_is_that_of_its_tables(tmp_path, catalog):
    write_folder(tmp_path / "rail", town())
    found = catalog(rail={"path": "rail", "role": "timetable"})
    before = found.hash("rail")
    assert layer_states(found) == {"rail": "never accepted"}
    (tmp_path / "rail" / "read.me").write_text("not a table")
    assert found.hash("rail") == before
    write_folder(tmp_path / "rail", town(stop_times=town()["stop_times"][:2]))
    assert found.hash("rail") != before


def test_a_catalog_without_a_timetable_is_an_error(catalog):
    with pytest.raises(ConfigError, match=r"no layer plays the role 'timetable'.*'transit_lines'"):
        load_timetable(catalog(streets={"path": "streets.csv"}), crs=CRS)


def test_feeds_that_a_question_names_are_read_without_a_catalog(tmp_path):
    loaded = load_feeds([write_zip(tmp_path / "bus.zip", town())], crs=CRS)
    assert loaded.reports[0]["name"] == "bus"
    assert service_day(loaded, TUESDAY).trips == 1


def test_feeds_are_reported_in_the_words_of_the_other_layers(tmp_path, catalog):
    times = [row | {"pickup_type": "2"} for row in town()["stop_times"]]
    times[1] |= {"arrival_time": "", "departure_time": ""}
    write_zip(tmp_path / "bus.zip", town(stop_times=times))
    records = timetable_records(catalog(bus={"path": "bus.zip", "role": "timetable"}), crs=CRS)
    assert records == [
        {
            "name": "bus",
            "rows_read": 3,
            "rows": 3,
            "crs": "",
            "bounds": None,
            "dropped": {},
            "mended": {"calls without time, by straight lines": 1},
            "notes": [
                "service 2026-01-01 to 2026-12-31",
                "1 calendar, 1 routes, 3 stop_times, 3 stops, 1 trips",
                "3 calls with boarding only after a phone call or a word to the driver",
            ],
        }
    ]


def test_a_catalog_without_a_timetable_reports_none(catalog):
    assert timetable_records(catalog(streets={"path": "streets.csv"}), crs=CRS) == []
