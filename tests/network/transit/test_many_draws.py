"""What stops lead to, worked out once, has the values of the scan of one origin."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.errors import NetworkError
from htkgis.network.transit import answers_of_parts, many_draws, transit_answers
from htkgis.network.transit.answers import steps_of, whole_amounts
from htkgis.network.transit.many_draws import profiles_pay
from htkgis.network.transit.stop_profiles import NEVER, lanes_asked, profiles_of
from htkgis.units import UNREACHED

from .both_scans import NOTHING, assert_profiles_agree
from .days import Day, days, ride, unreached, waits, walks, windows

PERCENTILES = (0, 5, 50, 95, 100)
WEIGHTS = np.array([[1.0, 10.0], [0.3, 0.0]])


@given(
    st.integers(1, 5).flatmap(lambda origins: days(origins=origins)),
    windows(),
    st.integers(1, 8),
    st.one_of(st.integers(0, 1500), st.just(30_000)),
    st.integers(0, 90),
    st.integers(0, 2),
)
def test_profiles_give_every_value_of_the_scan(day, window, max_rides, cutoff_s, moved_s, counted):
    journeys = day.journeys(cutoff_s=cutoff_s, max_rides=max_rides)
    drawn = (*journeys.timetables, day.moved(moved_s).connections())[: 1 + moved_s % 2]
    some = np.flatnonzero(np.arange(len(drawn) * np.size(window)) % 3 == 0)
    assert_profiles_agree(
        journeys._replace(timetables=drawn),
        window,
        weights=WEIGHTS[: min(counted, len(journeys.egress))],
        parts=(some, np.arange(len(drawn) * np.size(window))),
        limits_s=(cutoff_s // 2, cutoff_s),
        percentiles=PERCENTILES,
    )


def street_of_places(places, *, counts):
    """A bus each ten minutes from the only stop to one from which place n is n seconds away."""
    trips = [ride((0, at), (1, at + 100)) for at in range(0, 3600, 600)]
    egress = [{1: n} for n in range(places)]
    day = Day(2, trips, waits(2), [{0: 60}], egress, unreached(1, places))
    return day.journeys(cutoff_s=1800, max_rides=2), np.full((counts, 1), 1.0)


@pytest.mark.parametrize(
    ("places", "counts"), [(62, 62), (63, 63), (130, 129), (130, 0), (200, 65)]
)
def test_targets_fill_as_many_rows_of_lanes_as_they_need(places, counts):
    journeys, weights = street_of_places(places, counts=counts)
    sums = assert_profiles_agree(
        journeys, 60 * np.arange(10), weights=weights, limits_s=(160, 220), percentiles=PERCENTILES
    )
    # who leaves at minute 9 catches the bus of minute 10, is there at 700 s, and walks n seconds
    of_last = [min(counts, limit_s - 160 + 1) for limit_s in (160, 220)]
    assert sums[0, 9, :, 0].tolist() == of_last


def test_who_walks_all_the_way_counts_what_no_stop_leads_to():
    trips = [ride((0, 100), (1, 200))]
    direct = [[3000, 6010, UNREACHED]]
    day = Day(2, trips, waits(2), [{0: 10}], [{}, {1: 100}, {}], direct)
    journeys = day.journeys(cutoff_s=900, max_rides=1)
    weights = np.array([[1.0], [20.0], [400.0]])
    limits_s = (299, 300, 601, 602, 900)
    sums = assert_profiles_agree(journeys, [0, 91], weights=weights, limits_s=limits_s)
    # the first place is 300 s away on foot; the second 601 s, and by the bus at 100 in 300 s
    assert sums[0, :, :, 0].tolist() == [[0, 21, 21, 21, 21], [0, 1, 21, 21, 21]]


def test_where_nothing_runs_and_nobody_walks_nothing_is_reached():
    nobody = Day(1, [], waits(1), [{0: 0}, {}], [{0: 0}], unreached(2, 1))
    journeys = nobody.journeys(cutoff_s=600, max_rides=3)
    sums = assert_profiles_agree(journeys, [0, 60], weights=np.ones((1, 2)), limits_s=(600,))
    assert sums.shape == (2, 2, 1, 2)
    assert not sums.any()


def one_line(origins, *, draws, places=1):
    trips = [ride((0, 100), (1, 200))]
    egress = [{1: 0}] * places
    day = Day(2, trips, waits(2), [{0: 10}] * origins, egress, unreached(origins, places))
    journeys = day.journeys(cutoff_s=600, max_rides=2)
    return journeys._replace(timetables=journeys.timetables * draws)


@pytest.mark.parametrize(
    ("origins", "draws", "places", "chosen"),
    [
        (9, 8, 1, False),
        (1, 9, 1, True),
        (1, 9, 64, True),
        (1, 9, 65, False),
        (2, 9, 128, True),
        (2, 9, 193, False),
    ],
)
def test_profiles_are_worked_out_for_many_draws_of_few_targets(origins, draws, places, chosen):
    # half a scan, and as much for each 64 targets
    journeys = one_line(origins, draws=draws, places=places)
    assert profiles_pay(journeys, [0], counted=0) == chosen


@pytest.mark.parametrize(
    ("origins", "places", "chosen"),
    [(20, 1, True), (19, 1, False), (20, 64, True), (20, 65, False), (30, 65, True)],
)
def test_profiles_of_many_departures_take_as_long_as_twenty_times_the_scans(
    monkeypatch, origins, places, chosen
):
    journeys = one_line(origins, draws=9, places=places)
    # a bus and two ends of the day, in rows of 64 targets
    for rows, own in ((3 * -(-places // 64), True), (3 * -(-places // 64) - 1, chosen)):
        monkeypatch.setattr(many_draws, "NEAR_ROWS", rows)
        assert profiles_pay(journeys, [0], counted=0) == own


def test_65_departures_are_two_scans_of_an_origin():
    journeys = one_line(1, draws=9, places=65)
    assert profiles_pay(journeys, range(65), counted=0)
    assert not profiles_pay(journeys, range(64), counted=0)


def test_a_departure_takes_a_row_of_lanes_for_each_64_targets():
    # a bus and two ends of the day, in nine draws
    asked = [lanes_asked(one_line(1, draws=9, places=of), [0], counted=0) for of in (64, 65)]
    assert asked == [(1, 9 * 3), (2, 9 * 3 * 2)]


def test_a_counted_target_that_no_stop_leads_to_takes_no_lane():
    journeys = one_line(1, draws=9)._replace(egress=walks([{1: 0}, *[{}] * 64]))
    asked = [lanes_asked(journeys, [0], counted=counted)[0] for counted in (65, 1)]
    assert asked == [1, 2]


def test_profiles_of_more_hours_than_labels_hold_are_not_asked_for():
    journeys = one_line(20, draws=9)
    assert lanes_asked(journeys, [0, 64_934], counted=0) == (1, 9 * 3)
    assert profiles_pay(journeys, [0, 64_934], counted=0)
    assert lanes_asked(journeys, [0, 64_935], counted=0) == (1, NEVER)
    assert not profiles_pay(journeys, [0, 64_935], counted=0)


@pytest.mark.parametrize("draws", [8, 9])
def test_the_way_that_is_chosen_tells_the_same_whatever_it_is(draws):
    # a walk of 10 s to the bus at 100, 100 s aboard; who leaves at 91 is too late
    journeys = one_line(2, draws=draws)
    sums, times = transit_answers(
        journeys, [0, 90, 91], np.ones((1, 1)), limits_s=[200], percentiles=()
    )
    assert sums[:, :, 0, 0].tolist() == [[1, 1, 0] * draws] * 2
    assert times.share.size == 0


def test_what_cannot_be_asked_of_profiles_is_refused():
    with pytest.raises(NetworkError, match=r"departures: 0 of them"):
        profiles_of(one_line(1, draws=9), [], counted=0)
    with pytest.raises(NetworkError, match=r"rides: 9; 1 to 8 are allowed"):
        profiles_of(one_line(1, draws=9)._replace(max_rides=9), [0], counted=0)


@given(
    st.lists(st.floats(0, 1e7, allow_subnormal=False), min_size=1, max_size=30),
    st.randoms(use_true_random=False),
)
def test_every_sum_of_what_places_count_is_exact_in_any_order(weights, order):
    amounts = whole_amounts(np.array(weights)[:, None])[:, 0]
    shuffled = list(amounts)
    order.shuffle(shuffled)
    exact = sum((Fraction(float(each)) for each in amounts), Fraction(0))
    assert Fraction(float(np.array(shuffled).cumsum()[-1])) == exact
    # no place is rounded by more than half a step, a millionth of a millionth of all at most
    half = 2.0 ** int(steps_of(np.array(weights)[:, None])[0]) / 2
    assert np.abs(amounts - weights).max() <= half
    assert half <= sum(weights) * 1e-12 or not any(weights)


def test_numbers_that_a_step_divides_stay_as_they_are():
    whole = np.array([[0.0, 3.0, 0.25], [1e9, 7.0, 1e6]])
    assert whole_amounts(whole).tolist() == whole.tolist()
    assert whole_amounts(NOTHING).shape == (0, 0)


def two_buses(second_leaves_s, *, rides):
    """A bus 0 to 1 at 100 to 200, a walk of 40 s and a minute's slack to 2, and a bus on to 3."""
    trips = [ride((0, 100), (1, 200)), ride((2, second_leaves_s), (3, second_leaves_s + 100))]
    footpaths = [{stop: 60} for stop in range(4)]
    footpaths[1][2] = 100
    day = Day(4, trips, footpaths, [{0: 10}], [{3: 5}], unreached(1, 1))
    return day.journeys(cutoff_s=900, max_rides=rides)


