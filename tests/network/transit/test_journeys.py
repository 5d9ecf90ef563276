"""Journeys put together: how a bicycle takes part, by hand on two straight streets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network import build_graph, snap
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    Riding,
    journeys_between,
    transit_times,
    ways_between,
)
from htkgis.units import UNREACHED
from tests.network.towns import grid, networks, points, spots, streets, walk

from .days import Call, trip_table

RULES = JourneyRules(max_walk_ds=6000, max_change_ds=0, slack_s=60, cutoff_s=3000, max_rides=1)
AT = {"a": (0, 0), "b": (1200, 0), "c": (9000, 0), "d": (9600, 0)}
TOWN = streets([("a", "b", 1200, 0), ("c", "d", 600, 0)], AT)
HOME, WORK, NEAR = (0, 0), (9600, 0), (400, 0)
STOPS = points((1200, 0), (9000, 0), ids=["0", "1"])
PARKING_S = 40


def doors(graph):
    """From home to work, and to a place on the home street; a stop on each street."""
    ends = points(HOME), points(WORK, NEAR)
    return Doors(graph, *(snap(graph, own, max_snap_m=30) for own in (*ends, STOPS)))


def on_foot():
    return doors(walk(TOWN))


def by_bike():
    """Ten metres a second."""
    return doors(build_graph(TOWN, mode="bike", speed_kph=36.0))


def ridden(*, aboard, parking_s=PARKING_S, rules=RULES):
    riding = Riding(by_bike(), aboard=aboard, parking_s=parking_s)
    return journeys_between(on_foot(), bus(), rules=rules, riding=riding)


def bus():
    """From the home street at 1000 s to the other one, 300 s."""
    calls = [Call(0, 1000, 1000), Call(1, 1300, 1300)]
    return trip_table([calls]).assign(headway_s=0, start_s=0, end_s=0)


def walks(pairs, point):
    begin, end = pairs.indptr[point : point + 2]
    return {int(stop): int(seconds) for stop, seconds in pairs.walks[begin:end]}


def test_without_a_bicycle_both_ends_are_walked():
    journeys = journeys_between(on_foot(), bus(), rules=RULES)
    # 1200 m to the first stop are more than the longest walk of 600 s
    assert walks(journeys.access, 0) == {}
    assert walks(journeys.egress, 0) == {1: 600}
    assert transit_times(journeys, [0]).percentiles_ds[0, :, 0].tolist() == [UNREACHED, 4000]


def test_a_bicycle_is_parked_at_the_first_stop_and_the_other_end_is_walked():
    journeys = ridden(aboard=False)
    # 120 s of riding, parking, and the slack
    assert walks(journeys.access, 0) == {0: 120 + PARKING_S + 60}
    assert walks(journeys.egress, 0) == {1: 600}
    last_s = 1000 - 120 - PARKING_S - 60
    found = transit_times(journeys, [last_s]).percentiles_ds[0, 0, 0]
    assert found == 10 * (1300 - last_s + 600)
    late = transit_times(journeys, [last_s + 1]).percentiles_ds[0, 0, 0]
    assert late == UNREACHED


def test_a_bicycle_that_is_taken_along_is_ridden_at_both_ends_and_never_parked():
    journeys = ridden(aboard=True)
    assert walks(journeys.access, 0) == {0: 120 + 60}
    assert walks(journeys.egress, 0) == {1: 60}
    found = transit_times(journeys, [1000 - 180]).percentiles_ds[0, 0, 0]
    assert found == 10 * (1300 - 820 + 60)


@pytest.mark.parametrize("aboard", [True, False])
def test_who_has_a_bicycle_may_ride_all_the_way(aboard):
    times = transit_times(ridden(aboard=aboard), [0]).percentiles_ds[0, :, 0]
    assert times[1] == 400


def test_walking_to_a_near_stop_is_quicker_than_parking():
    rules = replace(RULES, max_walk_ds=20_000)
    # 1200 s on foot, 120 s by bicycle and 1079 s of parking, or a second more
    for parking_s, access_s in ((1079, 1199), (1080, 1200), (1081, 1200)):
        journeys = ridden(aboard=False, parking_s=parking_s, rules=rules)
        assert walks(journeys.access, 0) == {0: access_s + 60}


def test_who_parks_a_bicycle_changes_on_foot():
    rules = replace(RULES, max_change_ds=20_000)
    known = journeys_between(on_foot(), bus(), rules=rules)
    for aboard in (True, False):
        journeys = ridden(aboard=aboard, rules=rules)
        assert np.array_equal(journeys.footpaths.walks, known.footpaths.walks)


def on_the_way(times, longest_ds):
    """Every way from door to door that keeps to the limit of where it leads."""
    rows = zip(times.from_index, times.to_index, times.time_ds, strict=True)
    return [tuple(row) for row in rows if row[2] <= longest_ds[row[1]]]


@given(st.data())
def test_each_destination_is_walked_to_as_far_as_its_own_limit_goes(data):
    table = data.draw(networks())
    homes, ends, stops = (data.draw(spots(table, count=count)) for count in (3, 4, 1))
    graph = walk(table)
    own = Doors(graph, *(snap(graph, each, max_snap_m=1000) for each in (homes, ends, stops)))
    rules = replace(RULES, cutoff_s=data.draw(st.integers(1, 200)))
    longest_ds = data.draw(st.lists(st.integers(0, 3000), min_size=4, max_size=4))
    times = ways_between(own, rules=rules, longest_ds=longest_ds).direct
    whole = ways_between(own, rules=rules).direct
    assert on_the_way(times, longest_ds) == on_the_way(whole, longest_ds)
    assert len(times) == len(on_the_way(times, longest_ds))
    assert len(times.indptr) == 4


def test_where_nobody_arrives_no_way_leads():
    graph = walk(grid())
    home, nobody = (snap(graph, points(*at), max_snap_m=30) for at in ([(0, 0)], []))
    doors_of_nobody = Doors(graph, home, nobody, home)
    assert not len(ways_between(doors_of_nobody, rules=RULES, longest_ds=[]).direct)
