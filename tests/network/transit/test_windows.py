"""Blocks of a window: 64 departures each, what is wrong with a window said."""

import numpy as np
import pytest

from htkgis.errors import NetworkError
from htkgis.network.transit import every_minute
from htkgis.network.transit.connections import DEPARTURE, TRIP
from htkgis.network.transit.windows import MAX_SPAN_S, blocks_of

from .days import Day, ride, unreached, waits, walks


def blocks(departures, *, cutoff_s=600, trips=()):
    day = Day(2, list(trips), waits(2), [{}], [{}], unreached(1, 1))
    return blocks_of(day.connections(), walks(day.footpaths), departures, cutoff_s=cutoff_s)


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (64, [64]), (65, [64, 1]), (129, [64, 64, 1])]
)
def test_blocks_hold_64_departures_and_the_last_one_the_rest(count, sizes):
    found = blocks(np.arange(count) + 1000)
    assert [block.leaving_s.size for block in found] == sizes
    assert [block.base_s for block in found] == [1000 + 64 * n for n in range(len(sizes))]
    assert all(block.leaving_s[0] == 0 for block in found)


def test_a_block_has_what_leaves_from_its_first_departure_to_the_cutoff_of_its_last():
    trips = [ride((0, second), (1, second + 5)) for second in (99, 100, 760, 761)]
    (found,) = blocks([100, 160], trips=trips)
    assert found.rows[:, DEPARTURE].tolist() == [100, 760]
    assert found.rows[:, TRIP].tolist() == [0, 1]
    assert found.trips == 2


def test_a_minute_each_without_the_end_of_the_window():
    assert every_minute(60, 2).tolist() == [60, 120]
    assert every_minute(60, 0).size == 0


@pytest.mark.parametrize(
    ("departures", "cutoff_s"), [([], 600), ([60, 0], 600), ([0], -1)], ids=str
)
def test_a_window_that_cannot_be_is_refused(departures, cutoff_s):
    with pytest.raises(NetworkError, match=rf"departures: {len(departures)} of them, cutoff"):
        blocks(departures, cutoff_s=cutoff_s)


def test_a_window_longer_than_labels_hold_is_refused_and_the_longest_is_not():
    assert blocks([0], cutoff_s=MAX_SPAN_S)[0].last_s == MAX_SPAN_S
    with pytest.raises(NetworkError, match=r"2 of them .* span 65535 s; 65534 s are allowed"):
        blocks([0, 1], cutoff_s=MAX_SPAN_S)
