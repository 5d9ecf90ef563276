"""Shapley values: worked by hand, and the laws that make them the only fair shares."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.scenario.shapley import MOST_EXACT, shapley_exact, shapley_sampled


def games(most=5):
    """Whole values of every set of a few projects, for two quantities; nothing is worth 0."""
    value = st.integers(-(10**12), 10**12)
    return st.integers(0, most).flatmap(
        lambda count: st.lists(
            st.tuples(value, value), min_size=(1 << count) - 1, max_size=(1 << count) - 1
        ).map(lambda rows: np.array([(0, 0), *rows], dtype=np.int64))
    )


def by_orders(table):
    """Mean of what each project adds over all orders, with fractions and nothing else."""
    count = len(table).bit_length() - 1
    orders = list(permutations(range(count)))
    total = [[Fraction(0)] * table.shape[1] for _ in range(count)]
    for order in orders:
        mask = 0
        for project in order:
            for column in range(table.shape[1]):
                added = int(table[mask | 1 << project, column]) - int(table[mask, column])
                total[project][column] += Fraction(added, len(orders))
            mask |= 1 << project
    return total


def fractions(shares):
    return [[Fraction(int(x), shares.denominator) for x in row] for row in shares.numerators]


def test_three_who_fly_on_one_runway_pay_as_the_textbook_says():
    # a runway costs as its longest user needs: 6, 12 and 18; each length is shared by who needs it
    needs = [6, 12, 18]
    table = [[max((needs[i] for i in range(3) if mask >> i & 1), default=0)] for mask in range(8)]
    shares = shapley_exact(table)
    assert fractions(shares) == [[Fraction(2)], [Fraction(5)], [Fraction(11)]]
    assert shares.last.ravel().tolist() == [0, 0, 6]
    assert shares.joint.tolist() == [18]
    assert shares.pairs[0, 1].tolist() == [-6]


@given(games())
def test_shares_are_the_mean_over_all_orders(table):
    assert fractions(shapley_exact(table)) == by_orders(table)


@given(games(7))
def test_shares_sum_to_the_joint_effect_exactly(table):
    shares = shapley_exact(table)
    total = shares.numerators.sum(axis=0) if len(shares.numerators) else [0, 0]
    assert list(total) == [int(x) * shares.denominator for x in table[-1]]


@given(games(4), games(4))
def test_shares_of_a_sum_are_the_sum_of_shares(one, other):
    count = min(len(one), len(other))
    one, other = one[:count], other[:count]
    both = fractions(shapley_exact(one + other))
    parts = zip(fractions(shapley_exact(one)), fractions(shapley_exact(other)), strict=True)
    assert both == [[a + b for a, b in zip(*rows, strict=True)] for rows in parts]


@given(games(4))
def test_a_project_that_adds_nothing_has_no_share_and_changes_no_other(table):
    count = len(table).bit_length() - 1
    wider = np.concatenate([table, table])
    shares = fractions(shapley_exact(wider))
    assert shares[count] == [0, 0]
    assert shares[:count] == fractions(shapley_exact(table))


def test_of_no_project_there_are_no_shares():
    shares = shapley_exact(np.zeros((1, 3), dtype=np.int64))
    assert shares.shapley.shape == (0, 3)
    assert shares.joint.tolist() == [0, 0, 0]


@pytest.mark.parametrize("sets", [0, 3, 6, 1 << (MOST_EXACT + 1)])
def test_rows_that_are_no_sets_of_few_projects_are_refused(sets):
    with pytest.raises(ValueError, match=rf"{sets} sets; 2\*\*n are needed, of 0 to 10"):
        shapley_exact(np.zeros((sets, 1), dtype=np.int64))


def overlapping(mask):
    """Twelve projects: who are neighbours do the same work in part."""
    alone = sum(10 + bit for bit in range(12) if mask >> bit & 1)
    return np.array([alone - 6 * (mask & mask >> 1).bit_count(), mask.bit_count()])


def test_sampled_shares_sum_exactly_lie_within_their_error_and_are_the_same_again():
    shares = shapley_sampled(overlapping, 12, draws=40)
    assert list(shares.numerators.sum(axis=0)) == [
        int(x) * shares.denominator for x in overlapping((1 << 12) - 1)
    ]
    # each pair of neighbours loses 6, of which either bears half; those at the ends have one
    exact = [10 + bit - (3 if bit in {0, 11} else 6) for bit in range(12)]
    off = np.abs(shares.shapley[:, 0] - exact)
    # an order and its reverse always put a pair both ways round, so here nothing is left to chance
    assert off.max() == 0
    assert shares.standard_error[:, 0].max() == 0
    assert shares.pairs[3, 4].tolist() == [-6, 0]
    assert shares.alone[:, 0].tolist() == [10 + bit for bit in range(12)]
    again = shapley_sampled(overlapping, 12, draws=40)
    assert (again.numerators == shares.numerators).all()


def test_the_error_of_sampled_shares_is_stated_and_holds():
    # all of three neighbouring projects are needed: no pair of orders tells the share exactly
    def value(mask):
        return np.array([300 * (mask & mask >> 1 & mask >> 2).bit_count()])

    shares = shapley_sampled(value, 11, draws=200, seed=5)
    exact = np.array(
        [100 * sum(1 for low in range(9) if low <= bit <= low + 2) for bit in range(11)]
    )
    error = shares.standard_error[:, 0]
    assert error.min() > 0
    assert (np.abs(shares.shapley[:, 0] - exact) <= 4 * error).all()
    assert shares.orders == 400


def test_nineteen_of_twenty_estimates_lie_within_twice_their_stated_error():
    # ten projects that help each other in pairs and threes, of which each game draws its own
    random = np.random.default_rng(9)
    off, errors = [], []
    for _ in range(5):
        worth = random.integers(0, 1000, size=10)
        groups = [random.choice(10, size=size, replace=False) for size in (2, 3, 3, 4, 5, 3)]
        masks = [sum(1 << int(bit) for bit in own) for own in groups]
        gains = random.integers(-500, 1000, size=len(masks))
        pairs = list(zip(masks, gains.tolist(), strict=True))

        def value(mask, worth=worth, pairs=pairs):
            alone = sum(int(worth[bit]) for bit in range(10) if mask >> bit & 1)
            return np.array([alone + sum(gain for own, gain in pairs if mask & own == own)])

        exact = shapley_exact([value(mask) for mask in range(1024)])
        found = shapley_sampled(value, 10, draws=50)
        off.append(np.abs(found.shapley - exact.shapley).ravel())
        errors.append(found.standard_error.ravel())
    apart = np.concatenate(off) / np.maximum(np.concatenate(errors), 1e-9)
    apart = apart[np.concatenate(off) > 1e-9]
    assert len(apart) > 30
    assert (apart <= 2).mean() >= 0.9
    assert apart.max() < 4
