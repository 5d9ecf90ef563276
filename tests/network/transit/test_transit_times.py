"""Travel times of a window: equal to trips tried one by one, whatever the day and the window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network.transit import (
    answers_of_blocks,
    answers_of_parts,
    blocks_of_all,
    departure_times,
    transit_opportunities,
    transit_times,
)
from htkgis.network.transit.summaries import rank_of
from htkgis.units import UNREACHED

from .brute_force import ranked, travel_times
from .days import Day, days, ride, unreached, waits, windows

PERCENTILES = (0, 5, 50, 95, 100)
rides = st.integers(1, 4)


def one_line(*, cutoff_s=3600, max_rides=1):
    """A bus from stop 0 to stop 1 at 1000 and 1600 s, 300 s; a minute's walk at both ends."""
    trips = [ride((0, second), (1, second + 300)) for second in (1000, 1600)]
    day = Day(2, trips, waits(2), [{0: 60}], [{1: 60}], unreached(1, 1))
    return day.journeys(cutoff_s=cutoff_s, max_rides=max_rides)


@st.composite
def questions(draw):
    """A day, a window, and a cutoff: any, or exactly a travel time, or a second less."""
    day, window, max_rides = draw(days()), draw(windows()), draw(rides)
    cutoff_s = draw(st.sampled_from([0, 300, 600, 3000, 30_000]))
    found = [
        travel_times(day, window, origin=origin, cutoff_s=30_000, max_rides=max_rides)
        for origin in range(len(day.access))
    ]
    reached = np.unique(np.concatenate(found))
    reached = reached[reached < UNREACHED]
    if reached.size and draw(st.booleans()):
        least = draw(st.sampled_from([0, 1]))
        cutoff_s = max(0, int(draw(st.sampled_from(reached.tolist()))) // 10 - least)
    wanted = [np.where(times <= cutoff_s * 10, times, UNREACHED) for times in found]
    return day.journeys(cutoff_s=cutoff_s, max_rides=max_rides), window, wanted


@settings(max_examples=300)
@given(questions())
def test_every_departure_takes_what_trips_tried_one_by_one_take(question):
    journeys, window, wanted = question
    for origin, times in enumerate(wanted):
        assert np.array_equal(departure_times(journeys, window, origin=origin), times)


@settings(max_examples=150)
@given(questions())
def test_percentiles_share_and_mean_are_those_of_the_departures(question):
    journeys, window, wanted = question
    found = transit_times(journeys, window, percentiles=PERCENTILES, threads=2)
    for origin, times in enumerate(wanted):
        made = times < UNREACHED
        assert np.array_equal(found.percentiles_ds[origin], ranked(times, PERCENTILES))
        assert np.array_equal(found.share[origin], made.mean(axis=0))
        for destination, own in enumerate(made.T):
            whole_s = -(-times[own, destination] // 10)
            mean_s = whole_s.mean() if own.any() else np.nan
            assert found.mean_s[origin, destination] == pytest.approx(mean_s, nan_ok=True)


@settings(max_examples=150)
@given(questions(), st.lists(st.integers(0, 30_000), min_size=1, max_size=2))
def test_opportunities_of_a_departure_are_those_within_its_times(question, limits):
    journeys, window, wanted = question
    limits_s = [min(limit, journeys.cutoff_s) for limit in limits]
    weights = np.array([[1.0, 10.0], [2.0, 0.0], [4.0, 0.5]])
    found = transit_opportunities(journeys, window, weights, limits_s=limits_s, threads=2)
    assert found.shape == (len(wanted), len(window), len(limits_s), 2)
    for origin, times in enumerate(wanted):
        for place, limit_s in enumerate(limits_s):
            assert np.array_equal(found[origin, :, place], (times <= limit_s * 10) @ weights)


def test_the_wait_for_the_first_ride_counts():
    # at the stop a minute later: boarded at 1000 until 940, else at 1600
    times = departure_times(one_line(), [0, 940, 941, 1540], origin=0)
    assert times[:, 0].tolist() == [13_600, 4200, 10_190, 4200]


def test_who_comes_after_the_last_bus_does_not_make_it():
    assert departure_times(one_line(), [1541], origin=0).tolist() == [[UNREACHED]]


def test_a_travel_time_exactly_the_cutoff_counts_and_a_second_more_does_not():
    assert departure_times(one_line(cutoff_s=420), [940], origin=0).tolist() == [[4200]]
    assert departure_times(one_line(cutoff_s=419), [940], origin=0).tolist() == [[UNREACHED]]


def test_walking_all_the_way_is_given_to_the_decisecond_where_it_is_sooner():
    day = Day(2, [ride((0, 1000), (1, 1300))], waits(2), [{0: 60}], [{1: 60}], [[4195]])
    journeys = day.journeys(cutoff_s=3600, max_rides=1)
    assert departure_times(journeys, [900, 940], origin=0)[:, 0].tolist() == [4195, 4195]
    found = transit_times(journeys, [900, 940])
    assert found.percentiles_ds.tolist() == [[[4195]]]
    assert found.mean_s.tolist() == [[420.0]]  # in whole seconds, rounded up


def test_a_day_without_trips_or_stops_is_walked():
    day = Day(0, [], [], [{}], [{}, {}], [[600, UNREACHED]])
    found = transit_times(day.journeys(cutoff_s=3600, max_rides=4), [0, 60])
    assert found.percentiles_ds[0, :, 0].tolist() == [600, UNREACHED]
    assert found.share[0].tolist() == [1.0, 0.0]
    assert np.isnan(found.mean_s[0, 1])


def test_no_origin_and_no_destination_are_empty_tables():
    day = Day(1, [], waits(1), [], [], [])
    found = transit_times(day.journeys(cutoff_s=60, max_rides=1)._replace(direct=None), [0])
    assert found.percentiles_ds.shape == (0, 0, 1)


def test_a_ride_more_than_allowed_is_not_taken():
    trips = [ride((0, 100), (1, 200)), ride((1, 300), (2, 400)), ride((2, 500), (3, 600))]
    day = Day(4, trips, waits(4), [{0: 60}], [{3: 0}], unreached(1, 1))
    for max_rides, wanted in ((2, UNREACHED), (3, 5600)):
        journeys = day.journeys(cutoff_s=3600, max_rides=max_rides)
        assert departure_times(journeys, [40], origin=0).tolist() == [[wanted]]


def test_who_comes_later_by_fewer_rides_may_still_take_one_more():
    # at 2 by two rides at 300, by one at 500; from there on only as a second ride
    trips = [
        ride((0, 100), (1, 150)),
        ride((1, 250), (2, 300)),
        ride((0, 400), (2, 500)),
        ride((2, 600), (3, 700)),
    ]
    day = Day(4, trips, waits(4), [{0: 60}], [{3: 0}, {2: 0}], unreached(1, 2))
    for max_rides, wanted in ((1, [UNREACHED, 4600]), (2, [6600, 2600]), (3, [6600, 2600])):
        journeys = day.journeys(cutoff_s=3600, max_rides=max_rides)
        assert departure_times(journeys, [40], origin=0).tolist() == [wanted]


def test_a_change_in_the_last_seconds_before_the_cutoff_counts():
    trips = [ride((0, 100), (1, 200)), ride((1, 260), (2, 260))]
    day = Day(3, trips, waits(3), [{0: 60}], [{2: 0}], unreached(1, 1))
    for cutoff_s, wanted in ((220, 2200), (219, UNREACHED)):
        journeys = day.journeys(cutoff_s=cutoff_s, max_rides=2)
        assert departure_times(journeys, [40], origin=0).tolist() == [[wanted]]


def test_slack_before_a_change_is_kept_exactly():
    for departs, wanted in ((259, UNREACHED), (260, 3600)):
        trips = [ride((0, 100), (1, 200)), ride((1, departs), (2, 400))]
        day = Day(3, trips, waits(3), [{0: 60}], [{2: 0}], unreached(1, 1))
        journeys = day.journeys(cutoff_s=3600, max_rides=2)
        assert departure_times(journeys, [40], origin=0).tolist() == [[wanted]]


@pytest.mark.parametrize(
    ("percentile", "departures", "rank"),
    [(7, 100, 7), (55, 100, 55), (55.001, 100, 56), (0.1, 1000, 1), (50, 3, 2), (0, 5, 1)],
)
def test_a_percentile_is_the_least_whole_number_of_departures_that_is_enough(
    percentile, departures, rank
):
    # 7 / 100 * 100 is a hair above 7 in binary, and an eighth departure is not asked for
    assert rank_of(percentile, departures) == rank


@pytest.mark.parametrize("percentile", [-1, 100.5, float("nan")])
def test_a_percentile_out_of_range_is_refused(percentile):
    with pytest.raises(NetworkError, match=r"percentiles: .*; 0 to 100 are allowed"):
        transit_times(one_line(), [0], percentiles=(50, percentile))


@pytest.mark.parametrize("max_rides", [0, 9])
def test_a_number_of_rides_out_of_range_is_refused(max_rides):
    with pytest.raises(NetworkError, match=rf"rides: {max_rides}; 1 to 8 are allowed"):
        transit_times(one_line(max_rides=max_rides), [0])


def test_a_limit_beyond_the_cutoff_is_refused_for_what_is_there_is_not_known():
    journeys = one_line(cutoff_s=600)
    assert transit_opportunities(journeys, [940], np.ones((1, 1)), limits_s=[420, 600]).sum() == 2
    with pytest.raises(NetworkError, match=r"limits: 601 s; .* searched up to 600 s"):
        transit_opportunities(journeys, [940], np.ones((1, 1)), limits_s=[600, 601])


@given(days(), windows(), st.integers(0, 90), st.data())
def test_parts_of_a_window_are_answered_as_if_each_was_asked_alone(day, window, moved_s, data):
    journeys = day.journeys(cutoff_s=3000, max_rides=2)
    drawn = (*journeys.timetables, day.moved(moved_s).connections())[: 1 + moved_s % 2]
    journeys = journeys._replace(timetables=drawn)
    begin = data.draw(st.integers(0, len(window) - 1))
    slices = [slice(0, len(window)), slice(begin, len(window)), slice(0, begin + 1)]
    every = np.arange(len(window) * len(drawn)).reshape(len(drawn), -1)
    weights = np.ones((len(journeys.egress) // 2, 1))
    asked = {"limits_s": (600, 3000), "percentiles": PERCENTILES}
    sums, times = answers_of_parts(
        journeys,
        blocks_of_all(journeys, window),
        weights,
        [every[:, own].ravel() for own in slices],
        **asked,
    )
    for own, found in zip(slices, times, strict=True):
        alone_sums, alone = answers_of_blocks(
            journeys, blocks_of_all(journeys, window[own]), weights, **asked
        )
        assert np.array_equal(sums[:, every[:, own].ravel()], alone_sums)
        for value, wanted in zip(found, alone, strict=True):
            assert np.array_equal(value, wanted, equal_nan=True)
