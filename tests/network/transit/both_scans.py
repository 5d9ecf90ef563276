"""The same question to all ways: one origin, groups of origins, and profiles of stops."""

import numpy as np

from htkgis.network.transit import (
    answers_of_blocks,
    answers_of_parts,
    blocks_of_all,
    summaries_of_parts,
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
    """Every sum, percentile, share, mean and soonest time is the same; give the sums."""
    asked = {"limits_s": limits_s, "percentiles": percentiles, "threads": 2}
    profiles = profiles_of(journeys, window, counted=len(weights), to_stops=True, threads=2)
    without = profiles_of(journeys, window, counted=len(weights), threads=1)
    both = [
        answers_of_parts(journeys, way, weights, parts, **asked)
        for way in (blocks_of_all(journeys, window), profiles, without)
    ]
    (sums, times, soonest_s), (own_sums, own_times, own_soonest_s), (alone, _, no_stops) = both
    assert np.array_equal(alone, sums)
    assert no_stops.shape == (len(soonest_s), 0)
    assert np.array_equal(own_sums, sums)
    assert np.array_equal(own_soonest_s, soonest_s)
    for own, wanted in zip(own_times, times, strict=True):
        for each, other in zip(own, wanted, strict=True):
            assert np.array_equal(each, other, equal_nan=True)
    for way in (blocks_of_all(journeys, window), profiles):
        assert np.array_equal(told_of(journeys, way, weights, parts, limits_s), sums)
    return own_sums


def told_of(journeys, way, weights, parts, limits_s):
    """Put together the sums that are told of origin by origin, and not kept."""
    told = {}

    def summarise(origin, sums):
        told[origin] = sums.transpose(2, 0, 1).copy()

    summaries_of_parts(
        journeys, way, weights, parts, summarise, limits_s=limits_s, percentiles=(50,)
    )
    assert sorted(told) == list(range(len(journeys.access)))
    return np.stack([told[origin] for origin in sorted(told)])
