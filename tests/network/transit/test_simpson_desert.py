"""Waits that nobody knows: whole distributions, each combination of offsets tried once.

The theory is that of R5's ``SimpsonDesertTests`` (Conveyal, version 7.6): blocks that a bus takes
30 s for, a minute kept before boarding, and waits of 1 to as many minutes as the headway, each as
likely. Sums of waits are convolutions, the first of alternatives is a minimum. R5 draws thousands
of times and allows for a minute and for chance; here every combination stands once, so equal it
must be, to the second. Where R5 expects a minute more, it has cut times to minutes.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from htkgis.network.transit import (
    connections_of,
    departure_times,
    drawn,
    every_minute,
    frequencies_of,
    transit_times,
)

from .days import Day, ride, unreached, waits

PERCENTILES = (5, 25, 50, 75, 95)
TEN_MIN = 600
"""Twenty blocks."""
HALF_HOUR = 1800
CUTOFF_S = 7200
APART_S = 4 * 3600
"""From one combination to the next: in between, everybody has arrived."""


def minutes(least, count):
    """Probability of each minute, from 0 on: ``count`` of them, each as likely."""
    return np.concatenate([np.zeros(least), np.full(count, 1 / count)])


def first_of(*ways):
    """Distribution of the least of independent times."""
    size = max(map(len, ways))
    later = [1 - np.cumsum(np.pad(way, (0, size - len(way)))) for way in ways]
    return -np.diff(np.prod(later, axis=0), prepend=1)


def percentiles_of(distribution):
    cumulated = np.cumsum(distribution)
    return [int(np.argmax(cumulated >= p / 100 - 1e-12)) for p in PERCENTILES]


def assert_distributed(journeys, departures, distribution):
    """All departures have the distribution, and its percentiles, in whole minutes."""
    times_s = departure_times(journeys, departures, origin=0)[:, 0] // 10
    assert (times_s % 60 == 0).all()
    found = np.bincount(times_s // 60, minlength=len(distribution)) / len(times_s)
    assert found == pytest.approx(distribution, abs=1e-12)
    percentiles = transit_times(journeys, departures, percentiles=PERCENTILES).percentiles_ds
    assert (percentiles[0, 0] // 600).tolist() == percentiles_of(distribution)


def desert(stops, trips, *, door, end):
    """Nobody walks: at a stop, one door; a minute is kept before each boarding."""
    day = Day(stops, trips, waits(stops), [{door: 60}], [{end: 0}], unreached(1, 1))
    return day.journeys(cutoff_s=CUTOFF_S, max_rides=2)


def line(start, end, ride_s, headway_min, offset_min, begin_s, last_s=2 * 3600):
    """Trips of two hours from a second on, or until ``last_s`` after it."""
    offset_s = begin_s + 60 * offset_min
    return [
        ride((start, second), (end, second + ride_s))
        for second in range(offset_s, begin_s + last_s, 60 * headway_min)
    ]


def test_one_change_of_scheduled_lines_is_a_first_wait_and_a_fixed_rest():
    # the second bus leaves the corner ten minutes after the first one comes
    lines = line(0, 1, TEN_MIN, 20, 3, 0) + line(1, 2, TEN_MIN, 20, 23, 0)
    journeys = desert(3, lines, door=0, end=2)
    uniform = minutes(31, 20)
    assert_distributed(journeys, every_minute(60, 20), uniform)
    assert [p + 1 for p in percentiles_of(uniform)] == [32, 36, 41, 46, 50]  # R5, cut to minutes


def test_two_waits_for_frequencies_are_the_sum_of_two_uniform_waits():
    table = pd.concat([_frequency("a", 0, 1), _frequency("b", 1, 2)], ignore_index=True)
    assert frequencies_of(table)["trip_id"].tolist() == ["a", "b"]
    stops = pd.Index(["0", "1", "2"])
    draws = [
        connections_of(drawn(table, 60 * np.array(offsets)), stops)
        for offsets in product(range(20), range(20))
    ]
    journeys = desert(3, [], door=0, end=2)._replace(timetables=tuple(draws))
    theory = np.convolve(minutes(1, 20), minutes(21, 20))
    assert percentiles_of(theory) == [27, 35, 41, 47, 55]
    assert_distributed(journeys, [1200], theory)


def _frequency(name, start, end):
    times = [0, TEN_MIN]
    return pd.DataFrame(
        {
            "trip_id": [name, name],
            "sequence": [0, 1],
            "stop_id": [str(start), str(end)],
            "arrival_s": times,
            "departure_s": times,
            "pickup": True,
            "drop_off": True,
            "headway_s": 1200,
            "start_s": 0,
            "end_s": 7200,
        }
    )


def one_after_the_other(combinations, lines, last_s):
    """Trips of all combinations of offsets, hours apart, and twenty minutes of departures each.

    ``last_s`` has a second for each line: nobody comes to it so late that a later trip is of use.
    """
    trips, departures = [], []
    for number, offsets in enumerate(combinations):
        begin_s = number * APART_S
        for own, offset, last in zip(lines, offsets, last_s, strict=True):
            trips += line(*own, offset, begin_s, last)
        departures.append(every_minute(begin_s, 20))
    return trips, np.concatenate(departures)


def test_of_two_ways_with_two_waits_each_the_first_is_taken():
    # over the corner 1 every ten minutes, over the corner 2 every twenty
    lines = [(0, 1, 600, 10), (1, 3, 600, 10), (0, 2, 600, 20), (2, 3, 600, 20)]
    # who leaves at any of twenty minutes has met each first wait of both ways together half of
    # the combinations: the other half has the first line of the slow way ten minutes later
    offsets = product(range(10), range(10), [0], range(20))
    trips, departures = one_after_the_other(offsets, lines, [7200] * 4)
    often, seldom = (np.convolve(minutes(11, n), minutes(11, n)) for n in (10, 20))
    theory = first_of(often, seldom)
    assert [p + 1 for p in percentiles_of(theory)] == [25, 28, 31, 34, 38]  # R5, cut to minutes
    assert_distributed(desert(4, trips, door=0, end=3), departures, theory)


def test_of_three_lines_on_a_trunk_the_first_is_taken():
    lines = [(0, 1, HALF_HOUR, 20)] * 3
    trips, departures = one_after_the_other(product([0], range(20), range(20)), lines, [7200] * 3)
    theory = first_of(*[minutes(31, 20)] * 3)
    assert_distributed(desert(2, trips, door=0, end=1), departures, theory)


def test_behind_three_lines_on_a_trunk_a_second_wait_is_added():
    lines = [(0, 1, HALF_HOUR, 20)] * 3 + [(1, 2, HALF_HOUR, 20)]
    offsets = product([0], range(20), range(20), range(20))
    # the trunk is boarded within 20 + 20 minutes, and the second line until 30 + 21 later
    trips, departures = one_after_the_other(offsets, lines, [2700] * 3 + [6000])
    theory = np.convolve(first_of(*[minutes(31, 20)] * 3), minutes(31, 20))
    assert percentiles_of(theory) == [65, 71, 76, 81, 88]
    assert_distributed(desert(3, trips, door=0, end=2), departures, theory)


def test_an_express_that_overtakes_is_waited_for_by_who_knows():
    # R5's savvy rider: the local comes first, and later
    slow, quick = ride((0, 600), (1, 3600)), ride((0, 900), (1, 1800))
    journeys = desert(2, [slow, quick], door=0, end=1)
    assert departure_times(journeys, [0, 540, 541], origin=0)[:, 0].tolist() == [
        18_000,
        12_600,
        12_590,
    ]
