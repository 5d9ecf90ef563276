"""One line on a grid of streets: every second and every sum computed by hand from first principles.

The town of R5's ``PredictedAccessibilityTests`` (Conveyal, version 7.6): blocks of 200 m, walking
1 m/s, a bus along row 10 that takes 30 s per block and stands nowhere, every 600 s both ways. The
origin stands at (10, 10). R5 boards where more than 60 s are left, in whole seconds: a slack of
61 s. Destinations hold powers of two, so a sum is a list of who was reached; R5 counts times
below a limit, here a time exactly on the limit counts.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from htkgis.network import snap
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    departure_times,
    every_minute,
    journeys_between,
    later,
    transit_opportunities,
    transit_times,
)
from tests.network.towns import CRS, streets, walk

SIDE = 30
BLOCK_M = 200.0
ROW = 10
RIDE_S = 30
HEADWAY_S = 600
PERCENTILES = (5, 25, 50, 75, 95)
DESTINATIONS = {
    # column and row in blocks, and metres beside; opportunities, seconds at each percentile
    "ride east": ((14, 10, 0, 0), 1, (240, 360, 480, 660, 780)),
    "ride far east": ((24, 10, 0, 0), 2, (540, 660, 780, 960, 1080)),
    "mid-block on the route": ((6.4, 10, 0, 0), 4, (320, 440, 560, 720, 720)),
    "mid-block beside the route": ((16.5, 10, 0, 90), 8, (490, 610, 730, 910, 1030)),
    "junction off the route": ((14, 13, 0, 0), 16, (840, 960, 1080, 1260, 1380)),
    "mid-block across": ((14, 12.5, 40, 0), 32, (780, 900, 1020, 1200, 1320)),
}
SUMS = {10: (15, 5, 5, 0, 0), 15: (63, 47, 15, 5, 5), 20: (63, 63, 63, 47, 15), 25: (63,) * 5}
"""Opportunities within so many minutes of each percentile of the travel time."""
EXACTLY_ON_THE_LIMIT = {15: (0, 32, 0, 0, 0), 20: (0, 0, 0, 32, 0)}
"""What of them is reached exactly at the limit: R5, whose times are below it, has it not."""
BASES = np.array([120, 420, 200, 370, 720, 660])
"""Seconds from boarding to each destination: blocks ridden, and the walk from the nearest stop."""
ON_FOOT = np.array([800, 2800, 720, 1390, 1400, 1340])
"""Seconds to each destination without a ride."""
WEIGHTS = np.array([opportunities for _, opportunities, _ in DESTINATIONS.values()], dtype=float)
WAITS = np.arange(120, 661, 60)
"""Waits of who leaves at full minutes for a bus at full minutes, with more than a minute left."""


def town():
    """The walking graph of the grid."""
    at = {f"{x}-{y}": (x * BLOCK_M, y * BLOCK_M) for x in range(SIDE) for y in range(SIDE)}
    rows = [(f"{x}-{y}", f"{x + 1}-{y}", BLOCK_M, 0) for x in range(SIDE - 1) for y in range(SIDE)]
    rows += [(f"{x}-{y}", f"{x}-{y + 1}", BLOCK_M, 0) for x in range(SIDE) for y in range(SIDE - 1)]
    return walk(streets(rows, at))


def both_ways():
    """Buses from 6 to 11 o'clock; both ways they meet at the origin's column, at full minutes."""
    rows = []
    ways = {"east": list(range(SIDE)), "west": list(range(SIDE))[::-1]}
    for way, columns in ways.items():
        for meets in range(6 * 3600, 11 * 3600, HEADWAY_S):
            begins = meets - columns.index(ROW) * RIDE_S
            for place, column in enumerate(columns):
                rows.append((f"{way} {meets}", place, f"{column}", begins + place * RIDE_S))
    table = pd.DataFrame(rows, columns=["trip_id", "sequence", "stop_id", "arrival_s"])
    return table.assign(
        departure_s=table["arrival_s"], pickup=True, drop_off=True, headway_s=0, start_s=0, end_s=0
    )


def places(positions, ids):
    xy = np.array([(x * BLOCK_M + east, y * BLOCK_M + north) for x, y, east, north in positions])
    return gpd.GeoDataFrame({"id": ids}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


@pytest.fixture(scope="module")
def journeys():
    graph = town()
    points = [
        places([(ROW, ROW, 0, 0)], ["origin"]),
        places([position for position, _, _ in DESTINATIONS.values()], list(DESTINATIONS)),
        places([(column, ROW, 0, 0) for column in range(SIDE)], [str(c) for c in range(SIDE)]),
    ]
    snaps = [snap(graph, own, max_snap_m=100) for own in points]
    rules = JourneyRules(
        max_walk_ds=18_000, max_change_ds=6000, slack_s=61, cutoff_s=3600, max_rides=4
    )
    return journeys_between(Doors(graph, *snaps), both_ways(), rules=rules)


@pytest.fixture(scope="module")
def percentiles_s(journeys):
    found = transit_times(journeys, every_minute(7 * 3600, 120), percentiles=PERCENTILES)
    assert (found.share == 1).all()
    return found.percentiles_ds[0] / 10


@pytest.mark.parametrize("place", DESTINATIONS)
def test_every_percentile_is_met_to_the_second(percentiles_s, place):
    assert tuple(percentiles_s[list(DESTINATIONS).index(place)]) == DESTINATIONS[place][2]


@pytest.mark.parametrize("minutes", SUMS)
def test_the_opportunities_within_a_percentile_are_those_reached(percentiles_s, minutes):
    reached = WEIGHTS @ (percentiles_s <= minutes * 60)
    assert tuple(reached) == SUMS[minutes]
    below = tuple(WEIGHTS @ (percentiles_s < minutes * 60))
    on_it = EXACTLY_ON_THE_LIMIT.get(minutes, (0,) * 5)
    assert below == tuple(np.subtract(SUMS[minutes], on_it))


def test_the_times_are_the_waits_and_what_follows_each_as_often(journeys):
    found = departure_times(journeys, every_minute(7 * 3600, 120), origin=0) / 10
    wanted = np.minimum(np.repeat(WAITS, 12)[:, None] + BASES, ON_FOOT)
    assert np.array_equal(np.sort(found, axis=0), np.sort(wanted, axis=0))


def test_each_departure_reaches_what_its_wait_leaves_time_for(journeys):
    found = transit_opportunities(
        journeys, every_minute(7 * 3600, 120), WEIGHTS[:, None], limits_s=[600, 900, 1200, 1500]
    )
    for place, limit_s in enumerate((600, 900, 1200, 1500)):
        times = np.minimum(WAITS[:, None] + BASES, ON_FOOT)
        wanted = np.repeat((times <= limit_s) @ WEIGHTS, 12)
        assert np.array_equal(np.sort(found[0, :, place, 0]), np.sort(wanted))


def test_who_keeps_a_minute_boards_with_a_minute_left_unlike_r5(journeys):
    kept = later(journeys.access, -1)  # 60 s
    found = transit_times(
        journeys._replace(access=kept), every_minute(7 * 3600, 120), percentiles=PERCENTILES
    )
    # every wait is a minute less: 60 to 600 s
    assert (found.percentiles_ds[0, 0] // 10).tolist() == [180, 300, 420, 600, 720]
