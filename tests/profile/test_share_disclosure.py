"""Shares of persons: rounding, the attack over all that is told, two editions, three words."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.profile.disclosure import SmallNumbers
from htkgis.profile.share_disclosure import (
    KEY,
    case_table,
    publish_shares,
    rounded_share,
    step_of,
)
from htkgis.profile.suppression import exposed, intervals
from htkgis.schema import DISTRIBUTION, SHARES

RULES = SmallNumbers(20, 3, 5, (0.01, 0.02, 0.05, 0.1, 0.2))
LIMITS = (5.0, 10.0, 15.0)
SEARCHED = 120.0
BANDS = len(LIMITS) + 2
PARTS = (("a", "north"), (None, "north"), ("b", "south"), (None, "south"))
UNITS = (
    ("a", "area", (0,)),
    ("b", "area", (2,)),
    ("town", "municipality", (0, 1, 2, 3)),
    ("north", "district", (0, 1)),
    ("south", "district", (2, 3)),
)


def town(persons):
    """Tables as they are measured, of persons by part (4) and band of time (5)."""
    shares, spreads = [], []
    for unit, kind, own in UNITS:
        bands = persons[list(own)].sum(axis=0)
        total = float(bands.sum())
        unit_facts = {"unit_id": unit, "unit_kind": kind, "name": unit, "persons": total}
        facts = unit_facts | {"function": "school", "mode": "walk", "state": 2026}
        reached = np.cumsum(bands) / total if total else np.full(BANDS, np.nan)
        shares += [
            facts | {"limit_min": limit, "share": reached[at], "lower_bound": False}
            for at, limit in enumerate(LIMITS)
        ]
        middle = [2.5, 7.5, 12.5, 60.0, np.nan]
        quantiles = {
            f"p{percent}_min": middle[int(np.searchsorted(reached, percent / 100 - 1e-12))]
            if total
            else np.nan
            for percent in (10, 50, 90)
        }
        bounds = {f"p{percent}_upper_bound": False for percent in (10, 50, 90)}
        unreached = 1 - reached[3] if total else np.nan
        spreads.append(
            facts | quantiles | bounds | {"searched_min": SEARCHED, "unreached_share": unreached}
        )
    return (
        pd.DataFrame(shares)[list(SHARES.columns)],
        pd.DataFrame(spreads)[list(DISTRIBUTION.columns)],
        pd.DataFrame(PARTS, columns=["area_id", "district_id"]).assign(
            persons=persons.sum(axis=1).astype(float)
        ),
    )


towns = st.lists(st.one_of(st.integers(0, 8), st.integers(0, 400)), min_size=20, max_size=20).map(
    lambda cells: np.array(cells).reshape(4, 5)
)


def told_sums(persons, told, spread):
    """What is known to a reader of the published tables: the figures that are not hidden."""
    shares, distribution, parts = town(persons)
    table = case_table(shares, distribution, parts, RULES, accepted={})
    hidden = {("share", at) for at in told.index[told["hidden"]]}
    hidden |= {("spread", at) for at in spread.index[spread["hidden"]]}
    figures = [figure for figure in table.figures if figure.name not in hidden]
    sums = [each for figure in figures for each in figure.sums]
    return table, [*table.known, *sums]


@given(towns)
@settings(max_examples=6, deadline=None)
def test_nobody_can_work_out_a_small_number_of_persons(persons):
    told, spread = publish_shares(*town(persons), RULES)
    table, known = told_sums(persons, told, spread)
    found = intervals(table.n_cells, known, table.groups)
    bare = intervals(table.n_cells, table.known, table.groups)
    public = exposed(bare, table.groups, min_count=RULES.min_count)
    assert not (exposed(found, table.groups, min_count=RULES.min_count) & ~public).any()
    cells = persons.ravel()
    for group, (low, high) in zip(table.groups, found, strict=True):
        true = cells[list(group.cells)].sum()
        assert low - 1e-3 <= true <= high + 1e-3


@given(towns, st.integers(0, 3), st.integers(0, 4), st.integers(0, 4))
@settings(max_examples=6, deadline=None)
def test_one_person_who_moves_between_bands_changes_nothing_that_is_told(persons, part, out, into):
    first, _ = publish_shares(*town(persons), RULES)
    moved = persons.copy()
    if moved[part, out] == 0:
        return
    moved[part, out] -= 1
    moved[part, into] += 1
    accepted = {
        key: None if hidden else share
        for key, share, hidden in zip(
            first[KEY].itertuples(index=False, name=None),
            first["share"],
            first["hidden"],
            strict=True,
        )
        if hidden or not pd.isna(share)
    }
    second, _ = publish_shares(*town(moved), RULES, accepted=accepted)
    pd.testing.assert_frame_equal(second, first)


def test_without_the_accepted_edition_one_person_can_tip_a_rounding():
    persons = np.zeros((4, 5), dtype=int)
    persons[:, 3] = 1000
    persons[0, 0], persons[0, 3] = 14, 986
    less, _ = publish_shares(*town(persons), RULES)
    persons[0, 0], persons[0, 3] = 15, 985
    more, _ = publish_shares(*town(persons), RULES)
    assert (less["share"][0], more["share"][0]) == (0.01, 0.02)


def test_a_unit_of_few_is_hidden_zero_is_told_and_nobody_is_missing():
    persons = np.zeros((4, 5), dtype=int)
    persons[0] = [0, 0, 500, 500, 0]
    persons[1] = [0, 0, 700, 500, 0]
    persons[2] = [10, 10, 10, 10, 19]  # 59 persons: fewer than 20 households of 3
    persons[3] = 0
    told, spread = publish_shares(*town(persons), RULES)
    by_unit = told[told["limit_min"] == 5.0].set_index("unit_id")
    assert by_unit.loc["a", ["share", "hidden"]].tolist() == [0.0, False]
    assert by_unit["hidden"]["b"]
    assert pd.isna(by_unit["share"]["b"])
    assert pd.isna(by_unit["persons"]["b"])
    hidden = spread[spread["unit_id"] == "b"]
    assert hidden["hidden"].all()
    assert hidden[["p10_min", "p50_min", "p90_min", "unreached_share"]].isna().all(axis=None)
    nobody, _ = publish_shares(*town(np.zeros((4, 5), dtype=int)), RULES)
    assert nobody["share"].isna().all()
    assert not nobody["hidden"].any()


@pytest.mark.parametrize(("persons", "step"), [(1000, 0.01), (500, 0.02), (100, 0.1), (50, 0.2)])
def test_half_a_step_holds_min_count_persons(persons, step):
    assert step_of(persons, RULES) == step
    assert step_of(persons - 1, RULES) != step


@given(st.floats(0, 1), st.sampled_from(RULES.share_steps), st.booleans())
def test_a_rounded_share_holds_the_true_one_and_says_none_or_all_only_where_it_is(share, step, cut):
    told = rounded_share(share, step, lower_bound=cut)
    exact = round(share, 6)
    assert told.low - 1e-9 <= exact <= told.high + 1e-9
    assert (told.value == 1.0) == (exact == 1.0)
    if cut:
        assert told.value <= exact
    else:
        assert (told.value == 0.0) == (exact == 0.0)
        assert told.high - told.low >= step / 2 - 1e-9 or exact in (0.0, 1.0)


def test_a_lower_bound_of_the_accepted_edition_is_not_kept_where_it_is_no_longer_true():
    persons = np.tile([109, 191, 300, 400, 0], (4, 1))
    shares, distribution, parts = town(persons)
    key = tuple(shares.loc[0, KEY])
    # 10.9 % round to 0.11, and are not "at least 0.11"
    kept, _ = publish_shares(shares, distribution, parts, RULES, accepted={key: 0.10})
    assert kept["share"][0] == 0.10
    cut = shares.assign(lower_bound=True)
    untrue, _ = publish_shares(cut, distribution, parts, RULES, accepted={key: 0.11})
    assert untrue["share"][0] == 0.10
