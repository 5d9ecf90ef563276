"""The same question to both scans: of one origin after the other, and of groups of origins."""

import numpy as np

from htkgis.network.transit import answers_of_blocks, blocks_of_all
from htkgis.network.transit.many_origins import answers_of_groups

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
