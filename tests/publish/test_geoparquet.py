"""GeoParquet: the metadata of the standard, the same bytes, and what other programs read back."""

import io
import json

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from htkgis.errors import SchemaError
from htkgis.publish.geoparquet import geoparquet_bytes

SHAPES = [shapely.Point(1, 2), None, shapely.box(0, 0, 3, 4)]
TABLE = gpd.GeoDataFrame({"id": ["a", "b", "c"], "n": [1.5, None, 0.0]}, geometry=SHAPES, crs=25832)
PROVENANCE = {"credits": ["© X"]}


def metadata(data):
    return pq.read_schema(pa.BufferReader(data)).metadata


def test_it_reads_back_as_it_was_missing_shapes_and_all():
    found = gpd.read_parquet(io.BytesIO(geoparquet_bytes(TABLE, provenance=PROVENANCE)))
    assert found["id"].tolist() == ["a", "b", "c"]
    assert found["n"].isna().tolist() == [False, True, False]
    assert found.geometry.iloc[1] is None
    assert found.geometry.iloc[2].equals(SHAPES[2])
    assert found.crs.to_epsg() == 25832


def test_the_metadata_is_that_of_version_1_1():
    geo = json.loads(metadata(geoparquet_bytes(TABLE, provenance=PROVENANCE))[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point", "Polygon"]
    assert column["bbox"] == [0.0, 0.0, 3.0, 4.0]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 25832}


def test_where_it_comes_from_lies_inside():
    data = geoparquet_bytes(TABLE, provenance=PROVENANCE)
    assert json.loads(metadata(data)[b"htkgis"]) == PROVENANCE
    assert data == geoparquet_bytes(TABLE, provenance=PROVENANCE)


def test_no_rows_have_no_bounds():
    data = geoparquet_bytes(TABLE.iloc[:0], provenance={})
    assert "bbox" not in json.loads(metadata(data)[b"geo"])["columns"]["geometry"]
    assert gpd.read_parquet(io.BytesIO(data)).empty


def test_a_layer_without_crs_is_refused():
    with pytest.raises(SchemaError, match=r"no CRS; a CRS is needed"):
        geoparquet_bytes(TABLE.set_crs(None, allow_override=True), provenance={})
