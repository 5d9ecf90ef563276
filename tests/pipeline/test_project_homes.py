"""New homes of projects: who moves in is counted apart from who lives there today."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.access.effect import EffectLimits, Origins
from htkgis.pipeline.modes import snapping
from htkgis.pipeline.project_doors import doors_of_projects
from htkgis.pipeline.project_homes import homes_of_projects
from htkgis.pipeline.project_people import Measured
from htkgis.pipeline.project_values import ProjectValues
from htkgis.scenario_rules import AddDwellings, AddStreet
from tests.pipeline.test_project_values import (
    EAST_M,
    NORTH_M,
    STUDY,
    UTM32,
    YEAR,
    at,
    degrees,
    layers,
    places,
    point,
    scenario,
    streets_of,
)


def homes_of(residents, edits, projects):
    """New homes in a town of one area, the western half of it."""
    half = shapely.box(EAST_M - 50, NORTH_M - 50, EAST_M + 250, NORTH_M + 600)
    whole = half.union(half.buffer(900))
    area = gpd.GeoDataFrame({"id": ["west"], "dwellings": [9.0], "population": [20.0],
                             "dwellings_year": [2020.0], "population_year": [2020.0]},
                            geometry=[half], crs=UTM32)  # fmt: skip
    outline = gpd.GeoDataFrame({"id": ["town"]}, geometry=[whole], crs=UTM32)
    tables = {"areas": area, "districts": outline, "municipality": outline,
              "residents": residents, "origins": residents.assign(kind="address")}  # fmt: skip
    facts = {"year": YEAR, "counted": 2020, "area": None, "groups": ["west"]}
    return homes_of_projects(tables, edits, projects, **facts)


def people(*rows):
    """Addresses by name, persons and junction."""
    facts = {"id": [row[0] for row in rows], "persons": [float(row[1]) for row in rows]}
    table = gpd.GeoDataFrame(facts, geometry=[point(row[2]) for row in rows], crs=UTM32)
    west = [("west" if row[2][0] <= 2 else None) for row in rows]
    return table.assign(area_id=pd.Series(west, dtype=object), district_id="town")


def dwellings(name, number, project, **where):
    facts = {"from_year": 2027, "persons_per_dwelling": 2.0, "project": project}
    return AddDwellings(kind="add_dwellings", id=name, dwellings=number, **facts, **where)


def test_who_moves_in_is_counted_apart_from_who_lives_there_today():
    """A school 500 m from the new home is in reach once the path of another project is there."""
    edits = (
        dwellings("tower", 10, "a", **at((5, 0))),
        AddStreet(kind="add_street", id="path", from_year=2027, project="b",
                  line=(degrees((5, 0)), degrees((4, 2)))),
    )  # fmt: skip
    residents = people(("one", 3, (0, 0)), ("two", 5, (4, 4)))
    homes = homes_of(residents, edits, ("a", "b"))
    assert (homes.parts.tolist(), homes.owner.tolist(), homes.group.tolist()) == ([20000], [0], [1])
    origins = Origins(np.array([3000, 5000]), np.array([0, 1]), 2)
    limits = EffectLimits(longest_ds=6000, felt_ds=1000, everyday_ds=2000)
    who = Measured(residents, np.array([3.0, 5.0]), origins, ("school",), limits, homes)
    tables = layers(places(("old", "school", (4, 2))))
    doors = doors_of_projects(
        tables, scenario(edits), YEAR, ("a", "b"), functions=("school",), study=STUDY
    )
    streets = streets_of(tables, scenario(edits), ("a", "b"))
    values = ProjectValues(
        streets, tables["barriers"], doors, snapping=snapping(STUDY), measured=who
    )
    # by street 300 m or 240 s, over the path 224 m or 179 s
    assert values.times(3)[0, 2] == pytest.approx(1789, abs=2)
    ways, reach, moved = 4 * 2 * 3, 2 * 3, 2 * 3
    for mask, new in ((0, 0), (1, 0), (2, 0), (3, 20000)):
        row = values.value(mask)
        assert len(row) == ways + reach + moved
        # in the area, elsewhere, everybody; the school alone, and all functions
        assert row[ways : ways + reach].tolist() == [0, new, new] * 2, mask
        come = 20000 if mask & 1 else 0
        assert row[ways + reach :].tolist() == [0, come, come, 0, 0, 0]
    # residents of today walk no shorter way: new homes are no gain of theirs
    assert not values.value(1)[:ways].any()


def test_homes_that_are_taken_down_are_told_and_change_nobodys_way():
    residents = people(("one", 3, (0, 0)), ("two", 9, (1, 1)), ("three", 5, (4, 4)))
    edits = (dwellings("less", -3, "a", area="west"), dwellings("more", 6, "b", area="west"))
    homes = homes_of(residents, edits, ("a", "b"))
    # by who lives there: 3 of 12 and 9 of 12
    assert homes.parts.tolist() == [3000, 9000]
    assert homes.among.tolist() == [3.0, 9.0]
    assert homes.moved(1).tolist() == [[0, 0], [6000, 0]]
    assert homes.moved(3).tolist() == [[12000, 0], [6000, 0]]
    assert homes.moving_in(1).tolist() == [0, 0]
    assert homes_of(residents, edits, ("c",)) is None
