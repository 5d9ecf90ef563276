"""Homes of a scenario: persons come and go where they are said to, and nobody else is moved."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from htkgis.errors import SchemaError
from htkgis.scenario import edited_areas, edited_origins, edited_residents
from htkgis.scenario_rules import AddDwellings
from tests.scenario.edits import CRS, EAST_M, NORTH_M, YEAR, degrees, spot


def square(west, south, side, **facts):
    west, south = EAST_M + west, NORTH_M + south
    return gpd.GeoDataFrame(
        {name: [value] for name, value in facts.items()},
        geometry=[shapely.box(west, south, west + side, south + side)],
        crs=CRS,
    )


AREAS = square(
    0, 0, 200, id="park", name="Parken", dwellings=100.0, population=250.0,
    dwellings_year=2017.0, population_year=2016.0,
)  # fmt: skip
DISTRICTS = square(-500, -500, 2000, id="d", name="D")
TOWN = square(-1000, -1000, 3000, id="0169", name="T")
WHERE = {"areas": AREAS, "districts": DISTRICTS, "municipality": TOWN}
RESIDENTS = gpd.GeoDataFrame(
    {
        "id": ["a", "b", "c"],
        "persons": [30.0, 10.0, 60.0],
        "area_id": ["park", "park", None],
        "district_id": ["d", "d", None],
    },
    geometry=[shapely.Point(EAST_M + x, NORTH_M + 100) for x in (50, 150, 1800)],
    crs=CRS,
).astype({"id": object, "area_id": object, "district_id": object})
NOBODY = RESIDENTS.iloc[:0]


def homes(dwellings, *, name="new", start=2026, end=None, each=2.5, **where):
    return AddDwellings(
        kind="add_dwellings", id=name, dwellings=dwellings, from_year=start, to_year=end,
        **({} if "persons" in where else {"persons_per_dwelling": each}), **where,
    )  # fmt: skip


def persons(table):
    return dict(zip(table["id"], table["persons"], strict=True))


def residents(*edits, table=RESIDENTS, **facts):
    return edited_residents(table, edits, year=YEAR, **WHERE, **facts)


CORNERS = degrees((0, 0), (200, 0), (200, 200), (0, 200))


def test_without_edits_of_the_year_the_very_same_tables_come_back():
    late = homes(10, start=2031, **spot(100, 100))
    for edits in ([], [late]):
        assert residents(*edits) is RESIDENTS
        assert edited_areas(AREAS, edits, year=YEAR) is AREAS


def test_new_homes_are_an_address_of_their_area_and_district():
    table = residents(homes(10, **spot(100, 100)), homes(4, name="far", **spot(1000, 1000)))
    rows = table.set_index("id")
    assert persons(table) == {"a": 30, "b": 10, "c": 60, "new": 25, "far": 10}
    assert rows.loc["new", ["area_id", "district_id"]].tolist() == ["park", "d"]
    assert rows.loc["far", ["area_id", "district_id"]].tolist() == [None, "d"]
    assert table.dtypes.equals(RESIDENTS.dtypes)


def test_new_homes_within_an_outline_stand_evenly_in_it():
    table = residents(homes(8, outline=CORNERS, spacing_m=100.0))
    new = table[table["id"].str.startswith("new_")]
    assert new["persons"].tolist() == [5, 5, 5, 5]
    corners = sorted((round(p.x - EAST_M), round(p.y - NORTH_M)) for p in new.geometry)
    assert corners == [(50, 50), (50, 150), (150, 50), (150, 150)]


def test_an_outline_smaller_than_the_spacing_is_one_point_in_it():
    table = residents(homes(8, outline=degrees((0, 0), (20, 0), (0, 20)), spacing_m=1000.0))
    new = table[table["id"].eq("new")]
    assert new["persons"].tolist() == [20]


def test_each_address_of_an_area_loses_the_same_part_of_its_persons():
    assert persons(residents(homes(-8, area="park"))) == {"a": 15, "b": 5, "c": 60}


def test_addresses_within_an_outline_lose_and_others_do_not():
    west = degrees((0, 0), (100, 0), (100, 200), (0, 200))
    assert persons(residents(homes(-4, outline=west))) == {"a": 20, "b": 10, "c": 60}


def test_homes_of_a_whole_area_come_to_its_addresses_in_proportion():
    assert persons(residents(homes(16, area="park"))) == {"a": 60, "b": 20, "c": 60}


def test_who_leaves_leaves_before_others_come_whatever_the_order():
    edits = [homes(16, name="in", area="park"), homes(-16, name="out", persons=20.0, area="park")]
    one, other = persons(residents(*edits)), persons(residents(*edits[::-1]))
    assert one == other
    assert one == {"a": 45, "b": 15, "c": 60}
    many = [homes(40, name="a_in", area="park"), homes(-20, name="b_out", area="park")]
    with pytest.raises(SchemaError, match="'b_out': 50 persons are to leave, and 40 live at"):
        residents(*many)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (homes(-17, area="park"), "'new': 42 persons are to leave, and 40 live at the 2 addresses"),
        (homes(5, area="x"), "there is no area 'x'; areas are 'park'"),
        (homes(5, name="a", **spot(100, 100)), "'a' is the id of an address"),
        (homes(5, **spot(5000, 0)), "'new' lies outside the municipality"),
        (
            homes(-5, outline=degrees((500, 500), (510, 500), (510, 510))),
            "12 persons are to leave, and 0 live at the 0 addresses of the outline",
        ),
    ],
)
def test_homes_that_cannot_be_are_refused(edit, said):
    with pytest.raises(SchemaError, match=said):
        residents(edit)


def test_what_the_count_of_residents_knows_already_is_refused():
    edit = homes(-4, area="park", start=2020)
    with pytest.raises(SchemaError, match="from 2020, and the residents were counted in 2021"):
        residents(edit, counted=2021)
    with pytest.raises(SchemaError, match="from 2020, and the residents were counted in 2020"):
        residents(edit, counted=2020)
    assert persons(residents(edit, counted=2019))["a"] < 30


def test_homes_that_no_figure_would_know_of_are_refused():
    with pytest.raises(SchemaError, match="'new': lies in no housing area, and the catalog has no"):
        residents(homes(5, **spot(1000, 1000)), table=NOBODY)
    assert residents(homes(5, **spot(100, 100)), table=NOBODY) is NOBODY


def test_an_area_has_fewer_dwellings_and_persons_and_says_of_which_year():
    area = edited_areas(AREAS, [homes(-20, area="park")], year=YEAR).iloc[0]
    assert area[["dwellings", "population"]].tolist() == [80, 200]
    assert area[["dwellings_year", "population_year"]].tolist() == [YEAR, YEAR]
    parts = edited_areas(AREAS, [homes(-20, each=2.33, area="park")], year=YEAR).iloc[0]
    assert parts["population"] == 203  # of 250 less 46.6


def test_homes_partly_inside_an_area_count_there_for_their_part():
    half = degrees((100, 0), (300, 0), (300, 200), (100, 200))
    area = edited_areas(AREAS, [homes(40, outline=half)], year=YEAR).iloc[0]
    assert area[["dwellings", "population"]].tolist() == [120, 300]


def test_a_number_of_an_area_that_is_not_known_stays_so():
    hidden = AREAS.assign(population=np.nan)
    area = edited_areas(hidden, [homes(-20, area="park")], year=YEAR).iloc[0]
    assert (area["dwellings"], area["population_year"]) == (80, 2016)
    assert np.isnan(area["population"])


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (homes(-101, each=1.0, area="park"), "'park' would be left with less than no dwellings"),
        (homes(-10, each=30.0, area="park"), "'park' would be left with less than no population"),
        (homes(-10, start=2017, area="park"), "dwellings of park was counted in 2017, with it"),
    ],
)
def test_numbers_of_an_area_that_cannot_be_are_refused(edit, said):
    with pytest.raises(SchemaError, match=said):
        edited_areas(AREAS, [edit], year=YEAR)


def test_new_homes_in_an_area_are_origins_beside_its_addresses_and_not_beside_gates():
    origins = RESIDENTS[["id", "area_id", "geometry"]].head(2)
    origins = origins.assign(kind="address", name="1 A", layer="addresses")
    edits = [homes(5, **spot(100, 100)), homes(5, name="far", **spot(1000, 1000))]
    table = edited_origins(origins, edits, year=YEAR, areas=AREAS)
    assert table["id"].tolist() == ["a", "b", "new"]
    new = table.iloc[-1]
    assert new[["area_id", "kind", "layer"]].tolist() == ["park", "address", "scenario"]
    assert list(table.columns) == list(origins.columns)
    gates = origins.assign(kind="gate")
    assert edited_origins(gates, edits, year=YEAR, areas=AREAS) is gates
    assert edited_origins(origins, [homes(-4, area="park")], year=YEAR, areas=AREAS) is origins


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"dwellings": 5, "persons_per_dwelling": 2.0}, "exactly one is needed"),
        ({"dwellings": 5, "persons": 2.0, "lat": 55.6}, "exactly one is needed"),
        ({"dwellings": 5, "persons": 2.0, "area": "a", **spot(0, 0)}, "exactly one is needed"),
        ({"dwellings": 5, "area": "a"}, "needs persons or persons_per_dwelling"),
        ({"dwellings": 0, "persons": 2.0, "area": "a"}, "dwellings is 0, so nothing changes"),
        ({"dwellings": -5, "persons": 2.0, **spot(0, 0)}, "takes dwellings down at a point"),
    ],
)
def test_an_edit_of_dwellings_that_is_not_whole_is_refused(facts, said):
    with pytest.raises(ValidationError, match=said):
        AddDwellings(kind="add_dwellings", id="x", from_year=2030, **facts)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 15), st.floats(0.5, 2.5))
def test_taking_down_and_building_as_much_in_an_area_keeps_its_persons(count, each):
    out = homes(-count, name="out", each=each, area="park")
    back = homes(count, name="back", each=each, area="park")
    after = residents(out, back)
    assert after["persons"].to_numpy() == pytest.approx(RESIDENTS["persons"].to_numpy())


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=3), st.randoms())
def test_persons_add_up_and_the_order_of_edits_does_not_matter(counts, random):
    edits = [homes(n, name=f"h{i}", **spot(10 * i, 0)) for i, n in enumerate(counts)]
    shuffled = random.sample(edits, len(edits))
    one, other = residents(*edits), residents(*shuffled)
    assert one.equals(other)
    assert one["persons"].sum() == pytest.approx(100 + 2.5 * sum(counts))
    assert pd.Series(persons(one))[["a", "b", "c"]].tolist() == [30, 10, 60]
