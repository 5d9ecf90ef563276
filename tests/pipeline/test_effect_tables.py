"""Tables of effects: a count of few persons is not told, nor what would give it away."""

import numpy as np
import pytest

from htkgis.access.effect import MEASURES
from htkgis.pipeline.effect_tables import Block, effect_table
from htkgis.profile.project_effects import HiddenEffects
from htkgis.scenario.shapley import shapley_exact

GROUPS = ("a", "b", "everybody")


def gainers(*persons):
    """Table of one project that this many gain by in two areas, on the way to one function."""
    parts = np.array([*persons, sum(persons)]) * 1000
    values = np.zeros((2, 4, 2, 3), dtype=np.int64)
    values[1, 1] = parts
    hidden = HiddenEffects(np.zeros((1, 2, 3), dtype=bool), np.zeros((2, 3), dtype=bool))
    block = Block("ways", MEASURES, ("school", "all"), GROUPS)
    shares = shapley_exact(values.reshape(2, -1))
    table = effect_table(shares, [block], [hidden], ["p"], min_persons=60)
    own = table[(table["measure"] == "gainers") & (table["function"] == "school")]
    return own.set_index("group")


@pytest.mark.parametrize(("few", "told"), [(0, 0.0), (60, 60.0), (400, 400.0)])
def test_nobody_and_enough_persons_are_told(few, told):
    assert gainers(few, 900).loc["a", "alone"] == told


@pytest.mark.parametrize("few", [1, 3, 59])
def test_few_persons_are_hidden_and_the_sum_that_would_tell_of_them(few):
    table = gainers(few, 900)
    columns = ["alone", "last", "shapley", "together"]
    assert table.loc[["a", "everybody"], columns].isna().all(axis=None)
    assert table.loc["a", "hidden"]
    assert table.loc["b", "alone"] == 900


def test_blocks_stand_behind_each_other_each_with_its_unit_and_what_is_hidden_of_it():
    groups = ("a", "everybody")
    blocks = [
        Block("ways", MEASURES, ("all",), groups),
        Block("moved", ("moved_in", "moved_out"), ("homes",), groups),
        Block("jobs", ("jobs_15", "jobs_30"), ("jobs",), groups),
    ]
    values = np.zeros((4, 4 * 2 + 2 * 2 + 2 * 2), dtype=np.int64)
    # project q alone: 2 persons come, and 3 residents reach 5 jobs more within 15 min, 7 within 30
    values[2:] = [0] * 8 + [2000, 2000, 0, 0] + [15_000_000] * 2 + [21_000_000] * 2
    shown = [np.zeros((2, rows, 2), dtype=bool) for rows in (1, 2, 3)]
    shown[2][1, 0] = True
    hidden = [HiddenEffects(flags, np.zeros(flags.shape[1:], dtype=bool)) for flags in shown]
    table = effect_table(shapley_exact(values), blocks, hidden, ["p", "q"], min_persons=60)
    assert table["project"].tolist() == ["p"] * 16 + ["q"] * 16
    own = table[table["group"].eq("everybody")].set_index(["project", "measure"])
    assert own.loc[("q", "moved_in"), ["unit", "alone"]].tolist() == ["persons", 2.0]
    assert own.loc[("q", "jobs_30"), ["unit", "alone"]].tolist() == ["person-jobs", 21.0]
    assert np.isnan(own.loc[("q", "jobs_15"), "alone"])
    assert own["hidden"].sum() == 1
    assert own.loc[("p", "jobs_15"), "alone"] == 0
