"""Weighted sums: in parts that linear algebra shares with no other processor."""

import math

import numpy as np
import pytest

from htkgis.sums import PART, weighted_sum


@pytest.mark.parametrize("count", [0, 1, PART, PART + 1, 2 * PART + 1, 5 * PART])
def test_long_sums_are_cut_in_parts_that_no_processors_share(count, monkeypatch):
    chance = np.random.default_rng(count)
    weights, values = chance.random((2, count)) * 100
    lengths = []
    dot = np.dot

    def noting(one, other):
        lengths.append(len(one))
        return dot(one, other)

    monkeypatch.setattr(np, "dot", noting)
    found = weighted_sum(weights, values)
    assert found == pytest.approx(math.fsum(weights * values), rel=1e-12)
    assert max(lengths, default=0) <= PART
    assert sum(lengths) == count