@pytest.mark.parametrize(
    ("second_leaves_s", "rides", "reached"),
    [(300, 2, 1), (299, 2, 0), (300, 1, 0), (300, 3, 1), (495, 2, 1), (796, 2, 0)],
)
def test_a_change_is_made_to_the_second_and_with_as_many_rides(second_leaves_s, rides, reached):
    journeys = two_buses(second_leaves_s, rides=rides)
    sums = assert_profiles_agree(journeys, [0], weights=np.ones((1, 1)), limits_s=(600, 900))
    # at the door 105 s after the second bus has left
    assert sums[0, 0, 1, 0] == reached
    assert sums[0, 0, 0, 0] == (reached and second_leaves_s + 105 <= 600)


@pytest.mark.parametrize("rides", [3, 4, 5])
def test_every_further_ride_is_one_more_change(rides):
    trips = [ride((stop, 100 * stop), (stop + 1, 100 * stop + 40)) for stop in range(4)]
    day = Day(5, trips, waits(5), [{0: 0}], [{4: 0}], unreached(1, 1))
    journeys = day.journeys(cutoff_s=900, max_rides=rides)
    sums = assert_profiles_agree(journeys, [0], weights=np.ones((1, 1)), limits_s=(340, 339))
    assert sums[0, 0, :, 0].tolist() == [rides >= 4, 0]


