"""The scan against range-RAPTOR: two ways that share no idea, the same second at every stop."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.transit import departure_times
from htkgis.units import UNREACHED

from .brute_force import earliest_arrivals
from .days import days, windows


def arrivals(raptor, journeys, window, *, origin=0):
    """Seconds after midnight at every stop, by departure."""
    begin, end = journeys.access.indptr[origin : origin + 2]
    return raptor.arrivals_of_window(
        raptor.patterns_of(journeys.timetables[0]),
        journeys.footpaths,
        journeys.access.walks[begin:end],
        window,
        cutoff_s=journeys.cutoff_s,
        max_rides=journeys.max_rides,
    )


@settings(max_examples=200)
@given(days(), windows(), st.integers(1, 4), st.one_of(st.integers(0, 1500), st.just(30_000)))
def test_range_raptor_arrives_when_trips_tried_one_by_one_do(
    raptor, day, window, max_rides, cutoff_s
):
    found = arrivals(raptor, day.journeys(cutoff_s=cutoff_s, max_rides=max_rides), window)
    for departure, own in zip(window.tolist(), found, strict=True):
        wanted = earliest_arrivals(day, departure, 0, max_rides)
        in_time = {s: time for s, time in wanted.items() if time <= departure + cutoff_s}
        assert {s: t for s, t in enumerate(own.tolist()) if t < raptor.NEVER} == in_time


@settings(max_examples=150)
@given(days(), windows(), st.integers(1, 4), st.one_of(st.integers(0, 1500), st.just(30_000)))
def test_the_scan_is_at_every_stop_when_range_raptor_is(raptor, day, window, max_rides, cutoff_s):
    every = [{stop: 0} for stop in range(day.stops)]
    bare = day._replace(egress=every, direct_ds=[[UNREACHED] * day.stops] * 2)
    journeys = bare.journeys(cutoff_s=cutoff_s, max_rides=max_rides)
    for origin in range(2):
        by_rounds = arrivals(raptor, journeys, window, origin=origin) - window[:, None]
        by_scan = departure_times(journeys, window, origin=origin)
        assert np.array_equal(np.where(by_rounds <= cutoff_s, by_rounds * 10, UNREACHED), by_scan)
