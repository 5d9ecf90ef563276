"""States by date: first and last year, plans without a year, and the order of states."""

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from htkgis.scenario import places_in_state
from htkgis.schema import STATUSES

YEAR = st.none() | st.integers(1900, 2100)
ORDER = ["planned", "existing", "closed"]


def places(*rows):
    table = pd.DataFrame(rows, columns=["status", "valid_from", "valid_to"])
    return gpd.GeoDataFrame(table.astype({"valid_from": "Int64", "valid_to": "Int64"}))


def state(row, year):
    return places_in_state(places(row), year=year)["state"].item()


@pytest.mark.parametrize(
    ("status", "start", "end", "year", "expected"),
    [
        ("existing", None, None, 1900, "existing"),
        ("existing", 2020, None, 2019, "planned"),
        ("existing", 2020, None, 2020, "existing"),
        ("existing", None, 2021, 2020, "existing"),
        ("existing", None, 2021, 2021, "closed"),
        ("moved", None, 2021, 2020, "existing"),
        ("moved", None, 2021, 2021, "closed"),
        ("planned", None, None, 2100, "planned"),
        ("planned", 2022, None, 2021, "planned"),
        ("planned", 2022, None, 2022, "existing"),
        ("planned", 2022, 2030, 2030, "closed"),
        ("cancelled", None, None, 2026, "cancelled"),
        ("cancelled", 2020, 2030, 2025, "cancelled"),
        ("existing", 2020, 2020, 2020, "closed"),
    ],
)
def test_a_place_exists_from_its_first_year_until_its_last(status, start, end, year, expected):
    assert state((status, start, end), year) == expected


@given(
    st.sampled_from(STATUSES), YEAR, YEAR, st.lists(st.integers(1890, 2110), min_size=2, max_size=4)
)
def test_places_open_once_close_once_and_never_come_back(status, start, end, years):
    states = [state((status, start, end), year) for year in sorted(years)]
    if status == "cancelled":
        assert set(states) == {"cancelled"}
    else:
        ranks = [ORDER.index(name) for name in states]
        assert ranks == sorted(ranks)


@given(
    st.lists(st.tuples(st.sampled_from(STATUSES), YEAR, YEAR), max_size=5), st.integers(1900, 2100)
)
def test_rows_and_index_stay_and_the_input_is_not_altered(rows, year):
    table = places(*rows)
    table.index = pd.Index([f"p{n}" for n in range(len(rows))], dtype=object)
    before = table.copy(deep=True)
    found = places_in_state(table, year=year)
    assert_frame_equal(table, before)
    assert_frame_equal(pd.DataFrame(found.drop(columns="state")), pd.DataFrame(before))


def test_years_held_as_plain_objects_give_the_same_state():
    table = gpd.GeoDataFrame(
        {
            "status": ["planned", "existing"],
            "valid_from": pd.Series([2021, None], dtype=object),
            "valid_to": [None, None],
        }
    )
    assert places_in_state(table, year=2021)["state"].tolist() == ["existing", "existing"]


def test_no_places_give_no_states():
    assert places_in_state(places(), year=2026)["state"].tolist() == []
