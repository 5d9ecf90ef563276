"""Values in the cache: what was written comes back as it was."""

import subprocess
import sys

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


DESCRIBED = "from pyproj import CRS; print(CRS.from_epsg(25832).to_json())"
READ_FIRST = """
import sys
from pathlib import Path
from htkgis.store.values import read_value
table = read_value(Path(sys.argv[1]), "table", {"table.geo.parquet": ""})
assert table.crs.to_epsg() == 25832
"""


def test_what_is_told_of_a_crs_does_not_hang_on_what_was_read_before(tmp_path):
    """Each in a process of its own, for PROJ remembers what it was asked."""
    table = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(0, 0)], crs="EPSG:25832")
    write_value(tmp_path, "table", table)
    alone, after = (
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        ).stdout
        for code in (DESCRIBED, READ_FIRST + DESCRIBED)
    )
    assert after == alone
