"""Departures in one direction: what a traveller waits for, and nothing added up over ways."""

import pandas as pd
import pytest

from htkgis.access import direction_frequency

SEVEN, NINE = 7 * 3600, 9 * 3600


def trip(name, *calls, headway_s=0, start_s=0, end_s=0, pickup=True):
    rows = [(name, number, stop, at) for number, (stop, at) in enumerate(calls)]
    table = pd.DataFrame(rows, columns=["trip_id", "sequence", "stop_id", "departure_s"])
    return table.assign(
        route_type=3, pickup=pickup, headway_s=headway_s, start_s=start_s, end_s=end_s
    )


def found(*trips):
    table = direction_frequency(pd.concat(trips), window_s=(SEVEN, NINE))
    return {(row.stop_id, row.next_stop_id): row.departures_per_hour for row in table.itertuples()}


def test_two_ways_are_not_added_up():
    there, back = trip("t", ("a", SEVEN), ("b", SEVEN + 60)), trip("u", ("b", SEVEN), ("a", NINE))
    assert found(there, back) == {("a", "b"): 0.5, ("b", "a"): 0.5}


def test_lines_that_share_the_next_stop_count_together_and_others_do_not():
    trips = [
        trip("t", ("a", SEVEN), ("b", SEVEN + 60)),
        trip("u", ("a", SEVEN + 600), ("b", SEVEN + 660), ("c", NINE)),
        trip("v", ("a", SEVEN + 900), ("c", NINE)),
    ]
    assert found(*trips) == {("a", "b"): 1.0, ("a", "c"): 0.5, ("b", "c"): 0.5}


def test_the_start_of_the_window_counts_and_its_end_does_not():
    inside, outside = trip("t", ("a", SEVEN), ("b", NINE)), trip("u", ("a", NINE), ("b", NINE + 60))
    assert found(inside, outside) == {("a", "b"): 0.5}


def test_of_a_frequency_the_runs_of_the_window_count():
    # every 16 minutes all morning
    often = {"headway_s": 960, "start_s": SEVEN - 3600, "end_s": NINE + 3600}
    assert found(trip("f", ("a", SEVEN - 3600), ("b", SEVEN - 3500), **often)) == {
        ("a", "b"): pytest.approx(3.75)
    }


def test_nothing_departs_where_nobody_may_board_nor_from_the_last_stop():
    assert found(trip("t", ("a", SEVEN), ("b", SEVEN), pickup=False)) == {}
