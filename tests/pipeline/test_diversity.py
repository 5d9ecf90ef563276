"""Diversity of functions: counted by hand, bounded at the border, missing where it is no bound."""

import numpy as np
import pandas as pd
import pytest

from htkgis.pipeline.diversity import diversity_counts


def counted(border_ds, areas=("x", "x")):
    counts = {
        15.0: {
            "school": np.array([3.0, 2.0]),
            "shop": np.array([1.0, 0.0]),
        }
    }
    found = diversity_counts(counts, pd.Series(areas), border_ds=np.array(border_ds))
    return {each.measure: each for each in found}


def test_three_and_one_are_two_functions_and_fewer_equally_common_ones():
    found = counted([10_000, 10_000])
    assert found["functions"].value.tolist() == [2.0, 1.0]
    # p = (3/4, 1/4): exp(-(3/4 ln 3/4 + 1/4 ln 1/4)), and 1 / (9/16 + 1/16)
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert found["diversity"].value.tolist() == pytest.approx([np.exp(entropy), 1.0])
    assert found["diversity_2"].value.tolist() == pytest.approx([1.6, 1.0])
    assert not any(each.lower_bound.any() for each in found.values())


def test_at_the_border_only_who_lacks_a_function_may_reach_more_of_them():
    assert counted([9_000, 9_000])["functions"].lower_bound.tolist() == [False, True]
    assert counted([9_001, 9_001])["functions"].lower_bound.tolist() == [False, False]


def test_the_mix_is_missing_for_an_area_of_which_one_origin_met_the_border():
    assert np.isnan(counted([9_000, 10_000])["diversity"].value).tolist() == [True, True]
    apart = counted([9_000, 10_000], areas=("x", "y"))["diversity"].value
    assert np.isnan(apart).tolist() == [True, False]
