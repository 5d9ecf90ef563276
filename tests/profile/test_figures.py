"""Figures of quarters: the least, median and greatest over the origins of each area."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.profile import profile_figures
from htkgis.profile.figures import FLAGS, SITUATION, figures_of_values
from htkgis.profile.spread import STATISTICS, spread

AREAS = {"area_1": "quarter_1", "area_2": "quarter_2"}


def access_of(values: list[tuple[str, str, float]], **facts: object) -> pd.DataFrame:
    """Rows of access: origin, measure and value."""
    table = pd.DataFrame(values, columns=["id", "measure", "value"])
    common = {
        "function": "school",
        "mode": "walk",
        "limit_min": np.nan,
        "percentile": np.nan,
        "departure": None,
        "lens": "adult",
        "state": 2026,
        "unit": "min",
        "lower_bound": False,
        "upper_bound": False,
    }
    return table.assign(**{**common, **facts})


def by_statistic(figures: pd.DataFrame, quarter: str, measure: str) -> dict[str, float]:
    own = figures[figures["quarter_id"].eq(quarter) & figures["indicator"].eq(measure)]
    return dict(zip(own["statistic"], own["value"], strict=True))


def test_quarters_stand_in_their_own_order_and_measures_in_that_of_the_table() -> None:
    access = access_of(
        [("b", "far", 9.0), ("a", "near", 4.0), ("c", "near", 6.0), ("a", "far", 8.0)]
    )
    areas = pd.Series({"a": "area_1", "b": "area_2", "c": "area_1"})
    figures = profile_figures(access, areas, AREAS)
    assert list(
        figures[["quarter_id", "indicator"]].drop_duplicates().itertuples(index=False, name=None)
    ) == [("quarter_1", "far"), ("quarter_1", "near"), ("quarter_2", "far")]
    assert by_statistic(figures, "quarter_1", "near") == {"min": 4.0, "median": 5.0, "max": 6.0}


def test_origins_of_no_quarter_count_nowhere() -> None:
    access = access_of([("a", "near", 4.0), ("z", "near", 1.0)])
    figures = profile_figures(access, pd.Series({"a": "area_1"}), AREAS)
    assert by_statistic(figures, "quarter_1", "near") == {"min": 4.0, "median": 4.0, "max": 4.0}


def test_where_no_origin_has_a_row_there_is_no_figure() -> None:
    nothing = access_of([("a", "near", 4.0)]).iloc[:0]
    assert profile_figures(nothing, pd.Series({"a": "area_1"}), AREAS).empty


def test_a_bound_of_one_origin_bounds_the_figure_of_its_quarter_alone() -> None:
    access = access_of(
        [("a", "near", 4.0), ("b", "near", 5.0), ("c", "near", 6.0)],
        upper_bound=[False, True, False],
    )
    areas = pd.Series({"a": "area_1", "b": "area_1", "c": "area_2"})
    figures = profile_figures(access, areas, AREAS)
    assert figures.groupby("quarter_id")["upper_bound"].agg(["all", "any"]).to_numpy().tolist() == [
        [True, True],
        [False, False],
    ]


def test_one_hidden_origin_hides_the_figure_and_its_bounds() -> None:
    access = access_of(
        [("a", "near", np.nan), ("b", "near", 5.0)], hidden=[True, False], lower_bound=True
    )
    areas = pd.Series({"a": "area_1", "b": "area_1"})
    figures = profile_figures(access, areas, AREAS)
    assert figures["hidden"].all()
    assert figures["value"].isna().all()
    assert not figures["lower_bound"].any()


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.one_of(st.just(math.nan), st.integers(0, 99).map(float)),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_figure_is_the_spread_of_its_own_origins(rows: list[tuple[str, float]]) -> None:
    access = access_of([(f"o{at}", measure, value) for at, (measure, value) in enumerate(rows)])
    areas = pd.Series({f"o{at}": "area_1" for at in range(len(rows))})
    figures = profile_figures(access, areas, AREAS)
    for measure, own in access.groupby("measure"):
        expected = spread(own["value"])
        found = by_statistic(figures, "quarter_1", str(measure))
        assert [found[name] for name in STATISTICS] == pytest.approx(
            [expected[name] for name in STATISTICS], nan_ok=True
        )


@given(st.integers(0, 2**32 - 1))
def test_arrays_give_the_figures_that_a_table_of_their_rows_gives(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shape = (int(chance.integers(1, 5)), int(chance.integers(1, 9)))
    values = chance.choice([np.nan, 0.0, 1.0, 2.0, 7.5], shape)
    flags = {name: chance.random(shape) < 0.2 for name in FLAGS}
    told = chance.random(shape) < 0.8
    ids = [f"o{at}" for at in range(shape[1])]
    areas = pd.Series(chance.choice(["area_1", "area_2", "elsewhere"], shape[1]), index=ids)
    rows = [
        access_of(
            [(ids[at], f"m{row}", values[row, at]) for at in range(shape[1])],
            **{name: flag[row] for name, flag in flags.items()},
        )
        for row in range(shape[0])
    ]
    access = pd.concat(rows, ignore_index=True)
    situations = pd.concat([table[SITUATION].iloc[:1] for table in rows], ignore_index=True)
    found = figures_of_values(situations, values, flags, told, areas, AREAS)
    expected = profile_figures(access[told.ravel()].reset_index(drop=True), areas, AREAS)
    if not len(expected):
        assert not len(found)
        return
    pd.testing.assert_frame_equal(found, expected)
