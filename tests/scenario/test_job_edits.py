"""Jobs of a scenario: each number holds in its years, whatever kind of layer has them."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import SchemaError
from htkgis.profile.workplace_sizes import in_size_classes
from htkgis.scenario import edited_jobs, edited_places, places_in_state
from htkgis.scenario_rules import AddJobs, ChangeJobs, MovePlace
from htkgis.schema import PLACES, check
from tests.scenario.edits import CRS, spot

FACTS = {
    **dict.fromkeys(("quarter_id", "sector", "note", "note_en", "name_en")),
    **dict.fromkeys(("opportunities_low", "opportunities_high"), float("nan")),
    "status": "existing",
    "position_accuracy_m": 100.0,
}
NO_YEARS = pd.array([None, None, None], dtype="Int64")


def town(layer="jobs", sector=None):
    """Two places of jobs and a school."""
    rows = [
        FACTS
        | {"id": name, "name": name.upper(), "function": "business area", "unit": "jobs"}
        | {"opportunities": number, "layer": layer, "sector": sector}
        for name, number in (("a", 300.0), ("b", 50.0))
    ]
    school = {"id": "s", "name": "S", "function": "school", "unit": "places", "layer": "places"}
    table = gpd.GeoDataFrame(
        [*rows, FACTS | school | {"opportunities": 1.0}],
        geometry=[shapely.Point(700_000 + 100 * n, 6_170_000) for n in range(3)],
        crs=CRS,
    )
    return check(table.assign(valid_from=NO_YEARS, valid_to=NO_YEARS), PLACES, where="test")


TOWN = town()


def add(name, jobs, start, end=None, **facts):
    return AddJobs(
        kind="add_jobs", id=name, jobs=jobs, from_year=start, to_year=end, **spot(250, 0), **facts
    )


def change(place, jobs, start, end=None):
    return ChangeJobs(
        kind="change_jobs", place=place, jobs=float(jobs), from_year=start, to_year=end
    )


def jobs_in(table, year):
    """Jobs by place that exist in a year."""
    state = places_in_state(table, year=year)
    own = state[state["state"].eq("existing") & state["unit"].eq("jobs")]
    return dict(zip(own["id"].str.split("@").str[0], own["opportunities"], strict=True))


def test_without_edits_of_jobs_the_very_same_table_comes_back():
    assert edited_jobs(TOWN, []) is TOWN


def test_new_jobs_are_there_in_their_years_and_come_on_top():
    table = edited_jobs(TOWN, [add("c", 40.0, 2030, 2035)])
    assert [sum(jobs_in(table, year).values()) for year in (2029, 2030, 2034, 2035)] == [
        350, 390, 390, 350,
    ]  # fmt: skip
    new = table.set_index("id").loc["c"]
    assert (new["function"], new["layer"]) == ("business area", "jobs")
    assert (new.geometry.x, new.geometry.y) == pytest.approx((700_250, 6_170_000), abs=0.001)


def test_a_new_workplace_counts_with_its_size_class_as_others_do():
    table = edited_jobs(town("workplaces"), [add("c", 41.0, 2030)])
    single = table["layer"].eq("workplaces")
    told = in_size_classes(table, single, (1, 5, 10, 20, 50)).set_index("id")
    assert told.loc["c", ["opportunities_low", "opportunities", "opportunities_high"]].tolist() == [
        20, 31, 49,
    ]  # fmt: skip


def test_another_number_of_jobs_holds_in_its_years_and_where_it_was():
    table = edited_jobs(TOWN, [change("a", 500, 2030, 2033)])
    assert [jobs_in(table, year)["a"] for year in (2029, 2030, 2032, 2033)] == [300, 500, 500, 300]
    # and in no year does the place stand twice
    for year in (2029, 2030, 2033):
        state = places_in_state(table, year=year)
        assert state["state"].eq("existing").sum() == len(TOWN)
    assert set(table.loc[table["id"].str.startswith("a"), "geometry"].to_wkt()) == {
        "POINT (700000 6170000)"
    }


def test_the_interval_of_an_old_number_says_nothing_of_a_new_one():
    known = TOWN.assign(opportunities_low=1.0, opportunities_high=400.0)
    table = edited_jobs(known, [change("a", 500, 2030)]).set_index("id")
    ends = ["opportunities_low", "opportunities_high"]
    assert table.loc["a", ends].tolist() == [1, 400]
    assert table.loc["a@2030", ends].isna().all()


def test_jobs_that_change_and_then_move_keep_their_new_number():
    move = MovePlace(kind="move_place", place="a", from_year=2030, **spot(0, 500))
    table = edited_jobs(edited_places(TOWN, [move]), [change("a", 500, 2028)])
    assert [jobs_in(table, year)["a"] for year in (2027, 2028, 2029, 2030)] == [300, 500, 500, 500]
    assert len(places_in_state(table, year=2031).query("state == 'existing'")) == len(TOWN)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (add("a", 5.0, 2030), "add_jobs 'a': the id is taken"),
        (add("c", 5.0, 2030, sector="IT"), "sector 'IT'; the layer allows none"),
        (change("x", 5, 2030), "change_jobs 'x': there is no such place"),
        (change("s", 5, 2030), "change_jobs 's': it has no jobs but is a place of function"),
        (change("a", 300, 2030), "change_jobs 'a': it has 300 jobs already"),
    ],
)
def test_an_edit_of_jobs_that_cannot_be_is_refused(edit, said):
    with pytest.raises(SchemaError, match=f"1 of 1 edits of jobs cannot be made: .*{said}"):
        edited_jobs(TOWN, [edit])


def test_jobs_that_are_not_there_yet_cannot_change():
    table = edited_jobs(TOWN, [add("c", 40.0, 2030)])
    with pytest.raises(SchemaError, match="change_jobs 'c': it is not there in 2025"):
        edited_jobs(table, [change("c", 50, 2025)])


def test_jobs_cannot_be_added_where_the_catalog_has_none():
    with pytest.raises(SchemaError, match="add_jobs 'c': the catalog has no jobs"):
        edited_jobs(TOWN[TOWN["unit"].ne("jobs")], [add("c", 5.0, 2030)])


def test_a_sector_that_the_layer_knows_is_kept():
    table = edited_jobs(town(sector="IT"), [add("c", 5.0, 2030, sector="IT")])
    assert table.set_index("id")["sector"]["c"] == "IT"


@given(st.permutations([change("a", 500, 2028), change("b", 60, 2030), add("c", 5.0, 2026)]))
def test_the_order_of_independent_edits_of_jobs_does_not_matter(edits):
    table = edited_jobs(TOWN, edits)
    assert [jobs_in(table, year) for year in (2026, 2029, 2031)] == [
        {"a": 300, "b": 50, "c": 5},
        {"a": 500, "b": 50, "c": 5},
        {"a": 500, "b": 60, "c": 5},
    ]


@settings(max_examples=15, deadline=None)
@given(st.integers(2026, 2040), st.integers(1, 900))
def test_taking_jobs_from_one_place_to_another_keeps_their_total(year, moved):
    moved = min(moved, 299)
    table = edited_jobs(TOWN, [change("a", 300 - moved, year), add("c", float(moved), year)])
    assert [sum(jobs_in(table, when).values()) for when in (year - 1, year)] == [350, 350]
