"""Where other walks lead from stops to places, departures are counted again as if all were."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.network.transit import (
    Counted,
    Ranking,
    answers_of_parts,
    blocks_of_all,
    ranked_of_parts,
    recounted_of_parts,
)
from htkgis.network.transit.stop_profiles import profiles_of

from .days import Day, busy_days, ride, unreached, waits, walks

LIMITS_S, WINDOW = (300, 500), 60 * np.arange(9)
WEIGHTS = np.array([[1.0, 0.0], [2.5, 0.0], [0.3, 1.0], [0.2, 1.0]])
COUNTED = len(WEIGHTS)
MORE_S = st.lists(st.sampled_from([-30, 0, 0, 10, 60, 5000]), min_size=4, max_size=4)


def moved(egress, seconds):
    """The same walks to each place, all some seconds longer, or shorter."""
    return [
        {stop: max(0, own_s + more_s) for stop, own_s in own.items()}
        for own, more_s in zip(egress, seconds, strict=True)
    ]


def recount(journeys, before, window, parts, ranking, *, weights=WEIGHTS, way=None):
    """What was ranked of the walks before, and how many departures are now told to reach it."""
    asked = weights, parts, ranking
    earlier, _ = ranked_of_parts(
        before, profiles_of(before, window, counted=len(weights)), *asked,
        limits_s=LIMITS_S, percentiles=(),
    )  # fmt: skip
    counted = Counted(
        before.egress, [own.value for own in earlier], [own.reaching for own in earlier]
    )
    blocks = way or profiles_of(journeys, window, counted=len(weights))
    return earlier, recounted_of_parts(journeys, blocks, counted, *asked, limits_s=LIMITS_S)


@given(busy_days(origins=3, destinations=COUNTED), MORE_S, st.sampled_from([10, 50, 80]))
def test_as_many_reach_a_value_as_if_all_had_been_followed_again(day, seconds, percentile):
    old = day.journeys(cutoff_s=900, max_rides=1)
    old = old._replace(timetables=(*old.timetables, day.moved(37).connections()))
    new = old._replace(egress=walks(moved(day.egress, seconds)))
    whole = np.arange(2 * WINDOW.size)
    # most of the first draw, and a few of the second
    parts, ranking = [whole[3 : WINDOW.size + 2], whole], Ranking(percentile, [0, 1], [1])
    earlier, found = recount(new, old, WINDOW, parts, ranking)
    profiles = profiles_of(new, WINDOW, counted=COUNTED)
    sums, _ = answers_of_parts(new, profiles, WEIGHTS, (), limits_s=LIMITS_S, percentiles=())
    for own, counts, part in zip(earlier, found, parts, strict=True):
        reached, value = sums[:, part], own.value[:, None]
        met = reached[..., [1]] > 0
        wanted = [reached >= value, reached > value, (reached > value) | met]
        for number, each in enumerate(wanted):
            assert np.array_equal(counts[..., number], each.sum(axis=1))


def to_places(*egress, on_foot=None):
    day = Day(2, [ride((0, 600), (1, 700))], waits(2), [{0: 10}], list(egress), on_foot)
    return day.journeys(cutoff_s=900, max_rides=1)


def test_where_lanes_of_targets_are_others_nothing_is_counted_again():
    window, parts, ranking = [0, 60], [np.arange(2)], Ranking(50, [0], [])
    none = unreached(1, 3)
    nowhere = to_places({}, {1: 30}, {1: 40}, on_foot=none)
    before = to_places({1: 0}, {1: 30}, {1: 40}, on_foot=none)
    one = np.ones((1, 1))
    for other, weights, told in (
        (to_places({1: 5}, {1: 30}, {1: 40}, on_foot=none), one, True),
        (nowhere, one, False),
        (to_places({1: 0}, {1: 31}, {1: 40}, on_foot=none), one, False),
        (to_places({1: 0}, {1: 31}, {1: 40}, on_foot=none), np.ones((2, 1)), True),
    ):
        _, found = recount(other, before, window, parts, ranking, weights=weights)
        assert (found is not None) == told
    assert recount(before, nowhere, window, parts, ranking, weights=one)[1] is None
    scanned = blocks_of_all(other, window)
    _, found = recount(other, before, window, parts, ranking, weights=weights, way=scanned)
    assert found is None


@pytest.mark.parametrize(("changed", "told"), [(32, True), (33, False)])
def test_up_to_half_a_row_of_lanes_is_followed_again(changed, told):
    places = 70
    before = to_places(*[{1: 100}] * places, on_foot=unreached(1, places))
    later = [{1: 200}] * changed + [{1: 100}] * (places - changed)
    after = to_places(*later, on_foot=unreached(1, places))
    parts, ranking = [np.arange(2)], Ranking(50, [0], [])
    (old,), found = recount(after, before, [1, 500], parts, ranking, weights=np.ones((places, 1)))
    assert (found is not None) == told
    # who leaves at 500 s was at all places in 300 s, and is now at some of them
    assert old.reaching[0, :, 0].tolist() == [[1, 0], [1, 0]]
    if found is not None:
        assert found[0][0, :, 0].tolist() == [[0, 0], [1, 0]]
