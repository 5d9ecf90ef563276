"""Size classes of workplaces: what counts in place of a number, and how much it leaves open."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from htkgis.profile.workplace_sizes import AMOUNT, HIGH, LOW, in_size_classes, size_classes
from htkgis.quantities import SizeClasses

LADDER = (1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
NAN = float("nan")


def places(*rows, single=True):
    """Rows of (low, number, high), and whether each is one workplace."""
    table = pd.DataFrame(rows, columns=[LOW, AMOUNT, HIGH], dtype="float64")
    return table, pd.Series([single] * len(table))


@pytest.mark.parametrize(
    ("jobs", "ends"),
    [
        (0, (0, 0, 0)),
        (0.2, (1, 2, 4)),
        (1, (1, 2, 4)),
        (4, (1, 2, 4)),
        (4.5, (5, 7, 9)),
        (5, (5, 7, 9)),
        (41, (20, 31, 49)),
        (199, (100, 141, 199)),
        (200, (200, 316, 499)),
        (4_129, (2_000, 3_162, 4_999)),
        (9_999, (5_000, 7_071, 9_999)),
        (10_000, (10_000, 10_000, NAN)),
        (NAN, (NAN, NAN, NAN)),
    ],
)
def test_a_number_becomes_the_ends_and_the_middle_of_its_class(jobs, ends):
    found = size_classes(pd.Series([jobs], index=["w"]), LADDER)
    np.testing.assert_array_equal(found.loc["w", ["low", "middle", "high"]].to_numpy(), ends)


@given(st.integers(1, 9_999))
def test_a_class_holds_its_number_and_leaves_about_half_of_it_open(jobs):
    low, middle, high = size_classes(pd.Series([jobs]), LADDER).iloc[0]
    assert low <= jobs <= high
    assert low <= middle <= high
    assert high + 1 >= 2 * low
    others = size_classes(pd.Series(np.arange(low, high + 1)), LADDER)
    # any other number of the class would have been told in the same way
    assert (others == [low, middle, high]).all(axis=None)


def test_sums_of_many_workplaces_stay_near_the_truth():
    # 2,000 workplaces of sizes as they fall off: of twice the size a fourth as many in a band
    sizes = np.floor(1 / np.linspace(1, 1 / 900, 2000))
    told = size_classes(pd.Series(sizes), LADDER)
    assert told["low"].sum() < sizes.sum() < told["high"].sum()
    assert told["middle"].sum() == pytest.approx(sizes.sum(), rel=0.1)


def test_zones_keep_their_numbers_and_single_workplaces_lose_them():
    table, single = places((NAN, 41, NAN), (NAN, 41, NAN))
    single[1] = False
    told = in_size_classes(table, single, LADDER)
    np.testing.assert_array_equal(told.to_numpy(), [[20, 31, 49], [NAN, 41, NAN]])
    assert table[AMOUNT].tolist() == [41, 41]
    assert in_size_classes(table, single, None) is table


def test_an_interval_of_the_source_is_kept_or_made_wider():
    table, single = places((5, 7, 9), (5, 12, 19), (3, 6, 9), (1000, 1000, NAN), (7, 7, 7))
    told = in_size_classes(table, single, LADDER)
    np.testing.assert_array_equal(
        told.to_numpy(),
        [[5, 7, 9], [5, 14, 19], [1, 7, 9], [1000, 1000, NAN], [5, 7, 9]],
    )


def test_no_jobs_are_none_and_unknown_jobs_are_unknown():
    table, single = places((NAN, 0, NAN), (NAN, NAN, NAN))
    told = in_size_classes(table, single, LADDER)
    np.testing.assert_array_equal(told.to_numpy(), [[0, 0, 0], [NAN, NAN, NAN]])


@pytest.mark.parametrize(
    "least", [(1, 2, 5), (1, 5, 8), (1, 5, 30), (5, 10), (1, 10, 5), (1, 5, 5), (1, 2)]
)
def test_classes_that_would_tell_too_much_are_refused(least):
    with pytest.raises(ValidationError, match="twice the one before"):
        SizeClasses(value=least, unit="jobs", source="made up")


@given(*[st.sets(st.sampled_from(LADDER[2:])) for _ in range(2)], st.integers(1, 20_000))
def test_the_classes_of_two_editions_tell_no_more_than_the_finest_there_are(some, others, jobs):
    told = [
        size_classes(pd.Series([jobs]), (1, 5, *sorted(steps))).iloc[0] for steps in (some, others)
    ]
    for steps in (some, others):
        SizeClasses(value=(1, 5, *sorted(steps)), unit="jobs", source="made up")
    low = max(each["low"] for each in told)
    high = min(each["high"] if each["high"] > 0 else np.inf for each in told)
    finest = size_classes(pd.Series([jobs]), LADDER).iloc[0]
    assert low <= finest["low"]
    assert high >= (finest["high"] if finest["high"] > 0 else np.inf)


def test_every_step_of_the_ladder_but_two_may_begin_a_class():
    steps = [each * 10**power for power in range(5) for each in (1, 2, 5)]
    for low, high in itertools.pairwise([1, *steps[2:]]):
        begins = (1, *sorted({low, high} - {1}))
        assert SizeClasses(value=begins, unit="jobs", source="made up").value == begins
