"""Laws of timetables: what goes out comes back, order is irrelevant, times stay between."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from htkgis.clock import as_time
from htkgis.loaders import read_timetable
from htkgis.loaders.gtfs_times import BLANK_S, along_stops_mm, with_times_between
from tests.gtfs_town import CRS, DAYS, EAST_M, NORTH_M, stop, trip, week, write_folder

STOPS = [f"0{n}" for n in range(6)]


@st.composite
def feeds(draw):
    """A few trips between six stops, some times blank, with all kinds of columns."""
    places = draw(st.lists(st.tuples(*[st.integers(-3000, 3000)] * 2), min_size=6, max_size=6))
    trips, times = [], []
    for number in range(draw(st.integers(1, 5))):
        name = f"t{number}"
        steps = draw(st.lists(st.integers(0, 400), min_size=2, max_size=6))
        at = np.cumsum([draw(st.integers(0, 90_000)), *steps[1:]]).tolist()
        trips.append(trip(name, wheelchair_accessible=draw(st.sampled_from(["", "0", "1", "2"]))))
        for place, seconds in enumerate(at):
            blank = 0 < place < len(at) - 1 and draw(st.booleans())
            text = "" if blank else as_time(seconds)
            times.append(
                {
                    "trip_id": name,
                    "stop_id": draw(st.sampled_from(STOPS)),
                    "stop_sequence": str(place * 10),
                    "arrival_time": text,
                    "departure_time": text,
                    "pickup_type": draw(st.sampled_from(["", "0", "1", "2"])),
                }
            )
    days = sorted(draw(st.sets(st.integers(1, 30), max_size=4)))
    often = draw(st.sets(st.sampled_from([row["trip_id"] for row in trips])))
    exception = st.sampled_from("12")
    period = {"start_time": "06:00:00", "end_time": "09:00:00", "headway_secs": "700"}
    return {
        "stops": [stop(name, *places[n]) for n, name in enumerate(STOPS)],
        "routes": [{"route_id": "r", "route_type": "700"}],
        "trips": trips,
        "stop_times": times,
        "calendar": [week(days=draw(st.sets(st.sampled_from(DAYS))))],
        "calendar_dates": [
            {"service_id": "s", "date": f"202606{day:02d}", "exception_type": draw(exception)}
            for day in days
        ],
        "frequencies": [{"trip_id": name} | period for name in sorted(often)],
    }


def read(folder, tables, **options):
    held = {name: rows for name, rows in tables.items() if rows}
    return read_timetable(write_folder(folder, held), crs=CRS, **options)[0]


def same(one, other):
    for name, table in vars(one).items():
        assert_frame_equal(table, getattr(other, name), obj=name)


def as_tables(timetable):
    """Write the tables of a timetable as GTFS does."""
    lonlat = timetable.stops.geometry.to_crs("EPSG:4326")
    stops = timetable.stops.assign(stop_lat=lonlat.y.map(repr), stop_lon=lonlat.x.map(repr))
    wheelchair = timetable.trips["wheelchair"].astype(object).map({True: "1", False: "2"})
    times, often = timetable.stop_times, timetable.frequencies
    weeks, dates = timetable.calendar, timetable.calendar_dates
    tables = {
        "stops": stops.drop(columns="geometry").rename(columns={"name": "stop_name"}),
        "routes": timetable.routes.assign(route_type=timetable.routes["route_type_given"]),
        "trips": timetable.trips.assign(wheelchair_accessible=wheelchair.fillna("0")),
        "stop_times": times.assign(
            stop_sequence=times["sequence"],
            arrival_time=times["arrival_s"].map(as_time),
            departure_time=times["departure_s"].map(as_time),
            pickup_type=1 - times["pickup"].astype(int),
            drop_off_type=1 - times["drop_off"].astype(int),
        ),
        "calendar": weeks.assign(
            **{day: weeks[day].astype(int) for day in DAYS},
            **{name: weeks[name].dt.strftime("%Y%m%d") for name in ("start_date", "end_date")},
        ),
        "calendar_dates": dates.assign(
            date=dates["date"].dt.strftime("%Y%m%d"), exception_type=2 - dates["runs"].astype(int)
        ),
        "frequencies": often.assign(
            start_time=often["start_s"].map(as_time),
            end_time=often["end_s"].map(as_time),
            headway_secs=often["headway_s"],
            exact_times=often["exact_times"].astype(int),
        ),
    }
    return {
        name: table.astype(object).where(table.notna(), "").to_dict("records")
        for name, table in tables.items()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("laws")


@settings(max_examples=15)
@given(tables=feeds())
def test_a_timetable_that_is_written_and_read_again_is_the_same(folder, tables):
    timetable = read(folder / "a", tables)
    found = read(folder / "b" / "a", as_tables(timetable))
    assert (timetable.stops.geometry.distance(found.stops.geometry) < 0.001).all()
    for name, table in vars(timetable).items():
        exact = [column for column in table.columns if column != "geometry"]
        assert_frame_equal(table[exact], getattr(found, name)[exact], obj=name)


@settings(max_examples=15)
@given(tables=feeds(), seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_is_irrelevant(folder, tables, seed):
    rng = np.random.default_rng(seed)
    shuffled = {n: [rows[k] for k in rng.permutation(len(rows))] for n, rows in tables.items()}
    same(read(folder / "a", tables), read(folder / "a", shuffled))


@settings(max_examples=15)
@given(tables=feeds())
def test_an_area_that_holds_everything_changes_nothing(folder, tables):
    box = (EAST_M - 9000, NORTH_M - 9000, EAST_M + 9000, NORTH_M + 9000)
    same(read(folder / "a", tables), read(folder / "a", tables, area=box))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 500),
            st.booleans(),
            st.floats(0, 1e6),
            st.floats(-1e4, 1e4),
            st.floats(0, 1e3) | st.just(np.nan),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_filled_times_never_fall_and_lie_between_their_neighbours(rows):
    steps, known, x, y, travelled = (np.array(column) for column in zip(*rows, strict=True))
    known[[0, -1]] = True
    given_s = np.where(known, np.cumsum(steps), BLANK_S).astype(np.int32)
    begins = np.arange(len(rows)) == 0
    along = along_stops_mm(x, y, begins)
    for way in (None, travelled, np.cumsum(np.nan_to_num(travelled))):
        arrival_s, departure_s, _ = with_times_between(given_s, given_s, way, along)
        assert (np.diff(arrival_s) >= 0).all()
        assert (arrival_s[known] == given_s[known]).all()
        assert (arrival_s == departure_s).all()


@given(st.integers(0, 10**6))
def test_a_time_that_is_written_reads_the_same(seconds):
    hours, minutes, rest = map(int, as_time(seconds).split(":"))
    assert hours * 3600 + minutes * 60 + rest == seconds
