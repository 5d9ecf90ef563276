"""Three senses of a departure, each against trying every second."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.transit import departure_times, window_times
from htkgis.network.transit.journeys import LONG_DAY_S, turned
from htkgis.units import UNREACHED

from .brute_force import ranked, travel_times
from .days import Day, days, ride, unreached, waits

CUTOFF_S = 400
SPAN_S = 30
"""Seconds that the windows of small days span."""


@st.composite
def brisk_days(draw):
    """Days with trips of seconds, so that every second can be tried."""
    day = draw(days(origins=1, destinations=2))
    trips = [
        [
            call._replace(arrival_s=call.arrival_s // 8, departure_s=call.departure_s // 8)
            for call in trip
        ]
        for trip in day.trips
    ]
    short = [[{stop: 1 + s // 8 for stop, s in own.items()} for own in part] for part in day[2:5]]
    return Day(day.stops, trips, *short, day.direct_ds)


starts = st.integers(0, 450)
steps = st.lists(st.integers(0, SPAN_S), min_size=1, max_size=5).map(sorted)
rides = st.integers(1, 3)


def at_every_second(day, first_s, last_s, max_rides):
    """Arrivals in deciseconds after midnight, by second of departure; no walking all the way."""
    seconds = np.arange(first_s, last_s + 1)
    alone = day._replace(direct_ds=unreached(1, 2))
    times = travel_times(alone, seconds, origin=0, cutoff_s=CUTOFF_S, max_rides=max_rides)
    return seconds, np.where(times < UNREACHED, times + seconds[:, None] * 10, UNREACHED)


def planned_times(journeys, window):
    """The time of who plans at each second, asked alone: the median of one is its own."""
    alone = [window_times(journeys, [second], semantics="planned") for second in window]
    return np.array([times.percentiles_ds[0, :, 0] for times in alone])


def by_plan(day, window, max_rides):
    """The earliest arrival from each second on, and the last second that makes it."""
    seconds, arrivals = at_every_second(day, window[0], window[-1] + 2 * CUTOFF_S, max_rides)
    result = np.full((len(window), 2), UNREACHED)
    for row, second in enumerate(window):
        for destination in range(2):
            own = arrivals[seconds >= second, destination]
            earliest = own.min()
            if earliest <= (second + 2 * CUTOFF_S) * 10:
                latest = second + np.flatnonzero(own == earliest)[-1]
                result[row, destination] = earliest - latest * 10
    directs = np.array(day.direct_ds)
    return np.minimum(result, np.where(directs <= CUTOFF_S * 10, directs, UNREACHED))


def by_arrival(day, window, max_rides):
    """Each time to be there less the last second from which that is made."""
    seconds, arrivals = at_every_second(day, window[0] - CUTOFF_S, window[-1], max_rides)
    result = np.full((len(window), 2), UNREACHED)
    for row, second in enumerate(window):
        in_time = (arrivals <= second * 10) & (seconds >= second - CUTOFF_S)[:, None]
        for destination in range(2):
            if in_time[:, destination].any():
                latest = seconds[np.flatnonzero(in_time[:, destination])[-1]]
                result[row, destination] = (second - latest) * 10
    directs = np.array(day.direct_ds)
    return np.minimum(result, np.where(directs <= CUTOFF_S * 10, directs, UNREACHED))


@settings(max_examples=60)
@given(brisk_days(), starts, steps, rides)
def test_who_plans_leaves_at_the_last_second_with_the_same_arrival(day, start, after, max_rides):
    window = start + np.array(after)
    journeys = day.journeys(cutoff_s=CUTOFF_S, max_rides=max_rides)
    wanted = by_plan(day, window, max_rides)
    assert np.array_equal(planned_times(journeys, window), wanted)
    found = window_times(journeys, window, semantics="planned", percentiles=(0, 50, 100))
    assert np.array_equal(found.percentiles_ds[0], ranked(wanted, (0, 50, 100)))
    assert np.array_equal(found.share[0], (wanted < UNREACHED).mean(axis=0))


@settings(max_examples=60)
@given(brisk_days(), starts, steps, rides)
def test_who_must_be_there_leaves_at_the_last_second_that_makes_it(day, start, after, max_rides):
    window = start + np.array(after)
    journeys = day.journeys(cutoff_s=CUTOFF_S, max_rides=max_rides)
    wanted = by_arrival(day, window, max_rides)
    found = window_times(journeys, window, semantics="arrive-by", percentiles=(0, 50, 100))
    assert np.array_equal(found.percentiles_ds[0], ranked(wanted, (0, 50, 100)))
    assert np.array_equal(found.share[0], (wanted < UNREACHED).mean(axis=0))


@settings(max_examples=100)
@given(brisk_days(), starts, steps, rides)
def test_who_plans_is_never_longer_on_the_way_than_who_leaves_at_once(day, start, after, max_rides):
    window = start + np.array(after)
    journeys = day.journeys(cutoff_s=CUTOFF_S, max_rides=max_rides)
    planned = planned_times(journeys, window)
    assert (planned <= departure_times(journeys, window, origin=0)).all()


@settings(max_examples=60)
@given(brisk_days(), starts, steps, rides)
def test_a_plan_does_not_depend_on_what_else_is_asked(day, start, after, max_rides):
    window = start + np.array(after)
    journeys = day.journeys(cutoff_s=CUTOFF_S, max_rides=max_rides)
    found = window_times(journeys, window, semantics="planned", percentiles=(0, 50, 100))
    alone = planned_times(journeys, window)
    assert np.array_equal(found.percentiles_ds[0], ranked(alone, (0, 50, 100)))


@settings(max_examples=60)
@given(brisk_days(), starts, steps, rides)
def test_to_arrive_by_is_to_leave_in_the_timetable_turned_round(day, start, after, max_rides):
    window = start + np.array(after)
    journeys = day.journeys(cutoff_s=CUTOFF_S, max_rides=max_rides)
    back = LONG_DAY_S - window[::-1]
    by = window_times(journeys, window, semantics="arrive-by", percentiles=(0, 50, 100))
    turned_by = window_times(turned(journeys), back, percentiles=(0, 50, 100))
    assert np.array_equal(by.percentiles_ds, turned_by.percentiles_ds.swapaxes(0, 1))
    # and the other way round
    leave = window_times(journeys, window, percentiles=(0, 50, 100))
    turned_leave = window_times(
        turned(journeys), back, semantics="arrive-by", percentiles=(0, 50, 100)
    )
    assert np.array_equal(leave.percentiles_ds, turned_leave.percentiles_ds.swapaxes(0, 1))


def hourly(*, cutoff_s=1800):
    """A bus at 3600 and 7200 s, 20 minutes; a minute on foot at both ends, a minute of slack."""
    trips = [ride((0, second), (1, second + 1200)) for second in (3600, 7200)]
    day = Day(2, trips, waits(2), [{0: 120}], [{1: 60}], unreached(1, 1))
    return day.journeys(cutoff_s=cutoff_s, max_rides=1)


@pytest.mark.parametrize(
    ("semantics", "window", "minutes"),
    [
        ("any", [3000, 3480, 3481], [31, 23, None]),  # 3481: the next bus is two hours away
        ("planned", [3000, 3480, 3481], [23, 23, 23]),
        ("arrive-by", [4800, 4860, 5460], [None, 23, 33]),
    ],
)
def test_an_hourly_bus_in_three_senses(semantics, window, minutes):
    for second, wanted in zip(window, minutes, strict=True):
        found = window_times(hourly(cutoff_s=2500), [second], semantics=semantics)
        time_ds = UNREACHED if wanted is None else wanted * 600
        assert found.percentiles_ds.tolist() == [[[time_ds]]], second


def test_who_plans_waits_until_an_arrival_at_twice_the_cutoff_and_no_longer():
    # there at 4860; twice 1800 s before, and a second earlier
    found = planned_times(hourly(), [1259, 1260])
    assert found[:, 0].tolist() == [UNREACHED, 13_800]


def test_who_plans_lets_a_first_ride_go_that_leads_nowhere_in_time():
    # the bus of 100 s does not go there, and the one of 600 s is more than a cutoff away from it
    trips = [ride((0, 100), (1, 200)), ride((0, 600), (2, 660))]
    day = Day(3, trips, waits(3), [{0: 60}], [{2: 60}], unreached(1, 1))
    journeys = day.journeys(cutoff_s=400, max_rides=1)
    assert planned_times(journeys, [0]).tolist() == [[10 * (660 + 60 - 540)]]


def test_the_share_and_mean_of_plans_are_of_those_that_make_it():
    found = window_times(hourly(), [1259, 1260, 3480, 7081], semantics="planned")
    assert found.share.tolist() == [[0.5]]
    assert found.mean_s.tolist() == [[1380.0]]
    assert np.isnan(window_times(hourly(), [9000], semantics="planned").mean_s[0, 0])


def test_origins_stay_rows_whatever_the_sense():
    trips = [ride((0, 600), (1, 900))]
    day = Day(2, trips, waits(2), [{0: 0}, {}], [{1: 0}, {1: 60}, {}], unreached(2, 3))
    journeys = day.journeys(cutoff_s=3600, max_rides=1)
    for semantics, second, wanted in (
        ("any", 600, [3000, 3600, UNREACHED]),
        ("planned", 0, [3000, 3600, UNREACHED]),
        ("arrive-by", 960, [3600, 3600, UNREACHED]),
    ):
        found = window_times(journeys, [second], semantics=semantics)
        assert found.percentiles_ds[..., 0].tolist() == [wanted, [UNREACHED] * 3]
        assert found.share.shape == found.mean_s.shape == (2, 3)
