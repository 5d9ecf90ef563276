"""Streets that departures reach: equal to each departure walked on alone, and to travel times."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network import (
    draw_parts,
    isochrones_of_parts,
    parts_length_m,
    reach,
    reached_parts,
    snap,
)
from htkgis.network.transit import (
    Doors,
    JourneyRules,
    as_one,
    departure_times,
    journeys_between,
    reached_streets,
    streets_of_departures,
)
from htkgis.units import UNREACHED
from tests.network.towns import CRS, networks, points, spots, streets, walk

from .brute_force import ranked
from .days import Call, trip_table, walks

RULES = JourneyRules(max_walk_ds=3000, max_change_ds=600, slack_s=60, cutoff_s=1200, max_rides=2)
PERCENTILES = (0, 10, 50, 90, 100)


def timetable(*trips):
    """Trips of (stop, second); what journeys take besides are pickups and drop-offs."""
    table = trip_table([[Call(stop, second, second) for stop, second in trip] for trip in trips])
    return table.assign(headway_s=0, start_s=0, end_s=0)


def two_streets():
    """A home street, and 5 km away a street of 600 m with a stop in its middle."""
    at = {"a": (0, 0), "b": (100, 0), "c": (5000, 0), "d": (5600, 0)}
    graph = walk(streets([("a", "b", 100, 0), ("c", "d", 600, 0)], at))
    stops = snap(graph, points((0, 0), (5300, 0), ids=["0", "1"]), max_snap_m=30)
    starts = snap(graph, points((0, 0)), max_snap_m=30)
    return graph, starts, stops


def journeys_of(graph, starts, stops, trip_times, rules=RULES, destinations=None):
    doors = Doors(graph, starts, starts if destinations is None else destinations, stops)
    found = journeys_between(doors, trip_times, rules=rules)
    return found._replace(access=as_one(found.access))


def found_parts(percentile, *, trips, minutes=(0, 60, 120, 180), limit_min=10, rules=RULES):
    graph, starts, stops = two_streets()
    journeys = journeys_of(graph, starts, stops, timetable(*trips), rules)
    parts = streets_of_departures(
        Doors(graph, starts, starts, stops),
        journeys,
        minutes,
        limits_min=[limit_min],
        max_walk_ds=rules.max_walk_ds,
        percentile=percentile,
    )[limit_min]
    return [
        (edge, round(start, 6), round(end, 6))
        for edge, start, end in zip(parts.edge, parts.start, parts.end, strict=True)
    ]


def test_a_part_ends_where_the_time_of_so_many_departures_is_up():
    # a bus at 0:04:00 arrives at 0:09:00; who leaves at 0, 1, 2, 3 min has 1, 2, 3, 4 min left
    trips = [[(0, 240), (1, 540)]]
    home = (0, 0.0, 1.0)
    for percentile, walked_m in ((0, 240), (25, 240), (50, 180), (75, 120), (100, 60)):
        part = (1, round((300 - walked_m) / 600, 6), round((300 + walked_m) / 600, 6))
        assert found_parts(percentile, trips=trips) == [home, part]


def test_fewer_departures_than_asked_for_reach_nothing_by_bus():
    trips = [[(0, 130), (1, 400)]]  # those of 0 and 1 min board it, with 60 s to spare
    assert len(found_parts(50, trips=trips)) == 2
    assert found_parts(51, trips=trips) == [(0, 0.0, 1.0)]


@pytest.mark.parametrize(("limit_min", "reached"), [(8.99, 1), (9.0, 2), (9.01, 2)])
def test_who_gets_off_as_the_time_is_up_reaches_the_stop_alone(limit_min, reached):
    # the bus arrives after 9 min; the last walk takes whole seconds, so that 0.6 s are no time
    parts = found_parts(0, trips=[[(0, 240), (1, 540)]], minutes=[0], limit_min=limit_min)
    assert parts == [(0, 0.0, 1.0), (1, 0.5, 0.5)][:reached]


def test_nobody_walks_longer_from_a_stop_than_the_longest_walk():
    rules = replace(RULES, max_walk_ds=1500)
    trips = [[(0, 240), (1, 540)]]
    assert found_parts(0, trips=trips, rules=rules)[1] == (1, 0.25, 0.75)


def test_a_point_reached_by_other_stops_on_other_departures_counts_each_of_them():
    # one bus calls at the west end of a street, the next one at its east end
    at = {"a": (0, 0), "b": (100, 0), "c": (5000, 0), "d": (5200, 0)}
    graph = walk(streets([("a", "b", 100, 0), ("c", "d", 200, 0)], at))
    stops = snap(graph, points((0, 0), (5000, 0), (5200, 0), ids=["0", "1", "2"]), max_snap_m=30)
    starts = snap(graph, points((0, 0)), max_snap_m=30)
    trips = timetable([(0, 60), (1, 480)], [(0, 120), (2, 540)])
    journeys = journeys_of(graph, starts, stops, trips, replace(RULES, max_change_ds=0))
    limits = {"limits_min": [10], "max_walk_ds": 3000, "percentile": 100}
    parts = streets_of_departures(Doors(graph, starts, starts, stops), journeys, [0, 60], **limits)[
        10
    ]
    # who leaves at 0 has 120 s left from the west, or 60 s from the east, who leaves at 1 min
    # 120 s from the east; to walk on from the slowest arrival at each stop, that is 60 s from
    # the east alone, would miss the middle
    assert parts.edge.tolist() == [0, 1, 1]
    assert parts.start.tolist() == pytest.approx([0, 0.4, 0.7])
    assert parts.end.tolist() == pytest.approx([1, 0.6, 1])


@st.composite
def towns(draw):
    """A town with stops on its streets, a few trips, one or two doors."""
    table = draw(networks())
    graph = walk(table)
    count = draw(st.integers(2, 5))
    stops = snap(graph, draw(spots(table, count=count)), max_snap_m=30)
    stops = replace(stops, ids=np.arange(count).astype(str))
    starts = snap(graph, draw(spots(table, count=draw(st.integers(1, 2)))), max_snap_m=30)
    trips = []
    for _ in range(draw(st.integers(1, 5))):
        second, trip = draw(st.integers(0, 600)), []
        for stop in draw(st.permutations(range(count)))[:3]:
            trip.append((stop, second))
            second += draw(st.sampled_from([1, 60, 200]))
        trips.append(trip[: max(2, len(trip))])
    rules = replace(RULES, max_walk_ds=draw(st.sampled_from([0, 455, 3000])))
    departures = draw(st.integers(0, 300)) + 60 * np.arange(draw(st.sampled_from([1, 5, 65])))
    return graph, starts, stops, timetable(*trips), rules, departures


LIMITS = (1.0, 7.51, 20.0)
"""Minutes; the second is no whole second."""


def every_departure_alone(graph, starts, stops, trip_times, rules, departures):
    """Parts that each departure reaches, walked on from the stops by the street engine itself."""
    doors = Doors(graph, starts, starts, stops)
    journeys = journeys_between(doors, trip_times, rules=rules)
    journeys = journeys._replace(access=as_one(journeys.access))
    every = [{stop: 0} for stop in range(len(stops))]
    times = departure_times(
        journeys._replace(egress=walks(every), direct=None), departures, origin=0
    )
    for limit in LIMITS:
        limit_ds = int(limit * 600 + 1e-9)
        on_foot = reach(graph, starts, limit_ds=limit_ds)
        parts = []
        for time_ds in times:
            left = np.minimum(limit_ds // 10 * 10 - time_ds.astype(np.int64), rules.max_walk_ds)
            there = left >= 0
            # who has less time left than others has walked for the difference already
            spent = stops.connector_ds + rules.max_walk_ds - left
            own = {"edge": stops.edge, "connector_ds": spent}
            own |= {name: getattr(stops, name) for name in ("forward_ds", "backward_ds")}
            late = replace(
                stops,
                **{k: np.where(there, v, -1).astype(np.int32) for k, v in own.items()},
            )
            ridden = reach(graph, late, limit_ds=rules.max_walk_ds)
            parts.append(
                (
                    reached_parts(graph, ridden, limit_ds=rules.max_walk_ds),
                    reached_parts(graph, on_foot, limit_ds=limit_ds),
                )
            )
        yield limit, parts


def holds(parts, edge, share, tolerance):
    own = parts.edge == edge
    return bool(
        ((parts.start[own] <= share + tolerance) & (share - tolerance <= parts.end[own])).any()
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(town=towns(), data=st.data())
def test_a_part_is_reached_by_just_as_many_departures_as_asked_for(town, data):
    graph, starts, stops, trip_times, rules, departures = town
    journeys = journeys_of(graph, starts, stops, trip_times, rules)
    percentile = data.draw(st.sampled_from(PERCENTILES))
    rank = max(1, -(-percentile * len(departures) // 100))
    found = streets_of_departures(
        Doors(graph, starts, starts, stops),
        journeys,
        departures,
        limits_min=LIMITS,
        max_walk_ds=rules.max_walk_ds,
        percentile=percentile,
    )
    drawn = data.draw(st.lists(st.floats(0, 1), min_size=3, max_size=6))
    for limit, alone in every_departure_alone(graph, starts, stops, trip_times, rules, departures):
        for edge, share in itertools.product(range(graph.edges), [0.0, 0.5, 1.0, *drawn]):
            least, most = (
                sum(any(holds(each, edge, share, tolerance) for each in both) for both in alone)
                for tolerance in (-1e-6, 1e-6)
            )
            if least >= rank:
                assert holds(found[limit], edge, share, 1e-6)
            if most < rank:
                assert not holds(found[limit], edge, share, -1e-6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(town=towns(), data=st.data())
def test_a_point_of_a_part_has_a_travel_time_within_the_limit_and_no_other_has(town, data):
    graph, starts, stops, trip_times, rules, departures = town
    edges = [edge for edge in range(graph.edges) if graph.edge_length_m[edge] > 0]
    if not edges:
        return
    places = [
        (data.draw(st.sampled_from(edges)), data.draw(st.sampled_from([0, 0.25, 0.5, 0.9, 1])))
        for _ in range(5)
    ]
    xy = [
        shapely.get_coordinates(graph.lines[edge].interpolate(share, normalized=True))[0]
        for edge, share in places
    ]
    targets = snap(graph, points(*xy), max_snap_m=30)
    journeys = journeys_of(graph, starts, stops, trip_times, rules, targets)
    # several doors are one place: each walk all the way is the shortest of theirs
    every = [journeys.direct.time_ds[journeys.direct.to_index == place] for place in range(5)]
    direct_ds = np.array([own.min(initial=UNREACHED) for own in every])
    by_bus = departure_times(journeys._replace(direct=None), departures, origin=0)
    times_ds = ranked(np.minimum(by_bus, direct_ds), PERCENTILES)
    for column, percentile in enumerate(PERCENTILES):
        found = streets_of_departures(
            Doors(graph, starts, starts, stops),
            journeys,
            departures,
            limits_min=LIMITS,
            max_walk_ds=rules.max_walk_ds,
            percentile=percentile,
        )
        for limit, parts in found.items():
            for place in range(5):
                # a point lies on the street to a decisecond, and its own way to it takes time
                edge, share = int(targets.edge[place]), float(targets.share[place])
                costs = [graph.edge_forward_ds[edge], graph.edge_backward_ds[edge]]
                tolerance = 1.01 / max(1, *costs) if min(costs) < 0 else 1.01 / max(1, min(costs))
                time_ds = int(times_ds[place, column])
                if targets.connector_ds[place] > 0:
                    continue
                if time_ds <= limit * 600:
                    assert holds(parts, edge, share, tolerance)
                else:
                    assert not holds(parts, edge, share, -tolerance)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(towns())
def test_isochrones_hold_those_of_smaller_limits_and_of_higher_percentiles(town):
    graph, starts, stops, trip_times, rules, departures = town
    journeys = journeys_of(graph, starts, stops, trip_times, rules)
    before = None
    for percentile in PERCENTILES:
        parts = streets_of_departures(
            Doors(graph, starts, starts, stops),
            journeys,
            departures,
            limits_min=LIMITS,
            max_walk_ds=rules.max_walk_ds,
            percentile=percentile,
        )
        length_m = [parts_length_m(graph, own) for own in parts.values()]
        assert length_m == sorted(length_m)
        if before is not None:
            assert all(own <= more + 1e-6 for own, more in zip(length_m, before, strict=True))
        before = length_m
    areas = isochrones_of_parts(graph, parts, buffer_m=20, max_hole_m2=2000, crs=CRS)
    assert areas.is_valid.all()
    for (small, large), own in zip(
        itertools.pairwise(areas.geometry), list(parts.values())[1:], strict=True
    ):
        assert small.within(large.buffer(0.15))
        assert shapely.covers(large.buffer(0.15), draw_parts(graph, own)).all()


def test_parts_do_not_depend_on_how_edges_are_shared_out(monkeypatch):
    trips = [[(0, 240), (1, 540)]]
    whole = found_parts(50, trips=trips)
    monkeypatch.setattr(reached_streets, "EDGES", 1)
    assert found_parts(50, trips=trips) == whole


def test_journeys_from_several_origins_are_refused():
    graph, _, stops = two_streets()
    starts = snap(graph, points((0, 0), (50, 0)), max_snap_m=30)
    doors = Doors(graph, starts, starts, stops)
    journeys = journeys_between(doors, timetable([(0, 240), (1, 540)]), rules=RULES)
    with pytest.raises(NetworkError, match="from 2 origins; one is allowed"):
        streets_of_departures(
            Doors(graph, starts, starts, stops), journeys, [0], limits_min=[5], max_walk_ds=3000
        )


def test_a_limit_beyond_what_was_searched_is_refused():
    with pytest.raises(NetworkError, match=r"21\.0 min; travel times are searched up to 20 min"):
        found_parts(50, trips=[[(0, 240), (1, 540)]], limit_min=21.0)


@pytest.mark.parametrize("percentile", [-1, 101])
def test_a_percentile_out_of_range_is_refused(percentile):
    with pytest.raises(NetworkError, match="0 to 100 are allowed"):
        found_parts(percentile, trips=[[(0, 240), (1, 540)]])


def test_a_place_that_no_bus_leaves_is_walked_around_only():
    assert found_parts(0, trips=[[(1, 0), (0, 100)]]) == [(0, 0.0, 1.0)]
