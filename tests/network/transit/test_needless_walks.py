"""Walks between stops that are left out: some are, and no arrival notices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.transit import transit_times
from htkgis.network.transit import windows as windows_module
from htkgis.network.transit.needless_walks import needed_footpaths

from .days import Call, Day, days, ride, unreached, waits, walks, windows


def kept(trips, changes):
    """The changes that are needed, as (from, to)."""
    stops = len(changes)
    day = Day(stops, trips, changes, [{}], [{}], unreached(1, 1))
    found = needed_footpaths(day.connections().rows, walks(changes))
    owner = np.repeat(np.arange(stops), np.diff(found.indptr))
    return {(int(a), int(b)) for a, b in zip(owner, found.walks[:, 0], strict=True)}


def neighbours(walk_s, slack_s=60):
    """Stops 0 to 3 along a line; one can walk between 1 and 2 both ways."""
    changes = waits(4, slack_s)
    changes[1][2] = changes[2][1] = walk_s + slack_s
    return changes


def line(seconds=100, **flags):
    return [Call(stop, stop * seconds, stop * seconds, **flags) for stop in range(4)]


def test_nobody_walks_ahead_of_a_trip_that_can_be_boarded_here():
    assert kept([line()], neighbours(100)) == {(0, 0), (1, 1), (2, 2)}


def test_who_walks_faster_than_the_trip_may_catch_it_ahead():
    # from 1 to 2 in 99 s; the trip takes 100
    assert kept([line()], neighbours(99)) == {(0, 0), (1, 1), (1, 2), (2, 2)}


def test_nobody_walks_back_to_the_stop_before_for_a_trip_that_comes_here_next():
    assert (2, 1) not in kept([line()], neighbours(100))


def test_one_walks_back_where_one_may_not_board_here():
    trip = line()
    trip[2] = trip[2]._replace(pickup=False)
    assert (2, 1) in kept([trip], neighbours(100))


def test_one_walks_on_where_one_may_not_board_here():
    trip = line()
    trip[1] = trip[1]._replace(pickup=False)
    assert (1, 2) in kept([trip], neighbours(100))


def test_a_trip_of_another_line_is_walked_to():
    assert (1, 2) in kept([line(), ride((2, 900), (3, 1000))], neighbours(100))


def test_one_walks_where_to_stay_takes_longer_or_is_forbidden():
    longer, forbidden = neighbours(100), neighbours(100)
    longer[1][1] = 161
    del forbidden[1][1]
    assert (1, 2) in kept([line()], longer)
    assert (1, 2) in kept([line()], forbidden)


def test_a_stop_without_departures_is_not_walked_to():
    assert kept([ride((0, 0), (1, 60))], neighbours(100)) == {(0, 0)}


@settings(max_examples=300)
@given(days(), windows(), st.integers(1, 4))
def test_leaving_them_out_changes_no_arrival(day, window, max_rides):
    journeys = day.journeys(cutoff_s=3000, max_rides=max_rides)
    less = transit_times(journeys, window, percentiles=range(0, 101, 10))
    with pytest.MonkeyPatch.context() as patch:
        every = lambda _, changes: np.ones(len(changes.walks), dtype=np.bool_)  # noqa: E731
        patch.setattr(windows_module, "needed_walks", every)
        all_of_them = transit_times(journeys, window, percentiles=range(0, 101, 10))
    assert np.array_equal(less.percentiles_ds, all_of_them.percentiles_ds)
    assert np.array_equal(less.mean_s, all_of_them.mean_s, equal_nan=True)
