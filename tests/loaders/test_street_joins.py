"""Official lines along streets: by hand on small streets, and on the real limits and routes."""

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from htkgis.errors import ConfigError, CRSError
from htkgis.loaders import read_osm_streets, street_joins
from htkgis.loaders.street_joins import values_along, with_limits, with_routes
from htkgis.pipeline.layers import street_rules
from htkgis.store.memory import Memory, remembering
from htkgis.study import read_study

ROOT = Path(__file__).parents[2]
DATA = os.environ.get("HTKGIS_TEST_DATA")
CRS = "EPSG:25832"
NEAR = {"within_m": 12.0, "least_share": 0.6}


def lines(*corners, **columns):
    shapes = [shapely.LineString(each) for each in corners]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def found(streets, official, values, **near):
    return values_along(streets, official, pd.Series(values), **(NEAR | near))


STREET = lines([(0, 0), (100, 0)])


@pytest.mark.parametrize(
    ("corners", "share"),
    [
        ([(0, 0), (100, 0)], 1.0),
        ([(100, 0), (0, 0)], 1.0),
        ([(0, 11), (100, 11)], 1.0),
        ([(0, 13), (100, 13)], 0.0),
        ([(-500, 5), (500, 5)], 1.0),
        ([(50, -100), (50, 100)], 0.0),
        ([(30, 5), (100, 5)], 0.7),
        ([(0, -60), (0, 0), (70, 0), (70, 60)], 0.7),
        # a slanting line: near in the middle, and 45 degrees are no "along"
        ([(0, -50), (100, 50)], 0.0),
    ],
)
def test_a_line_counts_as_far_as_it_runs_along(corners, share):
    table = found(STREET, lines(corners), [50], least_share=0.01)
    assert table["share"].item() == pytest.approx(share)
    assert table["value"].notna().item() == (share > 0)


def test_a_line_that_crosses_a_short_street_does_not_run_along_it():
    short = lines([(0, 0), (8, 0)])
    assert found(short, lines([(4, -50), (4, 50)]), [80])["value"].isna().all()
    assert found(short, lines([(-50, 3), (50, 3)]), [80])["value"].tolist() == [80]


def test_a_street_takes_a_value_only_if_it_runs_along_enough_of_it():
    official = lines([(30, 0), (100, 0)])
    assert found(STREET, official, [50], least_share=0.7)["value"].tolist() == [50]
    assert found(STREET, official, [50], least_share=0.71)["value"].isna().all()


def test_lines_of_one_value_count_together_and_the_longer_value_wins():
    official = lines([(0, 0), (30, 0)], [(30, 0), (60, 0)], [(60, 0), (100, 0)])
    table = found(STREET, official, [50, 50, 80])
    assert table.to_numpy().tolist() == [[50, 0.6]]
    assert found(STREET, official, [80, 50, 50])["value"].tolist() == [50]


def test_of_two_lines_the_nearest_counts():
    official = lines([(0, 9), (100, 9)], [(0, -4), (100, -4)])
    assert found(STREET, official, [80, 50])["value"].tolist() == [50]
    beside = lines([(0, 4), (100, 4)], [(0, -4), (100, -4)])
    assert found(STREET, beside, [80, 50])["value"].tolist() == [50]
    assert found(STREET, beside, [50, 80])["value"].tolist() == [50]


def test_a_parallel_street_beyond_the_distance_and_an_empty_layer_have_nothing():
    streets = lines([(0, 0), (100, 0)], [(0, 30), (100, 30)])
    table = found(streets, lines([(0, 0), (100, 0)]), [50])
    assert table["value"].fillna(0).tolist() == [50, 0]
    assert table["share"].tolist() == [1, 0]
    nothing = found(streets, lines([(0, 0), (1, 0)]).iloc[:0], [])
    assert nothing["value"].isna().all()
    assert found(streets.iloc[:0], lines([(0, 0), (1, 0)]), [1]).empty


def test_lines_without_a_value_or_a_shape_say_nothing():
    official = lines([(0, 0), (100, 0)], [(0, 0), (100, 0)])
    official.loc[1, "geometry"] = None
    assert found(STREET, official, [None, 50.0])["value"].isna().all()


