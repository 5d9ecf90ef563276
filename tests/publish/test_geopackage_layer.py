"""A table that GDAL is handed as columns is the same bytes as one that pyogrio looks at."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from htkgis.publish import geopackage_layer
from htkgis.publish.geopackage import geopackage_bytes

POINTS = [shapely.Point(707_000, 6_172_000), shapely.Point(707_100, 6_172_050)]
COLUMNS = pd.DataFrame(
    {
        "text": ["Æ'\"<", "b"],
        "some": pd.Series(["a", None], dtype="string"),
        "number": [0.1, float("nan")],
        "count": [1, -(2**40)],
        "small": np.array([1, 2], dtype="int32"),
        "year": pd.Series([2026, None], dtype="Int64"),
        "flag": [True, False],
        "nothing": pd.Series([None, None], dtype=object),
        "never": [float("nan")] * 2,
    }
)
SQUARE, FAR = (
    shapely.box(0, 0, 9, 9),
    shapely.box(20, 0, 29, 9).difference(shapely.box(22, 2, 24, 4)),
)
PLAIN = {
    "points": gpd.GeoDataFrame(COLUMNS, geometry=POINTS, crs="EPSG:25832"),
    "lines": gpd.GeoDataFrame(
        COLUMNS[::-1], geometry=[shapely.LineString(POINTS)] * 2, crs="EPSG:25832"
    ),
    "surfaces": gpd.GeoDataFrame(
        geometry=[shapely.MultiPolygon([shapely.box(0, 0, 9, 9)])], crs="EPSG:25833"
    ),
    "parts": gpd.GeoDataFrame(
        {"n": [1, 2, 3]},
        geometry=[SQUARE, shapely.MultiPolygon([SQUARE, FAR]), FAR],
        crs="EPSG:25832",
    ),
    "table": COLUMNS,
}
ODD = {
    "missing": PLAIN["points"].assign(geometry=[POINTS[0], None]),
    "empty": PLAIN["points"].assign(geometry=[POINTS[0], shapely.Point()]),
    "high": PLAIN["points"].assign(geometry=shapely.force_3d(POINTS, 5.0)),
    "mixed": PLAIN["points"].assign(geometry=[POINTS[0], shapely.MultiPoint(POINTS)]),
    "no_part": PLAIN["parts"].assign(
        geometry=[shapely.Polygon(), shapely.MultiPolygon([SQUARE]), SQUARE]
    ),
    "several": PLAIN["points"].assign(geometry=[POINTS[0], shapely.LineString(POINTS)]),
    "none": PLAIN["points"][:0],
    "no_rows": COLUMNS[:0],
    "days": pd.DataFrame({"day": pd.to_datetime(["2026-11-01", None])}),
    "no_days": pd.DataFrame({"day": pd.to_datetime([None, None])}),
    "things": pd.DataFrame({"thing": [1, "a"]}, dtype=object),
}


def written(tables):
    return geopackage_bytes(tables, styles={}, date="2026-11")


def looked_at(tables, monkeypatch):
    """Let pyogrio look at every column of every table."""
    with monkeypatch.context() as patched:
        patched.setattr(geopackage_layer, "_column", lambda _: None)
        patched.setattr(geopackage_layer, "_shapes", lambda _: None)
        return written(tables)


@pytest.mark.parametrize("name", [*PLAIN, *ODD])
def test_each_table_is_the_bytes_that_pyogrio_makes_of_it(name, monkeypatch):
    tables = {name: (PLAIN | ODD)[name]}
    assert written(tables) == looked_at(tables, monkeypatch)


def test_tables_together_are_the_same_bytes_too(monkeypatch):
    tables = PLAIN | ODD
    assert written(tables) == looked_at(tables, monkeypatch)


@pytest.mark.skipif(
    pd.Series(["a"]).dtype == object, reason="pandas before 3 keeps text as objects of any kind"
)
def test_plain_tables_are_looked_at_by_nobody(monkeypatch, tmp_path):
    monkeypatch.setattr(geopackage_layer.pyogrio, "write_dataframe", None)
    for name, table in PLAIN.items():
        options = {"layer_options": {}, "dataset_options": None}
        geopackage_layer.append_table(tmp_path / "a.gpkg", name, table, **options)
    assert len(pyogrio.list_layers(tmp_path / "a.gpkg")) == len(PLAIN)


def test_gdal_that_reads_no_arrow_columns_is_given_tables_as_ever(monkeypatch):
    now = written(PLAIN)
    monkeypatch.setattr(geopackage_layer.pyogrio, "__gdal_version__", (3, 7, 3))
    monkeypatch.setattr(geopackage_layer.pyogrio.raw, "write_arrow", None)
    assert written(PLAIN) == now
