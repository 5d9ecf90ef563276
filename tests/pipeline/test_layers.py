"""What a study names must be in its layers; the fault says what is there instead."""

import itertools
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from htkgis.catalog import Catalog
from htkgis.errors import ConfigError
from htkgis.pipeline.layers import FACTS, chosen, coverage, hull_of_streets, street_coverage

CATALOG = Catalog(Path("catalog.toml"), {})


@pytest.mark.parametrize(
    ("ids", "there"), [([], "none"), (["a", "b", "c", "d"], "'a', 'b', 'c' and 1 more")]
)
def test_a_name_that_no_layer_holds_is_told_what_there_is(ids, there):
    table = gpd.GeoDataFrame({"id": ids}, geometry=[None] * len(ids))
    with pytest.raises(
        ConfigError,
        match=rf"quarters\.id names 'e', which no layer of catalog\.toml .*; there are {there}\. C",
    ):
        chosen(table, ["e"], "quarters.id", CATALOG)


def test_what_no_layer_holds_is_whole_inside_the_municipality_only(catalog):
    streets = gpd.GeoDataFrame(
        geometry=[
            shapely.LineString([(0, 0), (10_000, 10_000)]),
            shapely.Point(0, 10_000).buffer(9).exterior,
            shapely.Point(10_000, 0).buffer(9).exterior,
        ],
        crs="EPSG:25832",
    )
    home = shapely.box(4000, 4000, 6000, 6000)
    municipality = gpd.GeoDataFrame(geometry=[home], crs="EPSG:25832")
    layers = catalog(streets={"path": "s.csv"}, land_use={"path": "l.gpkg"})
    assert coverage(layers, "jobs", streets, municipality).equals(home)


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=2, max_size=40))
def test_the_hull_of_streets_stands_for_them_to_the_last_bit(points):
    xy = np.array(points, dtype=float) / 7 + [717_000.1, 6_170_000.3]
    lines = [shapely.LineString(pair) for pair in itertools.pairwise(xy)]
    told = dict.fromkeys(FACTS) | {"id": range(len(lines))}
    streets = gpd.GeoDataFrame(told, geometry=lines, crs="EPSG:25832")
    hull = hull_of_streets(streets)["street_hull"]
    layer = SimpleNamespace(coverage=None)
    catalog = SimpleNamespace(layers={"streets": layer}, by_role=lambda role: {role: layer})
    assert np.array_equal(hull.total_bounds, streets.total_bounds)  # all that timetables ask
    one, other = (street_coverage(catalog, table).wkb for table in (streets, hull))
    assert one == other


def test_facts_of_streets_are_told_of_pieces_and_of_wholes():
    told = {"name": ["Vej", "Vej", None], "kind": "path", "tunnel": False, "bridge": False}
    lines = [shapely.LineString([(0, 0), (9, 0)])] * 3
    streets = gpd.GeoDataFrame(
        {"id": ["s#0", "s#1", "t"], **told, "whole_id": ["s", "s", None]}, geometry=lines
    )
    facts = hull_of_streets(streets)["street_facts"]
    assert facts.columns.tolist() == FACTS
    assert facts["id"].tolist() == ["s#0", "s#1", "t", "s"]
    assert facts["name"].tolist()[-1] == "Vej"