def test_lines_in_another_crs_and_of_several_parts_are_joined():
    parts = shapely.MultiLineString([[(0, 0), (40, 0)], [(40, 0), (100, 0)]])
    place = shapely.transform(parts, lambda xy: xy + np.array([705_000, 6_170_000]))
    street = shapely.transform(STREET.geometry[0], lambda xy: xy + np.array([705_000, 6_170_000]))
    official = gpd.GeoDataFrame(geometry=[place], crs=CRS).to_crs("EPSG:4326")
    streets = gpd.GeoDataFrame(geometry=[street], crs=CRS)
    assert found(streets, official, [50]).to_numpy().tolist() == [[50, 1]]


@settings(deadline=None, max_examples=40)
@given(
    corners=st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=5, unique=True
    ),
    turned=st.booleans(),
    order=st.permutations(range(3)),
)
def test_neither_direction_nor_order_of_the_lines_matters(corners, turned, order):
    streets = lines([(0, 0), (300, 0)], [(0, 0), (0, 300)], [(0, 150), (300, 150)])
    official = lines(corners, [(0, 5), (200, 5)], [(5, 40), (5, 300)])
    values = pd.Series([30, 50, 80])
    expected = values_along(streets, official, values, **NEAR)
    if turned:
        official["geometry"] = official.geometry.reverse()
    shuffled = official.iloc[list(order)]
    again = values_along(streets, shuffled, values.iloc[list(order)], **NEAR)
    pd.testing.assert_frame_equal(expected, again, check_dtype=False)


PLACES = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 30)), min_size=2, max_size=4, unique=True
)


@settings(deadline=None, max_examples=40)
@given(
    before=st.lists(PLACES, min_size=1, max_size=3),
    corners=PLACES,
    lined=PLACES,
    values=st.permutations([30, 50, 80]),
    within_m=st.sampled_from([8, 12]),
)
def test_what_is_remembered_of_other_streets_and_lines_changes_no_value(
    before, corners, lined, values, within_m
):
    memory = Memory()
    official = lines([(0, 2), (200, 2)], [(100, 4), (300, 4)], [(0, 20), (300, 20)])
    rules = NEAR | {"within_m": within_m}
    with remembering(memory):
        values_along(lines(*before), official, pd.Series([30, 50, 80]), **NEAR)
    changed = official.copy()
    changed.loc[2, "geometry"] = shapely.LineString(lined)
    streets = lines(*before, corners)
    expected = values_along(streets, changed, pd.Series(values), **rules)
    with remembering(Memory.of(memory.arrays())):
        again = values_along(streets, changed, pd.Series(values), **rules)
    pd.testing.assert_frame_equal(expected, again)


def test_a_remembered_street_is_measured_again_where_lines_values_or_rules_are_others():
    streets, official = lines([(0, 0), (100, 0)]), lines([(0, 9), (80, 9)], [(0, 11), (90, 11)])
    with remembering(Memory()) as memory:
        assert found(streets, official, [30, 50]).iloc[0].tolist() == [30, 0.8]
    with remembering(Memory.of(memory.arrays())):
        moved = lines([(0, 9), (70, 9)], [(0, 11), (90, 11)])
        assert found(streets, moved, [30, 50]).iloc[0].tolist() == [30, 0.7]
        assert found(streets, official, [50, 30]).iloc[0].tolist() == [50, 0.8]
    near_and_far = lines([(0, 2), (30, 2)], [(0, 9), (100, 9)])
    with remembering(Memory()):
        assert found(streets, near_and_far, [30, 50]).iloc[0].tolist() == [50, 0.7]
        assert found(streets, near_and_far, [30, 50], within_m=8)["share"].tolist() == [0.3]


def test_a_street_whose_line_is_remembered_is_not_measured_again(monkeypatch):
    official = lines([(0, 2), (200, 2)])
    with remembering(Memory()) as memory:
        first = values_along(lines([(0, 0), (100, 0)]), official, pd.Series([30]), **NEAR)
    measured = []
    along = street_joins._along
    monkeypatch.setattr(
        street_joins,
        "_along",
        lambda shapes, *rest: measured.append(shapes) or along(shapes, *rest),
    )
    both = lines([(0, 0), (100, 0)], [(0, 5), (100, 5)])
    with remembering(Memory.of(memory.arrays())):
        again = values_along(both, official, pd.Series([30]), **NEAR)
    assert [len(shapes) for shapes in measured] == [1]
    assert again.iloc[0].tolist() == first.iloc[0].tolist()


