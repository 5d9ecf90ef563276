"""Effects of projects as they are told: nobody is given away, and no budget is made up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.project_effects import cost_beside_effect, hidden_effects, rank_projects

RULES = SmallNumbers(20, 3, 5, (0.01, 0.02))
"""Nothing is shown of 1 to 59 persons."""


def touched(table):
    """Persons by project, function and group; with all functions (at least the most) and all."""
    parts = np.array(table, dtype=float)
    parts = np.concatenate([parts, parts.max(axis=1, keepdims=True)], axis=1)
    return np.concatenate([parts, parts.sum(axis=2, keepdims=True)], axis=2)


@pytest.mark.parametrize(("persons", "hidden"), [(0, False), (1, True), (59, True), (60, False)])
def test_of_fewer_than_the_study_allows_nothing_is_shown(persons, hidden):
    found = hidden_effects(touched([[[persons, 900, 900]]]), RULES)
    assert found.projects[0, 0, 0] == hidden
    assert found.together[0, 0] == hidden


def test_a_project_that_touches_few_people_in_all_is_hidden_whole():
    found = hidden_effects(touched([[[12, 0, 0]], [[400, 0, 0]]]), RULES)
    assert found.projects[0, :, 0].all()
    assert found.projects[0, :, -1].all()
    assert not found.projects[1].any()
    # what both do together less what the other does would tell of the twelve
    assert found.together[0, 0]


persons = st.sampled_from([0, 0, 3, 59, 60, 400, 5000])
tables = st.lists(
    st.lists(st.lists(persons, min_size=3, max_size=3), min_size=2, max_size=2),
    min_size=1,
    max_size=3,
)


@given(tables)
def test_no_single_part_of_a_sum_is_hidden_beside_others_that_are_shown(table):
    counts = touched(table)
    found = hidden_effects(counts, RULES).projects
    assert (found >= ((counts > 0) & (counts < 60))).all()
    for project, own in enumerate(found):
        for function in range(own.shape[0]):
            parts, people = own[function, :-1], counts[project, function, :-1]
            assert parts.sum() != 1 or not (~parts & (people > 0)).any()
        for group in range(own.shape[1]):
            parts, people = own[:-1, group], counts[project, :-1, group]
            assert parts.sum() != 1 or not (~parts & (people > 0)).any()


def test_a_budget_of_nothing_or_of_nobody_has_no_price():
    effects = pd.DataFrame(
        {"saved_person_min": [9.0] * 4, "gainers": [3.0, 3, 0, -3], "reach": 1.0}
    )
    costs = cost_beside_effect(pd.Series([None, 0.0, 6.0, 6.0]), effects)
    assert costs["money_per_gainer"].isna().all()
    assert costs["person_min_per_mio"].fillna(-1).tolist() == [-1, -1, 1.5, 1.5]
    assert costs["money_per_reach"].fillna(-1).tolist() == [-1, -1, 6e6, 6e6]


def test_equals_share_a_rank_and_one_that_is_hidden_has_none():
    budget = pd.Series({"a": 2.0, "b": 4.0, "c": 1.0, "d": None})
    ranks = rank_projects(
        budget,
        {"study": np.array([10, 20, 1, np.nan]), "slow": np.array([10, 10, 1, np.nan])},
        "study",
    )
    assert ranks["rank"].fillna(-1).tolist() == [1, 1, 3, -1]
    assert ranks["rank_high"].fillna(-1).tolist() == [1, 2, 3, -1]
    assert ranks["moved_by"].tolist() == [(), ("slow",), (), ()]


def test_ranks_that_the_error_of_an_estimate_could_change_are_not_sure():
    budget = pd.Series({"a": None, "b": None, "c": None, "d": 10.0}, dtype="float64")
    saved = {"study": np.array([100.0, 95.0, 50.0, 60.0])}
    # 100 and 95 lie 5 apart, less than twice the error of their difference, 2 * 2.83
    ranks = rank_projects(budget, saved, "study", error=np.array([2.0, 2.0, 2.0, 90.0]))
    assert ranks["rank"].tolist() == [1, 2, 3, 1]
    assert ranks["rank_low"].tolist() == [1, 1, 3, 1]
    assert ranks["rank_high"].tolist() == [2, 2, 3, 1]
    assert ranks["moved_by"].tolist() == [("estimate",), ("estimate",), (), ()]
    assert ranks["holds"].tolist() == ["sensitive", "sensitive", "sure", "sure"]
    sure = rank_projects(budget, saved, "study", error=np.zeros(4))
    assert sure.equals(rank_projects(budget, saved, "study"))
