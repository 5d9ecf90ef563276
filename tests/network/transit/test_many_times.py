"""One percentile of many times has the value of the times that are all listed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network.transit import every_minute, percentile_times, transit_times
from htkgis.network.transit import many_times as many
from htkgis.network.transit.many_times import percentile_of_profiles
from htkgis.network.transit.stop_profiles import profiles_of
from htkgis.units import UNREACHED

from .days import Day, days, ride, unreached, waits, windows

MINUTES = st.builds(every_minute, st.integers(0, 600), st.integers(1, 40))


def by_stretches(journeys, window, percentile):
    profiles = profiles_of(journeys, window, counted=0)
    return percentile_of_profiles(journeys, profiles, percentile=percentile, threads=2)


@given(
    st.integers(1, 5).flatmap(lambda origins: days(origins=origins)),
    st.one_of(windows(), MINUTES),
    st.one_of(st.integers(0, 1500), st.just(30_000)),
    st.integers(0, 90),
    st.sampled_from([0, 5, 50, 99.9, 100]),
)
def test_a_percentile_is_that_of_all_times(day, window, cutoff_s, moved_s, percentile):
    journeys = day.journeys(cutoff_s=cutoff_s, max_rides=3)
    drawn = (*journeys.timetables, day.moved(moved_s).connections())
    journeys = journeys._replace(timetables=drawn)
    listed = transit_times(journeys, window, percentiles=(percentile,)).percentiles_ds[..., 0]
    assert np.array_equal(by_stretches(journeys, window, percentile), listed)


def one_bus(places, *, cutoff_s=1800, draws=1, origins=1):
    """A bus each twenty minutes from the only stop to one from which place n is n seconds away."""
    trips = [ride((0, at), (1, at + 100)) for at in range(600, 4200, 1200)]
    egress, walked = [{1: n} for n in range(places)], unreached(origins, places)
    day = Day(2, trips, waits(2), [{0: 60}] * origins, egress, walked)
    journeys = day.journeys(cutoff_s=cutoff_s, max_rides=2)
    return journeys._replace(timetables=journeys.timetables * draws)


@pytest.mark.parametrize("places", [1, 64, 65, 150])
def test_minutes_of_waiting_differ_by_one_each(places):
    # who leaves at minute 9 catches the bus of minute 10 to the second and is there in 160 s
    journeys = one_bus(places)
    for percentile, wait in ((0, 0), (5, 0), (10, 1), (50, 9), (100, 19)):
        found_ds = by_stretches(journeys, every_minute(0, 30)[10:], percentile)
        assert found_ds.tolist() == [[10 * (160 + 60 * wait + n) for n in range(places)]]


@pytest.mark.parametrize("apart_s", [0, 7, 59, 61])
def test_departures_that_are_no_minute_apart_are_told_apart(apart_s):
    # the last of four leaves at minute 10 to the second, the others so many seconds before
    window = 540 - apart_s * np.arange(3, -1, -1)
    for percentile, earlier in ((25, 0), (50, 1), (75, 2), (100, 3)):
        found_ds = by_stretches(one_bus(1), window, percentile)
        assert found_ds.tolist() == [[10 * (160 + earlier * apart_s)]]


def test_a_departure_that_matters_to_one_place_alone_begins_a_stretch():
    # 80 places at the first bus; to the last one a second bus leaves from another stop at 200
    trips = [ride((0, 600), (1, 700)), ride((2, 200), (3, 300)), ride((2, 500), (3, 600))]
    egress = [*({1: n} for n in range(79)), {3: 0}]
    day = Day(4, trips, waits(4), [{0: 60, 2: 60}], egress, unreached(1, 80))
    found_ds = by_stretches(day.journeys(cutoff_s=1800, max_rides=2), every_minute(80, 4), 75)
    # who leaves at 80 and 140 is there at 300, who leaves at 200 and 260 at 600
    assert found_ds[0, [0, 79]].tolist() == [5600, 3400]


@pytest.mark.parametrize(("cutoff_s", "made"), [(700, True), (699, False)])
def test_a_time_on_the_longest_that_counts_is_made(cutoff_s, made):
    # of ten departures the first waits 9 minutes for the bus
    found_ds = by_stretches(one_bus(1, cutoff_s=cutoff_s), every_minute(0, 10), 100)
    assert found_ds.tolist() == [[7000 if made else UNREACHED]]


@pytest.mark.parametrize(("draws", "seen"), [(9, 1), (8, 0)])
def test_stretches_are_made_where_profiles_pay(monkeypatch, draws, seen):
    journeys = one_bus(1, draws=draws, origins=2)
    asked = []

    def told(*given, **named):
        asked.append(given)
        return percentile_of_profiles(*given, **named)

    monkeypatch.setattr(many, "percentile_of_profiles", told)
    assert percentile_times(journeys, [540], percentile=50).tolist() == [[1600]] * 2
    assert len(asked) == seen


def test_more_departures_than_16_bits_count_are_listed(monkeypatch):
    monkeypatch.setattr(many, "MOST_DEPARTURES", 8)
    monkeypatch.setattr(many, "profiles_of", None)
    journeys = one_bus(1, draws=9, origins=20)
    assert percentile_times(journeys, [540], percentile=50).tolist() == [[1600]] * 20


def test_a_percentile_that_is_none_is_refused():
    with pytest.raises(NetworkError, match=r"percentiles: \[101\]; 0 to 100 are allowed"):
        percentile_times(one_bus(1), [540], percentile=101)
