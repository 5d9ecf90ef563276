"""A journey leg by leg: it chains, keeps the slack, and takes what the travel time says."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.network.transit import TransitLeg, departure_times, itinerary
from htkgis.network.transit.pairs import whole_seconds
from htkgis.units import UNREACHED

from .days import Day, days, ride, unreached, waits

SLACK_S = 60
rides = st.integers(1, 4)


def with_slack(day):
    """Every walk before a ride holds a slack of a minute, as journeys have it."""

    def longer(walks):
        return [{stop: seconds + SLACK_S for stop, seconds in own.items()} for own in walks]

    changes = [own | {stop: 0} for stop, own in enumerate(day.footpaths)]
    return day._replace(footpaths=longer(changes), access=longer(day.access))


def calls_of(day, trip):
    return {(call.stop, call.departure_s, "on") for call in day.trips[trip] if call.pickup} | {
        (call.stop, call.arrival_s, "off") for call in day.trips[trip] if call.drop_off
    }


@settings(max_examples=200)
@given(days(), st.integers(-200, 3000), rides, st.sampled_from([600, 3000]))
def test_the_legs_take_the_travel_time_of_every_pair(day, departure, max_rides, cutoff_s):
    journeys = with_slack(day).journeys(cutoff_s=cutoff_s, max_rides=max_rides)
    for origin in range(2):
        times = departure_times(journeys, [departure], origin=origin)[0]
        for destination, time in enumerate(times):
            legs = itinerary(
                journeys, departure, origin=origin, destination=destination, slack_s=SLACK_S
            )
            assert (legs is None) == (time == UNREACHED)
            if legs:
                assert legs[-1].arrives_s - departure == whole_seconds(time)


@settings(max_examples=200)
@given(days(), st.integers(-200, 3000), rides)
def test_each_leg_begins_where_the_last_one_ended_and_not_before(day, departure, max_rides):
    slow = with_slack(day)
    journeys = slow.journeys(cutoff_s=3000, max_rides=max_rides)
    for destination in range(3):
        question = {"origin": 0, "destination": destination, "slack_s": SLACK_S}
        legs = itinerary(journeys, departure, **question) or []
        _check_chain(slow, legs, departure)
        assert sum(leg.kind == "ride" for leg in legs) <= max_rides


def _check_chain(day, legs, departure):
    if not legs:
        return
    assert legs[0].departs_s == departure
    assert legs[0].from_stop is None
    assert legs[-1].to_stop is None
    for before, leg in pairwise(legs):
        assert leg.from_stop == before.to_stop
        if leg.kind == "ride":
            assert leg.departs_s >= before.arrives_s + SLACK_S
        else:
            assert leg.departs_s == before.arrives_s
    for leg in legs:
        assert leg.arrives_s >= leg.departs_s
        if leg.kind == "ride":
            calls = calls_of(day, leg.trip)
            assert (leg.from_stop, leg.departs_s, "on") in calls
            assert (leg.to_stop, leg.arrives_s, "off") in calls


def change(*, walk_s):
    """From 0 to 1 at 100 s, on foot to 2 and from there to 3 at 400 s; and on to the door."""
    trips = [ride((0, 100), (1, 200)), ride((2, 400), (3, 500))]
    changes = waits(4)
    changes[1][2] = walk_s + SLACK_S
    return Day(4, trips, changes, [{0: 30 + SLACK_S}], [{3: 45}], unreached(1, 1))


def legs_of(day, departure=0, **question):
    journeys = day.journeys(cutoff_s=3600, max_rides=question.pop("max_rides", 4))
    return itinerary(journeys, departure, origin=0, destination=0, slack_s=SLACK_S)


def test_two_rides_and_a_walk_between_them_by_hand():
    assert legs_of(change(walk_s=70)) == [
        TransitLeg("walk", None, 0, 0, 30),
        TransitLeg("ride", 0, 1, 100, 200, 0),
        TransitLeg("walk", 1, 2, 200, 270),
        TransitLeg("ride", 2, 3, 400, 500, 1),
        TransitLeg("walk", 3, None, 500, 545),
    ]


def test_a_change_at_one_stop_has_no_walk():
    trips = [ride((0, 100), (1, 200)), ride((1, 260), (2, 300))]
    day = Day(3, trips, waits(3), [{0: 60}], [{2: 0}], unreached(1, 1))
    assert [leg.kind for leg in legs_of(day)] == ["walk", "ride", "ride", "walk"]


def test_of_two_journeys_that_arrive_together_the_one_with_fewer_rides_is_given():
    straight = ride((0, 100), (3, 500))
    day = change(walk_s=70)
    day = day._replace(trips=[*day.trips, straight])
    assert [leg.trip for leg in legs_of(day)] == [None, 2, None]


def test_walking_all_the_way_is_one_leg_where_it_is_as_quick():
    assert legs_of(change(walk_s=70)._replace(direct_ds=[[5441]])) == [
        TransitLeg("walk", None, None, 0, 545)
    ]
    assert len(legs_of(change(walk_s=70)._replace(direct_ds=[[5451]]))) == 5


def test_no_journey_is_no_list():
    assert legs_of(change(walk_s=70), departure=41) is None
    assert legs_of(change(walk_s=141)) is None
    assert legs_of(change(walk_s=140))[3].departs_s == 400
    assert legs_of(change(walk_s=70), max_rides=1) is None


def test_a_journey_in_one_draw_of_the_timetable_is_of_that_draw():
    day = change(walk_s=70)
    journeys = day.journeys(cutoff_s=3600, max_rides=2)
    later = day.moved(1000).connections()
    both = journeys._replace(timetables=(*journeys.timetables, later))
    arrivals = [
        itinerary(both, 0, origin=0, destination=0, slack_s=SLACK_S, timetable=draw)[-1].arrives_s
        for draw in range(2)
    ]
    assert arrivals == [545, 1545]
    assert np.array_equal(departure_times(both, [0], origin=0)[:, 0], [5450, 15_450])
