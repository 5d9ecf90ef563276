"""Laws of any timetable: what is unrelated changes nothing, more service makes nothing worse.

After the scenario invariants of R5 (``ScenarioInvariantTests``), as laws over drawn days.
"""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.transit import transit_times, window_times
from htkgis.units import UNREACHED

from .days import Day, days, ride, trips_of, unreached, waits, windows

PERCENTILES = (0, 25, 50, 75, 100)
senses = st.sampled_from(["any", "arrive-by", "planned"])


def measured(day, window, semantics="any", *, cutoff_s=3000, max_rides=3):
    journeys = day.journeys(cutoff_s=cutoff_s, max_rides=max_rides)
    return window_times(journeys, window, semantics=semantics, percentiles=PERCENTILES)


def assert_same(found, wanted):
    assert np.array_equal(found.percentiles_ds, wanted.percentiles_ds)
    assert np.array_equal(found.share, wanted.share)
    assert np.array_equal(found.mean_s, wanted.mean_s, equal_nan=True)


@settings(max_examples=60)
@given(days(), days(), windows(), senses)
def test_trips_between_stops_that_nobody_walks_to_change_nothing(day, other, window, semantics):
    far = [[call._replace(stop=call.stop + day.stops) for call in trip] for trip in other.trips]
    changes = [
        {stop + day.stops: seconds for stop, seconds in own.items()} for own in other.footpaths
    ]
    both = day._replace(
        stops=day.stops + other.stops, trips=far + day.trips, footpaths=day.footpaths + changes
    )
    small = window[:5]
    assert_same(measured(both, small, semantics), measured(day, small, semantics))


@settings(max_examples=60)
@given(days(), windows(), senses, st.data())
def test_more_trips_make_no_time_longer(day, window, semantics, data):
    more = day._replace(trips=[*day.trips, data.draw(trips_of(day.stops))])
    before, after = (measured(own, window[:5], semantics) for own in (day, more))
    if semantics == "planned":
        # an earlier arrival may take longer on the way: with a plan, only more are reached
        assert (after.share >= before.share).all()
    else:
        assert (after.percentiles_ds <= before.percentiles_ds).all()
        assert (after.share >= before.share).all()


@settings(max_examples=60)
@given(days(), windows(), st.data())
def test_a_ride_more_a_change_more_and_a_shorter_walk_make_no_time_longer(day, window, data):
    stop = data.draw(st.integers(0, day.stops - 1))
    other = data.draw(st.integers(0, day.stops - 1))
    walk_s = min(day.footpaths[stop].get(other, 30), 30)
    changes = [own | ({other: walk_s} if s == stop else {}) for s, own in enumerate(day.footpaths)]
    nearer = [{s: seconds // 2 for s, seconds in own.items()} for own in day.access]
    before = measured(day, window)
    for after in (
        measured(day, window, max_rides=4),
        measured(day._replace(footpaths=changes), window),
        measured(day._replace(access=nearer), window),
        measured(day, window, cutoff_s=3600),
    ):
        assert (after.percentiles_ds <= before.percentiles_ds).all()
        assert (after.share >= before.share).all()


@settings(max_examples=60)
@given(days(), windows(), senses, st.integers(0, 80_000))
def test_all_clocks_moved_by_the_same_seconds_change_nothing(day, window, semantics, seconds):
    small = window[:5]
    moved = measured(day.moved(seconds), small + seconds, semantics)
    assert_same(moved, measured(day, small, semantics))


@settings(max_examples=60)
@given(days(), windows(), st.randoms(use_true_random=False))
def test_the_order_of_trips_changes_nothing(day, window, random):
    mixed = list(day.trips)
    random.shuffle(mixed)
    assert_same(measured(day._replace(trips=mixed), window), measured(day, window))


@settings(max_examples=40)
@given(days(), windows())
def test_the_number_of_threads_changes_nothing(day, window):
    journeys = day.journeys(cutoff_s=3000, max_rides=2)
    one, two = (transit_times(journeys, window, threads=threads) for threads in (1, 2))
    assert_same(one, two)


def test_service_makes_the_unreachable_reachable_and_the_reached_sooner():
    line = [ride((0, second), (1, second + 600)) for second in (600, 2400)]
    far = Day(3, line, waits(3), [{0: 60}], [{1: 60}, {2: 60}], unreached(1, 2))
    before = measured(far, np.arange(0, 1200, 60))
    more = far._replace(trips=[*line, ride((0, 1500), (1, 2100), (2, 2400))])
    after = measured(more, np.arange(0, 1200, 60))
    assert (before.percentiles_ds[0, 1] == UNREACHED).all()
    assert (after.percentiles_ds[0, 1] < UNREACHED).all()
    assert after.mean_s[0, 0] < before.mean_s[0, 0]