def test_who_rides_on_for_longer_than_labels_hold_is_nowhere_in_time():
    # 65,636 s are 100 in 16 bits
    trips = [ride((0, 100), (1, 65_636))]
    day = Day(2, trips, waits(2), [{0: 0}], [{1: 0}], unreached(1, 1))
    journeys = day.journeys(cutoff_s=600, max_rides=2)
    sums = assert_profiles_agree(journeys, [0], weights=np.ones((1, 1)), limits_s=(600,))
    assert sums[0, 0, 0, 0] == 0


def test_a_bus_is_caught_to_the_second():
    journeys = one_line(1, draws=1)
    sums = assert_profiles_agree(journeys, [89, 90, 91], weights=np.ones((1, 1)), limits_s=(600,))
    assert sums[0, :, 0, 0].tolist() == [1, 1, 0]


def test_a_time_on_the_longest_that_counts_is_inside():
    journeys = one_line(1, draws=1)._replace(cutoff_s=190)
    found = profiles_of(journeys, [9, 10], counted=0)
    _, (times,) = answers_of_parts(journeys, found, NOTHING, (), limits_s=(), percentiles=(0, 100))
    # from the door at 9 the bus at 100 is there after 191 s, from the door at 10 after 190
    assert times.percentiles_ds.ravel().tolist() == [1900, UNREACHED]
    assert times.share.item() == 0.5


@pytest.mark.parametrize(("cutoff_s", "reached"), [(405, 1), (404, 0)])
def test_a_change_counts_as_long_as_the_journey_does(cutoff_s, reached):
    journeys = two_buses(300, rides=2)._replace(cutoff_s=cutoff_s)
    sums = assert_profiles_agree(journeys, [0], weights=np.ones((1, 1)), limits_s=(cutoff_s,))
    assert sums[0, 0, 0, 0] == reached


def test_nobody_is_there_who_is_on_the_way_longer_than_counts():
    journeys = one_line(1, draws=1)._replace(cutoff_s=190)
    # who leaves at 9 is there after 191 s; who leaves at 91 misses the bus
    assert_profiles_agree(journeys, [9, 91])
    sums = assert_profiles_agree(journeys, [9, 91], weights=np.ones((1, 1)), limits_s=(190,))
    assert not sums.any()
