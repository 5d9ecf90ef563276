"""Places of any function: points, years that run forwards, and layers that join."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from htkgis.catalog import read_catalog
from htkgis.errors import SchemaError
from htkgis.loaders.boundaries import read_quarters
from htkgis.loaders.places import joined_places, read_jobs, read_places, read_stations
from htkgis.pipeline.check import outside_quarter
from htkgis.study import read_study

UTM32 = "EPSG:25832"
POINT, SQUARE = shapely.Point(0, 0), shapely.box(0, 0, 100, 100)
FACTS = {
    "function": "school",
    "status": "existing",
    "opportunities": 1,
    "unit": "places",
    "position_accuracy_m": 25,
}


@pytest.fixture
def layer(catalog, tmp_path, shapes):
    """Catalog of a layer of places: shapes, their columns, and constants for the others."""

    def write(geometry=(POINT,), constants=FACTS, **columns):
        columns = {"id": ["a", "b", "c"][: len(geometry)]} | columns
        if "name" not in columns:
            columns["name"] = columns["id"]
        shapes(list(geometry), **columns).to_parquet(tmp_path / "p.parquet")
        mapping = {name: name for name in columns}
        rest = {name: value for name, value in constants.items() if name not in columns}
        return catalog(places={"path": "p.parquet", "columns": mapping, "constants": rest})

    return write


def places_of(layers):
    return read_places(layers, "places", crs=UTM32)


def test_constants_fill_the_columns_that_a_file_lacks(layer):
    table, _ = places_of(layer())
    row = table.iloc[0]
    assert (row["function"], row["status"], row["opportunities"]) == ("school", "existing", 1)
    assert table[["quarter_id", "sector", "valid_from", "valid_to"]].isna().all(axis=None)


@pytest.fixture
def cells(catalog, tmp_path, shapes):
    """Catalog of three cells of a grid with 2, 0 and an unknown number of schools."""
    squares = [shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200)]
    shapes(squares, id=["a", "b", "c"], schools=[2, 0, None]).to_parquet(tmp_path / "p.parquet")
    mapping = {"id": "id", "name": "id", "opportunities": "schools"}
    rest = {name: value for name, value in FACTS.items() if name not in mapping}
    facts = {"path": "p.parquet", "columns": mapping, "constants": rest}
    return lambda **more: catalog(places=facts | more)


def test_cells_that_hold_none_or_an_unknown_number_are_no_places(cells):
    table, report = places_of(cells(each="cell"))
    assert table[["id", "opportunities"]].to_numpy().tolist() == [["a", 2]]
    assert report.dropped == {"cell without a number": 1, "cell that holds none": 1}


def test_the_outline_of_a_cell_is_not_that_of_a_place(cells):
    table, _ = places_of(cells(each="cell"))
    assert "outline" not in table
    assert table.geometry.geom_type.tolist() == ["Point"]


def test_a_layer_that_is_not_of_cells_may_not_leave_a_number_out(cells):
    with pytest.raises(SchemaError, match=r"column 'opportunities' is empty in 1 of 3 rows: 'c'"):
        places_of(cells())


def test_a_layer_without_places_is_read(layer):
    table, report = places_of(layer([]))
    assert (len(table), report.rows) == (0, 0)


def test_areas_become_points_on_their_surface_and_are_counted(layer):
    ring = SQUARE.difference(shapely.box(10, 10, 90, 90))
    table, report = places_of(layer([POINT, ring]))
    assert table.geom_type.tolist() == ["Point", "Point"]
    moved = shapely.transform(ring, lambda xy: np.add(xy, (707_000, 6_172_000)))
    assert moved.contains(table.geometry.iloc[1])
    assert report.mended == {"areas made a point on their surface": 1}


def test_lines_become_points_on_them_and_are_not_called_areas(layer):
    line = shapely.LineString([(0, 0), (10, 0)])
    table, report = places_of(layer([POINT, SQUARE, line]))
    assert table.geom_type.tolist() == ["Point", "Point", "Point"]
    assert report.mended == {"areas and lines made a point on them": 2}


def test_multipoints_become_points(layer):
    one = shapely.MultiPoint([(1, 1)])
    table, report = places_of(layer([one, shapely.MultiPoint([(1, 1), (2, 2)])]))
    assert table.geom_type.tolist() == ["Point", "Point"]
    assert report.mended == {
        "multipoints of one point": 1,
        "areas made a point on their surface": 1,
    }


@pytest.mark.parametrize("nothing", [None, "", " "])
def test_a_place_without_a_name_stays_and_is_noted(layer, nothing):
    table, report = places_of(layer([POINT, POINT], name=["Skolen", nothing]))
    assert table["name"].tolist() == ["Skolen", None]
    assert report.notes == ["1 places have no name"]


def test_years_are_read_from_dates_of_plandata(layer):
    table, _ = places_of(layer(valid_from=[20210801], valid_to=["31-12-2030"]))
    assert table[["valid_from", "valid_to"]].to_numpy().tolist() == [[2021, 2030]]


def test_a_place_that_ends_before_it_begins_is_refused(layer):
    layers = layer([POINT] * 3, valid_from=[2020, 2022, None], valid_to=[2020, 2021, 2021])
    with pytest.raises(
        SchemaError,
        match=r"^places \(.*\): 1 of [0-9] places end before they begin: 'b'; .* Correct valid_",
    ):
        places_of(layers)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": ["a", "a"]}, r"2 of 2 rows share .*: 'a'"),
        ({"id": ["a", None], "name": ["A", "B"]}, "column 'id' is empty in 1 of 2 rows: 'row 2'"),
        ({"status": ["existing", "open"]}, "'status' holds 'open' in 1 rows; allowed: existing, p"),
        ({"function": ["school", None]}, "column 'function' is empty in 1 of 2 rows: 'b'"),
        ({"opportunities": [1, -1]}, "column 'opportunities' is below 0 in 1 rows: 'b'"),
        ({"opportunities": ["1", "mange"]}, "column 'opportunities': 1 values are not numbers: 'm"),
        ({"position_accuracy_m": [25, None]}, "column 'position_accuracy_m' is empty in 1 of 2"),
        ({"valid_from": ["2021", "snart"]}, "column 'valid_from': 1 values are not years or date"),
        ({"valid_from": [2021, 1799]}, "column 'valid_from' is below 1800 in 1 rows: 'b'"),
    ],
)
def test_a_fault_of_a_place_is_named(layer, columns, message):
    with pytest.raises(SchemaError, match=rf"^places \(.*p\.parquet\).*{message}"):
        places_of(layer([POINT, POINT], **columns))


@pytest.mark.parametrize("column", list(FACTS))
def test_a_column_that_nobody_gives_is_named(layer, column):
    rest = {name: value for name, value in FACTS.items() if name != column}
    with pytest.raises(SchemaError, match=rf"^places \(.*\): missing columns \['{column}'\]"):
        places_of(layer(constants=rest))


def test_a_mapping_without_name_is_named(catalog, tmp_path, shapes):
    shapes([POINT], id=["a"]).to_parquet(tmp_path / "p.parquet")
    layers = catalog(places={"path": "p.parquet", "columns": {"id": "id"}, "constants": FACTS})
    with pytest.raises(
        SchemaError, match=r"^places \(.*\): missing columns \['name'\]; mapped are"
    ):
        places_of(layers)


def test_station_layers_get_the_function_station(layer):
    for layers in (layer(), layer(constants={k: v for k, v in FACTS.items() if k != "function"})):
        table, _ = read_stations(layers, "places", crs=UTM32)
        assert table["function"].tolist() == ["station"]


def test_job_layers_count_jobs(layer):
    table, _ = read_jobs(layer(opportunities=["3.500,0"]), "places", crs=UTM32)
    assert table[["function", "opportunities", "unit"]].to_numpy().tolist() == [
        ["business area", 3500, "jobs"]
    ]


def test_layers_join_whatever_further_columns_each_has(layer):
    first = places_of(layer(id=["a"]))[0]
    second = places_of(layer(id=["b"], theme=["kultur"], note=["x"], valid_from=[2021], tal=[3]))[0]
    third = places_of(layer(id=["c"], theme=["viden"], valid_to=[2030]))[0]
    joined = joined_places([first, second, third], where="catalog.toml", crs=UTM32)
    assert joined["id"].tolist() == ["a", "b", "c"]
    assert joined["theme"].tolist()[1:] == ["kultur", "viden"]
    assert joined["valid_from"].tolist() == [pd.NA, 2021, pd.NA]
    assert joined["valid_to"].dtype == "Int64"
    assert joined["tal"].tolist()[1] == 3
    assert joined[["theme", "note", "tal"]].iloc[0].isna().all()
    assert joined.crs == UTM32


def test_layers_that_share_an_id_do_not_join(layer):
    part = places_of(layer())[0]
    with pytest.raises(SchemaError, match=r"^places \(catalog\.toml\): 2 of 2 rows share .*: 'a'"):
        joined_places([part, part], where="catalog.toml", crs=UTM32)


def test_empty_layers_join_to_the_others(layer):
    full, empty = places_of(layer())[0], places_of(layer([]))[0]
    assert joined_places([empty, full], where="c", crs=UTM32)["id"].tolist() == ["a"]
    assert joined_places([empty, empty], where="c", crs=UTM32).empty


def test_fifteen_embedded_places_lie_outside_the_outline_of_their_quarter(root):
    layers = read_catalog(root / "layers" / "catalog.toml")
    quarters, _ = read_quarters(layers, "quarters", crs=UTM32)
    parts = [read(layers, name, crs=UTM32)[0] for name, read in EMBEDDED.items()]
    places = joined_places(parts, where="catalog.toml", crs=UTM32)
    outside = outside_quarter(places, quarters)
    assert len(outside) == 15
    assert min(outside.values()) > 0


EMBEDDED = {"stations": read_stations, "places": read_places, "jobs": read_jobs}


def test_the_embedded_places_too_inexact_are_those_above_150_m(root):
    limit_m = read_study(root / "study.toml").places.max_position_accuracy.value
    layers = read_catalog(root / "layers" / "catalog.toml")
    raw = pd.read_csv(root / "layers" / "places.csv")
    places = places_of(layers)[0]
    too_inexact = set(places.loc[places["position_accuracy_m"] > limit_m, "id"])
    assert limit_m == 150
    assert too_inexact == set(raw.loc[raw["position_accuracy_m"] > 150, "id"])
    assert too_inexact


@pytest.mark.data
@pytest.mark.skipif(
    "HTKGIS_TEST_DATA" not in os.environ, reason="HTKGIS_TEST_DATA names no test data"
)
def test_real_places_and_stations_load_and_join(root):
    layers = read_catalog(
        root / "layers" / "catalog-data.toml", data=Path(os.environ["HTKGIS_TEST_DATA"])
    )
    known = {name: read for name, read in EMBEDDED.items() if name in layers.layers}
    assert {"stations", "places"} <= set(known)
    parts = [read(layers, name, crs=UTM32) for name, read in known.items()]
    places = joined_places([table for table, _ in parts], where="catalog", crs=UTM32)
    assert {"taastrup_st", "hoje_taastrup_st", "hedehusene_st"} <= set(places["id"])
    for _, report in parts:
        assert report.rows + report.dropped.total() == report.rows_read
