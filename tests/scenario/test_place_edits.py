"""Places of a scenario: each edit holds in its years and nowhere else, and none touches nothing."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from htkgis.errors import ConfigError, SchemaError
from htkgis.scenario import places_in_state
from htkgis.scenario.place_edits import edited_places
from htkgis.scenario_rules import AddPlace, ClosePlace, MovePlace, Scenario, read_scenario
from htkgis.schema import PLACES, check

UTM32 = "EPSG:25832"
HERE = {"lat": 55.65, "lon": 12.29}
FACTS = {
    "quarter_id": None,
    "opportunities": 1.0,
    "opportunities_low": float("nan"),
    "opportunities_high": float("nan"),
    "unit": "places",
    "sector": None,
    "status": "existing",
    "position_accuracy_m": 25.0,
    "note": None,
    "note_en": None,
    "name_en": None,
}


def places(*rows):
    """Places by id, with the years from and until which they are there."""
    table = gpd.GeoDataFrame(
        [FACTS | {"id": name, "name": name.upper(), "function": "school"} for name, _, _ in rows],
        geometry=[shapely.Point(700_000 + 100 * n, 6_170_000) for n in range(len(rows))],
        crs=UTM32,
    )
    years = {
        "valid_from": pd.array([start for _, start, _ in rows], dtype="Int64"),
        "valid_to": pd.array([end for _, _, end in rows], dtype="Int64"),
    }
    return check(table.assign(**years), PLACES, where="test")


def there(table, year):
    """Ids of what exists in a year."""
    state = places_in_state(table, year=year)
    return sorted(state.loc[state["state"] == "existing", "id"])


def close(place, start, end=None):
    return ClosePlace(kind="close_place", place=place, from_year=start, to_year=end)


def move(place, start, end=None):
    return MovePlace(kind="move_place", place=place, from_year=start, to_year=end, **HERE)


def add(name, start, end=None):
    return AddPlace(
        kind="add_place",
        id=name,
        name=name,
        function="school",
        from_year=start,
        to_year=end,
        **HERE,
    )


TOWN = (("a", None, None), ("b", 2015, None), ("c", None, 2020))


def test_without_edits_the_very_same_rows_come_back():
    table = places(*TOWN)
    assert edited_places(table, []) is table


def test_a_closed_place_is_there_until_its_year():
    table = edited_places(places(*TOWN), [close("a", 2030)])
    assert [there(table, year) for year in (2029, 2030)] == [["a", "b"], ["b"]]


def test_a_place_that_closes_for_some_years_is_there_again_where_it_was():
    before = places(*TOWN)
    table = edited_places(before, [close("a", 2030, 2033)])
    assert [there(table, year) for year in (2029, 2031, 2033)] == [
        ["a", "b"],
        ["b"],
        ["a@2033", "b"],
    ]
    again = table.set_index("id").geometry["a@2033"]
    assert again.equals(before.set_index("id").geometry["a"])


def test_a_moved_place_keeps_all_but_its_position():
    table = edited_places(places(*TOWN), [move("b", 2028)]).set_index("id")
    assert there(table.reset_index(), 2028) == ["a", "b@2028"]
    assert table.loc["b@2028", ["name", "function"]].tolist() == ["B", "school"]
    point = gpd.GeoSeries([shapely.Point(12.29, 55.65)], crs="EPSG:4326").to_crs(UTM32).iloc[0]
    assert table.geometry["b@2028"].distance(point) < 0.001
    assert table.loc["b@2028", "position_accuracy_m"] == 10


def test_a_place_moves_again_and_closes_at_last():
    edits = [close("a", 2035), move("a", 2025, 2030), move("a", 2030, 2035)]
    table = edited_places(places(*TOWN), edits)
    assert [there(table, year) for year in (2024, 2025, 2030, 2034, 2035)] == [
        ["a", "b"],
        ["a@2025", "b"],
        ["a@2030", "b"],
        ["a@2030", "b"],
        ["b"],
    ]


def test_an_added_place_is_there_in_its_years():
    table = edited_places(places(*TOWN), [add("d", 2026, 2028)])
    assert [there(table, year) for year in (2025, 2026, 2028)] == [
        ["a", "b"],
        ["a", "b", "d"],
        ["a", "b"],
    ]


def test_a_place_that_ends_by_itself_does_not_come_back():
    table = edited_places(places(*TOWN), [close("c", 2018, 2025)])
    assert [there(table, year) for year in (2017, 2019, 2026)] == [
        ["a", "b", "c"][:3],
        ["a", "b"],
        ["a", "b"],
    ]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (close("x", 2030), "close_place 'x': there is no such place"),
        (move("x", 2030), "move_place 'x': there is no such place"),
        (close("c", 2021), "close_place 'c': it is gone since 2020"),
        (move("b", 2014), "move_place 'b': it is not there before 2015"),
        (add("a", 2030), "add_place 'a': the id is taken"),
    ],
)
def test_an_edit_that_touches_nothing_is_refused(edit, said):
    with pytest.raises(SchemaError, match=f"1 of 1 edits of places touch nothing: .*{said}"):
        edited_places(places(*TOWN), [edit])


@given(st.permutations([close("a", 2030), move("b", 2028), add("d", 2026), close("c", 2019)]))
def test_the_order_of_independent_edits_does_not_matter(edits):
    table = edited_places(places(*TOWN), edits)
    assert [there(table, year) for year in (2019, 2027, 2029, 2031)] == [
        ["a", "b"],
        ["a", "b", "d"],
        ["a", "b@2028", "d"],
        ["b@2028", "d"],
    ]


@given(st.integers(1990, 2050))
def test_an_edit_of_one_place_changes_no_other(year):
    before = places(*TOWN)
    after = edited_places(before, [move("a", 2030)])
    rest = {name for name in there(after, year) if not name.startswith("a")}
    assert rest == {name for name in there(before, year) if name != "a"}


SCENARIO = """
id = "school"
name = "Skolen flytter"
name_en = "The school moves"

