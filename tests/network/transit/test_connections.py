"""Connections: trips cut into rides by hand, the order of rides that take no time, time turned."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network.transit import connections_of, turned_round
from htkgis.network.transit.connections import ARRIVAL, DEPARTURE, FROM, TO, TRIP

from .days import Call, days, ride, trip_table


def test_a_connection_says_where_one_may_board_and_alight():
    trip = [Call(0, 0, 0), Call(1, 60, 60, drop_off=False), Call(2, 120, 120, pickup=False)]
    rows = connections_of(trip_table([[*trip, Call(0, 200, 200)]]), pd.Index(list("012"))).rows
    # one may not get off at 1 nor on at 2
    assert rows.tolist() == [[0, 1, 0, 0, 60, 1], [1, 2, 0, 60, 120, 3], [2, 0, 0, 120, 200, 2]]


def test_rides_are_in_order_of_departure_whatever_the_order_of_trips():
    trips = [ride((0, 300), (1, 400)), ride((1, -50), (0, 100)), ride((0, 300), (1, 350))]
    rows = connections_of(trip_table(trips), pd.Index(["0", "1"])).rows
    assert rows[:, TRIP].tolist() == [1, 2, 0]


def test_a_day_without_trips_has_no_connection():
    found = connections_of(trip_table([]), pd.Index(["0"]))
    assert found.rows.shape == (0, 6)
    assert found.between(0, 86_400).shape == (0, 6)


def test_a_trip_of_one_call_has_no_connection():
    trips = [[Call(0, 0, 0)], ride((0, 10), (1, 20))]
    found = connections_of(trip_table(trips), pd.Index(["0", "1"]))
    assert found.rows[:, [FROM, TO]].tolist() == [[0, 1]]


def test_both_ends_of_a_window_belong_to_it():
    trips = [ride((0, second), (1, second + 5)) for second in (9, 10, 20, 21)]
    found = connections_of(trip_table(trips), pd.Index(["0", "1"]))
    assert found.between(10, 20)[:, DEPARTURE].tolist() == [10, 20]


@settings(max_examples=100)
@given(days())
def test_rides_of_a_trip_keep_their_order_those_without_time_too(day):
    rows = day.connections().rows
    assert (np.diff(rows[:, DEPARTURE]) >= 0).all()
    for number in range(len(day.trips)):
        own = rows[rows[:, TRIP] == number]
        assert own[:, FROM].tolist() == [call.stop for call in day.trips[number][:-1]]
        assert own[:, TO].tolist() == [call.stop for call in day.trips[number][1:]]


@settings(max_examples=100)
@given(days(), st.integers(-1000, 100_000))
def test_time_turned_round_twice_is_as_it_was(day, end_s):
    connections = day.connections()
    back = turned_round(connections, end_s).rows
    assert (np.diff(back[:, DEPARTURE]) >= 0).all()
    again = turned_round(turned_round(connections, end_s), end_s).rows
    for number in range(len(day.trips)):
        kept = again[again[:, TRIP] == number]
        assert np.array_equal(kept, connections.rows[connections.rows[:, TRIP] == number])


def test_stops_that_are_not_listed_are_named():
    trips = [ride((0, 0), (1, 60)), ride((7, 0), (8, 60))]
    message = r"trips call at 2 stops that are not among the stops: '7', '8'"
    with pytest.raises(NetworkError, match=message):
        connections_of(trip_table(trips), pd.Index(["0", "1"]))


@pytest.mark.parametrize(
    "trip",
    [ride((0, 100), (1, 90)), [Call(0, 100, 90), Call(1, 120, 120)]],
    ids=["between stops", "at a stop"],
)
def test_a_trip_that_goes_back_in_time_is_refused(trip):
    with pytest.raises(NetworkError, match=r"1 of 2 trips go back in time: 't001'"):
        connections_of(trip_table([ride((0, 0), (1, 10)), trip]), pd.Index(["0", "1"]))


def test_a_ride_turned_round_is_as_long_and_boarded_where_it_was_left():
    rows = connections_of(trip_table([ride((0, 10), (1, 70))]), pd.Index(["0", "1"]))
    back = turned_round(rows, 100).rows
    assert back[:, [FROM, TO, DEPARTURE, ARRIVAL]].tolist() == [[1, 0, 30, 90]]
