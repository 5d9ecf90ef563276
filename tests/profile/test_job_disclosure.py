"""Jobs of few workplaces: hidden, not to be worked out from sectors, totals and nested limits."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.job_disclosure import (
    JobLines,
    hidden_job_counts,
    job_table,
    jobs_at,
    told_range,
)
from htkgis.profile.rounding import rounded_to
from htkgis.profile.suppression import exposed, intervals

RULES = SmallNumbers(20, 3, 5, (0.01,), upper_part=0.1)
SECTORS, LIMITS = 4, 2


def table(*rings):
    """Jobs and workplaces within each limit, of (jobs, workplaces) by sector and ring."""
    both = np.array(rings, dtype=float)
    return np.cumsum(both[..., 0], axis=1), np.cumsum(both[..., 1], axis=1)


def hidden(rings, *, cut=(False, False), rounding=10, by_sector=True):
    jobs, workplaces = table(*rings)
    flags = np.array(cut[: jobs.shape[1]])
    return hidden_job_counts(jobs, workplaces, flags, RULES, rounding=rounding, by_sector=by_sector)


ring = st.tuples(st.integers(0, 9), st.integers(1, 900)).map(
    lambda pair: (pair[0] * pair[1], pair[0])
)
towns = st.lists(st.tuples(ring, ring), min_size=SECTORS, max_size=SECTORS)


@given(towns, st.sampled_from([1, 10, 100]), st.booleans())
@settings(max_examples=25, deadline=None)
def test_counts_of_few_are_hidden_and_nobody_can_work_out_the_jobs_of_few_workplaces(
    rings, rounding, cut
):
    jobs, workplaces = table(*rings)
    flags = np.array([False, cut])
    gone = hidden_job_counts(jobs, workplaces, flags, RULES, rounding=rounding)
    few = (workplaces > 0) & (workplaces < RULES.min_count)
    assert gone[:-1][few].all()
    nothing = np.vstack([workplaces, workplaces.sum(axis=0)]).sum(axis=1) == 0
    assert not gone[nothing].any() or gone[~nothing].any()
    known = job_table(jobs, workplaces, flags, RULES, rounding=rounding)
    sums = [each for figure in known.figures if not gone[figure.name] for each in figure.sums]
    found = intervals(known.n_cells, sums, known.groups)
    assert not exposed(found, known.groups, min_count=math.inf).any()
    cells = np.diff(jobs, axis=1, prepend=0.0).ravel()
    for group, (low, high) in zip(known.groups, found, strict=True):
        true = cells[list(group.cells)].sum()
        assert group.total == true + 1
        assert low - 1e-3 <= true <= high + 1e-3
        # nobody comes nearer to it than by all that it is
        assert high - low >= true - 1e-3
        # nor can anybody say that it is at most a hair more
        assert high >= 1.1 * true - 1e-3


@given(towns, st.integers(1, 6))
@settings(max_examples=15, deadline=None)
def test_nobody_can_work_it_out_from_sectors_and_skill_levels_together(rings, shared):
    # rows 0 and 1, 2 and 3 are the levels of two sectors; a workplace may hold both levels
    jobs, held = table(*rings)
    sums = JobLines([(0, 1), (2, 3), (0, 2), (1, 3)], 2)
    counts = [np.ceil(held[list(own)].sum(axis=0) / (shared if at < 2 else 1))
              for at, own in enumerate(sums.sums)]  # fmt: skip
    workplaces = np.array([*counts, counts[0] + counts[1]])
    flags = np.array([False, True])
    gone = hidden_job_counts(jobs, workplaces, flags, RULES, rounding=10, lines=sums)
    known = job_table(jobs, workplaces, flags, RULES, rounding=10, lines=sums)
    told = [each for figure in known.figures if not gone[figure.name] for each in figure.sums]
    found = intervals(known.n_cells, told, known.groups)
    assert not exposed(found, known.groups, min_count=math.inf).any()
    few = (workplaces > 0) & (workplaces < RULES.min_count)
    assert gone[few].all()
    cells = np.diff(jobs, axis=1, prepend=0.0).ravel()
    for group, (low, high) in zip(known.groups, found, strict=True):
        assert group.total == cells[list(group.cells)].sum() + 1
        assert high - low >= group.total - 1 - 1e-3


def test_without_few_workplaces_nothing_is_hidden():
    assert not hidden([[(500, 5), (100, 9)], [(90, 20), (80, 5)]]).any()
    assert not hidden([[(0, 0), (0, 0)], [(90, 20), (80, 5)]]).any()


def test_one_workplace_between_two_limits_hides_one_of_them():
    # 600 jobs within the first limit, 1,000 within the second: the one in between has 400
    gone = hidden([[(600, 9), (400, 1)]], by_sector=False)
    assert gone[-1].tolist() == [True, False]
    # of 40 jobs a rounding to hundreds tells nothing
    assert not hidden([[(600, 9), (40, 1)]], by_sector=False, rounding=100).any()


def test_an_upper_end_a_hair_above_the_truth_hides_a_count():
    # 95 jobs at one workplace, 451 at nine: told in hundreds as 500, of 500 in all. So the one has
    # 0 to 100: wide enough, but "at most 100" is near 95
    jobs, workplaces = table([(95, 1)], [(451, 9)])
    flags = np.array([False])
    wide = SmallNumbers(20, 3, 5, (0.01,))
    for rules, expected in ((wide, [True, False, False]), (RULES, [True, True, False])):
        gone = hidden_job_counts(jobs, workplaces, flags, rules, rounding=100)
        assert gone[:, 0].tolist() == expected


def test_a_tight_upper_end_withholds_the_smallest_sector_and_no_total():
    # 231 jobs at three workplaces are hidden; beside them the second sector is told at every limit,
    # and only without all of it nobody can say that they are at most a hair more
    rings = [
        [(0, 0), (0, 0), (290, 10)],
        [(126, 9), (0, 0), (33, 11)],
        [(231, 3), (0, 0), (0, 0)],
        [(0, 0), (4, 2), (0, 0)],
    ]
    jobs, workplaces = table(*rings)
    gone = hidden_job_counts(jobs, workplaces, np.zeros(3, bool), RULES, rounding=10)
    assert gone.tolist() == [
        [False, False, False],
        [True, True, True],
        [True, True, True],
        [False, True, True],
        [False, False, False],
    ]


def test_of_size_classes_a_difference_between_limits_withholds_nothing():
    jobs, workplaces = table([(600, 9), (400, 1)])
    by_class = replace(RULES, workplace_sizes=(1, 5, 10))
    known = [
        hidden_job_counts(jobs, workplaces, np.zeros(2, bool), rules, rounding=10, by_sector=False)
        for rules in (RULES, by_class)
    ]
    assert [each[-1].tolist() for each in known] == [[True, False], [False, False]]


@pytest.mark.parametrize(("count", "gone"), [(4, True), (5, False)])
def test_min_count_itself_is_shown(count, gone):
    assert hidden([[(100, count), (0, 0)]], by_sector=False)[-1].all() == gone


@given(st.integers(0, 100_000), st.sampled_from([1, 10, 100]), st.booleans())
def test_a_told_count_holds_the_true_one(value, rounding, cut):
    low, high = told_range(float(value), rounding, cut=cut)
    assert low <= value <= high
    assert low <= rounded_to(float(value), rounding, lower_bound=cut) <= high
    assert high - low in (0, rounding) or low == 0


def test_a_single_workplace_has_its_jobs_withheld_and_a_zone_has_not():
    zone = {"unit": "jobs", "opportunities": 3500.0}
    assert jobs_at(zone) == {"jobs": 3500, "jobs_hidden": False}
    assert jobs_at(zone | {"opportunities_hidden": True}) == {"jobs": None, "jobs_hidden": True}
    assert jobs_at(zone | {"unit": "places"}) == {"jobs": None, "jobs_hidden": False}