[[edits]]
kind = "move_place"
place = "a"
from_year = 2030
project = "boernekulturhus"
lat = 55.65
lon = 12.29
"""


def test_a_scenario_is_read_from_its_file(tmp_path):
    path = tmp_path / "school.toml"
    path.write_text(SCENARIO, "utf-8")
    scenario = read_scenario(path)
    assert [edit.place for edit in scenario.edits] == ["a"]
    assert scenario.of_projects(["boernekulturhus"]) == scenario
    assert scenario.of_projects([]).edits == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("from_year = 2030\n", "", "edits.0.move_place.from_year is missing"),
        ("lat = 55.65", "lat = 95.0", "edits.0.move_place.lat is 95.0: .*less than or equal to 90"),
        ("move_place", "shift_place", "edits.0.* 'shift_place'"),
        ("from_year = 2030\n", "from_year = 2030\nto_year = 2030\n", "ends before it begins"),
        ('place = "a"', 'place = "a"\ncolour = "red"', "colour is not a known key; known are "),
        ('name_en = "The school moves"\n', "", "name_en is missing"),
    ],
)
def test_a_wrong_scenario_names_the_file_and_the_key(tmp_path, before, after, said):
    path = tmp_path / "school.toml"
    path.write_text(SCENARIO.replace(before, after), "utf-8")
    with pytest.raises(ConfigError, match=rf"school.toml .*{said}"):
        read_scenario(path)


@pytest.mark.parametrize(
    ("edits", "fits"),
    [
        ((close("a", 2030), move("a", 2031)), False),
        ((close("a", 2030, 2031), move("a", 2031)), True),
        ((close("a", 2030), move("b", 2031)), True),
        ((add("d", 2030), close("d", 2035)), False),
    ],
)
def test_two_edits_of_one_place_at_one_time_contradict_each_other(edits, fits):
    def made():
        return Scenario(id="s", name="S", name_en="S", edits=edits)

    if fits:
        assert made().edits == edits
    else:
        with pytest.raises(ValidationError, match="hold at the same time; one at a time"):
            made()
