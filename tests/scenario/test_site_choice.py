"""The choice of sites: never worse than trying all, never said to be better than it can be."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from htkgis.errors import ConfigError
from htkgis.scenario.site_choice import choose_sites

SMALL = arrays(
    np.float64,
    st.tuples(st.integers(1, 6), st.integers(1, 7)),
    elements=st.integers(0, 9).map(float),
)


def best_of_all(gains, count):
    """Try every choice of at most so many sites."""
    sites = range(gains.shape[1])
    chosen = (one for size in range(count + 1) for one in combinations(sites, size))
    return max(gains[:, list(one)].max(axis=1, initial=0.0).sum() for one in chosen)


def test_one_site_alone_is_not_the_first_of_two():
    gains = np.array([[5.0, 6.0, 0.0], [4.0, 0.0, 6.0]])
    assert choose_sites(gains, 1) == ((0,), 9.0, 9.0)
    assert choose_sites(gains, 2) == ((1, 2), 12.0, 12.0)


def test_no_more_sites_are_chosen_than_bring_anything():
    assert choose_sites(np.array([[3.0, 3.0, 0.0]]), 3).sites in {(0,), (1,)}
    assert choose_sites(np.zeros((2, 3)), 2) == ((), 0.0, 0.0)
    assert choose_sites(np.zeros((0, 3)), 2).sites == ()
    assert choose_sites(np.zeros((3, 0)), 2).sites == ()


@settings(max_examples=80, deadline=None)
@given(SMALL, st.integers(1, 4))
def test_the_choice_is_the_best_of_all(gains, count):
    choice = choose_sites(gains, count)
    best = best_of_all(gains, count)
    assert choice.gain == pytest.approx(best)
    assert choice.bound == pytest.approx(best)
    assert choice.gap == pytest.approx(0.0)
    assert len(choice.sites) <= count
    assert gains[:, list(choice.sites)].max(axis=1, initial=0.0).sum() == pytest.approx(best)


@settings(max_examples=80, deadline=None)
@given(SMALL, st.integers(1, 4))
def test_where_sites_are_too_many_the_best_lies_between_the_choice_and_its_bound(gains, count):
    choice = choose_sites(gains, count, exact_pairs=-1)
    best = best_of_all(gains, count)
    assert choice.gain <= best + 1e-9
    assert best <= choice.bound + 1e-9
    assert choice.gain >= (1 - 1 / np.e) * best - 1e-9
    assert choice.sites == tuple(sorted(set(choice.sites)))


@settings(max_examples=80, deadline=None)
@given(SMALL, st.integers(1, 4), st.integers(0, 30))
def test_sites_that_are_ruled_out_are_in_no_better_choice(gains, count, exact_pairs):
    choice = choose_sites(gains, count, exact_pairs=exact_pairs)
    best = best_of_all(gains, count)
    assert choice.gain - 1e-9 <= best <= choice.bound + 1e-9
    assert gains[:, list(choice.sites)].max(axis=1, initial=0.0).sum() == pytest.approx(choice.gain)


def test_among_many_sites_the_best_is_found_once_those_without_hope_are_ruled_out():
    """A town along a road: 300 homes, 40 sites, each serving those within a tenth of it."""
    random = np.random.default_rng(4)
    homes, sites = random.uniform(0, 1, 300), np.linspace(0, 1, 40)
    gains = np.maximum(0.1 - np.abs(homes[:, None] - sites), 0.0)
    assert np.count_nonzero(gains) > 1_500
    sparse = choose_sites(csr_array(gains), 2, exact_pairs=1_500)
    assert sparse.gap == 0.0
    assert sparse.gain == pytest.approx(best_of_all(gains, 2))
    assert sparse == choose_sites(gains, 2, exact_pairs=1_500)


def test_an_exchange_mends_what_one_by_one_took_first():
    gains = np.array([[5.0, 6.0, 0.0], [4.0, 0.0, 6.0]])
    choice = choose_sites(gains, 2, exact_pairs=-1)
    assert choice.sites == (1, 2)
    assert choice.gain == 12.0


EXCHANGED_TO_10 = np.array(
    [[2, 2, 2, 3, 0, 3], [2, 1, 1, 1, 0, 0], [1, 3, 0, 1, 4, 2], [0, 2, 0, 0, 1, 2]], dtype=float
)
"""Three sites of these can bring 11; exchanging one at a time ends at 10."""


def test_a_site_without_hope_does_not_keep_the_best_from_being_found():
    """Exchanging ends at 33; site 0 can be in no better choice, and the others are few enough."""
    gains = np.array(
        [
            [4, 0, 4, 7, 0, 0],
            [2, 6, 0, 1, 7, 8],
            [0, 7, 0, 0, 6, 4],
            [0, 3, 0, 3, 6, 7],
            [0, 3, 0, 0, 6, 0],
            [3, 7, 8, 0, 0, 0],
        ],
        dtype=float,
    )
    assert (np.count_nonzero(gains), np.count_nonzero(gains[:, 1:])) == (20, 17)
    assert choose_sites(gains, 2, exact_pairs=16).gain == 33.0
    choice = choose_sites(gains, 2, exact_pairs=17)
    assert (choice.gain, choice.gap) == (37.0, 0.0)
    assert choice.sites == choose_sites(gains, 2).sites == (2, 4)


def test_a_choice_that_no_single_exchange_betters_is_not_said_to_be_the_best():
    gains = EXCHANGED_TO_10
    choice = choose_sites(gains, 3, exact_pairs=-1)
    assert (choice.gain, choose_sites(gains, 3).gain) == (10.0, 11.0)
    assert choice.bound >= 11.0
    assert choice.gap > 0


@pytest.mark.parametrize(
    ("gains", "count"),
    [
        (np.array([[1.0]]), 0),
        (np.array([1.0]), 1),
        (np.array([[-1.0]]), 1),
        (np.array([[np.nan]]), 1),
        (np.array([[np.inf]]), 1),
    ],
)
def test_what_cannot_be_chosen_is_refused(gains, count):
    with pytest.raises(ConfigError, match="1 or more and gains of 0 or more"):
        choose_sites(gains, count)
