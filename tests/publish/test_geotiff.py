"""The GeoTIFF: laid out for reading over a network, the same bytes again, whole cells only."""

import itertools
import struct

import numpy as np
import pytest
import rasterio

from htkgis.publish.geotiff import BLOCK, NODATA, cog_bytes

WEST_M, NORTH_M, CELL_M = 700_000.0, 6_170_000.0, 25.0


def raster_of(values, **tags):
    grid = {"west_m": WEST_M, "north_m": NORTH_M, "cell_m": CELL_M}
    return cog_bytes(values.astype(np.float32), **grid, crs="EPSG:25832", tags=tags)


@pytest.fixture(scope="module")
def values():
    """Minutes around a middle, in steps of a tenth; none in the corners."""
    row, column = np.mgrid[0:190, 0:210]
    minutes = np.round(np.hypot(row - 95, column - 105) / 4, 1)
    return np.where(minutes <= 30, minutes, NODATA).astype(np.float32)


@pytest.fixture(scope="module")
def content(values):
    return raster_of(values, area="taastrupgaard")


def directories(content):
    """Where each image of a TIFF is described, its size, and where its tiles lie."""
    assert content[:4] == b"II*\x00"
    offset = struct.unpack_from("<I", content, 4)[0]
    found = []
    while offset:
        (count,) = struct.unpack_from("<H", content, offset)
        tags = {}
        for entry in range(count):
            at = offset + 2 + 12 * entry
            tag, kind, size = struct.unpack_from("<HHI", content, at)
            letter = {3: "H", 4: "I"}.get(kind)
            if letter is None:
                continue
            place = at + 8
            if struct.calcsize(letter) * size > 4:
                (place,) = struct.unpack_from("<I", content, place)
            tags[tag] = struct.unpack_from(f"<{size}{letter}", content, place)
        found.append((offset, tags[256][0], tags.get(322, (0,))[0], tags.get(324, ())))
        (offset,) = struct.unpack_from("<I", content, offset + 2 + 12 * count)
    return found


def test_the_file_is_laid_out_as_a_cloud_optimized_geotiff(content):
    images = directories(content)
    assert len(images) >= 2
    offsets, widths, tiles, places = zip(*images, strict=True)
    assert b"LAYOUT=IFDS_BEFORE_DATA" in content[:400]
    assert list(offsets) == sorted(offsets)
    assert list(widths) == sorted(widths, reverse=True)
    assert set(tiles) == {BLOCK}
    stored = [[place for place in own if place] for own in places]
    assert max(offsets) < min(min(own) for own in stored)
    # the smallest image comes first, so that a reader far away sees it at once
    for larger, smaller in itertools.pairwise(stored):
        assert max(smaller) < min(larger)


def test_the_raster_says_where_it_lies_and_what_it_shows(content, values):
    with rasterio.MemoryFile(content) as file, file.open() as raster:
        assert raster.crs.to_epsg() == 25832
        assert raster.dtypes == ("float32",)
        assert raster.nodata == NODATA
        assert raster.descriptions == ("travel_time_min",)
        assert raster.units == ("min",)
        assert raster.compression.name == "deflate"
        assert raster.overviews(1) == [2]
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.tags()["area"] == "taastrupgaard"
        assert (raster.bounds.left, raster.bounds.top) == (WEST_M, NORTH_M)
        assert raster.res == (CELL_M, CELL_M)
        assert (raster.read(1) == values).all()


def test_danish_letters_in_a_tag_come_back(values):
    content = raster_of(values, TIFFTAG_IMAGEDESCRIPTION="på cykel fra Gadehavegård")
    with rasterio.MemoryFile(content) as file, file.open() as raster:
        assert raster.tags()["TIFFTAG_IMAGEDESCRIPTION"] == "på cykel fra Gadehavegård"


def test_the_same_values_give_the_same_bytes_and_no_clock(content, values):
    assert raster_of(values, area="taastrupgaard") == content
    with rasterio.MemoryFile(content) as file, file.open() as raster:
        assert not any("TIFFTAG_DATETIME" in key for key in raster.tags())


def test_an_overview_shows_cells_and_no_mixture(content, values):
    with rasterio.MemoryFile(content) as file, file.open(overview_level=0) as small:
        assert set(np.unique(small.read(1)).tolist()) <= set(np.unique(values).tolist())


def test_a_small_grid_is_a_file_too():
    values = np.arange(6, dtype=np.float32).reshape(2, 3)
    with rasterio.MemoryFile(raster_of(values, a="b")) as file, file.open() as raster:
        assert (raster.read(1) == values).all()
        assert raster.tags()["a"] == "b"
