"""What enough departures reach is counted sum by sum, as if all were written out and sorted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import exceeded_by_departures, opportunities_of_departures
from htkgis.errors import NetworkError
from htkgis.network.transit import (
    Ranked,
    Ranking,
    answers_of_parts,
    blocks_of_all,
    ranked_of_parts,
)
from htkgis.network.transit.ranked_sums import LEVELS
from htkgis.network.transit.rankings import rank_sums
from htkgis.network.transit.stop_profiles import profiles_of
from htkgis.units import UNREACHED

from .days import Day, ride, unreached, waits

NOBODY_ELSE = {"limits_s": (1500,), "percentiles": ()}


def no_ranked(kinds, more):
    """One origin and one limit, nothing ranked."""
    shape = (1, 1, kinds)
    return Ranked(
        np.zeros(shape),
        np.zeros((*shape, more), dtype=bool),
        np.zeros((*shape, 2 + more), dtype=np.int32),
    )


@given(
    st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=2, max_size=2), min_size=1, max_size=9
    ),
    st.sampled_from([0, 0.1, 33, 50, 100]),
)
def test_sums_that_are_written_out_are_ranked_as_access_defines_it(reached, percentile):
    sums = np.array(reached).T[None]
    found = no_ranked(1, 1)
    rank_sums(found, 0, sums, Ranking(percentile, [0], [1]))
    own, more = sums[:, 0], sums[:, 1] > 0
    value = opportunities_of_departures(own, percentile=percentile)
    assert found.value.ravel().tolist() == value.tolist()
    exceeded = exceeded_by_departures(own, more, value, percentile=percentile)
    assert found.exceeded.ravel().tolist() == exceeded.tolist()
    counts = [(own >= value).sum(), (own > value).sum(), ((own > value) | more).sum()]
    assert found.reaching.ravel().tolist() == counts


def line_of_places(places, access=({0: 0}, {0: 59}, {})):
    """One bus, and places a second farther from its last stop each."""
    egress = [{1: 300 + number} for number in range(places)]
    on_foot = unreached(len(access), places)
    day = Day(2, [ride((0, 1100), (1, 1200))], waits(2), list(access), egress, on_foot)
    return day.journeys(cutoff_s=1800, max_rides=1)


@pytest.mark.parametrize("places", [40, 4 * LEVELS + 60])
def test_among_many_sums_between_those_that_are_looked_at_the_right_one_is_found(places):
    journeys = line_of_places(places)
    # who leaves a second later reaches another place
    window = np.arange(8 * LEVELS)
    weights = 0.3 + np.arange(places)[:, None] % 7
    parts = [np.arange(0, window.size, 2), np.arange(100, window.size)]
    profiles = profiles_of(journeys, window, counted=places)
    sums, _ = answers_of_parts(journeys, profiles, weights, parts, **NOBODY_ELSE)
    assert len(np.unique(sums[0])) == places
    for percentile in (0, 20, 50, 80, 100):
        ranked, _ = ranked_of_parts(
            journeys, profiles, weights, parts, Ranking(percentile, [0], []), **NOBODY_ELSE
        )
        for own, part in zip(ranked, parts, strict=True):
            value = opportunities_of_departures(sums[:, part], percentile=percentile)
            assert own.value.tolist() == value.tolist()
            assert own.exceeded.shape == (3, 1, 1, 0)


@pytest.mark.parametrize("guess", [0.0, 1.0, -1.0, 1e40, 2.0**62, 3.7])
def test_whatever_is_guessed_the_same_is_found(guess):
    journeys = line_of_places(40, access=[{0: 13 * number} for number in range(11)])
    window, weights = np.arange(0, 1100, 7), 0.3 + np.arange(40)[:, None] % 7
    parts = [np.arange(0, window.size, 2), np.arange(50, window.size)]
    profiles = profiles_of(journeys, window, counted=40)

    def ranked(percentile, guesses=None):
        asked = Ranking(percentile, [0], [0], guesses)
        return ranked_of_parts(journeys, profiles, weights, parts, asked, **NOBODY_ELSE)[0]

    for percentile in (0, 50, 100):
        found = ranked(percentile)
        values = [own.value for own in found]
        assert max(value.max() for value in values) > 0
        own, other = [value + guess for value in values], [np.full_like(v, guess) for v in values]
        for guesses in (values, values[::-1], own, other):
            again = ranked(percentile, guesses)
            for one, same in zip(found, again, strict=True):
                for array, guessed in zip(one, same, strict=True):
                    np.testing.assert_array_equal(guessed, array)


def test_of_more_origins_than_are_answered_for_together_each_has_its_own_ranks():
    journeys = line_of_places(90, access=[{0: 13 * number} for number in range(19)])
    window, weights = np.arange(0, 1100, 7), np.ones((90, 1))
    profiles = profiles_of(journeys, window, counted=90)
    sums, _ = answers_of_parts(journeys, profiles, weights, (), **NOBODY_ELSE)
    asked = Ranking(80, [0], [0])
    (ranked,), _ = ranked_of_parts(journeys, profiles, weights, (), asked, **NOBODY_ELSE)
    value = opportunities_of_departures(sums, percentile=80)
    assert len(np.unique(value)) > 1
    assert ranked.value.tolist() == value.tolist()


def test_who_walks_to_a_place_that_no_stop_leads_to_might_reach_more_with_each_departure():
    day = Day(2, [ride((0, 100), (1, 200))], waits(2), [{0: 10}], [{1: 0}, {}], [[UNREACHED, 3000]])
    journeys = day.journeys(cutoff_s=900, max_rides=1)
    profiles = profiles_of(journeys, [0, 60], counted=2)
    weights = np.array([[5.0, 0.0], [0.0, 1.0]])
    (ranked,), _ = ranked_of_parts(
        journeys, profiles, weights, (), Ranking(50, [0], [1]), limits_s=(299, 300), percentiles=()
    )
    assert ranked.value.tolist() == [[[5.0], [5.0]]]
    assert ranked.exceeded.tolist() == [[[[False]], [[True]]]]


@pytest.mark.parametrize("way", [blocks_of_all, lambda *of: profiles_of(*of, counted=3)])
@pytest.mark.parametrize(
    ("ranking", "parts", "message"),
    [
        (Ranking(101, [0], []), (), r"percentiles: \[101\]; 0 to 100 are allowed"),
        (Ranking(50, [0, 1], []), (), r"ranking: kinds 1; 0 to 0 are allowed"),
        (Ranking(50, [0], [-1]), (), r"ranking: kinds -1; 0 to 0 are allowed"),
        (Ranking(50, [0], []), ([0], []), "ranking: 1 of 2 parts have no departure"),
    ],
)
def test_what_no_departures_can_be_ranked_by_is_refused(way, ranking, parts, message):
    journeys = line_of_places(3)
    parts = [np.array(part, dtype=np.int64) for part in parts]
    with pytest.raises(NetworkError, match=message):
        ranked_of_parts(
            journeys, way(journeys, [0, 60]), np.ones((3, 1)), parts, ranking, **NOBODY_ELSE
        )
