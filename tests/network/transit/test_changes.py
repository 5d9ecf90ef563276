"""Changes worked out once per trip, patterns of trips, and groups of origins that share stops."""

import numpy as np
import pytest
from hypothesis import given

from htkgis.network.transit import changes, pairs_of
from htkgis.network.transit.changes import BEGIN, END, FRESH, changes_of
from htkgis.network.transit.connections import ARRIVAL, BOARD, DEPARTURE, FLAGS, FROM, TO, TRIP
from htkgis.network.transit.origin_groups import groups_of
from htkgis.network.transit.patterns import FIRST, PLACE, STRIDE, TRIPS, patterns_of
from htkgis.network.transit.windows import period_of

from .both_scans import in_groups
from .days import Day, days, ride, unreached, waits, walks


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def changes_between(trips, footpaths, *, stops):
    """Changes of every trip: (from, second, to, second) of where one gets off and on."""
    day = Day(stops, trips, footpaths, [{}], [{}], unreached(1, 1))
    rows, _, found = worked_out(day, 0, 10_000)
    between = set()
    for row, (begin, _, end) in zip(rows, found.spans, strict=True):
        for target in rows[found.targets[begin:end]]:
            between.add((row[TO], row[ARRIVAL], target[FROM], target[DEPARTURE]))
    return {tuple(map(int, change)) for change in between}


def worked_out(day, start_s, end_s, **threads):
    """Connections by departure, patterns and changes of a day."""
    period = period_of(day.connections(), walks(day.footpaths), start_s, end_s)
    rows, patterns = patterns_of(period.rows, day.stops)
    return rows, patterns, changes_of(patterns, period.footpaths, **threads)


def test_of_the_trips_of_a_pattern_the_first_in_time_is_changed_to():
    trips = [ride((0, 0), (1, 100)), *(ride((1, at), (2, at + 90)) for at in (150, 160, 300))]
    assert changes_between(trips, waits(3), stops=3) == {(1, 100, 1, 160)}


def test_nobody_changes_to_what_is_no_earlier_than_staying_aboard():
    trips = [ride((0, 0), (1, 100), (2, 250)), ride((1, 200), (2, 250)), ride((1, 210), (2, 249))]
    assert changes_between(trips, waits(3), stops=3) == {(1, 100, 1, 210)}


def test_a_change_from_a_later_stop_must_be_earlier_and_not_merely_as_early():
    # both stops of the first line are in time for the second one, of which one is enough; but who
    # comes to stop 2 before the bus does not follow it any more, so stop 1 may not rely on that
    footpaths = [{0: 60}, {1: 60, 3: 60}, {2: 60, 3: 60}, {3: 60}, {4: 60}]
    trips = [ride((0, 0), (1, 100), (2, 200)), ride((3, 300), (4, 400))]
    assert changes_between(trips, footpaths, stops=5) == {(1, 100, 3, 300), (2, 200, 3, 300)}


def test_opposite_lines_do_not_leave_a_change_to_each_other():
    # from the door two buses: to stop 3 at 110 and on to 2 at 120; to 2 at 105 and on to 3 at 115
    trips = [ride((0, 100), (3, 110), (2, 120)), ride((1, 100), (2, 105), (3, 115))]
    trips.append(ride((4, 300), (5, 400)))
    footpaths = [{0: 60}, {1: 60}, {2: 60, 4: 60}, {3: 60, 4: 60}, {4: 60}, {5: 60}]
    day = Day(6, trips, footpaths, [{0: 0, 1: 0}], [{5: 0}], unreached(1, 1))
    journeys = day.journeys(cutoff_s=3600, max_rides=2)
    assert in_groups(journeys, [100]).percentiles_ds.tolist() == [[[3000]]]


def test_who_boards_on_the_way_makes_the_changes_that_others_made_a_stop_before():
    # both later stops of the first line lead to the bus at 300; one boards between them
    trips = [ride((0, 0), (1, 100), (2, 200)), ride((3, 300), (4, 400))]
    footpaths = [{0: 60}, {1: 60, 3: 60}, {2: 60, 3: 60}, {3: 60}, {4: 60}]
    day = Day(5, trips, footpaths, [{1: 0}], [{4: 0}], unreached(1, 1))
    journeys = day.journeys(cutoff_s=3600, max_rides=2)
    assert in_groups(journeys, [0]).percentiles_ds.tolist() == [[[4000]]]


@given(day=days())
def test_pieces_room_and_threads_change_no_change(monkeypatch_module, day):
    _, _, wanted = worked_out(day, -10_000, 50_000, threads=1)
    with monkeypatch_module.context() as patch:
        patch.setattr(changes, "TRIPS_AT_ONCE", 1)
        patch.setattr(changes, "FIRST_ROOM", 0)
        _, _, found = worked_out(day, -10_000, 50_000, threads=2)
    assert np.array_equal(found.targets, wanted.targets)
    assert np.array_equal(found.spans, wanted.spans)


@given(days())
def test_fresh_changes_are_those_that_the_ride_before_does_not_have(day):
    _, patterns, known = worked_out(day, -10_000, 50_000)
    for trip in range(len(patterns.starts) - 1):
        before = set()
        for number in range(patterns.starts[trip], patterns.starts[trip + 1]):
            span = known.spans[patterns.row[number]]
            own = known.targets[span[BEGIN] : span[END]].tolist()
            fresh = known.targets[span[BEGIN] : span[FRESH]].tolist()
            assert set(fresh) == set(own) - before
            before = set(own)


@given(days())
def test_no_trip_of_a_pattern_overtakes_another_and_all_have_its_stops(day):
    rows, patterns = patterns_of(day.connections().rows, day.stops)
    assert sorted(rows[:, :TRIP].tolist()) == sorted(day.connections().rows[:, :TRIP].tolist())
    assert np.array_equal(rows[patterns.row, :PLACE], patterns.rides)
    assert np.array_equal(patterns.row[patterns.ride], np.arange(len(rows)))
    ways = 0
    for stop in range(day.stops):
        for first, stride, trips in patterns.ways[slice(*patterns.indptr[stop : stop + 2])]:
            own = patterns.rides[first : first + trips * stride : stride]
            ways += trips
            assert (own[:, [FROM, TO, FLAGS]] == own[0, [FROM, TO, FLAGS]]).all()
            assert own[0, FROM] == stop
            assert (np.diff(own[:, [DEPARTURE, ARRIVAL]], axis=0) >= 0).all()
    assert ways == (rows[:, FLAGS] & BOARD != 0).sum()
    assert [FIRST, STRIDE, TRIPS] == [0, 1, 2]


def test_origins_are_grouped_by_the_stops_that_they_share_and_each_is_in_one_group():
    # 0 and 3 share two stops, 1 and 2 one; 4 shares none, 5 is like 1 and comes too late
    access = pairs_of(
        [0, 0, 1, 2, 3, 3, 4, 5], [10, 11, 12, 12, 10, 11, 13, 12], [60] * 8, points=6
    )
    groups = [group.tolist() for group in groups_of(access, 2)]
    assert groups == [[0, 3], [1, 2], [4, 5]]
