"""Origins scanned together along changes have the values of the scan of one origin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network.transit import departure_times, transit_times
from htkgis.network.transit.many_origins import answers_of_groups, pays
from htkgis.network.transit.origin_groups import groups_of
from htkgis.units import UNREACHED

from .both_scans import NOTHING, assert_both_scans_agree, in_groups
from .days import Day, days, ride, unreached, waits, windows

PERCENTILES = (0, 5, 50, 95, 100)
WEIGHTS = np.array([[1.0, 10.0], [0.3, 0.0]])


@given(
    st.integers(1, 9).flatmap(lambda origins: days(origins=origins)),
    windows(),
    st.integers(1, 8),
    st.one_of(st.integers(0, 1500), st.just(30_000)),
    st.integers(0, 90),
)
def test_both_scans_give_every_value_alike(day, window, max_rides, cutoff_s, moved_s):
    journeys = day.journeys(cutoff_s=cutoff_s, max_rides=max_rides)
    drawn = (*journeys.timetables, day.moved(moved_s).connections())[: 1 + moved_s % 2]
    assert_both_scans_agree(
        journeys._replace(timetables=drawn),
        window,
        weights=WEIGHTS,
        limits_s=(cutoff_s // 2, cutoff_s),
        percentiles=PERCENTILES,
    )


@pytest.mark.parametrize(("departures", "together"), [(1, 8), (5, 8), (16, 4), (130, 4)])
def test_origins_measured_together_have_the_times_of_each_alone(departures, together):
    # nine origins a minute apart, of which one reaches no stop and one walks all the way
    trips = [ride((0, at), (1, at + 300), (2, at + 500)) for at in range(60, 9000, 400)]
    access = [{0: 60 * n} for n in range(7)] + [{}, {1: 30}]
    direct = [[UNREACHED, 4001 if n == 3 else UNREACHED] for n in range(9)]
    journeys = Day(3, trips, waits(3), access, [{2: 10}, {1: 5}], direct).journeys(
        cutoff_s=1200, max_rides=2
    )
    window = 30 * np.arange(departures)
    assert len(groups_of(journeys.access, together)[0]) == together
    found = in_groups(journeys, window, percentiles=(0, 50, 100))
    for origin in range(9):
        times = np.sort(departure_times(journeys, window, origin=origin), axis=0)
        rank = -(-departures // 2) - 1
        assert np.array_equal(found.percentiles_ds[origin], times[[0, rank, -1]].T)
        assert np.array_equal(found.share[origin], (times < UNREACHED).mean(axis=0))


def one_line(origins, *, max_rides=2, draws=1):
    trips = [ride((0, 100), (1, 200))]
    access = [{0: 10}] * origins
    day = Day(2, trips, waits(2), access, [{1: 0}], unreached(origins, 1))
    journeys = day.journeys(cutoff_s=600, max_rides=max_rides)
    return journeys._replace(timetables=journeys.timetables * draws)


@pytest.mark.parametrize(
    ("journeys", "departures", "chosen"),
    [
        (one_line(500), 64, True),
        (one_line(499), 64, False),
        (one_line(250), 65, True),
        (one_line(250), 64, False),
        (one_line(500, draws=8), 1, True),
        (one_line(500, draws=9), 1, False),
        (one_line(500, max_rides=1), 1, False),
    ],
)
def test_origins_are_scanned_together_where_much_is_asked_of_few_timetables(
    journeys, departures, chosen
):
    assert pays(journeys, departures) == chosen


@pytest.mark.parametrize("origins", [499, 500])
def test_the_way_that_is_chosen_tells_the_same_on_either_side_of_the_limit(origins):
    # a walk of 10 s to the bus at 100, 100 s aboard; who leaves at 91 is too late
    found = transit_times(one_line(origins), [0, 90, 91], percentiles=(0, 50, 100))
    assert (found.percentiles_ds == np.array([1100, 2000, UNREACHED])).all()


def test_what_cannot_be_asked_of_groups_is_refused_as_it_is_of_one_origin():
    asked = {"limits_s": (), "percentiles": (50,)}
    with pytest.raises(NetworkError, match=r"departures: 0 of them"):
        answers_of_groups(one_line(9), [], NOTHING, **asked)
    with pytest.raises(NetworkError, match=r"rides: 9; 1 to 8 are allowed"):
        answers_of_groups(one_line(9, max_rides=9), [0], NOTHING, **asked)
    with pytest.raises(NetworkError, match=r"percentiles: \[101\]"):
        answers_of_groups(one_line(9), [0], NOTHING, limits_s=(), percentiles=(101,))
    with pytest.raises(NetworkError, match=r"limits: 601 s"):
        answers_of_groups(one_line(9), [0], NOTHING, limits_s=(601,), percentiles=())