def roads(**columns):
    table = lines([(0, 0), (100, 0)], [(0, 5), (100, 5)], [(0, 80), (100, 80)])
    known = {"id": ["road", "track", "far"], "car": [True, False, True], "bike": True}
    return table.assign(**(known | {"car_kph": [45.0, np.nan, 45.0]} | columns))


def test_limits_are_those_of_roads_and_not_of_the_paths_beside_them():
    limits = lines([(0, 2), (100, 2)], type=[60.0])
    streets = roads()
    table = with_limits(streets, limits, column="type", **NEAR)
    assert table["car_kph"].fillna(-1).tolist() == [60, -1, 45]
    assert table["limit_share"].tolist() == [1, 0, 0]
    assert streets["car_kph"].fillna(-1).tolist() == [45, -1, 45]
    assert "lts" not in table.columns


def test_a_joined_limit_changes_the_stress_of_the_street():
    extra = {
        "kind": ["residential", "cycleway", "residential"],
        "limit_kph": 45.0,
        "lanes": np.nan,
        "cycleway": None,
        "lts": [2, 1, 2],
    }
    table = with_limits(roads(**extra), lines([(0, 2), (100, 2)], type=[60]), column="type", **NEAR)
    assert table["limit_kph"].tolist() == [60, 45, 45]
    assert table["lts"].tolist() == [4, 1, 2]


def test_routes_are_marked_for_bikes_and_known_ones_stay():
    routes = lines([(0, 4), (100, 4)])
    table = with_routes(roads(bike=[True, True, False]), routes, **NEAR)
    assert table["route"].tolist() == [True, True, False]
    kept = with_routes(roads(route=[False, False, True]), routes, **NEAR)
    assert kept["route"].tolist() == [True, True, True]


@pytest.mark.parametrize("near", [{"within_m": 0.0}, {"least_share": 1.1}, {"least_share": 0.0}])
def test_rules_that_are_none_are_refused(near):
    with pytest.raises(ConfigError, match="are no such rules; more than 0 m"):
        found(STREET, STREET, [1], **near)


def test_tables_without_crs_are_refused():
    with pytest.raises(CRSError, match="lines: have no CRS"):
        found(STREET, STREET.set_crs(None, allow_override=True), [1])


@pytest.fixture(scope="module")
def real():
    """Streets that touch the municipality."""
    study = read_study(ROOT / "study.toml")
    streets, _ = read_osm_streets(
        Path(DATA) / "osm" / "hoje-taastrup.osm.pbf", crs=CRS, rules=street_rules(study.modes)
    )
    inside = streets.intersects(official("municipality").geometry.iloc[0])
    return streets[inside].reset_index(drop=True)


def official(layer):
    return gpd.read_file(Path(DATA) / "htk" / "htk.gpkg", layer=layer)


def kilometres(streets, rows):
    return streets.loc[rows].groupby("kind")["length_m"].sum() / 1000


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
def test_nearly_all_signed_limits_find_their_streets(real):
    limits = official("geofa_vej_hastighedsgraense")
    streets = with_limits(real, limits, column="type", **NEAR)
    joined = kilometres(streets, streets["limit_share"] > 0)
    share = joined / kilometres(streets, streets["car"])
    assert joined.sum() == pytest.approx(limits.length.sum() / 1000, rel=0.05)
    assert (share[["trunk", "secondary", "tertiary"]] > 0.9).all()
    assert 0.2 < share["residential"] < 0.4
    assert share["service"] < 0.02
    assert share.reindex(["motorway"]).fillna(0).item() < 0.02
    assert set(streets["lts"]) == {1, 2, 3, 4}


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="HTKGIS_TEST_DATA names no test data")
def test_nearly_all_marked_routes_find_their_streets(real):
    routes = official("geofa_rute_cykel")
    streets = with_routes(real, routes, **NEAR)
    whole = official("municipality").geometry.iloc[0]
    inside = shapely.intersection(routes.geometry.union_all(), whole)
    near = shapely.buffer(shapely.union_all(streets.geometry[streets["route"]].to_numpy()), 15)
    covered = shapely.intersection(inside, near)
    assert shapely.length(covered) / shapely.length(inside) > 0.98
    assert not streets.loc[~streets["bike"], "route"].any()
