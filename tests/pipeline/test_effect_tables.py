"""Tables of effects: a count of few persons is not told, nor what would give it away."""

import numpy as np
import pytest

from htkgis.pipeline.effect_tables import effect_table
from htkgis.profile.project_effects import HiddenEffects
from htkgis.scenario.shapley import shapley_exact

GROUPS = ("a", "b", "everybody")


def gainers(*persons):
    """Table of one project that this many gain by in two areas, on the way to one function."""
    parts = np.array([*persons, sum(persons)]) * 1000
    values = np.zeros((2, 4, 2, 3), dtype=np.int64)
    values[1, 1] = parts
    hidden = HiddenEffects(np.zeros((1, 2, 3), dtype=bool), np.zeros((2, 3), dtype=bool))
    table = effect_table(
        shapley_exact(values.reshape(2, -1)), hidden, ["p"], ("school", "all"), GROUPS,
        min_persons=60,
    )  # fmt: skip
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
