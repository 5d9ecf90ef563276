"""Journeys at best beyond the streets: never slower, and never slower than the truth."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from htkgis.network import build_graph, snap
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    Riding,
    at_best,
    journeys_between,
    transit_times,
    window_times,
)
from htkgis.units import UNREACHED
from tests.network.towns import grid, points, streets, walk

from .days import Call, trip_table

RULES = JourneyRules(max_walk_ds=3000, max_change_ds=2500, slack_s=30, cutoff_s=1500, max_rides=2)
SIDE = 5
WHOLE = grid(SIDE)


def service(*trips):
    table = trip_table([[Call(stop, second, second) for stop, second in trip] for trip in trips])
    return table.assign(headway_s=0, start_s=0, end_s=0)


def doors_over(table, ends, stops):
    graph = walk(table)
    snaps = [snap(graph, own, max_snap_m=30) for own in (*ends, stops)]
    return Doors(graph, *snaps)


def both(doors, covered, trips, rules=RULES, **options):
    journeys = journeys_between(doors, trips, rules=rules)
    return journeys, at_best(journeys, doors, covered, rules, **options)


def test_a_walk_around_beyond_the_end_may_be_shorter_than_the_known_way():
    # from a to b the streets go 300 m around; both lie 20 m from the end of what is known
    at = {"a": (0, 0), "x": (0, 140), "y": (20, 140), "b": (20, 0)}
    table = streets([("a", "x", 140, 0), ("x", "y", 20, 0), ("y", "b", 140, 0)], at)
    ends = points((0, 0)), points((20, 0))
    stops = points((0, 140), ids=["0"])
    doors = doors_over(table, ends, stops)
    covered = shapely.box(-500, -20, 500, 500)
    known, best = both(doors, covered, service([(0, 0), (0, 60)]))
    times = [transit_times(own, [0]).percentiles_ds[0, 0, 0] for own in (known, best)]
    # nothing of the streets reaches the border, so nobody leaves by them
    assert times == [3000, 3000]
    table = streets(
        [*[("a", "x", 140, 0), ("x", "y", 20, 0), ("y", "b", 140, 0)], ("a", "z", 40, 0)],
        at | {"z": (0, -40)},
    )
    known, best = both(doors_over(table, ends, stops), covered, service([(0, 0), (0, 60)]))
    times = [transit_times(own, [0]).percentiles_ds[0, 0, 0] for own in (known, best)]
    # 20 s out and 20 s in at least, straight in a decisecond less
    assert times == [3000, 399]


def test_a_stop_beyond_is_left_straight_across_what_is_not_known():
    at = {"a": (0, 0), "b": (100, 0)}
    table = streets([("a", "b", 100, 0)], at)
    ends = points((0, 0)), points((100, 0))
    # the bus leaves the streets and stops 150 m from b, where no street is known
    stops = points((0, 0), (100, 150), ids=["0", "1"])
    covered = shapely.box(-50, -50, 110, 50)
    rules = replace(RULES, cutoff_s=300)
    trips = service([(0, 30), (1, 60)])
    known, best = both(doors_over(table, ends, stops), covered, trips, rules)
    assert [transit_times(own, [0]).percentiles_ds[0, 0, 0] for own in (known, best)] == [1000] * 2
    far = points((0, 0)), points((100, 0))
    slow = replace(RULES, cutoff_s=900)
    at = {"a": (0, 0), "b": (100, 0), "c": (0, 400), "d": (100, 400)}
    around = streets([("a", "c", 400, 0), ("c", "d", 100, 0), ("d", "b", 400, 0)], at)
    covered = shapely.box(-50, -10, 110, 500)
    stops = points((0, 0), (100, -150), ids=["0", "1"])
    known, best = both(doors_over(around, far, stops), covered, trips, slow)
    known_ds, best_ds = (transit_times(own, [0]).percentiles_ds[0, 0, 0] for own in (known, best))
    assert known_ds == 9000
    # 60 s to the stop beyond and 150 m straight to b, in whole seconds rounded down
    assert best_ds == 10 * (60 + 149)


def test_a_stop_beyond_is_boarded_after_a_walk_across_what_is_not_known():
    # the only stop near home lies 150 m beyond it; the bus stops at work
    at = {"a": (0, 0), "b": (0, 40), "c": (5000, 0), "d": (5000, 40)}
    table = streets([("a", "b", 40, 0), ("c", "d", 40, 0)], at)
    ends = points((0, 0)), points((5000, 0))
    stops = points((0, 190), (5000, 0), ids=["0", "1"])
    covered = shapely.box(-50, -50, 5050, 30)
    known, best = both(doors_over(table, ends, stops), covered, service([(0, 300), (1, 600)]))
    assert transit_times(known, [0]).percentiles_ds[0, 0, 0] == UNREACHED
    assert transit_times(best, [0]).percentiles_ds[0, 0, 0] == 6000
    # 190 m straight, a decisecond less rounded down, and the slack
    assert best.access.walks.tolist() == [[0, 189 + 30]]


def test_a_change_between_two_stops_beyond_is_walked_straight():
    at = {"a": (0, 0), "b": (0, 40), "c": (5000, 0), "d": (5000, 40)}
    table = streets([("a", "b", 40, 0), ("c", "d", 40, 0)], at)
    ends = points((0, 0)), points((5000, 0))
    # beyond the streets one line ends 150 m from where the other begins
    stops = points((0, 0), (2000, 900), (2150, 900), (5000, 0), ids=list("0123"))
    covered = shapely.box(-50, -50, 5050, 30)
    # 149 s of walking and 30 s of slack: the second bus is just made, or just missed
    for leaves_s, found_ds in ((379, 9000), (378, UNREACHED)):
        trips = service([(0, 100), (1, 200)], [(2, leaves_s), (3, 900)])
        known, best = both(doors_over(table, ends, stops), covered, trips)
        assert transit_times(known, [0]).percentiles_ds[0, 0, 0] == UNREACHED
        assert transit_times(best, [0]).percentiles_ds[0, 0, 0] == found_ds


def test_far_inside_nothing_changes():
    ends = points((200, 200)), points((200, 220))
    doors = doors_over(WHOLE, ends, points((100, 100), (300, 300), ids=["0", "1"]))
    known, best = both(doors, shapely.box(-5000, -5000, 5400, 5400), service([(0, 0), (1, 60)]))
    assert known.access.walks.tolist() == best.access.walks.tolist()
    assert known.egress.walks.tolist() == best.egress.walks.tolist()
    assert known.footpaths.walks.tolist() == best.footpaths.walks.tolist()
    assert known.direct.time_ds.tolist() == best.direct.time_ds.tolist()


def test_a_bicycle_crosses_the_unknown_at_its_own_speed():
    at = {"a": (0, 0), "x": (0, -40), "b": (400, 0), "y": (400, -40)}
    table = streets([("a", "x", 40, 0), ("b", "y", 40, 0)], at)
    ends = points((0, 0)), points((400, 0))
    doors = doors_over(table, ends, points((0, 0), ids=["0"]))
    quick = build_graph(table, mode="bike", speed_kph=36.0)
    ridden = Doors(quick, *(snap(quick, own, max_snap_m=30) for own in (*ends, ends[0])))
    riding = Riding(ridden, aboard=False, parking_s=0)
    covered = shapely.box(-500, -20, 900, 500)
    trips = service([(0, 0), (0, 1)])
    journeys = journeys_between(doors, trips, rules=RULES, riding=riding)
    assert transit_times(journeys, [0]).percentiles_ds[0, 0, 0] == UNREACHED
    best = at_best(journeys, doors, covered, RULES, riding=riding)
    assert transit_times(best, [0]).percentiles_ds[0, 0, 0] == 399
    on_foot = at_best(journeys, doors, covered, RULES)
    assert transit_times(on_foot, [0]).percentiles_ds[0, 0, 0] == 3999


place = st.tuples(st.integers(0, 400), st.integers(0, 4).map(lambda row: 100 * row))


@st.composite
def towns(draw):
    """A town of which the west is known, its points there, stops anywhere, and trips."""
    limit_m = draw(st.sampled_from([150, 250, 390]))
    covered = shapely.box(-100, -100, limit_m, 500)
    known = WHOLE[WHOLE.intersects(covered)]
    west = place.map(lambda at: (at[0] % (limit_m - 20), at[1]))
    ends = [points(*draw(st.lists(west, min_size=1, max_size=2))) for _ in range(2)]
    count = draw(st.integers(2, 4))
    where = draw(st.lists(place, min_size=count, max_size=count))
    stops = points(*where, ids=[str(number) for number in range(count)])
    trips = []
    for _ in range(draw(st.integers(1, 4))):
        second, trip = draw(st.integers(0, 500)), []
        for stop in draw(st.permutations(range(count))):
            trip.append((stop, second))
            second += draw(st.sampled_from([1, 30, 100]))
        trips.append(trip)
    return known, covered, ends, stops, service(*trips)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(towns(), st.sampled_from(["any", "arrive-by"]))
def test_the_truth_lies_between_the_best_and_the_known_time(town, semantics):
    known, covered, ends, stops, trips = town
    window = 600 + 60 * np.arange(5)
    few, best = both(doors_over(known, ends, stops), covered, trips)
    true = journeys_between(doors_over(WHOLE, ends, stops), trips, rules=RULES)
    percentiles = (0, 50, 100)
    found = [
        window_times(own, window, semantics=semantics, percentiles=percentiles)
        for own in (best, true, few)
    ]
    least, truth, most = (own.percentiles_ds for own in found)
    assert (least <= truth).all()
    assert (truth <= most).all()
    assert (found[0].share >= found[1].share).all()
    assert (found[1].share >= found[2].share).all()


@pytest.mark.parametrize(("limit_m", "best_ds"), [(150, 3161), (249, 3979), (251, 4000)])
def test_a_time_as_long_as_the_way_out_and_in_is_no_bound(limit_m, best_ds):
    covered = shapely.box(-600, -600, limit_m, 1000)
    known = WHOLE[WHOLE.intersects(covered)]
    ends = points((100, 0)), points((0, 300), (100, 60))
    stops = points((0, 0), (400, 400), ids=["0", "1"])
    few, best = both(doors_over(known, ends, stops), covered, service([(0, 200), (1, 210)]))
    found = [transit_times(own, [0]).percentiles_ds[0, :, 0] for own in (few, best)]
    assert found[0].tolist() == [4000, 600]
    assert found[1].tolist() == [best_ds, 600]
