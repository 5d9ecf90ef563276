"""Values in the cache: what was written comes back as it was."""

import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from htkgis.store.files import sha256_file
from htkgis.store.values import GEO, read_value, write_value


@pytest.mark.parametrize("crs", ["EPSG:25832", "OGC:CRS84", None])
@pytest.mark.parametrize(
    "shapes", [[], [None], [shapely.Point(1, 2), None, shapely.box(0, 0, 1, 1)]]
)
def test_shapes_come_back_as_geopandas_reads_them(tmp_path, crs, shapes):
    names = [f"æ{number}" for number in range(len(shapes))]
    table = gpd.GeoDataFrame({"name": names, "outline": shapes}, geometry="outline", crs=crs)
    table = table.assign(corner=gpd.GeoSeries(shapes, crs=crs, index=table.index))
    write_value(tmp_path, "areas", table)
    path = tmp_path / f"areas{GEO}"
    found = read_value(tmp_path, "areas", {path.name: sha256_file(path)})
    expected = gpd.read_parquet(path)
    assert_geodataframe_equal(found, expected)
    assert found.dtypes.to_dict() == expected.dtypes.to_dict()
    assert found.crs == expected.crs
    assert found.geometry.name == "outline"
