"""Hill numbers: worked example, limits, laws of a number of kinds."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from htkgis.access import hill_number

ORDERS = (0, 0.5, 1, 2, 5)


def diversity(counts, order):
    return hill_number(pd.DataFrame([counts]), order=order).iloc[0]


@pytest.mark.parametrize(
    ("order", "expected"), [(0, 3), (1, 2**1.5), (2, 8 / 3), (0.5, (0.5**0.5 + 2 * 0.5) ** 2)]
)
def test_worked_example_of_a_half_and_two_quarters(order, expected):
    # order 1: entropy is 0.5 * ln 2 + 0.5 * ln 4 = 1.5 * ln 2; order 2: 1 / (1/4 + 1/16 + 1/16)
    assert diversity([2, 1, 1], order) == pytest.approx(expected)


@pytest.mark.parametrize("order", ORDERS)
def test_nothing_in_reach_is_no_function(order):
    assert diversity([0, 0], order) == 0


@pytest.mark.parametrize("order", ORDERS)
def test_many_of_one_function_are_one(order):
    assert diversity([0, 50, 0], order) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_a_count_that_is_missing_leaves_the_number_missing(order):
    assert math.isnan(diversity([3, None], order))


def test_no_function_asked_for_is_none_in_reach():
    assert hill_number(pd.DataFrame(index=["a"]), order=2).to_dict() == {"a": 0}
    assert hill_number(pd.DataFrame({"shop": []}), order=1).empty


@pytest.mark.parametrize("order", [-1, float("nan"), float("inf")])
def test_an_order_that_is_none_is_refused(order):
    with pytest.raises(ValueError, match=r"order: is .*; a number of 0 or more is allowed"):
        diversity([1], order)


@pytest.mark.parametrize("count", [-1, float("inf")])
def test_a_count_that_is_none_is_refused(count):
    with pytest.raises(ValueError, match=r"counts: 1 origins are negative or infinite: 0"):
        diversity([1, count], 1)


COUNTS = st.lists(st.integers(0, 60), min_size=1, max_size=8).filter(any)


@given(COUNTS)
def test_order_1_is_the_exponential_of_shannon_s_entropy(counts):
    assert diversity(counts, 1) == pytest.approx(np.exp(entropy(counts)))


@given(COUNTS, st.sampled_from([-1e-3, -1e-5, -2e-6, 1e-7, 2e-6, 1e-5, 1e-3]))
def test_orders_near_1_come_near_it(counts, off):
    assert diversity(counts, 1 + off) == pytest.approx(diversity(counts, 1), rel=10 * abs(off))


@given(COUNTS)
def test_order_0_counts_functions_and_order_2_inverts_simpson_s_index(counts):
    assert diversity(counts, 0) == pytest.approx(np.count_nonzero(counts))
    part = np.array(counts) / sum(counts)
    assert diversity(counts, 2) == pytest.approx(1 / (part**2).sum())


@given(COUNTS)
def test_a_very_high_order_counts_the_most_common_alone(counts):
    assert diversity(counts, 5000) == pytest.approx(sum(counts) / max(counts), rel=1e-2)


@given(COUNTS, st.integers(1, 9))
def test_it_falls_with_the_order_and_stays_within_1_and_the_number_of_functions(counts, times):
    numbers = [diversity(counts, order) for order in ORDERS]
    assert all(a >= b - 1e-9 for a, b in pairwise(numbers))
    assert numbers[0] <= len(counts) + 1e-9
    assert numbers[-1] >= 1 - 1e-9
    assert [diversity([n * times for n in counts], q) for q in ORDERS] == pytest.approx(numbers)


@given(COUNTS, st.sampled_from(ORDERS))
def test_two_towns_without_a_common_function_have_twice_as_many(counts, order):
    both = diversity(counts + [0] * len(counts), order)
    assert diversity(counts + counts, order) == pytest.approx(2 * both)


@given(st.integers(1, 20), st.integers(1, 9), st.sampled_from(ORDERS))
def test_equally_common_functions_count_one_each(functions, places, order):
    assert diversity([places] * functions, order) == pytest.approx(functions)


@given(COUNTS, st.sampled_from(ORDERS), st.randoms())
def test_the_order_of_functions_changes_nothing(counts, order, random):
    expected = diversity(counts, order)
    random.shuffle(counts)
    assert diversity(counts, order) == pytest.approx(expected)
