"""Small service days that the tests of this folder build on, drawn or by hand."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from htkgis.network import TravelTimes
from htkgis.network.transit import Connections, Journeys, connections_of, pairs_of
from htkgis.units import UNREACHED

FLAGS = [(True, True)] * 3 + [(True, False), (False, True), (False, False)]
"""Whether one may board and alight at a call; mostly both."""


class Call(NamedTuple):
    """A trip at a stop."""

    stop: int
    arrival_s: int
    departure_s: int
    pickup: bool = True
    drop_off: bool = True


class Day(NamedTuple):
    """Trips as lists of calls; walks as one dict {stop: seconds} per stop, origin, destination.

    ``direct_ds`` has a row per origin, ``UNREACHED`` where there is no way without a ride.
    """

    stops: int
    trips: list[list[Call]]
    footpaths: list[dict[int, int]]
    access: list[dict[int, int]]
    egress: list[dict[int, int]]
    direct_ds: list[list[int]]

    def journeys(self, *, cutoff_s, max_rides):
        return Journeys(
            timetables=(self.connections(),),
            footpaths=walks(self.footpaths),
            access=walks(self.access),
            egress=walks(self.egress),
            direct=direct(self.direct_ds),
            cutoff_s=cutoff_s,
            max_rides=max_rides,
        )

    def connections(self) -> Connections:
        return connections_of(trip_table(self.trips), pd.Index(map(str, range(self.stops))))

    def moved(self, seconds):
        """The same day, all clocks moved."""
        trips = [
            [
                call._replace(
                    arrival_s=call.arrival_s + seconds, departure_s=call.departure_s + seconds
                )
                for call in trip
            ]
            for trip in self.trips
        ]
        return self._replace(trips=trips)


def ride(*calls, **flags):
    """A trip of (stop, second) that stands nowhere."""
    return [Call(stop, second, second, **flags) for stop, second in calls]


def waits(stops, slack_s=60):
    """Footpaths of stops that no walk joins: a change takes the slack."""
    return [{stop: slack_s} for stop in range(stops)]


def trip_table(trips):
    """Contract ``TRIP_TIMES``, as far as connections need it; stops are named by their number."""
    rows = [
        (f"t{number:03}", place, str(call.stop), *call[1:])
        for number, trip in enumerate(trips)
        for place, call in enumerate(trip)
    ]
    columns = ["trip_id", "sequence", "stop_id", "arrival_s", "departure_s", "pickup", "drop_off"]
    return pd.DataFrame(rows, columns=columns).astype({"pickup": bool, "drop_off": bool})


def walks(by_point):
    """Pairs of dicts {stop: seconds}, one per point."""
    rows = [(point, *walk) for point, own in enumerate(by_point) for walk in own.items()]
    point, stop, seconds = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return pairs_of(point, stop, seconds, points=len(by_point))


def direct(times_ds):
    """Travel times of a matrix in deciseconds, those that are ``UNREACHED`` left out."""
    width = len(times_ds[0]) if times_ds else 0
    matrix = np.array(times_ds, dtype=np.int32).reshape(len(times_ds), width)
    origin, destination = np.nonzero(matrix < UNREACHED)
    return TravelTimes(
        np.arange(matrix.shape[0]).astype(str),
        np.arange(matrix.shape[1]).astype(str),
        np.concatenate([[0], np.cumsum((matrix < UNREACHED).sum(axis=1))]).astype(np.int64),
        destination.astype(np.int32),
        matrix[origin, destination],
    )


def unreached(origins, destinations):
    return [[UNREACHED] * destinations for _ in range(origins)]


# To make a strategy takes longer than to draw from it: each is made once.
START_S, LENGTH = st.integers(-900, 3600), st.integers(2, 6)
STANDS_S, RIDES_S = st.sampled_from([0, 0, 30]), st.sampled_from([0, 1, 60, 200, 500])
OPEN = st.sampled_from(FLAGS)
STOPS, SLACK_S = st.integers(1, 7), st.sampled_from([1, 60])
ALONE = st.sampled_from([True, True, True, False])
DIRECT_DS = st.sampled_from([UNREACHED, UNREACHED, 0, 6000, 6001, 14_999])
DEPARTURES, STEP_S = st.sampled_from([1, 5, 64, 65, 130]), st.sampled_from([0, 1, 7, 60])
FIRST_S = st.integers(0, 3000)


@st.composite
def _trips(draw, stop):
    time = draw(START_S)
    calls = []
    for _ in range(draw(LENGTH)):
        stands = draw(STANDS_S)
        calls.append(Call(draw(stop), time, time + stands, *draw(OPEN)))
        time += stands + draw(RIDES_S)
    return calls


@cache
def trips_of(stops):
    """A trip that may begin the day before, stand, take no time, and come to a stop twice."""
    return _trips(st.integers(0, stops - 1))


@cache
def _timetables(stops):
    return st.lists(trips_of(stops), max_size=8)


@cache
def walks_to_some(stops, least_s=0):
    """Walks to some stops, or to none."""
    seconds = st.one_of(st.just(least_s), st.integers(least_s, 400))
    return st.dictionaries(st.integers(0, stops - 1), seconds, max_size=stops)


@st.composite
def days(draw, *, origins=2, destinations=3):
    """A random day: few stops, many changes; some without trips or stops near a door."""
    stops, slack_s = draw(STOPS), draw(SLACK_S)
    changes = [draw(walks_to_some(stops, slack_s)) | {stop: slack_s} for stop in range(stops)]
    alone = draw(ALONE)
    return Day(
        stops=stops,
        trips=draw(_timetables(stops)),
        footpaths=changes if alone else [own | {0: 300} for own in changes],
        access=[draw(walks_to_some(stops)) for _ in range(origins)],
        egress=[draw(walks_to_some(stops)) for _ in range(destinations)],
        direct_ds=[[draw(DIRECT_DS) for _ in range(destinations)] for _ in range(origins)],
    )


RUNS = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(2, 3), st.integers(0, 900), st.sampled_from([60, 200, 250])
    ),
    min_size=2,
    max_size=8,
)  # fmt: skip
NEAR_S, SOME_NEAR = st.integers(0, 120), st.sampled_from([UNREACHED, UNREACHED, 2000, 3000, 5000])


@st.composite
def busy_days(draw, *, origins, destinations):
    """Rides from two stops to two others, and places near these: most are in time now and then."""
    trips = [
        [Call(a, at, at), Call(b, at + ride_s, at + ride_s)] for a, b, at, ride_s in draw(RUNS)
    ]
    return Day(
        stops=4,
        trips=trips,
        footpaths=waits(4),
        access=[{stop: draw(NEAR_S) for stop in (0, 1)} for _ in range(origins)],
        egress=[{stop: draw(NEAR_S) for stop in (2, 3)} for _ in range(destinations - 1)] + [{}],
        direct_ds=[[draw(SOME_NEAR) for _ in range(destinations)] for _ in range(origins)],
    )


@st.composite
def windows(draw):
    """Departures: few, exactly a block, one more, two blocks; some at the same second."""
    count, step = draw(DEPARTURES), draw(STEP_S)
    return draw(FIRST_S) + step * np.arange(count)
