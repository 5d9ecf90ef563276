"""Effects of a change: by hand, on the limits, and the laws of sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access.effect import MEASURES, EffectLimits, Origins, effect
from htkgis.units import UNREACHED

LIMITS = EffectLimits(longest_ds=18_000, felt_ds=3000, everyday_ds=9000)


def who(*parts, group=None):
    rows = np.zeros(len(parts), dtype=np.int64) if group is None else np.array(group)
    return Origins(np.array(parts, dtype=np.int64), rows, int(rows.max(initial=0)) + 1)


def of_one(before, after):
    """Effect on one person and one function, by measure."""
    found = effect(np.array([[before]]), np.array([[after]]), who(1), LIMITS)
    return dict(zip(MEASURES, found[:, 0, 0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("before", "after", "saved", "gainers", "losers", "reach"),
    [
        (9001, 9000, 1, 0, 0, 1),  # exactly on the everyday limit is inside
        (9000, 9001, -1, 0, 0, -1),
        (12_000, 9001, 2999, 0, 0, 0),  # a second less than five minutes is no gain that counts
        (12_001, 9001, 3000, 1, 0, 0),
        (9001, 12_001, -3000, 0, 1, 0),
        (UNREACHED, 17_000, 1000, 0, 0, 0),  # what was out of reach counts as the longest
        (UNREACHED, 15_000, 3000, 1, 0, 0),
        (19_000, 18_500, 0, 0, 0, 0),  # beyond the longest nothing counts
        (UNREACHED, UNREACHED, 0, 0, 0, 0),
    ],
)
def test_what_counts_of_one_way(before, after, saved, gainers, losers, reach):
    expected = {"saved": saved, "gainers": gainers, "losers": losers, "reach": reach}
    assert of_one(before, after) == expected


def test_who_gains_on_one_way_and_loses_on_another_counts_once_in_each():
    before, after = np.array([[12_000], [12_000], [3000]]), np.array([[6000], [6000], [9000]])
    found = effect(before, after, who(500), LIMITS)
    assert found[:, -1, 0].tolist() == [500 * 6000, 500, 500, 500 * 2]


def test_each_group_has_its_own_persons():
    before, after = np.array([[6000, 6000, 6000]]), np.array([[0, 6000, 3000]])
    found = effect(before, after, who(1000, 2000, 4000, group=[1, 0, 1]), LIMITS)
    assert found[0, 0].tolist() == [0, 1000 * 6000 + 4000 * 3000]
    assert found[1, 0].tolist() == [0, 5000]


times = st.lists(st.one_of(st.integers(0, 20_000), st.just(UNREACHED)), min_size=4, max_size=4)


@given(times, times)
def test_going_back_undoes_everything(before, after):
    one, other = (np.array(rows).reshape(2, 2) for rows in (before, after))
    there, back = effect(one, other, who(3, 7), LIMITS), effect(other, one, who(3, 7), LIMITS)
    assert (there[[0, 3]] == -back[[0, 3]]).all()
    assert (there[1] == back[2]).all()
    assert (there[2] == back[1]).all()


@given(times, times, times)
def test_minutes_and_reach_of_two_changes_add_up(first, second, third):
    a, b, c = (np.array(rows).reshape(2, 2) for rows in (first, second, third))
    steps = effect(a, b, who(3, 7), LIMITS) + effect(b, c, who(3, 7), LIMITS)
    assert (steps[[0, 3]] == effect(a, c, who(3, 7), LIMITS)[[0, 3]]).all()
