"""Laws of edited timetables, over drawn days: more service makes nothing worse, closing is passing.

After the scenario invariants of R5. The engine measures the trips that an edit leaves, and an
oracle that knows nothing of timetables measures them too.
"""

import datetime as dt
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from htkgis.network.transit import window_times
from htkgis.scenario import edited_timetable, trips_on
from htkgis.schema import (
    CALENDAR,
    DAYS,
    FREQUENCIES,
    ROUTES,
    STOP_TIMES,
    STOPS,
    TRIPS,
    Timetable,
    check,
)
from tests.network.transit.brute_force import ranked, travel_times
from tests.network.transit.days import Call, days, windows

from .timetable_examples import at, edit, line

CRS = "EPSG:25832"
TUESDAY = dt.date(2026, 6, 9)
PERCENTILES = (0, 25, 50, 75, 100)
EARLIEST_S = 900
"""Drawn trips begin so much before midnight at most; here they begin so much later."""
LAWS = settings(
    max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def timetable_of(day, lines=3):
    """Give the trips of a drawn day to some lines in turn, and where its stops lie to a row."""
    names = [f"t{number:03}" for number in range(len(day.trips))]
    called = sorted({call.stop for trip in day.trips for call in trip})
    calls = pd.DataFrame(
        [
            (name, str(call.stop), place, *call[1:])
            for name, trip in zip(names, day.trips, strict=True)
            for place, call in enumerate(trip)
        ],
        columns=[
            "trip_id",
            "stop_id",
            "sequence",
            "arrival_s",
            "departure_s",
            "pickup",
            "drop_off",
        ],
    ).astype({"pickup": bool, "drop_off": bool})
    calls[["arrival_s", "departure_s"]] += EARLIEST_S
    routes = [f"line{number}" for number in range(min(lines, len(names)))]
    unknown = pd.array([None] * len(names), dtype="boolean")
    whole_year = {"start_date": pd.Timestamp("2026-01-01"), "end_date": pd.Timestamp("2026-12-31")}
    stops = gpd.GeoDataFrame(
        {
            "stop_id": [str(stop) for stop in called],
            "name": [f"Stop {stop}" for stop in called],
            "parent_station": None,
            "wheelchair": pd.array([None] * len(called), dtype="boolean"),
        },
        geometry=gpd.points_from_xy([700_000 + 400.0 * n for n in called], [6.17e6] * len(called)),
        crs=CRS,
    )
    tables = {
        "stops": check(stops, STOPS),
        "routes": check(
            pd.DataFrame(
                {
                    "route_id": routes,
                    "short_name": routes,
                    "long_name": None,
                    "route_type": 3,
                    "route_type_given": 3,
                    "agency": None,
                }
            ),
            ROUTES,
        ),
        "trips": check(
            pd.DataFrame(
                {
                    "trip_id": names,
                    "feed": "feed",
                    "route_id": [f"line{n % lines}" for n in range(len(names))],
                    "service_id": "s",
                    "direction": pd.array([None] * len(names), dtype="Int8"),
                    "wheelchair": unknown,
                    "bikes": unknown,
                }
            ),
            TRIPS,
        ),
        "stop_times": check(calls, STOP_TIMES),
        "calendar": check(
            pd.DataFrame([{"service_id": "s", **dict.fromkeys(DAYS, True), **whole_year}]), CALENDAR
        ),
        "calendar_dates": pd.DataFrame({"service_id": [], "date": pd.to_datetime([]), "runs": []}),
        "frequencies": check(
            pd.DataFrame({name: [] for name in FREQUENCIES.columns}).astype(
                dict.fromkeys(("start_s", "end_s", "headway_s"), "int64")
                | {"trip_id": object, "exact_times": bool}
            ),
            FREQUENCIES,
        ),
        "transfers": pd.DataFrame({"from_stop_id": [], "to_stop_id": [], "transfer_type": []}),
        "feeds": pd.DataFrame(
            {
                "feed": ["feed"],
                "first_date": whole_year["start_date"],
                "last_date": whole_year["end_date"],
            }
        ),
    }
    return Timetable(**tables)


def day_of(timetable, day):
    """Give what runs on the service day as lists of calls."""
    runs = trips_on(timetable, TUESDAY)
    assert runs["headway_s"].eq(0).all()
    trips = [
        [
            Call(int(stop), arrival - EARLIEST_S, departure - EARLIEST_S, pickup, drop_off)
            for stop, arrival, departure, pickup, drop_off in zip(
                own["stop_id"].astype(object),
                own["arrival_s"].tolist(),
                own["departure_s"].tolist(),
                own["pickup"].tolist(),
                own["drop_off"].tolist(),
                strict=True,
            )
        ]
        for _, own in runs.groupby("trip_id", observed=True)
    ]
    return day._replace(trips=trips)


def measured(day, window):
    journeys = day.journeys(cutoff_s=3000, max_rides=3)
    return window_times(journeys, window[:5], semantics="any", percentiles=PERCENTILES)


def after(timetable, *edits):
    return edited_timetable(timetable, edits, year=2030, date=TUESDAY)


def assert_same_tables(one, other, *, but=()):
    for name, table in vars(one).items():
        if name not in but:
            assert_frame_equal(table, getattr(other, name))


@st.composite
def drawn(draw):
    """A day with trips, and its timetable."""
    day = draw(days().filter(lambda day: len(day.trips) > 1))
    return day, timetable_of(day)


@st.composite
def new_lines(draw, timetable, name="new"):
    """A line between some of the stops, at times that are known."""
    stops = timetable.stops["stop_id"].tolist()
    assume(len(stops) > 1)
    order = draw(st.permutations(stops))[: draw(st.integers(2, 4))]
    ride_min = draw(st.sampled_from([1, 2.5, 7]))
    return line(
        id=name,
        stops=[at(stop, place * ride_min) for place, stop in enumerate(order)],
        headway_min=draw(st.sampled_from([4, 15])),
        first_departure="00:15",
        last_departure="01:15",
        exact_times=True,
    )


@st.composite
def changes(draw, timetable, route):
    """An edit of one line that touches it."""
    times = timetable.stop_times
    trips = timetable.trips
    own = times[times["trip_id"].isin(trips.loc[trips["route_id"] == route, "trip_id"])]
    pairs = [
        pair
        for _, calls in own.groupby("trip_id", observed=True)
        for pair in pairwise(calls["stop_id"].tolist())
        if pair[0] != pair[1]
    ]
    kinds = ["remove_line", "change_headway"] + (["add_stop"] if pairs else [])
    kind = draw(st.sampled_from(kinds))
    facts = {"line": route}
    if kind == "change_headway":
        facts |= {"headway_min": draw(st.sampled_from([2, 10, 45])), "start": "00:00"}
        facts |= {"end": "03:00"}
    if kind == "add_stop":
        between = draw(st.sampled_from(pairs))
        others = sorted(set(timetable.stops["stop_id"]) - set(between))
        assume(others)
        facts |= {"between": between, "stop": draw(st.sampled_from(others)), "lost_min": 1}
    return edit(kind, **facts)


@LAWS
@given(drawn(), windows(), st.data())
def test_a_line_more_makes_no_time_longer_and_taking_it_away_gives_back_what_ran(
    town, window, data
):
    day, timetable = town
    more = after(timetable, data.draw(new_lines(timetable)))
    before, now = measured(day, window), measured(day_of(more, day), window)
    assert (now.percentiles_ds <= before.percentiles_ds).all()
    assert (now.share >= before.share).all()
    back = after(more, edit("remove_line", line="new"))
    assert_same_tables(timetable, back, but=("feeds",))


@LAWS
@given(days(), st.integers(1, 3), windows())
def test_half_the_headway_keeps_every_departure_and_makes_no_time_longer(day, trips, window):
    assume(day.trips)
    headway_s = 480
    first = day.trips[0]
    every = [
        [
            call._replace(arrival_s=call.arrival_s + s, departure_s=call.departure_s + s)
            for call in first
        ]
        for s in range(0, (trips + 1) * headway_s, headway_s)
    ]
    day = day._replace(trips=every + day.trips[1:])
    timetable = timetable_of(day, lines=len(day.trips))
    one = timetable.trips.assign(
        route_id=["line0"] * len(every) + timetable.trips["route_id"].tolist()[len(every) :]
    )
    routes = timetable.routes[timetable.routes["route_id"].isin(one["route_id"])]
    timetable = Timetable(**vars(timetable) | {"trips": one, "routes": routes})
    half = after(timetable, edit("change_headway", line="line0", headway_min=4))
    assert set(timetable.trips["trip_id"]) <= set(half.trips["trip_id"])
    assert len(half.trips) == len(timetable.trips) + trips
    before, now = measured(day, window), measured(day_of(half, day), window)
    assert (now.percentiles_ds <= before.percentiles_ds).all()


@LAWS
@given(drawn(), days(), windows(), st.data())
def test_an_edit_of_a_line_that_nobody_walks_to_changes_no_figure(town, other, window, data):
    day, _ = town
    assume(other.trips)
    far = [[call._replace(stop=call.stop + day.stops) for call in trip] for trip in other.trips]
    changes_of_far = [
        {stop + day.stops: seconds for stop, seconds in own.items()} for own in other.footpaths
    ]
    both = day._replace(
        stops=day.stops + other.stops,
        trips=[*far[:1], *day.trips],
        footpaths=day.footpaths + changes_of_far,
    )
    timetable = timetable_of(both, lines=len(both.trips))
    stops = sorted({str(call.stop) for call in far[0]})
    closing = edit("close_stop", stop=data.draw(st.sampled_from(stops)))
    one = data.draw(st.one_of(changes(timetable, "line0"), st.just(closing)))
    now, before = measured(day_of(after(timetable, one), both), window), measured(both, window)
    assert np.array_equal(now.percentiles_ds, before.percentiles_ds)
    assert np.array_equal(now.share, before.share)


@LAWS
@given(drawn(), st.randoms(use_true_random=False), st.data())
def test_the_order_of_edits_does_not_matter(town, random, data):
    _, timetable = town
    edits = [
        data.draw(new_lines(timetable)),
        data.draw(changes(timetable, "line0")),
        data.draw(changes(timetable, "line1")),
    ]
    mixed = list(edits)
    random.shuffle(mixed)
    assert_same_tables(after(timetable, *edits), after(timetable, *mixed))


@LAWS
@given(drawn(), windows())
def test_without_any_line_only_walking_is_left(town, window):
    day, timetable = town
    edits = [edit("remove_line", line=route) for route in timetable.routes["route_id"]]
    walking = day_of(after(timetable, *edits), day)
    assert walking.trips == []
    found = measured(walking, window).percentiles_ds
    direct = np.array(day.direct_ds)
    direct = np.where(direct <= 30_000, direct, found.max())
    reached = direct <= 30_000
    assert (found[reached] == direct[reached][:, None]).all()
    assert (found[~reached] == found[~reached].max(initial=0)).all()


@LAWS
@given(drawn(), windows(), st.data())
def test_to_close_a_stop_is_to_let_nobody_on_or_off_there(town, window, data):
    day, timetable = town
    stop = data.draw(st.sampled_from(sorted({call.stop for trip in day.trips for call in trip})))
    closed = day_of(after(timetable, edit("close_stop", stop=str(stop))), day)
    passed = day._replace(
        trips=[
            [
                call._replace(pickup=False, drop_off=False) if call.stop == stop else call
                for call in trip
            ]
            for trip in day.trips
        ]
    )
    now, oracle = measured(closed, window), measured(passed, window)
    assert np.array_equal(now.percentiles_ds, oracle.percentiles_ds)


@LAWS
@given(drawn(), windows(), st.data())
def test_the_engine_measures_edited_trips_as_the_oracle_does(town, window, data):
    day, timetable = town
    edits = [
        data.draw(changes(timetable, "line0")),
        data.draw(new_lines(timetable)),
        data.draw(changes(timetable, "line1")),
    ]
    edited = day_of(after(timetable, *edits), day)
    found = measured(edited, window)
    for origin in range(len(day.access)):
        times = travel_times(edited, window[:5], origin=origin, cutoff_s=3000, max_rides=3)
        assert np.array_equal(found.percentiles_ds[origin], ranked(times, PERCENTILES))


@LAWS
@given(drawn(), st.sampled_from([0.3, 0.5, 1.7]))
def test_a_running_time_that_is_changed_keeps_waits_and_never_goes_back(town, factor):
    _, timetable = town
    rode_s = timetable.stop_times.groupby("trip_id", observed=True)
    rode_s = rode_s["arrival_s"].last() - rode_s["departure_s"].first()
    slow = set(rode_s.index[rode_s > 120])
    edits = [
        edit("change_running_time", line=route, factor=factor)
        for route, own in timetable.trips.groupby("route_id")
        if set(own["trip_id"]) <= slow
    ]
    assume(edits)
    kept = timetable.trips.loc[timetable.trips["route_id"].isin([e.line for e in edits]), "trip_id"]
    before, now = timetable.stop_times, after(timetable, *edits).stop_times
    held = before["trip_id"].isin(kept)
    assert now[~held].equals(before[~held])
    before, now = before[held], now[held]
    wait = before["departure_s"] - before["arrival_s"]
    assert (now["departure_s"] - now["arrival_s"]).equals(wait)
    ride_s, rode_s = (
        (own["arrival_s"] - own.groupby("trip_id", observed=True)["departure_s"].shift(1)).dropna()
        for own in (now, before)
    )
    assert (ride_s >= 0).all()
    assert (ride_s - factor * rode_s).abs().max() <= 1
