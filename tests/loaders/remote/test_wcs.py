"""Heights of a real MapServer on this machine, joined from tiles."""

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from htkgis.errors import ConfigError, SourceError
from htkgis.loaders.remote import wcs
from htkgis.loaders.remote.around import Around
from htkgis.loaders.remote.client import Client
from htkgis.loaders.remote.waiting import Patience
from htkgis.loaders.remote.wcs import fetch_wcs
from htkgis.services import Fetch

from .mapserver import MAPSERV, MISSING, mapserver
from .server import Reply, service, serving

HEIGHTS = np.arange(60 * 50, dtype=np.float32).reshape(60, 50)
CORNER = (701000.0, 6172600.0)
INSIDE = Around((701103, 6172204, 701292, 6172397), "EPSG:25832")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    if MAPSERV is None:
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("heights")
    facts = {"driver": "GTiff", "height": 60, "width": 50, "count": 1, "dtype": "float32"}
    facts |= {"crs": "EPSG:25832", "transform": from_origin(*CORNER, 10, 10), "nodata": -9999}
    with rasterio.open(folder / "dhm.tif", "w", **facts) as raster:
        raster.write(HEIGHTS, 1)
    with mapserver(folder, data="none.gpkg", raster=folder / "dhm.tif") as server:
        yield server


def fetched(server, around=INSIDE, **options):
    client = Client("heights", service(server.url, "wcs"), patience=Patience(silent_s=20))
    fetch = Fetch(
        service="dhm", item="height", options={"resolution_m": "10", "format": "GEOTIFF"} | options
    )
    return fetch_wcs(client, fetch, around)


def test_cells_are_those_of_the_coverage_and_lie_where_they_should(town):
    with MemoryFile(fetched(town)) as file, file.open() as raster:
        assert raster.crs == "EPSG:25832"
        assert raster.bounds == (701100, 6172200, 701300, 6172400)
        # rows from the north: (6172600 - 6172400) / 10 = 20, columns: (701100 - 701000) / 10 = 10
        np.testing.assert_array_equal(raster.read(1), HEIGHTS[20:40, 10:30])


def test_tiles_do_not_show(town, monkeypatch):
    whole = fetched(town)
    monkeypatch.setattr(wcs, "TILE", 7)
    assert fetched(town) == whole


def test_a_picture_of_the_cells_is_not_taken_for_heights(town):
    with pytest.raises(SourceError, match="sent a picture of 3 bands and no values"):
        fetched(town, format="GTiff")


def test_a_resolution_must_be_stated_and_cells_have_a_limit(town):
    with pytest.raises(ConfigError, match="'ten' is no size of a cell"):
        fetched(town, resolution_m="ten")
    with pytest.raises(ConfigError, match="at most 400,000,000 are allowed"):
        fetched(town, resolution_m="0.005")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<ServiceExceptionReport>no coverage</ServiceExceptionReport>", "'no coverage'"),
        (b"II*\x00 cut off", "a raster that cannot be read"),
    ],
)
def test_what_is_no_raster_is_told(body, words):
    with serving(Reply(body)) as server, pytest.raises(SourceError, match=words):
        fetched(server)
