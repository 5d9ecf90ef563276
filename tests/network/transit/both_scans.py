"""The same question to all ways: one origin, groups of origins, and profiles of stops."""

import numpy as np

from htkgis.access import exceeded_by_departures, opportunities_of_departures
from htkgis.network.transit import (
    Ranking,
    answers_of_blocks,
    answers_of_parts,
    blocks_of_all,
    ranked_of_parts,
)
from htkgis.network.transit.many_origins import answers_of_groups
from htkgis.network.transit.stop_profiles import profiles_of

NOTHING = np.zeros((0, 0))


def in_groups(journeys, window, *, percentiles=(50,)):
    """Times of all destinations, origins scanned together."""
    asked = {"limits_s": (), "percentiles": percentiles}
    return answers_of_groups(journeys, window, NOTHING, **asked)[1]


def assert_both_scans_agree(journeys, window, *, weights=NOTHING, limits_s=(), percentiles=(50,)):
    """Every sum, percentile, share and mean is the same; give the share."""
    asked = {"limits_s": limits_s, "percentiles": percentiles, "threads": 2}
    blocks = blocks_of_all(journeys, window)
    sums, times = answers_of_blocks(journeys, blocks, weights, **asked)
    own_sums, own_times = answers_of_groups(journeys, window, weights, **asked)
    assert np.array_equal(own_sums, sums)
    for own, wanted in zip(own_times, times, strict=True):
        assert np.array_equal(own, wanted, equal_nan=True)
    return times.share


def assert_profiles_agree(
    journeys, window, *, weights=NOTHING, parts=(), limits_s=(), percentiles=(50,)
):
    """Every sum, percentile, share, mean and rank is the same; give the sums."""
    asked = {"limits_s": limits_s, "percentiles": percentiles, "threads": 2}
    profiles = profiles_of(journeys, window, counted=len(weights), threads=2)
    ways = blocks_of_all(journeys, window), profiles
    both = [answers_of_parts(journeys, way, weights, parts, **asked) for way in ways]
    (sums, times), (own_sums, own_times) = both
    assert np.array_equal(own_sums, sums)
    for own, wanted in zip(own_times, times, strict=True):
        for each, other in zip(own, wanted, strict=True):
            assert np.array_equal(each, other, equal_nan=True)
    for way in ways:
        assert_ranks_are_those_of(sums, journeys, way, weights, parts, limits_s, percentiles)
    return own_sums


def assert_ranks_are_those_of(sums, journeys, way, weights, parts, limits_s, percentiles):
    """Each part has the value, of every kind, that its own sums have when written out."""
    kinds = range(weights.shape[1])
    for percentile in percentiles:
        ranked, _ = ranked_of_parts(
            journeys, way, weights, parts, Ranking(percentile, kinds, kinds),
            limits_s=limits_s, percentiles=(),
        )  # fmt: skip
        for own, part in zip(ranked, parts or [slice(None)], strict=True):
            reached = sums[:, part]
            value = opportunities_of_departures(reached, percentile=percentile)
            assert np.array_equal(own.value, value)
            for more in kinds:
                met = np.broadcast_to(reached[..., [more]] > 0, reached.shape)
                exceeded = exceeded_by_departures(reached, met, value, percentile=percentile)
                assert np.array_equal(own.exceeded[..., more], exceeded)
                above = (reached > value[:, None]) | met
                assert np.array_equal(own.reaching[..., 2 + more], above.sum(axis=1))
            assert np.array_equal(own.reaching[..., 0], (reached >= value[:, None]).sum(axis=1))
            assert np.array_equal(own.reaching[..., 1], (reached > value[:, None]).sum(axis=1))
