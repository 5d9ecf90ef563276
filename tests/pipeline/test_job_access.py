"""Jobs within limits: worked example, ends that enclose, sectors that add up."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from htkgis.access import cumulative_opportunities, time_matrix
from htkgis.pipeline.job_access import (
    job_counts,
    job_weights,
    jobs_that_count,
    sectors_of,
    workplaces,
)
from htkgis.profile.disclosure import SmallNumbers

HOMES = pd.Index(["north", "south"], name="id")
FAR = np.array([10**6, 10**6])
NAN = math.nan
RULES, ROUNDING = SmallNumbers(20, 3, 5, (0.01,)), 10


def jobs(*rows):
    """Places of jobs as (id, low, number, high, sector)."""
    columns = ["id", "opportunities_low", "opportunities", "opportunities_high", "sector"]
    table = pd.DataFrame(rows, columns=columns)
    numbers = dict.fromkeys(columns[1:4], "float64")
    return table.astype(numbers | {"sector": object})


def times(*rows):
    return pd.DataFrame(rows, columns=["from_id", "to_id", "travel_time_ds"])


UNITS = jobs(
    ("hall", 5, 7, 9, "industry"),
    ("shop", None, 40, None, "trade"),
    ("tower", 1000, 1000, None, None),
)
WALKS = times(
    ("north", "hall", 6000),
    ("north", "shop", 9000),
    ("north", "tower", 9001),
    ("south", "shop", 100),
    ("south", "school", 100),
)


def counted(units=UNITS, walks=WALKS, limits=(15,), border=FAR):
    """Values by measure, sector and limit, in the order of HOMES; missing is None."""
    times = time_matrix(walks, origins=HOMES, destinations=pd.Index(units["id"]))
    found = job_counts(
        times, units, limits_min=limits, border_ds=border, rules=RULES, rounding=ROUNDING
    )
    return {
        (row.measure, row.part, row.limit_min): [
            None if math.isnan(value) else value for value in row.value[HOMES]
        ]
        for row in found
    }


def test_worked_example_of_three_units():
    assert counted(limits=(15, 20)) == {
        ("jobs", None, 15): [47, 40],
        ("jobs_low", None, 15): [45, 40],
        ("jobs_high", None, 15): [49, 40],
        ("jobs", "industry", 15): [7, 0],
        ("jobs_low", "industry", 15): [5, 0],
        ("jobs_high", "industry", 15): [9, 0],
        **{(f"jobs{end}", "trade", 15): [40, 40] for end in ("", "_low", "_high")},
        **{(f"jobs{end}", "unknown", 15): [0, 0] for end in ("", "_low", "_high")},
        ("jobs", None, 20): [1047, 40],
        ("jobs_low", None, 20): [1045, 40],
        ("jobs_high", None, 20): [None, 40],  # the tower has no upper end
        ("jobs", "industry", 20): [7, 0],
        ("jobs_low", "industry", 20): [5, 0],
        ("jobs_high", "industry", 20): [9, 0],
        **{(f"jobs{end}", "trade", 20): [40, 40] for end in ("", "_low", "_high")},
        **{(f"jobs{end}", "unknown", 20): [1000, 0] for end in ("", "_low")},
        ("jobs_high", "unknown", 20): [None, 0],
    }


def test_without_intervals_and_sectors_there_are_jobs_only():
    plain = UNITS.assign(opportunities_low=NAN, opportunities_high=NAN, sector=None)
    assert counted(plain) == {("jobs", None, 15): [47, 40]}


def test_an_interval_of_one_number_is_no_interval():
    exact = UNITS.assign(opportunities_low=7.0, opportunities=7.0, opportunities_high=7.0)
    assert list(job_weights(exact)) == ["jobs"]
    assert list(job_weights(UNITS)) == ["jobs", "jobs_low", "jobs_high"]


def test_no_jobs_are_none():
    assert counted(UNITS[:0]) == {("jobs", None, 15): [0, 0]}


def test_counts_of_few_workplaces_are_hidden_the_others_are_rounded_and_zero_is_zero():
    # five shops of 21 jobs each and one hall of 400, all within 10 minutes of one of the homes
    units = jobs(
        ("hall", 400, 400, 400, "industry"), *((f"s{n}", 20, 21, 22, "trade") for n in "abcde")
    )
    units = units.assign(opportunities_hidden=True)
    walks = times(("north", "hall", 6000), *(("north", f"s{n}", 6000) for n in "abcde"))
    found = counted(units, walks)
    # without the trade of 105 beside the total of 505 nobody knows whose the jobs are
    assert found["jobs", "industry", 15] == [None, 0]
    assert found["jobs", "trade", 15] == [None, 0]
    assert found["jobs", None, 15] == [510, 0]
    assert found["jobs_low", None, 15] == [500, 0]


def test_the_ends_of_a_hidden_count_are_hidden():
    found = counted(UNITS.assign(opportunities_hidden=True))
    gone = {end: found[f"jobs{end}", "trade", 15] for end in ("", "_low", "_high")}
    assert all(value == [None, None] for value in gone.values())
    assert found["jobs", None, 15] == found["jobs_low", None, 15] == [None, None]


SKILLED = gpd.GeoDataFrame(
    UNITS.assign(skill_level=["2", None, "4"]),
    geometry=gpd.points_from_xy([0, 50, 90], [0, 0, 0]),
)


def test_skill_levels_stand_below_the_sectors_and_sum_to_all_jobs():
    found = counted(SKILLED, limits=(20,))
    levels = {key[1]: value for key, value in found.items() if key[0] == "jobs_skill"}
    assert levels == {"2": [7, 0], "4": [1000, 0], "unknown": [40, 40]}
    assert np.sum(list(levels.values()), axis=0).tolist() == found["jobs", None, 20]
    assert found["jobs_skill_low", "2", 20] == [5, 0]
    assert found["jobs_skill_high", "4", 20] == [None, 0]
    assert list(found)[:3] == [(f"jobs{end}", None, 20) for end in ("", "_low", "_high")]


def test_a_column_without_any_skill_level_makes_no_row():
    assert counted(SKILLED.assign(skill_level=None)) == counted(UNITS)


def test_the_places_behind_a_skill_level_are_those_of_it():
    found = jobs_that_count(SKILLED, "jobs_skill_low", "2")
    assert found[["id", "opportunities"]].to_numpy().tolist() == [["hall", 5]]
    assert jobs_that_count(SKILLED, "jobs_skill", "unknown")["id"].tolist() == ["shop"]


def test_a_workplace_with_several_skill_levels_is_one_workplace():
    rows = SKILLED.iloc[[0, 0, 0, 1, 2]].assign(
        id=list("abcde"), skill_level=["1", "2", None, "2", "4"], sector=["i", "i", "j", "i", "i"]
    )
    assert workplaces(rows).tolist() == [1, 0, 1, 1, 1]  # b is a by another level; c is another
    assert workplaces(rows.assign(skill_level=None)).tolist() == [1, 1, 1, 1, 1]
    assert workplaces(rows.assign(opportunities=[0, 9, 9, 0, 9])).tolist() == [0, 1, 1, 0, 1]


def test_jobs_of_few_workplaces_are_hidden_by_skill_level_too():
    # six works at six points, each with 30 jobs of level 2 and one of them with 50 of level 4
    ids = [f"w{n}" for n in range(6)]
    rows = [(name, 30, 30, 30, "industry") for name in ids] + [("boss", 50, 50, 50, "industry")]
    units = gpd.GeoDataFrame(
        jobs(*rows).assign(skill_level=["2"] * 6 + ["4"], opportunities_hidden=True),
        geometry=gpd.points_from_xy([0, 1, 2, 3, 4, 5, 5], [0] * 7),
    )
    found = counted(units, times(*(("north", name, 6000) for name in [*ids, "boss"])))
    assert found["jobs_skill", "4", 15] == [None, 0]
    # 230 - 180 would tell of it
    assert found["jobs_skill", "2", 15] == [None, 0]
    assert found["jobs", None, 15] == [230, 0]


def test_a_limit_at_the_border_is_a_lower_bound_of_every_row():
    border = np.array([9000, 9001])
    times = time_matrix(WALKS, origins=HOMES, destinations=pd.Index(UNITS["id"]))
    found = job_counts(
        times, UNITS, limits_min=(15,), border_ds=border, rules=RULES, rounding=ROUNDING
    )
    assert {tuple(row.lower_bound) for row in found} == {(True, False)}


def test_places_behind_a_figure_enter_with_its_own_number():
    def of(measure, sector):
        found = jobs_that_count(UNITS, measure, sector)
        return dict(zip(found["id"], found["opportunities"], strict=True))

    assert of("jobs", None) == {"hall": 7, "shop": 40, "tower": 1000}
    assert of("jobs_low", None) == {"hall": 5, "shop": 40, "tower": 1000}
    assert of("jobs", "unknown") == {"tower": 1000}
    assert math.isnan(of("jobs_high", None)["tower"])


UNIT = st.tuples(
    st.integers(0, 50),
    st.integers(0, 50),
    st.sampled_from(["closed", "open", "exact"]),
    st.sampled_from(["a", "b", None]),
    st.integers(0, 12_000),
    st.integers(0, 12_000),
)


@st.composite
def towns(draw):
    """Units with intervals of all kinds, and the walks to them from both homes."""
    rows, walks = [], []
    for number, (low, more, kind, sector, *ds) in enumerate(draw(st.lists(UNIT, max_size=8))):
        ends = {"closed": (low, low + more), "open": (low, None), "exact": (None, None)}[kind]
        middle = low + more / 2 if kind == "closed" else low
        rows.append((f"u{number}", ends[0], middle, ends[1], sector))
        walks += [(home, f"u{number}", time) for home, time in zip(HOMES, ds, strict=True)]
    return jobs(*rows), times(*walks).astype({"travel_time_ds": "int64"})


@given(towns())
def test_sectors_and_the_jobs_without_one_sum_to_all_jobs(town):
    found = counted(*town)
    by_sector = [value for (name, sector, _), value in found.items() if sector and name == "jobs"]
    assert bool(by_sector) == town[0]["sector"].notna().any()
    if by_sector:
        assert np.sum(by_sector, axis=0) == pytest.approx(found["jobs", None, 15])


@given(towns())
def test_all_jobs_lie_between_their_ends(town):
    found = counted(*town)
    middle = found["jobs", None, 15]
    low, high = (found.get((f"jobs_{end}", None, 15), middle) for end in ("low", "high"))
    for least, number, most in zip(low, middle, high, strict=True):
        assert least <= number
        assert most is None or number <= most


@given(towns())
def test_all_jobs_are_the_plain_sum_over_the_places(town):
    units, walks = town
    plain = cumulative_opportunities(
        walks, units.set_index("id")["opportunities"], origins=HOMES, limit_min=15
    )
    assert counted(units, walks)["jobs", None, 15] == plain.tolist()


@given(towns(), st.randoms())
def test_the_order_of_the_units_does_not_matter(town, random):
    units, walks = town
    order = list(range(len(units)))
    random.shuffle(order)
    assert counted(units.iloc[order], walks) == counted(units, walks)


def test_sectors_stand_only_where_a_place_has_one():
    assert sectors_of(UNITS).tolist() == ["industry", "trade", "unknown"]
    assert sectors_of(UNITS.assign(sector=None)).empty
