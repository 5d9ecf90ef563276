"""Small rasters by hand, and points, lines and areas placed on them."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

WEST, NORTH = 707_000.0, 6_172_000.0
UTM32 = "EPSG:25832"
NODATA = -1.0


@pytest.fixture(scope="module")
def raster(tmp_path_factory):
    """Write a raster with cells of 10 m whose upper left corner lies in Taastrup."""
    folder = tmp_path_factory.mktemp("rasters")
    count = iter(range(10_000))

    def write(values, *, crs=UTM32, transform=None, nodata=NODATA, dtype="float64", **facts):
        values = np.asarray(values, dtype=dtype)
        values = values[None] if values.ndim == 2 else values
        path = folder / f"{next(count)}.tif"
        profile = {"driver": "GTiff", "dtype": dtype, "crs": crs, "nodata": nodata}
        profile |= dict(zip(("count", "height", "width"), values.shape, strict=True))
        profile["transform"] = transform or from_origin(WEST, NORTH, 10, 10)
        with rasterio.open(path, "w", **profile) as target:
            target.write(values)
            if facts:
                target.scales, target.offsets = [facts["scale"]], [facts["offset"]]
        return path

    return write


def at(*positions, crs=UTM32):
    """Points by metres east and south of the upper left corner."""
    shapes = [shapely.Point(WEST + x, NORTH - y) for x, y in positions]
    return gpd.GeoDataFrame(geometry=shapes, crs=UTM32).to_crs(crs)


def along(*lines, **flags):
    shapes = [shapely.LineString([(WEST + x, NORTH - y) for x, y in line]) for line in lines]
    return gpd.GeoDataFrame(flags, geometry=shapes, crs=UTM32)


def boxes(*corners, crs=UTM32):
    shapes = [shapely.box(WEST + a, NORTH - d, WEST + c, NORTH - b) for a, b, c, d in corners]
    return gpd.GeoDataFrame(geometry=shapes, crs=UTM32).to_crs(crs)


SMALL = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
